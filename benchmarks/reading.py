"""From a file to a checked layer, and from an extract to an assessed district: each in a process of its own.

The process tells its peak memory itself; the time is that of the whole process, imports included. Beside each stands
the plain reading of the same file by the library underneath, in the same run.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Line

POINTS = 1_000_000
EXTRACT = Path(__file__).resolve().parents[2] / "shared" / "data" / "osm" / "liechtenstein-2013-08-03.osm.pbf"
DISTRICT = "Liechtenstein"
_PEAK = """
import resource, sys
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
unit = 1 if sys.platform == "darwin" else 1024
print(own * unit / 1e9)
"""
_CHECK = """
import sys, shapely
from pathlib import Path
from planner.layers.check import check
from planner.layers.country import country_outline
from planner.layers.read import read
from planner.layers.schema import Role
reading = read(Path(sys.argv[1]))
found = check(reading, Role.DEMAND, district=shapely.box(27.4, 55, 28.3, 55.4), country=country_outline("BY"))
assert len(reading.frame) == int(sys.argv[2]) and not [f for f in found if f.severity == "error"]
"""
_PLAIN = """
import sys, pyogrio
assert len(pyogrio.read_dataframe(sys.argv[1])) == int(sys.argv[2])
"""
_DISTRICT = """
import sys
from pathlib import Path
from planner.studies.assess import assess
from planner.studies.osm_import import found_from_osm
from planner.workspace import open_workspace
done = found_from_osm(sys.argv[1], Path(sys.argv[2]), district=sys.argv[3])
assert done.acceptable and assess(open_workspace(sys.argv[1]))
"""
_PASS = """
import sys, osmium
factory = osmium.geom.WKBFactory()
lines = 0
for entity in osmium.FileProcessor(sys.argv[1]).with_locations():
    if entity.is_way() and len(entity.nodes) > 1 and "highway" in entity.tags:
        lines += len(factory.create_linestring(entity)) > 0
assert lines
"""


def lines() -> Iterator[Line]:
    """Yield what was measured."""
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        path = Path(folder) / "million.geojson"
        _write(path)
        size = path.stat().st_size / 1e6
        plain_s, plain_gb = _run(_PLAIN, path, POINTS)
        taken_s, taken_gb = _run(_CHECK, path, POINTS)
        yield Line(
            "1,000,000 points of GeoJSON to a checked layer", taken_s, target=15.0,
            note=f"{size:.0f} MB; {taken_s / plain_s:.1f} × pyogrio alone",
        )  # fmt: skip
        yield Line("peak memory of it", taken_gb, "GB", 3.0)
        yield Line("the same file read by pyogrio alone", plain_s, note=f"{plain_gb:.2f} GB")
        if not EXTRACT.exists():
            yield Line(
                "an extract to an assessed district", None, note=f"no {EXTRACT.name} beside the checkout"
            )
            return
        pass_s, pass_gb = _run(_PASS, EXTRACT)
        done_s, done_gb = _run(_DISTRICT, Path(folder) / "district.gpkg", EXTRACT, DISTRICT)
        yield Line(
            "the Liechtenstein extract to an assessed district", done_s, target=20.0,
            note=f"{done_s / pass_s:.0f} × one pass of pyosmium",
        )  # fmt: skip
        yield Line("peak memory of it", done_gb, "GB", 1.5)
        yield Line("one pass of pyosmium that builds its roads", pass_s, note=f"{pass_gb:.2f} GB")


def _write(path: Path) -> None:
    """Write a million places, always the same."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[\n')
        for number in range(POINTS):
            feature = {
                "type": "Feature",
                "properties": {"name": f"Place {number}", "population": chance.randint(1, 500)},
                "geometry": {
                    "type": "Point",
                    "coordinates": [round(chance.uniform(27.4, 28.3), 6), round(chance.uniform(55, 55.4), 6)],
                },
            }
            file.write(("" if number == 0 else ",\n") + json.dumps(feature))
        file.write("]}\n")


def _run(program: str, *words: object) -> tuple[float, float]:
    """Return the seconds that a program took from its start to its end, and its peak memory in GB."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program + _PEAK, *map(str, words)],
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began, float(done.stdout.split()[-1])
