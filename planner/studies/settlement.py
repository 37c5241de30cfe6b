"""One settlement under all standards that address it."""

from __future__ import annotations

from dataclasses import dataclass

from planner.results import LACKING, Assessment, StandardResult, State
from planner.standards.model import Text

_ORDER = (
    State.UNREACHABLE, State.GAP, State.NOT_CONNECTED, State.NOT_LOCATED, State.NO_DATA, State.COVERED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardRow:
    """What one standard says of the settlement.

    Attributes
    ----------
    result : StandardResult
    state : State
    cost, shortfall : float
        In the unit of the standard; NaN where there is no number.
    nearest : mapping or None
        Name by language of the facility that the cost belongs to.
    """

    result: StandardResult
    state: State
    cost: float
    shortfall: float
    nearest: Text | None


@dataclass(frozen=True, slots=True)
class SettlementCard:
    """A settlement and what every standard that addresses it says.

    Attributes
    ----------
    index : int
        Of the place.
    zone : mapping or None
        Name by language of its rural council.
    rows : tuple of CardRow
        The worst first.
    """

    index: int
    zone: Text | None
    rows: tuple[CardRow, ...]

    @property
    def lacking(self) -> int:
        """How many services it is known to lack."""
        return len({row.result.standard.service for row in self.rows if row.state in LACKING})


def card(assessment: Assessment, place_id: str) -> SettlementCard | None:
    """Return the card of a settlement; None where the district has no place of this identifier."""
    places = assessment.places
    if place_id not in places.ids:
        return None
    index = places.ids.index(place_id)
    rows = [_row(result, index) for result in assessment.results]
    told = sorted(
        (r for r in rows if r.state is not State.NOT_APPLICABLE), key=lambda r: _ORDER.index(r.state)
    )
    zone = int(places.zone[index])
    return SettlementCard(index, assessment.zones.names[zone] if zone >= 0 else None, tuple(told))


def _row(result: StandardResult, index: int) -> CardRow:
    nearest = int(result.nearest[index])
    return CardRow(
        result=result,
        state=State(int(result.state[index])),
        cost=float(result.cost[index]),
        shortfall=float(result.shortfall[index]),
        nearest=result.facilities.names[nearest] if result.facilities is not None and nearest >= 0 else None,
    )
