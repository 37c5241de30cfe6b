"""Commands that fill a workspace: new, add, check, layers."""

from __future__ import annotations

import argparse
from pathlib import Path

from planner.cli.arguments import Commands, command, file_options, json_option
from planner.cli.output import DONE, NOT_ACCEPTABLE, counted, print_json, table, tell, tell_findings
from planner.errors import PlannerError


def add_commands(commands: Commands) -> None:
    """Add the commands that fill a workspace."""
    new = command(commands, "new", _new, "make a workspace for a district")
    new.add_argument("workspace", metavar="WORKSPACE")
    what = new.add_mutually_exclusive_group(required=True)
    what.add_argument("--sample", action="store_true", help="the sample district, Hlybokaye")
    what.add_argument("--name", help="name of the district")
    new.add_argument("--boundary", type=Path, metavar="FILE", help="its outline (with --name)")
    new.add_argument("--centre", default="", metavar="NAME", help="the settlement that is its centre")
    new.add_argument("--jurisdiction", default="BY", metavar="XX", help="whose standards apply (default: BY)")
    new.add_argument("--accept-repairs", action="store_true", help="apply the repairs that are safe")

    add = command(commands, "add", _add, "add a file to a workspace as a layer")
    add.add_argument("workspace", metavar="WORKSPACE")
    file_options(add, role_required=True)
    add.add_argument("--service", default="", metavar="S", help="the service it belongs to, e.g. post_office")
    add.add_argument("--accept-repairs", action="store_true", help="apply the repairs that are safe")
    json_option(add)

    check = command(commands, "check", _check, "say what is wrong with a file")
    file_options(check, role_required=False)
    check.add_argument(
        "--workspace",
        metavar="WORKSPACE",
        help="check it against this district, as add does; nothing is added",
    )
    json_option(check)

    layers = command(commands, "layers", _layers, "list the layers of a workspace")
    layers.add_argument("workspace", metavar="WORKSPACE")
    layers.add_argument(
        "--history", action="store_true", help="all versions, not only those in use, and removals"
    )
    json_option(layers)


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
    tell(f"Made {workspace.shown_as} with {counted(len(workspace.layers()), 'layer')}.")
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
        print_json({
            "added": record is not None,
            "layer": intake.described(record) if record else None,
            "findings": [f.as_dict() for f in proposal.findings],
            "repairs": list(record.origin.repairs) if record else [],
        })  # fmt: skip
    tell_findings(repaired.left)
    for done in repaired.repairs if record else ():
        tell(f"  repaired: {done.message}")
    if record is None:
        mendable = {f.code for f in repaired.left if f.severity == "error" and f.repairable}
        hint = " Apply the repairs with --accept-repairs." if mendable else ""
        tell(f"{options.file.name} was not added: see the errors above.{hint} The workspace is as it was.")
        return NOT_ACCEPTABLE
    tell(
        f"Added {options.file.name} as {record.name}, version {record.version}: {counted(record.features, 'feature')}."
    )
    return DONE


def _check(options: argparse.Namespace) -> int:
    from planner.layers.check import usable
    from planner.layers.limits import Limits
    from planner.layers.schema import Role
    from planner.studies import intake
    from planner.workspace import open_workspace

    reading, findings = intake.look(
        options.file, Role(options.role) if options.role else None,
        workspace=open_workspace(options.workspace) if options.workspace else None,
        crs=options.crs, encoding=options.encoding, layer=options.layer,
    )  # fmt: skip
    if options.json:
        print_json({
            "file": str(options.file),
            "driver": reading.driver,
            "features": len(reading.frame),
            "crs": reading.crs,
            "bounds": reading.bounds,
            "findings": [f.as_dict() for f in findings],
            "usable": usable(findings),
        })  # fmt: skip
    else:
        encoding = f", text encoding {reading.encoding}" if reading.encoding else ""
        crs = reading.crs or "no CRS"
        print(f"{options.file}: {reading.driver}, {counted(len(reading.frame), 'feature')}, {crs}{encoding}")  # noqa: T201
    tell_findings(findings)
    if not findings:
        tell("Nothing is wrong with it.")
    limits = Limits.in_force().as_settings()
    tell("Limits: " + ", ".join(f"{name}={value}" for name, value in limits.items()))
    return DONE if usable(findings) else NOT_ACCEPTABLE


def _layers(options: argparse.Namespace) -> int:
    from planner.studies.intake import described
    from planner.workspace import open_workspace

    workspace = open_workspace(options.workspace)
    records = workspace.layers(history=options.history)
    log = workspace.log() if options.history else ()
    removals = [e for e in log if e.action == "remove"]
    steps = [e for e in log if e.action in ("import", "undo")]
    if options.json:
        document = {"workspace": workspace.shown_as, "layers": [described(r) for r in records]}
        if options.history:
            document["removals"] = [{"at": e.at.isoformat(), "actor": e.actor, **e.detail} for e in removals]
            document["steps"] = [
                {"at": e.at.isoformat(), "actor": e.actor, "action": e.action, "number": e.step, **e.detail}
                for e in steps
            ]
        print_json(document)
        return DONE
    rows: list[tuple[object, ...]] = [
        (r.name, r.version, r.role, r.service, r.features, f"{r.added_at:%Y-%m-%d %H:%M}",
         "yes" if r.current else "", "modelled" if r.origin.modelled else r.origin.source or r.origin.file_name)
        for r in records
    ]  # fmt: skip
    rows += [
        (e.detail["layer"], e.detail["version"], "", "", "", f"{e.at:%Y-%m-%d %H:%M}", "removed", e.actor)
        for e in removals
    ]
    table(("layer", "version", "role", "service", "features", "added", "in use", "source"), rows)
    for entry in steps:
        what = (
            f"import of {entry.detail['file']}"
            if entry.action == "import"
            else f"undo of {entry.detail['step']}"
        )
        count = len(entry.detail["layers"])
        tell(
            f"Step {entry.step}, {entry.at:%Y-%m-%d %H:%M}, {entry.actor}: {what}, {counted(count, 'layer')}."
        )
    return DONE
