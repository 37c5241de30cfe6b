"""Write ``docs/how-to/cli.md`` from the command line's own parser.

Run as ``python docs/generate_cli.py`` from the project's top. A test fails where the page is not current.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).resolve().parent / "how-to" / "cli.md"

_HEAD = """\
# The command line

<!-- Written by docs/generate_cli.py from the program itself; do not edit by hand. -->

`planner COMMAND --help` says the same. From a checkout, `.venv/bin/python -m planner.cli` (on Windows
`.venv\\Scripts\\python -m planner.cli`) stands for `planner`.

Results go to standard output; messages, findings and progress go to standard error. With `--json` one JSON document
goes to standard output.

| exit code | means |
| --- | --- |
| 0 | done |
| 1 | the data or the result is not acceptable: an error was found in a file |
| 2 | bad usage, or a file or workspace that cannot be read |
| 3 | stopped before the end |
"""


def render() -> str:
    """Return the page."""
    from planner.cli import build_parser

    top = build_parser()
    described = [a for a in top._actions if isinstance(a, argparse._VersionAction)]
    parts = [_HEAD, *(f"`planner {a.option_strings[-1]}` prints the version.\n" for a in described)]
    parts += ["\n".join(_section(parser)) for parser in _leaves(top)]
    return "\n".join(parts)


def _leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield the parsers of the commands that do something, in the order in which they are listed."""
    inner = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not inner:
        yield parser
    for action in inner:
        for child in action.choices.values():
            yield from _leaves(child)


def _section(parser: argparse.ArgumentParser) -> list[str]:
    """Return a command's lines: heading, what it does, how it is called, its options."""
    actions = [a for a in parser._actions if not isinstance(a, argparse._HelpAction)]
    lines = [
        f"## {parser.prog}",
        "",
        str(parser.description),
        "",
        "```text",
        _usage(parser, actions),
        "```",
        "",
    ]
    told = [a for a in actions if a.option_strings or a.help]
    if told:
        lines += ["| option | what it says |", "| --- | --- |"]
        lines += [f"| `{_cell(_name(a))}` | {_cell(_remark(a))} |" for a in told]
        lines.append("")
    return lines


def _usage(parser: argparse.ArgumentParser, actions: list[argparse.Action]) -> str:
    """Return how a command is called, in one line: what is required, then what may be added."""
    together = [a for group in parser._mutually_exclusive_groups for a in group._group_actions]
    choice = [f"({' | '.join(_name(a) for a in together)})"] if together else []
    positional = [_name(a) if a.nargs != "?" else f"[{_name(a)}]" for a in actions if not a.option_strings]
    options = [a for a in actions if a.option_strings and a not in together]
    must = [_name(a) for a in options if a.required]
    may = [f"[{_name(a)}]" for a in options if not a.required]
    return " ".join([parser.prog, *positional, *choice, *must, *may])


def _name(action: argparse.Action) -> str:
    """Return an option with what is to follow it, or the name of an argument."""
    if not action.option_strings:
        return str(action.metavar or action.dest.upper())
    if action.nargs == 0:
        return action.option_strings[-1]
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    return f"{action.option_strings[-1]} {value}"


def _remark(action: argparse.Action) -> str:
    required = "required" if action.required and action.option_strings else ""
    return "; ".join(t for t in (required, str(action.help or "")) if t)


def _cell(text: str) -> str:
    # A bar would end the cell of the table, inside a code span too.
    return text.replace("|", "\\|")


def main() -> int:
    """Write the page."""
    PAGE.write_text(render(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
