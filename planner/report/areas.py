"""Areas as files for other programs: how far services reach, and mobile coverage."""

from __future__ import annotations

from pathlib import Path

import orjson

from planner.report.files import write_file
from planner.results import MobileCoverage, ServiceAreas


def write_areas(areas: ServiceAreas, path: Path) -> None:
    """Write service areas as GeoJSON (RFC 7946): one feature for each cutoff, the largest first.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    write_file(path, orjson.dumps(areas.as_geojson(), option=orjson.OPT_APPEND_NEWLINE))


def write_mobile(found: MobileCoverage, path: Path) -> None:
    """Write mobile coverage as GeoJSON: the areas by class, then the settlements.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    write_file(path, orjson.dumps(found.as_geojson(), option=orjson.OPT_SERIALIZE_NUMPY))
