"""What a network is made of, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner.network import RoadNetwork

INF, NAN = float("inf"), float("nan")


def line() -> RoadNetwork:
    """0 -2- 1 -3- 2, and 3 on its own."""
    return RoadNetwork.from_edges(4, [0, 1], [1, 2], [2.0, 3.0])


@pytest.mark.parametrize(
    ("argument", "given"),
    [
        ("n_nodes", {"n_nodes": -1}),
        ("n_nodes", {"n_nodes": 2.5}),
        ("n_nodes", {"n_nodes": True}),
        ("n_nodes", {"n_nodes": NAN}),
        ("n_nodes", {"n_nodes": INF}),
        ("n_nodes", {"n_nodes": "three"}),
        ("n_nodes", {"n_nodes": None}),
        ("u", {"u": [0, 4]}),
        ("u", {"u": [-1, 1]}),
        ("u", {"u": [0.5, 1]}),
        ("u", {"u": [NAN, 1]}),
        ("u", {"u": [INF, 1]}),
        ("u", {"u": [[0, 1]]}),
        ("u", {"u": ["a", "b"]}),
        ("u", {"u": [True, False]}),
        ("u", {"u": [0, None]}),
        ("v", {"v": [1, 99]}),
        ("cost", {"cost": [1.0, -1e-9]}),
        ("cost", {"cost": [NAN, 1.0]}),
        ("cost", {"cost": [INF, 1.0]}),
        ("cost", {"cost": [[1.0, 2.0]]}),
        ("cost", {"cost": ["far", "near"]}),
        ("u, v, cost", {"cost": [1.0]}),
        ("u", {"u": [[0], [1, 2]]}),
        ("cost", {"cost": [[1.0], [1.0, 2.0]]}),
        ("cost", {"cost": np.array([1j, 2.0])}),
        ("oneway", {"oneway": [[1], [1, 0]]}),
        ("u, v, cost", {"v": [1]}),
        ("oneway", {"oneway": [1]}),
        ("oneway", {"oneway": [2, 0]}),
        ("oneway", {"oneway": [NAN, 0]}),
        ("oneway", {"oneway": ["yes", "no"]}),
        ("oneway", {"oneway": [[1, 0]]}),
    ],
)
def test_edges_that_cannot_be_are_refused_by_name(argument: str, given: dict[str, Any]) -> None:
    edges: dict[str, Any] = {"n_nodes": 4, "u": [0, 1], "v": [1, 2], "cost": [2.0, 3.0], **given}
    with pytest.raises(ValueError, match=f"^{argument}: "):
        RoadNetwork.from_edges(**edges)


@pytest.mark.parametrize("nodes", [[4], [-1], [0.5], [NAN], [[0]], 0, ["a"], [None]])
def test_a_node_that_is_not_one_is_refused_by_name(nodes: Any) -> None:
    with pytest.raises(ValueError, match="facility_nodes"):
        line().nearest(nodes)
    with pytest.raises(ValueError, match="facility_nodes"):
        line().k_nearest(nodes, 1)
    with pytest.raises(ValueError, match="origin_nodes"):
        line().costs_within(nodes, 1)


@pytest.mark.parametrize("k", [0, -1, 1.5, True, NAN, INF, "two", "2", None])
def test_a_number_of_facilities_that_is_not_one_is_refused(k: Any) -> None:
    with pytest.raises(ValueError, match=r"^k:"):
        line().k_nearest([0], k)


@pytest.mark.parametrize("cutoff", [-1, NAN, "far", "5", None])
def test_a_cutoff_that_is_not_one_is_refused(cutoff: Any) -> None:
    with pytest.raises(ValueError, match=r"^cutoff:"):
        line().costs_within([0], cutoff)


def test_a_direction_that_is_not_one_is_refused() -> None:
    wrong: Any = "back"
    for search in (
        lambda: line().nearest([0], direction=wrong),
        lambda: line().k_nearest([0], 1, direction=wrong),
        lambda: line().costs_within([0], 1, direction=wrong),
    ):
        with pytest.raises(ValueError, match=r"^direction:"):
            search()


def test_whole_numbers_may_come_as_decimals_or_any_integer_type() -> None:
    net = RoadNetwork.from_edges(3, np.array([0.0, 1.0]), np.array([1, 2], np.uint8), [1, 2], [True, False])
    assert net.nearest(np.array([2.0]))[0].tolist() == [3, 2, 0]
    assert net.nearest([0])[0].tolist() == [0, INF, INF]


def test_without_facilities_or_nodes_nothing_is_reached() -> None:
    cost, which = line().nearest([])
    assert cost.tolist() == [INF] * 4
    assert which.tolist() == [-1] * 4
    assert line().costs_within([], 5).shape == (0, 4)
    empty = RoadNetwork.from_edges(0, [], [], [])
    assert empty.nearest([])[0].size == 0


def test_what_was_given_is_not_changed_and_later_changes_to_it_do_not_matter() -> None:
    cost = np.array([2.0, 3.0])
    u, v = np.array([0, 1]), np.array([1, 2])
    net = RoadNetwork.from_edges(3, u, v, cost)
    u[:], v[:], cost[:] = 0, 0, 99
    assert net.nearest([2])[0].tolist() == [5, 3, 0]


def test_k_may_exceed_the_facilities_and_several_may_share_a_node() -> None:
    costs, whiches = line().k_nearest([2, 2, 0], 5)
    assert costs[1].tolist() == [2, 3, 3, INF, INF]
    assert whiches[1].tolist() == [2, 0, 1, -1, -1]
    assert whiches[3].tolist() == [-1] * 5
