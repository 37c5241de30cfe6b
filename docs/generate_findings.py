"""Write ``docs/findings.md`` from the program's own catalogue of faults.

Run as ``python docs/generate_findings.py`` from the project's top. A test fails where the page is not current.
"""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parent / "findings.md"

_HEAD = """\
# What the doctor finds

<!-- Written by docs/generate_findings.py from the program itself; do not edit by hand. -->

`planner check FILE`, `planner add` and the Layers page look for these. The code is what `--json` gives; it does not
change from version to version. An *error* keeps the layer out, a *warning* asks to be looked at, an *info* is for the
record; some weigh more or less in a role. What is *mended* is mended only when it is accepted, and every feature that
was changed is named. Words in *italics* stand for what was found.
"""

_HEADS = "| code | weight | mended | what is wrong | what to do |"


def render() -> str:
    """Return the page."""
    from planner.layers.faults_in_files import IN_FILES
    from planner.layers.faults_in_layers import IN_LAYERS
    from planner.layers.faults_in_osm import IN_OSM

    parts = [_HEAD]
    for title, faults in (("In the file", IN_FILES), ("In the layer", IN_LAYERS), ("In an extract", IN_OSM)):
        parts += [f"## {title}\n", _HEADS, "| --- | --- | --- | --- | --- |"]
        parts += [
            f"| `{code}` | {fault.severity} | {'yes' if fault.repairable else ''} | {_cell(fault.message)} "
            f"| {_cell(fault.fix)} |"
            for code, fault in faults.items()
        ]
        parts.append("")
    return "\n".join(parts)


def _cell(template: str) -> str:
    return re.sub(r"\{(\w+)\}", r"*\1*", template).replace("|", "\\|")


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(PAGE.parents[1]))
    PAGE.write_text(render(), "utf-8")
