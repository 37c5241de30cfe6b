"""Costs on the sample district against networkx, on a graph made from the road file by other means.

The other means: geodesic lengths (pyproj.Geod) of every single segment of the road file, one graph edge to a segment,
vertices told apart by their printed coordinates, Dijkstra by networkx. Places and facilities reach it where a search
over all segments on another plane (azimuthal equidistant, around each point) finds the nearest one. Both ways measure
the same ellipsoid; the planner's lengths are taken on the UTM plane with its scale to the second order, about a part
in a million, and its nearest point on that plane: they agree to 1e-5 of the cost, or 2 cm (0.01 s) where that is more.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import yaml
from pyproj import Geod

from planner.results import StandardResult
from planner.standards.catalogue import load as load_standards
from planner.studies.assess import assess_inputs
from planner.studies.inputs import Inputs, load
from planner.workspace import open_workspace
from tests.builders import standard

ROOT = Path(__file__).resolve().parents[2]
GEO = ROOT / "data" / "geo"
GEOD = Geod(ellps="WGS84")
EARTH_M = 6_371_000.0
CAR: dict[str, Any] = yaml.safe_load((ROOT / "planner/network/speeds.yaml").read_text("utf-8"))["modes"][
    "car"
]

Segment = tuple[tuple[float, float], tuple[float, float]]


def features(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((GEO / f"{name}.geojson").read_text("utf-8"))["features"]
    return found


class Peer:
    """The same roads as a graph of single segments."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.metres: list[float] = []
        self.kmh: list[float] = []
        self.oneway: list[bool] = []
        for road in features("roads"):
            told = road["properties"]
            speeds = CAR["class_kmh"][told["road_class"]]
            for a, b in pairwise(road["geometry"]["coordinates"]):
                self.segments.append(((a[0], a[1]), (b[0], b[1])))
                self.metres.append(GEOD.inv(*a, *b)[2])
                stated = told.get("speed_kmh")
                by_class = speeds[0] if told["surface"] == "paved" else speeds[1]
                self.kmh.append(stated * CAR["share_of_given_speed"] if stated else by_class)
                self.oneway.append(told["oneway"] == "yes")
        self._ends = np.array(self.segments)

    def snap(self, lon: float, lat: float) -> tuple[int, float, float]:
        """Return the nearest segment of all, how far along it, and the metres to it, on a plane around the point."""
        scale = np.radians(1) * np.array([np.cos(np.radians(lat)), 1.0])
        near = np.flatnonzero(np.abs((self._ends - [lon, lat]) * scale).max(axis=2).min(axis=1) < 0.002)
        azimuth, _, metres = GEOD.inv(
            np.full(2 * near.size, lon), np.full(2 * near.size, lat), *self._ends[near].reshape(-1, 2).T
        )
        plane = np.column_stack([metres * np.sin(np.radians(azimuth)), metres * np.cos(np.radians(azimuth))])
        a, b = plane.reshape(-1, 2, 2).transpose(1, 0, 2)
        along = np.clip(-(a * (b - a)).sum(axis=1) / ((b - a) ** 2).sum(axis=1), 0, 1)
        apart = np.hypot(*(a + along[:, None] * (b - a)).T)
        best = int(apart.argmin())
        return int(near[best]), float(along[best]), float(apart[best])

    def costs(
        self, places: list[Any], facilities: list[Any], *, by_time: bool, from_facility: bool
    ) -> list[float | None]:
        """Return the cost between each place and its nearest facility; None where the place has no position."""
        graph: nx.DiGraph[Any] = nx.DiGraph()
        points = {("place", i): p for i, p in enumerate(places)} | {
            ("facility", i): p for i, p in enumerate(facilities)
        }
        cuts: dict[int, list[tuple[float, Any]]] = {}
        for key, at in points.items():
            if at is None:
                continue
            segment, along, apart = self.snap(*at)
            cuts.setdefault(segment, []).append((along, ("cut", key)))
            spur = apart / (CAR["access_kmh"] / 3.6) if by_time else apart
            graph.add_edge(key, ("cut", key), weight=spur)
            graph.add_edge(("cut", key), key, weight=spur)
        for number, (a, b) in enumerate(self.segments):
            whole = self.metres[number] / (self.kmh[number] / 3.6) if by_time else self.metres[number]
            for (f, x), (g, y) in pairwise([(0.0, a), *sorted(cuts.get(number, [])), (1.0, b)]):
                self._arc(graph, x, y, (g - f) * whole)
                if not self.oneway[number]:
                    self._arc(graph, y, x, (g - f) * whole)
        sources = [("facility", i) for i, at in enumerate(facilities) if at is not None]
        searched = graph if from_facility else graph.reverse()
        found = nx.multi_source_dijkstra_path_length(searched, sources)
        return [found[("place", i)] if at is not None else None for i, at in enumerate(places)]

    @staticmethod
    def _arc(graph: nx.DiGraph[Any], a: Any, b: Any, weight: float) -> None:
        if not graph.has_edge(a, b) or graph[a][b]["weight"] > weight:
            graph.add_edge(a, b, weight=weight)


@pytest.fixture(scope="module")
def peer() -> Peer:
    return Peer()


@pytest.fixture(scope="module")
def inputs(sample_file: Path) -> Inputs:
    return load(open_workspace(sample_file))


def positions(name: str) -> list[tuple[float, float] | None]:
    return [each["geometry"] and tuple(each["geometry"]["coordinates"]) for each in features(name)]


def measured(inputs: Inputs, service: str, indicator: str, *, from_facility: bool) -> StandardResult:
    wanted = standard(indicator, 30, service, from_facility=from_facility)
    return assess_inputs(inputs, [wanted], load_standards()).results[0]


@pytest.mark.parametrize(
    ("service", "file", "from_facility"),
    [
        ("post_office", "post_offices", False),
        ("ambulance", "ambulance_bases", True),
        ("fire", "fire_stations", True),
    ],
)
@pytest.mark.parametrize("by_time", [True, False])
def test_costs_of_all_places_equal_those_of_networkx(
    peer: Peer, inputs: Inputs, service: str, file: str, from_facility: bool, by_time: bool
) -> None:
    places = positions("demand")
    expected = peer.costs(places, positions(file), by_time=by_time, from_facility=from_facility)
    result = measured(
        inputs, service, "travel_time" if by_time else "travel_distance", from_facility=from_facility
    )
    assert len(places) == 369
    compared = 0
    for i, cost in enumerate(expected):
        state = result.state[i]
        if cost is None:
            assert state == 5
        elif inputs.places.ids[i] == "peresechyno":
            # 2.2 km from any road: not connected, whatever the peer finds.
            assert state == 3
        else:
            compared += 1
            found = float(result.cost[i]) * (60 if by_time else 1)
            assert found == pytest.approx(cost, rel=1e-5, abs=0.01 if by_time else 0.02), inputs.places.ids[i]
    assert compared == 367


def test_the_two_modes_differ_where_one_way_streets_are(inputs: Inputs) -> None:
    there = measured(inputs, "ambulance", "travel_distance", from_facility=False).cost
    back = measured(inputs, "ambulance", "travel_distance", from_facility=True).cost
    reached = np.isfinite(there) & np.isfinite(back)
    assert (np.abs(there[reached] - back[reached]) > 1).any()
