"""Mobile coverage by screening: which places and which ground the masts of a district may be taken to cover."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely
from pyproj import Geod
from scipy.spatial import KDTree

from planner import __version__
from planner.coverage.access import first_inside
from planner.coverage.line_of_sight import clearance
from planner.coverage.radio import Reach, reach, rma_los_probability
from planner.errors import InputError
from planner.layers.schema import Role
from planner.results import MobileCoverage, ReachArea, frozen
from planner.results.radio import IN_MAPPED, MAPPED_UNKNOWN, OUT_OF_MAPPED
from planner.studies.assess import loaded
from planner.studies.inputs import Inputs
from planner.studies.layer import Layer
from planner.studies.progress import Progress, each, part
from planner.studies.radio_assumptions import AUTO, Assumptions, Rules, assumptions
from planner.studies.radio_ground import CellGrid, Elevation, Sight, cells_of
from planner.studies.radio_links import FAR_ENDS_M, Links, Margins, computable, links_of, margins
from planner.studies.selection import some_facilities
from planner.workspace import Workspace

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Remark = tuple[str, Mapping[str, object]]

MAST, MOBILE = "mast", "mobile"
"""The services whose layers are read: masts, and mapped coverage areas."""

_CHUNK = 4096
_GEOD = Geod(ellps="WGS84")


def screen_mobile(
    workspace: Workspace,
    *,
    model: str = AUTO,
    elevation: Elevation | None = None,
    told: Assumptions | None = None,
    cell_m: float | None = None,
    progress: Progress | None = None,
) -> MobileCoverage:
    """Screen the mobile coverage of a district.

    Parameters
    ----------
    workspace : Workspace
        With settlements and a layer of facilities of the service ``mast``.
    model : str
        Which formulas are taken: ``auto``, ``okumura-hata``, ``cost231``, ``rma``, or one of the assumptions' own.
    elevation : Elevation, optional
        Heights of the ground; without them rays are not cut.
    told : Assumptions, optional
        The planner's own where not given.
    cell_m : float, optional
        Size of the raster's cells, metres.
    progress : callable, optional

    Returns
    -------
    MobileCoverage

    Raises
    ------
    InputError
        If there are no settlements or no masts with position, height and frequency, no such model, heights that do
        not cover the district, or the cells are of no size or too many.
    """
    inputs = loaded(workspace, progress=part(progress, 0.0, 0.2))
    return screen_inputs(
        inputs, model=model, elevation=elevation, told=told, cell_m=cell_m, progress=part(progress, 0.2, 1.0)
    )


def screen_inputs(
    inputs: Inputs,
    *,
    model: str = AUTO,
    elevation: Elevation | None = None,
    told: Assumptions | None = None,
    cell_m: float | None = None,
    progress: Progress | None = None,
) -> MobileCoverage:
    """Screen a district whose layers are already read; see :func:`screen_mobile`."""
    began = time.perf_counter()
    told = told or assumptions()
    screen = _Screen(inputs, told, told.rules(model), elevation)
    at_places = screen.of(inputs.place_xy, part(progress, 0.0, 0.3))
    if cell_m is not None and not 10 <= cell_m <= 100_000:
        raise InputError(
            "Cells of {size} m cannot be drawn.", "Give a size from 10 to 100,000 m.", size=f"{cell_m:g}"
        )
    cells = cells_of(inputs, cell_m or told.cell_m, asked=cell_m is not None)
    area_layer = inputs.layers.get((Role.SERVICE_AREA, MOBILE))
    layers = [screen.layer] + ([area_layer] if area_layer else [])
    masts, bands = screen.masts, screen.bands()
    return MobileCoverage(
        district=inputs.district.name,
        places=inputs.places,
        model=model,
        masts=masts,
        mast_height_m=frozen(screen.layer.numbers("height_m")),
        mast_bands_mhz=bands,
        reach=frozen(at_places.reach),
        best_mast=frozen(at_places.mast),
        best_mhz=frozen(at_places.mhz),
        distance_m=frozen(at_places.distance_m),
        margin_low_db=frozen(at_places.low_db),
        margin_high_db=frozen(at_places.high_db),
        clearance=frozen(at_places.clearance),
        los_probability=frozen(rma_los_probability(at_places.distance_m)),
        areas=tuple(_areas(inputs, cells, screen, part(progress, 0.3, 1.0))),
        cell_m=cells.size_m,
        mapped=frozen(_mapped(inputs, area_layer)),
        modelled=any(layer.modelled for layer in layers),
        terrain=() if elevation is None else elevation.names,
        remarks=tuple(screen.remarks(at_places)),
        manifest=_manifest(inputs, layers, model, told, elevation, time.perf_counter() - began),
    )


def has_usable_masts(inputs: Inputs) -> bool:
    """Return whether a district has masts with a position, a height and a frequency."""
    layer = inputs.layers.get((Role.FACILITIES, MAST))
    if layer is None:
        return False
    located = np.asarray(np.isfinite(inputs.facility_xy[inputs.of_service(MAST)]).all(axis=1))
    return len(links_of(layer, located, assumptions())) > 0


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found at n points."""

    reach: npt.NDArray[np.uint8]
    mast: IntArray
    mhz: FloatArray
    distance_m: FloatArray
    low_db: FloatArray
    high_db: FloatArray
    clearance: FloatArray


