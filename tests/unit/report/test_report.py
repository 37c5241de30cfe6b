"""The report's files: the same numbers in each, nothing executed, nothing fetched, nothing lost."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely

from planner import report
from planner.errors import InputError, WorkspaceError
from planner.report.sheets import sheet_name
from planner.results import Assessment, State, frozen
from tests.unit.report import district as town
from tests.unit.report.district import FORMULA, MADE_AT, SCRIPT, picture

LANGUAGES = ("ru", "be", "en")


@pytest.fixture(scope="module")
def found() -> Assessment:
    return town.assessment()


@pytest.fixture(scope="module")
def page(found: Assessment) -> str:
    return report.render(found, "html", "en", made_at=MADE_AT, pictures=picture).decode()


@pytest.fixture(scope="module")
def book(found: Assessment) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(report.render(found, "xlsx", "en", made_at=MADE_AT)))


@pytest.fixture(scope="module")
def collection(found: Assessment) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(report.render(found, "geojson", "en", made_at=MADE_AT))
    return document


class Reader(HTMLParser):
    """Collects tags with their attributes, and the cells of each table by its ``data-table``."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: dict[str, list[list[tuple[str, str | None]]]] = {}
        self._rows: list[list[tuple[str, str | None]]] = []
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "table":
            self._rows = self.tables.setdefault(str(given.get("data-table")), [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append(("", given.get("data-value")))
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._open:
            text, value = self._rows[-1][-1]
            self._rows[-1][-1] = (text + data, value)


def policy(page: str) -> str:
    """Return what the page lets a browser load."""
    return next(
        str(a["content"]) for t, a in Reader(page).tags if a.get("http-equiv") == "Content-Security-Policy"
    )


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    lines = list(sheet.iter_rows(values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("Services", "Services"),
        ("Доступная мощность по населённым пунктам", "Доступная мощность по…"),
        ("Доступная мощность по услугам: 31", "Доступная мощность по услугам-…"),
        ("д" * 32, "д" * 30 + "…"),
        ("б" * 31, "б" * 31),
        ("What's [this]?", "What-s -this--"),
    ],
)
def test_a_sheet_s_name_ends_with_a_whole_word(name: str, sheet: str) -> None:
    assert sheet_name(name) == sheet and len(sheet) <= 31


def test_page_says_the_same_as_the_command_line(found: Assessment, page: str) -> None:
    lines = {a["data-standard"]: a for t, a in Reader(page).tags if t == "tr" and "data-covered" in a}
    for row in found.as_dict()["services"]:
        shown = lines[row["standard"]]
        for state in State:
            assert shown[f"data-{state.label.replace('_', '-')}"] == str(row[state.label])
        assert shown["data-places-in-gap"] == str(row["places_in_gap"])
        assert shown["data-met"] == {True: "met", False: "not_met", None: "unknown"}[row["met"]]


def test_workbook_says_the_same_as_the_command_line(found: Assessment, book: openpyxl.Workbook) -> None:
    lines = {r["Identifier"]: r for r in rows_of(book["Services"])}
    words = {"not_connected": "not connected to a road", "not_applicable": "standard does not apply"}
    for row in found.as_dict()["services"]:
        shown = lines[row["standard"]]
        for state in State:
            assert shown[words.get(state.label, state.label.replace("_", " "))] == row[state.label]
        assert shown["Share covered"] == pytest.approx(row["share_covered"])
        assert shown["Target share"] == row["target_share"]
        assert shown["Places without"] == row["places_in_gap"]


def test_geojson_says_the_same_as_the_command_line(found: Assessment, collection: dict[str, Any]) -> None:
    places = [f["properties"] for f in collection["features"] if f["properties"]["feature"] == "place"]
    for row, told in zip(found.as_dict()["services"], collection["standards"], strict=True):
        for state in State:
            key = f"state_{row['standard']}"
            assert sum(p["people"] for p in places if p[key] == state.label) == row[state.label]
        assert (told["met"], told["share_covered"]) == (row["met"], row["share_covered"])
        assert (told["proxy"], told["modelled"]) == (row["proxy"], row["modelled"])


def test_service_takes_the_worst_state_of_its_standards(page: str) -> None:
    # By hand: of 1,000 people 500 are covered by every standard that addresses them; 200 + 100 in a gap,
    # 100 unreachable, 60 not connected; 40 nowhere to be found.
    shop, post = Reader(page).tables["services"][1:]
    assert shop[0][0].strip() == "Shop†*"
    assert [value for _, value in shop[2:4]] == ["460", repr(500 / 960)]
    assert "not met" in shop[4][0]
    assert [value for _, value in post[2:4]] == ["0", "1"]
    assert "✓" in post[4][0]


def test_councils_add_up_to_the_district(page: str, book: openpyxl.Workbook) -> None:
    lines = Reader(page).tables["councils"][1:]
    assert [line[0][0] for line in lines] == [
        "North council", "South <b>council</b>", "outside the councils", "District",
    ]  # fmt: skip
    for column in (1, 2):
        values = [int(line[column][1] or 0) for line in lines]
        assert sum(values[:-1]) == values[-1]
    assert [int(line[2][1] or 0) for line in lines] == [300, 160, 0, 460]
    sheet = list(book["Councils"].iter_rows(min_row=2, max_col=3, values_only=True))
    assert [row[2] for row in sheet] == [300, 160, 0, 460]


def test_unknown_state_of_a_council_is_not_shown_as_nobody(found: Assessment) -> None:
    nothing = frozen([int(State.NO_DATA)] * 6, "uint8")
    blind = replace(found, results=(replace(found.results[2], state=nothing),))
    reader = Reader(report.render(blind, "html", "en", made_at=MADE_AT, pictures=picture).decode())
    assert [line[2][0] for line in reader.tables["councils"][1:]] == ["?"] * 4
    assert "not known" in reader.tables["services"][1][4][0]


def test_places_are_ranked_by_people_times_relative_shortfall(page: str) -> None:
    # By hand: Delta 100 × 1, the one named as a script 200 × 0.5, =1+1 100 × 0.75, Epsilon 60 × 1.
    lines = Reader(page).tables["ranking"][1:]
    assert [(line[0][0], line[3][1]) for line in lines] == [
        (SCRIPT, "100"), ("Delta", "100"), (FORMULA, "75"), ("Epsilon", "60"),
    ]  # fmt: skip


def test_summary_declines_its_numbers(found: Assessment, page: str) -> None:
    assert "1,000 people live in 6 settlements; 2 services were measured by 3 standards." in page
    assert "1 service meets all its standards, 1 service misses at least one." in page
    assert "The widest gap: Shop (proxy, modelled), 460 people are without it in 4 settlements." in page


def test_names_are_shown_and_never_executed(page: str) -> None:
    tags = [tag for tag, _ in Reader(page).tags]
    assert "script" not in tags
    assert "<b>council" not in page
    assert "&lt;script&gt;" in page
    assert not [a for _, given in Reader(page).tags for a in given if a.startswith("on")]


def test_page_fetches_nothing(page: str) -> None:
    for tag, given in Reader(page).tags:
        assert "src" not in given
        assert tag not in ("link", "img", "object", "embed")
        if "href" in given:
            assert tag == "a"
            assert str(given["href"]).startswith(("#", "https://", "http://"))
    assert not re.search(r"url\((?!#)|@import", page)
    assert policy(page).startswith("default-src 'none'")
    assert "script-src" not in policy(page)


def test_only_web_addresses_become_links(page: str) -> None:
    links = [str(given["href"]) for tag, given in Reader(page).tags if tag == "a"]
    assert "https://example.org/act" in links
    assert not [link for link in links if "javascript" in link]
    assert "javascript:alert(1)" in page


def test_proxies_and_modelled_data_are_marked(page: str, book: openpyxl.Workbook) -> None:
    reader = Reader(page)
    assert reader.tables["services"][1][0][0].strip() == "Shop†*"
    assert reader.tables["services"][2][0][0].strip() == "Post office"
    assert "† measured by a proxy standard of another jurisdiction" in page
    scorecard = {line[1][0].split(" &")[0]: line[1][0] for line in reader.tables["standards"][1:]}
    marks = ["proxy: standard of RU" in text for text in scorecard.values()]
    assert sorted(marks) == [False, False, True]
    standing = {r["Identifier"]: r["Standing"] for r in rows_of(book["Services"])}
    assert "proxy: standard of RU" in standing["ru_shop_count"]
    assert "modelled data" in standing["by_shop"]
    assert not standing["by_post"]


def test_standards_without_a_value_are_named(page: str, book: openpyxl.Workbook) -> None:
    assert "value not loaded" in Reader(page).tables["without-value"][1][2][0]
    assert "value not loaded" in [r["Confidence"] for r in rows_of(book["Standards"])]


def test_data_names_digests_and_what_is_estimated(page: str) -> None:
    tables = Reader(page).tables
    assert [[text for text, _ in line] for line in tables["layers"][1:]] == [
        ["roads", "road network", "modelled", "ab12"],
        ["demand", "", "", "cd34"],
    ]
    counts = {line[0][0]: (line[1][1], line[2][1]) for line in tables["counts"][1:]}
    assert counts["population: estimated"] == ("2", "100")
    assert [[v for _, v in line[1:]] for line in tables["facilities"][1:]] == [
        ["2", "2", "1"],
        ["1", "0", "0"],
    ]


def test_text_in_the_workbook_stays_text(book: openpyxl.Workbook) -> None:
    names = {r["Place"] for r in rows_of(book["Places"])}
    assert {FORMULA, SCRIPT} <= names
    for sheet in book:
        assert not [
            c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f" or c.hyperlink
        ]


def test_workbook_has_its_sheets_ready_to_read(book: openpyxl.Workbook, found: Assessment) -> None:
    assert book.sheetnames == ["Summary", "Services", "Places", "Councils", "Standards", "Data"]
    for name in book.sheetnames[1:]:
        assert book[name].freeze_panes
        assert book[name].auto_filter.ref
    places = rows_of(book["Places"])
    assert len(places) == len(found.places)
    lost = places[5]
    assert (lost["Longitude"], lost["Latitude"]) == (None, None)
    states = [v for k, v in places[3].items() if k.startswith("Shop: Standard by_shop")]
    assert states == ["unreachable"]


def test_share_short_of_everyone_is_not_shown_as_everyone(book: openpyxl.Workbook) -> None:
    assert "[=1]0%" in book["Services"].cell(2, 14).number_format


def test_geojson_follows_the_rfc(collection: dict[str, Any]) -> None:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for feature in collection["features"]:
        by_kind.setdefault(feature["properties"]["feature"], []).append(feature)
    assert {kind: len(found) for kind, found in by_kind.items()} == {"place": 6, "gap_zone": 1, "facility": 3}
    assert by_kind["place"][0]["geometry"]["coordinates"] == [27.123457, 55.1]
    assert by_kind["place"][5]["geometry"] is None
    assert by_kind["facility"][1]["geometry"] is None
    ring = by_kind["gap_zone"][0]["geometry"]["coordinates"][0]
    assert shapely.LinearRing(ring).is_ccw
    assert ring[0] == ring[-1]
    assert all(value == round(value, 6) for point in ring for value in point)
    unreachable = by_kind["place"][3]["properties"]
    assert (unreachable["state_by_shop"], unreachable["cost_by_shop"]) == ("unreachable", None)
    assert by_kind["place"][1]["properties"]["shortfall_by_shop"] == 1000
    assert all(math.isfinite(v) for f in collection["features"] for v in f["properties"].values()
               if isinstance(v, float))  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format", report.FORMATS)
def test_same_inputs_give_the_same_bytes(format: str, language: str) -> None:
    made = [
        report.render(town.assessment(), format, language, made_at=MADE_AT, pictures=picture)
        for _ in range(2)
    ]
    assert made[0] == made[1]


def test_page_is_in_its_language(found: Assessment) -> None:
    russian = report.render(found, "html", "ru", made_at=MADE_AT, pictures=picture).decode()
    assert '<html lang="ru">' in russian
    assert "5 марта 2026" in russian
    assert "Магазин" in russian
    assert "Норма by_shop" in russian


def test_interactive_map_is_shut_in_its_frame(found: Assessment) -> None:
    inner = "<!doctype html><script>document.title = '\"'</script>"
    text = report.render(
        found, "html", "en", made_at=MADE_AT, pictures=picture, interactive=lambda: inner
    ).decode()
    frames = [given for tag, given in Reader(text).tags if tag == "iframe"]
    assert [f["srcdoc"] for f in frames] == [inner]
    assert frames[0]["sandbox"] == "allow-scripts"
    assert policy(text).startswith("default-src 'none'")


def test_report_goes_on_without_an_interactive_map_and_says_why(found: Assessment) -> None:
    def refuse() -> str:
        raise WorkspaceError("No {library}.", "Bring it.", library="Leaflet")

    text = report.render(found, "html", "en", made_at=MADE_AT, pictures=picture, interactive=refuse).decode()
    assert "No Leaflet. Bring it." in text
    assert "<iframe" not in text


def test_write_makes_all_files_or_none(found: Assessment, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    paths = report.write(found, ["xlsx", "geojson"], "be", out, made_at=MADE_AT)
    assert [p.name for p in paths] == [
        "gap-report-test-district-be.xlsx",
        "gap-report-test-district-be.geojson",
    ]
    assert sorted(out.iterdir()) == sorted(paths)
    assert paths[1].read_bytes() == report.render(found, "geojson", "be", made_at=MADE_AT)

    other = tmp_path / "other"
    with pytest.raises(InputError, match="html, pdf, docx, xlsx, geojson, gpkg"):
        report.write(found, ["geojson", "odt"], "en", other)
    assert not other.exists()


def test_write_leaves_the_old_file_where_a_map_fails(found: Assessment, tmp_path: Path) -> None:
    path = tmp_path / report.filename(found, "html", "en")
    path.write_text("old")

    def broken(service: str) -> str:
        raise RuntimeError(service)

    with pytest.raises(RuntimeError):
        report.write(found, ["geojson", "html"], "en", tmp_path, pictures=broken)
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_folder_that_cannot_be_written_to_is_named(found: Assessment, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(InputError, match=re.escape(str(blocked))):
        report.write(found, ["geojson"], "en", blocked)


def test_date_without_a_zone_is_accepted(found: Assessment) -> None:
    day = dt.datetime(2026, 3, 5, 9, 30)
    for format in report.FORMATS:
        assert report.render(found, format, "en", made_at=day, pictures=picture)


def test_district_without_places_or_standards_still_reports(found: Assessment) -> None:
    empty = replace(found, results=(), without_value=())
    for format in report.FORMATS:
        assert report.render(empty, format, "en", made_at=MADE_AT, pictures=picture)


def test_many_services_are_split_over_tables_that_fit_the_page(found: Assessment) -> None:
    base = found.results[0]
    names = [f"service{k:02}" for k in range(15)]
    many = tuple(replace(base, standard=replace(base.standard, id=n, service=n)) for n in names)
    text = report.render(
        replace(found, results=many), "html", "en", made_at=MADE_AT, pictures=picture
    ).decode()
    lines = Reader(text).tables["councils"]
    heads = [line for line in lines if line[0][0] == "Rural council"]
    assert [cell[0].strip("†*") for head in heads for cell in head[2:]] == names
    totals = [line for line in lines if line[0][0] == "District"]
    assert [cell[1] for line in totals for cell in line[2:]] == ["460"] * 15


def test_long_lists_say_how_many_places_are_left_out(found: Assessment) -> None:
    count = 20
    places = replace(
        found.places,
        ids=tuple(f"p{i}" for i in range(count)),
        names=tuple({"en": f"Place {i}"} for i in range(count)),
        kinds=("village",) * count,
        area_types=("village",) * count,
        population=frozen(range(100, 100 + count), float),
        population_source=("estimated",) * count,
        zone=frozen([0] * count),
        lon=frozen([27.5] * count),
        lat=frozen([55.5] * count),
        road_distance_m=frozen([0.0] * count),
    )
    missed = replace(
        found.results[0],
        state=frozen([int(State.GAP)] * count, "uint8"),
        cost=frozen([3000.0] * count),
        nearest=frozen([0] * count),
        shortfall=frozen([1000.0] * count),
        relative_shortfall=frozen([0.5] * count),
        gap_zones=(),
    )
    text = report.render(
        replace(found, places=places, results=(missed,)), "html", "en", made_at=MADE_AT, pictures=picture
    ).decode()
    shown = Reader(text).tables["service-places"][1:]
    assert [line[0][0] for line in shown] == [f"Place {i}" for i in range(19, 4, -1)]
    assert text.count("and 5 more places") == 2
