"""Which region a district belongs to, and whose centre is a regional centre or the capital."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from planner.errors import InputError
from planner.layers.read import read_records
from planner.results import REFERENCE_KINDS
from planner.workspace import is_database
from planner.workspace.database_url import DatabaseUrl

ROLES = REFERENCE_KINDS[1:]
"""What a district's centre can be beyond its own district."""

COLUMNS = ("workspace", "region", "role")
"""Of the table of regions."""


@dataclass(frozen=True, slots=True)
class Regions:
    """Of districts by their id: the region, and what its centre is beyond the district.

    Attributes
    ----------
    regions, roles : mapping of str to str
        Only those that are known.
    """

    regions: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)


def district_id(location: str) -> str:
    """Return the id of a district: its workspace's name without folder and ending, or its schema."""
    if is_database(location):
        return DatabaseUrl.parse(location).schema or "database"
    return PurePath(location).stem


def district_ids(locations: Collection[str]) -> dict[str, str]:
    """Return each location by the id of its district, in the order of ids; a location named twice counts once.

    Workspaces of one name go by as many of their folders as tell them apart: ``2025/braslav``, ``2026/braslav``.

    Raises
    ------
    InputError
        If there is none, or two addresses name the same workspace.
    """
    namesakes: dict[str, list[str]] = {}
    for location in dict.fromkeys(_absolute(each) for each in locations):
        namesakes.setdefault(district_id(location), []).append(location)
    if not namesakes:
        raise InputError("No workspace is named.", "Name the workspaces that are to be compared.")
    found: dict[str, str] = {}
    for id, here in namesakes.items():
        found.update(zip([id] if len(here) == 1 else _told_apart(id, here), here, strict=True))
    return dict(sorted(found.items()))


def _told_apart(id: str, locations: Sequence[str]) -> list[str]:
    """Return ids for workspaces of one name: the ends of their locations, as short as tells all of them apart."""
    ways = [_way(location, id) for location in locations]
    for length in range(2, max(map(len, ways)) + 1):
        ids = ["/".join(way[-length:]) for way in ways]
        if len(set(ids)) == len(ids):
            return ids
    ids = [_shown(location) for location in locations]
    if len(set(ids)) < len(ids):
        twice = next(each for each in ids if ids.count(each) > 1)
        raise InputError("The workspace {path} is named twice.", "Name it once.", path=twice)
    return ids


def _way(location: str, id: str) -> tuple[str, ...]:
    """Return what leads to a workspace, its id last: the folders, or the server and its database."""
    if is_database(location):
        server = urlsplit(DatabaseUrl.parse(location).server)
        return (server.netloc.rpartition("@")[2], server.path.strip("/"), id)
    return (*PurePath(location).parent.parts[1:], id)


def _absolute(location: str) -> str:
    # Workers may stand in another folder.
    return location if is_database(location) else str(Path(location).resolve())


def _shown(location: str) -> str:
    return DatabaseUrl.parse(location).shown_as if is_database(location) else location


def read_regions(path: Path, districts: Collection[str]) -> Regions:
    """Read a table of regions: CSV or XLSX with the columns ``workspace``, ``region`` and ``role``.

    Parameters
    ----------
    path : pathlib.Path
    districts : collection of str
        Ids of the districts that are compared. Rows of others are left aside.

    Raises
    ------
    InputError
        If it cannot be read, lacks a column, names a district twice, says something that is not a role, names two
        capitals or two centres of one region, leaves open which of several workspaces of one name it means, or knows
        none of the districts.
    """
    table = read_records(path)
    missing = [c for c in COLUMNS if c not in table.columns]
    if missing:
        raise InputError(
            "{file} is no table of regions: it lacks the columns {columns}.",
            "Give a table with the columns workspace, region, role; the role is regional_centre, capital or empty.",
            file=path.name, columns=", ".join(missing),
        )  # fmt: skip
    known = set(districts)
    regions: dict[str, str] = {}
    roles: dict[str, str] = {}
    for row in table[list(COLUMNS)].fillna("").astype(str).itertuples(index=False):
        id, region, role = (str(value).strip() for value in row)
        id = _meant(path, id, known)
        if id in regions:
            raise _unusable("{id} stands in the table of regions {file} twice.", path, id=id)
        if role and role not in ROLES:
            raise _unusable(
                "In the table of regions {file} “{role}” is no role (of {id}).", path, id=id, role=role
            )
        regions[id] = region
        if role:
            roles[id] = role
    _check_roles(path, regions, roles)
    if not known & set(regions):
        first = next(iter(regions), "—")
        raise _unusable(
            "The table of regions {file} names none of the workspaces; its first is {id}.", path, id=first
        )
    return Regions(
        {id: region for id, region in regions.items() if id in known and region},
        {id: role for id, role in roles.items() if id in known},
    )


def _meant(path: Path, id: str, known: Collection[str]) -> str:
    """Return the id of the district that a row names, be it with fewer folders than the comparison needs."""
    meant = [id] if id in known else sorted(one for one in known if one.endswith(f"/{id}"))
    if len(meant) > 1:
        raise InputError(
            "In the table of regions {file} “{id}” can be any of these workspaces: {ids}.",
            "Give each of them a row, with its folder as it stands here.",
            file=path.name, id=id, ids=", ".join(meant),
        )  # fmt: skip
    return meant[0] if meant else id


def _check_roles(path: Path, regions: Mapping[str, str], roles: Mapping[str, str]) -> None:
    taken: dict[tuple[str, str], str] = {}
    for id, role in roles.items():
        # There is one capital, and one centre to a region.
        place = (role, regions[id] if role == ROLES[0] else "")
        if place in taken:
            raise _unusable(
                "In the table of regions {file} both {first} and {id} are {role}.", path,
                first=taken[place], id=id, role=role,
            )  # fmt: skip
        taken[place] = id


def _unusable(message: str, path: Path, **values: object) -> InputError:
    return InputError(
        message, "Mend the row; the role is regional_centre, capital or empty.", file=path.name, **values
    )
