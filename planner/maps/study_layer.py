"""A layer of places and service points for the maps of studies: a sign for each place, whatever it stands for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import folium
import numpy as np

from planner.i18n import Speech
from planner.maps.geometry import SCALE
from planner.maps.legend import LegendRow
from planner.maps.marks import FACILITY_RADIUS_PX, STEM_PX, marks, theme
from planner.maps.offline import Call
from planner.maps.view import MODELLED
from planner.results import Facilities, IntArray, Places
from planner.standards.model import Text, in_language


def study_layer(
    name: Text,
    places: Places,
    signs: Sequence[str],
    kind: IntArray,
    lines: Callable[[int], list[str]],
    say: Speech,
    *,
    points: Sequence[dict[str, object]] = (),
    **more: object,
) -> folium.FeatureGroup:
    """Return a layer for a map that :func:`planner.maps.district_map.base_map` made of the same district.

    Parameters
    ----------
    name : mapping of str to str
        Of the layer, by language.
    places : Places
    signs : sequence of str
        Names of marks (:func:`planner.maps.marks.marks`).
    kind : (n,) int array
        Position in `signs` of each place's mark.
    lines : callable
        Returns what a place's tooltip says beside its name.
    say : Speech
    points : sequence
        Service points as :func:`study_point` gives them.
    **more
        Whatever else the browser is to draw: ``flows``, ``ways``.
    """
    located = np.flatnonzero(np.isfinite(places.lon) & np.isfinite(places.lat))
    texts: dict[str, int] = {}
    rows = [[int(kind[i]), [texts.setdefault(t, len(texts)) for t in lines(int(i))]] for i in located]
    data: dict[str, Any] = {
        "states": list(signs),
        "places": rows,
        "texts": list(texts),
        "selected": None,
        "areas": [],
        "facilities": list(points),
        "facilityRadius": FACILITY_RADIUS_PX,
        "stem": STEM_PX,
        **more,
    }
    group = folium.FeatureGroup(name=escape(in_language(name, say.language)))
    group.add_child(Call("service", data))
    return group


def study_point(
    facilities: Facilities, f: int, say: Speech, lines: Sequence[str] = (), mark: str | None = None
) -> dict[str, object]:
    """Return a service point to draw: its name and what is said of it, with a mark of its own where one is named."""
    modelled = facilities.sources[f] == MODELLED
    told = [in_language(facilities.names[f], say.language), *lines]
    return {
        "id": facilities.ids[f],
        "lon": round(float(facilities.lon[f]) * SCALE),
        "lat": round(float(facilities.lat[f]) * SCALE),
        "modelled": modelled,
        "mark": mark,
        "lines": [*told, say("modelled data")] if modelled else told,
    }


def point_rows(
    facilities: Facilities, shown: Sequence[int], name: str, say: Speech, *, dark: bool
) -> list[LegendRow]:
    """Return the legend's rows for service points: those of real and those of modelled data, as the map shows them."""
    modelled = sum(facilities.sources[f] == MODELLED for f in shown)
    return counted_rows(len(shown) - modelled, modelled, name, say, dark=dark)


def counted_rows(real: int, modelled: int, name: str, say: Speech, *, dark: bool) -> list[LegendRow]:
    """Return the legend's rows for so many service points of real and so many of modelled data; none for nothing."""
    rows = []
    if real:
        rows.append(study_row("facility", name, None, real, dark=dark))
    if modelled:
        label = say("{name} (modelled data)", name=name)
        rows.append(study_row("facility_modelled", label, None, modelled, dark=dark))
    return rows


def study_row(symbol: str, label: str, people: float | None, places: int | None, *, dark: bool) -> LegendRow:
    """Return a row of a study's legend."""
    look = marks(theme(dark))[symbol]
    return LegendRow(symbol, None, label, look.fill or look.stroke, people, places)
