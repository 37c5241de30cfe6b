"""What a report says of parity: how settlements keep up with the centre, and how evenly services are spread."""

from __future__ import annotations

import numpy as np

from planner.i18n import Speech, words
from planner.report.chapters import Cell, Chapter, Column, Part, subject
from planner.results import Parity
from planner.standards.model import in_language


def parity_chapter(found: Parity, say: Speech) -> Chapter:
    """Return the chapter on parity: a row for each settlement, those that keep up least first."""
    modelled = any(m.modelled for s in found.services for m in s.measures)
    return Chapter(
        id="parity",
        heading=say("Parity with the centre"),
        notes=(
            say(
                "1 means no worse than the place compared with; one half means a lag of a whole threshold of the "
                "standard; 0 means that the service cannot be reached."
            ),
            *(words.told(say, template, values) for template, values in found.remarks),
        ),
        columns=(
            Column(say("Settlement")),
            Column(say("People"), "people"),
            *(Column(in_language(r.name, say.language), "score") for r in found.references),
            Column(say("Level of service"), "score"),
            Column(say("The cheapest step up")),
            Column(say("Its cost"), "number"),
        ),
        parts=(
            Part(
                subject=subject(say("All services together"), proxy=False, modelled=modelled),
                sentences=(_evenness(found, say),),
                rows=_rows(found, say),
            ),
        ),
    )


def _evenness(found: Parity, say: Speech) -> str:
    equity = found.equity[""]
    return say(
        "Level of service by people: {mean}; Gini coefficient {gini}; Palma ratio {palma} (0.25 where all have "
        "the same).",
        mean=say.number(equity.mean, 2),
        gini=say.number(equity.gini, 2),
        palma=say.number(equity.palma, 2),
    )


def _rows(found: Parity, say: Speech) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    for i in np.argsort(found.composite[0], kind="stable"):
        step = found.steps[i]
        name = in_language(found.names[step.service], say.language) if step else ""
        rows.append(
            (
                found.places.name(int(i), say.language),
                float(found.places.population[i]),
                *(float(of_reference[i]) for of_reference in found.composite),
                float(found.level[i]),
                name,
                step.cost if step else None,
            )
        )
    return tuple(rows)
