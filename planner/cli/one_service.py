"""Commands that study one service of a district: closures."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, STOPPED, print_json, table, tell

if TYPE_CHECKING:
    from planner.results import Closure, Closures


def add_commands(commands: Commands) -> None:
    """Add the commands that study one service."""
    closures = command(
        commands,
        "closures",
        _closures,
        "tell who loses a service with each service point, and where they would go",
    )
    _workspace_and_service(closures)
    closures.add_argument(
        "--count", type=int, metavar="N", help="also find the N closures that together harm least"
    )
    json_option(closures)


def _workspace_and_service(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workspace", metavar="WORKSPACE")
    parser.add_argument(
        "--service", required=True, metavar="S", help="as listed by: planner assess WORKSPACE"
    )


def _closures(options: argparse.Namespace) -> int:
    from planner.studies.closures import closures
    from planner.workspace import open_workspace

    found = closures(open_workspace(options.workspace), options.service, count=options.count)
    if options.json:
        print_json(found.as_dict())
    else:
        head = (
            "if it closes",
            "serves",
            "lose standard",
            "no other",
            "km more",
            "km at most",
            "person-km",
            "go to",
        )
        table(head, [_closure_row(found, one) for one in found.ordered()])
        _tell_least(found)
    return STOPPED if found.least is not None and not found.least.proven else DONE


def _closure_row(found: Closures, one: Closure) -> tuple[str, ...]:
    names = [name["en"] for name in found.facilities.names]
    return (
        ", ".join(names[f] for f in one.closed),
        f"{one.served:.0f}",
        f"{one.lost:.0f}",
        f"{one.stranded:.0f}",
        f"{one.extra_mean / 1000:.1f}",
        f"{one.extra_max / 1000:.1f}",
        f"{one.extra_total / 1000:.0f}",
        "; ".join(f"{names[f]} ({people:.0f})" for f, people in one.destinations[:2]) or "-",
    )


def _tell_least(found: Closures) -> None:
    if found.left_out:
        tell(f"Left out, without a position or away from all roads: {found.left_out}")
    if found.least is None:
        return
    one = found.least.closure
    names = "; ".join(found.facilities.names[f]["en"] for f in one.closed)
    proof = (
        "proven" if found.least.proven else f"not proven, at least {found.least.bound:.0f} lose the standard"
    )
    tell(f"Least harm by closing {len(one.closed)}: {names}")
    tell(f"{one.lost:.0f} people lose the standard, {one.extra_total / 1000:.0f} person-km more ({proof}).")
