"""Commands on a workspace as a whole and on its past: publish, remove, restore."""

from __future__ import annotations

import argparse

from planner.cli.arguments import Commands, command
from planner.cli.output import DONE, counted, progress, tell


def add_commands(commands: Commands) -> None:
    """Add the commands that copy a district and that change which layers are in use."""
    remove = command(commands, "remove", _remove, "take a layer out of use; restore brings it back")
    remove.add_argument("workspace", metavar="WORKSPACE")
    remove.add_argument("layer", metavar="LAYER", help="its name, as planner layers gives it")

    restore = command(commands, "restore", _restore, "put a version of a layer in use again")
    restore.add_argument("workspace", metavar="WORKSPACE")
    restore.add_argument("layer", metavar="LAYER", help="its name, as planner layers --history gives it")
    restore.add_argument("version", type=int, metavar="VERSION", help="its number, likewise")

    publish = command(
        commands, "publish", _publish, "copy a district, with its history, to a database or back"
    )
    publish.add_argument("workspace", metavar="WORKSPACE", help="a file, or postgresql://… to bring it back")
    publish.add_argument(
        "target",
        metavar="DATABASE_URL",
        help="postgresql://user@host/database, or a new file; nothing is overwritten",
    )


def _remove(options: argparse.Namespace) -> int:
    from planner.workspace import open_workspace

    workspace = open_workspace(options.workspace)
    record = workspace.remove(options.layer)
    tell(
        f"{record.name} is out of use. Bring it back with: "
        f"planner restore {workspace.shown_as} {record.name} {record.version}"
    )
    return DONE


def _restore(options: argparse.Namespace) -> int:
    from planner.workspace import open_workspace

    record = open_workspace(options.workspace).restore(options.layer, options.version)
    tell(f"Version {record.version} of {record.name} is in use: {counted(record.features, 'feature')}.")
    return DONE


def _publish(options: argparse.Namespace) -> int:
    from planner.studies.publish import publish
    from planner.workspace import open_workspace

    source = open_workspace(options.workspace)
    copy = publish(source, options.target, progress())
    versions = len(copy.layers(history=True))
    tell(
        f"Copied {source.shown_as} to {copy.shown_as}: {counted(len(copy.layers()), 'layer')} in "
        f"{counted(versions, 'version')}."
    )
    return DONE
