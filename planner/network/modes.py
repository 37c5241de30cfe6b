"""Modes of travel: speeds are data (``speeds.yaml``), not code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

FloatArray = npt.NDArray[np.float64]

UNPAVED = frozenset(
    {
        "unpaved",
        "gravel",
        "fine_gravel",
        "compacted",
        "ground",
        "dirt",
        "earth",
        "grass",
        "sand",
        "mud",
        "pebblestone",
    }
)
"""Values of ``surface`` that count as unpaved."""

_LEAST_KMH, _MOST_KMH = 1.0, 300.0
"""A speed outside of these is a mistake, not a speed: that of the class is taken instead."""


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode of travel.

    Attributes
    ----------
    name : str
        ``walk`` or ``car``.
    access_kmh : float
        Speed between a place or a facility and the nearest point of a road.
    max_road_distance_m : float
        Beyond this distance from a usable road a place is not connected.
    class_kmh : mapping of str to (float, float)
        Speed on paved and unpaved roads by class.
    default_class : str
        The class of roads whose own is not known.
    any_kmh : float or None
        One speed on every class, where the mode knows no classes.
    share_of_given_speed : float or None
        Which share of a speed given on the road itself is held; None where it does not matter to the mode.
    closed : frozenset of str
        Classes that the mode may not use.
    keeps_oneway : bool
        Whether one-way streets bind the mode.
    """

    name: str
    access_kmh: float
    max_road_distance_m: float
    class_kmh: Mapping[str, tuple[float, float]]
    default_class: str
    any_kmh: float | None
    share_of_given_speed: float | None
    closed: frozenset[str]
    keeps_oneway: bool

    def edge_kmh(
        self, road_class: npt.NDArray[np.object_], paved: npt.NDArray[np.bool_], given_kmh: FloatArray
    ) -> FloatArray:
        """Return the speed on each edge, km/h; NaN where the mode may not go.

        Parameters
        ----------
        road_class : (m,) object array of str
        paved : (m,) bool array
        given_kmh : (m,) float array
            Speed stated on the road itself, NaN where none is; below 1 or above 300 it counts as not stated.
        """
        classes, where = np.unique(road_class.astype(str), return_inverse=True)
        table = np.array([self._class_speeds(c) for c in classes]).reshape(-1, 2)
        kmh = np.where(paved, table[where, 0], table[where, 1])
        if self.share_of_given_speed is not None:
            stated = (given_kmh >= _LEAST_KMH) & (given_kmh <= _MOST_KMH) & np.isfinite(kmh)
            kmh = np.where(stated, given_kmh * self.share_of_given_speed, kmh)
        return np.asarray(kmh, dtype=np.float64)

    def _class_speeds(self, road_class: str) -> tuple[float, float]:
        # A link road ("primary_link") is as fast as its class.
        name = road_class.removesuffix("_link")
        if name in self.closed:
            return (np.nan, np.nan)
        if self.any_kmh is not None:
            return (self.any_kmh, self.any_kmh)
        return self.class_kmh.get(name, self.class_kmh[self.default_class])


@cache
def modes() -> Mapping[str, Mode]:
    """Return the modes of ``speeds.yaml`` by name."""
    document: dict[str, Any] = yaml.safe_load(
        (resources.files("planner.network") / "speeds.yaml").read_text("utf-8")
    )
    limit = float(document["max_road_distance_m"])
    return {name: _mode(name, entry, limit) for name, entry in document["modes"].items()}


def _mode(name: str, entry: dict[str, Any], limit: float) -> Mode:
    return Mode(
        name=name,
        access_kmh=float(entry["access_kmh"]),
        max_road_distance_m=limit,
        class_kmh={c: (float(p), float(u)) for c, (p, u) in entry.get("class_kmh", {}).items()},
        default_class=entry["default_class"],
        any_kmh=entry.get("every_class_kmh"),
        share_of_given_speed=entry.get("share_of_given_speed"),
        closed=frozenset(entry["closed"]),
        keeps_oneway=entry.get("oneway", True),
    )
