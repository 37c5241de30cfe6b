"""What changed between two assessments of one district, service by service."""

from __future__ import annotations

from dataclasses import dataclass

from planner.report.gaps import service_gaps, service_tally
from planner.results import Assessment, Tally


@dataclass(frozen=True, slots=True)
class Change:
    """People of the district under one service, before and after; None where it was not assessed."""

    service: str
    before: Tally | None
    after: Tally | None


def changes(before: Assessment, after: Assessment) -> tuple[Change, ...]:
    """Return the services whose people by state differ between two assessments.

    Parameters
    ----------
    before, after : Assessment

    Returns
    -------
    tuple of Change
        In the order of the catalogue.
    """
    services = dict.fromkeys((*before.service_ids(), *after.service_ids()))
    found = (Change(s, _tally(before, s), _tally(after, s)) for s in services)
    return tuple(change for change in found if change.before != change.after)


def _tally(assessment: Assessment, service: str) -> Tally | None:
    if not assessment.of_service(service):
        return None
    return service_tally(assessment, service_gaps(assessment, service))
