"""What several commands take: the parser of a command, options for files and for JSON."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROLES = ("boundary", "demand", "facilities", "service-area", "lines", "roads", "candidates", "zones")

Commands = Any  # argparse keeps the type of its sub-parsers to itself


def command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], what: str
) -> argparse.ArgumentParser:
    """Add a command and return its parser; `run` gets the options and returns the exit code."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=what, description=what[0].upper() + what[1:] + "."
    )
    parser.set_defaults(run=run)
    return parser


def file_options(parser: argparse.ArgumentParser, *, role_required: bool) -> None:
    """Add FILE and what can be said of it."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--as",
        dest="role",
        choices=ROLES,
        required=role_required,
        metavar="ROLE",
        help=f"one of: {', '.join(ROLES)}",
    )
    parser.add_argument("--crs", metavar="EPSG:N", help="coordinate system, if the file's own is wrong")
    parser.add_argument("--encoding", metavar="E", help="of the text in the file, e.g. cp1251")
    parser.add_argument("--layer", metavar="L", help="which layer of a file that holds several")


def json_option(parser: argparse.ArgumentParser) -> None:
    """Add --json."""
    parser.add_argument("--json", action="store_true", help="print one JSON document on standard output")


def by_option(parser: argparse.ArgumentParser) -> None:
    """Add --by."""
    parser.add_argument(
        "--by", choices=("settlement", "building"), default="settlement",
        help="what the places are: settlements (default), or the homes of a town, judged on foot",
    )  # fmt: skip
