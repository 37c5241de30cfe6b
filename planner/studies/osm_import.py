"""From an OpenStreetMap extract to the layers of a workspace: read all, check all, then keep."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import shapely

from planner.errors import InputError
from planner.layers.check import check, usable
from planner.layers.faults import finding
from planner.layers.findings import Finding
from planner.layers.osm import LICENCE, SOURCE, OsmDistrict, read_osm
from planner.layers.osm_mapping import read_mapping
from planner.layers.prepare import prepare
from planner.layers.schema import BUILDING, Role
from planner.standards.model import Text
from planner.studies import intake
from planner.studies.osm_duplicates import Proposal, compare
from planner.workspace import Addition, District, LayerOrigin, LayerRecord, Workspace, founding, shown_as
from planner.workspace.contract import layer_name

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Progress = Callable[[float, str], None]
Replace = Collection[str] | Literal["all"]

_READING, _CHECKING = 0.6, 0.8
_BOUNDARY: Text = {"en": "Boundary", "ru": "Граница", "be": "Мяжа"}
_TITLES: Mapping[tuple[Role, str], Text] = {
    (Role.BOUNDARY, ""): _BOUNDARY,
    (Role.DEMAND, ""): {"en": "Settlements", "ru": "Населённые пункты", "be": "Населеныя пункты"},
    (Role.ROADS, ""): {"en": "Roads", "ru": "Дороги", "be": "Дарогі"},
    (Role.ZONES, ""): {"en": "Zones", "ru": "Сельсоветы", "be": "Сельсаветы"},
    (Role.DEMAND, BUILDING): {"en": "Buildings", "ru": "Здания", "be": "Будынкі"},
}


@dataclass(frozen=True)
class Imported:
    """What was taken from an extract.

    Attributes
    ----------
    layers : tuple of LayerRecord
        Those that were kept; none where a finding is an error.
    counts : mapping of str to int
        Features of every layer that the extract holds, by the layer's name, kept or not.
    findings : tuple of Finding
    proposals : tuple of Proposal
        For each layer that another source has filled already: what the extract would change. Nothing of it was done.
    """

    layers: tuple[LayerRecord, ...]
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]
    proposals: tuple[Proposal, ...]

    @property
    def acceptable(self) -> bool:
        """Whether no finding is an error."""
        return usable(self.findings)


@dataclass(frozen=True)
class _Layer:
    """A layer that is checked and ready to be kept."""

    role: Role
    service: str
    frame: GeoDataFrame
    title: Text
    origin: LayerOrigin

    @property
    def name(self) -> str:
        return layer_name(self.role, self.service)


@dataclass(frozen=True)
class _Ready:
    """All that an extract holds of a district, checked."""

    district: OsmDistrict
    layers: tuple[_Layer, ...]
    findings: tuple[Finding, ...]


def import_osm(
    workspace: Workspace,
    extract: Path,
    *,
    boundary: Path | None = None,
    district: str | None = None,
    mapping: Path | None = None,
    replace: Replace = (),
    expected: str | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Take the layers of a district from an OpenStreetMap extract.

    All of it is read and checked before anything is written, and what is kept is kept in one step: all of it is there
    or nothing, and :meth:`planner.workspace.Workspace.undo` takes it back as a whole. A layer that another source has
    filled is left in use, and what the extract holds is proposed, unless it is named in `replace`.

    Parameters
    ----------
    workspace : Workspace
    extract : pathlib.Path
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    boundary : pathlib.Path, optional
        A file with the district's outline; it becomes the boundary of the workspace.
    district : str, optional
        The district's name or relation in the extract; its outline becomes the boundary of the workspace. Where
        neither is given, the boundary that the workspace has is taken; where it has none, the whole extract.
    mapping : pathlib.Path, optional
        Which tags become what; without it, the mapping that comes with the program.
    replace : collection of str or "all"
        Layers by name or service, such as ``post_office`` or ``roads``, that the extract may take the place of.
    expected : str, optional
        The version of the workspace that the planner had looked at; the one at the start if not given.
    progress : callable, optional
        Called with the share done, from 0 to 1, and what is being done.

    Raises
    ------
    InputError
        If a file cannot be read or used; the workspace then is as it was.
    ConflictError
        If somebody else has changed one of the layers meanwhile; nothing is written then.
    WorkspaceError
        If the workspace cannot be written.
    """
    show = progress or (lambda share, what: None)
    looked_at = workspace.version()
    records = {record.name: record for record in workspace.layers()}
    outline = None
    if boundary is None and district is None and (record := records.get(layer_name(Role.BOUNDARY, ""))):
        outline = shapely.union_all(workspace.read(record).geometry.to_numpy())
    ready = _ready(extract, boundary, district, mapping, outline, show)
    _refuse_unknown(replace, ready, records)
    others = {
        layer.name: records[layer.name]
        for layer in ready.layers
        if layer.role is not Role.BOUNDARY
        and layer.name in records
        and records[layer.name].origin.source != SOURCE
        and not _named(layer, replace)
    }
    proposals = tuple(
        compare(layer.frame, workspace.read(others[layer.name]), others[layer.name], layer.origin)
        for layer in ready.layers
        if layer.name in others
    )
    return _kept(workspace, ready, set(others), proposals, show, expected or looked_at)


