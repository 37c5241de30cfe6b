"""Service areas as a file."""

from __future__ import annotations

from pathlib import Path

import orjson

from planner.errors import InputError
from planner.results import ServiceAreas


def write_areas(areas: ServiceAreas, path: Path) -> None:
    """Write service areas as GeoJSON (RFC 7946): one feature for each cutoff, the largest first.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    try:
        path.write_bytes(orjson.dumps(areas.as_geojson(), option=orjson.OPT_APPEND_NEWLINE))
    except OSError as error:
        raise InputError(
            "{file} cannot be written: {reason}.", "Name a file in a folder that can be written to.",
            file=str(path), reason=error.strerror or str(error),
        ) from error  # fmt: skip
