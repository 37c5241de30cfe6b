"""Command that sets a scenario beside the district, or beside another scenario: compare."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, by_option, command, json_option
from planner.cli.output import DONE, print_json, table, tell
from planner.cli.travel import conditions, conditions_options

if TYPE_CHECKING:
    from planner.results import Comparison


def add_commands(commands: Commands) -> None:
    """Add the command."""
    compare = command(commands, "compare", _compare, "tell who gains and who loses by a scenario")
    compare.add_argument("workspace", metavar="WORKSPACE")
    compare.add_argument(
        "--scenario", required=True, metavar="S", help="its name in the workspace, or a file of it"
    )
    compare.add_argument(
        "--with", dest="other", metavar="S", help="another scenario to compare with (default: the district as it is)"
    )  # fmt: skip
    compare.add_argument("--out", type=Path, metavar="FILE", help="also write services and councils as CSV")
    by_option(compare)
    conditions_options(compare)
    json_option(compare)


def _compare(options: argparse.Namespace) -> int:
    from planner.report.comparison import write_comparison
    from planner.studies.compare import compare
    from planner.studies.scenarios import scenario_named
    from planner.workspace import open_workspace

    workspace = open_workspace(options.workspace)
    other = scenario_named(workspace, options.other) if options.other is not None else None
    found = compare(
        workspace, scenario_named(workspace, options.scenario), other, by=options.by,
        conditions=conditions(options),
    )  # fmt: skip
    if options.out:
        write_comparison(found, options.out)
        tell(f"Wrote {options.out}")
    if options.json:
        print_json(found.as_dict())
        return DONE
    _print(found)
    return DONE


def _print(found: Comparison) -> None:
    from planner.i18n import speech
    from planner.report.comparison import comparison_sentences, service_columns, service_rows

    say = speech("en")
    for sentence in comparison_sentences(found, say):
        tell(sentence)
    rows = service_rows(found, say, found.changed_services())
    if rows:
        head = [column.title for column in service_columns(say)]
        table(
            head,
            [["-" if c is None else c if isinstance(c, str) else f"{c:.0f}" for c in row] for row in rows],
        )
