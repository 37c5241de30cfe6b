"""What a report says of fragility: the single roads, junctions and mains on which most people hang."""

from __future__ import annotations

from collections.abc import Sequence

from planner.i18n import Speech
from planner.report.chapters import Cell, Chapter, Column, Part, subject
from planner.results import Element, Fragility
from planner.standards.model import in_language


def fragility_chapter(found: Sequence[Fragility], say: Speech) -> Chapter:
    """Return the chapter on fragility."""
    return Chapter(
        id="fragility",
        heading=say("If a road or a main is cut"),
        notes=(
            say(
                "The pieces of the network whose loss, each by itself, makes most people lose the service: found "
                "exactly, by taking pieces away and measuring again."
            ),
        ),
        columns=element_columns(say),
        parts=tuple(
            Part(
                subject(in_language(one.service_name, say.language), proxy=False, modelled=one.modelled),
                fragility_sentences(one, say),
                element_rows(one, say),
            )
            for one in found
        ),
    )


def element_columns(say: Speech) -> tuple[Column, ...]:
    """Return the columns of :func:`element_rows`."""
    return (
        Column(say("If it is cut")),
        Column(say("Lose the standard"), "people"),
        Column(say("Cut off"), "people"),
        Column(say("Places cut off"), "people"),
        Column(say("Length, km"), "score"),
        Column(say("A way round")),
        Column(say("Places that lose most")),
    )


def element_rows(found: Fragility, say: Speech) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each element, most people who lose the standard first."""
    return tuple(
        (
            element_name(found, element, say),
            element.lost,
            element.cut_off,
            float(len(element.cut)),
            element.length_m / 1000,
            say("none") if element.bridge else say("there is one"),
            _places(found, element, say),
        )
        for element in found.elements
    )


def junction_columns(say: Speech) -> tuple[Column, ...]:
    """Return the columns of :func:`junction_rows`."""
    return Column(say("Junction without a way round")), Column(say("Cut off"), "people")


def junction_rows(found: Fragility, say: Speech) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each junction, most people cut off first."""
    return tuple(
        (say("near {place}", place=found.places.name(one.near, say.language)), one.cut_off)
        for one in found.junctions
        if one.near >= 0
    )


def element_name(found: Fragility, element: Element, say: Speech) -> str:
    """Return what to call an element: the road's name, where it is, and whether a bridge carries it."""
    name = in_language(element.name, say.language) if element.name["en"] else ""
    if not name:
        name = say("main") if found.kind == "lines" else say("road")
    if element.near >= 0:
        name = say("{name}, near {place}", name=name, place=found.places.name(element.near, say.language))
    return say("{name} (bridge)", name=name) if element.structure else name


def fragility_sentences(found: Fragility, say: Speech) -> tuple[str, ...]:
    """Return what a reader has to know first: the worst loss, the worst junction, and whether that is proven."""
    told = []
    worst = found.elements[0] if found.elements else None
    if worst is not None and max(worst.lost, worst.cut_off) > 0:
        told.append(
            say(
                "Most people depend on: {name} — {people}.",
                name=element_name(found, worst, say),
                people=say.plural(
                    "{count} person would lose the service",
                    "{count} people would lose the service",
                    max(worst.lost, worst.cut_off),
                ),
            )
        )
    else:
        told.append(say("No single piece of the network makes anybody lose the service."))
    if found.junctions:
        one = found.junctions[0]
        place = found.places.name(one.near, say.language) if one.near >= 0 else ""
        told.append(
            say(
                "Worst junction: near {place}; without it {people} are cut off.",
                place=place,
                people=say.plural("{count} person", "{count} people", one.cut_off),
            )
        )
    told.append(
        say(
            "{bridges} of {pieces} pieces of the network have no way round.",
            bridges=say.number(found.bridges),
            pieces=say.number(found.pieces),
        )
    )
    told.append(
        say("Proven: no other piece does more harm than those listed.")
        if found.proven
        else say("Not proven: the search was ended after {count} pieces.", count=say.number(found.tried))
    )
    if found.kind == "lines":
        told.append(
            say(
                "Joined to a source: {people} people; near a main that leads to no source: {dry}; near no main: {far}.",
                people=say.number(found.people(1)),
                dry=say.number(found.people(0)),
                far=say.number(found.people(2)),
            )
        )
    return tuple(told)


def _places(found: Fragility, element: Element, say: Speech) -> str:
    """Return the places that lose most, as many as a table has room for."""
    places = element.losing or element.cut
    names = [found.places.name(i, say.language) for i in places[:3]]
    return "; ".join(names) + (f" (+{len(places) - 3})" if len(places) > 3 else "")
