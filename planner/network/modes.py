"""Modes of travel: speeds are data (``speeds.yaml``), not code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from planner.errors import InputError
from planner.layers.coded import coded

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

GROUND = frozenset({"ground", "dirt", "earth", "grass", "sand", "mud", "clay", "dirt/sand"})
"""Values of ``surface`` that turn soft in a wet season."""

DRY = "dry"
"""The season that is taken unless another is asked for: speeds as they are."""

_LEAST_KMH, _MOST_KMH = 1.0, 300.0
"""A speed outside of these is a mistake, not a speed: that of the class is taken instead."""


@dataclass(frozen=True, slots=True)
class SeasonEffect:
    """What a season does to a mode: factors on its speeds by surface.

    Attributes
    ----------
    paved, gravel, ground : float
        1 leaves the speed as it is; 0 closes such roads.
    closed_on_ground : frozenset of str
        Classes of road that the mode cannot use where their surface is ground.
    """

    paved: float = 1.0
    gravel: float = 1.0
    ground: float = 1.0
    closed_on_ground: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ride:
    """How riding is reckoned where stops and trips a week are known, and routes and times are not.

    Attributes
    ----------
    least_trips_week : float
        A stop with fewer is not counted on.
    service_hours_week : float
        Over how many hours of the week the trips are spread.
    longest_wait_min : float
        The wait is never taken to be longer than this.
    stop_road_m : float
        A stop farther than this from a road that the ride may use is not served.
    """

    least_trips_week: float
    service_hours_week: float
    longest_wait_min: float
    stop_road_m: float

    def wait_s(self, trips_week: npt.ArrayLike) -> FloatArray:
        """Return the mean wait at stops, seconds; NaN where too few trips are known.

        Half of the time between two trips, which is the mean wait of people who come at random where trips are
        evenly spread (Welding 1957), but at most the longest wait.

        Parameters
        ----------
        trips_week : (n,) float array_like
        """
        trips = np.asarray(trips_week, dtype=np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            wait = np.minimum(self.service_hours_week * 3600 / trips / 2, self.longest_wait_min * 60)
            return np.where(trips >= self.least_trips_week, wait, np.nan)


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode of travel in a season.

    Attributes
    ----------
    name : str
        ``walk``, ``cycle``, ``car`` or ``bus``.
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
    minds_slopes : bool
        Whether heights along the roads change its speed, by Tobler's function.
    season : str
    effect : SeasonEffect
    ride : Ride or None
        For a mode that walks to a stop and rides: how the ride is reckoned.
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
    minds_slopes: bool = False
    season: str = DRY
    effect: SeasonEffect = SeasonEffect()
    ride: Ride | None = None

    def edge_kmh(
        self,
        road_class: npt.NDArray[np.object_],
        paved: npt.NDArray[np.bool_],
        given_kmh: FloatArray,
        soft: npt.NDArray[np.bool_] | None = None,
    ) -> FloatArray:
        """Return the speed on each edge in the mode's season, km/h; NaN where the mode may not go.

        Parameters
        ----------
        road_class : (m,) object array of str
        paved : (m,) bool array
        given_kmh : (m,) float array
            Speed stated on the road itself, NaN where none is; below 1 or above 300 it counts as not stated.
        soft : (m,) bool array, optional
            Which unpaved roads are of ground, not gravel; none unless given.
        """
        classes, where = coded(road_class)
        table = np.array([self._class_speeds(c) for c in classes]).reshape(-1, 2)
        kmh = np.where(paved, table[where, 0], table[where, 1])
        if self.share_of_given_speed is not None:
            stated = (given_kmh >= _LEAST_KMH) & (given_kmh <= _MOST_KMH) & np.isfinite(kmh)
            kmh = np.where(stated, given_kmh * self.share_of_given_speed, kmh)
        ground = np.zeros(paved.size, dtype=bool) if soft is None else soft & ~paved
        impassable = (
            np.array([c in self.effect.closed_on_ground for c in classes], dtype=bool)[where] & ground
        )
        factor = np.where(paved, self.effect.paved, np.where(ground, self.effect.ground, self.effect.gravel))
        return np.where(impassable | (factor <= 0), np.nan, kmh * factor)

    def _class_speeds(self, road_class: str) -> tuple[float, float]:
        # A link road ("primary_link") is as fast as its class.
        name = road_class.removesuffix("_link")
        if name in self.closed:
            return (np.nan, np.nan)
        if self.any_kmh is not None:
            return (self.any_kmh, self.any_kmh)
        return self.class_kmh.get(name, self.class_kmh[self.default_class])


@dataclass(frozen=True)
class Speeds:
    """A table of speeds: modes and seasons.

    Attributes
    ----------
    document : mapping
        As it is written in ``speeds.yaml``.
    """

    document: Mapping[str, Any]

    @property
    def seasons(self) -> tuple[str, ...]:
        """Names of the seasons; the first is the default."""
        return tuple(self.document["seasons"])

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the modes."""
        return tuple(self.document["modes"])

    def modes(self, season: str = DRY) -> Mapping[str, Mode]:
        """Return the modes in a season by name.

        Raises
        ------
        InputError
            If there is no such season.
        """
        if season not in self.seasons:
            raise InputError(
                "There is no season {season}.", "Take one of: {known}.",
                season=season, known=", ".join(self.seasons),
            )  # fmt: skip
        limit = float(self.document["max_road_distance_m"])
        effects = self.document["seasons"][season] or {}
        return {
            name: _mode(name, entry, limit, season, effects.get(name) or {})
            for name, entry in self.document["modes"].items()
        }


