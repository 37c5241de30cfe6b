"""The backends, and the server that one of them needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.backends import Backend, Database, Files
from tests.contract.postgres import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Return a server of the session's own; for tests marked ``postgis``."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (the extra postgis)")
    made = Server()
    yield made
    made.remove()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Return a folder for GeoPackages."""
    return Files(tmp_path)


@pytest.fixture
def database(server: Server) -> Database:
    """Return a database for schemas."""
    return Database(server)


@pytest.fixture(params=["geopackage", pytest.param("postgis", marks=pytest.mark.postgis)])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Return each kind of place where a workspace can be kept."""
    found: Backend = request.getfixturevalue("files" if request.param == "geopackage" else "database")
    return found
