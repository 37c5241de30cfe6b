"""What an OpenStreetMap extract does to a workspace, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from geopandas import GeoDataFrame

from planner.cli import main
from planner.errors import ConflictError, InputError
from planner.layers.schema import WGS84, Role
from planner.studies.assess import assess
from planner.studies.osm_import import found_from_osm, import_osm
from planner.workspace import District, LayerOrigin, Workspace, create_workspace, open_workspace

EXTRACT = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
  <node id="1" lat="55.00" lon="28.00"/><node id="2" lat="55.00" lon="28.10"/>
  <node id="3" lat="55.10" lon="28.10"/><node id="4" lat="55.10" lon="28.00"/>
  <node id="5" lat="55.05" lon="28.01"><tag k="place" v="town"/><tag k="name" v="Глыбокае"/>
    <tag k="population" v="1800"/></node>
  <node id="6" lat="55.05" lon="28.05"><tag k="place" v="village"/><tag k="name" v="Псуя"/></node>
  <node id="7" lat="55.0501" lon="28.011"><tag k="amenity" v="post_office"/><tag k="name" v="Почта 1"/></node>
  <node id="8" lat="55.0503" lon="28.05"><tag k="amenity" v="post_office"/></node>
  <way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
  <way id="11"><nd ref="5"/><nd ref="6"/><tag k="highway" v="tertiary"/></way>
  <relation id="20"><member type="way" ref="10" role="outer"/><tag k="type" v="boundary"/>
    <tag k="boundary" v="administrative"/><tag k="admin_level" v="6"/><tag k="name" v="Глыбоцкі раён"/>
    <tag k="name:ru" v="Глубокский район"/><tag k="name:en" v="Hlybokaye District"/></relation>
</osm>
"""


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    path = tmp_path / "belarus.osm"
    path.write_text(EXTRACT, "utf-8")
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace with the district's outline and a list of post offices from the post."""
    made = create_workspace(
        tmp_path / "district.gpkg", District({"en": "Hlybokaye", "ru": "Глубокое", "be": "Глыбокае"})
    )
    keep(made, Role.BOUNDARY, "", [{"id": "1"}], [shapely.box(28, 55, 28.1, 55.1)])
    offices = [{"id": "a", "name": "ПОЧТА 1"}, {"id": "b", "name": "Почта 2"}]
    keep(
        made,
        Role.FACILITIES,
        "post_office",
        offices,
        [shapely.Point(28.01, 55.05), shapely.Point(28.09, 55.09)],
    )
    return made


def keep(
    workspace: Workspace, role: Role, service: str, rows: list[dict[str, Any]], shapes: list[Any]
) -> None:
    frame = GeoDataFrame(rows, geometry=shapes, crs=WGS84)
    workspace.add(
        frame, role, service, title={"en": service}, origin=LayerOrigin(file_name="list.csv", source="Post")
    )


def names(workspace: Workspace) -> dict[str, int]:
    return {record.name: record.version for record in workspace.layers()}


def test_a_named_district_becomes_a_workspace_that_can_be_assessed(extract: Path, tmp_path: Path) -> None:
    done = found_from_osm(tmp_path / "new.gpkg", extract, district="глубокский район")
    made = open_workspace(tmp_path / "new.gpkg")
    assert made.district.name == {"en": "Hlybokaye District", "ru": "Глубокский район", "be": "Глыбоцкі раён"}
    assert done.counts == {"boundary": 1, "demand": 2, "roads": 1, "post_office": 2}
    assert {record.name for record in done.layers} == set(done.counts)
    assert {(r.origin.source, r.origin.licence) for r in done.layers} == {
        ("OpenStreetMap contributors", "ODbL 1.0")
    }
    assert assess(made).places.population.tolist() == [1800.0, 0.0]


def test_places_without_a_population_are_told(extract: Path, workspace: Workspace) -> None:
    told = {f.code: f.feature_ids for f in import_osm(workspace, extract).findings}
    assert told["population_missing"] == ("n6",)


def test_what_another_source_has_filled_stays_and_likely_doubles_are_proposed(
    extract: Path, workspace: Workspace
) -> None:
    done = import_osm(workspace, extract)
    assert names(workspace) == {"boundary": 1, "post_office": 1, "demand": 1, "roads": 1}
    (proposal,) = done.proposals
    assert proposal.layer == "post_office"
    assert [(pair.osm_id, pair.id) for pair in proposal.same] == [("n7", "a")]
    assert proposal.same[0].distance_m == pytest.approx(64.8, abs=0.5)
    assert proposal.only_osm == ("n8",)


@pytest.mark.parametrize("replace", [("post_office",), "all"])
def test_what_is_named_is_replaced(extract: Path, workspace: Workspace, replace: Any) -> None:
    done = import_osm(workspace, extract, replace=replace)
    assert done.proposals == ()
    assert names(workspace)["post_office"] == 2
    assert names(workspace)["boundary"] == 1


