"""Keeping scenarios: save under a name, load, download, read a file, begin anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from planner.errors import InputError, PlannerError
from planner.i18n import LANGUAGES, Speech, speech, words
from planner.report.files import part_of_name
from planner.scenario import Scenario, checked_name
from planner.studies.kept_scenarios import KeptScenario, kept_scenarios
from planner.studies.scenarios import scenario_from_bytes
from planner.ui import draft, state, team, unsaved
from planner.ui.text import plain
from planner.ui.unreadable import show_unreadable
from planner.workspace import Rank

_NAME_KEY, _OPEN_KEY, _NAMED_KEY = "shelf_name", "shelf_open", "shelf_named"
_SAID_KEY, _ANSWER_KEY = "shelf_said", "shelf_answer"
"""What is to be told at the head of the numbers, and what beside the button that saves."""

_OFFERED = 3
"""So many drafts of sessions that are closed are offered, the latest of them."""

_INTO_VIEW = """<script>
document.querySelector(".st-key-announce_saved")?.scrollIntoView({{ block: "nearest" }}); // {moment}
</script>"""


def head(say: Speech) -> None:
    """Show the name of the draft, what is kept to be opened, and undo and redo."""
    now = draft.draft(say)
    found = kept_scenarios(state.workspace())
    first, second, third, fourth = st.columns([0.5, 0.26, 0.12, 0.12], vertical_alignment="bottom")
    first.markdown(
        f"**{plain(_called(now, say))}**" + (f" · {plain(say('not saved'))}" if now.changed else "")
    )
    with second.popover(say("Open"), width="stretch"):
        _open(found, say)
    third.button(
        "↶", help=say("Undo"), disabled=not now.past, key="undo", width="stretch",
        on_click=lambda: draft.put(draft.draft(say).undone()),
    )  # fmt: skip
    fourth.button(
        "↷", help=say("Redo"), disabled=not now.future, key="redo", width="stretch",
        on_click=lambda: draft.put(draft.draft(say).redone()),
    )  # fmt: skip
    if not now.scenario.edits:
        _left(say)
    told = st.session_state.pop(_SAID_KEY, None)
    if told:
        _tell(told)


def _left(say: Speech) -> None:
    """Offer what was on the desk when a page was loaded anew or closed; an empty desk has the room for it."""
    for one in unsaved.left()[:_OFFERED]:
        name, edits = _called(one.draft, say), len(one.draft.scenario.edits)
        counted = say.plural("{count} edit", "{count} edits", edits)
        text = (
            say("Go on with “{name}”: {edits}, not saved", name=name, edits=counted)
            if one.draft.changed
            else say("Go on with “{name}”: {edits}", name=name, edits=counted)
        )
        st.button(
            plain(text), key=f"shelf_go_on_{one.tab}", width="stretch", icon=":material/history:",
            on_click=_doing(say, partial(_go_on, one.tab, say)),
        )  # fmt: skip


def _open(found: Sequence[KeptScenario], say: Speech) -> None:
    """Show what is kept, to be opened or removed."""
    # By the digest of what the list showed: what somebody else saves meanwhile is not removed unseen.
    kept = {one.record.name: one.record.digest for one in found if one.scenario is not None}
    chosen = st.selectbox(
        say("Kept in the workspace"),
        list(kept),
        index=None,
        key=_OPEN_KEY,
        placeholder=say("Choose a scenario"),
    )
    first, second = st.columns(2)
    first.button(
        say("Open it"), disabled=chosen is None, key="shelf_load", width="stretch",
        on_click=_doing(say, lambda: _load(str(chosen), say)),
    )  # fmt: skip
    second.button(
        say("Remove it"), disabled=chosen is None or not team.may(Rank.PLANNER), key="shelf_remove", width="stretch",
        on_click=_doing(say, lambda: _remove(str(chosen), kept.get(str(chosen)), say)),
    )  # fmt: skip
    show_unreadable(found, say, "shelf")
    given = st.file_uploader(say("From a file"), type=["json"], key="shelf_file")
    st.button(
        say("Read the file"), disabled=given is None, key="shelf_read", width="stretch",
        on_click=_doing(say, lambda: _read(given.name, given.getvalue(), say) if given else ""),
    )  # fmt: skip
    st.button(
        say("Begin a new one"), key="shelf_new", width="stretch",
        on_click=lambda: draft.begin(say, Scenario(say("New scenario"))),
    )  # fmt: skip


def save(say: Speech) -> None:
    """Show the name to save under, and the file to take along."""
    now = draft.draft(say)
    named = "" if _unnamed(now) else now.scenario.name
    # Streamlit forgets what is in a field that was not drawn, as where all edits had been undone.
    if _NAME_KEY not in st.session_state or st.session_state.get(_NAMED_KEY) != named:
        st.session_state[_NAME_KEY] = st.session_state[_NAMED_KEY] = named
    first, second, third = st.columns([0.46, 0.27, 0.27], vertical_alignment="bottom")
    first.text_input(say("Name"), key=_NAME_KEY, max_chars=120, placeholder=_called(now, say))
    can = team.may_keep(say)
    second.button(
        say("Save"), key="shelf_save", type="primary", width="stretch", disabled=not (now.scenario.edits and can),
        on_click=_doing(say, lambda: _save(say), _ANSWER_KEY),
    )  # fmt: skip
    third.download_button(
        say("Download"), now.scenario.named(_called(now, say)).to_json(), file_name=_file_name(_called(now, say)),
        mime="application/json",
        on_click="ignore", key="shelf_download", width="stretch", disabled=not now.scenario.edits,
    )  # fmt: skip
    _answer()


def _unnamed(now: draft.Draft) -> bool:
    """Whether nobody has given it a name: it has the one that a new scenario begins with, in whatever language."""
    return not now.origin and now.scenario.name in {speech(each)("New scenario") for each in LANGUAGES}


def _called(now: draft.Draft, say: Speech) -> str:
    """Return the draft's name; until it has one, that of a new scenario in the language of the page."""
    return say("New scenario") if _unnamed(now) else now.scenario.name


