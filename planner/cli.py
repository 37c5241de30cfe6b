"""The command line: ``planner COMMAND …``.

Exit codes: 0 done; 1 the data or the result is not acceptable; 2 bad usage or unreadable input; 3 stopped at a limit
without a proof. With ``--json`` one JSON document goes to standard output; messages and progress go to standard
error. Heavy libraries are imported by the command that needs them: ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner import __version__
from planner.errors import NotAcceptableError, PlannerError
from planner.i18n import LANGUAGES

if TYPE_CHECKING:
    from planner.layers.findings import Finding
    from planner.results import Assessment
    from planner.standards.model import Standard

DONE, NOT_ACCEPTABLE, BAD_USAGE, STOPPED = 0, 1, 2, 3

ROLES = ("boundary", "demand", "facilities", "service-area", "lines", "roads", "candidates", "zones")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except PlannerError as error:
        _say(f"planner: {error}")
        return NOT_ACCEPTABLE if isinstance(error, NotAcceptableError) else BAD_USAGE
    except KeyboardInterrupt:
        _say("planner: stopped; nothing was changed by the step in work.")
        return STOPPED
    except BrokenPipeError:
        # The reader of standard output has gone (``planner … | head``): no fault of ours, and nothing to add.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="planner",
        description="Who is left without a service in a district, by how much, and what would mend it.",
    )
    parser.add_argument("--version", action="version", version=f"planner {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    new = _command(commands, "new", _new, "make a workspace for a district")
    new.add_argument("workspace", type=Path, metavar="WORKSPACE")
    what = new.add_mutually_exclusive_group(required=True)
    what.add_argument("--sample", action="store_true", help="the sample district, Hlybokaye")
    what.add_argument("--name", help="name of the district")
    new.add_argument("--boundary", type=Path, metavar="FILE", help="its outline (with --name)")
    new.add_argument("--centre", default="", metavar="NAME", help="the settlement that is its centre")
    new.add_argument("--jurisdiction", default="BY", metavar="XX", help="whose standards apply (default: BY)")
    new.add_argument("--accept-repairs", action="store_true", help="apply the repairs that are safe")

    add = _command(commands, "add", _add, "add a file to a workspace as a layer")
    add.add_argument("workspace", type=Path, metavar="WORKSPACE")
    _file_options(add, role_required=True)
    add.add_argument("--service", default="", metavar="S", help="the service it belongs to, e.g. post_office")
    add.add_argument("--accept-repairs", action="store_true", help="apply the repairs that are safe")
    _json_option(add)

    check = _command(commands, "check", _check, "say what is wrong with a file")
    _file_options(check, role_required=False)
    _json_option(check)

    layers = _command(commands, "layers", _layers, "list the layers of a workspace")
    layers.add_argument("workspace", type=Path, metavar="WORKSPACE")
    layers.add_argument("--history", action="store_true", help="all versions, not only those in use")
    _json_option(layers)

    assess = _command(commands, "assess", _assess, "measure every place against every standard in force")
    assess.add_argument("workspace", type=Path, metavar="WORKSPACE")
    assess.add_argument("--out", type=Path, metavar="DIR", help="also write the table and the places there")
    _json_option(assess)

    report = _command(commands, "report", _report, "write the gap report")
    report.add_argument("workspace", type=Path, metavar="WORKSPACE")
    report.add_argument("--lang", choices=tuple(LANGUAGES), default="ru", help="language (default: ru)")
    report.add_argument(
        "--format", default="html", metavar="F,F", help="html, xlsx, geojson; several with commas"
    )
    report.add_argument("--out", type=Path, required=True, metavar="DIR")

    _standards_commands(commands)

    app = _command(commands, "app", _app, "open the planner in the browser")
    app.add_argument(
        "workspace", type=Path, nargs="?", metavar="WORKSPACE", help="default: the sample district"
    )
    app.add_argument("--port", type=int, help="default: 8501, or the next that is free")
    app.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    return parser


Commands = Any  # argparse keeps the type of its sub-parsers to itself


def _command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], what: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=what, description=what[0].upper() + what[1:] + "."
    )
    parser.set_defaults(run=run)
    return parser


def _standards_commands(commands: Commands) -> None:
    standards: argparse.ArgumentParser = commands.add_parser(
        "standards",
        help="the catalogue of service standards",
        description="The catalogue of service standards.",
    )
    actions = standards.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = _command(actions, "list", _standards_list, "list the standards of the catalogue")
    listing.add_argument("--jurisdiction", metavar="XX", help="only those of one jurisdiction, e.g. BY")
    _json_option(listing)
    show = _command(actions, "show", _standards_show, "show one standard with its legal basis")
    show.add_argument("id", metavar="ID")
    _json_option(show)
    check = _command(actions, "check", _standards_check, "check a catalogue file of your own")
    check.add_argument("file", type=Path, metavar="FILE")
    _json_option(check)
    use = _command(actions, "use", _standards_use, "put a catalogue file of your own in force in a workspace")
    use.add_argument("workspace", type=Path, metavar="WORKSPACE")
    use.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="without it: back to the built-in catalogue"
    )


def _file_options(parser: argparse.ArgumentParser, *, role_required: bool) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--as",
        dest="role",
        choices=ROLES,
        required=role_required,
        metavar="ROLE",
        help=f"one of: {', '.join(ROLES)}",
    )
    parser.add_argument(
        "--crs", metavar="EPSG:N", help="coordinate system, where the file does not say or is wrong"
    )
    parser.add_argument("--encoding", metavar="E", help="of the text in the file, e.g. cp1251")
    parser.add_argument("--layer", metavar="L", help="which layer of a file that holds several")


def _json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document on standard output")


def _new(options: argparse.Namespace) -> int:
    from planner.studies.founding import found, found_sample
    from planner.workspace import District

    if options.sample:
        workspace = found_sample(options.workspace)
    else:
        if options.boundary is None:
            raise PlannerError("A district needs its outline.", "Give it with --boundary FILE.")
        district = District({"en": options.name, "ru": options.name, "be": options.name}, options.jurisdiction,
                            options.centre)  # fmt: skip
        workspace = found(
            options.workspace, district, options.boundary, "all" if options.accept_repairs else ()
        )
    _say(f"Made {options.workspace} with {len(workspace.layers())} layers.")
    return DONE


def _add(options: argparse.Namespace) -> int:
    from planner.layers.schema import Role
    from planner.studies import intake
    from planner.workspace import open_workspace

    workspace = open_workspace(options.workspace)
    proposal = intake.examine(
        options.file, Role(options.role), options.service,
        workspace=workspace, crs=options.crs, encoding=options.encoding, layer=options.layer,
    )  # fmt: skip
    repaired = intake.mend(proposal, "all" if options.accept_repairs else ())
    record = intake.keep(workspace, proposal, repaired) if repaired.acceptable else None
    if options.json:
        _print_json({
            "added": record is not None,
            "layer": intake.described(record) if record else None,
            "findings": [f.as_dict() for f in proposal.findings],
            "repairs": list(record.origin.repairs) if record else [],
        })  # fmt: skip
    _say_findings(repaired.left)
    for done in repaired.repairs if record else ():
        _say(f"  repaired: {done.message}")
    if record is None:
        mendable = {f.code for f in repaired.left if f.severity == "error" and f.repairable}
        hint = " Apply the repairs with --accept-repairs." if mendable else ""
        _say(f"{options.file.name} was not added: see the errors above.{hint} The workspace is as it was.")
        return NOT_ACCEPTABLE
    _say(f"Added {options.file.name} as {record.name}, version {record.version}: {record.features} features.")
    return DONE


def _check(options: argparse.Namespace) -> int:
    from planner.layers.check import check, usable
    from planner.layers.read import read
    from planner.layers.schema import Role

    reading = read(options.file, crs=options.crs, encoding=options.encoding, layer=options.layer)
    findings = check(reading, Role(options.role) if options.role else None)
    if options.json:
        _print_json({
            "file": str(options.file),
            "driver": reading.driver,
            "features": len(reading.frame),
            "crs": reading.crs,
            "bounds": reading.bounds,
            "findings": [f.as_dict() for f in findings],
            "usable": usable(findings),
        })  # fmt: skip
    else:
        print(f"{options.file}: {reading.driver}, {len(reading.frame)} features, {reading.crs or 'no CRS'}")  # noqa: T201
    _say_findings(findings)
    if not findings:
        _say("Nothing is wrong with it.")
    return DONE if usable(findings) else NOT_ACCEPTABLE


def _layers(options: argparse.Namespace) -> int:
    from planner.studies.intake import described
    from planner.workspace import open_workspace

    records = open_workspace(options.workspace).layers(history=options.history)
    if options.json:
        _print_json({"workspace": str(options.workspace), "layers": [described(r) for r in records]})
        return DONE
    _table(
        ("layer", "version", "role", "service", "features", "added", "in use", "source"),
        [
            (r.name, r.version, r.role, r.service, r.features, f"{r.added_at:%Y-%m-%d %H:%M}",
             "yes" if r.current else "", "modelled" if r.origin.modelled else r.origin.source or r.origin.file_name)
            for r in records
        ],
    )  # fmt: skip
    return DONE


def _assess(options: argparse.Namespace) -> int:
    assessment = _assessed(options.workspace)
    if options.out:
        from planner.report import write

        for path in write(assessment, ("xlsx", "geojson"), "en", options.out):
            _say(f"Wrote {path}")
    if options.json:
        _print_json(assessment.as_dict())
        return DONE
    rows = []
    for result in assessment.results:
        counted = assessment.tally(result)
        share = "-" if counted.share_covered is None else f"{100 * counted.share_covered:.1f} %"
        verdict = {True: "met", False: "not met", None: "unknown"}[counted.met]
        marks = " ".join(m for m, on in (("proxy", result.proxy), ("modelled", result.modelled)) if on)
        rows.append((result.standard.id, result.standard.service, f"{counted.lacking:.0f}", f"{counted.unknown:.0f}",
                     share, verdict, marks))  # fmt: skip
    _table(("standard", "service", "people lacking", "unknown", "covered", "verdict", "marks"), rows)
    return DONE


def _report(options: argparse.Namespace) -> int:
    from planner.report import write

    formats = [f.strip() for f in options.format.split(",") if f.strip()]
    for path in write(_assessed(options.workspace), formats, options.lang, options.out):
        _say(f"Wrote {path}")
    return DONE


def _assessed(location: Path) -> Assessment:
    from planner.studies.assess import assess
    from planner.workspace import open_workspace

    return assess(open_workspace(location), progress=_progress())


def _standards_list(options: argparse.Namespace) -> int:
    from planner.standards.catalogue import load

    chosen = [s for s in load().standards if options.jurisdiction in (None, s.jurisdiction)]
    if options.json:
        _print_json({"standards": [_described(s) for s in chosen]})
        return DONE
    _table(
        ("id", "service", "confidence", "measured", "says"),
        [(s.id, s.service, s.confidence, "yes" if s.measure else "no", s.title["en"]) for s in chosen],
    )
    return DONE


def _standards_show(options: argparse.Namespace) -> int:
    from planner.standards.catalogue import load

    found = [s for s in load().standards if s.id == options.id]
    if not found:
        raise PlannerError(
            "There is no standard {id}.", "See them all with: planner standards list", id=options.id
        )
    described = _described(found[0])
    if options.json:
        _print_json(described)
    else:
        width = max(map(len, described))
        print("\n".join(f"{key:<{width}}  {value}" for key, value in described.items()))  # noqa: T201
    return DONE


def _standards_check(options: argparse.Namespace) -> int:
    from planner.standards.catalogue import validate

    problems = validate(options.file)
    if options.json:
        _print_json(
            {"file": str(options.file), "problems": [p.as_dict() for p in problems], "usable": not problems}
        )
    for problem in problems:
        _say(f"{options.file}:{problem}")
    if not problems:
        _say(f"{options.file} is in order.")
    return NOT_ACCEPTABLE if problems else DONE


def _standards_use(options: argparse.Namespace) -> int:
    from planner.studies.standards_in_force import put_in_force
    from planner.workspace import open_workspace

    chosen = put_in_force(open_workspace(options.workspace), options.file)
    _say(f"{len(chosen)} standards are in force in {options.workspace}.")
    return DONE


def _app(options: argparse.Namespace) -> int:
    from planner.serve import serve

    return serve(options.workspace, port=options.port, browser=not options.no_browser)


def _described(standard: Standard) -> dict[str, Any]:
    import dataclasses

    return dataclasses.asdict(standard)


def _progress() -> Callable[[float, str], None] | None:
    """Return a line of progress on standard error; silent for the first second, and where nobody looks."""
    if not sys.stderr.isatty():
        return None
    began = time.monotonic()

    def show(share: float, what: str) -> None:
        if time.monotonic() - began > 1:
            sys.stderr.write(f"\r{share:4.0%}  {what:<40}")
            sys.stderr.flush()

    return show


def _say(message: str) -> None:
    print(message, file=sys.stderr)  # noqa: T201


def _say_findings(findings: Sequence[Finding]) -> None:
    for finding in findings:
        where = (
            f" [{', '.join(finding.feature_ids[:5])}{', …' if finding.count > 5 else ''}]"
            if finding.count
            else ""
        )
        _say(f"  {finding.severity}: {finding.message}{where}\n      {finding.fix}")


def _print_json(document: object) -> None:
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE
    sys.stdout.write(orjson.dumps(document, default=str, option=options).decode())


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    for row in cells:
        print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
