"""Heights along the roads of a district, out of elevation rasters."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from planner.errors import InputError
from planner.layers.grid import Grid
from planner.layers.schema import Role
from planner.layers.terrain import HEIGHTS, heights, stations, written
from planner.workspace import LayerRecord, Workspace

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_SAID = "; heights: "
_NO = ("", "no", "0", "false", "none", "nan")


@dataclass(frozen=True, slots=True)
class Terrain:
    """What was read along the roads.

    Attributes
    ----------
    record : LayerRecord
        The new version of the road layer.
    stations, unknown : int
        Points at which heights were read; those of which no raster knows the height.
    lowest_m, highest_m : float
        Of the known ones.
    """

    record: LayerRecord
    stations: int
    unknown: int
    lowest_m: float
    highest_m: float


def add_terrain(workspace: Workspace, rasters: Sequence[Path]) -> Terrain:
    """Read heights along the roads and keep them with the road layer, as a new version of it.

    From then on walking minds the slopes; an earlier version of the roads, restored, makes the ground flat again.

    Parameters
    ----------
    workspace : Workspace
        With roads.
    rasters : sequence of pathlib.Path
        Heights in metres; where several know a point, the first counts.

    Raises
    ------
    InputError
        If there are no roads, a raster cannot be read, or none of them knows the height of any point of a road.
    """
    record = next((r for r in workspace.layers() if r.role is Role.ROADS), None)
    if record is None:
        raise InputError("The workspace {path} has no roads to read heights along.",
                         "Add them with: planner add {path} FILE --as roads", path=workspace.shown_as)  # fmt: skip
    frame = workspace.read(record)
    parts, row = shapely.get_parts(frame.geometry.to_numpy(), return_index=True)
    lonlat, line = np.empty((0, 2)), np.empty(0, dtype=np.int64)
    if parts.size:
        west, south, east, north = shapely.total_bounds(parts)
        lonlat, line = stations(parts, Grid((west + east) / 2, (south + north) / 2), _spans(frame)[row])
    found = heights(rasters, lonlat)
    names = ", ".join(path.name for path in rasters)
    if not np.isfinite(found).any():
        raise InputError("{file} does not know the height of any road of the district.",
                         "Take the sheet that covers it.", file=names)  # fmt: skip
    frame = frame.copy()
    frame[HEIGHTS] = written(found, line, row, len(frame))
    origin = dataclasses.replace(
        record.origin, source=f"{record.origin.source.split(_SAID)[0]}{_SAID}{names}"
    )
    kept = workspace.add(frame, Role.ROADS, "", title=record.title, origin=origin)
    return Terrain(
        kept, found.size, int(np.isnan(found).sum()), float(np.nanmin(found)), float(np.nanmax(found))
    )


def _spans(frame: GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Return which roads are bridges or tunnels."""
    said = np.zeros(len(frame), dtype=bool)
    for column in ("bridge", "tunnel"):
        if column in frame:
            texts = frame[column].fillna("").astype(str).str.lower()
            said |= ~np.isin(texts.to_numpy(dtype=str), _NO)
    return said
