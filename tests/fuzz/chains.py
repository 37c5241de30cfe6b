"""What is done with one input: all that the planner would do with such a file, from reading it to assessing with it.

Every chain ends in one of three ways: it comes to its end, the planner refuses the file with a message of its own, or
:class:`BrokenError` or another exception says that a promise was broken.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import shapely

from planner.errors import PlannerError
from planner.i18n import Speech
from planner.layers.check import check
from planner.layers.osm_mapping import read_mapping
from planner.layers.read import read
from planner.layers.schema import SCHEMAS, Role
from planner.maps.preview import preview_map
from planner.standards.catalogue import load, parse, to_yaml, validate
from planner.studies import intake
from planner.studies.assess import assess
from planner.studies.faults_seen import features_of, seen
from planner.studies.matching import as_rows, match_list
from planner.studies.osm_import import import_osm
from planner.studies.population import from_raster, from_totals
from planner.studies.standards_in_force import put_in_force
from planner.workspace import Workspace, open_workspace
from planner.workspace.contract import content_digest
from tests.builders import Town

ROLES = (None, *Role)
Repairs = Collection[str] | Literal["all"]
Outcome = Literal["taken", "refused"]


class BrokenError(Exception):
    """Something that must not happen did, without an exception of its own."""


@dataclass(frozen=True)
class Kind:
    """A kind of file, and what is done with one.

    Attributes
    ----------
    suffix : str
        Of the file.
    chain : callable
        Takes the bench, the file, and a number from 0 to 255 that decides what is asked of it.
    """

    suffix: str
    chain: Callable[[Bench, Path, int], None]


class Bench:
    """A small district to try files on, and a folder in which nothing else may appear.

    Parameters
    ----------
    folder : pathlib.Path
        Empty; :func:`tempfile.gettempdir` has to be ``folder / "scratch"``, so that what is left behind is found.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.input, self.scratch = folder / "input", folder / "scratch"
        for place in (self.input, self.scratch):
            place.mkdir(parents=True, exist_ok=True)
        self._whole = folder / "whole.gpkg"
        self._in_use = folder / "in_use.gpkg"
        town = Town(self._whole)
        town.boundary((-2000, -2000, 8000, 4000)).place("a", (0, 0)).place("b", (3000, 100), 40)
        town.zone("z", (-2000, -2000, 2000, 4000)).zone("y", (2000, -2000, 8000, 4000))
        town.road((0, 0), (3000, 0)).road((3000, 0), (6000, 0)).facility("post_office", (5000, 0))
        town.workspace()
        whole = open_workspace(self._whole)
        records = {record.role: record for record in whole.layers()}
        self.district = shapely.union_all(whole.read(records[Role.BOUNDARY]).geometry.to_numpy())
        self.places = whole.read(records[Role.DEMAND])
        # What is made once and kept is made before anything is watched.
        assess(whole)
        self._digest = ""

    def workspace(self) -> Workspace:
        """Return a copy of the district that may be changed."""
        shutil.copyfile(self._whole, self._in_use)
        self._digest = self.digest()
        return open_workspace(self._in_use)

    def digest(self) -> str:
        """Return the digest of the copy."""
        return hashlib.sha256(self._in_use.read_bytes()).hexdigest()

    def try_out(self, kind: Kind, data: bytes, choice: int) -> Outcome:
        """Do with a file all that is done with one of its kind.

        Raises
        ------
        BrokenError
            If it left something behind, or changed a workspace although it was refused.
        Exception
            Whatever else the planner let through.
        """
        path = self.input / f"layer{kind.suffix}"
        path.write_bytes(data)
        self._digest = ""
        outcome: Outcome = "taken"
        try:
            kind.chain(self, path, choice)
        except PlannerError as refusal:
            if not refusal.text().strip():
                raise BrokenError("a refusal without a word") from refusal
            if self._digest and self.digest() != self._digest:
                raise BrokenError("refused, and the workspace is not what it was") from refusal
            outcome = "refused"
        finally:
            here = {each.name for each in self.folder.iterdir()}
            left = [*self.scratch.iterdir(), *(each for each in self.input.iterdir() if each != path)]
            changed = not path.exists() or path.read_bytes() != data
            for each in (*left, path):
                shutil.rmtree(each, ignore_errors=True) if each.is_dir() else each.unlink(missing_ok=True)
        strange = here - {"input", "scratch", "whole.gpkg", "in_use.gpkg"}
        if left or changed or strange:
            raise BrokenError(f"left behind: {[*left, *strange]}, the file itself changed: {changed}")
        return outcome


