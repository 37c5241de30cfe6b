"""What a report and a page say of mobile coverage: what was found, how far it goes, a row for each settlement."""

from __future__ import annotations

import numpy as np

from planner.i18n import Speech
from planner.i18n.words import N_
from planner.report.chapters import Cell, Chapter, Column, Part, subject
from planner.results import MobileCoverage, Reach
from planner.results.radio import IN_MAPPED, OUT_OF_MAPPED
from planner.standards.model import in_language

SHORT = {
    Reach.COVERED: N_("covered"),
    Reach.UNCERTAIN: N_("uncertain"),
    Reach.NOT_COVERED: N_("not covered"),
    Reach.NOT_COMPUTED: N_("not computed"),
    Reach.NOT_LOCATED: N_("not located"),
}
"""The classes as a cell of a table shows them."""

SIGHTS = {"clear": N_("clear"), "partly": N_("partly clear"), "cut": N_("cut by the ground")}
_WORST_FIRST = (
    Reach.NOT_COVERED,
    Reach.NOT_COMPUTED,
    Reach.UNCERTAIN,
    Reach.NOT_LOCATED,
    Reach.COVERED,
)


def mobile_notes(found: MobileCoverage, say: Speech) -> tuple[str, ...]:
    """Return how the screening was done, and what it is not."""
    terrain = (
        say("Line of sight is taken over heights from {files}.", files=", ".join(found.terrain))
        if found.terrain
        else say("No heights of the ground are given: hills and valleys are not counted.")
    )
    return (
        say(
            "A screening by published formulas from height and frequency of the masts, outdoors, at the edge of a "
            "cell. It says where a look is worth while; it is no measurement and no operator's map."
        ),
        terrain,
    )


def mobile_sentences(found: MobileCoverage, say: Speech) -> tuple[str, ...]:
    """Return what a reader has to know first: people by class, and how that compares with mapped areas."""
    told = [
        say(
            "Covered even on pessimistic assumptions: {covered}; in doubt: {uncertain}; not covered even on "
            "optimistic ones: {without}.",
            covered=_people(found.people(Reach.COVERED), say),
            uncertain=_people(found.people(Reach.UNCERTAIN), say),
            without=_people(found.people(Reach.NOT_COVERED), say),
        )
    ]
    unknown = found.people(Reach.NOT_COMPUTED) + found.people(Reach.NOT_LOCATED)
    if unknown:
        told.append(say("Nothing can be said of {people}.", people=_people(unknown, say)))
    if found.compared:
        told.append(_against_mapped(found, say))
    return tuple(told)


def _against_mapped(found: MobileCoverage, say: Speech) -> str:
    inside = found.people(Reach.NOT_COVERED, IN_MAPPED)
    outside = found.people(Reach.COVERED, OUT_OF_MAPPED)
    if not inside and not outside:
        return say("Nowhere does screening contradict the mapped coverage areas.")
    return say(
        "Against the mapped coverage areas: within them, but not covered by screening: {inside}; outside them, but "
        "covered by screening: {outside}.",
        inside=_people(inside, say),
        outside=_people(outside, say),
    )


def mobile_chapter(found: MobileCoverage, say: Speech) -> Chapter:
    """Return the chapter on mobile coverage."""
    return Chapter(
        id="mobile",
        heading=say("Mobile coverage"),
        notes=mobile_notes(found, say),
        columns=mobile_columns(found, say),
        parts=(
            Part(
                subject=subject(say("By screening"), proxy=False, modelled=found.modelled),
                sentences=mobile_sentences(found, say),
                rows=mobile_rows(found, say),
            ),
        ),
    )


def mobile_columns(found: MobileCoverage, say: Speech) -> tuple[Column, ...]:
    """Return the columns of :func:`mobile_rows`."""
    return (
        Column(say("Settlement")),
        Column(say("People"), "people"),
        Column(say("Mobile coverage")),
        Column(say("Best mast")),
        Column(say("Band, MHz"), "people"),
        Column(say("Distance, km"), "km"),
        Column(say("Margin from, dB"), "number"),
        Column(say("Margin to, dB"), "number"),
        *((Column(say("Line of sight")),) if found.terrain else ()),
        *((Column(say("In the mapped area")),) if found.compared else ()),
    )


def mobile_order(found: MobileCoverage) -> list[int]:
    """Return the settlements, the worst served first and then those with most people."""
    rank = {reach: i for i, reach in enumerate(_WORST_FIRST)}
    people = found.places.population
    return sorted(range(len(found.places)), key=lambda i: (rank[Reach(int(found.reach[i]))], -people[i], i))


def mobile_rows(found: MobileCoverage, say: Speech) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each settlement in :func:`mobile_order`; an unknown number is None."""
    return tuple(_row(found, i, say) for i in mobile_order(found))


def _row(found: MobileCoverage, i: int, say: Speech) -> tuple[Cell, ...]:
    mast = int(found.best_mast[i])
    sight = found.sight(i)
    inside = {IN_MAPPED: say("yes"), OUT_OF_MAPPED: say("no")}.get(int(found.mapped[i]))
    return (
        found.places.name(i, say.language),
        float(found.places.population[i]),
        say(SHORT[Reach(int(found.reach[i]))]),
        None if mast < 0 else in_language(found.masts.names[mast], say.language),
        _known(found.best_mhz[i]),
        _known(found.distance_m[i] / 1000),
        _known(found.margin_low_db[i]),
        _known(found.margin_high_db[i]),
        *((say(SIGHTS[sight]) if sight else None,) if found.terrain else ()),
        *((inside,) if found.compared else ()),
    )


def mobile_lines(found: MobileCoverage, i: int, say: Speech) -> list[str]:
    """Return what the map says of a settlement."""
    told = [say(SHORT[Reach(int(found.reach[i]))])]
    mast = int(found.best_mast[i])
    if mast >= 0:
        told.append(
            say(
                "{mast}, {km} km",
                mast=in_language(found.masts.names[mast], say.language),
                km=say.number(float(found.distance_m[i]) / 1000, 1),
            )
        )
    high = float(found.margin_high_db[i])
    if np.isfinite(high):
        low = float(found.margin_low_db[i])
        least = say.number(low, 1) if np.isfinite(low) else "?"
        told.append(say("margin: {low} … {high} dB", low=least, high=say.number(high, 1)))
    sight = found.sight(i)
    if sight:
        told.append(say("line of sight: {sight}", sight=say(SIGHTS[sight])))
    return told


def mapped_rows(found: MobileCoverage, say: Speech) -> tuple[tuple[str, float, float], ...]:
    """Return people within and outside the mapped areas by class: a row for each class that occurs."""
    rows = [
        (say(SHORT[r]), found.people(r, IN_MAPPED), found.people(r, OUT_OF_MAPPED))
        for r in Reach
        if r is not Reach.NOT_LOCATED
    ]
    return tuple(row for row in rows if row[1] or row[2])


def _people(count: float, say: Speech) -> str:
    return say.plural("{count} person", "{count} people", count)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
