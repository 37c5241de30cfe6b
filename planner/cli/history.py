"""The command that takes back an import: undo."""

from __future__ import annotations

import argparse

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, print_json, tell


def add_commands(commands: Commands) -> None:
    """Add the command that takes back an import."""
    undo = command(commands, "undo", _undo, "take back an import with all its layers")
    undo.add_argument("workspace", metavar="WORKSPACE")
    undo.add_argument(
        "--step", type=int, metavar="N", help="number of the import, or of an undo, in planner layers --history"
        " (default: the latest import)",
    )  # fmt: skip
    json_option(undo)


def _undo(options: argparse.Namespace) -> int:
    from planner.workspace import open_workspace

    done = open_workspace(options.workspace).undo(options.step)
    layers = done.detail["layers"]
    if options.json:
        print_json({"step": done.step, "undone": done.detail["step"], "layers": layers})
    tell(f"Took back step {done.detail['step']} ({done.detail['file']}).")
    for each in layers:
        now = f"version {each['version']} is in use again" if each["version"] else "not in use any more"
        tell(f"  {each['layer']}: {now}")
    return DONE
