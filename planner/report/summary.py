"""The report's summary: three sentences that a council can read out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from planner.i18n import Speech
from planner.results import Assessment, Tally
from planner.standards.model import in_language


class Judged(Protocol):
    """A service with its verdict, as the content of a report holds it."""

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
