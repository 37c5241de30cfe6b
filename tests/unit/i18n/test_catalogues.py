"""Everything the planner says is translated, and looks like the language it is in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import planner
from planner.i18n import speech
from planner.i18n.collect import collect, read_sources
from planner.i18n.extract import LOCALES, catalogue_file, main, problems

LATIN = re.compile(r"[A-Za-z]+")
FORMATS = {
    "CSV", "EPSG", "Feature", "FeatureCollection", "GeoJSON", "GeoPackage", "Infinity", "JSON", "KML", "Leaflet",
    "NaN", "POINT", "Shapefile", "UTF", "UTM", "WGS", "WKT", "YAML", "cp", "cpg", "dbf", "null", "prj", "shp",
    "shx", "utf", "zip", "http", "https", "M", "N", "C", "GeoTIFF", "OpenStreetMap", "bz", "gz", "osm", "pbf", "yaml",
    "COST", "GPP", "HGT", "MapInfo", "PostGIS", "QGIS", "SRTM", "TopoJSON", "XLSX", "csv", "PostgreSQL",
}  # fmt: skip
AS_TYPED = {
    # Commands, options and keys that have to be typed as they are.
    "FILE", "MAX", "MB", "MEMORY", "PLANNER", "SECONDS", "TMPDIR", "WORKSPACE", "access", "add", "building",
    "buildings", "against", "all", "as", "be", "boundary", "BY", "bz", "confidence", "current",
    "database", "demand", "district", "en", "facilities", "facility", "false", "features", "fixed", "foot", "found",
    "from", "geometry", "gz", "historic", "history", "id", "ids", "import", "INT", "lat", "layers", "lines", "list",
    "lon", "m", "mapping", "maps", "match", "measure", "measured", "motor", "NAME", "name", "new", "not",
    "office", "out", "pbf", "people", "per", "physician", "planner", "population", "port", "post",
    "properties", "publish", "python", "read", "remove", "restore", "ru", "sample", "schema", "service",
    "standards", "steps", "threshold", "to", "total", "totals", "true", "type", "unit", "url", "vehicle",
    "vendor", "wkt", "yaml", "zones", "bus", "indicator", "network", "roads", "speeds", "time", "travel",
    "band", "height", "mast", "mhz",
    "DISTRICTS", "FOLDER", "ID", "OUT", "PLACE", "WORKSPACES", "at", "auth", "authlib", "batch", "beds", "candidates",
    "capital", "center", "centre", "closing", "cluster", "distributed", "docs", "edits", "fire", "floor", "format",
    "how", "httpx", "in", "install", "json", "limit", "lscp", "mclp", "md", "median", "national", "p", "physicians",
    "pip", "region", "regional", "replace", "role", "scenario", "seats", "shop", "sign", "signin", "site", "smart",
    "tcp", "team", "version", "with", "workspace", "years", "Dask", "GPX", "TOML", "assess", "neighbours", "claim",
    "Enter", "app", "cookie", "folder", "hours", "secret",
}  # fmt: skip
OTHER_ALPHABET = {"ru": "іўІЎ", "be": "ищъИЩЪ"}


def said(language: str) -> list[tuple[str, str]]:
    """Return original and translation of every form of every message."""
    with catalogue_file(language).open("rb") as stream:
        entries = [entry for entry in read_po(stream, locale=language) if entry.id]
    pairs = []
    for entry in entries:
        original = entry.id if isinstance(entry.id, str) else " ".join(entry.id)
        forms = (entry.string,) if isinstance(entry.string, str) else entry.string or ()
        pairs += [(original, form or "") for form in forms]
    return pairs


def words(text: str) -> set[str]:
    return set(LATIN.findall(re.sub(r"\{[^}]*\}", " ", text)))


def test_the_check_passes(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--check"])
    assert (code, capsys.readouterr().err) == (0, "")


@pytest.mark.parametrize("language", LOCALES)
def test_every_message_of_the_code_is_translated(language: str) -> None:
    messages = collect(read_sources(Path(planner.__file__).parent))
    assert len(messages) > 500
    with catalogue_file(language).open("rb") as stream:
        assert list(problems(messages, read_po(stream, locale=language))) == []


@pytest.mark.parametrize("language", LOCALES)
def test_no_word_is_left_in_latin_letters(language: str) -> None:
    left = {(w, text) for original, text in said(language) for w in words(text) - FORMATS - AS_TYPED}
    assert left == set()
    # A word to be typed is one that the original has as well.
    invented = {
        (w, text) for original, text in said(language) for w in words(text) - FORMATS - words(original)
    }
    assert invented == set()


@pytest.mark.parametrize("language", LOCALES)
def test_nothing_is_left_as_it_was_in_english(language: str) -> None:
    assert [text for original, text in said(language) if text == original and words(text) - {"C"}] == []


@pytest.mark.parametrize("language", LOCALES)
def test_letters_are_those_of_the_language(language: str) -> None:
    assert [text for _, text in said(language) if set(text) & set(OTHER_ALPHABET[language])] == []


@pytest.mark.parametrize("language", LOCALES)
def test_edges_and_ends_are_those_of_the_original(language: str) -> None:
    for original, text in said(language):
        assert text == text.strip()
        assert text.count("\n") == original.count("\n")
        if " " in text and original.endswith((".", "?", ":", "…")):
            assert text[-1] == original[-1], (original, text)


def test_belarusian_short_u_stands_after_a_vowel_and_only_there() -> None:
    wrong = [
        text
        for _, text in said("be")
        if re.search(r"[аеёіоуыэюя] у[ бвгджзклмнпрстфхцчш]|[бвгджзйклмнпрстфхцчшьў.,:;»—] ў", text)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("ru", 1, "1 человек"),
        ("ru", 2, "2 человека"),
        ("ru", 5, "5 человек"),
        ("ru", 11, "11 человек"),
        ("ru", 21, "21 человек"),
        ("ru", 22, "22 человека"),
        ("ru", 101, "101 человек"),
        ("ru", 111, "111 человек"),
        ("be", 1, "1 чалавек"),
        ("be", 2, "2 чалавекі"),
        ("be", 5, "5 чалавек"),
        ("be", 11, "11 чалавек"),
        ("be", 21, "21 чалавек"),
        ("be", 22, "22 чалавекі"),
        ("be", 101, "101 чалавек"),
        ("be", 111, "111 чалавек"),
        ("en", 1, "1 person"),
        ("en", 21, "21 people"),
    ],
)
def test_people_are_counted_in_the_right_form(language: str, count: int, expected: str) -> None:
    assert speech(language).plural("{count} person", "{count} people", count) == expected


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("ru", 1, "в 1 населённом пункте"),
        ("ru", 2, "в 2 населённых пунктах"),
        ("ru", 11, "в 11 населённых пунктах"),
        ("ru", 21, "в 21 населённом пункте"),
        ("ru", 111, "в 111 населённых пунктах"),
        ("be", 1, "у 1 населеным пункце"),
        ("be", 5, "у 5 населеных пунктах"),
        ("be", 11, "у 11 населеных пунктах"),
        ("be", 101, "у 101 населеным пункце"),
    ],
)
def test_a_number_after_a_preposition_is_declined(language: str, count: int, expected: str) -> None:
    assert speech(language).plural("in {count} settlement", "in {count} settlements", count) == expected
