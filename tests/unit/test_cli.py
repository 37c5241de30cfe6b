"""The command line as scripts rely on it: exit codes, one JSON document, messages apart, no harm by failure."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from planner import __version__
from planner.cli import main
from planner.workspace import open_workspace
from tests.builders import ORIGIN, Town, degrees

ROOT = Path(__file__).resolve().parents[2]
STATES = ("covered", "gap", "unreachable", "not_connected", "no_data", "not_located", "not_applicable")


def run(*words: object) -> int:
    """Return the exit code of a command."""
    try:
        return main([str(word) for word in words])
    except SystemExit as stop:
        return int(stop.code or 0)


def geojson(path: Path, features: list[tuple[Any, dict[str, Any]]]) -> Path:
    """Write features (a GeoJSON geometry and properties each) to a file."""
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [{"type": "Feature", "properties": p, "geometry": g} for g, p in features],
            },
            ensure_ascii=False,
        ),
        "utf-8",
    )
    return path


def point(x: float, y: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(d, 7) for d in degrees([(x, y)])[0]]}


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def workspace(town: Town) -> Path:
    town.road((0, 0), (5000, 0)).place("a", (0, 0), 120).place("b", (4000, 0), 30, "town")
    town.boundary((-9000, -9000, 9000, 9000)).facility("post_office", (0, 0)).workspace()
    return town.path


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    return geojson(tmp_path / "магазины.geojson", [(point(0, 0), {"name": "Родны кут", "floor_m2": 80})])


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    """Places whose longitude and latitude are swapped: an error that can be repaired."""
    lon, lat = ORIGIN
    rows = [
        ({"type": "Point", "coordinates": [lat, lon + i / 1000]}, {"name": f"п{i}", "population": 5})
        for i in range(4)
    ]
    return geojson(tmp_path / "swapped.geojson", rows)


def test_usage_errors_are_2_and_help_and_version_are_0(
    workspace: Path, shops: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sha(workspace)
    wrong: list[list[object]] = [
        [], ["fly"], ["new"], ["new", "x.gpkg"], ["new", "x.gpkg", "--sample", "--name", "X"],
        ["add", workspace, shops],
        ["add", workspace, shops, "--as", "shops"], ["check"], ["layers"], ["assess"],
        ["assess", workspace, "--unknown"],
        ["report", workspace], ["report", workspace, "--out", "d", "--lang", "de"], ["standards"],
        ["standards", "show"],
        ["standards", "check"], ["app", workspace, "--port", "many"],
    ]  # fmt: skip
    for words in wrong:
        assert run(*words) == 2, words
        said = capsys.readouterr()
        assert said.out == ""
        assert "usage: planner" in said.err
    for asked in (["--help"], ["add", "--help"], ["standards", "list", "--help"], ["--version"]):
        assert run(*asked) == 0
        assert capsys.readouterr().out
    assert sha(workspace) == before


def test_what_cannot_be_read_is_2_with_one_line_and_leaves_the_workspace_as_it_was(
    workspace: Path, shops: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing, garbage, folder = tmp_path / "no.geojson", tmp_path / "garbage.geojson", tmp_path / "folder"
    garbage.write_bytes(bytes(range(256)) * 20)
    folder.mkdir()
    torn = tmp_path / "torn.gpkg"
    torn.write_bytes(workspace.read_bytes()[:5000])
    standards = tmp_path / "list.txt"
    standards.write_text("x")
    before = sha(workspace)
    unreadable: list[list[object]] = [
        *([["add", workspace, bad, "--as", "demand"] for bad in (missing, garbage, folder, torn)]),
        *([["check", bad] for bad in (missing, garbage, folder, torn)]),
        ["add", workspace, shops, "--as", "facilities"],
        ["add", workspace, shops, "--as", "facilities", "--service", "Not A Name"],
        ["add", workspace, shops, "--as", "facilities", "--service", "shop", "--crs", "EPSG:99999999"],
        ["add", workspace, shops, "--as", "facilities", "--service", "shop", "--encoding", "klingon"],
        ["add", tmp_path / "none.gpkg", shops, "--as", "zones"],
        ["add", standards, shops, "--as", "zones"],
        ["layers", tmp_path / "none.gpkg"], ["layers", garbage], ["layers", folder],
        ["assess", tmp_path / "none.gpkg"], ["assess", workspace, "--out", standards / "x"],
        ["report", tmp_path / "none.gpkg", "--out", tmp_path / "r"],
        ["report", workspace, "--format", "docx99", "--out", tmp_path / "r"],
        ["new", workspace, "--sample"], ["new", tmp_path / "n.gpkg", "--name", "N"],
        ["new", tmp_path / "n.gpkg", "--name", "N", "--boundary", missing],
        ["new", tmp_path / "n.gpkg", "--name", "N", "--boundary", garbage],
        ["standards", "show", "no_such"], ["standards", "check", missing],
        ["standards", "use", workspace, missing], ["standards", "use", workspace, garbage],
        ["app", tmp_path / "none.gpkg"], ["app", workspace, "--port", "99999"],
    ]  # fmt: skip
    for words in unreadable:
        assert run(*words) == 2, words
        said = capsys.readouterr()
        assert said.out == "", words
        assert said.err.startswith("planner: "), words
        assert "Traceback" not in said.err
    assert sha(workspace) == before
    assert not (tmp_path / "n.gpkg").exists()
    assert not (tmp_path / "none.gpkg").exists()


def test_check_prints_its_contract(shops: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = geojson(
        tmp_path / "places.geojson", [(point(0, 0), {"population": n}) for n in (5, -7, "many", -1)]
    )
    assert run("check", places, "--as", "demand", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert list(said) == ["file", "driver", "features", "crs", "bounds", "findings", "usable"]
    assert (said["file"], said["driver"], said["features"], said["usable"]) == (
        str(places),
        "GeoJSON",
        4,
        False,
    )
    assert said["crs"] == "EPSG:4326"
    assert said["bounds"] == pytest.approx([27, 55, 27, 55], abs=1e-9)
    assert {f["severity"] for f in said["findings"]} <= {"error", "warning", "info"}
    for found in said["findings"]:
        assert list(found) == ["code", "severity", "count", "feature_ids", "message", "fix"]
        assert found["message"]
        assert found["fix"]
        assert found["count"] in (0, len(found["feature_ids"]))
    negative = next(f for f in said["findings"] if f["feature_ids"] == ["2", "4"])
    assert (negative["severity"], negative["count"]) == ("error", 2)
    assert run("check", shops, "--json") == 0
    assert json.loads(capsys.readouterr().out)["usable"] is True


def test_check_for_people(shops: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", shops) == 0
    said = capsys.readouterr()
    assert "GeoJSON, 1 feature" in said.out
    assert "Nothing is wrong" in said.err
    assert run("check", shops, "--as", "demand") == 1
    assert "error: A demand layer needs the column population" in capsys.readouterr().err


def test_add_keeps_a_layer_and_prints_one_document(
    workspace: Path, shops: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("add", workspace, shops, "--as", "facilities", "--service", "shop", "--json") == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert list(document) == ["added", "layer", "findings", "repairs"]
    assert document["added"] is True
    assert (document["layer"]["name"], document["layer"]["version"], document["layer"]["features"]) == (
        "shop",
        1,
        1,
    )
    assert "version 1: 1 feature" in said.err
    record = next(r for r in open_workspace(workspace).layers() if r.service == "shop")
    assert record.origin.file_name == "магазины.geojson"
    assert record.origin.file_digest == sha(shops)
    assert open_workspace(workspace).read(record)["name"].tolist() == ["Родны кут"]


def test_add_refuses_errors_until_their_repair_is_accepted(
    workspace: Path, doubtful: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sha(workspace)
    assert run("add", workspace, doubtful, "--as", "demand", "--json") == 1
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert (document["added"], document["layer"], document["repairs"]) == (False, None, [])
    assert "lon_lat_swapped" in {f["code"] for f in document["findings"]}
    assert "--accept-repairs" in said.err
    assert sha(workspace) == before
    assert run("add", workspace, doubtful, "--as", "demand", "--accept-repairs", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["added"] is True
    assert "lon_lat_swapped" in {r["code"] for r in document["repairs"]}
    kept = open_workspace(workspace)
    demand = kept.read(next(r for r in kept.layers() if r.name == "demand"))
    assert [round(x, 3) for x in demand.geometry.x] == [27.0, 27.001, 27.002, 27.003]


def test_a_layer_without_what_its_role_needs_is_1_with_findings(
    workspace: Path, shops: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sha(workspace)
    for role in ("demand", "roads", "boundary"):
        assert run("check", shops, "--as", role, "--json") == 1, role
        found = json.loads(capsys.readouterr().out)["findings"]
        assert run("add", workspace, shops, "--as", role, "--json") == 1, role
        document = json.loads(capsys.readouterr().out)
        assert document["added"] is False
        assert {f["code"] for f in found if f["severity"] == "error"} <= {
            f["code"] for f in document["findings"]
        }
    assert sha(workspace) == before


def test_new_for_an_own_district(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ring = [list(p) for p in degrees([(0, 0), (5000, 0), (5000, 5000), (0, 5000), (0, 0)])]
    outline = geojson(tmp_path / "outline.geojson", [({"type": "Polygon", "coordinates": [ring]}, {})])
    path = tmp_path / "own.gpkg"
    assert (
        run("new", path, "--name", "Свой", "--boundary", outline, "--centre", "c", "--jurisdiction", "RU")
        == 0
    )
    assert capsys.readouterr().out == ""
    made = open_workspace(path)
    assert (made.district.name["ru"], made.district.jurisdiction, made.district.centre) == ("Свой", "RU", "c")
    assert [(r.name, r.features) for r in made.layers()] == [("boundary", 1)]
    # Without settlements there is nothing to assess.
    assert run("assess", path) == 2
    assert "--as demand" in capsys.readouterr().err
    points = geojson(tmp_path / "points.geojson", [(point(0, 0), {})])
    assert run("new", tmp_path / "other.gpkg", "--name", "X", "--boundary", points) in (1, 2)
    assert not (tmp_path / "other.gpkg").exists()


def test_new_sample_holds_every_layer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("new", tmp_path / "s.gpkg", "--sample") == 0
    assert "with 23 layers" in capsys.readouterr().err
    assert len(open_workspace(tmp_path / "s.gpkg").layers()) == 23


def test_layers_and_their_history(workspace: Path, shops: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        run("add", workspace, shops, "--as", "facilities", "--service", "shop")
    capsys.readouterr()
    assert run("layers", workspace, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["workspace", "layers"]
    assert [(r["name"], r["version"]) for r in document["layers"] if r["service"] == "shop"] == [("shop", 2)]
    assert run("layers", workspace, "--history", "--json") == 0
    history = json.loads(capsys.readouterr().out)["layers"]
    assert [(r["version"], r["current"]) for r in history if r["service"] == "shop"] == [
        (1, False),
        (2, True),
    ]
    assert run("layers", workspace, "--history") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["layer", "version", "role"]
    assert len(lines) == 1 + len(history)


def test_assess_prints_its_contract(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("assess", workspace, "--json", "--out", tmp_path / "out") == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert list(document) == ["district", "people", "services", "manifest"]
    assert (document["district"], document["people"]) == ("Town", 150)
    assert len(document["services"]) == 29
    for row in document["services"]:
        assert {"standard", "service", "layer", "people", *STATES, "share_covered", "target_share", "met",
                "places_in_gap"} <= set(row)  # fmt: skip
        assert sum(row[state] for state in STATES) == row["people"] == 150
    written = sorted(p.suffix for p in (tmp_path / "out").iterdir())
    assert written == [".geojson", ".xlsx"]
    assert said.err.count("Wrote ") == 2
    assert run("assess", workspace) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 30
    assert lines[0].startswith("standard")


@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_report_in_every_format(
    workspace: Path, tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deep" / "out"
    assert run("report", workspace, "--lang", language, "--format", "html, xlsx,geojson", "--out", out) == 0
    assert capsys.readouterr().out == ""
    names = {p.suffix: p for p in out.iterdir()}
    assert set(names) == {".html", ".xlsx", ".geojson"}
    assert f'lang="{language}"' in names[".html"].read_text("utf-8")[:500]
    assert json.loads(names[".geojson"].read_text("utf-8"))["type"] == "FeatureCollection"
    assert names[".xlsx"].read_bytes()[:2] == b"PK"


def test_standards_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("standards", "list", "--json") == 0
    everything = json.loads(capsys.readouterr().out)["standards"]
    assert run("standards", "list", "--jurisdiction", "BY", "--json") == 0
    own = json.loads(capsys.readouterr().out)["standards"]
    assert {s["jurisdiction"] for s in own} == {"BY"}
    assert own == [s for s in everything if s["jurisdiction"] == "BY"]
    assert run("standards", "show", own[0]["id"], "--json") == 0
    assert json.loads(capsys.readouterr().out) == own[0]
    assert run("standards", "show", own[0]["id"]) == 0
    assert own[0]["id"] in capsys.readouterr().out
    assert run("standards", "list") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + len(everything)


OWN = """
standards:
  - id: own_post
    jurisdiction: BY
    service: post_office
    title: {ru: Почта, en: Post}
    measure: {indicator: straight_distance, threshold: 1000, unit: m, sources: [post_office]}
    area: {types: [rural, urban]}
    legal_basis: {ru: решение, en: decision}
    clause: "1"
    url: https://example.org/act
    status: current
    confidence: read
    kind: norm
