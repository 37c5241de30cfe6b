"""Two assessments of one district side by side: who gains, who loses, by service and by council."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.results.assessment import Assessment, StandardResult
from planner.results.states import LACKING, FloatArray, State, StateArray, Tally, worst
from planner.standards.model import Standard, in_language

OutcomeArray = npt.NDArray[np.uint8]
BoolArray = npt.NDArray[np.bool_]

_RELATIVE = 1e-9
"""Values that differ by less, relative to the larger, are the same: two ways of adding up the same roads."""


class Outcome(IntEnum):
    """What a change means for a place; of several standards the first in this order is told."""

    LOSES = 0
    GAINS = 1
    WORSE = 2
    BETTER = 3
    SAME = 4
    UNTOLD = 5

    @property
    def label(self) -> str:
        """The outcome's name in files and on the command line."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Change:
    """What a change does under one standard.

    Attributes
    ----------
    before, after : StandardResult or None
        None where the standard was not measured on that side.
    outcome : (n,) uint8 array
        Codes of :class:`Outcome`: GAINS became covered, LOSES was covered and now lacks the service, BETTER and WORSE
        keep their state with a better or a worse value (or go between unreachable, gap and not connected), UNTOLD is
        not addressed, or not known, on one side at least.
    """

    before: StandardResult | None
    after: StandardResult | None
    outcome: OutcomeArray

    @property
    def standard(self) -> Standard:
        """The standard as it is afterwards; as it was, where it is no longer in force."""
        side = self.after or self.before
        if side is None:
            raise ValueError("before and after: at least one result is needed")
        return side.standard


