"""The assessment as a GeoPackage that QGIS opens styled: places, gap zones, service points, zones, roads, tables."""

from __future__ import annotations

import datetime as dt
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from planner.maps.district_map import district_bounds
from planner.maps.geometry import as_geometry, road_rank, utm_epsg
from planner.maps.geometry import paved as is_paved
from planner.report import gaps as gap
from planner.report.blocks import clean
from planner.report.content import Content, compose
from planner.report.edition import Edition
from planner.report.gpkg_styles import Look, looks
from planner.report.provenance import is_modelled, service_name
from planner.results import Assessment, State
from planner.standards.model import in_language

_VERSION = "1.2"
"""Of the GeoPackage: what older programs open without a warning, too."""

_CLOCK = threading.Lock()
_POINT, _AREA, _LINE = "Point", "MultiPolygon", "MultiLineString"


def as_gpkg(assessment: Assessment, edition: Edition) -> bytes:
    """Return the assessment as a GeoPackage.

    Its layers are ``district``, ``zones``, ``roads``, ``gap_zones``, ``places`` and ``facilities``, in metres of
    the district's own UTM zone; its tables are ``standards`` (what ``planner assess --json`` prints, a row for each
    standard) and ``about``. ``layer_styles`` holds how QGIS is to draw them. A place has ``state_SERVICE`` for every
    service, and ``state_STANDARD``, ``cost_STANDARD``, ``shortfall_STANDARD`` for every standard; what is unknown
    or infinite is null, and what has no location has no geometry.

    Parameters
    ----------
    assessment : Assessment
    edition : Edition
    """
    say = edition.say
    content = compose(assessment, say, say.date(edition.made_at.date()))
    layers: dict[str, tuple[pd.DataFrame, str | None]] = {
        "district": (_district(assessment, content, edition), _AREA),
        "zones": (_zones(assessment, content, edition), _AREA),
        "roads": (_roads(assessment), _LINE),
        "gap_zones": (_gap_zones(assessment, edition), _AREA),
        "places": (_places(assessment, edition), _POINT),
        "facilities": (_facilities(assessment, edition), _POINT),
        "standards": (_standards(assessment, content), None),
        "about": (_about(content), None),
    }
    layers = {name: (frame, kind) for name, (frame, kind) in layers.items() if len(frame.columns)}
    found = looks(
        assessment, content, say, {name: list(frame.columns) for name, (frame, _) in layers.items()}
    )
    layers["layer_styles"] = (_styles(found, edition.made_at), None)
    bounds = district_bounds(assessment)
    crs = f"EPSG:{utm_epsg(bounds)}" if bounds else "EPSG:4326"
    return _written(layers, crs, edition.made_at)


def _written(layers: Mapping[str, tuple[pd.DataFrame, str | None]], crs: str, made_at: dt.datetime) -> bytes:
    with tempfile.TemporaryDirectory(prefix="planner-report-") as folder, _clock(made_at):
        path = Path(folder) / "report.gpkg"
        for number, (name, (frame, kind)) in enumerate(layers.items()):
            placed = frame.to_crs(crs) if isinstance(frame, gpd.GeoDataFrame) else frame
            pyogrio.write_dataframe(
                placed, path, layer=name, driver="GPKG", append=number > 0, geometry_type=kind,
                promote_to_multi=None if kind in (None, _POINT) else True,
                dataset_options={"VERSION": _VERSION} if number == 0 else None,
            )  # fmt: skip
        return path.read_bytes()


@contextmanager
def _clock(made_at: dt.datetime) -> Iterator[None]:
    """Let GDAL note the report's date as that of the last change, so that the same inputs give the same bytes."""
    moment = made_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with _CLOCK:
        before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _frame(rows: Mapping[str, Any], shapes: list[Any]) -> pd.DataFrame:
    made: pd.DataFrame = gpd.GeoDataFrame(pd.DataFrame(dict(rows)), geometry=shapes, crs="EPSG:4326")
    return made


