"""What other programs import from the planner."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

import planner
from tests.builders import Town

ROOT = Path(__file__).resolve().parents[2]


def test_at_most_fifteen_names_and_every_one_is_there_and_told_of() -> None:
    assert len(planner.__all__) <= 15
    assert sorted(planner.__all__) == planner.__all__
    for name in planner.__all__:
        assert getattr(planner, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        _ = planner.frobnicate


def test_importing_the_package_loads_nothing_heavy() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import planner, sys; print(sorted({'numpy', 'pandas', 'yaml'} & set(sys.modules)))"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == "[]"


def test_a_district_is_assessed_in_three_lines(town: Town) -> None:
    town.road((0, 0), (900, 0)).place("a", (0, 0), 7).facility("post_office", (900, 0)).workspace()
    found = planner.assess(planner.open_workspace(town.path))
    result = found.result("ru_post_zone_rural")
    assert planner.State(int(result.state[0])) is planner.State.COVERED
    assert found.people == 7


def test_the_example_of_the_contract() -> None:
    net = planner.RoadNetwork.from_edges(3, [0, 1], [1, 2], [60.0, 30.0], oneway=[False, True])
    cost, which = net.nearest([2])
    assert cost.tolist() == [90, 30, 0]
    assert which.tolist() == [0, 0, 0]
    assert net.costs_within([0], 60).toarray().tolist() == [[0, 60, 0]]


def test_shared_capacity_and_sites_from_arrays() -> None:
    # Two places of 10 and 30 people share 4 beds; the second can reach a further 3 that are its own.
    cost = np.array([[5.0, 90.0], [8.0, 2.0]])
    access = planner.two_step_floating_catchment(cost, [10, 30], [4, 3], 10)
    assert access.tolist() == pytest.approx([4 / 40, 4 / 40 + 3 / 30])
    found = planner.solve(planner.Problem("p-median", cost, [10, 30], sites=1))
    assert (found.sites.tolist(), found.objective, found.proven) == ([0], 290.0, True)


def test_the_version_is_a_version() -> None:
    assert [part.isdigit() for part in planner.__version__.split(".")] == [True, True, True]
    try:
        installed = metadata.version("smart-district-planner")
    except metadata.PackageNotFoundError:
        return
    assert installed == planner.__version__
