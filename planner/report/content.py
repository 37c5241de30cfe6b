"""What a report says, in one language: the rows and sentences that every format shows alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.i18n import Speech
from planner.i18n import words as common
from planner.report import gaps as gap
from planner.report import provenance, summary
from planner.report.chapters import Finding
from planner.report.labels import KINDS, SOURCES, Labels, known
from planner.results import LACKING, Assessment, Comparison, Doubt, StandardResult, State, Tally
from planner.standards.model import Indicator, Measure, in_language


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One standard's result for the district.

    `labels` says what its reader has to know: proxy, policy target, historic, secondary, modelled data. `range` is
    the interval of the share in words, empty where nothing is in doubt; `own` is what holds without facilities of
    neighbouring districts, empty where none of them is counted.
    """

    text: provenance.StandardText
    service: str
    labels: tuple[str, ...]
    tally: Tally
    places_in_gap: int
    verdict: str
    doubt: Doubt | None
    range: str
    own: str


@dataclass(frozen=True, slots=True)
class LackingPlace:
    """A place without a service, judged by the standard that it misses most."""

    index: int
    name: str
    council: str
    people: float
    state: str
    standard: str
    value: str
    required: str
    shortfall: str
    nearest: str
    weight: float


@dataclass(frozen=True, slots=True)
class CouncilCell:
    """A service in a rural council: `tally` by the worst state of each place."""

    service: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class CouncilRow:
    """A rural council (or the places outside them all, or the district): its people, a cell per service."""

    name: str
    people: float
    cells: tuple[CouncilCell, ...]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service under all its standards together."""

    id: str
    name: str
    layer: str
    basis: tuple[str, ...]
    signs: str
    tally: Tally
    standards: tuple[StandardRow, ...]
    verdict: str
    places: tuple[LackingPlace, ...]
    range: str

    @property
    def marked(self) -> str:
        """The service's name with its signs, which :data:`planner.report.labels.PHRASES` explains."""
        return f"{self.name}{self.signs}"


