"""Layers to keep, and what it means that one came back as it was."""

from __future__ import annotations

from typing import Any

import shapely
from geopandas import GeoDataFrame

from planner.layers.schema import Role
from planner.workspace import Addition, LayerOrigin, LayerRecord, Workspace

TITLE = {"en": "A layer", "ru": "Слой", "be": "Слой ‘з цудам’"}


def points(n: int, **columns: Any) -> GeoDataFrame:
    """Return n points, one of them without a position where there are more than two."""
    shapes: list[Any] = [shapely.Point(27 + i / 100, 55 + i / 200) for i in range(n)]
    if n > 2:
        shapes[1] = None
    return GeoDataFrame({"id": [f"f{i}" for i in range(n)], **columns}, geometry=shapes, crs="EPSG:4326")


def add(
    workspace: Workspace, frame: GeoDataFrame, service: str = "club", expected: str | None = None, **more: Any
) -> LayerRecord:
    """Add a layer, a layer of facilities where no other role is named."""
    role = more.pop("role", Role.FACILITIES)
    origin = LayerOrigin(**more)
    return workspace.add(frame, role, service, title=TITLE, origin=origin, expected=expected)


def addition(frame: GeoDataFrame, service: str) -> Addition:
    """Return a layer of facilities to import."""
    return Addition(frame, Role.FACILITIES, service, TITLE, LayerOrigin(file_name="country.osm.pbf"))


def bring(workspace: Workspace, n: int, *services: str, expected: str | None = None) -> None:
    """Import layers of n points."""
    workspace.add_all([addition(points(n), s) for s in services], expected=expected)


def same(found: GeoDataFrame, given: GeoDataFrame) -> None:
    """Fail where features differ in any value, type, name, order, position or coordinate system."""
    assert list(found.columns) == list(given.columns)
    assert found.crs == given.crs
    assert (
        shapely.to_wkb(found.geometry.to_numpy()).tolist()
        == shapely.to_wkb(given.geometry.to_numpy()).tolist()
    )
    for column in given.columns.drop("geometry"):
        assert found[column].isna().tolist() == given[column].isna().tolist(), column
        there = ~given[column].isna()
        assert found[column][there].tolist() == given[column][there].tolist(), column
        kinds = {type(v) for v in given[column][there].tolist()}
        assert {type(v) for v in found[column][there].tolist()} == kinds, column
