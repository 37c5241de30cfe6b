"""Districts of a real country: real places and totals of people, modelled roads and services, compared as a batch."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from planner.layers.schema import Role
from planner.studies.batch import batch
from planner.studies.national import build_national
from planner.studies.neighbours import bring_neighbours
from planner.workspace import open_workspace

ROOT = Path(__file__).resolve().parents[2]
TOTALS = {"vitsyebsk": 378_459 + 36_640, "haradok": 22_622, "horki": 45_856 + 9_397, "minsk-city": 1_992_685}
"""People of 2019, by hand out of the table of Belstat: with the city within it, or both districts of one outline."""

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def country(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("country")
    done = subprocess.run(
        [sys.executable, str(ROOT / "data" / "make_country.py"), "--data", str(shared_data / "data" / "belarus"),
         "--out", str(out), "--only", ",".join(TOTALS)],
        cwd=ROOT, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out


def test_nobody_is_lost_and_what_is_modelled_says_so(country: Path) -> None:
    with (country / "regions.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 118
    assert [row["role"] for row in rows].count("capital") == 1
    assert [row["role"] for row in rows].count("regional_centre") == 5
    for name, total in TOTALS.items():
        workspace = open_workspace(country / f"{name}.gpkg")
        records = {(r.role, r.service): r for r in workspace.layers()}
        places = workspace.read(records[Role.DEMAND, ""])
        assert int(places["population"].sum()) == total
        assert (places["population"] > 0).all()
        modelled = {role for (role, _), record in records.items() if record.origin.modelled}
        assert modelled == {Role.ROADS, Role.FACILITIES}
    haradok = open_workspace(country / "haradok.gpkg")
    places = haradok.read(next(r for r in haradok.layers() if r.role is Role.DEMAND))
    town = places[places["population_source"] == "Belstat 2019"].set_index("name")["population"]
    assert town.to_dict() == {"Городок": 12_410, "Езерище": 1_183}
    assert (places["population_source"] == "census 2009").sum() > 10


def test_districts_are_compared_with_their_regional_centre_and_the_capital(
    country: Path, tmp_path: Path
) -> None:
    locations = [str(country / f"{name}.gpkg") for name in TOTALS]
    regions = country / "regions.csv"
    national = build_national(tmp_path / "national.gpkg", locations, regions=regions)
    assert national.districts == len(TOTALS)
    brought = bring_neighbours(open_workspace(country / "haradok.gpkg"), str(tmp_path / "national.gpkg"))
    assert brought.district == "haradok"
    assert brought.references == ("regional_centre", "capital")
    assert brought.facilities["shop"] > 0
    assert brought.roads > 0
    found = batch(locations, tmp_path / "out", regions=regions, workers=2)
    assert found.failures == ()
    assert {d.id: round(d.people) for d in found.districts} == TOTALS
    haradok = found.district("haradok")
    assert [r.kind for r in haradok.parity] == ["district_centre", "regional_centre", "capital"]
    assert {r.name["ru"] for r in haradok.parity} == {"Городок", "Витебск", "Минск"}
    assert 0 < haradok.parity[1].mean["small"] < 1
    assert found.roles == {"minsk-city": "capital", "vitsyebsk": "regional_centre"}
    groups = {g.group for g in found.groups}
    assert groups == {"small", "other", "centre", "regional_centre", "capital"}
