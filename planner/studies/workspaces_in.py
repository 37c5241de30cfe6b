"""The workspaces that lie in a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from planner.errors import NotAWorkspaceError, PlannerError
from planner.workspace import open_workspace

ENDING = "gpkg"
"""Of the files that a workspace can be."""


def workspaces_among(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return those of some GeoPackages that are workspaces, or that nobody can tell: a damaged one is to be told of.

    Parameters
    ----------
    paths : iterable of pathlib.Path
        A layer in a GeoPackage of its own is left out.
    """
    return tuple(path for path in paths if _may_be_one(path))


def _may_be_one(path: Path) -> bool:
    try:
        open_workspace(path)
    except NotAWorkspaceError:
        return False
    except PlannerError:
        return True
    return True
