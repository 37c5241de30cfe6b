"""What a district consists of: its people at places, its zones, its facilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.results.states import FloatArray, IntArray
from planner.standards.model import Text, in_language


@dataclass(frozen=True, slots=True)
class Places:
    """The demand of a district: people at places, n of them.

    Attributes
    ----------
    ids : tuple of str
    names : tuple of mapping
        A name by language, for each place.
    kinds, area_types : tuple of str
        Kind as given; ``urban``, ``agrotown``, ``village`` or empty where unknown.
    population : (n,) float array
        People.
    population_source : tuple of str
        For example ``census 2009`` or ``estimated``.
    zone : (n,) int array
        Index into the assessment's zones, -1 where the place lies in none.
    lon, lat : (n,) float array
        WGS 84 degrees, NaN where the place is not located.
    road_distance_m : (n,) float array
        Straight way from the place to the nearest usable road, metres; NaN where it was not measured.
    """

    ids: tuple[str, ...]
    names: tuple[Text, ...]
    kinds: tuple[str, ...]
    area_types: tuple[str, ...]
    population: FloatArray
    population_source: tuple[str, ...]
    zone: IntArray
    lon: FloatArray
    lat: FloatArray
    road_distance_m: FloatArray

    def __len__(self) -> int:
        """How many places there are."""
        return len(self.ids)

    def name(self, index: int, language: str) -> str:
        """Return a place's name in a language."""
        return in_language(self.names[index], language)


@dataclass(frozen=True, slots=True)
class Zones:
    """The parts of a district (rural councils), with the outline of each as a GeoJSON geometry in WGS 84."""

    ids: tuple[str, ...]
    names: tuple[Text, ...]
    outlines: tuple[Mapping[str, Any], ...]
    sources: tuple[str, ...]

    def __len__(self) -> int:
        """How many zones there are."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Facilities:
    """Existing service points, m of them, of one or several services.

    Attributes
    ----------
    ids : tuple of str
    names : tuple of mapping
    services : tuple of str
        The service of each.
    sources : tuple of str
        Where each comes from; ``modelled`` where it is not real data.
    lon, lat : (m,) float array
        WGS 84 degrees, NaN where a facility is not located.
    """

    ids: tuple[str, ...]
    names: tuple[Text, ...]
    services: tuple[str, ...]
    sources: tuple[str, ...]
    lon: FloatArray
    lat: FloatArray

    def __len__(self) -> int:
        """How many facilities there are."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class GapZone:
    """A contiguous part of the district whose places lack a service.

    Attributes
    ----------
    outline : mapping
        GeoJSON geometry, WGS 84.
    places : tuple of int
        Indices of its places.
    people : float
    area_km2 : float
        Geodesic.
    """

    outline: Mapping[str, Any]
    places: tuple[int, ...]
    people: float
    area_km2: float
