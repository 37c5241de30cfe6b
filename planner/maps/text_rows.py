"""What a map shows as text: a row for each place, for whoever cannot see the map or wants to sort it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.i18n import Speech
from planner.maps.view import place_texts, service_view
from planner.results import LACKING, Assessment, Places, State


@dataclass(frozen=True, slots=True)
class TextRow:
    """A place as the map shows it: its name, its people, what its mark stands for, what is told beside it."""

    place: str
    people: float
    mark: str
    told: str


def text_rows(places: Places, told: Iterable[tuple[int, list[str]]], say: Speech) -> list[TextRow]:
    """Return a row for each place that is told of.

    Parameters
    ----------
    places : Places
    told : iterable of (int, list of str)
        Position of the place; what its mark stands for, and whatever else its tooltip says.
    say : Speech
    """
    return [
        TextRow(places.name(i, say.language), float(places.population[i]), lines[0], "; ".join(lines[1:]))
        for i, lines in told
    ]


def service_text(assessment: Assessment, service: str, standard_id: str | None, say: Speech) -> list[TextRow]:
    """Return the map of a service as text: all places, what is lacking first, the larger places before the smaller.

    Parameters
    ----------
    assessment : Assessment
    service : str
    standard_id : str, optional
        One of the service's standards; all of them together where not given.
    say : Speech

    Raises
    ------
    KeyError
        If the service or the standard was not assessed.
    """
    view, places = service_view(assessment, service, standard_id), assessment.places
    order = sorted(
        range(len(places)),
        key=lambda i: (State(int(view.state[i])) not in LACKING, -float(places.population[i]), places.ids[i]),
    )
    return text_rows(places, zip(order, place_texts(assessment, view, order, say), strict=True), say)
