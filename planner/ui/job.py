"""A piece of work in a thread of its own: how it stands, how it ended, and how it is ended."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import streamlit as st

from planner.errors import PlannerError, Stopped
from planner.layers.deadline import stoppable

_LOG = logging.getLogger("planner")

T = TypeVar("T")


class Job(Generic[T]):
    """A study at work in a thread of its own.

    Parameters
    ----------
    settings : hashable
        What it was started with.
    run : callable
        Takes the job and returns what it finds. It calls :meth:`show` with what it has so far, :meth:`tell` or
        :meth:`step` with news, and asks :meth:`cancelled` now and then.

    Attributes
    ----------
    found : T or None
    news : object
        What was told last.
    share : float or None
        Of the work that is done, from 0 to 1; None where that is not known.
    error : Exception or None
    watchers : dict of str to float
        The tabs that wait for it, and when each last looked, by the clock of this process.
    """

    def __init__(self, settings: Hashable, run: Callable[[Job[T]], T]) -> None:
        self.settings = settings
        self.found: T | None = None
        self.news: object = None
        self.share: float | None = None
        self.error: Exception | None = None
        self.watchers: dict[str, float] = {}
        # Files that a browser sent go with their session; a job keeps those that it reads.
        self._holds: object = st.session_state.get("upload_folder")
        self.began = time.monotonic()
        self._run = run
        self._cancel, self._done = threading.Event(), threading.Event()
        # A job does not keep a server from ending.
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> Job[T]:
        """Begin."""
        self._thread.start()
        return self

    def _work(self) -> None:
        try:
            with stoppable(self.cancelled):
                self.found = self._run(self)
        except Stopped:
            # Somebody asked for it: what was shown before stays, and there is nothing to complain of.
            pass
        except Exception as error:
            self.error = error
            if not isinstance(error, PlannerError):
                _LOG.exception("A study failed.")
        finally:
            self._holds = None
            self._done.set()

    def show(self, found: T) -> None:
        """Show a result before the work is at its end."""
        self.found = found

    def tell(self, news: object) -> None:
        """Tell how the work stands."""
        self.news = news

    def stand(self, share: float, news: object = "") -> None:
        """Tell which share of the work is done."""
        self.share, self.news = share, news

    def step(self, share: float, what: object = "") -> None:
        """Tell which share of the work is done, and end it where nobody wants it any more.

        Raises
        ------
        Stopped
            If it was cancelled.
        """
        self.stand(share, what)
        if self.cancelled():
            raise Stopped

    def cancel(self) -> None:
        """Ask the work to end with what it has."""
        self._cancel.set()

    def cancelled(self) -> bool:
        """Whether somebody asked the work to end."""
        return self._cancel.is_set()

    @property
    def running(self) -> bool:
        """Whether the work goes on."""
        return not self._done.is_set()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.began

    def wait(self, seconds: float) -> bool:
        """Wait for the end, so long at most, and return whether it has come."""
        return self._done.wait(seconds)
