"""The command that fills a workspace from OpenStreetMap: import-osm."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, NOT_ACCEPTABLE, counted, print_json, progress, tell, tell_findings

if TYPE_CHECKING:
    from planner.studies.osm_import import Imported
    from planner.workspace import LayerRecord


def add_commands(commands: Commands) -> None:
    """Add the command that reads OpenStreetMap extracts."""
    osm = command(commands, "import-osm", _import, "take a district's layers from an OpenStreetMap extract")
    osm.add_argument(
        "workspace",
        metavar="WORKSPACE",
        help="made where there is none yet, if the district is named",
    )
    osm.add_argument("extract", type=Path, metavar="EXTRACT", help=".osm.pbf, .osm, .osm.gz or .osm.bz2")
    where = osm.add_mutually_exclusive_group()
    where.add_argument(
        "--district", metavar="NAME", help="the district's name in the extract, or its relation, e.g. r59065"
    )
    where.add_argument("--boundary", type=Path, metavar="FILE", help="the district's outline")
    osm.add_argument(
        "--replace", default="", metavar="S,S", help="layers of other sources to take the place of, or: all"
    )
    osm.add_argument(
        "--merge", default="", metavar="S,S",
        help="layers of other sources whose records are merged with the same ones of the extract, or: all",
    )  # fmt: skip
    osm.add_argument(
        "--merge-from", type=float, metavar="SCORE",
        help="merge what scores at least this, 0 to 1 (default: 0.8, the same name nearby)",
    )  # fmt: skip
    osm.add_argument(
        "--add-missing", default="", metavar="S,S",
        help="layers of other sources that get what only the extract has, or: all",
    )  # fmt: skip
    osm.add_argument(
        "--mapping", type=Path, metavar="FILE", help="which tags become what, in place of the own"
    )
    osm.add_argument(
        "--jurisdiction",
        default="BY",
        metavar="XX",
        help="of a new workspace: whose standards apply (default: BY)",
    )
    json_option(osm)


def _import(options: argparse.Namespace) -> int:
    from planner.studies.osm_duplicates import HIGH
    from planner.studies.osm_import import found_from_osm, import_osm
    from planner.studies.osm_merging import merge_all, refuse_unknown
    from planner.workspace import is_there, open_workspace

    show = progress()
    merged: tuple[LayerRecord, ...] = ()
    if is_there(options.workspace):
        given = _names(options.replace)
        workspace = open_workspace(options.workspace)
        refuse_unknown(workspace, _names(options.merge) | _names(options.add_missing))
        done = import_osm(
            workspace, options.extract,
            boundary=options.boundary, district=options.district, mapping=options.mapping,
            replace="all" if "all" in given else given, progress=show,
        )  # fmt: skip
        if done.acceptable:
            merged = merge_all(
                workspace, done.proposals, same=_names(options.merge), add=_names(options.add_missing),
                least=HIGH if options.merge_from is None else options.merge_from,
            )  # fmt: skip
    else:
        done = found_from_osm(
            options.workspace, options.extract,
            boundary=options.boundary, district=options.district, jurisdiction=options.jurisdiction,
            mapping=options.mapping, progress=show,
        )  # fmt: skip
    if show is not None:
        tell("")
    _tell(options, done, merged)
    return DONE if done.acceptable else NOT_ACCEPTABLE


def _names(given: str) -> set[str]:
    return {name.strip() for name in given.split(",") if name.strip()}


def _tell(options: argparse.Namespace, done: Imported, merged: Sequence[LayerRecord]) -> None:
    from planner.studies.intake import described

    if options.json:
        from planner.workspace import shown_as

        print_json({
            "workspace": shown_as(options.workspace),
            "layers": [described(record) for record in done.layers],
            "counts": dict(done.counts),
            "findings": [finding.as_dict() for finding in done.findings],
            "proposals": [proposal.as_dict() for proposal in done.proposals],
            "merged": [described(record) for record in merged],
        })  # fmt: skip
    tell_findings(done.findings)
    for record in done.layers:
        tell(f"Added {record.name}, version {record.version}: {counted(record.features, 'feature')}.")
    for record in merged:
        tell(f"Merged into {record.name}, version {record.version}: {counted(record.features, 'feature')}. "
             f"{' '.join(str(r['message']) for r in record.origin.repairs[-2:])}")  # fmt: skip
    for kept in done.proposals:
        if kept.layer in {record.name for record in merged}:
            continue
        source = kept.in_use.origin.source or kept.in_use.origin.file_name
        tell(
            f"Left {kept.layer} as it is ({counted(kept.in_use.features, 'feature')}, {source}). The extract holds "
            f"{kept.osm_features}: {len(kept.same)} are likely the same, {len(kept.only_osm)} are not there yet."
            f"\n      To take the extract's instead: --replace {kept.layer}; to merge: --merge {kept.layer} "
            f"--add-missing {kept.layer}"
        )
    if not done.acceptable:
        tell(f"Nothing was taken from {options.extract.name}: see the errors above.")
    elif len(done.layers) > 1:
        tell("All of it is one step: take it back with planner undo.")
