"""Long work beside the pages: one job for who asks for the same, cancelled without a trace, kept for who comes back."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner.errors import InputError, Stopped
from planner.layers.deadline import check_time, stoppable
from planner.layers.schema import Role
from planner.results import Tours
from planner.ui import cache, job, report_making, work
from planner.ui.pages import tour
from planner.workspace import open_workspace
from tests.app.test_layers_page import PLACES, add, button, opened
from tests.app.test_studies import PAGE, run

Told = Callable[[float, str], None]
asked = threading.Event()
"""Set when the work of the tests has begun."""
go_on = threading.Event()
"""Set when it may end."""
runs: list[str] = []

WAITING = """
from planner.i18n import speech
from planner.ui import work
from planner.ui.guard import guarded
from tests.app import test_work

def page(say):
    import streamlit as st
    st.markdown(work.need(say, "Working …", test_work.slow, "{settings}"))

guarded(page)(speech("en"))
"""


def slow(settings: str, told: Told) -> str:
    """Work until somebody lets it end, as long as it is wanted."""
    runs.append(settings)
    asked.set()
    while not go_on.wait(0.01):
        told(0.3, "half way")
    if settings == "wrong":
        raise InputError("It cannot be done.", "Do something else.")
    return f"done {settings}"


@pytest.fixture(autouse=True)
def at_work(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    asked.clear()
    go_on.clear()
    runs.clear()
    monkeypatch.setattr(work, "AT_ONCE_S", 0.2)
    yield
    go_on.set()


def page(settings: str = "a") -> AppTest:
    app: AppTest = AppTest.from_string(WAITING.format(settings=settings), default_timeout=30).run()
    return app


def texts(app: AppTest) -> list[str]:
    return [one.value for one in (*app.markdown, *app.caption, *app.info, *app.error)]


def ended() -> None:
    go_on.set()
    for made in [*work._jobs.values()]:
        assert made.wait(30)


def cancel(app: AppTest) -> AppTest:
    button(app, "Cancel").click().run()
    return app


def test_work_tells_how_far_it_has_come_and_is_there_when_it_is_done() -> None:
    app = page()
    assert any("Working … 30" in text for text in texts(app))
    ended()
    assert "done a" in texts(app.run())
    assert runs == ["a"]


def test_a_second_tab_waits_for_the_same_work() -> None:
    first, second = page(), page()
    ended()
    assert "done a" in texts(first.run())
    assert "done a" in texts(second.run())
    assert runs == ["a"]


def test_who_cancels_is_free_at_once_and_may_begin_again() -> None:
    app = cancel(page())
    assert "Cancelled. Nothing was changed." in texts(app)
    (made,) = work._jobs.values()
    assert made.wait(10)
    assert made.found is None
    app.run()
    assert runs == ["a"]
    button(app, "Begin again").click().run()
    ended()
    assert "done a" in texts(app.run())
    assert runs == ["a", "a"]


def test_one_tab_does_not_end_the_work_of_another() -> None:
    first, second = page(), page()
    cancel(first)
    ended()
    assert "done a" in texts(second.run())
    assert runs == ["a"]


def test_other_settings_end_what_nobody_waits_for_any_more() -> None:
    app = page("a")
    (made,) = work._jobs.values()
    # The same tab, in which something else is chosen.
    other = AppTest.from_string(WAITING.format(settings="b"), default_timeout=30)
    other.session_state[work._TAB] = app.session_state[work._TAB]
    other.run()
    assert made.wait(10)
    assert made.found is None
    ended()
    assert "done b" in texts(other.run())


def test_what_goes_wrong_is_told_and_tried_again_by_who_comes_back() -> None:
    app = page("wrong")
    ended()
    app.run()
    assert [e.value.replace("\\", "") for e in app.error] == ["It cannot be done."]
    app.run()
    assert runs == ["wrong", "wrong"]


def test_whoever_works_long_learns_that_it_is_not_wanted() -> None:
    unwanted = threading.Event()
    with stoppable(unwanted.is_set):
        check_time()
        unwanted.set()
        with pytest.raises(Stopped):
            check_time()
    check_time()


def test_a_cancelled_upload_writes_nothing_and_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from planner.workspace import District, create_workspace

    made = create_workspace(tmp_path / "w.gpkg", District({"en": "X"}))
    add(made, tmp_path, PLACES, Role.DEMAND)
    monkeypatch.setenv("PLANNER_WORKSPACE", made.location)
    app = opened()
    text = b"id,name,lat,lon\na,A,55.1,27.9\n"
    monkeypatch.setattr(work, "AT_ONCE_S", 30.0)
    app.file_uploader("upload_0").set_value(("shops.csv", text, "text/csv")).run()
    app.selectbox("upload_service").set_value("shop").run()
    monkeypatch.setattr(work, "AT_ONCE_S", 0.2)
    from planner.studies import intake

    kept = intake.keep

    def slowly(*given: Any, **named: Any) -> Any:
        asked.set()
        go_on.wait(30)
        return kept(*given, **named)

    monkeypatch.setattr(intake, "keep", slowly)
    before = Path(made.location).read_bytes()
    button(app, "Accept the layer").click().run()
    assert asked.wait(10)
    cancel(app)
    ended()
    app.run()
    assert any("Cancelled" in info.value for info in app.info)
    assert [r.name for r in open_workspace(made.location).layers()] == ["demand"]
    assert Path(made.location).read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["demand.csv", "w.gpkg"]
    # The file is there still, and accepting it is one click.
    monkeypatch.setattr(work, "AT_ONCE_S", 30.0)
    button(app, "Accept the layer").click().run()
    assert not app.error
    assert [r.name for r in open_workspace(made.location).layers()] == ["demand", "shop"]


def test_a_cancelled_search_for_trips_keeps_the_best_plan(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def planned(*given: Any, **named: Any) -> Tours:
        while not named["cancel"]():
            asked.set()
        return found(*given, **{**named, "cancel": None, "time_limit_s": None})

    from planner.studies.tour import tours as found

    monkeypatch.setattr(tour, "tours", planned)
    monkeypatch.setattr(work, "AT_ONCE_S", 30.0)
    monkeypatch.setenv("PLANNER_WORKSPACE", str(sample_file))
    app = AppTest.from_string(PAGE.format(page="tour"), default_timeout=120)
    app.session_state["service"] = "post_office"
    cache.assessment(str(sample_file), open_workspace(str(sample_file)).version())
    monkeypatch.setattr(work, "AT_ONCE_S", 1.0)
    app.run()
    assert asked.wait(60)
    app.run()
    cancel(app)
    ended()
    app.run()
    assert not app.exception
    assert app.dataframe


def test_a_report_is_made_beside_the_page_and_stays_for_who_comes_back(
    sample_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "AT_ONCE_S", 60.0)
    app = run("report", sample_file, monkeypatch)
    monkeypatch.setattr(
        report_making, "render", lambda *given, **named: slow("report", lambda s, w: check_time()).encode()
    )
    app.checkbox("format_xlsx").check().run()
    monkeypatch.setattr(work, "AT_ONCE_S", 0.2)
    button(app, "Make the report").click().run()
    assert asked.wait(120)
    cancel(app)
    assert any("Cancelled" in info.value for info in app.info)
    button(app, "Make the report").click().run()
    ended()
    app.run()
    assert len(app.get("download_button")) == 1
    # Another tab of the same person finds it, too.
    again = AppTest.from_string(PAGE.format(page="report"), default_timeout=120)
    again.run()
    again.checkbox("format_xlsx").check().run()
    assert len(again.get("download_button")) == 1


def test_a_job_holds_the_files_that_it_reads() -> None:
    held: list[object] = []

    class Folder:
        def __del__(self) -> None:
            held.append("gone")

    made: job.Job[str] = job.Job("s", lambda _: slow("x", lambda s, w: None))
    made._holds = Folder()
    made.start()
    assert asked.wait(10)
    assert not held
    go_on.set()
    assert made.wait(10)
    assert held == ["gone"]


def test_districts_are_compared_from_the_page_and_go_on_where_they_stopped(
    sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from planner.ui import batch_form
    from tests.builders import Town

    folder = tmp_path / "workspaces"
    folder.mkdir()
    for name in ("near", "far"):
        town = Town(folder / f"{name}.gpkg").boundary((-1000, -1000, 30_000, 1000)).road((0, 0), (25_000, 0))
        town.place("c", (0, 0), 900, "town").place("v", (500 if name == "near" else 24_000, 0), 100)
        town.facility("post_office", (0, 0)).workspace()
    shutil.copy(folder / "near.gpkg", folder / "damaged.gpkg")
    with (folder / "damaged.gpkg").open("r+b") as stream:
        stream.write(b"\0" * 4096)
    monkeypatch.setenv("PLANNER_FOLDER", str(folder))
    monkeypatch.setenv("PLANNER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PLANNER_DISTRICTS", raising=False)
    monkeypatch.setenv("PLANNER_WORKSPACE", str(sample_file))
    step = work.Job.step

    def stops_after_two(made: work.Job[Any], share: float, what: object = "") -> None:
        step(made, share, what)
        if isinstance(what, batch_form.Standing) and what.done == 2 and not go_on.is_set():
            asked.set()
            made.cancel()

    monkeypatch.setattr(work.Job, "step", stops_after_two)
    monkeypatch.setattr(work, "AT_ONCE_S", 60.0)
    app = AppTest.from_string(PAGE.format(page="districts"), default_timeout=120).run()
    assert not app.exception
    button(app, "Compare them").click().run()
    assert any("2 of 3 districts are done" in info.value.replace("\\", "") for info in app.info)
    results = tmp_path / "home" / "planner" / "districts" / "Districts"
    assert not (results / "districts.json").exists()
    kept = sorted(path.name for path in (results / "figures").iterdir())
    assert kept
    assert not any(name.endswith(".part") for name in kept)
    go_on.set()
    button(app, "Compare them").click().run()
    assert not app.exception
    assert (results / "districts.json").is_file()
    # The first is the choice of workspaces.
    _, ranking, *_, failed = (frame.value for frame in app.dataframe)
    assert len(ranking) == 2
    assert failed["District"].tolist() == ["damaged"]
    assert set(kept) <= {path.name for path in (results / "figures").iterdir()}
