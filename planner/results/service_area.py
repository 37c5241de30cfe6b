"""The ground within reach of a service's facilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.standards.model import Text, in_language


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """What lies within one cutoff.

    Attributes
    ----------
    cutoff : float
        Minutes or metres.
    outline : mapping
        GeoJSON geometry, WGS 84: the ground along the roads reached. It holds those of all smaller cutoffs.
    people : float
        At places whose own cost, with the way to the road, is at most the cutoff.
    places : int
        How many of them there are.
    road_km : float
        Length of the roads reached.
    area_km2 : float
        Geodesic.
    """

    cutoff: float
    outline: Mapping[str, Any]
    people: float
    places: int
    road_km: float
    area_km2: float


@dataclass(frozen=True, slots=True)
class ServiceAreas:
    """Service areas of several cutoffs, the least first.

    Attributes
    ----------
    service : str
    name : mapping of str to str
        The service's or the one facility's name by language.
    facilities : tuple of str
        Identifiers of the facilities that are reached by road.
    mode, season : str
    unit : str
        ``min`` or ``m``.
    from_facility : bool
        Whether the way from the facility counts, not the way to it.
    width_m, tolerance_m : float
        The areas hold the ground within this of the roads reached; how far an outline may be off.
    bands : tuple of ServiceArea
    manifest : mapping
        Version of the program and of the workspace, digests of the layers, what was assumed of travel.
    modelled : bool
        Whether facilities or roads are modelled, not real.
    """

    service: str
    name: Text
    facilities: tuple[str, ...]
    mode: str
    season: str
    unit: str
    from_facility: bool
    width_m: float
    tolerance_m: float
    bands: tuple[ServiceArea, ...]
    manifest: Mapping[str, Any]
    modelled: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as ``planner service-area --json`` prints them."""
        return {
            **self._told(),
            "facilities": list(self.facilities),
            "modelled": self.modelled,
            "areas": [self._numbers(band) for band in self.bands],
            "manifest": dict(self.manifest),
        }

    def as_geojson(self) -> dict[str, Any]:
        """Return the areas as a GeoJSON feature collection, the largest first, so that none hides another."""
        features = [
            {
                "type": "Feature",
                "geometry": dict(band.outline),
                "properties": {**self._told(), **self._numbers(band)},
            }
            for band in reversed(self.bands)
        ]
        return {"type": "FeatureCollection", "features": features, "manifest": dict(self.manifest)}

    def _told(self) -> dict[str, Any]:
        return {
            "service": self.service, "name": in_language(self.name, "en"), "mode": self.mode,
            "season": self.season, "unit": self.unit, "from_facility": self.from_facility,
            "width_m": self.width_m, "tolerance_m": self.tolerance_m,
        }  # fmt: skip

    def _numbers(self, band: ServiceArea) -> dict[str, Any]:
        return {
            "cutoff": band.cutoff, "people": band.people, "places": band.places,
            "road_km": round(band.road_km, 3), "area_km2": round(band.area_km2, 3),
        }  # fmt: skip
