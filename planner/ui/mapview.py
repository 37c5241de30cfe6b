"""The one way a map gets onto a page: with the browser files that are shipped, and no others.

streamlit-folium loads whatever addresses a map names, one after another, and shows an empty frame when one
cannot be reached. Here every address is replaced by the local copy, and one that has none is an error before
anything is sent. The copies are served as the files of a Streamlit component, so they are found from the
map's frame by a relative address, whatever path the app is served under, and no static serving has to be
switched on.

What a map shows does not travel with each run of the page: large parts of it are files that the browser fetches once,
by a digest; a run sends which of them are shown now.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import streamlit as st
import streamlit.components.v1 as components
import streamlit_folium
from streamlit.runtime import exists, get_instance

from planner.errors import InputError
from planner.maps.district_map import clicked, clicked_at
from planner.maps.offline import (
    LEAFLET_CSS,
    LEAFLET_JS,
    SCRIPTS,
    Group,
    OfflineMap,
    browser_files,
    calls_of,
    own_files,
)
from planner.maps.parts import Part

_COMPONENT, _OWN = "leaflet", "district"
_KIND = "application/gzip"
_DIGESTS: WeakKeyDictionary[OfflineMap, str] = WeakKeyDictionary()
_IDS = re.compile(r"[0-9a-f]{32}")
_ANSWER_KEY = "map_answer"
"""What kind of thing was clicked last in the session, and how many clicks there were."""


def local_address(address: str) -> str:
    """Return where the map's frame finds a browser file.

    Parameters
    ----------
    address : str
        As the map names it.

    Raises
    ------
    InputError
        If the file is not among those that are shipped: nothing is ever loaded from elsewhere.
    """
    if address in _own_scripts():
        return f"../{__name__}.{address}"
    if address not in (LEAFLET_JS, LEAFLET_CSS):
        raise InputError(
            "The map asks for {address}, which is not shipped with the planner.",
            "Use planner.maps, whose maps need Leaflet only.",
            address=address,
        )
    return f"../{__name__}.{address}"


def _only_local(send: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the function that sends a map to the browser: links become local ones."""

    def send_local(**arguments: Any) -> Any:
        for links in ("js_links", "css_links"):
            arguments[links] = [local_address(address) for address in arguments[links]]
        return send(**arguments)

    send_local.sends_local = True  # type: ignore[attr-defined]
    return send_local


def _guard() -> None:
    """Put the wrapper in place, once; streamlit-folium offers no place for it, so it is pinned."""
    if not getattr(streamlit_folium._component_func, "sends_local", False):
        streamlit_folium._component_func = _only_local(streamlit_folium._component_func)


