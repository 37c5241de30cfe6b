"""Making the report: the studies of a workspace, what the session adds to them, the formats and their file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from planner.network.modes import DRY
from planner.report import Finding, filename, render
from planner.report.edition import moment
from planner.report.files import MEDIA_TYPES, archive
from planner.results import Assessment, Comparison, Plan
from planner.scenario import Scenario
from planner.studies.assess import assess
from planner.studies.compare import compared
from planner.studies.further import further_findings
from planner.studies.progress import Progress, each, part
from planner.studies.proposal import proposals
from planner.studies.travel import conditions_of
from planner.ui import cache
from planner.workspace import open_workspace

_STUDIED, _PLANNED = 0.3, 0.4
"""So much of the work are the studies, and a plan after them; the rest is writing the formats."""


@dataclass(frozen=True)
class Asked:
    """What a report is made of.

    Attributes
    ----------
    location, version, season, language : str
    formats : tuple of str
    scenario : str
        The document of a scenario; empty for the district as it is.
    """

    location: str
    version: str
    season: str
    language: str
    formats: tuple[str, ...]
    scenario: str = ""


@dataclass(frozen=True)
class Made:
    """A report that is made: its file."""

    name: str
    mime: str
    data: bytes


def made(asked: Asked, extra: Sequence[Finding], told: Progress) -> Made:
    """Return a report in the formats asked for: one file, or a zip of several.

    Parameters
    ----------
    asked : Asked
    extra : sequence
        What the session adds: timetables of visiting services, and plans.
    told : callable
        Hears how far it is, and what is being written.
    """
    findings = _findings(asked, extra, told)
    assessment = assessed(asked.location, asked.version, asked.season, asked.scenario)
    at = moment()
    files = {
        filename(assessment, form, asked.language): render(
            assessment, form, asked.language, made_at=at, findings=findings
        )
        for form in each(asked.formats, part(told, _PLANNED, 1.0))
    }
    name = next(iter(files))
    if len(files) == 1:
        return Made(name, MEDIA_TYPES.get(asked.formats[0], "application/octet-stream"), files[name])
    return Made(name.rpartition(".")[0] + ".zip", "application/zip", archive(files, at))


def as_page(asked: Asked, extra: Sequence[Finding], told: Progress) -> str:
    """Return the report as HTML, to be shown at once."""
    findings = _findings(asked, extra, told)
    assessment = assessed(asked.location, asked.version, asked.season, asked.scenario)
    return render(assessment, "html", asked.language, made_at=moment(), findings=findings).decode()


def _findings(asked: Asked, extra: Sequence[Finding], told: Progress) -> tuple[Finding, ...]:
    """Return what the studies found, and what the session adds; where it has no plan, the report proposes one."""
    at = (asked.location, asked.version, asked.season)
    if asked.scenario:
        return _findings_under(*at, asked.scenario, part(told, 0.0, _PLANNED))
    found = cache.findings(*at, part(told, 0.0, _STUDIED))
    told(_STUDIED, "")
    planned = any(isinstance(one, Plan) for one in extra)
    more = () if planned else _proposed(*at)
    told(_PLANNED, "html")
    return (*found, *extra, *more)


@st.cache_resource(max_entries=6, show_spinner=False)
def _proposed(location: str, version: str, season: str = DRY) -> tuple[Plan, ...]:
    """Return the plan that a report proposes, made once for each version of a workspace."""
    return proposals(
        open_workspace(location),
        cache.assessment(location, version, season),
        conditions=conditions_of(season),
    )


@st.cache_resource(max_entries=6, show_spinner=False)
def assessed(
    location: str, version: str, season: str, scenario: str, _told: Progress | None = None
) -> Assessment:
    """Return how far the standards are met, under a scenario where its document is given."""
    if not scenario:
        return cache.assessment(location, version, season, _told)
    return assess(
        open_workspace(location),
        scenario=Scenario.from_json(scenario),
        conditions=conditions_of(season),
        progress=_told,
    )


@st.cache_resource(max_entries=6, show_spinner=False)
def effect(location: str, version: str, season: str, document: str) -> Comparison:
    """Return what a scenario changes against the district as it is."""
    at = (location, version, season)
    return compared(
        cache.assessment(*at), assessed(*at, document), after_name=Scenario.from_json(document).name
    )


@st.cache_resource(max_entries=6, show_spinner=False)
def _findings_under(
    location: str, version: str, season: str, document: str, _told: Progress
) -> tuple[Finding, ...]:
    """Return what the studies find under a scenario: what it changes first, and a plan that is proposed last."""
    workspace, scenario, travel = (
        open_workspace(location),
        Scenario.from_json(document),
        conditions_of(season),
    )
    after = assessed(location, version, season, document)
    further = further_findings(
        workspace, assessment=after, conditions=travel, scenario=scenario, progress=part(_told, 0.0, _STUDIED)
    )
    _told(_STUDIED, "")
    more = proposals(workspace, after, scenario=scenario, conditions=travel)
    _told(1.0, "html")
    return (effect(location, version, season, document), *further, *more)