@dataclass(frozen=True, slots=True)
class RankedPlace:
    """A place that lacks services, with the weight it is ranked by."""

    index: int
    name: str
    council: str
    people: float
    services: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a report says.

    Attributes
    ----------
    services : tuple of ServiceRow
        Most people without the service first.
    standards : tuple of StandardRow
        In the order of the catalogue.
    councils : tuple of CouncilRow
        In the order of the assessment's zones, cells in the order of `services`.
    district : CouncilRow
        The whole district, in the same columns.
    ranking : tuple of RankedPlace
        All places that lack a service, heaviest first.
    """

    title: str
    date: str
    made: str
    summary: tuple[str, ...]
    notes: tuple[str, ...]
    services: tuple[ServiceRow, ...]
    standards: tuple[StandardRow, ...]
    councils: tuple[CouncilRow, ...]
    district: CouncilRow
    ranking: tuple[RankedPlace, ...]
    facilities: tuple[provenance.FacilityCount, ...]
    without_value: tuple[provenance.StandardText, ...]
    data: tuple[provenance.DataLayer, ...]
    counts: tuple[provenance.Count, ...]
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    states: Mapping[State, str]
    labels: Labels


def compose(assessment: Assessment, say: Speech, date: str, findings: Sequence[Finding] = ()) -> Content:
    """Return what the report on an assessment says.

    Parameters
    ----------
    assessment : Assessment
    say : Speech
        The language of the report.
    date : str
        The report's date, written out.
    findings : sequence, optional
        Results of other studies; of these the summary tells what the scenario changes.
    """
    labels = Labels(say, by_building=assessment.by_building)
    found = gap.all_gaps(assessment)
    standards = _standards(assessment, say, labels)
    services = tuple(
        sorted(
            (_service(assessment, say, labels, s, g, standards) for s, g in found.items()),
            key=lambda row: -row.tally.lacking,
        )
    )
    ordered = {row.id: found[row.id] for row in services}
    everyone = np.ones(len(assessment.places), dtype=bool)
    return Content(
        title=summary.report_title(assessment, say),
        date=date,
        made=labels.phrases["made"].format(date=date),
        summary=(
            *summary.sentences(assessment, say, services),
            *_effect(assessment, say, services, findings),
        ),
        notes=_notes(assessment, labels),
        services=services,
        standards=standards,
        councils=tuple(
            _council(assessment, ordered, _zone_name(assessment, labels, z, say), mask)
            for z, mask in gap.areas(assessment)
        ),
        district=_council(assessment, ordered, labels.columns["total"], everyone),
        ranking=_ranking(assessment, say, labels, ordered, services),
        facilities=provenance.facility_counts(assessment, say),
        without_value=tuple(provenance.standard_text(s, say, assessment) for s in assessment.without_value),
        data=provenance.data_layers(assessment.manifest, say),
        counts=provenance.counts(assessment, say, labels),
        facts=provenance.facts(assessment.manifest, labels, say),
        warnings=tuple(
            common.told(say, template, values, assessment.services)
            for template, values in assessment.warnings
        ),
        states={s: say(common.STATES[s.label]) for s in State},
        labels=labels,
    )


def _effect(
    assessment: Assessment, say: Speech, services: Sequence[ServiceRow], findings: Sequence[Finding]
) -> tuple[str, ...]:
    """Return what the scenario of a report changes, where it stands under one and was compared."""
    under = assessment.manifest.get("scenario")
    for one in findings if under else ():
        if (
            isinstance(one, Comparison)
            and not one.before_name
            and one.after.manifest.get("scenario") == under
        ):
            return tuple(filter(None, (summary.effect(one, say, services),)))
    return ()


def verdict(tally: Tally) -> str:
    """Return a key of :data:`planner.report.labels.VERDICTS` for people by state."""
    if tally.met is None:
        return "unknown" if tally.addressed > 0 else "not_applicable"
    return "met" if tally.met else "not_met"


def service_verdict(verdicts: list[str]) -> str:
    """Return the verdict on a service: met when all its standards that apply to someone are."""
    counted = [v for v in verdicts if v != "not_applicable"]
    if not counted:
        return "not_applicable"
    if "not_met" in counted:
        return "not_met"
    return "unknown" if "unknown" in counted else "met"


def _standards(assessment: Assessment, say: Speech, labels: Labels) -> tuple[StandardRow, ...]:
    printed = assessment.as_dict()["services"]
    rows = []
    for result, line in zip(assessment.results, printed, strict=True):
        counted = assessment.tally(result)
        text = provenance.standard_text(result.standard, say, assessment)
        marks = [*text.labels, *([labels.phrases["modelled_data"]] if result.modelled else [])]
        rows.append(
            StandardRow(
                text,
                result.standard.service,
                tuple(marks),
                counted,
                line["places_in_gap"],
                verdict(counted),
                result.doubt,
                share_range(say, result.doubt),
                _own(say, assessment.own_tally(result)),
            )
        )
    return tuple(rows)


def _own(say: Speech, alone: Tally | None) -> str:
    """Return what holds without facilities of neighbouring districts; empty where none of them is counted."""
    if alone is None:
        return ""
    return say(
        "without facilities of neighbouring districts: {share} covered, {people} people lack it",
        share=say.percent(alone.share_covered),
        people=say.number(alone.lacking),
    )


def share_range(say: Speech, doubt: Doubt | None) -> str:
    """Return the interval of a share in words, empty where nothing is in doubt or nothing known."""
    if doubt is None or not doubt.share:
        return ""
    low, high = say.percent(doubt.share.low), say.percent(doubt.share.high)
    return low if low == high else f"{low} – {high}"


def _service(
    assessment: Assessment,
    say: Speech,
    labels: Labels,
    service: str,
    found: gap.ServiceGaps,
    standards: tuple[StandardRow, ...],
) -> ServiceRow:
    own = tuple(row for row in standards if row.service == service)
    results = assessment.of_service(service)
    signs = [(labels.phrases["proxy"], "†")] if any(r.proxy for r in results) else []
    if any(r.modelled for r in results):
        signs.append((labels.phrases["modelled"], "*"))
    chosen = gap.order(assessment.places.population, found.relative, found.lacking)
    return ServiceRow(
        id=service,
        name=provenance.service_name(assessment, service, say),
        layer=say(common.LAYERS[results[0].standard.layer]),
        basis=tuple(word for word, _ in signs),
        signs="".join(sign for _, sign in signs),
        tally=gap.service_tally(assessment, found),
        standards=own,
        verdict=service_verdict([row.verdict for row in own]),
        places=tuple(
            _lacking_place(assessment, say, labels, int(i), results[found.missed[i]], found.relative[i])
            for i in chosen
        ),
        range=share_range(say, assessment.service_doubt.get(service)),
    )


def _lacking_place(
    assessment: Assessment, say: Speech, labels: Labels, i: int, result: StandardResult, relative: float
) -> LackingPlace:
    places, measure = assessment.places, result.standard.measure
    unit = measure.unit if measure else ""
    short = float(result.shortfall[i])
    nearest = int(result.nearest[i])
    by_name = result.facilities is not None and nearest >= 0
    return LackingPlace(
        index=i,
        name=places.name(i, say.language),
        council=_zone_name(assessment, labels, int(places.zone[i]), say),
        people=float(places.population[i]),
        state=say(common.STATES[State(int(result.state[i])).label]),
        standard=in_language(result.standard.title, say.language),
        value=_quantity(say, float(result.cost[i]), unit),
        required=_required(say, measure) if measure else "",
        shortfall=_quantity(say, short, unit),
        nearest=in_language(result.facilities.names[nearest], say.language)
        if by_name and result.facilities
        else "",
        weight=float(places.population[i]) * float(relative),
    )


def _quantity(say: Speech, value: float, unit: str) -> str:
    # A mere yes or no has no unit: the state tells it.
    return common.quantity(say, value, unit) if unit and np.isfinite(value) else "—"


def _required(say: Speech, measure: Measure) -> str:
    if measure.indicator is Indicator.WITHIN_AREA:
        return common.indicator(say, measure)
    if not measure.unit:
        return common.threshold(say, measure)
    sign = "≤" if measure.comparator == "<=" else "≥"
    return f"{sign} {common.quantity(say, measure.threshold, measure.unit, exact=True)}"


def _council(
    assessment: Assessment, found: Mapping[str, gap.ServiceGaps], name: str, mask: gap.BoolArray
) -> CouncilRow:
    cells = tuple(CouncilCell(s, gap.service_tally(assessment, g, mask)) for s, g in found.items())
    return CouncilRow(name, float(assessment.places.population[mask].sum()), cells)


def _zone_name(assessment: Assessment, labels: Labels, zone: int, say: Speech) -> str:
    if zone < 0:
        return labels.phrases["outside"]
    return in_language(assessment.zones.names[zone], say.language)


def _ranking(
    assessment: Assessment,
    say: Speech,
    labels: Labels,
    found: Mapping[str, gap.ServiceGaps],
    services: tuple[ServiceRow, ...],
) -> tuple[RankedPlace, ...]:
    places = assessment.places
    chosen, weight = gap.ranking(assessment, list(found.values()))
    names = {row.id: row.marked for row in services}
    return tuple(
        RankedPlace(
            index=int(i),
            name=places.name(int(i), say.language),
            council=_zone_name(assessment, labels, int(places.zone[i]), say),
            people=float(places.population[i]),
            services=tuple(names[s] for s, g in found.items() if g.state[i] in LACKING),
            weight=float(weight[i]),
        )
        for i in chosen
    )


def _notes(assessment: Assessment, labels: Labels) -> tuple[str, ...]:
    notes = []
    if any(r.modelled for r in assessment.results):
        notes.append(labels.phrases["modelled_note"])
    if any(r.proxy for r in assessment.results):
        notes.append(labels.phrases["proxy_note"])
    return tuple(notes)


def place_kind(say: Speech, kind: str) -> str:
    """Return a settlement's kind in the report's language."""
    return known(say, KINDS, kind)


def source_name(say: Speech, source: str) -> str:
    """Return a source in the report's language."""
    return known(say, SOURCES, source)
