"""In which encoding a Shapefile or a MapInfo table has its attributes: what is said of it, against the text itself."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from planner.layers.deadline import check_time
from planner.layers.encoding import detect, excerpt, guess, known
from planner.layers.geojson_geometry import shown
from planner.layers.reading import Notes

_LDID_AT = 29
_SHORTEST_HEAD = 33
_BY_LANGUAGE_BYTE = {0xC9: "cp1251", 0x65: "cp866", 0x26: "cp866"}
_OF_MAPINFO = {
    "windowscyrillic": "cp1251", "windowslatin1": "cp1252", "windowslatin2": "cp1250", "utf-8": "utf-8",
    "codepage437": "cp437", "codepage850": "cp850", "codepage852": "cp852", "codepage855": "cp855",
    "codepage866": "cp866", "iso8859_5": "iso8859-5",
}  # fmt: skip
_CHARSET = re.compile(rb'(?i)(charset[ \t]+"?)([\w-]+)')
_TEXT_OF = {".shp": ".dbf", ".mif": ".mid", ".tab": ".dat"}


def attribute_encoding(path: Path, notes: Notes, given: str | None) -> str | None:
    """Return the encoding of a layer's attributes, None where it does not matter.

    Where the text is not in the encoding that the file names, or it names none, the text itself has to tell. A MapInfo
    table is made to name none: the library would read it by what it says, or not at all.

    Parameters
    ----------
    path : pathlib.Path
        A copy of the file that may be changed, the others of its layer beside it.
    notes : Notes
        Takes note of an encoding that was guessed, or named wrongly.
    given : str or None
        The encoding where it is known.
    """
    said = _cpg(path) if path.suffix == ".shp" else _mapinfo(path)
    table = path.with_suffix(_TEXT_OF[path.suffix])
    if given is not None or not table.exists():
        return given or (said if path.suffix != ".shp" else None)
    data = table.read_bytes()
    if path.suffix == ".mif":
        return _weighed(data, said, notes)
    if len(data) < _SHORTEST_HEAD:
        return None
    if path.suffix == ".shp":
        said = said or _BY_LANGUAGE_BYTE.get(data[_LDID_AT])
    return _weighed(_texts(data, None if path.suffix == ".shp" else _char_fields(path)), said, notes)


def _texts(table: bytes, chars: list[bool] | None) -> bytes:
    """Return what stands in a table's columns of text, a cell a line; numbers in it may be any bytes.

    Parameters
    ----------
    table : bytes
        A .dbf, or the .dat of a MapInfo table, which has the same head.
    chars : list of bool, optional
        Which columns are of text, where the table itself does not tell.
    """
    start, length = int.from_bytes(table[8:10], "little"), int.from_bytes(table[10:12], "little")
    heads = [
        table[at : at + 32]
        for at in range(32, min(start, len(table)) - 31, 32)
        if table[at : at + 1] != b"\r"
    ]
    at, spans = 1, []
    for place, head in enumerate(heads):
        text = chars[place] if chars is not None and place < len(chars) else head[11:12] == b"C"
        if text and head[16]:
            spans.append((at, at + head[16]))
        at += head[16]
    # Columns wider than a row: the head is not to be relied on, and a byte would be looked at many times over.
    if not spans or length < at:
        return table[start:]
    cells: list[bytes] = []
    for row in range(start, len(table), length):
        check_time()
        cells += [_whole(table[row + a : row + b].rstrip(b"\0 \x1a")) for a, b in spans]
    return b"\n".join(cells)


def _whole(cell: bytes) -> bytes:
    """Return a cell without half a letter of UTF-8 at its end, where its width cut the text off."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(cell).encode()
    except UnicodeDecodeError:
        return cell


def _char_fields(path: Path) -> list[bool]:
    """Return which columns of a MapInfo table are of text."""
    _, _, below = path.read_bytes().partition(b"Fields ")
    return [
        kind.lower() == b"char"
        for kind in re.findall(rb"(?m)^[ \t]+\S+[ \t]+(\w+)", below.partition(b"\n")[2])
    ]


def _weighed(text: bytes, said: str | None, notes: Notes) -> str:
    """Return the encoding that is said, where the text bears it out; otherwise what the text looks like."""
    if all(byte < 128 for byte in text):
        return said or "utf-8"
    found = detect(text)[0] if _fits(text, "utf-8") else guess(text)
    if said is None:
        if found != "utf-8":
            notes.add("encoding_guessed", encoding=found, example=_example(text, found))
        return found
    # Western European is what programs write that do not know; Cyrillic text shows at once that it is not.
    careless = said in ("utf-8", "utf8", "cp1252", "latin-1", "iso-8859-1") or not _fits(text, said)
    if careless and found != said and not (said == "utf8" and found == "utf-8"):
        notes.add("encoding_contradicted", declared=said, encoding=found, example=_example(text, found))
        return found
    return said


def _example(text: bytes, encoding: str) -> str:
    return shown(excerpt(text.decode(encoding, "replace")))


def _fits(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _mapinfo(path: Path) -> str | None:
    head = path.read_bytes()
    match = _CHARSET.search(head[:4000])
    said = _OF_MAPINFO.get(match[2].decode("ascii").casefold()) if match else None
    path.write_bytes(_CHARSET.sub(rb"\1Neutral", head[:4000]) + head[4000:])
    return said


def _cpg(path: Path) -> str | None:
    beside = path.with_suffix(".cpg")
    if not beside.exists():
        return None
    said = beside.read_bytes()[:40].decode("ascii", "ignore").strip().lower()
    said = {"1251": "cp1251", "866": "cp866", "ansi 1251": "cp1251", "65001": "utf-8"}.get(said, said)
    return said if known(said) else None
