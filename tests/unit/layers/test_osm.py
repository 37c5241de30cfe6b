"""OpenStreetMap extracts, small enough to be written by hand, with answers that can be read off them."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pandas as pd
import pytest
import shapely

from planner.errors import InputError
from planner.layers.osm import OsmDistrict, read_osm
from planner.layers.osm_mapping import read_mapping
from planner.layers.osm_values import people, speed_kmh
from planner.layers.schema import Role

STEP = 0.001  # of latitude: 111 m


class Extract:
    """An extract in the making; positions are given in steps east and north of 28 E, 55 N."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "extract.osm"
        self._objects: list[str] = []
        self._next = 1

    def node(self, east: float, north: float, /, **tags: str) -> int:
        number = self._number()
        at = f'lon="{28 + east * STEP:.7f}" lat="{55 + north * STEP:.7f}"'
        self._objects.append(f'<node id="{number}" version="1" {at}>{_tags(tags)}</node>')
        return number

    def way(self, nodes: list[int], /, **tags: str) -> int:
        number = self._number()
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        self._objects.append(f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>')
        return number

    def line(self, *points: tuple[float, float], **tags: str) -> int:
        return self.way([self.node(*point) for point in points], **tags)

    def area(self, west: float, south: float, side: float, /, **tags: str) -> int:
        corners = [(west, south), (west + side, south), (west + side, south + side), (west, south + side)]
        nodes = [self.node(*corner) for corner in corners]
        return self.way([*nodes, nodes[0]], **tags)

    def relation(self, members: list[tuple[int, str]], /, **tags: str) -> int:
        number = self._number()
        refs = "".join(f'<member type="way" ref="{way}" role="{role}"/>' for way, role in members)
        self._objects.append(f'<relation id="{number}" version="1">{refs}{_tags(tags)}</relation>')
        return number

    def text(self) -> str:
        ordered = sorted(
            self._objects,
            key=lambda o: ("node", "way", "relation").index(o[1 : min(o.index(" "), o.index(">"))]),
        )
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">{"".join(ordered)}</osm>\n'

    def read(self, **options: Any) -> OsmDistrict:
        self.path.write_text(self.text(), "utf-8")
        return read_osm(self.path, **options)

    def _number(self) -> int:
        self._next += 1
        return self._next


def _tags(tags: dict[str, str]) -> str:
    # Python's names have no colons: two underscores stand for one.
    return "".join(f"<tag k={quoteattr(k.replace('__', ':'))} v={quoteattr(v)}/>" for k, v in tags.items())


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    return Extract(tmp_path)


def layer(found: OsmDistrict, role: Role, service: str = "") -> pd.DataFrame:
    frame: pd.DataFrame = next(
        each.reading.frame for each in found.layers if (each.role, each.service) == (role, service)
    )
    indexed: pd.DataFrame = frame.set_index("id", drop=False)
    return indexed


def facilities(found: OsmDistrict, service: str) -> pd.DataFrame:
    return layer(found, Role.FACILITIES, service)


def findings(found: OsmDistrict) -> dict[str, tuple[str, ...]]:
    return {f.code: f.feature_ids for each in found.layers for f in each.reading.findings}


class TestRoads:
    def test_tags_become_columns(self, extract: Extract) -> None:
        way = extract.line(
            (0, 0), (1, 0),
            highway="secondary", surface="asphalt", maxspeed="30 mph", bridge="yes", tunnel="no", layer="1",
            name="Лясная", name__ru="Лесная",
        )  # fmt: skip
        row = layer(extract.read(), Role.ROADS).loc[f"w{way}"]
        told = ("road_class", "surface", "osm_surface", "speed_kmh", "bridge", "level", "name", "name_ru")
        assert [row[column] for column in told] == [
            "secondary", "paved", "asphalt", 48.3, "yes", 1, "Лясная", "Лесная",
        ]  # fmt: skip
        assert "tunnel" not in row

    @pytest.mark.parametrize(
        ("tags", "oneway"),
        [
            ({}, None),
            ({"oneway": "yes"}, "yes"),
            ({"oneway": "-1"}, "-1"),
            ({"oneway": "no", "junction": "roundabout"}, None),
            ({"junction": "roundabout"}, "yes"),
            ({"oneway": "alternating"}, None),
        ],
    )
    def test_oneway(self, extract: Extract, tags: dict[str, str], oneway: str | None) -> None:
        extract.line((5, 5), (6, 5), highway="residential", oneway="yes")
        way = extract.line((0, 0), (1, 0), highway="residential", **tags)
        found = layer(extract.read(), Role.ROADS)["oneway"][f"w{way}"]
        assert (None if pd.isna(found) else found) == oneway

    def test_a_roundabout_stays_a_ring(self, extract: Extract) -> None:
        way = extract.area(0, 0, 1, highway="tertiary", junction="roundabout")
        assert layer(extract.read(), Role.ROADS).geometry[f"w{way}"].is_closed

    def test_what_is_closed_to_all_is_left_out_and_what_walkers_may_use_is_theirs(
        self, extract: Extract
    ) -> None:
        private = extract.line((0, 0), (1, 0), highway="service", access="private")
        walkers = extract.line((0, 1), (1, 1), highway="track", motor_vehicle="no")
        ours = extract.line((0, 2), (1, 2), highway="service", access="no", motor_vehicle="yes")
        found = extract.read()
        roads = layer(found, Role.ROADS)
        assert dict(roads["road_class"]) == {f"w{walkers}": "path", f"w{ours}": "service"}
        assert roads["foot"][f"w{ours}"] == "no"
        assert findings(found)["osm_roads_closed"] == (f"w{private}",)

    def test_planned_roads_and_squares_are_none(self, extract: Extract) -> None:
        extract.line((0, 0), (1, 0), highway="proposed")
        extract.area(0, 0, 1, highway="pedestrian", area="yes")
        assert extract.read().layers == ()

    def test_crossing_roads_share_exactly_the_point_that_they_share(self, extract: Extract) -> None:
        middle = extract.node(0.123456, 0.654321)
        for east in (-1, 1):
            extract.way([extract.node(east, 0), middle], highway="residential")
        ends = layer(extract.read(), Role.ROADS).geometry.map(lambda line: line.coords[-1])
        assert ends.nunique() == 1

    def test_points_that_the_extract_lacks_cut_the_line(self, extract: Extract) -> None:
        nodes = [extract.node(i, 0) for i in range(5)]
        way = extract.way([*nodes[:2], 999_999, *nodes[2:]], highway="tertiary")
        found = extract.read()
        assert shapely.get_num_geometries(layer(found, Role.ROADS).geometry[f"w{way}"]) == 2
        assert findings(found)["osm_lines_incomplete"] == (f"w{way}",)

    @pytest.mark.parametrize(
        ("tags", "surface"),
        [
            ({"highway": "residential"}, None),
            ({"highway": "residential", "surface": "dirt/sand"}, "unpaved"),
            ({"highway": "track"}, "unpaved"),
            ({"highway": "track", "tracktype": "grade1"}, "paved"),
            ({"highway": "primary", "surface": "gravel"}, "unpaved"),
        ],
    )
    def test_surface(self, extract: Extract, tags: dict[str, str], surface: str | None) -> None:
        extract.line((5, 5), (6, 5), highway="primary")
        way = extract.line((0, 0), (1, 0), **tags)
        found = layer(extract.read(), Role.ROADS)["surface"][f"w{way}"]
        assert (None if pd.isna(found) else found) == surface


class TestValues:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("1234", 1234), ("1 234", 1234), ("1,234", 1234), ("1.234.567", 1_234_567), ("~50", 50),
            ("каля 300", 300), ("120 (2019)", 120), ("0", 0), ("100-200", None), ("12;13", None), ("many", None),
            ("12.5", None), ("-3", None), ("", None), ("9" * 30, None),
        ],
    )  # fmt: skip
    def test_people(self, text: str, number: float | None) -> None:
        assert people(text) == number

    @pytest.mark.parametrize(
        ("text", "kmh"),
        [
            ("60", 60), ("60 km/h", 60), ("20 mph", 32.2), ("RU:urban", 60), ("RU:rural", None), ("none", None),
            ("50;70", None), ("0", None), ("9999", None), ("", None),
        ],
    )  # fmt: skip
    def test_speed(self, text: str, kmh: float | None) -> None:
        assert speed_kmh(text, read_mapping().roads.speeds) == kmh


