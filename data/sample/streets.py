"""Streets: the grids of the two towns, and the few of a village."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import shapely

from sample.ground import XY, away, draws
from sample.links import shortest
from sample.places import Place

Cell = tuple[int, int]


@dataclass
class Road:
    """A road or street: its vertices in plane coordinates, and what is said of it."""

    points: list[XY]
    road_class: str
    surface: str
    place_id: str | None = None
    name: str | None = None
    speed_kmh: int | None = None
    oneway: bool = False
    bridge: bool = False

    def line(self) -> shapely.LineString:
        """Return the road as a geometry."""
        return shapely.LineString(self.points)


@dataclass
class Grid:
    """The streets of a town on a warped lattice.

    Attributes
    ----------
    reach_m : float
        Roads from outside end where they come this near to the centre; streets lie within it.
    """

    place: Place
    reach_m: float
    cells: dict[Cell, XY]
    streets: dict[tuple[Cell, Cell], Road] = field(default_factory=dict)

    @property
    def disc(self) -> shapely.Polygon:
        """The area that the streets keep to."""
        return shapely.Point(self.place.position).buffer(self.reach_m, quad_segs=24)


def make_grid(place: Place, reach_m: float, spacing_m: float) -> Grid:
    """Lay out a town's streets: a turned lattice, a little bent, ragged at the edge, some streets missing."""
    rng = draws("grid", place.id)
    turn = rng.uniform(0.25, 0.6)
    phase = [rng.uniform(0, 2 * math.pi) for _ in range(4)]
    half = math.ceil(reach_m / spacing_m) + 1
    cells = {}
    for i in range(-half, half + 1):
        for j in range(-half, half + 1):
            u = i + 0.22 * math.sin(0.9 * j + phase[0]) + rng.uniform(-0.07, 0.07)
            v = j + 0.22 * math.sin(0.8 * i + phase[1]) + rng.uniform(-0.07, 0.07)
            x = spacing_m * (u * math.cos(turn) - v * math.sin(turn))
            y = spacing_m * (u * math.sin(turn) + v * math.cos(turn))
            angle = math.atan2(y, x)
            edge = 0.8 + 0.1 * math.sin(2 * angle + phase[2]) + 0.08 * math.sin(3 * angle + phase[3])
            if math.hypot(x, y) < edge * (reach_m - 60):
                cells[i, j] = (place.position[0] + x, place.position[1] + y)
    farthest = max(math.dist(cell, place.position) for cell in cells.values())
    grid = Grid(place, farthest + 60, cells)
    pairs = [
        (cell, other)
        for cell in sorted(cells)
        for other in ((cell[0] + 1, cell[1]), (cell[0], cell[1] + 1))
        if other in cells
    ]
    grid.streets = {
        pair: Road([cells[pair[0]], cells[pair[1]]], "residential", "paved", place.id)
        for pair in _thinned(pairs, rng.random)
    }
    return grid


def _thinned(pairs: list[tuple[Cell, Cell]], draw: Callable[[], float]) -> list[tuple[Cell, Cell]]:
    """Drop about an eighth of the streets where the rest still hang together and no dead end is left."""
    kept = list(pairs)
    for pair in pairs:
        if draw() > 0.13:
            continue
        rest = [other for other in kept if other != pair]
        degrees = [sum(end in other for other in rest) for end in pair]
        if min(degrees) >= 2 and _connected(rest):
            kept = rest
    return kept


def _connected(pairs: list[tuple[Cell, Cell]]) -> bool:
    around: dict[Cell, list[Cell]] = {}
    for a, b in pairs:
        around.setdefault(a, []).append(b)
        around.setdefault(b, []).append(a)
    seen, stack = set(), [pairs[0][0]]
    while stack:
        cell = stack.pop()
        if cell not in seen:
            seen.add(cell)
            stack.extend(around[cell])
    return len(seen) == len(around)


def insert_vertex(points: list[XY], point: XY, snap_m: float = 15.0) -> XY:
    """Make a point on a line one of its vertices; where a vertex is near enough, that one is taken.

    Returns
    -------
    XY
        The vertex.
    """
    nearest = min(points, key=lambda vertex: math.dist(vertex, point))
    if math.dist(nearest, point) < snap_m:
        return nearest
    spot = shapely.Point(point)
    gaps = [shapely.LineString(points[at : at + 2]).distance(spot) for at in range(len(points) - 1)]
    points.insert(gaps.index(min(gaps)) + 1, point)
    return point


def nearest_on(roads: list[Road], point: XY) -> tuple[Road, XY]:
    """Return the road nearest to a point, and the nearest spot on it."""
    spot = shapely.Point(point)
    road = min(roads, key=lambda each: each.line().distance(spot))
    foot = road.line().interpolate(road.line().project(spot))
    return road, (foot.x, foot.y)


