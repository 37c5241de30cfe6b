"""Change an input so that more than its shell changes: inside archives, tables, documents and databases.

A flipped bit in a compressed file only breaks its checksum. So what is packed is unpacked, changed and packed again;
texts are changed by words and numbers, databases by cells.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

NUMBERS = (
    "0", "-0", "-1", "1", "1e308", "1e400", "-1e300", "NaN", "nan", "Infinity", "-inf", "1e-320", "90", "180", "-181",
    "55,14", "27.69", "4294967296", "9223372036854775808", "1" + "0" * 40, "0x1F", "1_0", "٣", "½", "1 200", "6000000",
    "32635", "4326", "999999", "2147483647",
)  # fmt: skip
WORDS = (
    "", " ", "null", "true", "\ufeff", "\u0000", "\ud7ff", "\U0001f600", "'", '"', "<", "&", "{", "}", "[", "]",
    "[[", "{}", ",", ";", "\t", "|", "\n", "\r\n", "=1+1", "id", "_fid", "geometry", "name", "population", "lat",
    "lon", "wkt", "type", "Point", "LineString", "Polygon", "MultiPolygon", "GeometryCollection", "Feature",
    "FeatureCollection", "Topology", "POINT EMPTY", "POINT (27 55)",
    "CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 2 0, 1 -1, 0 0))", "/vsicurl/http://x/", "/etc/hostname", "../../x",
    "%s", "{0}", "{name}", "{", "Ў", "0" * 400, "[" * 300, "village", "yes", "no", "*a", "&a ", "!!int ",
    "2024-13-45", "<<: ", "- ", ": ", "standards:", "---",
)  # fmt: skip
_TOKEN = re.compile(r"-?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?|\w+|\s+|[^\w\s]")
_MOST_TOKENS = 20_000
Change = Callable[[bytes], bytes]


def mutated(data: bytes, dice: random.Random, plain: Change) -> bytes:
    """Return a changed copy of a file's bytes.

    Parameters
    ----------
    data : bytes
    dice : random.Random
    plain : callable
        Changes bytes of which nothing is known, as the fuzzer does.
    """
    if dice.random() < 0.08:
        return plain(data)
    with suppress(Exception):
        if data[:2] == b"PK":
            return _archive(data, dice, plain)
        if data[:2] == b"\x1f\x8b":
            return gzip.compress(_text(gzip.decompress(data), dice, plain), 1, mtime=0)
        if data[:15] == b"SQLite format 3":
            return _database(data, dice, plain)
        if data[:4] == b"PAR1":
            return _parquet(data, dice, plain)
        if b"\0" in data[:200] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            return _in_place(data, dice) if dice.random() < 0.6 else plain(data)
        return _text(data, dice, plain)
    return plain(data)


def _in_place(data: bytes, dice: random.Random) -> bytes:
    """Change some bytes, so that all that follows stays where it is."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4))):
        at = dice.randrange(len(changed)) if dice.random() < 0.6 else dice.randrange(min(200, len(changed)))
        size = dice.choice((1, 1, 1, 2, 4, 8))
        value = dice.choice(
            (b"\0" * size, b"\xff" * size, dice.randbytes(size), b"\x7f" + b"\xff" * (size - 1))
        )
        changed[at : at + size] = value[: len(changed) - at]
    return bytes(changed)


def _text(data: bytes, dice: random.Random, plain: Change) -> bytes:
    if dice.random() < 0.1:
        return plain(data)
    if data[:1] == b"{" and dice.random() < 0.5:
        with suppress(ValueError, RecursionError):
            return _document(data, dice)
    tokens = _TOKEN.findall(data.decode("utf-8", "surrogateescape"))
    if not tokens or len(tokens) > _MOST_TOKENS:
        return plain(data)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        at = dice.randrange(len(tokens))
        what = dice.randrange(8)
        if what < 3:
            word = tokens[at]
            tokens[at] = dice.choice(NUMBERS if word[:1].isdigit() and dice.random() < 0.7 else WORDS)
        elif what == 3:
            tokens[at] = dice.choice(tokens)
        elif what == 4:
            del tokens[at : at + dice.choice((1, 1, 2, 5, 30))]
            tokens = tokens or [""]
        elif what == 5:
            tokens[at:at] = tokens[at : at + dice.choice((1, 3, 10, 60))] * dice.choice((1, 1, 2, 20))
        elif what == 6:
            tokens[at:at] = [dice.choice(WORDS + NUMBERS)]
        else:
            other = dice.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
    changed = "".join(tokens).encode("utf-8", "surrogatepass" if dice.random() < 0.05 else "surrogateescape")
    if dice.random() < 0.02:
        for encoding in dice.sample(("utf-16", "utf-16-be", "cp1251", "cp866", "utf-8-sig", "koi8-r"), 6):
            with suppress(UnicodeError):
                return changed.decode("utf-8").encode(encoding)
    return changed