class TestPlaces:
    def test_kinds_names_and_populations(self, extract: Extract) -> None:
        town = extract.node(0, 0, place="town", name="Глыбокае", name__ru="Глубокое", name__en="Hlybokaye",
                            population="18 921")  # fmt: skip
        agrotown = extract.node(20, 0, place="village", name="Мнюта", official_status="ru:агрогородок")
        house = extract.node(40, 0, place="isolated_dwelling", population="some")
        extract.node(60, 0, place="locality", name="Курган")
        found = extract.read()
        places = layer(found, Role.DEMAND)
        assert list(places.index) == [f"n{town}", f"n{agrotown}", f"n{house}"]
        assert list(places["kind"]) == ["town", "agrotown", "isolated dwelling"]
        assert places["population"][f"n{town}"] == 18921
        assert places["name_ru"][f"n{town}"] == "Глубокое"
        assert list(places["population_source"]) == ["OpenStreetMap", "unknown", "unknown"]
        assert places["population"].isna().tolist() == [False, True, True]
        assert findings(found)["osm_value_unread"] == (f"n{house}",)

    def test_outline_and_point_of_a_place_are_one_and_the_point_is_its_middle(self, extract: Extract) -> None:
        outline = extract.area(0, 0, 10, place="village", name="Псуя", population="77")
        point = extract.node(1, 1, place="village", name="Псуя")
        hamlet = extract.node(8, 8, place="hamlet", name="Сотники")
        places = layer(extract.read(), Role.DEMAND)
        assert set(places.index) == {f"n{point}", f"n{hamlet}"}
        assert places["population"][f"n{point}"] == 77
        assert places.geometry[f"n{point}"].x == pytest.approx(28 + STEP)
        assert places["osm_ids"][f"n{point}"] == f"n{point};w{outline}"


