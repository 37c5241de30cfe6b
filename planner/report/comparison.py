"""What is said of a comparison: who gains and who loses, by service and by council, in sentences and tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from planner.i18n import Speech, speech
from planner.i18n.words import N_
from planner.report.chapters import Cell, Chapter, Column, Part, subject
from planner.report.files import write_file
from planner.report.labels import BY_BUILDING
from planner.results import LACKING, MOVED, Comparison, Outcome, State, worst
from planner.standards.model import in_language

_ZONES = {"council": N_("Council"), "outside": N_("in no council"), "total": N_("The whole district")}
"""What zones are called where places are settlements."""


def comparison_chapter(found: Comparison, say: Speech) -> Chapter:
    """Return the chapter on a comparison: a part for each service that changes, a row for each council."""
    return Chapter(
        id="comparison",
        heading=say(
            "What changes: {before} → {after}",
            before=side(found.before_name, say),
            after=side(found.after_name, say),
        ),
        notes=comparison_sentences(found, say),
        columns=council_columns(found, say),
        parts=tuple(
            Part(
                subject=subject(
                    service_title(found, service, say), proxy=False, modelled=_modelled(found, service)
                ),
                sentences=(),
                rows=council_rows(found, service, say),
            )
            for service in found.changed_services()
        ),
    )


def side(name: str, say: Speech) -> str:
    """Return what a side of a comparison is called."""
    return say.quoted(name) if name else say("the district as it is")


def service_title(found: Comparison, service: str, say: Speech) -> str:
    """Return a service's name in the language of `say`."""
    names = {**found.before.services, **found.after.services}
    return in_language(names[service], say.language) if service in names else service


def comparison_sentences(found: Comparison, say: Speech) -> tuple[str, ...]:
    """Return what a reader has to know first: of each service that changes, who gains and who loses."""
    told = []
    for service in found.changed_services():
        people = found.people(found.of_service(service))
        told.append(
            say(
                "{service}: {gain} gain it, {lose} lose it; for {better} it gets nearer or better, for {worse} farther "
                "or worse.",
                service=service_title(found, service, say),
                gain=say.number(people[Outcome.GAINS]),
                lose=say.number(people[Outcome.LOSES]),
                better=say.number(people[Outcome.BETTER]),
                worse=say.number(people[Outcome.WORSE]),
            )
        )
    return tuple(told) or (say("Nothing changes for anybody under any standard."),)


def service_columns(say: Speech) -> tuple[Column, ...]:
    """Return the columns of :func:`service_rows`."""
    return (
        Column(say("Service")),
        Column(say("Lack it before"), "people"),
        Column(say("Lack it after"), "people"),
        *_outcome_columns(say),
    )


def service_rows(
    found: Comparison, say: Speech, services: Sequence[str] | None = None
) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each service: people without it before and after, and who gains and loses."""
    return tuple(
        (
            service_title(found, service, say),
            _lacking(found, service, after=False),
            _lacking(found, service, after=True),
            *_counts(found.people(found.of_service(service))),
        )
        for service in (found.services() if services is None else services)
    )


def council_title(found: Comparison, service: str, say: Speech) -> str:
    """Return what stands above :func:`council_rows`."""
    name = service_title(found, service, say)
    if found.before.by_building:
        return say("By quarter: {service}", service=name)
    return say("By council: {service}", service=name)


def council_columns(found: Comparison, say: Speech) -> tuple[Column, ...]:
    """Return the columns of :func:`council_rows`."""
    return (Column(_zone_word(found, "council", say)), *_outcome_columns(say))


def council_rows(found: Comparison, service: str, say: Speech) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each council or quarter in which anything changes under a service, the greatest losses first."""
    zones, outside = found.before.zones, _zone_word(found, "outside", say)
    rows = [
        (in_language(zones.names[z], say.language) if z >= 0 else outside, *_counts(people))
        for z, people in found.by_zone(found.of_service(service))
        if any(people[o] for o in MOVED)
    ]
    return tuple(sorted(rows, key=lambda row: (-row[2], -row[1], row[0])))


def comparison_csv(found: Comparison, say: Speech) -> str:
    """Return who gains and loses as a table: a row for each service and council in which anything changes.

    Numbers are written plainly, with a point; a sheet reads it as UTF-8 by its mark.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    columns = council_columns(found, say)
    writer.writerow([say("Service"), *(column.title for column in columns)])
    for service in found.changed_services():
        total = (_zone_word(found, "total", say), *_counts(found.people(found.of_service(service))))
        for row in (total, *council_rows(found, service, say)):
            cells = [service_title(found, service, say), *row]
            writer.writerow([_harmless(cell) if isinstance(cell, str) else f"{cell:.10g}" for cell in cells])
    return "\ufeff" + lines.getvalue()


def write_comparison(found: Comparison, path: Path, language: str = "en") -> None:
    """Write :func:`comparison_csv` into a file.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    write_file(path, comparison_csv(found, speech(language)).encode())


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _zone_word(found: Comparison, key: str, say: Speech) -> str:
    return say((BY_BUILDING if found.before.by_building else _ZONES)[key])


def _outcome_columns(say: Speech) -> tuple[Column, ...]:
    return (
        Column(say("Gain it"), "people"),
        Column(say("Lose it"), "people"),
        Column(say("Nearer or better"), "people"),
        Column(say("Farther or worse"), "people"),
    )


def _counts(people: dict[Outcome, float]) -> tuple[float, float, float, float]:
    return (
        people[Outcome.GAINS], people[Outcome.LOSES], people[Outcome.BETTER], people[Outcome.WORSE],
    )  # fmt: skip


def _lacking(found: Comparison, service: str, *, after: bool) -> float | None:
    """Return the people who lack a service on one side; None where that side does not measure it."""
    results = (found.after if after else found.before).of_service(service)
    if not results:
        return None
    state = worst([r.state for r in results])
    if not np.isin(state, (State.COVERED, *LACKING)).any():
        return None
    return float(found.population[np.isin(state, LACKING)].sum())


def _modelled(found: Comparison, service: str) -> bool:
    return any(r.modelled for side in (found.before, found.after) for r in side.of_service(service))
