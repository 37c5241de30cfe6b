"""What has to hold of any town: more service never covers fewer, and names and order do not matter."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.coverage.access import within
from planner.results import StandardResult, State
from planner.standards.model import Standard
from tests.builders import Point, Town, standard

SETTINGS = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)

INDICATORS = ["travel_time", "travel_distance", "straight_distance"]
corners = st.tuples(st.integers(0, 4), st.integers(0, 4))
spots = st.tuples(st.integers(-9, 49), st.integers(-9, 49)).map(lambda p: (p[0] * 97.0, p[1] * 101.0))


@st.composite
def towns(draw: Callable[..., Any]) -> dict[str, list[Any]]:
    """Draw streets of a lattice of 1 km, some one-way, with places and post offices around them."""
    streets = draw(
        st.lists(
            st.tuples(corners, st.sampled_from([(1, 0), (0, 1)]), st.sampled_from(["no", "no", "yes", "-1"])),
            min_size=1, max_size=14, unique=True,
        )
    )  # fmt: skip
    return {
        "streets": streets,
        "places": draw(st.lists(spots, min_size=1, max_size=7)),
        "offices": draw(st.lists(spots, min_size=1, max_size=4)),
    }


def build(drawn: dict[str, list[Any]], path: Path) -> Town:
    town = Town(path)
    for (x, y), (dx, dy), oneway in drawn["streets"]:
        town.road((1000.0 * x, 1000.0 * y), (1000.0 * (x + dx), 1000.0 * (y + dy)), oneway=oneway)
    for number, place in enumerate(drawn["places"]):
        town.place(f"p{number}", place, 10 + number)
    for office in drawn["offices"]:
        town.facility("post_office", office)
    return town


def judged(drawn: dict[str, list[Any]], wanted: Standard) -> StandardResult:
    with tempfile.TemporaryDirectory() as folder:
        return build(drawn, Path(folder) / "town.gpkg").judge(wanted)


def covered(result: StandardResult) -> np.ndarray:
    return np.asarray(result.state == State.COVERED)


@pytest.mark.parametrize("indicator", INDICATORS)
@SETTINGS
@given(drawn=towns(), more=spots)
def test_another_facility_never_takes_coverage_away(
    indicator: str, drawn: dict[str, list[Any]], more: Point
) -> None:
    wanted = standard(indicator, 3 if indicator == "travel_time" else 1500)
    before = judged(drawn, wanted)
    after = judged({**drawn, "offices": [*drawn["offices"], more]}, wanted)
    assert (covered(after) >= covered(before)).all()
    assert (after.cost <= before.cost * (1 + 1e-9))[np.isfinite(before.cost)].all()


@pytest.mark.parametrize("indicator", INDICATORS)
@SETTINGS
@given(drawn=towns(), cutoffs=st.tuples(st.floats(0, 5000), st.floats(0, 5000)))
def test_a_wider_cutoff_never_covers_fewer_and_coverage_is_the_predicate(
    indicator: str, drawn: dict[str, list[Any]], cutoffs: tuple[float, float]
) -> None:
    narrow, wide = sorted(cutoffs)
    first, second = judged(drawn, standard(indicator, narrow)), judged(drawn, standard(indicator, wide))
    assert (covered(second) >= covered(first)).all()
    for result, cutoff in ((first, narrow), (second, wide)):
        measurable = np.isin(result.state, (State.COVERED, State.GAP))
        assert (covered(result) == within(result.cost, cutoff))[measurable].all()
        short = result.shortfall[measurable]
        assert short == pytest.approx(np.maximum(result.cost[measurable] - cutoff, 0), abs=1e-9)


@pytest.mark.parametrize("indicator", INDICATORS)
@SETTINGS
@given(drawn=towns(), data=st.data())
def test_the_order_of_places_facilities_and_roads_changes_nothing(
    indicator: str, drawn: dict[str, list[Any]], data: st.DataObject
) -> None:
    wanted = standard(indicator, 3 if indicator == "travel_time" else 1500)
    order = data.draw(st.permutations(range(len(drawn["places"]))))
    shuffled = {
        "streets": data.draw(st.permutations(drawn["streets"])),
        "places": [drawn["places"][i] for i in order],
        "offices": data.draw(st.permutations(drawn["offices"])),
    }
    if _two_main_components(drawn):
        # Which of two equally long components is the main one is the order's to say.
        return
    first, second = judged(drawn, wanted), judged(shuffled, wanted)
    assert second.cost == pytest.approx(first.cost[order], rel=1e-9, abs=1e-9, nan_ok=True)
    near = np.isclose(first.cost, wanted.measure.threshold if wanted.measure else 0, rtol=1e-9)
    assert (second.state == first.state[order])[~near[order]].all()


def _two_main_components(drawn: dict[str, list[Any]]) -> bool:
    parts: list[set[tuple[int, int]]] = []
    lengths: list[int] = []
    for a, (dx, dy), _ in drawn["streets"]:
        ends = {a, (a[0] + dx, a[1] + dy)}
        touching = [i for i, part in enumerate(parts) if part & ends]
        length = 1 + sum(lengths[i] for i in touching)
        merged = ends.union(*(parts[i] for i in touching))
        parts = [part for i, part in enumerate(parts) if i not in touching] + [merged]
        lengths = [n for i, n in enumerate(lengths) if i not in touching] + [length]
    return lengths.count(max(lengths)) > 1