class TestFacilities:
    def test_a_point_inside_an_area_of_its_service_is_one_with_it(self, extract: Extract) -> None:
        ground = extract.area(0, 0, 2, amenity="school", name="Школа № 1")
        extract.node(1, 1, amenity="school", capacity="300")
        extract.node(1, 0.5, amenity="kindergarten")
        found = extract.read()
        schools = facilities(found, "school")
        assert list(schools.index) == [f"w{ground}"]
        assert schools["seats"][f"w{ground}"] == 300
        assert schools["name"][f"w{ground}"] == "Школа № 1"
        assert findings(found)["osm_merged"] == (f"w{ground}",)
        assert len(facilities(found, "kindergarten")) == 1

    @pytest.mark.parametrize(
        ("metres", "names", "count"),
        [
            (50, ("Родны кут", "родны кут"), 1),
            (70, ("Родны кут", "Родны кут"), 2),
            (50, ("Родны кут", "Еўраопт"), 2),
            (10, ("Родны кут", "Еўраопт"), 2),
            (10, ("Родны кут", ""), 1),
            (20, ("Родны кут", ""), 2),
            (10, ("", ""), 1),
        ],
    )
    def test_neighbours(self, extract: Extract, metres: float, names: tuple[str, str], count: int) -> None:
        for north, name in ((0.0, names[0]), (metres / 111.3, names[1])):
            extract.node(0, north, shop="convenience", **({"name": name} if name else {}))
        assert len(facilities(extract.read(), "shop")) == count

    def test_an_unnamed_one_does_not_join_two_of_different_names(self, extract: Extract) -> None:
        for north, name in ((0, "А"), (0.1, ""), (0.2, "Б")):
            extract.node(0, north, shop="kiosk", **({"name": name} if name else {}))
        assert len(facilities(extract.read(), "shop")) == 2

    def test_a_relation_with_a_hole_is_one_facility_outside_its_hole(self, extract: Extract) -> None:
        corners = [extract.node(*at) for at in ((0, 0), (4, 0), (4, 4), (0, 4))]
        halves = [extract.way(corners[:3]), extract.way([corners[0], corners[3], corners[2]])]
        members = [*((half, "outer") for half in halves), (extract.area(1, 1, 2), "inner")]
        relation = extract.relation(members, type="multipolygon", amenity="school", name="Гімназія")
        schools = facilities(extract.read(), "school")
        assert list(schools.index) == [f"r{relation}"]
        point = schools.geometry[f"r{relation}"]
        assert shapely.box(28, 55, 28.004, 55.004).contains(point)
        assert not shapely.box(28.001, 55.001, 28.003, 55.003).contains(point)

    def test_an_area_that_the_extract_cuts_is_told(self, extract: Extract) -> None:
        extract.node(9, 9, amenity="school")
        half = extract.line((0, 0), (4, 0), (4, 4))
        relation = extract.relation([(half, "outer"), (999, "outer")], type="multipolygon", amenity="school")
        found = extract.read()
        assert len(facilities(found, "school")) == 1
        assert findings(found)["osm_area_open"] == (f"r{relation}",)

    def test_every_service_has_its_layer(self, extract: Extract) -> None:
        for row, tags in enumerate((
            {"amenity": "post_office"}, {"amenity": "post_box"}, {"man_made": "communications_tower"},
            {"amenity": "hospital"}, {"amenity": "pharmacy"}, {"shop": "supermarket"}, {"amenity": "bank"},
            {"amenity": "library"}, {"amenity": "community_centre"}, {"highway": "bus_stop"},
            {"railway": "halt"}, {"amenity": "fire_station"}, {"emergency": "ambulance_station"},
            {"amenity": "clinic;pharmacy"},
        )):  # fmt: skip
            extract.node(0, row, **tags)
        counts = {each.service: len(each.reading.frame) for each in extract.read().layers}
        assert counts == dict.fromkeys(
            ("post_office", "post_box", "mast", "shop", "bank", "library", "club", "bus", "railway", "fire",
             "ambulance"), 1,
        ) | {"clinic": 2, "pharmacy": 2}  # fmt: skip

    def test_what_stands_no_more_is_left_out(self, extract: Extract) -> None:
        extract.node(0, 0, amenity="post_office", disused="yes")
        extract.node(1, 0, disused__amenity="post_office")
        assert extract.read().layers == ()

    def test_lines(self, extract: Extract) -> None:
        main = extract.line((0, 0), (3, 0), man_made="pipeline", substance="water")
        extract.line((0, 0), (3, 0), man_made="pipeline", substance="gas")
        assert list(layer(extract.read(), Role.LINES, "water").index) == [f"w{main}"]

    def test_rivers_railways_and_shores_are_barriers_but_not_where_one_passes_over_or_under(
        self, extract: Extract
    ) -> None:
        kept = [
            extract.line((0, 0), (3, 0), waterway="river"),
            extract.line((0, 1), (3, 1), railway="rail", bridge="no"),
            extract.area(5, 5, 2, natural="water", water="lake"),
        ]
        extract.line((0, 2), (3, 2), waterway="stream")
        extract.line((0, 3), (3, 3), waterway="canal", tunnel="culvert")
        extract.line((0, 4), (3, 4), railway="rail", bridge="viaduct")
        extract.area(9, 9, 1, natural="water", water="pond")
        assert list(layer(extract.read(), Role.LINES, "barrier").index) == [f"w{way}" for way in kept]

    def test_a_shore_of_several_lines_is_a_barrier_with_its_islands(self, extract: Extract) -> None:
        west, east = extract.line((5, 5), (5, 9), (9, 9)), extract.line((5, 5), (9, 5), (9, 9))
        island, own = extract.area(6, 6, 1), extract.area(7.5, 7.5, 1, natural="water", water="lake")
        members = [(west, "outer"), (east, "outer"), (999, "outer"), (island, "inner"), (own, "inner")]
        lake = extract.relation(members, type="multipolygon", natural="water", water="reservoir")
        extract.relation(
            [(extract.area(20, 20, 1), "outer")], type="multipolygon", natural="water", water="pond"
        )
        shores = layer(extract.read(), Role.LINES, "barrier")
        assert list(shores.index) == [f"w{own}", f"r{lake}"]
        assert shores["water"][f"r{lake}"] == "reservoir"
        shore = shores.geometry[f"r{lake}"]
        assert len(shore.geoms) == 3
        # From the middle of the island to a road beyond the lake one crosses its shore and that of the lake.
        way = shapely.LineString([(28 + 6.5 * STEP, 55 + 6.5 * STEP), (28 + 3 * STEP, 55 + 6.4 * STEP)])
        assert len(shapely.get_parts(shapely.intersection(way, shore))) == 2


