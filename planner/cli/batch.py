"""Command that assesses and compares many districts: batch."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, date_option, json_option, moment
from planner.cli.output import DONE, NOT_ACCEPTABLE, STOPPED, counted, print_json, table, tell
from planner.i18n import LANGUAGES

if TYPE_CHECKING:
    from planner.results import Districts


def add_commands(commands: Commands) -> None:
    """Add the command."""
    batch = command(commands, "batch", _batch, "assess many workspaces and compare the districts")
    batch.add_argument("workspaces", nargs="+", metavar="WORKSPACE")
    batch.add_argument("--out", type=Path, required=True, metavar="DIR",
                       help="folder of results; a batch that was stopped goes on from what is there")  # fmt: skip
    batch.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster, e.g. tcp://127.0.0.1:8786")
    batch.add_argument(
        "--workers", type=_count, metavar="N", help="processes of this machine (default: all processors)"
    )
    batch.add_argument("--regions", type=Path, metavar="FILE",
                       help="table of workspace, region and role: regional_centre, capital or empty")  # fmt: skip
    batch.add_argument("--small", type=float, default=500.0, metavar="PEOPLE",
                       help="a settlement with fewer people is a small one (default: 500)")  # fmt: skip
    batch.add_argument("--fresh", action="store_true", help="measure everything anew")
    batch.add_argument("--lang", choices=tuple(LANGUAGES), default="ru", help="of the report (default: ru)")
    batch.add_argument("--format", default="html,xlsx,geojson", metavar="F,F",
                       help="of html,pdf,docx,xlsx,geojson,gpkg (default: html,xlsx,geojson)")  # fmt: skip
    date_option(batch)
    json_option(batch)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1 is needed")
    return number


def _batch(options: argparse.Namespace) -> int:
    from planner.report.districts import formats_of, write_districts
    from planner.studies.batch import batch
    from planner.studies.districts import as_document

    formats, made_at = formats_of(options.format), moment(options)
    told = _Told()
    try:
        found = batch(
            options.workspaces, options.out, small_below=options.small, regions=options.regions,
            scheduler=options.scheduler, workers=options.workers, fresh=options.fresh, done=told,
        )  # fmt: skip
    except KeyboardInterrupt:
        tell(
            f"\nplanner: stopped; {counted(told.count, 'district')} done and kept. The same command goes on from there."
        )
        return STOPPED
    named = len(options.workspaces) - len(found.districts) - len(found.failures)
    if named:
        tell(f"Named more than once, and counted once: {named} of the workspaces.")
    for path in write_districts(found, formats, options.lang, options.out, made_at=made_at):
        tell(f"Wrote {path}")
    for template, values in found.remarks:
        tell(template.format(**values))
    for failure in found.failures:
        tell(f"{failure.id}: {failure.text()}")
    if options.json:
        print_json(as_document(found))
    else:
        _print(found)
    return NOT_ACCEPTABLE if found.failures else DONE


class _Told:
    """Tells on standard error which districts are done."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, count: int, total: int, id: str, good: bool) -> None:
        self.count = count
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{count}/{total}  {id:<40}")
            sys.stderr.write("\n" if count == total else "")
            sys.stderr.flush()
        elif not good or count == total or count % 10 == 0:
            tell(f"{count}/{total}  {id}{'' if good else ': not assessed'}")


def _print(found: Districts) -> None:
    rows = []
    for row in found.ranking[""]:
        district = found.district(row.id)
        small = {r.kind: r.mean.get("small") for r in district.parity}
        rows.append(
            (
                "-" if row.rank is None else row.rank, found.name(row.id, "en"), found.regions.get(row.id, ""),
                f"{district.people:.0f}", _share(row.value), _share(row.against_country),
                *(_share(small.get(kind)) for kind in ("district_centre", "regional_centre", "capital")),
            )
        )  # fmt: skip
    head = ("rank", "district", "region", "people", "level of service", "against all",
            "small settlements: against district centre", "regional centre", "capital")  # fmt: skip
    table(head, rows)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
