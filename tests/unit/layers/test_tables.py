"""Tables: separators, encodings, decimal commas and coordinate columns are found out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError
from planner.layers.encoding import decode, detect
from planner.layers.read import Limits, Reading, read
from planner.layers.tables import numbers, records

TEXT = "Паселішча Ўшачы і сельсовет Подсвилье, жителей: 2270; Глубокое, районный центр"


def table(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "t.csv") -> Reading:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read(path)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^", "~", " ", "   "])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "cp866"])
def test_separator_and_encoding_are_found_out(tmp_path: Path, separator: str, encoding: str) -> None:
    rows = [
        ["Название", "Широта", "Долгота"],
        ["Глубокое", "55.14", "27.69"],
        ["Подсвилье", "55.15", "27.96"],
    ]
    reading = table(tmp_path, "\r\n".join(separator.join(row) for row in rows), encoding)
    assert list(reading.frame["Название"]) == ["Глубокое", "Подсвилье"]
    assert [geometry.wkt for geometry in reading.frame.geometry] == [
        "POINT (27.69 55.14)",
        "POINT (27.96 55.15)",
    ]


@pytest.mark.parametrize(
    "header", ["lat;lon", "Latitude;Longitude", "широта;долгота", "шырата;даўгата", "Y;X", "point_y;point_x"]
)
def test_coordinate_columns_go_by_many_names(tmp_path: Path, header: str) -> None:
    reading = table(tmp_path, f"name;{header}\nA;55,14;27,69\n")
    assert reading.frame.geometry.iloc[0].wkt == "POINT (27.69 55.14)"
    assert "decimal_comma" in {found.code for found in reading.findings}


def test_degrees_minutes_and_seconds_are_numbers() -> None:
    texts = np.array(["55°08'18\"N", "27° 41′ 24″ E", "S 10°30'", "5°", "x", ""], dtype=object)
    assert numbers(texts) == pytest.approx(
        [55.138333, 27.69, -10.5, 5.0, np.nan, np.nan], nan_ok=True, abs=1e-6
    )


def test_wkt_stands_in_any_column(tmp_path: Path) -> None:
    reading = table(
        tmp_path,
        'id;shape\n1;"LINESTRING (0 0, 1 1)"\n2;POINT EMPTY\n3;"POLYGON ((0 0, 1 0, 1 1))"\n4;POINT (1\n5;\n',
    )
    assert [None if g is None else g.wkt for g in reading.frame.geometry] == [
        "LINESTRING (0 0, 1 1)",
        "POINT EMPTY",
        "POLYGON ((0 0, 1 0, 1 1, 0 0))",
        None,
        None,
    ]
    assert {found.code: found.feature_ids for found in reading.findings} == {
        "ring_unclosed": ("3",),
        "geometry_unreadable": ("4",),
    }


def test_cells_that_are_no_coordinates_are_named_and_empty_ones_are_not(tmp_path: Path) -> None:
    reading = table(tmp_path, "id,lat,lon\na,55.1,27.6\nb,?,27.6\nc,,\nd,55.2,27.7\n")
    found = {f.code: f.feature_ids for f in reading.findings}
    assert found["coordinates_unreadable"] == ("b",)
    assert list(reading.frame.geometry.isna()) == [False, True, True, False]


@pytest.mark.parametrize("stray", ["w171546046", "171546046"])
def test_shifted_columns_are_named(tmp_path: Path, stray: str) -> None:
    reading = table(tmp_path, f"id,lat,lon\na,{stray},53.87\nb,{stray},53.88\n")
    shifted = next(found for found in reading.findings if found.code == "columns_shifted")
    assert shifted.severity == "error"
    assert "lat" in shifted.message and stray in shifted.message


def test_codes_keep_their_zeros_and_digits_and_numbers_become_numbers(tmp_path: Path) -> None:
    reading = table(tmp_path, "lat,lon,code,long,people\n55,27,0123,12345678901234567,18\n55,28,0456,1,5.5\n")
    assert list(reading.frame["code"]) == ["0123", "0456"]
    assert reading.frame["long"].iloc[0] == "12345678901234567"
    assert reading.frame["people"].sum() == 23.5


def test_rows_of_wrong_length_and_nameless_columns_are_reported(tmp_path: Path) -> None:
    reading = table(tmp_path, "lat,lon,,name,name\n55,27,1,a,b,extra\n55,28,2\n55,29,3,c,d\n")
    found = {f.code: f for f in reading.findings}
    assert found["row_length"].feature_ids == ("2", "3")
    assert list(reading.frame.columns[:5]) == ["lat", "lon", "column_3", "name", "name_2"]
    assert len(reading.frame) == 3


@pytest.mark.parametrize("text", ["name,people\nA,5\n", "just a line of text", "   \n"])
def test_a_table_without_coordinates_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        table(tmp_path, text)


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("lat,lon\n" + "55,27\n" * 5)
    with pytest.raises(InputError, match="more than 4 rows"):
        read(path, limits=Limits(max_features=4))


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r", "utf-16-le", "utf-8"])
def test_encodings_are_told_by_evidence(encoding: str) -> None:
    text = TEXT if encoding != "koi8-r" else "Посёлок Подсвилье, жителей 2270; Глубокое, районный центр"
    if encoding == "koi8-r":
        text = text.replace("і", "i")
    data = text.encode(encoding, errors="strict" if encoding != "cp866" else "replace")
    assert detect(data)[0] == encoding


def test_western_letters_among_latin_ones_are_not_taken_for_cyrillic() -> None:
    assert detect("Straße, Möllenhagen, Brücke; Gärtnerei".encode("cp1252"))[0] == "cp1252"


def test_a_declared_encoding_is_obeyed_or_refused() -> None:
    assert decode("Глубокое".encode("cp866"), "cp866").text == "Глубокое"
    for wrong in ("utf-8", "no-such"):
        with pytest.raises(InputError):
            decode("Глубокое".encode("cp866"), wrong)


def test_titles_above_the_heading_are_left_out_and_told(tmp_path: Path) -> None:
    rows = "Перечень магазинов на 1 января;;\n;;\nНазвание;Широта;Долгота\nПлиса;55,2;27,6\n"
    reading = table(tmp_path, rows)
    assert list(reading.frame["Название"]) == ["Плиса"]
    assert reading.frame.geometry.iloc[0].wkt == "POINT (27.6 55.2)"
    (told,) = [found for found in reading.findings if found.code == "titles_above"]
    assert told.values["rows"] == 1 and "Перечень" in str(told.values["example"])


def test_a_row_that_looks_like_a_heading_is_kept_below_a_heading(tmp_path: Path) -> None:
    reading = table(tmp_path, "name;lat;lon\nname;55,2;27,6\n")
    assert list(reading.frame["name"]) == ["name"]


def test_a_list_of_names_with_blanks_is_one_column() -> None:
    frame = records("settlement\nаг Голубичи\nд Залесье\n".encode(), "list")
    assert list(frame["settlement"]) == ["аг Голубичи", "д Залесье"]


def test_sixty_seconds_are_a_minute() -> None:
    # What rounding to whole seconds writes.
    assert np.allclose(
        numbers(np.array(["27°41'60.00\"E", "27°42'61\""], dtype=object)), [27.7, np.nan], equal_nan=True
    )
