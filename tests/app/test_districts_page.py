"""The page Districts, run without a browser: what a batch found is shown, ranked and compared."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element

from planner.report import FORMATS
from planner.results import DistrictFigures, Failure
from planner.studies.districts import FILE, compare, encoded
from planner.studies.figures import figures, read_figures
from tests.app.test_studies import PAGE, run
from tests.builders import Town


def district(folder: Path, name: str, far: float) -> DistrictFigures:
    from dataclasses import asdict

    town = Town(folder / f"{name}.gpkg").boundary((-1000, -1000, 30_000, 1000)).road((0, 0), (25_000, 0))
    town.place("c", (0, 0), 900, "town").place("v", (far, 0), 100).facility("post_office", (0, 0))
    found = asdict(figures(town.workspace()))
    found["name"] = {"en": f"{name.title()} district"}
    return read_figures(found, id=name, location=str(folder / f"{name}.gpkg"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lost = Failure("lost", "/lost.gpkg", "It is gone.", "Bring it back.", {})
    found = compare(
        [district(tmp_path, "near", 500), district(tmp_path, "far", 24_000)], [lost], small_below=500
    )
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / FILE).write_bytes(encoded(found))
    return tmp_path / "results"


def test_districts_are_ranked_compared_and_what_failed_is_told(
    folder: Path, sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_DISTRICTS", str(folder.parent))
    page = run("districts", sample_file, monkeypatch)
    page.selectbox("districts_service").select("post_office").run()
    ranking, *_, failed = (frame.value for frame in page.dataframe)
    assert ranking["District"].tolist() == ["Far district", "Near district"]
    assert ranking["Covered"].tolist() == [0.9, 1.0]
    assert ranking["People without it"].tolist() == [100, 0]
    assert failed["Reason"].tolist() == ["It is gone. Bring it back."]
    page.selectbox("district").select("near").run()
    page.selectbox("district_other").select("far").run()
    beside = page.dataframe[0].value
    row = beside[beside["Service"] == "Post offices"].iloc[0]
    assert (row["Near district"], row["Far district"]) == (1.0, 0.9)
    assert any(
        "planner app" in part.value and "near.gpkg" in part.value
        for part in page.get("html")
        if isinstance(part, Element)
    )


def test_the_folder_is_asked_for_and_a_wrong_one_is_told(
    folder: Path, sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLANNER_DISTRICTS", raising=False)
    monkeypatch.setenv("PLANNER_WORKSPACE", str(sample_file))
    page = AppTest.from_string(PAGE.format(page="districts"), default_timeout=120).run()
    assert "planner batch" in page.info[0].value
    page.text_input("districts_folder").set_value(str(folder.parent)).run()
    assert FILE in page.warning[0].value
    page.text_input("districts_folder").set_value(os.fspath(folder)).run()
    assert not page.exception
    assert len(page.dataframe) == 5


def test_every_format_that_was_written_can_be_taken(
    folder: Path, sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for form in FORMATS:
        (folder / f"districts-en.{form}").write_bytes(b"written")
    (folder / "districts-en.part").write_bytes(b"being written")
    monkeypatch.setenv("PLANNER_DISTRICTS", str(folder.parent))
    page = run("districts", sample_file, monkeypatch)
    offered = {button.proto.label.replace("\\", "") for button in page.get("download_button")}
    assert offered == {f"districts-en.{form}" for form in FORMATS}