class _Screen:
    """The masts of a district, ready to be asked about points."""

    def __init__(self, inputs: Inputs, told: Assumptions, rules: Rules, elevation: Elevation | None) -> None:
        layer = inputs.layers.get((Role.FACILITIES, MAST))
        if layer is None:
            raise InputError(
                "The workspace holds no mobile masts.",
                "Add them as facilities of the service mast, with the columns height_m and band_mhz.",
            )
        self.inputs, self.layer, self.told, self.rules = inputs, layer, told, rules
        chosen = inputs.of_service(MAST)
        self.mast_xy = inputs.facility_xy[chosen]
        self.masts = some_facilities(inputs, chosen)
        self.links: Links = links_of(layer, np.asarray(np.isfinite(self.mast_xy).all(axis=1)), told)
        if not len(self.links):
            raise InputError(
                "None of the {count} masts has a position, a height and a frequency.",
                "Fill the columns height_m (metres) and band_mhz (for example 800,900) and add the layer again.",
                count=len(self.masts),
            )
        urban = np.array([t == "urban" for t in inputs.places.area_types], dtype=bool)
        towns = inputs.place_xy[urban & np.isfinite(inputs.place_xy).all(axis=1)]
        self._towns = KDTree(towns) if len(towns) else None
        self._sight = self._over(elevation)

    def _over(self, elevation: Elevation | None) -> Sight | None:
        if elevation is None:
            return None
        corners = [self.inputs.place_xy, self.mast_xy]
        if self.inputs.boundary is not None:
            corners.append(np.array(shapely.bounds(self.inputs.boundary)).reshape(2, 2))
        sight = Sight(elevation, self.inputs, np.concatenate(corners), self.told.terrain_step_m)
        if not sight.known:
            raise InputError(
                "The rasters of heights ({files}) know no height in this district.",
                "Give rasters that cover it.",
                files=", ".join(elevation.names),
            )
        return sight

    def bands(self) -> tuple[tuple[float, ...], ...]:
        """Return the bands counted of each mast."""
        links = self.links
        return tuple(
            tuple(float(f) for f in links.frequency_mhz[links.mast == i]) for i in range(len(self.masts))
        )

    def of(self, xy: FloatArray, progress: Progress | None = None) -> _Found:
        """Return what is found at grid positions, NaN where there is none."""
        parts = [self._chunk(xy[i : i + _CHUNK]) for i in each(range(0, len(xy), _CHUNK), progress)]
        return _Found(*(np.concatenate([getattr(p, n) for p in parts]) for n in _Found.__slots__))

    def _chunk(self, xy: FloatArray) -> _Found:
        links, ground = self.links, self.inputs.grid.scale(xy[:, 0])
        away = self.mast_xy[:, None, :] - xy[None, :, :]
        distance = (np.hypot(away[..., 0], away[..., 1]) / ground).T
        rises = self._rises(xy)
        found = margins(
            links, self.rules, self.told, distance[:, links.mast], self._in_town(xy), rises[:, links.mast]
        )
        located = np.asarray(np.isfinite(xy).all(axis=1))
        said = reach(found.optimistic, found.pessimistic, found.open_ended)
        said[~located] = Reach.NOT_LOCATED
        best = _best(found, distance[:, links.mast], located)
        rows, seen = np.arange(len(xy)), best >= 0
        mhz = np.where(seen, links.frequency_mhz[best], np.nan)
        mast = np.where(seen, links.mast[best], -1)
        rise = np.where(seen, rises[rows, mast], np.nan)
        high = found.optimistic.max(axis=1, initial=-np.inf, where=~np.isnan(found.optimistic))
        low = found.pessimistic.max(axis=1, initial=-np.inf, where=~np.isnan(found.pessimistic))
        return _Found(
            reach=said,
            mast=mast.astype(np.int64),
            mhz=np.where(np.isfinite(high), mhz, np.nan),
            distance_m=np.where(seen, distance[rows, mast], np.nan),
            low_db=np.where(np.isfinite(low), low, np.nan),
            high_db=np.where(np.isfinite(high), high, np.nan),
            clearance=_clearance(rise, mhz),
        )

    def _rises(self, xy: FloatArray) -> FloatArray:
        """Return how far the ground rises into the ray of each mast to each point; NaN where that is not known."""
        found = np.full((len(xy), len(self.masts)), np.nan)
        if self._sight is not None:
            heights = self.layer.numbers("height_m")
            for i in np.unique(self.links.mast):
                # A little farther on the grid than on the ground: the formulas decide what is out of range.
                found[:, i] = self._sight.obstruction(
                    self.mast_xy[i], float(heights[i]), xy, self.told.mobile_height_m, FAR_ENDS_M[0] * 1.01
                )
        return found

    def _in_town(self, xy: FloatArray) -> BoolArray:
        located = np.isfinite(xy).all(axis=1)
        found = np.zeros(len(xy), dtype=bool)
        if self._towns is not None and located.any():
            metres = self._towns.query(xy[located])[0] / self.inputs.grid.scale(xy[located, 0])
            found[located] = metres <= self.told.town_radius_m
        return found

    def remarks(self, at_places: _Found) -> Iterator[Remark]:
        """Yield what a reader has to know of how far the result may be trusted."""
        yield from self.links.remarks
        never = int((~computable(self.links, self.rules, self.told)).sum())
        if never:
            yield (
                "No formula of this model holds for {count} of {total} bands of masts: they are not computed.",
                {"count": never, "total": len(self.links)},
            )
        if self._sight is not None:
            blind = int(
                (np.isnan(at_places.clearance) & (at_places.distance_m > 2 * self._sight.step_m)).sum()
            )
            if blind:
                yield (
                    "Settlements whose ray to the mast leaves the known heights: {count}; terrain is left out there.",
                    {"count": blind},
                )


