"""Standards: what is in force here, on which legal basis, and a catalogue of the planner's own."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from planner.errors import ConflictError, PlannerError
from planner.i18n import Speech, words
from planner.layers.scratch import scratch
from planner.standards.catalogue import to_yaml
from planner.standards.model import Standard, in_language
from planner.standards.problems import SHOWN, CatalogueError
from planner.studies.standards_in_force import in_force, put_in_force
from planner.ui import state, team
from planner.workspace import Rank, Workspace

_ROW = 78
"""Height of a row, pixels; Streamlit breaks text into lines from four times the font's size on."""


def show(say: Speech) -> None:
    """Draw the page."""
    workspace = state.workspace()
    chosen, catalogue = in_force(workspace)
    st.caption(
        say("The built-in catalogue is in force.") if not workspace.standards()
        else say("A catalogue of your own is in force.")
    )  # fmt: skip
    names = {s: in_language(service.name, say.language) for s, service in catalogue.services.items()}
    loaded = [s for s in chosen if s.measure is not None]
    st.dataframe(
        _table(loaded, names, workspace.district.jurisdiction, say),
        hide_index=True,
        height=460,
        row_height=_ROW,
        column_config=_columns(say),
    )
    without = [s for s in chosen if s.measure is None]
    if without:
        st.header(say("Standard exists, value not loaded"))
        st.dataframe(
            _table(without, names, workspace.district.jurisdiction, say),
            hide_index=True,
            height="content",
            row_height=_ROW,
            column_config=_columns(say),
        )
    _own(workspace, chosen, say)


def _columns(say: Speech) -> dict[str, ColumnConfig]:
    """Return widths at which titles are read whole, on two lines where one is too short."""
    widths = {"Service": 130, "Standard": 285, "Measured as": 150, "Applies to": 145, "Legal basis": 330,
              "Marks": 172, "Target share": 90, "Assumption": 330}  # fmt: skip
    return {
        **{say(name): st.column_config.TextColumn(width=width) for name, width in widths.items()},
        say("Source"): st.column_config.LinkColumn(display_text=say("open"), width="small"),
    }


def _table(standards: list[Standard], names: dict[str, str], jurisdiction: str, say: Speech) -> pd.DataFrame:
    return pd.DataFrame(
        {
            say("Service"): [names.get(s.service, s.service) for s in standards],
            say("Standard"): [in_language(s.title, say.language) for s in standards],
            say("Measured as"): [words.threshold(say, s.measure) if s.measure else "—" for s in standards],
            say("Applies to"): [words.area(say, s.area) for s in standards],
            say("Target share"): [
                say.percent(s.target_share, 0) if s.target_share else "" for s in standards
            ],
            say("Marks"): ["; ".join(words.standing(say, s, jurisdiction)) for s in standards],
            say("Legal basis"): [
                ", ".join(filter(None, (in_language(s.legal_basis, say.language), s.clause)))
                for s in standards
            ],
            say("Source"): [s.url if s.url.startswith(("http://", "https://")) else None for s in standards],
            say("Assumption"): [
                in_language(s.measure.assumption, say.language) if s.measure and s.measure.assumption else ""
                for s in standards
            ],
            "id": [s.id for s in standards],
        }
    )


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
