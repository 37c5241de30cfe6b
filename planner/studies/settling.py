"""What a planner decides on doubtful names, and a settled list brought into a workspace."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from planner.errors import InputError
from planner.layers import reasons as why
from planner.layers.gazetteer import Candidate, Locality, Match, Record
from planner.layers.read import read_records
from planner.studies.matching import Matching, harmless, plain_text

COLUMNS = (
    "name", "kind", "council", "district", "occurrence", "decision", "place_id", "place_name", "candidates",
)  # fmt: skip
"""Of a file of decisions."""
JOINED, NONE = "joined", "none"

Decisions = Mapping[int, str]
"""By row of the list: the id of the place it is, the empty string for none of the known ones."""


@dataclass(frozen=True, slots=True)
class Reread:
    """A file of decisions, read against a list.

    Attributes
    ----------
    decisions : mapping of int to str
    unknown : tuple of str
        Names of decisions that fit no row of the list or no known place, and so are not applied.
    """

    decisions: Decisions
    unknown: tuple[str, ...]


def settle(matching: Matching, decisions: Decisions) -> Matching:
    """Return a matching in which a planner's decisions stand in place of what was found.

    Parameters
    ----------
    matching : Matching
        As :func:`planner.studies.matching.match_list` gives it.
    decisions : mapping of int to str

    Raises
    ------
    InputError
        If a decision is on a row that the list does not have, or names a place that is not known.
    """
    places = {place.id: place for place in matching.known.localities}
    matches = list(matching.matches)
    for row, place in decisions.items():
        if not 0 <= row < len(matches) or (place and place not in places):
            raise InputError(
                "A decision on row {row} names the place {place}, which is not known.",
                "Make the decision anew.",
                row=row + 1,
                place=place,
            )
        matches[row] = _settled(matches[row], places.get(place))
    return replace(matching, matches=tuple(matches))


def _settled(one: Match, place: Locality | None) -> Match:
    if place is None:
        return replace(one, certainty="none", reasons=(why.NONE_OF_THEM,))
    found = next((c for c in one.candidates if c.locality.id == place.id), Candidate(place, 0.0, ()))
    others = tuple(c for c in one.candidates if c.locality.id != place.id)
    return replace(one, certainty="settled", candidates=(found, *others), reasons=(why.SETTLED,))


def claimed_twice(matching: Matching) -> Mapping[str, tuple[int, ...]]:
    """Return the places that several rows were joined to, with these rows, by the place's id."""
    rows: dict[str, list[int]] = {}
    for row, one in enumerate(matching.matches):
        if one.locality is not None:
            rows.setdefault(one.locality.id, []).append(row)
    return {place: tuple(several) for place, several in rows.items() if len(several) > 1}


def write_decisions(matching: Matching, decisions: Decisions) -> str:
    """Return decisions as CSV, with the rows that are still open: to keep, to fill in, and to read again.

    A row is known again by its name, kind, council and district, and by its number among rows that are alike in all
    of them, so that the file fits a list whose order has changed. The column ``decision`` is ``joined`` (to the place
    ``place_id``), ``none`` (of the known places), or empty: not decided.
    """
    places = {place.id: place for place in matching.known.localities}
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for row, (key, one) in enumerate(zip(_keys(matching), matching.matches, strict=True)):
        if row not in decisions and one.certainty in ("sure", "settled"):
            continue
        place = places.get(decisions.get(row, ""))
        decided = "" if row not in decisions else JOINED if place else NONE
        said = "; ".join(f"{c.locality.id}: {c.locality.names[0]} ({c.score})" for c in one.candidates)
        values = (*key, decided, place.id if place else "", place.names[0] if place else "", said)
        writer.writerow({c: harmless(v) for c, v in zip(COLUMNS, values, strict=True)})
    return "\ufeff" + out.getvalue()


def read_decisions(path: Path, matching: Matching) -> Reread:
    """Read a file of decisions, as :func:`write_decisions` writes it.

    Raises
    ------
    InputError
        If it cannot be read, or is not a file of decisions.
    """
    table = read_records(path)
    missing = [c for c in ("name", "decision", "place_id") if c not in table.columns]
    if missing:
        raise InputError(
            "{name} is not a file of decisions: it lacks the columns {columns}.",
            "Download one on the page Layers, fill it in, and apply it again.",
            name=path.name,
            columns=", ".join(missing),
        )
    rows = {key: row for row, key in enumerate(_keys(matching))}
    places = {place.id for place in matching.known.localities}
    decisions: dict[int, str] = {}
    unknown: list[str] = []
    for written in table.to_dict("records"):
        said = {c: _read_back(plain_text(written.get(c))) for c in COLUMNS}
        place, decision = said["place_id"], said["decision"].casefold()
        if not decision and not place:
            continue
        record = Record(said["name"], said["kind"], said["council"], said["district"])
        row = rows.get((*_of(record), int(said["occurrence"]) if said["occurrence"].isdigit() else 1))
        joined = decision != NONE
        if row is None or (joined and place not in places) or decision not in ("", JOINED, NONE):
            unknown.append(said["name"])
        else:
            decisions[row] = place if joined else ""
    return Reread(decisions, tuple(unknown))


def _read_back(text: str) -> str:
    """Return a text without the apostrophe that :func:`harmless` puts before what looks like a formula."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) != text[1:] else text


def _of(record: Record) -> tuple[str, str, str, str]:
    return record.name, record.kind, record.council, record.district


def _keys(matching: Matching) -> Iterator[tuple[str, str, str, str, int]]:
    """Yield what each row is known by."""
    seen: Counter[tuple[str, str, str, str]] = Counter()
    for one in matching.matches:
        record = _of(one.record)
        seen[record] += 1
        yield (*record, seen[record])


def still_fitting(matching: Matching, decisions: Decisions) -> dict[int, str]:
    """Return the decisions whose rows and places the matching has; others are dropped."""
    places = {place.id for place in matching.known.localities}
    return {
        row: place
        for row, place in decisions.items()
        if 0 <= row < len(matching.matches) and (not place or place in places)
    }


def open_rows(matching: Matching, decisions: Decisions, certainty: str) -> tuple[tuple[int, ...], int]:
    """Return the rows found with a certainty (``all``: every row), and how many of them nobody has settled.

    Parameters
    ----------
    matching : Matching
        As it was found, before any decision.
    decisions : mapping of int to str
    certainty : {"doubtful", "none", "all"}
    """
    rows = [
        row for row, one in enumerate(matching.matches) if certainty == "all" or one.certainty == certainty
    ]
    return tuple(rows), sum(row not in decisions and matching.matches[row].locality is None for row in rows)


def next_open(rows: tuple[int, ...], decisions: Decisions, after: int) -> int:
    """Return the row to look at next: the first without a decision after this one, from the start again if need be."""
    later = [row for row in rows if row > after and row not in decisions]
    earlier = [row for row in rows if row not in decisions]
    following = [row for row in rows if row > after]
    return (later or earlier or following or list(rows) or [0])[0]


def joined_to(matching: Matching) -> Mapping[str, int]:
    """Return the row of each place that one was joined to, by the place's id."""
    return {one.locality.id: row for row, one in enumerate(matching.matches) if one.locality is not None}


def of_council(matching: Matching, row: int) -> tuple[Locality, ...]:
    """Return the places that other rows of the same council were joined to."""
    asked = matching.matches[row].record
    return tuple(
        one.locality
        for number, one in enumerate(matching.matches)
        if number != row
        and one.locality is not None
        and asked.council
        and (one.record.council, one.record.district) == (asked.council, asked.district)
    )
