"""Faults that checking a layer can find: geometries, location, columns."""

from __future__ import annotations

from planner.layers.fault import Fault

_REBUILT = "Accept the repair: the area is rebuilt from its outlines. Compare before and after."

IN_LAYERS: dict[str, Fault] = {
    # Geometries
    "layer_empty": Fault(
        "info",
        "The layer holds no features.",
        "Nothing, if it is meant to be empty.",
    ),
    "geometry_null": Fault(
        "info",
        "Features have no geometry: {count} ({examples}). They are kept as not located.",
        "Give them a location if you know it.",
    ),
    "geometry_empty": Fault(
        "info",
        "The geometry is empty: {count} ({examples}).",
        "Accept the repair: these features are kept as not located.",
        True,
    ),
    "geometry_invalid": Fault(
        "error",
        "The geometry is invalid ({reason}): {count} ({examples}).",
        _REBUILT,
        True,
    ),
    "self_intersection": Fault(
        "error",
        "An outline crosses itself: {count} ({examples}), at {reason}.",
        _REBUILT,
        True,
    ),
    "rings_intersect": Fault(
        "error",
        "An inner ring crosses the outer ring or another one: {count} ({examples}), at {reason}.",
        _REBUILT,
        True,
    ),
    "ring_self_intersection": Fault(
        "error",
        "A ring touches itself: {count} ({examples}), at {reason}.",
        _REBUILT,
        True,
    ),
    "hole_outside_shell": Fault(
        "error",
        "A hole lies outside its area: {count} ({examples}), at {reason}.",
        _REBUILT,
        True,
    ),
    "nested_shells": Fault(
        "error",
        "One part of an area lies inside another: {count} ({examples}), at {reason}.",
        _REBUILT,
        True,
    ),
    "nested_holes": Fault(
        "error",
        "One hole lies inside another: {count} ({examples}), at {reason}.",
        _REBUILT,
        True,
    ),
    "too_few_points": Fault(
        "error",
        "A part of a geometry has too few different positions to be a line or an area: {count} ({examples}), at "
        "{reason}.",
        _REBUILT,
        True,
    ),
    "interior_disconnected": Fault(
        "error",
        "Holes cut an area into pieces: {count} ({examples}), at {reason}.",
        _REBUILT,
        True,
    ),
    "geometry_mixed": Fault(
        "info",
        "The layer mixes {types}.",
        "Nothing, or split it into layers of one type each.",
    ),
    "geometry_collection": Fault(
        "info",
        "Geometry collections: {count} ({examples}).",
        "Nothing, or split them into layers of one type each.",
    ),
    "collection_for_role": Fault(
        "error",
        "A {role} layer needs {wanted}, but these are collections of several types: {count} ({examples}).",
        "Accept the repair: only the parts that fit are kept.",
        True,
    ),
    "geometry_type_wrong": Fault(
        "error",
        "A {role} layer needs {wanted}; these are something else: {count} ({examples}).",
        "Accept the repair: these features are left out. Or choose another role.",
        True,
    ),
    "geometry_needed": Fault(
        "error",
        "A feature of a {role} layer is nothing without its geometry: {count} ({examples}).",
        "Accept the repair: these features are left out.",
        True,
    ),
    "geometry_3d": Fault(
        "info",
        "Positions have heights: {count} ({examples}). The planner does not use them.",
        "Accept the repair to drop the heights, or leave them.",
        True,
    ),
    "duplicate_vertices": Fault(
        "info",
        "The same position stands twice in a row: {count} ({examples}).",
        "Accept the repair: repeated positions are removed; shapes do not change.",
        True,
    ),
    "spikes": Fault(
        "warning",
        "Outlines run out to a needle and straight back: {count} ({examples}).",
        "Accept the repair: the tips are taken off; areas change by less than a hundredth.",
        True,
    ),
    "zero_length_line": Fault(
        "warning",
        "A line has no length: {count} ({examples}).",
        "Accept the repair: these features are left out.",
        True,
    ),
    "exterior_not_ccw": Fault(
        "info",
        "The outer ring runs clockwise; GeoJSON asks for counter-clockwise: {count} ({examples}).",
        "Accept the repair: rings are turned round; shapes do not change.",
        True,
    ),
    "interior_not_cw": Fault(
        "info",
        "An inner ring runs counter-clockwise; GeoJSON asks for clockwise: {count} ({examples}).",
        "Accept the repair: rings are turned round; shapes do not change.",
        True,
    ),
    "excessive_precision": Fault(
        "info",
        "Coordinates have more than {digits} decimals (finer than a millimetre): {count} ({examples}).",
        "Nothing; fewer decimals make a smaller file.",
    ),
    "excessive_vertices": Fault(
        "info",
        "Geometries have very many vertices for their size (up to {most}): {count} ({examples}).",
        "Nothing; simplifying them makes maps faster.",
    ),
    "holes": Fault(
        "info",
        "Areas have holes: {count} ({examples}). What lies in a hole is outside.",
        "Nothing, if the holes are meant.",
    ),
    "multitype_with_one_part": Fault(
        "info",
        "Geometries declared as several parts have a single one: {count} ({examples}).",
        "Nothing.",
    ),
    # Where the layer lies
    "crs_missing": Fault(
        "error",
        "The file does not name its coordinate system, and its numbers are not degrees.",
        "Give the coordinate system when reading the file, for example EPSG:32635.",
    ),
    "crs_assumed": Fault(
        "error",
        "The file does not name its coordinate system. Its numbers look like degrees.",
        "Accept the repair if the coordinates are longitude and latitude in WGS 84; otherwise give "
        "the system.",
        True,
    ),
    "projected_as_degrees": Fault(
        "error",
        "The layer is said to be in degrees, but its numbers are far too large ({bounds}): they look "
        "like metres.",
        "Give the coordinate system when reading the file, for example EPSG:32635.",
    ),
    "degrees_as_projected": Fault(
        "error",
        "The layer is said to be in {crs} (metres), but its numbers look like degrees ({bounds}).",
        "Accept the repair: the numbers are taken as longitude and latitude in WGS 84.",
        True,
    ),
    "crs_recognised": Fault(
        "error",
        "The numbers fit the coordinate system {crs} ({title}): in it the layer lies where it should.",
        "Accept the repair: the layer is brought from {crs} to WGS 84.",
        True,
    ),
    "crs_recognised_swapped": Fault(
        "error",
        "The numbers fit the coordinate system {crs} ({title}) with northing before easting: in it the layer "
        "lies where it should.",
        "Accept the repair: the layer is brought from {crs} to WGS 84.",
        True,
    ),
    "crs_candidates": Fault(
        "error",
        "The numbers fit several coordinate systems; in each the layer lies where it should: {systems}.",
        "Ask whoever made the file which it is, and give it when reading the file, for example {first}.",
    ),
    "coordinates_outside": Fault(
        "error",
        "Coordinates lie outside longitude -180 to 180, latitude -90 to 90: {count} ({examples}).",
        "Correct the coordinates, or give the coordinate system that they are in.",
    ),
    "antimeridian": Fault(
        "warning",
        "Geometries cross the 180th meridian: {count} ({examples}).",
        "Split them there; the planner does not measure across it.",
    ),
    "lon_lat_swapped": Fault(
        "error",
        "Longitude and latitude are swapped: {count} ({examples}).",
        "Accept the repair: they are swapped back.",
        True,
    ),
    "null_island": Fault(
        "warning",
        "Features lie at longitude 0, latitude 0, where nothing is: {count} ({examples}).",
        "Correct their coordinates; an empty cell was probably read as 0.",
    ),
    "outside_district": Fault(
        "warning",
        "Features lie more than {km} km outside the district: {count} of {total} ({examples}).",
        "Check their coordinates; those that do belong elsewhere are not in the way.",
    ),
    "outside_district_all": Fault(
        "error",
        "All {total} features lie more than {km} km outside the district.",
        "Check the coordinate system and that the file is of this district.",
    ),
    "outside_country": Fault(
        "warning",
        "Features lie outside the country: {count} ({examples}).",
        "Correct their coordinates: a digit is wrong, or another system is meant.",
    ),
    "far_from_namesake": Fault(
        "warning",
        "Facilities stand more than {km} km from every place they are named after: {count} ({examples}): {places}.",
        "Check their coordinates, or their names.",
    ),
    "same_point": Fault(
        "warning",
        "Several features stand on exactly one point: {count} ({examples}), at {places}.",
        "Check them: often the true position is unknown and the centre was written instead.",
    ),
    "duplicate_features": Fault(
        "warning",
        "Features are exact copies of others, geometry and attributes: {count} ({examples}).",
        "Accept the repair: one of each is kept.",
        True,
    ),
    "dangling_end": Fault(
        "warning",
        "Ends of lines stop within {tolerance} m of another line without meeting it: {count} ({examples}).",
        "Accept the repair: a common vertex joins them there.",
        True,
    ),
    # Columns
    "column_missing": Fault(
        "error",
        "A {role} layer needs the column {column} (also known as {aliases}); the file has: {columns}.",
        "Rename the column that holds it, or choose another role.",
    ),
    "column_ambiguous": Fault(
        "warning",
        "Several columns could be {column}: {columns}; {chosen} was taken.",
        "Rename the others if {chosen} is not the right one.",
    ),
    "columns_unknown": Fault(
        "info",
        "Columns that the planner does not use: {columns}. They are kept and shown.",
        "Nothing.",
    ),
    "text_garbled": Fault(
        "warning",
        "Texts were read in a wrong encoding before they came into the file: {count} ({examples}); {example} should "
        "be {reads}.",
        "Accept the repair: they are read anew.",
        True,
    ),
    "text_lost": Fault(
        "warning",
        "Letters of texts were lost: {count} ({examples}), for example {example}.",
        "Export the layer again in UTF-8.",
    ),
    "number_text": Fault(
        "warning",
        "The column {column} holds numbers, but here something else, for example {example}: {count} ({examples}).",
        "Correct it; until then the value is not known.",
    ),
    "number_negative": Fault(
        "warning",
        "The column {column} is negative: {count} ({examples}).",
        "Correct it.",
    ),
    "number_zero": Fault(
        "warning",
        "The column {column} is 0 where nothing works without any: {count} ({examples}).",
        "Check it; an empty cell was probably written as 0.",
    ),
    "population_zero": Fault(
        "warning",
        "The population is 0: {count} ({examples}).",
        "Check it; an unknown number was probably written as 0.",
    ),
    "population_missing": Fault(
        "warning",
        "The population is not given: {count} ({examples}).",
        "Fill it in if it is known; these places count nobody.",
    ),
    "population_negative": Fault(
        "error",
        "The population is negative: {count} ({examples}).",
        "Correct it, or accept the repair: it is taken as not given.",
        True,
    ),
    "population_number_format": Fault(
        "error",
        "The population is written as formatted text, for example {example}: {count} ({examples}).",
        "Accept the repair: it is read as a number ({example} becomes {number}).",
        True,
    ),
    "population_too_large": Fault(
        "error",
        "The population is larger than that of the whole world, for example {example}: {count} ({examples}).",
        "Correct it, or accept the repair: it is taken as not given.",
        True,
    ),
    "population_text": Fault(
        "error",
        "The population is not a number, for example {example}: {count} ({examples}).",
        "Correct it, or accept the repair: it is taken as not given.",
        True,
    ),
    "population_fraction": Fault(
        "info",
        "The population is not a whole number: {count} ({examples}).",
        "Nothing, if it is an estimate.",
    ),
}