class TestDistrict:
    def outlined(self, extract: Extract, **tags: str) -> int:
        """Draw a district of 10 by 10 steps out of two lines."""
        corners = [extract.node(*at) for at in ((0, 0), (10, 0), (10, 10), (0, 10))]
        lines = [extract.way(corners[:3]), extract.way([corners[0], corners[3], corners[2]])]
        return extract.relation(
            [(line, "outer") for line in lines], type="boundary", boundary="administrative", **tags
        )

    @pytest.mark.parametrize("name", ["Глыбоцкі раён", "глубокский  Район", "Глубокский  райОн", "Hlybokaye"])
    def test_found_by_a_name_in_any_language(self, extract: Extract, name: str) -> None:
        number = self.outlined(
            extract,
            admin_level="6",
            name="Глыбоцкі раён",
            name__ru="Глубокский район",
            old_name__en="Hlybokaye",
        )
        found = extract.read(district=name)
        boundary = layer(found, Role.BOUNDARY)
        assert list(boundary.index) == [f"r{number}"]
        assert shapely.equals(boundary.geometry.iloc[0], shapely.box(28, 55, 28.01, 55.01))

    def test_facilities_inside_and_whole_roads_near_it_are_taken(self, extract: Extract) -> None:
        self.outlined(extract, name="Раён")
        inside = extract.node(5, 5, amenity="pharmacy")
        extract.node(11, 5, amenity="pharmacy")
        across = extract.line((5, 5), (90, 5), highway="primary")
        near = extract.line((5, 25), (5, 60), highway="primary")
        extract.line((5, 30), (5, 60), highway="primary")
        found = extract.read(district="Раён")
        assert list(facilities(found, "pharmacy").index) == [f"n{inside}"]
        roads = layer(found, Role.ROADS)
        assert list(roads.index) == [f"w{across}", f"w{near}"]
        assert roads.geometry[f"w{across}"].bounds[2] == pytest.approx(28.09)

    def test_districts_come_before_what_else_bears_the_name(self, extract: Extract) -> None:
        self.outlined(extract, name="Мёры", admin_level="9")
        district = self.outlined(extract, name="Меры", admin_level="6")
        assert list(layer(extract.read(district="Мёры"), Role.BOUNDARY).index) == [f"r{district}"]

    def test_several_of_one_name_are_listed_and_a_number_chooses(self, extract: Extract) -> None:
        one, two = (self.outlined(extract, name="Байройт", admin_level="6") for _ in range(2))
        with pytest.raises(InputError, match=rf"r{one} .*r{two} "):
            extract.read(district="Байройт")
        assert list(layer(extract.read(district=f"r{two}"), Role.BOUNDARY).index) == [f"r{two}"]

    def test_an_unknown_name_is_answered_with_those_near_to_it(self, extract: Extract) -> None:
        self.outlined(extract, name="Глыбоцкі раён", admin_level="6")
        with pytest.raises(InputError, match="Глыбоцкі раён"):
            extract.read(district="Глыбокі раён")

    def test_an_outline_that_does_not_close_is_said_so(self, extract: Extract) -> None:
        line = extract.line((0, 0), (10, 0), (10, 10))
        extract.relation([(line, "outer")], type="boundary", boundary="administrative", name="Раён")
        with pytest.raises(InputError, match="not complete"):
            extract.read(district="Раён")


