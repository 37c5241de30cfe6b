"""Those the searches are measured against: C++ compiled on the spot, scipy, and pandana where it is installed."""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import dijkstra

from planner.network.arcs import Arcs

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Cpp = Callable[[Arcs, IntArray], tuple[FloatArray, npt.NDArray[np.int32]]]
_HERE = Path(__file__).parent


def compiled(folder: Path) -> Cpp | None:
    """Return the search in C++, compiled into a folder; None without a compiler."""
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        return None
    library = folder / "nearest.so"
    command: list[str | Path] = [
        compiler,
        "-O3",
        "-march=native",
        "-shared",
        "-fPIC",
        _HERE / "nearest.cpp",
        "-o",
        library,
    ]
    subprocess.run(command, check=True, capture_output=True)
    function = ctypes.CDLL(str(library)).nearest
    function.restype = None

    def nearest(arcs: Arcs, sources: IntArray) -> tuple[FloatArray, npt.NDArray[np.int32]]:
        n = arcs.start.size - 1
        best, which = np.empty(n), np.empty(n, dtype=np.int32)
        pointer = [ctypes.c_void_p(a.ctypes.data) for a in (arcs.start, arcs.head, arcs.weight, sources)]
        function(
            ctypes.c_int64(n), *pointer, ctypes.c_int64(sources.size), ctypes.c_double(arcs.per_bucket),
            ctypes.c_int64(arcs.buckets), ctypes.c_void_p(best.ctypes.data), ctypes.c_void_p(which.ctypes.data),
        )  # fmt: skip
        return best, which

    return nearest


def scipy_nearest(table: object, facilities: IntArray) -> FloatArray:
    """Return scipy's cost of each node from the nearest facility."""
    return np.asarray(dijkstra(table, indices=facilities, min_only=True))


def pandana(**arrays: npt.ArrayLike) -> dict[str, float] | None:
    """Return pandana's seconds by task; None where it is not installed.

    It is looked for beside the planner, or in the environment whose Python ``PLANNER_PEERS_PYTHON`` names.
    """
    python = os.environ.get("PLANNER_PEERS_PYTHON")
    if python is None:
        if importlib.util.find_spec("pandana") is None:
            return None
        python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.npz"
        np.savez(path, allow_pickle=False, **{name: np.asarray(values) for name, values in arrays.items()})
        command: list[str | Path] = [python, "-W", "ignore", _HERE / "pandana_peer.py", path]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    # It writes of its progress, too.
    found: dict[str, float] = json.loads(done.stdout[done.stdout.index("{") :])
    return found
