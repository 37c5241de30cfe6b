"""Districts side by side: ranking, parity between them, small settlements against the centres."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from planner import __version__
from planner.coverage.between import theil
from planner.coverage.equity import gini
from planner.errors import InputError
from planner.layers.schema import Role
from planner.results import (
    TOGETHER,
    Between,
    DistrictFigures,
    Districts,
    Failure,
    GroupRow,
    Ranked,
    Spread,
    State,
    tally,
)
from planner.results.districts import joined
from planner.standards.model import Text
from planner.studies.figures import FORMAT, read_figures
from planner.studies.regions import ROLES, Regions

FILE = "districts.json"
"""Where a comparison of districts is kept in its folder."""

ROW_GROUPS = ("small", "other", "centre", *ROLES)
"""Groups of settlements of all districts; a centre that is more than its district's counts with its like only."""


def compare(
    figures: Sequence[DistrictFigures],
    failures: Sequence[Failure],
    *,
    small_below: float,
    regions: Regions | None = None,
) -> Districts:
    """Compare districts by their figures.

    Parameters
    ----------
    figures : sequence of DistrictFigures
    failures : sequence of Failure
        Districts of which there are none.
    small_below : float
        What the figures took for a small settlement, people.
    regions : Regions, optional

    Returns
    -------
    Districts
        The same whatever the order of `figures`.
    """
    known = regions or Regions()
    ordered = tuple(sorted(figures, key=lambda d: d.id))
    names = _names(ordered)
    services = (TOGETHER, *names)
    between = tuple(_between(ordered, service) for service in services)
    means = {b.service: b.mean for b in between}
    return Districts(
        small_below=small_below,
        districts=ordered,
        failures=tuple(sorted(failures, key=lambda f: f.id)),
        roles={d.id: known.roles[d.id] for d in ordered if d.id in known.roles},
        regions={d.id: known.regions[d.id] for d in ordered if d.id in known.regions},
        names=names,
        ranking={service: _ranking(ordered, service, means[service]) for service in services},
        between=between,
        groups=tuple(_groups(ordered, known.roles, services)),
        remarks=tuple(_remarks(ordered, known)),
        manifest={
            "version": __version__,
            "small_below": small_below,
            "districts": {d.id: d.key for d in ordered},
            "failed": sorted(f.id for f in failures),
        },
    )


def _names(districts: Sequence[DistrictFigures]) -> dict[str, Text]:
    """Return the services that any district was assessed for, with their names: those of most districts first."""
    names: dict[str, Text] = {}
    # Each district has them in the order of its catalogue, so the one that has most of them sets the order.
    for district in sorted(districts, key=lambda d: -len(d.services)):
        told = district.manifest["names"]
        names.update({s.service: told[s.service] for s in district.services if s.service not in names})
    return names


def _ranking(districts: Sequence[DistrictFigures], service: str, country: float | None) -> tuple[Ranked, ...]:
    rows = [(d, *_value(d, service)) for d in districts]
    known = [(d, value, low, high) for d, value, low, high in rows if value is not None]
    values = np.array([value for _, value, _, _ in known])
    lows, highs = (np.array([row[k] for row in known]) for k in (2, 3))
    ranked = [
        Ranked(
            id=d.id,
            rank=1 + int((values < value).sum()),
            value=value, low=low, high=high,
            earliest=1 + int((highs < low).sum()),
            latest=len(known) - int((lows > high).sum()),
            against_country=_against(d.mean_level(service), country),
        )
        for d, value, low, high in known
    ]  # fmt: skip
    unknown = [
        Ranked(d.id, None, None, None, None, None, None, None) for d, value, _, _ in rows if value is None
    ]
    return (*sorted(ranked, key=lambda r: (r.rank, r.id)), *unknown)


def _value(district: DistrictFigures, service: str) -> tuple[float | None, float | None, float | None]:
    """Return what a district is ranked by, and its bounds."""
    if service == TOGETHER:
        level = district.mean_level()
        return level, level, level
    found = district.service(service)
    share = found.share_covered if found else None
    if found is None or share is None:
        return None, None, None
    # The bounds are of draws in which what is assumed is otherwise; the headline itself is always among what may be.
    low, high = (share if bound is None else bound for bound in (found.low, found.high))
    return share, min(low, share), max(high, share)


def _against(level: float | None, country: float | None) -> float | None:
    if level is None or country is None:
        return None
    return min(1.0, level / country) if country > 0 else 1.0


def _between(districts: Sequence[DistrictFigures], service: str) -> Between:
    of_district = {d.id: _level(d, service) for d in districts}
    known = {id: spread for id, spread in of_district.items() if spread.people > 0}
    if not known:
        return Between(service, 0.0, None, None, None, None, None, None, None)
    people, good, entropy = (
        np.array([getattr(s, name) for s in known.values()]) for name in ("people", "good", "entropy")
    )
    means = good / people
    parts = theil(people, good, entropy)
    order = sorted(zip(means.tolist(), known, strict=True))
    return Between(
        service=service,
        people=float(people.sum()),
        mean=joined(known.values()).mean,
        lowest=order[0][1],
        highest=order[-1][1],
        gini=_number(gini(means, people)),
        theil=_number(parts.total),
        theil_between=_number(parts.between),
        theil_within=_number(parts.within),
    )


