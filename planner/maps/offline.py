"""A folium map that needs nothing but Leaflet: no tiles, no icon fonts, no other library."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

from planner.errors import PlannerError
from planner.i18n import Speech, words
from planner.maps.embed import embedded
from planner.maps.parts import Part
from planner.maps.vendor import leaflet, vendor_dir

LEAFLET_JS = "leaflet/leaflet.js"
LEAFLET_CSS = "leaflet/leaflet.css"
SCRIPTS = (
    "parts.js", "surface.js", "marks.js", "roads.js", "crowd.js", "dots.js", "labels.js", "layers.js", "tools.js",
    "district.js", "keys.js",
)  # fmt: skip
"""The planner's own script, in the order in which a page reads it."""

_LEAST_APART = 16_000


@cache
def _resource(name: str) -> str:
    return (own_files() / name).read_text(encoding="utf-8")


def own_files() -> Path:
    """Return the folder of the planner's own scripts and styles."""
    return Path(str(resources.files("planner.maps") / "browser"))


class _Runtime(MacroElement):
    """Writes the planner's own script and styles into the page."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}<style>{{ this.css }}</style>{% endmacro %}
        {% macro script(this, kwargs) %}{{ this.js }}{% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "DistrictRuntime"
        self.css = _resource("district.css")
        self.js = "".join(_resource(name) for name in SCRIPTS)


class Call(MacroElement):
    """Calls one of the functions of the planner's script on the map, with data.

    Parameters
    ----------
    function : {"setup", "ground", "service", "areas", "quarters", "choropleth", "editing", "preview", "linked"}
        All but ``setup``, ``ground`` and ``preview`` are called on the feature group they are added to and on its map.
    data : mapping
        Written as JSON that cannot turn into script.
    parts : sequence of Part
        More of the data, which the browser fetches by itself where it is told an address.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            districtMap.call("{{ this.function }}", [{{ this.targets() }}], {{ this.small }}, [{{ this.told() }}]);
        {% endmacro %}
        """
    )

    def __init__(self, function: str, data: Mapping[str, object], parts: Sequence[Part] = ()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "DistrictCall"
        self.function = function
        self.small = embedded(data)
        self.parts = tuple(parts)
        self.addresses: Mapping[str, str] = {}
        if not parts and len(self.small) > _LEAST_APART:
            self.small, self.parts = "{}", (Part(data),)

    def __deepcopy__(self, memo: dict[int, object]) -> Call:
        # Parts are never changed: copies share them.
        memo.update({id(part): part for part in self.parts})
        made = type(self).__new__(type(self))
        memo[id(self)] = made
        made.__dict__.update({name: copy.deepcopy(value, memo) for name, value in self.__dict__.items()})
        return made

    @property
    def data(self) -> str:
        """All data as one JavaScript literal."""
        whole: dict[str, object] = json.loads(self.small)
        for part in self.parts:
            whole.update(part.data)
        return embedded(whole)

    def told(self) -> str:
        """Return the parts as the script takes them: by address where they have one, or else written out."""
        return ", ".join(
            embedded(self.addresses[part.digest]) if part.digest in self.addresses else part.literal
            for part in self.parts
        )

    def targets(self) -> str:
        """Return the JavaScript names of what the function is called on."""
        names = []
        owner = self._parent
        while owner is not None and not isinstance(owner, Figure):
            names.append(owner.get_name())
            owner = owner._parent
        return ", ".join(names)


class OfflineMap(folium.Map):
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
        # Tiles are sharp at whole zooms only; without them the district may fill its frame.
        step = 1.0 if basemap else 0.25
        super().__init__(
            location=(0.0, 0.0),
            zoom_start=3,
            tiles=None,
            zoom_control=False,
            min_zoom=3,
            max_zoom=18,
            zoom_snap=step,
            zoom_delta=1.0 if basemap else 0.75,
        )
        if basemap:
            # An attribution is markup to Leaflet; folium insists on one.
            folium.TileLayer(tiles=basemap, attr=escape(attribution) or "&nbsp;", control=False).add_to(self)
        self.add_child(_Runtime())

    def call(self, function: str, data: Mapping[str, object], parts: Sequence[Part] = ()) -> OfflineMap:
        """Add a call of one of the functions of the planner's script and return the map."""
        self.add_child(Call(function, data, parts))
        return self

    def link_scripts(self, addresses: Sequence[str]) -> None:
        """Have the page load the planner's own script from addresses, in place of writing it out in every message.

        Parameters
        ----------
        addresses : sequence of str
            Of the files :data:`SCRIPTS`.
        """
        for runtime in [child for child in self._children.values() if isinstance(child, _Runtime)]:
            runtime.js = ""
        self.default_js = [*self.default_js, *((address, address) for address in addresses)]

    def keep_view(self, name: str) -> None:
        """Have the browser keep the view of the map under a name, as long as its tab is open."""
        for call in calls_of(self):
            if call.function == "setup":
                call.small = embedded({**json.loads(call.small), "view": name})

    def standalone(self) -> str:
        """Return the map as one HTML page with Leaflet inside, which opens with no network.

        Raises
        ------
        PlannerError
            If Leaflet has not been brought to this installation.
        """
        browser_files()
        figure = self.get_root()
        assert isinstance(figure, Figure)  # a folium map makes its own
        # Instance attributes hide the class's links, so that none is written into the page.
        self.default_js, self.default_css = [], []
        css = leaflet("leaflet.css").replace("url(images/", "url(data:,")
        figure.header.add_child(Element(f"<style>{_raw(css)}</style>"), name="leaflet_css")
        js = leaflet("leaflet.js").replace("//# sourceMappingURL=leaflet.js.map", "")
        figure.header.add_child(Element(f"<script>{_raw(js)}</script>"), name="leaflet")
        _number(figure)
        return str(figure.render())


def _number(figure: Figure) -> None:
    """Name the elements of a page by their order in it: branca draws lots, and no two files would be the same."""
    waiting, count = [figure.header, figure.html, figure.script, *figure._children.values()], 0
    while waiting:
        element = waiting.pop(0)
        element._id = f"{count:032x}"
        count += 1
        waiting = [*element._children.values(), *waiting]


def calls_of(element: Element) -> list[Call]:
    """Return the calls in a map or in a layer of one."""
    return [child for child in element._children.values() if isinstance(child, Call)]


def browser_files() -> Path:
    """Return the folder of the browser files that every map needs.

    Raises
    ------
    PlannerError
        If they have not been brought to this installation.
    """
    folder = vendor_dir()
    if not folder.is_dir():
        raise PlannerError(
            "The map's browser files are missing from this installation.",
            "Bring them once, with a network connection: python -m planner.maps.vendor",
        )
    return folder


def control_texts(say: Speech) -> dict[str, str]:
    """Return what the map's own controls say."""
    return {
        "zoom_in": say("Zoom in"),
        "zoom_out": say("Zoom out"),
        "m": words.unit(say, "m"),
        "km": words.unit(say, "km"),
        "language": say.language,
        "missing": say("The map's data did not arrive. Reload the page."),
        "label": say("Map. What it shows stands as text in the legend, in the card and on the page “Gaps”."),
        "keys": say("Arrow keys move the map under the cross, Enter chooses what lies there, + and − zoom."),
        "nothing": say("Nothing to choose near the cross."),
    }


def _raw(text: str) -> str:
    """Return a script as branca's template will leave it: branca reads an element's text as a template."""
    return "{% raw %}" + text + "{% endraw %}"


Group = folium.FeatureGroup
"""A layer that can be shown on a map, under a name that rooms without folium may use."""
