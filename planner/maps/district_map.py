"""The district's map for the page and the report: a base that stays, and a layer for each service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from html import escape
from typing import Any

import folium
import numpy as np

from planner.i18n import Speech
from planner.layers.deadline import check_time
from planner.maps.geometry import (
    SCALE,
    Bounds,
    as_geometry,
    bounds_of,
    grouped_roads,
    packed_polygons,
    packed_together,
)
from planner.maps.legend import LegendRow, legend, legend_html, modelled_note
from planner.maps.marks import FACILITY_RADIUS_PX, STEM_PX, mark_data, radius_px, theme
from planner.maps.offline import Call, OfflineMap, control_texts
from planner.maps.parts import Part
from planner.maps.view import (
    FacilityPoint,
    GapArea,
    facility_points,
    gap_areas,
    place_texts,
    service_name,
    service_view,
)
from planner.results import Assessment, State

__all__ = ["LegendRow", "base_map", "clicked", "legend", "legend_html", "modelled_note", "service_layer"]

KINDS = ("place", "facility", "gap_zone", "road", "quarter", "district", "before", "after", "ground")
"""What a click can hit."""

_AS_COLUMNS = 2_000
"""From so many service points on they are sent column by column: a third of the size."""


def located(assessment: Assessment) -> list[int]:
    """Return the indices of the places that have coordinates, in their order."""
    places = assessment.places
    return [int(i) for i in np.flatnonzero(np.isfinite(places.lon) & np.isfinite(places.lat))]


def base_map(
    assessment: Assessment,
    say: Speech,
    *,
    basemap: str | None = None,
    attribution: str = "",
    dark: bool = False,
    places: list[list[object]] | None = None,
    bounds: Bounds | None = None,
    ground: Sequence[Part] | None = None,
) -> OfflineMap:
    """Return the map on which services are shown: outline, zones, roads and names, fitted to the district.

    Parameters
    ----------
    assessment : Assessment
    say : Speech
        The language of names and texts.
    basemap : str, optional
        Address template of a tile server; without it the map needs no internet.
    attribution : str
        Whom the tiles are by.
    dark : bool
        Colours for a dark page.
    places : list, optional
        What is labelled in place of the assessment's places: rows of id, name, people, radius, packed lon, lat, text.
    bounds : tuple of float, optional
        West, south, east and north to fit the map to; those of the district where not given.
    ground : sequence of Part, optional
        What :func:`ground_lines` and :func:`ground_places` gave for the same district, where it is at hand.

    Returns
    -------
    OfflineMap
        A ``folium.Map``.
    """
    own = () if ground else (
        ground_lines(assessment), ground_places(assessment, say) if places is None else places_part(places),
    )  # fmt: skip
    made = OfflineMap(basemap=basemap, attribution=attribution)
    setup = setup_data(say, bounds or district_bounds(assessment), tiles=basemap is not None, dark=dark)
    return made.call("setup", setup).call("ground", {}, ground or own)


def setup_data(
    say: Speech, bounds: Bounds | None, *, tiles: bool = False, dark: bool = False
) -> dict[str, object]:
    """Return what the browser is told first of a map: its colours, its texts, where to look."""
    return {
        "theme": asdict(theme(dark)),
        "marks": mark_data(theme(dark)),
        "texts": control_texts(say),
        "tiles": tiles,
        "bounds": _corners(bounds),
    }


def ground_lines(assessment: Assessment) -> Part:
    """Return outline, zones and roads of a district."""
    lines = {
        "outline": packed_polygons(as_geometry(assessment.outline)) if assessment.outline else [],
        "zones": [
            rings for outline in assessment.zones.outlines for rings in packed_polygons(as_geometry(outline))
        ],
        "roads": [
            {"rank": rank, "paved": paved, **packed_together(lines)}
            for (rank, paved), lines in grouped_roads(assessment.roads).items()
        ],
    }
    return Part(lines)


def ground_places(assessment: Assessment, say: Speech) -> Part:
    """Return the places of a district with their names in a language."""
    return places_part(_places(assessment, say))


def places_part(rows: Sequence[Sequence[object]]) -> Part:
    """Return places column by column, from rows of id, name, people, radius, packed lon, lat, text."""
    ids, names, people, radius, lon, lat, said = zip(*rows, strict=True) if rows else ((),) * 7
    texts: dict[object, int] = {}
    return Part(
        {
            "places": {
                "ids": ids,
                "names": names,
                "people": people,
                "radius": radius,
                "lon": np.diff(np.array(lon, dtype=np.int64), prepend=0),
                "lat": np.diff(np.array(lat, dtype=np.int64), prepend=0),
                "said": [texts.setdefault(text, len(texts)) for text in said],
                "texts": list(texts),
            }
        }
    )


def district_bounds(assessment: Assessment) -> Bounds | None:
    """Return west, south, east and north of the district: its outline, or else its zones, or its places."""
    if assessment.outline:
        return bounds_of([as_geometry(assessment.outline)])
    if len(assessment.zones):
        return bounds_of(as_geometry(outline) for outline in assessment.zones.outlines)
    at = located(assessment)
    if not at:
        return None
    lon, lat = assessment.places.lon[at], assessment.places.lat[at]
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _corners(bounds: Bounds | None) -> list[list[float]] | None:
    if bounds is None:
        return None
    west, south, east, north = bounds
    return [[round(south, 5), round(west, 5)], [round(north, 5), round(east, 5)]]


def _places(assessment: Assessment, say: Speech) -> list[list[object]]:
    places = assessment.places
    said: dict[tuple[float, bool], str] = {}
    rows: list[list[object]] = []
    for i in located(assessment):
        people, estimated = float(places.population[i]), places.population_source[i] == "estimated"
        if (people, estimated) not in said:
            text = say.plural("{count} person", "{count} people", people)
            said[people, estimated] = say("{people} (estimated)", people=text) if estimated else text
        lon, lat = round(float(places.lon[i]) * SCALE), round(float(places.lat[i]) * SCALE)
        name = places.name(i, say.language)
        rows.append([places.ids[i], name, people, radius_px(people), lon, lat, said[people, estimated]])
    return rows


def service_layer(
    assessment: Assessment,
    say: Speech,
    service: str,
    standard_id: str | None = None,
    *,
    selected: str | None = None,
    show: bool = True,
) -> folium.FeatureGroup:
    """Return the layer of one service, for a map that :func:`base_map` made of the same assessment.

    Places are circles with an area that grows with their people, coloured and ringed by state; service points
    stand on stems; gap zones are translucent. A click gives the feature's id and kind, see :func:`clicked`.

    Parameters
    ----------
    assessment : Assessment
    say : Speech
    service : str
    standard_id : str, optional
        One of the service's standards; all of them together (the worst state) where not given.
    selected : str, optional
        Id of a place to mark as chosen.
    show : bool
        Whether the layer is on the map from the start.

    Raises
    ------
    KeyError
        If the service or the standard was not assessed.
    """
    part = service_part(assessment, say, service, standard_id)
    return layer_of(part, service_name(assessment, service, say), selected=selected, show=show)


def layer_of(part: Part, name: str, *, selected: str | None = None, show: bool = True) -> folium.FeatureGroup:
    """Return the layer that a part of :func:`service_part` holds, with a place marked as chosen."""
    # A layer's name is markup to Leaflet's own control.
    group = folium.FeatureGroup(name=escape(name), show=show)
    group.add_child(Call("service", {"selected": selected}, [part]))
    return group


def service_part(assessment: Assessment, say: Speech, service: str, standard_id: str | None = None) -> Part:
    """Return what the layer of a service shows, whichever place is chosen.

    Parameters are those of :func:`service_layer`; so are the errors.
    """
    check_time()
    view = service_view(assessment, service, standard_id)
    at = located(assessment)
    texts: dict[str, int] = {}
    told = place_texts(assessment, view, at, say)
    data = {
        "states": [state.label for state in State],
        "places": [
            [state, [texts.setdefault(text, len(texts)) for text in lines]]
            for state, lines in zip(view.state[at].tolist(), told, strict=True)
        ],
        "texts": list(texts),
        "areas": [_area(k, area, say) for k, area in enumerate(gap_areas(assessment, view))],
        **_points(assessment, facility_points(assessment, view, say), say),
        "facilityRadius": FACILITY_RADIUS_PX,
        "stem": STEM_PX,
    }
    return Part(data)


def _area(number: int, area: GapArea, say: Speech) -> dict[str, object]:
    lines = [
        say("gap zone"),
        say.plural("{count} person", "{count} people", area.people),
        say.plural("{count} place", "{count} places", area.places),
    ]
    return {"id": f"gap-{number + 1}", "shape": packed_polygons(area.geometry), "lines": lines}


def _points(assessment: Assessment, points: Sequence[FacilityPoint], say: Speech) -> dict[str, object]:
    """Return service points as the browser reads them: each by itself, or as columns where there are very many."""
    if len(points) < _AS_COLUMNS:
        return {"facilities": [facility_mark(assessment, point, say) for point in points]}
    texts: dict[tuple[str | None, ...], int] = {}
    told = []
    for point in points:
        # The name stands in a column of its own.
        lines = facility_lines(assessment, point, say)
        told.append(texts.setdefault((None, *lines[1:]) if point.name else tuple(lines), len(texts)))
    columns = {
        "ids": [point.id for point in points],
        "names": [point.name for point in points],
        "lon": _steps([point.lon for point in points]),
        "lat": _steps([point.lat for point in points]),
        "modelled": "".join("1" if point.modelled else "0" for point in points),
        "told": told,
        "lines": [list(lines) for lines in texts],
    }
    return {"facilities": [], "columns": columns}


def _steps(degrees: Sequence[float]) -> list[int]:
    """Return the first value and then differences, in hundred-thousandths of a degree."""
    whole = np.round(np.array(degrees) * SCALE).astype(np.int64)
    return [int(step) for step in np.diff(whole, prepend=0)]


def facility_lines(assessment: Assessment, point: FacilityPoint, say: Speech) -> list[str]:
    """Return what a service point's tip says."""
    service = service_name(assessment, point.service, say)
    lines = [point.name or service, *([service] if point.name else [])]
    return [*lines, say("modelled data")] if point.modelled else lines


