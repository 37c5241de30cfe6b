"""Addresses of databases: taken apart, put together, shown without their secrets."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import pytest

from planner.errors import WorkspaceError
from planner.workspace import is_database, open_workspace
from planner.workspace.database_url import DatabaseUrl, schema_name


@pytest.mark.parametrize(
    ("location", "server", "schema", "shown"),
    [
        ("postgresql://anna@db:5433/gis?schema=planner_a", "postgresql://anna@db:5433/gis", "planner_a",
         "postgresql://anna@db:5433/gis?schema=planner_a"),
        ("postgres://db/gis", "postgres://db/gis", "", "postgres://db/gis"),
        ("postgresql://anna:s3%40cret@db/gis?schema=a&sslmode=require",
         "postgresql://anna:s3%40cret@db/gis?sslmode=require", "a",
         "postgresql://anna@db/gis?sslmode=require&schema=a"),
        ("postgresql://anna@/gis?host=/run/pg&password=hush", "postgresql://anna@/gis?host=%2Frun%2Fpg&password=hush",
         "", "postgresql://anna@/gis?host=/run/pg"),
        ("postgresql://anna:hush@one:1,two:2/gis", "postgresql://anna:hush@one:1,two:2/gis", "",
         "postgresql://anna@one:1,two:2/gis"),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart_and_shown_without_its_secrets(
    location: str, server: str, schema: str, shown: str
) -> None:
    found = DatabaseUrl.parse(location)
    assert (found.server, found.schema, found.shown_as) == (server, schema, shown)
    assert DatabaseUrl.parse(found.location) == found


@pytest.mark.parametrize("schema", ["Planner", "pg_temp", "a b", 'a"b', "a;b", "1a", "a" * 64, "раён"])
def test_a_schema_has_a_plain_name(schema: str) -> None:
    with pytest.raises(WorkspaceError, match="cannot be the schema of a workspace"):
        DatabaseUrl.parse(f"postgresql://db/gis?schema={schema}")


def test_a_database_has_to_be_named() -> None:
    with pytest.raises(WorkspaceError, match="postgresql://anna@db does not name a database") as raised:
        DatabaseUrl.parse("postgresql://anna:hush@db")
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize(
    "location", ["postgresql://a:hu#sh@db/x", "postgresql://a:hu/sh@db/x", "postgresql://[hu/x"]
)
def test_an_address_that_breaks_off_is_not_shown(location: str) -> None:
    with pytest.raises(WorkspaceError, match="address of the database cannot be read") as raised:
        DatabaseUrl.parse(location)
    assert "hu" not in str(raised.value)


def test_what_a_server_repeats_of_a_password_is_struck_out() -> None:
    url = DatabaseUrl.parse("postgresql://anna:s3%40cret@db/gis?sslpassword=key")
    assert url.without_secrets("wrong: s3@cret\n or s3%40cret, key") == "wrong: *** or ***, ***"


@pytest.mark.parametrize(
    ("district", "schema"),
    [
        ("Hlybokaye district", "planner_hlybokaye_district"), ("Глыбоцкі", "planner_glybotski"),
        ("東京", "planner_district"),
        ("x" * 99, "planner_" + "x" * 55), ("a--b; DROP", "planner_a_b_drop"),
    ],
)  # fmt: skip
def test_a_district_gives_its_schema_a_name(district: str, schema: str) -> None:
    assert schema_name(district) == schema
    assert DatabaseUrl.parse(f"postgresql://db/gis?schema={schema}").schema == schema


def test_paths_are_no_addresses() -> None:
    assert not is_database("postgresql.gpkg")
    assert not is_database("/data/postgresql:/x.gpkg")
    assert is_database("postgres://db/gis")


def test_without_its_library_a_database_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "psycopg":
            raise ImportError("no psycopg")
        return genuine(name, *rest, **more)

    for name in [n for n in sys.modules if n.partition(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(
        WorkspaceError, match=r"needs the package psycopg .*smart-district-planner\[postgis\]"
    ):
        open_workspace("postgresql://db/gis")