class TestFiles:
    def test_points_may_stand_after_the_lines(self, extract: Extract, tmp_path: Path) -> None:
        way = extract.line((0, 0), (1, 0), highway="tertiary")
        text = extract.text()
        start, end = text.index("<way"), text.index("</way>") + len("</way>")
        line = text[start:end]
        path = tmp_path / "lines-first.osm"
        path.write_text(
            text.replace(line, "").replace('<osm version="0.6">', f'<osm version="0.6">{line}'), "utf-8"
        )
        assert list(layer(read_osm(path), Role.ROADS).index) == [f"w{way}"]

    @pytest.mark.parametrize("sign", ["-", "9" * 17])
    def test_numbers_that_are_none_of_openstreetmap_are_refused(
        self, extract: Extract, tmp_path: Path, sign: str
    ) -> None:
        extract.line((0, 0), (1, 0), highway="tertiary")
        numbered = extract.text().replace('id="', f'id="{sign}').replace('ref="', f'ref="{sign}')
        nodes_only = numbered.replace(f'way id="{sign}', 'way id="')
        for name, text in (("ways", numbered), ("nodes", nodes_only)):
            path = tmp_path / f"{name}.osm"
            path.write_text(text, "utf-8")
            with pytest.raises(InputError, match=name):
                read_osm(path)

    @pytest.mark.parametrize(
        "pack", [str.encode, lambda t: gzip.compress(t.encode()), lambda t: bz2.compress(t.encode())]
    )
    def test_the_content_decides_what_a_file_is(self, extract: Extract, tmp_path: Path, pack: Any) -> None:
        extract.node(0, 0, amenity="pharmacy")
        path = tmp_path / "extract"
        path.write_bytes(pack(extract.text()))
        assert len(facilities(read_osm(path), "pharmacy")) == 1

    @pytest.mark.parametrize(
        "content",
        [
            b"", b"nothing of the kind", b"{}", b"\x1f\x8bgarbage", b"BZhgarbage", b"\0\0\0\x0d\x0a\x09OSMHeader???",
            b'<osm version="0.6"><node id="1" lat="1" lon="1"><tag', b'<osm version="0.6"><node id="x"/></osm>',
            b'<osm version="0.6"><node id="1" lat="a" lon="1"><tag k="place" v="town"/></node></osm>',
            b'<!DOCTYPE osm [<!ENTITY e SYSTEM "file:///etc/passwd">]><osm version="0.6"><node id="1">&e;</node></osm>',
        ],
    )  # fmt: skip
    def test_a_broken_file_is_an_error_that_names_it(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "broken.osm"
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"broken\.osm"):
            read_osm(path)

    @pytest.mark.parametrize(
        "path", ["https://example.org/a.osm.pbf", "/vsicurl/https://example.org/a.osm", "none.osm"]
    )
    def test_only_files_of_this_machine_are_read(self, path: str) -> None:
        with pytest.raises(InputError, match="file"):
            read_osm(path)


