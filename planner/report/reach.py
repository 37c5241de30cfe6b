"""What a report says of service areas: how far each service reaches, and who lives there."""

from __future__ import annotations

from collections.abc import Sequence

from planner.i18n import Speech, words
from planner.report.chapters import Cell, Chapter, Column, Part, subject
from planner.results import ServiceAreas
from planner.standards.model import in_language


def reach_chapter(found: Sequence[ServiceAreas], say: Speech) -> Chapter:
    """Return the chapter on service areas: for each service a row for each cutoff.

    Parameters
    ----------
    found : sequence of ServiceAreas
        At least one.
    say : Speech
    """
    return Chapter(
        id="service-areas",
        heading=say("How far services reach"),
        notes=(
            say(
                "For half, the whole and twice what the standard asks; everyone is counted who can reach it in that "
                "time or distance, whomever the standard addresses. An area is the ground within {width} of the "
                "roads reached.",
                width=words.quantity(say, found[0].width_m, "m"),
            ),
        ),
        columns=(
            Column(say("Service")),
            Column(say("How")),
            Column(say("Within")),
            Column(say("Settlements"), "people"),
            Column(say("People"), "people"),
            Column(say("Roads, km"), "people"),
            Column(say("Area, km²"), "people"),
        ),
        parts=(
            Part(
                subject=say("All services"),
                sentences=(),
                rows=tuple(row for areas in found for row in _rows(areas, say)),
            ),
        ),
    )


def _rows(areas: ServiceAreas, say: Speech) -> list[tuple[Cell, ...]]:
    return [
        (
            subject(in_language(areas.name, say.language), proxy=False, modelled=areas.modelled),
            say(words.MODES[areas.mode]),
            words.quantity(say, band.cutoff, areas.unit),
            float(band.places),
            band.people,
            band.road_km,
            band.area_km2,
        )
        for band in areas.bands
    ]
