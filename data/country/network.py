"""A modelled road network over real places: ways between neighbours, streets in towns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay, KDTree

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SPACING_M = 120.0
"""Between streets of a town."""

PEOPLE_PER_CROSSING = 40.0
STREETS_FROM = 500.0
_JITTER, _STREETS_KEPT, _BEND = 0.15, 0.88, 0.06
_LONGEST_M = 25_000.0


@dataclass(frozen=True)
class Network:
    """Lines with their class and surface, and the places at their ends.

    Attributes
    ----------
    lines : (r,) object array
        On the plane of the places.
    road_class, surface : (r,) object array
    ends : (r, 2) int array
        The place at each end; a street has that of its town at both.
    """

    lines: npt.NDArray[np.object_]
    road_class: npt.NDArray[np.object_]
    surface: npt.NDArray[np.object_]
    ends: IntArray


def town_radius(people: FloatArray) -> FloatArray:
    """Return how far a place reaches from its middle, metres: as far as its streets do."""
    return SPACING_M * np.sqrt(np.maximum(people / PEOPLE_PER_CROSSING, 1.0) / np.pi)


def model_network(
    xy: FloatArray, people: FloatArray, centre_of: IntArray, above: dict[int, int], rng: np.random.Generator
) -> Network:
    """Return roads and streets.

    Parameters
    ----------
    xy : (n, 2) float array
        Places, metres.
    people : (n,) float array
    centre_of : (n,) int array
        The centre of each place's district, as a place.
    above : dict of int to int
        Of each district's centre the place that it looks up to: its regional centre, or the capital.
    rng : numpy.random.Generator
    """
    pairs = _neighbours(xy)
    length = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    pairs, length = pairs[length < _LONGEST_M], length[length < _LONGEST_M]
    rank = _ranks(pairs, length, people, centre_of, above)
    classes = np.array(["unclassified", "tertiary", "secondary", "primary"], dtype=object)
    larger = np.minimum(people[pairs[:, 0]], people[pairs[:, 1]])
    paved = (rank >= 1) | (rng.random(len(pairs)) < np.clip(larger / 150, 0.25, 0.9))
    roads = Network(
        _bent(xy, pairs, rng), classes[rank], np.where(paved, "paved", "unpaved").astype(object), pairs
    )
    streets = [_streets(xy[i], float(people[i]), int(i), rng) for i in np.flatnonzero(people >= STREETS_FROM)]
    return _joined([roads, *streets])


def _neighbours(xy: FloatArray) -> IntArray:
    """Return pairs of places with no third one between them (the Gabriel graph), which is connected."""
    corners = Delaunay(xy).simplices
    pairs = np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1)
    pairs = np.unique(pairs, axis=0).astype(np.int64)
    middle = (xy[pairs[:, 0]] + xy[pairs[:, 1]]) / 2
    half = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T) / 2
    nearest, _ = KDTree(xy).query(middle)
    return np.asarray(pairs[nearest >= half * (1 - 1e-9)], dtype=np.int64)


def _ranks(
    pairs: IntArray, length: FloatArray, people: FloatArray, centre_of: IntArray, above: dict[int, int]
) -> IntArray:
    """Return how important each road is: those from larger places to their centre, from centres to theirs."""
    n = len(people)
    graph = coo_array((length, (pairs[:, 0], pairs[:, 1])), shape=(n, n)).tocsr()
    rank = np.zeros(len(pairs), dtype=np.int64)
    number = {(int(u), int(v)): k for k, (u, v) in enumerate(pairs)}
    ways = [
        (int(centre), np.flatnonzero((centre_of == centre) & (people >= 100)))
        for centre in np.unique(centre_of)
    ]
    for centre, members in ways:
        _mark(graph, centre, members, people, number, rank)
    for top in sorted(set(above.values())):
        _mark(graph, top, np.array([c for c, t in above.items() if t == top]), None, number, rank)
    return rank


def _mark(
    graph: coo_array, root: int, targets: IntArray, people: FloatArray | None, number: dict[tuple[int, int], int],
    rank: IntArray,
) -> None:  # fmt: skip
    """Raise the rank of the roads on the shortest ways from a place to others."""
    limit = np.inf if people is None else 150_000.0
    _, before = dijkstra(graph, directed=False, indices=root, return_predecessors=True, limit=limit)
    for target in targets.tolist():
        level = 3 if people is None else 2 if people[target] >= STREETS_FROM else 1
        at = int(target)
        while before[at] >= 0:
            to = int(before[at])
            edge = number[min(at, to), max(at, to)]
            # What lies nearer to the root was raised by an earlier target already.
            if rank[edge] < level:
                rank[edge] = level
            at = to


def _bent(xy: FloatArray, pairs: IntArray, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Return a line for each pair, with a bend in it: no road is straight."""
    start, end = xy[pairs[:, 0]], xy[pairs[:, 1]]
    across = (end - start)[:, ::-1] * [-1.0, 1.0]
    thirds = [
        start + (end - start) * k / 3 + across * rng.uniform(-_BEND, _BEND, (len(pairs), 1)) for k in (1, 2)
    ]
    points = np.stack([start, *thirds, end], axis=1).reshape(-1, 2)
    lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(pairs)), 4))
    return np.asarray(lines, dtype=object)


def _streets(middle: FloatArray, people: float, place: int, rng: np.random.Generator) -> Network:
    """Return a lattice of streets, turned at random, as large as the town; the place itself is a crossing."""
    radius = float(town_radius(np.array([people]))[0])
    reach = int(radius // SPACING_M) + 1
    i, j = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1), indexing="ij")
    wide = 2 * reach + 1
    node = np.arange(wide * wide).reshape(wide, wide)
    offset = np.stack([i, j], axis=-1).reshape(-1, 2).astype(float)
    still = (offset == 0).all(axis=1)
    offset += rng.uniform(-_JITTER, _JITTER, offset.shape) * ~still[:, None]
    angle = rng.uniform(0, np.pi / 2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    inside = np.hypot(*offset.T) * SPACING_M <= radius
    u = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    v = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    # Streets from the middle all stay, or the town might hang on nothing.
    kept = inside[u] & inside[v] & ((rng.random(u.size) < _STREETS_KEPT) | still[u] | still[v])
    u, v = u[kept], v[kept]
    at = middle + offset @ turn.T * SPACING_M
    lines = shapely.linestrings(
        np.stack([at[u], at[v]], axis=1).reshape(-1, 2), indices=np.repeat(np.arange(u.size), 2)
    )
    paved = rng.random(u.size) < (0.9 if people >= 5000 else 0.6)
    return Network(
        np.asarray(lines, dtype=object),
        np.full(u.size, "residential", dtype=object),
        np.where(paved, "paved", "unpaved").astype(object),
        np.full((u.size, 2), place, dtype=np.int64),
    )


def _joined(parts: list[Network]) -> Network:
    return Network(
        *(
            np.concatenate([getattr(p, name) for p in parts])
            for name in ("lines", "road_class", "surface", "ends")
        )
    )
