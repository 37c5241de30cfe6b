"""The report as blocks to be printed: the council's memo, then everything that it rests on."""

from __future__ import annotations

import math

from planner.report import charts
from planner.report.blocks import (
    Block,
    Bullets,
    Cell,
    Document,
    Heading,
    Key,
    Paragraph,
    Table,
    TableColumn,
)
from planner.report.chapters import chapters
from planner.report.content import Content, CouncilRow, compose
from planner.report.document_services import chapter_blocks, service_blocks
from planner.report.document_sources import source_blocks
from planner.report.document_tables import Setting, heads
from planner.report.edition import Edition
from planner.report.page import PICTURE_WIDTH_PX, PLACES_SHOWN
from planner.results import Assessment

MEMO_SERVICES = 24
"""So many services are named on the first page, those with the widest gaps; all stand on the pages after it."""

_SIDE_BY_SIDE = 14
"""So many services fit beside each other in the table of councils."""


def document(assessment: Assessment, edition: Edition) -> Document:
    """Return the report as blocks, in the order in which they are printed.

    Parameters
    ----------
    assessment : Assessment
    edition : Edition
        Where it brings no pictures, the planner's own maps are drawn.
    """
    say = edition.say
    content = compose(assessment, say, say.date(edition.made_at.date()), edition.findings)
    setting = Setting(content, say)
    maps = _maps(assessment, edition, content)
    body: list[Block] = []
    if content.warnings:
        body += [Heading(1, setting.head["warnings"]), Bullets(content.warnings)]
    body += [*_scorecard(setting), *_ranking(setting), *_councils(setting)]
    for position in range(len(content.services)):
        body += service_blocks(setting, position, maps)
    for number, chapter in enumerate(chapters(edition.findings, say)):
        # A chapter on one thing is short, and follows the one before it.
        body += chapter_blocks(setting, chapter, new_page=number == 0 or len(chapter.parts) > 1)
    body += source_blocks(setting)
    return Document(
        title=content.title,
        made=content.made,
        kicker=setting.phrase["council_memo"],
        language=say.language,
        contents=say("Contents"),
        page=say("{page} of {pages}", page="{page}", pages="{pages}"),
        memo=_memo(setting, maps),
        body=tuple(body),
    )


def _maps(assessment: Assessment, edition: Edition, content: Content) -> dict[str, str]:
    """Return the map of each service as SVG; none for a district that has nothing to be drawn."""
    if edition.pictures:
        return {row.id: edition.pictures(row.id) for row in content.services}
    from planner.maps.district_map import district_bounds
    from planner.maps.picture import district_picture

    if district_bounds(assessment) is None:
        return {}
    return {
        row.id: district_picture(assessment, edition.say, row.id, width=PICTURE_WIDTH_PX)
        for row in content.services
    }


def _memo(setting: Setting, maps: dict[str, str]) -> tuple[Block, ...]:
    """Return the first page: three sentences or four, one map, one table."""
    content, say = setting.content, setting.say
    blocks: list[Block] = [Paragraph(text, "lead") for text in content.summary]
    if content.services and content.services[0].id in maps:
        blocks.append(setting.figure(content.services[0], maps, height_mm=0))
    columns = (
        TableColumn(setting.col["service"], 40),
        TableColumn(setting.col["by_state"], 22, drawn=True),
        TableColumn(setting.col["lacking"], 15, numeric=True),
        TableColumn(setting.col["share"], 12, numeric=True),
        TableColumn(setting.col["verdict"], 22),
    )
    shown = content.services[:MEMO_SERVICES]
    rows = tuple(
        (
            Cell(row.marked),
            Cell("", bar=charts.bar(row.tally)),
            setting.number(row.tally.lacking),
            Cell(say.percent(row.tally.share_covered)),
            setting.verdict(row.verdict),
        )
        for row in shown
    )
    blocks.append(Table("services", columns, rows))
    if len(content.services) > len(shown):
        blocks.append(Paragraph(setting.more_rows(len(content.services) - len(shown)), "rest"))
    legend = charts.present([row.tally for row in content.standards])
    blocks.append(Key(tuple((s.label, content.states[s]) for s in legend)))
    notes = (setting.phrase["signs"], *content.notes)
    return (*blocks, *(Paragraph(text, "note") for text in notes))


