"""From a file to a layer of a workspace: read, check, repair what was accepted, keep."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import shapely

from planner.errors import InputError, NotAcceptableError
from planner.layers.check import check, usable
from planner.layers.country import HOME, country_outline
from planner.layers.findings import Finding
from planner.layers.prepare import prepare
from planner.layers.read import Reading, read
from planner.layers.repair import Repair, mended, repair
from planner.layers.schema import SCHEMAS, WGS84, Role
from planner.standards.model import Text
from planner.studies.progress import Progress, each, part
from planner.workspace import LayerOrigin, LayerRecord, Workspace
from planner.workspace.contract import layer_name

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Accepted = Collection[str] | Literal["all"]

_ROUNDS = 4

_SERVICE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Proposal:
    """A file as it was read, for a planner to accept or refuse.

    Attributes
    ----------
    reading : Reading
    role : Role
    service : str
        Empty for roles without one.
    findings : tuple of Finding
        Errors first.
    district : shapely geometry or None
        The outline that it was checked against, WGS 84.
    places : GeoDataFrame or None
        The settlements whose names it was checked against, WGS 84.
    country : shapely geometry or None
        The outline of the country that it was checked against, WGS 84.
    """

    reading: Reading
    role: Role
    service: str
    findings: tuple[Finding, ...]
    district: Any | None = None
    places: GeoDataFrame | None = None
    country: Any | None = None

    @property
    def repairable(self) -> tuple[str, ...]:
        """Codes of the findings that can be repaired."""
        return tuple(dict.fromkeys(f.code for f in self.findings if f.repairable))


@dataclass(frozen=True)
class Repaired:
    """A file after the accepted repairs.

    Attributes
    ----------
    frame : GeoDataFrame
        Under the role's own column names, WGS 84; where an error is left that forbids it, as it was read.
    repairs : tuple of Repair
    left : tuple of Finding
        What is still found after them.
    """

    frame: GeoDataFrame
    repairs: tuple[Repair, ...]
    left: tuple[Finding, ...]

    @property
    def acceptable(self) -> bool:
        """Whether no error is left."""
        return usable(self.left)


def examine(
    path: Path,
    role: Role,
    service: str = "",
    *,
    workspace: Workspace | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    jurisdiction: str = HOME,
    progress: Progress | None = None,
) -> Proposal:
    """Read a file and say what is wrong with it; nothing is kept yet.

    Parameters
    ----------
    path : pathlib.Path
    role : Role
    service : str
        The service it belongs to, for facilities, service areas and lines.
    workspace : Workspace, optional
        Where it is meant for: features outside its boundary are found.
    crs, encoding, layer : str, optional
        What the planner says of the file, in place of what it says itself.
    jurisdiction : str
        Of a district without a workspace: the country in which it should lie.
    progress : callable, optional
        Told that it is being read, then checked.

    Raises
    ------
    InputError
        If the file cannot be read, or the service is missing or not a name.
    """
    if SCHEMAS[role].needs_service:
        if not service:
            raise InputError(
                "A layer of role {role} belongs to a service.",
                "Name it, for example: --service post_office. See them with: planner standards list",
                role=role,
            )
        if not _SERVICE.fullmatch(service):
            raise InputError(
                "{service} cannot be the name of a service.",
                "Use small Latin letters, digits and underscores, at most 40, for example post_office.",
                service=repr(service),
            )
    else:
        service = ""
    tell = part(progress, 0.0, 1.0)
    tell(0.05, "read")
    reading = read(path, crs=crs, encoding=encoding, layer=layer)
    tell(0.5, "check")
    around = _surroundings(workspace, role, jurisdiction)
    return Proposal(reading, role, service, check(reading, role, **around), **around)


def look(
    path: Path,
    role: Role | None = None,
    *,
    workspace: Workspace | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
) -> tuple[Reading, tuple[Finding, ...]]:
    """Read a file only to say what is wrong with it, whether or not it is known what it is to be.

    Parameters
    ----------
    path : pathlib.Path
    role : Role, optional
    workspace : Workspace, optional
        The district in which it should lie.
    crs, encoding, layer : str, optional
        What the planner says of the file, in place of what it says itself.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    reading = read(path, crs=crs, encoding=encoding, layer=layer)
    return reading, check(reading, role, **_surroundings(workspace, role, HOME))


