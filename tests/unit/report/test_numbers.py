"""Numbers in every format and language agree with what the command line prints as JSON, row by row."""

from __future__ import annotations

import contextlib
import html
import io
import itertools
import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from planner import report
from planner.cli import main
from planner.i18n import LANGUAGES, speech
from planner.i18n.words import STATES
from planner.report.chapters import Finding, chapters
from planner.report.content import compose
from planner.results import Assessment, State
from planner.studies.assess import assess
from planner.studies.further import further_findings
from planner.studies.siting_request import planned, request_from
from planner.workspace import open_workspace
from tests.unit.report import reading
from tests.unit.report.district import MADE_AT
from tests.unit.report.towns import towns

Row = tuple[str, list[float | None], list[int]]
"""What a row begins with, its numbers, and their digits after the point."""


@dataclass(frozen=True)
class District:
    """A district, what the command line says of it, and what its report is made of."""

    said: dict[str, Any]
    parity: dict[str, Any]
    closures: dict[str, Any]
    plan: dict[str, Any]
    assessment: Assessment
    findings: tuple[Finding, ...]


def printed(*command: str) -> dict[str, Any]:
    """Return the JSON that a command prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([*command, "--json"]) == 0
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    folder = tmp_path_factory.mktemp("numbers")
    towns(folder)
    near = str(folder / "near.gpkg")
    site = ["--service", "post_office", "--model", "mclp", "--sites", "2", "--site-cost", "1250.5"]
    workspace = open_workspace(near)
    assessment = assess(workspace)
    plan = planned(workspace, request_from("post_office:mclp:2:site-cost=1250.5"))
    return District(
        said=printed("assess", near),
        parity=printed("parity", near),
        closures=printed("closures", near, "--service", "post_office", "--count", "3"),
        plan=printed("site", near, *site),
        assessment=assessment,
        findings=(*further_findings(workspace, assessment=assessment), plan),
    )


def states(district: District) -> Iterable[Row]:
    """Yield every standard: people in each of the seven states, settlements that lack it."""
    for line in district.said["services"]:
        yield line["standard"], [*(line[s.label] for s in State), line["places_in_gap"]], [0] * 8


def standards(district: District) -> Iterable[tuple[str, float, float, float]]:
    """Yield every standard: people whom it addresses, those who lack it, those of whom it is not known."""
    for line in district.said["services"]:
        lacking = line["gap"] + line["unreachable"] + line["not_connected"]
        unknown = line["no_data"] + line["not_located"]
        yield line["standard"], line["people"] - line["not_applicable"], lacking, unknown


def studies(district: District) -> dict[str, list[Row]]:
    """Return the rows of the chapters on parity, closures and sites."""
    parity = [
        (p["name"], [p["people"], *p["composite"].values(), p["level"], (p["step"] or {}).get("cost")],
         [0, *(2 for _ in p["composite"]), 2, 1])
        for p in district.parity["places"]
    ]  # fmt: skip
    closures = [
        (
            c["facilities"][0]["name"],
            [c["people_served"], c["people_losing"], c["people_without_way"], c["extra_mean_m"] / 1000,
             c["extra_max_m"] / 1000, c["extra_person_km"]],
            [0, 0, 0, 1, 1, 0],
        )
        for c in district.closures["closures"]
    ]  # fmt: skip
    sites = [
        (
            s["name"],
            [s["people_gained"], s["people_served"], s["mean_cost"] / 1000, s["opening_cost"]],
            [0, 0, 1, 1],
        )
        for s in district.plan["sites"]
        if s["new"]
    ]
    return {"parity": parity, "closures": closures, "siting": sites}


def written(value: float, digits: int, language: str) -> str:
    """Return a number as people of a language write it."""
    text = f"{value:,.{digits}f}"
    return text if language == "en" else text.replace(",", " ").replace(".", ",")


def agrees(cells: Sequence[str], row: Row, language: str) -> bool:
    """Whether the numbers of a row stand among the cells in this order, rounded as shown and not otherwise."""
    name, numbers, digits = row
    wanted = [(n, d) for n, d in zip(numbers, digits, strict=True) if n is not None and math.isfinite(n)]
    if len(cells) == 1:
        # A line of a PDF, in which every kind of space is a space.
        line = " ".join(cells[0].split())
        between = r"\s(?:.*\s)?".join(re.escape(written(n, d, language)) for n, d in wanted)
        return line.startswith(f"{name} ") and re.search(rf"\s{between}(\s|$)", line) is not None
    if not cells or cells[0].strip() != name:
        return False
    found = [n for cell in cells[1:] if (n := reading.number(cell, language)) is not None]
    spans = (found[i : i + len(wanted)] for i in range(len(found) - len(wanted) + 1))
    return any(
        all(abs(shown - n) <= 0.5 * 10**-d + 1e-9 for shown, (n, d) in zip(span, wanted, strict=True))
        for span in spans
    )


def certified(text: str, plan: dict[str, Any], language: str) -> bool:
    """Whether a text tells a plan's objective with its bound, and what its sites cost together."""
    say = speech(language)
    certificate = say(
        "Certificate: objective {objective}, bound {bound}, gap {gap}.",
        objective=written(plan["objective"], 0, language),
        bound=written(plan["bound"], 0, language),
        gap=say.percent(plan["gap"]),
    )
    money = say("The new sites cost {money} together.", money=written(plan["money"], 1, language))
    return all(bare(sentence) in bare(text) for sentence in (certificate, money))


