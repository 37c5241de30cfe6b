"""The Layers page without a browser: what a planner settles and takes out of use, and what others did meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from geopandas import GeoDataFrame
from shapely.geometry import Point
from streamlit.testing.v1 import AppTest

from planner.layers.schema import Role
from planner.studies import intake
from planner.workspace import District, Workspace, create_workspace

PAGE = """
from planner.i18n import speech
from planner.ui import state
from planner.ui.guard import guarded
from planner.ui.pages import {page}
guarded({page}.show)(speech("en"))
state.note_seen(state.workspace().version())
"""
PLACES = (
    "id,name,name_be,kind,population,lat,lon\n"
    "1,Halubichy,Галубічы,agrotown,10,55.1,27.9\n2,Залесье,,village,20,55.2,27.7\n"
    "3,Залесье,,village,30,55.3,27.8\n4,Озеро,,village,40,55.4,27.6\n"
)
LIST = "settlement,selsovet,pop2009\nаг Голубичи,Голубичский,394\nд Залесье,,136\nд Залесье,,57\nд Нигде,,1\n"


def add(workspace: Workspace, folder: Path, text: str, role: Role, service: str = "") -> None:
    path = folder / f"{service or role}.csv"
    path.write_text(text, "utf-8")
    proposal = intake.examine(path, role, service, workspace=workspace)
    intake.keep(workspace, proposal, intake.mend(proposal, "all"))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    made = create_workspace(tmp_path / "w.gpkg", District({"en": "X"}))
    add(made, tmp_path, PLACES, Role.DEMAND)
    add(made, tmp_path, "id,name,lat,lon\na,A,55.1,27.9\n", Role.FACILITIES, "shop")
    monkeypatch.setenv("PLANNER_WORKSPACE", made.location)
    return made


def opened(page: str = "layers") -> Any:
    app = AppTest.from_string(PAGE.format(page=page), default_timeout=60).run()
    assert not app.exception
    return app


def button(app: Any, label: str) -> Any:
    (found,) = [b for b in app.button if b.label == label]
    return found


def people(workspace: Workspace) -> dict[str, float]:
    record = next(r for r in workspace.layers() if r.role is Role.DEMAND)
    frame = workspace.read(record)
    return dict(zip(frame["id"], frame["population"], strict=True))


def listed(app: Any) -> Any:
    app.file_uploader("names_list_0").set_value(("census.csv", LIST.encode(), "text/csv")).run()
    assert not app.exception
    return app


def test_a_file_that_cannot_be_read_leaves_the_other_ways_in_open(workspace: Workspace) -> None:
    app = opened()
    app.file_uploader("upload_0").set_value(("half.geojson", b'{"type": "Feature', "application/json")).run()
    app.selectbox("upload_service").set_value("shop").run()
    assert not app.exception
    assert len(app.error) == 1
    assert "ends in the middle" in app.error[0].value
    listed(app)
    assert len(app.metric) == 4


def test_doubtful_names_are_settled_one_by_one_and_accepted(workspace: Workspace) -> None:
    app = listed(opened())
    assert [m.value for m in app.metric] == ["1", "0", "2", "1"]
    assert app.selectbox("names_at").value == 1
    (choice,) = [r for r in app.radio if r.label == "Which place is it?"]
    choice.set_value("3")
    button(app, "Settle").click().run()
    # The next open row comes by itself; the place that is taken says so.
    assert app.selectbox("names_at").value == 2
    (choice,) = [r for r in app.radio if r.label == "Which place is it?"]
    choice.set_value("")
    button(app, "Settle").click().run()
    assert [m.value for m in app.metric] == ["1", "1", "0", "2"]
    app.run()
    assert [m.value for m in app.metric] == ["1", "1", "0", "2"]
    button(app, "Accept the list").click().run()
    assert not app.exception
    assert not app.error
    assert people(workspace) == {"1": 394, "2": 20, "3": 136, "4": 40}
    assert "names_settled" not in people(workspace)


def test_decisions_come_back_from_a_file(workspace: Workspace) -> None:
    app = listed(opened())
    kept = "name,occurrence,decision,place_id\nд Залесье,2,joined,2\nд Нигде,1,none,\nд Другая,1,joined,2\n"
    app.file_uploader("names_decisions").set_value(("d.csv", kept.encode(), "text/csv")).run()
    assert [m.value for m in app.metric] == ["1", "1", "1", "1"]
    assert any("д Другая" in w.value for w in app.warning)


def test_two_rows_on_one_place_are_not_accepted(workspace: Workspace) -> None:
    app = listed(opened())
    kept = "name,occurrence,decision,place_id\nд Залесье,1,joined,2\nд Залесье,2,joined,2\n"
    app.file_uploader("names_decisions").set_value(("d.csv", kept.encode(), "text/csv")).run()
    assert any("Several rows are joined" in w.value for w in app.warning)
    button(app, "Accept the list").click().run()
    assert app.error
    assert people(workspace)["2"] == 20


def test_a_layer_is_taken_out_of_use_and_used_again(workspace: Workspace) -> None:
    app = opened()
    app.selectbox("remove_layer").set_value("shop").run()
    button(app, "Take it out of use").click().run()
    assert [r.name for r in workspace.layers()] == ["demand"]
    assert any("Changed" in s.value for s in app.success)
    app.selectbox("older_version").set_value(("shop", 1)).run()
    button(app, "Use this version again").click().run()
    assert not app.error
    assert [r.name for r in workspace.layers()] == ["demand", "shop"]


@pytest.mark.parametrize("what", ["remove", "restore"])
def test_what_another_session_changed_is_told_and_kept(
    workspace: Workspace, tmp_path: Path, what: str
) -> None:
    add(workspace, tmp_path, "id,name,lat,lon\na,A,55.1,27.9\nb,B,55.2,27.9\n", Role.FACILITIES, "shop")
    app = opened()
    if what == "remove":
        app.selectbox("remove_layer").set_value("shop").run()
    add(workspace, tmp_path, "id,name,lat,lon\nc,C,55.1,27.9\n", Role.FACILITIES, "shop")
    button(app, "Take it out of use" if what == "remove" else "Use this version again").click().run()
    assert app.error
    assert {r.name: r.version for r in workspace.layers()} == {"demand": 1, "shop": 3}
    # Now that it was told, the same wish is the planner's own decision.
    button(app, "Take it out of use" if what == "remove" else "Use this version again").click().run()
    assert not app.error
    assert {r.name: r.version for r in workspace.layers()}.get("shop") != 3


def test_standards_that_another_session_put_in_force_are_told(workspace: Workspace) -> None:
    workspace.set_standards("standards: []\n")
    app = opened("standards")
    workspace.set_standards("standards: []\nservices: {}\n")
    kept = workspace.standards()
    button(app, "Return to the built-in catalogue").click().run()
    assert app.error
    assert workspace.standards() == kept


def test_proposals_of_an_extract_are_merged_as_chosen_and_can_be_undone(workspace: Workspace) -> None:
    extract = """<osm version="0.6"><node id="1" version="1" lat="55.1003" lon="27.9"><tag k="shop" v="convenience"/>
        <tag k="name" v="A"/></node><node id="2" version="1" lat="55.2" lon="27.7"><tag k="shop" v="convenience"/>
        <tag k="name" v="B"/></node></osm>"""
    app = opened()
    app.file_uploader("osm_file").set_value(("x.osm", extract.encode(), "application/xml")).run()
    button(app, "Take the layers from the extract").click().run()
    assert not app.exception
    assert {r.name: r.version for r in workspace.layers()}["shop"] == 1
    assert button(app, "Merge the chosen ones (0)").disabled
    button(app, "Choose all with the same name").click().run()
    button(app, "Merge the chosen ones (1)").click().run()
    assert not app.error
    (record,) = (r for r in workspace.layers() if r.name == "shop")
    assert (record.version, workspace.read(record)["osm_id"].tolist()) == (2, ["n1"])
    assert not [b for b in app.button if b.label.startswith("Merge the chosen")]


def test_a_file_of_two_layers_offers_both(workspace: Workspace, tmp_path: Path) -> None:
    one = GeoDataFrame({"name": ["A"]}, geometry=[Point(27.9, 55.1)], crs=4326)
    two = GeoDataFrame({"name": ["B", "C"]}, geometry=[Point(27.9, 55.1), Point(27.8, 55.1)], crs=4326)
    one.to_file(tmp_path / "two.gpkg", layer="first")
    two.to_file(tmp_path / "two.gpkg", layer="second", mode="a")
    app = opened()
    data = (tmp_path / "two.gpkg").read_bytes()
    app.file_uploader("upload_0").set_value(("two.gpkg", data, "application/geopackage+sqlite3")).run()
    app.selectbox("upload_service").set_value("shop").run()
    assert not app.exception
    (layer,) = [s for s in app.selectbox if s.label == "Layer in the file"]
    assert (layer.options, layer.value) == (["first", "second"], "first")
    layer.set_value("second").run()
    assert any("2 features" in t.value for t in app.text)
    button(app, "Accept the layer").click().run()
    assert next(r for r in workspace.layers() if r.name == "shop").features == 2


def test_each_finding_is_accepted_with_one_click_and_shown_before_and_after(workspace: Workspace) -> None:
    ring = [[27.9, 55.1], [27.91, 55.11], [27.91, 55.1], [27.9, 55.11], [27.9, 55.1]]
    features = [{"type": "Feature", "properties": {"name": "A"}, "geometry": {"type": "Polygon", "coordinates": r}}
                for r in ([ring], [[*ring[:1], ring[2], ring[1]]])]  # fmt: skip
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    app = opened()
    app.file_uploader("upload_0").set_value(("x.geojson", data, "application/geo+json")).run()
    app.selectbox("upload_service").set_value("shop").run()
    assert not app.exception
    assert {t.key for t in app.toggle} == {"repair_self_intersection", "repair_ring_unclosed"}
    assert not [b for b in app.button if b.label == "Accept the layer"]
    # Two pictures for each of the two errors.
    assert len(app.image) == 4
    app.toggle("repair_ring_unclosed").set_value(True).run()
    assert not [b for b in app.button if b.label == "Accept the layer"]
    button(app, "Accept all repairs").click().run()
    button(app, "Accept the layer").click().run()
    assert not app.error
    record = next(r for r in workspace.layers() if r.name == "shop")
    assert {r["code"] for r in record.origin.repairs} == {"self_intersection", "ring_unclosed"}


def test_a_list_is_joined_to_a_file_of_places_of_the_same_name(workspace: Workspace) -> None:
    app = listed(opened())
    app.radio("names_target").set_value("file").run()
    places = "id,name,lat,lon\n9,Нигде,55.3,27.3\n"
    app.file_uploader("names_places_0").set_value(("census.csv", places.encode(), "text/csv")).run()
    assert not app.exception
    assert [m.value for m in app.metric] == ["1", "0", "0", "3"]
    assert app.radio("names_outcome").options == ["Make the list the layer of settlements"]
    button(app, "Accept the list").click().run()
    assert not app.error
    (record,) = (r for r in workspace.layers() if r.role is Role.DEMAND)
    frame = workspace.read(record)
    assert (record.version, len(frame), int(frame.geometry.notna().sum())) == (2, 4, 1)


def test_the_log_is_shown_with_authors_the_last_change_first(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_USER", "Anna")
    workspace.remove("shop")
    app = opened()
    (log,) = [d.value for d in app.dataframe if "What was done" in d.value.columns]
    assert list(log.loc[0, ["Who", "What was done"]]) == [
        "Anna",
        "Layer “Shops”: taken out of use (version 1).",
    ]
    assert log["What was done"].iloc[-1] == "The workspace “X” was made."
