"""A workspace that keeps a ledger: what all databases have in common."""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from planner.errors import WorkspaceError
from planner.layers.schema import WGS84, Role
from planner.standards.model import Text
from planner.workspace.contract import (
    Addition,
    District,
    LayerOrigin,
    LayerRecord,
    LogEntry,
    Workspace,
    content_digest,
    layer_name,
)
from planner.workspace.ledger import COLUMNS, STANDARDS, Ledger, Rows, now, record_of
from planner.workspace.scenario_shelf import ScenarioRecord
from planner.workspace.scenarios import REMOVED, SAVED, Kept
from planner.workspace.steps import IMPORT, UNDO, to_take_back

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Adding = AbstractContextManager[tuple[Ledger, Callable[[int, LayerRecord], None]]]
"""A transaction with features at hand; the function gives those of a number, from 0, the table of a record."""


class RecordedWorkspace(Workspace):
    """A workspace whose changes are transactions on a ledger and on tables of features."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Ledger]:
        """Lend the ledger as it is at one moment."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Ledger]:
        """Lend the ledger for one change, to one writer at a time; nothing of it stays when it fails."""

    @abstractmethod
    def _adding(self, frames: Sequence[GeoDataFrame], names: Sequence[str]) -> Adding:
        """Lend the ledger for a change that brings the features of layers."""

    @abstractmethod
    def _table(self, name: str, version: int) -> str:
        """Return the name of the table of a layer's version."""

    @property
    def district(self) -> District:
        """What the workspace is about."""
        with self._reading() as ledger:
            return ledger.district()

    def layers(self, *, history: bool = False) -> tuple[LayerRecord, ...]:
        """Return the layers in use, or all versions of all layers."""
        with self._reading() as ledger:
            return ledger.layers(history=history)

    def standards(self) -> str:
        """Return the planner's own catalogue as YAML; the empty string where the built-in one is in force."""
        with self._reading() as ledger:
            return ledger.standards()

    def log(self) -> tuple[LogEntry, ...]:
        """Return what was done to the workspace, oldest first."""
        with self._reading() as ledger:
            return ledger.log()

    def version(self) -> str:
        """Return a digest that changes with every change of a layer in use, of the standards or of the district."""
        with self._reading() as ledger:
            return ledger.version()

    def add(
        self,
        frame: GeoDataFrame,
        role: Role,
        service: str,
        *,
        title: Text,
        origin: LayerOrigin,
        expected: str | None = None,
    ) -> LayerRecord:
        """Keep features as the newest version of the layer of this role and service."""
        addition = Addition(_keepable(frame), role, service, title, origin)
        name, digest = layer_name(role, service), _digest(addition)
        with self._adding([addition.frame], [name]) as (ledger, keep):
            ledger.guard(expected, name)
            record = self._record(ledger, addition, digest)
            keep(0, record)
            ledger.enter(record)
            ledger.tell("add", {"layer": name, "file": origin.file_name})
        return record

    def add_all(
        self, additions: Sequence[Addition], *, expected: str | None = None
    ) -> tuple[LayerRecord, ...]:
        """Keep several layers in one step: all of them appear together, or none does."""
        names = [layer_name(each.role, each.service) for each in additions]
        if not names or len(set(names)) < len(names):
            raise ValueError("additions: at least one, each of another layer, is needed")
        kept = [dataclasses.replace(each, frame=_keepable(each.frame)) for each in additions]
        digests = [_digest(each) for each in kept]
        with self._adding([each.frame for each in kept], names) as (ledger, keep):
            for name in names:
                ledger.guard(expected, name)
            before = ledger.versions_in_use()
            records = tuple(
                self._record(ledger, each, digest) for each, digest in zip(kept, digests, strict=True)
            )
            for number, record in enumerate(records):
                keep(number, record)
                ledger.enter(record)
            ledger.tell(IMPORT, {
                "file": next((each.origin.file_name for each in kept if each.origin.file_name), ""),
                "layers": [
                    {"layer": r.name, "version": r.version, "before": before.get(r.name, 0)} for r in records
                ],
            })  # fmt: skip
        return records

    def _record(self, ledger: Ledger, addition: Addition, digest: str) -> LayerRecord:
        """Return the record of the next version of a layer."""
        name = layer_name(addition.role, addition.service)
        version = ledger.next_version(name)
        return LayerRecord(
            name, version, self._table(name, version), addition.role, addition.service, addition.title,
            len(addition.frame), digest, now(), True, addition.origin,
        )  # fmt: skip

    def undo(self, step: int | None = None, *, expected: str | None = None) -> LogEntry:
        """Take back a step that changed several layers."""
        with self._writing() as ledger:
            log = ledger.log()
            taken = to_take_back(log, step, ledger.versions_in_use(), self.shown_as)
            changed = []
            for each in taken.detail["layers"]:
                ledger.guard(expected, each["layer"])
                if each["before"]:
                    ledger.use(each["layer"], each["before"])
                elif each["version"]:
                    ledger.retire(each["layer"])
                changed.append({"layer": each["layer"], "version": each["before"], "before": each["version"]})
            file = taken.detail.get("file", "")
            ledger.tell(UNDO, {"step": taken.step, "file": file, "layers": changed})
            return ledger.log()[-1]

    def restore(self, name: str, version: int, *, expected: str | None = None) -> LayerRecord:
        """Put a version of a layer in use again: an older one, or one of a layer that was removed."""
        with self._writing() as ledger:
            ledger.guard(expected, name)
            record = ledger.use(name, version)
            ledger.tell("restore", {"layer": name, "version": version})
        return record

    def remove(self, name: str, *, expected: str | None = None) -> LayerRecord:
        """Take a layer out of use and return the version that was in use."""
        with self._writing() as ledger:
            ledger.guard(expected, name)
            record = ledger.retire(name)
            ledger.tell("remove", {"layer": name, "version": record.version})
        return record

    def set_standards(self, catalogue: str, *, expected: str | None = None) -> None:
        """Put a catalogue in force; the empty string returns to the built-in one."""
        with self._writing() as ledger:
            ledger.guard(expected, None)
            ledger.insert("planner_standards", {"set_at": now().isoformat(), "catalogue": catalogue})
            ledger.tell(STANDARDS, {"bytes": len(catalogue.encode())})

    def scenarios(self) -> tuple[ScenarioRecord, ...]:
        """Return the scenarios that are kept, in the order they were first saved."""
        with self._reading() as ledger:
            return Kept(ledger, self.shown_as).all()

    def scenario(self, name: str) -> ScenarioRecord:
        """Return a scenario by its name."""
        with self._reading() as ledger:
            return Kept(ledger, self.shown_as).one(name)

    def save_scenario(self, name: str, document: str, *, expected: str | None = None) -> ScenarioRecord:
        """Keep a scenario, in place of the one of that name."""
        with self._writing() as ledger:
            kept = Kept(ledger, self.shown_as)
            kept.guard(name, expected)
            record = ScenarioRecord(name, now(), document)
            kept.put(record)
            ledger.tell(SAVED, {"scenario": name, "digest": record.digest})
        return record

    def remove_scenario(self, name: str, *, expected: str | None = None) -> ScenarioRecord:
        """Remove a scenario and return what it was."""
        with self._writing() as ledger:
            kept = Kept(ledger, self.shown_as)
            kept.guard(name, expected)
            record = kept.one(name)
            ledger.remove("planner_scenarios", "name", name)
            ledger.tell(REMOVED, {"scenario": name, "digest": record.digest})
        return record

    def snapshot(self) -> dict[str, Rows]:
        """Return all rows of the planner's own tables as they are at one moment."""
        with self._reading() as ledger:
            return {table: ledger.rows(table) for table in COLUMNS}

    def take_over(self, other: Workspace, progress: Callable[[float, str], None] | None = None) -> None:
        """Become a copy of another workspace: every version, the standards through time, scenarios and the log."""
        if not isinstance(other, RecordedWorkspace):
            raise TypeError("a workspace that keeps a ledger can only take over one that does")
        if self.layers(history=True):
            raise WorkspaceError(
                "{path} holds layers already.", "Name a place where nothing stands yet.", path=self.shown_as
            )
        # The ledger is read once; the versions it lists never change, however long the copying takes.
        rows = other.snapshot()
        listed = rows["planner_layers"]
        for i, row in enumerate(listed):
            if progress is not None:
                progress(i / len(listed), f"{row['name']} {row['version']}")
            record = record_of(row)
            kept = dataclasses.replace(record, table=self._table(record.name, record.version))
            row["table_name"] = kept.table
            frame = other.read(record)
            with self._adding([frame], [record.name]) as (_, keep):
                keep(0, kept)
            self._same(kept, content_digest(frame))
        with self._writing() as ledger:
            ledger.replace(rows)

    def _same(self, record: LayerRecord, digest: str) -> None:
        """Refuse a copy that is not what was copied."""
        if content_digest(self.read(record)) != digest:
            raise WorkspaceError(
                "Version {version} of the layer {layer} does not arrive in {path} as it was; nothing was copied.",
                "Add the layer's file to the workspace again, so that its values are kept in plain types.",
                layer=record.name, version=record.version, path=self.shown_as,
            )  # fmt: skip


def _digest(addition: Addition) -> str:
    try:
        return content_digest(addition.frame)
    except TypeError as error:
        # A number of more than 64 bits, half a character.
        raise WorkspaceError(
            "The layer holds values that cannot be kept ({reason}).",
            "Turn them into numbers or text, or leave their column out.",
            reason=error,
        ) from error


def _keepable(frame: GeoDataFrame) -> GeoDataFrame:
    """Return features in WGS 84 under names that leave room for the tables' own columns, ``fid`` and ``geom``."""
    names = {c: f"{c}_" for c in frame.columns if str(c).lower() in ("fid", "geom")}
    names.pop(frame.geometry.name, None)
    kept: GeoDataFrame = frame.rename(columns=names).set_crs(WGS84, allow_override=True)
    for column in kept.columns:
        if kept[column].dtype.kind == "f":
            # A file database has one zero only; a layer's digest is that of what comes back.
            kept[column] = kept[column] + 0.0
    return kept
