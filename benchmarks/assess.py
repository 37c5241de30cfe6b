"""The sample district against all standards in force: in a warm process, and as a command from its start."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Line, seconds
from planner.i18n import speech
from planner.maps.district_map import service_layer
from planner.scenario import Scenario
from planner.standards.catalogue import load as load_standards
from planner.studies.assess import assess_inputs, district_under
from planner.studies.desk import Desk
from planner.studies.drafting import addable, new_facility
from planner.studies.inputs import load
from planner.workspace import open_workspace


def lines(sample: Path) -> Iterator[Line]:
    """Yield what was measured on a workspace with the sample district."""
    workspace = open_workspace(sample)
    catalogue = load_standards()
    standards = catalogue.default(workspace.district.jurisdiction)
    measured = sum(s.measure is not None for s in standards)
    # Layers are read anew for every run: nothing of a former assessment is left in them.
    fresh = [load(workspace) for _ in range(6)]
    yield Line(
        f"assess the sample, {measured} standards, layers read",
        seconds(lambda: assess_inputs(fresh.pop(), standards, catalogue)),
        target=0.5,
        note="median of 5",
    )
    yield from _edits(sample)
    yield Line("read its layers", seconds(lambda: load(workspace)), note="median of 5")
    yield Line(
        "planner assess, a process, imports included",
        seconds(lambda: _process("assess", sample), 3),
        target=4.0,
        note="median of 3",
    )
    yield Line(
        "planner --help, a process", seconds(lambda: _process("--help"), 3), target=0.5, note="median of 3"
    )


def _edits(sample: Path) -> Iterator[Line]:
    """Yield how long an edit at the desk takes: numbers, and the map layer that shows them."""
    desk = Desk(*district_under(open_workspace(sample)))
    places, say = desk.baseline.places, speech("ru")
    scenario, taken = Scenario("s"), []
    for number, service in enumerate(addable(desk.inputs, desk.catalogue, desk.standards)):
        at = float(places.lon[7 * number]), float(places.lat[7 * number])
        scenario = scenario.with_edit(new_facility(desk.inputs, desk.catalogue, scenario, service, at))
        began = time.perf_counter()
        after = desk.under(scenario)
        service_layer(after, say, after.service_ids()[0])
        taken.append(time.perf_counter() - began)
    note = f"the slowest of {len(taken)} services, one after another; median {statistics.median(taken):.2f} s"
    yield Line("an edit to its numbers and its map layer", max(taken), target=1.0, note=note)


def _process(*words: object) -> None:
    command = [sys.executable, "-m", "planner.cli", *map(str, words)]
    subprocess.run(command, check=True, capture_output=True)
