"""Read a layer from a file in any of the formats that offices export."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import shapely

from planner.errors import InputError
from planner.layers.archive import unpack
from planner.layers.crs import known_crs, normal
from planner.layers.deadline import check_time, within
from planner.layers.encoding import detect, known, xml_in_utf8
from planner.layers.faults import examples, finding
from planner.layers.geojson import read_geojson
from planner.layers.geojson_geometry import shown
from planner.layers.limits import refuse_for_memory
from planner.layers.parquet import read_parquet
from planner.layers.parts import NEEDED, OF_LAYERS, bring_parts, complete, main_files, refuse_elsewhere
from planner.layers.reading import FID, MIB, Content, Limits, Reading
from planner.layers.scratch import scratch
from planner.layers.sniff import FORMATS, sniff
from planner.layers.spreadsheet import read_spreadsheet, sheet_records
from planner.layers.tables import read_table, records
from planner.layers.vector import read_vector, refuse_many, refuse_references, too_detailed
from planner.layers.wkt import read_wkt

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_FOREIGN = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"{\\rtf",
)  # fmt: skip
"""How documents, pictures and other archives begin, whatever they are called."""
_NEVER_ALONE = tuple(part for parts in OF_LAYERS.values() for part in parts)

_NEEDS = 12.0
"""How many times its size a file takes while it is read: a GeoJSON of a million points, the most hungry of them."""

__all__ = ["FORMATS", "Limits", "Reading", "read"]


def read(
    path: str | Path,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    limits: Limits | None = None,
) -> Reading:
    """Read a layer.

    Parameters
    ----------
    path : str or pathlib.Path
        A file on this machine. Its content decides what it is; the extension is a hint only.
    crs : str, optional
        The coordinate system, where the file names none or a wrong one, for example ``EPSG:32635``.
    encoding : str, optional
        Of the text, where it is known; otherwise it is found out.
    layer : str, optional
        Which layer of a file that holds several; otherwise the first that holds features.
    limits : Limits, optional

    Returns
    -------
    Reading
        With every feature of the file, and findings about those that are faulty.

    Raises
    ------
    InputError
        If the file does not exist, exceeds a limit, or cannot be read at all.
    """
    limits = limits or Limits.in_force()
    source = _local(path)
    override = _given_crs(crs)
    if encoding is not None and not known(encoding):
        raise InputError(
            "The encoding {encoding} is not known.",
            "Give one like utf-8, cp1251 or cp866.",
            encoding=encoding,
        )
    with within(limits.max_seconds, source.name):
        if source.is_dir():
            data = b"".join(_bytes(part, limits) for part in main_files(source))
            content = _from_folder(source, encoding, layer, limits)
        else:
            data = _bytes(source, limits)
            content = _content(data, source, encoding, layer, limits)
        _refuse_other_layer(content, source, layer)
        check_time()
    _refuse_detail(content, source, limits)
    reading = Reading(
        path=source,
        name=source.stem,
        driver=content.driver,
        frame=content.frame,
        crs=content.crs,
        crs_declared=content.crs_declared,
        encoding=content.encoding,
        layer=content.layer,
        layers=content.layers,
        digest=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        findings=content.findings,
    )
    return reading if override is None else _relabelled(reading, override)


def read_records(
    path: str | Path, *, encoding: str | None = None, limits: Limits | None = None
) -> pd.DataFrame:
    """Return the rows of a table (CSV or XLSX) or of a layer, whether or not they have coordinates.

    Raises
    ------
    InputError
        If the file does not exist, exceeds a limit, or cannot be read.
    """
    limits = limits or Limits.in_force()
    source = _local(path)
    with within(limits.max_seconds, source.name):
        return _records(source, encoding, limits)


def _records(source: Path, encoding: str | None, limits: Limits) -> pd.DataFrame:
    data = _bytes(source, limits) if source.is_file() else b""
    kind = sniff(data, source.suffix.lower())
    if kind == ".xlsx":
        with scratch() as folder:
            copy = folder / f"{source.stem}.xlsx"
            copy.write_bytes(data)
            return sheet_records(data, copy, source.stem, limits=limits)
    if kind != ".csv":
        # A layer is a table as well: its attributes.
        frame = read(source, encoding=encoding, limits=limits).frame
        return pd.DataFrame(frame.drop(columns=[frame.geometry.name, FID]))
    _refuse_foreign(data, source)
    _refuse_binary(data, source)
    return records(data, source.stem, encoding=encoding, limits=limits)


def _given_crs(crs: str | None) -> str | None:
    if crs is None:
        return None
    found = known_crs(crs)
    if found is None:
        raise InputError(
            "The coordinate system {crs} is not known.",
            "Give one like EPSG:4326 or EPSG:32635.",
            crs=shown(crs),
        )
    return normal(found)


def _refuse_other_layer(content: Content, source: Path, layer: str | None) -> None:
    """Refuse a layer that was asked for by name where the file has no such choice, rather than read another one."""
    if layer is None or layer in (content.layer, source.stem, source.name):
        return
    raise InputError(
        "{name} holds a single layer without a choice; there is no layer {layer} in it.",
        "Leave the layer's name out.",
        name=source.name,
        layer=shown(layer),
    )


def _refuse_detail(content: Content, source: Path, limits: Limits) -> None:
    refuse_many(len(content.frame), source.name, limits)
    vertices = int(shapely.get_num_coordinates(content.frame.geometry.values).sum())
    if vertices > limits.max_vertices:
        raise too_detailed(source.name, vertices, limits)


def _relabelled(reading: Reading, crs: str) -> Reading:
    """Return a reading in the coordinate system that the caller names."""
    about_crs = ("crs_unknown", "crs_not_wgs84", "crs_member")
    return replace(
        reading,
        frame=reading.frame.set_crs(crs, allow_override=True),
        crs=crs,
        crs_declared=True,
        findings=tuple(found for found in reading.findings if found.code not in about_crs),
    )


def _local(path: str | Path) -> Path:
    written = str(path)
    if re.match(r"[a-z]{2,10}://|/vsi", written, re.IGNORECASE):
        raise InputError(
            "{path} is not a file on this machine.",
            "Download it first, then choose the file.",
            path=shown(path),
        )
    source = Path(path)
    try:
        if source.is_file():
            return source
        folder = source.is_dir()
    except (OSError, ValueError):
        folder = False
    if folder and main_files(source):
        return source
    if folder:
        raise InputError("{path} is a folder.", "Choose a file in it.", path=written)
    raise InputError("There is no file {path}.", "Check its name and folder.", path=written)


def _bytes(source: Path, limits: Limits) -> bytes:
    try:
        size = source.stat().st_size
        if size > limits.max_bytes:
            raise InputError(
                "{name} has {size} MiB; files of at most {limit} MiB are read.",
                "Split the layer, or raise the limit.",
                name=source.name,
                size=-(-size // MIB),
                limit=limits.max_bytes // MIB,
            )
        refuse_for_memory(source.name, size, _NEEDS, limits)
        data = source.read_bytes()
    except OSError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            "{name} cannot be opened: {reason}.",
            "Check that you may read it and that no other program holds it.",
            name=source.name,
            reason=error.strerror or str(error),
        ) from error
    if not data:
        raise InputError("{name} is empty.", "Export the layer again.", name=source.name)
    return data


def _content(data: bytes, source: Path, encoding: str | None, layer: str | None, limits: Limits) -> Content:
    _refuse_foreign(data, source)
    kind = sniff(data, source.suffix.lower())
    if kind == ".csv":
        _refuse_binary(data, source)
    plain = _without_a_copy(kind, data, source.stem, encoding, layer, limits)
    if plain is not None:
        return plain
    # The library for the other formats writes beside what it opens: it gets a copy in a folder of its own.
    with scratch() as place:
        if kind == ".zip":
            unpacked = unpack(data, source.name, place, limits)
            return _from_archive(unpacked, place, source, encoding, layer, limits)
        copy = place / f"{source.stem}{kind}"
        copy.write_bytes(data)
        if kind in NEEDED:
            bring_parts(source, copy, limits)
        return _from_copy(kind, data, copy, source, encoding, layer, limits)


def _without_a_copy(
    kind: str, data: bytes, name: str, encoding: str | None, layer: str | None, limits: Limits
) -> Content | None:
    """Return what the bytes themselves hold, None for formats that need a file."""
    if kind == ".geojson":
        return read_geojson(data, name, encoding=encoding, layer=layer, limits=limits)
    if kind == ".wkt":
        return read_wkt(data, name, encoding=encoding)
    if kind == ".csv":
        return read_table(data, name, encoding=encoding, limits=limits)
    return read_parquet(data, name, limits=limits) if kind == ".parquet" else None


def _from_copy(
    kind: str,
    data: bytes,
    copy: Path,
    source: Path,
    encoding: str | None,
    layer: str | None,
    limits: Limits,
) -> Content:
    """Return what a copy of a file holds that may be opened freely."""
    if kind == ".xlsx":
        return read_spreadsheet(data, copy, source.stem, layer=layer, limits=limits)
    if kind in (".kml", ".gpx", ".gml"):
        refuse_references(data, source.name)
        copy.write_bytes(xml_in_utf8(data))
    if kind in (".tab", ".mif"):
        refuse_elsewhere(data, source.name)
    return read_vector(copy, source.stem, encoding=encoding, layer=layer, limits=limits)


def _from_folder(folder: Path, encoding: str | None, layer: str | None, limits: Limits) -> Content:
    """Read a layer of a folder that holds a Shapefile or a MapInfo table."""
    with scratch() as place:
        copies = []
        for source in main_files(folder):
            copy = place / f"{source.stem}{source.suffix.lower()}"
            copy.write_bytes(_bytes(source, limits))
            bring_parts(source, copy, limits)
            copies.append(copy)
        return _from_archive(copies, place, folder, encoding, layer, limits)


def _refuse_binary(data: bytes, source: Path) -> None:
    if data.startswith(_TIFF):
        raise InputError(
            "{name} is a raster, not a layer.",
            "Where its cells hold people, take them with planner population WORKSPACE {name}.",
            name=source.name,
        )
    encoding, _ = detect(data)
    head = data[:4000].decode(encoding, errors="replace")
    odd = sum(char < " " and char not in "\t\r\n\f" for char in head)
    if odd * 50 > len(head) or source.suffix.lower() in _NEVER_ALONE:
        raise _no_format(source)


def _refuse_foreign(data: bytes, source: Path) -> None:
    # A page in place of a layer is what a portal sends to those who have not signed in.
    if data.startswith(_FOREIGN) or data[:500].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise _no_format(source)


def _no_format(source: Path) -> InputError:
    return InputError(
        "{name} is in no format that can be read.",
        "Give GeoJSON, GeoPackage, a zipped Shapefile, KML, XLSX or CSV.",
        name=source.name,
    )


def _from_archive(
    found: list[Path], folder: Path, source: Path, encoding: str | None, layer: str | None, limits: Limits
) -> Content:
    """Read one of the files of an archive: the one whose name is asked for, or the first."""
    names = tuple(path.relative_to(folder).with_suffix("").as_posix() for path in found)
    chosen = found[0]
    inner: str | None = layer
    if layer in names:
        chosen, inner = found[names.index(layer)], None
    elif layer is not None and len(found) > 1:
        raise InputError(
            "{name} has no layer {layer}; it has: {layers}.",
            "Name one of these.",
            name=source.name,
            layer=layer,
            layers=examples(names),
        )
    if chosen.suffix in NEEDED:
        inner = None
        if not complete(chosen):
            raise InputError(
                "The Shapefile in {name} is not complete: it needs .shp, .shx and .dbf."
                if chosen.suffix == ".shp"
                else "The layer in {name} is not complete: it needs all files of the same name.",
                "Pack all of its files.",
                name=source.name,
            )
    refuse_for_memory(source.name, chosen.stat().st_size, _NEEDS, limits)
    data = chosen.read_bytes()
    kind = sniff(data, chosen.suffix)
    plain = _without_a_copy(kind, data, source.stem, encoding, inner, limits)
    # A workbook in an archive is an archive in an archive as well: its own size is looked at when it is read.
    content = plain or _from_copy(kind, data, chosen, source, encoding, inner, limits)
    if len(found) == 1:
        return content
    at = found.index(chosen)
    told = () if layer else (finding("layer_chosen", source.stem, layers=examples(names), chosen=names[at]),)
    return replace(content, layer=names[at], layers=names, findings=(*content.findings, *told))
