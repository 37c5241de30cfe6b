"""Stream an OpenStreetMap file: only what is asked for is held in memory, with only the positions that it needs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium
import shapely

from planner.errors import InputError
from planner.layers.geojson_geometry import shown
from planner.layers.limits import Limits, refuse_for_memory
from planner.layers.osm_mapping import Tags

_CHUNK = 1024 * 1024
_SHORTEST_LINE = 2
_NEEDS = 10.0
"""How many times its size a packed extract takes at most while its lines get their positions."""
_XML = 10.0
"""How many times larger an extract is as plain text."""
_GREATEST_ID = 10**12
"""The library keeps a place for each number up to the greatest: one far beyond all others would fill the memory."""
_OUTER, _INNER = ("outer", "", "exclave"), ("inner", "enclave")


@dataclass(frozen=True, slots=True)
class Relation:
    """An area made of several lines: ids of the ways of its outer and inner outlines.

    `centre` holds the points that are said to be its centre: its administrative centre, or else where its name stands.
    """

    id: int
    tags: Tags
    outer: tuple[int, ...]
    inner: tuple[int, ...]
    centre: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """A line or the outline of an area.

    Attributes
    ----------
    id : int
    tags : mapping of str to str
    parts : tuple of str
        Lines as WKB, hexadecimal, longitude and latitude; several where the extract lacks positions between them.
    complete : bool
        Whether all its positions are in the extract.
    closed : bool
        Whether it ends where it begins.
    """

    id: int
    tags: Tags
    parts: tuple[str, ...]
    complete: bool
    closed: bool


@dataclass
class OsmSource:
    """An OpenStreetMap file that can be read several times over.

    Make one with :func:`open_osm`.
    """

    path: Path
    format: str
    digest: str
    _file: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._file = osmium.io.File(str(self.path), self.format)

    def relations(self, keys: Collection[str]) -> Iterator[Relation]:
        """Yield the areas among the relations that have one of the keys."""
        with self._reading():
            for relation in self._with_keys(osmium.osm.RELATION, keys):
                if relation.tags.get("type") not in ("multipolygon", "boundary"):
                    continue
                ways = [(m.ref, m.role) for m in relation.members if m.type == "w"]
                yield Relation(
                    relation.id,
                    dict(relation.tags),
                    tuple(ref for ref, role in ways if role in _OUTER),
                    tuple(ref for ref, role in ways if role in _INNER),
                    _centre([(m.ref, m.role) for m in relation.members if m.type == "n"]),
                )

    def points(self, keys: Collection[str]) -> Iterator[tuple[int, Tags, float, float]]:
        """Yield id, tags, longitude and latitude of the points that have one of the keys."""
        with self._reading():
            for node in self._with_keys(osmium.osm.NODE, keys):
                if node.location.valid():
                    yield node.id, dict(node.tags), node.lon, node.lat

    def ways(
        self, keys: Collection[str], wanted: Callable[[Tags], bool], members: Collection[int] = ()
    ) -> Iterator[Way]:
        """Yield the lines that are wanted by their tags, and those that are named.

        Parameters
        ----------
        keys : collection of str
            Only a line with one of them is asked about.
        wanted : callable
            Whether a line with these tags is wanted.
        members : collection of int
            Ids of lines that are wanted in any case.
        """
        tracker = self._track(keys, wanted, members)
        if not len(tracker.way_ids()):
            return
        # Every point's position enters the index, 16 bytes each. To keep only those of wanted lines the library would
        # mark their numbers, a bit for each number up to the greatest: 1.5 GB for whatever extract of today's data.
        # The library keeps neither index nor filters alive; the variables of this function do.
        index = osmium.index.create_map(_index_kind())
        positions = osmium.NodeLocationsForWays(index)
        positions.ignore_errors()
        tracked, only_ways = tracker.id_filter(), osmium.filter.EntityFilter(osmium.osm.WAY)
        factory = osmium.geom.WKBFactory()
        with self._reading():
            # Points are read first, in a pass of their own: some files list them after the lines.
            with osmium.io.Reader(self._file, osmium.osm.NODE) as reader:
                osmium.apply(reader, positions)
            with osmium.io.Reader(self._file, osmium.osm.WAY) as reader:
                for way in osmium.OsmFileIterator(reader, tracked, positions, only_ways):
                    yield _way(way, factory)

    def _with_keys(self, entities: osmium.osm.osm_entity_bits, keys: Collection[str]) -> Iterable[Any]:
        found = osmium.FileProcessor(self._file, entities)
        return found.with_filter(osmium.filter.KeyFilter(*keys))

    def _track(
        self, keys: Collection[str], wanted: Callable[[Tags], bool], members: Collection[int]
    ) -> osmium.IdTracker:
        tracker, named = osmium.IdTracker(), osmium.IdTracker()
        with self._reading():
            if keys:
                for way in self._with_keys(osmium.osm.WAY, keys):
                    if wanted(dict(way.tags)):
                        self._add(tracker, way)
            for member in members:
                if 0 < member <= _GREATEST_ID:
                    named.add_way(member)
            if members:
                for way in osmium.FileProcessor(self._file, osmium.osm.WAY).with_filter(named.id_filter()):
                    self._add(tracker, way)
        return tracker

    def _add(self, tracker: osmium.IdTracker, way: Any) -> None:
        """Ask for a line."""
        numbers = (way.id, *(node.ref for node in way.nodes))
        strange = [number for number in numbers if not 0 < number <= _GREATEST_ID]
        if strange:
            raise InputError(
                "{name} holds objects that OpenStreetMap does not have: the number {id} is none of its own.",
                "Download an extract; a file in the making, out of an editor, cannot be taken.",
                name=self.path.name, id=strange[0],
            )  # fmt: skip
        tracker.add_way(way.id)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn what the library says of a broken file into an error of the planner."""
        try:
            yield
        except InputError:
            raise
        except (RuntimeError, ValueError, OSError, MemoryError, osmium.InvalidLocationError) as error:
            raise InputError(
                "{name} cannot be read as OpenStreetMap data ({reason}).",
                "Download the extract again; the file is damaged or not complete.",
                name=self.path.name,
                reason=shown(str(error).rstrip("."), 200),
            ) from error


