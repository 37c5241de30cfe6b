"""Check a layer: everything that is wrong with it, as findings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geopandas import GeoDataFrame

from planner.layers.checks_fields import check_fields
from planner.layers.checks_geometry import check_geometry
from planner.layers.checks_location import check_location
from planner.layers.checks_names import check_namesakes, check_texts
from planner.layers.dangling import check_dangling
from planner.layers.faults import finding
from planner.layers.findings import Finding, Severity
from planner.layers.reading import Reading
from planner.layers.schema import SCHEMAS, Role

_RANK = {"error": 0, "warning": 1, "info": 2}


def check(
    reading: Reading,
    role: Role | None = None,
    *,
    district: Any = None,
    places: GeoDataFrame | None = None,
    country: Any = None,
) -> tuple[Finding, ...]:
    """Return everything that is wrong with a layer, or worth knowing about it.

    Parameters
    ----------
    reading : Reading
    role : Role, optional
        What the layer is to be; without it only what is wrong in any role is found.
    district : shapely geometry, optional
        The outline of the district, WGS 84; without it features cannot be found to lie elsewhere.
    places : geopandas.GeoDataFrame, optional
        The district's settlements with their names, WGS 84; facilities named after one should stand near it.
    country : shapely geometry, optional
        The outline of the country, WGS 84, as :func:`planner.layers.country.country_outline` gives it.

    Returns
    -------
    tuple of Finding
        Those of the reading among them; errors first.
    """
    found = list(reading.findings)
    if reading.frame.empty:
        # A document that could not be taken apart says so already; that nothing came of it adds nothing.
        if not any(fault.severity == "error" for fault in found) or role is not None:
            # A service that the district does not have at all is stated by a layer with nothing in it.
            stated = role is not None and SCHEMAS[role].needs_service
            severity: Severity | None = ("warning" if stated else "error") if role else None
            found.append(finding("layer_empty", reading.name, severity=severity))
    else:
        found += check_geometry(reading, role)
        found += check_location(reading, district, country)
        found += check_texts(reading)
        if role is not None:
            found += check_fields(reading, role)
        if role is Role.FACILITIES:
            found += check_namesakes(reading, places)
        if role is Role.ROADS:
            found += check_dangling(reading)
    return tuple(sorted(found, key=lambda fault: _RANK[fault.severity]))


def usable(findings: Iterable[Finding]) -> bool:
    """Return whether a layer with these findings can be used as it is: whether none of them is an error."""
    return all(fault.severity != "error" for fault in findings)
