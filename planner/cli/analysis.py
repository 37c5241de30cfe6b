"""Commands that read a workspace: assess, report."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.cli.arguments import Commands, by_option, command, costs_option, date_option, json_option, moment
from planner.cli.output import DONE, print_json, progress, table, tell
from planner.cli.scenarios import chosen_scenario, scenario_option
from planner.cli.travel import conditions, conditions_options
from planner.i18n import LANGUAGES

if TYPE_CHECKING:
    from planner.report import Finding
    from planner.results import Assessment
    from planner.studies.siting_request import SitingRequest


def add_commands(commands: Commands) -> None:
    """Add the commands that read a workspace."""
    assess = command(commands, "assess", _assess, "measure every place against every standard in force")
    assess.add_argument("workspace", metavar="WORKSPACE")
    by_option(assess)
    scenario_option(assess)
    assess.add_argument("--out", type=Path, metavar="DIR", help="also write the table and the places there")
    conditions_options(assess)
    _own_option(assess)
    json_option(assess)

    report = command(commands, "report", _report, "write the gap report")
    report.add_argument("workspace", metavar="WORKSPACE")
    by_option(report)
    scenario_option(report)
    report.add_argument("--lang", choices=tuple(LANGUAGES), default="ru", help="language (default: ru)")
    report.add_argument("--format", default="html", metavar="F,F", help="of html,pdf,docx,xlsx,geojson,gpkg")
    report.add_argument("--out", type=Path, required=True, metavar="DIR")
    report.add_argument(
        "--visiting", action="append", default=[], metavar="S",
        help="with a timetable of vehicles that bring the service S; may be given several times",
    )  # fmt: skip
    report.add_argument(
        "--site", action="append", default=[], metavar="S:MODEL[:N][:TERM=VALUE]",
        help="with a plan of sites for the service S, as planner site finds it, further terms being named as there: "
        "shop:mclp:3, fire:lscp, shop:mclp:years=2,2,1, school:mclp:budget=30:with=library; may be given several "
        "times (default: three sites for the service with the widest gap; none: no plan)",
    )  # fmt: skip
    conditions_options(report)
    _own_option(report)
    costs_option(report)
    date_option(report)


def _own_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--own-facilities", action="store_true", help="count no facilities of neighbouring districts"
    )


def _assess(options: argparse.Namespace) -> int:
    assessment = _assessed(options)
    if options.out:
        from planner.report import write

        for path in write(assessment, ("xlsx", "geojson"), "en", options.out):
            tell(f"Wrote {path}")
    if options.json:
        print_json(assessment.as_dict())
        return DONE
    rows = []
    for result in assessment.results:
        counted = assessment.tally(result)
        share = "-" if counted.share_covered is None else f"{100 * counted.share_covered:.1f}%"
        span = result.doubt.share if result.doubt else None
        alone = assessment.own_tally(result)
        own = f"{alone.lacking:.0f}" if alone else ""
        range_ = f"{100 * span.low:.1f}-{100 * span.high:.1f}%" if span else ""
        verdict = {True: "met", False: "not met", None: "unknown"}[counted.met] if counted.addressed else "-"
        marks = " ".join(m for m, on in (("proxy", result.proxy), ("modelled", result.modelled)) if on)
        rows.append((result.standard.id, result.standard.service, f"{counted.lacking:.0f}", f"{counted.unknown:.0f}",
                     share, range_, verdict, own, marks))  # fmt: skip
    head = ("standard", "service", "people lacking", "unknown", "covered", "9 draws of 10", "verdict",
            "lacking with own facilities only", "marks")  # fmt: skip
    # Where no neighbour's facility is counted, there is one answer and not two.
    shown = [i for i in range(len(head)) if i != 7 or any(row[7] for row in rows)]
    table([head[i] for i in shown], [[row[i] for i in shown] for row in rows])
    return DONE


def _report(options: argparse.Namespace) -> int:
    from planner.report import write

    formats = [f.strip() for f in options.format.split(",") if f.strip()]
    made_at, asked = moment(options), _asked(options.site)
    assessment = _assessed(options)
    found = _findings(options, assessment, asked)
    for path in write(assessment, formats, options.lang, options.out, made_at=made_at, findings=found):
        tell(f"Wrote {path}")
    return DONE


def _asked(sites: Sequence[str]) -> tuple[SitingRequest, ...] | None:
    """Return the plans asked for, none with ``none``; None where the planner is to propose one."""
    from planner.studies.siting_request import request_from

    if not sites:
        return None
    return () if list(sites) == ["none"] else tuple(map(request_from, sites))


def _findings(
    options: argparse.Namespace, assessment: Assessment, asked: tuple[SitingRequest, ...] | None
) -> tuple[Finding, ...]:
    """Return what the report tells of beside the assessment: the usual studies, and those that were asked for."""
    from planner.studies.further import further_findings
    from planner.studies.proposal import proposals
    from planner.studies.siting_request import planned
    from planner.studies.steps import read_step_costs
    from planner.studies.tour import tours
    from planner.workspace import open_workspace

    workspace, travel = open_workspace(options.workspace), conditions(options)
    scenario = chosen_scenario(options, workspace)
    under: dict[str, Any] = {"scenario": scenario, "conditions": travel}
    found: list[Finding] = []
    if scenario is not None:
        from planner.studies.assess import assess
        from planner.studies.compare import compared

        before = assess(workspace, by=options.by, conditions=travel, neighbours=not options.own_facilities)
        found.append(compared(before, assessment, after_name=scenario.name))
    # The other studies beside the assessment are of settlements.
    if options.by == "settlement":
        costs = read_step_costs(options.costs) if options.costs else None
        found.extend(further_findings(workspace, assessment=assessment, costs=costs, **under))
    found.extend(tours(workspace, service, **under) for service in options.visiting)
    if asked is not None:
        found.extend(planned(workspace, request, **under) for request in asked)
    elif options.by == "settlement":
        found.extend(proposals(workspace, assessment, **under))
    return tuple(found)


def _assessed(options: argparse.Namespace) -> Assessment:
    from planner.studies.assess import assess
    from planner.workspace import open_workspace

    workspace = open_workspace(options.workspace)
    return assess(
        workspace,
        by=options.by,
        scenario=chosen_scenario(options, workspace),
        conditions=conditions(options),
        neighbours=not options.own_facilities,
        progress=progress(),
    )
