"""Layers that come in by the dozen: from an OpenStreetMap extract, in one step that can be taken back."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from planner.errors import NotAcceptableError
from planner.i18n import Speech
from planner.standards.model import Text, in_language
from planner.studies.osm_import import Imported, import_osm
from planner.studies.progress import Progress
from planner.ui import state
from planner.ui.changing import change_button, keep_and_tell
from planner.ui.folder import choose_file
from planner.ui.proposals import PROPOSALS
from planner.ui.text import plain
from planner.ui.upload import findings_html, saved
from planner.workspace import Workspace
from planner.workspace.steps import latest_import


def show_osm(workspace: Workspace, say: Speech) -> None:
    """Show the form that takes a district's layers out of an OpenStreetMap extract."""
    extract = st.file_uploader(
        say("OpenStreetMap extract: .osm.pbf, .osm, .osm.gz or .osm.bz2"),
        type=["pbf", "osm", "gz", "bz2"],
        key="osm_file",
    )
    lying = choose_file(say, ("pbf", "osm", "osm.gz", "osm.bz2"), "osm_folder_file")
    first, second = st.columns(2)
    district = first.text_input(
        say("District's name in the extract"),
        key="osm_district",
        help=say("Leave it empty to take what lies within the boundary that is loaded."),
    )
    records = {r.name: in_language(r.title, say.language) for r in workspace.layers()}
    replace = second.multiselect(
        say("Layers that the extract may replace"), list(records), format_func=records.__getitem__, key="osm_replace",
        placeholder="–",
        help=say("Other layers that are loaded stay in use; what the extract holds of them is only told."),
    )  # fmt: skip
    seen = state.seen()

    def change() -> Callable[[Progress], Imported]:
        path = saved(extract.name, extract.getvalue(), "osm") if extract is not None else lying
        assert path is not None  # the button cannot be clicked without

        def take(told: Progress) -> Imported:
            return import_osm(
                workspace,
                path,
                district=district.strip() or None,
                replace=tuple(replace),
                expected=seen,
                progress=told,
            )

        return take

    change_button(
        workspace, say, "osm_take", say("Take the layers from the extract"), say("Reading the extract …"), change,
        lambda done: _imported(done, say), disabled=extract is None and lying is None,
    )  # fmt: skip


def _imported(done: Imported, say: Speech) -> Text | None:
    if not done.acceptable:
        st.html(findings_html(done.findings, say))
        raise NotAcceptableError("The extract cannot be used as it is.", "See what was found above.")
    st.session_state["osm_told"] = _summary(done, say)
    st.session_state[PROPOSALS] = tuple(p for p in done.proposals if p.same or p.only_osm)
    return {"en": "OpenStreetMap"} if done.layers else None


def _summary(done: Imported, say: Speech) -> list[str]:
    kept = ", ".join(f"{r.name} ({say.number(r.features)})" for r in done.layers)
    told = [say("Layers taken from the extract: {layers}.", layers=kept or "–")]
    for proposal in done.proposals:
        title = in_language(proposal.in_use.title, say.language)
        told.append(
            say(
                "“{title}” stays as it is; the extract holds {count}, of which {same} are likely the same.",
                title=title,
                count=say.number(proposal.osm_features),
                same=say.number(len(proposal.same)),
            )
        )
    return told


def show_osm_summary() -> None:
    """Show what the last extract gave, once."""
    for sentence in st.session_state.pop("osm_told", ()):
        st.markdown(plain(sentence))


def show_undo(workspace: Workspace, say: Speech) -> None:
    """Offer to take back the latest import that is still in force."""
    step = latest_import(workspace.log())
    if step is None:
        return
    titles = {r.name: in_language(r.title, say.language) for r in workspace.layers(history=True)}
    with st.expander(say("Take back an import")):
        st.text(
            say(
                "{file}, {moment}: {layers}",
                file=step.detail["file"],
                moment=say.moment(step.at.astimezone()),
                layers=", ".join(titles[each["layer"]] for each in step.detail["layers"]),
            )
        )
        st.caption(
            say("All its layers go back to what was in use before; its versions stay among the earlier ones.")
        )
        if st.button(say("Take the import back")):
            keep_and_tell(
                workspace, lambda: {"en": workspace.undo(step.step, expected=state.seen()).detail["file"]}
            )
