"""Mobile coverage as a file for other programs."""

from __future__ import annotations

from pathlib import Path

import orjson

from planner.errors import InputError
from planner.results import MobileCoverage


def write_geojson(found: MobileCoverage, path: Path) -> None:
    """Write the areas by class, then the settlements, as GeoJSON.

    Parameters
    ----------
    found : MobileCoverage
    path : pathlib.Path

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    try:
        path.write_bytes(orjson.dumps(found.as_geojson(), option=orjson.OPT_SERIALIZE_NUMPY))
    except OSError as error:
        raise InputError(
            "The file {file} cannot be written: {reason}.",
            "Name a folder that exists and that you may write to.",
            file=path.name, reason=error.strerror or str(error),
        ) from error  # fmt: skip
