"""What is wrong in a catalogue file, as values with a line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from planner.errors import StandardsError

SHOWN = 50
"""So many problems are written out in the message of an error; all of them are in its ``problems``."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a catalogue file.

    Attributes
    ----------
    line, column : int
        Counted from 1; 0 where it concerns the file as a whole.
    where : str
        The standard and its key, for example ``by_gp_per: measure.threshold``; empty for the file as a whole.
    message_template, fix_template : str
        What is wrong; what to do. With ``{placeholders}``, kept so that an interface can translate them.
    values : mapping
        What the placeholders stand for.
    """

    line: int
    column: int
    where: str
    message_template: str
    fix_template: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.message_template.format(**self.values)

    @property
    def fix(self) -> str:
        """What to do about it, in English."""
        return self.fix_template.format(**self.values)

    def as_dict(self) -> dict[str, object]:
        """Return the problem as the command line prints it."""
        return {
            "line": self.line,
            "column": self.column,
            "where": self.where,
            "message": self.message,
            "fix": self.fix,
        }

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        what = f"{self.where}: " if self.where else ""
        return f"{place}{what}{self.message} {self.fix}".strip()


class CatalogueError(StandardsError):
    """A catalogue file with faults.

    Parameters
    ----------
    name : str
        The file, as the planner's user knows it.
    problems : sequence of Problem
        All of them, in the order of the file.
    """

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.name = name
        self.problems = tuple(problems)
        shown = [f"  {problem}" for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            shown.append(f"  … (+{len(self.problems) - SHOWN})")
        super().__init__(
            "{file} cannot be used as a catalogue of standards. Problems found: {count}.\n{problems}",
            "",
            file=name,
            count=len(self.problems),
            problems="\n".join(shown),
        )
