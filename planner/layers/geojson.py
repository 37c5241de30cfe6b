"""Read GeoJSON: leniently, and precisely about what is wrong."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from planner.errors import InputError
from planner.layers import schema
from planner.layers.crs import crs_from_name, is_wgs84
from planner.layers.deadline import check_time
from planner.layers.encoding import decode, excerpt
from planner.layers.faults import finding
from planner.layers.geojson_geometry import KINDS, Geometries, geometries_of, shown
from planner.layers.reading import (
    FID,
    ID_BEFORE,
    Content,
    Limits,
    Notes,
    column_names,
    id_column,
    refuse_wide,
    unique_ids,
)
from planner.layers.topojson import features_of, layers_of

_DOCUMENTS = {kind.lower(): kind for kind in ("FeatureCollection", "Feature", *KINDS)}
_BBOX_SLACK = 1e-9
_CUT_OFF = "unexpected end of data"
"""How the library for JSON says that a text ends too early."""


def read_geojson(
    data: bytes,
    name: str,
    *,
    encoding: str | None = None,
    layer: str | None = None,
    limits: Limits | None = None,
) -> Content:
    """Return the features of a GeoJSON document, or of a TopoJSON one.

    A collection, a single feature or a bare geometry are read, also a sequence of features, one a line.
    Whatever is wrong with a feature becomes a finding that names it; its geometry is None where it cannot be
    read.

    Parameters
    ----------
    data : bytes
    name : str
        Of the layer, for findings.
    encoding : str, optional
        Where it is known; otherwise it is found out.
    layer : str, optional
        Which object of a TopoJSON document; otherwise the first.
    limits : Limits, optional

    Raises
    ------
    InputError
        If the bytes are not JSON (it says in which line and column), or JSON of something else.
    """
    limits = limits or Limits()
    notes = Notes(name)
    with _no_collection():
        return _read(data, notes, encoding, layer, limits)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector of circular garbage from walking millions of new objects again and again.

    A parsed document holds no circles; nothing is lost by not looking for them meanwhile.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _read(data: bytes, notes: Notes, encoding: str | None, layer: str | None, limits: Limits) -> Content:
    name = notes.layer
    document, used = _parse(data, encoding, notes)
    if document.get("type") == "Topology":
        names = layers_of(document)
        parts, chosen = features_of(document, name, layer)
        if len(names) > 1 and layer is None:
            notes.add("layer_chosen", layers=shown(", ".join(names), 300), chosen=chosen)
        content = _collected({"type": "FeatureCollection", "features": parts}, used, notes, limits)
        return replace(content, driver="TopoJSON", layer=chosen, layers=names)
    return _collected(document, used, notes, limits)


def _collected(document: dict[str, Any], used: str, notes: Notes, limits: Limits) -> Content:
    name = notes.layer
    features, positions = _features(document, notes)
    if len(features) > limits.max_features:
        raise InputError(
            "{name} holds {count} features; at most {limit} are read.",
            "Split the layer, or raise the limit.",
            name=name,
            count=len(features),
            limit=limits.max_features,
        )
    check_time()
    objects = [_geometry_object(feature, row, notes) for row, feature in enumerate(features)]
    geometries = geometries_of(objects, notes)
    check_time()
    frame = _properties(features, notes)
    ids = unique_ids(_given_ids(features, frame), notes)
    _bounding_boxes(document, features, objects, geometries, notes)
    _multi_of_one(objects, geometries, notes)
    crs = _crs(document, notes)
    frame[FID] = ids
    changed = notes.rows.keys() & {"id_duplicate", "id_type"}
    if changed and any("id" in feature for feature in features) and ID_BEFORE not in frame:
        frame[ID_BEFORE] = [feature.get("id") for feature in features]
    faults = notes.findings(ids)
    if positions:
        faults += (finding("feature_null", name, [str(position) for position in positions]),)
    found = GeoDataFrame(frame, geometry=geometries, crs=crs)
    return Content("GeoJSON", found, crs, True, faults, encoding=used)


def _parse(data: bytes, encoding: str | None, notes: Notes) -> tuple[dict[str, Any], str]:
    decoded = decode(data, encoding)
    if not decoded.certain:
        notes.add("encoding_guessed", encoding=decoded.encoding, example=shown(excerpt(decoded.text)))
    try:
        document = orjson.loads(decoded.text)
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        document = _parse_otherwise(decoded.text, str(error), notes)
        if document is None:
            raise _not_json(error) from error
    if not isinstance(document, dict):
        raise InputError(
            "The file is JSON, but not GeoJSON: it holds {found}, not an object.",
            "Export the layer as a GeoJSON FeatureCollection.",
            found=shown(document),
        )
    return document, decoded.encoding


def written_geometries(data: bytes, encoding: str | None = None) -> list[object]:
    """Return the geometry objects of a document's features as they are written, faults and all; for pictures."""
    notes = Notes("")
    features, _ = _features(_parse(data, encoding, notes)[0], notes)
    return [feature.get("geometry") for feature in features]


