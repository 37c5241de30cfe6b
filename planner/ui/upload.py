"""A file on its way into the workspace: findings, the repaired geometry, acceptance."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import pandas as pd
import streamlit as st

from planner.errors import PlannerError
from planner.i18n import Speech, words
from planner.layers.findings import Finding
from planner.layers.schema import Role
from planner.maps.preview import preview_map, preview_note
from planner.results import Assessment
from planner.standards.model import in_language
from planner.studies import intake
from planner.studies.change import changes
from planner.ui import cache, state
from planner.ui.mapview import show_map
from planner.workspace import Workspace

_IDS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came from the browser, and what its planner says it is."""

    name: str
    data: bytes
    role: Role
    service: str
    crs: str | None
    encoding: str | None
    layer: str | None


def show_upload(workspace: Workspace, upload: Upload, say: Speech) -> None:
    """Show what was found in a file, let repairs be chosen, and keep the layer when it is accepted."""
    with st.spinner(say("Reading and checking {file} …", file=upload.name)):
        proposal = _examined(workspace, upload)
    reading = proposal.reading
    st.text(
        " · ".join(
            filter(
                None,
                (
                    reading.driver,
                    say.plural("{count} feature", "{count} features", len(reading.frame)),
                    reading.crs or say("no coordinate system"),
                    say("text encoding {name}", name=reading.encoding) if reading.encoding else "",
                ),
            )
        )
    )
    _findings(proposal.findings, say)
    accepted = _accepted(proposal, say)
    repaired = intake.mend(proposal, accepted)
    for done in repaired.repairs:
        st.text("✓ " + words.told(say, done.message_template, done.values))
    _preview(proposal, repaired, say)
    if not repaired.acceptable:
        st.warning(say("The layer cannot be accepted yet: an error is left. Nothing has been changed."))
        return
    older = intake.replaces(workspace, proposal)
    if older is not None:
        st.caption(say("It will replace «{title}», version {version}, which stays in the history.",
                       title=in_language(older.title, say.language), version=older.version))  # fmt: skip
    if st.button(say("Accept the layer"), type="primary", key="accept"):
        _keep(workspace, proposal, repaired)


def _keep(workspace: Workspace, proposal: intake.Proposal, repaired: intake.Repaired) -> None:
    before = _assessed(workspace)
    record = intake.keep(workspace, proposal, repaired)
    after = _assessed(workspace)
    told = changes(before, after) if before and after else ()
    st.session_state["changes"] = (record.title["en"], told)
    st.rerun()


def _assessed(workspace: Workspace) -> Assessment | None:
    try:
        return cache.assessment(workspace.location, workspace.version())
    except PlannerError:
        # A workspace that is still being filled cannot be assessed yet; that is no reason to refuse a layer.
        return None


def _examined(workspace: Workspace, upload: Upload) -> intake.Proposal:
    """Read the upload once for what is said of it, not at every click."""
    asked = (upload.name, hashlib.sha256(upload.data).hexdigest(), upload.role, upload.service, upload.crs,
             upload.encoding, upload.layer, workspace.version())  # fmt: skip
    kept = st.session_state.get("proposal")
    if kept is None or kept[0] != asked:
        folder = st.session_state.setdefault("upload_folder", tempfile.TemporaryDirectory(prefix="planner-"))
        # Only the last part of the name: it comes from a browser and may carry a path.
        path = Path(folder.name) / (PurePath(upload.name.replace("\\", "/")).name or "upload")
        path.write_bytes(upload.data)
        found = intake.examine(
            path, upload.role, upload.service,
            workspace=workspace, crs=upload.crs, encoding=upload.encoding, layer=upload.layer,
        )  # fmt: skip
        st.session_state["proposal"] = kept = (asked, found)
    proposal: intake.Proposal = kept[1]
    return proposal


def _findings(findings: Sequence[Finding], say: Speech) -> None:
    if not findings:
        st.success(say("Nothing is wrong with it."))
        return
    st.dataframe(
        pd.DataFrame(
            {
                say("Severity"): [say(words.SEVERITIES[f.severity]) for f in findings],
                say("What is wrong"): [words.told(say, f.message_template, f.values) for f in findings],
                say("What to do"): [words.told(say, f.fix_template, f.values) for f in findings],
                say("Features"): [f.count or None for f in findings],
                say("Which"): [_which(f.feature_ids) for f in findings],
                say("Code"): [f.code for f in findings],
            }
        ),
        hide_index=True,
        height="content",
    )


def _which(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_IDS_SHOWN]) + (" …" if len(ids) > _IDS_SHOWN else "")


def _accepted(proposal: intake.Proposal, say: Speech) -> list[str]:
    if not proposal.repairable:
        return []
    return st.pills(
        say("Repairs to apply"),
        list(proposal.repairable),
        selection_mode="multi",
        key="accepted_repairs",
        help=say("A repair is applied only when you choose it; the file itself is not changed."),
    )


def _preview(proposal: intake.Proposal, repaired: intake.Repaired, say: Speech) -> None:
    before = proposal.reading.frame
    note = preview_note(before, repaired.frame, say)
    if note:
        st.caption(note)
    shown = preview_map(
        before if before.crs else before.set_crs(4326), repaired.frame, say, dark=state.is_dark()
    )
    show_map(shown, [], key="preview", height=380)
