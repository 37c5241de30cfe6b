"""A town by building: homes as places, and quarters between its main streets."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from planner.coverage.quarters import beside, blocks, merged, united
from planner.layers.grid import Grid
from planner.results import Zones
from planner.standards.model import Indicator, Standard, Text, in_language

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ObjectArray = npt.NDArray[np.object_]

_MAIN = ("motorway", "trunk", "primary", "secondary", "tertiary")
DIVIDING: tuple[tuple[str, ...], ...] = (
    _MAIN, (*_MAIN, "unclassified"), (*_MAIN, "unclassified", "residential", "living_street"),
)  # fmt: skip
"""Road classes that part one quarter from the next: main streets; lesser ones too where those leave the town whole."""

MOST_SHARE = 0.25
"""A town is whole as long as one quarter has more than this share of its people."""

LEAST_PEOPLE, LEAST_SHARE = 100.0, 0.02
"""A quarter has at least so many people, and at least this share of the town's."""

LEAST_M2 = 20_000.0
"""And at least this area: what is smaller is a traffic island or the ground between two carriageways."""

BEYOND_M = 200.0
"""Without a boundary the town ends so far from its outermost homes."""

SOURCE = "streets"
"""Where the outlines of quarters made here come from."""

_SAID_STREETS = 3


def homes(frame: GeoDataFrame) -> GeoDataFrame:
    """Return the buildings in which people live, as places of a town.

    Whatever a building is, a quarter of a town is judged by what holds for towns: its kind is kept under
    ``building_kind``. Where it has no name of its own, its street and number are its name.

    Parameters
    ----------
    frame : GeoDataFrame
        Demand by building, with a column of people.
    """
    import pandas as pd

    people = pd.to_numeric(frame["population"], errors="coerce") if "population" in frame else 0.0
    kept = frame[np.asarray(people > 0) & np.ones(len(frame), dtype=bool)].reset_index(drop=True)
    if "kind" in kept:
        kept = kept.rename(columns={"kind": "building_kind"})
    kept["kind"] = "town"
    if "street" in kept:
        number = kept["housenumber"] if "housenumber" in kept else pd.Series("", index=kept.index)
        address = (kept["street"].fillna("") + " " + number.fillna("").astype(str)).str.strip()
        address = address.where(kept["street"].notna(), None)
        kept["name"] = kept["name"].fillna(address) if "name" in kept else address
    return kept


def on_foot(standard: Standard) -> Standard:
    """Return a standard as it is judged by building: a radius becomes the same distance on foot along streets.

    A radius of 500 m across a railway says nothing of the way that people go. The way on foot is never shorter than the
    straight line, so whoever is covered on foot is covered by the letter of the act; the assumption is told with it.
    """
    measure = standard.measure
    if measure is None or measure.indicator is not Indicator.STRAIGHT_DISTANCE:
        return standard
    said = {
        language: " ".join(
            filter(None, (in_language(measure.assumption, language) if measure.assumption else "", text))
        )
        for language, text in _ON_FOOT.items()
    }
    walked = dataclasses.replace(
        measure, indicator=Indicator.TRAVEL_DISTANCE, mode="walk", assumption=said
    )  # fmt: skip
    return dataclasses.replace(standard, measure=walked)


_ON_FOOT: Text = {
    "en": "The act names a radius; by building it is the way on foot along streets and paths, which is stricter.",
    "ru": "Норма называет радиус; при оценке по домам берётся путь пешком по улицам и дорожкам, что строже.",
    "be": "Норма называе радыус; пры ацэнцы па дамах бярэцца шлях пешшу па вуліцах і сцежках, што больш строга.",
}


