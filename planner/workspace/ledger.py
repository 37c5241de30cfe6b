"""What a workspace knows of its layers: which versions there are, which are in use, who did what and when.

The planner's own tables have the same names, columns and texts in every database, so one set of statements serves all
of them. A database lends its connection as a function that runs one statement.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import getpass
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from planner.errors import ConflictError, WorkspaceError
from planner.layers.schema import Role
from planner.workspace.contract import District, LayerOrigin, LayerRecord, LogEntry, state_digest
from planner.workspace.members import Member, Rank, allow
from planner.workspace.steps import changed_by

Run = Callable[[str, Sequence[object]], tuple[list[str], list[tuple[Any, ...]]]]
"""Runs a statement with ``?`` for each value and returns the names of the columns and the rows that it gives."""

Rows = list[dict[str, Any]]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "planner_district": ("key", "value"),
    "planner_layers": (
        "id", "name", "version", "table_name", "role", "service", "title", "features", "digest", "added_at",
        "current", "origin",
    ),
    "planner_scenarios": ("id", "name", "saved_at", "document"),
    "planner_standards": ("id", "set_at", "catalogue"),
    "planner_log": ("id", "at", "action", "detail", "actor", "state"),
}  # fmt: skip
"""The planner's own tables; ``state`` is the workspace's version after the entry."""

STANDARDS = "standards"
"""The action of the log under which a catalogue was put in force."""


NEEDED: Mapping[str, Rank] = {STANDARDS: Rank.ADMINISTRATOR, "remove": Rank.ADMINISTRATOR}
"""The least rank that an action takes, where a planner's is not enough."""


