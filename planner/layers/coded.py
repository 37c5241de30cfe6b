"""Columns of texts of which there are few different ones, as codes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def coded(texts: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.int64]]:
    """Return the different texts of a column in order, and which of them each feature has.

    As ``numpy.unique`` with its inverse, but by hashing: a country has millions of roads of a dozen classes, and
    sorting them as texts takes seconds.

    Parameters
    ----------
    texts : (n,) object array of str

    Returns
    -------
    names : (k,) str array
    code : (n,) int array
    """
    different = dict.fromkeys(texts)
    names = sorted({str(text) for text in different})
    if not names:
        return np.empty(0, dtype=np.str_), np.empty(0, dtype=np.int64)
    number = {name: i for i, name in enumerate(names)}
    code = {text: number[str(text)] for text in different}
    return np.array(names, dtype=np.str_), np.fromiter(map(code.__getitem__, texts), np.int64, len(texts))
