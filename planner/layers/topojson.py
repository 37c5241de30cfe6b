"""Take TopoJSON apart into GeoJSON features: its lines are shared, and stored as steps on a grid."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.errors import InputError
from planner.layers.faults import examples
from planner.layers.geojson_geometry import shown

_DEEPEST = 32
Positions = list[list[float]]


def layers_of(topology: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of a topology's objects."""
    objects = topology.get("objects")
    return tuple(objects) if isinstance(objects, dict) else ()


def features_of(
    topology: dict[str, Any], name: str, layer: str | None = None
) -> tuple[list[dict[str, Any]], str]:
    """Return the features of one object of a topology, and the object's name.

    Parameters
    ----------
    topology : dict
        The document.
    name : str
        Of the file, for messages.
    layer : str, optional
        Which object; otherwise the first.

    Raises
    ------
    InputError
        If there is no such object, or its lines do not exist.
    """
    names = layers_of(topology)
    if not names or (layer is not None and layer not in names):
        raise InputError(
            "{name} has no layer {layer}; it has: {layers}.",
            "Name one of these.",
            name=name,
            layer=shown(layer or ""),
            layers=examples(names) or "-",
        )
    chosen = layer or names[0]
    try:
        arcs = _Arcs(topology)
        return [_feature(part, arcs) for part in _members(topology["objects"][chosen])], chosen
    except (TypeError, ValueError, KeyError, IndexError, OverflowError, AttributeError) as error:
        raise InputError(
            "{name} is TopoJSON that does not hold together: {reason}.",
            "Export the layer again as GeoJSON.",
            name=name,
            reason=shown(error),
        ) from error


class _Arcs:
    """The lines that a topology's shapes share, in coordinates."""

    def __init__(self, topology: dict[str, Any]) -> None:
        transform: dict[str, Any] | None = topology.get("transform")
        self.scaled = bool(transform)
        self.scale = np.asarray(transform["scale"] if transform else (1, 1), dtype=np.float64)
        self.shift = np.asarray(transform["translate"] if transform else (0, 0), dtype=np.float64)
        self.arcs = [self._decoded(arc) for arc in topology.get("arcs", ())]

    def _decoded(self, arc: Any) -> Positions:
        steps = np.array([position[:2] for position in arc], dtype=np.float64).reshape(-1, 2)
        places = np.cumsum(steps, axis=0) * self.scale + self.shift if self.scaled else steps
        return [[float(x), float(y)] for x, y in places]

    def position(self, written: Any) -> Any:
        """Return a point's position; what is none is left for the reader of GeoJSON to name."""
        if not self.scaled:
            return written
        return [float(v) for v in np.array(written[:2], dtype=np.float64) * self.scale + self.shift]

    def line(self, numbers: Any) -> Positions:
        """Return arcs joined end to end; a negative number is an arc run backwards."""
        line: Positions = []
        for number in numbers:
            if type(number) is not int:
                raise ValueError(f"{shown(number)} is no arc")
            arc = self.arcs[number] if number >= 0 else self.arcs[~number][::-1]
            line += arc[1:] if line else arc
        return line


def _members(shape: Any) -> list[Any]:
    if shape.get("type") == "GeometryCollection" and "properties" not in shape and "id" not in shape:
        return list(shape["geometries"])
    return [shape]


def _feature(shape: dict[str, Any], arcs: _Arcs) -> dict[str, Any]:
    feature: dict[str, Any] = {
        "type": "Feature",
        "properties": shape.get("properties", {}),
        "geometry": _geometry(shape, arcs, 0),
    }
    if "id" in shape:
        feature["id"] = shape["id"]
    return feature


def _geometry(shape: dict[str, Any], arcs: _Arcs, depth: int) -> dict[str, Any] | None:
    kind = shape.get("type")
    if kind is None:
        return None
    if depth > _DEEPEST:
        raise ValueError("collections are nested too deep")
    if kind == "GeometryCollection":
        return {
            "type": kind,
            "geometries": [_geometry(part, arcs, depth + 1) for part in shape["geometries"]],
        }
    return {"type": kind, "coordinates": _coordinates(kind, shape, arcs)}


def _coordinates(kind: str, shape: dict[str, Any], arcs: _Arcs) -> Any:
    if kind == "Point":
        return arcs.position(shape["coordinates"])
    if kind == "MultiPoint":
        return [arcs.position(at) for at in shape["coordinates"]]
    if kind == "LineString":
        return arcs.line(shape["arcs"])
    if kind in ("MultiLineString", "Polygon"):
        return [arcs.line(numbers) for numbers in shape["arcs"]]
    if kind == "MultiPolygon":
        return [[arcs.line(numbers) for numbers in polygon] for polygon in shape["arcs"]]
    raise ValueError(f"{shown(kind)} is no shape")
