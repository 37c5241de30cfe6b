"""Where a district lives: layers with their versions, standards, log.

A location is the path of a GeoPackage file, or the address of a schema in a PostGIS database,
``postgresql://user@host/database?schema=planner_name``.
"""

from contextlib import AbstractContextManager
from pathlib import Path

from planner.workspace.contract import (
    Addition,
    District,
    LayerOrigin,
    LayerRecord,
    LogEntry,
    Workspace,
)
from planner.workspace.database_url import DatabaseUrl, is_database
from planner.workspace.geopackage import GeoPackageWorkspace
from planner.workspace.members import Member, Rank, SignIn, read_sign_in
from planner.workspace.scenario_shelf import ScenarioRecord


def open_workspace(location: str | Path, member: Member | None = None) -> Workspace:
    """Open the workspace at a path or at the address of a database.

    Parameters
    ----------
    location : str or pathlib.Path
    member : Member, optional
        Who is at work, where a team signs in: their name stands in the log, and their role says what they may change.

    Raises
    ------
    WorkspaceError
        If there is none, or it cannot be reached.
    """
    if isinstance(location, str) and is_database(location):
        from planner.workspace.postgis import PostgisWorkspace

        opened: Workspace = PostgisWorkspace.open(location)
    else:
        opened = GeoPackageWorkspace.open(Path(location))
    opened.member = member
    return opened


def is_there(location: str | Path) -> bool:
    """Return whether something stands at a location already.

    Raises
    ------
    WorkspaceError
        If a database cannot be reached.
    """
    if isinstance(location, str) and is_database(location):
        from planner.workspace.postgis import PostgisWorkspace

        return PostgisWorkspace.is_there(location)
    return Path(location).exists()


def shown_as(location: str | Path) -> str:
    """Return a location for people's eyes: the address of a database without its password."""
    if isinstance(location, str) and is_database(location):
        return DatabaseUrl.parse(location).shown_as
    return str(location)


def founding(location: str | Path, district: District) -> AbstractContextManager[Workspace]:
    """Make a new workspace and fill it in a ``with`` block: it is there, whole, when the block ends without an error.

    Raises
    ------
    WorkspaceError
        If something stands there already, or it cannot be written.
    """
    if isinstance(location, str) and is_database(location):
        from planner.workspace.postgis import PostgisWorkspace

        return PostgisWorkspace.founding(location, district)
    return GeoPackageWorkspace.founding(Path(location), district)


def create_workspace(location: str | Path, district: District) -> Workspace:
    """Make a new, empty workspace at a path or in a database.

    Raises
    ------
    WorkspaceError
        If something stands there already, or it cannot be written.
    """
    with founding(location, district) as workspace:
        return workspace


__all__ = [
    "Addition",
    "District",
    "LayerOrigin",
    "LayerRecord",
    "LogEntry",
    "Member",
    "Rank",
    "ScenarioRecord",
    "SignIn",
    "Workspace",
    "create_workspace",
    "founding",
    "is_database",
    "is_there",
    "open_workspace",
    "read_sign_in",
    "shown_as",
]
