"""Layers with facilities added, moved and closed and areas drawn, as if they had been changed in the workspace."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from planner.layers.schema import WGS84, Role
from planner.results import Facilities, frozen
from planner.scenario import (
    AddArea,
    AddFacility,
    ChangeStandard,
    CloseFacility,
    MoveFacility,
    Scenario,
    edit_as_dict,
)
from planner.standards.catalogue import REFERENCE_SERVICE
from planner.studies.inputs import Inputs, facilities_of_layers
from planner.studies.layer import Layer
from planner.workspace import LayerOrigin, LayerRecord
from planner.workspace.contract import layer_name

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

LayerEdit: TypeAlias = AddFacility | MoveFacility | CloseFacility | AddArea

SOURCE = "scenario"
"""What a facility says of where it comes from, unless its edit says otherwise."""

_SHARED = ("ground", "roads", "cells", "drawn_roads")
"""What the edits of a scenario do not touch; it is worked out once."""


def with_edits(inputs: Inputs, scenario: Scenario) -> Inputs:
    """Return a district with the edits of a scenario made in its layers; they have to fit."""
    edits = [edit for edit in scenario.edits if not isinstance(edit, ChangeStandard)]
    layers = dict(inputs.layers)
    by_layer: dict[tuple[Role, str], list[LayerEdit]] = {}
    for edit in edits:
        role = Role.SERVICE_AREA if isinstance(edit, AddArea) else Role.FACILITIES
        by_layer.setdefault((role, edit.service), []).append(edit)
    for key, mine in by_layer.items():
        layers[key] = _made(inputs, key, mine).layer
    # Roads take longest by far: whoever edits once will do so again.
    _ = inputs.roads
    changes: dict[str, Any] = {"layers": layers, "scenario": scenario}
    if any(role is Role.FACILITIES for role, _ in by_layer):
        points = {
            key: _made(inputs, key, mine).points
            for key, mine in by_layer.items()
            if key[0] is Role.FACILITIES
        }
        facilities, row = _facilities(inputs, layers, points)
        at = inputs.grid.to_grid(facilities.lon, facilities.lat)
        changes |= {"facilities": facilities, "facility_xy": at, "facility_row": row}
    other = dataclasses.replace(inputs, **changes)
    for name in _SHARED:
        if name in inputs.__dict__:
            other.__dict__[name] = inputs.__dict__[name]
    return other


@dataclass
class _Made:
    """A layer with edits, and the facilities that are its rows."""

    layer: Layer

    @cached_property
    def points(self) -> tuple[Facilities, npt.NDArray[np.int64]]:
        return facilities_of_layers([self.layer])


_REMEMBERED = 100
"""Edits come one after another, each of one layer: what was made of the others stays."""


def _made(inputs: Inputs, key: tuple[Role, str], edits: Sequence[LayerEdit]) -> _Made:
    known: OrderedDict[bytes, _Made] = inputs.edited
    said = orjson.dumps([*key, [edit_as_dict(edit) for edit in edits]], option=orjson.OPT_SORT_KEYS)
    found = known.pop(said, None) or _Made(_with_edits(inputs, key, edits))
    known[said] = found
    while len(known) > _REMEMBERED:
        known.popitem(last=False)
    return found


@dataclass
class _Rows:
    """Rows of a layer while edits are made: which are kept, what has changed in them, what comes behind."""

    ids: list[str]
    kept: list[int]
    geometry: dict[int, Any] = field(default_factory=dict)
    place: dict[int, str] = field(default_factory=dict)
    added: dict[str, dict[str, Any]] = field(default_factory=dict)


def _with_edits(inputs: Inputs, key: tuple[Role, str], edits: Sequence[LayerEdit]) -> Layer:
    role, service = key
    before = inputs.layers.get(key)
    layer = before or Layer(_record(role, service), _nothing(), inputs.grid)
    ids = [str(i) for i in layer.texts("id")]
    rows = _Rows(ids, list(range(len(ids))))
    at = {identifier: i for i, identifier in reversed(list(enumerate(ids)))}
    place_id = layer.texts("place_id")
    for edit in edits:
        if isinstance(edit, AddFacility | AddArea):
            rows.added[edit.id] = _new(edit)
            at.pop(edit.id, None)
        elif isinstance(edit, CloseFacility):
            if rows.added.pop(edit.id, None) is None:
                rows.kept.remove(at.pop(edit.id))
        elif edit.id in rows.added:
            rows.added[edit.id]["geometry"] = shapely.Point(edit.lon, edit.lat)
        else:
            i = at[edit.id]
            rows.geometry[i] = shapely.Point(edit.lon, edit.lat)
            rows.place[i] = _place_after(inputs, str(place_id[i]), edit)
    return Layer(layer.record, _frame(layer.frame, rows), inputs.grid)


def _new(edit: AddFacility | AddArea) -> dict[str, Any]:
    """Return the columns of a feature that is added."""
    more: dict[str, Any] = {"source": SOURCE}
    if isinstance(edit, AddFacility):
        names = {language: text for language, text in edit.name.items() if text}
        more |= {f"name_{language}": text for language, text in names.items()}
        more["name"] = names.get("en") or next(iter(names.values()), "")
        more["geometry"] = shapely.Point(edit.lon, edit.lat)
    else:
        more["geometry"] = shapely.geometry.shape(edit.outline)
    return {"id": edit.id, **more, **edit.attributes}


def _place_after(inputs: Inputs, said: str, edit: MoveFacility) -> str:
    """Return the place that a moved facility belongs to: still its own where no other is nearer, else none.

    Without one it speaks for the places near to where it stands, as an uploaded one does.
    """
    if not said:
        return ""
    at = inputs.grid.to_grid(np.array([edit.lon]), np.array([edit.lat]))[0]
    away = np.hypot(*(inputs.place_xy - at).T)
    if np.isnan(away).all():
        return said
    return said if inputs.places.ids[int(np.nanargmin(away))] == said else ""


def _frame(frame: GeoDataFrame, rows: _Rows) -> GeoDataFrame:
    import pandas as pd
    from geopandas import GeoDataFrame

    added = list(rows.added.values())
    geometry = frame.geometry.to_numpy().copy()
    for i, shape in rows.geometry.items():
        geometry[i] = shape
    shapes = np.empty(len(rows.kept) + len(added), dtype=object)
    shapes[: len(rows.kept)] = geometry[rows.kept]
    shapes[len(rows.kept) :] = [each["geometry"] for each in added]
    own = [c for c in frame.columns if c != frame.geometry.name]
    brought = dict.fromkeys(c for each in added for c in each if c != "geometry")
    columns: dict[str, Any] = {}
    for column in dict.fromkeys([*own, *brought]):
        values = frame[column].to_numpy() if column in own else np.full(len(frame), None, dtype=object)
        if column == "place_id" and rows.place:
            values = values.astype(object)
            for i, place in rows.place.items():
                values[i] = values[i] if place else None
        columns[column] = _longer(values[rows.kept], [each.get(column) for each in added])
    return GeoDataFrame(pd.DataFrame(columns), geometry=shapes, crs=WGS84)


def _longer(values: npt.NDArray[Any], added: Sequence[Any]) -> npt.NDArray[Any]:
    """Return a column with values behind it; of numbers where all of them are."""
    missing = [value is None for value in added]
    numbers = all(m or isinstance(v, int | float) for v, m in zip(added, missing, strict=True))
    empty = values.dtype == object and all(v is None for v in values) and not all(missing)
    if numbers and values.dtype.kind in "iuf" and not (values.dtype.kind in "iu" and any(missing)):
        return np.concatenate([values, np.array([np.nan if m else v for v, m in zip(added, missing, strict=True)],
                                                dtype=None if added else values.dtype)])  # fmt: skip
    if numbers and (values.dtype.kind in "iuf" or empty):
        given = np.array([np.nan if m else float(v) for v, m in zip(added, missing, strict=True)])
        return np.concatenate([np.array(values, dtype=np.float64), given])
    longer = np.empty(len(values) + len(added), dtype=object)
    longer[: len(values)] = values
    longer[len(values) :] = added
    return longer if added else values


def _facilities(
    inputs: Inputs,
    layers: Mapping[tuple[Role, str], Layer],
    edited: Mapping[tuple[Role, str], tuple[Facilities, npt.NDArray[np.int64]]],
) -> tuple[Facilities, npt.NDArray[np.int64]]:
    """Return the facilities of all layers; those of layers without an edit are taken as they are."""
    at, parts, rows = 0, [], []
    for key, layer in layers.items():
        if key[0] is not Role.FACILITIES or key[1] == REFERENCE_SERVICE:
            continue
        before = inputs.layers.get(key)
        n = len(before.frame) if before else 0
        if layer is before:
            part, row = _cut(inputs.facilities, at, at + n), inputs.facility_row[at : at + n]
        else:
            part, row = edited[key]
        parts.append(part)
        rows.append(row)
        at += n
    return _together(parts), np.concatenate([np.empty(0, dtype=np.int64), *rows])


def _cut(all_of_them: Facilities, first: int, last: int) -> Facilities:
    return Facilities(*(getattr(all_of_them, f.name)[first:last] for f in dataclasses.fields(Facilities)))


def _together(parts: Sequence[Facilities]) -> Facilities:
    return Facilities(
        ids=tuple(x for part in parts for x in part.ids),
        names=tuple(x for part in parts for x in part.names),
        services=tuple(x for part in parts for x in part.services),
        sources=tuple(x for part in parts for x in part.sources),
        lon=frozen(np.concatenate([np.empty(0), *(part.lon for part in parts)])),
        lat=frozen(np.concatenate([np.empty(0), *(part.lat for part in parts)])),
    )


def _record(role: Role, service: str) -> LayerRecord:
    """Return the record of a layer that only a scenario has: version 0."""
    return LayerRecord(
        layer_name(role, service), 0, "", role, service, {"en": service}, 0, "", dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
        True, LayerOrigin(source=SOURCE),
    )  # fmt: skip


def _nothing() -> GeoDataFrame:
    from geopandas import GeoDataFrame

    return GeoDataFrame({"id": np.empty(0, dtype=object)}, geometry=np.empty(0, dtype=object), crs=WGS84)