def facility_mark(assessment: Assessment, point: FacilityPoint, say: Speech) -> dict[str, object]:
    """Return a service point as the browser draws it."""
    return {
        "id": point.id,
        "lon": round(point.lon * SCALE),
        "lat": round(point.lat * SCALE),
        "modelled": point.modelled,
        "lines": facility_lines(assessment, point, say),
    }


def clicked(payload: Mapping[str, Any] | None) -> tuple[str, str] | None:
    """Return what was clicked last, from what the browser sent.

    Parameters
    ----------
    payload : mapping or None
        With the clicked feature under ``last_active_drawing``. It comes from a browser, so nothing about it
        is taken for granted.

    Returns
    -------
    (kind, id) or None
        A kind of :data:`KINDS` and the feature's id; None where nothing of ours was clicked.
    """
    feature = payload.get("last_active_drawing") if isinstance(payload, Mapping) else None
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(properties, Mapping):
        return None
    kind, found = properties.get("kind"), properties.get("id")
    if isinstance(kind, str) and kind in KINDS and isinstance(found, str):
        return kind, found
    return None


def clicked_at(payload: Mapping[str, Any] | None) -> tuple[float, float] | None:
    """Return longitude and latitude of the last click on anything of ours, from what the browser sent.

    None where nothing of ours was clicked, or the browser says no place on earth.
    """
    if clicked(payload) is None:
        return None
    properties = payload["last_active_drawing"]["properties"]  # type: ignore[index]
    lon, lat = properties.get("lng"), properties.get("lat")
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (lon, lat))
    return (float(lon), float(lat)) if numbers and -180 <= lon <= 180 and -90 <= lat <= 90 else None
