"""Command that takes the population from a raster or from the totals of zones."""

from __future__ import annotations

import argparse
from pathlib import Path

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, print_json, tell


def add_commands(commands: Commands) -> None:
    """Add the command on population."""
    population = command(
        commands, "population", _population, "take the population from a raster or from totals of zones"
    )
    population.add_argument("workspace", metavar="WORKSPACE")
    population.add_argument(
        "file", type=Path, metavar="FILE", help="GeoTIFF of people per cell; or zones with totals"
    )
    population.add_argument(
        "--to", choices=("places", "cells"), default="places", help="with a raster: people to the nearest settlement"
        " (default), or every cell a place of its own",
    )  # fmt: skip
    population.add_argument(
        "--totals", metavar="COLUMN", help="FILE holds zones with whole people in this column"
    )
    json_option(population)


def _population(options: argparse.Namespace) -> int:
    from planner.studies.intake import described
    from planner.studies.population import from_raster, from_totals
    from planner.workspace import open_workspace

    workspace = open_workspace(options.workspace)
    if options.totals:
        done = from_totals(workspace, options.file, options.totals)
    else:
        done = from_raster(workspace, options.file, target=options.to)
    if options.json:
        print_json({"before": done.before, "after": done.after, "layer": described(done.record)})
    tell(f"{done.before:.0f} people before, {done.after:.0f} now, in {done.record.features} places.")
    return DONE
