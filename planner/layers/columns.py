"""Columns by their canonical names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from planner.layers.schema import ALIASES, SCHEMAS, SETTLEMENT_NAMES, Role

_RESERVED = {"geometry", "_fid"}
_OF_SERVICES = (Role.FACILITIES, Role.SERVICE_AREA, Role.LINES)


def normal(name: str) -> str:
    """Return a column's name as it is compared: case, spaces, hyphens and the letter ё make no difference."""
    return "_".join(name.strip().casefold().replace("ё", "е").replace("-", " ").split())


@dataclass(frozen=True)
class Matched:
    """Which columns of a file stand for which canonical ones.

    Attributes
    ----------
    chosen : dict of str to str
        The file's column by canonical name.
    rivals : dict of str to tuple of str
        Where several columns could be one canonical column: all of them, the chosen one first.
    """

    chosen: dict[str, str] = field(default_factory=dict)
    rivals: dict[str, tuple[str, ...]] = field(default_factory=dict)


def wanted(role: Role) -> tuple[str, ...]:
    """Return the canonical columns that have a meaning in a role."""
    schema = SCHEMAS[role]
    names = (*schema.required, *schema.optional)
    if role in _OF_SERVICES:
        elsewhere = {column for other in SCHEMAS.values() for column in (*other.required, *other.optional)}
        names += tuple(name for name in ALIASES if name not in elsewhere)
    return names


def _aliases(name: str, role: Role) -> tuple[str, ...]:
    """Return a canonical column's other names in a role.

    A list of settlements has their names under “settlement”; a list of shops only says there where each one stands.
    """
    others = ALIASES.get(name, ())
    return (*others, *SETTLEMENT_NAMES) if name == "name" and role is Role.DEMAND else others


def match_columns(columns: Sequence[str], role: Role) -> Matched:
    """Return which columns stand for the canonical columns of a role.

    A column under its canonical name comes before one under another name; of other names, the order of
    :data:`planner.layers.schema.ALIASES` decides. A column stands for one canonical column only.
    """
    by_name: dict[str, list[str]] = {}
    for column in columns:
        if column not in _RESERVED:
            by_name.setdefault(normal(column), []).append(column)
    matched = Matched()
    taken: set[str] = set()
    for exact in (True, False):
        for name in wanted(role):
            names = (name,) if exact else _aliases(name, role)
            found = [
                column for alias in names for column in by_name.get(normal(alias), []) if column not in taken
            ]
            if not found:
                continue
            if name in matched.chosen:
                matched.rivals[name] = (*matched.rivals.get(name, (matched.chosen[name],)), *found)
                continue
            matched.chosen[name] = found[0]
            taken.add(found[0])
            if len(found) > 1:
                matched.rivals[name] = tuple(found)
    return matched
