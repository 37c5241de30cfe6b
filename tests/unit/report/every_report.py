"""Writes every report that there is of the two towns in a folder, in this process or in one of its own.

``python -m tests.unit.report.every_report FOLDER OUT``
"""

from __future__ import annotations

import sys
from pathlib import Path

from planner.cli import main

FORMATS = "html,pdf,docx,xlsx,geojson,gpkg"


def write(folder: Path, out: Path) -> int:
    """Return 0 where all commands did what they were asked for."""
    near, far, scenario = (str(folder / name) for name in ("near.gpkg", "far.gpkg", "more.json"))
    common = ["--lang", "ru", "--out", str(out)]
    sites = ["--site", "post_office:mclp:2:site-cost=3", "--site", "post_office:mclp:years=1,1"]
    commands = [
        ["report", near, "--format", FORMATS, *sites, *common],
        ["report", near, "--format", "html", "--scenario", scenario, *common],
        ["passport", near, "--place", "v", *common],
        ["compare", near, "--scenario", scenario, "--out", str(out / "compared.csv")],
        ["batch", near, far, "--format", FORMATS, "--workers", "1", *common],
    ]
    return max(main(command) for command in commands)


if __name__ == "__main__":
    sys.exit(write(Path(sys.argv[1]), Path(sys.argv[2])))
