"""The clock of a search, its progress, and the ways to stop it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from planner.siting.solution import relative_gap


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search has come.

    Attributes
    ----------
    seconds : float
        Since it began.
    objective, bound : float
        Of the best solution, and what none can beat; in the terms of the model.
    share : float or None
        Of the search that is done, from 0 to 1; None where only the gap tells how far it has come.
    gap : float
        Relative to the objective.
    """

    seconds: float
    objective: float
    bound: float
    share: float | None = None

    @property
    def gap(self) -> float:
        """Distance of the bound from the objective, relative to the objective."""
        return relative_gap(self.objective, self.bound)


@dataclass
class Watch:
    """Tells a search when to stop, and the caller how it stands.

    Parameters
    ----------
    limit_s : float, optional
        Seconds from now.
    cancel : callable, optional
        Asked now and then; True stops the search, which returns its best solution.
    report : callable, optional
        Called with a :class:`Progress` whenever there is news, at most a few times a second.
    sign, offset : float
        From the numbers of the search to those of the model.
    """

    limit_s: float | None = None
    cancel: Callable[[], bool] | None = None
    report: Callable[[Progress], None] | None = None
    began: float = field(default_factory=time.perf_counter)
    interrupted: bool = False
    sign: float = 1.0
    offset: float = 0.0
    _said: float = -1.0

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self.began

    @property
    def left_s(self) -> float:
        """Seconds that are left; inf without a limit."""
        return float("inf") if self.limit_s is None else max(0.0, self.limit_s - self.seconds)

    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        if not self.interrupted and self.cancel is not None and self.cancel():
            self.interrupted = True
        return self.interrupted

    def over(self) -> bool:
        """Whether the search has to end now."""
        return self.left_s <= 0.0 or self.cancelled()

    def why(self, gap: float) -> str:
        """Why a search without a proof ended."""
        if self.interrupted:
            return "cancelled"
        return "gap" if gap > 0 and self.left_s > 0.0 else "time"

    def news(self, objective: float, bound: float, share: float | None = None) -> None:
        """Report how the search stands, unless the last report is only just past.

        Parameters
        ----------
        objective, bound : float
        share : float, optional
            Of its rounds that are done; what the time limit leaves may be less.
        """
        if self.report is not None and self.seconds - self._said >= 0.2:
            self._said = self.seconds
            objective, bound = (self.offset + self.sign * value for value in (objective, bound))
            if share is not None and self.limit_s:
                share = min(1.0, max(share, self.seconds / self.limit_s))
            self.report(Progress(self.seconds, objective, bound, share))

    def silent(self) -> Watch:
        """Return a watch with the same end that reports nothing, for a search inside a search."""
        return Watch(self.limit_s, self.cancelled, None, self.began)

    def seen_as(self, sign: float, offset: float) -> Watch:
        """Return a watch with the same end for a search that counts otherwise than its model."""
        return Watch(self.limit_s, self.cancelled, self.report, self.began, sign=sign, offset=offset)

    @contextmanager
    def interruptible(self) -> Iterator[Watch]:
        """Take Ctrl-C as a wish to stop with the best solution; a second one stops at once."""
        main = threading.current_thread() is threading.main_thread()
        if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            yield self
            return

        def stop(number: int, frame: FrameType | None) -> None:
            if self.interrupted:
                signal.default_int_handler(number, frame)
            self.interrupted = True

        signal.signal(signal.SIGINT, stop)
        try:
            yield self
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)
