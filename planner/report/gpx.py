"""Tours for a navigator: GPX 1.1, one file for each vehicle and day."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from planner.i18n import Speech, words
from planner.report.files import write_files
from planner.results import Tours, TourStop, Trip
from planner.results.tour import clock
from planner.standards.model import in_language

_NAMESPACE = "http://www.topografix.com/GPX/1/1"
_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"


def gpx(found: Tours, trip: Trip, say: Speech) -> bytes:
    """Return a trip as GPX 1.1: its stops as way points and as a route, its way along the roads as a track.

    A weekly timetable has no dates, so times of day stand in the descriptions.

    Parameters
    ----------
    found : Tours
    trip : Trip
        One of its trips.
    say : Speech
    """
    ElementTree.register_namespace("", _NAMESPACE)
    ElementTree.register_namespace("xsi", _SCHEMA)
    root = ElementTree.Element(
        _tag("gpx"),
        {
            "version": "1.1",
            "creator": "smart-district-planner",
            f"{{{_SCHEMA}}}schemaLocation": f"{_NAMESPACE} http://www.topografix.com/GPX/1/1/gpx.xsd",
        },
    )
    title = trip_title(found, trip, say)
    _text(_child(root, "metadata"), "name", title)
    points = [*_halts(found, trip, say)]
    for number, (stop, described) in enumerate(points[1:-1], start=1):
        _point(root, "wpt", stop, f"{number}. {in_language(stop.name, say.language)}", described)
    route = _child(root, "rte")
    _text(route, "name", title)
    for stop, described in points:
        _point(route, "rtept", stop, in_language(stop.name, say.language), described)
    track = _child(root, "trk")
    _text(track, "name", title)
    segment = _child(track, "trkseg")
    for lon, lat in trip.line["coordinates"]:
        _child(segment, "trkpt", lat=f"{lat:.6f}", lon=f"{lon:.6f}")
    ElementTree.indent(root, " ")
    return bytes(ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def write_gpx(found: Tours, folder: Path, say: Speech) -> tuple[Path, ...]:
    """Write a file for each trip into a folder, which is made where it is missing, and return their paths.

    Raises
    ------
    InputError
        If one cannot be written.
    """
    return write_files(folder, {gpx_name(found, trip): gpx(found, trip, say) for trip in found.trips})


def gpx_name(found: Tours, trip: Trip) -> str:
    """Return the name of a trip's file."""
    return f"{found.service}-vehicle{trip.vehicle + 1}-day{trip.day + 1}.gpx"


def trip_title(found: Tours, trip: Trip, say: Speech) -> str:
    """Return what a trip is called: the service, the vehicle and the day."""
    return say(
        "{service}: vehicle {number}, {day}",
        service=in_language(found.service_name, say.language),
        number=trip.vehicle + 1,
        day=say(words.WEEKDAYS[trip.day]),
    )


def _halts(found: Tours, trip: Trip, say: Speech) -> list[tuple[TourStop, str]]:
    stops = [
        (found.stops[halt.stop], f"{clock(halt.arrival_s)}–{clock(halt.departure_s)}") for halt in trip.halts
    ]
    leaves = say("leaves at {time}", time=clock(trip.start_s))
    back = say("back at {time}", time=clock(trip.end_s))
    return [(found.depot, leaves), *stops, (found.depot, back)]


def _point(parent: ElementTree.Element, kind: str, stop: TourStop, name: str, described: str) -> None:
    point = _child(parent, kind, lat=f"{stop.lat:.6f}", lon=f"{stop.lon:.6f}")
    _text(point, "name", name)
    _text(point, "desc", described)


def _child(parent: ElementTree.Element, kind: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, _tag(kind), attributes)


def _text(parent: ElementTree.Element, kind: str, text: str) -> None:
    # Letters that XML has no place for would make a file that no navigator reads.
    _child(parent, kind).text = "".join(c for c in text if c in "\t\n" or c >= " ")


def _tag(kind: str) -> str:
    return f"{{{_NAMESPACE}}}{kind}"
