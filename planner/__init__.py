"""Who is left without a service in a district, by how much, and what would mend it.

The names below are the public Python API; each is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_WHERE = {
    "Assessment": "planner.results",
    "PlannerError": "planner.errors",
    "Problem": "planner.siting",
    "RoadNetwork": "planner.network",
    "Standard": "planner.standards.model",
    "State": "planner.results",
    "Workspace": "planner.workspace",
    "assess": "planner.studies.assess",
    "create_workspace": "planner.workspace",
    "found_sample": "planner.studies.founding",
    "load_standards": "planner.standards.catalogue",
    "open_workspace": "planner.workspace",
    "solve": "planner.siting",
    "two_step_floating_catchment": "planner.coverage",
    "write_report": "planner.report",
}

__all__ = [
    "Assessment",
    "PlannerError",
    "Problem",
    "RoadNetwork",
    "Standard",
    "State",
    "Workspace",
    "assess",
    "create_workspace",
    "found_sample",
    "load_standards",
    "open_workspace",
    "solve",
    "two_step_floating_catchment",
    "write_report",
]

if TYPE_CHECKING:
    from planner.coverage import two_step_floating_catchment
    from planner.errors import PlannerError
    from planner.network import RoadNetwork
    from planner.report import write as write_report
    from planner.results import Assessment, State
    from planner.siting import Problem, solve
    from planner.standards.catalogue import load as load_standards
    from planner.standards.model import Standard
    from planner.studies.assess import assess
    from planner.studies.founding import found_sample
    from planner.workspace import Workspace, create_workspace, open_workspace

_RENAMED = {"load_standards": "load", "write_report": "write"}


def __getattr__(name: str) -> object:
    """Import a public name on first use, so that ``planner --help`` loads no GIS library."""
    if name not in _WHERE:
        raise AttributeError(f"module 'planner' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), _RENAMED.get(name, name))
