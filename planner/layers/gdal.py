"""GDAL at arm's length: files are opened by a process of their own, which can be stopped and may crash.

The library cannot be interrupted, and a file can be made to keep it busy for ever or to bring it down. In a process
of its own neither hurts: it is stopped when the time is over, and the next file gets a new one. The process is kept
for the files that follow; it ends with the one that started it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planner.layers import deadline
from planner.layers.limits import MIB, Limits

_PROGRAM = Path(__file__).with_name("gdal_process.py")
_KEPT = 2
_LOOK_S = 0.1
_LIBRARIES = 2048 * MIB
"""Of address space, which libraries reserve but do not use."""


class _Reader:
    """A process that reads files, one at a time."""

    def __init__(self) -> None:
        # Libraries for linear algebra reserve memory for every thread; there is nothing to compute.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(_PROGRAM)], env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def ask(self, request: tuple[Any, ...], over: Callable[[], bool]) -> tuple[str, Any, list[str]]:
        """Return the answer to a request; EOFError where the process has ended before it gave one."""
        assert self.process.stdin is not None and self.process.stdout is not None
        answered = threading.Event()
        threading.Thread(target=self._look, args=(answered, over), daemon=True).start()
        try:
            pickle.dump(request, self.process.stdin)
            self.process.stdin.flush()
            answer: tuple[str, Any, list[str]] = pickle.load(self.process.stdout)  # noqa: S301 - our own process
        except (OSError, pickle.UnpicklingError) as error:
            raise EOFError from error
        finally:
            answered.set()
        return answer

    def _look(self, answered: threading.Event, over: Callable[[], bool]) -> None:
        """End the process when the time is over before it has answered, or nobody wants the answer any more."""
        while not answered.wait(_LOOK_S):
            if over():
                self.process.kill()
                return

    def end(self) -> None:
        """End the process and let go of it."""
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self.process.wait()


_idle: list[_Reader] = []
_foreign: list[_Reader] = []
_lock = threading.Lock()


def list_layers(path: Path) -> Any:
    """Return the names and geometry types of a file's layers, as ``pyogrio.list_layers``."""
    return _asked("list_layers", path)


def read_info(path: Path, **options: Any) -> dict[str, Any]:
    """Return what is known of a layer without reading it, as ``pyogrio.read_info``."""
    info: dict[str, Any] = _asked("read_info", path, **options)
    return info


def read(path: Path, **options: Any) -> tuple[Any, ...]:
    """Return a layer's metadata, ids, geometries as WKB and columns, as ``pyogrio.raw.read``."""
    content: tuple[Any, ...] = _asked("read", path, **options)
    return content


def _asked(name: str, path: Path, **options: Any) -> Any:
    deadline.check_time()
    with _lock:
        reader = _idle.pop() if _idle else None
    reader = reader or _Reader()
    most = Limits.in_force().max_memory_bytes + _LIBRARIES
    try:
        kind, answer, heard = reader.ask((name, most, (str(path),), options), deadline.is_over())
    except EOFError:
        reader.end()
        deadline.check_time()
        raise RuntimeError("the reading of it broke down") from None
    except BaseException:
        reader.end()
        raise
    with _lock:
        spare = len(_idle) >= _KEPT
        if not spare:
            _idle.append(reader)
    if spare:
        reader.end()
    for remark in heard:
        warnings.warn(remark, RuntimeWarning, stacklevel=2)
    if kind == "failed":
        raise answer
    return answer


def _part() -> None:
    """Leave the readers to the process that started them, in one that was forked from it."""
    _foreign.extend(_idle)
    _idle.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_part)


@atexit.register
def _end_all() -> None:
    with _lock:
        readers = list(_idle)
        _idle.clear()
    for reader in readers:
        reader.end()
