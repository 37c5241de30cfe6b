"""What the parts of a printed report share: the words of its language, and cells written the same way everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.i18n import Speech
from planner.report.blocks import Block, Cell, Figure, Paragraph, TableColumn, Tone
from planner.report.content import Content, ServiceRow

_MARKS = {"met": "✓", "not_met": "✗", "unknown": "?", "not_applicable": "–"}
_TONES: dict[str, Tone] = {"met": "good", "not_met": "bad"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a report says, and in which language."""

    content: Content
    say: Speech

    @property
    def head(self) -> Mapping[str, str]:
        """Headings by key."""
        return self.content.labels.headings

    @property
    def col(self) -> Mapping[str, str]:
        """Titles of columns by key."""
        return self.content.labels.columns

    @property
    def phrase(self) -> Mapping[str, str]:
        """Notes and other phrases by key."""
        return self.content.labels.phrases

    def number(self, value: float | None, digits: int = 0) -> Cell:
        """Return a number as a cell."""
        return Cell(self.say.number(value, digits))

    def verdict(self, verdict: str) -> Cell:
        """Return a verdict as a cell: told by a sign, a word and a colour."""
        text = f"{_MARKS[verdict]}\u00a0{self.content.labels.verdicts[verdict]}"
        return Cell(text, tone=_TONES.get(verdict, "soft"))

    def figure(self, row: ServiceRow, maps: Mapping[str, str], *, height_mm: float) -> Figure:
        """Return the map of a service; its description tells the numbers that a reader of the picture sees."""
        marks = f" ({', '.join(row.basis)})" if row.basis else ""
        caption = self.phrase["map_caption"].format(service=row.name) + marks
        lacking = f"{self.col['lacking_long']}: {self.say.number(row.tally.lacking)}"
        covered = f"{self.col['share_long']}: {self.say.percent(row.tally.share_covered)}"
        return Figure(maps[row.id], f"{caption}. {lacking}. {covered}.", caption, height_mm)

    def more_rows(self, count: int) -> str:
        """Return how many rows were left out."""
        return self.say.plural("and {count} more row", "and {count} more rows", count)

    def rest(self, count: int) -> list[Block]:
        """Return a paragraph on the places that were left out; none where all are shown."""
        if count <= 0:
            return []
        return [Paragraph(self.content.labels.more_places(self.say, count), "rest")]


def heads(setting: Setting, keys: Sequence[str], width: float) -> tuple[TableColumn, ...]:
    """Return columns of numbers, all of one width."""
    return tuple(TableColumn(setting.col[key], width, numeric=True) for key in keys)
