"""One settlement under all standards that address it, and beside the centre."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from planner.results import (
    Assessment,
    CardRow,
    Parity,
    PlaceParity,
    SettlementCard,
    StandardResult,
    State,
)
from planner.studies.steps import StepCost, step_costs

_ORDER = (
    State.UNREACHABLE, State.GAP, State.NOT_CONNECTED, State.NOT_LOCATED, State.NO_DATA, State.COVERED,
)  # fmt: skip


_SAME = 1e-9
"""Composites nearer than this are equal: they differ by how they were added up."""


def card(assessment: Assessment, place_id: str, parity: Parity | None = None) -> SettlementCard | None:
    """Return the card of a settlement; None where the district has no place of this identifier.

    Parameters
    ----------
    assessment : Assessment
    place_id : str
    parity : Parity, optional
        Of the same assessment, where the card is to tell of it.
    """
    places = assessment.places
    if place_id not in places.ids:
        return None
    index = places.ids.index(place_id)
    rows = [_row(result, index) for result in assessment.results]
    told = sorted(
        (r for r in rows if r.state is not State.NOT_APPLICABLE), key=lambda r: _ORDER.index(r.state)
    )
    zone = int(places.zone[index])
    beside = None if parity is None or not parity.services else place_parity(parity, index)
    return SettlementCard(index, assessment.zones.names[zone] if zone >= 0 else None, tuple(told), beside)


def place_parity(found: Parity, index: int, costs: Mapping[str, StepCost] | None = None) -> PlaceParity:
    """Return how one settlement keeps up with the centre.

    Parameters
    ----------
    found : Parity
        With at least one service.
    index : int
        Of the place.
    costs : mapping of str to StepCost, optional
        Those that the steps were found with; the planner's own table where not given.
    """
    every = found.composite[0]
    mine, step = float(every[index]), found.steps[index]
    known = (step_costs() if costs is None else costs).get(step.service) if step else None
    services = {s.service: float(s.parity[0, index]) for s in found.services}
    return PlaceParity(
        references=found.references,
        composite=tuple(float(value) for value in found.composite[:, index]),
        level=float(found.level[index]),
        rank=None if np.isnan(mine) else 1 + int((every > mine + _SAME).sum()),
        ranked=int((~np.isnan(every)).sum()),
        services={service: value for service, value in services.items() if not np.isnan(value)},
        step=step,
        step_what=known.what if known else {},
        after=mine + step.gain if step else float("nan"),
    )


def _row(result: StandardResult, index: int) -> CardRow:
    nearest = int(result.nearest[index])
    return CardRow(
        result=result,
        state=State(int(result.state[index])),
        cost=float(result.cost[index]),
        shortfall=float(result.shortfall[index]),
        nearest=result.facilities.names[nearest] if result.facilities is not None and nearest >= 0 else None,
    )
