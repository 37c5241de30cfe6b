"""Features as tables of PostGIS: types, names and order survive both ways.

PostgreSQL cuts names after 63 bytes and has types of its own. So ``planner_columns`` keeps, for each table, the names
of the layer's columns in their order and what kind each is; the table's columns have the same names where they fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from planner.errors import WorkspaceError
from planner.layers.schema import WGS84
from planner.workspace.database_url import LONGEST_NAME

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from psycopg import Connection

GEOMETRY = "geom"
_FID = "fid"
_SYSTEM = ("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid")
"""Columns that every table of PostgreSQL has of itself."""

_OBJECTS = {
    "string": "text", "empty": "text", "boolean": "bool", "integer": "int8", "floating": "float8",
    "mixed-integer-float": "float8", "bytes": "bytea", "date": "date",
}  # fmt: skip
"""PostgreSQL's type of a column of Python objects, by what pandas finds in it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a layer.

    Attributes
    ----------
    name : str
        As the layer has it.
    stored_as : str
        As the table has it.
    dtype : str
        Of pandas.
    kind : str
        Of PostgreSQL.
    """

    name: str
    stored_as: str
    dtype: str
    kind: str


def columns_of(frame: GeoDataFrame) -> tuple[Column, ...]:
    """Return how the columns of a layer are kept, its geometry apart.

    Raises
    ------
    WorkspaceError
        If a column holds values that have no type in a table.
    """
    names = [str(c) for c in frame.columns if c != frame.geometry.name]
    taken = {_FID, GEOMETRY, *_SYSTEM}
    return tuple(
        Column(name, _fitting(name, taken), _dtype(frame[name]), _kind(frame[name], name)) for name in names
    )


def write(connection: Connection[Any], table: str, frame: GeoDataFrame, columns: Sequence[Column]) -> None:
    """Make a table with the features of a layer."""
    from psycopg import sql

    kinds = [sql.SQL("{} {}").format(sql.Identifier(c.stored_as), sql.SQL(c.kind)) for c in columns]
    connection.execute(
        sql.SQL("CREATE TABLE {} ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join([
                sql.SQL("fid int8 PRIMARY KEY"), *kinds,
                sql.SQL("geom {}").format(sql.SQL(_geometry_kind(frame))),
            ]),
        )
    )  # fmt: skip
    stored = [sql.Identifier(n) for n in (_FID, *(c.stored_as for c in columns), GEOMETRY)]
    copy = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(stored)
    )
    with connection.cursor() as cursor, cursor.copy(copy) as channel:
        # A geometry travels as its well-known bytes do.
        channel.set_types(["int8", *(c.kind for c in columns), "bytea"])
        for row in _rows(frame, columns):
            channel.write_row(row)


def read(connection: Connection[Any], table: str, columns: Sequence[Column]) -> GeoDataFrame:
    """Return the features of a table."""
    from geopandas import GeoDataFrame, GeoSeries
    from psycopg import sql

    stored = [sql.Identifier(c.stored_as) for c in columns]
    query = sql.SQL("SELECT {} FROM {} ORDER BY fid").format(
        sql.SQL(", ").join([*stored, sql.SQL("ST_AsEWKB(geom)")]), sql.Identifier(table)
    )
    with connection.cursor(binary=True) as cursor:
        rows = cursor.execute(query).fetchall()
    values = list(zip(*rows, strict=True)) if rows else [()] * (len(columns) + 1)
    data = {c.name: _series(found, c) for c, found in zip(columns, values[:-1], strict=True)}
    shapes = shapely.set_srid(shapely.from_wkb(list(values[-1])), 0)
    geometry = GeoSeries(shapes, crs=WGS84, index=pd.RangeIndex(len(rows)))
    return GeoDataFrame(pd.DataFrame(data, index=geometry.index), geometry=geometry, crs=WGS84)


def _rows(frame: GeoDataFrame, columns: Sequence[Column]) -> Iterator[tuple[Any, ...]]:
    values = [_values(frame[c.name], c) for c in columns]
    shapes = shapely.set_srid(frame.geometry.to_numpy(), int(WGS84.rpartition(":")[2]))
    blobs = shapely.to_wkb(shapes, include_srid=True, output_dimension=4, byte_order=1)
    return zip(range(1, len(frame) + 1), *values, blobs, strict=True)


def _values(series: pd.Series[Any], column: Column) -> list[Any]:
    there = series.notna().tolist()
    if column.kind in ("timestamptz", "timestamp"):
        given = list(series.dt.to_pydatetime()) if len(series) else []
    else:
        given = series.tolist()
    if column.kind == "float8":
        given = [float(v) if ok else None for v, ok in zip(given, there, strict=True)]
    return [value if ok else None for value, ok in zip(given, there, strict=True)]


def _series(values: Sequence[Any], column: Column) -> pd.Series[Any]:
    if column.kind in ("timestamptz", "timestamp"):
        moments = pd.Series(pd.to_datetime(list(values), utc=column.kind == "timestamptz"))
        return moments.astype(pd.api.types.pandas_dtype(column.dtype))
    return pd.Series(list(values), dtype=pd.api.types.pandas_dtype(column.dtype))


def _dtype(series: pd.Series[Any]) -> str:
    return "object" if isinstance(series.dtype, pd.CategoricalDtype) else str(series.dtype)


def _kind(series: pd.Series[Any], name: str) -> str:
    dtype = series.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return "bool"
    if pd.api.types.is_integer_dtype(dtype):
        return "int8"
    if pd.api.types.is_float_dtype(dtype):
        return "float8"
    if isinstance(dtype, pd.DatetimeTZDtype):
        return "timestamptz"
    if pd.api.types.is_datetime64_dtype(dtype):
        return "timestamp"
    found = pd.api.types.infer_dtype(series.astype(object), skipna=True)
    kind = _OBJECTS.get(found)
    if kind is None:
        raise WorkspaceError(
            "The column {column} holds values that cannot be kept ({reason}).",
            "Turn them into numbers or text, or leave their column out.",
            column=name, reason=found,
        )  # fmt: skip
    return kind


def _fitting(name: str, taken: set[str]) -> str:
    """Return a name of a column that PostgreSQL keeps whole, and nobody else's."""
    plain = name.replace("\0", "") or "column"
    fitting, number = _cut(plain, LONGEST_NAME), 2
    while fitting in taken:
        suffix = f"_{number}"
        fitting, number = _cut(plain, LONGEST_NAME - len(suffix)) + suffix, number + 1
    taken.add(fitting)
    return fitting


def _cut(name: str, limit: int) -> str:
    return name.encode()[:limit].decode(errors="ignore")


def _geometry_kind(frame: GeoDataFrame) -> str:
    """Return the column's type: as narrow as the features are, for the sake of other programs."""
    shapes = frame.geometry.dropna()
    height, measure = {bool(z) for z in shapes.has_z}, {bool(m) for m in shapely.has_m(shapes.to_numpy())}
    if len(height) > 1 or len(measure) > 1:
        return "geometry"
    dimensions = ("Z" if height == {True} else "") + ("M" if measure == {True} else "")
    kinds = set(shapes.geom_type)
    kind = kinds.pop() if len(kinds) == 1 else "Geometry"
    return f"geometry({'LineString' if kind == 'LinearRing' else kind}{dimensions}, 4326)"