"""


def test_a_catalogue_of_ones_own_is_checked_put_in_force_and_given_up(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(OWN, "utf-8")
    bad.write_text(OWN.replace("threshold: 1000", "threshold: far"), "utf-8")
    assert run("standards", "check", good, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"file": str(good), "problems": [], "usable": True}
    assert run("standards", "check", bad, "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert said["usable"] is False
    assert said["problems"][0]["line"] == 7
    before = sha(workspace)
    assert run("standards", "use", workspace, bad) == 2
    assert f"{bad}" in capsys.readouterr().err
    assert sha(workspace) == before
    assert run("standards", "use", workspace, good) == 0
    assert (
        "30 standards are in force" in capsys.readouterr().err or open_workspace(workspace).standards() == OWN
    )
    run("assess", workspace, "--json")
    rows = {r["standard"]: r for r in json.loads(capsys.readouterr().out)["services"]}
    # a stands at the post office, b 4 km away.
    assert (rows["own_post"]["covered"], rows["own_post"]["gap"]) == (120, 30)
    assert run("standards", "use", workspace) == 0
    capsys.readouterr()
    run("assess", workspace, "--json")
    assert "own_post" not in {r["standard"] for r in json.loads(capsys.readouterr().out)["services"]}


def test_stopped_by_the_planner_is_3(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.studies.assess.assess", interrupted)
    assert run("assess", workspace, "--json") == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "stopped" in said.err


def spawn(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        **options,
    )


def test_help_loads_no_heavy_library() -> None:
    said = spawn(
        "-c",
        "import sys\nfrom planner.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'geopandas', 'shapely', 'pyogrio', 'numba', 'streamlit', 'folium'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)",
    )
    assert "usage: planner" in said.stdout
    assert said.stderr.strip() == "[]"


def test_as_a_process_messages_and_document_are_apart(workspace: Path) -> None:
    done = spawn("-m", "planner.cli", "assess", workspace, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["people"] == 150
    failed = spawn("-m", "planner.cli", "assess", workspace.parent / "none.gpkg", "--json")
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr.startswith("planner: There is no workspace at")
    assert spawn("-m", "planner.cli", "--version").stdout.strip() == f"planner {__version__}"


def test_a_reader_that_goes_away_is_no_fault(workspace: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "planner.cli", "standards", "list", "--json"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert (process.wait(timeout=60), process.stderr.read()) == (0, b"")


def test_names_in_cyrillic_are_printed_where_the_terminal_speaks_another_code(
    workspace: Path, shops: Path
) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "", "LC_ALL": "C", "PYTHONUTF8": "0", "LANG": "C"}
    done = subprocess.run(
        [sys.executable, "-m", "planner.cli", "check", shops], cwd=ROOT, capture_output=True, env=environment
    )
    assert done.returncode == 0, done.stderr


def test_a_service_that_the_district_does_not_have_is_lacking_not_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, nothing = str(tmp_path / "w.gpkg"), tmp_path / "nothing.geojson"
    nothing.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    assert main(["new", workspace, "--sample"]) == 0
    assert main(["add", workspace, str(nothing), "--as", "facilities", "--service", "pharmacy"]) == 0
    capsys.readouterr()
    assert main(["assess", workspace, "--json"]) == 0
    rows = {row["standard"]: row for row in json.loads(capsys.readouterr().out)["services"]}
    found = rows["ru_health_rural_pharmacy"]
    # The rural people: 20 off the roads, 168 nowhere to be found, the rest without any way to a pharmacy.
    assert (found["unreachable"], found["not_connected"], found["no_data"], found["met"]) == (
        20_503,
        20,
        0,
        False,
    )
