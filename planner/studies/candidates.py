"""Where a new service point could stand: settlements, road nodes near them, a layer of candidates, points given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from planner.errors import InputError
from planner.layers.schema import Role
from planner.network.attach import ModeRoads
from planner.standards.model import Text
from planner.studies.inputs import Inputs
from planner.studies.layer import layer_names
from planner.studies.travel import roads_of_mode

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SETTLEMENTS, NODES = "settlements", "nodes"
"""Candidates that need no layer."""

NODES_EACH, NODE_REACH_M = 3, 1000.0
"""So many road nodes of a populated place are candidates, and none farther from it than this, straight line."""

PRICE = "cost"
"""The column of a layer of candidates that says what each costs to open."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Candidates:
    """Places where a service point could be opened, m of them.

    Attributes
    ----------
    ids : tuple of str
    names : tuple of mapping
    lon, lat : (m,) float arrays
    place : (m,) int array
        The settlement that each is at or near, -1 for none.
    capacity, price : (m,) float arrays
        Of each, from its layer; NaN where nothing is said.
    """

    ids: tuple[str, ...]
    names: tuple[Text, ...]
    lon: FloatArray
    lat: FloatArray
    place: IntArray
    capacity: FloatArray
    price: FloatArray

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ids)

    def some(self, chosen: IntArray) -> Candidates:
        """Return some of them."""
        return Candidates(
            tuple(self.ids[i] for i in chosen), tuple(self.names[i] for i in chosen), self.lon[chosen],
            self.lat[chosen], self.place[chosen], self.capacity[chosen], self.price[chosen],
        )  # fmt: skip

    def with_more(self, other: Candidates) -> Candidates:
        """Return these and then others."""
        columns = ("lon", "lat", "place", "capacity", "price")
        return Candidates(
            self.ids + other.ids,
            self.names + other.names,
            *(np.concatenate([getattr(self, name), getattr(other, name)]) for name in columns),
        )

    def find(self, asked: Collection[str]) -> IntArray:
        """Return the candidates with these identifiers or names, in any language.

        Raises
        ------
        InputError
            If there is none with one of them.
        """
        found = []
        for text in asked:
            wanted = text.strip().casefold()
            hits = [
                i for i, (id, names) in enumerate(zip(self.ids, self.names, strict=True))
                if id == text.strip() or wanted in {name.casefold() for name in names.values()}
            ]  # fmt: skip
            if not hits:
                raise InputError(
                    "There is no candidate “{name}”.",
                    "Give the identifier or the name of a candidate, as planner site --json has them.",
                    name=text,
                )
            found += hits
        return np.unique(np.array(found, dtype=np.int64))


def candidates_of(inputs: Inputs, kind: str, mode: str | None, points: Sequence[Point] = ()) -> Candidates:
    """Return the candidates of a district.

    Parameters
    ----------
    inputs : Inputs
    kind : str
        ``settlements``, ``nodes``, the name of a layer of candidates, or empty for the points alone.
    mode : str or None
        Of travel, whose road nodes are taken.
    points : sequence of (lon, lat)
        More of them.

    Raises
    ------
    InputError
        If there is no such layer, or a point is not on the earth.
    """
    if kind == SETTLEMENTS:
        found = _settlements(inputs)
    elif kind == NODES:
        found = _nodes(inputs, mode or "car")
    elif kind:
        found = _layer(inputs, kind)
    else:
        found = _settlements(inputs).some(np.empty(0, dtype=np.int64))
    return found.with_more(_points(inputs, points)) if points else found


def _plain(
    ids: Sequence[str], names: Sequence[Text], lon: FloatArray, lat: FloatArray, place: IntArray
) -> Candidates:
    unknown = np.full(len(ids), np.nan)
    return Candidates(tuple(ids), tuple(names), lon, lat, place, unknown, unknown)


def _settlements(inputs: Inputs) -> Candidates:
    places = inputs.places
    at = np.flatnonzero(np.isfinite(inputs.place_xy).all(axis=1))
    return _plain(
        [places.ids[i] for i in at], [places.names[i] for i in at], places.lon[at], places.lat[at], at
    )