def bare(text: str) -> str:
    """Return a text without what differs between programs: marks, spaces, and where a word is parted."""
    return re.sub(r"[\s\u00ad-]+", "", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def parts_of_a_report(district: District, language: str) -> list[str]:
    """Return the headings, notes and words that every printed report holds, whichever program sets it."""
    say = speech(language)
    content = compose(district.assessment, say, "")
    heads, standards = content.labels.headings, [row.text for row in content.standards]
    chosen = (
        "scorecard",
        "ranking",
        "councils",
        "by_council",
        "method",
        "standards",
        "without_value",
        "data",
    )
    studied = ("Parity with the centre", "If a service point closes", "Siting")
    return [
        *content.summary,
        *content.warnings,
        *content.labels.method,
        *(heads[key] for key in chosen),
        *(chapter.heading for chapter in chapters(district.findings, say)),
        *(say(heading) for heading in studied),
        *(text.legal_basis for text in standards),
        *(text.confidence for text in standards),
        *(layer.digest for layer in content.data),
        *(count.what for count in content.counts),
        content.labels.phrases["modelled_note"],
        content.labels.phrases["range_note"],
    ]


def tables_of(form: str, data: bytes, folder: Path) -> list[reading.Table]:
    if form == "pdf":
        return reading.of_pdf(data, folder)
    return reading.of_html(data) if form == "html" else reading.of_docx(data)


@pytest.mark.poppler
@pytest.mark.parametrize(("form", "language"), list(itertools.product(("html", "pdf", "docx"), LANGUAGES)))
def test_pages_show_the_numbers_of_the_command_line(
    district: District, form: str, language: str, tmp_path: Path
) -> None:
    data = report.render(district.assessment, form, language, made_at=MADE_AT, findings=district.findings)
    lines = [line for table in tables_of(form, data, tmp_path) for line in table]
    wanted = [*states(district), *itertools.chain(*studies(district).values())]
    assert [row for row in wanted if not any(agrees(line, row, language) for line in lines)] == []
    # Cells of a document stand in its tables; everything else holds them in its text.
    cells = "".join(cell for line in lines for cell in line)
    texts: dict[str, Callable[[], str]] = {
        "html": lambda: data.decode(),
        "pdf": lambda: reading.text_of_pdf(data, tmp_path),
        "docx": lambda: f"{' '.join(reading.paragraphs(data))} {cells}",
    }
    text = texts[form]()
    assert certified(text, district.plan, language)
    whole = bare(text)
    assert [part for part in parts_of_a_report(district, language) if bare(part) not in whole] == []
    total = speech(language)("District")
    people = district.said["people"]
    assert any(agrees(line, (total, [people], [0]), language) for line in lines)
    if form != "pdf":
        # Cells of a PDF that take two lines are read apart: what stands there is compared above and below.
        shown = [[n for c in line if (n := reading.number(c, language)) is not None] for line in lines]
        for _, addressed, lacking, unknown in standards(district):
            assert any(row[:3] == [addressed, lacking, unknown] for row in shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_workbook_holds_every_number(district: District, language: str) -> None:
    say = speech(language)
    sheets = reading.of_xlsx(
        report.render(district.assessment, "xlsx", language, made_at=MADE_AT, findings=district.findings)
    )
    rows = {row[say("Identifier")]: list(row.values()) for row in sheets[say("Services")]}
    for id, numbers, _ in states(district):
        held = [v for v in rows[id] if isinstance(v, int | float)]
        assert held[:7] == pytest.approx(numbers[:7])
        assert held[-1] == numbers[7]
    for line, service in zip(sheets[say("Services")], district.said["services"], strict=True):
        assert line[say("Share covered")] == pytest.approx(service["share_covered"])
    places = {row[say("Identifier")]: list(row.values()) for row in sheets[say("Places")]}
    found = district.assessment
    for i, id in enumerate(found.places.ids):
        row = places[id]
        assert found.places.population[i] in row
        first = len(row) - 2 * len(found.results)
        words = [say(STATES[State(int(r.state[i])).label]) for r in found.results]
        assert row[first : first + len(found.results)] == words
        costs = [float(r.cost[i]) if math.isfinite(r.cost[i]) else None for r in found.results]
        assert row[first + len(found.results) :] == [c if c is None else pytest.approx(c) for c in costs]
    assert certified(
        " ".join(str(v) for row in sheets[say("Studies")] for v in row.values()), district.plan, language
    )
    everything = [list(row.values()) for rows_ in sheets.values() for row in rows_]
    for name, numbers, _ in itertools.chain(*studies(district).values()):
        known = [n for n in numbers if n is not None and math.isfinite(n)]
        assert any(
            name in row and [v for v in row if isinstance(v, int | float)] == pytest.approx(known)
            for row in everything
            if sum(isinstance(v, int | float) for v in row) == len(known)
        ), name


def test_layers_hold_every_number(district: District, tmp_path: Path) -> None:
    found, made = district.assessment, {}
    for form in ("gpkg", "geojson"):
        made[form] = report.render(found, form, "be", made_at=MADE_AT, findings=district.findings)
    package = reading.of_gpkg(made["gpkg"], tmp_path)
    table = package["standards"].set_index("standard")
    for id, numbers, _ in states(district):
        assert list(table.loc[id, [*(s.label for s in State), "places_in_gap"]]) == pytest.approx(numbers)
    features = {p["id"]: p for p in reading.of_geojson(made["geojson"]) if p["feature"] == "place"}
    places = package["places"].set_index("id")
    for i, id in enumerate(found.places.ids):
        for result in found.results:
            key, cost = result.standard.id, float(result.cost[i])
            label = State(int(result.state[i])).label
            assert places.loc[id, f"state_{key}"] == features[id][f"state_{key}"] == label
            held = places.loc[id, f"cost_{key}"]
            assert (held == cost == features[id][f"cost_{key}"]) if math.isfinite(cost) else held != held
    told = package["studies"]
    assert certified(" ".join(told["text"]), district.plan, "be")
    for name, numbers, _ in itertools.chain(*studies(district).values()):
        known = [n for n in numbers if n is not None and math.isfinite(n)]
        rows = told[told["text"] == name][["study", "service", "row"]].itertuples(index=False)
        assert any(
            list(
                told[(told.study == s) & (told.service == of) & (told.row == r)]["number"].dropna()
            ) == pytest.approx(known)
            for s, of, r in rows
        ), name  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_geojson_holds_the_closures_and_the_plan_of_the_command_line(
    district: District, language: str
) -> None:
    features = json.loads(
        report.render(district.assessment, "geojson", language, made_at=MADE_AT, findings=district.findings)
    )["features"]
    held = [p for f in features if (p := f["properties"]).get("service") == "post_office"]
    said, one_by_one = district.closures, [p for p in held if p["feature"] == "closure"]
    (together,) = (p for p in held if p["feature"] == "least_harmful")
    rows = [*said["closures"], said["least_harmful"]]
    for told, row in zip([*one_by_one, together], rows, strict=True):
        assert figures(row).items() <= told.items()
        assert told["facilities"] == [f["id"] for f in row["facilities"]]
        assert told["places_losing"] == [p["id"] for p in row["places_losing"]]
        assert list(zip(told["go_to"], told["go_to_people"], strict=True)) == [
            (f["id"], f["people"]) for f in row["go_to"]
        ]
    (plan,) = (p for p in held if p["feature"] == "plan")
    wanted, certificate = district.plan, district.plan["certificate"]
    assert {
        k: v for k, v in figures(wanted).items() if k not in ("district", "seconds")
    }.items() <= plan.items()
    assert (plan["new_sites"], plan["forced"]) == (wanted["new_sites"], certificate["forced"])
    assert plan["value_of_last_site"] == certificate["value_of_last_site"] > 0
    without = {one["without"]: one for one in certificate["replacements"]}
    sites = [f for f in features if f["properties"]["feature"] == "site"]
    for site, row in zip(sites, wanted["sites"], strict=True):
        told = site["properties"]
        here = {k: v for k, v in figures(row).items() if k not in ("name", "lon", "lat")}
        assert here.items() <= told.items()
        assert told["plan"] == plan["plan"]
        assert site["geometry"]["coordinates"] == pytest.approx([row["lon"], row["lat"]], abs=5e-7)
        for key in ("possible", "loss", "people", "people_worse_off"):
            assert told.get(f"without_{key}") == without.get(row["id"], {}).get(key)
    assert len(without) == 2


def figures(row: dict[str, Any]) -> dict[str, Any]:
    """Return what stands in a row of JSON as one value: no lists, no tables."""
    return {key: value for key, value in row.items() if not isinstance(value, dict | list)}
