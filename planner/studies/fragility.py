"""Fragility: the roads, junctions and mains whose loss leaves most people without a service."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely
from shapely.ops import substring

from planner.coverage.access import within
from planner.network.fragility import Cuts, cuts, flows
from planner.network.modes import Conditions
from planner.results import Element, Fragility, Junction, frozen
from planner.standards.catalogue import Catalogue
from planner.standards.model import Standard, Text
from planner.studies.assess import loaded, manifest
from planner.studies.inputs import Inputs
from planner.studies.progress import Progress, part, wanted
from planner.studies.standards_in_force import in_force
from planner.studies.travel import travel_manifest
from planner.studies.webs import Web, services_with_webs, web_of
from planner.workspace import Workspace

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

SHOWN = 10
"""So many elements are looked for, and so many junctions."""

TRIED_AT_MOST, TRIED_AT_LEAST = 400, 40
"""So many pieces are taken away one by one before the search ends without a proof: fewer, the larger the network."""

_EFFORT = 2_000_000
"""Pieces times trials that a study may take."""


def fragility(
    workspace: Workspace,
    service: str,
    *,
    shown: int = SHOWN,
    conditions: Conditions | None = None,
    progress: Progress | None = None,
) -> Fragility:
    """Study on which single elements of its network a service hangs.

    Parameters
    ----------
    workspace : Workspace
    service : str
        With points that are reached by road, or with lines (mains) and points of the same service as their sources.
    shown : int
        How many elements to look for.
    conditions : Conditions, optional
        As for :func:`planner.studies.assess.assess`.
    progress : callable, optional

    Returns
    -------
    Fragility

    Raises
    ------
    InputError
        If the service is not reached over a network, or the sources of its lines are not known.
    """
    began = time.perf_counter()
    standards, catalogue = in_force(workspace)
    inputs = loaded(workspace, progress=part(progress, 0.0, 0.2)).under(conditions or Conditions())
    return fragility_of(
        inputs, standards, catalogue, service, shown=shown, began=began, progress=part(progress, 0.2, 1.0)
    )


def fragile_services(workspace: Workspace) -> dict[str, Text]:
    """Return the services of a workspace whose network can be studied, with their names by language."""
    standards, catalogue = in_force(workspace)
    services = services_with_webs(loaded(workspace), standards)
    return {s: _name(catalogue, s) for s in services}


def fragility_of(
    inputs: Inputs,
    standards: Sequence[Standard],
    catalogue: Catalogue,
    service: str,
    *,
    shown: int = SHOWN,
    tried_at_most: int | None = None,
    began: float | None = None,
    progress: Progress | None = None,
) -> Fragility:
    """Study fragility on layers that are already read; see :func:`fragility`."""
    began = time.perf_counter() if began is None else began
    web = web_of(inputs, standards, service)
    trial = _Trial(inputs, web)
    on_road = web.pieces.on_road
    allowed = max(TRIED_AT_LEAST, min(TRIED_AT_MOST, _EFFORT // max(1, on_road.size)))
    found, proven = _elements(
        trial, shown, allowed if tried_at_most is None else tried_at_most, part(progress, 0.2, 1.0)
    )
    connected = np.where(np.isfinite(trial.cost), 1, 0)
    connected[~web.joined] = 2
    return Fragility(
        district=inputs.district.name, service=service, service_name=_name(catalogue, service), kind=web.kind,
        mode=web.mode, standards=web.standards, modelled=web.layer.modelled, places=inputs.places,
        facilities=web.facilities, connected=frozen(connected), bridges=int(trial.cuts.bridge[on_road].sum()),
        pieces=int(on_road.sum()), elements=tuple(_element(inputs, web, trial, g) for g in found),
        junctions=_junctions(inputs, trial, shown), proven=proven, tried=trial.tried,
        manifest={
            **manifest(inputs, standards, time.perf_counter() - began),
            "travel": travel_manifest(inputs, (web.mode,) if web.mode else ()),
        },
    )  # fmt: skip


def _name(catalogue: Catalogue, service: str) -> Text:
    return catalogue.services[service].name if service in catalogue.services else {"en": service}


@dataclass
class _Group:
    """Pieces whose loss does the same, each by itself."""

    pieces: list[int]
    losing: IntArray
    cut: IntArray
    lost: float = field(default=0.0)


class _Trial:
    """A network, who is served over it, and what happens without one of its pieces."""

    def __init__(self, inputs: Inputs, web: Web) -> None:
        self._web, self.tried = web, 0
        self.people = inputs.places.population
        n, made = len(inputs.places), web.pieces
        self._node = made.node[:n]
        self._sources = np.flatnonzero(web.source)
        weight = np.zeros(made.n_nodes)
        weight[self._node] = self.people
        self.cuts: Cuts = cuts(made.n_nodes, made.u, made.v, weight, web.source)
        everywhere, _ = made.network().nearest(self._sources, direction=web.direction)
        self.cost = everywhere[self._node]
        self.limit = self._limits()
        holding = np.zeros(made.n_nodes)
        holding[self._node] = np.where(np.isfinite(self.limit), self.people, 0.0)
        ends = (made.u, made.v) if web.direction == "to" else (made.v, made.u)
        self.flow = flows(
            made.n_nodes, *ends, made.there, made.oneway, everywhere, holding, web.source, back=made.back
        )

    def _limits(self) -> FloatArray:
        """Return the cost beyond which each place loses something that it has; inf where it has nothing to lose."""
        reached = np.isfinite(self.cost)
        limit = np.full(self.cost.size, np.inf)
        if not self._web.limits:
            # Whoever is served loses it when no way is left at all.
            limit[reached] = np.finfo(np.float64).max
        for applies, threshold in self._web.limits:
            has = applies & within(self.cost, threshold)
            limit[has] = np.minimum(limit[has], threshold)
        return limit

    def without(self, piece: int) -> tuple[IntArray, IntArray]:
        """Return the places that lose a standard, and those that are cut off, when a piece is lost."""
        self.tried += 1
        again, _ = self._web.pieces.network(piece).nearest(self._sources, direction=self._web.direction)
        cost = again[self._node]
        cut = np.isposinf(cost) & np.isfinite(self.cost)
        return np.flatnonzero(cost > self.limit), np.flatnonzero(cut)


def _elements(trial: _Trial, shown: int, tried_at_most: int, progress: Progress) -> tuple[list[_Group], bool]:
    """Return the pieces that do most harm, by what they do, and whether no other piece does more.

    Nobody loses anything by the loss of a piece that is not on the way, so that the people who pass a piece bound the
    harm of its loss: pieces are tried by falling bound until it is no more than the harm of the last that is kept.
    """
    groups: dict[tuple[bytes, bytes], _Group] = {}
    on_road = trial._web.pieces.on_road
    bridging = np.where(on_road, trial.cuts.edge_lost, 0.0)
    for piece in wanted(_worst_bridges(trial, bridging, shown)):
        _try(trial, groups, piece)
    seen = {p for g in groups.values() for p in g.pieces}
    bound = np.where(on_road, trial.flow, 0.0)
    proven = True
    for piece in np.argsort(-bound, kind="stable"):
        kept = sorted((g.lost for g in groups.values()), reverse=True)[:shown]
        if bound[piece] <= 0 or (len(kept) == shown and bound[piece] <= kept[-1]):
            break
        if trial.tried >= tried_at_most:
            proven = False
            break
        progress(trial.tried / tried_at_most, "pieces")
        if int(piece) not in seen:
            _try(trial, groups, int(piece))
    ranked = sorted(groups.values(), key=lambda g: (-g.lost, -float(trial.people[g.cut].sum()), g.pieces[0]))
    return ranked[:shown], proven


def _worst_bridges(trial: _Trial, bridging: FloatArray, shown: int) -> list[int]:
    """Return one bridge for each of the parts with most people that bridges cut off."""
    worst = np.flatnonzero(bridging > 0)
    _, first = np.unique(trial.cuts.edge_side[worst], return_index=True)
    candidates = worst[first]
    return [int(p) for p in candidates[np.argsort(-bridging[candidates], kind="stable")][:shown]]


def _try(trial: _Trial, groups: dict[tuple[bytes, bytes], _Group], piece: int) -> None:
    losing, cut = trial.without(piece)
    if not losing.size and not cut.size:
        return
    group = groups.setdefault((losing.tobytes(), cut.tobytes()), _Group([], losing, cut))
    group.pieces.append(piece)
    group.lost = float(trial.people[losing].sum())


def _element(inputs: Inputs, web: Web, trial: _Trial, group: _Group) -> Element:
    """Return the element that a group of pieces is, with all other bridges that cut off the same people."""
    made, people = web.pieces, inputs.places.population
    pieces = set(group.pieces)
    sides = {int(trial.cuts.edge_side[p]) for p in group.pieces if trial.cuts.edge_side[p]}
    if len(sides) == 1:
        alike = np.flatnonzero((trial.cuts.edge_side == next(iter(sides))) & made.on_road)
        pieces |= {int(p) for p in alike}
    chosen = np.array(sorted(pieces))
    parts = [substring(web.lines[made.edge[p]], made.begin[p], made.end[p], normalized=True) for p in chosen]
    shape = shapely.MultiLineString(parts)
    main = max(group.pieces, key=lambda p: float(made.end[p] - made.begin[p]) * web.length_m[made.edge[p]])
    middle = shapely.line_interpolate_point(
        web.lines[made.edge[main]], (made.begin[main] + made.end[main]) / 2, normalized=True
    )
    return Element(
        id=f"{web.layer.texts('id')[web.row[made.edge[main]]]}",
        name=web.name(int(made.edge[main])),
        near=_near(inputs, middle.x, middle.y),
        bridge=bool(trial.cuts.bridge[group.pieces].all()),
        structure=any(web.carries_bridge(int(made.edge[p])) for p in chosen),
        length_m=float(((made.end - made.begin)[chosen] * web.length_m[made.edge[chosen]]).sum()),
        lost=group.lost,
        cut_off=float(people[group.cut].sum()),
        losing=_by_people(group.losing, people),
        cut=_by_people(group.cut, people),
        line=_geojson(inputs, shape),
    )


def _by_people(places: IntArray, people: FloatArray) -> tuple[int, ...]:
    return tuple(int(i) for i in places[np.argsort(-people[places], kind="stable")])


def _near(inputs: Inputs, x: float, y: float) -> int:
    """Return the place nearest to a point on the grid; -1 where none is located."""
    away = np.hypot(inputs.place_xy[:, 0] - x, inputs.place_xy[:, 1] - y)
    return int(np.nanargmin(away)) if np.isfinite(away).any() else -1


def _geojson(inputs: Inputs, shape: Any) -> Mapping[str, Any]:
    degrees = shapely.set_precision(
        inputs.grid.unproject(np.array([shape], dtype=object))[0], 1e-5, mode="pointwise"
    )
    found: Mapping[str, Any] = orjson.loads(shapely.to_geojson(degrees))
    return found


def _junctions(inputs: Inputs, trial: _Trial, shown: int) -> tuple[Junction, ...]:
    web, lost = trial._web, trial.cuts.node_lost.copy()
    made = web.pieces
    ends: dict[int, tuple[int, float]] = {}
    for side, at in ((made.u, made.begin), (made.v, made.end)):
        for piece in np.flatnonzero(made.edge >= 0):
            ends.setdefault(int(side[piece]), (int(made.edge[piece]), float(at[piece])))
    degree = np.bincount(np.concatenate([made.u, made.v]), minlength=made.n_nodes)
    # Where two pieces meet, or where a place is joined to the road, is no junction: it does what the pieces do.
    lost[degree < 3] = 0.0
    lost[made.n_junctions :] = 0.0
    found = []
    for node in np.argsort(-lost, kind="stable")[:shown]:
        if lost[node] <= 0 or int(node) not in ends:
            continue
        edge, share = ends[int(node)]
        point = shapely.line_interpolate_point(web.lines[edge], share, normalized=True)
        lon, lat = inputs.grid.to_degrees(np.array([[point.x, point.y]]))[0]
        found.append(Junction(_near(inputs, point.x, point.y), float(lon), float(lat), float(lost[node])))
    return tuple(found)
