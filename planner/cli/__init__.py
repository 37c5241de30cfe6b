"""The command line: ``planner COMMAND …``.

Exit codes: 0 done; 1 the data or the result is not acceptable; 2 bad usage or unreadable input; 3 stopped at a limit
without a proof. With ``--json`` one JSON document goes to standard output; messages and progress go to standard
error. Heavy libraries are imported by the command that needs them: ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from planner import __version__
from planner.cli import (
    analysis,
    batch,
    compare,
    history,
    match,
    national,
    one_service,
    osm,
    parity,
    passport,
    population,
    publish,
    quarter,
    radio,
    scenarios,
    site,
    standards,
    tour,
    travel,
    workspaces,
)
from planner.cli.arguments import Commands, command
from planner.cli.output import BAD_USAGE, DONE, NOT_ACCEPTABLE, STOPPED, tell
from planner.errors import NotAcceptableError, PlannerError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        code = int(options.run(options))
        # Where there is no room for what was printed, it is known now and not after the end.
        sys.stdout.flush()
        return code
    except PlannerError as error:
        tell(f"planner: {error}")
        return NOT_ACCEPTABLE if isinstance(error, NotAcceptableError) else BAD_USAGE
    except KeyboardInterrupt:
        tell("planner: stopped; nothing was changed by the step in work.")
        return STOPPED
    except BrokenPipeError:
        # The reader of standard output has gone (``planner … | head``): no fault of ours, and nothing to add.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        # The disk, most likely: no room for what is printed, or for a file on the way.
        at = f" ({error.filename})" if error.filename else ""
        tell(f"planner: {error.strerror or error}{at}. Check that there is room on the disk and try again.")
        return BAD_USAGE


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="planner",
        description="Who is left without a service in a district, by how much, and what would mend it.",
    )
    parser.add_argument("--version", action="version", version=f"planner {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    rooms = (
        workspaces,
        history,
        match,
        osm,
        population,
        publish,
        analysis,
        travel,
        compare,
        parity,
        passport,
        batch,
        national,
        one_service,
        radio,
        site,
        tour,
        quarter,
        scenarios,
        standards,
    )
    for room in rooms:
        room.add_commands(commands)
    _app_command(commands)
    return parser


def _app_command(commands: Commands) -> None:
    app = command(commands, "app", _app, "open the planner in the browser")
    app.add_argument("workspace", nargs="?", metavar="WORKSPACE", help="default: the sample district")
    app.add_argument("--port", type=int, help="default: 8501, or the next that is free")
    app.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    app.add_argument(
        "--sign-in", type=Path, metavar="FILE", help="settings of a team's sign-in (OpenID Connect)"
    )
    app.add_argument(
        "--address", default="127.0.0.1", metavar="A",
        help="where to listen (default: 127.0.0.1); others only with --sign-in",
    )  # fmt: skip
    app.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="files in it may be opened as layers without an upload, workspaces in it compared",
    )


def _app(options: argparse.Namespace) -> int:
    from planner.serve import serve

    return serve(
        options.workspace,
        port=options.port,
        browser=not options.no_browser,
        address=options.address,
        sign_in=options.sign_in,
        folder=options.folder,
    )
