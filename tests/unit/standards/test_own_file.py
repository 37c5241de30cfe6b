"""A planner's own catalogue: on top of the shipped one, there and back as text, every fault with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from planner.errors import StandardsError
from planner.standards.catalogue import load, parse, to_yaml, validate, with_text
from planner.standards.model import Indicator
from planner.standards.problems import CatalogueError

DOCS = Path(__file__).resolve().parents[3] / "docs" / "standards.md"

ONE = """\
standards:
  - id: own
    jurisdiction: BY
    service: shop
    title: {ru: Магазин рядом, en: A shop near by}
    measure:
      indicator: travel_time
      threshold: 30
      unit: min
      sources: [shop]
      mode: walk
    area: {types: [rural], population_from: 20, population_to: 500}
    target_share: 0.85
    legal_basis: Decision No 1
    url: https://example.org/1
    confidence: read
"""


def examples() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)


def problems(text: str) -> list[tuple[int, str, str, str]]:
    with pytest.raises(CatalogueError) as caught:
        parse(text, "own.yaml")
    assert "own.yaml" in str(caught.value)
    return [(p.line, p.where, p.message, p.fix) for p in caught.value.problems]


def only(text: str) -> tuple[int, str, str, str]:
    found = problems(text)
    assert len(found) == 1, found
    return found[0]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_whole_catalogue_as_text_and_back() -> None:
    catalogue = load()
    assert parse(catalogue.to_yaml(), "stored") == catalogue.standards


def test_the_example_of_the_docs() -> None:
    whole, sets = examples()
    catalogue = with_text(whole, "example")
    bathhouse = catalogue.get("vitebsk_bathhouse")
    assert bathhouse.layer == "leisure"
    assert bathhouse.target_share == 0.9
    assert bathhouse.measure is not None
    assert bathhouse.measure.indicator is Indicator.TRAVEL_TIME
    replaced = catalogue.get("by_post_per_object")
    assert replaced.measure is not None
    assert replaced.measure.threshold == 2500
    assert replaced.title == {"en": "Жителей на один объект почтовой связи"}
    assert catalogue.get("vitebsk_street_lighting").measure is None
    assert len(catalogue.standards) == len(load().standards) + 2
    assert [s.id for s in with_text(whole + sets, "example").default("BY")] == [
        "by_ems_emerg_urban", "by_ems_emerg_rural", "ru_school_bus", "by_fire",
    ]  # fmt: skip


def test_added_standards_are_in_force_and_stored_with_their_services() -> None:
    catalogue = with_text(examples()[0], "example")
    chosen = catalogue.default("BY")
    assert {"vitebsk_bathhouse", "vitebsk_street_lighting"} <= {s.id for s in chosen}
    stored = catalogue.to_yaml(chosen)
    assert parse(stored, "stored") == chosen
    again = with_text(stored, "stored")
    assert again.services["bathhouse"] == catalogue.services["bathhouse"]
    assert "shop" not in yaml.safe_load(stored)["services"]


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("\ufeff" + ONE.replace("\n", "\r\n"), encoding="utf-8", newline="")
    catalogue = load(path)
    own = catalogue.get("own")
    assert own.title == {"ru": "Магазин рядом", "en": "A shop near by"}
    assert own.area.types == ("agrotown", "village")
    assert (own.layer, own.status, own.kind, own.clause, own.note) == ("trade", "current", "norm", "", "")
    assert own.measure is not None
    assert own.measure.comparator == "<="
    assert validate(path) == ()
    assert parse(to_yaml([own]), "again") == (own,)


def test_a_title_without_english_speaks_all_the_same() -> None:
    (own,) = parse(ONE.replace(", en: A shop near by", ""), "own")
    assert own.title == {"ru": "Магазин рядом", "en": "Магазин рядом"}


def test_texts_that_yaml_would_read_as_something_else() -> None:
    (own,) = parse(
        ONE.replace("jurisdiction: BY", "jurisdiction: NO") + "    clause: 12\n    note: 2020-01-02\n", "own"
    )
    assert (own.jurisdiction, own.clause, own.note) == ("NO", "12", "2020-01-02")
    assert parse(to_yaml([own]), "again") == (own,)


def test_anchors_repeat_a_text() -> None:
    text = ONE.replace("legal_basis: Decision", "legal_basis: &act Decision") + "    note: *act\n"
    assert parse(text, "own")[0].note == "Decision No 1"


@pytest.mark.parametrize(
    ("before", "after", "where", "message", "fix"),
    [
        ("threshold: 30", "threshold: 10,5", "measure.threshold", "“10,5” is not a number.", "10.5"),
        ("threshold: 30", "threshold: 1 500", "measure.threshold", "“1 500” is not a number.", "1500"),
        ("threshold: 30", "threshold: 30 min", "measure.threshold", "“30 min” is not a number.", "30 alone"),
        ("threshold: 30", "threshold: '30'", "measure.threshold", "is a text, not a number", "quotes"),
        ("threshold: 30", "threshold: yes", "measure.threshold", "yes or no, not a number", "a number"),
        ("threshold: 30", "threshold: true", "measure.threshold", "yes or no, not a number", "a number"),
        ("threshold: 30", "threshold: .inf", "measure.threshold", "not a finite number", "itself"),
        ("threshold: 30", "threshold: .nan", "measure.threshold", "not a finite number", "itself"),
        ("threshold: 30", "threshold: 1e999", "measure.threshold", "not a finite number", "itself"),
        ("threshold: 30", "threshold: 1:30", "measure.threshold", "“1:30” is not a number.", "digits"),
        ("threshold: 30", "threshold: 030", "measure.threshold", "“030” is not a number.", "digits"),
        ("threshold: 30", "threshold: -5", "measure.threshold", "-5 is negative.", "from 0 up"),
        ("threshold: 30", "threshold: 0", "measure.threshold", "cannot be 0", "above 0"),
        ("threshold: 30", "threshold: [30]", "measure.threshold", "Here stands a list.", "a single value"),
        ("threshold: 30\n", "threshhold: 30\n", "measure", "“threshhold” is not known here.", "“threshold”"),
        ("unit: min", "unit: h", "measure.unit", "measured in min, not in “h”", "threshold: 1800"),
        ("unit: min", "unit: km", "measure.unit", "measured in min, not in “km”", "“unit: min”"),
        ("indicator: travel_time", "indicator: travel-time", "measure.indicator", "not known", "travel_time"),
        ("sources: [shop]", "sources: [shops]", "measure.sources", "“shops” is not known", "“shop”"),
        ("sources: [shop]", "sources: [roads]", "measure.sources", "“roads” is not known", ""),
        ("sources: [shop]", "sources: []", "measure.sources", "The list is empty.", "at least one"),
        ("mode: walk", "mode: horse", "measure.mode", "“horse” is not known", "walk, cycle, car, bus"),
        ("mode: walk", "mode: walk\n      reach_m: 5", "measure.reach_m", "no meaning for", "Delete"),
        ("mode: walk", "mode: walk\n      comparator: '>='", "measure.comparator", "from below", "“<=”"),
        ("mode: walk", "mode: walk\n      from_facility: yes", "measure.from_facility", "“yes”", "“true”"),
        ("types: [rural]", "types: [rurall]", "area.types", "“rurall” is not known", "“rural”"),
        ("population_from: 20", "population_from: 500", "area.population_from", "No place has", "greater"),
        ("population_from: 20", "population_min: 20", "area", "“population_min” is not known", ""),
        ("target_share: 0.85", "target_share: 85", "target_share", "“85” is not a share", "Write 0.85."),
        ("target_share: 0.85", "target_share: 85 %", "target_share", "“85 %” is not a share", "Write 0.85."),
        ("target_share: 0.85", "target_share: 0", "target_share", "“0” is not a share", "above 0"),
        ("target_share: 0.85", "target_share: 8500", "target_share", "“8500” is not a share", "above 0"),
        ("confidence: read", "confidence: memory", "confidence", "from memory", "not_found"),
        ("confidence: read", "confidence: red", "confidence", "“red” is not known", "“read”"),
        ("service: shop", "service: shopping", "service", "“shopping” is not known", "“shop”"),
        ("jurisdiction: BY", "jurisdiction: Belarus", "jurisdiction", "right form", "BY"),
        ("id: own", "id: Свой", "id", "“Свой” does not have the right form", "Latin"),
        ("url: https://example.org/1", "url: javascript:alert(1)", "url", "right form", "https://"),
        ("confidence: read", "confidence: read\n    status: old", "status", "right form", "historic"),
        ("{ru: Магазин рядом, en: A shop near by}", "{de: Laden}", "title", "“de” is not", ""),
        ("{ru: Магазин рядом, en: A shop near by}", "''", "title", "The text is empty.", ""),
        ("confidence: read", "confidence: read\n    not_measured: why", "not_measured", "a reason", "one"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(before: str, after: str, where: str, message: str, fix: str) -> None:
    text = ONE.replace(before, after)
    found = [p for p in problems(text) if p[1].split(".", 1)[1] == where and message in p[2]]
    assert found, problems(text)
    assert fix in found[0][3]
    # What was added on a line of its own stands one line below the part it was added to.
    assert found[0][0] == line_of(text, after) + after.count("\n" if not before.endswith("\n") else "\n\n")


def test_a_value_that_was_not_found_has_no_measure() -> None:
    line, where, message, fix = only(ONE.replace("confidence: read", "confidence: not_found"))
    assert (line, where) == (line_of(ONE, "indicator:"), "own.measure")
    assert message == "A standard whose value was not found cannot be measured."
    assert "Delete the measure" in fix


@pytest.mark.parametrize("key", ["id", "jurisdiction", "service", "title", "legal_basis", "confidence"])
def test_a_missing_key(key: str) -> None:
    text = re.sub(rf"(  - |    ){key}: .*\n", r"\1clause: x\n" if key == "id" else "", ONE)
    line, where, message, fix = only(text)
    assert (line, message, fix) == (2, f"“{key}” is missing.", "Add it.")
    assert where == ("standard 1" if key == "id" else "own")


def test_a_measure_that_lacks_what_its_indicator_needs() -> None:
    text = ONE.replace("      mode: walk\n", "").replace("      unit: min\n", "")
    assert [p[2] for p in problems(text)] == [
        "“unit” is missing; travel_time needs it.",
        "“mode” is missing; travel_time needs it.",
    ]


def test_neither_a_measure_nor_a_reason() -> None:
    text = re.sub(r"    measure:\n(      .*\n)+", "", ONE)
    assert "neither a measure nor a reason" in only(text)[2]


def test_metres_instead_of_kilometres() -> None:
    text = ONE.replace("travel_time", "travel_distance").replace(
        "threshold: 30\n      unit: min", "threshold: 1.5\n      unit: km"
    )
    assert only(text)[3] == "Write “threshold: 1500” and “unit: m”."


def test_per_people_units() -> None:
    measure = "indicator: facilities_per_people\n      comparator: '<='"
    text = ONE.replace("indicator: travel_time", measure).replace("      mode: walk\n", "")
    assert "not a unit for facilities_per_people" in only(text)[2]
    assert "“per” goes with “>=”" in only(text.replace("unit: min", "unit: people\n      per: 1000"))[2]
    (own,) = parse(text.replace("unit: min", "unit: people\n      per: 1000").replace("<=", ">="), "own")
    assert own.measure is not None
    assert own.measure.per == 1000


def test_the_same_id_twice() -> None:
    line, where, message, _ = only(ONE + ONE.split("\n", 1)[1])
    assert (line, where) == (17, "own")
    assert "in line 2 already" in message


def test_the_same_key_twice() -> None:
    line, _, message, _ = only(ONE + "    service: club\n")
    assert line == 17
    assert message == "“service” stands here a second time (first in line 4)."


def test_all_faults_at_once_in_order() -> None:
    text = ONE.replace("threshold: 30", "threshold: 10,5").replace("0.85", "85").replace("[rural]", "[field]")
    assert [p[1] for p in problems(text)] == ["own.measure.threshold", "own.area.types", "own.target_share"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The file is empty."),
        ("# nothing\n", "The file is empty."),
        ("- id: x\n", "does not begin with a key"),
        ("hello\n", "does not begin with a key"),
        ("{}\n", "holds no standards"),
        ("standard: []\n", "“standard” is not known here."),
        ("standards: {a: 1}\n", "The standards are not a list."),
        ("standards: [1]\n", "Here stands a single value."),
        ("standards: []\n---\nstandards: []\n", "A second document begins here."),
        ("standards:\n\t- id: x\n", "not valid YAML"),
        ("standards: [\n", "not valid YAML"),
        ("standards: !!python/object:os.system []\n", "Tags"),
        ("standards: &a [*a]\n", "refers to the value it is part of"),
        ("standards: [*a]\n", "refers to nothing"),
        ("standards: " + "[" * 100_000 + "\n", "nested too deeply"),
        ("standards: []\nnote: \x07\n", "does not allow"),
        ("sets: {BY: {in_force: [by_fire, by_fire]}}", "a second time"),
        ("sets: {BY: {in_force: [by_fires]}}", "“by_fires” is not known here."),
        ("sets: {Belarus: {in_force: [by_fire]}}", "right form"),
        ("services: {Баня: {layer: leisure, name: Баня}}", "right form"),
        ("services: {sauna: {name: Sauna}}", "“layer” is missing."),
    ],
)
def test_a_file_that_is_no_catalogue(text: str, message: str) -> None:
    assert any(message in p[2] for p in problems(text)), problems(text)


def test_references_that_blow_up_are_refused() -> None:
    lines = ["a0: &a0 [" + ", ".join(["x"] * 10) + "]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 12)]
    assert "blow the file up" in only("\n".join(lines))[2]


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"# " + b"x" * (5 * 1024 * 1024))
    assert [p.message for p in validate(path)] == ["The file is larger than 5 MB."]


def test_a_file_in_an_old_encoding(tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_bytes(ONE.encode("cp1251"))
    (problem,) = validate(path)
    assert (problem.line, problem.message) == (5, "The text is not UTF-8.")
    with pytest.raises(StandardsError, match=r"old\.yaml.*\n.*line 5"):
        load(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StandardsError, match="no such file"):
        load(tmp_path / "none.yaml")
    with pytest.raises(StandardsError, match="no such file"):
        validate(tmp_path)


def test_braces_in_a_file_do_not_confuse_the_message() -> None:
    assert "“{0}{x}” is not known" in str(only(ONE.replace("mode: walk", "mode: '{0}{x}'"))[2])


def test_a_long_list_of_faults_is_cut_in_the_message_only() -> None:
    text = ONE + "".join(f"    key{n}: 1\n" for n in range(80))
    with pytest.raises(CatalogueError) as caught:
        parse(text, "own.yaml")
    assert len(caught.value.problems) == 80
    assert str(caught.value).count("\n") == 51
