"""The nearest edge of points, equal to asking every segment of every edge."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planner.network.snap import EdgeGrid, nearest_edge


def random_edges(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return edges of up to four vertices: on whole coordinates, where ties abound, or of any scale."""
    draw = np.random.default_rng(seed)
    counts = draw.integers(2, 5, int(draw.integers(1, 60)))
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    if seed % 2:
        vertices = draw.integers(0, 12, (int(counts.sum()), 2)).astype(float)
    else:
        vertices = np.cumsum(draw.normal(size=(int(counts.sum()), 2)), axis=0) * 10.0 ** draw.uniform(-2, 6)
    if seed % 7 == 0:
        vertices[:, draw.integers(2)] = 3.0
    if seed % 11 == 0:
        vertices[:] = 4.0
    return vertices, first, first + counts - 1


def random_points(vertices: np.ndarray, seed: int) -> np.ndarray:
    """Return points among the vertices, around them and far from them, some on whole coordinates, some on a vertex."""
    draw = np.random.default_rng(seed + 1_000_000)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    wide = (high - low).max() * draw.choice([0.1, 1.0, 30.0]) + 1.0
    points = draw.uniform(low - wide, high + wide, (80, 2))
    return np.concatenate([np.round(points) if seed % 2 else points, vertices[:10]])


def brute(
    points: np.ndarray, vertices: np.ndarray, first: np.ndarray, last: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the first nearest edge of each point and its distance, every segment asked."""
    at = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    edge = np.repeat(np.arange(first.size), last - first)
    (ax, ay), (bx, by) = vertices[at].T, vertices[at + 1].T
    x, y = points[:, :1], points[:, 1:]
    dx, dy = bx - ax, by - ay
    along, square = (x - ax) * dx + (y - ay) * dy, dx * dx + dy * dy
    share = along / np.where(square > 0, square, 1.0)
    middle = (x - (ax + share * dx)) ** 2 + (y - (ay + share * dy)) ** 2
    begin, end = (x - ax) ** 2 + (y - ay) ** 2, (x - bx) ** 2 + (y - by) ** 2
    apart = np.where(along <= 0, begin, np.where(along >= square, end, middle))
    least = apart.argmin(axis=1)
    return edge[least], np.sqrt(apart[np.arange(len(points)), least])


def test_the_nearest_edge_is_that_of_asking_all_and_the_first_of_equally_near() -> None:
    for seed in range(200):
        edges = random_edges(seed)
        points = random_points(edges[0], seed)
        edge, fraction, distance = nearest_edge(points, *edges)
        expected, apart = brute(points, *edges)
        assert edge.tolist() == expected.tolist(), seed
        assert distance.tolist() == apart.tolist(), seed
        assert ((fraction >= 0) & (fraction <= 1)).all()


def test_the_fraction_leads_to_the_nearest_point() -> None:
    for seed in range(60):
        vertices, first, last = random_edges(seed)
        points = random_points(vertices, seed)
        edge, fraction, distance = nearest_edge(points, vertices, first, last)
        lines = np.array(
            [shapely.LineString(vertices[a : b + 1]) for a, b in zip(first, last, strict=True)], dtype=object
        )
        reached = shapely.line_interpolate_point(lines[edge], fraction, normalized=True)
        scale = np.abs(vertices).max() + np.abs(points).max()
        assert shapely.distance(reached, shapely.points(points)) == pytest.approx(distance, abs=1e-9 * scale)


def test_points_in_blocks_find_what_they_find_alone() -> None:
    draw = np.random.default_rng(3)
    vertices = draw.uniform(0, 1000, (4000, 2))
    grid = EdgeGrid(vertices, 2 * np.arange(2000), 2 * np.arange(2000) + 1)
    points = draw.uniform(-100, 1100, (50_000, 2))
    whole = grid.nearest(points)
    some = draw.choice(len(points), 50)
    for one in some:
        assert [part[0] for part in grid.nearest(points[one : one + 1])] == [part[one] for part in whole]


def test_what_is_not_located_and_what_has_no_edge() -> None:
    grid = EdgeGrid(np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([0]), np.array([1]))
    edge, fraction, distance = grid.nearest(np.array([[5.0, 2.0], [np.nan, 0.0], [0.0, np.inf]]))
    assert edge.tolist() == [0, -1, -1]
    assert fraction.tolist() == [0.5, 0.0, 0.0]
    assert distance[0] == 2.0
    assert np.isnan(distance[1:]).all()
    none = nearest_edge(np.zeros((2, 2)), np.empty((0, 2)), np.empty(0, np.int64), np.empty(0, np.int64))
    assert none[0].tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("argument", "vertices", "first", "last"),
    [
        ("vertices", [[0.0, np.nan], [1.0, 1.0]], [0], [1]),
        ("vertices", [0.0, 1.0], [0], [1]),
        ("first, last", [[0.0, 0.0], [1.0, 1.0]], [0], [0]),
        ("first, last", [[0.0, 0.0], [1.0, 1.0]], [0], [2]),
        ("first, last", [[0.0, 0.0], [1.0, 1.0]], [-1], [1]),
    ],
)
def test_edges_that_cannot_be_are_refused_by_name(
    argument: str, vertices: list[object], first: list[int], last: list[int]
) -> None:
    with pytest.raises(ValueError, match=argument):
        EdgeGrid(np.array(vertices, dtype=float), np.array(first), np.array(last))


def test_a_point_at_the_end_of_an_edge_is_at_its_end_and_not_a_rounding_short_of_it() -> None:
    draw = np.random.default_rng(5)
    vertices = draw.uniform(0, 5e6, (9 * 300, 2))
    first = 9 * np.arange(300)
    grid = EdgeGrid(vertices, first, first + 8)
    _, at_first, _ = grid.nearest(vertices[first])
    _, at_last, _ = grid.nearest(vertices[first + 8])
    assert (at_first == 0.0).all()
    assert (at_last == 1.0).all()
