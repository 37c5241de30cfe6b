"""The district's centre: which place it is, and what other districts may know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import orjson

from planner.errors import InputError
from planner.layers.names import place_name
from planner.results import Parity
from planner.results.parity import number
from planner.studies.inputs import Inputs


def centre_of(inputs: Inputs) -> int:
    """Return the index of the district's centre: the place named as such, else the one with most people.

    Among equals, as where no population is known, a town goes before a village, then the first.
    """
    named = named_centre(inputs)
    return _largest(inputs, range(len(inputs.places.ids))) if named is None else named


def named_centre(inputs: Inputs) -> int | None:
    """Return the index of the place that is named as the centre; None where none is, or no place is called so.

    It is named by its id, or by its name in any language and spelling; of several of that name the largest is meant.
    """
    centre, places = inputs.district.centre, inputs.places
    if centre in places.ids:
        return places.ids.index(centre)
    asked = place_name(centre)
    if not asked.key:
        return None
    alike = [
        i
        for i, names in enumerate(places.names)
        if any((asked.key, asked.number) == (n.key, n.number) for n in map(place_name, names.values()))
    ]
    return _largest(inputs, alike) if alike else None


def _largest(inputs: Inputs, among: Sequence[int]) -> int:
    chosen = np.asarray(among, dtype=np.int64)
    located = np.isfinite(inputs.place_xy[chosen]).all(axis=1)
    town = np.array([inputs.places.area_types[i] == "urban" for i in chosen], dtype=bool)
    people = np.where(located, inputs.places.population[chosen], -1.0)
    return int(chosen[np.lexsort((np.arange(len(chosen)), ~town, -people))[0]])


def centre_as_reference(inputs: Inputs, found: Parity, kind: str, path: Path) -> None:
    """Write a district's centre as a reference place: what its standards measure there.

    Parameters
    ----------
    inputs : Inputs
    found : Parity
        Of the same district.
    kind : str
        ``regional_centre`` or ``capital``.
    path : pathlib.Path
        Of the GeoJSON file.

    Raises
    ------
    InputError
        If the centre is not located, or the file cannot be written.
    """
    centre = centre_of(inputs)
    lon, lat = float(inputs.places.lon[centre]), float(inputs.places.lat[centre])
    if not np.isfinite([lon, lat]).all():
        raise InputError(
            "The district's centre {name} has no coordinates.",
            "Add them to the layer of settlements.",
            name=inputs.places.name(centre, "en"),
        )
    values = {
        standard: float(measure.at_reference[0])
        for service in found.services
        for measure in service.measures
        for standard in measure.alike
    }
    try:
        _write_reference(path, kind, inputs.places.names[centre], (lon, lat), values)
    except OSError as error:
        raise InputError(
            "The file {file} cannot be written: {reason}.",
            "Name a folder that exists and that you may write to.",
            file=path.name, reason=error.strerror or str(error),
        ) from error  # fmt: skip


def _write_reference(
    path: Path, kind: str, name: Mapping[str, str], at: tuple[float, float], values: Mapping[str, float]
) -> None:
    known = {standard: number(value) for standard, value in values.items()}
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(at[0], 6), round(at[1], 6)]},
        "properties": {
            "id": kind,
            **{f"name_{language}": text for language, text in name.items()},
            "reference": kind,
            **{standard: value for standard, value in known.items() if value is not None},
        },
    }
    path.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": [feature]}))
