"""From a plan of sites to the scenario that carries it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from planner.results import Plan
from planner.scenario import AddFacility, ChangeStandard, CloseFacility, Edit, Scenario
from planner.studies.scenarios import keep
from planner.workspace import ScenarioRecord, Workspace

NEW = "plan"
"""Identifiers of facilities that a plan adds begin with this."""


def edits_of(plan: Plan) -> tuple[Edit, ...]:
    """Return what a plan changes in a district.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    tuple of Edit
        Facilities that close, those that open, and the standard where another threshold was planned for. An assessment
        under them finds the states and costs of the plan.
    """
    edits: list[Edit] = []
    for closed in plan.closed:
        service, _, facility = closed.partition("/")
        edits.append(CloseFacility(service, facility))
    measure = plan.standard.measure
    where = measure.where if measure else {}
    # A standard may count only some kinds of service point: a new one is of the first such kind.
    kind = {column: values[0] for column, values in where.items() if values}
    for i in plan.new:
        site = plan.sites[i]
        name = {code: f"{_service(plan, code)}, {text}" for code, text in site.name.items()}
        edits.append(AddFacility(plan.built, f"{NEW}-{site.id}", name, site.lon, site.lat, kind))
    if measure is not None and measure.threshold != plan.asked_threshold:
        edits.append(ChangeStandard(plan.standard.id, {"threshold": measure.threshold}))
    return tuple(edits)


def _service(plan: Plan, code: str) -> str:
    return plan.service_name.get(code) or plan.service_name["en"]


def scenario_of(plans: Iterable[Plan], name: str, base: Scenario | None = None) -> Scenario:
    """Return a scenario that carries out one plan, or several together.

    Parameters
    ----------
    plans : iterable of Plan
    name : str
    base : Scenario, optional
        Under which the plans were made: its edits come first.

    Raises
    ------
    InputError
        If the name cannot be one.
    """
    before = base.edits if base else ()
    added = {(edit.service, edit.id) for edit in before if isinstance(edit, AddFacility)}
    edits: dict[Edit | tuple[str, ...], Edit] = {}
    for plan in plans:
        for edit in edits_of(plan):
            edits.setdefault((type(edit).__name__, *_key(edit)), _of_its_own(edit, added))
    return Scenario(name, (*before, *edits.values()))


def _of_its_own(edit: Edit, added: set[tuple[str, str]]) -> Edit:
    """Return an edit whose facility is none that a plan before it opened at the same candidate."""
    number = 2
    while isinstance(edit, AddFacility) and (edit.service, edit.id) in added:
        edit = replace(edit, id=f"{edit.id.rsplit('#', 1)[0]}#{number}")
        number += 1
    return edit


def _key(edit: Edit) -> tuple[str, ...]:
    return (edit.standard,) if isinstance(edit, ChangeStandard) else (edit.service, edit.id)


def save_plan(
    workspace: Workspace,
    plans: Iterable[Plan],
    name: str,
    base: Scenario | None = None,
    *,
    replace: bool = False,
) -> ScenarioRecord:
    """Keep a plan in a workspace as a scenario; see :func:`scenario_of`.

    Raises
    ------
    InputError
        If the name cannot be one, or there is a scenario of that name that is not to be replaced.
    WorkspaceError
        If the workspace cannot be written.
    """
    return keep(workspace, scenario_of(plans, name, base), replace=replace)
