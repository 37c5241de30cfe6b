"""What of a district's layers is drawn: the roads that a map has room for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from planner.layers.coded import coded

if TYPE_CHECKING:
    from planner.studies.layer import Layer

IntArray = npt.NDArray[np.int64]
ObjectArray = npt.NDArray[np.object_]

_MOST_DRAWN = 120_000
_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")


def road_features(layer: Layer) -> Mapping[str, Any]:
    """Return the roads worth drawing as a GeoJSON feature collection with ``road_class`` and ``surface``."""
    classes, surfaces = layer.texts("road_class"), layer.texts("surface")
    drawn = _worth_drawing(classes)
    shapes = shapely.set_precision(layer.frame.geometry.to_numpy()[drawn], 1e-5, mode="pointwise")
    # There are few looks and many roads: those of one look share what is said of them.
    said: dict[tuple[str, str], dict[str, str]] = {}
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": orjson.loads(text),
                "properties": said.setdefault(
                    (classes[i], surfaces[i]), {"road_class": classes[i], "surface": surfaces[i]}
                ),
            }
            for i, text in zip(drawn, shapely.to_geojson(shapes), strict=True)
            if text is not None
        ],
    }


def _worth_drawing(classes: ObjectArray) -> IntArray:
    """Return which roads are drawn: all, or where they are too many for a map the greater classes that fit."""
    if classes.size <= _MOST_DRAWN:
        return np.arange(classes.size)
    names, of_name = coded(classes)
    ranks = {name: number for number, name in enumerate(_CLASSES)}
    rank = np.array([ranks.get(name.removesuffix("_link"), len(_CLASSES)) for name in names])[of_name]
    enough = max((r for r in range(len(_CLASSES)) if (rank <= r).sum() <= _MOST_DRAWN), default=-1)
    return np.flatnonzero(rank <= enough)
