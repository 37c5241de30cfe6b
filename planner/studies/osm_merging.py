"""What a planner accepts of an extract's proposals, as a new version of the layer in use."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.errors import ConflictError, InputError
from planner.layers.prepare import prepare
from planner.studies.osm_duplicates import HIGH, Pair, Proposal
from planner.workspace import LayerOrigin, LayerRecord, Workspace

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

OSM_ID = "osm_id"
"""The column that tells which feature of OpenStreetMap a record was merged with."""


def merge(
    workspace: Workspace,
    proposal: Proposal,
    same: Collection[str],
    add: Collection[str] = (),
    *,
    expected: str | None = None,
) -> LayerRecord:
    """Merge features of an extract into the layer in use, as its new version.

    The record in use keeps its place, its id and every value it has; what it lacks is filled from the extract. The
    version before can be restored.

    Parameters
    ----------
    workspace : Workspace
    proposal : Proposal
    same : collection of str
        Ids, in the extract, of the pairs that are accepted.
    add : collection of str
        Ids of features that only the extract has and that are to be added.
    expected : str, optional
        The version of the workspace that the planner had looked at.

    Raises
    ------
    ConflictError
        If the layer has changed since the proposal was made.
    InputError
        If an id is not in the proposal, or nothing is accepted.
    """
    pairs = [pair for pair in proposal.same if pair.osm_id in same]
    alone = [one for one in proposal.only_osm if one in add]
    unknown = (set(same) - {p.osm_id for p in pairs}) | (set(add) - set(alone))
    if unknown or not (pairs or alone):
        raise InputError(
            "The proposals hold nothing of this to merge: {ids}.",
            "Choose at least one of the proposals.",
            ids=", ".join(sorted(unknown)[:5]) or "–",
        )
    used = next((r for r in workspace.layers() if r.name == proposal.layer), None)
    if used is None or used.digest != proposal.in_use.digest:
        raise ConflictError(
            "The layer {layer} has changed since it was compared with the extract.",
            "Read the extract again.",
            layer=proposal.layer,
        )
    frame, filled = _filled(proposal, pairs)
    frame = _with_added(frame, proposal, alone)
    return workspace.add(
        prepare(frame, used.role, service=used.service or None), used.role, used.service,
        title=used.title, origin=_origin(proposal, pairs, filled, alone), expected=expected,
    )  # fmt: skip


def refuse_unknown(workspace: Workspace, names: Collection[str]) -> None:
    """Refuse names of layers to merge that the workspace does not have: slips of the pen, most likely.

    Raises
    ------
    InputError
    """
    known = {name for r in workspace.layers() for name in (r.name, r.service) if name}
    unknown = sorted(set(names) - known - {"all"})
    if unknown:
        raise InputError(
            "There is no layer {name} to merge with; there are: {known}.",
            "Name one of these, or all.",
            name=", ".join(unknown), known=", ".join(sorted(known)),
        )  # fmt: skip


def merge_all(
    workspace: Workspace,
    proposals: Sequence[Proposal],
    *,
    same: Collection[str] = (),
    add: Collection[str] = (),
    least: float = HIGH,
) -> tuple[LayerRecord, ...]:
    """Merge the proposals of whole layers.

    Parameters
    ----------
    workspace : Workspace
    proposals : sequence of Proposal
    same : collection of str
        Layers, by name or service, whose pairs with at least the score `least` are merged; ``all`` for every one.
    add : collection of str
        Layers that get what only the extract has; ``all`` for every one.
    least : float

    Returns
    -------
    tuple of LayerRecord
        The new versions; a layer that nothing was proposed for, or to be done with, has none.
    """
    records: list[LayerRecord] = []
    for proposal in proposals:
        names = {proposal.layer, proposal.service, "all"} - {""}
        pairs = high(proposal, least) if names & set(same) else ()
        alone = proposal.only_osm if names & set(add) else ()
        if pairs or alone:
            records.append(merge(workspace, proposal, pairs, alone))
    return tuple(records)


def high(proposal: Proposal, least: float = HIGH) -> tuple[str, ...]:
    """Return the ids, in the extract, of the pairs with at least a score."""
    return tuple(pair.osm_id for pair in proposal.same if pair.score >= least)


def _filled(proposal: Proposal, pairs: Sequence[Pair]) -> tuple[GeoDataFrame, int]:
    """Return the layer in use with what its records lack, and how many values that were."""
    frame, found = proposal.kept.copy(), proposal.found
    mine = {str(name): row for row, name in enumerate(frame["id"])}
    theirs = {str(name): row for row, name in enumerate(found["id"])}
    columns = [c for c in found.columns if c not in ("id", OSM_ID, "source", found.geometry.name)]
    filled = 0
    for column in columns:
        values = (
            frame[column].astype(object).to_numpy().copy()
            if column in frame
            else np.full(len(frame), None, dtype=object)
        )
        before = filled
        for pair in pairs:
            row, value = mine[pair.id], found[column].iloc[theirs[pair.osm_id]]
            if _missing(values[row]) and not _missing(value):
                values[row] = value
                filled += 1
        if filled > before:
            frame[column] = values
    known = frame[OSM_ID].astype(object).to_numpy().copy() if OSM_ID in frame else np.full(len(frame), None)
    for pair in pairs:
        known[mine[pair.id]] = pair.osm_id
    frame[OSM_ID] = known
    return frame, filled


def _missing(value: object) -> bool:
    return value is None or value != value or value is pd.NA or value == ""


def _with_added(frame: GeoDataFrame, proposal: Proposal, alone: Sequence[str]) -> GeoDataFrame:
    if not alone:
        return frame
    found = proposal.found
    more = found[found["id"].astype(str).isin(alone)].copy()
    more[OSM_ID] = more["id"].astype(str)
    taken = set(frame["id"].astype(str))
    more["id"] = [f"osm-{name}" if name in taken else name for name in more[OSM_ID]]
    shapes_in = (frame.geometry.name, more.geometry.name)
    columns = [c for c in dict.fromkeys([*frame.columns, *more.columns]) if c not in shapes_in]
    whole = {c: [*_cells(frame, c), *_cells(more, c)] for c in columns}
    shapes = [*frame.geometry, *more.geometry]
    return type(frame)(pd.DataFrame(whole), geometry=shapes, crs=frame.crs)


def _cells(frame: GeoDataFrame, column: str) -> list[Any]:
    return list(frame[column]) if column in frame else [None] * len(frame)


def _origin(proposal: Proposal, pairs: Sequence[Pair], filled: int, alone: Sequence[str]) -> LayerOrigin:
    """Return where the new version comes from: both sources, and what was done with each feature."""
    own, theirs = proposal.in_use.origin, proposal.origin
    done: list[Mapping[str, Any]] = [
        {
            "code": "merged_from",
            "count": 0,
            "feature_ids": [],
            "message": f"{theirs.file_name} ({theirs.file_digest}) was compared with version "
            f"{proposal.in_use.version} ({proposal.in_use.digest}).",
        }
    ]
    if pairs:
        said = f"Merged with the same of {theirs.source}: {len(pairs)}; values filled in: {filled}."
        done.append(
            {"code": "osm_merged", "count": len(pairs), "feature_ids": [p.id for p in pairs], "message": said}
        )
    if alone:
        said = f"Added from {theirs.source}: {len(alone)}."
        done.append({"code": "osm_added", "count": len(alone), "feature_ids": list(alone), "message": said})
    return LayerOrigin(
        file_name=own.file_name, file_digest=own.file_digest,
        # Not the extract's own source alone: a layer of OpenStreetMap's would be replaced by the next extract.
        source="; ".join(dict.fromkeys(filter(None, (own.source or own.file_name, theirs.source)))),
        licence="; ".join(dict.fromkeys(filter(None, (own.licence, theirs.licence)))),
        modelled=own.modelled, encoding=own.encoding, findings=own.findings, repairs=(*own.repairs, *done),
    )  # fmt: skip
