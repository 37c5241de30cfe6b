"""What an OpenStreetMap extract holds beside a layer that another source has filled: proposed, never merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planner.layers.grid import Grid
from planner.workspace import LayerRecord

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_NAMED_M, _SPOT_M = 500.0, 60.0
"""Two sources put one facility farther apart than one source does: the same name, then any name."""
_NAMES = ("name", "name_ru", "name_be", "name_en")


@dataclass(frozen=True, slots=True)
class Pair:
    """A feature of the extract and one in use that are likely the same."""

    osm_id: str
    id: str
    name: str
    distance_m: float


@dataclass(frozen=True)
class Proposal:
    """A layer that stays as it is, and what the extract holds of it.

    Attributes
    ----------
    layer, service : str
    in_use : LayerRecord
        What stays in use.
    osm_features : int
        How many features the extract holds.
    same : tuple of Pair
        Those that are likely the same as one in use; each feature is in one pair at most.
    only_osm : tuple of str
        Ids of those that the layer in use lacks.
    """

    layer: str
    service: str
    in_use: LayerRecord
    osm_features: int
    same: tuple[Pair, ...]
    only_osm: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the proposal as the command line prints it."""
        used = self.in_use
        return {
            "layer": self.layer,
            "service": self.service,
            "in_use": {
                "version": used.version,
                "features": used.features,
                "source": used.origin.source,
                "file": used.origin.file_name,
            },
            "osm_features": self.osm_features,
            "same": [
                {"osm_id": p.osm_id, "id": p.id, "name": p.name, "distance_m": p.distance_m}
                for p in self.same
            ],
            "only_osm": list(self.only_osm),
        }


def compare(found: GeoDataFrame, kept: GeoDataFrame, in_use: LayerRecord) -> Proposal:
    """Return what an extract holds beside a layer in use.

    Lines are not compared one by one: two sources cut the same road in different places.

    Parameters
    ----------
    found, kept : GeoDataFrame
        The extract's features and those in use, WGS 84, with an ``id``.
    in_use : LayerRecord
    """
    points, others = _points(found), _points(kept)
    pairs = _pairs(found, kept, points, others) if points is not None and others is not None else []
    paired = {pair.osm_id for pair in pairs}
    alone = (
        () if points is None or others is None else tuple(str(i) for i in found["id"] if str(i) not in paired)
    )
    return Proposal(in_use.name, in_use.service, in_use, len(found), tuple(pairs), alone)


def _points(frame: GeoDataFrame) -> Any | None:
    shapes = frame.geometry.to_numpy()
    if (shapely.get_dimensions(shapes) == 1).any():
        return None
    return shapely.centroid(shapes)


def _pairs(found: GeoDataFrame, kept: GeoDataFrame, points: Any, others: Any) -> list[Pair]:
    located = ~(shapely.is_missing(others) | shapely.is_empty(others))
    if not len(points) or not located.any():
        return []
    grid = Grid.around(shapely.get_x(points), shapely.get_y(points))
    here, there = grid.project(points), grid.project(others)
    mine, yours = shapely.STRtree(there).query(here, predicate="dwithin", distance=_NAMED_M)
    distance = shapely.distance(here[mine], there[yours])
    names, known = _names(found), _names(kept)
    pairs: list[Pair] = []
    taken: set[tuple[str, int]] = set()
    for row in np.argsort(distance, kind="stable"):
        a, b = int(mine[row]), int(yours[row])
        alike = bool(names[a] & known[b])
        if (not alike and distance[row] > _SPOT_M) or {("osm", a), ("used", b)} & taken:
            continue
        taken |= {("osm", a), ("used", b)}
        name = next((str(found[c].iloc[a]) for c in _NAMES if c in found and found[c].iloc[a]), "")
        metres = round(float(distance[row]), 1)
        pairs.append(Pair(str(found["id"].iloc[a]), str(kept["id"].iloc[b]), name, metres))
    return pairs


def _names(frame: GeoDataFrame) -> list[frozenset[str]]:
    columns = [frame[column].to_list() for column in _NAMES if column in frame]
    if not columns:
        return [frozenset()] * len(frame)
    return [
        frozenset(" ".join(n.casefold().replace("ё", "е").split()) for n in row if isinstance(n, str) and n)
        for row in zip(*columns, strict=True)
    ]
