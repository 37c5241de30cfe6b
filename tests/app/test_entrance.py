"""Who gets to the pages: nobody from elsewhere without a sign-in, and nobody at all when its settings have gone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, MutableMapping
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from planner.errors import PlannerError
from planner.serve import SIGN_IN, serve
from planner.ui import team
from planner.ui.gate import Gate, Receive, Scope, Send
from tests.app.provider import settings


def entrance() -> None:
    import streamlit as st

    from planner.i18n import speech
    from planner.ui import team

    st.text("inside" if team.may_enter(speech("en")) else "outside")


@pytest.fixture
def restored() -> Iterator[None]:
    kept = config.get_option("server.address")
    yield
    config.set_option("server.address", kept)


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(
    ("address", "told"),
    [("127.0.0.1", "inside"), ("localhost", "inside"), ("::1", "inside"), ("0.0.0.0", "outside"),
     ("10.0.0.7", "outside"), (None, "outside")],
)  # fmt: skip
def test_others_get_in_only_where_they_sign_in(address: str | None, told: str) -> None:
    config.set_option("server.address", address)
    shown = AppTest.from_function(entrance).run(timeout=30)
    assert not shown.exception
    assert shown.text[0].value == told
    assert bool(shown.error) == (told == "outside")


def test_settings_that_have_gone_let_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SIGN_IN, "required")
    shown = AppTest.from_function(entrance).run(timeout=30)
    assert not shown.exception
    assert shown.text[0].value == "outside"
    assert "settings of the sign-in" in shown.error[0].value
    assert not shown.button


def answered(
    path: str, method: str = "PUT", host: str = "localhost:8501", kind: str = "http", cookie: str = ""
) -> int:
    """Return the status that the server's gate gives; 200 where the request gets through."""
    statuses: list[int] = []
    scope = {"type": kind, "path": path, "method": method, "headers": [
        (b"host", host.encode()), (b"cookie", cookie.encode())
    ]}  # fmt: skip

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> dict[str, object]:
        return {}

    async def send(message: MutableMapping[str, object]) -> None:
        told = message.get("status", message.get("code"))
        statuses.extend([] if told is None else [int(str(told))])

    # Nothing is waited for, so no loop is needed: another test's browser may have one running on this thread.
    with pytest.raises(StopIteration):
        Gate(inner, knows=lambda cookies: cookies.get("who") == "a member")(scope, receive, send).send(None)
    return statuses[0]


@pytest.mark.parametrize(
    ("address", "method"), [("/_stcore/upload_file/a-session/1", "PUT"), ("/media/0123abcd.gz", "GET")]
)
def test_the_server_takes_and_gives_files_to_members_only(
    monkeypatch: pytest.MonkeyPatch, address: str, method: str
) -> None:
    assert answered(address, method) == 200
    monkeypatch.setenv(SIGN_IN, "required")
    assert answered(address, method) == answered(f"/planner{address}", method) == 403
    assert answered(address, "DELETE") == answered(address, "HEAD", cookie="who=somebody") == 403
    assert answered(address, method, cookie="x=y; who=a member") == answered(address, "OPTIONS") == 200
    assert answered("/_stcore/metrics", "GET", cookie="who=a member") == 403
    assert answered("/_stcore/health", "GET") == 200


def cookies(claims: dict[str, object], pieces: int = 1, secret: str | None = None) -> dict[str, str]:
    """Return the cookies of a sign-in as Streamlit keeps it, a long one in pieces."""
    kept, key = json.dumps({"origin": "http://localhost:8501", **claims}), secret or get_cookie_secret()
    name, size = "_streamlit_user", -(-len(kept) // pieces)
    parts = {name: kept} if pieces == 1 else {
        name: f"chunks-{pieces}",
        **{f"{name}_{k + 1}": kept[k * size : (k + 1) * size] for k in range(pieces)},
    }  # fmt: skip
    return {part: create_signed_value(key, part, text).decode() for part, text in parts.items()}


def test_a_browser_is_known_by_the_cookie_of_its_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        st, "secrets", {"planner": {"role_claim": "groups", "viewer": ["lookers"], "hours": 2}}
    )
    now = int(time.time())
    claims: dict[str, object] = {"is_logged_in": True, "iss": "i", "sub": "vera", "name": "Vera", "iat": now,
                                 "groups": ["lookers"]}  # fmt: skip
    assert team.knows(cookies(claims))
    assert team.knows(cookies(claims, pieces=3))
    assert not team.knows({})
    assert not team.knows({"_streamlit_user": json.dumps(claims)})
    assert not team.knows(cookies(claims, secret="another's"))
    assert not team.knows(cookies({**claims, "is_logged_in": False}))
    assert not team.knows(cookies({**claims, "groups": ["others"]}))
    assert not team.knows(cookies({**claims, "iat": now - 3 * 3600}))
    broken = cookies(claims, pieces=3)
    del broken["_streamlit_user_2"]
    assert not team.knows(broken)


@pytest.mark.parametrize(
    ("host", "served"),
    [("localhost:8501", True), ("127.0.0.1", True), ("[::1]:8501", True), ("evil.example:8501", False),
     ("10.0.0.7:8501", False), ("localhost.evil.example", False), ("", False),
     ("[::1", True), ("127.0.0.1.evil", False)],
)  # fmt: skip
def test_without_a_sign_in_a_name_from_elsewhere_is_turned_away(
    monkeypatch: pytest.MonkeyPatch, host: str, served: bool
) -> None:
    assert answered("/", "GET", host) == (200 if served else 403)
    assert answered("/_stcore/stream", "GET", host, "websocket") == (200 if served else 1008)
    monkeypatch.setenv(SIGN_IN, "required")
    assert answered("/", "GET", host) == answered("/_stcore/stream", "GET", host, "websocket") == 200


def test_settings_that_anybody_can_read_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tmp_path / "sign-in.toml"
    told.write_text(settings("http://127.0.0.1/x", "http://localhost/oauth2callback"), "utf-8")
    for mode, warned in ((0o644, True), (0o640, False)):
        told.chmod(mode)
        with pytest.raises(PlannerError, match="not a folder"):
            serve(None, sign_in=told, folder=tmp_path / "nowhere")
        assert ("Anybody on this machine can read" in capsys.readouterr().err) is warned
