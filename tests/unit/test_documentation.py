"""The documentation does what it says: its commands run, its links lead somewhere, its lists are complete."""

from __future__ import annotations

import argparse
import doctest
import importlib
import importlib.util
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from planner.cli import build_parser
from planner.layers.faults import FAULTS
from planner.layers.limits import SETTINGS, Limits
from tests.documented import EXAMPLE, FENCE, LINK, PAGES, ROOT, blocks, name, run, steps

EXTRACT = Path("osm/liechtenstein-2013-08-03.osm.pbf")
_OF_A_REAL_TOWN = "docs/how-to/quarter.md"


@pytest.mark.parametrize("page", [p for p in PAGES if steps(p) and name(p) != _OF_A_REAL_TOWN], ids=name)
def test_commands_do_what_the_page_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / EXAMPLE, tmp_path, dirs_exist_ok=True)
    shutil.copytree(ROOT / EXAMPLE, tmp_path / EXAMPLE)
    monkeypatch.chdir(tmp_path)
    run(steps(page), capsys)


@pytest.mark.shared
def test_commands_on_a_real_town_do_what_the_page_shows(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(shared_data / "data" / EXTRACT, tmp_path)
    monkeypatch.chdir(tmp_path)
    run(steps(ROOT / _OF_A_REAL_TOWN), capsys)


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
    return [t for t in LINK.findall(text) if not t.startswith(("https://", "http://"))]


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
    for setting in SETTINGS:
        monkeypatch.delenv(setting, raising=False)
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


def test_what_only_windows_needs_is_brought_for_it() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    page = (ROOT / "docs" / "how-to" / "air-gapped.md").read_text("utf-8")
    for needed in re.findall(r"^(\S+==\S+) ; sys_platform == 'win32'", lock, re.MULTILINE):
        assert needed in page, "pip download --platform leaves it out"


def test_the_page_of_the_python_interface_is_current() -> None:
    current = (ROOT / "docs" / "reference" / "python.md").read_text("utf-8")
    assert current == generator("generate_api").render(), "run: python docs/generate_api.py"
    for room in ("planner", "planner.network", "planner.coverage", "planner.siting"):
        for public in importlib.import_module(room).__all__:
            assert f"[`{public}`]" in current


def test_the_examples_in_python_print_what_they_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "reference" / "examples.md").read_text("utf-8")
    shown = "".join(found[2] for found in FENCE.finditer(page) if found[1] == "python")
    monkeypatch.chdir(tmp_path)
    example = doctest.DocTestParser().get_doctest(shown, {}, "examples.md", "examples.md", 0)
    told: list[str] = []
    result = doctest.DocTestRunner().run(example, out=told.append)
    assert result.attempted > 20
    assert not result.failed, "".join(told)


def test_the_catalogue_that_the_page_shows_is_the_file() -> None:
    shown = [m[2] for m in FENCE.finditer((ROOT / "docs/standards.md").read_text("utf-8")) if m[1] == "yaml"]
    assert (ROOT / EXAMPLE / "my-standards.yaml").read_text("utf-8") == shown[0]


_COMMAND = re.compile(r"(?:\$ )?(?:[A-Z_]+=\S+ )*(?:planner|dask|make|pip|uv|python3?|py|\.venv\S+) ")
_TESTED_BY_THEMSELVES = {"docs/how-to/cluster.md", "docs/how-to/team-postgis.md"}
"""Their commands need servers; tests/contract/test_documented_commands.py runs them."""


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_command_hides_from_being_run(page: Path) -> None:
    # The synopses of the command line are written from the parser itself.
    if name(page) in {"docs/how-to/cli.md", *_TESTED_BY_THEMSELVES}:
        return
    text = page.read_text("utf-8")
    quiet = [m[2] for m in FENCE.finditer(text) if m[1] in ("", "text")]
    indented = re.findall(r"^    (.*)$", FENCE.sub("", text), re.MULTILINE)
    lines = [line for block in quiet for line in block.splitlines()] + indented
    assert not [line for line in lines if _COMMAND.match(line)]


def mentioned(page: Path, program: str) -> list[list[str]]:
    """Return the commands of a program that a page names, in blocks and in sentences, as words after the program."""
    text = page.read_text("utf-8")
    said = re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    shells = ("console", "sh", "powershell", "text", "")
    said += [line for m in FENCE.finditer(text) for line in m[2].splitlines() if m[1] in shells]
    found = (
        re.match(rf"\s*(?:\$ )?(?:[A-Z_]+=\S+ )*{program} +([^#&]*)", line.replace("\\", "/"))
        for line in said
    )
    return [match[1].split() for match in found if match]


@pytest.mark.parametrize("page", [p for p in PAGES if name(p) != "docs/how-to/cli.md"], ids=name)
def test_what_a_sentence_calls_a_command_is_one(page: Path) -> None:
    known: dict[str, set[str]] = {}
    for command, option in options(build_parser()):
        # An action may stand behind the workspace: "planner scenario WORKSPACE import".
        known.setdefault(re.sub(r" [A-Z]+\b", "", command), set()).add(option)
    wrong = []
    for words in mentioned(page, "planner"):
        command = "planner"
        for word in words:
            if f"{command} {word}" in known:
                command = f"{command} {word}"
            elif not known.get(command):
                break
        asked = {word.partition("=")[0].strip("[]()|,") for word in words if re.match(r"\[?--\w", word)}
        if command == "planner" or not asked <= known[command]:
            wrong.append(words)
    assert not wrong


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_a_page_makes_or_runs_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {words[0] for words in mentioned(page, "make")} <= targets
    for words in mentioned(page, r"(?:python3?|\.venv/\S+/python)"):
        if words[0] == "-m" and words[1] not in ("pip", "venv"):
            assert importlib.util.find_spec(words[1]) is not None, words
        elif words[0].endswith(".py"):
            assert (ROOT / words[0]).is_file(), words


@pytest.mark.parametrize("page", ["docs/tutorial.md", "docs/tutorial.ru.md"])
def test_tables_of_the_tutorial_are_the_files_themselves(page: str) -> None:
    tables = [found[2] for found in FENCE.finditer((ROOT / page).read_text("utf-8")) if found[1] == "csv"]
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
