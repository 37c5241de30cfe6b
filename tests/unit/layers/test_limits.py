"""Limits: set in the environment, the same for every reader, and what exceeds one is refused before it can hurt."""

from __future__ import annotations

import io
import json
import os
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from planner.cli import main
from planner.errors import InputError
from planner.layers import gdal
from planner.layers.deadline import within
from planner.layers.limits import MIB, SETTINGS, Limits
from planner.layers.osm_source import open_osm
from planner.layers.read import read

POINT = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [27.6, 55.1]}}


def geojson(path: Path, features: int) -> Path:
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": [POINT] * features}), encoding="utf-8"
    )
    return path


def archive(depth: int) -> bytes:
    """Return a table in so many archives, one in another."""
    data, name = b"lat,lon\n55.1,27.6\n", "places.csv"
    for level in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as made:
            made.writestr(name, data)
        data, name = packed.getvalue(), f"inner{level}.zip"
    return data


def test_every_setting_sets_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = Limits()
    for name, (attribute, unit, least) in SETTINGS.items():
        with monkeypatch.context() as patched:
            patched.setenv(name, str(least + 1))
            found = Limits.in_force()
        assert getattr(found, attribute) == (least + 1) * unit
        others = {a for a, _, _ in SETTINGS.values()} - {attribute}
        assert all(getattr(found, other) == getattr(defaults, other) for other in others)
        assert found.as_settings()[name] == least + 1


@pytest.mark.parametrize("value", ["many", "-1", "0", "1e9999", "1.5"])
def test_a_setting_that_is_no_number_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str
) -> None:
    monkeypatch.setenv("PLANNER_MAX_FEATURES", value)
    with pytest.raises(InputError, match="PLANNER_MAX_FEATURES"):
        read(geojson(tmp_path / "p.geojson", 1))


def line(path: Path) -> Path:
    gpd.GeoDataFrame(
        geometry=[shapely.LineString([(27 + i / 1e5, 55) for i in range(900)])], crs=4326
    ).to_file(path)
    return path


def zipped(path: Path, depth: int) -> Path:
    path.write_bytes(archive(depth))
    return path


def large(path: Path, size: int) -> Path:
    path.write_bytes(b" " * size)
    return path


@pytest.mark.parametrize(
    ("setting", "value", "make", "said"),
    [
        ("PLANNER_MAX_FILE_MB", 1, lambda d: large(d / "p.geojson", 2 * MIB), "2 MiB.* at most 1 MiB"),
        ("PLANNER_MAX_FEATURES", 3, lambda d: geojson(d / "p.geojson", 4), "4 features; at most 3"),
        ("PLANNER_MAX_VERTICES", 3, lambda d: geojson(d / "p.geojson", 4), "4 vertices; at most 3"),
        ("PLANNER_MAX_VERTICES", 400, lambda d: line(d / "p.gpkg"), "vertices; at most 400"),
        ("PLANNER_MAX_VERTICES", 800, lambda d: line(d / "p.gpkg"), "900 vertices; at most 800"),
        ("PLANNER_MAX_NESTING", 2, lambda d: zipped(d / "p.zip", 3), "holds another archive"),
        ("PLANNER_MAX_MEMORY_MB", 256, lambda d: large(d / "p.geojson", 30 * MIB), "30 MiB .* 360 MiB .* 256 MiB"),
    ],
)  # fmt: skip
def test_what_exceeds_a_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    setting: str,
    value: int,
    make: Callable[[Path], Path],
    said: str,
) -> None:
    path = make(tmp_path)
    monkeypatch.setenv(setting, str(value))
    with pytest.raises(InputError, match=said):
        read(path)


@pytest.mark.parametrize(
    ("depth", "allowed", "taken"), [(1, 1, True), (2, 1, False), (2, 2, True), (3, 2, False)]
)
def test_archives_lie_one_in_another_as_deep_as_is_allowed(
    tmp_path: Path, depth: int, allowed: int, taken: bool
) -> None:
    path = zipped(tmp_path / "p.zip", depth)
    limits = Limits(max_nesting=allowed)
    if taken:
        assert len(read(path, limits=limits).frame) == 1
    else:
        with pytest.raises(InputError, match="holds another archive"):
            read(path, limits=limits)


