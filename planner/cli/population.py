"""Command that takes the population from a raster, from the totals of zones or from that of a town."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, print_json, tell
from planner.errors import InputError

if TYPE_CHECKING:
    from planner.studies.population import Populated

_FROM_RASTER, _FROM_TOTALS = ("places", "cells", "zones"), ("places", "buildings")
_FROM_TOTAL = ("buildings",)


def add_commands(commands: Commands) -> None:
    """Add the command on population."""
    population = command(
        commands, "population", _population, "take the population from a raster or from totals"
    )
    population.add_argument("workspace", metavar="WORKSPACE")
    population.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="GeoTIFF of people per cell; or zones with totals"
        " (with --totals; default: the zones of the workspace)",
    )  # fmt: skip
    population.add_argument(
        "--to", choices=("places", "cells", "zones", "buildings"), default="places",
        help="with a raster: people to the nearest settlement (default), every cell a place of its own, or people of"
        " each zone; with totals: people to settlements (default) or to buildings",
    )  # fmt: skip
    population.add_argument(
        "--edge", choices=("fraction", "coast", "whole"), default="fraction", help="with a raster, of a cell that is"
        " partly inside: its part (default), all of it if it is at the sea, or all of it",
    )  # fmt: skip
    population.add_argument(
        "--totals", metavar="COLUMN", help="share out the whole people of zones in this column"
    )
    population.add_argument(
        "--total",
        type=int,
        metavar="PEOPLE",
        help="share out so many people of the whole town (with --to buildings)",
    )
    json_option(population)


def _population(options: argparse.Namespace) -> int:
    from planner.studies.intake import described
    from planner.studies.population import from_raster, from_total, from_totals
    from planner.workspace import open_workspace

    if options.total is not None and (options.totals or options.file):
        raise InputError("A total of the town goes without a file and without --totals.", "Leave them out.")
    allowed = _FROM_TOTAL if options.total is not None else _FROM_TOTALS if options.totals else _FROM_RASTER
    if options.to not in allowed:
        raise InputError("People cannot go to {to} in this way.", "They can go to: {allowed}.", to=options.to,
                         allowed=", ".join(allowed))  # fmt: skip
    workspace = open_workspace(options.workspace)
    if options.total is not None:
        done = from_total(workspace, options.total)
    elif options.totals:
        done = from_totals(workspace, options.file, options.totals, target=options.to)
    elif options.file is None:
        raise InputError(
            "There is no file to take people from.", "Give a GeoTIFF, or a column with --totals."
        )
    else:
        done = from_raster(workspace, options.file, target=options.to, edge=options.edge)
    if options.json:
        raster = {"inside": done.inside, "touched": done.touched} if math.isfinite(done.inside) else {}
        print_json({"before": done.before, "after": done.after, "layer": described(done.record), **raster})
    _tell(done, options)
    return DONE


def _tell(done: Populated, options: argparse.Namespace) -> None:
    where = options.to if options.to != "cells" else "places"
    tell(f"{done.before:.0f} people before, {done.after:.0f} now, in {done.record.features} {where}.")
    if math.isfinite(done.inside):
        tell(
            f"By exact fractions of area {done.inside:.0f} live inside; all cells touched have {done.touched:.0f}."
        )
        if options.edge == "fraction" and done.loses_at_edges:
            tell("Along a coast, take cells at the sea wholly: --edge coast.")
