"""Founding a workspace: for the sample district, or for one of the planner's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from planner.bundle import bundled
from planner.errors import InputError
from planner.layers.prepare import prepare
from planner.layers.read import read
from planner.layers.schema import Role
from planner.studies import intake
from planner.workspace import District, LayerOrigin, Workspace, founding


def found(
    location: str | Path, district: District, boundary: Path, accept: intake.Accepted = ()
) -> Workspace:
    """Make a workspace for a district.

    Parameters
    ----------
    location : str or pathlib.Path
        A path or the address of a database, where nothing stands yet.
    district : District
    boundary : pathlib.Path
        A file with the district's outline.
    accept : collection of str or "all"
        Repairs of the outline that are accepted.

    Raises
    ------
    InputError
        If the district has no name, or the outline cannot be read or used; no workspace is made then.
    WorkspaceError
        If it cannot be written.
    """
    if not district.name["en"].strip():
        raise InputError("A district needs a name.", "Give it with --name NAME.")
    proposal = intake.examine(boundary, Role.BOUNDARY, jurisdiction=district.jurisdiction)
    repaired = intake.mend(proposal, accept)
    with founding(location, district) as workspace:
        intake.keep(workspace, proposal, repaired, title={"en": "Boundary", "ru": "Граница", "be": "Мяжа"})
    return workspace


def found_sample(location: str | Path) -> Workspace:
    """Make a workspace with the sample district.

    Parameters
    ----------
    location : str or pathlib.Path
        A path or the address of a database, where nothing stands yet.

    Raises
    ------
    WorkspaceError
        If it cannot be written.
    """
    folder = bundled("data/geo")
    sample: dict[str, Any] = yaml.safe_load((folder / "sample.yaml").read_text("utf-8"))
    about = sample["district"]
    district = District(about["name"], about["jurisdiction"], about["centre"])
    # Whoever stops it half way finds no district that lacks layers, but none at all.
    with founding(location, district) as workspace:
        for entry in sample["layers"]:
            role, service = Role(entry["role"]), entry.get("service") or ""
            reading = read(folder / entry["file"])
            origin = LayerOrigin(
                file_name=entry["file"],
                file_digest=reading.digest,
                source=entry["source"],
                licence=entry.get("licence", ""),
                modelled=bool(entry["modelled"]),
            )
            frame = prepare(reading.frame, role, service=service or None)
            workspace.add(frame, role, service, title=entry["title"], origin=origin)
    return workspace
