"""The log in words: what was done to a workspace, line by line."""

from __future__ import annotations

from collections.abc import Mapping

from planner.workspace.contract import LogEntry

DONE: Mapping[str, str] = {
    "new": "The workspace “{name}” was made.",
    "add": "Layer {layer}: a new version from {file}.",
    "import": "{file}: layers taken from it: {layers}.",
    "undo": "Step {step} was taken back: {layers}.",
    "restore": "Layer {layer}: version {version} is in use again.",
    "remove": "Layer {layer}: taken out of use (version {version}).",
    "standards": "The standards in force were changed.",
    "scenario": "Scenario “{scenario}”: saved.",
    "scenario removed": "Scenario “{scenario}”: removed.",
}
"""What each action of the log says."""


def told(entry: LogEntry, titles: Mapping[str, str] | None = None) -> tuple[str, dict[str, object]]:
    """Return what a line of the log says, as a template and its values.

    An action that only a later planner knows stands by its name.

    Parameters
    ----------
    entry : LogEntry
    titles : mapping of str to str, optional
        What layers are called, by their names; a layer that has no title here stands by its name.
    """
    known = titles or {}
    values: dict[str, object] = {key: value or "–" for key, value in entry.detail.items()}
    if isinstance(entry.detail.get("layers"), list):
        names = (str(each["layer"]) for each in entry.detail["layers"])
        values["layers"] = ", ".join(known.get(name, name) for name in names)
    if "layer" in values:
        values["layer"] = known.get(str(values["layer"]), values["layer"])
    template = DONE.get(entry.action)
    return (entry.action, {}) if template is None else (template, values)
