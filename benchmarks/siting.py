"""Exact siting on road-like instances, against spopt with CBC and with HiGHS on the same instance in the same run.

spopt is not among the planner's dependencies. Where a Python that has it is named in PLANNER_PEERS_PYTHON, or where it
is installed beside the planner, its rows are measured as well.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.measure import Line
from benchmarks.search import Sample
from planner.network import RoadNetwork
from planner.siting import Problem, Progress, Solution, solve
from planner.siting.prepare import prepare

FloatArray = npt.NDArray[np.float64]
ROOT = Path(__file__).resolve().parents[1]
PMED = ROOT.parent / "shared" / "data" / "location_allocation" / "pmed26.txt"
ACROSS_M, CUTOFF_M = 22_000.0, 3_000.0
PEER_LIMIT_S = 120


@dataclass(frozen=True)
class Solved:
    """A solution, the seconds it took with the problem's making, those of computing, and how the search went."""

    found: Solution
    taken: float
    computing: float
    heard: list[Progress]


@lru_cache(maxsize=1)
def instance(n: int, m: int = 1_000, *, even: bool = False) -> tuple[FloatArray, FloatArray]:
    """Return metres from settlements to candidates, over roads, and the people of each settlement.

    The roads are a jittered lattice with gaps, 22 km across, with half as many junctions more as settlements; the
    settlements stand on junctions, no two on the same, and 1,000 of them are candidates. Their people are log-normal
    (sigma 1.8): the greatest tenth has two thirds of all. With `even`, each has from 1 to 200: then thousands of
    solutions are nearly equal, and the linear relaxation of the p-median lies some tenths of a per cent below.
    """
    sample = Sample.draw(max(6_400, 3 * n // 2))
    count, u, v = len(sample.xy), sample.u, sample.v
    scale = ACROSS_M / float(np.ptp(sample.xy, axis=0).max())
    net = RoadNetwork.from_edges(count, u, v, np.round(sample.cost * scale))
    draw = np.random.default_rng(7)
    main = np.flatnonzero(np.isfinite(net.nearest([count // 2 + int(np.sqrt(count)) // 2])[0]))
    places = draw.choice(main, n, replace=False)
    table = np.empty((n, m))
    for column, node in enumerate(draw.choice(places, m, replace=False)):
        table[:, column] = net.nearest([node])[0][places]
    people = draw.integers(1, 201, n) if even else np.maximum(1.0, np.round(draw.lognormal(3.5, 1.8, n)))
    return table, people.astype(np.float64)


def lines() -> Iterator[Line]:
    """Yield what was measured."""
    prepare()
    yield from _covering()
    yield from _travel()
    yield from _library()


def _covering() -> Iterator[Line]:
    cost, people = instance(2_000)
    mclp = {"sites": 10, "cutoff": CUTOFF_M}
    ours = _solved("mclp", cost, people, 120.0, mclp)
    yield _proof("MCLP 2,000 × 1,000, p = 10", ours, None)
    yield from _peers("mclp", cost, people, mclp, ours, times=20)
    ours = _solved("lscp", cost, people, 120.0, {"cutoff": CUTOFF_M})
    yield _proof("LSCP 2,000 × 1,000", ours, None)
    yield from _peers("lscp", cost, people, {"cutoff": CUTOFF_M}, ours, times=4)
    cost, people = instance(10_000)
    yield _proof("MCLP 10,000 × 1,000, p = 10", _solved("mclp", cost, people, 30.0, mclp), 10.0)
    ours = _solved("mclp", cost, people, 180.0, {"sites": 20, "cutoff": CUTOFF_M})
    yield _proof("MCLP 10,000 × 1,000, p = 20", ours, 120.0)
    yield _gap("  gap after 10 s", ours, 10.0, 1.0)
    ours = _solved("lscp", cost, people, 60.0, {"cutoff": CUTOFF_M})
    found = ours.found
    note = f"{found.objective:g} sites, bound {found.bound:g}, {ours.taken:.3g} s"
    yield Line("LSCP 10,000 × 1,000, sites above the bound", found.objective - found.bound, "", 2.0, note)
    instance.cache_clear()
    del cost, people
    cost, people = instance(100_000)
    ours = _solved("mclp", cost, people, 360.0, mclp)
    yield _proof("MCLP 100,000 × 1,000, p = 10", ours, 300.0)
    yield _gap("  gap after 60 s", ours, 60.0, 1.0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yield Line(
        "  most memory so far, instance included", peak, "GB", 2.0, "the cost table alone holds 0.75 GB"
    )


def _travel() -> Iterator[Line]:
    for n, soon, limit in ((2_000, 2.0, 30.0), (10_000, 10.0, 300.0)):
        for even in (True, False):
            cost, people = instance(n, even=even)
            ours = _solved("p-median", cost, people, 1.1 * limit, {"sites": 10})
            yield _proof(f"p-median {n:,} × 1,000, p = 10{', people even' if even else ''}", ours, limit)
            yield _gap(f"  gap after {soon:g} s", ours, soon, 0.1)
    ours = _solved("p-center", cost, people, 60.0, {"sites": 10})
    yield _proof("p-center 10,000 × 1,000, p = 10", ours, 30.0)


def _library() -> Iterator[Line]:
    if not PMED.is_file():
        yield Line("OR-Library pmed26", None, note=f"the file is not here ({PMED})")
        return
    from tests.reference.test_siting_optima import pmed

    cost = pmed(PMED)
    for model, target in (("p-median", 60.0), ("p-center", 10.0)):
        ours = _solved(model, cost, np.ones(len(cost)), 90.0, {"sites": 5})
        yield _proof(f"OR-Library pmed26 (600 nodes, p = 5), {model}", ours, target)


def _solved(
    model: Any, cost: FloatArray, people: FloatArray, limit_s: float, options: dict[str, Any]
) -> Solved:
    """Return the solution, the seconds with the problem's making, and how the search went.

    The searches use one thread: where other work takes its turns, the seconds of computing are the fairer number.
    """
    heard: list[Progress] = []
    began, worked = time.perf_counter(), time.process_time()
    found = solve(Problem(model, cost, people, **options), limit_s, progress=heard.append)
    return Solved(found, time.perf_counter() - began, time.process_time() - worked, heard)


def _proof(what: str, ours: Solved, target: float | None) -> Line:
    found, worked = ours.found, f"{ours.computing:.3g} s of computing"
    if not found.proven:
        note = f"not proven: gap {found.gap:.2%}, {worked}"
        return Line(f"{what}, proven", ours.taken, target=target, note=note, failed=True)
    return Line(
        f"{what}, proven", ours.taken, target=target, note=f"objective {found.objective:.10g}, {worked}"
    )


def _gap(what: str, ours: Solved, after_s: float, target: float) -> Line:
    known = [p.gap for p in ours.heard if p.seconds <= after_s]
    gap = 0.0 if ours.found.proven and ours.taken <= after_s else min(known, default=float("inf"))
    return Line(what, 100 * gap, "%", target)


def _peers(
    model: str, cost: FloatArray, people: FloatArray, options: dict[str, Any], ours: Solved, times: float
) -> Iterator[Line]:
    python = os.environ.get("PLANNER_PEERS_PYTHON") or (sys.executable if find_spec("spopt") else "")
    for solver in ("CBC", "HiGHS"):
        what = f"  spopt with {solver}"
        if not python:
            yield Line(
                what, None, note="spopt is not installed; name a Python that has it in PLANNER_PEERS_PYTHON"
            )
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "instance.npz"
            np.savez(path, cost=cost, people=people)
            asked = json.dumps({"model": model, "solver": solver, "limit": PEER_LIMIT_S, **options})
            done = subprocess.run(
                [python, str(ROOT / "benchmarks" / "spopt_peer.py"), str(path), asked],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
        told = json.loads(done.stdout.splitlines()[-1])
        note = f"objective {told['objective']:.10g}, ours {ours.found.objective:.10g}"
        yield Line(what, told["seconds"], note=note)
        yield Line("    ratio, spopt = 1", ours.taken / told["seconds"], "", 1 / times)
