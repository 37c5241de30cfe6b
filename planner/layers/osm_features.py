"""Places, facilities and lines out of OpenStreetMap's objects: one row for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from planner.layers.geojson_geometry import shown
from planner.layers.grid import Grid
from planner.layers.osm_mapping import PlaceRule, Tags
from planner.layers.osm_merge import main_row, same
from planner.layers.osm_values import metres, people
from planner.layers.reading import Notes

_LENGTHS = ("height_m",)
_COUNTS = ("seats", "beds", "physicians", "engines", "brigades", "floor_m2", "levels")
_NAMES = {"name": "name", "name_ru": "name:ru", "name_be": "name:be", "name_en": "name:en"}

Row = dict[str, object]


@dataclass
class Features:
    """Rows of a layer in the making, with what is remarkable about them.

    Attributes
    ----------
    rows : list of dict
        Columns by name; each has an ``id``.
    shapes : list of shapely geometries
        WGS 84, one for each row.
    notes : Notes
        By position in `ids`.
    ids : list of str
        What the notes are about; also objects that did not become a row.
    """

    rows: list[Row]
    shapes: list[Any]
    notes: Notes
    ids: list[str] = field(default_factory=list)

    def note(self, code: str, osm_id: str, **values: object) -> None:
        """Take note of something about an object."""
        self.ids.append(osm_id)
        self.notes.add(code, len(self.ids) - 1, **values)


@dataclass(frozen=True, slots=True)
class Found:
    """An object that is a place, a facility or a line.

    Attributes
    ----------
    id : str
        Its kind's letter and its number, such as ``w30``.
    tags : mapping of str to str
    shape : shapely geometry
        WGS 84.
    columns : mapping of str to str
        Column by name, with the tag it is read from.
    """

    id: str
    tags: Tags
    shape: Any
    columns: Mapping[str, str] = field(default_factory=dict)


def names(tags: Tags) -> Row:
    """Return the columns of names."""
    return {column: tags.get(key) for column, key in _NAMES.items()}


def place_features(found: Sequence[Found], rule: PlaceRule, centres: Collection[int] = ()) -> Features:
    """Return settlements, each once; a population that no tag tells stays unknown.

    Parameters
    ----------
    found : sequence of Found
    rule : PlaceRule
    centres : collection of int
        Numbers of the points that are said to be the centre of a part of the district.
    """
    seats = {f"n{number}" for number in centres}
    features = Features([], [], Notes("demand"))
    for tags, row, shape in _merged(found, features, by_name=True):
        text, people_there = _population(tags, rule)
        if text and people_there is None:
            features.note("osm_value_unread", str(row["id"]), tag="population", example=shown(text))
        kind = next((kind for kind, when in rule.refined if when.holds(tags)), rule.kinds[tags["place"]])
        features.rows.append(
            row
            | {
                "kind": kind,
                "population": people_there,
                "population_source": "unknown" if people_there is None else "OpenStreetMap",
            }
            | ({"council_centre": "yes" if seats & _of(row) else None} if seats else {})
        )
        features.shapes.append(shape)
    return features


def facility_features(service: str, found: Sequence[Found], open_areas: Sequence[str] = ()) -> Features:
    """Return the facilities of a service, each once; areas that do not close are noted."""
    features = Features([], [], Notes(service))
    for osm_id in open_areas:
        features.note("osm_area_open", osm_id)
    columns = {column: tag for each in found for column, tag in each.columns.items()}
    for tags, row, shape in _merged(found, features, by_name=False):
        features.rows.append(row | _read(tags, columns, str(row["id"]), features))
        features.shapes.append(shape)
    return features


def line_features(service: str, found: Sequence[Found]) -> Features:
    """Return the lines of a service."""
    features = Features([], [], Notes(service))
    for each in found:
        features.rows.append(
            {"id": each.id, **names(each.tags)} | _read(each.tags, each.columns, each.id, features)
        )
        features.shapes.append(each.shape)
    return features


def _population(tags: Tags, rule: PlaceRule) -> tuple[str, float | None]:
    texts = [tags[key] for key in rule.population if key in tags]
    numbers = [number for text in texts if (number := people(text)) is not None]
    return (texts[0] if texts else "", numbers[0] if numbers else None)


def _read(tags: Tags, columns: Mapping[str, str], osm_id: str, features: Features) -> Row:
    row: Row = {}
    for column, key in columns.items():
        text = tags.get(key)
        value: object = text
        if text is not None and (column in _LENGTHS or column in _COUNTS):
            value = metres(text) if column in _LENGTHS else people(text)
            if value is None:
                features.note("osm_value_unread", osm_id, tag=key, example=shown(text))
        row[column] = value
    return row


def _merged(found: Sequence[Found], features: Features, *, by_name: bool) -> list[tuple[Tags, Row, Any]]:
    """Return tags, first columns and point of what is one and the same, each once.

    Of places the point is kept: it marks the middle of the settlement, which the middle of its outline may miss.
    """
    if not found:
        return []
    shapes = np.empty(len(found), dtype=object)
    shapes[:] = [each.shape for each in found]
    points = shapes.copy()
    areas = shapely.get_dimensions(shapes) == 2
    points[areas] = shapely.point_on_surface(shapes[areas])
    grid = Grid.around(shapely.get_x(points), shapely.get_y(points))
    known = [frozenset(_plain(text) for text in names(each.tags).values() if text) for each in found]
    on_grid = np.asarray(grid.project(shapes), dtype=object)
    groups = same(on_grid, np.asarray(grid.project(points), dtype=object), known, by_name=by_name)
    made: list[tuple[Tags, Row, Any]] = []
    for rows in groups:
        main = main_row(rows, on_grid, prefer_point=by_name)
        ordered = [main, *(row for row in rows if row != main)]
        tags = {key: text for row in reversed(ordered) for key, text in found[row].tags.items()}
        row: Row = {"id": found[main].id, **names(tags)}
        row["osm_ids"] = ";".join(found[each].id for each in ordered) if len(ordered) > 1 else None
        if len(ordered) > 1:
            features.note("osm_merged", found[main].id)
        made.append((tags, row, points[main]))
    return made


def _of(row: Row) -> set[str]:
    """Return the objects that a row was made of."""
    return set(str(row["osm_ids"] or row["id"]).split(";"))


def _plain(name: object) -> str:
    return " ".join(str(name).casefold().replace("ё", "е").split())
