"""A layer as the analysis takes it: its features, and their geometries on the district's grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from planner.layers.coded import coded
from planner.layers.grid import Grid
from planner.standards.model import Text
from planner.workspace import LayerRecord

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]


FROM = "from_district"
"""The column of a district's layer that says which district a feature was brought from; empty for its own."""


@dataclass(frozen=True)
class Layer:
    """A layer of a workspace with its features, geometries on the district's grid beside them.

    Attributes
    ----------
    record : LayerRecord
    frame : GeoDataFrame
        WGS 84.
    grid : Grid
        The district's.
    """

    record: LayerRecord
    frame: GeoDataFrame
    grid: Grid

    @cached_property
    def shapes(self) -> ObjectArray:
        """Geometries on the grid, made when they are asked for; None where a feature has no geometry."""
        return np.asarray(self.grid.project(self.frame.geometry.to_numpy()), dtype=object)

    @cached_property
    def placed(self) -> bool:
        """Whether any of its features has a position; a layer without features has nothing to be placed."""
        shapes = self.frame.geometry.to_numpy()
        return not len(shapes) or not bool((shapely.is_missing(shapes) | shapely.is_empty(shapes)).all())

    @property
    def modelled(self) -> bool:
        """Whether it holds anything modelled rather than real."""
        said = "source" in self.frame and bool((self.frame["source"] == "modelled").any())
        return self.record.origin.modelled or said

    @cached_property
    def brought(self) -> BoolArray:
        """Which features were brought from neighbouring districts, (n,) bool."""
        return np.asarray(self.texts(FROM) != "", dtype=bool)

    def numbers(self, column: str) -> FloatArray:
        """Return a column as numbers, NaN where there is none."""
        if column not in self.frame:
            return np.full(len(self.frame), np.nan)
        return _numbers(self.frame[column])

    def texts(self, column: str) -> ObjectArray:
        """Return a column as texts, empty where there is none; whole numbers without decimals."""
        if column not in self.frame:
            return np.full(len(self.frame), "", dtype=object)
        values = self.frame[column]
        given = ~values.isna()
        if values.dtype.kind == "f" and ((values[given] % 1 == 0) & (values[given].abs() < 2**53)).all():
            # A column of whole numbers with one missing is kept as decimals: 12.0 is the place 12.
            values = values.fillna(0).astype(np.int64)
        return np.where(given, values.astype(str), "").astype(object)

    def flags(self, column: str) -> BoolArray:
        """Return a column as yes or no; no where there is none."""
        return flags(self.texts(column))

    def matching(self, where: Mapping[str, Sequence[str]]) -> BoolArray:
        """Return which features have one of the wanted values in each of the columns."""
        found = np.ones(len(self.frame), dtype=bool)
        for column, wanted in where.items():
            names, code = coded(self.texts(column))
            found &= np.isin(names, list(wanted))[code]
        return found


def layer_names(layer: Layer) -> tuple[Text, ...]:
    """Return the name of each feature in every language; where one is missing, the nearest that there is."""
    plain, ids = layer.texts("name"), layer.texts("id")
    ru, be, en = (layer.texts(f"name_{language}") for language in ("ru", "be", "en"))
    return tuple(
        {
            "ru": ru[i] or plain[i] or be[i] or en[i] or ids[i],
            "be": be[i] or plain[i] or ru[i] or en[i] or ids[i],
            "en": en[i] or plain[i] or ru[i] or be[i] or ids[i],
        }
        for i in range(len(ids))
    )


def _numbers(values: Series[Any]) -> FloatArray:
    import pandas as pd

    return np.asarray(pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan))


def flags(texts: ObjectArray) -> BoolArray:
    """Return texts as yes or no."""
    names, code = coded(texts)
    return np.asarray(
        np.isin(np.char.lower(names), ("1", "1.0", "true", "yes", "да", "так"))[code], dtype=bool
    )
