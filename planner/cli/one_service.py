"""Commands that study one service of a district: closures, capacity, fragility."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, STOPPED, print_json, table, tell
from planner.cli.scenarios import chosen_scenario, scenario_option
from planner.cli.travel import conditions, conditions_options

if TYPE_CHECKING:
    from planner.results import Closure, Closures


def add_commands(commands: Commands) -> None:
    """Add the commands that study one service."""
    closures = command(
        commands,
        "closures",
        _closures,
        "tell who loses a service with each service point, and where they would go",
    )
    _workspace_and_service(closures)
    scenario_option(closures)
    closures.add_argument(
        "--count", type=int, metavar="N", help="also find the N closures that together harm least"
    )
    json_option(closures)

    capacity = command(
        commands,
        "capacity",
        _capacity,
        "tell who finds room within reach, and how much capacity each place can reach",
    )
    _workspace_and_service(capacity)
    scenario_option(capacity)
    capacity.add_argument(
        "--attribute", metavar="A", help="the column that holds the capacity, e.g. physicians"
    )
    capacity.add_argument(
        "--method",
        choices=("2sfca", "e2sfca", "3sfca"),
        default="2sfca",
        help="of the access score (default: 2sfca)",
    )
    capacity.add_argument(
        "--decay",
        choices=("step", "linear", "gaussian", "power"),
        help="how access fades with time (default: the method's own)",
    )
    capacity.add_argument(
        "--cutoff", type=float, metavar="MINUTES", help="by car (default: that of the standards, or 30)"
    )
    capacity.add_argument(
        "--people-per-unit",
        type=float,
        metavar="N",
        help="people that one unit serves (default: that of the standards, or the district's average)",
    )
    json_option(capacity)

    fragility = command(
        commands, "fragility", _fragility, "find the single roads and mains on which most people hang"
    )
    _workspace_and_service(fragility)
    json_option(fragility)


def _workspace_and_service(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workspace", metavar="WORKSPACE")
    parser.add_argument(
        "--service", required=True, metavar="S", help="as listed by: planner assess WORKSPACE"
    )
    conditions_options(parser)


def _closures(options: argparse.Namespace) -> int:
    from planner.studies.closures import closures
    from planner.workspace import open_workspace

    workspace = open_workspace(options.workspace)
    found = closures(
        workspace,
        options.service,
        count=options.count,
        scenario=chosen_scenario(options, workspace),
        conditions=conditions(options),
    )
    if options.json:
        print_json(found.as_dict())
    else:
        head = (
            "if it closes",
            "serves",
            "lose standard",
            "no other",
            "km more",
            "km at most",
            "person-km",
            "go to",
        )
        table(head, [_closure_row(found, one) for one in found.ordered()])
        _tell_least(found)
    return STOPPED if found.least is not None and not found.least.proven else DONE


def _closure_row(found: Closures, one: Closure) -> tuple[str, ...]:
    names = [name["en"] for name in found.facilities.names]
    return (
        ", ".join(names[f] for f in one.closed),
        f"{one.served:.0f}",
        f"{one.lost:.0f}",
        f"{one.stranded:.0f}",
        f"{one.extra_mean / 1000:.1f}",
        f"{one.extra_max / 1000:.1f}",
        f"{one.extra_total / 1000:.0f}",
        "; ".join(f"{names[f]} ({people:.0f})" for f, people in one.destinations[:2]) or "-",
    )


def _tell_least(found: Closures) -> None:
    unsure = max(one.unknown for one in found.closures)
    if unsure:
        tell(
            f"After some closures it would not be known of up to {unsure:.0f} people whether they keep the standard."
        )
    if found.left_out:
        tell(f"Left out, without a position or away from all roads: {found.left_out}")
    if found.least is None:
        return
    one = found.least.closure
    names = "; ".join(found.facilities.names[f]["en"] for f in one.closed)
    proof = (
        "proven" if found.least.proven else f"not proven, at least {found.least.bound:.0f} lose the standard"
    )
    tell(f"Least harm by closing {len(one.closed)}: {names}")
    tell(f"{one.lost:.0f} people lose the standard, {one.extra_total / 1000:.0f} person-km more ({proof}).")


def _capacity(options: argparse.Namespace) -> int:
    from planner.studies.capacity import Terms, capacity
    from planner.workspace import open_workspace

    terms = Terms(options.attribute, options.method, options.decay, options.cutoff, options.people_per_unit)
    workspace = open_workspace(options.workspace)
    found = capacity(
        workspace,
        options.service,
        terms,
        scenario=chosen_scenario(options, workspace),
        conditions=conditions(options),
    )
    if options.json:
        print_json(found.as_dict())
        return DONE
    told = found.as_dict()
    head = ("service point", found.attribute, "room, people", "takes", "nearest for", "without room")
    keys = ("capacity", "room_people", "used_people", "nearest_people", "deficit_people")
    rows = [(row["name"], *(f"{row[k]:.0f}" for k in keys)) for row in told["facilities"]]
    table(head, rows)
    tell(
        f"Within {found.cutoff_min:g} min by car, {found.people_per_unit:.1f} people for one unit "
        f"({found.people_per_unit_from}): room for {told['room_found']:.0f}, deficit {told['deficit']:.0f}, "
        f"gap {told['gap'] + told['unreachable']:.0f}, not connected {told['not_connected']:.0f}, "
        f"not located {told['not_located']:.0f} people."
    )
    mean = "not known" if told["mean_access_per_1000"] is None else f"{told['mean_access_per_1000']:.2f}"
    tell(f"Access ({found.method}, {found.decay}): {mean} for 1,000 people on average.")
    return DONE


def _fragility(options: argparse.Namespace) -> int:
    from planner.studies.fragility import fragility
    from planner.workspace import open_workspace

    found = fragility(open_workspace(options.workspace), options.service, conditions=conditions(options))
    if options.json:
        print_json(found.as_dict())
        return DONE if found.proven else STOPPED
    head = ("element", "near", "lose standard", "cut off", "km", "way round")
    rows = [
        (
            (e.name["en"] or e.id) + (" (bridge)" if e.structure else ""),
            found.places.name(e.near, "en") if e.near >= 0 else "-",
            f"{e.lost:.0f}",
            f"{e.cut_off:.0f}",
            f"{e.length_m / 1000:.2f}",
            "none" if e.bridge else "yes",
        )
        for e in found.elements
    ]
    table(head, rows)
    for one in found.junctions[:3]:
        near = found.places.name(one.near, "en") if one.near >= 0 else f"{one.lat:.5f}, {one.lon:.5f}"
        tell(f"Junction near {near}: {one.cut_off:.0f} people cut off without it.")
    tell(f"{found.bridges} of {found.pieces} pieces have no way round.")
    tell(
        "Proven: no other piece does more harm."
        if found.proven
        else f"Not proven: ended after {found.tried} pieces."
    )
    return DONE if found.proven else STOPPED
