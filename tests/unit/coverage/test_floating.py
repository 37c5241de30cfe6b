"""Floating catchments against published values, a plain second writing of the formulas, and what has to hold always."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_array

from planner.coverage import three_step_floating_catchment, two_step_floating_catchment
from planner.coverage.floating import DECAYS

FloatArray = npt.NDArray[np.float64]
INF = float("inf")


@pytest.mark.shared
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("sparse", [False, True])
def test_the_published_example(shared_data: Path, number: int, sparse: bool) -> None:
    example = json.loads(
        (shared_data / "data" / "floating_catchment" / "hospital_example.json").read_text("utf-8")
    )
    scenario = example["scenarios"][number]
    table = np.full((3, 3), INF)
    for line in scenario["costs"]:
        table[line["origin"] - 1, line["dest"] - 1] = line["cost"]
    people, supply = (np.array([example[k][i] for i in "123"]) for k in ("population", "supply"))
    expected = [scenario["expected_2sfca"][i] for i in "123"]
    cost: Any = csr_array(np.where(np.isinf(table), 0, table)) if sparse else table
    for decay in ("power", lambda c: c**-1.0, lambda c: 1 / c if c < 61 else 0):
        found = two_step_floating_catchment(cost, people, supply, 60, decay)
        assert found == pytest.approx(expected, rel=1e-14)


def weight(name: str, c: float, cutoff: float) -> float:
    edge = np.exp(-0.5)
    ways = {
        "step": 1.0,
        "linear": 1 - c / cutoff,
        "gaussian": (np.exp(-0.5 * (c / cutoff) ** 2) - edge) / (1 - edge),
        "power": 1 / max(c, 1.0),
    }
    return float(ways[name]) if c <= cutoff else 0.0


def by_loops(
    table: FloatArray, people: FloatArray, supply: FloatArray, cutoff: float, name: str, steps: int
) -> Any:
    """Return the access by the formulas as they are printed."""
    n, m = table.shape
    f = [[weight(name, table[i, j], cutoff) for j in range(m)] for i in range(n)]
    g = [[1.0] * m for _ in range(n)]
    if steps == 3:
        g = [[f[i][j] / sum(f[i]) if sum(f[i]) else 0.0 for j in range(m)] for i in range(n)]
    ratio = []
    for j in range(m):
        expected = sum(g[i][j] * people[i] * f[i][j] for i in range(n))
        ratio.append(supply[j] / expected if expected > 0 else 0.0)
    return [sum(g[i][j] * ratio[j] * f[i][j] for j in range(m)) for i in range(n)]


def example(seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    draw = np.random.default_rng(seed)
    n, m = int(draw.integers(1, 12)), int(draw.integers(1, 7))
    table = draw.integers(0, 40, (n, m)).astype(float)
    table[draw.random((n, m)) < 0.2] = INF
    return table, draw.integers(0, 100, n).astype(float), draw.integers(0, 20, m).astype(float)


@pytest.mark.parametrize("name", DECAYS)
@pytest.mark.parametrize("seed", range(12))
def test_the_formulas_as_printed(name: str, seed: int) -> None:
    table, people, supply = example(seed)
    for steps, method in ((2, two_step_floating_catchment), (3, three_step_floating_catchment)):
        found = method(table, people, supply, 20, name)
        assert found == pytest.approx(by_loops(table, people, supply, 20, name, steps))


@pytest.mark.parametrize("method", [two_step_floating_catchment, three_step_floating_catchment])
@pytest.mark.parametrize("seed", range(20))
def test_all_supply_that_somebody_can_use_is_shared_out(method: Any, seed: int) -> None:
    table, people, supply = example(seed)
    found = method(table, people, supply, 20, "step")
    usable = ((table <= 20) & (people[:, None] > 0)).any(axis=0)
    assert (people * found).sum() == pytest.approx(supply[usable].sum())
    order = np.random.default_rng(seed).permutation(len(people))
    assert method(table[order], people[order], supply, 20, "step") == pytest.approx(found[order])
    assert method(table, people, 3 * supply, 20, "step") == pytest.approx(3 * found)


def test_a_place_at_the_supply_point_counts_dense_and_sparse() -> None:
    stored = csr_array(([0.0, 5.0], ([0, 1], [0, 0])), shape=(3, 1))
    dense = [[0.0], [5.0], [INF]]
    for cost in (stored, dense):
        assert two_step_floating_catchment(cost, [10, 10, 10], [1], 5).tolist() == [0.05, 0.05, 0]
        assert two_step_floating_catchment(cost, [10, 10, 10], [1], 0).tolist() == [0.1, 0, 0]
        assert two_step_floating_catchment(cost, [10, 10, 10], [1], 0, "linear").tolist() == [0.1, 0, 0]


def test_the_zones_of_the_enhanced_method() -> None:
    cost = [[10.0], [10.5], [20.0], [25.0], [31.0]]
    zones = [(10, 1.0), (20, 0.68), (30, 0.22)]
    people = [100.0] * 5
    ratio = 7 / (100 * (1 + 2 * 0.68 + 0.22))
    found = two_step_floating_catchment(cost, people, [7], 30, zones)
    assert found == pytest.approx([ratio, 0.68 * ratio, 0.68 * ratio, 0.22 * ratio, 0])
    assert two_step_floating_catchment(cost, people, [7], 60, zones)[4] == 0


@pytest.mark.parametrize(
    ("named", "change"),
    [
        ("cost", {"cost": [1.0]}),
        ("cost", {"cost": [[-1.0]]}),
        ("cost", {"cost": [[float("nan")]]}),
        ("cost", {"cost": [["far"]]}),
        ("cost", {"cost": csr_array([[-1.0]])}),
        ("demand", {"demand": [1, 2]}),
        ("demand", {"demand": [-1]}),
        ("demand", {"demand": [[1]]}),
        ("demand", {"demand": ["many"]}),
        ("supply", {"supply": [1, 2]}),
        ("supply", {"supply": [INF]}),
        ("cutoff", {"cutoff": -1}),
        ("cutoff", {"cutoff": float("nan")}),
        ("cutoff", {"cutoff": "soon"}),
        ("cutoff", {"cutoff": "5"}),
        ("cost", {"cost": np.array([[1j]])}),
        ("demand", {"demand": np.array([1j])}),
        ("decay", {"decay": "fast"}),
        ("decay", {"decay": lambda c: -c}),
        ("decay", {"decay": lambda c: c[:0]}),
        ("decay", {"decay": [(10, 1), (5, 0.5)]}),
        ("decay", {"decay": [(10, -1)]}),
        ("decay", {"decay": [10, 20]}),
        ("decay", {"decay": 7}),
    ],
)
def test_arguments_that_cannot_be_used_are_named(named: str, change: dict[str, Any]) -> None:
    arguments = {"cost": [[1.0]], "demand": [1], "supply": [1], "cutoff": 5, "decay": None, **change}
    for method in (two_step_floating_catchment, three_step_floating_catchment):
        with pytest.raises(ValueError, match=f"^{named}: "):
            method(**arguments)