def layer(bench: Bench, path: Path, choice: int) -> None:
    """Read, check, repair; one time in eight keep and assess with it."""
    role = ROLES[choice % len(ROLES)]
    odd = choice // len(ROLES)
    crs = "EPSG:32635" if odd % 7 == 5 else None
    encoding = "cp1251" if odd % 7 == 6 else None
    reading = read(path, crs=crs, encoding=encoding)
    if reading.frame["_fid"].duplicated().any():
        raise BrokenError("ids of features are not unique")
    _told(check(reading, role))
    json.dumps([reading.crs, reading.bounds, reading.layers, reading.encoding], allow_nan=False).encode()
    role = role or Role.ZONES
    service = "post_office" if SCHEMAS[role].needs_service else ""
    places = bench.places if role is Role.FACILITIES else None
    findings = check(reading, role, district=bench.district, places=places)
    proposal = intake.Proposal(reading, role, service, findings, bench.district, places)
    repaired = intake.mend(proposal, "all")
    _told(repaired.left)
    preview_map(reading.frame, repaired.frame, Speech("en"))
    for found in findings if odd % 2 else ():
        features_of(proposal, found)
        seen(proposal, found)
    if odd % 4 == 0:
        _kept(bench, proposal, repaired)


def _told(findings: Collection[Any]) -> None:
    for found in findings:
        if not found.message or not found.fix:
            raise BrokenError(f"{found.code} says nothing")
        json.dumps(found.as_dict(), allow_nan=False).encode()


def _kept(bench: Bench, proposal: intake.Proposal, repaired: intake.Repaired) -> None:
    workspace = bench.workspace()
    record = intake.keep(workspace, proposal, repaired)
    back = workspace.read(record)
    if len(back) != record.features or content_digest(back) != record.digest:
        raise BrokenError("what was kept does not come back")
    # What is accepted must not stop the assessment, unless with a reason.
    bench._digest = ""
    assess(workspace)


def osm(bench: Bench, path: Path, choice: int) -> None:
    """Take an extract: all of it, what lies in the district, or a district by its name."""
    workspace = bench.workspace()
    done = import_osm(
        workspace, path, district="Town" if choice % 3 == 1 else None, replace="all" if choice % 2 else ()
    )
    _told(done.findings)
    if done.layers:
        bench._digest = ""
        assess(workspace)


def raster(bench: Bench, path: Path, choice: int) -> None:
    """Take the population from a raster."""
    workspace = bench.workspace()
    done = from_raster(workspace, path, target="cells" if choice % 2 else "places")
    if not 0 <= done.after < float("inf"):
        raise BrokenError(f"{done.after} people")
    bench._digest = ""
    if done.record.features < 2000:
        assess(workspace)


def totals(bench: Bench, path: Path, choice: int) -> None:
    """Take the population from the totals of zones."""
    workspace = bench.workspace()
    done = from_totals(workspace, path, "total")
    if not 0 <= done.after < float("inf"):
        raise BrokenError(f"{done.after} people")
    bench._digest = ""
    assess(workspace)


def standards(bench: Bench, path: Path, choice: int) -> None:
    """Check a catalogue, write it out and read it back, put it in force and assess with it."""
    if validate(path):
        load(path)
        raise BrokenError("faults were found, and it was taken")
    found = load(path).standards
    if parse(to_yaml(found), "again") != found:
        raise BrokenError("what is written is not what was read")
    if choice % 4 == 0:
        workspace = bench.workspace()
        put_in_force(workspace, path)
        bench._digest = ""
        assess(workspace)


def mapping(bench: Bench, path: Path, choice: int) -> None:
    """Read a mapping of tags."""
    read_mapping(path)


def names(bench: Bench, path: Path, choice: int) -> None:
    """Join a list of names to the district's places, and the district's places to a list."""
    against = bench.folder / "whole.gpkg"
    as_rows(match_list(path, against) if choice % 2 else match_list(path, path))


_LAYERS = (
    ".geojson", ".csv", ".wkt", ".topojson", ".kml", ".gpx", ".gml", ".gpkg", ".fgb", ".parquet", ".zip", ".xlsx",
    ".txt", ".geojsonl", ".kmz",
)  # fmt: skip
KINDS: tuple[Kind, ...] = (
    *(Kind(suffix, layer) for suffix in _LAYERS),
    *(Kind(suffix, osm) for suffix in (".osm", ".osm.gz", ".osm.pbf")),
    Kind(".tif", raster),
    *(Kind(suffix, totals) for suffix in (".csv", ".geojson")),
    Kind(".yaml", standards),
    Kind(".yml", mapping),
    *(Kind(suffix, names) for suffix in (".csv", ".xlsx")),
)
"""Every kind of file; an input of the fuzzing begins with a byte that is a number of one of these."""


def bench_in(folder: Path) -> Bench:
    """Return a bench whose scratch folder is where temporary files go from now on."""
    (folder / "scratch").mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(folder / "scratch")
    return Bench(folder)


def seconds_allowed() -> float:
    """Return how long one small input may take: ten seconds of the processor, unless someone traces it."""
    return 10.0 if sys.gettrace() is None else 60.0
