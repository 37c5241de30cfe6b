"""What is particular to a database: addresses, schemas, types and names that PostgreSQL has no room for."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame
from streamlit.testing.v1 import AppTest

from planner.errors import InputError, WorkspaceError
from planner.layers.schema import Role
from planner.studies.founding import found
from planner.studies.publish import publish
from planner.workspace import District, create_workspace, founding, open_workspace
from tests.builders import Town
from tests.contract.backends import DISTRICT, Database
from tests.contract.layers import add, points, same
from tests.contract.postgres import Server

pytestmark = pytest.mark.postgis


@pytest.fixture
def empty(server: Server) -> Iterator[str]:
    """Return the name of a database of the test's own."""
    import psycopg

    name = f"db_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.url(), autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}".encode())
        yield name
        db.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    import psycopg

    with psycopg.connect(url, autocommit=True) as db:
        return db.execute(query.encode()).fetchall()


def test_without_a_schema_the_district_gives_it_and_the_only_one_is_found(server: Server, empty: str) -> None:
    with pytest.raises(WorkspaceError, match=r"no workspace at .*planner new"):
        open_workspace(server.url(database=empty))
    made = create_workspace(server.url(database=empty), DISTRICT)
    assert made.location == server.url("planner_hlybokaye", database=empty)
    assert open_workspace(server.url(database=empty)).location == made.location
    create_workspace(server.url(database=empty), District({"en": "Other"}))
    with pytest.raises(WorkspaceError, match="several workspaces: planner_hlybokaye, planner_other"):
        open_workspace(server.url(database=empty))
    assert open_workspace(made.location).district == DISTRICT


def test_an_empty_schema_may_have_been_made_beforehand_but_nothing_is_touched(
    server: Server, empty: str
) -> None:
    url = server.url(database=empty)
    import psycopg

    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            "CREATE SCHEMA planner_empty; CREATE SCHEMA planner_full; CREATE TABLE planner_full.t (a int)"
        )
    assert create_workspace(server.url("planner_empty", database=empty), DISTRICT).layers() == ()
    with pytest.raises(WorkspaceError, match="exists already"):
        create_workspace(server.url("planner_full", database=empty), DISTRICT)


def test_of_many_who_make_the_same_district_one_does(database: Database) -> None:
    def make(_: int) -> bool:
        try:
            database.create()
        except WorkspaceError as error:
            assert "exists already" in str(error)
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(make, range(4))) == 1


def test_a_district_that_is_not_finished_is_not_there(database: Database, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), founding(database.location(), DISTRICT) as workspace:
        add(workspace, points(1))
        assert len(workspace.layers()) == 1
        raise RuntimeError("stopped")
    with pytest.raises(WorkspaceError, match="no workspace"):
        open_workspace(database.location())
    unusable = tmp_path / "outline.csv"
    unusable.write_text("id,lat,lon\na,55.5,27.5\n")
    with pytest.raises(InputError):
        found(database.location(), DISTRICT, unusable)
    with pytest.raises(WorkspaceError, match="no workspace"):
        open_workspace(database.location())


def test_columns_of_every_type_and_name(database: Database) -> None:
    long = "количество дворов и хозяйств по данным"
    frame = points(3, **{
        f"{long} 2009": [1, 2, 3],
        f"{long} 2019": ["a", None, "c"],
        "geom_": [1.5, 2.5, 3.5],
        "whole": pd.array([1, None, 2**62], dtype="Int64"),
        "maybe": pd.array([True, None, False], dtype="boolean"),
        "truth": [True, None, False],
        "moment": pd.Series(
            [dt.datetime(2020, 1, 2, 3, 4, 5, 678901), None, dt.datetime(1999, 12, 31)], dtype="datetime64[us]"
        ).dt.tz_localize("Europe/Minsk"),
        "day": [dt.date(2020, 2, 29), None, dt.date(1, 1, 1)],
        "blob": [b"\0\xff", None, b""],
        "tiny": pd.array([1, 2, 3], dtype="float32"),
        "kind": pd.Categorical(["a", "b", "a"]),
        "ctid": ["a", "b", "c"],
        "select": ["", " ", "\\."],
    })  # fmt: skip
    workspace = database.create()
    record = add(workspace, frame)
    found = database.reopen(workspace).read(record)
    same(found, frame)
    expected = ["object" if str(d) == "category" else str(d) for d in frame.dtypes]
    assert [str(d) for d in found.dtypes] == expected


def test_geometries_with_a_measure_come_back(database: Database) -> None:
    shapes = [shapely.from_wkt("POINT M (1 2 3)"), shapely.from_wkt("LINESTRING ZM (1 2 3 4, 5 6 7 8)"),
              shapely.from_wkt("POINT EMPTY"), shapely.from_wkt("GEOMETRYCOLLECTION (POINT (1 2))")]  # fmt: skip
    frame = GeoDataFrame({"id": list("abcd")}, geometry=shapes, crs=4326)
    workspace = database.create()
    found = workspace.read(add(workspace, frame))
    assert shapely.to_wkt(found.geometry.to_numpy()).tolist() == shapely.to_wkt(shapes).tolist()


