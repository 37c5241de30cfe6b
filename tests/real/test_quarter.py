"""A real town by building: the how-to's commands, and walks against networkx."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely

from planner.cli import main
from planner.layers.grid import Grid
from planner.network.modes import modes
from planner.studies.inputs import Inputs, load
from planner.studies.osm_import import found_from_osm
from planner.studies.population import from_total
from planner.studies.quarter import study_quarters
from planner.workspace import open_workspace

pytestmark = pytest.mark.shared

ROOT = Path(__file__).resolve().parents[2]
EXTRACT = ROOT.parent / "shared" / "data" / "osm" / "liechtenstein-2013-08-03.osm.pbf"
PAGE = ROOT / "docs" / "how-to" / "quarter.md"
SAMPLE = 25


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("balzers")
    (folder / EXTRACT.name).symlink_to(EXTRACT)
    return folder


def steps() -> list[tuple[list[str], str]]:
    """Return the commands of the page, each with a pattern of what it shows."""
    block = re.search(r"^```console\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert block is not None
    found = []
    for part in block[1].split("$ planner ")[1:]:
        command, *shown = part.splitlines()
        lines = [r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in shown]
        found.append((shlex.split(command), "".join(lines)))
    return found


def test_the_commands_of_the_how_to_do_what_it_shows(
    town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(town)
    commands = steps()
    assert len(commands) == 5
    for command, shown in commands:
        assert main(command) == 0
        printed = capsys.readouterr()
        text = "".join(f"{' '.join(line.split())}\n" for line in (printed.out + printed.err).splitlines())
        assert re.fullmatch(shown, text), f"planner {' '.join(command)}\n{text}"


def test_people_are_kept_and_walks_are_those_of_networkx(town: Path) -> None:
    path = town / "walked.gpkg"
    found_from_osm(path, EXTRACT, district="Balzers")
    workspace = open_workspace(str(path))
    from_total(workspace, 4500)
    found = study_quarters(workspace)
    assert sum(q.people for q in found.quarters) == found.assessment.people == 4500
    assert sum(q.homes for q in found.quarters) == len(found.assessment.places)
    assert min(q.people for q in found.quarters) >= 100
    inputs = load(workspace, "building")
    shop = found.assessment.result("ru_shop_multi")
    homes = np.random.default_rng(7).choice(len(inputs.places), SAMPLE, replace=False)
    shops = np.flatnonzero(np.array(inputs.facilities.services) == "shop")
    expected = walks(inputs, inputs.place_xy[homes], inputs.facility_xy[shops])
    np.testing.assert_allclose(shop.cost[homes], expected, rtol=1e-9)
    kmh = modes()["walk"].any_kmh
    assert kmh is not None
    np.testing.assert_allclose(found.walk_min["ru_shop_multi"][homes], expected / (kmh / 3.6) / 60, rtol=1e-9)


def walks(inputs: Inputs, homes: np.ndarray, shops: np.ndarray) -> np.ndarray:
    """Return the shortest way on foot from each home to any shop, metres, each edge tried for each point."""
    roads, mode = inputs.roads, modes()["walk"]
    assert roads is not None
    open_ = np.flatnonzero(np.isfinite(mode.edge_kmh(roads.road_class, roads.paved, roads.speed_kmh)))
    graph: nx.Graph[object] = nx.Graph()
    for e in open_:
        u, v, metres = int(roads.u[e]), int(roads.v[e]), float(roads.length_m[e])
        if not graph.has_edge(u, v) or graph[u][v]["m"] > metres:
            graph.add_edge(u, v, m=metres)
    of_node = {n: i for i, part in enumerate(nx.connected_components(graph)) for n in part}
    total: dict[int, float] = {}
    for e in open_:
        part = of_node[int(roads.u[e])]
        total[part] = total.get(part, 0.0) + float(roads.length_m[e])
    main_part = max(total, key=lambda part: total[part])
    edges = np.array([e for e in open_ if of_node[int(roads.u[e])] == main_part])
    lines = roads.geometry(edges)

    def ends(xy: np.ndarray) -> tuple[int, float, list[tuple[int, float]]]:
        point = shapely.Point(xy)
        near = int(np.argmin(shapely.distance(lines, point)))
        spur = float(shapely.distance(lines[near], point) / Grid.scale(xy[0]))
        fraction = lines[near].project(point) / lines[near].length
        e = int(edges[near])
        metres = float(roads.length_m[e])
        return e, fraction * metres, [
            (int(roads.u[e]), spur + fraction * metres), (int(roads.v[e]), spur + (1 - fraction) * metres)
        ]  # fmt: skip

    goals = [ends(xy) for xy in shops]
    for number, (_, _, links) in enumerate(goals):
        for node, metres in links:
            graph.add_edge(("shop", number), node, m=metres)
    reached = nx.multi_source_dijkstra_path_length(
        graph, [("shop", i) for i in range(len(goals))], weight="m"
    )
    found = []
    for xy in homes:
        edge, at, links = ends(xy)
        ways = [reached[node] + metres for node, metres in links]
        spur = links[0][1] - at
        ways += [spur + abs(at - there) + (far[0][1] - there) for e, there, far in goals if e == edge]
        found.append(min(ways))
    return np.array(found)
