"""One settlement under all standards that address it, and beside the centre."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from planner.errors import InputError
from planner.results import (
    Assessment,
    CardRow,
    Parity,
    PlaceParity,
    Places,
    SettlementCard,
    StandardResult,
    State,
)
from planner.standards.model import in_language
from planner.studies.steps import StepCost, step_costs

_ORDER = (
    State.UNREACHABLE, State.GAP, State.NOT_CONNECTED, State.NOT_LOCATED, State.NO_DATA, State.COVERED,
)  # fmt: skip


_SAME = 1e-9
"""Composites nearer than this are equal: they differ by how they were added up."""


_CANDIDATES = 8
"""So many are named where a name is not enough."""


def find_place(assessment: Assessment, asked: str) -> str:
    """Return the identifier of the settlement that is asked for by its identifier or its name in any language.

    Parameters
    ----------
    assessment : Assessment
    asked : str
        Letters may be large or small, and ё may be written е.

    Raises
    ------
    InputError
        If there is no such settlement, or several bear the name; it tells which.
    """
    places = assessment.places
    if asked in places.ids:
        return asked
    wanted = _plain(asked)
    named = [{_plain(name) for name in names.values()} for names in places.names]
    hits = [i for i, names in enumerate(named) if wanted in names]
    if len(hits) == 1:
        return places.ids[hits[0]]
    if hits:
        raise InputError(
            "{count} settlements are called “{name}”: {candidates}.",
            "Give the identifier of the one that is meant.",
            count=len(hits), name=asked, candidates=_told(assessment, hits),
        )  # fmt: skip
    near = [i for i, names in enumerate(named) if wanted and any(wanted in name for name in names)]
    if near:
        raise InputError(
            "There is no settlement “{name}”.",
            "Is one of these meant: {candidates}?",
            name=asked, candidates=_told(assessment, near),
        )  # fmt: skip
    raise InputError(
        "There is no settlement “{name}”.",
        "Give the name or the identifier as the demand layer has it.",
        name=asked,
    )


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("ё", "е").split())


def _told(assessment: Assessment, indices: list[int]) -> str:
    """Return identifiers with the name and the council of each."""
    said = [_called(assessment.places, i, assessment) for i in indices[:_CANDIDATES]]
    return ", ".join([*said, *(["…"] if len(indices) > _CANDIDATES else [])])


def _called(places: Places, i: int, assessment: Assessment) -> str:
    zone = int(places.zone[i])
    council = f", {in_language(assessment.zones.names[zone], 'en')}" if zone >= 0 else ""
    return f"{places.ids[i]} ({places.name(i, 'en')}{council})"


def card(
    assessment: Assessment,
    place_id: str,
    parity: Parity | None = None,
    costs: Mapping[str, StepCost] | None = None,
) -> SettlementCard | None:
    """Return the card of a settlement; None where the district has no place of this identifier.

    Parameters
    ----------
    assessment : Assessment
    place_id : str
    parity : Parity, optional
        Of the same assessment, where the card is to tell of it.
    costs : mapping of str to StepCost, optional
        Those that its steps were found with; the planner's own table where not given.
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
    beside = None if parity is None or not parity.services else place_parity(parity, index, costs)
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
    assumed = step_costs()
    known = (assumed if costs is None else costs).get(step.service) if step else None
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
        own_cost=step is not None and known != assumed.get(step.service),
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
