"""The card of a quarter, as HTML in which every text is escaped."""

from __future__ import annotations

from html import escape

from planner.i18n import Speech, words
from planner.maps.legend import sign
from planner.results import Assessment, Quarter, QuarterService, State
from planner.standards.model import in_language


def quarter_card_html(assessment: Assessment, quarter: Quarter, say: Speech, *, dark: bool) -> str:
    """Return the card of a quarter: its people, then every service on foot, what is known of first.

    Parameters
    ----------
    assessment : Assessment
        By building.
    quarter : Quarter
    say : Speech
    dark : bool
        Whether it stands on a dark page.
    """
    about = [
        say.plural("{count} person", "{count} people", quarter.people),
        say.plural("{count} home", "{count} homes", quarter.homes),
        say.plural("{count} service point", "{count} service points", quarter.facilities),
    ]
    if quarter.walk_min == quarter.walk_min:
        about.append(say("{minutes} min on foot on average", minutes=say.number(quarter.walk_min, 0)))
    worst = quarter.worst
    lacking = say("No service is known to be missing")
    if worst is not None:
        lacking = say(
            "Worst gap: {service}, {people} without it", service=_service(assessment, worst, say),
            people=say.plural("{count} person", "{count} people", worst.tally.lacking),
        )  # fmt: skip
    order = sorted(quarter.services, key=lambda s: (s.tally.share_covered is None, -s.tally.lacking))
    rows = "".join(_row(assessment, service, say, dark) for service in order)
    return (
        f'<section class="planner-card" id="quarter-card"><div data-announce="quarter">'
        f"<h2>{escape(in_language(quarter.name, say.language))}</h2>"
        f'<p class="about">{escape(" · ".join(about))}</p>'
        f'<p class="lacking">{escape(lacking)}</p></div><ul>{rows}</ul></section>'
    )


def _row(assessment: Assessment, service: QuarterService, say: Speech, dark: bool) -> str:
    standard = assessment.result(service.standard).standard
    asked = words.threshold(say, standard.measure) if standard.measure else ""
    known = service.tally.share_covered is not None
    state = State.GAP if service.tally.lacking else State.COVERED if known else State.NO_DATA
    notes = [*words.standing(say, standard, assessment.jurisdiction)]
    if assessment.result(service.standard).modelled:
        notes.append(say("modelled data"))
    basis = words.legal_basis(say, standard)
    beside = []
    if service.share_radius is not None:
        beside.append(say("within the radius: {share}", share=say.percent(service.share_radius, 0)))
    if service.walk_min == service.walk_min:
        beside.append(say("{minutes} min on foot", minutes=say.number(service.walk_min, 0)))
    if known:
        beside.append(say("in the quarter: {count}", count=say.number(service.facilities)))
    share = say.percent(service.tally.share_covered, 0) if known else say("no data")
    lines = (
        asked, ", ".join(beside), " · ".join(notes), say("Legal basis: {basis}", basis=basis) if basis else ""
    )  # fmt: skip
    return (
        f'<li class="{"lack" if service.tally.lacking else ""}"><details><summary>'
        f"{sign(state.label, dark=dark, size=18)}"
        f'<span><b>{escape(_service(assessment, service, say))}</b></span><b class="num">{escape(share)}</b></summary>'
        f"{''.join(f'<p>{escape(line)}</p>' for line in lines if line)}</details></li>"
    )


def _service(assessment: Assessment, service: QuarterService, say: Speech) -> str:
    name = assessment.services.get(service.service)
    return in_language(name, say.language) if name else service.service
