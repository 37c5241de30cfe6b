"""The sample's report in every format: the same numbers as the command line, a memo of one page, a map in QGIS."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pyogrio
import pytest

from planner import report
from planner.i18n import LANGUAGES, Speech, speech
from planner.report.content import compose
from planner.results import Assessment, State
from planner.studies.assess import assess
from planner.workspace import open_workspace
from tests.unit.report.district import MADE_AT, picture

VIEW = Path(__file__).resolve().parents[1] / "unit" / "report" / "qgis_view.py"
Numbers = dict[str, dict[str, float | None]]


@pytest.fixture(scope="module")
def found(sample_file: Path) -> Assessment:
    return assess(open_workspace(sample_file))


@pytest.fixture(scope="module")
def told(found: Assessment) -> Numbers:
    """Return what the command line prints of each standard."""
    keys = (*(s.label for s in State), "places_in_gap")
    return {row["standard"]: {k: row[k] for k in keys} for row in found.as_dict()["services"]}


def text_of(data: bytes, folder: Path, *options: str) -> str:
    path = folder / "report.pdf"
    path.write_bytes(data)
    program = shutil.which("pdftotext") or "pdftotext"
    read = subprocess.run([program, *options, str(path), "-"], capture_output=True, check=True)
    return read.stdout.decode().replace("\u00a0", " ").replace("\u200b", "")


def of_words(words: list[str]) -> dict[str, float | None]:
    keys = (*(s.label for s in State), "places_in_gap")
    return {key: float(word.replace(",", "")) for key, word in zip(keys, words, strict=True)}


def in_html(data: bytes, told: Numbers, folder: Path) -> Numbers:
    rows: Numbers = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = {k.removeprefix("data-").replace("-", "_"): v for k, v in attrs}
            if tag == "tr" and "covered" in given:
                rows[str(given["standard"])] = {k: float(str(given[k])) for k in next(iter(told.values()))}

    Reader().feed(data.decode())
    return rows


def in_pdf(data: bytes, told: Numbers, folder: Path) -> Numbers:
    lines = (line.split() for line in text_of(data, folder, "-layout").splitlines())
    return {words[0]: of_words(words[1:]) for words in lines if words and words[0] in told}


def in_docx(data: bytes, told: Numbers, folder: Path) -> Numbers:
    rows = [[c.text for c in row.cells] for t in docx.Document(io.BytesIO(data)).tables for row in t.rows]
    return {words[0]: of_words(words[1:]) for words in rows if words[0] in told}


def in_xlsx(data: bytes, told: Numbers, folder: Path) -> Numbers:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Services"]
    head, *lines = sheet.iter_rows(values_only=True)
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    words = {s.label: s.label.replace("_", " ") for s in State}
    words |= {"not_connected": "not connected to a road", "not_applicable": "standard does not apply"}
    words["places_in_gap"] = "Places without"
    return {row["Identifier"]: {k: row[w] for k, w in words.items()} for row in rows}  # type: ignore[misc]


def in_geojson(data: bytes, told: Numbers, folder: Path) -> Numbers:
    places = [f["properties"] for f in json.loads(data)["features"] if f["properties"]["feature"] == "place"]
    return {
        key: {
            **{s.label: sum(p["people"] for p in places if p[f"state_{key}"] == s.label) for s in State},
            "places_in_gap": sum(
                p[f"state_{key}"] in ("gap", "unreachable", "not_connected") for p in places
            ),
        }
        for key in told
    }


def in_gpkg(data: bytes, told: Numbers, folder: Path) -> Numbers:
    path = folder / "report.gpkg"
    path.write_bytes(data)
    table = pyogrio.read_dataframe(path, layer="standards").set_index("standard")
    places = pyogrio.read_dataframe(path, layer="places")
    rows: Numbers = {}
    for key, line in told.items():
        state = places[f"state_{key}"]
        counted = {s.label: float(places.loc[state == s.label, "people"].sum()) for s in State}
        assert counted == pytest.approx({s.label: table.loc[key, s.label] for s in State})
        assert {k: table.loc[key, k] for k in line} == line
        rows[key] = {**counted, "places_in_gap": float(table.loc[key, "places_in_gap"])}
    return rows


READERS: dict[str, Callable[[bytes, Numbers, Path], Numbers]] = {
    "html": in_html, "pdf": in_pdf, "docx": in_docx, "xlsx": in_xlsx, "geojson": in_geojson, "gpkg": in_gpkg,
}  # fmt: skip


@pytest.mark.poppler
@pytest.mark.parametrize("form", report.FORMATS)
def test_every_format_says_the_same_as_the_command_line(
    found: Assessment, told: Numbers, form: str, tmp_path: Path
) -> None:
    data = report.render(found, form, "en", made_at=MADE_AT, pictures=picture)
    shown = READERS[form](data, told, tmp_path)
    assert shown.keys() == told.keys()
    for key, line in told.items():
        assert shown[key] == pytest.approx(line, abs=0.5 if form in ("pdf", "docx") else 1e-6)


@pytest.mark.poppler
@pytest.mark.parametrize("language", LANGUAGES)
def test_council_reads_its_memo_on_the_first_page(found: Assessment, language: str, tmp_path: Path) -> None:
    say: Speech = speech(language)
    data = report.render(found, "pdf", language, made_at=MADE_AT)
    content = compose(found, say, say.date(MADE_AT.date()))
    first = " ".join(text_of(data, tmp_path, "-f", "1", "-l", "1", "-raw").replace("-\n", "").split())
    for row in content.services:
        assert row.name.replace("\u00a0", " ") in first
        assert say.number(row.tally.lacking).replace("\u00a0", " ") in first
    # The map is drawn, not a picture of dots: its legend can be read as text.
    assert say("Legend") in first
    second = text_of(data, tmp_path, "-f", "2", "-l", "2")
    assert say("Contents") in second
    for row in content.services:
        assert row.name in second


@pytest.mark.browser
@pytest.mark.poppler
def test_printed_page_begins_with_the_memo(browser: Any, found: Assessment, tmp_path: Path) -> None:
    say = speech("ru")
    page_file, printed = tmp_path / "report.html", tmp_path / "printed.pdf"
    page_file.write_bytes(report.render(found, "html", "ru", made_at=MADE_AT))
    page = browser.new_page()
    page.goto(page_file.as_uri())
    page.pdf(path=printed, prefer_css_page_size=True, print_background=True)
    page.close()
    first = " ".join(text_of(printed.read_bytes(), tmp_path, "-f", "1", "-l", "1", "-raw").split())
    content = compose(found, say, say.date(MADE_AT.date()))
    for row in content.services:
        assert row.name in first
        assert say.number(row.tally.lacking).replace("\u00a0", " ") in first
    for note in content.notes:
        assert note in first
    assert content.labels.headings["scorecard"] not in first


@pytest.mark.qgis
def test_qgis_opens_the_package_styled(found: Assessment, tmp_path: Path) -> None:
    say = speech("ru")
    path, drawn = tmp_path / "report.gpkg", tmp_path / "map.png"
    path.write_bytes(report.render(found, "gpkg", "ru", made_at=MADE_AT))
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
    }
    read = subprocess.run(
        ["/usr/bin/python3", str(VIEW), str(path), str(drawn)],
        capture_output=True, check=True, env=environment, timeout=120,
    )  # fmt: skip
    layers: dict[str, Any] = json.loads(read.stdout)
    content = compose(found, say, "")
    first = content.services[0]
    places = layers["places"]
    assert (places["renderer"], places["field"]) == ("categorizedSymbol", f"state_{first.id}")
    assert [(c["value"], c["label"]) for c in places["categories"]] == [
        (s.label, content.states[s]) for s in State
    ]
    assert [c["colour"] for c in places["categories"][:2]] == ["#0072b2", "#d55e00"]
    assert all(c["sized"] for c in places["categories"])
    assert places["features"] == len(found.places)
    assert places["aliases"][f"state_{first.id}"] == first.name
    assert len(layers["roads"]["categories"]) == 6
    for name in ("gap_zones", "facilities"):
        assert layers[name]["renderer"] == "categorizedSymbol"
        assert [c["value"] for c in layers[name]["categories"] if c["shown"]] == [first.id]
    assert len(layers["gap_zones"]["categories"]) == len(
        {r.standard.service for r in found.results if r.gap_zones}
    )
    assert len(layers["facilities"]["categories"]) == len(set(found.facilities.services))
    assert (layers["zones"]["renderer"], layers["zones"]["labels"]) == ("singleSymbol", True)
    assert drawn.stat().st_size > 20_000
    styles = pyogrio.read_dataframe(path, layer="layer_styles")
    assert len(styles[styles.f_table_name == "places"]) == len(content.services)
    assert styles.groupby("f_table_name").useAsDefault.sum().eq(1).all()
