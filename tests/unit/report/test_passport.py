"""The standards passport: what the assessment says of one settlement, in three languages and two formats."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError
from planner.i18n import speech, words
from planner.report.passport import data_digest, passport, passport_name, write_passport
from planner.results import LACKING, Assessment, SettlementCard, State
from planner.standards.model import in_language
from planner.studies.settlement import card
from tests.unit.report import district as town
from tests.unit.report.district import MADE_AT, SCRIPT
from tests.unit.report.test_printed import HOSTILE, facts_of, named, text_of


@pytest.fixture(scope="module")
def found() -> Assessment:
    return town.assessment()


def of(found: Assessment, place: str) -> SettlementCard:
    told = card(found, place)
    assert told is not None
    return told


def page(found: Assessment, place: str, language: str = "en") -> str:
    return passport(found, of(found, place), "html", language, made_at=MADE_AT).decode()


def rows(document: str) -> list[list[str]]:
    """Return the cells of the table of standards as a reader sees them."""
    table = document.split('data-table="standards"')[1].split("</table>")[0].split("<tbody>")[1]
    lines = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [
        [
            html.unescape(re.sub(r"<[^>]+>", " ", cell)).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line)
        ]
        for line in lines
    ]


@pytest.mark.parametrize("place", [f"p{i}" for i in range(6)])
@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_every_standard_stands_with_its_act_its_number_and_its_state(
    found: Assessment, place: str, language: str
) -> None:
    say, i = speech(language), found.places.ids.index(place)
    shown = {line[1]: line for line in rows(page(found, place, language))}
    applying = [r for r in found.results if r.state[i] != State.NOT_APPLICABLE]
    assert len(shown) == len(applying)
    for result in applying:
        act = in_language(result.standard.legal_basis, language)
        line = next(cells for basis, cells in shown.items() if basis.startswith(f"{act}, 5"))
        assert say(words.STATES[State(int(result.state[i])).label]) in line[6]
        assert ("✗" in line[6]) == (result.state[i] in LACKING)
        assert ("†" in line[0], "*" in line[0]) == (result.proxy, result.modelled)
        cost = float(result.cost[i])
        unit = result.standard.measure.unit if result.standard.measure else ""
        assert line[3].startswith("—" if np.isnan(cost) else words.quantity(say, cost, unit))


def test_the_counts_of_the_first_lines_are_those_of_the_card(found: Assessment) -> None:
    assert "Standards that apply here: 3. Met: 1; not met: 2; not known: 0." in page(found, "p2")
    assert "Standards that apply here: 3. Met: 1; not met: 1; not known: 1." in page(found, "p4")


@pytest.mark.poppler
def test_names_of_the_data_stay_text(found: Assessment, tmp_path: Path) -> None:
    shown = page(found, "p1")
    assert SCRIPT not in shown
    assert html.escape(SCRIPT) in shown.replace("&#39;", "&#x27;")
    hostile = named(found)
    for i in range(len(HOSTILE)):
        told = of(hostile, hostile.places.ids[i])
        read = text_of(passport(hostile, told, "pdf", "en", made_at=MADE_AT), tmp_path, "-raw")
        assert HOSTILE[i] in " ".join(read.split())


@pytest.mark.poppler
def test_the_pdf_is_tagged_and_says_what_the_page_says(found: Assessment, tmp_path: Path) -> None:
    data = passport(found, of(found, "p2"), "pdf", "en", made_at=MADE_AT)
    assert re.search(r"Tagged: +yes", facts_of(data, tmp_path))
    assert re.search(r"Pages: +[12]\n", facts_of(data, tmp_path))
    read = " ".join(text_of(data, tmp_path).split())
    assert "Standards that apply here: 3. Met: 1; not met: 2; not known: 0." in read
    assert "100 people (census 2009)" in read


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_the_same_settlement_gives_the_same_bytes(found: Assessment, form: str) -> None:
    first, second = (
        passport(again, of(again, "p1"), form, "be", made_at=MADE_AT) for again in (found, town.assessment())
    )
    assert first == second


def test_the_page_asks_nothing_of_a_network(found: Assessment) -> None:
    shown = page(found, "p1").replace("http://www.w3.org/2000/svg", "")
    assert "default-src 'none'" in shown
    assert not re.search(r"(src|href)=|@import|url\((?!#)", shown)


def test_the_digest_follows_the_data_and_not_the_clock(found: Assessment) -> None:
    slower = replace(found, manifest={**found.manifest, "seconds": 99.0})
    other = replace(found, manifest={**found.manifest, "layers": {"demand": "ef56"}})
    assert data_digest(slower) == data_digest(found) != data_digest(other)
    assert data_digest(found) in page(found, "p1")


def test_a_district_that_cannot_be_drawn_has_a_passport_without_a_map(found: Assessment) -> None:
    nowhere = np.full(6, np.nan)
    places = replace(found.places, lon=nowhere, lat=nowhere)
    zones = replace(found.zones, ids=(), names=(), outlines=(), sources=())
    places = replace(places, zone=np.full(6, -1))
    bare = replace(found, outline=None, places=places, zones=zones)
    assert "<figure" not in page(bare, "p1")
    assert "Act of by_shop" in page(bare, "p1")


def test_files_are_named_for_the_settlement_and_a_wrong_format_writes_nothing(
    found: Assessment, tmp_path: Path
) -> None:
    told = of(found, "p2")
    written = write_passport(found, told, ["html", "pdf"], "ru", tmp_path / "out", made_at=MADE_AT)
    assert [path.name for path in written] == [passport_name(found, told, f, "ru") for f in ("html", "pdf")]
    assert written[0].name == "standards-passport-p2-ru.html"
    with pytest.raises(InputError, match="docx"):
        write_passport(found, told, ["html", "docx"], "ru", tmp_path / "none", made_at=MADE_AT)
    assert not (tmp_path / "none").exists()
