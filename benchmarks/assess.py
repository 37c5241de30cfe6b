"""The sample district against all standards in force: in a warm process, and as a command from its start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Line, seconds
from planner.standards.catalogue import load as load_standards
from planner.studies.assess import assess_inputs
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


def _process(*words: object) -> None:
    command = [sys.executable, "-m", "planner.cli", *map(str, words)]
    subprocess.run(command, check=True, capture_output=True)