def _nodes(inputs: Inputs, mode: str) -> Candidates:
    """The nodes of the roads nearest to each populated place, on the roads that the mode may use."""
    roads = roads_of_mode(inputs, mode)
    if not isinstance(roads, ModeRoads) or inputs.roads is None:
        raise InputError(
            "Road nodes cannot be candidates: there are no roads for this way of travel.",
            "Add roads, or take settlements as candidates.",
        )
    nodes = np.unique(np.concatenate([inputs.roads.u[roads.edges], inputs.roads.v[roads.edges]]))
    xy = inputs.roads.node_xy[nodes]
    people = np.flatnonzero(np.isfinite(inputs.place_xy).all(axis=1) & (inputs.places.population > 0))
    if not nodes.size or not people.size:
        return _settlements(inputs).some(np.empty(0, dtype=np.int64))
    count = min(NODES_EACH, nodes.size)
    apart, near = KDTree(xy).query(inputs.place_xy[people], k=np.arange(1, count + 1))
    hit = apart <= NODE_REACH_M * inputs.ground[people][:, None]
    row, column = np.nonzero(hit)
    # A node near several places belongs to the nearest of them.
    order = np.lexsort((row, apart[row, column], near[row, column]))
    at, first = np.unique(near[row, column][order], return_index=True)
    place = people[row[order][first]]
    lon, lat = inputs.grid.to_degrees(xy[at]).T
    names = [
        {code: f"{text} ({k})" for code, text in inputs.places.names[p].items()}
        for p, k in zip(place, _numbered(place), strict=True)
    ]
    return _plain([f"node-{nodes[i]}" for i in at], names, lon, lat, place)


def _numbered(place: IntArray) -> list[int]:
    """Return 1, 2, 3 … for each place's own candidates."""
    seen: dict[int, int] = {}
    numbers = []
    for p in place.tolist():
        seen[p] = seen.get(p, 0) + 1
        numbers.append(seen[p])
    return numbers


def candidate_layers(inputs: Inputs) -> dict[str, str]:
    """Return the layers of candidates: what they are called by, and their names."""
    return {
        service or layer.record.name: layer.record.name
        for (role, service), layer in inputs.layers.items()
        if role is Role.CANDIDATES
    }


def _layer(inputs: Inputs, name: str) -> Candidates:
    able = candidate_layers(inputs)
    found = next(
        (
            layer
            for (role, service), layer in inputs.layers.items()
            if role is Role.CANDIDATES and name in (service, layer.record.name)
        ),
        None,
    )
    if found is None:
        raise InputError(
            "There is no layer of candidates “{name}”.",
            "Choose one of: {available}; or add one with: planner add WORKSPACE FILE --as candidates",
            name=name,
            available=", ".join((SETTLEMENTS, NODES, *able)),
        )
    points = found.frame.geometry.representative_point()
    lon, lat = np.asarray(points.x, dtype=np.float64), np.asarray(points.y, dtype=np.float64)
    at = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    names = layer_names(found)
    told = _plain(
        [str(found.texts("id")[i]) for i in at], [names[i] for i in at], lon[at], lat[at],
        np.full(at.size, -1, dtype=np.int64),
    )  # fmt: skip
    given = {column: found.numbers(column)[at] for column in ("capacity", PRICE)}
    for column, values in given.items():
        if (values < 0).any():
            raise InputError(
                "The layer “{layer}” has a negative “{column}”.",
                "Mend it in the file and add the layer again.",
                layer=name,
                column=column,
            )
    return Candidates(told.ids, told.names, told.lon, told.lat, told.place, given["capacity"], given[PRICE])


def _points(inputs: Inputs, points: Sequence[Point]) -> Candidates:
    lonlat = np.array(points, dtype=np.float64).reshape(-1, 2)
    if not (np.isfinite(lonlat).all() and (np.abs(lonlat) <= (180.0, 85.0)).all()):
        raise InputError(
            "A candidate point is not on the earth.",
            "Give longitude and latitude in degrees, for example 27.69,55.14.",
        )
    xy = inputs.grid.to_grid(lonlat[:, 0], lonlat[:, 1])
    there = np.flatnonzero(np.isfinite(inputs.place_xy).all(axis=1))
    _, near = KDTree(inputs.place_xy[there]).query(xy)
    place = there[near]
    ids = [f"point-{lon:.6f}-{lat:.6f}" for lon, lat in lonlat]
    names = [
        {code: f"+ {text}" for code, text in inputs.places.names[p].items()} for p in place
    ]  # fmt: skip
    return _plain(ids, names, lonlat[:, 0], lonlat[:, 1], np.full(len(ids), -1, dtype=np.int64))
