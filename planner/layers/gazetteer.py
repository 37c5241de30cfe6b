"""Join records that are known by name only to places whose position is known."""

from __future__ import annotations

import difflib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from planner.layers import reasons as why
from planner.layers.deadline import check_time
from planner.layers.names import PlaceName, place_name, skeleton
from planner.layers.reasons import Reason

SURE, DOUBTFUL, LEAST = 0.88, 0.70, 0.55
"""Scores from which a match is sure, or doubtful; what scores less than the last is not even named."""
MARGIN = 0.06
"""By how much the best candidate must lead for a match to be sure."""
FAR_FROM_COUNCIL_KM = 30.0
_MOST_CANDIDATES = 5
_KM_PER_DEGREE = 111.2

Certainty = Literal["sure", "doubtful", "none", "settled"]


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a place by name only; empty where it is not known."""

    name: str
    kind: str = ""
    council: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Locality:
    """A place whose position is known.

    Attributes
    ----------
    id : str
    names : tuple of str
        In all spellings known, the one to show first.
    lon, lat : float
        Degrees, WGS 84.
    kind, council, district : str
        Empty where they are not known.
    """

    id: str
    names: tuple[str, ...]
    lon: float
    lat: float
    kind: str = ""
    council: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A locality that a record may be.

    Attributes
    ----------
    locality : Locality
    score : float
        How well it fits, 0 to 1.
    reasons : tuple of Reason
        Why.
    council_km : float
        How far it lies from the middle of the places of its council that are sure, kilometres; NaN where fewer than
        two are.
    """

    locality: Locality
    score: float
    reasons: tuple[Reason, ...]
    council_km: float = math.nan


@dataclass(frozen=True, slots=True)
class Match:
    """What a record was joined to.

    Attributes
    ----------
    record : Record
    certainty : {"sure", "doubtful", "none", "settled"}
        Only a sure match may be used without a look at it; a settled one was looked at by a planner.
    candidates : tuple of Candidate
        The best first; at most five.
    reasons : tuple of Reason
        Why it is not sure; for a sure one, why it is.
    """

    record: Record
    certainty: Certainty
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def locality(self) -> Locality | None:
        """The locality of a sure or settled match; None for any other."""
        return self.candidates[0].locality if self.certainty in ("sure", "settled") else None

    @property
    def score(self) -> float:
        """Of the best candidate; 0 without one."""
        return self.candidates[0].score if self.candidates else 0.0


def match(records: Iterable[Record], localities: Sequence[Locality]) -> tuple[Match, ...]:
    """Return what each record was joined to.

    Names are compared in all spellings of a locality, by what Russian, Belarusian and Latin letters share; number,
    kind, rural council and district raise or lower the score. Of candidates that fit about as well none is chosen.
    A locality that two records claim is given to neither, unless one of them has it under its very name.

    Parameters
    ----------
    records : iterable of Record
    localities : sequence of Locality

    Returns
    -------
    tuple of Match
        One for each record, in their order.
    """
    index = _Index(localities)
    found = [_judged(record, index.candidates(record)) for record in records]
    found = _by_councils(found)
    return tuple(_claimed_once(found))


class _Index:
    """Localities by the key of each of their names."""

    def __init__(self, localities: Iterable[Locality]) -> None:
        self.by_key: dict[str, list[tuple[Locality, PlaceName]]] = defaultdict(list)
        self.by_start: dict[str, set[str]] = defaultdict(set)
        for locality in localities:
            for written in dict.fromkeys(locality.names):
                name = place_name(written)
                if name.key:
                    self.by_key[name.key].append((locality, name))
                    self.by_start[name.key[0]].add(name.key)

    def candidates(self, record: Record) -> tuple[Candidate, ...]:
        """Return the localities that a record may be, the best first."""
        check_time()
        asked = place_name(record.name)
        if not asked.key:
            return ()
        best: dict[str, Candidate] = {}
        alike = {asked.key: 1.0} if asked.key in self.by_key else self._similar(asked.key)
        for key, similarity in alike.items():
            for locality, name in self.by_key[key]:
                candidate = _scored(record, asked, locality, name, similarity)
                if candidate.score >= LEAST and candidate.score > best.get(locality.id, _NOBODY).score:
                    best[locality.id] = candidate
        return tuple(sorted(best.values(), key=lambda c: (-c.score, c.locality.id)))

    def _similar(self, key: str) -> dict[str, float]:
        matcher = difflib.SequenceMatcher(autojunk=False, b=key)
        alike: dict[str, float] = {}
        for other in self.by_start[key[0]]:
            if abs(len(other) - len(key)) > 3:
                continue
            matcher.set_seq1(other)
            if matcher.real_quick_ratio() > 0.75 and (ratio := matcher.ratio()) > 0.75:
                alike[other] = ratio
        return alike


_NOBODY = Candidate(Locality("", (), 0.0, 0.0), -1.0, ())


