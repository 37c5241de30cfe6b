"""Mend what is wrong with a layer: only what was accepted, and stating what was done to which features."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoDataFrame

from planner.layers.checks_fields import Counts
from planner.layers.checks_geometry import BROKEN_AREAS, kinds
from planner.layers.checks_location import turned
from planner.layers.checks_names import ungarbled
from planner.layers.dangling import joined
from planner.layers.faults import examples
from planner.layers.faults_in_files import WITHOUT_LOCATION
from planner.layers.findings import Finding
from planner.layers.reading import FID, Reading
from planner.layers.recognise import relocated
from planner.layers.schema import WGS84
from planner.layers.spikes import without_needles
from planner.layers.tangles import untangled

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done to a layer.

    Attributes
    ----------
    code : str
        The fault that was mended.
    feature_ids : tuple of str
        The features that were changed, or left out; empty where the layer as a whole was.
    count : int
        How many.
    message_template : str
        What was done, with ``{placeholders}``; kept so that an interface can translate it.
    values : mapping
        What the placeholders stand for.
    """

    code: str
    feature_ids: tuple[str, ...]
    count: int
    message_template: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What was done, in English."""
        return self.message_template.format(**self.values)

    def as_dict(self) -> dict[str, object]:
        """Return the repair as the command line prints it and the workspace logs it."""
        return {
            "code": self.code,
            "count": self.count,
            "feature_ids": list(self.feature_ids),
            "message": self.message,
        }


_LEFT_OUT = "Left out: {count} ({examples})."
_UNLOCATED = "Kept without a location: {count} ({examples})."
_ENCLOSES_NOTHING = "An area that encloses nothing was kept without a location: {count} ({examples})."
_AS_READ = "Taken as it was read: {count} ({examples})."
DONE: dict[str, str] = {
    "crs_assumed": "The numbers were taken as longitude and latitude in WGS 84.",
    "degrees_as_projected": "The numbers were taken as longitude and latitude in WGS 84.",
    "crs_recognised": "The layer was brought from {crs} to WGS 84.",
    "crs_recognised_swapped": "The layer was brought from {crs} to WGS 84.",
    "lon_lat_swapped": "Longitude and latitude were swapped back: {count} ({examples}).",
    **dict.fromkeys(WITHOUT_LOCATION, _UNLOCATED),
    "coordinates_not_finite": _UNLOCATED,
    "geometry_empty": _UNLOCATED,
    "type_case": _AS_READ,
    "feature_null": _LEFT_OUT,
    "properties_not_object": "Kept without attributes: {count} ({examples}).",
    "coordinates_string": "Coordinates written as text were read as numbers: {count} ({examples}).",
    "ring_unclosed": "Rings were closed by a straight line: {count} ({examples}).",
    "collection_null_geometry": "The parts that are geometries were kept: {count} ({examples}).",
    "geometry_3d": "Heights were dropped: {count} ({examples}).",
    **dict.fromkeys(BROKEN_AREAS, "Areas were rebuilt from their outlines: {count} ({examples})."),
    "collection_for_role": "Only the parts that fit were kept: {count} ({examples}).",
    "spikes": "Needles were taken off: {count} ({examples}).",
    "duplicate_vertices": "Repeated positions were removed: {count} ({examples}).",
    "exterior_not_ccw": "Rings were turned round: {count} ({examples}).",
    "interior_not_cw": "Rings were turned round: {count} ({examples}).",
    "zero_length_line": _LEFT_OUT,
    "geometry_type_wrong": _LEFT_OUT,
    "geometry_needed": _LEFT_OUT,
    "duplicate_features": "Copies were left out, one of each was kept: {count} ({examples}).",
    "dangling_end": "Ends were joined to the line they stopped short of: {count} ({examples}).",
    "population_number_format": "The population was read as a number: {count} ({examples}).",
    "population_negative": "The population was taken as not given: {count} ({examples}).",
    "population_too_large": "The population was taken as not given: {count} ({examples}).",
    "population_text": "The population was taken as not given: {count} ({examples}).",
    "text_garbled": "Texts were read anew: {count} ({examples}).",
}
"""What is done about each fault that can be mended, in the order in which it is done."""

_RECOGNISED = ("crs_recognised", "crs_recognised_swapped")
_WHOLE_LAYER = ("crs_assumed", "degrees_as_projected", *_RECOGNISED)
_BY_LEAVING_OUT = ("zero_length_line", "geometry_type_wrong", "geometry_needed", "duplicate_features")
_ALREADY_DONE = (
    "type_case",
    "feature_null",
    "properties_not_object",
    "coordinates_string",
    "ring_unclosed",
    "collection_null_geometry",
)
"""Mended in reading already, since nothing can hold such a geometry; what is left is to accept it."""


def repair(
    reading: Reading, findings: Iterable[Finding], accept: Collection[str] | Literal["all"]
) -> tuple[GeoDataFrame, tuple[Repair, ...]]:
    """Mend the faults of a layer that were accepted for it.

    Parameters
    ----------
    reading : Reading
        It is not changed.
    findings : iterable of Finding
        What :func:`planner.layers.check.check` found in it.
    accept : collection of str, or "all"
        Codes of the faults to mend. What is not accepted stays as it is.

    Returns
    -------
    frame : geopandas.GeoDataFrame
        The features, mended.
    repairs : tuple of Repair
        What was done. Every feature that was changed or left out is named.
    """
    asked: dict[str, list[Finding]] = {}
    for found in findings:
        if found.repairable and found.code in DONE and (accept == "all" or found.code in accept):
            asked.setdefault(found.code, []).append(found)
    frame = reading.frame.copy()
    done: list[Repair] = []
    for code, template in DONE.items():
        for found in asked.get(code, ()):
            left = set(frame[FID])
            there = tuple(fid for fid in found.feature_ids if fid in left)
            if code in _ALREADY_DONE:
                there = found.feature_ids
            elif code in _RECOGNISED:
                shapes = relocated(_shapes(frame), str(found.values["crs"]), code.endswith("swapped"))
                frame = frame.set_crs(WGS84, allow_override=True)
                frame = frame.set_geometry(_column(shapes, frame))
            elif code in _WHOLE_LAYER:
                frame = frame.set_crs(WGS84, allow_override=True)
            elif there:
                frame, there = _mend(frame, found, there)
            if there or not found.feature_ids:
                said = {"count": max(len(there), 1), "examples": examples(there) or reading.name}
                if code in _RECOGNISED:
                    said["crs"] = str(found.values["crs"])
                done.append(Repair(code, there, len(there), template, said))
                done += _collapsed(frame, code, there)
    return frame, tuple(done)


def _collapsed(frame: GeoDataFrame, code: str, ids: tuple[str, ...]) -> list[Repair]:
    """State which areas turned out to enclose nothing when they were rebuilt."""
    if code not in BROKEN_AREAS:
        return []
    gone = frame[FID].isin(ids).to_numpy() & shapely.is_missing(frame.geometry.values)
    names = tuple(frame[FID][gone])
    said = {"count": len(names), "examples": examples(names)}
    return [Repair(code, names, len(names), _ENCLOSES_NOTHING, said)] if names else []


def mended(reading: Reading, frame: GeoDataFrame, repairs: Iterable[Repair]) -> Reading:
    """Return a reading with the frame that :func:`repair` gave, ready to be checked again.

    Findings of the reading that were mended are left out of it.
    """
    codes = {done.code for done in repairs}
    relabelled = bool(codes & set(_WHOLE_LAYER))
    return replace(
        reading,
        frame=frame,
        crs=WGS84 if relabelled else reading.crs,
        crs_declared=reading.crs_declared or relabelled,
        findings=tuple(found for found in reading.findings if found.code not in codes),
    )


def _mend(frame: GeoDataFrame, found: Finding, ids: tuple[str, ...]) -> tuple[GeoDataFrame, tuple[str, ...]]:
    """Return the frame with one fault mended, and the features that this concerned."""
    rows = np.flatnonzero(frame[FID].isin(ids).to_numpy())
    if found.code in _BY_LEAVING_OUT:
        return _left_out(frame, found.code, rows)
    if found.code.startswith("population_"):
        return _population(frame, found, rows), ids
    if found.code == "text_garbled":
        return _read_anew(frame, rows), ids
    geometries = _shapes(frame)
    if found.code == "dangling_end":
        crs = frame.crs.to_string() if frame.crs is not None else None
        geometries, changed = joined(frame, crs)
        ids = tuple(frame[FID].iloc[changed])
    elif found.code == "collection_for_role":
        geometries[rows] = [_parts_of(geometries[row], str(found.values["wanted"])) for row in rows]
    else:
        geometries[rows] = _GEOMETRIC.get(found.code, _nothing)(geometries[rows])
    return frame.set_geometry(_column(geometries, frame)), ids


def _shapes(frame: GeoDataFrame) -> Geometries:
    return np.asarray(frame.geometry.values, dtype=object).copy()


def _column(geometries: Geometries, frame: GeoDataFrame) -> GeoDataFrame:
    return GeoDataFrame(
        {"geometry": list(geometries)}, geometry="geometry", index=frame.index, crs=frame.crs
    ).geometry


def _left_out(
    frame: GeoDataFrame, code: str, rows: npt.NDArray[np.intp]
) -> tuple[GeoDataFrame, tuple[str, ...]]:
    if code == "geometry_needed":
        # Features that lost their geometry just now are named by the check that found them, not here.
        geometries = frame.geometry.values
        rows = rows[(shapely.is_missing(geometries) | shapely.is_empty(geometries))[rows]]
    keep = np.ones(len(frame), dtype=bool)
    keep[rows] = False
    names = tuple(frame[FID].iloc[rows])
    return frame.iloc[np.flatnonzero(keep)].reset_index(drop=True), names


def _population(frame: GeoDataFrame, found: Finding, rows: npt.NDArray[np.intp]) -> GeoDataFrame:
    column = str(found.values["column"])
    values = frame[column].astype(object).to_numpy().copy()
    if found.code == "population_number_format":
        values[rows] = Counts(frame[column]).value[rows]
    else:
        values[rows] = None
    return frame.assign(**{column: values})


def _read_anew(frame: GeoDataFrame, rows: npt.NDArray[np.intp]) -> GeoDataFrame:
    changed = {}
    for column in frame.columns:
        if column not in (frame.geometry.name, FID) and frame[column].dtype.kind in "OUT":
            values = frame[column].astype(object).to_numpy().copy()
            for row in rows:
                if isinstance(values[row], str):
                    values[row] = ungarbled(values[row]) or values[row]
            changed[column] = values
    return frame.assign(**changed)


def _nothing(geometries: Geometries) -> Geometries:
    return np.full(len(geometries), None, dtype=object)


def _rebuilt(geometries: Geometries) -> Geometries:
    """Return areas and lines made valid, without the scraps of lower dimension that this leaves behind."""
    made = [untangled(geometry) for geometry in geometries]
    kept: Geometries = np.full(len(made), None, dtype=object)
    for row, (before, after) in enumerate(zip(geometries, made, strict=True)):
        if after is None:
            continue
        kept[row] = _of_dimension(after, int(shapely.get_dimensions(before)))
    return _oriented(kept)


def _of_dimension(geometry: object, dimension: int) -> object:
    if shapely.get_type_id(geometry) != shapely.GeometryType.GEOMETRYCOLLECTION:
        # An area that collapses into a line encloses nothing: it has no location as an area.
        return geometry if shapely.get_dimensions(geometry) == dimension else None
    parts = _simple_parts(geometry)
    return _together(parts[shapely.get_dimensions(parts) == dimension])


def _simple_parts(geometry: object) -> Geometries:
    parts = shapely.get_parts(geometry)
    while np.isin(shapely.get_type_id(parts), (4, 5, 6, 7)).any():
        parts = shapely.get_parts(parts)
    return np.asarray(parts, dtype=object)


def _parts_of(geometry: object, wanted: str) -> object:
    """Return the parts of a collection that a role can use: of one type, areas before lines and points."""
    parts = _simple_parts(geometry)
    kind = kinds(parts)
    for name in ("polygon", "line", "point"):
        if name in wanted.split(" / ") and (kind == name).any():
            return _together(parts[kind == name])
    return None


def _together(parts: Geometries) -> object:
    """Return simple geometries of one type as one geometry, None where there are none."""
    if len(parts) < 2:
        return parts[0] if len(parts) else None
    dimension = int(shapely.get_dimensions(parts[0]))
    if dimension == 2:
        whole = shapely.multipolygons(parts)
        return whole if shapely.is_valid(whole) else shapely.union_all(parts)
    return shapely.multilinestrings(parts) if dimension == 1 else shapely.multipoints(parts)


def _oriented(geometries: Geometries) -> Geometries:
    return np.asarray(shapely.orient_polygons(geometries, exterior_cw=False), dtype=object)


def _without_repeats(geometries: Geometries) -> Geometries:
    return np.asarray(shapely.remove_repeated_points(geometries, 0.0), dtype=object)


def _without_needles(geometries: Geometries) -> Geometries:
    return np.array([without_needles(geometry) for geometry in geometries], dtype=object)


def _without_heights(geometries: Geometries) -> Geometries:
    return np.asarray(shapely.force_2d(geometries), dtype=object)


_GEOMETRIC: dict[str, Callable[[Geometries], Geometries]] = {
    "lon_lat_swapped": turned,
    "geometry_3d": _without_heights,
    **dict.fromkeys(BROKEN_AREAS, _rebuilt),
    "spikes": _without_needles,
    "duplicate_vertices": _without_repeats,
    "exterior_not_ccw": _oriented,
    "interior_not_cw": _oriented,
}
