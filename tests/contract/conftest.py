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


@pytest.fixture(params=["geopackage", pytest.param("postgis", marks=pytest.mark.postgis)])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """Return each kind of place where a workspace can be kept."""
    if request.param == "geopackage":
        return Files(tmp_path)
    return Database(request.getfixturevalue("server"))