def _best(found: Margins, distance_m: FloatArray, located: BoolArray) -> IntArray:
    """Return the link with the highest optimistic margin; of the nearest mast where none is computed, -1 nowhere."""
    computed = np.nan_to_num(found.optimistic, nan=-np.inf)
    best = np.where(np.isfinite(computed).any(axis=1), computed.argmax(axis=1), -1)
    lost = located & (best < 0)
    best[lost] = distance_m[lost].argmin(axis=1)
    return best


def _clearance(rise: FloatArray, mhz: FloatArray) -> FloatArray:
    found = np.full(rise.size, np.nan)
    for frequency in np.unique(mhz[np.isfinite(mhz)]):
        here = mhz == frequency
        found[here] = clearance(rise[here], float(frequency))
    return found


def _areas(inputs: Inputs, cells: CellGrid, screen: _Screen, progress: Progress) -> Iterator[ReachArea]:
    said = screen.of(cells.middle, progress).reach
    for kind in Reach:
        chosen = said == kind
        if not chosen.any():
            continue
        degrees = shapely.orient_polygons(inputs.grid.unproject(cells.outline(chosen)))
        if not shapely.area(degrees) > 0:
            continue
        drawn = shapely.set_precision(degrees, 1e-5, mode="pointwise")
        yield ReachArea(
            kind,
            orjson.loads(shapely.to_geojson(drawn)),
            abs(_GEOD.geometry_area_perimeter(degrees)[0]) / 1e6,
        )


def _mapped(inputs: Inputs, layer: Layer | None) -> IntArray:
    found = np.full(len(inputs.places), MAPPED_UNKNOWN, dtype=np.int64)
    if layer is not None:
        located = np.isfinite(inputs.place_xy).all(axis=1)
        held = first_inside(inputs.place_xy, layer.shapes) >= 0
        found[located] = np.where(held[located], IN_MAPPED, OUT_OF_MAPPED)
    return found


def _manifest(
    inputs: Inputs,
    layers: list[Layer],
    model: str,
    told: Assumptions,
    elevation: Elevation | None,
    seconds: float,
) -> Mapping[str, Any]:
    demand = inputs.layers[Role.DEMAND, ""]
    return {
        "version": __version__,
        "workspace": inputs.version,
        "layers": [
            {"name": x.record.name, "version": x.record.version, "digest": x.record.digest, "modelled": x.modelled}
            for x in (demand, *layers)
        ],
        "model": model,
        "assumptions": told.digest(),
        "terrain": {} if elevation is None else dict(zip(elevation.names, elevation.digests, strict=True)),
        "seconds": round(seconds, 3),
    }  # fmt: skip
