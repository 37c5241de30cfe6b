"""The command that joins a list of names to known places: match."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, NOT_ACCEPTABLE, counted, print_json, table, tell
from planner.errors import InputError

if TYPE_CHECKING:
    from planner.studies.matching import Matching
    from planner.studies.settling import Decisions
    from planner.studies.taking_names import Taken


def add_commands(commands: Commands) -> None:
    """Add the command."""
    match = command(commands, "match", _match, "find the positions of places that a list knows by name only")
    match.add_argument("file", type=Path, metavar="FILE", help="a table with a column of names")
    match.add_argument(
        "--against",
        required=True,
        metavar="PLACES",
        help="a workspace, or a file of places with names and positions",
    )
    match.add_argument("--out", type=Path, metavar="FILE.csv", help="write the list with positions as CSV")
    match.add_argument(
        "--open",
        type=Path,
        metavar="FILE.csv",
        help="write what is not settled, to be filled in as decisions",
    )
    match.add_argument(
        "--decisions", type=Path, metavar="FILE", help="what was decided, as --open or the app writes it"
    )
    match.add_argument("--into", metavar="WORKSPACE", help="bring the result into a workspace")
    match.add_argument(
        "--as", dest="outcome", choices=("layer", "populations"), default="layer",
        help="with --into: the list becomes the settlements (default), or only gives the settlements their people",
    )  # fmt: skip
    match.add_argument("--encoding", metavar="E", help="of the text in the file, e.g. cp1251")
    json_option(match)


def _match(options: argparse.Namespace) -> int:
    from planner.studies.matching import as_rows, match_list, write_csv
    from planner.studies.settling import read_decisions, settle, write_decisions
    from planner.workspace import shown_as

    found = match_list(options.file, options.against, encoding=options.encoding)
    decisions: Decisions = {}
    ignored: tuple[str, ...] = ()
    if options.decisions is not None:
        reread = read_decisions(options.decisions, found)
        decisions, ignored = reread.decisions, reread.unknown
    settled = settle(found, decisions)
    # Decisions that fit nothing are a planner's work that would be lost: they are told before anything is written.
    taken = None if ignored else _into(options, found, decisions)
    if options.out is not None:
        write_csv(settled, options.out)
    if options.open is not None:
        _write(options.open, write_decisions(found, decisions))
    if options.json:
        print_json({"file": str(options.file), "against": shown_as(options.against), "counts": settled.counts,
                    "rows": as_rows(settled), "decisions": len(decisions), "decisions_ignored": list(ignored),
                    "layer": taken.record.name if taken else None,
                    "version": taken.record.version if taken else None})  # fmt: skip
    else:
        _show(settled)
    _summary(settled, ignored, taken)
    return NOT_ACCEPTABLE if ignored else DONE


def _into(options: argparse.Namespace, found: Matching, decisions: Decisions) -> Taken | None:
    from planner.studies.taking_names import take
    from planner.workspace import open_workspace

    if options.into is None:
        return None
    return take(open_workspace(options.into), found, decisions, options.outcome)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise InputError(
            "{name} cannot be written: {reason}.",
            "Choose another folder, or make room.",
            name=path.name,
            reason=error.strerror or str(error),
        ) from error


def _show(matching: Matching) -> None:
    table(
        ("name", "found", "score", "place", "why"),
        [
            (one.record.name, one.certainty, f"{one.score:.2f}",
             one.candidates[0].locality.names[0] if one.candidates else "", "; ".join(one.reasons))
            for one in matching.matches
        ],
    )  # fmt: skip


def _summary(matching: Matching, ignored: tuple[str, ...], taken: Taken | None) -> None:
    counts = matching.counts
    tell(f"{counts['sure']} sure, {counts['settled']} settled, {counts['doubtful']} doubtful, {counts['none']} not "
         "found. Only sure and settled ones have a position; settle the others on the page Layers of the app, or "
         "with --open and --decisions.")  # fmt: skip
    if ignored:
        tell(f"Decisions that fit no row of the list or no known place, and were not applied: {len(ignored)} "
             f"({', '.join(ignored[:5])}). No workspace was changed.")  # fmt: skip
    if taken is not None:
        tell(f"Added {taken.record.name}, version {taken.record.version}: {counted(taken.joined, 'row')} with a place "
             f"({taken.people_joined:.0f} people), {taken.left} without ({taken.people_left:.0f} people).")  # fmt: skip
