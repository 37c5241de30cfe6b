"""The documentation does what it says: its commands run, its links lead somewhere, its lists are complete."""

from __future__ import annotations

import argparse
import doctest
import importlib
import importlib.util
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

from planner.cli import build_parser, main
from planner.layers.faults import FAULTS
from planner.layers.limits import SETTINGS, Limits

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = Path("docs/how-to/example")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "data" / "geo" / "README.md"],
    key=lambda page: page.as_posix(),
)
ELLIPSIS = "…"
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NOT_RUN = re.compile(r"<!-- not run: \S.* -->\n$")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


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
    for found in _FENCE.finditer(text):
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


@pytest.mark.parametrize("page", [p for p in PAGES if steps(p)], ids=name)
def test_commands_do_what_the_page_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / EXAMPLE, tmp_path, dirs_exist_ok=True)
    shutil.copytree(ROOT / EXAMPLE, tmp_path / EXAMPLE)
    monkeypatch.chdir(tmp_path)
    for step in steps(page):
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


def test_the_first_pages_have_commands_to_run() -> None:
    run = {name(page) for page in PAGES if steps(page)}
    assert {"README.md", "docs/how-to/own-district.md"} <= run


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_only_what_cannot_be_run_is_not_run(page: Path) -> None:
    for _, text, may_run in blocks(page):
        if not may_run:
            commands = [line.removeprefix("$ ") for line in text.splitlines()]
            wrong = [c for c in commands if c.startswith("planner ") and not c.startswith("planner app")]
            assert not wrong


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [target for target in _targets(page) if not _leads_somewhere(page, target)]
    assert not broken


def _targets(page: Path) -> list[str]:
    text = re.sub(r"^(`{3,}).*?^\1$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [t for t in _LINK.findall(text) if not t.startswith(("https://", "http://"))]


def _leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    found = (page.parent / path).resolve() if path else page
    if not found.exists() or not found.is_relative_to(ROOT):
        return False
    return not anchor or anchor in _anchors(found)


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-") for head in heads}


def generator(name: str = "generate_cli") -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_the_command_line_is_current() -> None:
    current = (ROOT / "docs" / "how-to" / "cli.md").read_text("utf-8")
    assert current == generator().render(), "run: python docs/generate_cli.py"


def test_the_page_of_findings_is_current() -> None:
    current = (ROOT / "docs" / "findings.md").read_text("utf-8")
    assert current == generator("generate_findings").render(), "run: python docs/generate_findings.py"
    assert all(f"`{code}`" in current for code in FAULTS)


def test_every_limit_is_documented_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    page = (ROOT / "docs" / "how-to" / "limits.md").read_text("utf-8")
    rows = re.findall(r"^\| `(PLANNER_MAX_\w+)` \|.*\| ([^|]+) \|$", page, re.MULTILINE)
    defaults = {name: str(value) for name, value in Limits.in_force().as_settings().items()}
    assert [name for name, _ in rows] == list(SETTINGS)
    # The machine's own memory is no number that a page can give.
    told = {name: value.replace(",", "") for name, value in rows if name != "PLANNER_MAX_MEMORY_MB"}
    assert told == {name: defaults[name] for name in told}


def options(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Yield every command with each of its options, whatever its depth."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from options(child)
        else:
            yield from ((parser.prog, option) for option in action.option_strings if option != "-h")


def test_every_option_is_documented() -> None:
    text = (ROOT / "docs" / "how-to" / "cli.md").read_text("utf-8")
    sections = {part.split("\n", 1)[0]: part for part in re.split(r"^## ", text, flags=re.MULTILINE)}
    sections["planner"] = text
    found = [pair for pair in options(build_parser()) if pair[1] != "--help"]
    assert len(found) > 20
    assert not [(command, option) for command, option in found if f"{option}" not in sections[command]]


def test_every_dependency_has_a_reason_and_a_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    page = (ROOT / "docs" / "decisions" / "0001-dependencies.md").read_text("utf-8")
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")]
    told = {
        package.strip() for row in rows if all(cell.strip() for cell in row) for package in row[0].split(",")
    }
    needed = {re.split(r"[<>=!~\[ ;]", requirement)[0] for requirement in named}
    assert needed <= told


def test_the_page_of_the_python_interface_is_current() -> None:
    current = (ROOT / "docs" / "reference" / "python.md").read_text("utf-8")
    assert current == generator("generate_api").render(), "run: python docs/generate_api.py"
    for room in ("planner", "planner.network", "planner.coverage", "planner.siting"):
        for public in importlib.import_module(room).__all__:
            assert f"[`{public}`]" in current


def test_the_examples_in_python_print_what_they_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "reference" / "examples.md").read_text("utf-8")
    shown = "".join(found[2] for found in _FENCE.finditer(page) if found[1] == "python")
    monkeypatch.chdir(tmp_path)
    example = doctest.DocTestParser().get_doctest(shown, {}, "examples.md", "examples.md", 0)
    told: list[str] = []
    result = doctest.DocTestRunner().run(example, out=told.append)
    assert result.attempted > 20
    assert not result.failed, "".join(told)


@pytest.mark.parametrize("page", ["docs/tutorial.md", "docs/tutorial.ru.md"])
def test_tables_of_the_tutorial_are_the_files_themselves(page: str) -> None:
    tables = [found[2] for found in _FENCE.finditer((ROOT / page).read_text("utf-8")) if found[1] == "csv"]
    files = {path.read_text("utf-8") for path in (ROOT / EXAMPLE).glob("[!l]*.csv")}
    assert len(tables) == 2
    assert set(tables) <= files


def test_every_page_is_found_from_the_first_one() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        waiting += [
            (page.parent / target.partition("#")[0]).resolve()
            for target in _targets(page)
            if target[0] != "#"
        ]
    assert {p for p in PAGES if "decisions" not in p.parts} <= reached


def test_pictures_are_shown_and_small() -> None:
    pictures = ROOT / "docs" / "pictures"
    shown = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in _targets(page)
        if target.endswith(".png")
    }
    assert {path for path in pictures.iterdir() if path.suffix == ".png"} <= shown
    assert not [path.name for path in pictures.iterdir() if path.stat().st_size > 150_000]
