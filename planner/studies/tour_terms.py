"""What is asked of tours: how far people walk, how long vehicles work, how often they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.errors import InputError
from planner.siting.tour import MOST_DAYS, TourProblem

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TourTerms:
    """What people, vehicles and their crews can do.

    Parameters
    ----------
    walk_m : float
        Longest way on foot from a place to its stop, metres.
    vehicles : int, optional
        More than so many are not to be had.
    days : int
        Working days of the week, from Monday on.
    hours : float
        Longest working day, from leaving the depot to being back, break included.
    range_km : float, optional
        Longest drive of a day.
    stop_minutes, minutes_per_person : float
        A visit takes the first, and the second for each person who lives in the places served.
    visits : int
        How often a week each stop is visited.
    visits_at : mapping of str to int
        The same for single places by identifier; a stop for several follows the one with most.
    spacing : int, optional
        Least number of days between two visits of a stop.
    depot : str, optional
        Identifier of the place where vehicles start; the district's centre unless given.
    start : str
        When they leave, as ``08:00``.
    break_minutes : float
        The crew's break, part of the hours.
    crossings : bool
        Whether vehicles may stop at crossings between places, too.
    rounds, seed : int
        Of the search; the same give the same trips.

    Raises
    ------
    InputError
        Naming the term that cannot be used.
    """

    walk_m: float = 1000.0
    vehicles: int | None = None
    days: int = 5
    hours: float = 8.0
    range_km: float | None = None
    stop_minutes: float = 20.0
    minutes_per_person: float = 0.0
    visits: int = 1
    visits_at: Mapping[str, int] = field(default_factory=dict, hash=False)
    spacing: int | None = None
    depot: str | None = None
    start: str = "08:00"
    break_minutes: float = 0.0
    crossings: bool = False
    rounds: int = 3000
    seed: int = 1

    def __post_init__(self) -> None:
        limits: dict[str, tuple[float | None, float, float]] = {
            "walk_m": (self.walk_m, 0, 20_000),
            "vehicles": (self.vehicles, 1, 1000),
            "days": (self.days, 1, MOST_DAYS),
            "hours": (self.hours, 0.25, 24),
            "range_km": (self.range_km, 0.1, 5000),
            "stop_minutes": (self.stop_minutes, 0, 24 * 60),
            "minutes_per_person": (self.minutes_per_person, 0, 24 * 60),
            "visits": (self.visits, 1, self.days),
            "spacing": (self.spacing, 1, MOST_DAYS),
            "break_minutes": (self.break_minutes, 0, 12 * 60),
            "rounds": (self.rounds, 1, 10_000_000),
            **{f"visits_at {place}": (number, 1, self.days) for place, number in self.visits_at.items()},
        }
        for name, (value, least, most) in limits.items():
            if value is not None and not least <= value <= most:
                raise InputError("{name}: {value} cannot be used.", "Give a number from {least} to {most}.",
                                 name=name, value=value, least=f"{least:g}", most=f"{most:g}")  # fmt: skip
        if self.net_work_s <= 0:
            raise InputError(
                "The break takes the whole working day.", "Give a shorter break or longer hours."
            )
        for visits in {self.visits, *self.visits_at.values()}:
            if self.spacing is not None and (visits - 1) * self.spacing >= self.days:
                raise InputError(
                    "{visits} visits a week, {spacing} days apart, do not fit into {days} working days.",
                    "Give fewer visits, less spacing or more days.",
                    visits=visits, spacing=self.spacing, days=self.days,
                )  # fmt: skip
        if self.start_s + self.hours * 3600 > 24 * 3600:
            raise InputError("A day of {hours} hours from {start} on ends after midnight.",
                             "Start earlier or work less.", hours=f"{self.hours:g}", start=self.start)  # fmt: skip

    @property
    def start_s(self) -> int:
        """Seconds since midnight when vehicles leave."""
        hours, _, minutes = self.start.partition(":")
        if not (hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
            raise InputError("{start} is no time of day.", "Write it as 08:00.", start=self.start)
        return int(hours) * 3600 + int(minutes) * 60

    @property
    def break_s(self) -> int:
        """Seconds of the break."""
        return round(self.break_minutes * 60)

    @property
    def net_work_s(self) -> int:
        """Seconds of driving and service that fit into a day."""
        return int(self.hours * 3600) - self.break_s

    @property
    def stop_s(self) -> int:
        """Seconds of a visit before anybody is served."""
        return round(self.stop_minutes * 60)

    @property
    def person_s(self) -> float:
        """Seconds for each person."""
        return self.minutes_per_person * 60

    @property
    def range_m(self) -> float:
        """Metres of a day; inf without a limit."""
        return float("inf") if self.range_km is None else self.range_km * 1000

    def visit_s(self, people: float) -> int:
        """Return the seconds of a visit that serves so many people; rounded up."""
        return self.stop_s + int(np.ceil(self.person_s * people - 1e-6))

    def visits_by_place(self, ids: Sequence[str]) -> IntArray:
        """Return how often a week each place wants a visit.

        Raises
        ------
        InputError
            If a place of `visits_at` is not known.
        """
        unknown = sorted(set(self.visits_at) - set(ids))
        if unknown:
            raise InputError("There is no place {id} to visit more often.", "Give the identifier of a settlement.",
                             id=unknown[0])  # fmt: skip
        return np.array([self.visits_at.get(i, self.visits) for i in ids], dtype=np.int64)

    def problem(
        self, seconds: IntArray, metres: IntArray, people: FloatArray, visits: IntArray
    ) -> TourProblem:
        """Return the problem of driving to stops: tables with the depot first, people and visits of each stop."""
        return TourProblem(
            seconds,
            metres,
            np.array([self.visit_s(float(p)) for p in people], dtype=np.int64),
            visits=visits,
            days=self.days,
            work_s=self.net_work_s,
            range_m=None if self.range_km is None else int(self.range_m),
            spacing=self.spacing,
        )

    def as_dict(self, depot: str) -> dict[str, Any]:
        """Return the terms for a result, units in their names."""
        return {
            "walk_m": self.walk_m, "most_vehicles": self.vehicles, "days": self.days, "hours": self.hours,
            "range_km": self.range_km, "stop_minutes": self.stop_minutes,
            "minutes_per_person": self.minutes_per_person, "visits_a_week": self.visits,
            "visits_at": dict(self.visits_at), "spacing_days": self.spacing, "depot": depot, "start": self.start,
            "break_minutes": self.break_minutes, "crossings": self.crossings, "rounds": self.rounds,
            "seed": self.seed,
        }  # fmt: skip


def visits_at(texts: Sequence[str]) -> dict[str, int]:
    """Return visits a week by place from texts such as ``place-7=2``.

    Raises
    ------
    InputError
        If one of them is not so written.
    """
    found = {}
    for text in texts:
        place, _, number = text.rpartition("=")
        if not place or not number.isdecimal():
            raise InputError("{text} does not say how often a place is visited.", "Write it as PLACE_ID=2.",
                             text=text)  # fmt: skip
        found[place] = int(number)
    return found
