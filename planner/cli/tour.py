"""Command that plans visiting services: tour."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.arguments import Commands, command, json_option
from planner.cli.output import DONE, STOPPED, print_json, table, tell
from planner.cli.scenarios import chosen_scenario, scenario_option
from planner.cli.travel import conditions, conditions_options

if TYPE_CHECKING:
    from planner.results import Tours
    from planner.studies.tour_terms import TourTerms


def add_commands(commands: Commands) -> None:
    """Add the command."""
    tour = command(
        commands, "tour", _tour, "plan stops and a weekly timetable of vehicles that bring a service to people"
    )  # fmt: skip
    tour.add_argument("workspace", metavar="WORKSPACE")
    tour.add_argument("--service", required=True, metavar="S", help="as listed by: planner assess WORKSPACE")
    tour.add_argument("--standard", metavar="ID", help="whose gaps are served (default: all of the service)")
    _people_options(tour)
    _vehicle_options(tour)
    scenario_option(tour)
    conditions_options(tour)
    tour.add_argument("--rounds", type=int, default=3000, metavar="N", help="of the search (default: 3000)")
    tour.add_argument("--time-limit", type=float, metavar="SECONDS", help="of the search (default: none)")
    tour.add_argument("--out", type=Path, metavar="DIR", help="write a GPX file for each vehicle and day")
    tour.add_argument(
        "--lang", choices=("ru", "be", "en"), default="ru", help="of the GPX files (default: ru)"
    )
    json_option(tour)


def _people_options(tour: argparse.ArgumentParser) -> None:
    tour.add_argument(
        "--walk", type=float, default=1000.0, metavar="METRES", help="longest walk (default: 1000)"
    )
    tour.add_argument("--visits", type=int, default=1, metavar="N", help="a week at each stop (default: 1)")
    tour.add_argument(
        "--visits-at", action="append", default=[], metavar="PLACE_ID=N", help="more visits to one place"
    )
    tour.add_argument("--spacing", type=int, metavar="DAYS", help="at least between visits of a stop")
    tour.add_argument(
        "--stop-minutes", type=float, default=20.0, metavar="M", help="of a visit (default: 20)"
    )
    tour.add_argument(
        "--minutes-per-person",
        type=float,
        default=0.0,
        metavar="M",
        help="added for each person (default: 0)",
    )
    tour.add_argument("--crossings", action="store_true", help="vehicles may also stop at crossings of roads")


def _vehicle_options(tour: argparse.ArgumentParser) -> None:
    tour.add_argument("--vehicles", type=int, metavar="N", help="at most (default: as many as are needed)")
    tour.add_argument("--days", type=int, default=5, metavar="N", help="working days a week (default: 5)")
    tour.add_argument("--hours", type=float, default=8.0, metavar="H", help="of a working day (default: 8)")
    tour.add_argument("--range", type=float, metavar="KM", help="longest drive a day (default: no limit)")
    tour.add_argument("--start", default="08:00", metavar="HH:MM", help="leaving the depot (default: 08:00)")
    tour.add_argument("--break", dest="pause", type=float, default=0.0, metavar="M", help="minutes a day")
    tour.add_argument(
        "--depot", metavar="PLACE_ID", help="where vehicles start (default: the district's centre)"
    )


def _tour(options: argparse.Namespace) -> int:
    from planner.errors import StoppedError
    from planner.i18n import speech
    from planner.report.gpx import write_gpx
    from planner.studies.tour import tours
    from planner.workspace import open_workspace

    workspace = open_workspace(options.workspace)
    try:
        found = tours(
            workspace, options.service, _terms(options), standard=options.standard,
            scenario=chosen_scenario(options, workspace), conditions=conditions(options),
            time_limit_s=options.time_limit,
        )  # fmt: skip
    except StoppedError as error:
        tell(f"planner: {error}")
        return STOPPED
    if options.json:
        print_json(found.as_dict())
    else:
        _print(found)
    if options.out:
        written = write_gpx(found, options.out, speech(options.lang))
        tell(f"Wrote {len(written)} GPX files into {options.out}")
    return STOPPED if found.stopped else DONE


def _terms(options: argparse.Namespace) -> TourTerms:
    from planner.studies.tour_terms import TourTerms, visits_at

    return TourTerms(
        walk_m=options.walk, vehicles=options.vehicles, days=options.days, hours=options.hours,
        range_km=options.range, stop_minutes=options.stop_minutes,
        minutes_per_person=options.minutes_per_person, visits=options.visits,
        visits_at=visits_at(options.visits_at), spacing=options.spacing, depot=options.depot,
        start=options.start, break_minutes=options.pause, crossings=options.crossings, rounds=options.rounds,
    )  # fmt: skip


def _print(found: Tours) -> None:
    from planner.i18n import speech
    from planner.report.tour import timetable_columns, timetable_rows, tour_sentences, unserved_sentences

    say = speech("en")
    rows = [
        (*(_cell(cell) for cell in row[:-1]), "" if row[-1] is None else f"{row[-1]:.1f}")
        for row in timetable_rows(found, say)
    ]
    table([column.title for column in timetable_columns(say)], rows)
    for sentence in (*tour_sentences(found, say), *unserved_sentences(found, say)):
        tell(sentence)
    if found.stopped:
        tell("The search was stopped before its end; more time may give less driving.")


def _cell(cell: str | float | None) -> str:
    if cell is None or isinstance(cell, str):
        return cell or ""
    return f"{cell:.0f}"
