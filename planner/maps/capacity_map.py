"""The maps of capacity: who finds room, and how much each settlement can reach."""

from __future__ import annotations

import folium
import numpy as np

from planner.i18n import Speech
from planner.maps.legend import LegendRow
from planner.maps.study_layer import point_rows, study_layer, study_point, study_row
from planner.results import Capacity, IntArray, State

_ROOM = ("covered", "deficit", "gap", "unreachable", "not_connected", "not_located")
_SCORE = ("score_none", "score_low", "score_fair", "score_high", "no_data")


def capacity_layer(found: Capacity, say: Speech, *, by_score: bool) -> folium.FeatureGroup:
    """Return the layer of a capacity study, for a map of the same district.

    Parameters
    ----------
    found : Capacity
    say : Speech
    by_score : bool
        Whether places show their access score, or whether their people find room.
    """
    kind, deficit = _kinds(found, by_score), found.deficit
    labels = _labels(say, by_score)

    def lines(i: int) -> list[str]:
        told = [labels[int(kind[i])]]
        if np.isfinite(found.access[i]):
            told.append(say("{score} for 1,000 people", score=say.number(float(found.access[i]), 2)))
        if deficit[i] > 0:
            told.append(say("without room: {people}", people=say.number(float(deficit[i]))))
        return told

    points = [
        study_point(
            found.facilities,
            j,
            say,
            [
                say(
                    "takes {used} of {room} people",
                    used=say.number(float(found.used[j])),
                    room=say.number(float(found.room[j])),
                )
            ],
        )
        for j in range(len(found.facilities))
    ]
    signs = _SCORE if by_score else _ROOM
    return study_layer(found.service_name, found.places, signs, kind, lines, say, points=points)


def capacity_legend(found: Capacity, say: Speech, *, by_score: bool, dark: bool = False) -> list[LegendRow]:
    """Return the legend of :func:`capacity_layer`: signs that occur, with people and places."""
    kind, people = _kinds(found, by_score), found.places.population
    signs = _SCORE if by_score else _ROOM
    rows = [
        study_row(signs[k], label, float(people[kind == k].sum()), int((kind == k).sum()), dark=dark)
        for k, label in enumerate(_labels(say, by_score))
        if (kind == k).any()
    ]
    everyone = range(len(found.facilities))
    return [*rows, *point_rows(found.facilities, everyone, say("service point"), say, dark=dark)]


def _labels(say: Speech, by_score: bool) -> tuple[str, ...]:
    if by_score:
        return (
            say("nothing within reach"),
            say("less than half of the average"),
            say("half of the average and more"),
            say("the average and more"),
            say("no data"),
        )
    return (
        say("room for everybody"),
        say("no room for some (deficit)"),
        say("beyond the cutoff (gap)"),
        say("unreachable"),
        say("not connected to a road"),
        say("not located"),
    )


def _kinds(found: Capacity, by_score: bool) -> IntArray:
    if by_score:
        with np.errstate(invalid="ignore"):
            kind = np.select(
                [
                    ~np.isfinite(found.access),
                    found.access <= 0,
                    found.access < found.mean_access / 2,
                    found.access < found.mean_access,
                ],
                [4, 0, 1, 2],
                3,
            )
        return np.asarray(kind, dtype=np.int64)
    states = (State.GAP, State.UNREACHABLE, State.NOT_CONNECTED, State.NOT_LOCATED)
    kind = np.zeros(len(found.places), dtype=np.int64)
    kind[found.deficit > 0] = 1
    for position, state in enumerate(states, start=2):
        kind[found.state == state] = position
    return kind
