"""Doubtful names, settled by a planner: kept, read again, and brought into a workspace with their history."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.cli import main
from planner.errors import ConflictError, InputError, NotAcceptableError
from planner.layers.schema import Role
from planner.studies import intake
from planner.studies.matching import Matching, match_list
from planner.studies.settling import claimed_twice, read_decisions, settle, write_decisions
from planner.studies.taking_names import take
from planner.workspace import District, Workspace, create_workspace, open_workspace

PLACES = (
    "id,name,name_be,kind,population,lat,lon\n"
    "007,Halubichy,Галубічы,agrotown,10,55.1,27.9\n2,Залесье,,village,20,55.2,27.7\n"
    "3,Залесье,,village,30,55.3,27.8\n4,Озеро,,village,40,55.4,27.6\n"
)
LIST = "settlement,selsovet,pop2009\nаг Голубичи,Голубичский,394\nд Залесье,,136\nд Залесье,,57\nд Нигде,,1\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path / "w.gpkg", District({"en": "X"}))
    (tmp_path / "places.csv").write_text(PLACES, "utf-8")
    proposal = intake.examine(tmp_path / "places.csv", Role.DEMAND)
    intake.keep(made, proposal, intake.mend(proposal, "all"))
    return made


@pytest.fixture
def matching(workspace: Workspace, tmp_path: Path) -> Matching:
    (tmp_path / "census.csv").write_text(LIST, "utf-8")
    return match_list(tmp_path / "census.csv", workspace.location)


def people(workspace: Workspace) -> dict[str, float]:
    (record,) = workspace.layers()
    frame = workspace.read(record)
    return dict(zip(frame["id"], frame["population"], strict=True))


def test_a_decision_stands_in_place_of_a_doubt(matching: Matching) -> None:
    assert matching.counts == {"sure": 1, "doubtful": 2, "none": 1, "settled": 0}
    settled = settle(matching, {1: "3", 2: "", 3: "4"})
    assert settled.counts == {"sure": 1, "doubtful": 0, "none": 1, "settled": 2}
    assert [one.locality.id if one.locality else None for one in settled.matches] == ["007", "3", None, "4"]
    with pytest.raises(InputError, match="not known"):
        settle(matching, {1: "99"})
    with pytest.raises(InputError, match="not known"):
        settle(matching, {9: "3"})


def test_decisions_are_kept_in_a_file_and_fit_a_list_in_another_order(
    matching: Matching, workspace: Workspace, tmp_path: Path
) -> None:
    kept = tmp_path / "decisions.csv"
    kept.write_text(write_decisions(matching, {0: "007", 1: "3", 3: ""}), "utf-8", newline="")
    assert read_decisions(kept, matching).decisions == {0: "007", 1: "3", 3: ""}
    head, first, *others = LIST.splitlines()
    (tmp_path / "turned.csv").write_text("\n".join([head, *others, first]), "utf-8")
    turned = match_list(tmp_path / "turned.csv", workspace.location)
    reread = read_decisions(kept, turned)
    assert (dict(reread.decisions), reread.unknown) == ({3: "007", 0: "3", 2: ""}, ())


def test_decisions_that_fit_nothing_are_named(matching: Matching, tmp_path: Path) -> None:
    kept = tmp_path / "decisions.csv"
    kept.write_text("name,decision,place_id\nд Нигде,joined,77\nд Другая,none,\nд Залесье,,\n", "utf-8")
    assert read_decisions(kept, matching).unknown == ("д Нигде", "д Другая")
    kept.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(InputError, match="not a file of decisions"):
        read_decisions(kept, matching)


def test_people_of_the_list_are_written_onto_the_places(matching: Matching, workspace: Workspace) -> None:
    done = take(workspace, matching, {1: "3"}, "populations", expected=workspace.version())
    assert people(workspace) == {"007": 394, "2": 20, "3": 136, "4": 40}
    assert (done.joined, done.left, done.people_joined, done.people_left) == (2, 2, 530, 58)
    origin = done.record.origin
    assert (done.record.version, origin.file_name, origin.file_digest) == (
        2,
        "census.csv",
        matching.file_digest,
    )
    assert [r["code"] for r in origin.repairs] == ["names_joined", "name_settled"]
    assert matching.known.digest in origin.repairs[0]["message"]
    assert origin.repairs[1]["feature_ids"] == ["3"]
    workspace.restore("demand", 1)
    assert people(workspace)["007"] == 10


def test_the_list_becomes_the_settlements(matching: Matching, workspace: Workspace) -> None:
    done = take(workspace, matching, {1: "3", 2: "2"}, "layer")
    frame = workspace.read(done.record).set_index("id")
    assert list(frame.index) == ["007", "3", "2", "list-4"]
    assert frame["population"].sum() == 394 + 136 + 57 + 1
    assert (frame.loc["3"].geometry.x, frame.loc["3"].geometry.y) == (27.8, 55.3)
    assert frame.loc["list-4"].geometry is None
    assert (frame.loc["007", "name"], frame.loc["007", "name_be"]) == ("Halubichy", "Галубічы")
    assert (frame.loc["list-4", "name"], frame.loc["list-4", "kind"]) == ("Нигде", "village")


def test_nothing_is_joined_twice_and_nothing_that_has_changed_since(
    matching: Matching, workspace: Workspace, tmp_path: Path
) -> None:
    assert dict(claimed_twice(settle(matching, {1: "3", 2: "3"}))) == {"3": (1, 2)}
    with pytest.raises(NotAcceptableError, match="joined to one place"):
        take(workspace, matching, {1: "3", 2: "3"}, "layer")
    (tmp_path / "places.csv").write_text(PLACES.replace("40", "41"), "utf-8")
    seen = workspace.version()
    proposal = intake.examine(tmp_path / "places.csv", Role.DEMAND)
    intake.keep(workspace, proposal, intake.mend(proposal, "all"))
    with pytest.raises(ConflictError, match="have changed since"):
        take(workspace, matching, {}, "populations")
    with pytest.raises(ConflictError):
        take(workspace, matching, {}, "layer", expected=seen)
    against = match_list(tmp_path / "census.csv", tmp_path / "places.csv")
    with pytest.raises(InputError, match="not to the settlements"):
        take(workspace, against, {}, "populations")


@pytest.mark.parametrize(("column", "value"), [("note", "1"), ("pop2009", "many"), ("pop2009", "-4")])
def test_numbers_that_are_none_are_refused(
    column: str, value: str, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "l.csv").write_text(f"name,{column}\nОзеро,{value}\n", "utf-8")
    with pytest.raises(InputError, match="number of people"):
        take(workspace, match_list(tmp_path / "l.csv", workspace.location), {}, "layer")


def test_the_command_line_settles_and_brings_in(
    matching: Matching, workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed, kept = str(tmp_path / "census.csv"), tmp_path / "open.csv"
    asked = ["match", listed, "--against", workspace.location]
    assert main([*asked, "--open", str(kept)]) == 0
    lines = kept.read_text("utf-8-sig").splitlines()
    assert len(lines) == 4
    kept.write_text("\n".join([lines[0], lines[1].replace(",1,,,,", ",1,joined,2,,"), *lines[2:]]), "utf-8")
    capsys.readouterr()
    into = ["--decisions", str(kept), "--into", workspace.location, "--as", "populations"]
    assert main([*asked, *into, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["decisions"], document["version"], document["counts"]["settled"]) == (1, 2, 1)
    assert people(open_workspace(workspace.location))["2"] == 136
    kept.write_text("name,decision,place_id\nд Другая,joined,2\n", "utf-8")
    assert main([*asked, *into]) == 1
    assert open_workspace(workspace.location).layers()[0].version == 2
