"""A disk that is full for real: a clear message, nothing is lost, and with room again all goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.errors import InputError, PlannerError, WorkspaceError
from planner.layers.read import read
from planner.report import write
from planner.workspace import create_workspace
from tests.builders import Town
from tests.contract.backends import DISTRICT, Files
from tests.contract.layers import add, points
from tests.contract.postgres import Server
from tests.contract.small_disk import MIB, SmallDisk, small_disk
from tests.contract.test_faults import changes, unchanged

ROOT = Path(__file__).resolve().parents[2]
ROOM = "room|space|cannot be written"


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    """Return a disk of 8 MB."""
    with small_disk() as made:
        yield made


@pytest.mark.parametrize("left", [0, 4096, 60_000, 400_000])
def test_a_workspace_on_a_full_disk_stays_what_it_was(disk: SmallDisk, left: int) -> None:
    workspace = Files(disk.folder).create()
    add(workspace, points(400))
    disk.fill(left)
    writes: list[Callable[[], object]] = [
        lambda: add(workspace, points(9000)),
        lambda: workspace.set_standards("a" * 500_000),
        *([] if left else changes(workspace).values()),
        lambda: (
            create_workspace(disk.folder / "new" / "new.gpkg", DISTRICT)
            if not left
            else add(workspace, points(9000))
        ),
    ]
    with unchanged(workspace):
        for write_it in writes:
            with pytest.raises(PlannerError, match=ROOM):
                write_it()
    disk.clear()
    for change in changes(workspace).values():
        change()
    assert {path.suffix for path in disk.folder.iterdir()} <= {".gpkg", ""}


def test_no_room_for_temporary_files(
    disk: SmallDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Files(tmp_path).create()
    frame = points(3000)
    add(workspace, frame)
    frame.to_file(tmp_path / "points.gpkg", driver="GPKG", engine="pyogrio")
    with zipfile.ZipFile(tmp_path / "points.zip", "w") as archive:
        archive.write(tmp_path / "points.gpkg", "points.gpkg")
    monkeypatch.setattr(tempfile, "tempdir", str(disk.folder))
    disk.fill(8192)
    with unchanged(workspace):
        for name in ("points.gpkg", "points.zip"):
            with pytest.raises(InputError, match=r"folder for temporary files.*No space left.*TMPDIR"):
                read(tmp_path / name)
        with pytest.raises(PlannerError, match=ROOM):
            add(workspace, frame)
    disk.clear()
    assert len(read(tmp_path / "points.zip").frame) == 3000
    assert add(workspace, frame).version == 2


def test_a_report_for_which_there_is_no_room(disk: SmallDisk, tmp_path: Path) -> None:
    town = (
        Town(tmp_path / "town.gpkg")
        .place("a", (0, 0))
        .road((0, 0), (900, 0))
        .facility("post_office", (900, 0))
    )
    found = town.assess()
    write(found, ["xlsx"], "en", disk.folder / "out")
    (old,) = (disk.folder / "out").iterdir()
    before = old.read_bytes()
    disk.fill(4096)
    with pytest.raises(InputError, match="report cannot be written"):
        write(found, ["xlsx"], "en", disk.folder / "out")
    assert [path.read_bytes() for path in (disk.folder / "out").iterdir()] == [before]


def test_the_command_says_so_in_one_line(disk: SmallDisk, tmp_path: Path) -> None:
    workspace = Files(disk.folder).create()
    points(6000).to_file(tmp_path / "points.gpkg", driver="GPKG", engine="pyogrio")
    disk.fill(20_000)

    def run(
        *words: str, to: Path | None = None, temporary: Path = tmp_path
    ) -> subprocess.CompletedProcess[bytes]:
        with (to or Path(os.devnull)).open("wb") as sink:
            return subprocess.run(
                [sys.executable, "-m", "planner.cli", *words], stdout=sink, stderr=subprocess.PIPE, cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
            )  # fmt: skip

    with unchanged(workspace):
        layer = ("add", workspace.location, "points.gpkg", "--as", "facilities", "--service", "club")
        runs = [run(*layer), run(*layer, temporary=disk.folder)]
        disk.fill()
        runs.append(run("check", "points.gpkg", "--json", to=disk.folder / "told.json"))
        for done in runs:
            said = done.stderr.decode()
            assert done.returncode == 2, said
            assert "Traceback" not in said and "planner: " in said
            assert any(word in said for word in ROOM.split("|"))


PAGE = """
from planner.i18n import speech
from planner.ui.guard import guarded
from planner.ui.pages import layers

