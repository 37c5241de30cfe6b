"""Searches over road-like networks, each against its peers on the same network in the same run.

pandana takes minutes to prepare 2,000,000 nodes, which is not counted but has to be waited for: it is left out there
unless ``PLANNER_BENCH`` has the word ``full``. Times are wall time, the least of several runs that take turns. On a
machine that is busy with other things ``PLANNER_BENCH`` may have the word ``busy``, too, after a comma: then processor
time is taken, that of all threads together.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
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

SIZES = ((20_000, 15), (200_000, 7), (2_000_000, 3))
"""Nodes, runs."""
FACILITIES = (50, 500, 5_000)
ORIGINS = 500
CUTOFF_M = 12_500.0
"""A quarter of an hour at 50 km/h."""
_ASKED = os.environ.get("PLANNER_BENCH", "").split(",")
_CLOCK = time.process_time if "busy" in _ASKED else time.perf_counter
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
        for n, times in SIZES:
            yield from _of_size(n, times, cpp)


@dataclass(slots=True)
class _Own:
    """The planner's seconds, and what pandana has to be told to be asked the same."""

    nearest: list[float] = field(default_factory=list)
    three: list[float] = field(default_factory=list)
    within: float = 0.0
    facilities: list[IntArray] = field(default_factory=list)
    farthest: list[float] = field(default_factory=list)


def _of_size(n: int, times: int, cpp: peers.Cpp | None) -> Iterator[Line]:
    sample, draw, own = Sample.draw(n), np.random.default_rng(1), _Own()
    count = len(sample.xy)
    net, table = RoadNetwork.from_edges(count, sample.u, sample.v, sample.cost), sample.table()
    for n_facilities in FACILITIES:
        own.facilities.append(draw.choice(count, n_facilities, replace=False))
        yield from _nearest(net, table, own, times, cpp)
    origins = draw.choice(count, ORIGINS, replace=False)
    yield from _within(net, table, origins, own, times)
    asked = count < 1_000_000 or "full" in _ASKED
    found = peers.pandana(
        xy=sample.xy, u=sample.u, v=sample.v, cost=sample.cost, origins=origins, cutoff=CUTOFF_M,
        sizes=FACILITIES, facilities=np.concatenate(own.facilities), farthest=own.farthest,
    ) if asked else None  # fmt: skip
    yield from _pandana(found, own, count, asked)


def _nearest(
    net: RoadNetwork, table: csr_array[np.float64], own: _Own, times: int, cpp: peers.Cpp | None
) -> Iterator[Line]:
    facilities = own.facilities[-1]
    of = f"{net.n_nodes:,} nodes, {facilities.size:,} facilities"
    runs: list[Callable[[], object]] = [
        partial(net.nearest, facilities),
        partial(peers.scipy_nearest, table, facilities),
    ]
    cost = net.nearest(facilities)[0]
    _agree(cost, peers.scipy_nearest(table, facilities))
    if cpp is not None:
        runs.append(partial(cpp, net._forward, facilities))
        _agree(net._numbering.outside(cpp(net._forward, net._numbering.inside(facilities))[0]), cost)
    mine, scipy, *native = fastest(*runs, times=times, clock=_CLOCK)
    yield Line(f"nearest, {of}", mine * 1000, "ms", note="costs equal to those of all peers")
    note = _absent(native, "a C++ compiler")
    yield Line("  of the time of C++", mine / native[0] if native else None, "×", 2.0, note=note)
    yield Line("  faster than scipy's min_only", scipy / mine, "×", 3.0, least=True)
    three = fastest(partial(net.k_nearest, facilities, 3), times=times, clock=_CLOCK)[0]
    yield Line(f"3 nearest, {of}", three * 1000, "ms")
    own.nearest.append(mine)
    own.three.append(three)
    own.farthest.append(float(np.max(cost[np.isfinite(cost)])))


def _within(
    net: RoadNetwork, table: csr_array[np.float64], origins: IntArray, own: _Own, times: int
) -> Iterator[Line]:
    # scipy's answer is dense: at 2,000,000 nodes it is asked for a tenth of the origins, ten times over in effect.
    some = origins if net.n_nodes < 1_000_000 else origins[: ORIGINS // 10]
    own.within, peer = fastest(
        partial(net.costs_within, origins, CUTOFF_M),
        partial(dijkstra, table, indices=some, limit=CUTOFF_M),
        times=times,
        clock=_CLOCK,
    )
    yield Line(f"costs within 12.5 km of {ORIGINS} origins, {net.n_nodes:,} nodes", own.within * 1000, "ms")
    ratio, note = peer * ORIGINS / some.size / own.within, f"scipy asked for {some.size}"
    yield Line("  faster than scipy", ratio, "×", 10.0, least=True, note=note)


def _pandana(found: dict[str, float] | None, own: _Own, count: int, asked: bool) -> Iterator[Line]:
    note = "pandana not installed" if asked else "not asked: set PLANNER_BENCH=full"
    if found is not None:
        note = f"its preparation, {found['preparing']:.3g} s, not counted"
    rows = [("costs within", "within", own.within, 10.0)]
    for size, nearest, three in zip(FACILITIES, own.nearest, own.three, strict=True):
        rows += [
            (f"nearest, {size:,} facilities", f"nearest {size}", nearest, 100.0),
            (f"3 nearest, {size:,} facilities", f"3 nearest {size}", three, 100.0),
        ]
    yield Line(f"against pandana, {count:,} nodes", None if found is None else found["preparing"], note=note)
    for what, key, mine, least in rows:
        value = None if found is None else found[key] / mine
        yield Line(f"  {what}: faster than pandana", value, "×", least, least=True)


def _agree(own: FloatArray, peer: FloatArray) -> None:
    if not np.array_equal(own, peer):
        raise AssertionError("the planner and a peer disagree")


def _absent(found: list[float], what: str) -> str:
    return "" if found else f"{what} is not installed"
