"""Unpack an archive without letting it do harm."""

from __future__ import annotations

import errno
import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

from planner.errors import InputError
from planner.layers.deadline import check_time
from planner.layers.geojson_geometry import shown
from planner.layers.parts import OF_LAYERS
from planner.layers.reading import MIB, Limits

_NESTED = {".zip", ".kmz", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz"}
_OPENED = {".zip", ".kmz"}
"""Of these, archives that may lie in another where the limit of nesting allows it."""
_MAIN = (
    ".shp", ".tab", ".mif", ".gpkg", ".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".topojson", ".kml",
    ".csv", ".tsv", ".xlsx", ".fgb", ".parquet", ".geoparquet", ".gml", ".gpx", ".wkt",
)  # fmt: skip
_PARTS = {".cst", *_MAIN, *(suffix for parts in OF_LAYERS.values() for suffix in parts)}
_MOST_MEMBERS = 1000
_BLOCK = 1 << 20
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, LookupError, OverflowError, OSError,
)  # fmt: skip
"""What the library raises for an archive whose parts do not fit together."""
_MOST_PACKED = 200
_HARMLESS_BYTES = 64 * MIB
_DISK = (errno.ENOSPC, errno.EROFS, errno.EACCES, getattr(errno, "EDQUOT", errno.ENOSPC))


def unpack(data: bytes, name: str, into: Path, limits: Limits) -> list[Path]:
    """Unpack the layers of a zip archive.

    Parameters
    ----------
    data : bytes
    name : str
        Of the archive, for messages.
    into : pathlib.Path
        An empty folder.
    limits : Limits

    Returns
    -------
    list of pathlib.Path
        The files that can be read as layers, by name.

    Raises
    ------
    InputError
        If the archive is damaged, encrypted, too large, names places outside itself, holds archives deeper than the
        limits allow, or holds no layer.
    """
    members = _unpacked(data, name, into, replace(limits, max_expanded_bytes=most_expanded(data, limits)))[1]
    found = sorted(path for path in into.rglob("*") if path.suffix.lower() in _MAIN)
    if not found:
        raise InputError(
            "The archive {name} holds no layer; it holds: {members}.",
            "Pack the .shp together with its .dbf, .shx, .prj and .cpg.",
            name=name,
            members=shown(", ".join(member.filename for member in members)),
        )
    return found


def most_expanded(data: bytes, limits: Limits) -> int:
    """Return to how many bytes an archive may unpack.

    Maps and tables pack to a twentieth at best; what packs to a thousandth is made to fill the memory.
    """
    return min(limits.max_expanded_bytes, max(_HARMLESS_BYTES, _MOST_PACKED * len(data)))


def _unpacked(data: bytes, name: str, into: Path, limits: Limits) -> tuple[int, list[zipfile.ZipInfo]]:
    """Unpack an archive and those in it; return how many bytes that gave, and what it holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _refuse(members, name, limits)
            left = limits.max_expanded_bytes
            for member in members:
                check_time()
                if _suffix(member) in _PARTS:
                    left -= _extract(archive, member, into, left, name, limits)
                elif _suffix(member) in _OPENED:
                    left -= _inner(archive, member, into, replace(limits, max_expanded_bytes=left))
            return limits.max_expanded_bytes - left, members
    except DAMAGED as error:
        # A disk without room is no fault of the archive.
        if isinstance(error, InputError) or getattr(error, "errno", None) in _DISK:
            raise
        raise InputError(
            "The archive {name} is damaged: {reason}.", "Pack it again.", name=name, reason=shown(error)
        ) from error


def _inner(archive: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path, limits: Limits) -> int:
    """Unpack an archive that lies in another, into a folder of its name; return the bytes that both took."""
    packed = into.joinpath(*PurePosixPath(member.filename).parts)
    size = _extract(archive, member, into, limits.max_expanded_bytes, packed.name, limits)
    packed = packed.with_suffix(packed.suffix.lower())
    data = packed.read_bytes()
    packed.unlink()
    folder = packed.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    left = replace(
        limits, max_nesting=limits.max_nesting - 1, max_expanded_bytes=limits.max_expanded_bytes - size
    )
    return size + _unpacked(data, packed.name, folder, left)[0]


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _refuse(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    if len(members) > _MOST_MEMBERS:
        raise InputError(
            "The archive {name} holds {count} files; at most {limit} are taken.",
            "Pack only the files of the layer.",
            name=name,
            count=len(members),
            limit=_MOST_MEMBERS,
        )
    for member in members:
        written = member.filename
        path, windows = PurePosixPath(written), PureWindowsPath(written)
        if path.is_absolute() or windows.drive or "\\" in written or ".." in path.parts or "\0" in written:
            raise InputError(
                "The archive {name} names a place outside itself: {member}.",
                "Do not use this archive unless you know where it comes from; pack the files anew.",
                name=name,
                member=shown(written),
            )
        if _suffix(member) in (_NESTED if limits.max_nesting < 2 else _NESTED - _OPENED):
            raise InputError(
                "The archive {name} holds another archive: {member}.",
                "Unpack the inner archive and choose the layer itself.",
                name=name,
                member=shown(written),
            )
        if member.flag_bits & 1:
            raise InputError("The archive {name} is encrypted.", "Pack it without a password.", name=name)
    if sum(member.file_size for member in members) > limits.max_expanded_bytes:
        raise _too_large(name, limits)


def _extract(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path, budget: int, name: str, limits: Limits
) -> int:
    """Write one member and return its size; the size that the archive declares is not trusted."""
    target = into.joinpath(*PurePosixPath(member.filename).parts)
    # Formats tell their parts apart by extensions in small letters.
    target = target.with_suffix(target.suffix.lower())
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(member) as source, target.open("wb") as sink:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > budget:
                raise _too_large(name, limits)
            sink.write(block)
    return size


def _too_large(name: str, limits: Limits) -> InputError:
    return InputError(
        "The archive {name} unpacks to more than {limit} MiB.",
        "Pack fewer layers, or raise the limit.",
        name=name,
        limit=limits.max_expanded_bytes // (1024 * 1024),
    )
