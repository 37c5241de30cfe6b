"""Scenarios in a workspace's own tables, and who changed one last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from planner.errors import ConflictError, WorkspaceError
from planner.workspace.ledger import Ledger
from planner.workspace.scenario_shelf import ScenarioRecord

SAVED, REMOVED = "scenario", "scenario removed"
"""Actions of the log whose detail names a scenario and the digest of its document."""

_TABLE = "planner_scenarios"


@dataclass(frozen=True, slots=True)
class Kept:
    """The scenarios of a workspace within one transaction.

    Attributes
    ----------
    ledger : Ledger
    shown_as : str
        How messages call the workspace.
    """

    ledger: Ledger
    shown_as: str

    def all(self) -> tuple[ScenarioRecord, ...]:
        """Return the scenarios in the order they were first saved."""
        try:
            return tuple(
                ScenarioRecord(row["name"], dt.datetime.fromisoformat(row["saved_at"]), row["document"])
                for row in self.ledger.rows(_TABLE)
            )
        except (KeyError, TypeError, ValueError) as error:
            raise WorkspaceError(
                "The scenarios of {path} cannot be read ({reason}).",
                "Another program has changed the table {table}; restore the workspace from a copy.",
                path=self.shown_as, reason=error, table=_TABLE,
            ) from error  # fmt: skip

    def one(self, name: str) -> ScenarioRecord:
        """Return a scenario by its name.

        Raises
        ------
        WorkspaceError
            If there is none.
        """
        found = self.find(name)
        if found is None:
            raise WorkspaceError(
                "{path} keeps no scenario “{name}”.", "See which there are with: planner scenario {path} list",
                name=name, path=self.shown_as,
            )  # fmt: skip
        return found

    def find(self, name: str) -> ScenarioRecord | None:
        """Return a scenario by its name, None where there is none."""
        return next((record for record in self.all() if record.name == name), None)

    def put(self, record: ScenarioRecord) -> None:
        """Keep a scenario in place of the one of its name, at the same place in the list."""
        row: dict[str, object] = {
            "name": record.name,
            "saved_at": record.saved_at.isoformat(),
            "document": record.document,
        }
        before = [r["id"] for r in self.ledger.rows(_TABLE) if r["name"] == record.name]
        if before:
            self.ledger.remove(_TABLE, "name", record.name)
            row["id"] = before[0]
        self.ledger.insert(_TABLE, row)

    def guard(self, name: str, expected: str | None) -> None:
        """Refuse a change where somebody has changed the same scenario since the caller looked.

        Parameters
        ----------
        name : str
        expected : str or None
            Digest of what the caller had looked at, the empty string for nothing; None where they do not mind.

        Raises
        ------
        ConflictError
            Who did what, and when.
        """
        found = self.find(name)
        if expected is None or expected == (found.digest if found else ""):
            return
        entries = [
            e for e in self.ledger.log() if e.action in (SAVED, REMOVED) and e.detail["scenario"] == name
        ]
        said = {
            "name": name,
            "actor": (entries[-1].actor if entries else "") or "?",
            "time": f"{entries[-1].at:%Y-%m-%d %H:%M} UTC" if entries else "?",
        }
        if found is None:
            raise ConflictError(
                "The scenario “{name}” was removed by {actor} on {time}, while you were at work. Nothing was written.",
                "Save yours under another name, or ask why.",
                **said,
            )
        if not expected:
            raise ConflictError(
                "A scenario “{name}” is there already: it was saved by {actor} on {time}. Nothing was written.",
                "Save yours under another name, or look at that one first.",
                **said,
            )
        raise ConflictError(
            "The scenario “{name}” was saved by {actor} on {time}, while you were at work. Nothing was written.",
            "Save yours under another name, or look at theirs first.",
            **said,
        )
