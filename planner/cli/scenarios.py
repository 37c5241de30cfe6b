"""Commands on scenarios (list, show, export, import, remove), and --scenario for the commands that run one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, counted, print_json, table, tell

if TYPE_CHECKING:
    from planner.scenario import Scenario
    from planner.studies.kept_scenarios import KeptScenario
    from planner.workspace import Workspace


def add_commands(commands: Commands) -> None:
    """Add the commands on scenarios."""
    what = "the scenarios that a workspace keeps"
    scenario = commands.add_parser("scenario", help=what, description=f"{what[0].upper()}{what[1:]}.")
    scenario.add_argument("workspace", metavar="WORKSPACE")
    actions = scenario.add_subparsers(title="actions", metavar="ACTION", required=True)
    json_option(command(actions, "list", _list, "list the scenarios"))
    show = command(actions, "show", _show, "show the edits of a scenario, and those that no longer fit")
    _name(show)
    json_option(show)
    export = command(actions, "export", _export, "write a scenario into a file")
    _name(export)
    export.add_argument("file", type=Path, metavar="FILE")
    import_ = command(actions, "import", _import, "keep the scenario of a file")
    import_.add_argument("file", type=Path, metavar="FILE")
    import_.add_argument("--name", metavar="N", help="another name than the one in the file")
    import_.add_argument("--replace", action="store_true", help="in place of a scenario of that name")
    _name(command(actions, "remove", _remove, "remove a scenario"))


def scenario_option(parser: argparse.ArgumentParser) -> None:
    """Add --scenario."""
    parser.add_argument(
        "--scenario", metavar="S", help="first make the edits of a scenario: its name in the workspace, or its file"
    )  # fmt: skip


def chosen_scenario(options: argparse.Namespace, workspace: Workspace) -> Scenario | None:
    """Return the scenario that was asked for."""
    from planner.studies.scenarios import scenario_named

    return scenario_named(workspace, options.scenario) if options.scenario is not None else None


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")


def _workspace(options: argparse.Namespace) -> Workspace:
    from planner.workspace import open_workspace

    return open_workspace(options.workspace)


def _list(options: argparse.Namespace) -> int:
    from planner.studies.kept_scenarios import kept_scenarios

    kept = kept_scenarios(_workspace(options))
    if options.json:
        print_json({"scenarios": [_described(one) for one in kept]})
        return DONE
    rows = [
        (one.record.name, "unreadable" if one.scenario is None else len(one.scenario.edits),
         f"{one.record.saved_at:%Y-%m-%d %H:%M} UTC")
        for one in kept
    ]  # fmt: skip
    table(("scenario", "edits", "saved"), rows)
    for one in kept:
        if one.wrong is not None:
            tell(f"“{one.record.name}” cannot be read: {one.wrong.text()}")
    return DONE


def _described(one: KeptScenario) -> dict[str, object]:
    told: dict[str, object] = {"name": one.record.name, "saved_at": one.record.saved_at.isoformat()}
    if one.scenario is None:
        return {**told, "unreadable": one.wrong.text() if one.wrong else ""}
    return {**told, "edits": len(one.scenario.edits), "digest": one.scenario.digest}


def _show(options: argparse.Namespace) -> int:
    from planner.i18n import speech
    from planner.i18n.edits import edit_words
    from planner.scenario import Scenario
    from planner.studies.assess import district_under
    from planner.studies.scenarios import facility_names, misfits, names_of_services

    workspace = _workspace(options)
    scenario = Scenario.from_json(workspace.scenario(options.name).document)
    inputs, standards, catalogue = district_under(workspace)
    wrong = {m.number: m for m in misfits(inputs, scenario, catalogue, standards)}
    if options.json:
        unfit = [{"edit": number + 1, "message": m.text()} for number, m in wrong.items()]
        print_json({**scenario.as_dict(), "does_not_fit": unfit})
        return DONE
    services, names = names_of_services(inputs, catalogue), facility_names(inputs, scenario)
    rows = [
        (number + 1, edit_words(speech("en"), edit, services, catalogue.standards, names),
         wrong[number].text() if number in wrong else "")
        for number, edit in enumerate(scenario.edits)
    ]  # fmt: skip
    table(("edit", "what", "does not fit"), rows)
    return DONE


def _export(options: argparse.Namespace) -> int:
    from planner.report.files import write_file
    from planner.scenario import Scenario

    record = _workspace(options).scenario(options.name)
    write_file(options.file, Scenario.from_json(record.document).to_json().encode())
    tell(f"Wrote {options.file}")
    return DONE


def _import(options: argparse.Namespace) -> int:
    from planner.studies.scenarios import keep, read_scenario

    scenario = read_scenario(options.file)
    record = keep(_workspace(options), scenario.named(options.name or scenario.name), replace=options.replace)
    tell(f"Kept the scenario “{record.name}” with {counted(len(scenario.edits), 'edit')}.")
    return DONE


def _remove(options: argparse.Namespace) -> int:
    record = _workspace(options).remove_scenario(options.name)
    tell(f"Removed the scenario “{record.name}”.")
    return DONE
