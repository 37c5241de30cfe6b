"""What the pages of the documentation tell to type, and what they show of the answers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from planner.cli import main

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = Path("docs/how-to/example")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*/README.md")],
    key=lambda page: page.as_posix(),
)
ELLIPSIS = "…"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NOT_RUN = re.compile(r"<!-- not run: \S.* -->\n$")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass
class Step:
    """A command of a page, what the page shows of its output, and the exit code that it names."""

    command: list[str]
    shown: list[str] = field(default_factory=list)
    exit_code: int = 0


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield language, text and whether it may be run, for each block of commands of a page."""
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        if found[1] in ("console", "sh", "powershell"):
            yield found[1], found[2], _NOT_RUN.search(text[: found.start()]) is None


def steps(page: Path) -> list[Step]:
    """Return the planner's commands on a page, in order."""
    found: list[Step] = []
    for language, text, may_run in blocks(page):
        if may_run and language != "powershell":
            found += _steps_of_block(text, "$ " if language == "console" else "")
    return found


def _steps_of_block(text: str, prompt: str) -> Iterator[Step]:
    step, asked = None, False
    for line in text.splitlines():
        if line == f"{prompt}echo $?":
            asked = True
        elif asked and step is not None:
            step.exit_code, asked = int(line), False
        elif line.startswith(f"{prompt}planner "):
            if step is not None:
                yield step
            step = Step(shlex.split(line.removeprefix(prompt))[1:])
        elif step is not None and prompt:
            step.shown.append(line)
    if step is not None:
        yield step


def pattern(shown: list[str]) -> str:
    """Return a regular expression for an output as a page shows it: an ellipsis stands for anything."""
    lines = [
        r"(?:.*\n)*?" if line.strip() == ELLIPSIS else re.escape(_plain(line)).replace(ELLIPSIS, ".*") + r"\n"
        for line in shown
    ]
    return "".join(lines)


def _plain(line: str) -> str:
    return " ".join(line.split())


def run(commands: Iterable[Step], capsys: pytest.CaptureFixture[str]) -> None:
    """Run commands where the test stands, and compare what they print with what the page shows."""
    for step in commands:
        told = " ".join(step.command)
        try:
            code: object = main(step.command)
        except SystemExit as stopped:
            code = stopped.code
        printed = capsys.readouterr()
        output = "".join(f"{_plain(line)}\n" for line in (printed.out + printed.err).splitlines())
        assert code == step.exit_code, f"planner {told}\n{output}"
        if step.shown:
            assert re.fullmatch(pattern(step.shown), output), f"planner {told}\n{output}"