class Ledger:
    """The planner's own tables within one transaction of a database.

    Parameters
    ----------
    run : callable
        See :data:`Run`.
    shown_as : str
        How messages call the workspace.
    member : Member, optional
        Who is at work, where a team signs in.
    """

    def __init__(self, run: Run, shown_as: str, member: Member | None = None) -> None:
        self._run = run
        self._shown_as = shown_as
        self._member = member

    def rows(self, table: str) -> Rows:
        """Return all rows of one of the planner's tables, in their order."""
        order = COLUMNS[table][0]
        names, rows = self._run(f"SELECT * FROM {table} ORDER BY {order}", ())  # noqa: S608 (a name of COLUMNS)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Add a row; one without ``id`` gets the next."""
        columns = [c for c in COLUMNS[table] if c in row]
        given: list[object] = [row[c] for c in columns]
        if "id" in COLUMNS[table] and "id" not in row:
            # The writer is alone here: the next number is nobody else's, in whatever database.
            columns.append("id")
            given.append(self._value(f"SELECT coalesce(max(id), 0) + 1 FROM {table}"))  # noqa: S608
        marks = ", ".join("?" for _ in columns)
        self._run(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", given)  # noqa: S608

    def remove(self, table: str, column: str, value: object) -> None:
        """Take out the rows of one of the planner's tables that have a value in a column of it."""
        if column not in COLUMNS[table]:
            raise ValueError(f"column: {table} has no {column}")
        self._run(f"DELETE FROM {table} WHERE {column} = ?", (value,))  # noqa: S608 (names of COLUMNS)

    def replace(self, rows: Mapping[str, Rows]) -> None:
        """Put other rows in place of all that there are."""
        for table in COLUMNS:
            self._run(f"DELETE FROM {table}", ())  # noqa: S608 (a name of COLUMNS)
            for row in rows[table]:
                self.insert(table, {column: row.get(column, "") for column in COLUMNS[table]})

    def _value(self, query: str, *values: object) -> Any:
        _, rows = self._run(query, values)
        return rows[0][0] if rows else None

    def found(self, district: District) -> None:
        """Write what the workspace is about."""
        about = {
            "name": dict(district.name),
            "jurisdiction": district.jurisdiction,
            "centre": district.centre,
        }
        for key, value in about.items():
            self.insert("planner_district", {"key": key, "value": as_json(value)})
        self.tell("new", {"name": district.name["en"]})

    def district(self) -> District:
        """Return what the workspace is about."""
        with self._making_sense():
            about = {row["key"]: orjson.loads(row["value"]) for row in self.rows("planner_district")}
            name = about["name"]
            if not isinstance(name, dict) or "en" not in name:
                raise ValueError("the district has no name")
            return District(name, str(about["jurisdiction"]), str(about["centre"]))

    def layers(self, *, history: bool = False) -> tuple[LayerRecord, ...]:
        """Return the layers in use, or all versions of all layers."""
        rows = self.rows("planner_layers")
        first: dict[str, int] = {}
        for row in rows:
            first.setdefault(row["name"], row["id"])
        with self._making_sense():
            rows.sort(key=lambda row: (first[row["name"]], row["version"]))
            return tuple(record_of(row) for row in rows if history or row["current"])

    def standards(self) -> str:
        """Return the catalogue in force as YAML; the empty string stands for the built-in one."""
        said = self._value("SELECT catalogue FROM planner_standards ORDER BY id DESC LIMIT 1")
        return str(said or "")

    def log(self) -> tuple[LogEntry, ...]:
        """Return what was done, oldest first."""
        with self._making_sense():
            return tuple(_entry(row) for row in self.rows("planner_log"))

    @contextlib.contextmanager
    def _making_sense(self) -> Iterator[None]:
        try:
            yield
        except (KeyError, TypeError, ValueError) as error:
            # The planner's own tables may have been changed by another program: what they say may make no sense.
            raise WorkspaceError(
                "{path} cannot be read as a workspace ({reason}).",
                "Check that it is the right file and not in use by another program that locks it.",
                path=self._shown_as, reason=error,
            ) from error  # fmt: skip

    def version(self) -> str:
        """Return the digest of what is in use."""
        return state_digest(self.layers(), self.district(), self.standards())

    def next_version(self, name: str) -> int:
        """Return the number that the next version of a layer gets."""
        query = "SELECT coalesce(max(version), 0) + 1 FROM planner_layers WHERE name = ?"
        return int(self._value(query, name))

    def versions_in_use(self) -> dict[str, int]:
        """Return the version in use of every layer that has one."""
        return {record.name: record.version for record in self.layers()}

    def enter(self, record: LayerRecord) -> None:
        """List a version of a layer and put it in use."""
        self._run("UPDATE planner_layers SET current = 0 WHERE name = ?", (record.name,))
        self.insert("planner_layers", row_of(record))

    def use(self, name: str, version: int) -> LayerRecord:
        """Put a listed version in use.

        Raises
        ------
        WorkspaceError
            If it is not listed.
        """
        query = "UPDATE planner_layers SET current = CASE WHEN version = ? THEN 1 ELSE 0 END WHERE name = ?"
        self._run(query, (version, name))
        record = self._in_use(name)
        if record is None:
            raise WorkspaceError(
                "The layer {name} has no version {version}.",
                "See its versions with: planner layers {path} --history",
                name=name, version=version, path=self._shown_as,
            )  # fmt: skip
        return record

    def retire(self, name: str) -> LayerRecord:
        """Take a layer out of use and return the version that was in use.

        Raises
        ------
        WorkspaceError
            If none is in use.
        """
        record = self._in_use(name)
        if record is None:
            raise WorkspaceError(
                "No layer {name} is in use.", "See the layers with: planner layers {path} --history",
                name=name, path=self._shown_as,
            )  # fmt: skip
        self._run("UPDATE planner_layers SET current = 0 WHERE name = ?", (name,))
        return record

    def _in_use(self, name: str) -> LayerRecord | None:
        return next((r for r in self.layers() if r.name == name), None)

    def tell(self, action: str, detail: Mapping[str, Any]) -> None:
        """Log what was just done, by whom, and the state that it left.

        Raises
        ------
        ForbiddenError
            If whoever is at work may not do it; with it the whole change is undone.
        """
        allow(self._member, action, NEEDED)
        who = self._member.name if self._member else actor()
        self.insert("planner_log", {
            "at": now().isoformat(), "action": action, "detail": as_json(dict(detail)), "actor": who,
            "state": self.version(),
        })  # fmt: skip

    def guard(self, expected: str | None, layer: str | None) -> None:
        """Refuse a change where somebody has changed the same thing since the caller looked.

        Parameters
        ----------
        expected : str or None
            The state that the caller had looked at; None where they do not mind.
        layer : str or None
            What is about to be changed; None for the standards.

        Raises
        ------
        ConflictError
            Who did what, and when.
        """
        if expected is None or self.version() == expected:
            return
        rows = self.rows("planner_log")
        # A state that the log does not know is older than all it tells: every change then counts as later.
        seen = max((i for i, row in enumerate(rows) if row["state"] == expected), default=-1)
        later = [_entry(row) for row in rows[seen + 1 :]]
        touched = [e for e in later if _touches(e, layer)]
        if touched:
            raise _conflict(touched[-1], layer or "", self._in_use(layer) if layer else None)


def actor() -> str:
    """Return who is at work: ``PLANNER_USER``, or the name of the account; empty where there is neither."""
    try:
        return os.environ.get("PLANNER_USER") or getpass.getuser()
    except (KeyError, OSError, ImportError):
        # An account without a name, as in some containers.
        return ""


def now() -> dt.datetime:
    """Return this moment, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def as_json(value: object) -> str:
    """Return a value as the tables hold it."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def row_of(record: LayerRecord) -> dict[str, Any]:
    """Return a record as its row of ``planner_layers``."""
    return {
        "name": record.name, "version": record.version, "table_name": record.table, "role": str(record.role),
        "service": record.service, "title": as_json(dict(record.title)), "features": record.features,
        "digest": record.digest, "added_at": record.added_at.isoformat(), "current": int(record.current),
        "origin": as_json(record.origin),
    }  # fmt: skip


def record_of(row: Mapping[str, Any]) -> LayerRecord:
    """Return a row of ``planner_layers`` as a record."""
    kept = orjson.loads(row["origin"])
    kept["findings"], kept["repairs"] = tuple(kept["findings"]), tuple(kept["repairs"])
    return LayerRecord(
        row["name"], row["version"], row["table_name"], Role(row["role"]), row["service"],
        orjson.loads(row["title"]), row["features"], row["digest"], dt.datetime.fromisoformat(row["added_at"]),
        bool(row["current"]), LayerOrigin(**kept),
    )  # fmt: skip


def _entry(row: Mapping[str, Any]) -> LogEntry:
    # A log from before the planner noted who was at work has no such column.
    return LogEntry(
        dt.datetime.fromisoformat(row["at"]), row["action"], orjson.loads(row["detail"]), row.get("actor", ""),
        row["id"],
    )  # fmt: skip


def _touches(entry: LogEntry, layer: str | None) -> bool:
    return entry.action == STANDARDS if layer is None else changed_by(entry, layer)


def _conflict(entry: LogEntry, layer: str, in_use: LayerRecord | None) -> ConflictError:
    who, when = entry.actor or "?", f"{entry.at:%Y-%m-%d %H:%M} UTC"
    if entry.action == STANDARDS:
        return ConflictError(
            "Somebody was quicker: {actor} changed the standards on {time}. Your change was not saved.",
            "Look at their catalogue, then put yours in force again if it is still right.",
            actor=who, time=when,
        )  # fmt: skip
    if in_use is None:
        return ConflictError(
            "Somebody was quicker: {actor} took the layer {layer} out of use on {time}. Your change was not saved.",
            "Ask why; then repeat your change if it is still right.",
            layer=layer, actor=who, time=when,
        )  # fmt: skip
    return ConflictError(
        "Somebody was quicker: {actor} changed the layer {layer} on {time}; its version {version} is in use now."
        " Your change was not saved.",
        "Look at that version; then repeat your change if it is still right. Both will stay in the history.",
        layer=in_use.name, actor=who, time=when, version=in_use.version,
    )  # fmt: skip
