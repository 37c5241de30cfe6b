"""A scenario: what a planner would change in a district, as a list of edits that leaves the district itself alone.

It is plain data: it can be kept in a workspace, sent as a file and read back, and it says nothing of what it does.
What it does to a district is told by :mod:`planner.studies.scenarios`.
"""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import orjson

from planner.errors import InputError
from planner.standards.model import Text

FORMAT, FORMAT_VERSION = "planner-scenario", 1
"""What a file of a scenario says of itself."""

LONGEST_NAME = 120
LARGEST_BYTES = 5 * 1024 * 1024
MOST_EDITS = 1000
CHANGEABLE = ("threshold", "target_share", "in_force")
"""What :class:`ChangeStandard` may change."""


@dataclass(frozen=True, slots=True)
class AddFacility:
    """A new service point.

    Attributes
    ----------
    service : str
    id : str
        No other facility of the service has it.
    name : mapping of str to str
        By language.
    lon, lat : float
        WGS 84 degrees.
    attributes : mapping of str to float or str
        Other columns of the layer: a capacity, a kind, ``place_id``.
    """

    service: str
    id: str
    name: Text
    lon: float
    lat: float
    attributes: Mapping[str, float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be a facility."""
        _named(self.service, self.id)
        _on_earth(self.lon, self.lat, self.id)
        _readable("id", self.id)
        for text in self.name.values():
            _readable("name", text)
        if not all(isinstance(text, str) for text in self.name.values()):
            raise _unusable("The name of “{what}” has to be text in each language.", what=self.id)
        _attributes(self.attributes, self.id)


@dataclass(frozen=True, slots=True)
class MoveFacility:
    """A service point that goes elsewhere, with all that is known of it."""

    service: str
    id: str
    lon: float
    lat: float

    def __post_init__(self) -> None:
        """Refuse a position that there is not."""
        _named(self.service, self.id)
        _on_earth(self.lon, self.lat, self.id)


@dataclass(frozen=True, slots=True)
class CloseFacility:
    """A service point that is there no more."""

    service: str
    id: str

    def __post_init__(self) -> None:
        """Refuse one without a name."""
        _named(self.service, self.id)


@dataclass(frozen=True, slots=True)
class AddArea:
    """An area in which a service is to be had from now on.

    Attributes
    ----------
    service, id : str
    outline : mapping
        A GeoJSON Polygon or MultiPolygon, WGS 84.
    attributes : mapping of str to float or str
        Other columns of the layer, such as the technology or the speed.
    """

    service: str
    id: str
    outline: Mapping[str, Any]
    attributes: Mapping[str, float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an outline that encloses nothing."""
        import shapely

        _named(self.service, self.id)
        _readable("id", self.id)
        _attributes(self.attributes, self.id)
        try:
            shape = shapely.from_geojson(orjson.dumps(dict(self.outline)))
        except (TypeError, ValueError, shapely.errors.GEOSException):
            shape = None
        if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
            raise _unusable("The outline of “{what}” is no GeoJSON polygon.", what=self.id)
        if not shape.is_valid:
            raise _unusable("The outline of “{what}” crosses itself.", what=self.id)
        west, south, east, north = shape.bounds
        _on_earth(west, south, self.id)
        _on_earth(east, north, self.id)


@dataclass(frozen=True, slots=True)
class ChangeStandard:
    """A standard that asks for something else.

    Attributes
    ----------
    standard : str
        Its identifier.
    values : mapping
        ``threshold`` (a number above 0, in the standard's unit), ``target_share`` (0 to 1; None for everybody),
        ``in_force`` (True or False); at least one.
    """

    standard: str
    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Refuse values that no standard can have."""
        if not isinstance(self.standard, str) or not self.standard:
            raise _unusable("A change of a standard does not say which.")
        _readable("standard", self.standard)
        unknown = [key for key in self.values if key not in CHANGEABLE]
        if unknown or not self.values:
            raise _unusable(
                "Of the standard “{what}” only {able} can be changed.", what=self.standard, able=", ".join(CHANGEABLE)
            )  # fmt: skip
        if "threshold" in self.values and not _number(self.values["threshold"], above=0.0):
            raise _unusable("The threshold of “{what}” has to be a number above 0.", what=self.standard)
        share = self.values.get("target_share")
        if share is not None and not _number(share, above=0.0, most=1.0):
            raise _unusable("The target of “{what}” has to be a share above 0 and up to 1.",
                         what=self.standard)  # fmt: skip
        if not isinstance(self.values.get("in_force", True), bool):
            raise _unusable("The standard “{what}” is in force or is not: true or false.", what=self.standard)


Edit: TypeAlias = AddFacility | MoveFacility | CloseFacility | AddArea | ChangeStandard

_KINDS: Mapping[str, type[Edit]] = {
    "add-facility": AddFacility,
    "move-facility": MoveFacility,
    "close-facility": CloseFacility,
    "add-area": AddArea,
    "change-standard": ChangeStandard,
}
_NAME_OF = {kind: name for name, kind in _KINDS.items()}
_OPTIONAL = ("attributes",)


@dataclass(frozen=True)
class Scenario:
    """Edits under a name, applied in their order.

    Attributes
    ----------
    name : str
    edits : tuple of Edit
    """

    name: str
    edits: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a name that is none."""
        checked_name(self.name)
        if len(self.edits) > MOST_EDITS:
            raise _unusable("A scenario takes {most} edits at most, and here are {count}.", count=len(self.edits),
                         most=MOST_EDITS)  # fmt: skip

    def with_edit(self, edit: Edit) -> Scenario:
        """Return the scenario with one edit more."""
        return replace(self, edits=(*self.edits, edit))

    def without_edit(self, number: int) -> Scenario:
        """Return the scenario without an edit, numbered from 0."""
        return replace(self, edits=(*self.edits[:number], *self.edits[number + 1 :]))

    def named(self, name: str) -> Scenario:
        """Return the same edits under another name."""
        return replace(self, name=name)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the edits, hexadecimal; the name is left out."""
        plain = [edit_as_dict(edit) for edit in self.edits]
        return hashlib.sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Return the scenario as its file has it."""
        return {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "name": self.name,
            "edits": [edit_as_dict(edit) for edit in self.edits],
        }

    def to_json(self) -> str:
        """Return the scenario as the text of its file."""
        return orjson.dumps(self.as_dict(), option=orjson.OPT_INDENT_2).decode() + "\n"

    @classmethod
    def from_json(cls, text: str) -> Scenario:
        """Read the text of a file of a scenario.

        Raises
        ------
        InputError
            If it is none; it says which edit is wrong, and how.
        """
        if len(text) > LARGEST_BYTES:
            raise _unusable("The scenario is larger than {most} bytes.", most=LARGEST_BYTES)
        given = _plain(text.removeprefix("\ufeff"))
        if not isinstance(given, dict) or given.get("format") != FORMAT:
            raise _unusable('The file is no scenario: it does not say "format": "{format}".', format=FORMAT)
        version = given.get("version")
        if type(version) is not int:
            raise _unusable(
                'The scenario says "version": {version}, where the number {known} is expected.',
                version=orjson.dumps(version).decode(), known=FORMAT_VERSION,
            )  # fmt: skip
        if version != FORMAT_VERSION:
            raise InputError(
                "The scenario was written in version {version} of the format, and this program reads version {known}.",
                "Use a newer program, or export the scenario again.",
                version=version, known=FORMAT_VERSION,
            )  # fmt: skip
        edits = given.get("edits", [])
        if not isinstance(edits, list) or set(given) - {"format", "version", "name", "edits"}:
            raise _unusable("A scenario holds format, version, name and a list of edits, and nothing else.")
        return cls(given.get("name", ""), tuple(_edit(number, each) for number, each in enumerate(edits, 1)))


def checked_name(name: object) -> str:
    """Return a name of a scenario as it was given.

    Raises
    ------
    InputError
        If it is empty, too long, or holds line ends or other characters that cannot be read.
    """
    good = isinstance(name, str) and name.strip() == name and name.isprintable() and name != ""
    if not good or len(str(name)) > LONGEST_NAME:
        raise InputError(
            "“{name}” cannot be the name of a scenario.",
            "Give it 1 to {most} letters, without spaces at the ends.",
            name=str(name)[:40],
            most=LONGEST_NAME,
        )
    return str(name)


def edit_as_dict(edit: Edit) -> dict[str, Any]:
    """Return an edit as plain values."""
    plain: dict[str, Any] = {"edit": _NAME_OF[type(edit)]}
    for key in type(edit).__dataclass_fields__:
        value = getattr(edit, key)
        plain[key] = dict(value) if isinstance(value, Mapping) else value
    return plain


def _plain(text: str) -> Any:
    """Return what a JSON text holds; a key that is there twice says two things, of which none is guessed."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> None:
        if len(dict(pairs)) < len(pairs):
            twice.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)

    try:
        given = orjson.loads(text)
        # The strict parser keeps the last of two keys and says nothing of it.
        json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise _unusable("The scenario is not valid JSON ({reason}).", reason=error) from None
    if twice:
        raise _unusable("In the scenario, the key “{key}” is there twice in one place.", key=twice[0])
    return given


def _edit(number: int, given: object) -> Edit:
    kind = _KINDS.get(str(given.get("edit"))) if isinstance(given, dict) else None
    if kind is None or not isinstance(given, dict):
        raise _unusable(
            "Edit {number} is none of {able}.", number=number, able=", ".join(_KINDS)
        )  # fmt: skip
    wanted = list(kind.__dataclass_fields__)
    values = {key: value for key, value in given.items() if key != "edit"}
    missing = [key for key in wanted if key not in values and key not in _OPTIONAL]
    unknown = [key for key in values if key not in wanted]
    if missing or unknown:
        raise _unusable(
            "Edit {number} needs {needed}; missing: {missing}; unknown: {unknown}.", number=number,
            needed=", ".join(wanted), missing=", ".join(missing) or "—", unknown=", ".join(unknown) or "—",
        )  # fmt: skip
    for key in ("name", "attributes", "outline", "values"):
        if key in values and not isinstance(values[key], dict):
            raise _unusable("In edit {number}, {key} is not a mapping.", number=number, key=key)
    return kind(**values)


def _unusable(message: str, /, **values: object) -> InputError:
    return InputError(
        message, "Put that right in the scenario's file, or export it from the planner again.", **values
    )


def _named(service: object, identifier: object) -> None:
    for key, value in (("service", service), ("id", identifier)):
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME:
            raise _unusable("In an edit, {key} has to be a text that is not empty.", key=key)
    _readable("service", service)


def _readable(key: str, value: object) -> None:
    """Refuse control characters in what is new: they would reach terminals, logs and reports."""
    if isinstance(value, str) and any(unicodedata.category(letter) == "Cc" for letter in value):
        raise _unusable("In an edit, {key} holds characters that cannot be read.", key=key)


def _attributes(given: Mapping[str, Any], of: str) -> None:
    for column, value in given.items():
        _readable("attributes", column)
        _readable("attributes", value)
        if column in ("id", "geometry") or not (isinstance(value, str) or _number(value, above=-math.inf)):
            raise _unusable(
                "The attribute “{what}” of “{of}” has to be a finite number or text.", what=column, of=of
            )


def _on_earth(lon: object, lat: object, what: str) -> None:
    if not _number(lon, above=-180.000001, most=180.0) or not _number(lat, above=-90.000001, most=90.0):
        raise _unusable("“{what}” stands nowhere on earth ({lon}, {lat}).", what=what, lon=lon, lat=lat)


def _number(value: object, *, above: float, most: float = math.inf) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and math.isfinite(value) and above < value <= most  # type: ignore[arg-type, operator]
