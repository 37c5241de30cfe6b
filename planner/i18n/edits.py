"""The edits of a scenario in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.i18n import Speech
from planner.i18n.words import quantity, threshold
from planner.scenario import AddArea, AddFacility, ChangeStandard, CloseFacility, Edit, MoveFacility
from planner.standards.model import Standard, Text


def edit_words(
    say: Speech,
    edit: Edit,
    services: Mapping[str, Text],
    standards: Sequence[Standard],
    names: Mapping[tuple[str, str], Text],
) -> str:
    """Return what an edit does, in a line.

    Parameters
    ----------
    say : Speech
    edit : Edit
    services : mapping of str to mapping
        Name by language of every service.
    standards : sequence of Standard
        As they are without the scenario.
    names : mapping of (str, str) to mapping
        Name by language of a facility, by its service and identifier.
    """
    if isinstance(edit, ChangeStandard):
        return _standard_words(say, edit, {s.id: s for s in standards})
    said = {
        "service": _text(services.get(edit.service), edit.service, say),
        "name": _text(names.get((edit.service, edit.id)), edit.id, say),
    }
    if isinstance(edit, AddFacility):
        said["name"] = _text(edit.name, edit.id, say)
        return say("Add “{name}” ({service})", **said)
    if isinstance(edit, MoveFacility):
        return say("Move “{name}” ({service}) to {lat}, {lon}", **said, lat=say.number(edit.lat, 4),
                   lon=say.number(edit.lon, 4))  # fmt: skip
    if isinstance(edit, CloseFacility):
        return say("Close “{name}” ({service})", **said)
    if isinstance(edit, AddArea):
        return say("Draw an area of the service “{service}” ({name})", **said)
    raise TypeError(f"edit: {edit!r} is none")


def _standard_words(say: Speech, edit: ChangeStandard, standards: Mapping[str, Standard]) -> str:
    standard = standards.get(edit.standard)
    title = _text(standard.title if standard else None, edit.standard, say)
    parts = []
    if "in_force" in edit.values:
        parts.append(say("in force") if edit.values["in_force"] else say("not in force"))
    if "threshold" in edit.values:
        value = float(edit.values["threshold"])
        measure = standard.measure if standard else None
        if measure is None:
            parts.append(say.number(value, 2))
        else:
            sign = "≤" if measure.comparator == "<=" else "≥"
            asked = f"{sign} {quantity(say, value, measure.unit, exact=True)}"
            parts.append(say("{asked} in place of: {before}", asked=asked, before=threshold(say, measure)))
    if "target_share" in edit.values:
        share = edit.values["target_share"]
        share = 1.0 if share is None else float(share)
        parts.append(say("for {share} of the people", share=say.percent(share)))
    return say("Standard “{title}”: {changes}", title=title, changes="; ".join(parts))


def _text(text: Text | None, otherwise: str, say: Speech) -> str:
    if not text:
        return otherwise
    return text.get(say.language) or text.get("en") or next(iter(text.values()), "") or otherwise
