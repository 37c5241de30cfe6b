"""What claims and settings of a sign-in give: the right role, or none, or a clear refusal."""

from __future__ import annotations

from typing import Any

import pytest

from planner.errors import InputError
from planner.workspace import Rank, SignIn

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
