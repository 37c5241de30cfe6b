"""How a measure is written: which keys each indicator needs, which units it takes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from planner.standards.model import AREA_TYPES, AreaRule, Indicator, Measure
from planner.standards.values import Fields, shown

ROADS = "roads"
"""As a source: the road layer, which belongs to no service."""

COMPARATORS = ("<=", ">=")
MODES = ("walk", "cycle", "car", "bus")
SCOPES = ("district", "zone")
RURAL = ("agrotown", "village")

AREA_KEYS = ("types", "population_from", "population_to", "council_centre")
MEASURE_KEYS = (
    "indicator", "threshold", "unit", "comparator", "sources", "mode", "attribute", "reach_m", "where",
    "scope", "per", "from_facility", "assumption",
)  # fmt: skip
_IN_METRES = {
    "km": 1000.0,
    "км": 1000.0,
    "mi": 1609.344,
    "mile": 1609.344,
    "miles": 1609.344,
    "м": 1.0,
    "metres": 1.0,
    "meters": 1.0,
}
_IN_MINUTES = {
    "h": 60.0,
    "hour": 60.0,
    "hours": 60.0,
    "ч": 60.0,
    "час": 60.0,
    "мин": 1.0,
    "хв": 1.0,
    "minutes": 1.0,
    "s": 1 / 60,
    "sec": 1 / 60,
    "seconds": 1 / 60,
    "с": 1 / 60,
}


@dataclass(frozen=True, slots=True)
class _Form:
    """The keys that an indicator needs beside threshold and sources, those it may have, and its unit."""

    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    unit: str | None = None  # None: any
    at_most: bool = True  # the measured value is a cost: at most the threshold


_WAY = _Form(("threshold", "unit", "mode"), ("comparator", "from_facility"), "m")
_FORMS = {
    Indicator.TRAVEL_TIME: _Form(_WAY.needs, _WAY.may, "min"),
    Indicator.TRAVEL_DISTANCE: _WAY,
    Indicator.STRAIGHT_DISTANCE: _Form(("threshold", "unit"), ("comparator",), "m"),
    Indicator.WITHIN_AREA: _Form((), ("threshold", "unit", "comparator"), ""),
    Indicator.DISTANCE_TO_LINE: _Form(("threshold", "unit"), ("comparator",), "m"),
    Indicator.SETTLEMENT_VALUE: _Form(("threshold", "comparator", "attribute"), ("unit",), at_most=False),
    Indicator.NEAREST_VALUE: _Form(
        ("threshold", "comparator", "attribute", "mode", "reach_m"), ("unit",), at_most=False
    ),
    Indicator.FACILITIES_PER_PEOPLE: _Form(
        ("threshold", "unit", "comparator"), ("scope", "per"), at_most=False
    ),
    Indicator.CAPACITY_PER_PEOPLE: _Form(
        ("threshold", "unit", "comparator", "attribute"), ("scope", "per"), at_most=False
    ),
}
_OTHER_UNIT = "{indicator} is measured in {expected}, not in “{unit}”."
_ALWAYS = ("indicator", "sources", "where", "assumption")


def read_area(fields: Fields) -> AreaRule:
    """Read which places a standard addresses; ``rural`` stands for agrotown and village."""
    types: set[str] = set()
    for name, node in fields.names("types"):
        if fields.reader.choice(node, f"{fields.where}.types", (*AREA_TYPES, "rural")) is not None:
            types.update(RURAL if name == "rural" else (name,))
    low, high = fields.number("population_from"), fields.number("population_to")
    if low is not None and high is not None and low >= high:
        fields.wrong(
            "population_from",
            "No place has from {low} up to, not including, {high} people.",
            "Make population_to greater than population_from.",
            low=_plain(low),
            high=_plain(high),
        )
    # Every type together is the same as no rule on types, and is kept as such.
    kept = () if len(types) == len(AREA_TYPES) else tuple(t for t in AREA_TYPES if t in types)
    return AreaRule(kept, low, high, fields.flag("council_centre"))


def read_measure(fields: Fields, services: Collection[str]) -> Measure | None:
    """Read how a standard is measured; None where its indicator is missing or unknown."""
    word = fields.choice("indicator", [str(known) for known in Indicator])
    if word is None:
        return None
    indicator = Indicator(word)
    _check_keys(fields, indicator)
    comparator = fields.choice("comparator", COMPARATORS) or "<="
    if _FORMS[indicator].at_most and comparator == ">=":
        fields.wrong("comparator", "A time or a distance cannot be demanded from below.", "Write “<=”.")
    threshold = _threshold(fields, indicator)
    mode = fields.choice("mode", MODES)
    if mode == "bus" and indicator in (Indicator.TRAVEL_DISTANCE, Indicator.NEAREST_VALUE):
        fields.wrong("mode", "By bus only a travel time can be measured.", "Write “indicator: travel_time”.")
    return Measure(
        indicator=indicator,
        threshold=threshold,
        unit=_unit(fields, indicator, threshold, comparator),
        comparator=comparator,
        sources=_sources(fields, indicator, services),
        mode=mode,
        attribute=fields.text("attribute"),
        reach_m=fields.positive("reach_m"),
        where=_where(fields),
        scope=fields.choice("scope", SCOPES) or "district",
        per=_per(fields, comparator),
        from_facility=fields.flag("from_facility") or False,
        assumption=fields.texts("assumption"),
    )


def _plain(number: float) -> str:
    return f"{number:.10g}"


def _check_keys(fields: Fields, indicator: Indicator) -> None:
    form = _FORMS[indicator]
    for key in form.needs:
        if key not in fields:
            message = "“{key}” is missing; {indicator} needs it."
            fields.lacks(message, "Add it.", key=key, indicator=indicator.value)
    for key in fields.found:
        if key not in (*_ALWAYS, *form.needs, *form.may):
            message = "“{key}” has no meaning for {indicator}."
            fields.wrong(key, message, "Delete it.", key=key, indicator=indicator.value)


def _threshold(fields: Fields, indicator: Indicator) -> float:
    """Return the threshold, 0 where there is none or a wrong one."""
    if indicator is not Indicator.WITHIN_AREA:
        return fields.positive("threshold") or 0.0
    if fields.number("threshold"):
        message = "A place lies in an area or it does not: {indicator} has no threshold."
        fields.wrong("threshold", message, "Delete it.", indicator=indicator.value)
    return 0.0


def _unit(fields: Fields, indicator: Indicator, threshold: float, comparator: str) -> str:
    unit = fields.free_text("unit")
    expected = _FORMS[indicator].unit
    if expected is None or not unit or unit == expected:
        if (
            unit
            and "scope" in _FORMS[indicator].may
            and comparator == "<="
            and unit.split("/")[0] != "people"
        ):
            fields.wrong(
                "unit",
                "“{unit}” is not a unit for {indicator} with “<=”.",
                "Write “people”, or closer “people/facility”, “people/physician”.",
                unit=shown(unit),
                indicator=indicator.value,
            )
        return unit
    factor = {"m": _IN_METRES, "min": _IN_MINUTES}.get(expected, {}).get(unit.casefold())
    if not expected:
        message, fix = "{indicator} has no unit.", "Delete it."
    elif factor is None or not threshold:
        message, fix = _OTHER_UNIT, "Write “unit: {expected}”."
    else:
        message, fix = _OTHER_UNIT, "Write “threshold: {meant}” and “unit: {expected}”."
    meant = _plain(threshold * (factor or 1.0))
    fields.wrong(
        "unit", message, fix, indicator=indicator.value, expected=expected, unit=shown(unit), meant=meant
    )
    return unit


def _sources(fields: Fields, indicator: Indicator, services: Collection[str]) -> tuple[str, ...]:
    named = fields.names("sources")
    known = (*services, ROADS) if indicator is Indicator.DISTANCE_TO_LINE else services
    for _, node in named:
        fields.reader.choice(node, f"{fields.where}.sources", known)
    return tuple(dict.fromkeys(name for name, _ in named))


def _per(fields: Fields, comparator: str) -> float:
    per = fields.positive("per") or 1.0
    if per != 1 and comparator == "<=":
        fields.wrong(
            "per",
            "“per” goes with “>=” (so many per 1000 people), not with “<=”.",
            "Delete it, and give the people per facility or per unit of capacity as the threshold.",
        )
    return per


def _where(fields: Fields) -> dict[str, tuple[str, ...]]:
    if "where" not in fields:
        return {}
    node, where = fields.at("where")
    columns = fields.reader.pairs(node, where) or {}
    named = {
        column: fields.reader.names(values, f"{where}.{column}") or [] for column, values in columns.items()
    }
    return {column: tuple(name for name, _ in values) for column, values in named.items()}
