"""The national layer: what one district may need to know of all the others, in a workspace of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from planner.errors import InputError
from planner.layers.schema import NAMES, WGS84, Role
from planner.standards.catalogue import REFERENCE_SERVICE
from planner.standards.model import Text, in_language
from planner.studies.centre import centre_of
from planner.studies.inputs import Inputs, load
from planner.studies.layer import FROM, Layer
from planner.studies.parity import measured_services
from planner.studies.regions import Regions, district_ids, read_regions
from planner.studies.standards_in_force import in_force
from planner.workspace import Addition, District, LayerOrigin, Workspace, founding, open_workspace

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

DISTRICT = "district"
"""The column of the national layer that says whose a feature is."""

_TITLES: dict[Role, Text] = {
    Role.ZONES: {"en": "Districts", "ru": "Районы", "be": "Раёны"},
    Role.ROADS: {"en": "Roads", "ru": "Дороги", "be": "Дарогі"},
}
_SHAPES = (Role.ROADS, Role.SERVICE_AREA, Role.LINES)
_ORDER = (Role.ROADS, Role.FACILITIES, Role.SERVICE_AREA, Role.LINES)
_REFERENCES: Text = {"en": "Centres", "ru": "Центры", "be": "Цэнтры"}

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class National:
    """What was built.

    Attributes
    ----------
    workspace : Workspace
    districts : int
    facilities : mapping of str to int
        By service.
    roads : int
    areas, lines : mapping of str to int
        Service areas, and mains and other lines, by service.
    centres : mapping of str to str
        ``regional_centre`` or ``capital`` by district.
    """

    workspace: Workspace
    districts: int
    facilities: Mapping[str, int]
    roads: int
    areas: Mapping[str, int]
    lines: Mapping[str, int]
    centres: Mapping[str, str]


@dataclass(frozen=True)
class _Part:
    """What one district gives."""

    zone: dict[str, Any]
    centre: dict[str, Any]
    facilities: dict[str, GeoDataFrame]
    shapes: dict[tuple[Role, str], GeoDataFrame]
    titles: dict[tuple[Role, str], Text]


def build_national(
    out: str | Path,
    locations: Sequence[str],
    *,
    name: str = "National layer",
    regions: Path | None = None,
    progress: Progress | None = None,
) -> National:
    """Join districts into a national layer: outlines, centres and their measures, facilities, roads, areas, mains.

    It is a workspace itself: a GeoPackage that QGIS opens, or a schema of a database. Each district gives its own
    facilities only, whatever it knows of its neighbours', so that nothing is in it twice.

    Parameters
    ----------
    out : str or pathlib.Path
        A path or the address of a database, where nothing stands yet.
    locations : sequence of str
        Of the districts' workspaces.
    name : str
    regions : pathlib.Path, optional
        A table of regions, see :func:`planner.studies.regions.read_regions`: which centres are regional centres, and
        which is the capital.
    progress : callable, optional
        Told the share done and the district in work.

    Raises
    ------
    InputError
        If no workspace is named, one is named by two addresses, one has no outline or no settlements, or the table
        cannot be used.
    WorkspaceError
        If one cannot be read, or something stands at `out` already.
    """
    ids = district_ids(locations)
    known = read_regions(regions, ids) if regions else Regions()
    parts, jurisdiction = [], "BY"
    for number, (id, location) in enumerate(ids.items()):
        if progress is not None:
            progress(number / len(ids), id)
        workspace = open_workspace(location)
        jurisdiction = workspace.district.jurisdiction
        parts.append(_part(id, workspace, known))
    additions = _additions(parts)
    with founding(out, District({"en": name}, jurisdiction)) as made:
        made.add_all(additions)
    return National(
        workspace=made,
        districts=len(parts),
        facilities=_counts(additions, Role.FACILITIES),
        roads=sum(_counts(additions, Role.ROADS).values()),
        areas=_counts(additions, Role.SERVICE_AREA),
        lines=_counts(additions, Role.LINES),
        centres=known.roles,
    )


def _counts(additions: Sequence[Addition], role: Role) -> dict[str, int]:
    return {a.service: len(a.frame) for a in additions if a.role is role and a.service != REFERENCE_SERVICE}


def _part(id: str, workspace: Workspace, regions: Regions) -> _Part:
    standards, _ = in_force(workspace)
    inputs = load(workspace)
    if inputs.boundary is None:
        raise InputError(
            "The workspace {path} holds no outline.",
            "Add it with: planner add {path} FILE --as boundary",
            path=workspace.shown_as,
        )
    names = {
        f"name_{language}": in_language(inputs.district.name, language) for language in ("ru", "be", "en")
    }
    about = {"id": id, "name": names["name_ru"], **names, "region": regions.regions.get(id, "")}
    role = regions.roles.get(id, "")
    zone = {**about, "role": role, "people": float(inputs.places.population.sum())}
    return _Part(
        zone={**zone, "geometry": inputs.grid.unproject(inputs.boundary)},
        # With its own facilities: what it knows of its neighbours depends on when they were brought.
        centre=_centre(
            id, about["region"], role, inputs, measured_services(inputs, standards, neighbours=False)
        ),
        facilities=_facilities(id, inputs),
        shapes={key: _shapes(id, layer) for key, layer in inputs.layers.items() if key[0] in _SHAPES},
        titles={key: layer.record.title for key, layer in inputs.layers.items()},
    )


def _centre(id: str, region: str, role: str, inputs: Inputs, measured: Mapping[str, Any]) -> dict[str, Any]:
    """Return the centre of a district as a reference place for others: what each standard measures there."""
    i = centre_of(inputs)
    places = inputs.places
    values = {}
    modelled = False
    for parts in measured.values():
        for part in parts:
            value = float(part.found.value[i])
            modelled |= any(layer.modelled for layer in part.found.layers)
            if np.isfinite(value):
                values.update(dict.fromkeys(part.alike, value))
    at = shapely.Point(places.lon[i], places.lat[i]) if np.isfinite(places.lon[i]) else None
    names = {f"name_{language}": text for language, text in places.names[i].items()}
    return {
        "id": id,
        "name": places.name(i, "ru"),
        **names,
        "region": region,
        "reference": role or "district_centre",
        "people": float(places.population[i]),
        "source": "modelled" if modelled else "measured",
        **values,
        "geometry": at,
    }


def _facilities(id: str, inputs: Inputs) -> dict[str, GeoDataFrame]:
    """Return a district's own facilities by service, each with its district in its identifiers."""
    own = np.ones(len(inputs.facilities), dtype=bool)
    own[inputs.beyond] = False
    own &= np.isfinite(inputs.facility_xy).all(axis=1)
    services = np.array(inputs.facilities.services, dtype=object)
    found = {}
    for (role, service), layer in inputs.layers.items():
        if role is not Role.FACILITIES or service == REFERENCE_SERVICE:
            continue
        mine = np.flatnonzero(own & (services == service))
        frame = layer.frame.iloc[inputs.facility_row[mine]].reset_index(drop=True)
        frame["source"] = [inputs.facilities.sources[i] for i in mine]
        brought = layer.texts(FROM)[inputs.facility_row[mine]] != ""
        found[service] = _marked(frame[~brought], id, ("id", "place_id"))
    return found


