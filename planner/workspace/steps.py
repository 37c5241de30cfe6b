"""Steps of a workspace's log that change several layers at once, and which of them can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.errors import ConflictError, WorkspaceError
from planner.workspace.contract import LogEntry

IMPORT, UNDO = "import", "undo"
"""Actions of the log whose detail lists layers with the versions in use after the step and before it."""


def changed_by(entry: LogEntry, layer: str) -> bool:
    """Return whether a line of the log tells of a change of a layer."""
    several = entry.detail.get("layers", ()) if entry.action in (IMPORT, UNDO) else ()
    return entry.detail.get("layer") == layer or any(each["layer"] == layer for each in several)


def latest_import(log: Sequence[LogEntry]) -> LogEntry | None:
    """Return the latest import that was not taken back, None where there is none.

    Taking back an undo puts the import in force again.
    """
    standing: dict[int, bool] = {}
    root: dict[int, int] = {}
    for entry in log:
        if entry.action == IMPORT:
            standing[entry.step], root[entry.step] = True, entry.step
        elif entry.action == UNDO and entry.detail["step"] in root:
            root[entry.step] = first = root[entry.detail["step"]]
            standing[first] = not standing[first]
    return next((e for e in reversed(log) if e.action == IMPORT and standing[e.step]), None)


def to_take_back(
    log: Sequence[LogEntry], step: int | None, in_use: Mapping[str, int], shown_as: str
) -> LogEntry:
    """Return the step that is to be taken back.

    Parameters
    ----------
    log : sequence of LogEntry
        Oldest first.
    step : int or None
        Its number; None for the latest import that was not taken back.
    in_use : mapping of str to int
        The version in use of each layer that has one.
    shown_as : str
        How messages call the workspace.

    Raises
    ------
    ConflictError
        If a layer of the step is not in the version that the step left.
    WorkspaceError
        If there is no such step.
    """
    found = latest_import(log) if step is None else next((e for e in log if e.step == step), None)
    if found is None or found.action not in (IMPORT, UNDO):
        raise WorkspaceError(
            "{path} has no import to take back." if step is None else "Step {step} of {path} is no import.",
            "See what was done with: planner layers {path} --history; a layer's earlier version comes back with: "
            "planner restore",
            path=shown_as, step=step,
        )  # fmt: skip
    moved = [
        each["layer"] for each in found.detail["layers"] if in_use.get(each["layer"], 0) != each["version"]
    ]
    if moved:
        last = next(e for e in reversed(log) if any(changed_by(e, layer) for layer in moved))
        raise ConflictError(
            "The import cannot be taken back as a whole: {layers} changed after it, the last time by {actor} on {time}."
            " Nothing was written.",
            "Restore the version that you want of each layer instead: planner layers {path} --history lists them.",
            layers=", ".join(moved), actor=last.actor or "?", time=f"{last.at:%Y-%m-%d %H:%M} UTC", path=shown_as,
        )  # fmt: skip
    return found