def _surroundings(workspace: Workspace | None, role: Role | None, jurisdiction: str) -> dict[str, Any]:
    """Return what a layer is checked against: the district, its settlements, the country."""
    if workspace is None:
        return {"country": country_outline(jurisdiction)}
    return {
        "district": _outline(workspace) if role is not Role.BOUNDARY else None,
        "places": _settlements(workspace) if role is Role.FACILITIES else None,
        "country": country_outline(workspace.district.jurisdiction),
    }


def mend(proposal: Proposal, accept: Accepted = (), progress: Progress | None = None) -> Repaired:
    """Apply the accepted repairs; nothing is kept yet.

    Parameters
    ----------
    proposal : Proposal
    accept : collection of str or "all"
        Codes of the findings whose repair is accepted.
    progress : callable, optional
    """
    reading, left = proposal.reading, proposal.findings
    service = proposal.service or None
    repairs: tuple[Repair, ...] = ()
    for _ in each(range(_ROUNDS), progress):
        frame, done = repair(reading, left, accept)
        if not done:
            break
        # Mending one fault can bring another to light, so what is left is found anew, not assumed.
        repairs += done
        reading = mended(reading, frame, done)
        left = check(
            reading,
            proposal.role,
            district=proposal.district,
            places=proposal.places,
            country=proposal.country,
        )
    try:
        prepared = prepare(reading.frame, proposal.role, service=service)
    except InputError:
        # An error among the findings already says why it cannot be brought into the role's form.
        if usable(left):
            raise
        prepared = reading.frame if reading.frame.crs is not None else reading.frame.set_crs(WGS84)
    return Repaired(prepared, repairs, left)


def keep(
    workspace: Workspace,
    proposal: Proposal,
    repaired: Repaired,
    *,
    title: Text | None = None,
    expected: str | None = None,
) -> LayerRecord:
    """Keep a file as the newest version of its layer.

    Parameters
    ----------
    workspace : Workspace
    proposal : Proposal
    repaired : Repaired
    title : mapping of str to str, optional
        By language; the file's name without one.
    expected : str, optional
        The version of the workspace that the planner had looked at.

    Raises
    ------
    ConflictError
        If somebody else has changed the layer since.
    NotAcceptableError
        If an error is left in it; the workspace then is as it was.
    WorkspaceError
        If the workspace cannot be written.
    """
    if not repaired.acceptable:
        worst = next(f for f in repaired.left if f.severity == "error")
        raise NotAcceptableError(worst.message_template, worst.fix_template, **worst.values)
    reading = proposal.reading
    frame = repaired.frame
    modelled = "source" in frame and len(frame) > 0 and bool((frame["source"] == "modelled").all())
    origin = LayerOrigin(
        file_name=reading.path.name,
        file_digest=reading.digest,
        source="modelled" if modelled else "",
        modelled=modelled,
        encoding=reading.encoding or "",
        findings=tuple(f.as_dict() for f in proposal.findings),
        repairs=tuple(_plain(r) for r in repaired.repairs),
    )
    return workspace.add(
        frame, proposal.role, proposal.service,
        title=title or {"en": reading.path.stem}, origin=origin, expected=expected,
    )  # fmt: skip


def replaces(workspace: Workspace, proposal: Proposal) -> LayerRecord | None:
    """Return the layer in use that a file would become a new version of, None where it is the first."""
    name = layer_name(proposal.role, proposal.service)
    return next((r for r in workspace.layers() if r.name == name), None)


def _plain(done: Repair) -> Mapping[str, Any]:
    return {
        "code": done.code,
        "count": done.count,
        "feature_ids": list(done.feature_ids),
        "message": done.message,
    }


def _outline(workspace: Workspace) -> Any | None:
    record = next((r for r in workspace.layers() if r.role is Role.BOUNDARY), None)
    if record is None:
        return None
    return shapely.union_all(workspace.read(record).geometry.to_numpy())


def _settlements(workspace: Workspace) -> GeoDataFrame | None:
    record = next((r for r in workspace.layers() if r.role is Role.DEMAND and not r.service), None)
    return None if record is None else workspace.read(record)


def described(record: LayerRecord) -> dict[str, Any]:
    """Return a layer's record as the command line prints it."""
    plain = dataclasses.asdict(record)
    plain["role"] = str(record.role)
    plain["added_at"] = record.added_at.isoformat()
    return plain