@dataclass(frozen=True)
class Conditions:
    """Under which conditions people travel.

    Attributes
    ----------
    season : str
    speeds : Speeds or None
        A table of the planner's own; None takes the shipped one.
    speeds_name : str
        What that table is called in a result's manifest; empty for the shipped one.
    """

    season: str = DRY
    speeds: Speeds | None = None
    speeds_name: str = ""

    @property
    def modes(self) -> Mapping[str, Mode]:
        """The modes of travel under these conditions, by name."""
        return modes(self.season) if self.speeds is None else self.speeds.modes(self.season)


@cache
def shipped_speeds() -> Speeds:
    """Return the table of speeds that comes with the program, ``speeds.yaml``."""
    text = (resources.files("planner.network") / "speeds.yaml").read_text("utf-8")
    return Speeds(yaml.safe_load(text))


def read_speeds(path: str | Path) -> Speeds:
    """Read a table of speeds from a file of the planner's own, and try every mode of it in every season.

    Parameters
    ----------
    path : str or pathlib.Path

    Raises
    ------
    InputError
        If it cannot be read, lacks a mode or a key, or holds a speed or a factor that is none.
    """
    file = Path(path)
    try:
        speeds = Speeds(yaml.safe_load(file.read_text("utf-8")))
        missing = set(shipped_speeds().names) - set(speeds.names)
        if missing or DRY not in speeds.seasons:
            raise ValueError(f"{', '.join(sorted(missing)) or DRY} is missing")
        for season in speeds.seasons:
            for mode in speeds.modes(season).values():
                _refuse_odd_numbers(mode)
    except (
        OSError,
        UnicodeDecodeError,
        yaml.YAMLError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise InputError(
            "{file} cannot be used as a table of speeds ({reason}).",
            "Copy planner/network/speeds.yaml and change its numbers only.",
            file=file.name, reason=reason,
        ) from error  # fmt: skip
    return speeds


@cache
def modes(season: str = DRY) -> Mapping[str, Mode]:
    """Return the modes of the shipped ``speeds.yaml`` in a season, by name."""
    return shipped_speeds().modes(season)


def _refuse_odd_numbers(mode: Mode) -> None:
    effect = mode.effect
    speeds = [mode.access_kmh, *(kmh for pair in mode.class_kmh.values() for kmh in pair)]
    speeds += [mode.any_kmh] if mode.any_kmh is not None else []
    wrong = [kmh for kmh in speeds if not 0 < kmh <= _MOST_KMH]
    wrong += [f for f in (effect.paved, effect.gravel, effect.ground) if not 0 <= f <= 2]
    if mode.any_kmh is None and mode.default_class not in mode.class_kmh:
        raise ValueError(f"{mode.name}: no speed of the class {mode.default_class}")
    if wrong:
        raise ValueError(f"{mode.name}: {wrong[0]:g} is no speed or factor")


def _mode(name: str, entry: Mapping[str, Any], limit: float, season: str, effect: Mapping[str, Any]) -> Mode:
    factors = {key: float(effect[key]) for key in ("paved", "gravel", "ground") if key in effect}
    ride = entry.get("ride")
    return Mode(
        name=name,
        access_kmh=float(effect.get("access_kmh", entry["access_kmh"])),
        max_road_distance_m=limit,
        class_kmh={c: (float(p), float(u)) for c, (p, u) in entry.get("class_kmh", {}).items()},
        default_class=entry["default_class"],
        any_kmh=entry.get("every_class_kmh"),
        share_of_given_speed=entry.get("share_of_given_speed"),
        closed=frozenset(entry["closed"]),
        keeps_oneway=entry.get("oneway", True),
        minds_slopes=entry.get("slopes") == "tobler",
        season=season,
        effect=SeasonEffect(**factors, closed_on_ground=frozenset(effect.get("closed_on_ground", ()))),
        ride=None if ride is None else Ride(**{key: float(value) for key, value in ride.items()}),
    )
