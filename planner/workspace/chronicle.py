"""The log in words: what was done to a workspace, line by line."""

from __future__ import annotations

from collections.abc import Mapping

from planner.workspace.contract import LogEntry

DONE: Mapping[str, str] = {
    "new": "The workspace «{name}» was made.",
    "add": "Layer {layer}: a new version from {file}.",
    "import": "{file}: layers taken from it: {layers}.",
    "undo": "Step {step} was taken back: {layers}.",
    "restore": "Layer {layer}: version {version} is in use again.",
    "remove": "Layer {layer}: taken out of use (version {version}).",
    "standards": "The standards in force were changed.",
    "scenario": "Scenario «{scenario}»: saved.",
    "scenario removed": "Scenario «{scenario}»: removed.",
}
"""What each action of the log says."""


def told(entry: LogEntry) -> tuple[str, dict[str, object]]:
    """Return what a line of the log says, as a template and its values.

    An action that only a later planner knows stands by its name.
    """
    values: dict[str, object] = {key: value or "–" for key, value in entry.detail.items()}
    if isinstance(entry.detail.get("layers"), list):
        values["layers"] = ", ".join(str(each["layer"]) for each in entry.detail["layers"])
    template = DONE.get(entry.action)
    return (entry.action, {}) if template is None else (template, values)