def _shapes(id: str, layer: Layer) -> GeoDataFrame:
    """Return a district's own roads, service areas or mains, each with its source."""
    frame = layer.frame.copy()
    texts = layer.texts("source")
    said = "modelled" if layer.record.origin.modelled else layer.record.origin.source
    frame["source"] = [text or said for text in texts]
    return _marked(frame[~layer.brought], id, ("id",))


def _marked(frame: GeoDataFrame, id: str, columns: Sequence[str]) -> GeoDataFrame:
    """Return features whose identifiers name their district: those of two districts may be the same."""
    marked = frame.drop(columns=FROM, errors="ignore").reset_index(drop=True)
    for column in columns:
        if column in marked:
            known = marked[column].notna() & (marked[column].astype(str) != "")
            marked[column] = np.where(known, id + "/" + marked[column].astype(str), "")
    marked[DISTRICT] = id
    return marked


def _additions(parts: Sequence[_Part]) -> list[Addition]:
    from geopandas import GeoDataFrame

    origin = LayerOrigin(source="districts' workspaces")
    zones = GeoDataFrame([p.zone for p in parts], geometry="geometry", crs=WGS84)
    centres = GeoDataFrame([p.centre for p in parts], geometry="geometry", crs=WGS84)
    made = [
        Addition(zones, Role.ZONES, "", _TITLES[Role.ZONES], origin),
        Addition(centres, Role.FACILITIES, REFERENCE_SERVICE, _REFERENCES, origin),
    ]
    layers = [
        {**p.shapes, **{(Role.FACILITIES, service): f for service, f in p.facilities.items()}} for p in parts
    ]
    # Roads first, then what stands on them, in the order in which the districts name it.
    for role, service in sorted({k: 0 for own in layers for k in own}, key=lambda k: _ORDER.index(k[0])):
        frames = [own[role, service] for own in layers if len(own.get((role, service), ()))]
        if frames:
            known = _TITLES.get(role) or next(
                p.titles[role, service] for p in parts if (role, service) in p.titles
            )
            made.append(Addition(joined(frames), role, service, known, origin))
    return made


