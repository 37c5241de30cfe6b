"""What a district alone does not hold: facilities and roads across its border, the regional centre and the capital."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import KDTree

from planner.errors import InputError
from planner.layers.grid import Grid
from planner.layers.schema import WGS84, Role
from planner.results import REFERENCE_KINDS
from planner.standards.catalogue import REFERENCE_SERVICE
from planner.studies.layer import FROM
from planner.studies.national import DISTRICT, NationalLayer, joined
from planner.workspace import Addition, LayerOrigin, LayerRecord, Workspace
from planner.workspace.contract import content_digest

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

WITHIN_KM = 15.0

_SAME_M = 25.0
"""A neighbour's facility that stands so near to one of the district's own of the same service is that one."""

_MOST_OF_IT = 0.5

_BROUGHT = (Role.FACILITIES, Role.ROADS, Role.SERVICE_AREA, Role.LINES)
_NEIGHBOURS = "neighbours from "
"""How the national layer is cited among the sources of a layer."""


@dataclass(frozen=True)
class Brought:
    """What was brought into a workspace.

    Attributes
    ----------
    district : str
        Which of the national layer's districts the workspace is.
    facilities : mapping of str to int
        Neighbours' facilities by service.
    roads : int
        Neighbours' roads.
    areas, lines : mapping of str to int
        Neighbours' service areas, and mains and other lines, by service.
    references : tuple of str
        Kinds of reference places: ``regional_centre``, ``capital``.
    kept_references : bool
        The district has reference places of its own, which were left as they are.
    not_loaded : tuple of str
        Services that the neighbours have and the district has no layer of: nothing was brought, because it is not known
        whether the district has none or they are only not loaded.
    layers : tuple of LayerRecord
        New versions; none where everything was as it is already.
    """

    district: str
    facilities: Mapping[str, int]
    roads: int
    areas: Mapping[str, int]
    lines: Mapping[str, int]
    references: tuple[str, ...]
    kept_references: bool
    not_loaded: tuple[str, ...]
    layers: tuple[LayerRecord, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return what ``planner neighbours --json`` prints."""
        return {
            "district": self.district,
            "facilities": dict(self.facilities),
            "roads": self.roads,
            "areas": dict(self.areas),
            "lines": dict(self.lines),
            "references": list(self.references),
            "kept_references": self.kept_references,
            "not_loaded": list(self.not_loaded),
            "layers": [{"name": r.name, "version": r.version, "features": r.features} for r in self.layers],
        }


def bring_neighbours(
    workspace: Workspace,
    national: str | NationalLayer,
    *,
    within_km: float = WITHIN_KM,
    replace_references: bool = False,
    expected: str | None = None,
) -> Brought:
    """Bring neighbours' facilities, roads, service areas and mains, and the reference places, into a district.

    They become new versions of the district's own layers in one step, which can be taken back. What was brought before
    is replaced, so that it may be done again when the national layer has changed.

    Parameters
    ----------
    workspace : Workspace
        With an outline.
    national : str or NationalLayer
        Where the national layer is, or itself.
    within_km : float
        How far beyond the outline, kilometres as the crow flies.
    replace_references : bool
        Whether reference places of the district's own are replaced as well.
    expected : str, optional
        The version of the workspace that the planner had looked at.

    Raises
    ------
    InputError
        If the workspace has no outline, it lies in no district of the national layer, that is none, or the distance is
        no number of kilometres.
    ConflictError
        If somebody else has changed one of the layers since.
    WorkspaceError
        If one cannot be read or written.
    """
    if not 0 < within_km < float("inf"):
        raise InputError(
            "Neighbours cannot be sought within {distance} km.",
            "Give a distance above 0.",
            distance=within_km,
        )
    source = NationalLayer(national) if isinstance(national, str) else national
    around = _Around(workspace, source.read(Role.ZONES, ""), within_km, source.shown_as)
    additions: list[Addition] = []
    counts: dict[Role, dict[str, int]] = {role: {} for role in _BROUGHT}
    not_loaded: dict[str, None] = {}
    own = {(r.role, r.service): r for r in workspace.layers()}
    for role, service in source.layers:
        if role not in _BROUGHT or service == REFERENCE_SERVICE:
            continue
        near = around.near(source.inside(role, service, around.box))
        mine = own.get((role, service))
        if mine is None:
            not_loaded |= {service or str(role): None} if len(near) else {}
            continue
        frame = workspace.read(mine)
        near = around.new(near, frame, role)
        counts[role][service] = len(near)
        additions += _addition(mine, frame, near, source)
    references, kept, more = _references(workspace, own, source, around, replace_references)
    additions += more
    records = workspace.add_all(additions, expected=expected) if additions else ()
    return Brought(
        around.id, counts[Role.FACILITIES], sum(counts[Role.ROADS].values()), counts[Role.SERVICE_AREA],
        counts[Role.LINES], references, kept, tuple(not_loaded), tuple(records),
    )  # fmt: skip


