"""The one way a map gets onto a page: with the browser files that are shipped, and no others.

streamlit-folium loads whatever addresses a map names, one after another, and shows an empty frame when one
cannot be reached. Here every address is replaced by the local copy, and one that has none is an error before
anything is sent. The copies are served as the files of a Streamlit component, so they are found from the
map's frame by a relative address, whatever path the app is served under, and no static serving has to be
switched on.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import streamlit as st
import streamlit.components.v1 as components
import streamlit_folium

from planner.errors import InputError
from planner.maps.district_map import clicked, clicked_at
from planner.maps.offline import LEAFLET_CSS, LEAFLET_JS, Group, OfflineMap, browser_files

_COMPONENT = "leaflet"
_DIGESTS: WeakKeyDictionary[OfflineMap, str] = WeakKeyDictionary()
_IDS = re.compile(r"[0-9a-f]{32}")


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
    # streamlit-folium writes into what it is given, and names a map by its script without all that follows an
    # underscore: so give it copies, and name the map by all that it holds.
    shown, layers = copy.deepcopy(base), copy.deepcopy(list(groups))
    name = f"{key}-{_digest(base)}"
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


def _reporting(
    name: str,
    on_click: Callable[[str, str], None] | None,
    on_spot: Callable[[str, str, tuple[float, float]], None] | None = None,
) -> Callable[[], None]:
    """Return what Streamlit is to call when the map of that name sends something."""

    def changed() -> None:
        hit = clicked(st.session_state.get(name))
        if on_click is not None and hit is not None:
            on_click(*hit)
        at = clicked_at(st.session_state.get(name))
        if on_spot is not None and hit is not None and at is not None:
            on_spot(*hit, at)

    return changed


def _digest(base: OfflineMap) -> str:
    """Return a digest of all that a map holds, without the identifiers that folium makes up."""
    known: str | None = _DIGESTS.get(base)
    if known is None:
        html = str(copy.deepcopy(base).get_root().render())
        known = hashlib.sha256(_IDS.sub("", html).encode()).hexdigest()[:16]
        # A map is not changed once it is made, and one of a whole country takes seconds to be written out.
        _DIGESTS[base] = known
    return known
