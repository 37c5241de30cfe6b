"""Small towns with answers that can be worked out by hand.

A town is drawn in metres on the ground around :data:`ORIGIN`, x to the east, y to the north. The origin lies on the
central meridian of a UTM zone, where a metre on the ground is 0.9996 m on the grid and stays so, to two parts in a
million, over the ten kilometres that a town takes. Numbers that come back agree with those drawn to :data:`CLOSE`.

Speeds by car, out of ``planner/network/speeds.yaml``: a paved tertiary road (what :meth:`Town.road` draws unless told
otherwise) 60 km/h, which is 1 km a minute; the way from a place to the road 10 km/h, which is 6 minutes a kilometre.
On foot 4.5 km/h everywhere: 75 m a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from pyproj import Transformer

from planner.layers.schema import WGS84, Role
from planner.results import Assessment, StandardResult, State
from planner.standards.catalogue import load as load_standards
from planner.standards.model import AreaRule, Indicator, Measure, Standard
from planner.studies.assess import assess_inputs
from planner.studies.inputs import Inputs, load
from planner.workspace import District, LayerOrigin, Workspace, create_workspace

ORIGIN = (27.0, 55.0)
"""Longitude and latitude: on the central meridian of UTM zone 35."""

CLOSE = 5e-6
"""Relative difference between a length drawn and the same length measured."""

Point = tuple[float, float]
Box = tuple[float, float, float, float]

_GROUND = 0.9996
_plane = Transformer.from_crs(WGS84, "EPSG:32635", always_xy=True)
_EAST, _NORTH = _plane.transform(*ORIGIN)

UNITS = {
    Indicator.TRAVEL_TIME: "min",
    Indicator.TRAVEL_DISTANCE: "m",
    Indicator.STRAIGHT_DISTANCE: "m",
    Indicator.DISTANCE_TO_LINE: "m",
    Indicator.WITHIN_AREA: "",
    Indicator.FACILITIES_PER_PEOPLE: "people",
    Indicator.CAPACITY_PER_PEOPLE: "people",
}


def degrees(points: Sequence[Point]) -> list[Point]:
    """Return longitude and latitude of points given in metres around the origin."""
    x, y = np.array(points, dtype=float).T
    lon, lat = _plane.transform(_EAST + x * _GROUND, _NORTH + y * _GROUND, direction="INVERSE")
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def box(corners: Box) -> Any:
    """Return a rectangle (west, south, east, north, metres) as a polygon in degrees."""
    west, south, east, north = corners
    return shapely.Polygon(degrees([(west, south), (east, south), (east, north), (west, north)]))


def standard(
    indicator: str,
    threshold: float = 1.0,
    *sources: str,
    id: str = "s",
    comparator: str = "<=",
    mode: str | None = None,
    target: float | None = None,
    types: tuple[str, ...] = (),
    people: tuple[float | None, float | None] = (None, None),
    centre: bool | None = None,
    jurisdiction: str = "BY",
    **measure: Any,
) -> Standard:
    """Return a standard on the services `sources` (a post office unless named), the first of them its own."""
    kind = Indicator(indicator)
    served = sources or ("post_office",)
    over_network = kind in (Indicator.TRAVEL_TIME, Indicator.TRAVEL_DISTANCE, Indicator.NEAREST_VALUE)
    return Standard(
        id=id,
        jurisdiction=jurisdiction,
        layer="post",
        service=served[0],
        title={"en": f"Standard {id}"},
        measure=Measure(
            indicator=kind,
            threshold=threshold,
            unit=measure.pop("unit", UNITS.get(kind, "units")),
            comparator=comparator,
            sources=tuple(served),
            mode=mode or ("car" if over_network else None),
            **measure,
        ),
        area=AreaRule(types, *people, centre),
        target_share=target,
        legal_basis={"en": "An act"},
        clause="1",
        url="https://example.org/act",
        status="current",
        confidence="read",
        kind="norm",
        note="",
    )


class Town:
    """A town in the making: features are added in metres, then written into a workspace.

    Parameters
    ----------
    path : pathlib.Path
        Where the workspace is to be.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._features: dict[tuple[Role, str], list[dict[str, Any]]] = {}

    def place(
        self, id: str, at: Point | None, population: float = 100, kind: str | None = "village", **more: Any
    ) -> Town:
        """Add a settlement; without a position it is not located."""
        point = None if at is None else shapely.Point(degrees([at])[0])
        self._add(Role.DEMAND, "", id=id, population=float(population), kind=kind, geometry=point, **more)
        return self

    def road(self, *points: Point, road_class: str = "tertiary", surface: str = "paved", **more: Any) -> Town:
        """Add a road through points."""
        line = shapely.LineString(degrees(points))
        more = {"oneway": "no", **more}
        self._add(Role.ROADS, "", road_class=road_class, surface=surface, geometry=line, **more)
        return self

    def facility(self, service: str, at: Point | None, **attributes: Any) -> Town:
        """Add a service point; their ids are 0, 1, 2 … within the service unless given."""
        point = None if at is None else shapely.Point(degrees([at])[0])
        self._add(Role.FACILITIES, service, geometry=point, **attributes)
        return self

    def nothing_of(self, service: str) -> Town:
        """Add an empty layer of facilities: it is known that there are none."""
        self._features.setdefault((Role.FACILITIES, service), [])
        return self

    def area(self, service: str, corners: Box, **attributes: Any) -> Town:
        """Add a rectangle in which a service is to be had."""
        self._add(Role.SERVICE_AREA, service, geometry=box(corners), **attributes)
        return self

    def line(self, service: str, *points: Point, **attributes: Any) -> Town:
        """Add a line of a service, such as a water main."""
        self._add(Role.LINES, service, geometry=shapely.LineString(degrees(points)), **attributes)
        return self

    def zone(self, id: str, corners: Box, **more: Any) -> Town:
        """Add a rural council."""
        self._add(Role.ZONES, "", id=id, name=id, geometry=box(corners), **more)
        return self

    def boundary(self, corners: Box) -> Town:
        """Give the district its outline."""
        self._add(Role.BOUNDARY, "", geometry=box(corners))
        return self

    def _add(self, role: Role, service: str, *, geometry: Any, **attributes: Any) -> None:
        features = self._features.setdefault((role, service), [])
        features.append({"id": str(len(features)), **attributes, "geometry": geometry})

    def frames(self) -> dict[tuple[Role, str], GeoDataFrame]:
        """Return the layers as they are kept."""
        return {
            key: GeoDataFrame(features or {"id": [], "geometry": []}, geometry="geometry", crs=WGS84)
            for key, features in self._features.items()
        }

    def workspace(self) -> Workspace:
        """Write the town into a new workspace."""
        made = create_workspace(self.path, District({"en": "Town", "ru": "Город", "be": "Горад"}))
        for (role, service), frame in self.frames().items():
            made.add(frame, role, service, title={"en": service or str(role)}, origin=LayerOrigin())
        return made

    def inputs(self) -> Inputs:
        """Write the town and read it for the analysis."""
        self.path.unlink(missing_ok=True)
        return load(self.workspace())

    def assess(self, *standards: Standard) -> Assessment:
        """Write the town and measure it against standards."""
        return assess_inputs(self.inputs(), standards, load_standards())

    def judge(self, one: Standard) -> StandardResult:
        """Write the town and return what one standard gives."""
        return self.assess(one).results[0]


def states_of(result: StandardResult) -> list[str]:
    """Return the state of each place by its name."""
    return [State(int(code)).label for code in result.state]
