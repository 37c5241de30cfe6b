"""The catalogue that ships: complete, equal to the facts it was written from, in three languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from planner.standards.catalogue import JURISDICTIONS, load
from planner.standards.model import LANGUAGES, LAYERS, Indicator, Standard

FACTS = Path(__file__).resolve().parents[3].parent / "shared" / "facts" / "standards.yaml"
needs_facts = pytest.mark.skipif(not FACTS.exists(), reason=f"{FACTS} is not there")

# Standards that the facts name in one entry and the catalogue splits by service.
SPLIT = {
    "ru_health_rural_pharmacy": "ru_health_rural",
    "ru_rural_firstneed_club": "ru_rural_firstneed",
    "ru_rural_firstneed_library": "ru_rural_firstneed",
}

# Facts whose value is a share of the people covered; the distance stands in the indicator.
SHARES = {"% of population": 100.0, "%": 100.0}
FACTORS = {
    "min": 1.0, "min (2-2.5 km)": 1.0, "min (>=80 % of population by 2030)": 1.0, "s": 1 / 60, "m": 1.0,
    "km": 1000.0, "km (urban 1.2)": 1000.0, "Mbit/s": 1.0, "trips/week": 1.0, "inhabitants/physician": 1.0,
    "inhabitants/brigade": 1.0, "inhabitants/office": 1.0, "m2/1000 inhabitants": 1.0,
    "seats/1000 inhabitants": 1.0,
}  # fmt: skip


def facts() -> dict[str, dict[str, Any]]:
    content = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    return {norm["id"]: norm for norm in content["norms"]}


def measured() -> list[Standard]:
    return [s for s in load().standards if s.measure is not None]


@pytest.mark.shared
@needs_facts
def test_every_fact_ships_but_those_from_memory() -> None:
    known = facts()
    shipped = {s.id for s in load().standards}
    assert shipped - set(SPLIT) == {name for name, norm in known.items() if norm["confidence"] != "memory"}


@pytest.mark.shared
@needs_facts
def test_sources_and_standing_are_those_of_the_facts() -> None:
    known = facts()
    for standard in load().standards:
        norm = known[SPLIT.get(standard.id, standard.id)]
        for key in ("jurisdiction", "url", "confidence", "status", "kind"):
            assert getattr(standard, key) == norm[key], (standard.id, key)


@pytest.mark.shared
@needs_facts
def test_thresholds_are_the_facts_values_in_the_planner_s_units() -> None:
    known = facts()
    compared = 0
    for standard in measured():
        norm = known[SPLIT.get(standard.id, standard.id)]
        if norm["unit"] in FACTORS:
            assert standard.measure is not None
            assert standard.measure.threshold == pytest.approx(norm["value"] * FACTORS[norm["unit"]]), (
                standard.id
            )
            compared += 1
    assert compared >= 45


@pytest.mark.shared
@needs_facts
def test_shares_are_the_facts_values() -> None:
    known = facts()
    compared = 0
    for standard in measured():
        norm = known[SPLIT.get(standard.id, standard.id)]
        if norm["unit"] in SHARES and norm["value"] < 100:
            assert standard.target_share == pytest.approx(norm["value"] / SHARES[norm["unit"]]), standard.id
            compared += 1
    assert compared >= 7


@pytest.mark.shared
@needs_facts
def test_wording_is_the_catalogue_s_own() -> None:
    known = facts()
    for standard in load().standards:
        norm = known[SPLIT.get(standard.id, standard.id)]
        if len(norm["note"]) > 20:
            assert standard.note != norm["note"], standard.id


def test_nothing_from_memory_and_nothing_measured_without_a_value() -> None:
    for standard in load().standards:
        assert standard.confidence in ("read", "secondary", "not_found"), standard.id
        if not standard.value_loaded:
            assert standard.measure is None, standard.id


def test_what_is_not_measured_says_why() -> None:
    for standard in load().standards:
        if standard.measure is None and standard.value_loaded:
            assert set(standard.not_measured) == set(LANGUAGES), standard.id
        else:
            assert not standard.not_measured, standard.id


def test_every_text_is_there_in_three_languages_and_in_their_own_letters() -> None:
    for standard in load().standards:
        texts = [standard.title, standard.legal_basis, standard.not_measured]
        texts.append(standard.measure.assumption if standard.measure else {})
        for text in filter(None, texts):
            assert set(text) == set(LANGUAGES), standard.id
            assert not re.search("[ыэёўщи]", text["en"]), standard.id
            assert not re.search("[іў]", text["ru"]), standard.id
            assert not re.search("[ищъ]", text["be"]), standard.id


def test_services_are_named_and_used_layers_have_services() -> None:
    catalogue = load()
    for service in catalogue.services.values():
        assert set(service.name) == set(LANGUAGES), service.id
        assert set(service.facility) in (set(), set(LANGUAGES)), service.id
    assert {service.layer for service in catalogue.services.values()} == set(LAYERS)


def test_ids_are_unique_and_jurisdictions_the_files_own() -> None:
    catalogue = load()
    ids = [s.id for s in catalogue.standards]
    assert len(ids) == len(set(ids)) == 92
    listed = list(dict.fromkeys(s.jurisdiction for s in catalogue.standards))
    assert listed == list(JURISDICTIONS)


def test_default_set_of_belarus() -> None:
    chosen = load().default("BY")
    ids = [s.id for s in chosen]
    assert ids[:3] == [
        "by_rural_all_settlements_2026",
        "by_mob_speed_district_2030",
        "by_mob_speed_rest_2030",
    ]
    assert ids[-5:] == ["by_post_per_object", "by_planning_radii", "by_fire", "by_digital_2125", "by_stb2583"]
    assert all(s.measure is not None for s in chosen[:-5])
    assert all(s.measure is None and not s.value_loaded for s in chosen[-5:])
    layers = {s.layer for s in chosen[:-5]}
    assert layers >= {
        "connectivity", "post", "utilities", "health", "education", "trade", "leisure", "transport",
    }  # fmt: skip


def test_town_radii_are_not_in_force_by_default() -> None:
    for standard in load().default("BY"):
        measure = standard.measure
        if measure is not None and measure.indicator is Indicator.STRAIGHT_DISTANCE:
            assert "urban" not in standard.area.types or measure.threshold > 1000, standard.id


def test_default_set_of_a_jurisdiction_without_one() -> None:
    catalogue = load()
    abroad = catalogue.default("DE")
    assert [s.id for s in abroad[:3]] == ["de_post_2000", "de_post_dist", "de_letterbox"]
    assert "itu_fixed10" in {s.id for s in abroad}
    assert catalogue.default("KZ") == catalogue.default("INT")


@pytest.mark.parametrize(
    ("name", "types", "low", "high", "centre"),
    [
        ("by_bus_agrotown_1000", ("agrotown",), 1001, None, None),
        ("by_bus_village_50", ("village",), 51, None, None),
        ("by_bus_village_20_50", ("village",), 20, 51, None),
        ("by_bus_selsoviet", (), None, None, True),
        ("by_bb_settlement_300", ("agrotown", "village"), 300, None, None),
        ("de_post_2000", (), 2001, None, None),
        ("bg_post_800", ("agrotown", "village"), 801, None, None),
        ("ru_uus", ("agrotown", "village"), 100, 501, None),
    ],
)
def test_whom_a_standard_addresses(
    name: str, types: tuple[str, ...], low: float | None, high: float | None, centre: bool | None
) -> None:
    area = load().get(name).area
    assert (area.types, area.population_from, area.population_to, area.council_centre) == (
        types,
        low,
        high,
        centre,
    )


def test_measures_of_the_kinds_the_analysis_knows() -> None:
    catalogue = load()
    ambulance = catalogue.get("by_ems_emerg_rural").measure
    assert ambulance is not None
    assert (ambulance.threshold, ambulance.unit, ambulance.mode) == (35.0, "min", "car")
    assert ambulance.from_facility
    road = catalogue.get("sdg_911").measure
    assert road is not None
    assert (road.sources, dict(road.where)) == (("roads",), {"surface": ("paved",)})
    physicians = catalogue.get("by_gp_per").measure
    assert physicians is not None
    assert (physicians.sources, physicians.attribute) == (("clinic", "feldsher"), "physicians")
    assert (physicians.comparator, physicians.scope, physicians.per) == ("<=", "district", 1.0)
    assert {s.measure.indicator for s in measured() if s.measure} == set(Indicator)


def test_a_standard_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        load().get("by_post_delivery")