def _level(district: DistrictFigures, service: str) -> Spread:
    found = district.service(service) if service else None
    if service and found is None:
        return Spread(0.0, 0.0, 0.0)
    return joined((found.level if found else district.level).values())


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _groups(
    districts: Sequence[DistrictFigures], roles: Mapping[str, str], services: Sequence[str]
) -> Iterator[GroupRow]:
    for service in services:
        for group in ROW_GROUPS:
            own = "centre" if group in ROLES else group
            members = [d for d in districts if group != "centre" or d.id not in roles]
            if group in ROLES:
                members = [d for d in districts if roles.get(d.id) == group]
            found = [d.service(service) for d in members] if service else []
            there = [f for f in found if f is not None]
            levels = [f.level for f in there] if service else [d.level for d in members]
            if not members or (service and not there):
                continue
            counted = {s: sum(f.people[own][s.label] for f in there) for s in State}
            yield GroupRow(
                service, group, tally(counted, None) if service else None,
                joined(level[own] for level in levels if own in level).mean,
            )  # fmt: skip


def _remarks(
    districts: Sequence[DistrictFigures], regions: Regions
) -> Iterator[tuple[str, Mapping[str, object]]]:
    alike: dict[object, list[str]] = {}
    for each in districts:
        alike.setdefault(_settlements(each), []).append(each.id)
    for ids in alike.values():
        if len(ids) > 1:
            yield (
                "These workspaces hold the same district; its people are counted in each: {ids}.",
                {"ids": ", ".join(ids)},
            )
    unnamed = [d.id for d in districts if not d.centre["named"]]
    if unnamed:
        yield (
            "Districts in which no settlement is named as the centre: {count}; the one with most people is taken.",
            {"count": len(unnamed)},
        )
    modelled = sum(any(s.modelled for s in d.services) for d in districts)
    if modelled:
        yield (
            "Districts in which some of the data are modelled, not a record of what exists on the ground: {count}.",
            {"count": modelled},
        )
    other = _held_to_others(districts)
    if other:
        yield (
            "Districts that are held to other standards than the rest: {ids}. They compare with the rest only as far "
            "as the standards are the same.",
            {"ids": ", ".join(other)},
        )
    alone = [d.id for d in districts if len(d.parity) < 1 + len(ROLES)]
    if alone:
        yield (
            "Districts that know nothing of their regional centre or of the capital: {count}. Bring them with: planner "
            "neighbours",
            {"count": len(alone)},
        )
    if regions.regions and any(d.id not in regions.regions for d in districts):
        missing = [d.id for d in districts if d.id not in regions.regions]
        yield "Districts that the table of regions does not name: {count}.", {"count": len(missing)}


def _settlements(district: DistrictFigures) -> object:
    """Return what two workspaces of one district have in common, whatever else was changed in either."""
    layers = district.manifest.get("layers", ())
    return frozenset(each["digest"] for each in layers if each["role"] == Role.DEMAND) or district.key


def _held_to_others(districts: Sequence[DistrictFigures]) -> list[str]:
    """Return the districts whose standards are not those of most; of as many, not those of the first."""
    held = [d.manifest["standards"]["digest"] for d in districts]
    usual = max(dict.fromkeys(held), key=held.count, default="")
    return [d.id for d, digest in zip(districts, held, strict=True) if digest != usual]


def as_document(found: Districts) -> dict[str, Any]:
    """Return a comparison as it is kept and as ``planner batch --json`` prints it: unknown numbers are null."""
    document = dataclasses.asdict(found)
    for row in document["groups"]:
        if row["tally"] is not None:
            row["tally"]["people"] = {s.label: n for s, n in row["tally"]["people"].items()}
    for failure in document["failures"]:
        failure["values"] = {k: str(v) for k, v in failure["values"].items()}
    for district, kept in zip(document["districts"], found.districts, strict=True):
        district["share_covered"] = {s.service: s.share_covered for s in kept.services}
        district["mean_level"] = kept.mean_level()
    return {"format": FORMAT, "people": found.people, **document}


def encoded(found: Districts) -> bytes:
    """Return a comparison as the bytes of its file."""
    return orjson.dumps(as_document(found), option=orjson.OPT_APPEND_NEWLINE)


def read_districts(folder: Path) -> Districts:
    """Read a comparison out of the folder that ``planner batch`` wrote it to.

    Raises
    ------
    InputError
        If there is none, or it was written in another form than this version reads.
    """
    path = folder / FILE
    try:
        document = orjson.loads(path.read_bytes())
        return _read(document)
    except OSError as error:
        raise InputError(
            "There is no comparison of districts in {folder} ({reason}).",
            "Make one with: planner batch WORKSPACES... --out {folder}",
            folder=str(folder), reason=error.strerror or str(error),
        ) from error  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            "{file} in {folder} is not a comparison of districts that this version of the planner reads.",
            "Make it anew with: planner batch WORKSPACES... --out {folder}",
            file=FILE, folder=str(folder),
        ) from error  # fmt: skip


def _read(document: Mapping[str, Any]) -> Districts:
    if document["format"] != FORMAT:
        raise ValueError(f"format: {document['format']}")
    kept = [f.name for f in dataclasses.fields(DistrictFigures)]
    return compare(
        [read_figures({name: d[name] for name in kept}) for d in document["districts"]],
        [Failure(**f) for f in document["failures"]],
        small_below=document["small_below"],
        regions=Regions(document["regions"], document["roles"]),
    )
