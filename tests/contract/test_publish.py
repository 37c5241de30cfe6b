"""A district that is published to a database and brought back is the district that it was."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

from planner.cli import main
from planner.errors import WorkspaceError
from planner.layers.schema import Role
from planner.studies.publish import publish
from planner.workspace import Workspace, open_workspace
from planner.workspace.contract import content_digest
from planner.workspace.recorded import RecordedWorkspace
from tests.contract.backends import DISTRICT, Backend, Database, Files
from tests.contract.layers import add, points, same

pytestmark = pytest.mark.postgis
LONG = "населения на начало года по данным сельского исполнительного"


def storied(backend: Backend) -> Workspace:
    """Return a district with a past."""
    workspace = backend.create()
    frame = points(
        4,
        **{
            LONG: [1.5, float("nan"), float("inf"), -0.0],
            f"{LONG} комитета": ["а", None, "", "𝄞"],
            'x"; DROP TABLE planner_layers; --': [1, 2, 3, 2**62],
            "open": [True, False, True, True],
            "since": pd.Series(
                ["2020-01-02T03:04:05.678", None, "1999-12-31", "2100-01-01"], dtype="datetime64[ms]"
            ),
            "small": np.array([1, 2, 3, -4], dtype=np.int32),
            "%s ? :x": ["%s", "?", "\\N", "\t"],
            "nothing": [None] * 4,
        },
    )
    add(workspace, frame, file_name="клуб.csv", source="Реестр", findings=({"code": "hole", "count": 2},))
    add(workspace, points(2), modelled=True)
    add(workspace, points(0), "empty")
    add(workspace, GeoDataFrame({"id": ["a"]}, geometry=[None], crs=4326), "lost")
    shapes = [
        shapely.Point(27, 55, 130),
        shapely.box(27, 55, 28, 56),
        None,
        shapely.LineString([(1, 2), (3, 4)]),
    ]
    add(workspace, GeoDataFrame({"id": list("abcd")}, geometry=shapes, crs=4326), "", role=Role.DEMAND)
    workspace.restore("club", 1)
    workspace.remove("empty")
    workspace.set_standards("a: 'ў'")
    workspace.set_standards("")
    return workspace


def alike(copy: Workspace, original: Workspace) -> None:
    """Fail where two workspaces differ in anything that they keep."""
    assert copy.district == original.district
    assert copy.layers(history=True) == original.layers(history=True)
    assert copy.layers() == original.layers()
    assert copy.log() == original.log()
    assert copy.standards() == original.standards()
    assert copy.version() == original.version()
    assert cast(RecordedWorkspace, copy).snapshot() == cast(RecordedWorkspace, original).snapshot()
    for record in original.layers(history=True):
        found, given = copy.read(record), original.read(record)
        same(found, given)
        assert found.dtypes.astype(str).tolist() == given.dtypes.astype(str).tolist()
        assert content_digest(found) == content_digest(given)


def test_there_and_back_again(files: Files, database: Database) -> None:
    original = storied(files)
    there = publish(original, database.location())
    alike(open_workspace(there.location), original)
    back = publish(there, files.location("back"))
    alike(open_workspace(back.location), original)
    # What was copied lives on, as the original does.
    for workspace in (original, there, back):
        assert add(workspace, points(1)).version == 3
        assert workspace.restore("empty", 1).current
    assert there.version() == back.version() == original.version()


def test_from_one_schema_or_file_to_another(backend: Backend) -> None:
    original = storied(backend)
    alike(publish(original, backend.location("copy")), original)


def test_the_sample_arrives_whole(sample_file: Path, files: Files, database: Database) -> None:
    original = open_workspace(sample_file)
    there = publish(original, database.location())
    alike(there, original)
    alike(publish(there, files.location("back")), original)


def test_nothing_is_overwritten(files: Files, database: Database) -> None:
    original, there = storied(files), database.create()
    before = there.log()
    with pytest.raises(WorkspaceError, match="exists already"):
        publish(original, there.location)
    with pytest.raises(WorkspaceError, match="exists already"):
        publish(there, original.location)
    assert there.log() == before
    assert original.district == DISTRICT


def test_a_copy_that_does_not_arrive_as_it_was_is_no_copy(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = storied(backend)
    read = RecordedWorkspace.__subclasses__()  # both kinds are at hand once one of each has been used
    kind = next(k for k in read if isinstance(original, k))
    genuine = kind.read

    def altered(self: Any, record: Any) -> GeoDataFrame:
        frame = genuine(self, record)
        return frame if self is original else frame.assign(id="other")

    monkeypatch.setattr(kind, "read", altered)
    with pytest.raises(WorkspaceError, match=r"does not arrive in .* as it was; nothing was copied"):
        publish(original, backend.location("copy"))
    with pytest.raises(WorkspaceError, match="no workspace"):
        open_workspace(backend.location("copy"))


def test_the_command_copies_there_and_back(
    files: Files, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    original = storied(files)
    secret = database.location().replace("postgres@", "postgres:hush@")
    assert main(["publish", original.location, secret]) == 0
    assert main(["publish", secret, files.location("back")]) == 0
    assert main(["publish", original.location, secret]) == 2
    told = capsys.readouterr()
    assert "4 layers" not in told.out
    assert "3 layers in 5 versions" in told.err
    assert "exists already" in told.err
    assert "hush" not in told.out + told.err
    alike(open_workspace(files.location("back")), original)


def test_commands_take_the_address_of_a_database(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    location = database.location()
    outline = tmp_path / "outline.geojson"
    shape = shapely.to_geojson(shapely.box(27, 55, 28, 56))
    outline.write_text(f'{{"type": "Feature", "properties": {{}}, "geometry": {shape}}}')
    assert main(["new", location, "--name", "Town", "--boundary", str(outline)]) == 0
    clubs = tmp_path / "clubs.csv"
    clubs.write_text("id,lat,lon\na,55.5,27.5\n")
    assert main(["add", location, str(clubs), "--as", "facilities", "--service", "club"]) == 0
    assert main(["remove", location, "club"]) == 0
    capsys.readouterr()
    assert main(["layers", location, "--history"]) == 0
    listed = capsys.readouterr().out
    assert [line.split()[:2] for line in listed.splitlines()[1:]] == [
        ["boundary", "1"],
        ["club", "1"],
        ["club", "1"],
    ]
    assert listed.splitlines()[3].split()[4] == "removed"
    assert main(["restore", location, "club", "1"]) == 0
    assert main(["standards", "use", location]) == 0
    assert [r.name for r in open_workspace(location).layers()] == ["boundary", "club"]
    assert dt.datetime.now(dt.UTC) - open_workspace(location).log()[0].at < dt.timedelta(minutes=5)
