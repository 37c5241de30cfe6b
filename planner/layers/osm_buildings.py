"""Buildings out of OpenStreetMap: footprint, levels, floor area and dwellings, for people to be spread over them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from planner.layers.geojson_geometry import shown
from planner.layers.grid import Grid
from planner.layers.osm_features import Features, Found, names
from planner.layers.osm_mapping import BuildingRule
from planner.layers.osm_values import number
from planner.layers.reading import Notes

_MOST_LEVELS, _MOST_DWELLINGS = 100, 5000


def building_features(found: Sequence[Found], rule: BuildingRule) -> Features:
    """Return buildings with their outlines.

    Columns are ``footprint_m2`` and ``floor_m2`` (footprint times levels; empty where no levels are tagged), m² on the
    ground; ``levels``, ``dwellings``; ``residential``, ``no`` where nobody lives there; and those of the rule.
    """
    features = Features([], [], Notes("building"))
    if not found:
        return features
    shapes = np.empty(len(found), dtype=object)
    shapes[:] = [each.shape for each in found]
    middles = shapely.centroid(shapes)
    grid = Grid.around(shapely.get_x(middles), shapely.get_y(middles))
    on_grid = np.asarray(grid.project(shapes), dtype=object)
    ground = shapely.area(on_grid) / Grid.scale(shapely.get_x(shapely.centroid(on_grid))) ** 2
    for each, footprint in zip(found, ground.tolist(), strict=True):
        row: dict[str, object] = {"id": each.id, **names(each.tags)}
        row |= {column: each.tags.get(key) for column, key in rule.columns.items()}
        for column, most in (("levels", _MOST_LEVELS), ("dwellings", _MOST_DWELLINGS)):
            row[column] = _number(row.get(column), most, rule.columns.get(column, ""), each.id, features)
        levels = row["levels"]
        row["footprint_m2"] = round(footprint, 1)
        row["floor_m2"] = round(footprint * levels, 1) if isinstance(levels, float) else None
        row["residential"] = "no" if rule.not_homes.holds(each.tags) else None
        row |= {"population": None, "population_source": "unknown"}
        features.rows.append(row)
        features.shapes.append(each.shape)
    return features


def _number(text: object, most: int, tag: str, osm_id: str, features: Features) -> float | None:
    if not text:
        return None
    value = number(str(text))
    if value is None or not 0 < value <= most:
        features.note("osm_value_unread", osm_id, tag=tag, example=shown(str(text)))
        return None
    return value
