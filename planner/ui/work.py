"""A study that may take long: it runs beside the page, tells how it stands, and can be cancelled.

A page starts a job under a name with the settings it is for, and draws what the job has found; whatever else is
done meanwhile, the job goes on. The last result stays until another takes its place, so that a page can show it beside
other settings and say that it is not of them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import streamlit as st

from planner.errors import PlannerError
from planner.i18n import Speech
from planner.ui.guard import complain

_LOG = logging.getLogger("planner")

T = TypeVar("T")

AT_ONCE_S = 2.0
"""A page waits so long for a job before it shows how the job stands."""

EVERY_S = 0.5
"""How often a waiting page looks."""


class Job(Generic[T]):
    """A study at work in a thread of its own.

    Parameters
    ----------
    settings : hashable
        What it was started with.
    run : callable
        Takes the job and returns what it finds. It calls :meth:`show` with what it has so far, :meth:`tell` with news,
        and asks :meth:`cancelled` now and then.

    Attributes
    ----------
    found : T or None
    news : object
        What was told last.
    error : Exception or None
    """

    def __init__(self, settings: Hashable, run: Callable[[Job[T]], T]) -> None:
        self.settings = settings
        self.found: T | None = None
        self.news: object = None
        self.error: Exception | None = None
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
            self.found = self._run(self)
        except Exception as error:
            self.error = error
            if not isinstance(error, PlannerError):
                _LOG.exception("A study failed.")
        finally:
            self._done.set()

    def show(self, found: T) -> None:
        """Show a result before the work is at its end."""
        self.found = found

    def tell(self, news: object) -> None:
        """Tell how the work stands."""
        self.news = news

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


def job(name: str) -> Job[T] | None:
    """Return the job that was last started under a name in this session."""
    found: Job[T] | None = st.session_state.get(f"job_{name}")
    return found


def start(name: str, settings: Hashable, run: Callable[[Job[T]], T]) -> Job[T]:
    """Start a job under a name; one that still runs under it is asked to end, and what it finds is dropped."""
    before: Job[T] | None = job(name)
    if before is not None:
        before.cancel()
    made = Job(settings, run).start()
    st.session_state[f"job_{name}"] = made
    made.wait(AT_ONCE_S)
    return made


def watch(made: Job[T], say: Speech, told: Callable[[object], str]) -> None:
    """Show how a job stands with a way to cancel it, and draw the page again when it has news.

    Parameters
    ----------
    made : Job
    say : Speech
    told : callable
        Returns the job's news in words.
    """
    if made.running:
        _waiting(made, say, told, made.found is not None)
    elif isinstance(made.error, PlannerError):
        complain(say, made.error)
    elif made.error is not None:
        st.error(
            say(
                "Something went wrong in this study. Your workspace is as it was; the other pages go on working."
            )
        )


@st.fragment(run_every=EVERY_S)
def _waiting(made: Job[T], say: Speech, told: Callable[[object], str], shown: bool) -> None:
    if not made.running or (made.found is not None) != shown:
        st.rerun(scope="app")
    left, right = st.columns([0.72, 0.28], vertical_alignment="center")
    seconds = say.number(made.seconds)
    news = told(made.news) if made.news is not None else ""
    # What is shown already is the result; what is still looked for is what speaks for it.
    if shown:
        left.caption(say("Found; alternatives are being compared, {seconds} s", seconds=seconds))
    else:
        left.caption(" · ".join(filter(None, (say("Searching, {seconds} s", seconds=seconds), news))))
    if made.cancelled():
        right.caption(say("ending …"))
    else:
        right.button(say("Cancel"), on_click=made.cancel, key=f"cancel_{id(made)}", width="stretch")
