"""Searches over road-like networks, each against its peers on the same network in the same run.

pandana takes minutes to prepare 2,000,000 nodes, which is not counted but has to be waited for: it is left out there
unless ``PLANNER_BENCH=full``. Times are the least of several runs that take turns.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks import peers
from benchmarks.measure import Line, fastest, seconds
from planner.network import RoadNetwork

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SIZES = ((20_000, 50, 15), (200_000, 500, 7), (2_000_000, 5_000, 3))
"""Nodes, facilities, runs."""
ORIGINS = 500
CUTOFF_M = 12_500.0
"""A quarter of an hour at 50 km/h."""
_FIRST_CALL = "from planner.network.prepare import prepare; prepare()"


@dataclass(frozen=True, slots=True)
class Sample:
    """A road-like network: a jittered lattice with gaps, about 2.8 neighbours to a node, costs in metres."""

    xy: FloatArray
    u: IntArray
    v: IntArray
    cost: FloatArray

    @classmethod
    def draw(cls, n: int, seed: int = 0) -> Sample:
        """Return a network of about n nodes."""
        draw = np.random.default_rng(seed)
        side = int(np.sqrt(n))
        at = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
        xy = (at + draw.uniform(-0.35, 0.35, at.shape)) * 250.0
        number = np.arange(side * side).reshape(side, side)
        u = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
        v = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
        kept = draw.random(u.size) < 0.7
        u, v = u[kept], v[kept]
        return cls(xy, u, v, np.hypot(*(xy[u] - xy[v]).T) * draw.uniform(1.0, 1.4, u.size))

    def table(self) -> csr_array[np.float64]:
        """Return it as scipy takes it."""
        ends = (np.concatenate([self.u, self.v]), np.concatenate([self.v, self.u]))
        return csr_array((np.tile(self.cost, 2), ends), shape=(len(self.xy), len(self.xy)))


def lines() -> Iterator[Line]:
    """Yield what was measured on networks of three sizes."""
    yield Line(
        "searches, first calls of a process, compiled before",
        seconds(lambda: subprocess.run([sys.executable, "-c", _FIRST_CALL], check=True), 3),
        note="imports included; median of 3",
    )
    with tempfile.TemporaryDirectory() as folder:
        cpp = peers.compiled(Path(folder))
        for n, facilities, times in SIZES:
            yield from _of_size(n, facilities, times, cpp)


def _of_size(n: int, n_facilities: int, times: int, cpp: peers.Cpp | None) -> Iterator[Line]:
    sample, draw = Sample.draw(n), np.random.default_rng(1)
    count = len(sample.xy)
    facilities = draw.choice(count, n_facilities, replace=False)
    origins = draw.choice(count, ORIGINS, replace=False)
    net, table = RoadNetwork.from_edges(count, sample.u, sample.v, sample.cost), sample.table()
    of = f"{count:,} nodes, {n_facilities:,} facilities"

    runs: list[Callable[[], object]] = [
        partial(net.nearest, facilities),
        partial(peers.scipy_nearest, table, facilities),
    ]
    cost = net.nearest(facilities)[0]
    _agree(cost, peers.scipy_nearest(table, facilities))
    if cpp is not None:
        runs.append(partial(cpp, net._forward, facilities))
        _agree(cost, cpp(net._forward, facilities)[0])
    own, scipy, *native = fastest(*runs, times=times)
    yield Line(f"nearest, {of}", own * 1000, "ms", note="costs equal to those of all peers")
    yield Line(
        "  of the time of C++",
        own / native[0] if native else None,
        "×",
        2.0,
        note=_absent(native, "a C++ compiler"),
    )
    yield Line("  faster than scipy's min_only", scipy / own, "×", 3.0, least=True)
    three = fastest(partial(net.k_nearest, facilities, 3), times=times)[0]
    yield Line(f"3 nearest, {of}", three * 1000, "ms")

    # scipy's answer is dense: at 2,000,000 nodes it is asked for a tenth of the origins, ten times over in effect.
    some = origins if count < 1_000_000 else origins[: ORIGINS // 10]
    within, peer = fastest(
        partial(net.costs_within, origins, CUTOFF_M),
        partial(dijkstra, table, indices=some, limit=CUTOFF_M),
        times=min(times, 3),
    )
    yield Line(f"costs within 12.5 km of {ORIGINS} origins, {count:,} nodes", within * 1000, "ms")
    yield Line(
        "  faster than scipy",
        peer * ORIGINS / some.size / within,
        "×",
        10.0,
        least=True,
        note=f"scipy asked for {some.size}",
    )

    asked = count < 1_000_000 or os.environ.get("PLANNER_BENCH") == "full"
    found = peers.pandana(
        xy=sample.xy, u=sample.u, v=sample.v, cost=sample.cost, facilities=facilities, origins=origins,
        cutoff=CUTOFF_M, farthest=np.max(cost[np.isfinite(cost)]),
    ) if asked else None  # fmt: skip
    yield from _pandana(found, own, three, within, asked)


def _pandana(
    found: dict[str, float] | None, own: float, three: float, within: float, asked: bool
) -> Iterator[Line]:
    note = "pandana not installed" if asked else "not asked: set PLANNER_BENCH=full"
    if found is not None:
        note = f"its preparation, {found['preparing']:.3g} s, not counted"
    for what, key, mine, least in (
        ("nearest", "nearest", own, 100.0),
        ("3 nearest", "nearest3", three, 100.0),
        ("costs within", "within", within, 10.0),
    ):
        value = None if found is None else found[key] / mine
        yield Line(f"  {what}: faster than pandana", value, "×", least, note=note, least=True)


def _agree(own: FloatArray, peer: FloatArray) -> None:
    if not np.array_equal(own, peer):
        raise AssertionError("the planner and a peer disagree")


def _absent(found: list[float], what: str) -> str:
    return "" if found else f"{what} is not installed"
