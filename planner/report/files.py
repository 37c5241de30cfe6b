"""Files of a report written into a folder: each is replaced whole or not at all."""

from __future__ import annotations

import datetime as dt
import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from planner.errors import InputError
from planner.layers.latin import slug

MEDIA_TYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}
"""What a browser is told of a file, by the ending of its name."""

_LONGEST = 60
"""Of a name in a file's name, characters: the name of a file has its limit, that of a district has none."""


def write_files(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files into a folder, which is made where it does not exist.

    Parameters
    ----------
    folder : pathlib.Path
    files : mapping of str to bytes
        What each file holds, by its name.

    Returns
    -------
    tuple of pathlib.Path
        The files, in the order given.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            _replace(folder / name, data)
    except OSError as error:
        raise InputError(
            "The report cannot be written to {folder}: {reason}.",
            "Name a folder that can be written to.",
            folder=str(folder),
            reason=error.strerror or str(error),
        ) from error
    return tuple(folder / name for name in files)


def write_file(path: Path, data: bytes) -> None:
    """Write one file, whole or not at all.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    try:
        _replace(path, data)
    except OSError as error:
        raise InputError(
            "{file} cannot be written: {reason}.",
            "Name a file in a folder that can be written to.",
            file=str(path),
            reason=error.strerror or str(error),
        ) from error


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        # A temporary file is private to its maker; a report is to be handed round.
        part.chmod(0o644)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def part_of_name(text: str) -> str:
    """Return a name as a part of a file's name, in plain ASCII; empty where no letter or digit of it is known."""
    return slug(text)[:_LONGEST].strip("-")


def archive(files: Mapping[str, bytes], made_at: dt.datetime) -> bytes:
    """Return files packed as one zip; they carry the moment given, not that of the clock.

    Parameters
    ----------
    files : mapping of str to bytes
        What each file holds, by its name, in the order in which they are packed.
    made_at : datetime.datetime
        With a time zone. A zip knows no moment before 1980.
    """
    moment = made_at.astimezone(dt.UTC)
    stamp = (max(moment.year, 1980), moment.month, moment.day, moment.hour, moment.minute, moment.second)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, date_time=stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # The same whatever system it is made on.
            entry.create_system = 0
            made.writestr(entry, data)
    return packed.getvalue()
