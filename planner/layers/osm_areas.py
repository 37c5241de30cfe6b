"""Areas out of OpenStreetMap's lines, and a district's outline by its name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from planner.errors import InputError
from planner.layers.osm_mapping import Tags
from planner.layers.osm_source import OsmSource, Relation

_NAME_KEYS = ("name", "int_name", "old_name", "alt_name", "official_name", "short_name", "loc_name")
_PREFERRED_LEVELS = ("6", "8")
_MOST_LISTED = 8
_CYRILLIC = re.compile("[а-яёіў]")
_ALIKE = str.maketrans("aceiopxy", "асеіорху")


@dataclass(frozen=True)
class Outline:
    """A district's outline.

    Attributes
    ----------
    id : str
        Of the relation, such as ``r59065``.
    tags : mapping of str to str
    geometry : shapely Polygon or MultiPolygon
        WGS 84.
    """

    id: str
    tags: Tags
    geometry: Any


def assemble(outer: Iterable[Any], inner: Iterable[Any]) -> Any | None:
    """Return the area that lines enclose, None where they do not close.

    Parameters
    ----------
    outer, inner : iterable of shapely LineString
        Pieces of the outer outlines and of those of the holes, in any order and direction.
    """
    area = _enclosed(outer)
    holes = _enclosed(inner)
    if area is None:
        return None
    if holes is not None:
        area = shapely.difference(area, holes)
    return area if not shapely.is_empty(area) else None


def _enclosed(lines: Iterable[Any]) -> Any | None:
    pieces = [line for line in lines if line is not None]
    if not pieces:
        return None
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(pieces)]))
    return shapely.union_all([shapely.Polygon(face.exterior) for face in faces]) if len(faces) else None


def relation_area(relation: Relation, lines: Mapping[int, Any]) -> Any | None:
    """Return the area of a relation from the lines of its ways; None where one of the outer ones is missing."""
    if not relation.outer or any(ref not in lines for ref in relation.outer):
        return None
    return assemble(
        (lines[ref] for ref in relation.outer), (lines[ref] for ref in relation.inner if ref in lines)
    )


def find_outline(source: OsmSource, name: str) -> Outline:
    """Return the outline of the district of a name.

    Parameters
    ----------
    source : OsmSource
    name : str
        In any language that the relation is tagged with, letter case and ё aside; or the relation's number with
        an ``r`` before it, such as ``r59065``.

    Raises
    ------
    InputError
        If there is none, several are alike, or its outline is not complete in the extract.
    """
    found: list[Relation] = []
    known: dict[str, str] = {}
    for relation in source.relations(("boundary",)):
        if relation.tags.get("boundary") != "administrative":
            continue
        names = {_plain(text): text for text in _names(relation.tags)}
        known.update(names)
        if f"r{relation.id}" == name.strip() or _plain(name) in names:
            found.append(relation)
    relation = _only(found, name, source.path.name, known)
    return Outline(f"r{relation.id}", relation.tags, _closed(source, relation, name))


def _only(found: list[Relation], name: str, file: str, known: Mapping[str, str]) -> Relation:
    preferred = [r for r in found if r.tags.get("admin_level") in _PREFERRED_LEVELS]
    candidates = preferred or found
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        near = difflib.get_close_matches(_plain(name), known, n=5, cutoff=0.5)
        raise InputError(
            "{file} holds no district named {name}; near to it are: {near}.",
            "Write one of these names, or give the outline with --boundary FILE.",
            file=file, name=name, near=", ".join(known[each] for each in near) or "-",
        )  # fmt: skip
    listed = [
        f"r{r.id} ({r.tags.get('name', '-')}, admin_level {r.tags.get('admin_level', '-')})"
        for r in candidates
    ]
    raise InputError(
        "{file} holds several districts named {name}: {candidates}.",
        "Name the one that is meant by its number, for example --district {first}.",
        file=file, name=name, candidates=", ".join(listed[:_MOST_LISTED]), first=f"r{candidates[0].id}",
    )  # fmt: skip


def _closed(source: OsmSource, relation: Relation, name: str) -> Any:
    members = {*relation.outer, *relation.inner}
    lines = {
        way.id: shapely.from_wkb(way.parts[0])
        for way in source.ways((), lambda _: False, members)
        if way.complete and way.parts
    }
    area = relation_area(relation, lines)
    if area is None:
        raise InputError(
            "The outline of {name} is not complete in {file}: {missing} of its {total} lines are missing or broken.",
            "Take an extract that holds the whole district, or give its outline with --boundary FILE.",
            name=name, file=source.path.name, missing=len(members - set(lines)), total=len(members),
        )  # fmt: skip
    return area


def _names(tags: Tags) -> list[str]:
    return [
        part.strip()
        for key, text in tags.items()
        if key in _NAME_KEYS or key.partition(":")[0] in _NAME_KEYS
        for part in text.split(";")
        if part.strip()
    ]


def _plain(name: str) -> str:
    plain = name.casefold().replace("ё", "е")
    # Latin letters that look alike stand in many a Cyrillic name, above all i for і.
    if _CYRILLIC.search(plain):
        plain = plain.translate(_ALIKE)
    return re.sub(r"[\s\-–—]+", " ", plain).strip()