def _file_name(name: str) -> str:
    return f"{part_of_name(name) or 'scenario'}.json"


def _answer() -> None:
    """Say below the button what saving has come to; the pane is scrolled there, for its end may be out of sight."""
    told = st.session_state.pop(_ANSWER_KEY, None)
    if not told:
        return
    # What stands in such a box is read aloud; see page.js.
    with st.container(key="announce_saved"):
        _tell(told)
    # The browser runs the same script once; the moment makes it another one.
    st.html(_INTO_VIEW.format(moment=time.monotonic_ns()), unsafe_allow_javascript=True)


def _tell(told: tuple[str, str]) -> None:
    kind, text = told
    (st.success if kind == "done" else st.error)(plain(text))


def _go_on(tab: str, say: Speech) -> str:
    found = unsaved.take(tab)
    if found is None:
        raise InputError("It is open in another window by now.")
    draft.put(draft.draft(say).over(found))
    return ""


def _save(say: Speech) -> str:
    now = draft.draft(say)
    name = checked_name((st.session_state.get(_NAME_KEY) or "").strip() or _called(now, say))
    # Under another name it becomes another scenario; one that is there already is not written over.
    scenario = now.scenario.named(name)
    record = state.workspace().save_scenario(name, scenario.to_json(), expected=now.expected(name))
    draft.put(now.saved(scenario, record.digest))
    return say("Saved as “{name}”.", name=name)


def _load(name: str, say: Speech) -> str:
    record = state.workspace().scenario(name)
    scenario = Scenario.from_json(record.document)
    draft.begin(say, scenario, draft.Seen(scenario, record.digest))
    return ""


def _read(name: str, data: bytes, say: Speech) -> str:
    draft.begin(say, scenario_from_bytes(name, data))
    return ""


def _remove(name: str, expected: str | None, say: Speech) -> str:
    # What somebody else saved after this list was drawn is not lost unseen.
    record = state.workspace().remove_scenario(name, expected=expected)
    draft.put(draft.draft(say).removed(record.name))
    return say("Removed “{name}” from the workspace.", name=name)


def _doing(say: Speech, act: Callable[[], str], place: str = _SAID_KEY) -> Callable[[], None]:
    """Return a callback that does something and leaves word of it, or of what went wrong, for a place of the page."""

    def run() -> None:
        try:
            said = act()
        except PlannerError as error:
            text = words.told(say, error.template, error.values)
            fix = words.told(say, error.fix_template, error.values) if error.fix_template else ""
            st.session_state[place] = ("wrong", f"{text} {fix}".strip())
        else:
            if said:
                st.session_state[place] = ("done", said)

    return run
