"""The last pages of a printed report: method, standards with their acts, data with their digests, every number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.report.blocks import Block, Bullets, Cell, Heading, Paragraph, Table, TableColumn
from planner.report.document_tables import Setting, heads
from planner.report.provenance import StandardText
from planner.results import State


def source_blocks(setting: Setting) -> list[Block]:
    """Return what the report's numbers rest on."""
    content = setting.content
    blocks: list[Block] = [
        Heading(1, setting.head["method"], new_page=True),
        Bullets(content.labels.method),
        *_facts(setting),
        Heading(1, setting.head["standards"], new_page=True),
        Paragraph(setting.phrase["standards_note"], "note"),
        _legal(setting, "legal", ((r.text, r.labels) for r in content.standards)),
    ]
    if content.without_value:
        blocks += [
            Heading(1, setting.head["without_value"]),
            Paragraph(setting.phrase["without_value_note"], "note"),
            _legal(setting, "without-value", ((t, t.labels) for t in content.without_value)),
        ]
    return [*blocks, *_every_number(setting), *_data(setting)]


def _legal(setting: Setting, name: str, texts: Iterable[tuple[StandardText, Sequence[str]]]) -> Table:
    """Return standards with the act each comes from, and how far its source can be trusted."""
    columns = (
        TableColumn(setting.col["standard"], 40),
        TableColumn(setting.col["legal_basis"], 48),
        TableColumn(setting.col["confidence"], 20),
    )
    rows = []
    for text, labels in texts:
        about = " · ".join(filter(None, (text.service_name, text.threshold, text.area)))
        act = ", ".join(filter(None, (text.legal_basis, text.clause)))
        marks = tuple(label for label in labels if label != text.confidence)
        rows.append(
            (
                Cell(text.title, tuple(filter(None, (about, text.assumption)))),
                Cell(act, (text.url,) if text.url else (), url=text.href),
                Cell(text.confidence, marks),
            )
        )
    return Table(name, columns, tuple(rows), small=True)


def _every_number(setting: Setting) -> list[Block]:
    """Return people in each state under each standard: what ``planner assess --json`` prints."""
    content = setting.content
    columns = (
        TableColumn(setting.col["id"], 40),
        *(TableColumn(content.states[s], 14, numeric=True) for s in State),
        TableColumn(setting.col["places_in_gap"], 14, numeric=True),
    )
    rows = tuple(
        (
            Cell(row.text.id),
            *(setting.number(row.tally.people[s]) for s in State),
            setting.number(row.places_in_gap),
        )
        for row in content.standards
    )
    return [
        Heading(1, setting.say("Every standard in numbers"), new_page=True),
        Paragraph(setting.say("People in each state under each standard."), "note"),
        Table("states", columns, rows, small=True),
    ]


def _data(setting: Setting) -> list[Block]:
    """Return where the data come from, what of them is modelled or estimated, and the layers' digests."""
    content = setting.content
    counts = tuple(
        (Cell(x.what), setting.number(x.number), Cell("") if x.people is None else setting.number(x.people))
        for x in content.counts
    )
    blocks: list[Block] = [
        Heading(1, setting.head["data"], new_page=True),
        Table("counts", (TableColumn(setting.col["what"], 60), *heads(setting, ("number", "people"), 20)), counts,
              small=True),
    ]  # fmt: skip
    if content.facilities:
        points = tuple(
            (
                Cell(x.name),
                setting.number(x.number),
                setting.number(x.modelled),
                setting.number(x.not_located),
            )
            for x in content.facilities
        )
        columns = (
            TableColumn(setting.col["service"], 50),
            *heads(setting, ("number", "modelled", "not_located"), 18),
        )
        blocks.append(Table("facilities", columns, points, caption=setting.head["facilities"], small=True))
    if content.data:
        blocks.append(_layers(setting))
    return blocks


def _facts(setting: Setting) -> list[Block]:
    """Return what was assumed of travel, and by which program and catalogue the numbers were made."""
    if not setting.content.facts:
        return []
    rows = tuple((Cell(name), Cell(value)) for name, value in setting.content.facts)
    columns = (TableColumn(setting.col["what"], 40), TableColumn(setting.head["method"], 70))
    return [Table("facts", columns, rows, small=True)]


def _layers(setting: Setting) -> Table:
    columns = (
        TableColumn(setting.col["data_layer"], 24),
        TableColumn(setting.col["role"], 19),
        TableColumn(setting.col["source"], 18),
        TableColumn(setting.col["digest"], 61),
    )
    rows = tuple(
        (
            Cell(x.name),
            Cell(x.role),
            Cell(setting.phrase["modelled"] if x.modelled else x.source),
            Cell(x.digest, tone="soft"),
        )
        for x in setting.content.data
    )
    return Table("layers", columns, rows, caption=setting.col["data_layer"], small=True)
