"""What studies tell of their progress, and where they end when they are not wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.errors import Stopped
from planner.layers.deadline import stoppable
from planner.studies.assess import assess
from planner.studies.batch import batch
from planner.studies.capacity import capacity, choices
from planner.studies.closures import closures
from planner.studies.fragility import fragility
from planner.studies.further import further_findings
from planner.studies.parity import study_parity
from planner.studies.progress import each, part, wanted
from planner.studies.radio import screen_mobile
from planner.studies.workspaces_in import workspaces_among
from planner.workspace import Workspace, open_workspace
from tests.builders import Town

STUDIES: dict[str, Callable[..., Any]] = {
    "assess": assess,
    "closures": lambda w, progress: closures(w, "fire", count=2, progress=progress),
    "fragility": lambda w, progress: fragility(w, "fire", progress=progress),
    "capacity": lambda w, progress: capacity(w, choices(w)[0].service, progress=progress),
    "parity": lambda w, progress: study_parity(w, progress=progress),
    "mobile": screen_mobile,
    "report": further_findings,
}


@pytest.fixture(scope="module")
def sample(sample_file: Path) -> Workspace:
    return open_workspace(str(sample_file))


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_tells_how_far_it_has_come_and_ends_where_it_is_told_to(
    sample: Workspace, study: str
) -> None:
    told: list[float] = []

    def stop_late(share: float, what: str) -> None:
        told.append(share)
        if share > 0.5:
            raise Stopped

    with pytest.raises(Stopped):
        STUDIES[study](sample, progress=stop_late)
    assert told == sorted(told)
    assert 0.0 <= told[0] < 0.5 < told[-1] <= 1.0


def test_parts_of_the_work_add_up_to_the_whole() -> None:
    told: list[tuple[float, str]] = []

    def tell(share: float, what: str) -> None:
        told.append((round(share, 3), what))

    assert list(each(["a", "b"], part(tell, 0.5, 1.0))) == ["a", "b"]
    assert told == [(0.5, "a"), (0.75, "b")]


def test_work_that_is_not_wanted_ends_between_two_steps() -> None:
    done: list[int] = []
    with stoppable(lambda: len(done) == 2), pytest.raises(Stopped):
        done.extend(wanted(range(5)))
    assert done == [0, 1]


def test_a_batch_that_is_not_wanted_ends_while_it_waits(tmp_path: Path) -> None:
    town = Town(tmp_path / "a.gpkg").boundary((-1000, -1000, 3000, 1000)).road((0, 0), (2000, 0))
    town.place("c", (0, 0), 900, "town").facility("post_office", (0, 0)).workspace()
    with stoppable(lambda: True), pytest.raises(Stopped):
        batch([str(tmp_path / "a.gpkg")], tmp_path / "out", workers=1)
    assert not list((tmp_path / "out").rglob("*.part"))
    assert not (tmp_path / "out" / "districts.json").exists()
    assert [d.id for d in batch([str(tmp_path / "a.gpkg")], tmp_path / "out", workers=1).districts] == ["a"]


def test_a_folder_offers_workspaces_and_what_is_damaged_but_no_layers(tmp_path: Path) -> None:
    town = Town(tmp_path / "a.gpkg").place("c", (0, 0))
    town.workspace()
    (tmp_path / "b.gpkg").write_bytes(b"no database")
    next(iter(town.frames().values())).to_file(tmp_path / "layer.gpkg", driver="GPKG")
    found = workspaces_among(sorted(tmp_path.glob("*.gpkg")))
    assert [path.name for path in found] == ["a.gpkg", "b.gpkg"]
