"""The card of a settlement, as HTML in which every text is escaped."""

from __future__ import annotations

import math
from html import escape

from planner.i18n import Speech, words
from planner.maps.marks import swatch
from planner.report.content import place_kind
from planner.results import LACKING, Assessment
from planner.standards.model import in_language
from planner.studies.settlement import CardRow, SettlementCard


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
    if not math.isnan(road):
        about.append(say("{distance} to the nearest road", distance=words.quantity(say, round(road), "m")))
    heads = (say("Service and standard"), say("State"), say("Measured"), say("Short by"))
    rows = "".join(_row(assessment, row, say, dark) for row in card.rows)
    lacking = say.plural("lacks {count} service", "lacks {count} services", card.lacking)
    return (
        f'<div class="planner-card" id="settlement-card"><h3>{escape(places.name(i, say.language))}</h3>'
        f'<p class="about">{escape(" · ".join(filter(None, about)))}<br><b>{escape(lacking)}</b></p>'
        f"<table><thead><tr>{''.join(f'<th>{escape(h)}</th>' for h in heads)}</tr></thead><tbody>{rows}</tbody></table>"
        "</div>"
    )


def _row(assessment: Assessment, row: CardRow, say: Speech, dark: bool) -> str:
    standard = row.result.standard
    service = assessment.services.get(standard.service)
    name = in_language(service, say.language) if service else standard.service
    labels = words.standing(say, standard, assessment.jurisdiction)
    if row.result.modelled:
        labels.append(say("modelled data"))
    tags = "".join(f'<span class="tag">{escape(label)}</span>' for label in labels)
    asks = words.threshold(say, standard.measure) if standard.measure else ""
    unit = standard.measure.unit if standard.measure else ""
    nearest = (
        f'<span class="sub">{escape(in_language(row.nearest, say.language))}</span>' if row.nearest else ""
    )
    lacks = "lack" if row.state in LACKING else ""
    sign = swatch(row.state.label, dark=dark, size=18)
    return (
        f'<tr class="{lacks}"><td>{escape(name)}<span class="sub">{escape(asks)}</span>{tags}</td>'
        f'<td class="state">{sign}{escape(say(words.STATES[row.state.label]))}</td>'
        f'<td class="num">{escape(words.quantity(say, row.cost, unit))}{nearest}</td>'
        f'<td class="num">{escape(_short_by(row, say, unit))}</td></tr>'
    )


def _short_by(row: CardRow, say: Speech, unit: str) -> str:
    return "" if math.isnan(row.shortfall) or row.shortfall == 0 else words.quantity(say, row.shortfall, unit)
