"""Command that screens mobile coverage: radio."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, counted, print_json, table, tell

if TYPE_CHECKING:
    from planner.results import MobileCoverage


def add_commands(commands: Commands) -> None:
    """Add the command."""
    radio = command(
        commands, "radio", _radio, "screen mobile coverage from the masts: where it is covered, uncertain, not covered"
    )  # fmt: skip
    radio.add_argument("workspace", metavar="WORKSPACE")
    radio.add_argument(
        "--terrain", type=Path, action="append", default=[], metavar="FILE",
        help="raster of heights (GeoTIFF, HGT or its zip); may be given several times",
    )  # fmt: skip
    radio.add_argument(
        "--model", default="auto", metavar="MODEL",
        help="auto (default), okumura-hata, cost231 or rma, or one that the assumptions name",
    )  # fmt: skip
    radio.add_argument(
        "--assumptions", type=Path, metavar="FILE", help="your own power, threshold and other numbers"
    )
    radio.add_argument("--cell", type=float, metavar="METRES", help="size of the map's cells (default: 500)")
    radio.add_argument("--out", type=Path, metavar="FILE", help="write areas and settlements as GeoJSON")
    json_option(radio)


def _radio(options: argparse.Namespace) -> int:
    from planner.report.areas import write_mobile
    from planner.studies.radio import screen_mobile
    from planner.studies.radio_assumptions import read_assumptions
    from planner.studies.radio_ground import elevation_of
    from planner.workspace import open_workspace

    found = screen_mobile(
        open_workspace(options.workspace),
        model=options.model,
        elevation=elevation_of(options.terrain) if options.terrain else None,
        told=read_assumptions(options.assumptions) if options.assumptions else None,
        cell_m=options.cell,
    )
    if options.out:
        write_mobile(found, options.out)
        tell(f"Wrote {options.out}")
    for template, values in found.remarks:
        tell(template.format(**values))
    if options.json:
        print_json(found.as_dict())
    else:
        _print(found)
    return DONE


def _print(found: MobileCoverage) -> None:
    document = found.as_dict()
    rows = [
        (
            p["name"], f"{p['people']:.0f}", p["reach"], p["mast"] or "-", _number(p["band_mhz"], 0),
            _number(p["distance_m"], 0), _number(p["margin_low_db"], 1), _number(p["margin_high_db"], 1),
            p["line_of_sight"] or "-",
        )
        for p in document["places"]
    ]  # fmt: skip
    table(
        (
            "settlement",
            "people",
            "coverage",
            "mast",
            "MHz",
            "metres",
            "margin from",
            "to, dB",
            "line of sight",
        ),
        rows,
    )
    for row in document["classes"]:
        tell(
            f"{row['reach']}: {row['people']:.0f} people, {counted(row['places'], 'settlement')}, "
            f"{row['area_km2']:.1f} km²"
        )
    if found.modelled:
        tell("Modelled data: not a record of what exists on the ground.")


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
