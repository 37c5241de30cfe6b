"""The command that joins a list of names to known places: match."""

from __future__ import annotations

import argparse
from pathlib import Path

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, NOT_ACCEPTABLE, print_json, table, tell


def add_commands(commands: Commands) -> None:
    """Add the command."""
    match = command(commands, "match", _match, "find the positions of places that a list knows by name only")
    match.add_argument("file", type=Path, metavar="FILE", help="a table with a column of names")
    match.add_argument(
        "--against",
        type=Path,
        required=True,
        metavar="PLACES",
        help="a workspace, or a file of places with names and positions",
    )
    match.add_argument("--out", type=Path, metavar="FILE.csv", help="write the list with positions as CSV")
    match.add_argument("--encoding", metavar="E", help="of the text in the file, e.g. cp1251")
    json_option(match)


def _match(options: argparse.Namespace) -> int:
    from planner.studies.matching import as_rows, match_list, write_csv

    matching = match_list(options.file, options.against, encoding=options.encoding)
    counts = matching.counts
    if options.out is not None:
        write_csv(matching, options.out)
    if options.json:
        print_json({"file": str(options.file), "against": str(options.against), "counts": counts,
                    "rows": as_rows(matching)})  # fmt: skip
    else:
        table(
            ("name", "found", "score", "place", "why"),
            [
                (one.record.name, one.certainty, f"{one.score:.2f}",
                 one.candidates[0].locality.names[0] if one.candidates else "", "; ".join(one.reasons))
                for one in matching.matches
            ],
        )  # fmt: skip
    tell(f"{counts['sure']} sure, {counts['doubtful']} doubtful, {counts['none']} not found. Only the sure ones have "
         "a position; settle the others by hand.")  # fmt: skip
    if options.out is not None:
        tell(f"Wrote {options.out}")
    return DONE if counts["sure"] else NOT_ACCEPTABLE
