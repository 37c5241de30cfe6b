"""Command that compares settlements with the centre: parity."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, costs_option, json_option
from planner.cli.output import DONE, print_json, table, tell
from planner.cli.scenarios import chosen_scenario, scenario_option
from planner.cli.travel import conditions, conditions_options
from planner.errors import InputError

if TYPE_CHECKING:
    from planner.results import Parity


def add_commands(commands: Commands) -> None:
    """Add the command."""
    parity = command(
        commands, "parity", _parity, "compare settlements with the district centre, the regional centre, the capital"
    )  # fmt: skip
    parity.add_argument("workspace", metavar="WORKSPACE")
    scenario_option(parity)
    parity.add_argument(
        "--weight", action="append", default=[], metavar="SERVICE=W",
        help="weight of a service in the composite (default 1); may be given several times",
    )  # fmt: skip
    costs_option(parity)
    parity.add_argument(
        "--write-reference", type=Path, metavar="FILE",
        help="write this district's centre as a layer of reference places for other districts",
    )  # fmt: skip
    parity.add_argument(
        "--kind", choices=("regional_centre", "capital"), default="regional_centre",
        help="what the centre is to other districts (default: regional_centre)",
    )  # fmt: skip
    conditions_options(parity)
    json_option(parity)


def _parity(options: argparse.Namespace) -> int:
    from planner.i18n import speech, words
    from planner.studies.parity import study_parity
    from planner.studies.steps import read_step_costs
    from planner.workspace import open_workspace

    costs = read_step_costs(options.costs) if options.costs else None
    workspace = open_workspace(options.workspace)
    asked, scenario = conditions(options), chosen_scenario(options, workspace)
    found = study_parity(
        workspace, weights=_weights(options.weight), costs=costs, scenario=scenario, conditions=asked
    )
    if options.write_reference:
        from planner.studies.assess import district_under
        from planner.studies.centre import centre_as_reference

        inputs, _, _ = district_under(workspace, scenario, conditions=asked)
        centre_as_reference(inputs, found, options.kind, options.write_reference)
        tell(f"Wrote {options.write_reference}")
    for template, values in found.remarks:
        tell(words.told(speech("en"), template, values))
    if options.json:
        print_json(found.as_dict())
        return DONE
    _print(found)
    return DONE


def _weights(given: list[str]) -> dict[str, float]:
    weights = {}
    for text in given:
        service, _, weight = text.partition("=")
        try:
            weights[service] = float(weight)
        except ValueError as error:
            raise InputError(
                "The weight “{text}” cannot be read.",
                "Write it as SERVICE=NUMBER, for example post_office=2.",
                text=text,
            ) from error
    return weights


def _print(found: Parity) -> None:
    kinds = [r.kind for r in found.references]
    rows = []
    for i in sorted(range(len(found.places)), key=lambda i: (found.composite[0, i], i)):
        step = found.steps[i]
        rows.append(
            (
                found.places.name(i, "en"), f"{found.places.population[i]:.0f}",
                *(_share(found.composite[r, i]) for r in range(len(kinds))),
                f"{step.service} ({step.cost:g})" if step else "-",
            )
        )  # fmt: skip
    table(("settlement", "people", *kinds, "cheapest step up (cost)"), rows)
    equity = found.equity[""]
    tell(
        f"Level of service by people: mean {equity.mean:.3f}, Gini {equity.gini:.3f}, Palma {equity.palma:.3f}"
    )


def _share(value: float) -> str:
    return "-" if value != value else f"{value:.3f}"
