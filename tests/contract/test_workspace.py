"""What every workspace does, whatever it is kept in: one suite for all backends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame

from planner.errors import WorkspaceError
from planner.layers.schema import Role
from planner.workspace import LayerOrigin
from planner.workspace.contract import content_digest
from tests.contract.backends import DISTRICT, Backend
from tests.contract.layers import TITLE, add, points, same

NAN = float("nan")


def test_a_new_workspace_is_empty_and_knows_its_district(backend: Backend) -> None:
    for workspace in (made := backend.create(), backend.reopen(made)):
        assert workspace.district == DISTRICT
        assert workspace.layers() == workspace.layers(history=True) == ()
        assert workspace.standards() == ""
        assert [entry.action for entry in workspace.log()] == ["new"]
        assert workspace.location == backend.location()


def test_a_layer_comes_back_as_it_was_kept(backend: Backend) -> None:
    frame = points(
        4,
        name=["Глубокое", "Кішы ў лесе", 'O\'Brien; "quoted" -- DROP TABLE planner_layers', ""],
        название=["а", None, "в", "г"],
        place_id=["a", None, "c", None],
        population=[18082.0, NAN, 0.0, 0.1 + 0.2],
        seats=np.array([1, -(2**40), 3, 2**52], dtype=np.int64),
        open=[True, False, True, True],
        nothing=[None] * 4,
        text=["𝄞 emoji 🚑", "line\nbreak\ttab", "x" * 5000, "0123"],
    )
    workspace = backend.create()
    record = add(
        workspace, frame, source="Register", licence="CC BY 4.0", file_name="клуб.geojson", encoding="cp1251"
    )
    again = backend.reopen(workspace)
    assert again.layers() == (record,)
    same(again.read(record), frame)
    assert (record.name, record.version, record.role, record.service) == ("club", 1, Role.FACILITIES, "club")
    assert (record.features, record.current, record.title) == (4, True, TITLE)
    assert record.origin == LayerOrigin("клуб.geojson", "", "Register", "CC BY 4.0", False, "cp1251")
    assert abs(dt.datetime.now(dt.UTC) - record.added_at) < dt.timedelta(minutes=5)


def test_a_nothing_with_a_sign_is_kept_as_nothing_and_the_digest_is_of_what_comes_back(
    backend: Backend,
) -> None:
    workspace = backend.create()
    record = add(workspace, points(3, seats=[-0.0, 0.0, 2.5]))
    back = workspace.read(record)
    assert not np.signbit(back["seats"].to_numpy()).any()
    assert content_digest(back) == record.digest


@pytest.mark.parametrize(
    "shape",
    [
        shapely.box(27, 55, 28, 56),
        shapely.MultiPolygon([shapely.box(27, 55, 28, 56), shapely.box(29, 55, 30, 56)]),
        shapely.LineString([(27, 55), (28, 55.123456789012)]),
        shapely.Point(27, 55, 130.5),
        shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(1, 1), (2, 1), (2, 2), (1, 2)]]),
    ],
    ids=lambda shape: f"{shape.geom_type}{'Z' if shape.has_z else ''}",
)
@pytest.mark.parametrize("mixed", [False, True])
def test_geometries_of_every_kind_come_back_to_the_last_digit(
    backend: Backend, shape: Any, mixed: bool
) -> None:
    shapes = [shape, shapely.Point(1, 2), None] if mixed else [shape]
    frame = GeoDataFrame({"id": [str(i) for i in range(len(shapes))]}, geometry=shapes, crs="EPSG:4326")
    workspace = backend.create()
    record = add(workspace, frame)
    same(backend.reopen(workspace).read(record), frame)


def test_a_layer_without_features_or_without_positions(backend: Backend) -> None:
    workspace = backend.create()
    nothing = add(
        workspace, GeoDataFrame({"id": [], "geometry": []}, geometry="geometry", crs="EPSG:4326"), "empty"
    )
    lost = GeoDataFrame({"id": ["a"]}, geometry=[None], crs="EPSG:4326")
    record = add(workspace, lost, "lost")
    assert nothing.features == 0
    assert len(backend.reopen(workspace).read(nothing)) == 0
    same(backend.reopen(workspace).read(record), lost)


def test_findings_and_repairs_are_kept_with_the_layer(backend: Backend) -> None:
    fault = {
        "code": "hole",
        "severity": "warning",
        "count": 2,
        "feature_ids": ["а", "б"],
        "message": "m",
        "fix": "f",
    }
    workspace = backend.create()
    add(
        workspace,
        points(1),
        findings=(fault,),
        repairs=({"code": "hole", "count": 2},),
        file_digest="ab" * 32,
        modelled=True,
    )
    (record,) = backend.reopen(workspace).layers()
    assert record.origin.findings == (fault,)
    assert record.origin.repairs == ({"code": "hole", "count": 2},)
    assert record.origin.modelled is True


def test_a_new_upload_is_a_new_version_and_the_old_one_stays(backend: Backend) -> None:
    workspace = backend.create()
    first, other, second = (
        add(workspace, points(2)),
        add(workspace, points(1), "school"),
        add(workspace, points(3)),
    )
    assert (second.name, second.version) == ("club", 2)
    # In use: the newest of each, in the order they were first added.
    assert workspace.layers() == (second, other)
    history = backend.reopen(workspace).layers(history=True)
    assert [(r.name, r.version, r.current) for r in history] == [
        ("club", 1, False),
        ("club", 2, True),
        ("school", 1, True),
    ]
    same(workspace.read(history[0]), points(2))
    same(workspace.read(second), points(3))
    assert first.digest == history[0].digest != second.digest


def test_an_older_version_can_be_restored_and_the_next_one_is_new_all_the_same(backend: Backend) -> None:
    workspace = backend.create()
    add(workspace, points(2))
    add(workspace, points(3))
    assert (workspace.restore("club", 1).version, workspace.restore("club", 1).current) == (1, True)
    assert [r.version for r in backend.reopen(workspace).layers()] == [1]
    assert add(workspace, points(4)).version == 3
    assert [(r.version, r.current) for r in workspace.layers(history=True)] == [
        (1, False),
        (2, False),
        (3, True),
    ]


@pytest.mark.parametrize(("name", "version"), [("club", 9), ("club", 0), ("nobody", 1)])
def test_what_is_not_there_cannot_be_restored_and_nothing_changes(
    backend: Backend, name: str, version: int
) -> None:
    workspace = backend.create()
    add(workspace, points(2))
    before = workspace.layers(history=True), workspace.log()
    with pytest.raises(WorkspaceError, match="no version"):
        workspace.restore(name, version)
    assert (workspace.layers(history=True), workspace.log()) == before


def test_layers_of_all_roles_live_side_by_side(backend: Backend) -> None:
    workspace = backend.create()
    made = [
        add(workspace, points(1), service, role=role)
        for role, service in (
            (Role.BOUNDARY, ""), (Role.DEMAND, ""), (Role.ROADS, ""), (Role.ZONES, ""), (Role.CANDIDATES, ""),
            (Role.FACILITIES, "mobile"), (Role.SERVICE_AREA, "mobile"), (Role.LINES, "mobile"),
            # Services may be called as roles and other layers are.
            (Role.FACILITIES, "roads"), (Role.FACILITIES, "demand"), (Role.FACILITIES, "mobile_area"),
        )
    ]  # fmt: skip
    assert workspace.layers() == tuple(made)
    assert {r.version for r in made} == {1}


def test_standards_are_kept_and_given_up_again(backend: Backend) -> None:
    workspace = backend.create()
    for text in ("standards: []\n# Норма ‘своя’\n", "other: 1", ""):
        workspace.set_standards(text)
        assert backend.reopen(workspace).standards() == text


def test_the_log_tells_what_was_done_in_order(backend: Backend) -> None:
    workspace = backend.create()
    add(workspace, points(1), file_name="клуб.csv")
    add(workspace, points(2))
    workspace.restore("club", 1)
    workspace.set_standards("a: b")
    told = backend.reopen(workspace).log()
    assert [entry.action for entry in told] == ["new", "add", "add", "restore", "standards"]
    assert told[1].detail == {"layer": "club", "file": "клуб.csv"}
    assert told[3].detail == {"layer": "club", "version": 1}
    assert [entry.at for entry in told] == sorted(entry.at for entry in told)
    assert all(entry.at.tzinfo is not None for entry in told)


def test_the_version_changes_with_every_change_and_returns_with_what_was(backend: Backend) -> None:
    workspace = backend.create()
    steps: list[Callable[[], object]] = [
        lambda: add(workspace, points(2)),
        lambda: add(workspace, points(3)),
        lambda: workspace.set_standards("a: b"),
        lambda: add(workspace, points(2), "school"),
    ]
    seen = [workspace.version()]
    for step in steps:
        step()
        seen.append(workspace.version())
    assert len(set(seen)) == len(seen)
    assert backend.reopen(workspace).version() == seen[-1]
    workspace.restore("club", 1)
    assert workspace.version() not in seen
    workspace.restore("club", 2)
    assert workspace.version() == seen[-1]


def test_the_same_content_has_the_same_digest_wherever_it_is_kept(backend: Backend) -> None:
    one, other = backend.create("one"), backend.create("other")
    assert add(one, points(3, a=[1.5, NAN, 2.0])).digest == add(other, points(3, a=[1.5, NAN, 2.0])).digest
    assert one.version() == other.version()
    record = one.layers()[0]
    assert content_digest(one.read(record)) == record.digest


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.assign(a=[1.0, 2.0, 3.5]),
        lambda f: f.rename(columns={"a": "b"}),
        lambda f: f.iloc[::-1].reset_index(drop=True),
        lambda f: f.set_geometry(gpd.GeoSeries([None, None, None], crs=f.crs)),
        lambda f: f.assign(id=["f0", "f1", "fX"]),
    ],
)
def test_any_other_content_has_another_digest(change: Callable[[GeoDataFrame], GeoDataFrame]) -> None:
    frame = points(3, a=[1.0, 2.0, 3.0])
    assert content_digest(change(frame)) != content_digest(frame)
    assert content_digest(frame.copy()) == content_digest(frame)


def test_what_stands_there_is_not_overwritten(backend: Backend) -> None:
    workspace = backend.create()
    add(workspace, points(1))
    with pytest.raises(WorkspaceError, match="exists already"):
        backend.create()
    assert len(workspace.layers()) == 1


def test_a_workspace_that_is_not_there_says_how_to_make_one(backend: Backend) -> None:
    from planner.workspace import open_workspace

    with pytest.raises(WorkspaceError, match=r"no workspace.*planner new"):
        open_workspace(backend.location("nowhere"))


def test_an_add_that_fails_leaves_everything_as_it_was(backend: Backend) -> None:
    workspace = backend.create()
    add(workspace, points(2))
    before = workspace.version(), workspace.layers(history=True), workspace.log()
    unkeepable = points(1, thing=[object()])
    with pytest.raises(Exception, match=r".+"):
        add(workspace, unkeepable.assign(thing=[complex(1, 2)]))
    again = backend.reopen(workspace)
    assert (again.version(), again.layers(history=True), again.log()) == before
    same(again.read(again.layers()[0]), points(2))


def test_two_who_write_in_turn_do_not_lose_each_others_work(backend: Backend) -> None:
    one = backend.create()
    other = backend.reopen(one)
    add(one, points(1))
    add(other, points(2))
    add(one, points(3), "school")
    assert [(r.name, r.version) for r in one.layers(history=True)] == [
        ("club", 1),
        ("club", 2),
        ("school", 1),
    ]
    assert one.version() == other.version()
