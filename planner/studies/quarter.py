"""The smart quarter: a town by building, on foot along its streets, with a card for each quarter."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from planner.coverage.access import first_inside
from planner.coverage.judge import NOT_APPLICABLE
from planner.errors import InputError
from planner.network.modes import Conditions
from planner.results import (
    Assessment,
    FloatArray,
    Quarter,
    Quarters,
    QuarterService,
    StandardResult,
    frozen,
    tally,
)
from planner.standards.model import Indicator, Measure, Standard, Text
from planner.studies.assess import assess_inputs, loaded
from planner.studies.inputs import Inputs
from planner.studies.measure import Gauge, whom
from planner.studies.progress import Progress, each, part, wanted
from planner.studies.standards_in_force import in_force, standards_by_building
from planner.workspace import Workspace

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

OUTSIDE: Text = {"en": "Outside the quarters", "ru": "Вне кварталов", "be": "Па-за кварталамі"}
"""The name under which homes are counted that lie in none of the workspace's zones."""


def study_quarters(
    workspace: Workspace, *, conditions: Conditions | None = None, progress: Progress | None = None
) -> Quarters:
    """Assess a town by building and make a card for each of its quarters.

    Every standard in force by building is judged on foot along streets and paths; beside it stands the share by the
    letter of those that name a radius (see :func:`planner.studies.by_building.on_foot`).

    Parameters
    ----------
    workspace : Workspace
        With demand by building, and people in it.
    conditions : Conditions, optional
        As for :func:`planner.studies.assess.assess`.
    progress : callable, optional

    Raises
    ------
    InputError
        If no building of the workspace has people.
    StandardsError
        If its own catalogue cannot be read.
    """
    inputs = loaded(workspace, "building", part(progress, 0.0, 0.2)).under(conditions or Conditions())
    standards, catalogue = in_force(workspace, "building")
    assessment = assess_inputs(inputs, standards, catalogue, progress=part(progress, 0.2, 0.7))
    by_letter = {s.id: s for s in standards_by_building(workspace)[0]}
    return quarters_of(inputs, assessment, by_letter, progress=part(progress, 0.7, 1.0))


def chosen(found: Quarters, wanted: str) -> Quarters:
    """Return one quarter alone.

    Parameters
    ----------
    found : Quarters
    wanted : str
        Its identifier, or its number in the list, from 1.

    Raises
    ------
    InputError
        If there is no such quarter.
    """
    ids = [quarter.id for quarter in found.quarters]
    number = (
        ids.index(wanted)
        if wanted in ids
        else int(wanted) - 1
        if wanted.isascii() and wanted.isdigit()
        else -1
    )
    if not 0 <= number < len(ids):
        raise InputError(
            "There is no quarter “{wanted}”; there are {count}.", "Give its number in the list, from 1.",
            wanted=wanted, count=len(ids),
        )  # fmt: skip
    return dataclasses.replace(found, quarters=(found.quarters[number],))


def quarters_of(
    inputs: Inputs,
    assessment: Assessment,
    by_letter: dict[str, Standard],
    *,
    progress: Progress | None = None,
) -> Quarters:
    """Return the cards of an assessment by building.

    Parameters
    ----------
    inputs : Inputs
        That it was made of.
    assessment : Assessment
    by_letter : dict of str to Standard
        By id, the standards as their acts have them: those with a radius are measured by it as well.
    progress : callable, optional
    """
    gauge = Gauge(inputs)
    walks = {
        r.standard.id: _walk(inputs, gauge, r.standard)
        for r in each(assessment.results, progress, lambda result: result.standard.id)
    }
    radius = {r.standard.id: _radius(inputs, gauge, by_letter.get(r.standard.id)) for r in assessment.results}
    lies_in = first_inside(inputs.facility_xy, inputs.zone_shapes)
    zone = assessment.places.zone
    cards = []
    for number in (*range(len(assessment.zones)), *([-1] if (zone < 0).any() else [])):
        mask = zone == number
        services = tuple(
            _service(assessment, r, mask, walks[r.standard.id], radius[r.standard.id],
                     _points(inputs, gauge, r.standard, lies_in, number))
            for r in wanted(assessment.results)
        )  # fmt: skip
        cards.append(
            Quarter(
                id=assessment.zones.ids[number] if number >= 0 else "",
                name=assessment.zones.names[number] if number >= 0 else OUTSIDE,
                people=float(assessment.places.population[mask].sum()), homes=int(mask.sum()), services=services,
            )
        )  # fmt: skip
    return Quarters(assessment, {name: frozen(walk) for name, walk in walks.items()}, tuple(cards))


def _walk(inputs: Inputs, gauge: Gauge, standard: Standard) -> FloatArray:
    """Return the walk from each home to the nearest facility of a standard, minutes."""
    measure = standard.measure
    n = len(inputs.places)
    if measure is None or measure.indicator is Indicator.DISTANCE_TO_LINE:
        return np.full(n, np.nan)
    asked = Measure(
        indicator=Indicator.TRAVEL_TIME, threshold=measure.threshold, unit="min", comparator="<=",
        sources=measure.sources, mode="walk", where=measure.where,
    )  # fmt: skip
    found = gauge.measure(asked, np.ones(n, dtype=bool))
    connected = np.ones(n, dtype=bool) if found.connected is None else found.connected
    return np.asarray(np.where(connected, found.value, np.nan))


def _radius(inputs: Inputs, gauge: Gauge, standard: Standard | None) -> npt.NDArray[np.uint8] | None:
    """Return the states by the letter of a standard that names a radius; None for any other."""
    measure = standard.measure if standard else None
    if standard is None or measure is None or measure.indicator is not Indicator.STRAIGHT_DISTANCE:
        return None
    applies = whom(inputs, standard, inputs.places.population)
    located = np.asarray(np.isfinite(inputs.place_xy).all(axis=1))
    return gauge.measure(measure, applies).states(measure, applies, located)


def _points(inputs: Inputs, gauge: Gauge, standard: Standard, lies_in: IntArray, zone: int) -> int:
    """Return how many of the facilities that a standard counts lie in a quarter."""
    if standard.measure is None:
        return 0
    return int((lies_in[gauge.facilities_of(standard.measure)] == zone).sum())


def _service(
    assessment: Assessment,
    result: StandardResult,
    mask: BoolArray,
    walk: FloatArray,
    radius: npt.NDArray[np.uint8] | None,
    points: int,
) -> QuarterService:
    people = assessment.places.population
    walking = mask & np.isfinite(walk) & (result.state != NOT_APPLICABLE)
    share = None
    if radius is not None:
        by_letter = dataclasses.replace(result, state=radius).people_by_state(people, mask)
        share = tally(by_letter, result.standard.target_share).share_covered
    return QuarterService(
        standard=result.standard.id,
        service=result.standard.service,
        tally=assessment.tally(result, mask),
        share_radius=share,
        walk_min=float(np.average(walk[walking], weights=people[walking])) if walking.any() else float("nan"),
        facilities=points,
    )