def found_from_osm(
    location: str | Path,
    extract: Path,
    *,
    boundary: Path | None = None,
    district: str | None = None,
    jurisdiction: str = "BY",
    mapping: Path | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Make a workspace for a district with all that an OpenStreetMap extract holds of it.

    Parameters
    ----------
    location : str or pathlib.Path
        A path or the address of a database, where nothing stands yet.
    jurisdiction : str
        Whose standards apply.
    extract, boundary, district, mapping, progress
        As :func:`import_osm` takes them; one of `boundary` and `district` has to be given.

    Raises
    ------
    InputError
        If a file cannot be read or used; no workspace is made then.
    WorkspaceError
        If it cannot be written.
    """
    if boundary is None and district is None:
        raise InputError(
            "There is no workspace {path} yet, and nothing says which district it is to be of.",
            "Name the district with --district NAME, or give its outline with --boundary FILE.",
            path=shown_as(location),
        )
    show = progress or (lambda share, what: None)
    ready = _ready(extract, boundary, district, mapping, None, show)
    if not usable(ready.findings):
        return Imported((), _counts(ready), ready.findings, ())
    with founding(location, District(_district_name(ready, boundary), jurisdiction)) as workspace:
        return _kept(workspace, ready, set(), (), show)


def _ready(
    extract: Path,
    boundary: Path | None,
    district: str | None,
    mapping: Path | None,
    outline: Any,
    show: Progress,
) -> _Ready:
    """Read and check everything; nothing is written."""
    rules = read_mapping(mapping)
    layers: list[_Layer] = []
    findings: list[Finding] = []
    if boundary is not None:
        layer, found = _from_file(boundary)
        layers.append(layer)
        findings += found
        outline = shapely.union_all(layer.frame.geometry.to_numpy())
    read = read_osm(
        extract, outline=outline, district=district, mapping=rules,
        progress=lambda share, what: show(share * _READING, what),
    )  # fmt: skip
    for number, layer_read in enumerate(read.layers):
        show(_READING + (_CHECKING - _READING) * number / len(read.layers), layer_read.reading.name)
        reading, role, service = layer_read.reading, layer_read.role, layer_read.service
        against = None if role is Role.BOUNDARY else read.outline
        # Columns that have no meaning in a role are the mapping's own doing: no news to anybody. Nor is it that nobody
        # has counted the people of each building.
        known = {"columns_unknown"} | ({"population_missing"} if service == BUILDING else set())
        found = [each for each in check(reading, role, district=against) if each.code not in known]
        findings += found
        origin = LayerOrigin(
            file_name=extract.name, file_digest=read.digest, source=SOURCE, licence=LICENCE,
            findings=tuple(each.as_dict() for each in found),
        )  # fmt: skip
        title = _TITLES.get((role, service)) or {"en": layer_name(role, service)}
        layers.append(
            _Layer(role, service, prepare(reading.frame, role, service=service or None), title, origin)
        )
    present = {layer.role for layer in layers if not layer.service}
    findings += [
        finding(code, extract.stem)
        for role, code in ((Role.DEMAND, "osm_no_places"), (Role.ROADS, "osm_no_roads"))
        if role not in present
    ]
    return _Ready(read, tuple(layers), tuple(findings))


def _from_file(path: Path) -> tuple[_Layer, list[Finding]]:
    """Return the outline of a file as a layer."""
    proposal = intake.examine(path, Role.BOUNDARY)
    repaired = intake.mend(proposal)
    if not repaired.acceptable:
        worst = next(f for f in repaired.left if f.severity == "error")
        raise InputError(worst.message_template, worst.fix_template, **worst.values)
    origin = LayerOrigin(
        file_name=path.name, file_digest=proposal.reading.digest,
        encoding=proposal.reading.encoding or "", findings=tuple(f.as_dict() for f in proposal.findings),
    )  # fmt: skip
    return _Layer(Role.BOUNDARY, "", repaired.frame, _BOUNDARY, origin), list(proposal.findings)


def _kept(
    workspace: Workspace,
    ready: _Ready,
    left: set[str],
    proposals: tuple[Proposal, ...],
    show: Progress,
    looked_at: str | None = None,
) -> Imported:
    """Keep the layers that are not left aside, in one step."""
    wanted = [
        Addition(layer.frame, layer.role, layer.service, layer.title, layer.origin)
        for layer in ready.layers
        if layer.name not in left
    ]
    records: tuple[LayerRecord, ...] = ()
    if wanted and usable(ready.findings):
        show(_CHECKING, "layers")
        records = workspace.add_all(wanted, expected=looked_at)
    show(1.0, "")
    return Imported(records, _counts(ready), ready.findings, proposals)


def _counts(ready: _Ready) -> dict[str, int]:
    return {layer.name: len(layer.frame) for layer in ready.layers}


def _named(layer: _Layer, replace: Replace) -> bool:
    return replace == "all" or layer.name in replace or (bool(layer.service) and layer.service in replace)


def _refuse_unknown(replace: Replace, ready: _Ready, records: Mapping[str, LayerRecord]) -> None:
    """Refuse to replace what neither the extract nor the workspace has: a slip of the pen, most likely."""
    if replace == "all":
        return
    known = {name for layer in ready.layers for name in (layer.name, layer.service) if name} | set(records)
    unknown = sorted(set(replace) - known)
    if unknown:
        raise InputError(
            "There is no layer {name} to replace; there are: {known}.",
            "Name one of these, or all.",
            name=", ".join(unknown), known=", ".join(sorted(known)),
        )  # fmt: skip


def _district_name(ready: _Ready, boundary: Path | None) -> Text:
    named = ready.district.named
    if named is None:
        stem = boundary.stem if boundary is not None else ""
        return dict.fromkeys(("en", "ru", "be"), stem)
    plain = named.tags.get("name", named.id)
    return {code: named.tags.get(f"name:{code}", plain) for code in ("en", "ru", "be")}
