"""The sample under a scenario's edits, worked out a second time from its files and the scenario's JSON alone.

The edits are made on the plain features of the GeoJSON files; everything is then measured by :mod:`recomputed`, in
which nothing of the planner takes part.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import shapely
import yaml
from pyproj import Geod
from shapely.geometry import Point, shape

from tests.reference.recomputed import Feature, Sample, Verdict, roads_of

_GEOD = Geod(ellps="WGS84")
_RECORD_REACH_M = 1000.0
Document = dict[str, Any]


class WhatIf(Sample):
    """A sample with the edits of a scenario made, which itself stays as it is.

    Parameters
    ----------
    base : Sample
    edits : sequence of mapping
        As a scenario's file has them.
    """

    def __init__(self, base: Sample, edits: Sequence[Document]) -> None:
        self.season, self.speeds, self.places = base.season, base.speeds, base.places
        self.layers = {key: list(features) for key, features in base.layers.items()}
        self.standards = dict(base.standards)
        self.in_force = list(base.in_force)
        self._verdicts = {}
        self._roads = {}
        self._base = base
        self._left_out: set[int] = set()
        for edit in edits:
            self._make(edit)

    def _make(self, edit: Document) -> None:
        kind = edit["edit"]
        if kind == "change-standard":
            self._change(edit["standard"], edit["values"])
        elif kind == "add-area":
            shown = {"id": edit["id"], **edit.get("attributes", {})}
            self._of("service-area", edit["service"]).append(Feature(shown, shape(edit["outline"])))
        elif kind == "add-facility":
            shown = {"id": edit["id"], **edit.get("attributes", {})}
            features = self._of("facilities", edit["service"])
            features.append(Feature(shown, Point(edit["lon"], edit["lat"])))
        else:
            features = self._of("facilities", edit["service"])
            (number,) = (i for i, f in enumerate(features) if f.properties["id"] == edit["id"])
            if kind == "close-facility":
                del features[number]
            else:
                features[number] = self._moved(features[number], (edit["lon"], edit["lat"]), edit["service"])

    def _of(self, role: str, service: str) -> list[Feature]:
        return self.layers.setdefault((role, service), [])

    def _moved(self, facility: Feature, at: tuple[float, float], service: str) -> Feature:
        known = facility.properties
        old = {f.properties["id"] for f in self._base.layers.get(("facilities", service), [])}
        # What the scenario itself brought says on whose behalf it stands, wherever it goes.
        if known["id"] in old and known.get("place_id"):
            away = [_metres(p.at, at) if p.at else math.inf for p in self.places]
            if self.places[away.index(min(away))].properties["id"] != known["place_id"]:
                known = {**known, "place_id": None}
        return Feature(known, Point(at))

    def _change(self, identifier: str, values: Document) -> None:
        if values.get("in_force") is False:
            self.in_force.remove(identifier)
            return
        standard = copy.deepcopy(self.standards[identifier])
        if identifier not in self.in_force:
            self.in_force.append(identifier)
            # Out of force and in again, it is the catalogue's.
            standard = copy.deepcopy(self._base.standards[identifier])
        if "threshold" in values:
            standard["measure"]["threshold"] = values["threshold"]
        if "target_share" in values:
            standard["target_share"] = values["target_share"]
        self.standards[identifier] = standard

    def without_neighbours(self) -> WhatIf:
        """Return the same district with no facility that stands outside its outline and is of none of its places."""
        (outline,) = self.layers["boundary", None]
        own = {place.properties["id"] for place in self.places}
        other = WhatIf(self, [])
        other._base = self._base
        other.layers = {
            key: [
                f for f in features
                if key[0] != "facilities" or f.geometry is None or f.properties.get("place_id") in own
                or outline.geometry.intersects(f.geometry)
            ]
            for key, features in self.layers.items()
        }  # fmt: skip
        return other

    def counts_neighbours(self, standard_id: str) -> bool:
        """Whether a standard counts a facility that is a neighbour's."""
        measure = self.standards[standard_id]["measure"]
        if measure["indicator"].endswith("_per_people"):
            return False
        alone = self.without_neighbours()
        return len(alone._sources("facilities", measure)) < len(self._sources("facilities", measure))

    def people(self, standard_id: str) -> dict[str, float]:
        """Return people by state."""
        found: dict[str, float] = {}
        for place, verdict in zip(self.places, self.verdicts(standard_id), strict=True):
            found[verdict.state] = found.get(verdict.state, 0.0) + place.properties["population"]
        return found

    def cost(self, standard_id: str, steps: Path) -> float | None:
        """Return what a step up costs for all settlements in a gap, from the table of steps."""
        table = yaml.safe_load(steps.read_text("utf-8"))["steps"]
        standard = self.standards[standard_id]
        if standard["service"] not in table:
            return None
        row = table[standard["service"]]
        metres = standard["measure"]["indicator"] in (
            "travel_distance", "straight_distance", "distance_to_line",
        )  # fmt: skip
        total = 0.0
        for verdict in self.verdicts(standard_id):
            if verdict.state == "gap":
                short = verdict.shortfall if verdict.shortfall is not None else 0.0
                total += row["fixed"] + row["per_unit"] * (short / 1000 if metres else short)
        return total

    def _work_out(self, standard_id: str) -> list[Verdict]:
        measure = self.standards[standard_id]["measure"]
        role = {"within_area": "service-area", "distance_to_line": "lines"}.get(
            measure["indicator"], "facilities"
        )
        roles = ("facilities", "service-area") if measure["indicator"] == "settlement_value" else (role,)
        known = [(r, s) for r in roles for s in measure["sources"] if (r, s) in self.layers]
        if not known and "roads" not in measure["sources"]:
            return [self._nothing_loaded(standard_id, place) for place in self.places]
        return super()._work_out(standard_id)

    def _nothing_loaded(self, standard_id: str, place: Feature) -> Verdict:
        if not self._addressed(place, self.standards[standard_id].get("area") or {}):
            return Verdict("not_applicable")
        return Verdict("not_located" if place.geometry is None else "no_data")

    def _roads_of(self, mode: str) -> Any:
        return roads_of(self, mode, self._base._roads_of(mode))

    def _straight(self, measure: Document, applies: list[bool]) -> list[Verdict]:
        if not [f for f in self._sources("facilities", measure) if f.at is not None]:
            return [Verdict("unreachable", math.inf) for _ in self.places]
        return super()._straight(measure, applies)

    def _settlement_value(self, measure: Document, applies: list[bool]) -> list[Verdict]:
        records = self._sources("facilities", measure)
        # A record without a settlement of its own speaks for those near to it, where it is the nearest of its kind.
        ids = {place.properties["id"] for place in self.places}
        loose = [r for r in records if not r.properties.get("place_id") and r.at is not None]
        spoken: list[Feature] = [r for r in records if r.properties.get("place_id") in ids]
        for place in self.places:
            if place.at is None or not loose:
                continue
            away = [_metres(place.at, r.at) for r in loose]
            nearest = away.index(min(away))
            if away[nearest] <= _RECORD_REACH_M:
                known = {**loose[nearest].properties, "place_id": place.properties["id"]}
                spoken.append(Feature(known, loose[nearest].geometry))
        kept = self.layers
        self.layers = {k: v for k, v in kept.items() if k[0] != "facilities"}
        self.layers["facilities", measure["sources"][0]] = spoken
        try:
            return super()._settlement_value(measure, applies)
        finally:
            self.layers = kept

    def _capacity(self, measure: Document, applies: list[bool]) -> list[Verdict]:
        attribute, comparator = measure.get("attribute"), measure.get("comparator", "<=")
        # The district's people against the district's own.
        own = self.without_neighbours()._sources("facilities", measure)
        given = [1.0 if attribute is None else f.properties.get(attribute) for f in own]
        known = [value for value in given if value is not None]
        people = sum(p.properties["population"] for p, on in zip(self.places, applies, strict=True) if on)
        if given and not known:
            return [Verdict("no_data") for _ in self.places]
        supply = sum(known)
        if comparator == "<=":
            ratio = people / supply if supply else math.inf
        else:
            ratio = supply * measure.get("per", 1) / people
        enough = ratio <= measure["threshold"] if comparator == "<=" else ratio >= measure["threshold"]
        if not enough and len(known) < len(given):
            return [Verdict("no_data") for _ in self.places]
        short = ratio - measure["threshold"] if comparator == "<=" else measure["threshold"] - ratio
        finite = short if math.isfinite(short) else None
        return [
            Verdict("covered", ratio, 0.0) if enough else Verdict("gap", ratio, finite) for _ in self.places
        ]


def _metres(a: tuple[float, float] | None, b: tuple[float, float] | None) -> float:
    assert a is not None and b is not None
    return float(_GEOD.inv(*a, *b)[2])


def inside(outline: Any, at: tuple[float, float]) -> bool:
    """Whether a position lies in an outline or on its edge."""
    return bool(shapely.intersects(outline, Point(at)))
