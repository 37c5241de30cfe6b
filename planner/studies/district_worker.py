"""A process that assesses districts one after another, and the other end of it.

Run as ``python -m planner.studies.district_worker``: each line of standard input is a JSON list of a workspace's
location and what counts as small; each line of standard output is what :func:`planner.studies.figures.document_of`
returns for it. A process of its own per worker, rather than a pool: where one dies it is known over which district,
and no other district is lost with it.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import orjson

import planner
from planner.layers.deadline import check_time
from planner.studies.figures import document_of, failure_of

_DISTRICTS_PER_PROCESS = 40
"""After so many a process makes way for a fresh one, so that what libraries do not give back does not add up."""

_LOOK_UP_S = 0.5
"""So often the waiting looks up: where a wait cannot be interrupted, a wish to stop would not be heard."""

Answer = tuple[str, bytes]
"""The location of a district and what was found, as :func:`planner.studies.figures.document_of` returns it."""


def in_processes(locations: Sequence[str], small_below: float, workers: int) -> Iterator[Answer]:
    """Assess districts in processes of their own and yield what each gave, in the order in which they are done.

    Parameters
    ----------
    locations : sequence of str
    small_below : float
        People.
    workers : int
        So many processes at once, at least 1; each holds one district at a time.

    Yields
    ------
    Answer
        One for each location. A process that dies is reported for the district it was at; another takes its place.
        Where the caller stops before the end, all processes are ended.

    Raises
    ------
    ValueError
        If there is to be no worker.
    """
    if workers < 1:
        raise ValueError(f"workers: {workers} processes cannot assess anything; at least 1 is needed")
    waiting, answers = deque(locations), queue.SimpleQueue[Answer]()
    hands = [_Hand(waiting, answers, small_below) for _ in range(min(workers, len(waiting)))]
    for hand in hands:
        hand.start()
    try:
        for _ in range(len(locations)):
            yield _next(answers)
    finally:
        waiting.clear()
        for hand in hands:
            hand.stop()
        for hand in hands:
            hand.join()


def _next(answers: queue.SimpleQueue[Answer]) -> Answer:
    while True:
        check_time()
        with suppress(queue.Empty):
            return answers.get(timeout=_LOOK_UP_S)


class _Hand(threading.Thread):
    """Keeps one process at work until nothing is waiting any more."""

    def __init__(self, waiting: deque[str], answers: queue.SimpleQueue[Answer], small_below: float) -> None:
        super().__init__(daemon=True)
        self._waiting, self._answers, self._small_below = waiting, answers, small_below
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()
        self._starting = threading.Lock()

    def run(self) -> None:
        """Take districts as long as there are any."""
        asked = 0
        while not self._stopped.is_set():
            try:
                location = self._waiting.popleft()
            except IndexError:
                break
            if asked == _DISTRICTS_PER_PROCESS:
                self._end()
                asked = 0
            self._answers.put((location, self._ask(location)))
            asked += 1
        self._end()

    def stop(self) -> None:
        """End the process at once, whatever it is at."""
        with self._starting:
            self._stopped.set()
            if self._process is not None:
                self._process.kill()

    def _ask(self, location: str) -> bytes:
        try:
            process = self._running()
            if process is None or process.stdin is None or process.stdout is None:
                return _died(location, "it was stopped")
            process.stdin.write(orjson.dumps([location, self._small_below]) + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError as error:
            answer, reason = b"", error.strerror or str(error)
        else:
            reason = ""
        if answer.endswith(b"\n"):
            return answer[:-1]
        ended = self._end()
        return _died(location, reason or _told(ended))

    def _running(self) -> subprocess.Popen[bytes] | None:
        with self._starting:
            if self._stopped.is_set():
                return None
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "planner.studies.district_worker"],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                    env=_environment(),
                    # A Ctrl+C at the terminal is the caller's to act upon, not each process's.
                    start_new_session=True,
                )  # fmt: skip
            return self._process

    def _end(self) -> int:
        """Let the process go and return its exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        return process.wait()


def _environment() -> dict[str, str]:
    """Return the environment of a worker: it finds the same planner as this process, wherever that was started."""
    ours = str(Path(planner.__file__).resolve().parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))}


def _died(location: str, reason: str) -> bytes:
    told = failure_of(location, f"the process at work on it ended, {reason}")
    return orjson.dumps({"failure": told}, option=orjson.OPT_SORT_KEYS)


def _told(exit_code: int) -> str:
    """Return why a process ended, as far as its exit code says."""
    if exit_code >= 0:
        return f"exit code {exit_code}"
    with suppress(ValueError):
        name = signal.Signals(-exit_code).name
        return f"killed with {name}" + (", most likely for want of memory" if name == "SIGKILL" else "")
    return f"killed with signal {-exit_code}"


def main() -> None:
    """Answer line by line until there is no more to answer."""
    # Whatever a library prints must not get between the answers.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        location, small_below = orjson.loads(line)
        out.write(document_of(location, small_below) + b"\n")
        out.flush()


if __name__ == "__main__":
    main()
