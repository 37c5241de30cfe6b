"""How the searches are compiled: once per machine, and free of the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba as nb
import numpy as np
import numpy.typing as npt
from numba.cpython.unsafe.numbers import trailing_zeros

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
UInt32Array = npt.NDArray[np.uint32]
UInt64Array = npt.NDArray[np.uint64]
Offsets = npt.NDArray[Any]
"""Where the arcs of each node begin: 32 bits wide where that is enough, since narrow arrays stay in the cache."""
Index = int | np.integer[Any]
Graph = tuple[Offsets, UInt32Array, FloatArray]
"""Where the arcs of each node begin, with one more for the end of all; head and weight of each arc."""

lowest_bit = cast(Callable[[np.uint64], int], trailing_zeros)
"""The number of the lowest bit that is set, for use in kernels."""

_Function = TypeVar("_Function", bound=Callable[..., object])


def kernel(function: _Function) -> _Function:
    """Compile a function, and keep the result on disk; threads may run it side by side.

    Two rules keep compiled searches quick. Arrays are indexed with unsigned numbers, for a signed one is first
    asked whether it counts from the end. No array variable is bound anew inside a search, for every use of it
    would then count references: what may have to grow is grown between two calls.
    """
    return cast(_Function, nb.njit(cache=True, nogil=True, error_model="numpy")(function))
