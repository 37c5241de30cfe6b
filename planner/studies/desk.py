"""The desk on which a district is edited: what an edit changes is measured again, all else is taken as it was."""

from __future__ import annotations

import dataclasses
import time
from collections import OrderedDict
from collections.abc import Sequence
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import orjson

from planner.layers.schema import Role
from planner.results import Assessment, Doubt, StandardResult
from planner.scenario import ChangeStandard, Scenario, edit_as_dict
from planner.standards.catalogue import REFERENCE_SERVICE, Catalogue
from planner.standards.model import Standard
from planner.studies.assess import assess_inputs, manifest, result_of, service_names
from planner.studies.doubt import doubts
from planner.studies.inputs import Inputs
from planner.studies.measure import Gauge
from planner.studies.progress import Progress, each, part
from planner.studies.remarks import remarks
from planner.studies.scenarios import edited, standards_under
from planner.studies.travel import BUS, STOPS, travel_manifest

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_KEPT = 400
"""Results of standards that are remembered, so that undo and redo cost nothing."""


_ASSESSMENTS_KEPT = 12
"""Whole assessments that are remembered: a page asks for the same one with every click."""


class Desk:
    """A district with its baseline measured, to be asked what edits do to it.

    The numbers are those of :func:`planner.studies.assess.assess` under the same scenario, to the last digit. Doubt of
    what an edit changes is asked for by itself, see :meth:`doubt`: it takes 200 draws.

    Parameters
    ----------
    inputs : Inputs
        The district as it is.
    standards : sequence of Standard
        Those in force.
    catalogue : Catalogue
    neighbours : bool
        Whether facilities of neighbouring districts count.
    """

    def __init__(
        self, inputs: Inputs, standards: Sequence[Standard], catalogue: Catalogue, *, neighbours: bool = True
    ) -> None:
        self.inputs, self.standards, self.catalogue = inputs, tuple(standards), catalogue
        self._neighbours = neighbours
        self._gauge = Gauge(inputs)
        self._baseline: Assessment | None = None
        self._results: OrderedDict[bytes, StandardResult] = OrderedDict()
        self._assessments: OrderedDict[tuple[str, str], Assessment] = OrderedDict()
        # Sessions of the app share it.
        self._one_at_a_time = RLock()

    @property
    def baseline(self) -> Assessment:
        """The assessment without any edit."""
        return self.measured()

    def measured(self, progress: Progress | None = None) -> Assessment:
        """Return the assessment without any edit, and tell how far it has come where it is made only now.

        Parameters
        ----------
        progress : callable, optional
        """
        with self._one_at_a_time:
            if self._baseline is None:
                self._baseline = assess_inputs(
                    self.inputs, self.standards, self.catalogue, neighbours=self._neighbours, gauge=self._gauge,
                    progress=progress,
                )  # fmt: skip
            return self._baseline

    def under(self, scenario: Scenario, progress: Progress | None = None) -> Assessment:
        """Return the assessment under a scenario.

        Parameters
        ----------
        scenario : Scenario
        progress : callable, optional

        Raises
        ------
        InputError
            If an edit does not fit the district.
        """
        with self._one_at_a_time:
            # The manifest names the scenario.
            key = scenario.name, scenario.digest
            found = self._assessments.pop(key, None) or self._under(scenario, time.perf_counter(), progress)
            self._assessments[key] = found
            while len(self._assessments) > _ASSESSMENTS_KEPT:
                self._assessments.popitem(last=False)
            return found

    def doubt(self, scenario: Scenario, service: str, progress: Progress | None = None) -> dict[str, Doubt]:
        """Return how far the headlines of a service's standards move under a scenario, by the id of the standard.

        They are those of :func:`planner.studies.assess.assess` under the same scenario. It takes 200 draws: longer than
        an edit may, so it is asked for by itself.

        Parameters
        ----------
        scenario : Scenario
        service : str
        progress : callable, optional

        Raises
        ------
        InputError
            If an edit does not fit the district.
        """
        with self._one_at_a_time:
            inputs = edited(self.inputs, scenario, self.catalogue)
            standards = standards_under(self.standards, scenario, self.catalogue)
            gauge = self._gauge_of(inputs)
        chosen = [s for s in standards if s.service == service and s.measure is not None]
        one_by_one = each(chosen, part(progress, 0.0, 0.3), lambda s: s.id)
        measured = [(s, result_of(inputs, gauge, s)[1]) for s in one_by_one]
        return doubts(inputs, gauge, measured, progress=part(progress, 0.3, 1.0))[0]

    def _under(self, scenario: Scenario, began: float, progress: Progress | None) -> Assessment:
        before = self.baseline
        inputs = edited(self.inputs, scenario, self.catalogue)
        standards = standards_under(self.standards, scenario, self.catalogue)
        gauge = self._gauge_of(inputs)
        measured = [s for s in standards if s.measure is not None]
        one_by_one = each(measured, progress, lambda s: s.id)
        results = [self._result(standard, scenario, inputs, gauge) for standard in one_by_one]
        same = {r.standard.id for r in results if any(r is b for b in before.results)}
        changed = {s.service for s in (*self.standards, *standards) if s.id not in same}
        return dataclasses.replace(
            before,
            results=tuple(results),
            without_value=tuple(s for s in standards if s.measure is None),
            services=service_names(inputs, standards, self.catalogue.services),
            facilities=inputs.facilities,
            warnings=tuple(remarks(inputs, gauge, measured)),
            service_doubt={k: v for k, v in before.service_doubt.items() if k not in changed},
            manifest={
                **manifest(inputs, standards, time.perf_counter() - began),
                "neighbours": self._neighbours,
                "travel": travel_manifest(inputs, gauge.used_modes),
            },
        )

    def _gauge_of(self, inputs: Inputs) -> Gauge:
        gauge = self._gauge.following(inputs, same_facilities(self.inputs, inputs))
        return gauge if self._neighbours else gauge.own()

    def _result(self, standard: Standard, scenario: Scenario, inputs: Inputs, gauge: Gauge) -> StandardResult:
        """Return the result of a standard, measured only where an edit touches it and it was not measured before."""
        about = _edits_about(standard, scenario)
        unchanged = next((s for s in self.standards if s == standard), None)
        if unchanged is not None and not about:
            return self.baseline.result(standard.id)
        key = orjson.dumps([dataclasses.asdict(standard), about], option=orjson.OPT_SORT_KEYS)
        found = self._results.pop(key, None)
        if found is None and about:
            found, _ = result_of(inputs, gauge, standard)
        elif found is None:
            # Only what is asked has changed: the ways were measured already.
            own = self._gauge if self._neighbours else self._gauge.own()
            found, _ = result_of(self.inputs, own, standard)
        self._results[key] = found
        while len(self._results) > _KEPT:
            self._results.popitem(last=False)
        return found


