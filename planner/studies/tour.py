"""Visiting services: stops and a weekly timetable where gaps are too small for a building."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.errors import CheckError, InfeasibleError, InputError
from planner.network.modes import Conditions
from planner.results import LACKING, Assessment, Tours, TourStop, Unserved, frozen
from planner.results.tour import NO_ROAD, NO_STOP, NOT_LOCATED, TOO_FAR, TOO_LONG
from planner.scenario import Scenario
from planner.siting import Progress
from planner.siting.tour import TourPlan, TourProblem, plan_tours
from planner.siting.tour_check import walking_faults
from planner.siting.tour_stops import Stops, fewest_stops
from planner.standards.model import Indicator, Standard, Text
from planner.studies.assess import assess_inputs, district_under, manifest
from planner.studies.centre import centre_of
from planner.studies.inputs import Inputs
from planner.studies.tour_roads import Drives, Foot, Spots, places_as_spots, with_crossings
from planner.studies.tour_terms import TourTerms
from planner.studies.tour_timetable import timetable
from planner.studies.travel import travel_manifest
from planner.workspace import Workspace

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_BY_POINTS = (
    Indicator.TRAVEL_TIME, Indicator.TRAVEL_DISTANCE, Indicator.STRAIGHT_DISTANCE,
    Indicator.FACILITIES_PER_PEOPLE, Indicator.CAPACITY_PER_PEOPLE,
)  # fmt: skip
_STANDING = ("connectivity", "utilities", "education", "transport", "emergency")
"""Layers of standards on what does not travel; their services are not offered, and planned for if asked by name."""

_NOBODY = {
    TOO_LONG: "None of the {count} places without the service can be served within a working day: {names}.",
    TOO_FAR: "None of the {count} places without the service can be served within the range: {names}.",
    NO_STOP: "None of the {count} places without the service can be served: vehicles come to no stop near {names}.",
    NO_ROAD: "None of the {count} places without the service can be served: no road leads to {names}.",
    NOT_LOCATED: (
        "None of the {count} places without the service can be served: the position of {names} is not known."
    ),
}
_WOULD_DO = {
    TOO_LONG: (
        "{needed} hours a day would do for one of them; or take a depot nearer to them, or shorter stops."
    ),
    TOO_FAR: "{needed} km a day would do for one of them; or take a depot nearer to them.",
    NO_STOP: "A walk of {needed} m would do for one of them.",
    NO_ROAD: "Check the roads on the page “Layers”.",
    NOT_LOCATED: "Add coordinates to the layer of settlements.",
}


def tours(
    workspace: Workspace,
    service: str,
    terms: TourTerms | None = None,
    *,
    standard: str | None = None,
    scenario: Scenario | None = None,
    conditions: Conditions | None = None,
    time_limit_s: float | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Tours:
    """Plan stops and a weekly timetable that bring a service to the places that lack it.

    Parameters
    ----------
    workspace : Workspace
    service : str
    terms : TourTerms, optional
        What vehicles and people can do.
    standard : str, optional
        Only places that this standard finds without the service; all its standards in force unless given.
    scenario : Scenario, optional
        Whose gaps are served; those of the district as it is unless given.
    conditions : Conditions, optional
        Season and speeds.
    time_limit_s, cancel, progress : optional
        See :func:`planner.siting.tour.plan_tours`.

    Raises
    ------
    InputError
        If there is no such service or standard, no roads, nobody without the service, or a term cannot be used.
    InfeasibleError
        If no place can be served, or more vehicles are needed than may be had.
    StoppedError
        If the search ended before it found a plan.
    """
    began = time.perf_counter()
    inputs, standards, catalogue = district_under(workspace, scenario, conditions=conditions)
    chosen = _chosen(standards, service, standard)
    assessment = assess_inputs(inputs, chosen, catalogue)
    study = _Study(inputs, assessment, service, terms or TourTerms())
    study.choose_stops(time_limit_s, cancel)
    plan = plan_tours(
        study.problem, most_vehicles=study.terms.vehicles, rounds=study.terms.rounds, seed=study.terms.seed,
        time_limit_s=time_limit_s, cancel=cancel, progress=progress,
    )  # fmt: skip
    return study.result(plan, chosen, time.perf_counter() - began)


def visitable_services(assessment: Assessment) -> dict[str, Text]:
    """Return the services that somebody lacks and that a vehicle can bring, with their names."""
    people = assessment.places.population
    return {
        service: assessment.services.get(service, {"en": service})
        for service in assessment.service_ids()
        if people[np.isin(assessment.service_state(service), LACKING)].sum() > 0
        and any(_can_visit(result.standard) for result in assessment.of_service(service))
    }


def _can_visit(standard: Standard) -> bool:
    """Whether a vehicle can stand in for a service point: not for a net, a line, a school or an ambulance's base."""
    measure = standard.measure
    return (
        measure is not None
        and measure.indicator in _BY_POINTS
        and not measure.from_facility
        and standard.layer not in _STANDING
    )


