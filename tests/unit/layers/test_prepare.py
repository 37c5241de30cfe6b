"""The form in which the planner keeps a layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from planner.errors import InputError
from planner.layers.columns import match_columns
from planner.layers.prepare import prepare
from planner.layers.schema import Role
from tests.unit.layers.test_check import layer

POINTS = ["POINT (27.69 55.14)", "POINT (27.96 55.15)"]


def test_columns_get_their_canonical_names_and_others_are_kept() -> None:
    columns: dict[str, Any] = {
        "Название": ["Глубокое", "Плиса"],
        "НАСЕЛЕНИЕ": ["18082", None],
        "тип": ["г", "аг"],
    }
    frame = layer(POINTS, **columns, Сельсовет=["", "Плисский"], note=["x", "y"]).frame
    made = prepare(frame, Role.DEMAND)
    assert list(made.columns) == ["id", "population", "name", "kind", "rural_council", "note", "geometry"]
    assert list(made["id"]) == ["1", "2"]
    assert made["population"].dtype == np.float64
    assert made["population"].iloc[0] == 18082 and np.isnan(made["population"].iloc[1])


def test_own_ids_are_kept_where_they_tell_features_apart() -> None:
    assert list(prepare(layer(POINTS, osm_id=[5.0, 6.0]).frame, Role.ZONES)["id"]) == ["5", "6"]
    assert list(prepare(layer(POINTS, id=["a", "a"]).frame, Role.ZONES)["id"]) == ["1", "2"]


def test_coordinates_become_degrees_and_areas_stay_areas() -> None:
    frame = layer(["POINT (27.69 55.14)", "POLYGON ((27 55, 27.1 55, 27.1 55.1, 27 55))", None]).frame
    made = prepare(frame.to_crs(32635), Role.FACILITIES, service="shop")
    assert made.crs == "EPSG:4326"
    assert shapely.get_coordinates(made.geometry.iloc[0])[0] == pytest.approx([27.69, 55.14], abs=1e-8)
    assert made.geometry.iloc[1].geom_type == "Polygon"
    assert made.geometry.iloc[2] is None


def test_what_is_kept_can_be_stored_as_a_geopackage(tmp_path: Path) -> None:
    columns: dict[str, Any] = {
        "Name": ["a", "b"],
        "NAME": ["c", "d"],
        "fid": [9, 9],
        "ID_2": [{"x": [1]}, None],
        "q" * 80: [[1, 2], "text"],
        "q" * 80 + "r": [10**30, 1],
        "whole": [1, None],
        "mixed": [1, "one"],
        "odd\x01 name\n": ["a\x00b", "c"],
        "flag": [True, False],
    }
    made = prepare(layer(POINTS, **columns).frame, Role.ZONES)
    assert len({name.casefold() for name in made.columns}) == len(made.columns)
    assert max(map(len, made.columns)) <= 60
    path = tmp_path / "x.gpkg"
    pyogrio.write_dataframe(made, path)
    back = gpd.read_file(path)
    assert list(back.columns) == list(made.columns)
    assert back["ID_2"].iloc[0] == '{"x":[1]}'
    assert list(back["mixed"]) == ["1", "one"]
    assert back["whole"].iloc[0] == 1 and np.isnan(back["whole"].iloc[1])
    assert back.geometry.geom_equals(made.geometry).all()


def test_attributes_of_a_service_become_numbers() -> None:
    columns: dict[str, Any] = {"Рейсов в неделю": ["7", "10,5"]}
    made = prepare(layer(POINTS, **columns).frame, Role.FACILITIES, service="bus")
    assert list(made["trips_week"]) == [7.0, 10.5]
    roads = prepare(layer(POINTS, maxspeed=["RU:urban", "60"]).frame, Role.ROADS)
    assert list(roads["speed_kmh"]) == ["RU:urban", "60"]


def test_preparing_twice_changes_nothing() -> None:
    frame = layer(POINTS, pop=[1, 2], note=["x", None]).frame
    once = prepare(frame, Role.DEMAND)
    again = prepare(once, Role.DEMAND)
    assert list(again.columns) == list(once.columns)
    assert again.equals(once)


def test_what_cannot_be_prepared_says_why() -> None:
    with pytest.raises(InputError, match="population"):
        prepare(layer(POINTS).frame, Role.DEMAND)
    with pytest.raises(InputError, match="service"):
        prepare(layer(POINTS).frame, Role.FACILITIES)
    with pytest.raises(InputError, match="coordinate system"):
        prepare(layer(POINTS, crs=None).frame, Role.ZONES)


def test_a_list_of_settlements_is_named_by_its_settlements_and_a_list_of_shops_is_not() -> None:
    columns = ["Населённый пункт", "Численность населения"]
    assert match_columns(columns, Role.DEMAND).chosen == {
        "name": "Населённый пункт",
        "population": "Численность населения",
    }
    assert "name" not in match_columns(columns, Role.FACILITIES).chosen
