"""Check names: whether a facility stands near the place it is named after, and whether texts are readable."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from planner.layers.columns import normal
from planner.layers.crs import is_degrees
from planner.layers.faults import examples, finding
from planner.layers.findings import Finding
from planner.layers.geojson_geometry import shown
from planner.layers.names import place_name, skeleton
from planner.layers.reading import FID, Reading
from planner.layers.schema import ALIASES, WGS84
from planner.layers.tables import NAMED

FAR_FROM_NAMESAKE_KM = 10.0
_NAMES = {
    normal(name)
    for name in (*NAMED, "name_en", *(a for n in ("name", "name_ru", "name_be") for a in ALIASES[n]))
}
_SHORTEST_KEY = 4
_KM_PER_DEGREE = 111.2
_MOST_DEGREES = (180.0, 90.0)
_UPPER_HALF = "".join(bytes([code]).decode("cp1251", "ignore") for code in range(0x80, 0xC0))
_TWICE = re.compile(f"[РСÐÑ][\u0080-\u00bf{re.escape(_UPPER_HALF)}]")
"""A Cyrillic letter in UTF-8, its two bytes taken for two letters."""
_SUSPICIOUS = re.compile(f"\ufffd|\\?{{3}}|[À-ÿ]{{3}}|{_TWICE.pattern}")
_LATIN_FOR_CYRILLIC = re.compile(r"^[À-ÿ¸¨\s\d.,()\-–—'\"«»/]+$")
_CYRILLIC = re.compile(r"^[А-яЁёІіЎў\s\d.,()\-–—'\"«»/№]+$")


def check_namesakes(reading: Reading, places: GeoDataFrame | None) -> list[Finding]:
    """Return a finding about facilities that stand far from every place they are named after.

    Parameters
    ----------
    reading : Reading
        Of facilities.
    places : geopandas.GeoDataFrame, optional
        The district's settlements with their names, WGS 84.
    """
    if places is None or reading.frame.empty or (reading.crs is not None and not is_degrees(reading.crs)):
        return []
    known = _known(places)
    columns = _name_columns(reading.frame)
    if not known or not columns:
        return []
    at = _points(reading.frame)
    far: list[str] = []
    told: list[str] = []
    for row, values in enumerate(zip(*(reading.frame[column] for column in columns), strict=True)):
        # What cannot be degrees is told for itself; a distance to it would mean nothing.
        if not (np.isfinite(at[row]).all() and (np.abs(at[row]) <= _MOST_DEGREES).all()):
            continue
        here = [spots for text in values if isinstance(text, str) and (spots := _namesakes(text, known))]
        if not here:
            continue
        nearest = min(_km(at[row], spot) for spots in here for spot in spots)
        if nearest > FAR_FROM_NAMESAKE_KM:
            far.append(str(reading.frame[FID].iloc[row]))
            told.append(f"{shown(next(t for t in values if isinstance(t, str)))} {nearest:.0f} km")
    if not far:
        return []
    said = {"km": int(FAR_FROM_NAMESAKE_KM), "places": examples(told)}
    return [finding("far_from_namesake", reading.name, tuple(far), said=said)]


def _name_columns(frame: pd.DataFrame) -> list[str]:
    return [c for c in frame.columns if c not in ("geometry", FID) and normal(str(c)) in _NAMES]


def _points(frame: GeoDataFrame) -> Any:
    with np.errstate(invalid="ignore"):
        bounds = shapely.bounds(np.asarray(frame.geometry.values, dtype=object))
    return np.column_stack([bounds[:, [0, 2]].mean(axis=1), bounds[:, [1, 3]].mean(axis=1)])


def _known(places: GeoDataFrame) -> dict[str, list[tuple[float, float]]]:
    """Return where the places of each name stand, by the key of the name."""
    located = places if places.crs is None else places.to_crs(WGS84)
    at = _points(located)
    known: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for column in _name_columns(located):
        for row, text in enumerate(located[column]):
            if isinstance(text, str) and np.isfinite(at[row]).all():
                key = place_name(text).key
                if len(key) >= _SHORTEST_KEY:
                    known[key].append((float(at[row][0]), float(at[row][1])))
    return known


def _namesakes(text: str, known: dict[str, list[tuple[float, float]]]) -> list[tuple[float, float]]:
    """Return where the places stand that a facility's name names: by all of it, or by one word of it."""
    whole = known.get(place_name(text).key)
    if whole:
        return whole
    # «Почта Подсвилье», «Отделение связи Озерцы»: a place's name begins with a capital letter.
    words = [word for word in re.findall(r"[^\W\d_]{3,}", text)[1:] if word[0].isupper()]
    return [spot for word in words for spot in known.get(skeleton(word), ())]


def _km(one: Any, other: tuple[float, float]) -> float:
    east = (one[0] - other[0]) * np.cos(np.radians((one[1] + other[1]) / 2))
    return float(np.hypot(east, one[1] - other[1]) * _KM_PER_DEGREE)


def check_texts(reading: Reading) -> list[Finding]:
    """Return findings about texts that were read in a wrong encoding before they came into the file."""
    garbled: dict[str, str] = {}
    lost: dict[str, str] = {}
    columns = [
        c
        for c in reading.frame.columns
        if c not in ("geometry", FID) and reading.frame[c].dtype.kind in "OUT"
    ]
    ids = reading.frame[FID].to_numpy(dtype=object)
    for column in columns:
        for row, text in enumerate(reading.frame[column].to_numpy(dtype=object)):
            if not isinstance(text, str) or (text.isascii() and "??" not in text):
                continue
            if "\ufffd" in text or re.search(r"\?{3,}", text):
                lost.setdefault(str(ids[row]), text)
            elif ungarbled(text) is not None:
                garbled.setdefault(str(ids[row]), text)
    found: list[Finding] = []
    if garbled:
        first = next(iter(garbled.values()))
        said = {"example": shown(first), "reads": shown(ungarbled(first))}
        found.append(finding("text_garbled", reading.name, tuple(garbled), said=said))
    if lost:
        found.append(
            finding("text_lost", reading.name, tuple(lost), example=shown(next(iter(lost.values()))))
        )
    return found


def ungarbled(text: str) -> str | None:
    """Return what a text was before it was read in a wrong encoding; None where it is as it should be."""
    if len(text) < 3:
        return None
    if len(_TWICE.findall(text)) * 3 > len(text):
        for wrong in ("cp1251", "cp1252", "latin-1"):
            before = _again(text, wrong, "utf-8")
            if before is not None and _CYRILLIC.match(before):
                return before
    if _LATIN_FOR_CYRILLIC.match(text) and sum("À" <= char <= "ÿ" for char in text) >= 4:
        before = _again(text, "cp1252", "cp1251")
        if before is not None and _CYRILLIC.match(before) and _natural(before):
            return before
    return None


def _again(text: str, wrong: str, right: str) -> str | None:
    try:
        return text.encode(wrong).decode(right)
    except UnicodeError:
        return None


def _natural(text: str) -> bool:
    """Return whether words have capitals at their beginning only, or throughout."""
    words: Iterable[str] = re.findall(r"[^\W\d_]+", text)
    return all(word.istitle() or word.islower() or word.isupper() for word in words)
