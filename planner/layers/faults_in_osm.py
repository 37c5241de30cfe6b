"""Faults that reading an OpenStreetMap extract can find."""

from __future__ import annotations

from planner.layers.fault import Fault

IN_OSM: dict[str, Fault] = {
    "osm_lines_incomplete": Fault(
        "info",
        "The extract lacks positions of points of these lines: {count} ({examples}).",
        "Nothing; the lines are kept as far as they are known. They lie at the edge of the extract.",
    ),
    "osm_area_open": Fault(
        "warning",
        "Outlines of areas are not complete in the extract: {count} ({examples}). The areas are left out.",
        "Take an extract that reaches somewhat beyond the district.",
    ),
    "osm_merged": Fault(
        "info",
        "Points and areas that are one and the same were made one: {count} ({examples}).",
        "Nothing; the column osm_ids lists what each was made of.",
    ),
    "osm_value_unread": Fault(
        "info",
        "Values of the tag {tag} are no number, for example {example}: {count} ({examples}).",
        "Nothing; they are taken as not given.",
    ),
    "osm_roads_closed": Fault(
        "info",
        "Roads that nobody may use are left out: {count} ({examples}).",
        "Nothing; the tags access, motor_vehicle and foot say so.",
    ),
    "osm_no_places": Fault(
        "warning",
        "The extract holds no settlements in the district.",
        "Check that the extract is of this district, or add settlements from another file.",
    ),
    "osm_no_roads": Fault(
        "warning",
        "The extract holds no roads in the district.",
        "Check that the extract is of this district, or add roads from another file.",
    ),
}