def _chosen(standards: tuple[Standard, ...], service: str, wanted: str | None) -> tuple[Standard, ...]:
    found = tuple(
        s for s in standards if s.measure is not None and s.service == service and wanted in (None, s.id)
    )
    if not found:
        known = [s.id for s in standards if s.service == service and s.measure is not None]
        raise InputError(
            "No standard in force says who lacks the service {service}.",
            "Choose one of: {known}.",
            service=service if wanted is None else f"{service} ({wanted})",
            known=", ".join(known or dict.fromkeys(s.service for s in standards if s.measure is not None)),
        )
    return found


class _Study:
    """One plan in the making: who lacks the service, spots where vehicles may stop, stops, problem."""

    def __init__(self, inputs: Inputs, assessment: Assessment, service: str, terms: TourTerms) -> None:
        self.inputs, self.assessment, self.service, self.terms = inputs, assessment, service, terms
        if inputs.roads is None or not len(inputs.roads):
            raise InputError("The workspace has no roads for vehicles to drive on.",
                             "Add them with: planner add WORKSPACE FILE --as roads")  # fmt: skip
        self.people = inputs.places.population
        state = assessment.service_state(service)
        self.lacking = np.isin(state, LACKING) & (self.people > 0)
        if not self.lacking.any():
            raise InputError("Nobody is known to lack the service {service}: there is nothing to plan.",
                             "Choose another service or standard.", service=service)  # fmt: skip
        self.depot = self._depot()
        self.visits_of_place = terms.visits_by_place(inputs.places.ids)
        self._spots()

    def _depot(self) -> int:
        ids = self.inputs.places.ids
        if self.terms.depot is None:
            return centre_of(self.inputs)
        if self.terms.depot not in ids:
            raise InputError("There is no place {id} for a depot.", "Give the identifier of a settlement.",
                             id=self.terms.depot)  # fmt: skip
        return ids.index(self.terms.depot)

    def _spots(self) -> None:
        """Find the spots that a vehicle can come to, and how far people walk to each."""
        inputs, terms = self.inputs, self.terms
        wanted = np.flatnonzero(self.lacking & np.isfinite(inputs.place_xy).all(axis=1))
        spots = places_as_spots(inputs)
        self.spots: Spots = with_crossings(inputs, spots, wanted, terms.walk_m) if terms.crossings else spots
        self.drives = Drives(inputs, self.spots)
        if not self.drives.points.connected[self.depot]:
            raise InputError("The depot {name} is away from all roads.", "Choose another place.",
                             name=inputs.places.name(self.depot, "en"))  # fmt: skip
        seconds, metres = self.drives.round_trips(self.depot)
        self.trip_s, self.trip_m = np.ceil(seconds - 1e-6), np.rint(metres)
        self.usable = np.isfinite(self.trip_s) & (self.trip_m <= terms.range_m)
        self.usable &= self.trip_s + terms.stop_s <= terms.net_work_s
        self.foot = Foot(inputs, self.spots)
        self.places = np.flatnonzero(self.lacking)
        self.walk = self.foot.metres(self.places, np.arange(len(self.spots.place)), terms.walk_m)
        self.nearest = self.foot.nearest(np.flatnonzero(np.isfinite(self.trip_s)))

    def _room(self) -> FloatArray:
        """Return for how many people a visit of each spot has time."""
        left = self.terms.net_work_s - self.trip_s - self.terms.stop_s
        if self.terms.person_s == 0:
            return np.where(left >= 0, np.inf, -1.0)
        with np.errstate(invalid="ignore"):
            return np.asarray(np.floor(left / self.terms.person_s + 1e-9))

    def choose_stops(self, time_limit_s: float | None, cancel: Callable[[], bool] | None) -> None:
        """Choose the fewest stops for all places that can be served, and state the problem of driving to them."""
        while True:
            near = self.walk <= self.terms.walk_m
            room = np.where(self.usable, self._room(), -1.0)
            fits = near & (self.people[self.places][:, None] <= room[None, :])
            able = fits.any(axis=1)
            if not able.any():
                raise self._nobody()
            spots = np.flatnonzero(fits[able].any(axis=0))
            walk = np.where(fits[np.ix_(able, spots)], self.walk[np.ix_(able, spots)], np.inf)
            bounded = room[spots] if np.isfinite(room[spots]).any() else None
            self.able = self.places[able]
            self.stops: Stops = fewest_stops(
                walk,
                self.people[self.able],
                self.terms.walk_m,
                bounded,
                time_limit_s=time_limit_s,
                cancel=cancel,
            )
            self.chosen = spots[self.stops.chosen]
            self.problem = self._problem()
            too_far = self._beyond()
            if not too_far.any():
                return
            # Rounded to whole seconds and metres, such a stop is a little beyond the limit.
            self.usable[self.chosen[too_far]] = False

    def _problem(self) -> TourProblem:
        serving, terms = self.stops.serving, self.terms
        seconds, metres = self.drives.tables(np.append(self.depot, self.chosen))
        load = np.bincount(serving, weights=self.people[self.able], minlength=self.chosen.size).astype(float)
        visits = np.zeros(self.chosen.size, dtype=np.int64)
        np.maximum.at(visits, serving, self.visits_of_place[self.able])
        return terms.problem(seconds, metres, load, visits)

    def _beyond(self) -> BoolArray:
        """Return which stops a vehicle cannot drive to directly, serve, and be back in time."""
        problem = self.problem
        time_s = problem.seconds[0, 1:] + problem.service_s + problem.seconds[1:, 0]
        way_m = problem.metres[0, 1:] + problem.metres[1:, 0]
        return np.asarray((time_s > problem.work_s) | (way_m > self.terms.range_m))

    def unserved(self) -> tuple[Unserved, ...]:
        """Return the places without a stop, with why and what would do."""
        served = set(self.able.tolist()) if hasattr(self, "able") else set()
        found = [self._why(k, int(i)) for k, i in enumerate(self.places) if int(i) not in served]
        return tuple(sorted(found, key=lambda one: (-self.people[one.place], one.place)))

    def _why(self, row: int, place: int) -> Unserved:
        if not np.isfinite(self.inputs.place_xy[place]).all():
            return Unserved(place, NOT_LOCATED, np.nan)
        near = self.walk[row] <= self.terms.walk_m
        driven = np.isfinite(self.trip_s)
        if not self.foot.points.connected[place] or not np.isfinite(self.nearest[place]):
            return Unserved(place, NO_ROAD, np.nan)
        if not (near & driven).any():
            return Unserved(place, NO_STOP, float(self.nearest[place]))
        in_range = near & driven & (self.trip_m <= self.terms.range_m)
        if not in_range.any():
            return Unserved(place, TOO_FAR, float(self.trip_m[near & driven].min()) / 1000)
        whole = self.trip_s[in_range] + self.terms.visit_s(float(self.people[place])) + self.terms.break_s
        return Unserved(place, TOO_LONG, float(whole.min()) / 3600)

    def _nobody(self) -> InfeasibleError:
        """Return the error that no place can be served: what stands against most people, and what would do for some."""
        self.able = np.empty(0, dtype=np.int64)
        found = self.unserved()
        people = {r: sum(self.people[one.place] for one in found if one.reason == r) for r in _NOBODY}
        reason = max(_NOBODY, key=lambda r: people[r])
        mine = [one for one in found if one.reason == reason]
        names = [self.inputs.places.name(one.place, "en") for one in mine[:5]]
        return InfeasibleError(
            _NOBODY[reason],
            _WOULD_DO[reason],
            demand=[one.place for one in found],
            count=len(found),
            names=", ".join(names) + (", …" if len(mine) > 5 else ""),
            needed=f"{min((one.needed for one in mine), default=float('nan')):.2f}",
        )

    def result(self, plan: TourPlan, standards: tuple[Standard, ...], seconds: float) -> Tours:
        """Return the plan as a result, checked once more where people walk."""
        inputs, n = self.inputs, len(self.inputs.places)
        serving, walk = np.full(n, -1, dtype=np.int64), np.full(n, np.nan)
        serving[self.able], walk[self.able] = self.stops.serving, self.stops.walk
        self._check_walks(serving, walk)
        results = self.assessment.results
        return Tours(
            district=inputs.district.name,
            service=self.service,
            service_name=self.assessment.services.get(self.service, {"en": self.service}),
            standards=standards,
            proxy=any(r.proxy for r in results),
            modelled=any(r.modelled for r in results),
            season=inputs.conditions.season,
            terms=self.terms.as_dict(inputs.places.ids[self.depot]),
            places=inputs.places,
            lacking=frozen(self.lacking),
            serving=frozen(serving),
            walk_m=frozen(walk),
            stops=tuple(self._stop(k) for k in range(self.chosen.size)),
            stops_bound=self.stops.bound,
            trips=timetable(
                inputs, self.drives, np.append(self.depot, self.chosen), self.problem, plan, self.terms
            ),
            vehicles=plan.vehicles,
            vehicles_bound=plan.vehicles_bound,
            drive_m=plan.metres,
            drive_bound_m=plan.metres_bound,
            depot=self._spot(self.depot),
            unserved=self.unserved(),
            stopped=plan.stopped,
            manifest={
                **manifest(inputs, standards, seconds),
                "travel": travel_manifest(inputs, ("walk", "car")),
            },
        )

    def _spot(self, spot: int, **more: Any) -> TourStop:
        place, crossing = int(self.spots.place[spot]), bool(self.spots.crossing[spot])
        lon, lat = self.inputs.grid.to_degrees(self.spots.xy[spot])[0]
        names = self.inputs.places.names[place]
        own = self.inputs.places.ids[place]
        return TourStop(**{
            "id": f"crossing-{spot}" if crossing else own, "name": names, "crossing": crossing,
            "lon": float(lon), "lat": float(lat), "serves": (), "people": 0.0, "farthest_m": 0.0,
            "visits": 0, "service_s": 0, **more,
        })  # fmt: skip

    def _stop(self, k: int) -> TourStop:
        mine = np.flatnonzero(self.stops.serving == k)
        by_people = mine[np.argsort(-self.people[self.able[mine]], kind="stable")]
        return self._spot(
            int(self.chosen[k]),
            serves=tuple(int(i) for i in self.able[by_people]),
            people=float(self.people[self.able[mine]].sum()),
            farthest_m=float(self.stops.walk[mine].max(initial=0.0)),
            visits=int(self.problem.visits[k]),
            service_s=int(self.problem.service_s[k]),
        )

    def _check_walks(self, serving: IntArray, walk: FloatArray) -> None:
        told = self.walk[:, self.chosen]
        everywhere = np.full((serving.size, self.chosen.size), np.inf)
        everywhere[self.places] = told
        wrong = walking_faults(everywhere, self.terms.walk_m, serving, walk)
        left = set(self.places.tolist()) - set(np.flatnonzero(serving >= 0).tolist())
        if left != {one.place for one in self.unserved()}:
            wrong.append("a place is neither served nor named")
        if wrong:
            raise CheckError("The tours contradict the data: {wrong}.",
                             "This is a fault of the planner; please report it.", wrong="; ".join(wrong))  # fmt: skip
