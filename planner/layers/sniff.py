"""What a file is, by its content; its extension is a hint only."""

from __future__ import annotations

import io
import re
import zipfile

from planner.layers.archive import DAMAGED
from planner.layers.encoding import detect
from planner.layers.wkt import looks_like_wkt

FORMATS = (
    ".geojson", ".json", ".geojsonl", ".geojsons", ".jsonl", ".ndjson", ".topojson", ".gpkg", ".zip", ".shp", ".kml",
    ".kmz", ".csv", ".tsv", ".txt", ".xlsx", ".wkt", ".fgb", ".parquet", ".geoparquet", ".gml", ".gpx", ".tab", ".mif",
)  # fmt: skip
"""Extensions of the files that can be read."""

_JSON = (".geojson", ".json", ".geojsonl", ".geojsons", ".jsonl", ".ndjson", ".topojson")
_XML = {"kml": ".kml", "gpx": ".gpx"}
_MAGIC = (
    (b"SQLite format 3\0", ".gpkg"),
    (b"fgb\x03fgb", ".fgb"),
    (b"\x00\x00\x27\x0a", ".shp"),
    (b"PAR1", ".parquet"),
)


def sniff(data: bytes, suffix: str) -> str:
    """Return what a file is, as the extension it ought to have.

    Parameters
    ----------
    data : bytes
        All of it.
    suffix : str
        The extension that it has, in lower case.
    """
    for magic, extension in _MAGIC:
        if data.startswith(magic):
            return extension
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ".xlsx" if _is_workbook(data) else ".zip"
    encoding, _ = detect(data[:20_000]) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else detect(data[:2000])
    start = data[:20_000].decode(encoding, errors="replace").lstrip("\ufeff \t\r\n\x1e")
    if start.startswith("<"):
        root = re.search(r"<(?:\w+:)?([A-Za-z]\w*)", start)
        return _XML.get(root[1].lower(), ".gml") if root else ".gml"
    if looks_like_wkt(start) and "\t" not in start.split("(")[0]:
        return ".wkt"
    if re.match(r"!table\s", start, re.IGNORECASE):
        return ".tab"
    if re.match(r"version\s+\d+\s*[\r\n]", start, re.IGNORECASE) and re.search(
        r"(?i)[\r\n]\s*columns\s", start
    ):
        return ".mif"
    # A table may begin with a brace or a bracket as well, but nobody names such a one .json.
    if start.startswith(("{", "[")) or suffix in _JSON:
        return ".geojson"
    return ".csv"


def _is_workbook(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except DAMAGED:
        return False