def _not_json(error: Exception) -> InputError:
    if not isinstance(error, json.JSONDecodeError):
        return InputError("The text holds half a character.", "Export the layer again, in UTF-8.")
    # The library's own reason is in English, whatever the planner's language.
    if error.msg == _CUT_OFF:
        return InputError(
            "The file ends in the middle: line {line}, column {column}.",
            "It was cut off on its way; export or copy it again.",
            line=error.lineno, column=error.colno,
        )  # fmt: skip
    return InputError(
        "The file is not valid JSON at line {line}, column {column}.",
        "Look at that place, or export the layer again.",
        line=error.lineno, column=error.colno,
    )  # fmt: skip


def _parse_otherwise(text: str, complaint: str, notes: Notes) -> object:
    """Return a document with NaN or a boundless number in it, or a sequence of features; otherwise None."""
    # A sequence has a record separator before each feature (RFC 8142), or else a feature on each line.
    lines = [line.strip() for line in (text.split("\x1e") if "\x1e" in text else text.splitlines())]
    try:
        parts = [orjson.loads(line) for line in lines if line]
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        parts = []
    if (len(parts) > 1 or (parts and "\x1e" in text)) and all(isinstance(part, dict) for part in parts):
        return {"type": "FeatureCollection", "features": parts}
    literals = "NaN" in text or "Infinity" in text
    if not literals and "infinity" not in complaint:
        return None
    try:
        document = json.loads(text)
        if re.search(r"\\u[dD][89a-fA-F]", text):
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    if literals:
        notes.add("json_nan")
    return document


def _features(document: dict[str, Any], notes: Notes) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the document's features, and the positions (from 1) of entries that are none."""
    kind = document.get("type")
    if kind is None:
        notes.add("type_missing")
        return _entries(document, notes) if isinstance(document.get("features"), list) else ([], [])
    proper = _DOCUMENTS.get(kind.lower()) if isinstance(kind, str) else None
    if proper is None:
        if isinstance(document.get("coordinates"), list):
            return [{"type": "Feature", "properties": {}, "geometry": document}], []
        notes.add("type_unknown", type=shown(kind))
        return [], []
    if proper in ("Feature", "FeatureCollection") and kind != proper:
        notes.add("type_case", count=1, examples=notes.layer, type=shown(kind))
    if proper == "Feature":
        return [document], []
    if proper != "FeatureCollection":
        return [{"type": "Feature", "properties": {}, "geometry": document}], []
    return _entries(document, notes)


def _entries(document: dict[str, Any], notes: Notes) -> tuple[list[dict[str, Any]], list[int]]:
    if "features" not in document:
        notes.add("features_missing")
        return [], []
    entries = document["features"]
    if not isinstance(entries, list):
        notes.add("features_not_a_list", found=shown(entries))
        return [], []
    features = [entry for entry in entries if type(entry) is dict]
    if len(features) == len(entries):
        return features, []
    return features, [at for at, entry in enumerate(entries, start=1) if type(entry) is not dict]


def _geometry_object(feature: dict[str, Any], row: int, notes: Notes) -> object:
    kind = feature.get("type")
    if kind != "Feature":
        if isinstance(kind, str) and kind.lower() == "feature":
            notes.add("type_case", row, type=kind)
        else:
            notes.add("feature_type", row)
        if "geometry" not in feature and "coordinates" in feature:
            return feature
    if "geometry" not in feature:
        notes.add("geometry_missing", row)
        return None
    return feature["geometry"]


