"""Maps of a comparison: who gains and who loses, and two maps that move together."""

from __future__ import annotations

from collections.abc import Mapping

import folium
import numpy as np
import numpy.typing as npt

from planner.i18n import Speech, words
from planner.i18n.words import N_
from planner.maps.legend import LegendRow
from planner.maps.offline import Call
from planner.maps.quarter_layer import homes_of, homes_part
from planner.maps.study_layer import point_rows, study_layer, study_point, study_row
from planner.maps.text_rows import TextRow, text_rows
from planner.results import Assessment, Comparison, Facilities, Outcome, Quarters
from planner.standards.model import in_language

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.LOSES: N_("loses the service"),
    Outcome.GAINS: N_("gains the service"),
    Outcome.WORSE: N_("farther or worse, the same state"),
    Outcome.BETTER: N_("nearer or better, the same state"),
    Outcome.SAME: N_("no change"),
    Outcome.UNTOLD: N_("not addressed, or not known"),
}
"""What each outcome is called in legends and tables."""

_SIGNS = tuple(f"outcome_{o.label}" for o in Outcome)


def difference_layer(found: Comparison, service: str, say: Speech) -> folium.FeatureGroup:
    """Return the layer of who gains and who loses under a service, for a map of the same district.

    Parameters
    ----------
    found : Comparison
    service : str
    say : Speech
    """
    outcome = found.of_service(service)
    return study_layer(
        _name(found.after, service),
        found.before.places,
        _SIGNS,
        outcome.astype(np.int64),
        lambda i: _lines(found, service, outcome, i, say),
        say,
        points=_marks(found, service, say),
    )


def difference_homes(found: Comparison, town: Quarters, service: str, say: Speech) -> folium.FeatureGroup:
    """Return the layer of which homes gain and which lose, for a map that ``quarter_map`` made of the same town.

    Parameters
    ----------
    found : Comparison
        By building.
    town : Quarters
        As it is.
    service : str
    say : Speech
    """
    # Who loses is drawn last, above those for whom nothing changes.
    kind = len(_SIGNS) - 1 - found.of_service(service).astype(np.int64)
    part = homes_part(town, _SIGNS[::-1], kind, _marks(found, service, say), say)
    return homes_of(part, in_language(_name(found.after, service), say.language))


def difference_text(found: Comparison, service: str, say: Speech) -> list[TextRow]:
    """Return the map of who gains and loses as text: every place that changes, losses first, then the larger places."""
    outcome, places = found.of_service(service), found.before.places
    still = (Outcome.SAME, Outcome.UNTOLD)
    changed = [i for i in range(len(places)) if Outcome(int(outcome[i])) not in still]
    changed.sort(key=lambda i: (int(outcome[i]), -float(places.population[i]), i))
    return text_rows(places, ((i, _lines(found, service, outcome, i, say)) for i in changed), say)


def difference_legend(found: Comparison, service: str, say: Speech, *, dark: bool = False) -> list[LegendRow]:
    """Return the legend of :func:`difference_layer`: gains and losses always, other signs where they occur."""
    outcome = found.of_service(service)
    people = found.people(outcome)
    rows = [
        study_row(_SIGNS[o], say(label), people[o], int((outcome == o).sum()), dark=dark)
        for o, label in OUTCOMES.items()
        if o in (Outcome.GAINS, Outcome.LOSES) or (outcome == o).any()
    ]
    points = _points(found, service)
    marks = [mark for *_, mark in points]
    for mark, label in (("facility_added", say("new service point")), ("facility_closed", say("closed"))):
        if mark in marks:
            rows.append(study_row(mark, label, None, marks.count(mark), dark=dark))
    stay = [f for _, f, _, mark in points if mark is None]
    return [*rows, *point_rows(found.after.facilities, stay, say("service point"), say, dark=dark)]


def linked(channel: str) -> folium.FeatureGroup:
    """Return a layer that draws nothing: all maps of one page that hold it under the same name move together.

    Parameters
    ----------
    channel : str
        Of this page and session alone, so that another tab does not move along.
    """
    group = folium.FeatureGroup(name="linked", control=False)
    group.add_child(Call("linked", {"name": channel}))
    return group


def _name(assessment: Assessment, service: str) -> Mapping[str, str]:
    return assessment.services.get(service, {"en": service})


def _marks(found: Comparison, service: str, say: Speech) -> list[dict[str, object]]:
    """Return the service points of both sides as the browser draws them."""
    return [
        study_point(facilities, f, say, [say(note)] if note else [], mark)
        for facilities, f, note, mark in _points(found, service)
    ]


def _points(found: Comparison, service: str) -> list[tuple[Facilities, int, str, str | None]]:
    """Return the service points of both sides, each once: those that stay or come as they are after, then the gone."""
    sides = [_of_service(side.facilities, service) for side in (found.before, found.after)]
    before, after = sides
    there = found.after.facilities
    rows = [
        (
            there,
            f,
            "" if name in before else N_("new service point"),
            None if name in before else "facility_added",
        )
        for name, f in after.items()
    ]
    gone = [
        (found.before.facilities, f, N_("closed"), "facility_closed")
        for name, f in before.items()
        if name not in after
    ]
    return [*rows, *gone]


def _of_service(facilities: Facilities, service: str) -> dict[str, int]:
    return {
        name: f
        for f, name in enumerate(facilities.ids)
        if facilities.services[f] == service and np.isfinite(facilities.lon[f])
    }


def _lines(found: Comparison, service: str, outcome: npt.NDArray[np.uint8], i: int, say: Speech) -> list[str]:
    """Return what a place's tooltip says: the outcome, and each value before and after that changed."""
    told = [say(OUTCOMES[Outcome(int(outcome[i]))])]
    for change in found.changes:
        if change.standard.service != service or change.before is None or change.after is None:
            continue
        old, new = float(change.before.cost[i]), float(change.after.cost[i])
        measure = change.standard.measure
        if measure is None or old == new or np.isnan(old) or np.isnan(new):
            continue
        told.append(
            say(
                "{standard}: {before} → {after}",
                standard=in_language(change.standard.title, say.language),
                before=words.quantity(say, old, measure.unit),
                after=words.quantity(say, new, measure.unit),
            )
        )
    return told