def _scored(
    record: Record, asked: PlaceName, locality: Locality, name: PlaceName, similarity: float
) -> Candidate:
    if name.written == asked.written:
        score, reasons = 0.95, [why.SAME_NAME]
    elif similarity == 1.0:
        score, reasons = 0.92, [why.SAME_IN_OTHER_SPELLING]
    else:
        score, reasons = similarity - 0.14, [why.SIMILAR_NAME]
    if asked.number != name.number:
        score -= 0.3 if asked.number and name.number else 0.15
        reasons.append(why.ANOTHER_NUMBER if asked.number and name.number else why.NUMBER_ON_ONE_SIDE)
    kind, other = asked.kind or _kind(record.kind), name.kind or _kind(locality.kind)
    if kind and other and (kind in ("town", "urban")) != (other in ("town", "urban")):
        score -= 0.15
        reasons.append(why.ANOTHER_KIND)
    for mine, theirs, what, plus, minus in (
        (record.council, locality.council, "council", 0.03, 0.12),
        (record.district, locality.district, "district", 0.05, 0.25),
    ):
        same = _same_area(mine, theirs)
        if same is not None:
            score += plus if same else -minus
            reasons.append(why.AREAS[what, same])
        elif mine and what == "district":
            # A place whose district is not known yields to one that is known to lie in the right district.
            score -= 0.02
    return Candidate(locality, round(min(max(score, 0.0), 1.0), 3), tuple(reasons))


def _kind(written: str) -> str:
    first = place_name(f"{written} x").kind
    if first:
        return first
    text = written.casefold()
    return "urban" if text in ("town", "city", "urban settlement") else "village" if text else ""


def _same_area(one: str, other: str) -> bool | None:
    """Return whether two names are of one council or district; None where that cannot be told."""
    if not one.strip() or not other.strip():
        return None
    a, b = _stem(one), _stem(other)
    if len(a) < 3 or len(b) < 3:
        return None
    ratio = difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()
    # The consonants stay where vowels change with the stress: Глубокский, Hlybokaye.
    bones = [s.translate(_VOWELS) for s in (a, b)]
    length = min(map(len, bones))
    if ratio >= 0.72 or (length >= 3 and bones[0][:length] == bones[1][:length]):
        return True
    return False if ratio < 0.6 else None


_VOWELS = str.maketrans("", "", "aeiu")
_ENDINGS = (
    "evski",
    "avski",
    "inski",
    "enski",
    "anski",
    "itki",
    "atki",
    "ski",
    "tki",
    "ki",
    "ae",
    "e",
    "a",
    "i",
)


def _stem(name: str) -> str:
    stem = skeleton(name.split()[0]) if name.split() else ""
    for ending in _ENDINGS:
        if stem.endswith(ending) and len(stem) - len(ending) >= 3:
            return stem[: -len(ending)]
    return stem


def _judged(record: Record, candidates: tuple[Candidate, ...]) -> Match:
    if not candidates:
        return Match(record, "none", (), (why.UNKNOWN_NAME,))
    best, few = candidates[0], candidates[:_MOST_CANDIDATES]
    if best.score < DOUBTFUL:
        return Match(record, "none", few, (why.NOT_SIMILAR,))
    rivals = [c for c in candidates[1:] if best.score - c.score < MARGIN]
    if rivals:
        return Match(record, "doubtful", few, (why.fit_as_well(len(rivals) + 1),))
    if best.score < SURE:
        return Match(record, "doubtful", few, best.reasons)
    return Match(record, "sure", few, best.reasons)


def _by_councils(found: list[Match]) -> list[Match]:
    """Look at where the sure places of each council lie: rivals are put in order, and what lies far off is doubted."""
    groups: dict[tuple[str, str], list[Locality]] = defaultdict(list)
    for one in found:
        if one.locality is not None and one.record.council:
            groups[one.record.district, one.record.council].append(one.locality)
    return [_placed(one, groups.get((one.record.district, one.record.council), [])) for one in found]


def _placed(one: Match, council: list[Locality]) -> Match:
    others = [at for at in council if at is not one.locality]
    if len(others) < 2 or not one.candidates:
        return one
    lon, lat = np.median([[at.lon, at.lat] for at in others], axis=0)
    away = [_km(c.locality, float(lon), float(lat)) for c in one.candidates]
    candidates = tuple(replace(c, council_km=km) for c, km in zip(one.candidates, away, strict=True))
    one = replace(one, candidates=candidates)
    if one.certainty == "sure" and away[0] > FAR_FROM_COUNCIL_KM:
        return replace(one, certainty="doubtful", reasons=(why.FAR_FROM_COUNCIL,))
    if one.certainty == "doubtful":
        best = candidates[0].score
        order = sorted(range(len(away)), key=lambda i: (best - candidates[i].score > MARGIN, away[i]))
        ranked = tuple(
            candidates[i]
            if not math.isfinite(away[i])
            else replace(candidates[i], reasons=(*candidates[i].reasons, why.from_council(away[i])))
            for i in order
        )
        return replace(one, candidates=ranked)
    return one


def _km(locality: Locality, lon: float, lat: float) -> float:
    east = (locality.lon - lon) * np.cos(np.radians(lat))
    return float(np.hypot(east, locality.lat - lat) * _KM_PER_DEGREE)


def _claimed_once(found: list[Match]) -> list[Match]:
    claims: dict[str, list[int]] = defaultdict(list)
    for row, one in enumerate(found):
        if one.locality is not None:
            claims[one.locality.id].append(row)
    for rows in claims.values():
        very = [row for row in rows if why.SAME_NAME in found[row].reasons]
        for row in rows if len(rows) > 1 else ():
            if very != [row]:
                found[row] = replace(found[row], certainty="doubtful", reasons=(why.CLAIMED_TWICE,))
    return found
