"""Check geometries: whether they are there, valid, of the right type, and cleanly written."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import shapely

from planner.layers.faults import EXAMPLES, examples, finding
from planner.layers.faults_in_files import WITHOUT_LOCATION
from planner.layers.findings import Finding, Severity
from planner.layers.reading import FID, Reading
from planner.layers.schema import SCHEMAS, Role
from planner.layers.spikes import spiky

Mask = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]

LOCATED_LATER = (Role.DEMAND, Role.FACILITIES, Role.CANDIDATES)
"""Roles in which a feature without a location still counts: as one that is not located."""

_KIND = np.array(["", "point", "line", "line", "polygon", "point", "line", "polygon", "collection"])
"""What a geometry is for a role, by shapely's type id + 1."""
_ODD_CODES = {
    "Ring Self-intersection": "ring_self_intersection",
    "Hole lies outside shell": "hole_outside_shell",
    "Nested shells": "nested_shells",
    "Holes are nested": "nested_holes",
    "Too few points in geometry component": "too_few_points",
    "Interior is disconnected": "interior_disconnected",
    "Self-intersection": "self_intersection",
}
BROKEN_AREAS = ("geometry_invalid", "rings_intersect", *_ODD_CODES.values())
_FINEST_DIGITS = 8
_DENSE_VERTICES, _DENSE_SPACING_M, _MANY_VERTICES = 500, 2.0, 100_000


def kinds(geometries: Geometries) -> npt.NDArray[np.str_]:
    """Return ``point``, ``line``, ``polygon``, ``collection`` for each geometry, empty for none."""
    return np.asarray(_KIND[shapely.get_type_id(geometries) + 1])


def check_geometry(reading: Reading, role: Role | None) -> list[Finding]:
    """Return findings about the geometries of a layer."""
    layer = _Layer(reading)
    found = _presence(layer, role)
    found += _types(layer, role)
    found += _validity(layer)
    found += _writing(layer, role)
    if reading.driver == "GeoJSON":
        found += _winding(layer)
    return found


class _Layer:
    """A layer's geometries with what most checks ask of them."""

    def __init__(self, reading: Reading) -> None:
        self.name = reading.name
        self.reading = reading
        self.ids = reading.frame[FID].to_numpy(dtype=object)
        self.geometries: Geometries = np.asarray(reading.frame.geometry.values, dtype=object)
        self.null: Mask = shapely.is_missing(self.geometries)
        self.empty: Mask = shapely.is_empty(self.geometries)
        self.kind = kinds(self.geometries)
        with np.errstate(invalid="ignore"):
            self.valid: Mask = shapely.is_valid(self.geometries)

    def of(self, code: str, mask: Mask, **values: object) -> list[Finding]:
        """Return a finding about the features in a mask, or none."""
        if not mask.any():
            return []
        return [finding(code, self.name, tuple(self.ids[mask]), said=values)]


def _presence(layer: _Layer, role: Role | None) -> list[Finding]:
    """Find features without geometry, unless reading has said already why they have none."""
    if role is not None and role not in LOCATED_LATER:
        return layer.of("geometry_needed", layer.null | layer.empty, role=role.value)
    codes = (*WITHOUT_LOCATION, "coordinates_unreadable")
    told = {fid for fault in layer.reading.findings if fault.code in codes for fid in fault.feature_ids}
    null = layer.null & ~np.isin(layer.ids, list(told)) if told else layer.null
    found: list[Finding] = []
    if null.any():
        severity: Severity = "warning" if role is not None else "info"
        found.append(finding("geometry_null", layer.name, tuple(layer.ids[null]), severity=severity))
    return found + layer.of("geometry_empty", layer.empty)


def _types(layer: _Layer, role: Role | None) -> list[Finding]:
    there = ~(layer.null | layer.empty)
    collections = there & (layer.kind == "collection")
    if role is None:
        names = sorted(set(layer.kind[there]))
        mixed = [finding("geometry_mixed", layer.name, types=", ".join(names))] if len(names) > 1 else []
        return mixed + layer.of("geometry_collection", collections)
    wanted = SCHEMAS[role].geometries
    fitting = np.zeros(len(there), dtype=bool)
    for row in np.flatnonzero(collections):
        fitting[row] = bool(set(kinds(shapely.get_parts(layer.geometries[row]))) & set(wanted))
    wrong = there & ~np.isin(layer.kind, wanted) & ~fitting
    said = {"role": role.value, "wanted": " / ".join(wanted)}
    found = layer.of("collection_for_role", fitting, **said)
    if wrong.any():
        # Where no feature is of the right type, leaving out the wrong ones would leave nothing.
        some = bool((there & ~wrong).any())
        found.append(
            finding("geometry_type_wrong", layer.name, tuple(layer.ids[wrong]), repairable=some, said=said)
        )
    return found


