"""Access and coverage on arrays: who reaches what, and whether that is enough.

The names below are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = ["three_step_floating_catchment", "two_step_floating_catchment", "within"]

_WHERE = {
    "three_step_floating_catchment": "planner.coverage.floating",
    "two_step_floating_catchment": "planner.coverage.floating",
    "within": "planner.coverage.access",
}

if TYPE_CHECKING:
    from planner.coverage.access import within
    from planner.coverage.floating import three_step_floating_catchment, two_step_floating_catchment


def __getattr__(name: str) -> object:
    """Import a name on first use, so that a room that needs one function loads no other."""
    if name not in _WHERE:
        raise AttributeError(f"module 'planner.coverage' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)
