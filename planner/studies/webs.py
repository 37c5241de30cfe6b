"""The networks whose fragility is studied: roads to the service points, and mains from their sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from planner.errors import InputError
from planner.layers.grid import Grid
from planner.layers.schema import Role
from planner.network.build import build
from planner.network.graph import Direction
from planner.network.pieces import Pieces, pieces, snap_within, split
from planner.results import Facilities
from planner.standards.model import Indicator, Measure, Standard, Text
from planner.studies.inputs import Inputs
from planner.studies.layer import Layer
from planner.studies.measure import Gauge, whom
from planner.studies.selection import some_facilities
from planner.studies.travel import BUS

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

REACH_M = 300.0
"""A place or a source is joined to mains this near to it, unless a standard in force says otherwise."""

ON_ROADS = (Indicator.TRAVEL_TIME, Indicator.TRAVEL_DISTANCE)
_NOT_A_BRIDGE = ("", "no", "0", "0.0", "false", "нет", "не")


@dataclass(frozen=True, slots=True)
class Web:
    """A network with places and what serves them joined to it.

    Attributes
    ----------
    kind : str
        ``roads`` or ``lines``.
    mode : str
    standards : tuple of Standard
    layer : Layer
        That the network is made of.
    pieces : Pieces
        Points are all places, then all `facilities`.
    lines : (e,) object array
        The edges on the grid.
    row : (e,) int array
        The feature of the layer that each edge is part of.
    length_m : (e,) float array
    joined : (n,) bool array
        Places that are joined to the network.
    facilities : Facilities
    source : (n_nodes,) bool array
    limits : sequence of (applies, limit)
        For each standard the places that it addresses and the cost it allows.
    direction : {"to", "from"}
    """

    kind: str
    mode: str
    standards: tuple[Standard, ...]
    layer: Layer
    pieces: Pieces
    lines: npt.NDArray[np.object_]
    row: IntArray
    length_m: FloatArray
    joined: BoolArray
    facilities: Facilities
    source: BoolArray
    limits: tuple[tuple[BoolArray, float], ...]
    direction: Direction

    def name(self, edge: int) -> Text:
        """Return the name of the road or main that an edge is part of."""
        given = {x: str(self.layer.texts(f"name_{x}")[self.row[edge]]) for x in ("ru", "be", "en")}
        plain = str(self.layer.texts("name")[self.row[edge]])
        return {x: text or plain for x, text in given.items()}

    def carries_bridge(self, edge: int) -> bool:
        """Return whether the layer says that an edge is carried by a bridge."""
        said = str(self.layer.texts("bridge")[self.row[edge]]).strip().lower()
        return said not in _NOT_A_BRIDGE


def services_with_webs(inputs: Inputs, standards: Sequence[Standard]) -> tuple[str, ...]:
    """Return the services whose network can be studied: points reached by road, and mains with sources."""
    points = {service for role, service in inputs.layers if role is Role.FACILITIES}
    mains = [s for role, s in inputs.layers if role is Role.LINES and _sources(inputs, s) is not None]
    by_road = [
        s.service
        for s in standards
        if s.measure
        and s.measure.indicator in (*ON_ROADS, Indicator.STRAIGHT_DISTANCE)
        and points & set(s.measure.sources)
    ]
    return tuple(dict.fromkeys([*(by_road if (Role.ROADS, "") in inputs.layers else ()), *mains]))


def web_of(inputs: Inputs, standards: Sequence[Standard], service: str) -> Web:
    """Return the network of a service.

    Raises
    ------
    InputError
        If nothing serves places over a network, or it is not known from where.
    """
    if (Role.LINES, service) in inputs.layers:
        return _mains(inputs, standards, service)
    able = services_with_webs(inputs, standards)
    if service not in able:
        raise InputError(
            "Nothing of “{service}” is reached over a network that is loaded.",
            "Choose one of: {available}.",
            service=service,
            available=", ".join(able) or "—",
        )
    return _by_road(inputs, standards, service)


def _by_road(inputs: Inputs, standards: Sequence[Standard], service: str) -> Web:
    gauge = Gauge(inputs)
    own = [s for s in standards if s.service == service and s.measure]
    # A bus does not go by one piece of road after another: what is measured by bus is not judged.
    judged = [s for s in own if s.measure and s.measure.indicator in ON_ROADS and s.measure.mode != BUS]
    first = judged[0].measure if judged else None
    by_time = first is None or first.indicator is Indicator.TRAVEL_TIME
    mode = first.mode or "car" if first else "car"
    outward = bool(first and first.from_facility)
    # Costs are of one kind: standards that measure otherwise than the first, or to other points, are not judged.
    judged = [s for s in judged if s.measure and first and _kind(s.measure) == _kind(first)]
    chosen = np.unique(np.concatenate([gauge.facilities_of(s.measure) for s in judged or own if s.measure]))
    on_roads = gauge.on_roads(mode)
    if on_roads is None:
        raise InputError("No roads are loaded.", "Add them on the page “Layers”.")
    roads, points = on_roads
    n, layer, people = len(inputs.places), inputs.layers[Role.ROADS, ""], inputs.places.population
    web = pieces(roads, points, "time" if by_time else "distance")
    source = np.zeros(web.n_nodes, dtype=bool)
    source[web.node[n + chosen[points.connected[n + chosen]]]] = True
    scale = 60.0 if by_time else 1.0
    _, part_row = shapely.get_parts(layer.frame.geometry.to_numpy(), return_index=True)
    return Web(
        kind="roads", mode=mode, standards=tuple(judged), layer=layer, pieces=web,
        lines=roads.roads.geometry(roads.edges), row=part_row[roads.roads.line[roads.edges]],
        length_m=roads.roads.length_m[roads.edges], joined=points.connected[:n],
        facilities=some_facilities(inputs, chosen), source=source,
        limits=tuple((whom(inputs, s, people), s.measure.threshold * scale) for s in judged if s.measure),
        direction="from" if outward else "to",
    )  # fmt: skip


def _kind(measure: Measure) -> tuple[object, ...]:
    """Return what makes the costs of two measures comparable."""
    to = (frozenset(measure.sources), dict(measure.where))
    return measure.indicator, measure.mode, measure.from_facility, *to


def _sources(inputs: Inputs, service: str) -> IntArray | None:
    """Return the points that lines of a service come from, those of the same service; None without such a layer."""
    if (Role.FACILITIES, service) not in inputs.layers:
        return None
    return inputs.of_service(service)


def _mains(inputs: Inputs, standards: Sequence[Standard], service: str) -> Web:
    chosen = _sources(inputs, service)
    if chosen is None:
        raise InputError(
            "Where the lines of “{service}” come from is not known.",
            "Add their sources (pumps, boilers, substations) as facilities of the same service.",
            service=service,
        )
    reach = [
        s.measure.threshold
        for s in standards
        if s.service == service and s.measure and s.measure.indicator is Indicator.DISTANCE_TO_LINE
    ]
    layer = inputs.layers[Role.LINES, service]
    parts, part_row = shapely.get_parts(layer.frame.geometry.to_numpy(), return_index=True)
    nothing = np.full(parts.size, "", dtype=object)
    made = build(
        parts, inputs.grid, road_class=nothing, surface=nothing, speed_kmh=np.full(parts.size, np.nan),
        oneway=np.zeros(parts.size, dtype=np.int64),
    )  # fmt: skip
    lines = made.geometry(np.arange(len(made)))
    xy = np.concatenate([inputs.place_xy, inputs.facility_xy[chosen]])
    points = snap_within(lines, xy, Grid.scale(xy[:, 0]), max(reach, default=REACH_M))
    web = split(made.n_nodes, made.u, made.v, made.length_m, made.oneway, points, 1.0)
    n = len(inputs.places)
    source = np.zeros(web.n_nodes, dtype=bool)
    source[web.node[n:][points.connected[n:]]] = True
    return Web(
        kind="lines", mode="", standards=(), layer=layer, pieces=web, lines=lines, row=part_row[made.line],
        length_m=made.length_m, joined=points.connected[:n], facilities=some_facilities(inputs, chosen), source=source,
        limits=(), direction="to",
    )  # fmt: skip
