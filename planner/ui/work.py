"""A study that may take long: it runs beside the page, tells how it stands, and can be cancelled.

A page starts a job under a name with the settings it is for, and draws what the job has found; whatever else is
done meanwhile, the job goes on. The last result stays until another takes its place, so that a page can show it beside
other settings and say that it is not of them.

Jobs belong to the server, not to a page: a rerun, another page or a second tab finds the one that is at work and starts
no other of the same settings, and who has closed the tab finds it in the next.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import streamlit as st

from planner.errors import PlannerError
from planner.i18n import Speech
from planner.ui import team
from planner.ui.guard import NotYet, complain
from planner.ui.job import Job
from planner.ui.text import plain

__all__ = [
    "Job",
    "anew",
    "drop",
    "forget_all",
    "job",
    "need",
    "offered",
    "start",
    "watch",
]

T = TypeVar("T")

AT_ONCE_S = 2.0
"""A page waits so long for a job before it shows how the job stands."""

EVERY_S = 0.5
"""How often a waiting page looks."""

_KEPT = 40
"""So many jobs are remembered that are at their end."""

_GONE_S = 10.0
"""A tab that has not looked for so long is closed, or shows another page."""

_TAB, _LEFT = "work_tab", "work_left"
_SHARED = ""
"""Whose jobs are that change nothing."""


_jobs: OrderedDict[tuple[str, str, Hashable], Job[Any]] = OrderedDict()
"""By whom they are for, name and settings; the latest last."""
_lock = threading.Lock()


def job(name: str, *, everybody: bool = False) -> Job[T] | None:
    """Return the job that was last started under a name in this session; in a new one, by the same person.

    Parameters
    ----------
    name : str
    everybody : bool
        Whether it is one and the same for all who use the app.
    """
    found: Job[T] | None = st.session_state.get(f"job_{name}")
    if found is None or everybody:
        person = _SHARED if everybody else team.person()
        with _lock:
            mine = [made for (whose, its, _), made in _jobs.items() if (whose, its) == (person, name)]
        if mine:
            found = st.session_state[f"job_{name}"] = mine[-1]
    return found


def start(
    name: str,
    settings: Hashable,
    run: Callable[[Job[T]], T],
    *,
    everybody: bool = False,
    keeps: bool = False,
) -> Job[T]:
    """Start a job under a name; one that still runs under it is asked to end, and what it finds is dropped.

    Where the same person has started one with the same settings that is still at work, it is that one.

    Parameters
    ----------
    name : str
    settings : hashable
    run : callable
        As for :class:`Job`.
    everybody : bool
        Whether it is one and the same for all who use the app.
    keeps : bool
        Whether it ends with what it has when it is cancelled, rather than without a trace.
    """
    made = _begun(_SHARED if everybody else team.person(), name, settings, run, again=True, keeps=keeps)
    made.wait(AT_ONCE_S)
    return made


def drop(name: str) -> None:
    """Forget the job of a name: its result has been taken."""
    made = st.session_state.pop(f"job_{name}", None)
    if made is not None:
        _forget(made)


def need(say: Speech, title: str, make: Callable[..., T], *settings: Hashable, keeps: bool = False) -> T:
    """Return what is found for settings; while that takes its time, show how it stands and leave the page.

    Whoever needs the same meanwhile, in whatever session, waits for the same job.

    Parameters
    ----------
    say : Speech
    title : str
        What is being done, in the page's language.
    make : callable
        Takes the settings, and then a callable to tell its progress to; the job itself where it `keeps`.
    *settings : hashable
    keeps : bool
        Whether who cancels it wants what it has found so far, rather than nothing.

    Raises
    ------
    NotYet
        If it is not there yet, or was cancelled. The page says so and how to begin anew.
    """
    found = offered(say, title, make, *settings, keeps=keeps)
    if found is None:
        raise NotYet
    return found


def offered(
    say: Speech,
    title: str,
    make: Callable[..., T],
    *settings: Hashable,
    keeps: bool = False,
    at_once_s: float | None = None,
) -> T | None:
    """Return what is found for settings; None while it is not there, with how it stands shown in its place.

    Parameters, and what they are: see :func:`need`; `at_once_s`: how long the page waits before it says so. The work
    never returns None.
    """
    name = make.__name__
    made = _begun(
        _SHARED, name, settings, lambda job: make(*settings, job if keeps else job.step), keeps=keeps
    )
    left = st.session_state.get(_LEFT) is made or (made.cancelled() and not (keeps and made.running))
    if made.running and not left:
        with st.spinner(plain(title)):
            made.wait(AT_ONCE_S if at_once_s is None else at_once_s)
    if made.error is not None:
        # Told once; whoever comes again lets it be tried again.
        _forget(made)
        raise made.error
    if made.found is not None:
        return made.found
    if left:
        st.info(say("Cancelled. Nothing was changed."))
        st.button(say("Begin again"), key=f"again_{name}", on_click=_come_back, args=(made,))
    else:
        _waiting(made, say, lambda _: title, False, made.cancel if keeps else lambda: _leave(made))
    return None


def _end(made: Job[Any]) -> None:
    st.session_state[_LEFT] = made
    made.cancel()


def _leave(made: Job[Any]) -> None:
    """Wait for a job no longer; where nobody else does, it ends."""
    st.session_state[_LEFT] = made
    with _lock:
        _unwatch(made)


def _come_back(made: Job[Any]) -> None:
    st.session_state.pop(_LEFT, None)
    if made.cancelled():
        _forget(made)


def anew(make: Callable[..., T], *settings: Hashable) -> None:
    """Forget what was found for settings, so that whoever needs it lets it be sought again."""
    with _lock:
        _jobs.pop((_SHARED, make.__name__, settings), None)


def watch(made: Job[T], say: Speech, told: Callable[[object], str], *, changes: bool = True) -> None:
    """Show how a job stands with a way to cancel it, and draw the page again when it has news.

    Parameters
    ----------
    made : Job
    say : Speech
    told : callable
        Returns the job's news in words.
    changes : bool
        Whether it matters how it ends once it is cancelled; where nothing is changed nobody waits for that.
    """
    if made.running and (changes or not made.cancelled()):
        _waiting(made, say, told, made.found is not None, made.cancel if changes else lambda: _end(made))
    elif isinstance(made.error, PlannerError):
        complain(say, made.error)
    elif made.error is not None:
        st.error(
            say(
                "Something went wrong in this study. Your workspace is as it was; the other pages go on working."
            )
        )


@st.fragment(run_every=EVERY_S)
def _waiting(
    made: Job[T], say: Speech, told: Callable[[object], str], shown: bool, end: Callable[[], None]
) -> None:
    """Show how a job stands; `end` is what cancelling does."""
    if not made.running or (made.found is not None) != shown or st.session_state.get(_LEFT) is made:
        st.rerun(scope="app")
    made.watchers[_tab()] = time.monotonic()
    left, right, _ = st.columns([0.55, 0.2, 0.25], vertical_alignment="center")
    with left:
        _standing(made, say, told, shown)
    if made.cancelled():
        right.caption(say("ending …"))
    else:
        right.button(say("Cancel"), on_click=end, key=f"cancel_{id(made)}", width="stretch")


def _standing(made: Job[T], say: Speech, told: Callable[[object], str], shown: bool) -> None:
    """Say how a job stands: what changes rarely is read aloud, the seconds and the bar are for the eye."""
    seconds = say.number(made.seconds)
    news = told(made.news) if made.news is not None or made.share is not None else ""
    if made.share is not None:
        tens = say.percent(int(made.share * 10) / 10, 0)
        # What stands in such a box is read aloud when it changes; see page.js.
        with st.container(key=f"announce_{id(made)}"):
            st.caption(plain(f"{news} {tens}" if news.endswith("…") else f"{news} · {tens}"))
        st.progress(min(1.0, made.share), say("{seconds} s", seconds=seconds))
    # What is shown already is the result; what is still looked for is what speaks for it.
    elif shown:
        st.caption(say("Found; alternatives are being compared, {seconds} s", seconds=seconds))
    else:
        st.caption(" · ".join(filter(None, (say("Searching, {seconds} s", seconds=seconds), plain(news)))))


def _begun(
    whose: str,
    name: str,
    settings: Hashable,
    run: Callable[[Job[T]], T],
    *,
    again: bool = False,
    keeps: bool = False,
) -> Job[T]:
    """Return the job of these settings, begun where there is none; `again`: also where there is one at its end."""
    with _lock:
        made: Job[T] | None = _jobs.get((whose, name, settings))
        if made is None or (again and (not made.running or made.cancelled())):
            made = Job(settings, run, keeps=keeps).start()
            _jobs[whose, name, settings] = made
            _leave_others(whose, name, made)
        _jobs.move_to_end((whose, name, settings))
        made.watchers[_tab()] = time.monotonic()
        ended = [key for key, one in _jobs.items() if not one.running]
        for key in ended[:-_KEPT]:
            del _jobs[key]
    st.session_state[f"job_{name}"] = made
    return made


def _leave_others(whose: str, name: str, made: Job[Any]) -> None:
    """End what this tab waited for under the same name, unless another tab waits for it."""
    for (its, called, _), other in _jobs.items():
        if (its, called) == (whose, name) and other is not made and _tab() in other.watchers:
            _unwatch(other)


def _unwatch(made: Job[Any]) -> None:
    made.watchers.pop(_tab(), None)
    now = time.monotonic()
    if all(now - seen > _GONE_S for seen in made.watchers.values()):
        made.cancel()


def _forget(made: Job[Any]) -> None:
    with _lock:
        for key in [key for key, one in _jobs.items() if one is made]:
            del _jobs[key]


def forget_all() -> None:
    """Cancel all jobs and forget them."""
    with _lock:
        for made in _jobs.values():
            made.cancel()
        _jobs.clear()


def _tab() -> str:
    tab: str = st.session_state.setdefault(_TAB, uuid.uuid4().hex)
    return tab
