"""The house stands as it was planned: who imports whom, and nothing grows too large to read."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "planner").rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 400, 60


def test_imports_keep_to_the_contracts() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_no_file_is_too_long_to_read() -> None:
    assert len(SOURCES) > 50
    long = {
        str(p.relative_to(ROOT)): n
        for p in SOURCES
        if (n := len(p.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring."""
    body = function.body
    told = ast.get_docstring(function, clean=False) is not None
    words = (body[0].end_lineno or 0) - body[0].lineno + 1 if told else 0
    return (function.end_lineno or 0) - function.lineno + 1 - words


def test_no_function_is_too_long_to_read() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": lines
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (lines := lines_of_code(node)) > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_module_is_a_box_for_odds_and_ends() -> None:
    named = {part for path in SOURCES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert named & {"utils", "helpers", "common", "core", "base", "misc"} == set()


def test_the_entry_point_only_starts_the_app() -> None:
    imported = [
        node.module
        for node in ast.walk(ast.parse((ROOT / "app.py").read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
    ]
    assert imported == ["planner.ui.main"]
