"""Command that plans sites for a service: site."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, STOPPED, counted, print_json, table, tell
from planner.cli.scenarios import chosen_scenario, scenario_option
from planner.cli.travel import conditions, conditions_options
from planner.errors import InputError, StoppedError
from planner.scenario import checked_name

if TYPE_CHECKING:
    from planner.results import Plan, SharedSites, YearlySites
    from planner.siting import Progress
    from planner.studies.siting_terms import SitingTerms

MODELS = ("lscp", "mclp", "p-median", "p-center")


def add_commands(commands: Commands) -> None:
    """Add the command."""
    site = command(commands, "site", _site, "find where service points have to be opened, with a proof")
    site.add_argument("workspace", metavar="WORKSPACE")
    site.add_argument("--service", required=True, metavar="S", help="as listed by: planner assess WORKSPACE")
    site.add_argument(
        "--model", choices=MODELS, required=True,
        help="lscp: fewest sites that meet the standard; mclp: most people with N sites; p-median: least travel; "
        "p-center: least worst case",
    )  # fmt: skip
    site.add_argument(
        "--standard", metavar="ID", help="of the service (default: the one that most people miss)"
    )
    site.add_argument("--sites", type=int, metavar="N", help="new sites, beside those that are kept")
    site.add_argument(
        "--candidates", default="settlements", metavar="LAYER",
        help="settlements (default), nodes (road nodes near them), or a layer added --as candidates",
    )  # fmt: skip
    site.add_argument(
        "--at",
        action="append",
        default=[],
        metavar="LON,LAT",
        help="a further candidate; may be given several times",
    )
    site.add_argument(
        "--cutoff", type=float, metavar="X", help="in place of the standard's threshold, in its unit"
    )
    site.add_argument(
        "--budget", type=float, metavar="B", help="money for all new sites, in place of their number"
    )
    site.add_argument(
        "--site-cost", type=float, metavar="C",
        help="of a site that no layer gives a “cost” for; with lscp, least money is looked for (default: in "
        "conditional units, as for: planner parity)",
    )  # fmt: skip
    site.add_argument(
        "--fixed", choices=("existing", "none"), default="existing",
        help="keep the service points that stand (default), or begin with a blank sheet",
    )  # fmt: skip
    _further_options(site)
    scenario_option(site)
    conditions_options(site)
    json_option(site)


def _further_options(site: argparse.ArgumentParser) -> None:
    site.add_argument(
        "--forbid",
        action="append",
        default=[],
        metavar="ID",
        help="a candidate that may not be opened; several times",
    )
    site.add_argument("--capacity", type=float, metavar="N", help="most people that a new site serves")
    site.add_argument(
        "--target-share", type=float, metavar="X", help="lscp: share of the people (default: 1)"
    )
    site.add_argument(
        "--backup", type=int, default=1, metavar="N", help="sites that each place counts on (default: 1)"
    )
    site.add_argument("--min-distance", type=float, metavar="METRES", help="between sites, straight line")
    site.add_argument("--max-distance", type=float, metavar="METRES", help="between sites, straight line")
    site.add_argument(
        "--years",
        metavar="N,N",
        help="spread over years: new sites of each year, or money of each with --site-cost",
    )
    site.add_argument(
        "--closing", type=int, metavar="N", help="close N of the service points with the least harm"
    )
    site.add_argument(
        "--with", dest="others", action="append", default=[], metavar="SERVICE",
        help="a service that may share the building; several times; with mclp and --budget",
    )  # fmt: skip
    site.add_argument(
        "--building-cost",
        type=float,
        default=1.0,
        metavar="C",
        help="of a building, with --with (default: 1)",
    )
    site.add_argument("--save-scenario", metavar="NAME", help="keep the plan in the workspace as a scenario")
    site.add_argument("--replace", action="store_true", help="in place of a scenario of that name")
    site.add_argument(
        "--time-limit", type=float, metavar="SECONDS", help="then tell the best so far, with its bound"
    )


def _site(options: argparse.Namespace) -> int:
    from planner.workspace import open_workspace

    workspace, terms = open_workspace(options.workspace), _terms(options)
    if options.time_limit is not None and not options.time_limit > 0:
        raise InputError("--time-limit has to be above 0.", "Give seconds, for example 60.")
    alone = [options.years is not None, options.closing is not None, bool(options.others)]
    if options.save_scenario is not None:
        # A name that cannot be taken is told before a search that may take minutes.
        from planner.studies.scenarios import refuse_taken

        refuse_taken(workspace, checked_name(options.save_scenario), replace=options.replace)
    if sum(alone) > 1:
        raise InputError("--years, --closing and --with cannot be combined.", "Give one of them.")
    more = {
        "conditions": conditions(options),
        "scenario": chosen_scenario(options, workspace),
        "time_limit_s": options.time_limit,
    }
    try:
        if options.years is not None:
            from planner.studies.siting_years import by_years

            return _years(
                by_years(workspace, options.service, terms, _amounts(options.years), **more), options
            )
        if options.others:
            from planner.studies.siting_shared import under_one_roof

            services = (options.service, *options.others)
            found = under_one_roof(workspace, services, terms, building_cost=options.building_cost, **more)
            return _shared(found, options)
        if options.closing is not None:
            from planner.studies.siting_closing import close_well

            return _plan(close_well(workspace, options.service, terms, options.closing, **more), options)
        from planner.studies.site import site

        return _plan(site(workspace, options.service, terms, progress=_progress(), **more), options)
    except StoppedError as error:
        tell(f"planner: {error}")
        return STOPPED


def _terms(options: argparse.Namespace) -> SitingTerms:
    from planner.studies.siting_terms import SitingTerms

    return SitingTerms(
        model=options.model, sites=options.sites, standard=options.standard, candidates=options.candidates,
        points=tuple(_point(text) for text in options.at), cutoff=options.cutoff, fixed=options.fixed,
        forbid=tuple(options.forbid), budget=options.budget, site_cost=options.site_cost,
        capacity=options.capacity, target_share=options.target_share, backup=options.backup,
        min_distance_m=options.min_distance, max_distance_m=options.max_distance,
    )  # fmt: skip


def _point(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(
            "“{text}” is not a position.", "Write longitude and latitude: --at 27.69,55.14", text=text
        ) from error
    return lon, lat


def _amounts(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(
            "The years “{text}” cannot be read.", "Write numbers: --years 2,2,1", text=text
        ) from error


def _progress() -> Callable[[Progress], None]:
    """Return what tells on standard error how the search stands, once it takes longer than a second."""

    def show(now: Progress) -> None:
        if now.seconds > 1:
            tell(f"{now.seconds:6.1f} s  solution {now.objective:g}  bound {now.bound:g}  gap {now.gap:.2%}")

    return show


def _plan(plan: Plan, options: argparse.Namespace) -> int:
    if options.json:
        print_json(plan.as_dict())
    else:
        rows = [
            (s.name["en"], s.id, "new" if s.new else "stands", f"{s.served:.0f}", f"{s.gained:.0f}",
             "-" if s.mean_cost != s.mean_cost else f"{s.mean_cost:.1f}")
            for s in plan.sites if s.new or options.closing is not None
        ]  # fmt: skip
        table(("site", "id", "", "people served", "people gained", f"mean, {plan.unit}"), rows)
    _tell_plan(plan)
    if options.closing is not None:
        tell(f"Closes: {', '.join(plan.closed)}.")
    _save((plan,), options)
    return DONE if plan.proven else STOPPED


def _save(plans: tuple[Plan, ...], options: argparse.Namespace) -> None:
    if options.save_scenario is None:
        return
    from planner.studies.siting_scenario import save_plan
    from planner.workspace import open_workspace

    workspace = open_workspace(options.workspace)
    base = chosen_scenario(options, workspace)
    kept = save_plan(workspace, plans, options.save_scenario, base, replace=options.replace)
    tell(f"Kept as the scenario “{kept.name}”.")


def _tell_plan(plan: Plan) -> None:
    from planner.results import State

    tell(
        f"{counted(len(plan.new), 'new site')}, {len(plan.sites) - len(plan.new)} kept, {len(plan.closed)} closed; "
        f"standard {plan.standard.id}: {plan.people(State.COVERED, after=False):.0f} people covered before, "
        f"{plan.people(State.COVERED):.0f} after."
    )
    proof = "proven optimal" if plan.proven else f"not proven, stopped by {plan.stopped or 'its limit'}"
    tell(
        f"{plan.model}: {plan.objective:g} {plan.objective_unit}, bound {plan.bound:g}, gap {plan.gap:.2%} ({proof}), "
        f"{plan.seconds:.2f} s."
    )
    _tell_evidence(plan)
    for template, values in plan.remarks:
        tell(template.format(**values))


def _tell_evidence(plan: Plan) -> None:
    found, count = plan.evidence, len(plan.new)
    if found is None:
        return
    best = found.runner_up
    if best is not None:
        instead = ", ".join(name["en"] for name in best.instead) or "none"
        tell(
            f"Runner-up: without {plan.sites[best.without].name['en']} (instead: {instead}), {best.people:.0f} fewer "
            f"people covered."
        )
    last, following = found.gained(count), found.gained(count + 1)
    if last is not None and plan.model in ("lscp", "mclp"):
        tell(
            f"The last site is worth {last:.0f} people"
            + (f", one more {following:.0f}." if following is not None else ".")
        )
    if not found.complete:
        tell("Not all of this was found in the time given.")


def _years(found: YearlySites, options: argparse.Namespace) -> int:
    if options.json:
        print_json(found.as_dict())
    else:
        rows = [
            (number, ", ".join(found.plan.sites[i].name["en"] for i in year.opened) or "-", f"{year.people:.0f}",
             f"{year.objective:g}", f"{year.alone:g}")
            for number, year in enumerate(found.years, start=1)
        ]  # fmt: skip
        table(("year", "opens", "people covered", "objective", "best for this year alone"), rows)
    _tell_plan(found.plan)
    tell(f"All years together: {found.total:g}, bound {found.bound:g}, gap {found.gap:.2%}.")
    _save((found.plan,), options)
    return DONE if found.proven else STOPPED


def _shared(found: SharedSites, options: argparse.Namespace) -> int:
    if options.json:
        print_json(found.as_dict())
    else:
        rows = [(b.name["en"], b.id, ", ".join(b.services)) for b in found.buildings]
        table(("building", "id", "services"), rows)
    for plan in found.plans:
        tell(f"{plan.service}: {counted(len(plan.new), 'new site')}, {plan.objective:.0f} people covered.")
    proof = "proven optimal" if found.proven else "not proven"
    tell(
        f"{found.objective:g} people of all services, bound {found.bound:g}, gap {found.gap:.2%} ({proof}); costs "
        f"{found.money:g}, {found.saved:g} saved by sharing."
    )
    _save(found.plans, options)
    return DONE if found.proven else STOPPED
