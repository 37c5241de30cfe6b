"""What an OpenStreetMap extract holds beside a layer that another source has filled: proposed, never merged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planner.layers.grid import Grid
from planner.workspace import LayerOrigin, LayerRecord

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

HIGH = 0.8
"""From this score on two features have the same name."""
_NAMED_M, _SPOT_M = 500.0, 60.0
"""Two sources put one facility farther apart than one source does: the same name, then any name."""
_NAMES = ("name", "name_ru", "name_be", "name_en")


@dataclass(frozen=True, slots=True)
class Pair:
    """A feature of the extract and one in use that are likely the same.

    Attributes
    ----------
    osm_id, id : str
    name, name_in_use : str
        Empty where it has none.
    distance_m : float
        Between the two, metres on the ground.
    score : float
        How likely they are the same, 0 to 1; from :data:`HIGH` on both have the same name.
    """

    osm_id: str
    id: str
    name: str
    name_in_use: str
    distance_m: float
    score: float


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
    found, kept : GeoDataFrame
        The features of the extract and those in use, WGS 84.
    origin : LayerOrigin
        Of the features of the extract.
    """

    layer: str
    service: str
    in_use: LayerRecord
    osm_features: int
    same: tuple[Pair, ...]
    only_osm: tuple[str, ...]
    found: GeoDataFrame = field(repr=False, compare=False)
    kept: GeoDataFrame = field(repr=False, compare=False)
    origin: LayerOrigin = field(repr=False, compare=False)

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
                {
                    "osm_id": p.osm_id,
                    "id": p.id,
                    "name": p.name,
                    "name_in_use": p.name_in_use,
                    "distance_m": p.distance_m,
                    "score": p.score,
                }
                for p in self.same
            ],
            "only_osm": list(self.only_osm),
        }


def compare(
    found: GeoDataFrame, kept: GeoDataFrame, in_use: LayerRecord, origin: LayerOrigin | None = None
) -> Proposal:
    """Return what an extract holds beside a layer in use.

    Lines are not compared one by one: two sources cut the same road in different places.

    Parameters
    ----------
    found, kept : GeoDataFrame
        The extract's features and those in use, WGS 84, with an ``id``.
    in_use : LayerRecord
    origin : LayerOrigin, optional
        Of the extract's features.
    """
    points, others = _points(found), _points(kept)
    pairs = _pairs(found, kept, points, others) if points is not None and others is not None else []
    paired = {pair.osm_id for pair in pairs}
    alone = (
        () if points is None or others is None else tuple(str(i) for i in found["id"] if str(i) not in paired)
    )
    return Proposal(
        in_use.name, in_use.service, in_use, len(found), tuple(pairs), alone,
        found, kept, origin or LayerOrigin(),
    )  # fmt: skip


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
        metres = float(distance[row])
        score = _score(metres, alike=alike, unnamed=not (names[a] and known[b]))
        pairs.append(
            Pair(
                str(found["id"].iloc[a]), str(kept["id"].iloc[b]), shown_name(found, a), shown_name(kept, b),
                round(metres, 1), score,
            )
        )  # fmt: skip
    return pairs


def _score(metres: float, *, alike: bool, unnamed: bool) -> float:
    """Return how likely two features are the same: by their names first, then by their distance."""
    if alike:
        return round(1 - (1 - HIGH) * metres / _NAMED_M, 3)
    most, least = (0.75, 0.5) if unnamed else (0.6, 0.35)
    return round(most - (most - least) * metres / _SPOT_M, 3)


def shown_name(frame: GeoDataFrame, row: int) -> str:
    """Return the name of a feature; the empty string where it has none."""
    written = (frame[c].iloc[row] for c in _NAMES if c in frame)
    return next((name for name in written if isinstance(name, str) and name), "")


def _names(frame: GeoDataFrame) -> list[frozenset[str]]:
    columns = [frame[column].to_list() for column in _NAMES if column in frame]
    if not columns:
        return [frozenset()] * len(frame)
    return [
        frozenset(" ".join(n.casefold().replace("ё", "е").split()) for n in row if isinstance(n, str) and n)
        for row in zip(*columns, strict=True)
    ]
