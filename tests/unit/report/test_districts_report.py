"""The report on many districts in every format: the numbers of ``planner batch --json``, and a styled map in QGIS."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planner.i18n import LANGUAGES, speech
from planner.maps.districts_map import class_of
from planner.report import districts as report
from planner.report.districts_tables import summary
from planner.results import Districts, Failure
from planner.studies.districts import as_document, compare
from planner.studies.figures import figures
from planner.workspace import open_workspace
from tests.unit.report import reading
from tests.unit.report.district import MADE_AT
from tests.unit.report.towns import towns

VIEW = Path(__file__).parent / "qgis_view.py"


def test_what_reads_as_a_break_stands_in_the_class_above() -> None:
    assert [class_of(v, "") for v in (0.7949, 0.7951, 0.8, None)] == [3, 4, 4, -1]
    assert [class_of(v, "shop") for v in (0.4994, 0.4996, 0.6499, 0.95)] == [0, 1, 2, 4]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Districts:
    folder = tmp_path_factory.mktemp("districts")
    towns(folder)
    lost = Failure("lost", "lost.gpkg", "{path} cannot be read.", "", {"path": "lost.gpkg"})
    made = [
        replace(
            figures(open_workspace(folder / f"{name}.gpkg")),
            id=name,
            name={"en": name, "ru": word, "be": word},
        )
        for name, word in (("near", "Ближний"), ("far", "Далёкий"))
    ]
    return compare(made, [lost], small_below=500.0)


@pytest.fixture(scope="module")
def said(found: Districts) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(as_document(found)))
    return document


def lines_of(form: str, data: bytes, folder: Path) -> list[list[str]]:
    if form == "pdf":
        lines = [line[0].split() for line in reading.of_pdf(data, folder)[0]]
    else:
        tables = reading.of_html(data) if form == "html" else reading.of_docx(data)
        lines = [[cell.strip() for cell in line] for table in tables for line in table]
    return [[word.replace("\u00a0", " ") for word in line] for line in lines]


@pytest.mark.poppler
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["html", "pdf", "docx"])
def test_pages_rank_the_districts_as_the_command_line_does(
    found: Districts, said: dict[str, Any], form: str, language: str, tmp_path: Path
) -> None:
    say = speech(language)
    data = report.render_districts(found, form, language, made_at=MADE_AT)
    lines = lines_of(form, data, tmp_path)
    people = {d["id"]: d["people"] for d in said["districts"]}
    for row in said["ranking"][""]:
        name = found.name(row["id"], language)
        told = f"{row['rank']} {name} {say.number(people[row['id']])} {say.number(row['value'], 2)}"
        wanted = told.replace("\u00a0", " ")
        # On the first page and in the ranking.
        assert sum(" ".join(line).startswith(wanted) for line in lines) >= 2, wanted
    for between in said["between"]:
        name = (
            found.names[between["service"]][language] if between["service"] else say("All services together")
        )
        if between["mean"] is not None:
            mean = say.number(between["mean"], 2)
            assert any(" ".join(line).startswith(f"{name} {mean}") for line in lines), name
    assert any("lost.gpkg" in " ".join(line) for line in lines)
    for one in found.districts:
        # A page lists digests below each other and not in a table.
        assert any(one.key in "".join(line) for line in lines) or (
            form == "html" and one.key in data.decode()
        )


def test_the_summary_names_all_who_are_equally_well_off(found: Districts) -> None:
    def told(*copies: str) -> str:
        near, far = (next(d for d in found.districts if d.id == id) for id in ("near", "far"))
        alike = [replace(far, id=id, key=id, name={"en": id}) for id in copies]
        return summary(compare([far, near, *alike], [], small_below=500.0), speech("en"))[1]

    levels = {row.id: row.value or 0 for row in found.ranking[""]}
    assert levels["near"] < levels["far"]
    assert told("twin").endswith("lowest in near, highest in far, twin.")
    assert told("b", "c", "d").endswith("lowest in near, highest in 4 districts.")
    near = replace(found.districts[0], id="one")
    alone = summary(compare([near, replace(near, id="two", key="2")], [], small_below=500.0), speech("en"))[1]
    assert alone.endswith("of 1.")


@pytest.mark.poppler
def test_the_first_page_holds_summary_map_and_table(found: Districts, tmp_path: Path) -> None:
    say = speech("ru")
    path = tmp_path / "districts.pdf"
    path.write_bytes(report.render_districts(found, "pdf", "ru", made_at=MADE_AT))
    command = ["pdftotext", "-f", "1", "-l", "1", "-layout", str(path), "-"]
    first = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    for text in (
        say("Districts compared"),
        say("All services together"),
        say("Level of service"),
        say("Rank"),
    ):
        assert text in first
    assert say("Contents") not in first


def test_layers_hold_the_same_numbers(found: Districts, said: dict[str, Any], tmp_path: Path) -> None:
    package = reading.of_gpkg(report.render_districts(found, "gpkg", "be", made_at=MADE_AT), tmp_path)
    assert set(package) == {
        "districts",
        "centres",
        "services",
        "standards",
        "failures",
        "about",
        "layer_styles",
    }
    districts = package["districts"].set_index("id")
    for service, ranking in said["ranking"].items():
        suffix = f"_{service}" if service else ""
        for row in ranking:
            held = districts.loc[row["id"]]
            for column, value in (
                (f"rank{suffix}", row["rank"]),
                (f"covered{suffix}" if service else "level", row["value"]),
            ):
                assert (held[column] != held[column]) if value is None else held[column] == value
    services = package["services"].set_index(["district", "service"])
    standards = package["standards"].set_index(["district", "standard"])
    for district in said["districts"]:
        for line in district["services"]:
            told = {
                k: sum(group[k] for group in line["people"].values()) for k in ("covered", "gap", "no_data")
            }
            assert dict(services.loc[district["id"], line["service"]][list(told)]) == pytest.approx(told)
        for line in district["standards"]:
            held = standards.loc[district["id"], line["standard"]]
            assert held["covered"] == line["covered"]
            assert held["places_in_gap"] == line["places_in_gap"]


@pytest.mark.qgis
def test_qgis_opens_the_districts_styled(found: Districts, tmp_path: Path) -> None:
    say = speech("ru")
    path, drawn = tmp_path / "districts.gpkg", tmp_path / "map.png"
    path.write_bytes(report.render_districts(found, "gpkg", "ru", made_at=MADE_AT))
    environment = {
        "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    read = subprocess.run(
        ["/usr/bin/python3", str(VIEW), str(path), str(drawn)],
        capture_output=True, check=True, env=environment, timeout=120,
    )  # fmt: skip
    layers: dict[str, Any] = json.loads(read.stdout)
    shown = layers["districts"]
    assert (shown["features"], shown["renderer"], shown["field"], shown["labels"]) == (
        2,
        "categorizedSymbol",
        "class",
        True,
    )
    assert len(shown["categories"]) >= 5
    assert all(category["shown"] for category in shown["categories"])
    assert len({category["colour"] for category in shown["categories"]}) == len(shown["categories"])
    assert shown["aliases"]["level"] == say("Level of service")
    assert layers["centres"]["features"] == 2
    assert drawn.stat().st_size > 5000
