"""How people travel in a district: its roads as a mode sees them in the season that was asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from planner.layers.schema import Role
from planner.layers.terrain import HEIGHTS
from planner.network.attach import ModeRoads
from planner.network.bus import BusRoads
from planner.network.modes import Conditions, read_speeds, shipped_speeds
from planner.studies.inputs import BARRIER, Inputs

WALK, BUS = "walk", "bus"

STOPS, TRIPS = "bus", "trips_week"
"""The service whose points are the stops, and their column of trips a week."""

TravelRoads: TypeAlias = ModeRoads | BusRoads


def conditions_of(season: str, speeds: Path | None = None) -> Conditions:
    """Return the conditions of a season, with the shipped speeds or those of a file.

    Raises
    ------
    InputError
        If there is no such season, or the file is no table of speeds.
    """
    if speeds is None:
        shipped_speeds().modes(season)
        return Conditions(season)
    table = read_speeds(speeds)
    table.modes(season)
    digest = hashlib.sha256(speeds.read_bytes()).hexdigest()
    return Conditions(season, table, f"{speeds.name} (sha256 {digest})")


def roads_of_mode(inputs: Inputs, mode: str) -> TravelRoads | None:
    """Return the roads of a district as a mode sees them.

    Parameters
    ----------
    inputs : Inputs
        With the conditions: season and table of speeds.
    mode : str

    Returns
    -------
    ModeRoads or BusRoads or None
        None without roads; for the mode ``bus`` also without a layer of stops.
    """
    roads, modes = inputs.roads, inputs.conditions.modes
    if roads is None or not len(roads):
        return None
    if modes[mode].ride is None:
        return ModeRoads(roads, modes[mode])
    layer = inputs.layers.get((Role.FACILITIES, STOPS))
    if layer is None:
        return None
    mine = inputs.of_service(STOPS)
    trips = layer.numbers(TRIPS)
    return BusRoads(
        ModeRoads(roads, modes[WALK]), ModeRoads(roads, modes[mode]), inputs.facility_xy[mine], trips
    )


def travel_manifest(inputs: Inputs, used: Iterable[str]) -> Mapping[str, Any]:
    """Return what was assumed of travel, for the manifest of a result.

    Parameters
    ----------
    inputs : Inputs
    used : iterable of str
        The modes that were asked for.
    """
    roads = inputs.layers.get((Role.ROADS, ""))
    conditions = inputs.conditions
    return {
        "season": conditions.season,
        "speeds": conditions.speeds_name or "shipped",
        "modes": list(used),
        "heights": roads is not None and HEIGHTS in roads.frame,
        "barriers": (Role.LINES, BARRIER) in inputs.layers,
    }