def same_facilities(before: Inputs, after: Inputs) -> npt.NDArray[np.int64]:
    """Return for each facility after edits the one before that stands on the same spot, -1 where there is none."""
    begin, parts = _begins(before), []
    for service, layer in _points(after).items():
        old = before.layers.get((Role.FACILITIES, service))
        n, first = len(layer), begin.get(service, 0)
        if old is not None and old.frame is layer:
            parts.append(first + np.arange(n))
            continue
        spot = {} if old is None else _spots(before, first, len(old.frame))
        here = sum(part.size for part in parts)
        parts.append(
            np.array([spot.get(key, -1) for key in _keys(after, here, n)], dtype=np.int64).reshape(-1)
        )
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])


def _points(inputs: Inputs) -> dict[str, GeoDataFrame]:
    return {
        service: layer.frame
        for (role, service), layer in inputs.layers.items()
        if role is Role.FACILITIES and service != REFERENCE_SERVICE
    }


def _begins(inputs: Inputs) -> dict[str, int]:
    begin, at = {}, 0
    for service, frame in _points(inputs).items():
        begin[service], at = at, at + len(frame)
    return begin


def _keys(inputs: Inputs, first: int, n: int) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in inputs.facility_xy[first : first + n]]


def _spots(inputs: Inputs, first: int, n: int) -> dict[tuple[float, float], int]:
    return {key: first + i for i, key in enumerate(_keys(inputs, first, n)) if key[0] == key[0]}


def _edits_about(standard: Standard, scenario: Scenario) -> list[dict[str, object]]:
    """Return the edits of layers that a standard is measured on."""
    measure = standard.measure
    sources = set() if measure is None else {*measure.sources, *({STOPS} if measure.mode == BUS else ())}
    return [
        edit_as_dict(edit)
        for edit in scenario.edits
        if not isinstance(edit, ChangeStandard) and edit.service in sources
    ]
