"""How a measure is written: which keys each indicator needs, which units it takes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from planner.standards.document import Node
from planner.standards.model import AREA_TYPES, AreaRule, Indicator, Measure
from planner.standards.values import Reader, shown

ROADS = "roads"
"""As a source: the road layer, which belongs to no service."""

COMPARATORS = ("<=", ">=")
MODES = ("walk", "car")
SCOPES = ("district", "zone")
RURAL = ("agrotown", "village")

_MEASURE_KEYS = (
    "indicator", "threshold", "unit", "comparator", "sources", "mode", "attribute", "reach_m", "where", "scope",
    "per", "from_facility", "assumption",
)  # fmt: skip
_IN_METRES = {"km": 1000.0, "км": 1000.0, "mi": 1609.344, "mile": 1609.344, "miles": 1609.344, "м": 1.0,
              "metres": 1.0, "meters": 1.0}  # fmt: skip
_IN_MINUTES = {"h": 60.0, "hour": 60.0, "hours": 60.0, "ч": 60.0, "час": 60.0, "мин": 1.0, "хв": 1.0, "minutes": 1.0,
               "s": 1 / 60, "sec": 1 / 60, "seconds": 1 / 60, "с": 1 / 60}  # fmt: skip


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
}  # fmt: skip
_ALWAYS = ("indicator", "sources", "where", "assumption")


def read_area(reader: Reader, node: Node, where: str) -> AreaRule:
    """Read which places a standard addresses; ``rural`` stands for agrotown and village."""
    found = reader.fields(node, where, ("types", "population_from", "population_to", "council_centre")) or {}
    types: set[str] = set()
    for name, item in (reader.names(found["types"], f"{where}.types") or ()) if "types" in found else ():
        if reader.choice(item, f"{where}.types", (*AREA_TYPES, "rural")) is not None:
            types.update(RURAL if name == "rural" else (name,))
    bounds = {
        key: reader.number(found[key], f"{where}.{key}")
        for key in ("population_from", "population_to")
        if key in found
    }
    low, high = bounds.get("population_from"), bounds.get("population_to")
    if low is not None and high is not None and low >= high:
        reader.wrong(
            found["population_from"], f"{where}.population_from", "No place has from {low} up to, not including, {high} people.",
            "Make population_to greater than population_from.", low=_plain(low), high=_plain(high),
        )  # fmt: skip
    centre = (
        reader.flag(found["council_centre"], f"{where}.council_centre") if "council_centre" in found else None
    )
    # Every type together is the same as no rule on types, and is kept as such.
    kept = () if len(types) == len(AREA_TYPES) else tuple(t for t in AREA_TYPES if t in types)
    return AreaRule(kept, low, high, centre)


def read_measure(reader: Reader, node: Node, where: str, services: Collection[str]) -> Measure | None:
    """Read how a standard is measured; None where something is wrong with it."""
    before = len(reader.problems)
    found = reader.fields(node, where, _MEASURE_KEYS, ("indicator", "sources"))
    if found is None or "indicator" not in found:
        return None
    word = reader.choice(found["indicator"], f"{where}.indicator", [str(i) for i in Indicator])
    if word is None:
        return None
    indicator = Indicator(word)
    form = _FORMS[indicator]
    _check_keys(reader, node, found, where, indicator, form)
    threshold = reader.number(found["threshold"], f"{where}.threshold") if "threshold" in found else 0.0
    comparator = _choice(reader, found, where, "comparator", COMPARATORS) or "<="
    unit = (reader.text(found["unit"], f"{where}.unit") or "") if "unit" in found else ""
    if threshold is not None:
        _check_threshold(reader, found, where, indicator, threshold)
        _check_unit(reader, found, where, indicator, unit, threshold, comparator)
    if form.at_most and comparator == ">=":
        reader.wrong(found["comparator"], f"{where}.comparator", "A time or a distance cannot be demanded from below.",
                     "Write “<=”.")  # fmt: skip
    measure = Measure(
        indicator=indicator,
        threshold=threshold or 0.0,
        unit=unit,
        comparator=comparator,
        sources=_sources(reader, found, where, indicator, services),
        mode=_choice(reader, found, where, "mode", MODES),
        attribute=reader.text(found["attribute"], f"{where}.attribute") if "attribute" in found else None,
        reach_m=_positive(reader, found, where, "reach_m"),
        where=_where(reader, found, where),
        scope=_choice(reader, found, where, "scope", SCOPES) or "district",
        per=_per(reader, found, where, comparator),
        from_facility=(reader.flag(found["from_facility"], f"{where}.from_facility") or False)
        if "from_facility" in found
        else False,
        assumption=(reader.texts(found["assumption"], f"{where}.assumption") or {})
        if "assumption" in found
        else {},
    )
    return measure if len(reader.problems) == before else None


def _plain(number: float) -> str:
    return f"{number:.10g}"


def _check_keys(
    reader: Reader, node: Node, found: dict[str, Node], where: str, indicator: Indicator, form: _Form
) -> None:
    for key in form.needs:
        if key not in found:
            reader.wrong(
                node,
                where,
                "“{key}” is missing; {indicator} needs it.",
                "Add it.",
                key=key,
                indicator=indicator.value,
            )
    for key in found:
        if key not in (*_ALWAYS, *form.needs, *form.may):
            reader.wrong(found[key], f"{where}.{key}", "“{key}” has no meaning for {indicator}.", "Delete it.",
                         key=key, indicator=indicator.value)  # fmt: skip


def _check_threshold(
    reader: Reader, found: dict[str, Node], where: str, indicator: Indicator, threshold: float
) -> None:
    if "threshold" not in found:
        return
    if indicator is Indicator.WITHIN_AREA:
        if threshold != 0:
            reader.wrong(found["threshold"], f"{where}.threshold", "A place lies in an area or it does not: {indicator} has no threshold.",
                         "Delete it.", indicator=indicator.value)  # fmt: skip
    elif threshold == 0:
        reader.wrong(found["threshold"], f"{where}.threshold", "A threshold of 0 asks for nothing or for the impossible.",
                     "Write a number above 0.")  # fmt: skip


def _check_unit(
    reader: Reader,
    found: dict[str, Node],
    where: str,
    indicator: Indicator,
    unit: str,
    threshold: float,
    comparator: str,
) -> None:
    if "unit" not in found or not unit:
        return
    expected = _FORMS[indicator].unit
    node, where = found["unit"], f"{where}.unit"
    if indicator in (Indicator.FACILITIES_PER_PEOPLE, Indicator.CAPACITY_PER_PEOPLE):
        if comparator == "<=" and unit.split("/")[0] != "people":
            reader.wrong(node, where, "“{unit}” is not a unit for {indicator} with “<=”.",
                         "Write “people”, or closer “people/facility”, “people/physician”.",
                         unit=shown(unit), indicator=indicator.value)  # fmt: skip
        return
    if expected is None or unit == expected:
        return
    factors = {"m": _IN_METRES, "min": _IN_MINUTES}.get(expected, {})
    if unit.casefold() in factors:
        reader.wrong(node, where, "{indicator} is measured in {expected}, not in “{unit}”.",
                     "Write “threshold: {meant}” and “unit: {expected}”.", indicator=indicator.value,
                     expected=expected, unit=shown(unit), meant=_plain(threshold * factors[unit.casefold()]))  # fmt: skip
    elif expected:
        reader.wrong(node, where, "{indicator} is measured in {expected}, not in “{unit}”.", "Write “unit: {expected}”.",
                     indicator=indicator.value, expected=expected, unit=shown(unit))  # fmt: skip
    else:
        reader.wrong(node, where, "{indicator} has no unit.", "Delete it.", indicator=indicator.value)


def _sources(
    reader: Reader, found: dict[str, Node], where: str, indicator: Indicator, services: Collection[str]
) -> tuple[str, ...]:
    if "sources" not in found:
        return ()
    where = f"{where}.sources"
    named = reader.names(found["sources"], where)
    if named is not None and not named:
        reader.wrong(
            found["sources"],
            where,
            "The list is empty.",
            "Name at least one service whose layer is measured.",
        )
    for name, node in named or ():
        if name == ROADS and indicator is Indicator.DISTANCE_TO_LINE:
            continue
        reader.choice(node, where, services)
    return tuple(dict.fromkeys(name for name, _ in named or ()))


def _choice(
    reader: Reader, found: dict[str, Node], where: str, key: str, known: Collection[str]
) -> str | None:
    return reader.choice(found[key], f"{where}.{key}", known) if key in found else None


def _positive(reader: Reader, found: dict[str, Node], where: str, key: str) -> float | None:
    if key not in found:
        return None
    number = reader.number(found[key], f"{where}.{key}")
    if number == 0:
        reader.wrong(found[key], f"{where}.{key}", "“{key}” cannot be 0.", "Write a number above 0.", key=key)
    return number


def _per(reader: Reader, found: dict[str, Node], where: str, comparator: str) -> float:
    per = _positive(reader, found, where, "per")
    if per is not None and per != 1 and comparator == "<=":
        reader.wrong(found["per"], f"{where}.per", "“per” goes with “>=” (so many per 1000 people), not with “<=”.",
                     "Delete it, and give the people per facility or per unit of capacity as the threshold.")  # fmt: skip
    return 1.0 if per is None else per


def _where(reader: Reader, found: dict[str, Node], where: str) -> dict[str, tuple[str, ...]]:
    if "where" not in found:
        return {}
    where = f"{where}.where"
    kept: dict[str, tuple[str, ...]] = {}
    for column, node in (reader.pairs(found["where"], where) or {}).items():
        named = reader.names(node, f"{where}.{column}")
        if named is not None and not named:
            reader.wrong(
                node,
                f"{where}.{column}",
                "The list is empty.",
                "Name the values that count, or delete the column.",
            )
        kept[column] = tuple(name for name, _ in named or ())
    return kept