def test_other_programs_see_tables_with_their_type_and_coordinate_system(database: Database) -> None:
    workspace = database.create()
    add(workspace, points(2))
    add(
        workspace,
        GeoDataFrame({"id": ["a"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326),
        "",
        role=Role.ZONES,
    )
    schema = workspace.location.rpartition("=")[2]
    listed = ask(
        database.server.url(),
        "SELECT f_table_name, f_geometry_column, type, srid FROM geometry_columns"
        f" WHERE f_table_schema = '{schema}' ORDER BY 1",
    )
    assert listed == [("club_v1", "geom", "POINT", 4326), ("zones_v1", "geom", "POLYGON", 4326)]


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ([complex(1, 2)], "column odd holds values that cannot be kept"),
        ([{"a": 1}], "column odd holds values that cannot be kept"),
        (["a\0b"], "cannot do that|cannot be kept"),
        (["\ud800"], "cannot do that|cannot be kept"),
        ([2**80], "cannot do that|cannot be kept"),
    ],
)
def test_what_a_table_cannot_hold_is_refused_and_nothing_changes(
    database: Database, column: list[Any], told: str
) -> None:
    workspace = database.create()
    before = workspace.log()
    with pytest.raises(WorkspaceError, match=told):
        add(workspace, points(1).assign(odd=pd.Series(column, dtype=object)))
    assert (workspace.log(), workspace.layers()) == (before, ())


def test_a_service_with_a_name_too_long_for_a_table(database: Database) -> None:
    workspace = database.create()
    kept = [add(workspace, points(n), f"{'long' * 20}{n}") for n in (1, 2)]
    assert [r.features for r in workspace.layers()] == [1, 2]
    for record in kept:
        same(workspace.read(record), points(record.features))


def test_no_password_is_told(server: Server) -> None:
    secret = server.url("planner_x").replace("postgres@", "postgres:hush@")
    workspace = create_workspace(secret.replace("planner_x", f"planner_{uuid.uuid4().hex}"), DISTRICT)
    assert "hush" in workspace.location
    assert "hush" not in workspace.shown_as
    for bad in (
        "postgresql://a:hush@localhost:1/x",
        "postgresql://a:hush@[::bad/x",
        "postgresql://a:hush@h/x?odd=1",
    ):
        with pytest.raises(WorkspaceError) as raised:
            open_workspace(bad)
        assert "hush" not in str(raised.value)


PAGE = """
from planner.i18n import speech
from planner.ui.guard import guarded
from planner.ui.pages import layers

guarded(layers.show)(speech("en"))
"""


def test_the_app_goes_on_when_the_server_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    try:
        workspace = create_workspace(server.url("planner_app"), DISTRICT)
        add(workspace, points(2))
        monkeypatch.setenv("PLANNER_WORKSPACE", workspace.location)
        page = AppTest.from_string(PAGE, default_timeout=60).run()
        assert not page.exception
        assert len(page.dataframe[0].value) == 1
        server.stop()
        page.run()
        assert not page.exception
        assert "cannot be reached" in page.error[0].value
        assert "that the server runs" in page.info[0].value
        server.start()
        page.run()
        assert not page.error
        assert len(page.dataframe[0].value) == 1
    finally:
        server.remove()


EVERY_PAGE = """
import streamlit as st
from planner.i18n import speech
from planner.ui.guard import guarded
from planner.ui.pages import gaps, layers, map_page, parity, report, standards

for page in (gaps, layers, map_page, parity, report, standards):
    st.title(page.__name__.rpartition(".")[2])
    guarded(page.show)(speech("en"))
"""


def test_every_page_says_that_the_server_has_gone_and_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(tmp_path / "town.gpkg").place("a", (0, 0)).place("b", (3000, 0)).road((0, 0), (3000, 0))
    town.boundary((-500, -500, 4000, 500)).facility("post_office", (0, 100))
    server = Server()
    try:
        workspace = publish(town.workspace(), server.url("planner_pages"))
        monkeypatch.setenv("PLANNER_WORKSPACE", workspace.location)
        page = AppTest.from_string(EVERY_PAGE, default_timeout=120).run()
        pages = len(page.title)
        assert not page.exception and not page.error
        server.stop()
        page.run()
        assert not page.exception
        assert len(page.error) == len(page.title) == pages
        assert all("cannot be reached" in error.value for error in page.error)
        server.start()
        page.run()
        assert not page.exception and not page.error
    finally:
        server.remove()
