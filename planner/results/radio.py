"""What screening says of mobile coverage: a band for every place and a raster, never a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.coverage.line_of_sight import CLEAR
from planner.coverage.radio import Reach
from planner.results.district import Facilities, Places
from planner.results.parity import number
from planner.results.states import FloatArray, IntArray, StateArray
from planner.standards.model import Text, in_language

__all__ = ["IN_MAPPED", "MAPPED_UNKNOWN", "OUT_OF_MAPPED", "MobileCoverage", "Reach", "ReachArea"]

IN_MAPPED, OUT_OF_MAPPED, MAPPED_UNKNOWN = 1, 0, -1
"""Whether a place lies in a mapped coverage area."""


@dataclass(frozen=True, slots=True)
class ReachArea:
    """The part of the district of which screening says the same.

    Attributes
    ----------
    reach : Reach
    outline : mapping
        GeoJSON geometry, WGS 84.
    area_km2 : float
        Geodesic.
    """

    reach: Reach
    outline: Mapping[str, Any]
    area_km2: float


@dataclass(frozen=True)
class MobileCoverage:
    """Mobile coverage of a district by screening.

    Attributes
    ----------
    district : mapping of str to str
    places : Places
    model : str
    masts : Facilities
    mast_height_m : (m,) float array
        NaN where unknown.
    mast_bands_mhz : tuple of tuple of float
        The bands that were counted; empty for a mast that was not.
    reach : (n,) uint8 array
        Values of :class:`planner.coverage.radio.Reach`.
    best_mast : (n,) int array
        Index of the mast with the highest optimistic margin; the nearest where nothing could be computed, -1 where
        there is none.
    best_mhz : (n,) float array
        Its band; NaN where nothing could be computed.
    distance_m : (n,) float array
        To that mast.
    margin_low_db, margin_high_db : (n,) float array
        Highest pessimistic and highest optimistic margin over the threshold among all links; NaN where not computed.
    clearance : (n,) float array
        Least free height below the ray to that mast as a share of the first Fresnel radius; NaN where the terrain is
        not known.
    los_probability : (n,) float array
        Of line of sight in a rural macro cell at that distance (3GPP TR 38.901).
    areas : tuple of ReachArea
    cell_m : float
        Of the raster that they are made of.
    mapped : (n,) int array
        :data:`IN_MAPPED`, :data:`OUT_OF_MAPPED` or :data:`MAPPED_UNKNOWN`.
    modelled : bool
        Whether masts or mapped areas are modelled, not real.
    terrain : tuple of str
        Names of the rasters of heights.
    remarks : tuple
        Templates and values.
    manifest : mapping
    """

    district: Text
    places: Places
    model: str
    masts: Facilities
    mast_height_m: FloatArray
    mast_bands_mhz: tuple[tuple[float, ...], ...]
    reach: StateArray
    best_mast: IntArray
    best_mhz: FloatArray
    distance_m: FloatArray
    margin_low_db: FloatArray
    margin_high_db: FloatArray
    clearance: FloatArray
    los_probability: FloatArray
    areas: tuple[ReachArea, ...]
    cell_m: float
    mapped: IntArray
    modelled: bool
    terrain: tuple[str, ...]
    remarks: tuple[tuple[str, Mapping[str, object]], ...]
    manifest: Mapping[str, Any]

    def people(self, reach: Reach, mapped: int | None = None) -> float:
        """Return the people of whom screening says so, all or those in or out of mapped areas."""
        return float(self.places.population[self._where(reach, mapped)].sum())

    def count(self, reach: Reach, mapped: int | None = None) -> int:
        """Return the number of such places."""
        return int(self._where(reach, mapped).sum())

    def _where(self, reach: Reach, mapped: int | None) -> np.ndarray[Any, np.dtype[np.bool_]]:
        here = self.reach == reach
        return np.asarray(here if mapped is None else here & (self.mapped == mapped))

    @property
    def compared(self) -> bool:
        """Whether mapped coverage areas are loaded to compare with."""
        return bool((self.mapped != MAPPED_UNKNOWN).any())

    def sight(self, index: int) -> str:
        """Return ``clear``, ``partly`` or ``cut`` for the ray to a place's best mast; empty where it is not known."""
        free = float(self.clearance[index])
        if free != free:
            return ""
        return "clear" if free >= CLEAR else "partly" if free >= 0 else "cut"

    def as_dict(self) -> dict[str, Any]:
        """Return what ``planner radio --json`` prints: unknown numbers are null."""
        area = {a.reach: a.area_km2 for a in self.areas}
        return {
            "district": in_language(self.district, "en"),
            "model": self.model,
            "modelled": self.modelled,
            "terrain": list(self.terrain),
            "cell_m": self.cell_m,
            "classes": [
                {"reach": r.label, "people": self.people(r), "places": self.count(r), "area_km2": area.get(r, 0.0)}
                for r in Reach
            ],
            "mapped": [
                {"reach": r.label, "inside": self.people(r, IN_MAPPED), "outside": self.people(r, OUT_OF_MAPPED)}
                for r in Reach
            ] if self.compared else None,
            "places": [self._place(i) for i in range(len(self.places))],
            "masts": [
                {"id": self.masts.ids[i], "height_m": number(self.mast_height_m[i]), "band_mhz": list(bands)}
                for i, bands in enumerate(self.mast_bands_mhz)
            ],
            "remarks": [template.format(**values) for template, values in self.remarks],
            "manifest": dict(self.manifest),
        }  # fmt: skip

    def _place(self, i: int) -> dict[str, Any]:
        best = int(self.best_mast[i])
        inside = int(self.mapped[i])
        return {
            "id": self.places.ids[i],
            "name": self.places.name(i, "en"),
            "people": float(self.places.population[i]),
            "reach": Reach(int(self.reach[i])).label,
            "mast": None if best < 0 else self.masts.ids[best],
            "band_mhz": number(self.best_mhz[i]),
            "distance_m": number(self.distance_m[i]),
            "margin_low_db": number(self.margin_low_db[i]),
            "margin_high_db": number(self.margin_high_db[i]),
            "line_of_sight": self.sight(i) or None,
            "clearance": number(self.clearance[i]),
            "los_probability": number(self.los_probability[i]),
            "mapped": None if inside == MAPPED_UNKNOWN else inside == IN_MAPPED,
        }

    def as_geojson(self) -> dict[str, Any]:
        """Return the parts of the district by class, then the places, as a GeoJSON feature collection."""
        areas = [
            {"type": "Feature", "id": f"area-{a.reach.label}", "geometry": a.outline,
             "properties": {"reach": a.reach.label, "area_km2": round(a.area_km2, 3), "cell_m": self.cell_m}}
            for a in self.areas
        ]  # fmt: skip
        points = [
            {
                "type": "Feature",
                "id": self.places.ids[i],
                "geometry": self._point(i),
                "properties": self._place(i),
            }
            for i in range(len(self.places))
        ]
        return {"type": "FeatureCollection", "features": areas + points}

    def _point(self, i: int) -> dict[str, Any] | None:
        lon, lat = number(self.places.lon[i]), number(self.places.lat[i])
        return None if lon is None or lat is None else {"type": "Point", "coordinates": [lon, lat]}