def joined(frames: Sequence[GeoDataFrame]) -> GeoDataFrame:
    """Return features one after another, with all columns that any of them has."""
    import pandas as pd
    from geopandas import GeoDataFrame

    # A column without a single value would take part in deciding what kind the joined one is.
    filled = [frame.dropna(axis=1, how="all") if len(frames) > 1 else frame for frame in frames]
    with_shape = [f if "geometry" in f else f.assign(geometry=None) for f in filled]
    whole = pd.concat(with_shape, ignore_index=True)
    for column in (*NAMES, "id", "place_id", "source", FROM):
        if column in whole:
            whole[column] = whole[column].fillna("")
    return GeoDataFrame(whole, geometry="geometry", crs=WGS84)


class NationalLayer:
    """A national layer, each of its layers read once however many districts take their neighbours from it.

    Parameters
    ----------
    location : str
        A path or the address of a database.

    Raises
    ------
    InputError
        If what stands there is no national layer.
    WorkspaceError
        If it cannot be read.
    """

    def __init__(self, location: str) -> None:
        workspace = open_workspace(location)
        self.shown_as = workspace.shown_as
        self.layers = {(r.role, r.service): r for r in workspace.layers()}
        if not {(Role.ZONES, ""), (Role.FACILITIES, REFERENCE_SERVICE)} <= self.layers.keys():
            raise InputError(
                "{path} is not a national layer.",
                "Build one with: planner national {path} WORKSPACES...",
                path=workspace.shown_as,
            )
        self._workspace = workspace
        self._read: dict[tuple[Role, str], tuple[GeoDataFrame, npt.NDArray[np.float64]]] = {}

    def read(self, role: Role, service: str) -> GeoDataFrame:
        """Return a layer."""
        return self._of(role, service)[0]

    def inside(self, role: Role, service: str, box: tuple[float, float, float, float]) -> GeoDataFrame:
        """Return what of a layer may lie in a box of west, south, east and north, degrees: its own box meets it."""
        frame, bounds = self._of(role, service)
        west, south, east, north = box
        with np.errstate(invalid="ignore"):
            meets = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
            meets &= (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        return frame[meets]

    def _of(self, role: Role, service: str) -> tuple[GeoDataFrame, npt.NDArray[np.float64]]:
        if (role, service) not in self._read:
            frame = self._workspace.read(self.layers[role, service])
            self._read[role, service] = frame, shapely.bounds(frame.geometry.to_numpy())
        return self._read[role, service]
