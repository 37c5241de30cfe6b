"""The analysis's own words in each language: states, layers, units, indicators, roles, thresholds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from planner.i18n import Speech
from planner.standards.model import AreaRule, Indicator, Measure, Standard, in_language


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for it)
    """Mark a message for translation where it is only kept, and said later."""
    return message


_NBSP = "\u00a0"
"""A number and its unit are not torn apart at the end of a line."""

STATES = {
    "covered": N_("covered"),
    "gap": N_("gap"),
    "unreachable": N_("unreachable"),
    "not_connected": N_("not connected to a road"),
    "no_data": N_("no data"),
    "not_located": N_("not located"),
    "not_applicable": N_("standard does not apply"),
}

LAYERS = {
    "connectivity": N_("Connectivity"),
    "post": N_("Post"),
    "utilities": N_("Utilities"),
    "health": N_("Health"),
    "education": N_("Education"),
    "trade": N_("Trade"),
    "leisure": N_("Leisure"),
    "transport": N_("Transport"),
    "emergency": N_("Emergency services"),
    "planning": N_("Planning"),
}

ROLES = {
    "boundary": N_("district boundary"),
    "demand": N_("settlements with population"),
    "facilities": N_("facilities (service points)"),
    "service-area": N_("service area"),
    "lines": N_("lines (mains, cables)"),
    "roads": N_("road network"),
    "candidates": N_("candidate sites"),
    "zones": N_("zones (rural councils)"),
}

SEVERITIES = {"error": N_("error"), "warning": N_("warning"), "info": N_("for information")}

AREAS = {
    "urban": N_("towns and urban settlements"),
    "agrotown": N_("agrotowns"),
    "village": N_("villages"),
}

UNITS = {
    "min": N_("min"),
    "m": N_("m"),
    "km": N_("km"),
    "trips/week": N_("trips a week"),
    "Mbit/s": N_("Mbit/s"),
    "people": N_("people"),
    "people/facility": N_("people per facility"),
    "people/physician": N_("people per physician"),
    "people/brigade": N_("people per brigade"),
    "deg C": N_("°C"),
    "m2/1000 people": N_("m² per 1,000 people"),
    "seats/1000 people": N_("seats per 1,000 people"),
    "": "",
}

CONFIDENCES = {
    "read": N_("source read"),
    "secondary": N_("secondary source"),
    "not_found": N_("value not loaded"),
}

JURISDICTIONS = (
    N_("BY"), N_("RU"), N_("UK"), N_("DE"), N_("FR"), N_("HK"), N_("BG"), N_("EU"), N_("US"), N_("INT"),
)  # fmt: skip
"""Codes that the shipped catalogue uses; English shows the code itself."""

_CLAUSES = {
    "п.": N_("cl."),
    "подп.": N_("subcl."),
    "ст.": N_("art."),
    "art.": N_("art."),
    "ч.": N_("part"),
    "раздел": N_("section"),
    "примечание": N_("note"),
    "chapter": N_("chapter"),
    "indicator": N_("indicator"),
    "ЖКХ": N_("housing and utilities"),
}
"""What the catalogue calls parts of acts, each in the language of its act."""

MODES = {"walk": N_("walking"), "cycle": N_("cycling"), "car": N_("car"), "bus": N_("walking and bus")}

SEASONS = {"dry": N_("dry season"), "spring": N_("spring mud"), "winter": N_("winter, cleared snow")}

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)

REFERENCES = {
    "district_centre": N_("district centre"),
    "regional_centre": N_("regional centre"),
    "capital": N_("capital"),
}

GEOMETRIES = {
    "point": N_("points"),
    "line": N_("lines"),
    "polygon": N_("areas"),
    "collection": N_("collections"),
}

_LOOKS = {"the latitude": N_("the latitude"), "the longitude": N_("the longitude")}
_COUNTED = ("count", "people", "total", "most")

_INDICATORS = {
    (Indicator.TRAVEL_TIME, "car"): N_("travel time by car"),
    (Indicator.TRAVEL_TIME, "walk"): N_("walking time"),
    (Indicator.TRAVEL_TIME, "cycle"): N_("cycling time"),
    (Indicator.TRAVEL_TIME, "bus"): N_("time walking and by bus"),
    (Indicator.TRAVEL_DISTANCE, "car"): N_("distance by road"),
    (Indicator.TRAVEL_DISTANCE, "walk"): N_("walking distance"),
    (Indicator.TRAVEL_DISTANCE, "cycle"): N_("cycling distance"),
    (Indicator.STRAIGHT_DISTANCE, None): N_("straight-line distance"),
    (Indicator.WITHIN_AREA, None): N_("within the service area"),
    (Indicator.DISTANCE_TO_LINE, None): N_("distance to the line"),
    (Indicator.SETTLEMENT_VALUE, None): N_("value at the settlement"),
    (Indicator.NEAREST_VALUE, "walk"): N_("value at the nearest facility"),
    (Indicator.NEAREST_VALUE, "cycle"): N_("value at the nearest facility"),
    (Indicator.NEAREST_VALUE, "car"): N_("value at the nearest facility"),
    (Indicator.FACILITIES_PER_PEOPLE, None): N_("facilities against people"),
    (Indicator.CAPACITY_PER_PEOPLE, None): N_("capacity against people"),
}


def told(
    say: Speech,
    template: str,
    values: Mapping[str, object],
    services: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """Say a template whose values may themselves be words of the planner, or numbers.

    Parameters
    ----------
    say : Speech
    template : str
        Of a finding, a repair, a remark, a problem of a catalogue or an error.
    values : mapping
        What its placeholders stand for. Roles, modes and types of geometry are said in the language too; whatever
        else is a text comes from the data and stays as it is.
    services : mapping, optional
        Names of services by language, by identifier.
    """
    said = {name: _value(say, name, value, services or {}) for name, value in values.items()}
    return say(template, **said)


def _value(say: Speech, name: str, value: object, services: Mapping[str, Mapping[str, str]]) -> object:
    if name == "share" and isinstance(value, float):
        return say.percent(value)
    if name in _COUNTED and isinstance(value, int | float):
        return say.number(value)
    if isinstance(value, Mapping):
        return in_language(value, say.language)
    if not isinstance(value, str):
        return value
    if name == "unit":
        return unit(say, value)
    if name == "service":
        return in_language(services[value], say.language) if value in services else value
    if name in ("wanted", "types"):
        parts = [part.strip() for part in value.replace("/", ",").split(",")]
        return ", ".join(say(GEOMETRIES[part]) if part in GEOMETRIES else part for part in parts)
    if name in ("found", "expected"):
        return say(value)
    if name == "places":
        return re.sub(r"(?<=\d) km(?=,|$)", lambda _: f" {unit(say, 'km')}", value)
    kept: Mapping[str, Mapping[str, str]] = {"role": ROLES, "mode": MODES, "looks": _LOOKS}
    word = kept.get(name, {}).get(str(value))
    return say(word) if word else value


def unit(say: Speech, code: str) -> str:
    """Return a unit's name; a unit that the planner does not know is shown as it is."""
    return say(UNITS[code]) if code in UNITS else code