guarded(layers.show)(speech("en"))
"""


def test_the_app_goes_on_when_the_disk_is_full(
    disk: SmallDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Files(disk.folder).create()
    monkeypatch.setenv("PLANNER_WORKSPACE", workspace.location)
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    rows = "".join(f"{i},{27 + i / 1e4:.5f},55,{'x' * 40}\n" for i in range(2000))
    upload = ("posts.csv", f"id,lon,lat,name\n{rows}".encode(), "text/csv")
    page.file_uploader[0].set_value(upload).run()
    page.selectbox(key="upload_service").set_value("post_office").run()
    assert not page.exception and not page.error
    disk.fill(20_000)
    with unchanged(workspace):
        page.button(key="accept").click().run()
        assert not page.exception
        assert any(word in page.error[0].value for word in ROOM.split("|"))
        assert "Make room on the disk" in page.info[0].value
    disk.clear()
    page.button(key="accept").click().run()
    assert not page.exception and not page.error
    assert [record.features for record in workspace.layers()] == [2000]
    # No room for what a browser sends.
    monkeypatch.setattr(tempfile, "tempdir", str(disk.folder))
    disk.fill()
    fresh = AppTest.from_string(PAGE, default_timeout=60).run()
    fresh.file_uploader[0].set_value(upload).run()
    fresh.selectbox(key="upload_service").set_value("post_office").run()
    assert not fresh.exception
    assert "folder for temporary files" in fresh.error[0].value
    disk.clear()
    fresh.run()
    assert not fresh.error
    for each in (page, fresh):
        each.session_state["upload_folder"].close()


@pytest.fixture
def server_on_small_disks() -> Iterator[tuple[Server, SmallDisk]]:
    """Return a server whose tables go to a small disk."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (the extra postgis)")
    with small_disk(24 * MIB) as disk:
        server = Server()
        try:
            yield server, disk
        finally:
            server.remove()


@pytest.mark.postgis
def test_a_server_whose_disk_is_full(server_on_small_disks: tuple[Server, SmallDisk]) -> None:
    import psycopg

    server, disk = server_on_small_disks
    place = disk.folder / "tables"
    place.mkdir()
    os.chown(place, server.folder.stat().st_uid, server.folder.stat().st_gid)
    with psycopg.connect(server.url(), autocommit=True) as db:
        db.execute(f"CREATE TABLESPACE small LOCATION '{place}'".encode())
        db.execute("ALTER DATABASE planner SET default_tablespace = 'small'")
    workspace = create_workspace(server.url("planner_small"), DISTRICT)
    add(workspace, points(400))
    disk.fill(16_384)
    with unchanged(workspace):
        for _ in range(2):
            with pytest.raises(WorkspaceError, match=r"no room left .*No space left.*make room"):
                add(workspace, points(9000))
    disk.clear()
    assert add(workspace, points(9000)).version == 2


@pytest.mark.postgis
def test_a_server_that_a_full_disk_brings_down_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed (the extra postgis)")
    with small_disk(160 * MIB) as disk:
        with monkeypatch.context() as place:
            place.setattr(tempfile, "tempdir", str(disk.folder))
            server = Server()
        try:
            workspace = create_workspace(server.url("planner_down"), DISTRICT)
            record = add(workspace, points(400))
            disk.fill()
            # It first runs out of room for tables; then, where its log cannot grow, it gives up altogether.
            for _ in range(3):
                with pytest.raises(WorkspaceError, match=r"no room left|cannot be reached"):
                    for _ in range(60):
                        add(workspace, points(9000))
            disk.clear()
            server.restart()
            assert workspace.layers()[0].name == record.name
            with unchanged(workspace):
                pass
            assert add(workspace, points(300)).version == workspace.layers()[0].version
        finally:
            server.remove()