def _texts(values: Any) -> pd.Series:
    """Return texts that every reader can show."""
    return pd.Series([None if v is None else clean(str(v)) for v in values], dtype=object)


def _points(lon: Any, lat: Any) -> list[Any]:
    known = np.isfinite(lon) & np.isfinite(lat)
    return [shapely.Point(x, y) if k else None for x, y, k in zip(lon, lat, known, strict=True)]


def _numbers(values: Any) -> pd.Series:
    """Return numbers of which those that are unknown or infinite are null."""
    numbers = np.asarray(values, dtype=np.float64)
    return pd.Series(np.where(np.isfinite(numbers), numbers, np.nan))


def _district(assessment: Assessment, content: Content, edition: Edition) -> pd.DataFrame:
    if not assessment.outline:
        return pd.DataFrame()
    name = in_language(assessment.district, edition.say.language)
    return _frame(
        {"name": _texts([name]), "people": _numbers([content.district.people])},
        [as_geometry(assessment.outline)],
    )


def _zones(assessment: Assessment, content: Content, edition: Edition) -> pd.DataFrame:
    zones = assessment.zones
    own = content.councils[: len(zones)]
    rows: dict[str, Any] = {
        "id": _texts(zones.ids),
        "name": _texts(in_language(n, edition.say.language) for n in zones.names),
        "people": _numbers([row.people for row in own]),
        "source": _texts(zones.sources),
    }
    for position, service in enumerate(content.services):
        rows[f"lacking_{service.id}"] = _numbers([row.cells[position].tally.lacking for row in own])
    drawn = [as_geometry(outline) for outline in zones.outlines]
    return _frame(rows, [None if shape.is_empty else shape for shape in drawn])


def _roads(assessment: Assessment) -> pd.DataFrame:
    features = [f for f in assessment.roads.get("features", ()) if f.get("geometry")]
    about = [f.get("properties") or {} for f in features]
    looked = [f"{road_rank(p.get('road_class'))}_{'paved' if is_paved(p) else 'unpaved'}" for p in about]
    rows = {
        "road_class": _texts(p.get("road_class") for p in about),
        "surface": _texts(p.get("surface") for p in about),
        "look": _texts(looked),
    }
    return _frame(rows, [as_geometry(f["geometry"]) for f in features])


def _gap_zones(assessment: Assessment, edition: Edition) -> pd.DataFrame:
    found = [(result, zone) for result in assessment.results for zone in result.gap_zones]
    places, language = assessment.places, edition.say.language
    rows = {
        "standard": _texts(r.standard.id for r, _ in found),
        "service": _texts(r.standard.service for r, _ in found),
        "service_name": _texts(service_name(assessment, r.standard.service, edition.say) for r, _ in found),
        "title": _texts(in_language(r.standard.title, language) for r, _ in found),
        "people": _numbers([z.people for _, z in found]),
        "area_km2": _numbers([z.area_km2 for _, z in found]),
        "places": _texts("; ".join(places.name(i, language) for i in z.places) for _, z in found),
    }
    return _frame(rows, [as_geometry(z.outline) for _, z in found])


def _places(assessment: Assessment, edition: Edition) -> pd.DataFrame:
    places, zones, language = assessment.places, assessment.zones, edition.say.language
    found = gap.all_gaps(assessment)
    lacking = sum((g.lacking.astype(np.int32) for g in found.values()), np.zeros(len(places), dtype=np.int32))
    rows: dict[str, Any] = {
        "id": _texts(places.ids),
        "name": _texts(places.name(i, language) for i in range(len(places))),
        "kind": _texts(places.kinds),
        "people": _numbers(places.population),
        "population_source": _texts(places.population_source),
        "zone": _texts(in_language(zones.names[z], language) if z >= 0 else None for z in places.zone),
        "services_lacking": lacking,
        "lon": _numbers(places.lon),
        "lat": _numbers(places.lat),
    }
    for service, gaps in found.items():
        rows[f"state_{service}"] = _states(gaps.state)
    for result in assessment.results:
        key = result.standard.id
        # A service of the same name as one of its standards would hide it.
        rows[f"state_{key}" if f"state_{key}" not in rows else f"state_{key}_standard"] = _states(
            result.state
        )
        rows[f"cost_{key}"] = _numbers(result.cost)
        rows[f"shortfall_{key}"] = _numbers(result.shortfall)
    return _frame(rows, _points(places.lon, places.lat))


