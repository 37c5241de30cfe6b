"""The standards as a table to be read: by service, with what is asked of whom and on which legal basis."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

from planner.i18n import Speech, words
from planner.standards.model import Standard, in_language


def standards_html(
    standards: Sequence[Standard], names: Mapping[str, str], jurisdiction: str, say: Speech
) -> str:
    """Return standards as a table in HTML, every text escaped.

    Parameters
    ----------
    standards : sequence of Standard
        Those of one service stand together.
    names : mapping of str to str
        Of services, in the language of `say`.
    jurisdiction : str
        Of the district: standards of others are marked.
    say : Speech
    """
    heads = (say("Service"), say("Standard"), say("Measured as"), say("Applies to"), say("Legal basis"))
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in heads)
    ordered = sorted(standards, key=lambda s: [one.service for one in standards].index(s.service))
    bodies = (
        _body(names.get(service, service), list(group), jurisdiction, say)
        for service, group in groupby(ordered, key=lambda s: s.service)
    )
    return f'<table class="planner-standards"><thead><tr>{head}</tr></thead>{"".join(bodies)}</table>'


def _body(name: str, standards: Sequence[Standard], jurisdiction: str, say: Speech) -> str:
    rows = [_cells(standard, jurisdiction, say) for standard in standards]
    first = f'<th scope="rowgroup" rowspan="{len(rows)}">{escape(name)}</th>'
    rest = "".join(f"<tr>{row}</tr>" for row in rows[1:])
    return f"<tbody><tr>{first}{rows[0]}</tr>{rest}</tbody>"


def _cells(standard: Standard, jurisdiction: str, say: Speech) -> str:
    measure = standard.measure
    marks = "; ".join(words.standing(say, standard, jurisdiction))
    assumption = in_language(measure.assumption, say.language) if measure and measure.assumption else ""
    title = escape(_together(in_language(standard.title, say.language))) + _small(marks)
    if assumption:
        title += _small(say("Assumption: {text}", text=assumption))
    asked = escape(words.threshold(say, measure)) if measure else "—"
    if standard.target_share:
        asked += _small(say("for {share} of the people", share=say.percent(standard.target_share, 0)))
    basis = words.legal_basis(say, standard)
    cells = (
        title,
        asked,
        escape(words.area(say, standard.area)),
        escape(_together(basis)) + _link(standard, say),
    )
    return "".join(f"<td>{cell}</td>" for cell in cells)


def _together(text: str) -> str:
    """Return a text whose numbers are not parted from their signs at the end of a line."""
    return re.sub(r"(?<=№) | (?=%)|(?<=\d) (?=(?:км|м|мин|km|m|min)\b)", "\u00a0", text)


def _small(text: str) -> str:
    return f"<small>{escape(text)}</small>" if text else ""


def _link(standard: Standard, say: Speech) -> str:
    if not standard.url.startswith(("http://", "https://")):
        return ""
    return f' <a href="{escape(standard.url)}" target="_blank" rel="noopener noreferrer">{escape(say("open"))}</a>'
