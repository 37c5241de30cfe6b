"""Command that shows a town by building and by quarter: quarter."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, counted, print_json, progress, table
from planner.cli.travel import conditions, conditions_options

if TYPE_CHECKING:
    from planner.results import Quarters


def add_commands(commands: Commands) -> None:
    """Add the command."""
    quarter = command(
        commands, "quarter", _quarter, "judge a town by building, on foot, and show a card for each of its quarters"
    )  # fmt: skip
    quarter.add_argument("workspace", metavar="WORKSPACE")
    quarter.add_argument(
        "--quarter", metavar="ID", help="the card of one quarter, by its number or identifier"
    )
    conditions_options(quarter)
    json_option(quarter)


def _quarter(options: argparse.Namespace) -> int:
    from planner.studies.quarter import chosen, study_quarters
    from planner.workspace import open_workspace

    found = study_quarters(
        open_workspace(options.workspace), conditions=conditions(options), progress=progress()
    )
    if options.quarter:
        found = chosen(found, options.quarter)
    if options.json:
        print_json(found.as_dict())
    elif options.quarter:
        _print_card(found)
    else:
        _print(found)
    return DONE


def _print(found: Quarters) -> None:
    rows = [
        (
            quarter.name["en"], f"{quarter.people:.0f}", str(quarter.homes), str(quarter.facilities),
            _share(quarter.share_covered), _minutes(quarter.walk_min),
            f"{quarter.worst.standard} ({quarter.worst.tally.lacking:.0f})" if quarter.worst else "-",
        )
        for quarter in found.quarters
    ]  # fmt: skip
    table(("quarter", "people", "homes", "facilities", "covered", "walk, min", "worst gap (people)"), rows)


def _print_card(found: Quarters) -> None:
    for quarter in found.quarters:
        rows = [
            (
                service.standard, service.service, f"{service.tally.lacking:.0f}", f"{service.tally.unknown:.0f}",
                _share(service.tally.share_covered),
                _share(service.share_radius), _minutes(service.walk_min), str(service.facilities),
            )
            for service in quarter.services
        ]  # fmt: skip
        table((quarter.name["en"], f"{quarter.people:.0f} people", counted(quarter.homes, "home")), [])
        head = (
            "standard",
            "service",
            "people lacking",
            "unknown",
            "covered on foot",
            "within radius",
            "walk, min",
            "facilities",
        )
        table(head, rows)


def _share(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}%"


def _minutes(minutes: float) -> str:
    return "-" if minutes != minutes else f"{minutes:.1f}"
