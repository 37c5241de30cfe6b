"""Commands on what was done to a workspace: log, undo."""

from __future__ import annotations

import argparse

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, print_json, table, tell


def add_commands(commands: Commands) -> None:
    """Add the commands on what was done."""
    log = command(commands, "log", _log, "list who changed what, and when")
    log.add_argument("workspace", metavar="WORKSPACE")
    json_option(log)
    undo = command(commands, "undo", _undo, "take back an import with all its layers")
    undo.add_argument("workspace", metavar="WORKSPACE")
    undo.add_argument(
        "--step", type=int, metavar="N", help="number of the import, or of an undo, in planner layers --history"
        " (default: the latest import)",
    )  # fmt: skip
    json_option(undo)


def _log(options: argparse.Namespace) -> int:
    from planner.workspace import open_workspace
    from planner.workspace.chronicle import told

    workspace = open_workspace(options.workspace)
    entries = workspace.log()
    if options.json:
        lines = [
            {
                "number": e.step,
                "at": e.at.isoformat(),
                "actor": e.actor,
                "action": e.action,
                "detail": e.detail,
            }
            for e in entries
        ]
        print_json({"workspace": workspace.shown_as, "entries": lines})
        return DONE
    rows = []
    for entry in entries:
        template, values = told(entry)
        rows.append((entry.step, f"{entry.at:%Y-%m-%d %H:%M}", entry.actor, template.format(**values)))
    table(("step", "when (UTC)", "who", "what was done"), rows)
    return DONE


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
