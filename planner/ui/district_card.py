"""The card of one district among many, and its services beside those of another."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pandas as pd

from planner.i18n import Speech, words
from planner.results import TOGETHER, DistrictFigures, Districts
from planner.standards.model import in_language


def district_card_html(found: Districts, district: DistrictFigures, say: Speech) -> str:
    """Return what is known of a district among the others, as HTML in which every text is escaped."""
    row = next(r for r in found.ranking[TOGETHER] if r.id == district.id)
    known = sum(r.rank is not None for r in found.ranking[TOGETHER])
    about = [
        found.regions.get(district.id, ""),
        say.plural("{count} person", "{count} people", district.people),
        say.plural("{count} place", "{count} places", district.places),
        say("centre: {name}", name=in_language(district.centre["name"], say.language)),
    ]
    lines = []
    if row.rank is not None:
        lines.append(
            say(
                "Level of service {value}: place {rank} of {count}, the worst off first",
                value=say.number(row.value, 2), rank=row.rank, count=known,
            )
        )  # fmt: skip
    for reference in district.parity:
        small = reference.mean.get("small")
        if small is not None:
            lines.append(
                say(
                    "Small settlements keep up with {name} ({kind}) to {share}",
                    name=in_language(reference.name, say.language),
                    kind=say(words.REFERENCES[reference.kind]),
                    share=say.percent(small, 0),
                )
            )
    told = "".join(f'<p class="about">{escape(line)}</p>' for line in lines)
    opened = escape(say("Open it alone with:"))
    return (
        f'<section class="planner-card" id="district-card" data-announce="district">'
        f"<h2>{escape(found.name(district.id, say.language))}</h2>"
        f'<p class="about">{escape(" · ".join(filter(None, about)))}</p>{told}'
        f'<p class="about">{opened} <code>planner app {escape(district.location)}</code></p></section>'
    )


def card_table(
    found: Districts, chosen: str, other: str | None, say: Speech
) -> tuple[pd.DataFrame, dict[str, Callable[..., str]]]:
    """Return the services of a district, beside those of another where one is chosen, and how they are written."""
    districts = [found.district(id) for id in (chosen, other) if id]
    services = [s for s in found.names if any(_known(d, s) for d in districts)]
    columns: dict[str, list[object]] = {
        say("Service"): [in_language(found.names[s], say.language) for s in services]
    }
    ways: dict[str, Callable[..., str]] = {}
    for district in districts:
        of = [district.service(s) for s in services]
        covered = say("Covered") if other is None else found.name(district.id, say.language)
        columns[covered] = [f.share_covered if f else None for f in of]
        ways[covered] = say.percent
        if other is None:
            lacking, rank = say("People without it"), say("Rank")
            columns[lacking] = [f.tally().lacking if f else None for f in of]
            ranks = {s: next(r.rank for r in found.ranking[s] if r.id == district.id) for s in services}
            columns[rank] = [ranks[s] for s in services]
            ways |= {lacking: say.number, rank: say.number}
    return pd.DataFrame(columns), ways


def _known(district: DistrictFigures, service: str) -> bool:
    found = district.service(service)
    return found is not None and found.share_covered is not None
