"""What a standards passport says, as blocks to be set."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.i18n import Speech, words
from planner.report import provenance
from planner.report.blocks import (
    Block,
    Bullets,
    Cell,
    Document,
    Figure,
    Heading,
    Paragraph,
    Table,
    TableColumn,
    Tone,
)
from planner.report.content import place_kind, source_name
from planner.report.labels import Labels
from planner.results import LACKING, Assessment, CardRow, PlaceParity, SettlementCard, State
from planner.standards.model import Indicator, in_language

_MAP_MM = 58.0
_PICTURE_WIDTH_PX = 400
_MARKS: dict[State, tuple[str, Tone]] = {
    State.COVERED: ("✓", "good"),
    **dict.fromkeys(LACKING, ("✗", "bad")),
}


@dataclass(frozen=True)
class _Passport:
    """A passport in the making: `numbers` holds the number of each service point that is on its map."""

    assessment: Assessment
    card: SettlementCard
    say: Speech
    labels: Labels
    numbers: dict[tuple[float, float, str], int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.assessment.places.name(self.card.index, self.say.language)

    def in_words(self, text: Mapping[str, str]) -> str:
        return in_language(text, self.say.language)


def passport_document(
    assessment: Assessment, card: SettlementCard, say: Speech, made_at: dt.datetime, digest: str
) -> Document:
    """Return the passport of a settlement as blocks.

    Parameters
    ----------
    assessment : Assessment
    card : SettlementCard
        Of the same assessment.
    say : Speech
    made_at : datetime.datetime
    digest : str
        Of the data that the numbers rest on.
    """
    labels = Labels(say)
    it = _Passport(assessment, card, say, labels)
    rows = tuple(_row(it, row) for row in card.rows)
    return Document(
        title=say("Standards passport: {place}", place=it.name),
        made=labels.phrases["made"].format(date=say.date(made_at.date())),
        kicker=in_language(assessment.district, say.language),
        language=say.language,
        contents="",
        page=say("{page} of {pages}", page="{page}", pages="{pages}"),
        memo=(),
        body=(
            Paragraph(_about(it), "lead"),
            Paragraph(_counted(card, say), "lead"),
            *_map(it),
            *(_parity(it, card.parity) if card.parity else ()),
            Heading(1, labels.headings["standards"]),
            _standards(it, rows),
            Paragraph(f"{labels.phrases['signs']} · {labels.phrases['standards_note']}", "note"),
            *_grounds(it, digest),
        ),
    )


def _about(it: _Passport) -> str:
    """Return the settlement's kind, its council, and its people with the source of their number."""
    places, i, say = it.assessment.places, it.card.index, it.say
    people = say.plural("{count} person", "{count} people", places.population[i])
    source = source_name(say, places.population_source[i]) or say("source not given")
    parts = (
        place_kind(say, places.kinds[i]),
        it.in_words(it.card.zone) if it.card.zone else "",
        f"{people} ({source})",
    )
    return " · ".join(filter(None, parts))


def _counted(card: SettlementCard, say: Speech) -> str:
    met = sum(row.state is State.COVERED for row in card.rows)
    missed = sum(row.state in LACKING for row in card.rows)
    return say(
        "Standards that apply here: {count}. Met: {met}; not met: {missed}; not known: {unknown}.",
        count=say.number(len(card.rows)), met=say.number(met), missed=say.number(missed),
        unknown=say.number(len(card.rows) - met - missed),
    )  # fmt: skip


def _row(it: _Passport, row: CardRow) -> tuple[Cell, ...]:
    """Return one standard: what it is, the act, what is asked, what was measured, the nearest point, the state."""
    say, standard = it.say, row.result.standard
    text = provenance.standard_text(standard, say, it.assessment)
    unit = standard.measure.unit if standard.measure else ""
    signs = "†" * row.result.proxy + "*" * row.result.modelled
    # That it is a proxy is told by its sign.
    marks = [label for label in words.standing(say, standard, standard.jurisdiction) if label]
    if text.confidence not in marks:
        marks.append(text.confidence)
    act = ", ".join(filter(None, (text.legal_basis, text.clause)))
    sign, tone = _MARKS.get(row.state, ("?", "soft"))
    parity = it.card.parity.services.get(standard.service) if it.card.parity else None
    return (
        Cell(f"{text.service_name}: {text.title}{signs}"),
        Cell(act, (" · ".join(marks),)),
        Cell(text.threshold),
        Cell(_measured(row, say, unit), _short(row, say, unit)),
        Cell(_nearest(it, row)),
        Cell("—" if parity is None else say.number(parity, 2)),
        Cell(f"{sign}\u00a0{say(words.STATES[row.state.label])}", tone=tone),
    )


def _measured(row: CardRow, say: Speech, unit: str) -> str:
    """Return what was measured; a mere yes or no, which has no unit, is told by the state."""
    return "—" if math.isnan(row.cost) or not unit else words.quantity(say, row.cost, unit)


