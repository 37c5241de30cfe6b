"""Standards: what is in force here, on which legal basis, and a catalogue of the planner's own."""

from __future__ import annotations

import streamlit as st

from planner.errors import ConflictError, PlannerError
from planner.i18n import Speech, words
from planner.layers.scratch import scratch
from planner.standards.catalogue import to_yaml
from planner.standards.model import Standard, in_language
from planner.standards.problems import SHOWN, CatalogueError
from planner.studies.standards_in_force import in_force, put_in_force
from planner.ui import state, team
from planner.ui.standards_table import standards_html
from planner.workspace import Rank, Workspace


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    chosen, catalogue = in_force(workspace)
    st.caption(
        say("The built-in catalogue is in force.") if not workspace.standards()
        else say("A catalogue of your own is in force.")
    )  # fmt: skip
    names = {s: in_language(service.name, say.language) for s, service in catalogue.services.items()}
    jurisdiction = workspace.district.jurisdiction
    st.html(standards_html([s for s in chosen if s.measure is not None], names, jurisdiction, say))
    without = [s for s in chosen if s.measure is None]
    if without:
        st.header(say("Standard exists, value not loaded"))
        st.html(standards_html(without, names, jurisdiction, say))
    _own(workspace, chosen, say)


def _own(workspace: Workspace, chosen: tuple[Standard, ...], say: Speech) -> None:
    st.header(say("A catalogue of your own"))
    st.download_button(
        say("Download the standards in force (YAML)"), to_yaml(chosen), "standards.yaml", "application/yaml",
        on_click="ignore",
    )  # fmt: skip
    if not team.may(Rank.ADMINISTRATOR):
        st.caption(say("To put a catalogue in force takes the role of an administrator."))
        return
    uploaded = st.file_uploader(
        say("Catalogue file"), type=["yaml", "yml"], key="own_standards", max_upload_size=5
    )
    if uploaded is not None and st.button(say("Put it in force"), type="primary"):
        with scratch() as folder:
            path = folder / "standards.yaml"
            path.write_bytes(uploaded.getvalue())
            try:
                count = len(put_in_force(workspace, path, expected=state.seen()))
            except ConflictError:
                raise
            except PlannerError as error:
                st.error(say("The file is refused; the standards in force are as they were."))
                st.code(_faults(say, error), language=None, wrap_lines=True)
                return
        st.success(say.plural("{count} standard is in force.", "{count} standards are in force.", count))
    if workspace.standards() and st.button(say("Return to the built-in catalogue")):
        put_in_force(workspace, None, expected=state.seen())
        st.rerun()


def _faults(say: Speech, error: PlannerError) -> str:
    """Return what is wrong with a catalogue, a line for each of its problems."""
    if not isinstance(error, CatalogueError):
        templates = filter(None, (error.template, error.fix_template))
        return " ".join(words.told(say, template, error.values) for template in templates)
    lines = []
    for problem in error.problems[:SHOWN]:
        said = [
            words.told(say, t, problem.values) for t in (problem.message_template, problem.fix_template) if t
        ]
        place = say("line {line}, column {column}", line=problem.line, column=problem.column)
        lines.append(": ".join(filter(None, (place if problem.line else "", problem.where, " ".join(said)))))
    if len(error.problems) > SHOWN:
        lines.append(f"… (+{len(error.problems) - SHOWN})")
    return "\n".join(lines)
