"""Commands about what lies around a district: national, neighbours."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, counted, print_json, progress, tell

if TYPE_CHECKING:
    from planner.studies.neighbours import Brought


def add_commands(commands: Commands) -> None:
    """Add the commands."""
    national = command(
        commands, "national", _national, "join districts into a national layer, which others take their neighbours from"
    )  # fmt: skip
    national.add_argument("out", metavar="NATIONAL", help="where it is to be: a new file or a database")
    national.add_argument("workspaces", nargs="+", metavar="WORKSPACE")
    national.add_argument("--name", default="National layer", help="what it is called")
    national.add_argument(
        "--regions", type=Path, metavar="FILE",
        help="table of workspace, region and role: regional_centre, capital or empty",
    )  # fmt: skip
    json_option(national)

    near = command(
        commands, "neighbours", _neighbours,
        "bring facilities, roads, areas and mains across the border, regional centre and capital into a district",
    )  # fmt: skip
    near.add_argument("workspaces", nargs="+", metavar="WORKSPACE")
    near.add_argument("--from", dest="national", required=True, metavar="NATIONAL", help="the national layer")
    near.add_argument("--within", type=float, default=15.0, metavar="KM",
                      help="how far beyond the outline (default: 15)")  # fmt: skip
    near.add_argument("--replace-references", action="store_true",
                      help="replace reference places of the district's own as well")  # fmt: skip
    json_option(near)


def _national(options: argparse.Namespace) -> int:
    from planner.studies.national import build_national

    made = build_national(
        options.out, options.workspaces, name=options.name, regions=options.regions, progress=progress()
    )
    if options.json:
        print_json({
            "national": made.workspace.shown_as,
            "districts": made.districts,
            "facilities": dict(made.facilities),
            "roads": made.roads,
            "areas": dict(made.areas),
            "lines": dict(made.lines),
            "centres": dict(made.centres),
        })  # fmt: skip
    count = sum(made.facilities.values())
    tell(
        f"Made {made.workspace.shown_as}: {counted(made.districts, 'district')}, "
        f"{counted(count, 'facility', 'facilities')}, {counted(made.roads, 'road')}."
    )
    return DONE


def _neighbours(options: argparse.Namespace) -> int:
    from planner.studies.national import NationalLayer
    from planner.studies.neighbours import bring_neighbours
    from planner.workspace import open_workspace

    documents = []
    source = NationalLayer(options.national)
    show = progress()
    for number, location in enumerate(options.workspaces):
        if show is not None and len(options.workspaces) > 1:
            show(number / len(options.workspaces), location)
        workspace = open_workspace(location)
        found = bring_neighbours(
            workspace,
            source,
            within_km=options.within,
            replace_references=options.replace_references,
        )
        documents.append({"workspace": workspace.shown_as, **found.as_dict()})
        _tell(found)
    if options.json:
        print_json(documents)
    return DONE


def _tell(found: Brought) -> None:
    count = sum(found.facilities.values())
    more = (("service areas", found.areas), ("mains and lines", found.lines))
    further = "".join(f", {n} {what}" for what, of in more if (n := sum(of.values())))
    tell(
        f"Of the neighbours of {found.district}: {counted(count, 'facility', 'facilities')}, "
        f"{counted(found.roads, 'road')}{further}."
    )
    if found.references:
        whose = "kept as they were" if found.kept_references else "taken from the national layer"
        tell(f"  Reference places, {whose}: {', '.join(found.references)}.")
    if found.not_loaded:
        tell(f"  Not brought, because the district has no such layer: {', '.join(found.not_loaded)}.")
    if not found.layers:
        tell("  Everything was as it is already; nothing was written.")
