"""A layer before and after its repair, side by side on one map."""

from __future__ import annotations

from dataclasses import asdict

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.i18n import Speech
from planner.maps.geometry import SCALE, bounds_of, packed_lines, packed_polygons
from planner.maps.marks import theme
from planner.maps.offline import OfflineMap, control_texts

MAX_FEATURES = 20_000
"""So many features of a layer are drawn; a browser is slow beyond."""


def preview_map(
    before: gpd.GeoDataFrame | None,
    after: gpd.GeoDataFrame | None,
    say: Speech,
    *,
    district: BaseGeometry | None = None,
    dark: bool = False,
) -> OfflineMap:
    """Return a map of a layer as it came (orange, broad) and as it would be kept (blue, fine), fitted to the latter.

    Parameters
    ----------
    before, after : geopandas.GeoDataFrame or None
        In any coordinate system; without one, degrees are taken. Features are named by the column ``id``,
        else by the index. At most :data:`MAX_FEATURES` of each are drawn, see :func:`preview_note`.
    say : Speech
    district : shapely geometry, optional
        The district's outline in WGS 84: it lies under the layer, and is in sight as well.
    dark : bool

    Returns
    -------
    OfflineMap
        A ``folium.Map``; a click gives ``before`` or ``after`` and the feature's id.
    """
    colours = theme(dark)
    sides = []
    drawn: list[BaseGeometry] = []
    for kind, frame, label, colour, weight, radius in (
        ("before", before, say("as it came"), colours.before, 6.0, 7.0),
        ("after", after, say("as it will be kept"), colours.after, 1.6, 3.6),
    ):
        if frame is None:
            continue
        shapes = _shapes(frame)
        # What is kept is what has to be seen: places that were swapped may lie on another continent.
        drawn = [shape for _, shape in shapes] or drawn
        side = {
            "kind": kind,
            "label": label,
            "colour": colour,
            "weight": weight,
            "radius": radius,
        }
        sides.append({**side, "features": [_feature(name, shape) for name, shape in shapes]})
    bounds = bounds_of([*drawn, *([district] if district is not None else [])])
    data = {
        "theme": asdict(colours),
        "texts": control_texts(say),
        "sides": sides,
        "outline": packed_polygons(district) if district is not None else [],
        "bounds": [[bounds[1], bounds[0]], [bounds[3], bounds[2]]] if bounds else None,
    }
    return OfflineMap().call("preview", data)


def preview_note(before: gpd.GeoDataFrame | None, after: gpd.GeoDataFrame | None, say: Speech) -> str:
    """Return the remark that not all features are drawn; empty where all are."""
    most = max((len(frame) for frame in (before, after) if frame is not None), default=0)
    if most <= MAX_FEATURES:
        return ""
    return say(
        "The map shows the first {shown} of {all} features; all of them were checked.",
        shown=say.number(MAX_FEATURES),
        all=say.number(most),
    )


def preview_key(before: gpd.GeoDataFrame | None, say: Speech) -> str:
    """Return what the two colours mean; empty where there is only one."""
    return say("Orange: as it came; blue: as it will be kept.") if before is not None else ""


def _shapes(frame: gpd.GeoDataFrame) -> list[tuple[str, BaseGeometry]]:
    """Return id and geometry in degrees of the features that can be drawn at all."""
    part = frame.iloc[:MAX_FEATURES]
    names = part["id"] if "id" in part.columns else part.index
    if part.crs is not None:
        part = part.to_crs("EPSG:4326")
    shapes = np.asarray(part.geometry.array, dtype=object)
    known = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    limits = shapely.bounds(shapes)
    # Coordinates that are not degrees would lie off every map; the findings name them.
    known &= np.isfinite(limits).all(axis=1) & (np.abs(limits[:, 0::2]) <= 180).all(axis=1)
    known &= (np.abs(limits[:, 1::2]) <= 90).all(axis=1)
    # Bounds leave out positions that are no numbers; what is drawn cannot.
    coordinates, row = shapely.get_coordinates(shapes, return_index=True)
    known[row[~np.isfinite(coordinates).all(axis=1)]] = False
    return [
        (str(name), shapely.force_2d(shape))
        for name, shape, ok in zip(names, shapes, known, strict=True)
        if ok
    ]


def _feature(name: str, shape: BaseGeometry) -> dict[str, object]:
    parts = shapely.get_parts(shapely.get_parts(shape))
    points = [p for p in parts if shapely.get_type_id(p) == 0]
    lines = [p for p in parts if shapely.get_type_id(p) in (1, 2)]
    return {
        "id": name,
        "points": [[round(p.x * SCALE), round(p.y * SCALE)] for p in points],
        "lines": packed_lines(lines) if lines else [],
        "polygons": packed_polygons(shape),
    }