def _scorecard(setting: Setting) -> list[Block]:
    """Return every standard with its result."""
    content, say = setting.content, setting.say
    columns = (
        TableColumn(setting.col["standard"], 58),
        TableColumn(setting.col["by_state"], 14, drawn=True),
        *heads(setting, ("addressed", "lacking", "unknown", "share"), 13),
        *heads(setting, ("target",), 8),
        TableColumn(setting.col["verdict"], 18),
    )
    rows = tuple(
        (
            Cell(
                f"{row.text.service_name}: {row.text.title}",
                tuple(
                    filter(None, (f"{row.text.threshold} · {row.text.area}", row.own, " · ".join(row.labels)))
                ),
            ),
            Cell("", bar=charts.bar(row.tally)),
            setting.number(row.tally.addressed),
            setting.number(row.tally.lacking),
            setting.number(row.tally.unknown),
            Cell(say.percent(row.tally.share_covered), (row.range,) if row.range else ()),
            Cell(
                setting.phrase["everyone"]
                if row.tally.target_share is None
                else say.percent(row.tally.target_share, 0)
            ),
            setting.verdict(row.verdict),
        )
        for row in content.standards
    )
    noted = (
        [Paragraph(setting.phrase["range_note"], "note")] if any(r.range for r in content.standards) else []
    )
    return [
        Heading(1, setting.head["scorecard"], new_page=True),
        *noted,
        Table("standards", columns, rows, small=True),
    ]


def _ranking(setting: Setting) -> list[Block]:
    """Return the settlements that lack most."""
    shown = setting.content.ranking[:PLACES_SHOWN]
    columns = (
        TableColumn(setting.col["place"], 22),
        TableColumn(setting.col["council"], 22),
        TableColumn(setting.col["people"], 9, numeric=True),
        TableColumn(setting.col["weight"], 11, numeric=True),
        TableColumn(setting.col["services_lacking"], 60),
    )
    rows = tuple(
        (
            Cell(row.name),
            Cell(row.council),
            setting.number(row.people),
            setting.number(row.weight),
            Cell(", ".join(row.services)),
        )
        for row in shown
    )
    return [
        Heading(1, setting.head["ranking"], new_page=True),
        Paragraph(f"{setting.phrase['ranking_note']} {setting.phrase['signs']}", "note"),
        Table("ranking", columns, rows, small=True),
        *setting.rest(len(setting.content.ranking) - len(shown)),
    ]


def _councils(setting: Setting) -> list[Block]:
    """Return people without each service, council by council, in as many tables as the page needs."""
    services = setting.content.services
    blocks: list[Block] = [
        Heading(1, setting.head["councils"], new_page=True),
        Paragraph(f"{setting.phrase['council_note']} {setting.phrase['signs']}", "note"),
    ]
    parts = math.ceil(len(services) / _SIDE_BY_SIDE)
    size = math.ceil(len(services) / parts) if parts else 0
    for first in range(0, len(services), size or 1):
        block = services[first : first + size]
        columns = (
            TableColumn(setting.col["council"], 26),
            TableColumn(setting.col["people"], 9, numeric=True),
            *(TableColumn(row.marked, 7, numeric=True, upright=True) for row in block),
        )
        rows = tuple(
            _council_row(setting, area, first, len(block))
            for area in (*setting.content.councils, setting.content.district)
        )
        blocks.append(Table("councils", columns, rows, totals=1, small=True))
    return blocks


def _council_row(setting: Setting, area: CouncilRow, first: int, count: int) -> tuple[Cell, ...]:
    cells = []
    for cell in area.cells[first : first + count]:
        counted = cell.tally
        if counted.addressed == 0:
            cells.append(Cell("–", tone="soft"))
        elif counted.share_covered is None:
            cells.append(Cell("?", tone="soft"))
        elif counted.lacking == 0:
            cells.append(Cell("·", tone="soft"))
        else:
            strong = counted.share_covered == 0
            cells.append(Cell(setting.say.number(counted.lacking), tone="strong" if strong else ""))
    return (Cell(area.name), setting.number(area.people), *cells)
