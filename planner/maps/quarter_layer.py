"""A town by building on the map: homes as dots by state, quarters to be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import folium
import numpy as np
import shapely

from planner.i18n import Speech
from planner.maps.district_map import base_map, facility_mark
from planner.maps.geometry import SCALE, Bounds, as_geometry, packed_polygons
from planner.maps.legend import LegendRow, legend
from planner.maps.marks import FACILITY_RADIUS_PX, STEM_PX
from planner.maps.offline import Call, OfflineMap
from planner.maps.parts import Part
from planner.maps.view import facility_points, service_name, service_view
from planner.results import Assessment, FloatArray, IntArray, Quarter, Quarters, State, StateArray
from planner.standards.model import in_language

_OUTERMOST = 0.01
_LEAST_PX, _PX_PER_ROOT_PERSON, _MOST_PX = 1.6, 0.35, 7.0


def quarter_map(
    found: Quarters, say: Speech, *, basemap: str | None = None, attribution: str = "", dark: bool = False
) -> OfflineMap:
    """Return the map of a town on which services are shown: outline, quarters with their numbers, streets.

    Parameters
    ----------
    found : Quarters
    say : Speech
    basemap, attribution, dark
        As :func:`planner.maps.district_map.base_map` takes them.
    """
    labels = []
    for number in range(len(found.assessment.zones)):
        here = found.assessment.places.zone == number
        if here.any():
            lon, lat = found.assessment.places.lon[here], found.assessment.places.lat[here]
            quarter = found.quarters[number]
            labels.append(
                [quarter.id, number_of(number), quarter.people, 0, round(float(np.median(lon)) * SCALE),
                 round(float(np.median(lat)) * SCALE), ""]
            )  # fmt: skip
    return base_map(
        found.assessment, say, basemap=basemap, attribution=attribution, dark=dark, places=labels,
        bounds=home_bounds(found.assessment),
    )  # fmt: skip


def number_of(zone: int) -> str:
    """Return the sign of a quarter on the map: its number in the list."""
    return f"№ {zone + 1}"


def home_bounds(assessment: Assessment) -> Bounds:
    """Return west, south, east and north of the town as it is built.

    Its land may reach far beyond its last house, and a mountain hut far beyond the others: the outermost hundredth of
    the homes on each side is left out.
    """
    west, east = np.nanquantile(assessment.places.lon, [_OUTERMOST, 1 - _OUTERMOST])
    south, north = np.nanquantile(assessment.places.lat, [_OUTERMOST, 1 - _OUTERMOST])
    return float(west), float(south), float(east), float(north)


def quarter_layer(
    found: Quarters, say: Speech, service: str, *, selected: str | None = None
) -> folium.FeatureGroup:
    """Return the layer of one service, for a map that :func:`quarter_map` made of the same town.

    Homes are dots, coloured by state, drawn in one pass from packed arrays: tens of thousands stay smooth. A click on a
    quarter gives its id and the kind ``quarter``.

    Parameters
    ----------
    found : Quarters
    say : Speech
    service : str
    selected : str, optional
        Id of a quarter to mark as chosen.

    Raises
    ------
    KeyError
        If the service was not assessed.
    """
    part = quarter_part(found, say, service)
    return homes_of(part, service_name(found.assessment, service, say), selected=selected)


def homes_of(part: Part, name: str, *, selected: str | None = None) -> folium.FeatureGroup:
    """Return the layer that a part of :func:`quarter_part` holds, with a quarter marked as chosen."""
    # A layer's name is markup to Leaflet's own control.
    group = folium.FeatureGroup(name=escape(name))
    group.add_child(Call("quarters", {"selected": selected}, [part]))
    return group


def quarter_part(found: Quarters, say: Speech, service: str) -> Part:
    """Return what the layer of a service shows, whichever quarter is chosen.

    Parameters are those of :func:`quarter_layer`; so are the errors.
    """
    assessment = found.assessment
    view = service_view(assessment, service)
    points = [facility_mark(assessment, p, say) for p in facility_points(assessment, view, say)]
    return homes_part(found, [state.label for state in State], view.state, points, say)


def homes_part(
    found: Quarters,
    signs: Sequence[str],
    kind: IntArray | StateArray,
    points: Sequence[dict[str, object]],
    say: Speech,
) -> Part:
    """Return what a layer of homes shows, whatever its signs stand for.

    Parameters
    ----------
    found : Quarters
    signs : sequence of str
        At most ten names of marks (:func:`planner.maps.marks.marks`), those drawn first first.
    kind : (n,) int array
        Position in `signs` of the mark of each home.
    points : sequence
        Service points, as the browser draws them.
    say : Speech
    """
    assessment = found.assessment
    located = np.flatnonzero(np.isfinite(assessment.places.lon))
    zones = assessment.zones
    data = {
        "states": list(signs),
        "homes": {
            "lon": _packed(assessment.places.lon[located]),
            "lat": _packed(assessment.places.lat[located]),
            "state": "".join(map(str, kind[located].tolist())),
            "radius": _radii(assessment.places.population[located]),
        },
        "quarters": [
            {
                "id": zones.ids[number],
                "shape": packed_polygons(shapely.simplify(as_geometry(zones.outlines[number]), 2e-5)),
                "lines": _lines(found.quarters[number], say),
            }
            for number in range(len(zones))
        ],
        "facilities": list(points),
        "facilityRadius": FACILITY_RADIUS_PX,
        "stem": STEM_PX,
    }
    return Part(data)


def quarter_legend(
    assessment: Assessment, say: Speech, service: str, *, dark: bool = False
) -> list[LegendRow]:
    """Return the legend of a service's layer: states with people and homes, service points."""
    return [row for row in legend(assessment, say, service, dark=dark) if row.symbol != "gap_zone"]


def _lines(quarter: Quarter, say: Speech) -> list[str]:
    return [
        in_language(quarter.name, say.language),
        say.plural("{count} person", "{count} people", quarter.people),
        say.plural("{count} home", "{count} homes", quarter.homes),
    ]


def _packed(degrees: FloatArray) -> list[int]:
    """Return the first value and then differences, in hundred-thousandths of a degree."""
    whole = np.round(degrees * SCALE).astype(np.int64)
    return [int(step) for step in np.diff(whole, prepend=0)]


def _radii(people: FloatArray) -> list[int]:
    """Return radii in tenths of a pixel: the area of a dot grows with its people."""
    radius = np.clip(_LEAST_PX + _PX_PER_ROOT_PERSON * np.sqrt(people), None, _MOST_PX)
    return [int(tenth) for tenth in np.round(10 * radius)]
