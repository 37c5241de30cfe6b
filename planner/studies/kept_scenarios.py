"""The scenarios that a workspace keeps, and those among them that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

from planner.errors import InputError
from planner.scenario import Scenario
from planner.workspace import ScenarioRecord, Workspace


@dataclass(frozen=True, slots=True)
class KeptScenario:
    """A kept scenario.

    Attributes
    ----------
    record : ScenarioRecord
    scenario : Scenario or None
        None where it cannot be read.
    wrong : InputError or None
        What is wrong with it then.
    """

    record: ScenarioRecord
    scenario: Scenario | None
    wrong: InputError | None


def kept_scenarios(workspace: Workspace) -> tuple[KeptScenario, ...]:
    """Return the scenarios of a workspace in the order they were first saved; one that is damaged hides no other."""
    return tuple(_read(record) for record in workspace.scenarios())


def _read(record: ScenarioRecord) -> KeptScenario:
    try:
        return KeptScenario(record, Scenario.from_json(record.document), None)
    except InputError as error:
        return KeptScenario(record, None, error)
