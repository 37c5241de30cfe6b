"""What a report and a page say of tours: the plan in a few sentences, the timetable, the stops, who is left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.i18n import Speech, words
from planner.i18n.words import N_
from planner.report.chapters import Cell, Chapter, Column, Part, subject
from planner.results import Tours, Unserved
from planner.results.tour import NO_ROAD, NO_STOP, NOT_LOCATED, TOO_FAR, TOO_LONG, clock
from planner.standards.model import in_language

_NEEDED = {
    TOO_FAR: N_("{name}: too far for the range; {needed} km a day would do"),
    TOO_LONG: N_("{name}: too far or too long for a working day; {needed} hours would do"),
    NO_STOP: N_("{name}: no stop within walking distance; the nearest is {needed} m away"),
    NO_ROAD: N_("{name}: away from all roads, or cut off"),
    NOT_LOCATED: N_("{name}: position not known"),
}


def tour_chapters(found: Sequence[Tours], say: Speech) -> tuple[Chapter, ...]:
    """Return the chapter with the timetables."""
    return (
        Chapter(
            id="visiting",
            heading=say("Visiting services"),
            notes=(
                say(
                    "Vehicles bring the service to stops that people can walk to. The fewest stops are chosen first, "
                    "then the fewest vehicles, then the least driving along the fastest ways; one vehicle makes one "
                    "trip a day."
                ),
            ),
            columns=timetable_columns(say),
            parts=tuple(_part(one, say) for one in found),
            whole=True,
        ),
    )


def timetable_columns(say: Speech) -> tuple[Column, ...]:
    """Return the columns of :func:`timetable_rows`."""
    return (
        Column(say("Vehicle")),
        Column(say("Day")),
        Column(say("No."), "people"),
        Column(say("Stop")),
        Column(say("Arrives")),
        Column(say("Leaves")),
        Column(say("People served"), "people"),
        Column(say("Drive, km"), "km"),
    )


def timetable_rows(
    found: Tours, say: Speech, shown: Sequence[int] | None = None
) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each halt, and those that leave and come back; of the trips at some positions where given."""
    rows: list[tuple[Cell, ...]] = []
    depot = in_language(found.depot.name, say.language)
    for t, trip in enumerate(found.trips):
        if shown is not None and t not in shown:
            continue
        number, day = str(trip.vehicle + 1), say(words.WEEKDAYS[trip.day])
        rows.append((number, day, None, depot, "", clock(trip.start_s), None, None))
        for k, halt in enumerate(trip.halts, start=1):
            stop = found.stops[halt.stop]
            rows.append((
                number, day, k, stop_name(found, halt.stop, say), clock(halt.arrival_s), clock(halt.departure_s),
                stop.people, halt.drive_m / 1000,
            ))  # fmt: skip
            if trip.pause is not None and trip.pause[0] == halt.departure_s:
                rows.append((number, day, None, say("break"), *map(clock, trip.pause), None, None))
        last = (trip.drive_m - sum(halt.drive_m for halt in trip.halts)) / 1000
        rows.append((number, day, None, depot, clock(trip.end_s), "", None, last))
    return tuple(rows)


def stop_name(found: Tours, stop: int, say: Speech) -> str:
    """Return what a stop is called."""
    one = found.stops[stop]
    name = in_language(one.name, say.language)
    return say("crossing near {name}", name=name) if one.crossing else name


def stop_columns(say: Speech) -> tuple[Column, ...]:
    """Return the columns of :func:`stop_rows`."""
    return (
        Column(say("Stop")),
        Column(say("Visits a week"), "people"),
        Column(say("Minutes a visit"), "people"),
        Column(say("People served"), "people"),
        Column(say("Longest walk, m"), "people"),
        Column(say("Serves")),
    )


def stop_rows(found: Tours, say: Speech) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each stop, most people first."""
    order = sorted(range(len(found.stops)), key=lambda k: (-found.stops[k].people, k))
    return tuple(
        (
            stop_name(found, k, say),
            found.stops[k].visits,
            found.stops[k].service_s / 60,
            found.stops[k].people,
            found.stops[k].farthest_m,
            ", ".join(found.places.name(i, say.language) for i in found.stops[k].serves),
        )
        for k in order
    )


def tour_sentences(found: Tours, say: Speech) -> tuple[str, ...]:
    """Return what a reader has to know first: who is served, by how much work, and what of it is proven."""
    return (
        say(
            "{people} get a stop within {walk} m; {vehicles}, {trips}, {stops}.",
            people=say.plural("{count} person", "{count} people", found.served),
            walk=say.number(found.terms["walk_m"]),
            vehicles=say.plural("{count} vehicle", "{count} vehicles", found.vehicles),
            trips=say.plural("{count} trip a week", "{count} trips a week", len(found.trips)),
            stops=say.plural("{count} stop", "{count} stops", len(found.stops)),
        ),
        say(
            "Driving: {km} km and {hours} hours a week; work with stops: {work} hours a week.",
            km=say.number(found.drive_m / 1000),
            hours=say.number(found.drive_s / 3600, 1),
            work=say.number(found.work_s / 3600, 1),
        ),
        _proof(found, say),
    )


def unserved_sentences(found: Tours, say: Speech, most: int = 12) -> tuple[str, ...]:
    """Return who is left without a stop, and why; the places with most people by name."""
    if not found.unserved:
        return (say("Every place without the service has a stop within walking distance."),)
    people = say.plural("{count} person", "{count} people", found.unserved_people)
    told = [say("Without a stop: {people}.", people=people)]
    told.extend(unserved_line(found, one, say) for one in found.unserved[:most])
    if len(found.unserved) > most:
        told.append(say("… and {count} more places.", count=say.number(len(found.unserved) - most)))
    return tuple(told)


def unserved_line(found: Tours, one: Unserved, say: Speech) -> str:
    """Return why a place has no stop, and what would do."""
    digits = {TOO_FAR: 1, TOO_LONG: 1}.get(one.reason, 0)
    name = found.places.name(one.place, say.language)
    return say(_NEEDED[one.reason], name=name, needed=say.number(_up(one.needed, digits), digits))


def _up(value: float, digits: int) -> float:
    """Return a number that, as it is written, is enough."""
    return float(np.ceil(value * 10**digits - 1e-9) / 10**digits) if np.isfinite(value) else value


def _proof(found: Tours, say: Speech) -> str:
    few = len(found.stops) == found.stops_bound
    stops = say("proven: no fewer stops suffice") if few else say("not proven to be the fewest stops")
    vehicles = (
        say("proven: no fewer vehicles suffice")
        if found.vehicles == found.vehicles_bound
        else say("the number of vehicles is not proven: at least {count}", count=found.vehicles_bound)
    )
    driving = say(
        "the driving is not proven to be the least: no plan needs less than {km} km",
        km=say.number(np.floor(found.drive_bound_m / 1000)),
    )
    parts = [
        stops,
        vehicles,
        *([driving] if found.drive_bound_m < found.drive_m else [say("least driving proven")]),
    ]
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "."


def _part(found: Tours, say: Speech) -> Part:
    name = in_language(found.service_name, say.language)
    return Part(
        subject=subject(name, proxy=found.proxy, modelled=found.modelled),
        sentences=(*tour_sentences(found, say), *unserved_sentences(found, say)),
        rows=timetable_rows(found, say),
    )