def quarters(
    streets: ObjectArray,
    classes: npt.NDArray[np.str_],
    names: tuple[Text, ...],
    outline: Any | None,
    home_xy: FloatArray,
    people: FloatArray,
    grid: Grid,
) -> tuple[Zones, ObjectArray, IntArray]:
    """Divide a town into quarters between its streets.

    Parameters
    ----------
    streets : (k,) object array of shapely lines
        On the grid.
    classes : (k,) array of str
        As in OpenStreetMap's ``highway``.
    names : tuple of mapping
        Name of each by language; empty texts where it has none.
    outline : shapely polygon or None
        Of the town, on the grid; None: the hull of its homes and :data:`BEYOND_M` more.
    home_xy : (n, 2) float array
        On the grid; NaN where a home is not located.
    people : (n,) float array
    grid : Grid

    Returns
    -------
    zones : Zones
    shapes : (q,) object array
        Their outlines on the grid.
    quarter : (n,) int array
        Of each home, the nearest where it lies outside the outline; -1 where it is not located.
    """
    located = np.flatnonzero(np.isfinite(home_xy).all(axis=1))
    points = shapely.points(home_xy[located])
    if outline is None:
        outline = shapely.buffer(shapely.convex_hull(shapely.union_all(points)), BEYOND_M)
    here = people[located]
    plain = np.array([name.removesuffix("_link") for name in classes.tolist()], dtype=str)
    least, most = max(LEAST_PEOPLE, LEAST_SHARE * float(here.sum())), MOST_SHARE * float(here.sum())
    for dividing in DIVIDING:
        used = np.flatnonzero(np.isin(plain, dividing))
        cells = blocks(streets[used], outline)
        cell = _nearest(cells, points)
        inhabitants = np.bincount(cell, weights=here, minlength=len(cells)).astype(np.float64)
        number = merged(cells, inhabitants, least_people=least, least_m2=LEAST_M2)
        if np.bincount(number, weights=inhabitants).max() <= most:
            break
    shapes = united(cells, number)
    quarter = np.full(len(home_xy), -1, dtype=np.int64)
    quarter[located] = number[cell]
    outlines = shapely.to_geojson(shapely.set_precision(grid.unproject(shapes), 1e-5, mode="pointwise"))
    zones = Zones(
        ids=tuple(f"quarter-{i + 1}" for i in range(len(shapes))),
        names=_named(shapes, streets[used], [names[i] for i in used]),
        outlines=tuple(map(orjson.loads, outlines)),
        sources=(SOURCE,) * len(shapes),
    )
    return zones, shapes, quarter


def _nearest(cells: ObjectArray, points: ObjectArray) -> IntArray:
    """Return the block of each point, the first of several that touch it."""
    asked, found = shapely.STRtree(cells).query_nearest(points)
    order = np.lexsort((found, asked))
    _, first = np.unique(asked[order], return_index=True)
    return np.asarray(found[order][first], dtype=np.int64)


def _named(shapes: ObjectArray, streets: ObjectArray, names: Sequence[Text]) -> tuple[Text, ...]:
    """Return the name of each quarter: its number and the streets that bound it, the longest first."""
    along: list[dict[str, float]] = [defaultdict(float) for _ in shapes]
    texts = {name["en"]: name for name in names if name["en"]}
    if streets.size:
        for quarter, street, metres in zip(*beside(shapes, streets), strict=True):
            if names[street]["en"]:
                along[quarter][names[street]["en"]] += float(metres)
    found: list[Text] = []
    for number, metres_by_name in enumerate(along, 1):
        chosen = sorted(metres_by_name, key=lambda n: (-metres_by_name[n], n))[:_SAID_STREETS]
        found.append(
            {
                language: _title(number, [texts[n] for n in chosen], language)
                for language in ("ru", "be", "en")
            }
        )
    return tuple(found)


_QUARTER: Mapping[str, str] = {"ru": "Квартал", "be": "Квартал", "en": "Quarter"}


def _title(number: int, streets: list[Text], language: str) -> str:
    said = " – ".join(street.get(language) or street["en"] for street in streets)
    return f"{number}. {said}" if said else f"{number}. {_QUARTER[language]}"
