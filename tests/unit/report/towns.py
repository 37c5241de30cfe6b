"""Two districts in a folder, one with all that a report tells of, and a scenario of it."""

from __future__ import annotations

from pathlib import Path

from planner.scenario import AddFacility, Scenario
from tests.builders import Town, degrees

POINTS = (("Альфа", (0, 0)), ("Beta", (12_000, 0)), ("Gamma", (3000, 0)), ("Delta", (6000, 0)))


def towns(folder: Path) -> None:
    """Write ``near.gpkg``, ``far.gpkg`` and ``more.json``."""
    near = Town(folder / "near.gpkg").boundary((-1000, -4000, 30_000, 4000))
    near.zone("west", (-1000, -4000, 10_000, 4000)).zone("east", (10_000, -4000, 30_000, 4000))
    near.road((0, 0), (12_000, 0), (25_000, 0)).road((12_000, 0), (12_000, 3000)).road((0, 0), (12_000, 3000))
    near.place("c", (0, 0), 12_900, "town", name="Центр").place("v", (24_000, 0), 1234, name="Верхнее")
    near.place("w", (12_000, 2900), 1060, name="Старая Весь")
    near.place("x", (18_000, 10), 75, population_source="estimated").place("lost", None, 5)
    for service in ("post_office", "shop", "library", "club", "pharmacy"):
        for number, (name, at) in enumerate(POINTS, start=1):
            source = "modelled" if number == 4 else "survey"
            near.facility(service, at, id=str(number), name=name, source=source)
    near.facility("fire", (0, 0), vehicles=2).facility("mobile_mast", (0, 0), height_m=50)
    near.area("mobile", (-1000, -1000, 9000, 1000)).line("water", (0, 0), (5000, 0)).workspace()
    far = Town(folder / "far.gpkg").boundary((40_000, -1000, 60_000, 1000)).road((40_000, 0), (59_000, 0))
    far.place("c", (40_000, 0), 500, "town").place("v", (55_000, 0), 40)
    far.facility("post_office", (40_000, 0)).workspace()
    lon, lat = degrees([(24_000, 0)])[0]
    more = Scenario("more", (AddFacility("post_office", "new", {"en": "New"}, lon, lat, {}),))
    (folder / "more.json").write_text(more.to_json(), "utf-8")
