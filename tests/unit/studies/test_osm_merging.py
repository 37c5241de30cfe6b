"""What an extract proposes beside a layer of another source: merged as accepted, never otherwise, and undoable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from geopandas import GeoDataFrame
from shapely.geometry import Point

from planner.cli import main
from planner.errors import ConflictError, InputError
from planner.layers.schema import WGS84, Role
from planner.studies.osm_duplicates import HIGH, Proposal, compare
from planner.studies.osm_merging import high, merge, merge_all, refuse_unknown
from planner.workspace import District, LayerOrigin, Workspace, create_workspace, open_workspace

OWN = LayerOrigin(file_name="list.csv", file_digest="d", source="Post", licence="own")
OSM = LayerOrigin(file_name="x.osm", file_digest="e", source="OpenStreetMap contributors", licence="ODbL 1.0")


def layer(rows: list[dict[str, Any]], at: list[tuple[float, float]]) -> GeoDataFrame:
    return GeoDataFrame(rows, geometry=[Point(*p) for p in at], crs=WGS84)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path / "w.gpkg", District({"en": "X"}))
    kept = layer(
        [{"id": "a", "name": "Post 1", "hours": "9-17", "phone": None}, {"id": "b", "name": "Post 2", "hours": None,
          "phone": "7"}, {"id": "c", "name": None, "hours": None, "phone": None}],
        [(27.0, 55.0), (27.1, 55.0), (27.2, 55.0)],
    )  # fmt: skip
    made.add(kept, Role.FACILITIES, "post_office", title={"en": "Post"}, origin=OWN)
    return made


@pytest.fixture
def proposal(workspace: Workspace) -> Proposal:
    (record,) = workspace.layers()
    found = layer(
        [{"id": "n1", "name": "post 1", "phone": "1", "hours": "8-20", "wheelchair": "yes"},
         {"id": "n2", "name": "Other", "phone": "2", "hours": "x", "wheelchair": None},
         {"id": "n3", "name": "New", "phone": None, "hours": None, "wheelchair": None}],
        [(27.0, 55.001), (27.2, 55.0002), (27.5, 55.0)],
    )  # fmt: skip
    return compare(found, workspace.read(record), record, OSM)


def test_the_score_tells_names_from_mere_nearness(proposal: Proposal) -> None:
    first, second = sorted(proposal.same, key=lambda pair: pair.osm_id)
    assert (first.id, first.name, first.name_in_use) == ("a", "post 1", "Post 1")
    assert first.score == pytest.approx(1 - 0.2 * 111.3 / 500, abs=2e-3)
    assert (second.osm_id, second.id) == ("n2", "c")
    assert second.score < HIGH < first.score
    assert high(proposal) == ("n1",)
    assert proposal.only_osm == ("n3",)


def test_what_is_accepted_fills_and_adds_and_nothing_else_changes(
    workspace: Workspace, proposal: Proposal
) -> None:
    record = merge(workspace, proposal, ["n1"], ["n3"])
    frame = workspace.read(record).set_index("id")
    assert list(frame.index) == ["a", "b", "c", "n3"]
    # What was there stays; what was lacking is filled.
    assert frame.loc["a", ["hours", "phone", "wheelchair", "osm_id"]].tolist() == ["9-17", "1", "yes", "n1"]
    assert frame.loc["b", "phone"] == "7"
    assert not isinstance(frame.loc["c", "hours"], str)
    assert (frame.loc["a"].geometry.x, frame.loc["a"].geometry.y) == (27.0, 55.0)
    assert frame.loc["n3", "name"] == "New"
    assert (record.version, record.origin.source) == (2, "Post; OpenStreetMap contributors")
    assert [r["code"] for r in record.origin.repairs] == ["merged_from", "osm_merged", "osm_added"]
    assert workspace.restore(record.name, 1).features == 3


def test_what_was_not_proposed_or_has_changed_is_refused(workspace: Workspace, proposal: Proposal) -> None:
    for same, add in (((), ()), (("n3",), ()), ((), ("n1",))):
        with pytest.raises(InputError, match="nothing of this"):
            merge(workspace, proposal, same, add)
    with pytest.raises(InputError, match="no layer shop to merge with"):
        refuse_unknown(workspace, ["shop", "all"])
    merge(workspace, proposal, ["n2"])
    with pytest.raises(ConflictError, match="has changed"):
        merge(workspace, proposal, ["n1"])


def test_whole_layers_by_score(workspace: Workspace, proposal: Proposal) -> None:
    assert merge_all(workspace, [proposal]) == ()
    (record,) = merge_all(workspace, [proposal], same=["post_office"], least=0.0)
    assert workspace.read(record)["osm_id"].fillna("").tolist() == ["n1", "", "n2"]


def test_the_command_line_merges(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extract = tmp_path / "x.osm"
    extract.write_text(
        '<osm version="0.6"><node id="1" version="1" lat="55.001" lon="27.0"><tag k="amenity" v="post_office"/>'
        '<tag k="name" v="Post 1"/></node><node id="3" version="1" lat="55.0" lon="27.5">'
        '<tag k="amenity" v="post_office"/></node></osm>',
        "utf-8",
    )
    asked = ["import-osm", workspace.location, str(extract)]
    assert main([*asked, "--merge", "shop"]) == 2
    assert open_workspace(workspace.location).layers()[0].version == 1
    assert main([*asked, "--merge", "post_office", "--add-missing", "all", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [r["version"] for r in document["merged"]] == [2]
    (pair,) = document["proposals"][0]["same"]
    assert (pair["osm_id"], pair["score"] > HIGH) == ("n1", True)
    (record,) = open_workspace(workspace.location).layers()
    assert (record.features, record.version) == (4, 2)
