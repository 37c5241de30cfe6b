"""Formats that are several files side by side: Shapefile, MapInfo TAB and MIF."""

from __future__ import annotations

import re
from pathlib import Path

from planner.errors import InputError
from planner.layers.geojson_geometry import shown
from planner.layers.reading import MIB, Limits

NEEDED = {".shp": (".shx", ".dbf"), ".tab": (".dat",), ".mif": ()}
"""Files without which a layer is not complete, by its main file."""
OF_LAYERS = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
}
"""All files that belong to a layer, by its main file."""
_ELSEWHERE = re.compile(r"(?im)^\s*(?:file|open\s+table)\s+\"?([^\"\r\n]*[\\/][^\"\r\n]*)")


def bring_parts(source: Path, copy: Path, limits: Limits) -> None:
    """Copy the files that stand beside the main one of a layer to where it will be read.

    Raises
    ------
    InputError
        If one that is needed is missing, or all of them together are too large.
    """
    kind = copy.suffix
    parts = {part.suffix.lower(): part for part in source.parent.glob("*") if part.stem == source.stem}
    missing = [suffix for suffix in NEEDED[kind] if suffix not in parts]
    if missing:
        raise InputError(
            "A Shapefile is several files; beside {name} are missing: {missing}."
            if kind == ".shp"
            else "The layer is several files; beside {name} are missing: {missing}.",
            "Put them beside it, or pack all of them in a zip.",
            name=source.name,
            missing=", ".join(missing),
        )
    there = [(suffix, parts[suffix]) for suffix in OF_LAYERS[kind] if suffix in parts]
    size = sum(part.stat().st_size for _, part in there)
    if size > limits.max_expanded_bytes:
        raise InputError(
            "{name} has {size} MiB; files of at most {limit} MiB are read.",
            "Split the layer, or raise the limit.",
            name=source.name,
            size=-(-size // MIB),
            limit=limits.max_expanded_bytes // MIB,
        )
    for suffix, part in there:
        copy.with_suffix(suffix).write_bytes(part.read_bytes())


def refuse_elsewhere(data: bytes, name: str) -> None:
    """Refuse a MapInfo table that names files in other folders.

    Raises
    ------
    InputError
    """
    match = _ELSEWHERE.search(data.decode("latin-1"))
    if match:
        raise InputError(
            "{name} refers to things outside the file ({what}); such files are not read.",
            "Export the layer again without a document type or links.",
            name=name,
            what=shown(match[1]),
        )


def complete(path: Path) -> bool:
    """Return whether the files that a layer needs stand beside its main one."""
    return all(path.with_suffix(suffix).exists() for suffix in NEEDED.get(path.suffix, ()))


def main_files(folder: Path) -> list[Path]:
    """Return the main files of the layers in a folder, by name."""
    return sorted(path for path in folder.glob("*") if path.suffix.lower() in NEEDED and path.is_file())
