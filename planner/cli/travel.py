"""How people travel: seasons and speeds for other commands, heights of the ground, service areas."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, print_json, table, tell

if TYPE_CHECKING:
    from planner.network.modes import Conditions


def add_commands(commands: Commands) -> None:
    """Add the commands on travel."""
    terrain = command(
        commands, "terrain", _terrain, "read heights along the roads, so that walking minds the slopes"
    )
    terrain.add_argument("workspace", metavar="WORKSPACE")
    terrain.add_argument(
        "raster",
        nargs="+",
        type=Path,
        metavar="RASTER",
        help="GeoTIFF or SRTM's HGT, also in its zip; metres",
    )
    json_option(terrain)

    area = command(commands, "service-area", _service_area, "write the areas within reach of a service")
    area.add_argument("workspace", metavar="WORKSPACE")
    area.add_argument("--service", required=True, metavar="S", help="whose facilities, e.g. post_office")
    area.add_argument("--facility", metavar="ID", help="one of them only, by its identifier")
    area.add_argument(
        "--cutoffs", required=True, metavar="N,N", help="minutes, e.g. 10,20,30; metres with --by distance"
    )
    area.add_argument("--by", choices=("time", "distance"), default="time", help="default: time")
    area.add_argument("--mode", default="car", help="of travel: walk, cycle, bus or car (default)")
    area.add_argument(
        "--from-facility",
        action="store_true",
        default=None,
        help="the way from the facility, as of an ambulance (default: as the service's standards measure it)",
    )
    area.add_argument(
        "--width", type=float, default=300.0, metavar="METRES", help="on either side of the roads reached "
        "(default: 300)",
    )  # fmt: skip
    conditions_options(area)
    area.add_argument("--out", type=Path, required=True, metavar="FILE", help="GeoJSON")
    json_option(area)


def conditions_options(parser: argparse.ArgumentParser) -> None:
    """Add --season and --speeds."""
    parser.add_argument("--season", default="dry", metavar="S", help="dry (default), spring (mud) or winter")
    parser.add_argument(
        "--speeds", type=Path, metavar="FILE", help="a table of speeds of your own, like speeds.yaml"
    )


def conditions(options: argparse.Namespace) -> Conditions:
    """Return the season and the speeds that were asked for."""
    from planner.studies.travel import conditions_of

    return conditions_of(options.season, options.speeds)


def _terrain(options: argparse.Namespace) -> int:
    from planner.studies.intake import described
    from planner.studies.terrain import add_terrain
    from planner.workspace import open_workspace

    done = add_terrain(open_workspace(options.workspace), options.raster)
    if options.json:
        print_json({"stations": done.stations, "unknown": done.unknown, "lowest_m": done.lowest_m,
                    "highest_m": done.highest_m, "layer": described(done.record)})  # fmt: skip
    tell(
        f"{done.stations} heights read along {done.record.features} roads, {done.lowest_m:.0f} to "
        f"{done.highest_m:.0f} m; {done.unknown} not known."
    )
    return DONE


def _service_area(options: argparse.Namespace) -> int:
    from planner.report.areas import write_areas
    from planner.studies.service_area import numbers, service_areas
    from planner.workspace import open_workspace

    areas = service_areas(
        open_workspace(options.workspace), options.service, numbers(options.cutoffs), mode=options.mode,
        by=options.by, facility=options.facility, from_facility=options.from_facility,
        width_m=options.width, conditions=conditions(options),
    )  # fmt: skip
    write_areas(areas, options.out)
    tell(f"Wrote {options.out}")
    if options.json:
        print_json(areas.as_dict())
        return DONE
    rows = [
        (f"{a.cutoff:g}", f"{a.people:.0f}", a.places, f"{a.road_km:.1f}", f"{a.area_km2:.1f}")
        for a in areas.bands
    ]
    table((f"cutoff, {areas.unit}", "people", "places", "road, km", "area, km2"), rows)
    return DONE