def quantity(say: Speech, value: float, code: str, *, exact: bool = False) -> str:
    """Return a value with its unit; metres from 1,000 on are shown as kilometres.

    Parameters
    ----------
    say : Speech
    value : float
    code : str
        Of the unit.
    exact : bool
        Whether all digits are shown, as of a threshold, or as many as a measured value is good for.
    """
    if math.isnan(value):
        return "—"
    if code == "m" and abs(value) >= 1000 and not math.isinf(value):
        value, code = value / 1000, "km"
    if code == "trips/week" and not exact and abs(value - round(value)) < 0.05:
        # Beside a threshold the unit stands in the genitive, "at least 8 trips"; a measured number takes its own form.
        return say.plural("{count} trip a week", "{count} trips a week", value).replace(" ", _NBSP, 1)
    if exact:
        digits = next(d for d in range(7) if d == 6 or abs(value - round(value, d)) < 1e-9)
    else:
        whole = math.isinf(value) or abs(value - round(value)) < 0.05
        digits = 0 if whole or (code not in ("min", "km") and abs(value) >= 10) else 1
    return f"{say.number(value, digits)}{_NBSP}{unit(say, code)}".rstrip(_NBSP)


def indicator(say: Speech, measure: Measure) -> str:
    """Return what is measured, in words."""
    found = _INDICATORS.get((measure.indicator, measure.mode)) or _INDICATORS[(measure.indicator, None)]
    return say(found)


def threshold(say: Speech, measure: Measure) -> str:
    """Return what a standard asks for, in a phrase: ``travel time by car ≤ 30 min``."""
    if measure.indicator is Indicator.WITHIN_AREA:
        return indicator(say, measure)
    if measure.indicator is Indicator.SETTLEMENT_VALUE and not measure.unit and measure.threshold == 1:
        # A value without a unit that has to be 1 is a yes or no.
        return say("available at the settlement")
    sign = "≤" if measure.comparator == "<=" else "≥"
    return (
        f"{indicator(say, measure)} {sign}{_NBSP}{quantity(say, measure.threshold, measure.unit, exact=True)}"
    )


def area(say: Speech, rule: AreaRule) -> str:
    """Return which places a standard addresses, in words."""
    types = rule.types or ("urban", "agrotown", "village")
    if set(types) == {"urban", "agrotown", "village"}:
        parts = [say("all settlements")]
    elif set(types) == {"agrotown", "village"}:
        parts = [say("rural settlements")]
    else:
        parts = [", ".join(say(AREAS[t]) for t in types)]
    if rule.population_from is not None:
        parts.append(say("from {people} people", people=say.number(rule.population_from)))
    if rule.population_to is not None:
        parts.append(say("under {people} people", people=say.number(rule.population_to)))
    if rule.council_centre is not None:
        parts.append(
            say("rural council centres") if rule.council_centre else say("not rural council centres")
        )
    return ", ".join(parts)


def clause(say: Speech, text: str) -> str:
    """Return which part of an act it is, with what parts are called in the language: ``п. 6.1``, ``cl. 6.1``."""
    said = re.sub(r"[^\W\d_]+\.?", lambda word: say(_CLAUSES.get(word[0], "")) or word[0], text)
    return re.sub("«(.*?)»", lambda quoted: say.quoted(quoted[1]), said)


def legal_basis(say: Speech, standard: Standard) -> str:
    """Return the act that a standard rests on, and which part of it."""
    act = in_language(standard.legal_basis, say.language)
    return ", ".join(filter(None, (act, clause(say, standard.clause))))


def standing(say: Speech, standard: Standard, jurisdiction: str) -> list[str]:
    """Return the labels a standard has to carry wherever it is shown: proxy, policy target, historic, secondary."""
    labels = []
    if standard.is_proxy(jurisdiction):
        code = standard.jurisdiction
        where = say(code) if code in JURISDICTIONS else code
        labels.append(say("proxy: standard of {jurisdiction}", jurisdiction=where))
    if standard.kind == "policy_target":
        labels.append(say("policy target"))
    if standard.status.startswith("historic"):
        labels.append(say("historic text"))
    if standard.confidence == "secondary":
        labels.append(say("secondary source"))
    return labels
