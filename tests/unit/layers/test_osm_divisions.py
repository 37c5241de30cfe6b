"""Rural councils, their centres and buildings out of small extracts, with answers that can be read off them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely

from planner.layers.osm import OsmDistrict, read_osm
from planner.layers.schema import BUILDING, Role

STEP_M = 63.95
"""Length of 0.001° of longitude at 55.005° N, metres (WGS 84: π/180 · a cos φ / √(1 − e² sin² φ))."""
NORTH_M = 111.35
"""Length of 0.001° of latitude there."""


class Extract:
    """Squares on a grid of 0.001°, west to east; each object gets its number as it is named."""

    def __init__(self) -> None:
        self.nodes: list[str] = []
        self.ways: list[str] = []
        self.relations: list[str] = []
        self.known: dict[tuple[float, float], int] = {}

    def point(self, x: float, y: float, **tags: str) -> int:
        if not tags and (x, y) in self.known:
            return self.known[x, y]
        number = len(self.nodes) + 1
        at = f'lon="{28 + x / 1000:.7f}" lat="{55 + y / 1000:.7f}"'
        self.nodes.append(f'<node id="{number}" version="1" {at}>{_tags(tags)}</node>')
        if not tags:
            self.known[x, y] = number
        return number

    def area(self, x: float, y: float, wide: float, high: float, **tags: str) -> int:
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
        refs = "".join(f'<nd ref="{self.point(*corner)}"/>' for corner in corners)
        self.ways.append(f'<way id="{len(self.ways) + 1}" version="1">{refs}{_tags(tags)}</way>')
        return len(self.ways)

    def boundary(self, way: int, level: str, *centre: tuple[int, str], **tags: str) -> int:
        points = "".join(f'<member type="node" ref="{ref}" role="{role}"/>' for ref, role in centre)
        told = {"type": "boundary", "boundary": "administrative", "admin_level": level, **tags}
        self.relations.append(
            f'<relation id="{len(self.relations) + 1}" version="1">'
            f'<member type="way" ref="{way}" role="outer"/>{points}{_tags(told)}</relation>'
        )
        return len(self.relations)

    def read(self, folder: Path, **options: Any) -> OsmDistrict:
        path = folder / "extract.osm"
        objects = "".join([*self.nodes, *self.ways, *self.relations])
        path.write_text(f'<?xml version="1.0"?><osm version="0.6">{objects}</osm>', "utf-8")
        return read_osm(path, **options)


def _tags(tags: dict[str, str]) -> str:
    return "".join(f'<tag k="{key.replace("__", ":")}" v="{text}"/>' for key, text in tags.items())


def layer(found: OsmDistrict, role: Role, service: str = "") -> pd.DataFrame | None:
    frames = [e.reading.frame for e in found.layers if (e.role, e.service) == (role, service)]
    return frames[0].set_index("id") if frames else None


@pytest.fixture
def district() -> Extract:
    """Return a district of two rural councils, of which one has its seat, beside a third in the next district."""
    made = Extract()
    seat = made.point(2, 2, place="village", name="Псуя")
    other = made.point(7, 2, place="village", name="Удзела")
    made.point(3, 3, place="hamlet", name="Бор")
    made.boundary(made.area(0, 0, 10, 5), "6", name="Раён")
    made.boundary(made.area(0, 0, 5, 5), "8", (seat, "admin_centre"), (other, "label"),
                  name="Псуеўскі сельсавет", name__ru="Псуевский сельсовет", population="812")  # fmt: skip
    made.boundary(made.area(5, 0, 5, 5), "8", (other, "label"), name="Удзелаўскі сельсавет")
    made.boundary(made.area(10, 0, 5, 5), "8", name="Чужы сельсавет")
    return made


def test_rural_councils_of_the_district_become_zones(district: Extract, tmp_path: Path) -> None:
    zones = layer(district.read(tmp_path, district="Раён"), Role.ZONES)
    assert zones is not None
    assert zones["name"].tolist() == ["Псуеўскі сельсавет", "Удзелаўскі сельсавет"]
    assert zones["name_ru"].tolist()[0] == "Псуевский сельсовет"
    assert zones["population"].tolist()[0] == 812
    assert pd.isna(zones["population"].iloc[1])
    assert zones.geometry["r2"].equals(shapely.box(28, 55, 28.005, 55.005))


def test_centres_are_told_by_the_boundary(district: Extract, tmp_path: Path) -> None:
    places = layer(district.read(tmp_path, district="Раён"), Role.DEMAND)
    assert places is not None
    # The name of the second council stands at its village: with no administrative centre told, that is its seat.
    assert places.set_index("name")["council_centre"].fillna("").to_dict() == {
        "Псуя": "yes",
        "Удзела": "yes",
        "Бор": "",
    }


def test_a_finer_level_is_taken_only_where_the_coarser_is_missing(tmp_path: Path) -> None:
    made = Extract()
    made.boundary(made.area(0, 0, 10, 5), "6", name="Раён")
    made.boundary(made.area(0, 0, 5, 5), "9", name="Квартал")
    zones = layer(made.read(tmp_path, district="Раён"), Role.ZONES)
    assert zones is not None
    assert zones["name"].tolist() == ["Квартал"]
    made.boundary(made.area(5, 0, 5, 5), "8", name="Сельсавет")
    zones = layer(made.read(tmp_path, district="Раён"), Role.ZONES)
    assert zones is not None
    assert zones["name"].tolist() == ["Сельсавет"]


def test_a_district_is_no_zone_of_itself(tmp_path: Path) -> None:
    made = Extract()
    outline = made.area(0, 0, 10, 5)
    made.boundary(outline, "6", name="Горад")
    made.boundary(outline, "8", name="Горад, сельсавет")
    assert layer(made.read(tmp_path, district="r1"), Role.ZONES) is None
    assert layer(made.read(tmp_path, outline=shapely.box(28, 55, 28.010, 55.005)), Role.ZONES) is None


def test_what_the_extract_cuts_is_told_where_it_lies_in_the_district(
    district: Extract, tmp_path: Path
) -> None:
    within = district.point(5, 0), district.point(7.5, 2.5)
    beside = district.point(10, 0), district.point(15, 0)
    for number, ends in ((3, within), (4, beside)):
        refs = "".join(f'<nd ref="{end}"/>' for end in ends)
        district.ways[number - 1] = f'<way id="{number}" version="1">{refs}</way>'
    found = district.read(tmp_path, district="Раён")
    zones = layer(found, Role.ZONES)
    assert zones is not None
    assert zones["name"].tolist() == ["Псуеўскі сельсавет"]
    told = {f.code: f.feature_ids for e in found.layers for f in e.reading.findings}
    assert told["osm_area_open"] == ("r3",)


def test_buildings_have_footprint_floor_area_and_dwellings(tmp_path: Path) -> None:
    made = Extract()
    made.area(0, 5, 1, 1, building="yes")
    made.area(
        2, 5, 1, 1, building="apartments", building__levels="3", building__flats="36", addr__housenumber="7А"
    )
    made.area(4, 5, 1, 1, building="garage")
    made.area(6, 5, 1, 1, building="yes", amenity="school")
    made.area(8, 5, 1, 1, building="no")
    found = made.read(tmp_path)
    houses = layer(found, Role.DEMAND, BUILDING)
    assert houses is not None
    assert houses.index.tolist() == ["w1", "w2", "w3", "w4"]
    # Spherical by hand to 0.2 %, so that a mix-up of degrees, metres or the scale of the grid would show.
    assert houses["footprint_m2"].tolist() == pytest.approx([STEP_M * NORTH_M] * 4, rel=2e-3)
    assert houses["floor_m2"]["w2"] == pytest.approx(3 * houses["footprint_m2"]["w2"], abs=0.2)
    assert houses["floor_m2"].isna().tolist() == [True, False, True, True]
    assert houses["dwellings"]["w2"] == 36
    assert houses["residential"].fillna("").tolist() == ["", "", "no", "no"]
    assert houses["housenumber"]["w2"] == "7А"
    assert houses["population"].isna().all()
    assert set(houses.geom_type) == {"Polygon"}
    # A school that is a building is a school as well.
    assert layer(found, Role.FACILITIES, "school") is not None


def test_a_building_with_a_court_is_smaller_by_it(tmp_path: Path) -> None:
    made = Extract()
    outer, inner = made.area(0, 0, 4, 4), made.area(1, 1, 2, 2)
    tags = _tags({"type": "multipolygon", "building": "yes"})
    made.relations.append(
        f'<relation id="1" version="1"><member type="way" ref="{outer}" role="outer"/>'
        f'<member type="way" ref="{inner}" role="inner"/>{tags}</relation>'
    )
    houses = layer(made.read(tmp_path), Role.DEMAND, BUILDING)
    assert houses is not None
    assert houses["footprint_m2"]["r1"] == pytest.approx(12 * STEP_M * NORTH_M, rel=2e-3)


def test_levels_that_cannot_be_are_not_believed(tmp_path: Path) -> None:
    made = Extract()
    made.area(0, 0, 1, 1, building="yes", building__levels="2;3")
    made.area(2, 0, 1, 1, building="yes", building__levels="5000")
    found = made.read(tmp_path)
    told = {f.code: f.feature_ids for e in found.layers for f in e.reading.findings}
    assert told == {"osm_value_unread": ("w1", "w2")}


KINDS = [
    ("post_office", {"amenity": "post_office"}), ("post_box", {"amenity": "post_box"}),
    ("mast", {"man_made": "mast", "tower:type": "communication"}), ("mast", {"man_made": "communications_tower"}),
    ("clinic", {"amenity": "clinic"}), ("clinic", {"amenity": "hospital"}), ("clinic", {"amenity": "doctors"}),
    ("clinic", {"healthcare": "doctor"}), ("pharmacy", {"amenity": "pharmacy"}), ("school", {"amenity": "school"}),
    ("kindergarten", {"amenity": "kindergarten"}), ("shop", {"shop": "convenience"}), ("shop", {"shop": "supermarket"}),
    ("bank", {"amenity": "bank"}), ("library", {"amenity": "library"}), ("club", {"amenity": "community_centre"}),
    ("bus", {"highway": "bus_stop"}), ("bus", {"amenity": "bus_station"}), ("railway", {"railway": "halt"}),
    ("railway", {"railway": "station"}), ("fire", {"amenity": "fire_station"}),
]  # fmt: skip


@pytest.mark.parametrize(("service", "tags"), KINDS)
@pytest.mark.parametrize("shape", ["point", "area"])
def test_each_kind_of_facility_is_taken_as_point_and_as_area(
    service: str, tags: dict[str, str], shape: str, tmp_path: Path
) -> None:
    made = Extract()
    told = {key.replace(":", "__"): value for key, value in tags.items()}
    made.point(1, 1, **told) if shape == "point" else made.area(1, 1, 1, 1, **told)
    found = made.read(tmp_path)
    assert [(e.role, e.service, len(e.reading.frame)) for e in found.layers] == [
        (Role.FACILITIES, service, 1)
    ]


@pytest.mark.parametrize(
    ("service", "tags"),
    [
        ("power", {"power": "line"}), ("power", {"power": "minor_line"}),
        ("water", {"man_made": "pipeline", "substance": "water"}),
        ("heating", {"man_made": "pipeline", "substance": "hot_water"}),
        ("gas", {"man_made": "pipeline", "substance": "gas"}),
        ("sewerage", {"man_made": "pipeline", "substance": "sewage"}),
        ("pipeline", {"man_made": "pipeline"}), ("pipeline", {"man_made": "pipeline", "substance": "oil"}),
    ],
)  # fmt: skip
def test_each_kind_of_main_is_taken(service: str, tags: dict[str, str], tmp_path: Path) -> None:
    made = Extract()
    refs = "".join(f'<nd ref="{made.point(x, 0)}"/>' for x in range(2))
    made.ways.append(f'<way id="1" version="1">{refs}{_tags(tags)}</way>')
    found = made.read(tmp_path)
    assert [(e.role, e.service, len(e.reading.frame)) for e in found.layers] == [(Role.LINES, service, 1)]
