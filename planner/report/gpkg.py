"""The assessment as a GeoPackage that QGIS opens styled: places, gap zones, service points, zones, roads, tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from planner.maps.district_map import district_bounds
from planner.maps.geometry import as_geometry, road_rank, utm_epsg
from planner.maps.geometry import paved as is_paved
from planner.report import gaps as gap
from planner.report.blocks import clean
from planner.report.chapters import chapters
from planner.report.content import Content, compose
from planner.report.edition import Edition
from planner.report.gpkg_file import (
    AREA,
    LINE,
    POINT,
    frame_of,
    numbers_of,
    packed,
    points_of,
    style_table,
    texts,
)
from planner.report.gpkg_styles import looks
from planner.report.provenance import is_modelled, service_name
from planner.results import Assessment, State
from planner.standards.model import in_language


def as_gpkg(assessment: Assessment, edition: Edition) -> bytes:
    """Return the assessment as a GeoPackage.

    Its layers are ``district``, ``zones``, ``roads``, ``gap_zones``, ``places`` and ``facilities``, in metres of
    the district's own UTM zone; its tables are ``standards`` (what ``planner assess --json`` prints, a row for each
    standard), ``studies`` (what the other studies found, a row for each cell) and ``about``. ``layer_styles`` holds
    how QGIS is to draw them. A place has ``state_SERVICE`` for every service, and ``state_STANDARD``,
    ``cost_STANDARD``, ``shortfall_STANDARD`` for every standard; what is unknown or infinite is null, and what has no
    location has no geometry.

    Parameters
    ----------
    assessment : Assessment
    edition : Edition
    """
    say = edition.say
    content = compose(assessment, say, say.date(edition.made_at.date()), edition.findings)
    layers: dict[str, tuple[pd.DataFrame, str | None]] = {
        "district": (_district(assessment, content, edition), AREA),
        "zones": (_zones(assessment, content, edition), AREA),
        "roads": (_roads(assessment), LINE),
        "gap_zones": (_gap_zones(assessment, edition), AREA),
        "places": (_places(assessment, edition), POINT),
        "facilities": (_facilities(assessment, edition), POINT),
        "standards": (_standards(assessment, content), None),
        "studies": (_studies(edition), None),
        "about": (_about(content), None),
    }
    layers = {name: (frame, kind) for name, (frame, kind) in layers.items() if len(frame.columns)}
    found = looks(
        assessment, content, say, {name: list(frame.columns) for name, (frame, _) in layers.items()}
    )
    layers["layer_styles"] = (style_table(found, edition.made_at), None)
    bounds = district_bounds(assessment)
    crs = f"EPSG:{utm_epsg(bounds)}" if bounds else "EPSG:4326"
    return packed(layers, crs, edition.made_at)


def _district(assessment: Assessment, content: Content, edition: Edition) -> pd.DataFrame:
    if not assessment.outline:
        return pd.DataFrame()
    name = in_language(assessment.district, edition.say.language)
    return frame_of(
        {"name": texts([name]), "people": numbers_of([content.district.people])},
        [as_geometry(assessment.outline)],
    )


def _zones(assessment: Assessment, content: Content, edition: Edition) -> pd.DataFrame:
    zones = assessment.zones
    own = content.councils[: len(zones)]
    rows: dict[str, Any] = {
        "id": texts(zones.ids),
        "name": texts(in_language(n, edition.say.language) for n in zones.names),
        "people": numbers_of([row.people for row in own]),
        "source": texts(zones.sources),
    }
    for position, service in enumerate(content.services):
        rows[f"lacking_{service.id}"] = numbers_of([row.cells[position].tally.lacking for row in own])
    drawn = [as_geometry(outline) for outline in zones.outlines]
    return frame_of(rows, [None if shape.is_empty else shape for shape in drawn])


def _roads(assessment: Assessment) -> pd.DataFrame:
    features = [f for f in assessment.roads.get("features", ()) if f.get("geometry")]
    about = [f.get("properties") or {} for f in features]
    looked = [f"{road_rank(p.get('road_class'))}_{'paved' if is_paved(p) else 'unpaved'}" for p in about]
    rows = {
        "road_class": texts(p.get("road_class") for p in about),
        "surface": texts(p.get("surface") for p in about),
        "look": texts(looked),
    }
    return frame_of(rows, [as_geometry(f["geometry"]) for f in features])


def _gap_zones(assessment: Assessment, edition: Edition) -> pd.DataFrame:
    found = [(result, zone) for result in assessment.results for zone in result.gap_zones]
    places, language = assessment.places, edition.say.language
    rows = {
        "standard": texts(r.standard.id for r, _ in found),
        "service": texts(r.standard.service for r, _ in found),
        "service_name": texts(service_name(assessment, r.standard.service, edition.say) for r, _ in found),
        "title": texts(in_language(r.standard.title, language) for r, _ in found),
        "people": numbers_of([z.people for _, z in found]),
        "area_km2": numbers_of([z.area_km2 for _, z in found]),
        "places": texts("; ".join(places.name(i, language) for i in z.places) for _, z in found),
    }
    return frame_of(rows, [as_geometry(z.outline) for _, z in found])


def _places(assessment: Assessment, edition: Edition) -> pd.DataFrame:
    places, zones, language = assessment.places, assessment.zones, edition.say.language
    found = gap.all_gaps(assessment)
    lacking = sum((g.lacking.astype(np.int32) for g in found.values()), np.zeros(len(places), dtype=np.int32))
    rows: dict[str, Any] = {
        "id": texts(places.ids),
        "name": texts(places.name(i, language) for i in range(len(places))),
        "kind": texts(places.kinds),
        "people": numbers_of(places.population),
        "population_source": texts(places.population_source),
        "zone": texts(in_language(zones.names[z], language) if z >= 0 else None for z in places.zone),
        "services_lacking": lacking,
        "lon": numbers_of(places.lon),
        "lat": numbers_of(places.lat),
    }
    for service, gaps in found.items():
        rows[f"state_{service}"] = _states(gaps.state)
    for result in assessment.results:
        key = result.standard.id
        # A service of the same name as one of its standards would hide it.
        rows[f"state_{key}" if f"state_{key}" not in rows else f"state_{key}_standard"] = _states(
            result.state
        )
        rows[f"cost_{key}"] = numbers_of(result.cost)
        rows[f"shortfall_{key}"] = numbers_of(result.shortfall)
    return frame_of(rows, points_of(places.lon, places.lat))


def _states(state: Any) -> pd.Series:
    labels = np.array([s.label for s in State], dtype=object)
    return pd.Series(labels[np.asarray(state, dtype=np.int64)], dtype=object)


def _facilities(assessment: Assessment, edition: Edition) -> pd.DataFrame:
    points = assessment.facilities
    rows = {
        "id": texts(points.ids),
        "name": texts(in_language(n, edition.say.language) for n in points.names),
        "service": texts(points.services),
        "service_name": texts(service_name(assessment, s, edition.say) for s in points.services),
        "source": texts(points.sources),
        "modelled": np.array([is_modelled(s) for s in points.sources], dtype=bool),
        "lon": numbers_of(points.lon),
        "lat": numbers_of(points.lat),
    }
    return frame_of(rows, points_of(points.lon, points.lat))


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


def _studies(edition: Edition) -> pd.DataFrame:
    """Return what the other studies found, a row for each cell of their tables and each sentence."""
    cells: list[tuple[str, str, int, str, str, float]] = []
    for chapter in chapters(edition.findings, edition.say):
        for part in chapter.parts:
            words = ((chapter.heading, part.subject, 0, "", clean(text), np.nan) for text in part.sentences)
            cells.extend(words)
            for number, row in enumerate(part.rows, start=1):
                for column, cell in zip(chapter.columns, row, strict=True):
                    text = clean(cell) if isinstance(cell, str) else ""
                    value = np.nan if cell is None or isinstance(cell, str) else float(cell)
                    cells.append((chapter.heading, part.subject, number, column.title, text, value))
    if not cells:
        return pd.DataFrame()
    study, service, rows, titles, said, values = zip(*cells, strict=True)
    return pd.DataFrame(
        {
            "study": texts(study), "service": texts(service), "row": np.array(rows, dtype=np.int32),
            "column": texts(titles), "text": texts(said), "number": numbers_of(values),
        }
    )  # fmt: skip


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
        {name: texts(column) for name, column in zip(("part", "name", "value"), columns, strict=True)}
    )
