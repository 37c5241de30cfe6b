"""What a scenario makes of a district: its layers and its standards with the edits made, the workspace untouched."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from planner.errors import InputError
from planner.layers.schema import Role
from planner.scenario import (
    LARGEST_BYTES,
    AddArea,
    AddFacility,
    ChangeStandard,
    CloseFacility,
    Edit,
    MoveFacility,
    Scenario,
    edit_as_dict,
)
from planner.standards.catalogue import REFERENCE_SERVICE, Catalogue
from planner.standards.model import Standard, Text
from planner.studies.edited_layers import with_edits
from planner.studies.inputs import Inputs
from planner.workspace import ScenarioRecord, Workspace

FARTHEST_M = 50_000.0
"""A facility farther than this from the district is taken for a slip."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why an edit does not fit: templates of what is wrong and of what to do next, and their values."""

    message: str
    fix: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Misfit:
    """An edit that does not fit a district as it is now.

    Attributes
    ----------
    number : int
        Of the edit in its scenario, from 0.
    edit : Edit
    why : Unfit
    """

    number: int
    edit: Edit
    why: Unfit

    def text(self) -> str:
        """Return in English what is wrong."""
        return self.why.message.format(**self.why.values)


def scenario_named(workspace: Workspace, name_or_file: str | Path) -> Scenario:
    """Return a scenario by the name it has in a workspace, or from a file; the workspace is asked first.

    Raises
    ------
    InputError
        If there is neither, or it cannot be read as a scenario.
    """
    asked = str(name_or_file)
    kept = {record.name: record for record in workspace.scenarios()}
    if asked in kept:
        return Scenario.from_json(kept[asked].document)
    if Path(asked).is_file():
        return read_scenario(Path(asked))
    raise InputError(
        "There is no scenario “{name}” in {path}, and no file of that name.",
        "Those that there are: {available}.",
        name=asked, path=workspace.shown_as, available=", ".join(kept) or "—",
    )  # fmt: skip


def read_scenario(path: Path) -> Scenario:
    """Return the scenario of a file.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    if path.is_dir():
        raise InputError(
            "{path} is a folder, not the file of a scenario.",
            "Name a file in it that the planner exported.",
            path=path,
        )
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise InputError(
                "{path} is larger than {most} bytes: it is no scenario.",
                "Choose a file that the planner exported.",
                path=path, most=LARGEST_BYTES,
            )  # fmt: skip
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    return scenario_from_bytes(path, data)


def scenario_from_bytes(path: str | Path, data: bytes) -> Scenario:
    """Return the scenario that a file's bytes hold; `path` is what messages call it.

    Raises
    ------
    InputError
        If they hold none.
    """
    try:
        return Scenario.from_json(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str | Path, error: OSError | UnicodeDecodeError) -> InputError:
    return InputError(
        "{path} cannot be read as a scenario ({reason}).",
        "Choose a file that the planner exported.",
        path=path,
        reason=_why(error),
    )


def _why(error: OSError | UnicodeDecodeError) -> str:
    """Return why a file cannot be read, without numbers that mean nothing to a planner."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not text in UTF-8"
    return error.strerror or type(error).__name__


def keep(workspace: Workspace, scenario: Scenario, *, replace: bool = False) -> ScenarioRecord:
    """Keep a scenario in a workspace under its name.

    Raises
    ------
    InputError
        If there is one of that name, and it is not to be replaced.
    """
    refuse_taken(workspace, scenario.name, replace=replace)
    return workspace.save_scenario(scenario.name, scenario.to_json(), expected=None if replace else "")


def refuse_taken(workspace: Workspace, name: str, *, replace: bool = False) -> None:
    """Refuse a name that a scenario of the workspace has, unless that one is to be replaced.

    Raises
    ------
    InputError
        If there is one of that name.
    """
    if not replace and name in {record.name for record in workspace.scenarios()}:
        raise InputError(
            "{path} keeps a scenario “{name}” already.",
            "Give this one another name, or say that it is to replace that one (--replace).",
            path=workspace.shown_as, name=name,
        )  # fmt: skip


def names_of_services(inputs: Inputs, catalogue: Catalogue) -> dict[str, Text]:
    """Return the name by language of every service of a catalogue and of a district."""
    named: dict[str, Text] = {service: {"en": service} for _, service in inputs.layers if service}
    return named | {service: known.name for service, known in catalogue.services.items()}


