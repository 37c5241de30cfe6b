"""What claims and settings of a sign-in give: the right role, or none, or a clear refusal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.errors import InputError
from planner.workspace import Rank, SignIn, read_sign_in

TEAM = SignIn.of({"role_claim": "realm.roles", "viewer": ["v"], "planner": ["p"], "administrator": "a"})


@pytest.mark.parametrize(
    "roles", [None, 5, True, 1.5, {"a": 1}, [None], [["a"]], [{"a": 1}], "*", ["*"], " a", "A", "", []]
)
def test_a_claim_that_is_no_role_of_the_team_lets_nobody_in(roles: Any) -> None:
    assert TEAM.member({"realm": {"roles": roles}, "name": "n"}) is None


@pytest.mark.parametrize("realm", [None, "a", ["a"], 5])
def test_a_way_into_what_is_no_object_leads_nowhere(realm: Any) -> None:
    assert TEAM.member({"realm": realm, "name": "n"}) is None


def test_the_highest_of_several_roles_counts() -> None:
    found = TEAM.member({"realm": {"roles": ["v", "a", "other"]}, "name": "Anna"})
    assert found is not None
    assert (found.name, found.rank) == ("Anna", Rank.ADMINISTRATOR)


def test_a_name_cannot_write_lines_of_its_own_into_the_log() -> None:
    found = TEAM.member({"realm": {"roles": "v"}, "name": "Eve\n12 remove Anna\x1b[2J" + "x" * 5000})
    assert found is not None
    assert found.name.isprintable()
    assert len(found.name) <= 120


@pytest.mark.parametrize("name", [None, 5, {"x": 1}, "", " \n"])
def test_who_has_no_name_goes_by_the_subject(name: Any) -> None:
    found = TEAM.member({"realm": {"roles": "v"}, "name": name, "sub": "s-1"})
    assert found is not None
    assert found.name == "s-1"


@pytest.mark.parametrize(
    "settings",
    [5, "viewer", ["viewer"], {"administrator": 5}, {"viewer": {"a": 1}}, {"planner": [["x"]]},
     {"role_claim": 5}, {"name_claim": ["name"]}, {"admin": ["x"]}],
)  # fmt: skip
def test_settings_that_cannot_be_meant_are_refused(settings: Any) -> None:
    with pytest.raises(InputError):
        SignIn.of(settings)


@pytest.mark.parametrize(
    ("made", "fresh"),
    [(1_000_000, True), (1_000_000 - 12 * 3600 + 1, True), (1_000_000 - 12 * 3600, False), (1_000_200, True),
     (1_100_000, False), (None, False), ("1000000", False), (True, False), (float("nan"), False)],
)  # fmt: skip
def test_the_word_of_the_provider_holds_for_half_a_day(made: Any, fresh: bool) -> None:
    assert TEAM.is_fresh({"iat": made}, now=1_000_000.0) is fresh
    assert not TEAM.is_fresh({}, now=1_000_000.0)


def test_settings_say_how_long_it_holds() -> None:
    short = SignIn.of({"hours": 0.5})
    assert short.is_fresh({"iat": 0}, now=1799.0)
    assert not short.is_fresh({"iat": 0}, now=1800.0)


@pytest.mark.parametrize("hours", [0, -1, 721, True, "8", float("nan"), float("inf"), None])
def test_hours_that_cannot_be_meant_are_refused(hours: Any) -> None:
    with pytest.raises(InputError, match="hours cannot be read"):
        SignIn.of({"hours": hours})


@pytest.mark.parametrize(("secret", "good"), [("a long random text of your own", False), ("x" * 32, True)])
def test_a_secret_that_can_be_guessed_is_refused(tmp_path: Path, secret: str, good: bool) -> None:
    path = tmp_path / "sign-in.toml"
    others = "\n".join(
        f'{key} = "x"' for key in ("redirect_uri", "client_id", "client_secret", "server_metadata_url")
    )
    path.write_text(f'[auth]\ncookie_secret = "{secret}"\n{others}\n', "utf-8")
    if good:
        assert read_sign_in(path).hours == 12
        return
    with pytest.raises(InputError, match="is too short"):
        read_sign_in(path)