@dataclass(frozen=True)
class Comparison:
    """Two assessments of the same places.

    Attributes
    ----------
    before, after : Assessment
    before_name, after_name : str
        Names of the scenarios; empty for the district as it is.
    changes : tuple of Change
        One for each standard measured on either side, in the order of the catalogue.
    """

    before: Assessment
    after: Assessment
    before_name: str
    after_name: str
    changes: tuple[Change, ...]

    @cached_property
    def population(self) -> FloatArray:
        """People at each place, (n,)."""
        return self.before.places.population

    def services(self) -> tuple[str, ...]:
        """Return the services that are compared, in the order of the catalogue."""
        return tuple(dict.fromkeys(change.standard.service for change in self.changes))

    def changed_services(self) -> tuple[str, ...]:
        """Return the services under which anything changes for anybody."""
        return tuple(s for s in self.services() if np.isin(self.of_service(s), MOVED).any())

    def of_service(self, service: str) -> OutcomeArray:
        """Return the outcome for each place under all standards of a service together, (n,).

        Who gains or loses the service goes by its state, the worst that applies, so that those who lack it before, less
        those who gain and with those who lose it, are those who lack it after. Where the state stays, what gets worse
        under one standard counts before what gets better under another.
        """
        return outcomes_together([c for c in self.changes if c.standard.service == service])

    def people(self, outcome: OutcomeArray, mask: BoolArray | None = None) -> dict[Outcome, float]:
        """Return the people of each outcome, all six, within `mask` where given."""
        chosen = slice(None) if mask is None else mask
        sums = np.bincount(outcome[chosen], weights=self.population[chosen], minlength=len(Outcome))
        return {o: float(sums[o]) for o in Outcome}

    def by_zone(self, outcome: OutcomeArray) -> tuple[tuple[int, dict[Outcome, float]], ...]:
        """Return the people of each outcome zone by zone; -1 stands for places in no zone, where there are any."""
        zone = self.before.places.zone
        parts = [*range(len(self.before.zones)), *([-1] if (zone < 0).any() else [])]
        return tuple((z, self.people(outcome, zone == z)) for z in parts)

    def tallies(self, change: Change) -> tuple[Tally | None, Tally | None]:
        """Return people by state and the verdict, before and after; None where a side does not measure the standard."""
        return (
            None if change.before is None else self.before.tally(change.before),
            None if change.after is None else self.after.tally(change.after),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as ``planner compare --json`` prints it."""
        return {
            "district": in_language(self.before.district, "en"),
            "before": self.before_name or None,
            "after": self.after_name or None,
            "standards": [self._row(change) for change in self.changes],
            "councils": [row for service in self.services() for row in self._councils(service)],
            "manifests": {"before": dict(self.before.manifest), "after": dict(self.after.manifest)},
        }

    def _row(self, change: Change) -> dict[str, Any]:
        told = {o.label: people for o, people in self.people(change.outcome).items()}
        sides: dict[str, Any] = {}
        for name, counted in zip(("before", "after"), self.tallies(change), strict=True):
            sides[name] = (
                None
                if counted is None
                else {
                    **{s.label: counted.people[s] for s in State},
                    "share_covered": counted.share_covered,
                    "met": counted.met,
                }
            )
        return {"standard": change.standard.id, "service": change.standard.service, **sides, "people": told}

    def _councils(self, service: str) -> list[dict[str, Any]]:
        ids = self.before.zones.ids
        return [
            {
                "service": service,
                "council": ids[z] if z >= 0 else None,
                "people": {o.label: n for o, n in people.items()},
            }
            for z, people in self.by_zone(self.of_service(service))
        ]


MOVED = (Outcome.LOSES, Outcome.GAINS, Outcome.WORSE, Outcome.BETTER)
"""Outcomes under which something changes."""


def outcomes(before: StandardResult | None, after: StandardResult | None, n: int) -> OutcomeArray:
    """Return what a change means for each of `n` places under one standard.

    Parameters
    ----------
    before, after : StandardResult or None
        Of the same places.
    n : int

    Returns
    -------
    (n,) uint8 array
        Codes of :class:`Outcome`.
    """
    found = np.full(n, Outcome.UNTOLD, dtype=np.uint8)
    if before is None or after is None:
        return found
    was, now = before.state == State.COVERED, after.state == State.COVERED
    lacked, lacks = np.isin(before.state, LACKING), np.isin(after.state, LACKING)
    told = (was | lacked) & (now | lacks)
    found[told] = Outcome.SAME
    better, worse = _value_moves(before, after)
    found[told & (better | (_badness(before) > _badness(after)))] = Outcome.BETTER
    found[told & (worse | (_badness(before) < _badness(after)))] = Outcome.WORSE
    found[lacked & now] = Outcome.GAINS
    found[was & lacks] = Outcome.LOSES
    return found


def outcomes_together(changes: Sequence[Change]) -> OutcomeArray:
    """Return what a change means for each place under several standards together.

    Parameters
    ----------
    changes : sequence of Change
        Of one service, at least one. A standard that one side alone asks for counts on that side; one of which a
        place's state is not known on either side does not count for the place.

    Returns
    -------
    (n,) uint8 array
        Codes of :class:`Outcome`.
    """
    codes = np.stack([change.outcome for change in changes])
    before, after = (_worst_known(changes, side) for side in ("before", "after"))
    was, now = before == State.COVERED, after == State.COVERED
    lacked, lacks = np.isin(before, LACKING), np.isin(after, LACKING)
    told = (was | lacked) & (now | lacks)
    found = np.full(codes.shape[1], Outcome.UNTOLD, dtype=np.uint8)
    found[told] = Outcome.SAME
    found[told & np.isin(codes, (Outcome.GAINS, Outcome.BETTER)).any(axis=0)] = Outcome.BETTER
    found[told & np.isin(codes, (Outcome.LOSES, Outcome.WORSE)).any(axis=0)] = Outcome.WORSE
    found[lacked & now] = Outcome.GAINS
    found[was & lacks] = Outcome.LOSES
    return found


def _worst_known(changes: Sequence[Change], name: str) -> StateArray:
    """Return the worst state of each place on one side, of the standards of which it is known on both."""
    states = []
    for change in changes:
        sides = [side.state for side in (change.before, change.after) if side is not None]
        side: StandardResult | None = getattr(change, name)
        if side is None:
            states.append(np.full(sides[0].size, State.NOT_APPLICABLE, dtype=np.uint8))
            continue
        unknown = np.isin(sides, (State.NO_DATA, State.NOT_LOCATED)).any(axis=0)
        states.append(np.where(unknown, State.NOT_APPLICABLE, side.state).astype(np.uint8))
    return worst(states)


def _badness(result: StandardResult) -> npt.NDArray[np.int64]:
    """Rank the ways of lacking a service: no road is better known than no way, and both are worse than too far."""
    rank = np.zeros(len(State), dtype=np.int64)
    rank[State.GAP], rank[State.UNREACHABLE], rank[State.NOT_CONNECTED] = 1, 2, 2
    return np.asarray(rank[result.state])


def _value_moves(before: StandardResult, after: StandardResult) -> tuple[BoolArray, BoolArray]:
    """Return where the measured value got better, and where worse; unknown values move nowhere."""
    measure = after.standard.measure
    sign = -1.0 if measure is not None and measure.comparator.startswith(">") else 1.0
    old, new = sign * before.cost, sign * after.cost
    # Between two values without end there is no difference to measure.
    both = np.isfinite(old) & np.isfinite(new)
    step = np.where(both, new - old, 0.0)[...]
    least = _RELATIVE * np.maximum(np.abs(np.where(both, old, 0.0)), np.abs(np.where(both, new, 0.0)))
    return step < -least, step > least
