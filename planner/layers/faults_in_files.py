"""Faults that reading a file can find: the document, its features, its tables."""

from __future__ import annotations

from planner.layers.fault import Fault

_UNLOCATED = "Accept the repair: these features are kept without a location."
_BOUNDS = "Nothing: the planner computes bounds itself."

IN_FILES: dict[str, Fault] = {
    # The document
    "json_nan": Fault(
        "warning",
        "The file contains NaN or Infinity, which JSON does not have; such values were read as missing.",
        "Export again with empty values as null.",
    ),
    "encoding_guessed": Fault(
        "warning",
        "The text is not UTF-8 and names no encoding; it reads as {encoding}, for example {example}.",
        "Look at the names; if they are garbled, give the encoding.",
    ),
    "encoding_contradicted": Fault(
        "warning",
        "The file declares the encoding {declared}, but its text does not fit it; it reads as {encoding}, "
        "for example {example}.",
        "Look at the names; if they are garbled, give the encoding.",
    ),
    "layer_chosen": Fault(
        "info",
        "The file holds several layers ({layers}); {chosen} was read.",
        "Name another layer if that is not the one you want.",
    ),
    "type_missing": Fault(
        "error",
        'The document does not say what it is: the member "type" is missing.',
        "Export the layer as a GeoJSON FeatureCollection.",
    ),
    "type_unknown": Fault(
        "error",
        "The document says that it is {type}, which GeoJSON does not know.",
        "Export the layer as a GeoJSON FeatureCollection.",
    ),
    "type_case": Fault(
        "error",
        "Types are written in the wrong case: {count} ({examples}), for example {type}.",
        "Accept the repair: they are read as the types they resemble.",
        True,
    ),
    "features_missing": Fault(
        "error",
        'The FeatureCollection has no member "features".',
        "Export the layer again; the file holds no features.",
    ),
    "features_not_a_list": Fault(
        "error",
        'The member "features" is {found}, not a list.',
        "Export the layer again as a FeatureCollection with a list of features.",
    ),
    "crs_member": Fault(
        "info",
        "The file names a coordinate system ({crs}), as GeoJSON did before 2016; it was used.",
        "Nothing, if the layer lies where it should.",
    ),
    "crs_not_wgs84": Fault(
        "warning",
        "The file names the coordinate system {crs}; GeoJSON is WGS 84 by its standard. The named "
        "one was used.",
        "Look at the map; if the layer lies elsewhere, export it in WGS 84.",
    ),
    "crs_unknown": Fault(
        "error",
        "The coordinate system {crs} that the file names is not known.",
        "Give the coordinate system when reading the file, for example EPSG:32635.",
    ),
    # Features of GeoJSON
    "feature_null": Fault(
        "error",
        'Entries of "features" are not features: {count} (positions {examples}).',
        "Accept the repair: they are left out. Or export the layer again.",
        True,
    ),
    "feature_type": Fault(
        "warning",
        'The member "type" is not "Feature": {count} ({examples}); they were read as features.',
        "Export the layer again if something is missing.",
    ),
    "properties_missing": Fault(
        "warning",
        'The member "properties" is missing: {count} ({examples}).',
        "Nothing, if these features have no attributes.",
    ),
    "properties_not_object": Fault(
        "error",
        'The member "properties" is not an object: {count} ({examples}).',
        "Accept the repair: these features are kept without attributes. Or export the layer again.",
        True,
    ),
    "id_type": Fault(
        "warning",
        "Ids are neither text nor a number: {count} ({examples}); new ones were given, and a column keeps the "
        "old.",
        "Nothing, unless other files refer to these ids.",
    ),
    "id_duplicate": Fault(
        "warning",
        "Ids occur more than once: {count} ({examples}); a suffix tells them apart, and a column "
        "keeps them as they were.",
        "Give every feature an id of its own where other files refer to them.",
    ),
    "id_missing": Fault(
        "info",
        "Some features have no id: {count} ({examples}); their position in the file stands for it.",
        "Nothing, unless other files refer to these ids.",
    ),
    "bbox_type": Fault(
        "warning",
        "A bounding box is not a list: {count} ({examples}). It was ignored.",
        _BOUNDS,
    ),
    "bbox_length": Fault(
        "warning",
        "A bounding box has neither 4 nor 6 numbers: {count} ({examples}). It was ignored.",
        _BOUNDS,
    ),
    "bbox_not_numbers": Fault(
        "warning",
        "A bounding box holds something other than numbers: {count} ({examples}). It was ignored.",
        _BOUNDS,
    ),
    "bbox_coordinate_order": Fault(
        "warning",
        "The numbers of a bounding box are in the wrong order: {count} ({examples}). It was ignored.",
        _BOUNDS,
    ),
    "bbox_mismatch": Fault(
        "info",
        "A bounding box does not enclose its geometry: {count} ({examples}). It was ignored.",
        _BOUNDS,
    ),
    # Geometries that cannot be read as they are written
    "geometry_missing": Fault(
        "error",
        'The member "geometry" is missing: {count} ({examples}).',
        _UNLOCATED,
        True,
    ),
    "geometry_not_object": Fault(
        "error",
        "The geometry is not an object: {count} ({examples}).",
        _UNLOCATED,
        True,
    ),
    "geometry_type_missing": Fault(
        "error",
        "The geometry does not say of which type it is: {count} ({examples}).",
        _UNLOCATED,
        True,
    ),
    "geometry_type_unknown": Fault(
        "error",
        "The type of the geometry is not known to GeoJSON: {count} ({examples}), for example {type}.",
        _UNLOCATED,
        True,
    ),
    "geometry_unreadable": Fault(
        "error",
        "The geometry cannot be read: {count} ({examples}).",
        _UNLOCATED,
        True,
    ),
    "coordinates_missing": Fault(
        "error",
        "The geometry has no coordinates: {count} ({examples}).",
        _UNLOCATED,
        True,
    ),
    "coordinates_1d": Fault(
        "error",
        "A position has one number instead of two: {count} ({examples}).",
        _UNLOCATED,
        True,
    ),
    "coordinates_4d": Fault(
        "warning",
        "Positions have more than three numbers: {count} ({examples}); the first three were read.",
        "Nothing, if the layer lies where it should.",
    ),
    "coordinates_empty_position": Fault(
        "error",
        "A position is empty: {count} ({examples}).",
        _UNLOCATED,
        True,
    ),
    "coordinates_string": Fault(
        "error",
        "Coordinates are written as text: {count} ({examples}).",
        "Accept the repair: the texts are read as numbers.",
        True,
    ),
    "coordinates_not_numbers": Fault(
        "error",
        "Coordinates are not numbers: {count} ({examples}).",
        _UNLOCATED,
        True,
    ),
    "coordinates_not_finite": Fault(
        "error",
        "Coordinates are not finite numbers (NaN, infinity): {count} ({examples}).",
        _UNLOCATED,
        True,
    ),
    "coordinates_too_deep": Fault(
        "error",
        "Coordinates are nested deeper than their geometry type allows: {count} ({examples}), for "
        "example {type}.",
        "Accept the repair: these features are kept without a location. Or correct the type and read "
        "the file again.",
        True,
    ),
    "coordinates_too_shallow": Fault(
        "error",
        "Coordinates are nested less deep than their geometry type asks for: {count} ({examples}), "
        "for example {type}.",
        "Accept the repair: these features are kept without a location. Or correct the type and read "
        "the file again.",
        True,
    ),
    "line_too_short": Fault(
        "error",
        "A line has fewer than two positions: {count} ({examples}).",
        _UNLOCATED,
        True,
    ),
    "ring_too_few_points": Fault(
        "error",
        "A ring has fewer than three different positions, so it encloses nothing: {count} ({examples}).",
        _UNLOCATED,
        True,
    ),
    "ring_unclosed": Fault(
        "error",
        "A ring does not end where it begins: {count} ({examples}).",
        "Accept the repair: the ring is closed by a straight line.",
        True,
    ),
    "ring_crosses_itself": Fault(
        "warning",
        "A ring that stands by itself crosses itself: {count} ({examples}). It was read as a line.",
        "Nothing, if it is to be a line; as the outline of an area it has to be drawn anew.",
    ),
    "collection_nested": Fault(
        "warning",
        "A geometry collection lies inside another: {count} ({examples}); its parts were read.",
        "Nothing, if the parts are what you expect.",
    ),
    "collection_single": Fault(
        "warning",
        "A geometry collection has a single part: {count} ({examples}); the part was read.",
        "Nothing.",
    ),
    "collection_null_geometry": Fault(
        "error",
        "A part of a geometry collection is not a geometry: {count} ({examples}).",
        "Accept the repair: the other parts are kept.",
        True,
    ),
    "geometries_missing": Fault(
        "error",
        "A geometry collection has no list of parts: {count} ({examples}).",
        _UNLOCATED,
        True,
    ),
    # Tables
    "row_length": Fault(
        "warning",
        "Rows have more or fewer cells than the heading: {count} (lines {examples}).",
        "Look at these lines; a separator inside a text needs quotes.",
    ),
    "header_repeated": Fault(
        "warning",
        "Column names are empty or occur more than once: {columns}; they were numbered.",
        "Name every column once.",
    ),
    "titles_above": Fault(
        "info",
        "Rows above the heading were left out: {rows}, beginning with {example}.",
        "Nothing, if they are titles.",
    ),
    "decimal_comma": Fault(
        "info",
        "Coordinates are written with a decimal comma; they were read so.",
        "Nothing.",
    ),
    "coordinates_unreadable": Fault(
        "warning",
        "Coordinates in the columns {columns} cannot be read as numbers: {count} ({examples}).",
        "Correct them; until then these features have no location.",
    ),
    "columns_shifted": Fault(
        "error",
        "Columns look shifted: {column} holds no coordinates (for example {example}), and {other} "
        "holds what looks like {looks}.",
        "Move the cells below their headings, or export the table again.",
    ),
    "coordinate_columns": Fault(
        "info",
        "Coordinates were read from the columns {columns}.",
        "Nothing, if the layer lies where it should.",
    ),
    "formulas": Fault(
        "info",
        "Cells hold formulas. They were not evaluated: the results that were saved with them were read.",
        "Look at the values; where they are old, open the workbook, let it calculate, and save it.",
    ),
    "curves": Fault(
        "info",
        "Geometries are curves: {count} ({examples}). They were read as lines of short straight pieces.",
        "Nothing; lengths and areas change by less than a thousandth.",
    ),
    "measures_dropped": Fault(
        "info",
        "Geometries carry measures (M), which the planner does not use.",
        "Nothing.",
    ),
    "archive_damaged": Fault(
        "warning",
        "The file could be read only in part: {reason}.",
        "Export it again if something is missing.",
    ),
}

WITHOUT_LOCATION = tuple(code for code, fault in IN_FILES.items() if fault.fix.startswith(_UNLOCATED))
"""Faults after which a feature has no geometry, because it cannot be read."""