def _validity(layer: _Layer) -> list[Finding]:
    with np.errstate(invalid="ignore"):
        there = ~(layer.null | layer.empty)
        finite = np.ones(len(there), dtype=bool)
        coordinates, index = shapely.get_coordinates(layer.geometries, return_index=True)
        finite[index[~np.isfinite(coordinates).all(axis=1)]] = False
        lengthless = there & finite & (layer.kind == "line") & (shapely.length(layer.geometries) == 0)
        invalid = there & finite & ~lengthless & ~layer.valid
        rows = np.flatnonzero(invalid)
        reasons = shapely.is_valid_reason(layer.geometries[rows])
    by_code: dict[str, list[tuple[int, str]]] = {}
    for row, reason in zip(rows.tolist(), reasons, strict=True):
        said, _, place = str(reason).partition("[")
        code = _ODD_CODES.get(said, "geometry_invalid")
        if code == "self_intersection" and _rings_are_simple(layer.geometries[row]):
            code = "rings_intersect"
        shown = said if code == "geometry_invalid" else place.rstrip("]")
        by_code.setdefault(code, []).append((row, shown))
    found = layer.of("coordinates_not_finite", there & ~finite)
    found += layer.of("zero_length_line", lengthless)
    for code, faults in by_code.items():
        ids = tuple(layer.ids[[row for row, _ in faults]])
        found.append(finding(code, layer.name, ids, reason=_few(shown for _, shown in faults)))
    return found


def _few(texts: Iterable[str]) -> str:
    return examples(list(dict.fromkeys(texts))[: EXAMPLES + 1])


def _rings_are_simple(geometry: object) -> bool:
    rings = shapely.get_rings(geometry)
    return bool(len(rings) > 1 and shapely.is_simple(rings).all())


def _writing(layer: _Layer, role: Role | None) -> list[Finding]:
    """Find what does no harm but is worth knowing: heights, repeated vertices, needless detail, holes."""
    with np.errstate(invalid="ignore"):
        found = layer.of("geometry_3d", shapely.has_z(layer.geometries))
        coordinates, index = shapely.get_coordinates(layer.geometries, return_index=True)
        found += layer.of("spikes", spiky(layer.geometries, layer.valid & (layer.kind == "polygon")))
        found += layer.of("duplicate_vertices", _repeats(layer, coordinates, index))
        if layer.reading.driver == "GeoJSON":
            fine = np.zeros(len(layer.ids), dtype=bool)
            fine[index[_overprecise(coordinates)]] = True
            found += layer.of("excessive_precision", fine, digits=_FINEST_DIGITS)
        vertices = shapely.get_num_coordinates(layer.geometries)
        # A degree of latitude is 111 km; nearer to the poles this takes lines for longer than they are.
        unit_m = 111_000.0 if np.abs(coordinates).max(initial=0.0) <= 360 else 1.0
        spacing = shapely.length(layer.geometries) * unit_m / np.maximum(vertices, 1)
        dense = (vertices > _DENSE_VERTICES) & (spacing < _DENSE_SPACING_M)
    found += layer.of(
        "excessive_vertices", dense | (vertices > _MANY_VERTICES), most=int(vertices.max(initial=0))
    )
    if role in (None, Role.BOUNDARY, Role.SERVICE_AREA, Role.ZONES):
        found += layer.of("holes", _with_holes(layer))
    return found


def _repeats(layer: _Layer, coordinates: npt.NDArray[np.float64], index: npt.NDArray[np.intp]) -> Mask:
    """Return which geometries have a position twice in a row within one of their lines or rings."""
    same = (index[1:] == index[:-1]) & (coordinates[1:] == coordinates[:-1]).all(axis=1)
    suspects = np.unique(index[1:][same])
    suspects = suspects[np.isin(layer.kind[suspects], ("line", "polygon", "collection"))]
    mask = np.zeros(len(layer.ids), dtype=bool)
    # What is invalid has its own finding, and loses its repeated positions when it is rebuilt.
    suspects = suspects[layer.valid[suspects]]
    # One part may end where the next begins: only what cleaning would take away is a repeat.
    cleaned = shapely.remove_repeated_points(layer.geometries[suspects], 0.0)
    fewer = shapely.get_num_coordinates(cleaned) < shapely.get_num_coordinates(layer.geometries[suspects])
    mask[suspects[fewer]] = True
    return mask


def _overprecise(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Return which positions have more decimals than a millimetre on the ground asks for."""
    scale = 10.0**_FINEST_DIGITS
    rounded = np.round(coordinates * scale) / scale
    return np.asarray((np.abs(coordinates) <= 360).all(axis=1) & (rounded != coordinates).any(axis=1))


def _with_holes(layer: _Layer) -> Mask:
    mask = np.zeros(len(layer.ids), dtype=bool)
    parts, index = shapely.get_parts(layer.geometries, return_index=True)
    mask[index[shapely.get_num_interior_rings(parts) > 0]] = True
    return mask


def _winding(layer: _Layer) -> list[Finding]:
    # Which way an outline runs that crosses itself cannot be said.
    rows = np.flatnonzero(layer.valid & (layer.kind == "polygon"))
    parts, index = shapely.get_parts(layer.geometries[rows], return_index=True)
    index = rows[index]
    polygons = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    parts, index = parts[polygons], index[polygons]
    clockwise = np.zeros(len(layer.ids), dtype=bool)
    clockwise[index[~shapely.is_ccw(shapely.get_exterior_ring(parts))]] = True
    counter = np.zeros(len(layer.ids), dtype=bool)
    holed = shapely.get_num_interior_rings(parts) > 0
    for polygon, row in zip(parts[holed], index[holed], strict=True):
        counter[row] |= bool(shapely.is_ccw(shapely.get_rings(polygon)[1:]).any())
    return layer.of("exterior_not_ccw", clockwise) + layer.of("interior_not_cw", counter)
