"""What the planner takes, against what it may take: ``python -m benchmarks [TABLE ...]``.

Tables: assess, search, snapping, siting, reading, country, app, crowded; all of them where none is named.

Nothing fails for being slow: machines differ. Ratios to a peer are measured in one run and hold better than seconds.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from itertools import chain
from pathlib import Path

from benchmarks import app, assess, country, crowded, reading, search, siting, snapping
from benchmarks.measure import Line
from planner.studies.founding import found_sample


def main() -> None:
    """Measure everything and print the table as it grows."""
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}\n"
    )
    print(f"{'what':<58}{'value':>12}  {'target':<10}{'verdict':<14}note")
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "hlybokaye.gpkg"
        found_sample(sample)
        tables = {
            "assess": assess.lines(sample),
            "search": search.lines(),
            "snapping": snapping.lines(),
            "siting": siting.lines(),
            "reading": reading.lines(),
            "country": country.lines(),
            "app": app.lines(sample),
            "crowded": crowded.lines(),
        }
        wanted = sys.argv[1:] or list(tables)
        unknown = [name for name in wanted if name not in tables]
        if unknown:
            sys.exit(f"No table {', '.join(unknown)}; there are {', '.join(tables)}.")
        for line in chain(*(tables[name] for name in wanted)):
            print(_row(line), flush=True)


def _row(line: Line) -> str:
    value = "-" if line.value is None else f"{line.value:.3g} {line.unit}".rstrip()
    target = (
        "" if line.target is None else f"{'≥' if line.least else '≤'} {line.target:g} {line.unit}".rstrip()
    )
    return f"{line.what:<58}{value:>12}  {target:<10}{line.verdict:<14}{line.note}".rstrip()


if __name__ == "__main__":
    main()
