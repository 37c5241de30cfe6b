"""Which standards are in force in a workspace: its own catalogue, or the default set of its jurisdiction."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from planner.standards.catalogue import Catalogue, load, with_text
from planner.standards.model import Standard
from planner.studies.by_building import on_foot
from planner.studies.inputs import By
from planner.workspace import Workspace


def in_force(workspace: Workspace, by: By = "settlement") -> tuple[tuple[Standard, ...], Catalogue]:
    """Return the standards in force, and the catalogue that names their services.

    Parameters
    ----------
    workspace : Workspace
    by : {"settlement", "building"}
        By building those are in force that a town is judged by. Radii then are ways on foot, in the whole catalogue:
        so is a standard that a scenario puts in force.

    Raises
    ------
    StandardsError
        If the workspace's own catalogue cannot be read.
    """
    if by == "building":
        standards, catalogue = standards_by_building(workspace)
        walked = dataclasses.replace(catalogue, standards=tuple(map(on_foot, catalogue.standards)))
        return tuple(map(on_foot, standards)), walked
    catalogue = _catalogue(workspace)
    return catalogue.default(workspace.district.jurisdiction), catalogue


def standards_by_building(workspace: Workspace) -> tuple[tuple[Standard, ...], Catalogue]:
    """Return the standards that a town is judged by where its people are known by building, as their acts have them.

    Raises
    ------
    StandardsError
        If the workspace's own catalogue cannot be read.
    """
    catalogue = _catalogue(workspace)
    return catalogue.by_building(workspace.district.jurisdiction), catalogue


def _catalogue(workspace: Workspace) -> Catalogue:
    own = workspace.standards()
    return with_text(own, workspace.shown_as) if own else load()


def put_in_force(
    workspace: Workspace, path: Path | None, *, expected: str | None = None
) -> tuple[Standard, ...]:
    """Put a planner's own catalogue file in force on top of the built-in one, or return to the latter.

    Parameters
    ----------
    workspace : Workspace
    path : pathlib.Path or None
    expected : str, optional
        The version of the workspace that the planner had looked at.

    Returns
    -------
    tuple of Standard
        Those in force now.

    Raises
    ------
    ConflictError
        If somebody else has changed the standards since.
    StandardsError
        If the file is not acceptable; the workspace then is as it was.
    """
    if path is None:
        workspace.set_standards("", expected=expected)
        return in_force(workspace)[0]
    chosen = load(path).default(workspace.district.jurisdiction)
    workspace.set_standards(path.read_text("utf-8-sig"), expected=expected)
    return chosen
