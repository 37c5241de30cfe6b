"""The pages of a printed report on one service, and those on studies beyond the assessment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.report.blocks import Block, Bullets, Cell, Heading, Paragraph, Table, TableColumn, fitted
from planner.report.chapters import Chapter, Part, written
from planner.report.content import CouncilRow, ServiceRow
from planner.report.document_tables import Setting
from planner.report.page import CHAPTER_ROWS, PLACES_SHOWN
from planner.results import State

_MAP_MM = 92.0
_LEAST_MAP_MM = 52.0
_STANDARD_MM = 12.0
"""So much room each further standard takes from the map of its service."""


def service_blocks(setting: Setting, position: int, maps: Mapping[str, str]) -> list[Block]:
    """Return the page of the service at a position of the content's services."""
    row = setting.content.services[position]
    blocks: list[Block] = []
    if position == 0:
        blocks.append(Heading(1, setting.head["each_service"], new_page=True))
    blocks.append(Heading(2, row.name, new_page=position > 0))
    blocks.append(Paragraph(f"{row.layer} · {setting.verdict(row.verdict).text}", "kicker"))
    blocks.append(Bullets(tuple(_asked(setting, row))))
    if row.id in maps:
        height = max(_MAP_MM - _STANDARD_MM * (len(row.standards) - 1), _LEAST_MAP_MM)
        blocks.append(setting.figure(row, maps, height_mm=height))
    blocks.append(_by_council(setting, position))
    return [*blocks, *_places(setting, row)]


def _asked(setting: Setting, row: ServiceRow) -> list[str]:
    """Return what each standard of a service asks, and whether it is met."""
    return [
        " · ".join(
            (f"{setting.verdict(r.verdict).text}: {r.text.title}", r.text.threshold, r.text.area, *r.labels)
        )
        for r in row.standards
    ]


def _by_council(setting: Setting, position: int) -> Table:
    """Return how the councils stand, in two columns of councils beside each other; the district comes last."""
    areas = (*setting.content.councils, setting.content.district)
    half = (len(areas) + 1) // 2
    titles = tuple(
        TableColumn(setting.col[key], width, numeric=key != "council")
        for _ in range(2)
        for key, width in (("council", 30), ("lacking", 10), ("share", 10))
    )
    rows = []
    for i in range(half):
        left = _council_cells(setting, areas[i], position)
        beside = i + half
        right = _council_cells(setting, areas[beside], position) if beside < len(areas) else (Cell(""),) * 3
        rows.append((*left, *right))
    return Table("service-councils", titles, tuple(rows), caption=setting.head["by_council"], small=True)


def _council_cells(setting: Setting, area: CouncilRow, position: int) -> tuple[Cell, ...]:
    counted = area.cells[position].tally
    strong = area is setting.content.district
    texts = (area.name, setting.say.number(counted.lacking), setting.say.percent(counted.share_covered))
    return tuple(Cell(text, tone="strong" if strong else "") for text in texts)


def _places(setting: Setting, row: ServiceRow) -> list[Block]:
    """Return the settlements without the service, those that miss it most first."""
    shown = row.places[:PLACES_SHOWN]
    if not shown:
        return [Paragraph(setting.phrase["nobody_lacking"], "note")]
    several, named = len(row.standards) > 1, any(p.nearest for p in shown)
    # Where all are measured and fall short, the heading says so already.
    gaps = all(p.state == setting.content.states[State.GAP] for p in shown)
    keys = ["place", "council", "people", *([] if gaps else ["state"]), "value"]
    keys += [*(["required"] if several else []), "shortfall", *(["nearest"] if named else [])]
    numeric = [key in ("people", "value", "shortfall") for key in keys]
    texts = [
        [setting.say.number(p.people) if key == "people" else str(getattr(p, _FIELDS[key])) for key in keys]
        for p in shown
    ]
    titles = [setting.col[key] for key in keys]
    caption = setting.head["places_lacking"]
    table = _written_table("service-places", titles, texts, numeric, caption=caption)
    return [table, *setting.rest(len(row.places) - len(shown))]


_FIELDS = {
    "place": "name", "council": "council", "state": "state", "value": "value", "required": "required",
    "shortfall": "shortfall", "nearest": "nearest",
}  # fmt: skip


def _written_table(
    name: str,
    titles: Sequence[str],
    texts: Sequence[Sequence[str]],
    numeric: Sequence[bool],
    *,
    caption: str = "",
) -> Table:
    """Return a table of texts whose columns are as wide as what stands in them asks."""
    widths = fitted(titles, texts, numeric)
    columns = tuple(TableColumn(t, w, n) for t, w, n in zip(titles, widths, numeric, strict=True))
    rows = tuple(tuple(Cell(text) for text in line) for line in texts)
    return Table(name, columns, rows, caption=caption, small=True)


def chapter_blocks(setting: Setting, chapter: Chapter, *, new_page: bool = True) -> list[Block]:
    """Return the pages of a chapter: how it was done, then a table for each service studied."""
    blocks: list[Block] = [Heading(1, chapter.heading, new_page=new_page)]
    blocks += [Paragraph(note, "note") for note in chapter.notes]
    for part in chapter.parts:
        blocks.append(Heading(2, part.subject, listed=False))
        if part.listed:
            blocks.append(Bullets(part.sentences))
        elif part.sentences:
            blocks.append(Paragraph(" ".join(part.sentences)))
        blocks += _part_table(setting, chapter, part)
    return blocks


def _part_table(setting: Setting, chapter: Chapter, part: Part) -> list[Block]:
    if not part.rows:
        return []
    shown = len(part.rows) if chapter.whole else CHAPTER_ROWS
    numeric = [column.style != "text" for column in chapter.columns]
    texts = [
        [written(cell, column.style, setting.say) for cell, column in zip(row, chapter.columns, strict=True)]
        for row in part.rows[:shown]
    ]
    blocks: list[Block] = [_written_table(chapter.id, [c.title for c in chapter.columns], texts, numeric)]
    if len(part.rows) > shown:
        blocks.append(Paragraph(setting.more_rows(len(part.rows) - shown), "rest"))
    return blocks
