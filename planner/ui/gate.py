"""What the server takes and tells before any page is drawn: from this machine, or from those who have signed in."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx

from planner.serve import SIGN_IN, is_loopback

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_FILE = re.compile(r"/_stcore/upload_file/([^/]+)/")
_METRICS = "/_stcore/metrics"
_POLICY = 1008
"""The code with which a WebSocket is closed for what it may not do."""

_members: set[str] = set()
"""Sessions of those who have signed in and have a role."""


def let(inside: bool) -> None:
    """Remember whether whoever is at the page that is being drawn may send files."""
    context = get_script_run_ctx()
    if context is None:
        return
    if inside:
        _members.add(context.session_id)
    else:
        _members.discard(context.session_id)


class Gate:
    """A layer of the server that turns strangers away.

    Where a sign-in is required the pages ask for it themselves. Files, though, are taken by the server, which knows of
    no sign-in and holds them in memory; and its own figures are nobody's business but the operator's.

    Without a sign-in only this machine is served, under a name of its own. A web site whose name has been pointed to
    this machine would otherwise pass for the planner in the browser of whoever visits it.

    Parameters
    ----------
    app : callable
        The server, as ASGI has it.
    """

    def __init__(self, app: Application) -> None:
        self._inner = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        refused = _refused(scope)
        if not refused:
            await self._inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY, "reason": refused})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": refused.encode()})


def _refused(scope: Scope) -> str:
    """Return why a request is turned away, the empty string where it may pass."""
    if scope["type"] not in ("http", "websocket"):
        return ""
    if not os.environ.get(SIGN_IN):
        return (
            "" if is_loopback(_host(scope)) else "Without a sign-in the planner serves its own machine only."
        )
    return "" if scope["type"] == "websocket" or _may_pass(scope) else "Sign in first."


def _host(scope: Scope) -> str:
    """Return the name under which the server was asked, without the port; every browser sends one."""
    named = next((value for key, value in scope["headers"] if key == b"host"), b"localhost")
    host = str(named.decode("latin-1"))
    return host.partition("]")[0].strip("[") if host.startswith("[") else host.partition(":")[0]


def _may_pass(scope: Scope) -> bool:
    path = str(scope["path"])
    if path.endswith(_METRICS):
        return False
    file = _FILE.search(path)
    return file is None or scope["method"] == "OPTIONS" or file[1] in _members
