"""What every workspace does with scenarios, whatever it is kept in."""

from __future__ import annotations

import datetime as dt
import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScenarioRecord:
    """A scenario as it is kept.

    Attributes
    ----------
    name : str
    saved_at : datetime
        UTC.
    document : str
        What :meth:`planner.scenario.Scenario.from_json` reads.
    """

    name: str
    saved_at: dt.datetime
    document: str

    @property
    def digest(self) -> str:
        """SHA-256 of the document, hexadecimal: what :meth:`ScenarioShelf.save_scenario` takes as `expected`."""
        return hashlib.sha256(self.document.encode()).hexdigest()


class ScenarioShelf(ABC):
    """Where scenarios are kept, beside a district and never in it."""

    @abstractmethod
    def scenarios(self) -> tuple[ScenarioRecord, ...]:
        """Return the scenarios that are kept, in the order they were first saved."""

    @abstractmethod
    def scenario(self, name: str) -> ScenarioRecord:
        """Return a scenario by its name.

        Raises
        ------
        WorkspaceError
            If there is none of that name.
        """

    @abstractmethod
    def save_scenario(self, name: str, document: str, *, expected: str | None = None) -> ScenarioRecord:
        """Keep a scenario, in place of the one of that name; layers, standards and the version stay as they are.

        Parameters
        ----------
        name : str
        document : str
        expected : str, optional
            The digest of the kept scenario that the caller had looked at; the empty string where there was none.

        Raises
        ------
        ConflictError
            If somebody else has saved or removed the scenario since.
        WorkspaceError
            If it cannot be written.
        """

    @abstractmethod
    def remove_scenario(self, name: str, *, expected: str | None = None) -> ScenarioRecord:
        """Remove a scenario and return what it was; saving that again brings it back.

        Raises
        ------
        ConflictError
            If somebody else has saved it since.
        WorkspaceError
            If there is none of that name, or it cannot be written.
        """