def _document(data: bytes, dice: random.Random) -> bytes:
    """Change a value somewhere in a JSON document."""
    root = json.loads(data)
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        if len(places) > _MOST_TOKENS:
            return
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        for key in keys:
            places.append((node, key))
            walk(node[key])

    walk(root)
    if not places:
        return data
    for _ in range(dice.choice((1, 1, 2, 3))):
        node, key = dice.choice(places)
        other, other_key = dice.choice(places)
        odd: tuple[Any, ...] = (
            None, True, 0, -1, 1e308, 10**30, -(2**63), "", "x", [], {}, [[]], [None], [1], [1, 2],
            [27.5, 55.1, 3, 4], {"type": 1}, "27.69", [["27", "55"]], float("nan"), {"a": {"b": [1]}},
            [[27, 55], [28, 55], [28, 56]], dice.choice(WORDS),
        )  # fmt: skip
        with suppress(KeyError, IndexError, TypeError):
            if dice.random() < 0.2:
                del node[key]
            else:
                node[key] = (
                    dice.choice(odd) if dice.random() < 0.6 else json.loads(json.dumps(other[other_key]))
                )
    return json.dumps(root, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")


def _archive(data: bytes, dice: random.Random, plain: Change) -> bytes:
    """Change one of the files of an archive, or its name, or leave one out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(member.filename, archive.read(member)) for member in archive.infolist()[:40]]
    at = dice.randrange(len(members))
    name, content = members[at]
    what = dice.random()
    if what < 0.85:
        members[at] = (name, mutated(content, dice, plain))
    elif what < 0.9:
        del members[at]
    elif what < 0.95:
        names = (
            "../x.csv",
            "/x.shp",
            "a\\b.kml",
            "x.zip",
            "ў.shp",
            "doc.kml",
            "a/b/c.csv",
            "x" * 300 + ".csv",
            "con.csv",
        )
        members[at] = (dice.choice((*names, name.upper(), name + "x")), content)
    else:
        members.append((f"more{name[-4:]}", content))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for member, content in members:
            archive.writestr(zipfile.ZipInfo(member), content)
    return made.getvalue()


def _database(data: bytes, dice: random.Random, plain: Change) -> bytes:
    """Change a cell of a GeoPackage, or its bytes."""
    if dice.random() < 0.3:
        return _in_place(data, dice)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        path = Path(folder) / "x.gpkg"
        path.write_bytes(data)
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA writable_schema = ON")
            found = db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'rtree%'"
            ).fetchall()
            table = dice.choice(found)[0]
            column = dice.choice(db.execute(f'PRAGMA table_info("{table}")').fetchall())[1]
            rows = db.execute(f'SELECT rowid, "{column}" FROM "{table}"').fetchall()
            if not rows:
                return _in_place(data, dice)
            row, old = dice.choice(rows)
            value: Any = dice.choice(
                (None, 0, -1, 2**62, 1e308, float("inf"), b"", b"GP", dice.choice(WORDS))
            )
            if isinstance(old, bytes) and dice.random() < 0.9:
                value = _in_place(old, dice) if dice.random() < 0.7 else plain(old)
            elif isinstance(old, str) and dice.random() < 0.7:
                value = _text(old.encode(), dice, plain).decode("utf-8", "replace")
            db.execute(f'UPDATE OR REPLACE "{table}" SET "{column}" = ? WHERE rowid = ?', (value, row))
            db.commit()
        return path.read_bytes()


def _parquet(data: bytes, dice: random.Random, plain: Change) -> bytes:
    """Change what a GeoParquet file says of itself, or one of its geometries."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if dice.random() < 0.3:
        return _in_place(data, dice)
    table = pq.read_table(io.BytesIO(data))
    said = dict(table.schema.metadata or {})
    if b"geo" in said and dice.random() < 0.5:
        table = table.replace_schema_metadata({**said, b"geo": _text(said[b"geo"], dice, plain)})
    else:
        at = dice.randrange(table.num_columns)
        cells = table.column(at).to_pylist()
        row = dice.randrange(len(cells))
        old = cells[row]
        cells[row] = mutated(old, dice, plain) if isinstance(old, bytes) else dice.choice((None, old))
        field = table.schema.field(at)
        table = table.set_column(at, field, pa.array(cells, type=field.type))
    made = io.BytesIO()
    pq.write_table(table, made, compression="none")
    return made.getvalue()


def unpacked_pbf(data: bytes) -> bytes:
    """Return OpenStreetMap's binary format with its blocks not compressed, so that changes reach what is in them."""
    made, at = b"", 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        header = data[at + 4 : at + 4 + size]
        fields = _fields(header)
        length = int(fields[3])
        blob = _fields(data[at + 4 + size : at + 4 + size + length])
        raw = blob[1] if 1 in blob else zlib.decompress(blob[3])
        body = b"\x0a" + _varint(len(raw)) + raw
        kind = fields[1]
        head = b"\x0a" + _varint(len(kind)) + kind + b"\x18" + _varint(len(body))
        made += len(head).to_bytes(4, "big") + head + body
        at += 4 + size + length
    return made


def _fields(message: bytes) -> dict[int, Any]:
    found: dict[int, Any] = {}
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        value, at = _read_varint(message, at)
        if key & 7 == 2:
            found[key >> 3] = message[at : at + value]
            at += value
        else:
            found[key >> 3] = value
    return found


def _varint(number: int) -> bytes:
    made = b""
    while number > 127:
        made += bytes([number & 127 | 128])
        number >>= 7
    return made + bytes([number])


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = message[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7
