"""Reads a report back with programs that share no code with those that wrote it."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pyogrio

Table = list[list[str]]


def number(text: str, language: str) -> float | None:
    """Return a number as people of a language write it; None where the text is none."""
    thousands, point = (",", ".") if language == "en" else ("\u00a0", ",")
    plain = text.strip().removesuffix("%").strip("\u00a0 ").replace(thousands, "").replace(point, ".")
    return float(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None


@dataclass
class _Rows(HTMLParser):
    """Collects the cells of all tables, and the numbers that a machine is to read beside them."""

    tables: list[Table] = field(default_factory=list)
    inside: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.inside = True
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.tables[-1][-1][-1] += data


def of_html(data: bytes) -> list[Table]:
    """Return the tables of a page, as a reader sees them."""
    reader = _Rows()
    reader.feed(data.decode())
    return reader.tables


def of_docx(data: bytes) -> list[Table]:
    """Return the tables of a document; a cell without what stands small below its text."""
    return [
        [[cell.paragraphs[0].text for cell in row.cells] for row in table.rows]
        for table in docx.Document(io.BytesIO(data)).tables
    ]


def paragraphs(data: bytes) -> list[str]:
    """Return the paragraphs of a document that stand in no table."""
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]


def of_pdf(data: bytes, folder: Path) -> list[Table]:
    """Return the lines of a PDF as a table of one column: where a cell ends, only their order tells."""
    return [[[line.strip(" ")] for line in text_of_pdf(data, folder, "-layout").splitlines()]]


def text_of_pdf(data: bytes, folder: Path, order: str = "-raw") -> str:
    """Return the text of a PDF: cell by cell, or as it stands on the page with ``-layout``."""
    path = folder / "read.pdf"
    path.write_bytes(data)
    program = shutil.which("pdftotext") or "pdftotext"
    read = subprocess.run([program, order, str(path), "-"], capture_output=True, check=True)
    return read.stdout.decode().replace("\u200b", "")


def of_xlsx(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """Return the sheets of a workbook: rows by the title of their column."""
    sheets = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets:
        head, *rows = sheet.iter_rows(values_only=True)
        sheets[sheet.title] = [dict(zip(map(str, head), row, strict=True)) for row in rows]
    return sheets


def of_gpkg(data: bytes, folder: Path) -> dict[str, Any]:
    """Return the layers and tables of a GeoPackage as frames."""
    path = folder / "read.gpkg"
    path.write_bytes(data)
    return {name: pyogrio.read_dataframe(path, layer=name) for name, _ in pyogrio.list_layers(path)}


def of_geojson(data: bytes) -> list[dict[str, Any]]:
    """Return the properties of all features."""
    return [feature["properties"] for feature in json.loads(data)["features"]]