def _states(state: Any) -> pd.Series:
    labels = np.array([s.label for s in State], dtype=object)
    return pd.Series(labels[np.asarray(state, dtype=np.int64)], dtype=object)


def _facilities(assessment: Assessment, edition: Edition) -> pd.DataFrame:
    points = assessment.facilities
    rows = {
        "id": _texts(points.ids),
        "name": _texts(in_language(n, edition.say.language) for n in points.names),
        "service": _texts(points.services),
        "service_name": _texts(service_name(assessment, s, edition.say) for s in points.services),
        "source": _texts(points.sources),
        "modelled": np.array([is_modelled(s) for s in points.sources], dtype=bool),
        "lon": _numbers(points.lon),
        "lat": _numbers(points.lat),
    }
    return _frame(rows, _points(points.lon, points.lat))


def _standards(assessment: Assessment, content: Content) -> pd.DataFrame:
    """Return what the command line prints of every standard, with its words."""
    rows = []
    for row, line in zip(content.standards, assessment.as_dict()["services"], strict=True):
        plain = {key: value for key, value in line.items() if not isinstance(value, Mapping)}
        words = {
            "title": clean(row.text.title),
            "service_name": clean(row.text.service_name),
            "threshold": clean(row.text.threshold),
            "legal_basis": clean(row.text.legal_basis),
            "clause": clean(row.text.clause),
            "url": clean(row.text.url),
            "confidence": clean(row.text.confidence),
            "verdict": content.labels.verdicts[row.verdict],
        }
        rows.append({**plain, **words})
    frame = pd.DataFrame(rows)
    for key in (
        "people",
        *(s.label for s in State),
        "share_covered",
        "target_share",
        "share_low",
        "share_high",
    ):
        if key in frame:
            frame[key] = pd.to_numeric(frame[key], errors="coerce").astype(np.float64)
    if "met" in frame:
        frame["met"] = frame["met"].astype("boolean")
    return frame.drop(columns="without_neighbours", errors="ignore")


def _about(content: Content) -> pd.DataFrame:
    """Return the report's title and date, what was assumed, and the digests of the layers."""
    head = content.labels.headings
    lines = [
        (head["summary"], "", text)
        for text in (content.title, content.made, *content.summary, *content.notes)
    ]
    lines += [(head["warnings"], "", text) for text in content.warnings]
    lines += [(head["method"], name, value) for name, value in content.facts]
    lines += [(head["data"], layer.name, layer.digest) for layer in content.data]
    columns = list(zip(*lines, strict=True))
    return pd.DataFrame(
        {name: _texts(column) for name, column in zip(("part", "name", "value"), columns, strict=True)}
    )


def _styles(found: list[Look], made_at: dt.datetime) -> pd.DataFrame:
    """Return the table in which QGIS looks for the style of a layer."""
    moment = pd.Timestamp(made_at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0))
    return pd.DataFrame(
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": [look.layer for look in found],
            "f_geometry_column": "geom",
            "styleName": [look.name for look in found],
            "styleQML": [look.qml for look in found],
            "styleSLD": "",
            "useAsDefault": np.array([look.default for look in found], dtype=bool),
            "description": [look.name for look in found],
            "owner": "",
            "ui": "",
            "update_time": pd.Series([moment] * len(found), dtype="datetime64[ms]"),
        }
    )