def _short(row: CardRow, say: Speech, unit: str) -> tuple[str, ...]:
    if math.isnan(row.shortfall) or row.shortfall == 0 or not unit:
        return ()
    return (say("short by {amount}", amount=words.quantity(say, row.shortfall, unit)),)


def _nearest(it: _Passport, row: CardRow) -> str:
    """Return the nearest service point, with its number on the map where it has a position."""
    points, i = row.result.facilities, row.nearest_index(it.card.index)
    measure = row.result.standard.measure
    at_home = measure is not None and measure.indicator is Indicator.SETTLEMENT_VALUE
    if points is None or i < 0 or row.nearest is None or at_home:
        return "—"
    name = it.in_words(row.nearest)
    lon, lat = float(points.lon[i]), float(points.lat[i])
    if math.isnan(lon + lat):
        return name
    number = it.numbers.setdefault((lon, lat, name), len(it.numbers) + 1)
    return f"{name} [{it.say.number(number)}]"


def _map(it: _Passport) -> tuple[Block, ...]:
    from planner.maps.district_map import district_bounds
    from planner.maps.place_picture import place_picture

    if district_bounds(it.assessment) is None:
        return ()
    spots = [(lon, lat, number) for (lon, lat, _), number in it.numbers.items()]
    svg = place_picture(it.assessment, it.say, it.card.index, spots, width=_PICTURE_WIDTH_PX)
    caption = it.say(
        "The settlement in its district, and the nearest service points by their numbers in the table."
    )
    return (Figure(svg, f"{it.name}. {caption}", caption, _MAP_MM),)


def _standards(it: _Passport, rows: tuple[tuple[Cell, ...], ...]) -> Table:
    col, say = it.labels.columns, it.say
    columns = (
        TableColumn(col["standard"], 44),
        TableColumn(col["legal_basis"], 43),
        TableColumn(col["required"], 26),
        TableColumn(col["value"], 22),
        TableColumn(col["nearest"], 26),
        TableColumn(say("Parity"), 16, numeric=True),
        TableColumn(col["state"], 25),
    )
    return Table("standards", columns, rows, small=True)


def _parity(it: _Passport, parity: PlaceParity) -> tuple[Block, ...]:
    """Return how the settlement keeps up with the centre, the regional centre and the capital, and the next step."""
    say = it.say
    compared = [
        say("{name}: {value}", name=it.in_words(reference.name), value=say.number(value, 2))
        + (f" ({it.labels.phrases['modelled']})" if reference.modelled else "")
        for reference, value in zip(parity.references, parity.composite, strict=True)
        if not math.isnan(value)
    ]
    items = [say("Parity with {compared}.", compared="; ".join(compared))] if compared else []
    if parity.rank is not None:
        items.append(
            say("Among the settlements of the district: place {rank} of {count}.",
                rank=say.number(parity.rank), count=say.number(parity.ranked))
        )  # fmt: skip
    items.append(_step(it, parity))
    note = say(
        "1 means no worse than the place compared with; one half means a lag of a whole threshold of the "
        "standard; 0 means that the service cannot be reached."
    )
    return (Heading(1, say("Parity with the centre")), Bullets(tuple(items)), Paragraph(note, "note"))


def _step(it: _Passport, parity: PlaceParity) -> str:
    say, step = it.say, parity.step
    if step is None:
        return say("No step up is known: it misses no standard that a cost is known for.")
    what = it.in_words(parity.step_what) or provenance.service_name(it.assessment, step.service, say)
    return say(
        "The cheapest step up: {what} ({service}). Cost by the table of costs given: {cost}; parity with the centre "
        "after it: {value}."
        if parity.own_cost
        else "The cheapest step up: {what} ({service}). Cost: {cost} conditional units, an assumption of proportions "
        "and not a price; parity with the centre after it: {value}.",
        what=what, service=provenance.service_name(it.assessment, step.service, say),
        cost=say.number(step.cost, 1), value=say.number(parity.after, 2),
    )  # fmt: skip


def _grounds(it: _Passport, digest: str) -> tuple[Block, ...]:
    """Return what is modelled or estimated, and by which data, catalogue and program the passport was made."""
    say, phrases, rows = it.say, it.labels.phrases, it.card.rows
    doubtful = []
    if it.assessment.places.population_source[it.card.index] == "estimated":
        doubtful.append(say("The number of people is estimated."))
    if any(row.result.modelled for row in rows):
        doubtful.append(phrases["modelled_note"])
    if any(row.result.proxy for row in rows):
        doubtful.append(phrases["proxy_note"])
    doubtful += [words.told(say, *warning, it.assessment.services) for warning in it.assessment.warnings]
    facts = (*provenance.facts(it.assessment.manifest, it.labels, say), (say("Digest of the data"), digest))
    told: list[Block] = [Heading(1, say("What is modelled or estimated")), Bullets(tuple(doubtful))]
    made = Bullets(tuple(say("{name}: {value}", name=name, value=value) for name, value in facts))
    return (*(told if doubtful else []), Heading(1, it.labels.headings["data"]), made)
