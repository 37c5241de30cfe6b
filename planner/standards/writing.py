"""Standards as the text of a catalogue file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from planner.standards.model import AreaRule, Measure, Service, Standard

_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def write_standards(standards: Iterable[Standard], services: Iterable[Service] = ()) -> str:
    """Return the YAML of standards and of services of a planner's own; what is empty is left out."""
    content: dict[str, Any] = {}
    own = {
        s.id: _kept({"layer": s.layer, "name": dict(s.name), "facility": dict(s.facility)}) for s in services
    }
    if own:
        content["services"] = own
    content["standards"] = [_standard(s) for s in standards]
    return str(yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000))


def _standard(standard: Standard) -> dict[str, Any]:
    return _kept(
        {
            "id": standard.id,
            "jurisdiction": standard.jurisdiction,
            "layer": standard.layer,
            "service": standard.service,
            "title": dict(standard.title),
            "measure": _measure(standard.measure) if standard.measure else None,
            "not_measured": dict(standard.not_measured),
            "area": _area(standard.area),
            "target_share": standard.target_share,
            "legal_basis": dict(standard.legal_basis),
            "clause": standard.clause,
            "url": standard.url,
            "status": standard.status,
            "confidence": standard.confidence,
            "kind": standard.kind,
            "note": standard.note,
        }
    )


def _measure(measure: Measure) -> dict[str, Any]:
    return _kept(
        {
            "indicator": measure.indicator.value,
            "threshold": _number(measure.threshold) or None,
            "unit": measure.unit,
            "comparator": measure.comparator,
            "sources": list(measure.sources),
            "mode": measure.mode,
            "attribute": measure.attribute,
            "reach_m": _number(measure.reach_m),
            "where": {column: list(values) for column, values in measure.where.items()},
            "scope": None if measure.scope == "district" else measure.scope,
            "per": None if measure.per == 1 else _number(measure.per),
            "from_facility": measure.from_facility or None,
            "assumption": dict(measure.assumption),
        }
    )


def _area(area: AreaRule) -> dict[str, Any]:
    return _kept(
        {
            "types": list(area.types),
            "population_from": _number(area.population_from),
            "population_to": _number(area.population_to),
            "council_centre": area.council_centre,
        }
    )


def _number(value: float | None) -> float | int | None:
    """Return a number as a person writes it: 20, not 20.0."""
    return int(value) if value is not None and value == int(value) and abs(value) < 1e15 else value


def _kept(content: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if value is not None and value not in ("", [], {})}
