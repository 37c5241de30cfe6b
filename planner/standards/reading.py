"""Standards, services and default sets out of one catalogue file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from planner.standards.document import Node, read_document
from planner.standards.model import CONFIDENCES, KINDS, LAYERS, AreaRule, Measure, Service, Standard
from planner.standards.problems import CatalogueError
from planner.standards.rules import AREA_KEYS, MEASURE_KEYS, read_area, read_measure
from planner.standards.values import KEEP_ONE, TWICE, Fields, Reader, shown

STANDARD_KEYS = (
    "id", "jurisdiction", "layer", "service", "title", "measure", "not_measured", "area", "target_share",
    "legal_basis", "clause", "url", "status", "confidence", "kind", "note",
)  # fmt: skip
_REQUIRED = ("id", "jurisdiction", "service", "title", "legal_basis", "confidence")

_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
_ID_FORM = "Write small Latin letters, digits and “_”, a letter first, at most 60 of them."
_CODE = re.compile(r"[A-Z]{2,3}")
_CODE_FORM = "Write the code in two or three capital letters, for example BY; INT for international."
# Addresses become links in reports, so nothing that a browser would run gets in.
_URL = re.compile(r"https?://[^\s<>\"'`\\]+")
_URL_FORM = "Write the whole address, beginning with https:// or http://."
_STATUS = re.compile(r"current|historic( \(.+\))?")
_STATUS_FORM = "Write “current”, or “historic (…)” with the state of the text."


@dataclass(frozen=True, slots=True)
class DefaultSet:
    """The standards in force for a district of a jurisdiction unless its planner says otherwise, by id.

    `by_building` are those that a town is judged by where its people are known by building.
    """

    in_force: tuple[str, ...]
    without_value: tuple[str, ...] = ()
    by_building: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """What a catalogue file holds."""

    standards: tuple[Standard, ...] = ()
    services: Mapping[str, Service] = field(default_factory=dict)
    sets: Mapping[str, DefaultSet] = field(default_factory=dict)


def read_contents(
    text: str, name: str, services: Mapping[str, Service] | None = None, known: Collection[str] = ()
) -> Contents:
    """Read a catalogue file.

    Parameters
    ----------
    text : str
    name : str
        What to call the file in an error.
    services : mapping of str to Service, optional
        Services that the file's standards may name without describing them.
    known : collection of str
        Identifiers of standards outside the file that its default sets may name.

    Returns
    -------
    Contents

    Raises
    ------
    CatalogueError
        With every fault of the file, each with its line.
    """
    root = read_document(text, name)
    reader = Reader()
    contents = _read_root(reader, root, services or {}, known)
    if reader.problems:
        raise CatalogueError(name, sorted(reader.problems, key=lambda p: (p.line, p.column)))
    return contents


def _read_root(
    reader: Reader, root: Node, services: Mapping[str, Service], known: Collection[str]
) -> Contents:
    if root.kind != "mapping":
        fix = "Begin it with a line “standards:”, and put the list below it."
        reader.wrong(root, "", "The file does not begin with a key.", fix)
        return Contents()
    found = reader.fields(root, "", ("standards", "services", "sets"))
    if found is None or not found.found:
        reader.wrong(root, "", "The file holds no standards.", "List them below a line “standards:”.")
        return Contents()
    own = _read_services(reader, found.found["services"]) if "services" in found else {}
    everything = {**services, **own}
    standards = _read_standards(reader, found.found["standards"], everything) if "standards" in found else {}
    sets = _read_sets(reader, found.found["sets"], {*known, *standards}) if "sets" in found else {}
    return Contents(tuple(s for s in standards.values() if s is not None), own, sets)


def _read_services(reader: Reader, node: Node) -> dict[str, Service]:
    services: dict[str, Service] = {}
    for name, value in (reader.pairs(node, "services") or {}).items():
        where = f"services.{name}"
        if _ID.fullmatch(name) is None:
            reader.wrong(value, where, "“{word}” does not have the right form.", _ID_FORM, word=shown(name))
        found = reader.fields(value, where, ("layer", "name", "facility"), ("layer", "name"))
        if found is not None:
            layer = found.choice("layer", LAYERS) or ""
            services[name] = Service(name, layer, found.texts("name"), found.texts("facility"))
    return services


def _read_sets(reader: Reader, node: Node, known: Collection[str]) -> dict[str, DefaultSet]:
    sets: dict[str, DefaultSet] = {}
    for code, value in (reader.pairs(node, "sets") or {}).items():
        where = f"sets.{code}"
        if _CODE.fullmatch(code) is None:
            reader.wrong(value, where, "“{word}” does not have the right form.", _CODE_FORM, word=shown(code))
        found = reader.fields(value, where, ("in_force", "without_value", "by_building"), ("in_force",))
        if found is not None:
            seen: dict[str, int] = {}
            in_force = _known_ids(found, "in_force", known, seen)
            without_value = _known_ids(found, "without_value", known, seen)
            # A standard may well be in force for settlements and by building: a list of its own.
            sets[code] = DefaultSet(in_force, without_value, _known_ids(found, "by_building", known, {}))
    return sets


def _known_ids(found: Fields, key: str, known: Collection[str], seen: dict[str, int]) -> tuple[str, ...]:
    """Return the ids of a list; `seen` are those of the lists before it, with their lines."""
    ids: list[str] = []
    for name, node in found.names(key):
        where = f"{found.where}.{key}"
        if name in seen:
            found.reader.wrong(node, where, TWICE, KEEP_ONE, key=shown(name), first=seen[name])
        elif name not in known:
            found.reader.unknown(node, where, name, known)
        else:
            ids.append(name)
        seen.setdefault(name, node.line)
    return tuple(ids)


def _read_standards(
    reader: Reader, node: Node, services: Mapping[str, Service]
) -> dict[str, Standard | None]:
    """Return the standards by id; None for one with faults, whose id is known all the same."""
    if node.kind != "list":
        fix = "Begin each of them with “- id: …” below “standards:”."
        reader.wrong(node, "standards", "The standards are not a list.", fix)
        return {}
    standards: dict[str, Standard | None] = {}
    lines: dict[str, int] = {}
    for number, item in enumerate(node.items, 1):
        before = len(reader.problems)
        ids = (value.text for key, value in item.pairs if key.text == "id" and value.text.strip())
        where = shown(next(ids, f"standard {number}"))
        found = reader.fields(item, where, STANDARD_KEYS, _REQUIRED)
        if found is None:
            continue
        standard = _read_standard(found, services)
        if standard.id in lines:
            message = "A standard of this id stands in line {first} already."
            found.lacks(message, "Give each standard an id of its own.", first=lines[standard.id])
        elif standard.id:
            lines[standard.id] = item.line
            standards[standard.id] = standard if len(reader.problems) == before else None
    return standards


def _read_standard(found: Fields, services: Mapping[str, Service]) -> Standard:
    """Return a standard; it is not to be used where a problem of it was noted."""
    service = found.choice("service", services) or ""
    confidence = _confidence(found)
    area = found.reader.fields(*found.at("area"), AREA_KEYS) if "area" in found else None
    return Standard(
        id=found.matching("id", _ID, _ID_FORM) or "",
        jurisdiction=found.matching("jurisdiction", _CODE, _CODE_FORM) or "",
        layer=found.choice("layer", LAYERS) or (services[service].layer if service else ""),
        service=service,
        title=found.texts("title"),
        measure=_measure(found, services, confidence),
        area=AreaRule() if area is None else read_area(area),
        target_share=_share(found),
        legal_basis=found.texts("legal_basis"),
        clause=found.free_text("clause"),
        url=(found.matching("url", _URL, _URL_FORM) or "") if found.free_text("url") else "",
        status=found.matching("status", _STATUS, _STATUS_FORM) or "current",
        confidence=confidence,
        kind=found.choice("kind", KINDS) or "norm",
        note=found.free_text("note"),
        not_measured=found.texts("not_measured"),
    )


def _confidence(found: Fields) -> str:
    if "confidence" in found and found.found["confidence"].text == "memory":
        found.wrong(
            "confidence",
            "A figure from memory is not a standard that people can be told of.",
            "Read the source and write “read”; or leave the measure out and write “not_found”.",
        )
        return ""
    return found.choice("confidence", CONFIDENCES) or ""


def _share(found: Fields) -> float | None:
    if "target_share" not in found:
        return None
    node, where = found.at("target_share")
    if node.plain and node.text.endswith("%"):
        number = node.text[:-1].strip().replace(",", ".")
        node = Node("scalar", node.line, node.column, number, plain=True)
    share = found.reader.number(node, where)
    if share is not None and (not 0 < share <= 1 or node is not found.found["target_share"]):
        fix = "Write a share above 0 and at most 1, for example 0.85."
        if 0 < share <= 100:
            fix = "Write {meant}."
        found.wrong(
            "target_share",
            "“{word}” is not a share of the people between 0 and 1.",
            fix,
            word=shown(found.found["target_share"].text),
            meant=f"{share / 100:.10g}",
        )
    return share


def _measure(found: Fields, services: Mapping[str, Service], confidence: str) -> Measure | None:
    if "measure" not in found:
        if confidence in ("read", "secondary") and "not_measured" not in found:
            found.lacks(
                "The standard has neither a measure nor a reason for having none.",
                "Add “measure:”; or say in “not_measured:” why map layers cannot measure it.",
            )
        return None
    if confidence == "not_found":
        found.wrong(
            "measure",
            "A standard whose value was not found cannot be measured.",
            "Delete the measure; or say in “confidence:” how far its value is to be trusted.",
        )
    if "not_measured" in found:
        message = "The standard has a measure and a reason for having none."
        found.wrong("not_measured", message, "Keep one of them.")
    fields = found.reader.fields(*found.at("measure"), MEASURE_KEYS, ("indicator", "sources"))
    return None if fields is None else read_measure(fields, services)