def _properties(features: Sequence[dict[str, Any]], notes: Notes) -> pd.DataFrame:
    records: list[dict[str, Any]] = []
    keys: set[str] = set()
    for row, feature in enumerate(features):
        found = feature.get("properties")
        if type(found) is not dict:
            if found is not None:
                notes.add("properties_not_object", row)
            elif "properties" not in feature:
                notes.add("properties_missing", row)
            found = {}
        keys.update(found)
        records.append(found)
    refuse_wide(len(keys), len(records), notes.layer)
    frame = pd.DataFrame(records, index=range(len(records)))
    frame.columns = pd.Index(column_names(frame.columns))
    return frame


def _given_ids(features: Sequence[dict[str, Any]], frame: pd.DataFrame) -> list[Any]:
    given = [feature.get("id") for feature in features]
    if all(value is None for value in given):
        return id_column(frame) or given
    return given


def _crs(document: dict[str, Any], notes: Notes) -> str:
    member = document.get("crs")
    if member is None:
        return schema.WGS84
    properties = member.get("properties") if isinstance(member, dict) else None
    written = properties.get("name") if isinstance(properties, dict) else member
    known = crs_from_name(written)
    if known is None:
        notes.add("crs_unknown", crs=shown(written))
        return schema.WGS84
    if is_wgs84(known):
        notes.add("crs_member", crs=shown(written))
        return schema.WGS84
    notes.add("crs_not_wgs84", crs=known)
    return known


def _bounding_boxes(
    document: dict[str, Any],
    features: Sequence[dict[str, Any]],
    objects: Sequence[object],
    geometries: Geometries,
    notes: Notes,
) -> None:
    # Hardly any file has them: the rows that do are sought first.
    rows = [
        row
        for row, (feature, found) in enumerate(zip(features, objects, strict=True))
        if "bbox" in feature or (type(found) is dict and "bbox" in found)
    ]
    for row in rows:
        feature, found = features[row], objects[row]
        for holder in (feature, found) if found is not feature else (feature,):
            if isinstance(holder, dict) and "bbox" in holder:
                code = _bbox_fault(holder["bbox"], shapely.bounds(geometries[row]))
                if code:
                    notes.add(code, row)
    if features and document is features[0]:
        return
    if "bbox" in document and len(features):
        code = _bbox_fault(document["bbox"], shapely.total_bounds(geometries))
        if code and code not in notes.rows:
            notes.add(code, count=1, examples=notes.layer)


def _bbox_fault(box: object, bounds: Any) -> str | None:
    if not isinstance(box, list):
        return "bbox_type"
    if len(box) not in (4, 6):
        return "bbox_length"
    if any(isinstance(number, bool) or not isinstance(number, (int, float)) for number in box):
        return "bbox_not_numbers"
    half = len(box) // 2
    west, south, east, north = box[0], box[1], box[half], box[half + 1]
    # West may exceed east: that is how a box across the 180th meridian is written.
    if south > north:
        return "bbox_coordinate_order"
    if np.isnan(bounds).any() or west > east:
        return None
    outside = (
        bounds[0] < west - _BBOX_SLACK
        or bounds[1] < south - _BBOX_SLACK
        or bounds[2] > east + _BBOX_SLACK
        or bounds[3] > north + _BBOX_SLACK
    )
    if not outside:
        return None
    turned = west <= bounds[1] and bounds[3] <= east and south <= bounds[0] and bounds[2] <= north
    return "bbox_coordinate_order" if turned else "bbox_mismatch"


def _multi_of_one(objects: Sequence[object], geometries: Geometries, notes: Notes) -> None:
    """Note geometries declared as several parts that have one: other formats always declare them so."""
    single = shapely.get_num_geometries(geometries) == 1
    several = np.isin(shapely.get_type_id(geometries), (4, 5, 6))
    for row in np.flatnonzero(single & several):
        notes.add("multitype_with_one_part", int(row))
