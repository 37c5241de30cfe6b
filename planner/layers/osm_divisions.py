"""The parts of a district out of OpenStreetMap's administrative boundaries: rural councils, communes, parishes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from planner.layers.osm_features import Features, Found, names
from planner.layers.osm_source import Relation
from planner.layers.osm_values import people
from planner.layers.reading import Notes

_MOST = 0.5
"""A part belongs to the district that holds more than this share of it: outlines of neighbours never fit exactly."""

_EDGE_DEGREES = 0.0005
"""What lies nearer than this to the district's outline may be the outline itself: about 50 m."""


@dataclass(frozen=True)
class Division:
    """A boundary that may part the district; its area is None where the extract lacks some of its outline."""

    relation: Relation
    area: Any | None


def within(division: Division, outline: Any | None) -> bool:
    """Return whether a part lies in the district, for the most part; everything lies in no outline."""
    if division.area is None:
        return False
    if outline is None:
        return True
    inside = shapely.area(shapely.intersection(outline, division.area))
    return bool(inside > _MOST * shapely.area(division.area)) and not _is_whole(
        division.area, inside, outline
    )


def _is_whole(area: Any, inside: float, outline: Any) -> bool:
    """Return whether a part is the district itself, under a level of its own."""
    union = shapely.area(area) + shapely.area(outline) - inside
    return bool(inside > 0.99 * union)


def cut_in(relation: Relation, lines: Mapping[int, Any], outline: Any | None) -> bool:
    """Return whether an incomplete part lies in the district, and not only beside it."""
    if outline is None:
        return True
    inner = shapely.buffer(outline, -_EDGE_DEGREES)
    pieces = np.array([lines[ref] for ref in relation.outer if ref in lines], dtype=object)
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    return bool(shapely.covers(inner, middles).any())


def choose_level(divisions: Sequence[Division], levels: Sequence[str], outline: Any | None) -> str | None:
    """Return the first of the levels that parts the district, None where none does."""
    there = {d.relation.tags.get("admin_level") for d in divisions if within(d, outline)}
    return next((level for level in levels if level in there), None)


def zone_features(found: Sequence[Found], open_areas: Collection[str]) -> Features:
    """Return the parts of a district as a layer, with the people that a tag tells of."""
    features = Features([], [], Notes("zones"))
    for osm_id in open_areas:
        features.note("osm_area_open", osm_id)
    for each in found:
        text = each.tags.get("population", "")
        features.rows.append({
            "id": each.id, **names(each.tags), "admin_level": each.tags.get("admin_level"),
            "population": people(text) if text else None,
        })  # fmt: skip
        features.shapes.append(each.shape)
    return features
