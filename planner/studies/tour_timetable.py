"""From a plan of tours to a timetable: when each vehicle is where, and along which roads it gets there."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from planner.results import Halt, Trip
from planner.siting.tour import TourPlan, TourProblem, TourTrip
from planner.studies.inputs import Inputs
from planner.studies.tour_roads import Drives
from planner.studies.tour_terms import TourTerms

IntArray = npt.NDArray[np.int64]


def timetable(
    inputs: Inputs, drives: Drives, spots: IntArray, problem: TourProblem, plan: TourPlan, terms: TourTerms
) -> tuple[Trip, ...]:
    """Return the trips of a plan with their times and lines.

    Parameters
    ----------
    inputs : Inputs
    drives : Drives
    spots : (s + 1,) int array
        Numbers in `drives` of the depot, then of the stops.
    problem : TourProblem
    plan : TourPlan
    terms : TourTerms
    """
    return tuple(_trip(inputs, drives, spots, problem, trip, terms) for trip in plan.trips)


def _trip(
    inputs: Inputs, drives: Drives, spots: IntArray, problem: TourProblem, trip: TourTrip, terms: TourTerms
) -> Trip:
    way = np.array([0, *(stop + 1 for stop in trip.stops), 0])
    drive_s, drive_m = problem.seconds[way[:-1], way[1:]], problem.metres[way[:-1], way[1:]]
    service = problem.service_s[list(trip.stops)]
    work = int(drive_s.sum() + service.sum())
    clock, halts = terms.start_s, []
    pause: tuple[int, int] | None = None
    for k, stop in enumerate(trip.stops):
        arrival = clock + int(drive_s[k])
        clock = arrival + int(service[k])
        halts.append(Halt(stop, arrival, clock, int(drive_s[k]), int(drive_m[k])))
        # The break comes at the first stop that half of the day's work is done at.
        if terms.break_s and pause is None and 2 * (clock - terms.start_s) >= work:
            pause = (clock, clock + terms.break_s)
            clock += terms.break_s
    end = clock + int(drive_s[-1])
    if terms.break_s and pause is None:
        pause, end = (end, end + terms.break_s), end + terms.break_s
    return Trip(
        vehicle=trip.vehicle,
        day=trip.day,
        start_s=terms.start_s,
        end_s=end,
        halts=tuple(halts),
        pause=pause,
        drive_s=int(drive_s.sum()),
        drive_m=int(drive_m.sum()),
        line=_geojson(inputs, drives.line(spots[way])),
    )


def _geojson(inputs: Inputs, line: shapely.LineString) -> Any:
    degrees = shapely.set_precision(inputs.grid.unproject(line), 1e-6, mode="pointwise")
    return orjson.loads(shapely.to_geojson(degrees))
