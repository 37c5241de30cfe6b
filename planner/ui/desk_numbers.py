"""The numbers of the desk: each standard before and after the edits, and the edits in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from planner.i18n import Speech, words
from planner.i18n.edits import edit_words
from planner.report.content import share_range
from planner.results import Assessment, Doubt
from planner.standards.model import in_language
from planner.studies.desk import Desk
from planner.studies.effect import Count, Effect, effects
from planner.studies.progress import Progress
from planner.studies.scenarios import Misfit, facility_names, fitting, misfits, names_of_services
from planner.ui import draft, work
from planner.ui.text import plain

_CELL = "padding:1px 10px 3px 0;vertical-align:top"
_AT_ONCE_S = 0.3
_FIGURES = "font-variant-numeric:tabular-nums;white-space:nowrap"


def numbers(before: Assessment, after: Assessment, service: str, say: Speech) -> None:
    """Show what the edits do, standard by standard."""
    st.html(effects_html(effects(before, after, service), say))


def effects_html(found: Sequence[Effect], say: Speech) -> str:
    """Return effects as a table; every text escaped."""
    titles = (say("People lacking"), say("Covered"), say("Cost"))
    head = "".join(
        f'<th style="{_CELL};font-weight:500;text-align:left;width:33%">{escape(title)}</th>'
        for title in titles
    )
    body = "".join(_row(effect, say) for effect in found)
    priced = any(side is not None and side.cost is not None for e in found for side in (e.before, e.after))
    note = say("Cost: a step up for every settlement in a gap, in conditional units.") if priced else ""
    heard = "; ".join(_heard(effect, say) for effect in found)
    return (
        f'<div id="desk-numbers"><p class="planner-heard" data-announce="desk">{escape(heard)}</p>'
        '<table style="border-collapse:collapse;border:0;font-size:0.86rem;width:100%">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f'<p style="margin:4px 0 0;font-size:0.8rem;opacity:0.75">{escape(note)}</p></div>'
    )


def _heard(effect: Effect, say: Speech) -> str:
    """Return how many lack a standard, before and after, as it is read aloud."""
    before, after = (
        say("not in force") if side is None else say.number(side.lacking)
        for side in (effect.before, effect.after)
    )
    change = after if before == after else f"{before} → {after}"
    return f"{in_language(effect.standard.title, say.language)}: {say('People lacking')} {change}"


def _row(effect: Effect, say: Speech) -> str:
    measure = effect.standard.measure
    asked = "" if measure is None else words.threshold(say, measure)
    sides: tuple[Callable[[Count], str], ...] = (
        lambda count: say.number(count.lacking),
        lambda count: say.percent(count.share_covered),
        lambda count: "—" if count.cost is None else say.number(count.cost, 0),
    )
    cells = "".join(f'<td style="{_CELL};{_FIGURES}">{_change(effect, side, say)}</td>' for side in sides)
    title = escape(in_language(effect.standard.title, say.language))
    return (
        f'<tr><td colspan="3" style="padding:5px 0 0;line-height:1.25">{title} '
        f'<span style="opacity:0.7">({escape(asked)})</span></td></tr>'
        f'<tr data-standard="{escape(effect.standard.id)}" style="border-bottom:1px solid rgba(128,128,128,0.25)">'
        f"{cells}</tr>"
    )


def _change(effect: Effect, said: Callable[[Count], str], say: Speech) -> str:
    before = say("not in force") if effect.before is None else said(effect.before)
    after = say("not in force") if effect.after is None else said(effect.after)
    if before == after:
        return escape(after)
    return f'<span style="opacity:0.7">{escape(before)} →</span> <b>{escape(after)}</b>'


def doubt(desk: Desk, after: Assessment, service: str, say: Speech, *at: str) -> None:
    """Show between which bounds the shares of a service lie, before and after the edits; these are drawn anew.

    Parameters
    ----------
    desk : Desk
    after : Assessment
    service : str
    say : Speech
    *at : str
        Location, version, season and what the places are.
    """
    before = {r.standard.id: share_range(say, r.doubt) for r in desk.baseline.of_service(service)}
    known = {r.standard.id: r for r in desk.baseline.results}
    results = after.of_service(service)
    found = {r.standard.id: r.doubt for r in results}
    scenario = draft.draft(say).scenario
    if any(known.get(r.standard.id) is not r for r in results):
        fitted = fitting(scenario, misfits(desk.inputs, scenario, desk.catalogue, desk.standards))

        def bounds(
            location: str, version: str, season: str, by: str, digest: str, of: str, told: Progress
        ) -> Bounds:
            return Bounds(desk.doubt(fitted, of, told))

        title = say("Drawing what is in doubt …")
        drawn = work.offered(say, title, bounds, *at, fitted.digest, service, at_once_s=_AT_ONCE_S)
        if drawn is None:
            return
        found = {r.standard.id: drawn.by_standard.get(r.standard.id) for r in results}
    rows = []
    for result in results:
        one, other = before.get(result.standard.id, ""), share_range(say, found[result.standard.id])
        if one or other:
            title = escape(in_language(result.standard.title, say.language))
            change = (
                escape(other or "—")
                if one == other
                else f"{escape(one or '—')} → <b>{escape(other or '—')}</b>"
            )
            rows.append(
                f'<li data-standard="{escape(result.standard.id)}" style="font-size:0.86rem">{title}: {change}</li>'
            )
    if rows:
        head = escape(say("Covered, in nine draws of ten of what is estimated or in doubt:"))
        st.html(
            f'<div id="desk-doubt" style="font-size:0.8rem">{head}<ul style="margin:2px 0 0;padding-left:1.3rem">'
            f"{''.join(rows)}</ul></div>"
        )


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far headlines move, by the id of the standard; one that is beyond doubt is left out."""

    by_standard: Mapping[str, Doubt]


def edits(desk: Desk, wrong: Sequence[Misfit], say: Speech) -> None:
    """List the edits in plain words, each with a button that takes it out."""
    now = draft.draft(say)
    services = names_of_services(desk.inputs, desk.catalogue)
    names = facility_names(desk.inputs, now.scenario)
    unfit = {misfit.number: misfit for misfit in wrong}
    for number, edit in enumerate(now.scenario.edits):
        left, right = st.columns([0.88, 0.12], vertical_alignment="center")
        text = edit_words(say, edit, services, desk.catalogue.standards, names)
        left.markdown(f"{number + 1}\\. {plain(text)}")
        if number in unfit:
            why = unfit[number].why
            left.warning(
                plain(
                    say(
                        "Does not fit any more: {reason}",
                        reason=words.told(say, why.message, why.values, services),
                    )
                )
            )
        right.button(
            "✕", key=f"edit_away_{number}", help=say("Take this edit out"), type="tertiary",
            on_click=lambda n=number: draft.put(now.to(now.scenario.without_edit(n))),
        )  # fmt: skip