def enter_town(road: Road, grid: Grid, from_end: bool) -> None:
    """End a road from outside at the nearest street, and carry its class on to the middle of the town.

    Parameters
    ----------
    road : Road
    grid : Grid
    from_end : bool
        Whether the town stands at the road's last vertex, not its first.
    """
    points = road.points if from_end else road.points[::-1]
    outside = shapely.LineString(points).difference(grid.disc)
    first = min(shapely.get_parts(outside), key=lambda part: part.distance(shapely.Point(points[0])))
    line = [(float(x), float(y)) for x, y in first.coords]
    street, foot = nearest_on(list(grid.streets.values()), line[-1])
    vertex = insert_vertex(street.points, foot, 95.0)
    line.append(vertex)
    road.points = line if from_end else line[::-1]
    if road.road_class in ("primary", "secondary"):
        _carry_on(grid, street, vertex, road.road_class)


def _carry_on(grid: Grid, street: Road, vertex: XY, road_class: str) -> None:
    """Give the streets from where a main road enters to the middle of the town the class of that road."""
    cells = sorted(grid.cells)
    number = {cell: at for at, cell in enumerate(cells)}
    links = {
        (number[a], number[b]): math.dist(grid.cells[a], grid.cells[b])
        * (0.8 if each.road_class != "residential" else 1.0)
        for (a, b), each in grid.streets.items()
    }
    entered = next(pair for pair, each in grid.streets.items() if each is street)
    used = {cell for pair in grid.streets for cell in pair}
    middle = min(used, key=lambda cell: (math.dist(grid.cells[cell], grid.place.position), cell))
    at_corner = [cell for cell in entered if grid.cells[cell] == vertex]
    start = min(at_corner or entered, key=lambda cell: math.dist(grid.cells[cell], grid.place.position))
    way = shortest(links, number[start], number[middle])
    along = {(min(pair), max(pair)) for pair in itertools.pairwise(way)}
    for (a, b), each in grid.streets.items():
        if (each is street and not at_corner) or (
            min(number[a], number[b]),
            max(number[a], number[b]),
        ) in along:
            if each.road_class != "primary":
                each.road_class = road_class
            each.speed_kmh = 50


def one_ways(grid: Grid) -> None:
    """Make two parallel rows of streets in the middle of a town run in opposite directions, one way each."""
    for (a, b), street in grid.streets.items():
        row = a[1] if a[1] == b[1] else None
        if row in (-2, 2) and street.road_class == "residential":
            street.oneway = True
            if row == 2:
                street.points.reverse()


def village_streets(place: Place, roads: list[Road]) -> list[Road]:
    """Lay out the streets of a village: one through its point, and side streets in larger ones.

    Where a street leaves a road, that road gets a vertex. A street that would touch another road is left out.
    """
    rng = draws("streets", place.id)
    near = [road for road in roads if road.line().distance(shapely.Point(place.position)) < 1_200]
    road, foot = nearest_on(near, place.position)
    gap = math.dist(foot, place.position)
    streets: list[Road] = []
    if gap > 30 and (place.counted or (gap > 110 and rng.random() < 0.6)):
        heading = math.atan2(place.position[1] - foot[1], place.position[0] - foot[0])
        end = away(place.position, rng.uniform(80, 260), heading + rng.uniform(-0.5, 0.5))
        _branch(streets, place, (road, foot), [place.position, end], near)
    wanted = 0 if not place.counted else 1 + (place.population >= 200) + (place.population >= 350)
    for _ in range(4 * wanted):
        if len(streets) > wanted:
            break
        angle, metres = rng.uniform(0, 2 * math.pi), rng.uniform(90, 340)
        road, foot = nearest_on([*near, *streets], away(place.position, metres, angle))
        turned = angle + rng.uniform(-0.4, 0.4)
        middle = away(foot, rng.uniform(80, 160), angle)
        _branch(streets, place, (road, foot), [middle, away(middle, rng.uniform(60, 170), turned)], near)
    return streets


def _branch(
    streets: list[Road], place: Place, root: tuple[Road, XY], rest: list[XY], near: list[Road]
) -> None:
    """Add a street that leaves a road, unless it comes within 40 m of any other away from its root."""
    road, foot = root
    free = shapely.LineString([foot, *rest]).difference(shapely.Point(foot).buffer(45))
    if free.is_empty or any(free.distance(other.line()) < 40 for other in [*near, *streets]):
        return
    vertex = insert_vertex(road.points, foot)
    paved = place.population >= 250 or draws("street surface", place.id, len(streets)).random() < 0.35
    streets.append(Road([vertex, *rest], "residential", "paved" if paved else "unpaved", place.id))
