"""Commands on the catalogue of standards: list, show, check, use."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, NOT_ACCEPTABLE, print_json, table, tell
from planner.errors import PlannerError

if TYPE_CHECKING:
    from planner.standards.model import Standard


def add_commands(commands: Commands) -> None:
    """Add the commands on the catalogue of standards."""
    what = "the catalogue of service standards"
    standards = commands.add_parser("standards", help=what, description=f"{what.capitalize()}.")
    actions = standards.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = command(actions, "list", _standards_list, "list the standards of the catalogue")
    listing.add_argument("--jurisdiction", metavar="XX", help="only those of one jurisdiction, e.g. BY")
    json_option(listing)
    show = command(actions, "show", _standards_show, "show one standard with its legal basis")
    show.add_argument("id", metavar="ID")
    json_option(show)
    check = command(actions, "check", _standards_check, "check a catalogue file of your own")
    check.add_argument("file", type=Path, metavar="FILE")
    json_option(check)
    use = command(actions, "use", _standards_use, "put a catalogue file of your own in force in a workspace")
    use.add_argument("workspace", metavar="WORKSPACE")
    use.add_argument("file", type=Path, nargs="?", metavar="FILE", help="without: the built-in catalogue")


def _standards_list(options: argparse.Namespace) -> int:
    from planner.standards.catalogue import load

    chosen = [s for s in load().standards if options.jurisdiction in (None, s.jurisdiction)]
    if options.json:
        print_json({"standards": [_described(s) for s in chosen]})
        return DONE
    table(
        ("id", "service", "confidence", "measured", "says"),
        [(s.id, s.service, s.confidence, "yes" if s.measure else "no", s.title["en"]) for s in chosen],
    )
    return DONE


def _standards_show(options: argparse.Namespace) -> int:
    from planner.standards.catalogue import load, to_yaml

    found = [s for s in load().standards if s.id == options.id]
    if not found:
        raise PlannerError(
            "There is no standard {id}.", "See them all with: planner standards list", id=options.id
        )
    if options.json:
        print_json(_described(found[0]))
    else:
        # As it would stand in a catalogue file: to read, and to copy into one.
        print(to_yaml(found), end="")  # noqa: T201
    return DONE


def _standards_check(options: argparse.Namespace) -> int:
    from planner.standards.catalogue import validate

    problems = validate(options.file)
    if options.json:
        print_json(
            {"file": str(options.file), "problems": [p.as_dict() for p in problems], "usable": not problems}
        )
    for problem in problems:
        tell(f"{options.file}:{problem}")
    if not problems:
        tell(f"{options.file} is in order.")
    return NOT_ACCEPTABLE if problems else DONE


def _standards_use(options: argparse.Namespace) -> int:
    from planner.studies.standards_in_force import put_in_force
    from planner.workspace import open_workspace

    workspace = open_workspace(options.workspace)
    chosen = put_in_force(workspace, options.file)
    tell(f"{len(chosen)} standards are in force in {workspace.shown_as}.")
    return DONE


def _described(standard: Standard) -> dict[str, Any]:
    import dataclasses

    return dataclasses.asdict(standard)
