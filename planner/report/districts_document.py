"""The report on many districts as blocks to be printed: a first page with map and table, then everything."""

from __future__ import annotations

import datetime as dt

from planner.i18n import Speech
from planner.report import districts_tables as told
from planner.report.blocks import (
    Block,
    Bullets,
    Cell,
    Document,
    Figure,
    Heading,
    Paragraph,
    Table,
    TableColumn,
    fitted,
)
from planner.results import Districts

MEMO_DISTRICTS = 10
"""So many districts are named on the first page, the worst off; all stand on the pages after it."""

_PICTURE_WIDTH_PX = 900
_FIRST_COLUMNS = 4
"""Of the ranking, on the first page: what a reader needs to know which district is how badly off."""


def districts_document(found: Districts, say: Speech, made_at: dt.datetime) -> Document:
    """Return the report on many districts as blocks, in the order in which they are printed.

    Parameters
    ----------
    found : Districts
    say : Speech
    made_at : datetime.datetime
    """
    title = say("Districts compared")
    body: list[Block] = []
    if found.remarks:
        body += [Heading(1, say("Remarks")), Bullets(tuple(told.remarks(found, say)))]
    for table in told.tables(found, say):
        body += _chapter(table, say)
    return Document(
        title=title,
        made=say("Made on {date}", date=say.date(made_at.date())),
        kicker=say("Report on many districts"),
        language=say.language,
        contents=say("Contents"),
        page=say("{page} of {pages}", page="{page}", pages="{pages}"),
        memo=_memo(found, say),
        body=(*body, *_data(found, say)),
    )


def _memo(found: Districts, say: Speech) -> tuple[Block, ...]:
    blocks: list[Block] = [Paragraph(" ".join(told.summary(found, say)), "lead")]
    picture = districts_figure(found, say)
    if picture is not None:
        blocks.append(picture)
    ranking = first_table(found, say)
    blocks.append(_table(ranking, say))
    more = len(found.ranking[""]) - len(ranking.rows)
    if more > 0:
        text = say.plural("and {count} more district", "and {count} more districts", more)
        blocks.append(Paragraph(text, "rest"))
    return (*blocks, *(Paragraph(note, "note") for note in ranking.notes))


def districts_figure(found: Districts, say: Speech) -> Figure | None:
    """Return the map of all services together; None where no district has an outline."""
    from planner.maps.districts_picture import districts_picture

    svg = districts_picture(found, say, width=_PICTURE_WIDTH_PX)
    if not svg:
        return None
    caption = say("Map: {service}", service=say("All services together"))
    return Figure(svg, f"{caption}. {' '.join(told.summary(found, say))}", caption, 0)


def first_table(found: Districts, say: Speech) -> told.Table:
    """Return the worst off districts, in the first columns of the ranking."""
    ranking = told.ranking(found, say)
    columns = ranking.columns[: _FIRST_COLUMNS + bool(found.regions)]
    rows = tuple(row[: len(columns)] for row in ranking.rows[:MEMO_DISTRICTS])
    return told.Table("memo", ranking.heading, ranking.notes, columns, rows)


def _chapter(table: told.Table, say: Speech) -> list[Block]:
    notes = [Paragraph(note, "note") for note in table.notes]
    # A short table follows the one before it; a long one begins a page, so that its heading stands over most of it.
    long = len(table.rows) > MEMO_DISTRICTS * 3
    return [Heading(1, table.heading, new_page=long), *notes, _table(table, say)]


def _table(table: told.Table, say: Speech) -> Table:
    titles = [title for title, _ in table.columns]
    numeric = [style != "text" for _, style in table.columns]
    texts = [
        [told.written(cell, style, say) for cell, (_, style) in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    widths = fitted(titles, texts, numeric)
    columns = tuple(TableColumn(t, w, n) for t, w, n in zip(titles, widths, numeric, strict=True))
    return Table(table.id, columns, tuple(tuple(Cell(text) for text in row) for row in texts), small=True)


def _data(found: Districts, say: Speech) -> list[Block]:
    """Return by which program the numbers were made, and the digest of what each district rests on."""
    names = {d.id: found.name(d.id, say.language) for d in found.districts}
    columns = (TableColumn(say("District"), 40), TableColumn(say("Digest"), 80))
    rows = tuple(
        (Cell(names.get(id, id)), Cell(key, tone="soft")) for id, key in found.manifest["districts"].items()
    )
    version = f"{say('Version of the planner')}: {found.manifest['version']}"
    return [
        Heading(1, say("Data"), new_page=True),
        Paragraph(version),
        Table("data", columns, rows, small=True),
    ]