class TestMapping:
    def test_an_own_mapping_takes_the_place_of_the_shipped_one(
        self, extract: Extract, tmp_path: Path
    ) -> None:
        own = tmp_path / "own.yaml"
        own.write_text(
            "services: [{service: well, when: {man_made: water_well}, columns: {pump: pump}}]", "utf-8"
        )
        well = extract.node(0, 0, man_made="water_well", pump="manual")
        extract.node(0, 1, amenity="pharmacy")
        found = extract.read(mapping=read_mapping(own))
        assert [each.service for each in found.layers] == ["well"]
        assert facilities(found, "well")["pump"][f"n{well}"] == "manual"

    @pytest.mark.parametrize(
        ("text", "where"),
        [
            ("[]", "section"), ("services: {a: b}", "services"), ("shops: []", "'shops'"), ("a: [", "cannot be read"),
            ("services: [{service: Well, when: {a: b}}]", r"services\[0\]\.service"),
            ("services: [{service: well}]", r"services\[0\]\.when"),
            ("services: [{service: well, when: {a: b}, role: roads}]", r"services\[0\]\.role"),
            ("roads: {speed_kmh: {walk: fast}}", r"roads\.speed_kmh\.walk"),
            ("places: {kinds: {town: [town]}}", r"places\.kinds\.town"),
        ],
    )  # fmt: skip
    def test_a_mistake_is_named_with_its_place(self, tmp_path: Path, text: str, where: str) -> None:
        own = tmp_path / "own.yaml"
        own.write_text(text, "utf-8")
        with pytest.raises(InputError, match=where):
            read_mapping(own)