def facility_names(inputs: Inputs, scenario: Scenario) -> dict[tuple[str, str], Text]:
    """Return the names by service and identifier of the facilities that a scenario edits or adds."""
    points = inputs.facilities
    known = {
        (points.services[i], points.ids[i]): points.names[i] for i in edited_facilities(inputs, scenario)
    }
    return known | {(e.service, e.id): e.name for e in scenario.edits if isinstance(e, AddFacility)}


def edited_facilities(inputs: Inputs, scenario: Scenario) -> list[int]:
    """Return the indices of the facilities of a district that a scenario moves or closes."""
    meant = {(e.service, e.id) for e in scenario.edits if isinstance(e, MoveFacility | CloseFacility)}
    if not meant:
        return []
    points = inputs.facilities
    return [i for i, key in enumerate(zip(points.services, points.ids, strict=True)) if key in meant]


def told(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as a manifest names it."""
    edits = [edit_as_dict(edit) for edit in scenario.edits]
    return {"name": scenario.name, "digest": scenario.digest, "edits": edits}


def edited(inputs: Inputs, scenario: Scenario, catalogue: Catalogue | None = None) -> Inputs:
    """Return a district as a scenario makes it.

    Parameters
    ----------
    inputs : Inputs
        The district as it is. Roads, cells and all layers without an edit are shared with what is returned.
    scenario : Scenario
    catalogue : Catalogue, optional
        Services that may be added; without it, any.

    Returns
    -------
    Inputs
        As if the layers had been changed in the workspace: a facility that is added comes last in its layer, one that
        is moved keeps its place in it.

    Raises
    ------
    InputError
        If an edit does not fit; all that do not are named.
    """
    wrong = [m for m in misfits(inputs, scenario, catalogue) if not isinstance(m.edit, ChangeStandard)]
    _refuse(scenario, wrong)
    return with_edits(inputs, scenario)


def standards_under(
    standards: Sequence[Standard], scenario: Scenario, catalogue: Catalogue | None = None
) -> tuple[Standard, ...]:
    """Return the standards in force under a scenario.

    Parameters
    ----------
    standards : sequence of Standard
        Those in force without it.
    scenario : Scenario
    catalogue : Catalogue, optional
        Where standards are found that the scenario puts in force.

    Returns
    -------
    tuple of Standard
        In the same order; what is put in force comes behind.

    Raises
    ------
    InputError
        If there is no such standard, or it has no threshold that could be changed.
    """
    chosen = {standard.id: standard for standard in standards}
    wrong = []
    for number, edit in enumerate(scenario.edits):
        if not isinstance(edit, ChangeStandard):
            continue
        problem = _standard_problem(edit, chosen, catalogue)
        if problem:
            wrong.append(Misfit(number, edit, problem))
            continue
        changed = _changed(chosen.get(edit.standard) or _of_catalogue(edit.standard, catalogue), edit)
        if changed is None:
            chosen.pop(edit.standard, None)
        else:
            chosen[edit.standard] = changed
    _refuse(scenario, wrong)
    return tuple(chosen.values())


def misfits(
    inputs: Inputs,
    scenario: Scenario,
    catalogue: Catalogue | None = None,
    standards: Sequence[Standard] | None = None,
) -> tuple[Misfit, ...]:
    """Return the edits that do not fit a district as it is now, each judged after those before it that do.

    Parameters
    ----------
    inputs : Inputs
    scenario : Scenario
    catalogue : Catalogue, optional
        Services and standards that there are.
    standards : sequence of Standard, optional
        Those in force; without them, changes of standards are not judged.
    """
    there: dict[tuple[Role, str], set[str]] = {}
    frame = _frame_of(inputs)
    chosen = {standard.id: standard for standard in standards or ()}
    found = []
    for number, edit in enumerate(scenario.edits):
        if isinstance(edit, ChangeStandard):
            problem = None if standards is None else _standard_problem(edit, chosen, catalogue)
            if problem is None and standards is not None:
                after = _changed(chosen.get(edit.standard) or _of_catalogue(edit.standard, catalogue), edit)
                chosen.pop(edit.standard, None) if after is None else chosen.update({edit.standard: after})
        else:
            problem = _layer_problem(inputs, edit, there, catalogue, frame)
        if problem:
            found.append(Misfit(number, edit, problem))
    return tuple(found)


def fitting(scenario: Scenario, wrong: Sequence[Misfit]) -> Scenario:
    """Return a scenario without the edits that do not fit."""
    out = {misfit.number for misfit in wrong}
    return dataclasses.replace(scenario, edits=tuple(e for i, e in enumerate(scenario.edits) if i not in out))


def _refuse(scenario: Scenario, wrong: Sequence[Misfit]) -> None:
    if wrong:
        raise InputError(
            "The scenario “{name}” does not fit the district as it is now. {problems}",
            "Take these edits out of it, or bring back the version of the layers that it was made on.",
            name=scenario.name,
            problems=" ".join(f"Edit {m.number + 1}: {m.text()}" for m in wrong),
        )


def _layer_problem(
    inputs: Inputs,
    edit: AddFacility | MoveFacility | CloseFacility | AddArea,
    there: dict[tuple[Role, str], set[str]],
    catalogue: Catalogue | None,
    frame: shapely.Polygon,
) -> Unfit | None:
    """Return why an edit of a layer does not fit, None where it does; `there` follows the identifiers."""
    role = Role.SERVICE_AREA if isinstance(edit, AddArea) else Role.FACILITIES
    layer = inputs.layers.get((role, edit.service))
    ids = there.setdefault((role, edit.service), set(layer.texts("id")) if layer else set())
    known = layer is not None or catalogue is None or edit.service in catalogue.services
    said = {"id": edit.id, "service": edit.service}
    if edit.service == REFERENCE_SERVICE or not known:
        return Unfit("There is no service “{service}”.", "Choose a service of the catalogue.", said)
    new = isinstance(edit, AddFacility | AddArea)
    if new and edit.id in ids:
        return Unfit("The service “{service}” has “{id}” already.", "Give it another identifier.", said)
    if not new and edit.id not in ids:
        return Unfit("The service “{service}” has no facility “{id}” any more.", "Take the edit out.", said)
    if not isinstance(edit, CloseFacility) and _away(inputs, edit, frame) > FARTHEST_M:
        far = {**said, "most": round(FARTHEST_M / 1000)}
        return Unfit("“{id}” lies more than {most} km away from the district.", "Check its coordinates.", far)
    ids.add(edit.id) if new else None
    ids.discard(edit.id) if isinstance(edit, CloseFacility) else None
    return None


def _away(inputs: Inputs, edit: AddFacility | MoveFacility | AddArea, frame: shapely.Polygon) -> float:
    """Return how far an edit lies from the district, metres; inf where the grid does not reach."""
    if isinstance(edit, AddArea):
        shape = inputs.grid.project(np.array([shapely.geometry.shape(edit.outline)], dtype=object))[0]
    else:
        shape = shapely.Point(inputs.grid.to_grid(np.array([edit.lon]), np.array([edit.lat]))[0])
    if not np.isfinite(shapely.bounds(shape)).all():
        return np.inf
    return float(shapely.distance(shape, frame))


def _frame_of(inputs: Inputs) -> shapely.Polygon:
    """Return the rectangle on the grid that holds the district's places and its outline."""
    located = inputs.place_xy[np.isfinite(inputs.place_xy).all(axis=1)]
    corners = [shapely.multipoints([located.min(axis=0), located.max(axis=0)])]
    shapes = [*corners, *([] if inputs.boundary is None else [inputs.boundary])]
    return shapely.box(*shapely.total_bounds(shapes))


def _of_catalogue(identifier: str, catalogue: Catalogue | None) -> Standard | None:
    return next((s for s in catalogue.standards if s.id == identifier), None) if catalogue else None


def _standard_problem(
    edit: ChangeStandard, chosen: Mapping[str, Standard], catalogue: Catalogue | None
) -> Unfit | None:
    standard = chosen.get(edit.standard)
    said = {"standard": edit.standard}
    if standard is None and edit.values.get("in_force") is not True:
        return Unfit("The standard “{standard}” is not in force.", "Put it in force first.", said)
    standard = standard or _of_catalogue(edit.standard, catalogue)
    if standard is None:
        return Unfit("There is no standard “{standard}”.", "Choose one of the catalogue.", said)
    if "threshold" in edit.values and (standard.measure is None or not standard.measure.unit):
        return Unfit(
            "The standard “{standard}” has no threshold that is measured.", "Take the edit out.", said
        )
    return None


def _changed(standard: Standard | None, edit: ChangeStandard) -> Standard | None:
    """Return a standard after an edit; None where it is out of force."""
    values = edit.values
    if standard is None or values.get("in_force") is False:
        return None
    measure = standard.measure
    if measure is not None and "threshold" in values:
        measure = dataclasses.replace(measure, threshold=float(values["threshold"]))
    share = values.get("target_share", standard.target_share)
    return dataclasses.replace(
        standard, measure=measure, target_share=None if share is None else float(share)
    )