def show_map(
    base: OfflineMap,
    groups: Sequence[Group],
    *,
    key: str,
    height: int,
    center: tuple[float, float] | None = None,
    zoom: float | None = None,
    on_click: Callable[[str, str], None] | None = None,
    on_spot: Callable[[str, str, tuple[float, float]], None] | None = None,
) -> tuple[str, str] | None:
    """Show a map with its layers and return what was clicked last.

    Panning and zooming rerun nothing. As long as the base stays the same, other layers replace those shown
    and the view is kept; another base starts afresh. Call it inside an ``st.fragment`` so that a click reruns
    little.

    Parameters
    ----------
    base : OfflineMap
        From :mod:`planner.maps`; not changed, so it may come out of a cache.
    groups : sequence of folium.FeatureGroup
        Layers on top, not changed either.
    key : str
        Tells this map from others on the page.
    height : int
        Pixels; the width is the container's.
    center : (lat, lon), optional
    zoom : float, optional
        A new value moves the view.
    on_click : callable, optional
        Called with kind and id when something is clicked, also when it is the same thing again.
    on_spot : callable, optional
        Likewise, with longitude and latitude of the click besides.

    Returns
    -------
    (kind, id) or None
        See :func:`planner.maps.district_map.clicked`.

    Raises
    ------
    InputError
        If the map needs a browser file that is not shipped.
    PlannerError
        If the browser files have not been brought to this installation.
    """
    _guard()
    components.declare_component(_COMPONENT, path=browser_files())
    components.declare_component(_OWN, path=own_files())
    # streamlit-folium writes into what it is given, and names a map by its script without all that follows an
    # underscore: so give it copies, and name the map by all that it holds.
    shown, layers = copy.deepcopy(base), copy.deepcopy(list(groups))
    name = f"{key}-{_digest(base)}"
    if isinstance(shown, OfflineMap):
        shown.link_scripts(_own_scripts())
        shown.keep_view(key)
    # Where nothing is served, as in a script that is run by itself, parts travel with the message.
    for call in [call for element in (shown, *layers) for call in calls_of(element) if exists()]:
        call.addresses = {part.digest: _served(part) for part in call.parts if part.is_large}
    payload = streamlit_folium.st_folium(
        shown,
        key=name,
        height=height,
        use_container_width=True,
        returned_objects=["last_active_drawing"],
        feature_group_to_add=layers or None,
        center=center,
        zoom=zoom,
        on_change=_reporting(name, on_click, on_spot),
    )
    return clicked(payload)


def answering(kind: str, html: str) -> str:
    """Return a card as the answer to the last click on a map: the browser brings its head into sight, see page.js.

    Parameters
    ----------
    kind : str
        Of what the card is of, as a click tells it; the card is left as it is where something else was clicked.
    html : str
    """
    last, count = st.session_state.get(_ANSWER_KEY, ("", 0))
    return f'<div data-answer="{count}">{html}</div>' if last == kind else html


def _reporting(
    name: str,
    on_click: Callable[[str, str], None] | None,
    on_spot: Callable[[str, str, tuple[float, float]], None] | None = None,
) -> Callable[[], None]:
    """Return what Streamlit is to call when the map of that name sends something."""

    def changed() -> None:
        hit = clicked(st.session_state.get(name))
        if hit is not None:
            st.session_state[_ANSWER_KEY] = (hit[0], st.session_state.get(_ANSWER_KEY, ("", 0))[1] + 1)
        if on_click is not None and hit is not None:
            on_click(*hit)
        at = clicked_at(st.session_state.get(name))
        if on_spot is not None and hit is not None and at is not None:
            on_spot(*hit, at)

    return changed


@cache
def _own_scripts() -> tuple[str, ...]:
    """Return the addresses of the planner's own scripts, new ones after an upgrade."""
    texts = b"".join((own_files() / name).read_bytes() for name in SCRIPTS)
    version = hashlib.sha256(texts).hexdigest()[:12]
    return tuple(f"{_OWN}/{name}?v={version}" for name in SCRIPTS)


def _served(part: Part) -> str:
    """Return where the map's frame finds a part: a file that Streamlit keeps as long as a session shows it.

    Its address cannot be guessed, and is told to nobody but the sessions that show the part.
    """
    files = get_instance().media_file_mgr
    # Streamlit names a large file by samples of it: the digest in the file's name tells two apart.
    address = files.add(part.packed, _KIND, f"map-part-{part.digest}", file_name=part.digest)
    return f"../..{address}"


def _digest(base: OfflineMap) -> str:
    """Return a digest of all that a map holds, without the identifiers that folium makes up."""
    known: str | None = _DIGESTS.get(base)
    if known is None:
        told = copy.deepcopy(base)
        parts = [part.digest for call in calls_of(told) for part in call.parts]
        for call in calls_of(told):
            call.parts = ()
        html = str(told.get_root().render())
        known = hashlib.sha256("".join([_IDS.sub("", html), *parts]).encode()).hexdigest()[:16]
        # A map is not changed once it is made, and one of a whole country takes seconds to be written out.
        _DIGESTS[base] = known
    return known
