"""The printed report, PDF and DOCX: a memo first, nothing cut, names as they are, real headings and tables."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from planner import report
from planner.i18n import LANGUAGES, speech
from planner.maps.picture import district_picture
from planner.report.blocks import Document, Heading, Paragraph, clean, fitted, kept
from planner.report.chapters import Chapter, Column, Part
from planner.report.content import compose
from planner.report.document_services import chapter_blocks
from planner.report.document_tables import Setting
from planner.report.docx import set_docx
from planner.report.pdf import set_pdf
from planner.results import Assessment, State, frozen
from tests.unit.report import district as town
from tests.unit.report.district import MADE_AT, picture

HOSTILE = ("#panic()", "$x$ @a *b* _c_", '<b>"\\n" \\u{41}', "Мʼяч — ў Ў і І «№ 5»", "=1+1 & %s {count}")
"""Names that mean something to a program that sets text, and letters that fonts forget."""


@pytest.fixture(scope="module")
def found() -> Assessment:
    return town.assessment()


def named(found: Assessment) -> Assessment:
    """Return the district with hostile names, in all that is named."""
    names = tuple({"en": name} for name in (*HOSTILE, "Zeta"))
    zones = replace(found.zones, names=names[:2])
    return replace(found, places=replace(found.places, names=names), zones=zones, district={"en": HOSTILE[0]})


def text_of(data: bytes, folder: Path, *options: str) -> str:
    """Return the text of a PDF as another program reads it, numbers closed up."""
    path = folder / "report.pdf"
    path.write_bytes(data)
    read = subprocess.run(
        [shutil.which("pdftotext") or "pdftotext", *options, str(path), "-"], capture_output=True, check=True
    )
    return read.stdout.decode().replace("\u00a0", " ").replace("\u200b", "").replace("\u202f", " ")


def facts_of(data: bytes, folder: Path, *options: str) -> str:
    path = folder / "report.pdf"
    path.write_bytes(data)
    read = subprocess.run(
        [shutil.which("pdfinfo") or "pdfinfo", *options, str(path)], capture_output=True, check=True
    )
    return read.stdout.decode()


def made(found: Assessment, form: str, language: str = "en") -> bytes:
    return report.render(found, form, language, made_at=MADE_AT, pictures=picture)


def opened(found: Assessment, language: str = "en") -> Any:
    return docx.Document(io.BytesIO(made(found, "docx", language)))


def cells(table: Any) -> list[list[str]]:
    return [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in table.rows]


def headed(document: Any, first: str) -> list[list[str]]:
    """Return the table whose first heading is this one."""
    return next(rows for rows in map(cells, document.tables) if rows[0][0] == first)


def test_number_is_not_parted_from_what_it_counts() -> None:
    assert kept("12 km, 97 % of 5 places (a 3)") == "12\u00a0km, 97\u00a0% of 5\u00a0places (a 3)"


def test_text_that_no_document_can_hold_is_marked() -> None:
    assert clean("a\x00b\ud800c\td") == "a\ufffdb\ufffdc\td"


def test_columns_are_wide_enough_for_their_longest_word() -> None:
    numbers, words = fitted(("Farther", "Go to"), (("1", "somewhere far away"),), (True, False))
    assert numbers >= len("Farther")
    assert words > numbers


@pytest.mark.poppler
@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_first_page_of_the_pdf_is_the_memo(found: Assessment, language: str, tmp_path: Path) -> None:
    data = made(found, "pdf", language)
    content = compose(found, speech(language), "5")
    first = " ".join(text_of(data, tmp_path, "-f", "1", "-l", "1").split())
    for sentence in (*content.summary, content.title):
        assert " ".join(sentence.replace("\u00a0", " ").split()) in first
    for row in content.services:
        assert row.name in first
    assert speech(language)("Contents") in text_of(data, tmp_path, "-f", "2", "-l", "2")


@pytest.mark.poppler
def test_memo_stays_on_one_page_however_many_services_there_are(found: Assessment, tmp_path: Path) -> None:
    base = found.results[0]
    names = [
        f"service{k:02} with a name that is long enough to take a second line of its cell" for k in range(40)
    ]
    many = tuple(replace(base, standard=replace(base.standard, id=n, service=n)) for n in names)
    data = made(replace(found, results=many, warnings=()), "pdf")
    first = text_of(data, tmp_path, "-f", "1", "-l", "1")
    assert "and 16 more rows" in first
    assert "Contents" in text_of(data, tmp_path, "-f", "2", "-l", "2")


@pytest.mark.poppler
def test_pdf_is_tagged_dated_and_numbered(found: Assessment, tmp_path: Path) -> None:
    data = made(found, "pdf")
    about = facts_of(data, tmp_path)
    assert "Gap report: Test District" in about
    assert "yes" in about.split("Tagged:")[1].splitlines()[0]
    assert "Mar  5 09:30:00 2026" in about
    assert "<pdfuaid:part>1</pdfuaid:part>" in facts_of(data, tmp_path, "-meta")
    pages = int(about.split("Pages:")[1].split()[0])
    assert f"2 of {pages}" in text_of(data, tmp_path, "-f", "2", "-l", "2")


@pytest.mark.poppler
def test_names_stand_in_the_pdf_letter_by_letter(found: Assessment, tmp_path: Path) -> None:
    text = " ".join(text_of(made(named(found), "pdf"), tmp_path, "-raw").split())
    for name in HOSTILE:
        assert name in text


@pytest.mark.poppler
def test_name_in_a_script_without_a_font_does_not_stop_the_report(found: Assessment, tmp_path: Path) -> None:
    strange = replace(found, district={"en": "中文 \U0001f600"})
    assert "Every standard in numbers" in text_of(made(strange, "pdf"), tmp_path)


@pytest.mark.poppler
def test_word_longer_than_its_column_is_broken_not_cut(found: Assessment, tmp_path: Path) -> None:
    long = "x" * 300 + "END"
    places = replace(found.places, names=({"en": long},) * 6)
    text = text_of(made(replace(found, places=places), "pdf"), tmp_path, "-raw")
    assert long in "".join(text.split())


def test_pdf_needs_no_map_where_there_is_nothing_to_draw(found: Assessment) -> None:
    nowhere = replace(found.places, lon=frozen([float("nan")] * 6), lat=frozen([float("nan")] * 6))
    bare = replace(
        found,
        outline=None,
        places=nowhere,
        zones=replace(found.zones, ids=(), names=(), outlines=(), sources=()),
    )
    bare = replace(bare, places=replace(nowhere, zone=frozen([-1] * 6)))
    for form in ("pdf", "docx", "gpkg"):
        assert report.render(bare, form, "en", made_at=MADE_AT)


def test_document_has_headings_tables_and_pictures_that_programs_understand(found: Assessment) -> None:
    document = opened(found)
    styles = [p.style.name for p in document.paragraphs]
    assert styles.count("Title") == 1
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[:2] == ["Remarks", "Scorecard by standard"]
    assert "Post office" in [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    for table in document.tables:
        assert table._tbl.findall(f".//{qn('w:tblHeader')}")
    about = [shape._inline.docPr for shape in document.inline_shapes]
    assert len(about) == 3
    assert (
        about[0].get("descr")
        == "Map: Shop (proxy, modelled). People without the service: 460. Share covered: 52.1%."
    )


@pytest.mark.parametrize(("language", "locale"), [("ru", "ru-RU"), ("be", "be-BY"), ("en", "en-GB")])
def test_document_names_its_language_and_date(found: Assessment, language: str, locale: str) -> None:
    document = opened(found, language)
    assert document.core_properties.language == locale
    assert document.core_properties.created == MADE_AT
    assert {x.get(qn("w:val")) for x in document.styles.element.iter(qn("w:lang"))} == {locale}


def test_document_numbers_its_pages_and_leads_to_its_headings(found: Assessment) -> None:
    document = opened(found)
    fields = "".join(x.text or "" for x in document.sections[0].footer._element.iter(qn("w:instrText")))
    assert fields.split() == ["PAGE", "NUMPAGES"]
    asked = [(x.text or "").split()[1] for x in document.element.iter(qn("w:instrText"))]
    marked = [x.get(qn("w:name")) for x in document.element.iter(qn("w:bookmarkStart"))]
    assert asked == marked
    assert len(marked) == sum(p.style.name in ("Heading 1", "Heading 2") for p in document.paragraphs)


def test_document_says_the_same_as_the_command_line(found: Assessment) -> None:
    lines = {line[0]: line for line in headed(opened(found), "Identifier")}
    for row in found.as_dict()["services"]:
        shown = lines[row["standard"]]
        told = [row[s.label] for s in State] + [row["places_in_gap"]]
        assert [int(cell.replace(",", "")) for cell in shown[1:]] == told


def test_names_stand_in_the_document_letter_by_letter(found: Assessment) -> None:
    document = opened(named(found))
    words = {cell for table in document.tables for row in cells(table) for cell in row}
    assert set(HOSTILE[1:4]) <= words
    assert HOSTILE[0] in document.paragraphs[1].text


def test_parts_of_the_document_carry_no_clock(found: Assessment) -> None:
    with zipfile.ZipFile(io.BytesIO(made(found, "docx"))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(2026, 3, 5, 9, 30, 0)}


def chapter() -> Chapter:
    """Return a chapter that the printed report knows nothing of."""
    rows = tuple((f"Site {k}", 1234.5 + k, None) for k in range(10))
    return Chapter(
        "novel", "A chapter of tomorrow", ("How it was done.",),
        (Column("Where"), Column("Gained", "people"), Column("Why")),
        (Part("Shop†", ("Ten sites.", "Proven."), rows),),
    )  # fmt: skip


def of_tomorrow(found: Assessment) -> Document:
    setting = Setting(compose(found, speech("en"), "5"), speech("en"))
    body = (*chapter_blocks(setting, chapter()), Heading(1, "End"), Paragraph("Over."))
    return Document(
        "Title", "Made", "Memo", "en", "Contents", "{page} of {pages}", (Paragraph("First"),), body
    )


@pytest.mark.poppler
def test_chapter_that_nobody_prepared_for_is_printed(found: Assessment, tmp_path: Path) -> None:
    printed = of_tomorrow(found)
    text = text_of(set_pdf(printed, MADE_AT), tmp_path, "-layout")
    assert "A chapter of tomorrow" in text.split("Contents")[1]
    assert "1,234" in text
    document = docx.Document(io.BytesIO(set_docx(printed, MADE_AT)))
    table = headed(document, "Where")
    assert table[1] == ["Site 0", "1,234", ""]
    assert len(table) == 9
    assert "and 2 more rows" in [p.text.replace("\u00a0", " ") for p in document.paragraphs]


def test_two_reports_of_a_district_have_maps_of_the_same_extent(found: Assessment) -> None:
    # Whatever was found: everybody covered or nobody, seven rows in the legend or two.
    extents = set()
    for state in (State.COVERED, State.NO_DATA, State.GAP):
        same = frozen([int(state)] * 6, "uint8")
        other = replace(found, results=tuple(replace(r, state=same, gap_zones=()) for r in found.results))
        drawn = district_picture(other, speech("en"), "shop")
        size = drawn.split("viewBox=")[1].split(" width")[0]
        outline = drawn.split('<path d="')[1].split('"')[0]
        extents.add((size, outline))
    assert len(extents) == 1


def test_date_of_the_far_past_is_kept_within_what_a_package_can_hold(found: Assessment) -> None:
    early = dt.datetime(1970, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    assert report.render(found, "docx", "en", made_at=early, pictures=picture)


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_page_of_the_document_is_three_sentences_one_map_one_table(
    found: Assessment, language: str
) -> None:
    document = opened(found, language)
    body = list(document.element.body)
    ends = next(i for i, part in enumerate(body) if part.find(f".//{qn('w:pageBreakBefore')}") is not None)
    first = body[:ends]
    leads = [p.text for p in document.paragraphs if p._p in first and p.style.name == "Lead"]
    assert leads == [kept(text) for text in compose(found, speech(language), "").summary]
    assert len(leads) == 3
    (drawn,) = (part for part in first if part.find(f".//{qn('w:drawing')}") is not None)
    (table,) = (part for part in first if part.tag == qn("w:tbl"))
    # Together they leave room for what is written around them.
    height_mm = int(drawn.find(f".//{qn('wp:extent')}").get("cy")) / 36_000
    assert 40 <= height_mm <= 200 - 5.1 * len(table.findall(qn("w:tr")))


@pytest.mark.parametrize(
    ("language", "homes", "settlements"),
    [
        ("en", ("home",), ("settlement", "place ", "places")),
        ("ru", ("дом",), ("населённ",)),
        ("be", ("дом", "дам"), ("населен",)),
    ],
)
def test_report_by_building_speaks_of_homes(
    found: Assessment, language: str, homes: tuple[str, ...], settlements: tuple[str, ...]
) -> None:
    by_home = replace(found, manifest={**found.manifest, "places": "homes"})
    content = compose(by_home, speech(language), "")
    said = [*content.summary, *content.labels.method, content.labels.more_places(speech(language), 3)]
    said.append(content.labels.phrases["ranking_note"])
    assert sum(any(word in text.lower() for word in homes) for text in said) >= 7
    assert [text for text in said if any(word in text.lower() for word in settlements)] == []
