"""What the server takes and tells before any page is drawn: from this machine, or from those who have signed in."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from starlette.requests import HTTPConnection

from planner.serve import SIGN_IN, is_loopback

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_OF_MEMBERS = re.compile(r"/(_stcore/upload_file|media)/")
"""Files that are sent, and all that pages offer as files: downloads and the data of maps."""

_METRICS = "/_stcore/metrics"
_POLICY = 1008
"""The code with which a WebSocket is closed for what it may not do."""


class Gate:
    """A layer of the server that turns strangers away.

    Where a sign-in is required the pages ask for it themselves. Files, though, are taken and given by the server, which
    knows of no sign-in: it would hold in memory what anybody sends, and give what is on a page to whoever was told its
    address. Its own figures are nobody's business but the operator's.

    Without a sign-in only this machine is served, under a name of its own. A web site whose name has been pointed to
    this machine would otherwise pass for the planner in the browser of whoever visits it.

    Parameters
    ----------
    app : callable
        The server, as ASGI has it.
    knows : callable
        Whether the cookies of a request are those of somebody who has signed in.
    """

    def __init__(self, app: Application, knows: Callable[[Mapping[str, str]], bool]) -> None:
        self._inner, self._knows = app, knows

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        refused = self._refused(scope)
        if not refused:
            await self._inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY, "reason": refused})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": refused.encode()})

    def _refused(self, scope: Scope) -> str:
        """Return why a request is turned away, the empty string where it may pass."""
        if scope["type"] not in ("http", "websocket"):
            return ""
        if not os.environ.get(SIGN_IN):
            here = is_loopback(_host(scope))
            return "" if here else "Without a sign-in the planner serves its own machine only."
        return "" if scope["type"] == "websocket" or self._may_pass(scope) else "Sign in first."

    def _may_pass(self, scope: Scope) -> bool:
        path = str(scope["path"])
        if path.endswith(_METRICS):
            return False
        if scope["method"] == "OPTIONS" or not _OF_MEMBERS.search(path):
            return True
        return self._knows(HTTPConnection(scope).cookies)


def _host(scope: Scope) -> str:
    """Return the name under which the server was asked, without the port; every browser sends one."""
    named = next((value for key, value in scope["headers"] if key == b"host"), b"localhost")
    host = str(named.decode("latin-1"))
    return host.partition("]")[0].strip("[") if host.startswith("[") else host.partition(":")[0]
