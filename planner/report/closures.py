"""What a report says of closures: who loses the service with which service point, and where they would go."""

from __future__ import annotations

from collections.abc import Sequence

from planner.i18n import Speech
from planner.report.chapters import Chapter, Column, Part, subject
from planner.results import Closure, Closures, LeastClosures
from planner.standards.model import in_language


def closures_chapter(found: Sequence[Closures], say: Speech) -> Chapter:
    """Return the chapter on closures."""
    return Chapter(
        id="closures",
        heading=say("If a service point closes"),
        notes=(
            say(
                "Each service point is taken away by itself, and everybody is sent to the next nearest. Who loses the "
                "standard is told by every standard that counts service points: by the way to the nearest, by what the "
                "nearest offers, by the people for each. The extra way is along the roads, one way."
            ),
        ),
        columns=closure_columns(say),
        parts=tuple(_part(one, say) for one in found),
    )


def closure_columns(say: Speech) -> tuple[Column, ...]:
    """Return the columns of :func:`closure_rows`."""
    return (
        Column(say("If it closes")),
        Column(say("People it serves"), "people"),
        Column(say("Lose the standard"), "people"),
        Column(say("No other to reach"), "people"),
        Column(say("Farther, mean, km"), "km"),
        Column(say("Farther, most, km"), "km"),
        Column(say("Person-kilometres"), "people"),
        Column(say("Go to")),
    )


def closure_rows(
    found: Closures, closures: Sequence[Closure], say: Speech
) -> tuple[tuple[str | float, ...], ...]:
    """Return a row for each closure, the names in the language of `say`."""
    return tuple(
        (
            ", ".join(in_language(found.facilities.names[f], say.language) for f in one.closed),
            one.served,
            one.lost,
            one.stranded,
            one.extra_mean / 1000,
            one.extra_max / 1000,
            one.extra_total / 1000,
            _destinations(found, one, say),
        )
        for one in closures
    )


def closure_sentences(found: Closures, say: Speech) -> tuple[str, ...]:
    """Return what a reader has to know first: the worst closure, and the closures that harm least."""
    told = []
    worst = found.ordered()[0]
    if worst.lost > 0:
        told.append(
            say(
                "Closing “{name}” would harm most: {people}.",
                name=in_language(found.facilities.names[worst.closed[0]], say.language),
                people=say.plural(
                    "{count} person would lose the standard",
                    "{count} people would lose the standard",
                    worst.lost,
                ),
            )
        )
    else:
        told.append(say("No single closure makes anybody lose the standard."))
    if found.least is not None:
        told.extend(least_sentences(found, found.least, say))
    unsure = max(one.unknown for one in found.closures)
    if unsure > 0:
        told.append(
            say(
                "After some closures it would not be known of up to {people} people whether they keep the standard: "
                "the next nearest does not tell what it offers.",
                people=say.number(unsure),
            )
        )
    if found.left_out:
        told.append(
            say.plural(
                "{count} service point without a position or away from all roads is left out.",
                "{count} service points without a position or away from all roads are left out.",
                found.left_out,
            )
        )
    return tuple(told)


def least_sentences(found: Closures, least: LeastClosures, say: Speech) -> tuple[str, str]:
    """Return which closures harm least, and whether that is proven."""
    one = least.closure
    first = say(
        "Least harm is done by closing together: {names} — {people}; {km} person-kilometres more.",
        names="; ".join(in_language(found.facilities.names[f], say.language) for f in one.closed),
        people=say.plural(
            "{count} person would lose the standard", "{count} people would lose the standard", one.lost
        ),
        km=say.number(one.extra_total / 1000),
    )
    if not least.proven and len(found.searched) < len(found.standards):
        return first, say(
            "Not proven: the choice goes by the way to service points alone; with any other choice at least {people} "
            "people lose the standard.",
            people=say.number(least.bound),
        )
    if least.proven:
        return first, say("Proven: no other choice of as many is better.")
    return first, say(
        "Not proven: the search was ended; with any other choice at least {people} people lose the standard.",
        people=say.number(least.bound),
    )


def _part(found: Closures, say: Speech) -> Part:
    name = in_language(found.service_name, say.language)
    return Part(
        subject=subject(name, proxy=found.proxy, modelled=found.modelled),
        sentences=closure_sentences(found, say),
        rows=closure_rows(found, found.ordered(), say),
    )


def _destinations(found: Closures, one: Closure, say: Speech) -> str:
    """Return the service points that take over, as many as a table has room for."""
    names = [in_language(found.facilities.names[f], say.language) for f, _ in one.destinations[:2]]
    more = len(one.destinations) - len(names)
    return "; ".join(names) + (f" (+{more})" if more else "")
