"""The command that writes the standards passport of a settlement."""

from __future__ import annotations

import argparse
from pathlib import Path

from planner.cli.arguments import Commands, command, costs_option, date_option, moment
from planner.cli.output import DONE, tell
from planner.cli.scenarios import chosen_scenario, scenario_option
from planner.cli.travel import conditions, conditions_options
from planner.errors import InputError
from planner.i18n import LANGUAGES


def add_commands(commands: Commands) -> None:
    """Add the command."""
    passport = command(commands, "passport", _passport, "write the standards passport of a settlement")
    passport.add_argument("workspace", metavar="WORKSPACE")
    passport.add_argument("--place", required=True, metavar="PLACE", help="its identifier, or its name")
    passport.add_argument("--lang", choices=tuple(LANGUAGES), default="ru", help="language (default: ru)")
    passport.add_argument("--format", default="html,pdf", metavar="F,F", help="of html,pdf (default: both)")
    passport.add_argument("--out", type=Path, required=True, metavar="DIR")
    costs_option(passport)
    date_option(passport)
    scenario_option(passport)
    conditions_options(passport)


def _passport(options: argparse.Namespace) -> int:
    from planner.report.passport import write_passport
    from planner.studies.assess import assess
    from planner.studies.parity import study_parity
    from planner.studies.settlement import card, find_place
    from planner.studies.steps import read_step_costs
    from planner.workspace import open_workspace

    formats = [name.strip() for name in options.format.split(",") if name.strip()]
    made_at = moment(options)
    costs = read_step_costs(options.costs) if options.costs else None
    workspace = open_workspace(options.workspace)
    asked, scenario = conditions(options), chosen_scenario(options, workspace)
    assessment = assess(workspace, scenario=scenario, conditions=asked)
    place = find_place(assessment, options.place)
    parity = study_parity(workspace, costs=costs, assessment=assessment, scenario=scenario, conditions=asked)
    found = card(assessment, place, parity, costs)
    if found is None:
        raise InputError("There is no settlement “{name}”.", name=options.place)
    for path in write_passport(assessment, found, formats, options.lang, options.out, made_at=made_at):
        tell(f"Wrote {path}")
    return DONE
