"""Siting on small towns: against every choice there is, and against the assessment of the town once it is built."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame

from planner.errors import InfeasibleError, InputError
from planner.i18n import speech
from planner.layers.schema import WGS84, Role
from planner.maps.offline import Call
from planner.maps.siting_map import siting_layer, siting_legend
from planner.network.modes import Conditions
from planner.report.chapters import chapters
from planner.results import Plan, State
from planner.scenario import Scenario
from planner.standards.catalogue import load as load_standards
from planner.standards.model import Standard
from planner.studies.assess import assess_inputs, loaded
from planner.studies.inputs import Inputs, load
from planner.studies.scenarios import edited, standards_under
from planner.studies.site import plan_of
from planner.studies.siting_problem import case_from
from planner.studies.siting_request import SitingRequest, request_from
from planner.studies.siting_scenario import scenario_of
from planner.studies.siting_terms import SitingTerms
from planner.studies.standards_in_force import in_force
from planner.workspace import LayerOrigin, open_workspace
from tests.builders import Town, standard

PEOPLE = (40.0, 10.0, 70.0, 25.0, 90.0, 15.0, 30.0, 55.0)
AT = ((0, 0), (4000, 0), (7000, 0), (12000, 0), (12000, 3000), (15000, 0), (7000, 6000), (21000, 0))
ROADS = (((0, 0), (7000, 0), (12000, 0), (21000, 0)), ((12000, 0), (12000, 3000)), ((7000, 0), (7000, 6000)))
BY_CAR = standard("travel_time", 5.0)


def village_row(path: Path) -> Town:
    """Return eight settlements along three roads, one kilometre a minute, with a post office in the second."""
    town = Town(path)
    for i, (at, people) in enumerate(zip(AT, PEOPLE, strict=True)):
        town.place(f"p{i}", at, people, name=f"Village {i}")
    for road in ROADS:
        town.road(*road)
    return town.facility("post_office", AT[1], name="Post 0")


def minutes() -> np.ndarray:
    """Return the driving times between the settlements, worked out apart from the planner."""
    graph: Any = nx.Graph()
    stops = sorted({(float(x), float(y)) for x, y in AT})
    for a, b in combinations(stops, 2):
        # Neighbours along a straight road: on one line, nothing between them.
        if (a[1] == b[1] == 0.0 or (a[0] == b[0] and a[0] in (7000.0, 12000.0))) and not any(
            c not in (a, b)
            and min(a[0], b[0]) <= c[0] <= max(a[0], b[0])
            and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])
            for c in stops
        ):
            graph.add_edge(a, b, weight=(abs(a[0] - b[0]) + abs(a[1] - b[1])) / 1000.0)
    times = dict(nx.all_pairs_dijkstra_path_length(graph))
    points = [(float(x), float(y)) for x, y in AT]
    return np.array([[times[a][b] for b in points] for a in points])


def best(model: str, count: int, kept: tuple[int, ...] = (1,)) -> float:
    """Return the objective of the best choice of new sites among all there are."""
    time, people = minutes(), np.array(PEOPLE)
    values = []
    for chosen in combinations(range(len(AT)), count):
        near = time[:, [*kept, *chosen]].min(axis=1)
        if model == "mclp":
            values.append(people[near <= 5.0].sum())
        elif model == "p-median":
            values.append((people * near).sum())
        elif model == "p-center":
            values.append(near.max())
        else:
            values.append(count if (near <= 5.0).all() else np.inf)
    return float(max(values) if model == "mclp" else min(values))


def planned(inputs: Inputs, one: Standard = BY_CAR, **terms: Any) -> Plan:
    asked = SitingTerms(**terms).checked()
    case = case_from(inputs, (one,), load_standards(), one.service, asked)
    return plan_of(case, asked)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return village_row(tmp_path_factory.mktemp("row") / "town.gpkg").inputs()


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("model", ["mclp", "p-median", "p-center"])
def test_no_choice_of_new_sites_is_better(inputs: Inputs, model: str, count: int) -> None:
    plan = planned(inputs, model=model, sites=count)
    assert plan.proven and len(plan.new) == count
    assert plan.objective == pytest.approx(best(model, count), rel=1e-5)
    assert plan.bound == pytest.approx(plan.objective)


def test_fewest_sites_are_those_that_reach_everybody(inputs: Inputs) -> None:
    plan = planned(inputs, model="lscp")
    fewest = next(k for k in range(1, 8) if np.isfinite(best("lscp", k)))
    assert (plan.objective, len(plan.new), plan.proven) == (fewest, fewest, True)
    assert plan.people(State.COVERED) == sum(PEOPLE)


def test_a_share_of_the_people_needs_fewer_sites(inputs: Inputs) -> None:
    time, people = minutes(), np.array(PEOPLE)
    plan = planned(inputs, model="lscp", target_share=0.8)
    enough = [
        k for k in range(8) for chosen in combinations(range(8), k)
        if people[time[:, [1, *chosen]].min(axis=1) <= 5.0].sum() >= 0.8 * people.sum()
    ]  # fmt: skip
    assert len(plan.new) == min(enough) < len(planned(inputs, model="lscp").new)
    assert plan.people(State.COVERED) >= 0.8 * people.sum()


def test_a_blank_sheet_keeps_nothing(inputs: Inputs) -> None:
    plan = planned(inputs, model="mclp", sites=2, fixed="none")
    assert plan.objective == pytest.approx(best("mclp", 2, kept=()))
    assert plan.closed == ("post_office/0",) and all(site.new for site in plan.sites)


def test_money_buys_the_sites_it_can(inputs: Inputs) -> None:
    plan = planned(inputs, model="mclp", budget=25.0, site_cost=10.0)
    assert len(plan.new) <= 2 and plan.money == 10.0 * len(plan.new)
    assert plan.objective == pytest.approx(best("mclp", 2))


def test_what_is_forbidden_is_not_opened(inputs: Inputs) -> None:
    free = planned(inputs, model="mclp", sites=1)
    name = free.sites[free.new[0]].name["en"]
    other = planned(inputs, model="mclp", sites=1, forbid=(name,))
    assert other.sites[other.new[0]].name["en"] != name
    assert free.evidence is not None and free.evidence.runner_up is not None
    assert free.objective - other.objective == free.evidence.runner_up.people
    assert other.evidence is not None and [n["en"] for n in other.evidence.forbidden] == [name]


def test_sites_keep_their_distance(inputs: Inputs) -> None:
    plan = planned(inputs, model="mclp", sites=2, min_distance_m=9000.0)
    at = [AT[int(s.name["en"].split()[1])] if s.new else AT[1] for s in plan.sites]
    assert all(np.hypot(a[0] - b[0], a[1] - b[1]) >= 9000.0 * (1 - 1e-5) for a, b in combinations(at, 2))


def test_the_curve_holds_the_best_of_each_number(inputs: Inputs) -> None:
    plan = planned(inputs, model="mclp", sites=2)
    assert plan.evidence is not None and plan.evidence.complete
    for count in (1, 2, 3):
        point = plan.evidence.point(count)
        assert point is not None and point.people == pytest.approx(best("mclp", count))
    assert plan.evidence.gained(2) == best("mclp", 2) - best("mclp", 1)


def test_sites_gain_what_the_plan_gains(inputs: Inputs) -> None:
    plan = planned(inputs, model="mclp", sites=2)
    gained = plan.people(State.COVERED) - plan.people(State.COVERED, after=False)
    assert sum(site.gained for site in plan.sites) == gained == sum(g for _, g, _ in plan.councils())
    assert sum(site.served for site in plan.sites) == sum(PEOPLE)


def test_a_refusal_names_the_settlements_and_the_least_threshold(inputs: Inputs) -> None:
    lon, lat = inputs.places.lon[0], inputs.places.lat[0]
    with pytest.raises(InfeasibleError) as caught:
        planned(inputs, model="lscp", candidates="", points=((float(lon), float(lat)),))
    unreached = {i for i in range(8) if minutes()[i, [0, 1]].min() > 5.0}
    assert set(caught.value.demand) == unreached
    assert all(f"Village {i}" in str(caught.value) for i in unreached)
    farthest = minutes()[:, [0, 1]].min(axis=1).max()
    assert f"{farthest:g}" in str(caught.value) or f"{farthest + 0.01:g}" in str(caught.value)


def test_too_few_sites_are_refused_with_the_fewest_that_do(inputs: Inputs) -> None:
    with pytest.raises(InfeasibleError) as caught:
        planned(inputs, model="lscp", sites=1)
    assert caught.value.fewest_sites == len(planned(inputs, model="lscp").new)


@pytest.mark.parametrize(
    "terms",
    [
        {"model": "mclp"},
        {"model": "mclp", "sites": 0},
        {"model": "mclp", "sites": 99},
        {"model": "nothing", "sites": 1},
        {"model": "mclp", "sites": 1, "cutoff": float("nan")},
        {"model": "mclp", "sites": 1, "target_share": 0.5},
        {"model": "mclp", "sites": 1, "candidates": "no such layer"},
        {"model": "mclp", "sites": 1, "forbid": ("no such place",)},
        {"model": "mclp", "sites": 1, "points": ((500.0, 0.0),)},
        {"model": "mclp", "sites": 1, "standard": "no such standard"},
    ],
)  # fmt: skip
def test_terms_that_cannot_be_used_are_refused(inputs: Inputs, terms: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        planned(inputs, **terms)


def test_nobody_is_planned_for_who_is_away_from_all_roads(tmp_path: Path) -> None:
    town = village_row(tmp_path / "town.gpkg").place("far", (0, 90_000), 12.0).place("lost", None, 3.0)
    plan = planned(town.inputs(), model="lscp")
    assert (plan.left_out, plan.left_out_people) == (2, 15.0)
    assert plan.people(State.NOT_CONNECTED) == 12.0 and plan.people(State.NOT_LOCATED) == 3.0
    assert plan.people(State.GAP) == 0.0


def test_candidates_of_a_layer_bring_their_prices(tmp_path: Path) -> None:
    town = village_row(tmp_path / "town.gpkg")
    made = town.workspace()
    frame = GeoDataFrame(
        {"id": ["a", "b"], "name": ["Hall", "Shed"], "cost": [30.0, 2.0]},
        geometry=shapely.points(_lonlat(town, (4, 7))), crs=WGS84,
    )  # fmt: skip
    made.add(frame, Role.CANDIDATES, "", title={"en": "halls"}, origin=LayerOrigin())
    plan = planned(load(made), model="mclp", budget=10.0, candidates="candidates")
    assert [plan.sites[i].id for i in plan.new] == ["b"] and plan.money == 2.0


def test_what_is_modelled_is_drawn_and_explained_as_on_other_maps(tmp_path: Path) -> None:
    town = village_row(tmp_path / "town.gpkg").facility(
        "post_office", AT[7], name="Post 1", source="modelled"
    )
    plan, say = planned(town.inputs(), model="mclp", sites=1), speech("en")
    rows = {row.symbol: (row.label, row.places) for row in siting_legend(plan, say)}
    assert rows["facility"] == ("service point that stands", 1)
    assert rows["facility_modelled"] == ("service point that stands (modelled data)", 1)
    (call,) = (c for c in siting_layer(plan, say)._children.values() if isinstance(c, Call))
    drawn = {f["lines"][0]: f for f in json.loads(call.data)["facilities"]}
    assert [drawn[name]["modelled"] for name in ("Post 0", "Post 1")] == [False, True]
    assert "modelled data" in drawn["Post 1"]["lines"]
    assert [f["modelled"] for f in drawn.values() if f["mark"] == "site_new"] == [False]


def _lonlat(town: Town, chosen: tuple[int, ...]) -> np.ndarray:
    points = town.frames()[Role.DEMAND, ""].geometry
    return np.array([[points.iloc[i].x, points.iloc[i].y] for i in chosen])


@pytest.mark.parametrize(
    ("service", "terms"),
    [
        ("shop", {"model": "mclp", "sites": 4}),
        ("shop", {"model": "lscp", "standard": "ru_shop_rural"}),
        ("fire", {"model": "p-median", "sites": 2, "candidates": "nodes"}),
        ("primary_care", {"model": "p-center", "sites": 1, "points": ((27.61, 55.2), (27.9, 55.1)), "candidates": ""}),
        ("library", {"model": "mclp", "sites": 3, "fixed": "none"}),
        ("post_office", {"model": "mclp", "sites": 2, "cutoff": 3000.0}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("season", ["dry", "spring"])
def test_the_assessment_of_what_was_built_finds_exactly_the_plan(
    sample_file: Path, service: str, terms: dict[str, Any], season: str
) -> None:
    workspace = open_workspace(str(sample_file))
    standards, catalogue = in_force(workspace)
    district = loaded(workspace).under(Conditions(season))
    asked = SitingTerms(**terms).checked()
    plan = plan_of(case_from(district, standards, catalogue, service, asked), asked, certify=False)
    scenario = Scenario.from_json(scenario_of([plan], "built").to_json())
    built, changed = edited(district, scenario, catalogue), standards_under(standards, scenario, catalogue)
    result = assess_inputs(built, [s for s in changed if s.id == plan.standard.id], catalogue).results[0]
    assert np.array_equal(result.state, plan.after)
    told = np.isin(plan.after, (State.COVERED, State.GAP))
    assert np.array_equal(result.cost[told], plan.cost[told])
    if plan.model == "mclp":
        assert float(plan.places.population[result.state == State.COVERED].sum()) == plan.objective
    assert plan.proven


@pytest.mark.parametrize("model", ["mclp", "lscp", "p-median", "p-center"])
@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_a_report_tells_the_plan_in_a_chapter(inputs: Inputs, model: str, language: str) -> None:
    say = speech(language)
    plan = planned(inputs, model=model, sites=None if model == "lscp" else 2)
    (chapter,) = chapters([plan], say)
    assert chapter.id == "siting"
    told = " ".join(chapter.parts[0].sentences)
    assert say.number(plan.people(State.COVERED)) in told
    assert "{" not in told
    assert sum(str(row[1]) == say("yes") for row in chapter.parts[0].rows) == len(plan.new)
    assert [len(row) for row in chapter.parts[0].rows] == [len(chapter.columns)] * len(chapter.parts[0].rows)


def test_plans_of_a_report_are_named_in_short() -> None:
    assert request_from("shop:mclp:3") == SitingRequest("shop", SitingTerms(model="mclp", sites=3))
    assert request_from("fire:lscp") == SitingRequest("fire", SitingTerms(model="lscp"))
    assert request_from("shop:mclp:years=2,2,1") == SitingRequest("shop", SitingTerms(), years=(2, 2, 1))
    asked = request_from("shop:mclp:2:budget=30:site-cost=5:with=school+post:building-cost=4")
    assert asked.terms == SitingTerms(sites=2, budget=30, site_cost=5)
    assert asked.beside == ("school", "post") and asked.building_cost == 4
    for text in (
        "shop", "shop:mclp", "shop:mclp:x", "shop:fastest:3", "shop:mclp:0", "shop:mclp:2:colour=red",
        "shop:mclp:budget=much", "shop:mclp:2:years=1:closing=1",
    ):  # fmt: skip
        with pytest.raises(InputError):
            request_from(text)


def test_who_stops_the_evidence_has_the_plan(inputs: Inputs) -> None:
    told: list[Plan] = []

    def interrupt() -> bool:
        if told:
            raise KeyboardInterrupt
        return False

    terms = SitingTerms(model="mclp", sites=2)
    case = case_from(inputs, (BY_CAR,), load_standards(), BY_CAR.service, terms)
    plan = plan_of(case, terms, first=told.append, cancel=interrupt)
    assert plan.proven and plan.evidence is None
    assert plan.sites == told[0].sites
