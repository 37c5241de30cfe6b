"""Where a district lives: layers with their versions, standards, log."""

from pathlib import Path

from planner.workspace.contract import District, LayerOrigin, LayerRecord, LogEntry, Workspace
from planner.workspace.geopackage import GeoPackageWorkspace


def open_workspace(location: str | Path) -> Workspace:
    """Open the workspace at a path.

    Raises
    ------
    WorkspaceError
        If there is none.
    """
    return GeoPackageWorkspace.open(Path(location))


def create_workspace(location: str | Path, district: District) -> Workspace:
    """Make a new workspace at a path.

    Raises
    ------
    WorkspaceError
        If something stands there already, or it cannot be written.
    """
    return GeoPackageWorkspace.create(Path(location), district)


__all__ = [
    "District",
    "LayerOrigin",
    "LayerRecord",
    "LogEntry",
    "Workspace",
    "create_workspace",
    "open_workspace",
]
