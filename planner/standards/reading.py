"""Standards, services and default sets out of one catalogue file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from planner.standards.document import Node, read_document
from planner.standards.model import CONFIDENCES, KINDS, LAYERS, AreaRule, Measure, Service, Standard, Text
from planner.standards.problems import CatalogueError
from planner.standards.rules import read_area, read_measure
from planner.standards.values import Reader

STANDARD_KEYS = (
    "id", "jurisdiction", "layer", "service", "title", "measure", "not_measured", "area", "target_share",
    "legal_basis", "clause", "url", "status", "confidence", "kind", "note",
)  # fmt: skip
_REQUIRED = ("id", "jurisdiction", "service", "title", "legal_basis", "confidence")

_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
_ID_FORM = "Write small Latin letters, digits and “_”, a letter first, at most 60 of them."
_JURISDICTION = re.compile(r"[A-Z]{2,3}")
_JURISDICTION_FORM = "Write the code in two or three capital letters, for example BY; INT for international."
# Addresses become links in reports, so nothing that a browser would run gets in.
_URL = re.compile(r"https?://[^\s<>\"'`\\]+")
_STATUS = re.compile(r"current|historic( \(.+\))?")


@dataclass(frozen=True, slots=True)
class DefaultSet:
    """The standards in force for a district of a jurisdiction unless its planner says otherwise, by id."""

    in_force: tuple[str, ...]
    without_value: tuple[str, ...] = ()


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
        reader.wrong(
            root,
            "",
            "The file does not begin with a key.",
            "Begin it with a line “standards:”, and put the list below it.",
        )
        return Contents()
    found = reader.fields(root, "", ("standards", "services", "sets"))
    if not found:
        reader.wrong(root, "", "The file holds no standards.", "List them below a line “standards:”.")
        return Contents()
    own = _read_services(reader, found["services"]) if "services" in found else {}
    standards = (
        _read_standards(reader, found["standards"], {**services, **own}) if "standards" in found else {}
    )
    sets = _read_sets(reader, found["sets"], {*known, *standards}) if "sets" in found else {}
    return Contents(tuple(s for s in standards.values() if s is not None), own, sets)


def _read_services(reader: Reader, node: Node) -> dict[str, Service]:
    services: dict[str, Service] = {}
    for name, value in (reader.pairs(node, "services") or {}).items():
        where = f"services.{name}"
        if _ID.fullmatch(name) is None:
            reader.wrong(value, where, "“{word}” does not have the right form.", _ID_FORM, word=name)
        found = reader.fields(value, where, ("layer", "name", "facility"), ("layer", "name"))
        if found is None:
            continue
        layer = reader.choice(found["layer"], f"{where}.layer", LAYERS) if "layer" in found else None
        said = reader.texts(found["name"], f"{where}.name") if "name" in found else None
        facility = _texts(reader, found, "facility", where)
        services[name] = Service(name, layer or "", said or {}, facility)
    return services


def _read_sets(reader: Reader, node: Node, known: Collection[str]) -> dict[str, DefaultSet]:
    sets: dict[str, DefaultSet] = {}
    for jurisdiction, value in (reader.pairs(node, "sets") or {}).items():
        where = f"sets.{jurisdiction}"
        if _JURISDICTION.fullmatch(jurisdiction) is None:
            reader.wrong(
                value, where, "“{word}” does not have the right form.", _JURISDICTION_FORM, word=jurisdiction
            )
        found = reader.fields(value, where, ("in_force", "without_value"), ("in_force",))
        named = {key: _known_ids(reader, found[key], f"{where}.{key}", known) for key in found or () if found}
        sets[jurisdiction] = DefaultSet(named.get("in_force", ()), named.get("without_value", ()))
    return sets


def _known_ids(reader: Reader, node: Node, where: str, known: Collection[str]) -> tuple[str, ...]:
    named = reader.names(node, where) or []
    seen: dict[str, int] = {}
    for name, item in named:
        if name in seen:
            reader.wrong(item, where, "“{word}” stands here a second time (first in line {first}).", "Keep one of them.",
                         word=name, first=seen[name])  # fmt: skip
        elif name not in known:
            reader.unknown(item, where, name, known)
        seen.setdefault(name, item.line)
    return tuple(seen)


def _read_standards(
    reader: Reader, node: Node, services: Mapping[str, Service]
) -> dict[str, Standard | None]:
    """Return the standards by id; None for one with faults, whose id is known all the same."""
    if node.kind != "list":
        reader.wrong(
            node,
            "standards",
            "The standards are not a list.",
            "Begin each of them with “- id: …” below “standards:”.",
        )
        return {}
    standards: dict[str, Standard | None] = {}
    lines: dict[str, int] = {}
    for number, item in enumerate(node.items, 1):
        before = len(reader.problems)
        name, standard = _read_standard(reader, item, f"standard {number}", services)
        if name in lines:
            reader.wrong(item, name, "A standard of this id stands in line {first} already.", "Give each standard an id of its own.",
                         first=lines[name])  # fmt: skip
        elif name:
            lines[name] = item.line
            standards[name] = standard if len(reader.problems) == before else None
    return standards


def _read_standard(
    reader: Reader, node: Node, where: str, services: Mapping[str, Service]
) -> tuple[str, Standard | None]:
    called = next((value.text for key, value in node.pairs if key.text == "id" and value.text.strip()), "")
    where = called or where
    found = reader.fields(node, where, STANDARD_KEYS, _REQUIRED)
    if found is None:
        return "", None
    name = reader.matching(found["id"], f"{where}.id", _ID, _ID_FORM) if "id" in found else None
    service = reader.choice(found["service"], f"{where}.service", services) if "service" in found else None
    layer = reader.choice(found["layer"], f"{where}.layer", LAYERS) if "layer" in found else None
    confidence = _confidence(reader, found, where)
    measure = _measure(reader, node, found, where, services, confidence)
    standard = Standard(
        id=name or "",
        jurisdiction=_form(reader, found, "jurisdiction", where, _JURISDICTION, _JURISDICTION_FORM),
        layer=layer or (services[service].layer if service else ""),
        service=service or "",
        title=_texts(reader, found, "title", where),
        measure=measure,
        area=read_area(reader, found["area"], f"{where}.area") if "area" in found else AreaRule(),
        target_share=_share(reader, found, where),
        legal_basis=_texts(reader, found, "legal_basis", where),
        clause=_line(reader, found, "clause", where),
        url=_form(
            reader, found, "url", where, _URL, "Write the whole address, beginning with https:// or http://."
        ),
        status=_form(
            reader,
            found,
            "status",
            where,
            _STATUS,
            "Write “current”, or “historic (…)” with the state of the text.",
        )
        or "current",
        confidence=confidence,
        kind=(reader.choice(found["kind"], f"{where}.kind", KINDS) or "" if "kind" in found else "norm"),
        note=_line(reader, found, "note", where),
        not_measured=_texts(reader, found, "not_measured", where),
    )
    return name or "", standard


def _texts(reader: Reader, found: dict[str, Node], key: str, where: str) -> Text:
    return (reader.texts(found[key], f"{where}.{key}") or {}) if key in found else {}


def _line(reader: Reader, found: dict[str, Node], key: str, where: str) -> str:
    if key not in found or (found[key].kind == "scalar" and not found[key].text.strip()):
        return ""
    return reader.text(found[key], f"{where}.{key}") or ""


def _form(
    reader: Reader, found: dict[str, Node], key: str, where: str, pattern: re.Pattern[str], fix: str
) -> str:
    if key not in found or (found[key].kind == "scalar" and not found[key].text and key == "url"):
        return ""
    return reader.matching(found[key], f"{where}.{key}", pattern, fix) or ""


def _confidence(reader: Reader, found: dict[str, Node], where: str) -> str:
    if "confidence" not in found:
        return ""
    node, where = found["confidence"], f"{where}.confidence"
    if node.kind == "scalar" and node.text == "memory":
        reader.wrong(node, where, "A figure from memory is not a standard that people can be told of.",
                     "Read the source and write “read”; or leave the measure out and write “not_found”.")  # fmt: skip
        return ""
    return reader.choice(node, where, CONFIDENCES) or ""


def _share(reader: Reader, found: dict[str, Node], where: str) -> float | None:
    if "target_share" not in found:
        return None
    node, where = found["target_share"], f"{where}.target_share"
    if node.kind == "scalar" and node.plain and node.text.endswith("%"):
        node = Node("scalar", node.line, node.column, node.text[:-1].strip().replace(",", "."), plain=True)
    share = reader.number(node, where)
    if share is not None and not 0 < share <= 1:
        fix = (
            "Write {meant}." if 1 < share <= 100 else "Write a share above 0 and at most 1, for example 0.85."
        )
        reader.wrong(node, where, "{share} is not a share of the people between 0 and 1.", fix,
                     share=f"{share:.10g}", meant=f"{share / 100:.10g}")  # fmt: skip
    return share


def _measure(
    reader: Reader,
    node: Node,
    found: dict[str, Node],
    where: str,
    services: Mapping[str, Service],
    confidence: str,
) -> Measure | None:
    if "measure" not in found:
        if confidence in ("read", "secondary") and "not_measured" not in found:
            reader.wrong(node, where, "The standard has neither a measure nor a reason for having none.",
                         "Add “measure:”; or say in “not_measured:” why map layers cannot measure it.")  # fmt: skip
        return None
    if confidence == "not_found":
        reader.wrong(found["measure"], f"{where}.measure", "A standard whose value was not found cannot be measured.",
                     "Delete the measure; or say in “confidence:” where its value is from.")  # fmt: skip
    if "not_measured" in found:
        reader.wrong(found["not_measured"], f"{where}.not_measured", "The standard has a measure and a reason for having none.",
                     "Keep one of them.")  # fmt: skip
    return read_measure(reader, found["measure"], f"{where}.measure", services)