def test_an_inner_archive_cannot_unpack_to_more_than_the_whole_may(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("places.csv", b"0" * (8 * MIB))
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("inner.zip", inner.getvalue())
    with pytest.raises(InputError, match="unpacks to more than"):
        read(path, limits=Limits(max_nesting=2, max_expanded_bytes=4 * MIB))


def test_a_workbook_that_packs_far_better_than_any_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
        made.writestr("xl/worksheets/sheet1.xml", b"0" * (80 * MIB))
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match="unpacks to more than 64 MiB"):
        read(path)


def test_an_extract_larger_than_memory_allows_is_refused_by_its_size(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "country.osm.pbf"
    with path.open("wb") as stream:
        stream.truncate(40 * MIB)
    monkeypatch.setenv("PLANNER_MAX_MEMORY_MB", "256")
    with pytest.raises(
        InputError, match=r"country\.osm\.pbf has 40 MiB .* 400 MiB of memory; at most 256 MiB"
    ):
        open_osm(path)


def test_a_file_a_little_over_the_limit_is_not_said_to_be_as_large_as_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * (MIB + 1))
    monkeypatch.setenv("PLANNER_MAX_FILE_MB", "1")
    with pytest.raises(InputError, match="has 2 MiB; files of at most 1 MiB"):
        read(path)


def test_a_reading_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    table.write_text("lat,lon\n" + "55.1,27.6\n" * 20_000, encoding="utf-8")
    for path in (table, geojson(tmp_path / "p.geojson", 5), line(tmp_path / "p.gpkg")):
        with pytest.raises(InputError, match="was stopped: it took more than 1e-06 s"):
            read(path, limits=Limits(max_seconds=1e-6))
        assert len(read(path).frame) > 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes in folders")
def test_a_library_that_hangs_is_stopped_and_the_next_file_is_read(tmp_path: Path) -> None:
    # Nobody ever writes into this pipe: whoever opens it waits for ever, deep in the library.
    pipe = tmp_path / "p.gpkg"
    os.mkfifo(pipe)
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.wait(0.02):
            ticks.append(time.monotonic())

    other = threading.Thread(target=tick)
    other.start()
    with within(0.5, "p.gpkg"), pytest.raises(InputError, match=r"p\.gpkg was stopped"):
        gdal.read_info(pipe)
    done.set()
    other.join()
    # Other threads went on meanwhile: the app is not held up by it.
    assert len(ticks) > 2
    assert len(read(line(tmp_path / "sound.gpkg")).frame) == 1


def test_a_library_that_breaks_down_takes_nothing_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "dies.py"
    program.write_text("import sys, os\nsys.stdin.buffer.read(1)\nos.abort()\n", encoding="utf-8")
    path = line(tmp_path / "p.gpkg")
    with monkeypatch.context() as patched:
        patched.setattr(gdal, "_PROGRAM", program)
        patched.setattr(gdal, "_idle", [])
        with pytest.raises(InputError, match="p cannot be read: the reading of it broke down"):
            read(path)
    assert len(read(path).frame) == 1


@pytest.mark.parametrize("depth", [500, 5_000, 200_000])
def test_json_nested_deeply_is_refused_or_read(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "p.geojson"
    path.write_text('{"type":"Point","coordinates":' + "[" * depth + "]" * depth + "}", encoding="utf-8")
    if depth < 1000:
        assert [f.severity for f in read(path).findings] == ["error"]
    else:
        with pytest.raises(InputError, match="JSON"):
            read(path)


def test_the_command_line_tells_the_limits_in_force_and_keeps_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = geojson(tmp_path / "p.geojson", 4)
    monkeypatch.setenv("PLANNER_MAX_FEATURES", "4")
    assert main(["check", str(path)]) == 0
    assert "PLANNER_MAX_FEATURES=4," in capsys.readouterr().err
    monkeypatch.setenv("PLANNER_MAX_FEATURES", "3")
    assert main(["check", str(path)]) == 2
