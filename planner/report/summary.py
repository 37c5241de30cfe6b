"""The report's summary: three sentences that a council can read out, and under a scenario what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from planner.i18n import Speech
from planner.report.comparison import service_title
from planner.results import Assessment, Comparison, Outcome, Tally
from planner.standards.model import in_language

_EFFECTS = 3
"""So many services are told of that a scenario changes most; of the others only how many they are."""


class Judged(Protocol):
    """A service with its verdict, as the content of a report holds it."""

    @property
    def id(self) -> str:
        """The service's identifier."""

    @property
    def name(self) -> str:
        """The service's name."""

    @property
    def basis(self) -> tuple[str, ...]:
        """Marks such as ``proxy`` and ``modelled``."""

    @property
    def verdict(self) -> str:
        """``met``, ``not_met``, ``unknown`` or ``not_applicable``."""

    @property
    def tally(self) -> Tally:
        """People by state."""

    @property
    def places(self) -> Sequence[object]:
        """The places known to be without it."""


def sentences(assessment: Assessment, say: Speech, services: Sequence[Judged]) -> tuple[str, str, str]:
    """Return who was looked at, how the services stand, and the widest gap.

    Parameters
    ----------
    assessment : Assessment
    say : Speech
    services : sequence
        Most people without the service first.
    """
    return (
        _scope(assessment, say, len(services)),
        _verdicts(say, services),
        _widest(assessment, say, services),
    )


def effect(found: Comparison, say: Speech, services: Sequence[Judged]) -> str:
    """Return in a sentence what a scenario changes: by service who gains it and who loses it, the largest first.

    Parameters
    ----------
    found : Comparison
        Of the district as it is with the scenario.
    say : Speech
    services : sequence
        Those of the report, whose marks are told.

    Returns
    -------
    str
        Empty where nobody is counted.
    """
    if not found.after.people > 0:
        return ""
    marks = {row.id: f" ({', '.join(row.basis)})" for row in services if row.basis}
    moved = []
    for service in found.changed_services():
        people = found.people(found.of_service(service))
        gain, lose = people[Outcome.GAINS], people[Outcome.LOSES]
        if who := _gain_and_loss(gain, lose, say):
            name = service_title(found, service, say)
            told = say("{service}{marks} — {who}", service=name, marks=marks.get(service, ""), who=who)
            moved.append((gain + lose, told))
    if not moved:
        return say("Compared with the district as it is, nobody gains or loses a service.")
    # Of equal changes the first in the catalogue: the order stays.
    ordered = [text for _, text in sorted(moved, key=lambda one: -one[0])]
    effects, rest = ordered[:_EFFECTS], len(ordered) - _EFFECTS
    if rest > 0:
        effects.append(say.plural("and {count} more service", "and {count} more services", rest))
    return say("Compared with the district as it is: {effects}.", effects="; ".join(effects))


def _gain_and_loss(gain: float, lose: float, say: Speech) -> str:
    """Return how many gain and lose a service; empty where it is nobody, in whole people."""
    parts = []
    if round(gain):
        parts.append(say.plural("{count} person gains it", "{count} people gain it", gain))
    if round(lose):
        parts.append(say.plural("{count} person loses it", "{count} people lose it", lose))
    return ", ".join(parts)


def report_title(assessment: Assessment, say: Speech) -> str:
    """Return what the report is called: of which district, and under which scenario."""
    district = in_language(assessment.district, say.language)
    if not assessment.scenario:
        return say("Gap report: {district}", district=district)
    return say("Gap report: {district}, scenario “{name}”", district=district, name=assessment.scenario)


def _scope(assessment: Assessment, say: Speech, services: int) -> str:
    # Each phrase carries its own number and preposition, so that every language can decline it.
    return say(
        "{district}: {people} {in_places}; {services} {by_standards}.",
        district=in_language(assessment.district, say.language),
        people=say.plural("{count} person lives", "{count} people live", assessment.people),
        in_places=_in_places(assessment, say, len(assessment.places)),
        services=say.plural("{count} service was measured", "{count} services were measured", services),
        by_standards=say.plural("by {count} standard", "by {count} standards", len(assessment.results)),
    )


def _in_places(assessment: Assessment, say: Speech, count: int) -> str:
    if assessment.by_building:
        return say.plural("in {count} home", "in {count} homes", count)
    return say.plural("in {count} settlement", "in {count} settlements", count)


def _verdicts(say: Speech, services: Sequence[Judged]) -> str:
    count = {v: sum(row.verdict == v for row in services) for v in ("met", "not_met", "unknown")}
    parts = [
        say.plural(
            "{count} service meets all its standards",
            "{count} services meet all their standards",
            count["met"],
        ),
        say.plural(
            "{count} service misses at least one", "{count} services miss at least one", count["not_met"]
        ),
    ]
    if count["unknown"]:
        parts.append(
            say.plural(
                "{count} service cannot be judged for lack of data",
                "{count} services cannot be judged for lack of data",
                count["unknown"],
            )
        )
    return f"{', '.join(parts)}."


def _widest(assessment: Assessment, say: Speech, services: Sequence[Judged]) -> str:
    if not assessment.people > 0:
        return say("How many people live there is not known, so nobody is counted.")
    if not services or services[0].tally.lacking <= 0:
        return say("Nobody is known to be without a service.")
    worst = services[0]
    marks = f" ({', '.join(worst.basis)})" if worst.basis else ""
    return say(
        "The widest gap: {service}{marks}, {people} {in_places}.",
        service=worst.name,
        marks=marks,
        people=say.plural(
            "{count} person is without it", "{count} people are without it", worst.tally.lacking
        ),
        in_places=_in_places(assessment, say, len(worst.places)),
    )
