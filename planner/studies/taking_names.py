"""A list of names, joined and settled, as the settlements of a workspace or as their people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from planner.errors import ConflictError, InputError, NotAcceptableError
from planner.layers.checks_fields import Counts
from planner.layers.faults import examples
from planner.layers.names import place_name
from planner.layers.prepare import prepare
from planner.layers.schema import ALIASES, NAMES, WGS84, Role
from planner.studies.matching import Matching, column_of, plain_text
from planner.studies.settling import Decisions, claimed_twice, settle
from planner.workspace import LayerOrigin, LayerRecord, Workspace
from planner.workspace.contract import layer_name

Outcome = Literal["layer", "populations"]

_FIRST_WORD = re.compile(r"^\s*[^\W\d_]+[.\s]+\s*(?=\S)")
_KINDS = {"town": "town", "urban": "urban settlement", "agrotown": "agrotown", "village": "village"}
_TITLE = {"en": "Settlements", "ru": "Населённые пункты", "be": "Населеныя пункты"}


@dataclass(frozen=True, slots=True)
class Taken:
    """What a list became.

    Attributes
    ----------
    record : LayerRecord
        The new version of the layer of settlements.
    joined, left : int
        Rows of the list with a place and without one.
    people_joined, people_left : float
        People of these rows.
    """

    record: LayerRecord
    joined: int
    left: int
    people_joined: float
    people_left: float


def take(
    workspace: Workspace,
    matching: Matching,
    decisions: Decisions,
    outcome: Outcome,
    *,
    expected: str | None = None,
) -> Taken:
    """Bring a list that was joined to known places into a workspace, as a new version of its settlements.

    Parameters
    ----------
    workspace : Workspace
    matching : Matching
        As it was found; the decisions are applied here.
    decisions : mapping of int to str
    outcome : {"layer", "populations"}
        ``layer``: the rows of the list become the settlements, those without a place as not located.
        ``populations``: the settlements stay, and take the numbers of the rows that were joined to them.
    expected : str, optional
        The version of the workspace that the planner had looked at.

    Raises
    ------
    ConflictError
        If somebody else has changed the settlements since.
    InputError
        If the list has no usable numbers of people, or its places are not the settlements of this workspace.
    NotAcceptableError
        If two rows were joined to one place.
    """
    settled = settle(matching, decisions)
    _refuse_claims(settled)
    people = _people(settled)
    joined = np.array([one.locality is not None for one in settled.matches], dtype=bool)
    by_list = outcome == "layer"
    frame = _as_places(settled, people) if by_list else _with_people(workspace, settled, people)
    record = workspace.add(
        prepare(frame, Role.DEMAND), Role.DEMAND, "",
        title=_TITLE, origin=_origin(settled, decisions), expected=expected,
    )  # fmt: skip
    return Taken(
        record, int(joined.sum()), int((~joined).sum()),
        float(np.nansum(people[joined])), float(np.nansum(people[~joined])),
    )  # fmt: skip


def _refuse_claims(matching: Matching) -> None:
    for place, rows in claimed_twice(matching).items():
        raise NotAcceptableError(
            "Rows {rows} of the list are joined to one place, {place}.",
            "Settle which of them it is.",
            rows=", ".join(str(row + 1) for row in rows),
            place=next(p.names[0] for p in matching.known.localities if p.id == place),
        )


def _people(matching: Matching) -> Any:
    """Return the people of each row; NaN where the list does not say."""
    column = column_of(matching.table, ("population", *ALIASES["population"]))
    if column is None:
        raise InputError(
            "The list {name} has no column with the number of people; it has: {columns}.",
            "Name the column: population.",
            name=matching.file_name,
            columns=", ".join(map(str, matching.table.columns[:40])),
        )
    counts = Counts(matching.table[column])
    wrong = np.flatnonzero(counts.text | (counts.value < 0))
    if wrong.size:
        raise InputError(
            "The column {column} of {name} is not a number of people in the rows {rows}.",
            "Correct them in the list.",
            column=column,
            name=matching.file_name,
            rows=examples(wrong + 1),
        )
    return counts.value


def _with_people(workspace: Workspace, matching: Matching, people: Any) -> GeoDataFrame:
    used = next((r for r in workspace.layers() if r.name == layer_name(Role.DEMAND, "")), None)
    known = matching.known.layer
    if known is None or used is None:
        raise InputError(
            "The list was joined to {name}, not to the settlements of this workspace.",
            "Join it to the workspace, or make a layer of the list.",
            name=matching.known.name,
        )
    if used.digest != known.digest:
        raise ConflictError(
            "The settlements have changed since the list was joined to them.",
            "Join it to them anew; the decisions can be applied again.",
        )
    frame = workspace.read(used).copy()
    at = {str(name): i for i, name in enumerate(frame["id"])}
    numbers = frame["population"].to_numpy(dtype=np.float64, na_value=np.nan).copy()
    sources = (
        frame["population_source"].astype(object).to_numpy().copy()
        if "population_source" in frame
        else np.full(len(frame), None, dtype=object)
    )
    for one, count in zip(matching.matches, people, strict=True):
        if one.locality is not None and np.isfinite(count):
            numbers[at[one.locality.id]] = count
            sources[at[one.locality.id]] = _source(matching)
    return frame.assign(population=numbers, population_source=sources)


def _as_places(matching: Matching, people: Any) -> GeoDataFrame:
    """Return the rows of a list as settlements, where their places are, with what is known of these."""
    known = matching.known.frame
    row_of = {place.id: i for i, place in enumerate(matching.known.localities)}
    name_columns = [name for name in NAMES if name in known.columns]
    taken = {one.locality.id for one in matching.matches if one.locality is not None}
    rows: list[dict[str, Any]] = []
    shapes: list[Any] = []
    for number, (one, count) in enumerate(zip(matching.matches, people, strict=True), 1):
        place = one.locality
        record = one.record
        own = f"list-{number}"
        while own in taken:
            own += "'"
        at = None if place is None else row_of[place.id]
        names = (
            {name: plain_text(known[name].iloc[at]) or None for name in name_columns}
            if at is not None
            else {}
        )
        kind = place_name(record.name).kind
        bare = _FIRST_WORD.sub("", record.name, count=1) if kind else record.name
        rows.append(
            {
                **names,
                "id": own if place is None else place.id,
                "name": names.get("name") or bare,
                "kind": record.kind or _KINDS.get(kind, "") or (place.kind if place else "") or None,
                "rural_council": record.council or (place.council if place else "") or None,
                "population": count,
                "population_source": _source(matching),
                "name_in_list": record.name,
            }
        )
        shapes.append(None if at is None else known.geometry.iloc[at])
    return GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=WGS84)


def _source(matching: Matching) -> str:
    return PurePath(matching.file_name).stem


def _origin(matching: Matching, decisions: Decisions) -> LayerOrigin:
    """Return where the new version comes from: the list, the places it was joined to, and every decision."""
    return LayerOrigin(
        file_name=matching.file_name,
        file_digest=matching.file_digest,
        source=_source(matching),
        repairs=(_joined(matching), *(_decision(matching, row) for row in sorted(decisions))),
    )


def _joined(matching: Matching) -> Mapping[str, Any]:
    sure = [one.locality.id for one in matching.matches if one.locality is not None]
    known = matching.known
    return {
        "code": "names_joined",
        "count": len(sure),
        "feature_ids": sure,
        "message": f"Joined by name to {known.name} ({known.digest}): {len(sure)} of {len(matching.matches)}.",
    }


def _decision(matching: Matching, row: int) -> Mapping[str, Any]:
    one = matching.matches[row]
    place = one.locality
    told = f"{place.names[0]} ({place.id})" if place else "none of the known places"
    return {
        "code": "name_settled",
        "count": 1,
        "feature_ids": [place.id] if place else [],
        "message": f"Row {row + 1}, {one.record.name}, {one.record.council}: {told}.",
    }
