"""The catalogue of standards: the one that ships with the planner, and a planner's own on top of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from planner.errors import StandardsError
from planner.standards.document import SIZE_LIMIT
from planner.standards.model import Service, Standard
from planner.standards.problems import CatalogueError, Problem
from planner.standards.reading import Contents, DefaultSet, read_contents
from planner.standards.writing import write_standards

_FOLDER = Path(__file__).resolve().parent / "catalogues"

JURISDICTIONS = ("BY", "RU", "UK", "DE", "FR", "HK", "BG", "EU", "US", "INT")
"""Jurisdictions whose standards ship with the planner, in the order they are listed."""

_ANYWHERE = "INT"

REFERENCE_SERVICE = "reference_place"
"""The service under which a layer of reference places is kept: the regional centre and the capital."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Standards, the services they are about, and which of them are in force where.

    Attributes
    ----------
    standards : tuple of Standard
    services : mapping of str to Service
        By identifier, in the order services are listed to people.
    sets : mapping of str to DefaultSet
        By jurisdiction.
    """

    standards: tuple[Standard, ...]
    services: Mapping[str, Service]
    sets: Mapping[str, DefaultSet] = field(default_factory=dict)

    def get(self, standard_id: str) -> Standard:
        """Return a standard by its id; raises KeyError where there is none."""
        for standard in self.standards:
            if standard.id == standard_id:
                return standard
        raise KeyError(standard_id)

    def default(self, jurisdiction: str) -> tuple[Standard, ...]:
        """Return the standards in force for a district of a jurisdiction unless its planner says otherwise.

        Those without a value come last: they are shown, not measured. Where the catalogue names no set for
        the jurisdiction, its own standards are in force, then the international set.
        """
        by_id = {standard.id: standard for standard in self.standards}
        chosen = self.sets.get(jurisdiction)
        own: list[str] = []
        if chosen is None:
            own = [s.id for s in self.standards if s.jurisdiction == jurisdiction and s.measure is not None]
            chosen = self.sets.get(_ANYWHERE, DefaultSet(()))
        ids = dict.fromkeys((*own, *chosen.in_force, *chosen.without_value))
        return tuple(by_id[name] for name in ids)

    def by_building(self, jurisdiction: str) -> tuple[Standard, ...]:
        """Return the standards that a town is judged by where its people are known by building.

        Those of the jurisdiction's set; where it names none, those of the international set.
        """
        by_id = {standard.id: standard for standard in self.standards}
        for code in (jurisdiction, _ANYWHERE):
            chosen = self.sets.get(code)
            if chosen is not None and chosen.by_building:
                return tuple(by_id[name] for name in chosen.by_building)
        return ()

    def to_yaml(self, standards: Iterable[Standard] | None = None) -> str:
        """Return standards (all, unless given) as the text of a catalogue file that :func:`parse` reads back.

        Services that do not ship with the planner are written along, so that the text stands on its own.
        """
        chosen = self.standards if standards is None else tuple(standards)
        shipped = load().services
        named = {name for s in chosen for name in (s.service, *(s.measure.sources if s.measure else ()))}
        own = [v for name, v in self.services.items() if name in named and shipped.get(name) != v]
        return write_standards(chosen, own)


def load(path: Path | None = None) -> Catalogue:
    """Return the catalogue that ships with the planner, or with a planner's own file on top of it.

    A standard of the file replaces the one of the same id; others are added. Added standards are in force by
    default for their own jurisdiction, unless the file says in ``sets:`` which are.

    Parameters
    ----------
    path : pathlib.Path, optional
        The planner's own file.

    Raises
    ------
    StandardsError
        If the file cannot be read, or has faults: then a :class:`CatalogueError`, with all of them.
    """
    if path is None:
        return _shipped()
    return with_text(_read_text(Path(path)), str(path))


def with_text(text: str, name: str) -> Catalogue:
    """Return the shipped catalogue with a catalogue file's text on top of it; see :func:`load`."""
    shipped = _shipped()
    own = read_contents(text, name, shipped.services, [s.id for s in shipped.standards])
    replaced = {standard.id: standard for standard in own.standards}
    added = [s for s in own.standards if s.id not in {known.id for known in shipped.standards}]
    standards = (*(replaced.get(s.id, s) for s in shipped.standards), *added)
    return Catalogue(standards, {**shipped.services, **own.services}, _merged_sets(shipped, own, added))


def parse(text: str, name: str) -> tuple[Standard, ...]:
    """Return the standards of a catalogue file's text, and only those.

    Parameters
    ----------
    text : str
    name : str
        What to call the text in an error.

    Raises
    ------
    StandardsError
        If it has faults.
    """
    return read_contents(text, name, _shipped().services, [s.id for s in _shipped().standards]).standards


def to_yaml(standards: Iterable[Standard]) -> str:
    """Return standards as the text of a catalogue file that :func:`parse` reads back."""
    return _shipped().to_yaml(standards)


def validate(path: Path) -> tuple[Problem, ...]:
    """Return what is wrong in a catalogue file: nothing, where :func:`load` would take it.

    Raises
    ------
    StandardsError
        If there is no such file, or it cannot be opened.
    """
    try:
        load(path)
    except CatalogueError as error:
        return error.problems
    return ()


def _merged_sets(shipped: Catalogue, own: Contents, added: list[Standard]) -> dict[str, DefaultSet]:
    sets = dict(shipped.sets)
    for standard in added:
        if standard.jurisdiction in sets:
            chosen = sets[standard.jurisdiction]
            sets[standard.jurisdiction] = (
                replace(chosen, in_force=(*chosen.in_force, standard.id))
                if standard.measure is not None
                else replace(chosen, without_value=(*chosen.without_value, standard.id))
            )
    for code, chosen in own.sets.items():
        # A file that says nothing of buildings leaves what is in force for them as it is.
        kept = sets[code].by_building if code in sets else ()
        sets[code] = chosen if chosen.by_building else replace(chosen, by_building=kept)
    return sets


def _read_text(path: Path) -> str:
    name = str(path)
    if not path.is_file():
        raise StandardsError("{file}: there is no such file.", "Check the path.", file=name)
    try:
        with path.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StandardsError(
            "{file} cannot be opened: {reason}.", "Check the file.", file=name, reason=reason
        ) from error
    if len(data) > SIZE_LIMIT:
        problem = Problem(
            0,
            0,
            "",
            "The file is larger than {limit} MB.",
            "A catalogue is a text of some kilobytes; check that this is one.",
            {"limit": SIZE_LIMIT // 2**20},
        )
        raise CatalogueError(name, [problem])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        problem = Problem(line, column, "", "The text is not UTF-8.", "Save the file again as UTF-8.")
        raise CatalogueError(name, [problem]) from None


@cache
def _shipped() -> Catalogue:
    services = _contents("services", {}).services
    standards = [s for code in JURISDICTIONS for s in _contents(code.lower(), services).standards]
    sets = _contents("sets", services, [s.id for s in standards]).sets
    return Catalogue(tuple(standards), services, sets)


def _contents(name: str, services: Mapping[str, Service], known: Iterable[str] = ()) -> Contents:
    path = _FOLDER / f"{name}.yaml"
    return read_contents(path.read_text(encoding="utf-8"), path.name, services, tuple(known))
