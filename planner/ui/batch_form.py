"""Districts compared from the page: which workspaces, how far the batch has come, its end."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import streamlit as st

from planner.i18n import Speech
from planner.report.districts import write_districts
from planner.results import Districts
from planner.serve import FOLDER
from planner.studies.batch import batch, processors
from planner.studies.workspaces_in import ENDING, workspaces_among
from planner.ui import team, work
from planner.ui.districts_folder import chosen_from_now_on, folder_of, results_root
from planner.ui.folder import files_of, inside
from planner.ui.text import plain
from planner.workspace import Rank

JOB = "districts"
_SHOWN = "districts_shown"
_WRITTEN = ("html", "xlsx", "geojson")
_SHORT = 7
"""A list of so many is shown to its end; a longer one is moved."""
_FRESH_S = 5.0
_LEAVE_ONE = 1
"""So many processors are left to the app itself."""


@dataclass(frozen=True)
class Asked:
    """A batch.

    Attributes
    ----------
    workspaces : tuple of str
    out : str
        Its folder of results.
    language : str
        Of the report.
    """

    workspaces: tuple[str, ...]
    out: str
    language: str


@dataclass
class Standing:
    """How far a batch has come.

    Attributes
    ----------
    done, total : int
    last : str
        The district that was done last.
    failed : list of str
        Those that could not be assessed.
    """

    done: int = 0
    total: int = 0
    last: str = ""
    failed: list[str] = field(default_factory=list)


def show_batch(say: Speech) -> None:
    """Show the form that compares the workspaces of the allowed folder, and how that stands."""
    job: work.Job[Districts] | None = work.job(JOB, everybody=True)
    root = results_root()
    if root is None or not team.may(Rank.PLANNER):
        return
    if job is not None:
        _standing(job, say)
    with st.expander(say("Compare districts"), expanded=job is not None and job.found is None):
        allowed = os.environ.get(FOLDER)
        if not allowed:
            st.caption(
                say(
                    "To compare districts from here, the planner is started with the folder of their workspaces: "
                    "planner app --folder FOLDER."
                )
            )
            return
        asked = _choose(Path(allowed), root, say)
        busy = job is not None and job.running
        label, barred = say("Compare them"), busy or asked is None
        if st.button(label, type="primary", key="batch_start", disabled=barred) and asked and not busy:
            work.start(JOB, asked, lambda made: _run(asked, made), everybody=True)
            st.rerun()
        st.caption(
            say("Districts that were measured before and have not changed since are not measured again.")
        )


def _choose(allowed: Path, root: Path, say: Speech) -> Asked | None:
    names = _names(str(allowed))
    if not names:
        st.info(plain(say("The folder {folder} holds no workspace of the planner.", folder=allowed.name)))
        return None
    table = pd.DataFrame({"take": True, "name": names})
    edited = st.data_editor(
        table, hide_index=True, disabled=["name"], key="batch_workspaces", width="content",
        height="content" if len(names) <= _SHORT else 300,
        column_config={
            "take": st.column_config.CheckboxColumn(say("Take"), width=80),
            "name": st.column_config.TextColumn(say("Workspace"), width=420),
        },
    )  # fmt: skip
    taken = [name for name, yes in zip(names, edited["take"], strict=True) if yes]
    called = st.text_input(say("Name of the comparison"), say("Districts"), key="batch_name", max_chars=60)
    folder = re.sub(r"[^\w .-]+", "-", called).strip(" .-")
    if not taken or not folder:
        return None
    return Asked(
        tuple(str(inside(allowed, name)) for name in taken), str(folder_of(root, folder)), say.language
    )


@st.cache_data(ttl=_FRESH_S, show_spinner=False)
def _names(allowed: str) -> list[str]:
    folder = Path(allowed)
    found = workspaces_among(folder / name for name in files_of(folder, (ENDING,)))
    return [path.relative_to(folder).as_posix() for path in found]


def _run(asked: Asked, job: work.Job[Districts]) -> Districts:
    standing = Standing(total=len(asked.workspaces))
    job.step(0.0, standing)

    def done(count: int, total: int, name: str, good: bool) -> None:
        standing.done, standing.total, standing.last = count, total, name
        if not good:
            standing.failed.append(name)
        job.step(0.95 * count / total, standing)

    out = Path(asked.out)
    found = batch(asked.workspaces, out, workers=max(1, processors() - _LEAVE_ONE), done=done)
    write_districts(found, _WRITTEN, asked.language, out)
    return found


def _standing(job: work.Job[Districts], say: Speech) -> None:
    work.watch(job, say, lambda news: _told(news, say))
    if job.running or job.error is not None:
        return
    standing = job.news if isinstance(job.news, Standing) else Standing()
    if job.found is None:
        st.info(
            say(
                "Stopped: {count} of {total} districts are done and kept. Compare them again to go on from there.",
                count=say.number(standing.done),
                total=say.number(standing.total),
            )
        )
        return
    asked: Asked = job.settings  # type: ignore[assignment]
    if st.session_state.get(_SHOWN) is not job:
        # What was asked for is what is shown, once; afterwards the choice is the planner's own again.
        st.session_state[_SHOWN] = job
        chosen_from_now_on(Path(asked.out))
        st.rerun()


def _told(news: object, say: Speech) -> str:
    if not isinstance(news, Standing):
        return ""
    parts = [
        say("{count} of {total} districts", count=say.number(news.done), total=say.number(news.total)),
        say("the last: {name}", name=news.last) if news.last else "",
        say("could not be assessed: {names}", names=_some(news.failed)) if news.failed else "",
    ]
    return "; ".join(filter(None, parts))


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
