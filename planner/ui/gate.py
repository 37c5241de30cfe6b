"""What the server takes and tells before any page is drawn: files only from those who may see the pages."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx

from planner.serve import SIGN_IN

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_FILE = re.compile(r"/_stcore/upload_file/([^/]+)/")
_METRICS = "/_stcore/metrics"

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
    """A layer of the server that turns strangers away where a sign-in is required.

    The pages ask for a sign-in themselves. Files, though, are taken by the server, which knows of no sign-in and
    holds them in memory; and its own figures are nobody's business but the operator's.

    Parameters
    ----------
    app : callable
        The server, as ASGI has it.
    """

    def __init__(self, app: Application) -> None:
        self._inner = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] == "http" and os.environ.get(SIGN_IN) and not _may_pass(scope):
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": b"Sign in first."})
            return
        await self._inner(scope, receive, send)


def _may_pass(scope: Scope) -> bool:
    path = str(scope["path"])
    if path.endswith(_METRICS):
        return False
    file = _FILE.search(path)
    return file is None or scope["method"] == "OPTIONS" or file[1] in _members
