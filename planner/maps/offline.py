"""A folium map that needs nothing but Leaflet: no tiles, no icon fonts, no other library."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib import resources
from typing import Any

import folium
from branca.element import Element, MacroElement
from folium.template import Template

from planner.maps.embed import embedded
from planner.maps.vendor import leaflet

LEAFLET_JS = "leaflet/leaflet.js"
LEAFLET_CSS = "leaflet/leaflet.css"


@cache
def _resource(name: str) -> str:
    return (resources.files("planner.maps") / name).read_text(encoding="utf-8")


class _Runtime(MacroElement):  # type: ignore[misc]
    """Writes the planner's own script and styles into the page."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}<style>{{ this.css }}</style>{% endmacro %}
        {% macro script(this, kwargs) %}{{ this.js }}{% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()
        self._name = "DistrictRuntime"
        self.css = _resource("district.css")
        self.js = _resource("district.js")


class Call(MacroElement):  # type: ignore[misc]
    """Calls one of the functions of ``district.js`` on the map, with data.

    Parameters
    ----------
    function : {"setup", "service", "preview"}
        ``service`` is called on the feature group it is added to and on that group's map.
    data : object
        Embedded as JSON that cannot turn into script.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            districtMap.{{ this.function }}({{ this.targets() }}, {{ this.data }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str, data: object) -> None:
        super().__init__()
        self._name = "DistrictCall"
        self.function = function
        self.data = embedded(data)

    def targets(self) -> str:
        """Return the JavaScript names of what the function is called on."""
        parent = self._parent
        if isinstance(parent, folium.FeatureGroup):
            return f"{parent.get_name()}, {parent._parent.get_name()}"
        return str(parent.get_name())


class OfflineMap(folium.Map):  # type: ignore[misc]
    """A map for pages without the internet.

    Parameters
    ----------
    basemap : str, optional
        Address template of a tile server, with ``{z}``, ``{x}`` and ``{y}``; no background where not given.
    attribution : str
        Whom to name for the tiles; shown as text.
    """

    default_js = [("leaflet", LEAFLET_JS)]  # noqa: RUF012 (folium's own way to declare them)
    default_css = [("leaflet_css", LEAFLET_CSS)]  # noqa: RUF012

    def __init__(self, *, basemap: str | None = None, attribution: str = "") -> None:
        snap = {} if basemap else {"zoom_snap": 0.25, "zoom_delta": 0.75}
        super().__init__(
            location=(0.0, 0.0), zoom_start=3, tiles=None, zoom_control=False, max_zoom=18, min_zoom=3, **snap
        )
        if basemap:
            # An attribution is markup to Leaflet; folium insists on one.
            folium.TileLayer(tiles=basemap, attr=escape(attribution) or "&nbsp;", control=False).add_to(self)
        self.add_child(_Runtime())

    def call(self, function: str, data: object) -> OfflineMap:
        """Add a call of one of the functions of ``district.js`` and return the map."""
        self.add_child(Call(function, data))
        return self

    def standalone(self) -> str:
        """Return the map as one HTML page with Leaflet inside, which opens with no network.

        Raises
        ------
        planner.maps.vendor.AssetsError
            If Leaflet has not been brought to this installation.
        """
        figure = self.get_root()
        # Instance attributes hide the class's links, so that none is written into the page.
        self.default_js, self.default_css = [], []
        css = leaflet("leaflet.css").replace("url(images/", "url(data:,")
        figure.header.add_child(Element(f"<style>{_raw(css)}</style>"), name="leaflet_css")
        js = leaflet("leaflet.js").replace("//# sourceMappingURL=leaflet.js.map", "")
        figure.header.add_child(Element(f"<script>{_raw(js)}</script>"), name="leaflet")
        return str(figure.render())


def _raw(text: str) -> str:
    """Return a script as branca's template will leave it: branca reads an element's text as a template."""
    return "{% raw %}" + text + "{% endraw %}"


Group = Any
"""A feature group of folium, which has no types of its own."""
