"""The legend of a service's map: what each mark means, with people and places."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape

import numpy as np

from planner.i18n import Speech, words
from planner.maps.marks import marks, swatch, theme
from planner.maps.view import facility_points, gap_areas, service_view
from planner.results import Assessment, State

_FIGURES = "text-align:right;font-variant-numeric:tabular-nums"
_ALWAYS = (State.COVERED, State.GAP)
_THINGS = (
    "facility", "facility_modelled", "facility_added", "facility_closed", "site_new", "gap_zone", "junction", "way",
    "way_chosen", "edit_added", "edit_moved", "edit_area",
)  # fmt: skip
"""Signs of what is no place: their number stands under a head of its own."""


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One row of a legend.

    Attributes
    ----------
    symbol : str
        The sign, for :func:`planner.maps.marks.swatch`.
    state : State or None
        The state it stands for; None for facilities and gap zones.
    label : str
        In the language of the legend.
    colour : str
    people : float or None
    places : int or None
        How many places, facilities or zones.
    """

    symbol: str
    state: State | None
    label: str
    colour: str
    people: float | None
    places: int | None

    def swatch(self, *, dark: bool = False, size: int = 20) -> str:
        """Return the row's sign as an SVG."""
        return swatch(self.symbol, dark=dark, size=size)


def legend(
    assessment: Assessment, say: Speech, service: str, standard_id: str | None = None, *, dark: bool = False
) -> list[LegendRow]:
    """Return the legend of a service's map: states that occur, then facilities and gap zones.

    Parameters
    ----------
    assessment : Assessment
    say : Speech
    service : str
    standard_id : str, optional
        One of the service's standards; all of them together where not given.
    dark : bool

    Raises
    ------
    KeyError
        If the service or the standard was not assessed.
    """
    view = service_view(assessment, service, standard_id)
    colours = theme(dark)
    looks = marks(colours)
    rows = []
    for state in State:
        here = view.state == state
        if here.any() or state in _ALWAYS:
            look = looks[state.label]
            people = float(assessment.places.population[here].sum())
            label = say(words.STATES[state.label])
            rows.append(
                LegendRow(state.label, state, label, look.fill or look.stroke, people, int(np.sum(here)))
            )
    points = facility_points(assessment, view, say)
    modelled = sum(p.modelled for p in points)
    if len(points) > modelled:
        label = say("service point")
        rows.append(LegendRow("facility", None, label, looks["facility"].fill, None, len(points) - modelled))
    if modelled:
        label = say("service point (modelled data)")
        rows.append(
            LegendRow("facility_modelled", None, label, looks["facility_modelled"].stroke, None, modelled)
        )
    areas = gap_areas(assessment, view)
    if areas:
        people = sum(a.people for a in areas)
        rows.append(LegendRow("gap_zone", None, say("gap zone"), colours.gap, people, len(areas)))
    return rows


def modelled_note(assessment: Assessment, say: Speech, service: str, standard_id: str | None = None) -> str:
    """Return the remark that a layer behind the map is modelled, not real; empty where all data are real."""
    if not service_view(assessment, service, standard_id).modelled:
        return ""
    return say("Modelled data: not a record of what exists on the ground.")


def legend_html(
    rows: list[LegendRow], say: Speech, note: str = "", *, places: str = "", dark: bool = False
) -> str:
    """Return a legend as a piece of HTML: a table with the signs, every text escaped; `places` names the places."""
    of_places = [row for row in rows if row.symbol not in _THINGS]
    things = [row for row in rows if row.symbol in _THINGS]
    body = "".join(_row(row, say, dark) for row in of_places)
    if things:
        body += _head(say("people") if any(row.people is not None for row in things) else "", say("number"))
        body += "".join(_row(row, say, dark) for row in things)
    head = _head(say("people"), places or say("places"))
    foot = f'<p style="margin:4px 0 0;font-style:italic">{escape(note)}</p>' if note else ""
    style = "border-collapse:collapse;border:0;font-size:0.9rem"
    table = f'<table style="{style}"><thead>{head}</thead><tbody>{body}</tbody></table>'
    return f'<div class="map-legend">{table}{foot}</div>'


def _head(people: str, number: str) -> str:
    """Return a row of titles over the two columns of figures."""
    titles = "".join(
        f'<th style="padding:2px {pad} 2px 0;text-align:right;font-weight:500">{escape(title)}</th>'
        for title, pad in ((people, "12px"), (number, "0"))
    )
    return f"<tr><th></th><th></th>{titles}</tr>"


def _row(row: LegendRow, say: Speech, dark: bool) -> str:
    return (
        "<tr>"
        f'<td style="padding:1px 8px 1px 0;line-height:0">{sign(row.symbol, dark=dark)}</td>'
        f'<td style="padding:1px 12px 1px 0">{escape(row.label)}</td>'
        f'<td style="padding:1px 12px 1px 0;{_FIGURES}">{_people(row, say)}</td>'
        f'<td style="padding:1px 0;{_FIGURES}">{_number(row.places, say)}</td>'
        "</tr>"
    )


def sign(symbol: str, *, dark: bool = False, size: int = 20) -> str:
    """Return the sign of a state as an image: pages that sanitise markup drop an SVG element but keep a picture.

    Parameters
    ----------
    symbol : str
        See :func:`planner.maps.marks.swatch`.
    dark : bool
    size : int
        Pixels.
    """
    drawing = base64.b64encode(swatch(symbol, dark=dark, size=size).encode()).decode()
    return f'<img alt="" width="{size}" height="{size}" src="data:image/svg+xml;base64,{drawing}">'


def _people(row: LegendRow, say: Speech) -> str:
    return "" if row.people is None else escape(say.number(row.people))


def _number(count: int | None, say: Speech) -> str:
    return "" if count is None else escape(say.number(count))
