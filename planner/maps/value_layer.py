"""A map layer of shares from 0 to 1 at places: five classes from poor to good, and unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import folium
import numpy as np

from planner.i18n import Speech
from planner.maps.district_map import located
from planner.maps.legend import LegendRow
from planner.maps.marks import FACILITY_RADIUS_PX, STEM_PX, VALUE_CLASSES, marks, theme
from planner.maps.offline import Call
from planner.results import Assessment, FloatArray, IntArray

UNKNOWN = "no_data"


def classes(value: FloatArray) -> IntArray:
    """Return the class of each share, 0 to 4 (the last with its upper bound); -1 where it is unknown."""
    known = np.isfinite(value)
    steps = np.floor(np.where(known, value, 0.0) * len(VALUE_CLASSES))
    return np.where(known, np.clip(steps, 0, len(VALUE_CLASSES) - 1), -1).astype(np.int64)


def value_layer(
    assessment: Assessment,
    name: str,
    value: FloatArray,
    lines: Callable[[int], Sequence[str]],
    *,
    selected: str | None = None,
) -> folium.FeatureGroup:
    """Return a layer of shares, for a map that :func:`planner.maps.district_map.base_map` made.

    Parameters
    ----------
    assessment : Assessment
    name : str
        Of the layer.
    value : (n,) float array
        0 to 1, NaN where unknown.
    lines : callable
        What is said of a place, given its index.
    selected : str, optional
        Id of a place to mark as chosen.
    """
    of_class = classes(value)
    texts: dict[str, int] = {}
    places = [
        [int(of_class[i]) + 1, [texts.setdefault(t, len(texts)) for t in lines(i)]]
        for i in located(assessment)
    ]
    data = {
        "states": [UNKNOWN, *VALUE_CLASSES],
        "places": places,
        "texts": list(texts),
        "selected": selected,
        "areas": [],
        "facilities": [],
        "facilityRadius": FACILITY_RADIUS_PX,
        "stem": STEM_PX,
    }
    # A layer's name is markup to Leaflet's own control.
    group = folium.FeatureGroup(name=escape(name))
    group.add_child(Call("service", data))
    return group


def value_legend(
    assessment: Assessment, say: Speech, value: FloatArray, *, dark: bool = False
) -> list[LegendRow]:
    """Return the legend of a layer of shares: classes from poor to good with people and places, then unknown."""
    of_class, people = classes(value), assessment.places.population
    looks = marks(theme(dark))
    rows = []
    for number, symbol in enumerate((*VALUE_CLASSES, UNKNOWN)):
        here = of_class == (number if symbol != UNKNOWN else -1)
        if symbol == UNKNOWN and not here.any():
            continue
        low, high = number / len(VALUE_CLASSES), (number + 1) / len(VALUE_CLASSES)
        label = say("no data") if symbol == UNKNOWN else f"{say.number(low, 1)} – {say.number(high, 1)}"
        look = looks[symbol]
        rows.append(
            LegendRow(
                symbol, None, label, look.fill or look.stroke, float(people[here].sum()), int(here.sum())
            )
        )
    return rows
