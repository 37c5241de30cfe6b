"""A layer asked for by name is read or refused, never another one; ids that are changed are kept beside."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import Point

from planner.errors import InputError
from planner.layers.check import check
from planner.layers.prepare import prepare
from planner.layers.read import read
from planner.layers.schema import Role

POINTS = gpd.GeoDataFrame({"name": ["A"]}, geometry=[Point(27.9, 55.1)], crs=4326)


def one_of_each(folder: Path) -> dict[str, Path]:
    files = {
        kind: folder / f"posts{kind}"
        for kind in (".geojson", ".csv", ".gpkg", ".shp", ".zip", ".fgb", ".parquet")
    }
    POINTS.to_file(files[".geojson"])
    files[".csv"].write_text("name,lon,lat\nA,27.9,55.1\n")
    POINTS.to_file(files[".gpkg"])
    POINTS.to_file(files[".shp"])
    POINTS.to_file(files[".fgb"])
    POINTS.to_parquet(files[".parquet"])
    with zipfile.ZipFile(files[".zip"], "w") as archive:
        for part in folder.glob("posts.[sdpc][hbrp]*"):
            archive.write(part, part.name)
    return files


@pytest.mark.filterwarnings("ignore:this is an initial implementation")
def test_a_layer_that_a_file_does_not_have_is_refused(tmp_path: Path) -> None:
    for path in one_of_each(tmp_path).values():
        with pytest.raises(InputError, match=r"no layer|single layer"):
            read(path, layer="nowhere")
        assert len(read(path, layer="posts").frame) == 1


def document(path: Path, ids: list[Any], *, member: bool) -> Path:
    features = [
        {"type": "Feature", **({"id": i} if member else {}), "properties": {} if member else {"id": i},
         "geometry": {"type": "Point", "coordinates": [27.9, 55 + n / 100]}}
        for n, i in enumerate(ids)
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.mark.parametrize("member", [True, False])
def test_ids_that_occur_twice_are_kept_beside_the_new_ones(tmp_path: Path, member: bool) -> None:
    reading = read(document(tmp_path / "x.geojson", ["7", "7", "b"], member=member))
    assert "id_duplicate" in {f.code for f in reading.findings}
    assert not [f for f in check(reading, Role.ZONES) if f.code == "columns_unknown"]
    frame = prepare(reading.frame, Role.FACILITIES, service="shop")
    assert frame["id"].tolist() == ["7", "7~2", "b"]
    assert frame["id_original"].tolist() == ["7", "7", "b"]


@pytest.mark.parametrize("member", [True, False])
def test_ids_that_tell_features_apart_need_no_second_column(tmp_path: Path, member: bool) -> None:
    reading = read(document(tmp_path / "x.geojson", ["7", "8"], member=member))
    assert "id_original" not in prepare(reading.frame, Role.FACILITIES, service="shop")
