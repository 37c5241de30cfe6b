"""What several commands take: the parser of a command, options for files and for JSON."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planner.errors import InputError

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


def costs_option(parser: argparse.ArgumentParser) -> None:
    """Add --costs."""
    parser.add_argument("--costs", type=Path, metavar="FILE", help="your own table of what a step up costs")


def date_option(parser: argparse.ArgumentParser) -> None:
    """Add --date."""
    parser.add_argument(
        "--date", metavar="YYYY-MM-DD",
        help="that the document bears; with it the same inputs give the same bytes (default: today)",
    )  # fmt: skip


def moment(options: argparse.Namespace) -> dt.datetime | None:
    """Return noon of the day asked for, in universal time, so that the same day gives the same file everywhere."""
    if options.date is None:
        return None
    try:
        return dt.datetime.combine(dt.date.fromisoformat(options.date), dt.time(12), dt.UTC)
    except ValueError as error:
        raise InputError(
            "The date “{text}” cannot be read.", "Write it as YYYY-MM-DD, for example 2026-11-23.",
            text=options.date,
        ) from error  # fmt: skip


def by_option(parser: argparse.ArgumentParser) -> None:
    """Add --by."""
    parser.add_argument(
        "--by", choices=("settlement", "building"), default="settlement",
        help="what the places are: settlements (default), or the homes of a town, judged on foot",
    )  # fmt: skip
