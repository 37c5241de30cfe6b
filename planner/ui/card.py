"""The card of a settlement, as HTML in which every text is escaped."""

from __future__ import annotations

import math
from html import escape

from planner.i18n import Speech, words
from planner.maps.legend import sign
from planner.report.content import place_kind
from planner.results import LACKING, Assessment, CardRow, PlaceParity, SettlementCard
from planner.standards.model import in_language


def card_html(assessment: Assessment, card: SettlementCard, say: Speech, *, dark: bool) -> str:
    """Return the card of a settlement.

    Parameters
    ----------
    assessment : Assessment
    card : SettlementCard
    say : Speech
    dark : bool
        Whether it stands on a dark page.
    """
    places, i = assessment.places, card.index
    people = say.plural("{count} person", "{count} people", places.population[i])
    if places.population_source[i] == "estimated":
        people = say("{people} (estimated)", people=people)
    about = [
        place_kind(say, places.kinds[i]),
        in_language(card.zone, say.language) if card.zone else "",
        people,
    ]
    road = float(places.road_distance_m[i])
    if road >= 1:
        about.append(say("{distance} to the nearest road", distance=words.quantity(say, round(road), "m")))
    lacking = say.plural("Lacks {count} service", "Lacks {count} services", card.lacking)
    rows = "".join(_row(assessment, row, card.parity, say, dark) for row in card.rows)
    beside = _beside(assessment, card.parity, say) if card.parity else ""
    return (
        f'<section class="planner-card" id="settlement-card"><div data-announce="settlement">'
        f"<h2>{escape(places.name(i, say.language))}</h2>"
        f'<p class="about">{escape(" · ".join(filter(None, about)))}</p>'
        f'<p class="lacking">{escape(lacking)}</p></div>{beside}<ul>{rows}</ul></section>'
    )


def _beside(assessment: Assessment, parity: PlaceParity, say: Speech) -> str:
    """Return how the settlement keeps up with the centre, and the cheapest step up."""
    lines = []
    if parity.rank is not None:
        told = say(
            "Parity with the centre {value}: place {rank} of {count}",
            value=say.number(parity.composite[0], 2), rank=say.number(parity.rank), count=say.number(parity.ranked),
        )  # fmt: skip
        lines.append(told)
    step = parity.step
    if step is not None:
        service = assessment.services.get(step.service)
        what = in_language(parity.step_what, say.language) if parity.step_what else ""
        what = what or (in_language(service, say.language) if service else step.service)
        before, after = say.number(parity.composite[0], 2), say.number(parity.after, 2)
        if before == after:
            lines.append(say("The cheapest step up: {what}", what=what))
        else:
            lines.append(say("The cheapest step up: {what}; parity after it {value}", what=what, value=after))
    return "".join(f'<p class="about">{escape(line)}</p>' for line in lines)


def _row(assessment: Assessment, row: CardRow, parity: PlaceParity | None, say: Speech, dark: bool) -> str:
    """Return one standard: the service, its state and what was measured; what is asked and why is unfolded below.

    What is lacking stands open, so that it is seen at first sight.
    """
    standard = row.result.standard
    service = assessment.services.get(standard.service)
    name = in_language(service, say.language) if service else standard.service
    unit = standard.measure.unit if standard.measure else ""
    asked = words.threshold(say, standard.measure) if standard.measure else ""
    # A mere yes or no has no unit: the state tells it.
    measured = "" if math.isnan(row.cost) or not unit else words.quantity(say, row.cost, unit)
    short = _short_by(row, say, unit)
    notes = [*words.standing(say, standard, assessment.jurisdiction)]
    if row.result.modelled:
        notes.append(say("modelled data"))
    if parity is not None and standard.service in parity.services:
        notes.append(say("parity: {value}", value=say.number(parity.services[standard.service], 2)))
    basis = words.legal_basis(say, standard)
    nearest = say("nearest: {name}", name=in_language(row.nearest, say.language)) if row.nearest else ""
    lacking = row.state in LACKING
    lines = (
        asked,
        short,
        nearest,
        " · ".join(notes),
        say("Legal basis: {basis}", basis=basis) if basis else "",
    )
    return (
        f'<li class="{"lack" if lacking else ""}"><details{" open" if lacking else ""}><summary>'
        f"{sign(row.state.label, dark=dark, size=18)}"
        f'<span><b>{escape(name)}</b> <span class="state">{escape(say(words.STATES[row.state.label]))}</span></span>'
        f'<b class="num">{escape(measured)}</b></summary>'
        f"{''.join(f'<p>{escape(line)}</p>' for line in lines if line)}</details></li>"
    )


def _short_by(row: CardRow, say: Speech, unit: str) -> str:
    if math.isnan(row.shortfall) or row.shortfall == 0 or not unit:
        return ""
    return say("short by {amount}", amount=words.quantity(say, row.shortfall, unit))
