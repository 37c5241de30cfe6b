"""What a command prints: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.layers.findings import Finding

DONE, NOT_ACCEPTABLE, BAD_USAGE, STOPPED = 0, 1, 2, 3
"""Exit codes."""


def progress() -> Callable[[float, str], None] | None:
    """Return a line of progress on standard error; silent for the first second, and where nobody looks."""
    if not sys.stderr.isatty():
        return None
    began = time.monotonic()

    def show(share: float, what: str) -> None:
        if time.monotonic() - began > 1:
            sys.stderr.write(f"\r{share:4.0%}  {what:<40}")
            sys.stderr.flush()

    return show


def tell(message: str) -> None:
    """Print a message on standard error."""
    print(message, file=sys.stderr)  # noqa: T201


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 layer", "2 layers"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def tell_findings(findings: Sequence[Finding]) -> None:
    """Print findings on standard error, each with what to do."""
    for finding in findings:
        where = (
            f" [{', '.join(finding.feature_ids[:5])}{', …' if finding.count > 5 else ''}]"
            if finding.count
            else ""
        )
        tell(f"  {finding.severity}: {finding.message}{where}\n      {finding.fix}")


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE
    sys.stdout.write(orjson.dumps(document, default=str, option=options).decode())


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table on standard output, columns aligned."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    for row in cells:
        print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())  # noqa: T201