def test_one_undo_takes_the_whole_import_back(
    extract: Path, workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = workspace.version()
    path = str(tmp_path / "district.gpkg")
    assert main(["import-osm", path, str(extract), "--replace", "all"]) == 0
    assert names(workspace) == {"boundary": 1, "post_office": 2, "demand": 1, "roads": 1}
    assert [e.action for e in workspace.log()][3:] == ["import"]
    assert main(["layers", path, "--history"]) == 0
    assert "Step 4," in capsys.readouterr().err
    assert main(["undo", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["undone"] == 4
    assert (names(workspace), workspace.version()) == ({"boundary": 1, "post_office": 1}, before)
    assert main(["undo", path]) == 2
    assert main(["undo", path, "--step", "5"]) == 0
    assert names(workspace) == {"boundary": 1, "post_office": 2, "demand": 1, "roads": 1}


def test_what_somebody_changed_during_the_import_stays_and_nothing_is_taken(
    extract: Path, workspace: Workspace
) -> None:
    import_osm(workspace, extract)

    def meanwhile(share: float, what: str) -> None:
        if share == 0.6 and len(workspace.layers(history=True)) == 4:
            keep(workspace, Role.ROADS, "", [{"id": "x"}], [shapely.LineString([(28, 55), (28.1, 55)])])

    with pytest.raises(ConflictError, match="roads was changed by"):
        import_osm(workspace, extract, progress=meanwhile)
    assert names(workspace) == {"boundary": 1, "post_office": 1, "demand": 1, "roads": 2}


def test_a_second_import_takes_the_place_of_the_first(extract: Path, workspace: Workspace) -> None:
    import_osm(workspace, extract)
    done = import_osm(workspace, extract)
    assert [p.layer for p in done.proposals] == ["post_office"]
    assert names(workspace) == {"boundary": 1, "post_office": 1, "demand": 2, "roads": 2}


def test_a_slip_in_a_name_to_replace_is_refused(extract: Path, workspace: Workspace) -> None:
    with pytest.raises(InputError, match="post_offices"):
        import_osm(workspace, extract, replace=("post_offices",))
    assert names(workspace) == {"boundary": 1, "post_office": 1}


def test_the_outline_of_a_file_becomes_the_boundary(
    extract: Path, workspace: Workspace, tmp_path: Path
) -> None:
    outline = tmp_path / "west.geojson"
    GeoDataFrame(geometry=[shapely.box(28, 55, 28.03, 55.1)], crs=WGS84).to_file(outline, driver="GeoJSON")
    done = import_osm(workspace, extract, boundary=outline)
    assert done.counts["demand"] == 1
    assert names(workspace)["boundary"] == 2


def test_where_nothing_is_found_it_is_said(workspace: Workspace, tmp_path: Path) -> None:
    empty = tmp_path / "empty.osm"
    empty.write_text('<osm version="0.6"></osm>', "utf-8")
    done = import_osm(workspace, empty)
    assert done.layers == ()
    assert {f.code for f in done.findings} == {"osm_no_places", "osm_no_roads"}


@pytest.mark.parametrize("length", [200, 900, len(EXTRACT) - 40])
def test_a_broken_file_changes_nothing(workspace: Workspace, tmp_path: Path, length: int) -> None:
    broken = tmp_path / "broken.osm"
    broken.write_text(EXTRACT[:length], "utf-8")
    before, log = workspace.version(), workspace.log()
    assert main(["import-osm", str(tmp_path / "district.gpkg"), str(broken)]) == 2
    assert (workspace.version(), workspace.log()) == (before, log)
    assert main(["import-osm", str(tmp_path / "new.gpkg"), str(broken), "--district", "Глыбоцкі раён"]) == 2
    assert not (tmp_path / "new.gpkg").exists()


def test_without_a_workspace_the_district_has_to_be_named(extract: Path, tmp_path: Path) -> None:
    assert main(["import-osm", str(tmp_path / "new.gpkg"), str(extract)]) == 2
    assert not (tmp_path / "new.gpkg").exists()


def test_one_document_goes_to_standard_output(
    extract: Path, workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import-osm", str(tmp_path / "district.gpkg"), str(extract), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"workspace", "layers", "counts", "findings", "proposals", "merged"}
    assert {each["name"] for each in document["layers"]} == {"demand", "roads"}
    assert document["counts"] == {"demand": 2, "roads": 1, "post_office": 2}
    assert document["proposals"][0]["same"][0]["id"] == "a"
    assert document["proposals"][0]["in_use"] == {
        "version": 1,
        "features": 2,
        "source": "Post",
        "file": "list.csv",
    }
