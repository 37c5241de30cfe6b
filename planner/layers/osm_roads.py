"""Roads out of OpenStreetMap's lines."""

from __future__ import annotations

from collections.abc import Mapping

from planner.layers.osm_mapping import RoadRule, Tags
from planner.layers.osm_values import speed_kmh, whole

Row = dict[str, object]
_NO = ("no", "false", "0")


def is_road(tags: Tags, rule: RoadRule) -> bool:
    """Return whether a line is a road, whoever may use it."""
    return "highway" in tags and tags["highway"] in rule.classes and not rule.unless.holds(tags)


def road_row(tags: Tags, rule: RoadRule) -> Row | None:
    """Return the columns of a road, None where nobody may use it.

    Parameters
    ----------
    tags : mapping of str to str
        Of a line that :func:`is_road` takes for a road.
    rule : RoadRule
    """
    road_class = rule.classes[tags["highway"]]
    cars, walkers = _open(tags, rule.cars, rule), _open(tags, rule.walkers, rule)
    if not cars and not walkers:
        return None
    surface, source = _surface(tags, rule, road_class)
    return {
        "road_class": road_class if cars else rule.walkers_class,
        "surface": surface,
        "speed_kmh": speed_kmh(tags.get("maxspeed", ""), rule.speeds),
        "oneway": _oneway(tags, rule, road_class),
        "bridge": _there(tags, "bridge"),
        "tunnel": _there(tags, "tunnel"),
        "level": whole(tags.get("layer", "")),
        "foot": None if walkers else "no",
        "osm_class": tags["highway"],
        "osm_surface": tags.get("surface"),
        "surface_source": source,
    }


def _open(tags: Tags, keys: tuple[str, ...], rule: RoadRule) -> bool:
    said = next((tags[key] for key in keys if key in tags), "")
    return said not in rule.closed


def _surface(tags: Tags, rule: RoadRule, road_class: str) -> tuple[str | None, str | None]:
    """Return paved, unpaved or None, and what it was concluded from."""
    for key, known in (("surface", rule.surfaces), ("tracktype", rule.by_tracktype)):
        kind = _first(tags.get(key, ""), known)
        if kind is not None:
            return kind, key
    kind = rule.by_class.get(road_class)
    return kind, None if kind is None else "road_class"


def _first(value: str, known: Mapping[str, str]) -> str | None:
    return next((known[part.strip()] for part in (value, *value.split(";")) if part.strip() in known), None)


def _oneway(tags: Tags, rule: RoadRule, road_class: str) -> str | None:
    said = tags.get("oneway", "")
    if said in ("yes", "true", "1"):
        return "yes"
    if said in ("-1", "reverse"):
        return "-1"
    if said in _NO:
        return None
    implied = tags.get("junction", "") in rule.oneway_junctions or road_class in rule.oneway_classes
    return "yes" if implied else None


def _there(tags: Tags, key: str) -> str | None:
    return "yes" if tags.get(key, "no") not in _NO else None
