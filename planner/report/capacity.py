"""What a report says of capacity: who finds room where, and what each settlement can reach."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.i18n import Speech
from planner.i18n.words import N_
from planner.report.chapters import Cell, Chapter, Column, Part, subject
from planner.results import Capacity, State
from planner.standards.model import in_language

ATTRIBUTES = {
    "physicians": N_("physicians"),
    "beds": N_("beds"),
    "seats": N_("seats"),
    "floor_m2": N_("m² of floor"),
    "brigades": N_("brigades"),
    "engines": N_("fire engines"),
    "capacity": N_("capacity"),
}

METHODS = {
    "2sfca": N_("two steps (2SFCA)"),
    "e2sfca": N_("two steps with zones (E2SFCA)"),
    "3sfca": N_("three steps (3SFCA)"),
}


def attribute_name(say: Speech, attribute: str) -> str:
    """Return what a capacity is counted in; a column that the planner does not know keeps its name."""
    return say(ATTRIBUTES[attribute]) if attribute in ATTRIBUTES else attribute


def capacity_chapters(found: Sequence[Capacity], say: Speech) -> tuple[Chapter, Chapter]:
    """Return the chapters on capacity: by service point, and by settlement."""
    points = Chapter(
        id="capacity",
        heading=say("Room at the service points"),
        notes=(
            say(
                "As many people as possible are given room within the cutoff, and then with the least travel. Who is "
                "beyond the cutoff is a gap; who is within it and finds no room is a deficit."
            ),
        ),
        columns=point_columns(say),
        parts=tuple(
            Part(_subject(one, say), capacity_sentences(one, say), point_rows(one, say)) for one in found
        ),
    )
    scores = Chapter(
        id="access",
        heading=say("Access to capacity by settlement"),
        notes=(
            say(
                "Capacity for 1,000 people that a settlement can reach, shared with everybody else who can reach it "
                "(floating catchments). The lowest first."
            ),
        ),
        columns=place_columns(say),
        parts=tuple(
            Part(_subject(one, say), (score_sentence(one, say),), place_rows(one, say)) for one in found
        ),
    )
    return points, scores


def point_columns(say: Speech) -> tuple[Column, ...]:
    """Return the columns of :func:`point_rows`."""
    return (
        Column(say("Service point")),
        Column(say("Capacity"), "number"),
        Column(say("Room for, people"), "people"),
        Column(say("Takes, people"), "people"),
        Column(say("Nearest for, people"), "people"),
        Column(say("Of these without room"), "people"),
    )


def point_rows(found: Capacity, say: Speech) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each service point, the greatest deficit first, then the most people nearest to it."""
    order = np.lexsort((-found.nearest_people, -found.overflow))
    return tuple(
        (
            in_language(found.facilities.names[j], say.language),
            float(found.supply[j]),
            float(found.room[j]),
            float(found.used[j]),
            float(found.nearest_people[j]),
            float(found.overflow[j]),
        )
        for j in order
    )


def place_columns(say: Speech) -> tuple[Column, ...]:
    """Return the columns of :func:`place_rows`."""
    return (
        Column(say("Settlement")),
        Column(say("People"), "people"),
        Column(say("Capacity for 1,000 people"), "score"),
        Column(say("Without room, people"), "people"),
        Column(say("Beyond the cutoff, people"), "people"),
    )


def place_rows(found: Capacity, say: Speech) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each settlement with people whose score is known, the lowest first."""
    places, deficit = found.places, found.deficit
    known = np.flatnonzero(np.isfinite(found.access) & (places.population > 0))
    order = known[np.lexsort((-places.population[known], found.access[known]))]
    beyond = np.isin(found.state, (State.GAP, State.UNREACHABLE))
    return tuple(
        (
            places.name(int(i), say.language),
            float(places.population[i]),
            float(found.access[i]),
            float(deficit[i]),
            float(places.population[i]) if beyond[i] else 0.0,
        )
        for i in order
    )


def capacity_sentences(found: Capacity, say: Speech) -> tuple[str, ...]:
    """Return what was assumed, and how many people find room, none, or nothing within reach."""
    counted = attribute_name(say, found.attribute)
    told = [
        say(
            "Counted in {attribute}; one unit serves {people} people ({basis}); within {minutes} minutes by car.",
            attribute=counted,
            people=say.number(found.people_per_unit, 0 if found.people_per_unit >= 10 else 1),
            basis=_basis(found, say),
            minutes=say.number(found.cutoff_min),
        ),
        say(
            "Room: {room} people. Within reach but without room (deficit): {deficit}. Beyond the cutoff (gap): {gap}.",
            room=say.number(float(found.allocated.sum())),
            deficit=say.number(float(found.deficit.sum())),
            gap=say.number(found.people(State.GAP) + found.people(State.UNREACHABLE)),
        ),
    ]
    unknown = found.people(State.NOT_CONNECTED) + found.people(State.NOT_LOCATED)
    if unknown:
        told.append(
            say("Not connected to a road or not located: {people} people.", people=say.number(unknown))
        )
    if found.left_out:
        told.append(
            say.plural(
                "{count} service point whose capacity or position is not known is left out.",
                "{count} service points whose capacity or position is not known are left out.",
                found.left_out,
            )
        )
    return tuple(told)


def score_sentence(found: Capacity, say: Speech) -> str:
    """Return the mean score, and how many people have less than half of it."""
    places = found.places.population
    with np.errstate(invalid="ignore"):
        low = float(places[found.access < found.mean_access / 2].sum())
    return say(
        "Access by {method}: {mean} for 1,000 people on average; {people} have less than half of that.",
        method=say(METHODS[found.method]),
        mean=say.number(found.mean_access, 2),
        people=say.plural("{count} person", "{count} people", low),
    )


def _basis(found: Capacity, say: Speech) -> str:
    if found.people_per_unit_from == "given":
        return say("as chosen")
    if found.people_per_unit_from == "district":
        return say("all people over all capacity of the district")
    title = in_language(found.people_per_unit_title, say.language)
    return say("standard “{title}”", title=title)


def _subject(found: Capacity, say: Speech) -> str:
    name = in_language(found.service_name, say.language)
    return f"{subject(name, proxy=False, modelled=found.modelled)}: {attribute_name(say, found.attribute)}"
