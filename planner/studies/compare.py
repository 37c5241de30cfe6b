"""Comparison: who gains and who loses between two assessments of one district."""

from __future__ import annotations

from collections.abc import Mapping

from planner.errors import InputError
from planner.network.modes import Conditions
from planner.results import Assessment, Change, Comparison, StandardResult, frozen, outcomes
from planner.scenario import Scenario
from planner.studies.assess import assess
from planner.studies.inputs import By
from planner.workspace import Workspace


def compared(
    before: Assessment, after: Assessment, *, before_name: str = "", after_name: str = ""
) -> Comparison:
    """Set two assessments of the same places side by side.

    Parameters
    ----------
    before, after : Assessment
    before_name, after_name : str
        Names of the scenarios; empty for the district as it is.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If they are not of the same places with the same people.
    """
    _refuse_others(before, after)
    ours, theirs = _by_id(before), _by_id(after)
    # The order of the catalogue; what only the first side measures comes where it stood there.
    order = [r.standard.id for r in before.results]
    order += [r.standard.id for r in after.results if r.standard.id not in ours]
    n = len(before.places)
    changes = tuple(
        Change(ours.get(s), theirs.get(s), frozen(outcomes(ours.get(s), theirs.get(s), n))) for s in order
    )
    return Comparison(before, after, before_name, after_name, changes)


def _by_id(assessment: Assessment) -> Mapping[str, StandardResult]:
    return {result.standard.id: result for result in assessment.results}


def _refuse_others(before: Assessment, after: Assessment) -> None:
    if before.places.ids != after.places.ids:
        raise InputError(
            "The two sides are not of the same settlements: {before} on one, {after} on the other.",
            "Compare scenarios of one district, made on the same layer of settlements.",
            before=len(before.places), after=len(after.places),
        )  # fmt: skip
    if (before.places.population != after.places.population).any():
        raise InputError(
            "The two sides count different people at the same settlements.",
            "Compare scenarios made on the same layer of settlements.",
        )


def compare(
    workspace: Workspace,
    after: Scenario,
    before: Scenario | None = None,
    *,
    by: By = "settlement",
    conditions: Conditions | None = None,
) -> Comparison:
    """Compare a scenario with the district as it is, or with another scenario.

    Parameters
    ----------
    workspace : Workspace
    after, before : Scenario
        Without `before`, the district as it is.
    by : {"settlement", "building"}
        What the places are, as for :func:`planner.studies.assess.assess`.
    conditions : Conditions, optional
        As for :func:`planner.studies.assess.assess`.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If an edit of a scenario does not fit, or the workspace cannot be assessed.
    """
    sides = [assess(workspace, by=by, scenario=each, conditions=conditions) for each in (before, after)]
    return compared(*sides, before_name=before.name if before else "", after_name=after.name)