def open_osm(path: str | Path) -> OsmSource:
    """Open an OpenStreetMap file; its content, not its name, decides what it is.

    Raises
    ------
    InputError
        If there is no such file on this machine, it cannot be opened, or it is no OpenStreetMap data.
    """
    written = str(path)
    source = Path(path)
    # The library would fetch an address, and run a program to do so.
    if re.match(r"[a-z]{2,10}://|/vsi", written, re.IGNORECASE):
        raise InputError(
            "{path} is not a file on this machine.", "Download it first, then choose the file.", path=written
        )
    try:
        if not source.is_file():
            raise InputError("There is no file {path}.", "Check its name and folder.", path=written)
        _refuse_large(source)
        digest = hashlib.sha256()
        with source.open("rb") as stream:
            head = chunk = stream.read(_CHUNK)
            while chunk:
                digest.update(chunk)
                chunk = stream.read(_CHUNK)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            "{name} cannot be opened: {reason}.", "Check that you may read it and that no other program holds it.",
            name=source.name, reason=getattr(error, "strerror", None) or str(error),
        ) from error  # fmt: skip
    if not head:
        raise InputError("{name} is empty.", "Download the extract again.", name=source.name)
    return OsmSource(source, _format(head, source.name), digest.hexdigest())


def _refuse_large(source: Path) -> None:
    """Refuse an extract that is likely to need more memory than there is, before any of it is read."""
    packed = source.suffix.lower() in (".pbf", ".gz", ".bz2")
    refuse_for_memory(
        source.name, source.stat().st_size, _NEEDS if packed else _NEEDS / _XML, Limits.in_force()
    )


def _format(head: bytes, name: str) -> str:
    if head[4:15] == b"\x0a\x09OSMHeader":
        return "pbf"
    for magic, kind in ((b"\x1f\x8b", "osm.gz"), (b"BZh", "osm.bz2")):
        if head.startswith(magic):
            return kind
    if re.search(rb"<(osm|osmChange)[\s>/]", head[:4096]):
        return "osm"
    raise InputError(
        "{name} is not OpenStreetMap data.",
        "Give an extract that ends in .osm.pbf, .osm, .osm.gz or .osm.bz2.",
        name=name,
    )


def _index_kind() -> str:
    """Return the kind of index whose memory grows in small steps, where the system has it: others double theirs."""
    mapped = "sparse_mmap_array"
    return mapped if mapped in osmium.index.map_types() else "flex_mem"


def _centre(points: list[tuple[int, str]]) -> tuple[int, ...]:
    named = (tuple(ref for ref, said in points if said == role) for role in ("admin_centre", "label"))
    return next((found for found in named if found), ())


def _way(way: Any, factory: Any) -> Way:
    tags, closed = dict(way.tags), bool(way.is_closed())
    if len(way.nodes) < _SHORTEST_LINE:
        return Way(way.id, tags, (), False, closed)
    try:
        return Way(way.id, tags, (factory.create_linestring(way),), True, closed)
    except osmium.InvalidLocationError:
        return Way(way.id, tags, _known_parts(way), False, closed)
    except RuntimeError:
        # All of its points lie on one spot.
        return Way(way.id, tags, (), True, closed)


def _known_parts(way: Any) -> tuple[str, ...]:
    """Return the pieces of a line whose positions are known: the extract was cut out without the others."""
    runs: list[list[tuple[float, float]]] = [[]]
    for node in way.nodes:
        if not node.location.valid():
            runs.append([])
        elif not runs[-1] or runs[-1][-1] != (node.lon, node.lat):
            runs[-1].append((node.lon, node.lat))
    return tuple(
        shapely.to_wkb(shapely.LineString(run), hex=True) for run in runs if len(run) >= _SHORTEST_LINE
    )
