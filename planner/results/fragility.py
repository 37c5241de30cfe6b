"""What hangs on single elements of a network: roads, junctions and mains whose loss leaves people without a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.results.district import Facilities, Places
from planner.results.states import IntArray
from planner.standards.model import Standard, Text


@dataclass(frozen=True, slots=True)
class Element:
    """A piece of road or main without which people lose a service.

    Attributes
    ----------
    id : str
    name : mapping of str to str
        Of the road or main it is part of; empty texts where that has none.
    near : int
        Index of the place nearest to it, -1 where none is located.
    bridge : bool
        Whether the network falls apart without it.
    structure : bool
        Whether it carries a bridge over something, as the layer says.
    length_m : float
        Metres on the ground.
    lost : float
        People who lose a standard that they have now, those cut off included.
    cut_off : float
        People who cannot reach the service at all without it.
    losing, cut : tuple of int
        Indices of the places of both, most people first.
    line : mapping
        GeoJSON geometry, WGS 84.
    """

    id: str
    name: Text
    near: int
    bridge: bool
    structure: bool
    length_m: float
    lost: float
    cut_off: float
    losing: tuple[int, ...]
    cut: tuple[int, ...]
    line: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Junction:
    """A junction without which the network falls apart: where it is, and who is cut off from the service without it."""

    near: int
    lon: float
    lat: float
    cut_off: float


@dataclass(frozen=True, slots=True)
class Fragility:
    """The single elements on which most people hang.

    Attributes
    ----------
    district : mapping of str to str
    service : str
    service_name : mapping of str to str
    kind : str
        ``roads``, or ``lines`` for mains traced from their sources.
    mode : str
        Of travel on roads; empty for lines.
    standards : tuple of Standard
        Those that people can lose; none where only being cut off counts.
    modelled : bool
    places : Places
    facilities : Facilities
        The service points, or the sources of the lines.
    connected : (n,) uint8 array
        1 where a place reaches the service now, 0 where it is joined to the network and does not, 2 where it is not
        joined to the network or not located.
    bridges, pieces : int
        Pieces of the network that are bridges, of all pieces.
    elements : tuple of Element
        Most people who lose the standard first.
    junctions : tuple of Junction
        Most people cut off first.
    proven : bool
        Whether no piece of the network that is not among the elements does more harm than the last of them.
    tried : int
        How many pieces were taken away one by one.
    manifest : mapping
    """

    district: Text
    service: str
    service_name: Text
    kind: str
    mode: str
    standards: tuple[Standard, ...]
    modelled: bool
    places: Places
    facilities: Facilities
    connected: IntArray
    bridges: int
    pieces: int
    elements: tuple[Element, ...]
    junctions: tuple[Junction, ...]
    proven: bool
    tried: int
    manifest: Mapping[str, Any]

    def people(self, connected: int) -> float:
        """Return the people of places by :attr:`connected`."""
        return float(self.places.population[np.asarray(self.connected) == connected].sum())

    def as_dict(self) -> dict[str, Any]:
        """Return the study as ``planner fragility --json`` prints it."""
        return {
            "district": self.district["en"],
            "service": self.service,
            "network": self.kind,
            "mode": self.mode or None,
            "standards": [s.id for s in self.standards],
            "modelled": self.modelled,
            "people_connected": self.people(1),
            "people_without_source": self.people(0),
            "people_not_joined": self.people(2),
            "bridges": self.bridges,
            "pieces": self.pieces,
            "proven": self.proven,
            "tried": self.tried,
            "elements": [self._element(e) for e in self.elements],
            "junctions": [
                {"near": self._near(j.near), "lon": j.lon, "lat": j.lat, "people_cut_off": j.cut_off}
                for j in self.junctions
            ],
            "manifest": dict(self.manifest),
        }

    def _element(self, element: Element) -> dict[str, Any]:
        return {
            "id": element.id,
            "name": element.name["en"],
            "near": self._near(element.near),
            "bridge": element.bridge,
            "carries_a_bridge": element.structure,
            "length_m": element.length_m,
            "people_losing": element.lost,
            "people_cut_off": element.cut_off,
            "places_losing": [self.places.ids[i] for i in element.losing],
            "places_cut_off": [self.places.ids[i] for i in element.cut],
            "geometry": dict(element.line),
        }

    def _near(self, place: int) -> str | None:
        return self.places.ids[place] if place >= 0 else None
