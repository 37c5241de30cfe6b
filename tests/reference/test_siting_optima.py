"""Published and exhaustively computed optima: OR-Library's p-median instances, San Francisco's stores."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from planner.siting import Problem, solve

pytestmark = pytest.mark.shared
FloatArray = npt.NDArray[np.float64]


def pmed(path: Path) -> FloatArray:
    """Read an instance: all-pairs shortest paths, a repeated edge with the cost of its last line."""
    numbers = [float(word) for word in path.read_text("utf-8").split()]
    n = int(numbers[0])
    edges = {}
    for u, v, cost in np.reshape(numbers[3 : 3 + 3 * int(numbers[1])], (-1, 3)):
        edges[int(min(u, v)) - 1, int(max(u, v)) - 1] = cost
    ends = np.array(list(edges))
    table = csr_array((list(edges.values()), (ends[:, 0], ends[:, 1])), shape=(n, n))
    return np.asarray(dijkstra(table, directed=False))


@pytest.mark.parametrize("name", ["pmed1", "pmed6", "pmed11", "pmed16", "pmed21", "pmed26"])
def test_the_optima_of_the_or_library_are_reached_and_proven(shared_data: Path, name: str) -> None:
    folder = shared_data / "data" / "location_allocation"
    with (folder / "pmed_known_optima.csv").open(encoding="utf-8", newline="") as file:
        known = next(row for row in csv.DictReader(file) if row["instance"] == name)
    cost = pmed(folder / f"{name}.txt")
    models: tuple[Any, ...] = ("p-median", "p-center")
    for model in models:
        found = solve(Problem(model, cost, np.ones(len(cost)), sites=int(known["p"])))
        assert found.proven
        assert found.bound == found.objective == float(known[model.replace("-", "") + "_opt"])


@pytest.fixture(scope="module")
def san_francisco(shared_data: Path) -> dict[str, Any]:
    folder = shared_data / "data" / "location_allocation" / "san_francisco"
    path = folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tracts = list(dict.fromkeys(row["DestinationName"] for row in rows))
    stores = sorted({row["name"] for row in rows})
    cost, people = np.full((len(tracts), len(stores)), np.inf), np.zeros(len(tracts))
    for row in rows:
        at = tracts.index(row["DestinationName"])
        cost[at, stores.index(row["name"])] = float(row["distance"])
        people[at] = float(row["demand"])
    return {
        "cost": cost,
        "people": people,
        "stores": stores,
        "known": json.loads((folder / "known_optima.json").read_text("utf-8")),
    }


@pytest.mark.parametrize("p", range(1, 9))
@pytest.mark.parametrize("model", ["p-median", "p-center", "mclp"])
def test_the_optima_of_san_francisco(san_francisco: dict[str, Any], model: Any, p: int) -> None:
    known = san_francisco["known"]
    wanted = known["optima"][str(p)][model.replace("-", "")]
    cutoff = float(known["service_radius"]) if model == "mclp" else None
    found = solve(Problem(model, san_francisco["cost"], san_francisco["people"], sites=p, cutoff=cutoff))
    assert found.proven
    assert found.objective == pytest.approx(wanted["value"], rel=1e-12)
    if model == "p-median":
        assert sorted(san_francisco["stores"][j] for j in found.sites) == wanted["stores"]


def test_eight_stores_reach_all_of_san_francisco(san_francisco: dict[str, Any]) -> None:
    known = san_francisco["known"]
    problem = Problem(
        "lscp", san_francisco["cost"], san_francisco["people"], cutoff=float(known["service_radius"])
    )
    found = solve(problem)
    assert found.proven
    assert found.objective == known["optima"]["lscp_min_facilities_5000m"]