class _Around:
    """The surroundings of a district: which one it is, and what lies near to it outside."""

    def __init__(self, workspace: Workspace, zones: GeoDataFrame, within_km: float, shown_as: str) -> None:
        record = next((r for r in workspace.layers() if r.role is Role.BOUNDARY), None)
        if record is None:
            raise InputError(
                "The workspace {path} holds no outline.",
                "Add it with: planner add {path} FILE --as boundary",
                path=workspace.shown_as,
            )
        outline = shapely.union_all(workspace.read(record).geometry.to_numpy())
        west, south, east, north = outline.bounds
        self.grid = Grid.around([west, east], [south, north])
        self.outline = self.grid.project(outline)
        west, _, east, _ = self.outline.bounds
        self.within_m = within_km * 1000.0 * float(Grid.scale(np.array([(west + east) / 2]))[0])
        # A tenth wider than asked for: what the box lets through is looked at in metres afterwards.
        self.box = tuple(
            shapely.bounds(self.grid.unproject(shapely.buffer(self.outline, within_km * 1100.0)))
        )
        shapely.prepare(self.outline)
        self.id, self.region = self._found(zones, workspace.shown_as, shown_as)

    def _found(self, zones: GeoDataFrame, path: str, national: str) -> tuple[str, str]:
        shapes = self.grid.project(zones.geometry.to_numpy())
        common = shapely.area(
            shapely.intersection(shapely.make_valid(shapes), shapely.make_valid(self.outline))
        )
        best = int(np.argmax(common))
        if common[best] < _MOST_OF_IT * shapely.area(self.outline):
            raise InputError(
                "{path} lies in none of the districts of {national}.",
                "Build the national layer with it: planner national OUT WORKSPACES...",
                path=path, national=national,
            )  # fmt: skip
        row = zones.iloc[best]
        return str(row["id"]), str(row["region"] or "")

    def near(self, frame: GeoDataFrame) -> GeoDataFrame:
        """Return features of other districts that lie not too far from this one.

        Also within its outline: a district's facilities stand where its people are, not always inside its border.
        """
        shapes = self.grid.project(frame.geometry.to_numpy())
        there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        there &= (frame[DISTRICT] != self.id).to_numpy()
        there &= shapely.dwithin(self.outline, shapes, self.within_m)
        return frame[there].reset_index(drop=True)

    def new(self, near: GeoDataFrame, own: GeoDataFrame, role: Role) -> GeoDataFrame:
        """Return what is not among the district's own already."""
        if not len(near):
            return near
        mine = own[_own(own)].geometry.to_numpy()
        if role is not Role.FACILITIES:
            known = set(shapely.to_wkb(_written(mine)).tolist())
            shapes = _written(near.geometry.to_numpy())
            # A road between two neighbours, and an area over both, is in both their layers.
            _, first = np.unique(shapely.to_wkb(shapes).astype(object), return_index=True)
            kept = np.zeros(len(near), dtype=bool)
            kept[first] = True
            kept &= np.array([blob not in known for blob in shapely.to_wkb(shapes).tolist()], dtype=bool)
            return near[kept].reset_index(drop=True)
        at = self._points(mine)
        if not len(at):
            return near
        away, _ = KDTree(at).query(self._points(near.geometry.to_numpy()))
        return near[away > _SAME_M].reset_index(drop=True)

    def _points(self, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
        there = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
        return np.asarray(shapely.get_coordinates(shapely.point_on_surface(self.grid.project(there))))


def _own(frame: GeoDataFrame) -> npt.NDArray[np.bool_]:
    if FROM not in frame:
        return np.ones(len(frame), dtype=bool)
    return np.asarray(frame[FROM].isna() | (frame[FROM] == ""), dtype=bool)


def _written(lines: npt.NDArray[np.object_]) -> Any:
    """Return shapes so that the same one is the same whichever way it was drawn, to a tenth of a metre."""
    return shapely.normalize(shapely.set_precision(shapely.force_2d(lines), 1e-6, mode="pointwise"))


def _addition(
    mine: LayerRecord, frame: GeoDataFrame, near: GeoDataFrame, source: NationalLayer
) -> list[Addition]:
    """Return the layer with its neighbours as a new version; nothing where it is that already."""
    own = frame[_own(frame)].reset_index(drop=True)
    if not len(near):
        whole = own.drop(columns=FROM, errors="ignore")
        origin = dataclasses.replace(mine.origin, source=_own_source(mine.origin.source))
    else:
        brought = near.rename(columns={DISTRICT: FROM})
        said = "modelled" if mine.origin.modelled else _own_source(mine.origin.source)
        texts = own["source"] if "source" in own else np.full(len(own), "", dtype=object)
        own["source"] = [said if text is None or text != text or text == "" else text for text in texts]
        own[FROM] = ""
        whole = joined([own, brought])
        origin = dataclasses.replace(
            mine.origin,
            source=_cited(mine.origin.source, source),
            modelled=bool(len(whole)) and bool((whole["source"] == "modelled").all()),
        )
    if FROM not in frame and not len(near):
        return []
    if content_digest(whole) == mine.digest:
        return []
    return [Addition(whole, mine.role, mine.service, mine.title, origin)]


def _cited(own: str, source: NationalLayer) -> str:
    return "; ".join(filter(None, (_own_source(own), f"{_NEIGHBOURS}{source.shown_as}")))


def _own_source(cited: str) -> str:
    """Return what a layer was cited as before neighbours were brought into it."""
    return "; ".join(part for part in cited.split("; ") if not part.startswith(_NEIGHBOURS))


def _references(
    workspace: Workspace,
    own: Mapping[tuple[Role, str], LayerRecord],
    source: NationalLayer,
    around: _Around,
    replace: bool,
) -> tuple[tuple[str, ...], bool, list[Addition]]:
    """Return the kinds of reference places that are there now, whether they are the district's own, and what to add."""
    from geopandas import GeoDataFrame

    mine = own.get((Role.FACILITIES, REFERENCE_SERVICE))
    if mine is not None and not replace:
        frame = workspace.read(mine)
        if _own(frame).any():
            known = [kind for kind in REFERENCE_KINDS[1:] if (frame["reference"] == kind).any()]
            return tuple(known), True, []
    centres = source.read(Role.FACILITIES, REFERENCE_SERVICE)
    capital = np.flatnonzero(centres["reference"] == "capital")
    regional = np.flatnonzero(
        (centres["reference"] == "regional_centre") & (centres["region"] == around.region)
    )
    if not regional.size and capital.size and centres["region"].iloc[int(capital[0])] == around.region:
        # The capital is the centre of the region around it.
        regional = capital
    rows = [
        centres.iloc[[int(found[0])]].assign(
            reference=kind, **{FROM: centres["id"].iloc[int(found[0])]}, id=kind
        )
        for kind, found in zip(REFERENCE_KINDS[1:], (regional, capital), strict=True)
        if found.size and (kind == "capital" or around.region)
    ]
    kinds = tuple(str(row["reference"].iloc[0]) for row in rows)
    if not rows:
        return (), False, []
    whole = GeoDataFrame(joined(rows), geometry="geometry", crs=WGS84)
    if mine is not None and content_digest(whole) == mine.digest:
        return kinds, False, []
    title = mine.title if mine is not None else source.layers[Role.FACILITIES, REFERENCE_SERVICE].title
    origin = LayerOrigin(source=_cited("", source), modelled=bool((whole["source"] == "modelled").all()))
    return kinds, False, [Addition(whole, Role.FACILITIES, REFERENCE_SERVICE, title, origin)]
