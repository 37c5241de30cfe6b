"""A process that reads files through GDAL on behalf of another; see :mod:`planner.layers.gdal`.

Run as a script: it takes pickled requests from standard input and gives pickled answers on standard output, until its
input ends, as it does when the other process goes. It imports nothing of the planner: it has to start at once.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import warnings
from typing import Any, BinaryIO


def main() -> None:
    """Answer requests until there are no more."""
    source: BinaryIO = sys.stdin.buffer
    # Answers go to where standard output was; whatever a library prints goes to standard error.
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    import pyogrio
    import pyogrio.raw

    known = {"list_layers": pyogrio.list_layers, "read_info": pyogrio.read_info, "read": pyogrio.raw.read}
    while True:
        try:
            name, most_memory, words, options = pickle.load(source)  # noqa: S301 - from the process that started this
        except EOFError:
            return
        _bound(most_memory)
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            answer: tuple[str, Any]
            try:
                answer = ("done", known[name](*words, **options))
            except Exception as error:
                answer = ("failed", error)
        _hand_over(sink, (*answer, [str(warning.message) for warning in heard]))


def _bound(most_memory: int) -> None:
    """Let the process take no more memory than it may, where the system knows such a bound."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most_memory, hard))


def _hand_over(sink: BinaryIO, answer: tuple[str, Any, list[str]]) -> None:
    try:
        data = pickle.dumps(answer, protocol=5)
        pickle.loads(data) if answer[0] == "failed" else None  # noqa: S301 - made a line above
    except Exception:
        data = pickle.dumps(("failed", RuntimeError(str(answer[1])), answer[2]))
    sink.write(data)
    sink.flush()


if __name__ == "__main__":
    main()
