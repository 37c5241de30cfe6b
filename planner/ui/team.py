"""Who is at the browser: the team's sign-in, and what others have changed meanwhile."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

import orjson
import streamlit as st
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import AUTH_COOKIE_NAME, get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from planner.errors import ForbiddenError, PlannerError
from planner.i18n import Speech
from planner.i18n.words import N_
from planner.serve import SIGN_IN, is_loopback
from planner.ui.guard import complain
from planner.ui.text import plain
from planner.workspace import Member, Rank, SignIn, Workspace, is_database

RANKS = {
    Rank.VIEWER: N_("viewer"),
    Rank.PLANNER: N_("planner"),
    Rank.ADMINISTRATOR: N_("administrator"),
}

_LOOK_EVERY_S = 10
_ALONE = "alone"
"""Whose work it is where nobody signs in."""

_ended: set[tuple[str, ...]] = set()
"""Sign-ins that somebody has ended while the server ran: a browser's other pages still carry them."""


def is_required() -> bool:
    """Return whether only those who have signed in may see the app."""
    return bool(os.environ.get(SIGN_IN)) or hasattr(st.user, "is_logged_in")


def member() -> Member | None:
    """Return who has signed in; None where nobody has to.

    Raises
    ------
    ForbiddenError
        If somebody has to, and nobody has, or their account has no role here.
    """
    if not is_required():
        return None
    found = _signed_in()
    if found is None:
        raise ForbiddenError(
            "Nobody has signed in, or the account has no role in this planner.", "Sign in first."
        )
    return found


def person() -> str:
    """Return who is at the browser, to keep one's work apart from another's; without a sign-in all are the same.

    Raises
    ------
    ForbiddenError
        As :func:`member`.
    """
    at_work = member()
    return _ALONE if at_work is None else f"{at_work.name} {st.user.get('sub', '')}"


def knows(cookies: Mapping[str, str]) -> bool:
    """Return whether the cookies of a request are those of somebody who has signed in and has a role here.

    For what the server gives and takes beside the pages; see :class:`planner.ui.gate.Gate`.
    """
    try:
        claims = _standing(_kept_in(cookies))
        return claims is not None and _settings().member(claims) is not None
    except PlannerError:
        return False


def may(rank: Rank) -> bool:
    """Return whether whoever is at the browser may do what takes a rank."""
    at_work = member()
    return at_work is None or at_work.rank >= rank


def may_enter(say: Speech) -> bool:
    """Return whether pages may be shown; otherwise show the way in."""
    try:
        if not is_required():
            _only_this_machine()
            return True
        inside = _signed_in() is not None
    except PlannerError as error:
        complain(say, error)
        return False
    if inside:
        return True
    st.title(say("The smart-district planner"))
    if not hasattr(st.user, "is_logged_in"):
        # The settings that the app was started with have gone: nobody gets in until they are back.
        st.error(say("The settings of the sign-in are not there any more. Tell whoever runs the planner."))
        return False
    if _claims() is None:
        ended = getattr(st.user, "is_logged_in", False)
        st.markdown(
            say("Your sign-in has ended. Sign in again.")
            if ended
            else say("Sign in with your organisation's account.")
        )
        if st.button(say("Sign in"), type="primary"):
            st.login()
        return False
    st.warning(say("Your account has no role in this planner. Ask an administrator of your team for one."))
    if st.button(say("Sign out")):
        _sign_out()
    return False


def show_member(say: Speech) -> None:
    """Say who is at work, and offer the way out."""
    at_work = member()
    if at_work is None:
        return
    with st.container(
        horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"
    ):
        told = plain(say("{name}, {role}", name=at_work.name, role=say(RANKS[at_work.rank])))
        st.caption(told, width="content")
        if st.button(say("Sign out"), key="sign_out"):
            _sign_out()


def tell_only_viewers(say: Speech) -> None:
    """Say that the settings of the sign-in let nobody change anything, where it is so, and what mends it."""
    if is_required() and _settings().only_viewers:
        st.warning(
            say(
                "The settings of the sign-in give nobody more than a look: no layer can be added and no scenario "
                "saved. Whoever runs the planner names the planners and administrators under [planner], as "
                "docs/how-to/team.md shows."
            )
        )


def may_keep(say: Speech) -> bool:
    """Return whether whoever is at the browser may change the workspace; say why not where they may not."""
    if may(Rank.PLANNER):
        return True
    st.caption(
        say("To keep anything in the workspace takes the role of a planner; yours is that of a viewer.")
    )
    return False


def is_shared(workspace: Workspace) -> bool:
    """Return whether others may change the workspace while this page is open."""
    return is_required() or is_database(workspace.location)


@st.fragment(run_every=_LOOK_EVERY_S)
def show_changes(say: Speech, workspace: Workspace, shown: str) -> None:
    """Say what others have changed since the page was drawn, and offer to show it.

    Parameters
    ----------
    say : Speech
    workspace : Workspace
    shown : str
        The version that the page shows.
    """
    if is_required() and _signed_in() is None:
        # Signed out on another page, or the sign-in has ended: this page closes as well.
        st.rerun()
    try:
        if workspace.version() == shown:
            return
        last = workspace.log()[-1]
    except PlannerError as error:
        # A database that has gone away comes back, and what stands on the page is still worth reading until then.
        complain(say, error)
        return
    st.info(
        plain(
            say(
                "The workspace has changed: {actor}, {time}.",
                actor=last.actor or "?",
                time=say.moment(last.at.astimezone()),
            )
        )
    )
    if st.button(say("Show the changes"), key="show_changes"):
        st.rerun()


def _only_this_machine() -> None:
    """Refuse to show anything where others can reach the server and nobody has to sign in.

    ``planner app`` does not start like that; Streamlit itself, told another address, does.
    """
    address = str(st.get_option("server.address") or "")
    if not is_loopback(address):
        raise PlannerError(
            "Without a sign-in the planner listens on this machine only, not on {address}.",
            "Name the settings of your team's sign-in with --sign-in FILE; docs/how-to/team.md shows how.",
            address=address or "*",
        )


def _signed_in() -> Member | None:
    claims = _claims()
    return None if claims is None else _settings().member(claims)


def _claims() -> dict[str, Any] | None:
    """Return what the provider says of whoever is at the browser; None where its word is out, or was never given."""
    return _standing(dict(st.user.to_dict()))


def _standing(claims: dict[str, Any]) -> dict[str, Any] | None:
    """Return claims that stand: of somebody who has signed in, not too long ago, and has not ended it."""
    stand = (
        claims.get("is_logged_in")
        and _settings().is_fresh(claims, time.time())
        and _sign_in_of(claims) not in _ended
    )
    return claims if stand else None


def _kept_in(cookies: Mapping[str, str]) -> dict[str, Any]:
    """Return what Streamlit keeps of a sign-in in a browser's cookies, nothing where it did not sign them."""
    secret = get_cookie_secret()

    def signed(name: str) -> bytes | None:
        value = cookies.get(name, "").encode("latin-1", "replace")
        return decode_signed_value(secret, name, value)

    kept = get_cookie_with_chunks(signed, AUTH_COOKIE_NAME)
    return dict(orjson.loads(kept)) if kept else {}


def _settings() -> SignIn:
    return SignIn.of(st.secrets.get("planner", {}))


def _sign_in_of(claims: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(claims.get(key)) for key in ("iss", "sub", "iat"))


def _sign_out() -> None:
    _ended.add(_sign_in_of(st.user.to_dict()))
    st.logout()
