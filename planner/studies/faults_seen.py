"""What a finding is about, to be looked at: its features, and each of them before and after the repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from planner.layers.checks_geometry import BROKEN_AREAS
from planner.layers.faults_in_files import WITHOUT_LOCATION
from planner.layers.findings import Finding
from planner.layers.geojson import written_geometries
from planner.layers.geojson_geometry import as_written
from planner.layers.reading import FID, Reading
from planner.layers.repair import repair
from planner.layers.schema import WGS84

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from planner.studies.intake import Proposal

ROWS_SHOWN = 200
_LINES_OR_ALL = ("dangling_end", "duplicate_features")
"""Whether these are faults only the whole layer can tell."""
_MENDED_IN_READING = (*WITHOUT_LOCATION, "ring_unclosed", "coordinates_string", "collection_null_geometry",
                      "coordinates_too_deep", "coordinates_too_shallow")  # fmt: skip
_WHERE = (
    "lon_lat_swapped", "null_island", "outside_district", "outside_district_all", "coordinates_outside",
    "far_from_namesake", "crs_recognised", "crs_recognised_swapped", "crs_assumed", "degrees_as_projected",
)  # fmt: skip
"""Faults of where a feature lies, which the district's outline makes plain."""
_JOINED_NEAR_DEG = 0.0004
CHANGING = frozenset(
    (
        *_MENDED_IN_READING, *BROKEN_AREAS, "geometry_empty", "geometry_3d", "collection_for_role", "spikes",
        "duplicate_vertices", "exterior_not_ccw", "interior_not_cw", "dangling_end", "lon_lat_swapped",
        "crs_assumed", "degrees_as_projected", "crs_recognised", "crs_recognised_swapped", "geometry_type_wrong",
        "geometry_needed", "zero_length_line", "duplicate_features", "feature_null", "type_case",
    )
)  # fmt: skip
"""Faults whose repair changes, moves or leaves out geometries."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A feature of a finding.

    Attributes
    ----------
    id : str
    before, after : shapely geometry or None
        As it came, and after the repair of this finding alone; degrees where that can be told.
    changes : bool
        Whether the repair changes, moves or leaves out its geometry.
    left_out : bool
        Whether the repair leaves the feature out.
    outline : shapely geometry or None
        Of the district, for faults of where a feature lies.
    around : tuple of shapely geometries
        Features beside it.
    focus : tuple of float or None
        West, south, east, north of where the change is, where it is small against the feature.
    vertices : (int, int)
        Before and after.
    """

    id: str
    before: Any | None
    after: Any | None
    changes: bool
    left_out: bool = False
    outline: Any | None = None
    around: tuple[Any, ...] = ()
    focus: tuple[float, float, float, float] | None = None

    @property
    def vertices(self) -> tuple[int, int]:
        """How many positions it has before and after."""
        before, after = (int(shapely.get_num_coordinates(shape)) for shape in (self.before, self.after))
        return before, after


def features_of(proposal: Proposal, found: Finding) -> pd.DataFrame:
    """Return the features that a finding concerns, as they came: id and attributes, the first of them."""
    frame = proposal.reading.frame
    rows = frame[frame[FID].isin(found.feature_ids[:ROWS_SHOWN])]
    columns = [c for c in rows.columns if c not in (FID, rows.geometry.name)][:8]
    table = pd.DataFrame(
        {"id": rows[FID], **{str(c): rows[c].astype(str) for c in columns if str(c) != "id"}}
    )
    shapes = rows.geometry.to_numpy()
    if not len(rows):
        # Entries that could not be read as features at all are known by their position only.
        return pd.DataFrame({"id": list(found.feature_ids[:ROWS_SHOWN])})
    table["lon; lat"] = [_where(shape) for shape in shapes]
    return table


def _where(shape: Any | None) -> str:
    if shape is None or shape.is_empty:
        return ""
    west, south, east, north = shape.bounds
    return f"{(west + east) / 2:.5f}; {(south + north) / 2:.5f}"


def seen(proposal: Proposal, found: Finding, *, most: int = 3) -> tuple[Seen, ...]:
    """Return the first features of a finding, each before and after its repair.

    Parameters
    ----------
    proposal : Proposal
    found : Finding
        Of the proposal.
    most : int
        How many features.
    """
    reading = proposal.reading
    ids = found.feature_ids[:most] or tuple(reading.frame[FID][:most])
    rows = [int(row) for row in np.flatnonzero(reading.frame[FID].isin(ids).to_numpy())]
    before = _as_came(reading, found, rows)
    after = _after(reading, found, ids) if found.repairable else before
    outline = proposal.district if found.code in _WHERE else None
    shown: list[Seen] = []
    for row in rows:
        name = str(reading.frame[FID].iloc[row])
        was, becomes = before.get(name), after.get(name)
        left_out = found.repairable and name not in after
        changes = found.repairable and found.code in CHANGING and (left_out or not _same(was, becomes))
        around, focus = (
            _neighbours(reading, row, was, becomes) if found.code == "dangling_end" else ((), None)
        )
        shown.append(Seen(name, was, becomes, changes, left_out, outline, around, focus))
    return tuple(shown)


def _same(one: Any | None, other: Any | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(shapely.equals_identical(one, other))


def _as_came(reading: Reading, found: Finding, rows: Sequence[int]) -> dict[str, Any | None]:
    """Return geometries by id as they came; those mended in reading already as they are written in the file."""
    names = [str(reading.frame[FID].iloc[row]) for row in rows]
    if found.code in _MENDED_IN_READING and reading.driver == "GeoJSON" and reading.path.is_file():
        written = written_geometries(reading.path.read_bytes(), reading.encoding)
        return {
            name: as_written(written[row]) if row < len(written) else None
            for name, row in zip(names, rows, strict=True)
        }
    part = reading.frame.iloc[list(rows)]
    return dict(zip(names, _degrees(part).geometry, strict=True))


def _after(reading: Reading, found: Finding, ids: Sequence[str]) -> dict[str, Any | None]:
    """Return geometries by id after the repair of one finding; what is left out is missing."""
    frame = reading.frame
    if found.code not in _LINES_OR_ALL:
        frame = frame[frame[FID].isin(ids)].reset_index(drop=True)
        narrowed = tuple(fid for fid in found.feature_ids if fid in set(ids))
        found = replace(found, feature_ids=narrowed, count=len(narrowed))
    mended, _ = repair(replace(reading, frame=frame), [found], [found.code])
    mended = _degrees(mended[mended[FID].isin(ids)])
    return dict(zip(mended[FID].astype(str), mended.geometry, strict=True))


def _degrees(frame: GeoDataFrame) -> GeoDataFrame:
    return frame if frame.crs is None or frame.crs == WGS84 else frame.to_crs(WGS84)


def _neighbours(
    reading: Reading, row: int, was: Any | None, becomes: Any | None
) -> tuple[tuple[Any, ...], tuple[float, float, float, float] | None]:
    """Return the lines beside a dangling end, and a box around the end that was joined."""
    if was is None or becomes is None:
        return (), None
    before = {tuple(at) for at in shapely.get_coordinates(was)}
    new = [at for at in shapely.get_coordinates(becomes) if tuple(at) not in before]
    if not new:
        return (), None
    near = shapely.Point(new[0]).buffer(_JOINED_NEAR_DEG)
    others = _degrees(reading.frame.drop(index=reading.frame.index[row])).geometry
    beside = tuple(others[others.intersects(near)])
    west, south, east, north = near.bounds
    return beside, (west, south, east, north)
