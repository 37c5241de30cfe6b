"""A file on its way into the workspace: findings, the repaired geometry, acceptance."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path, PurePath
from typing import cast

import streamlit as st

from planner.errors import InputError, PlannerError
from planner.i18n import Speech, words
from planner.layers.findings import Finding
from planner.layers.limits import MIB, Limits
from planner.layers.reading import Reading
from planner.layers.schema import Role
from planner.layers.scratch import Scratch, room_told
from planner.maps.preview import preview_key, preview_map, preview_note
from planner.serve import FOLDER
from planner.standards.model import in_language
from planner.studies import intake
from planner.studies.progress import Progress
from planner.ui import state, work
from planner.ui.changing import change_button
from planner.ui.findings import show_findings
from planner.ui.mapview import show_map
from planner.ui.text import plain
from planner.workspace import LayerRecord, Workspace, open_workspace


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came from the browser or lies in the folder, and what its planner says it is.

    Attributes
    ----------
    path : pathlib.Path
    digest : str
        Changes with the file.
    role, service, crs, encoding, layer
        As :func:`planner.studies.intake.examine` takes them.
    """

    path: Path
    digest: str
    role: Role
    service: str
    crs: str | None
    encoding: str | None
    layer: str | None


def show_upload(workspace: Workspace, upload: Upload, say: Speech) -> None:
    """Show what was found in a file, let repairs be chosen, and keep the layer when it is accepted."""
    picked = st.session_state.get(_layer_key(upload))
    if picked is not None:
        upload = replace(upload, layer=picked)
    proposal = _examined(workspace, upload, say)
    reading = proposal.reading
    if len(reading.layers) > 1:
        # What was read is shown first; another choice reads the file again.
        st.selectbox(
            say("Layer in the file"), reading.layers, index=_index(reading), key=_layer_key(upload),
        )  # fmt: skip
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
    accepted = show_findings(proposal, say)
    _systems(proposal.findings, say)
    repaired = _mended(workspace, upload, proposal, accepted, say)
    for done in repaired.repairs:
        st.text("✓ " + words.told(say, done.message_template, done.values))
    _preview(proposal, repaired, say)
    if not repaired.acceptable:
        st.warning(say("The layer cannot be accepted yet: an error is left. Nothing has been changed."))
        return
    older = intake.replaces(workspace, proposal)
    if older is not None:
        title = in_language(older.title, say.language)
        told = say(
            "It will replace “{title}”, version {version}, which stays in the history.",
            title=title,
            version=older.version,
        )
        st.caption(plain(told))
    _accept(workspace, proposal, repaired, say)


def _accept(workspace: Workspace, proposal: intake.Proposal, repaired: intake.Repaired, say: Speech) -> None:
    def change() -> Callable[[Progress], LayerRecord]:
        # Where somebody else was quicker the planner is told, and has then seen it; the upload stays, and accepting
        # it once more is their own decision.
        _, expected = st.session_state["looked_at"]

        def keep(told: Progress) -> LayerRecord:
            told(0.1, "layer")
            return intake.keep(workspace, proposal, repaired, expected=expected)

        return keep

    try:
        change_button(
            workspace, say, "accept", say("Accept the layer"), say("Keeping the layer …"), change,
            lambda record: record.title,
        )  # fmt: skip
    except PlannerError:
        st.session_state.pop("looked_at", None)
        raise


def _layer_key(upload: Upload) -> str:
    return f"upload_layer_{upload.digest[:16]}"


def _index(reading: Reading) -> int:
    return reading.layers.index(reading.layer) if reading.layer in reading.layers else 0


def _examined(workspace: Workspace, upload: Upload, say: Speech) -> intake.Proposal:
    """Read the upload once for what is said of it, not at every click."""
    asked = (upload, workspace.location, workspace.version())
    kept = st.session_state.get("proposal")
    if kept is None or kept[0] != asked:
        title = say("Reading and checking {file} …", file=upload.path.name)
        found = work.need(say, title, _read, *asked)
        # The session has it now, and goes with the file.
        work.anew(_read, *asked)
        st.session_state["proposal"] = kept = (asked, found)
    # Accepting rests on what the workspace was when this file was first looked at, whatever others do since.
    looked_at = st.session_state.get("looked_at")
    if looked_at is None or looked_at[0] != asked[:-1]:
        st.session_state["looked_at"] = (asked[:-1], asked[-1])
    proposal: intake.Proposal = kept[1]
    return proposal


def _read(upload: Upload, location: str, version: str, told: Progress) -> intake.Proposal:
    return intake.examine(
        upload.path, upload.role, upload.service, workspace=open_workspace(location),
        crs=upload.crs, encoding=upload.encoding, layer=upload.layer, progress=told,
    )  # fmt: skip


def _mended(
    workspace: Workspace, upload: Upload, proposal: intake.Proposal, accepted: Collection[str], say: Speech
) -> intake.Repaired:
    """Repair what was accepted once for each choice, not at every click."""
    asked = (upload, workspace.version(), tuple(sorted(accepted)))
    kept = st.session_state.get("mended")
    if kept is None or kept[0] != asked or kept[1] is not proposal:

        def mend(upload: Upload, version: str, codes: tuple[str, ...], told: Progress) -> intake.Repaired:
            return intake.mend(proposal, codes, told)

        found = work.need(say, say("Repairing …"), mend, *asked)
        work.anew(mend, *asked)
        st.session_state["mended"] = kept = (asked, proposal, found)
    repaired: intake.Repaired = kept[2]
    return repaired


def sent(name: str, data: bytes) -> tuple[Path, str]:
    """Return what a browser sent as a file of the session, and its digest.

    Raises
    ------
    InputError
        If there is no room for it.
    """
    digest = hashlib.sha256(data).hexdigest()
    if st.session_state.get("sent") != (name, digest):
        st.session_state["sent_path"] = saved(name, data)
        st.session_state["sent"] = (name, digest)
    path: Path = st.session_state["sent_path"]
    return path, digest


def sent_before() -> tuple[Path, str] | None:
    """Return what a browser sent last and nobody has accepted or taken away; a page that was left forgets its files."""
    sent_last: tuple[str, str] | None = st.session_state.get("sent")
    path: Path | None = st.session_state.get("sent_path")
    return None if sent_last is None or path is None or not path.is_file() else (path, sent_last[1])


def found(path: Path) -> tuple[Path, str]:
    """Return a file of the folder, and a digest of its name, size and time: it may be too large to be read for that."""
    try:
        told = path.stat()
    except OSError as error:
        raise InputError(
            "{file} is not in the folder any more.", "Choose another file.", file=path.name
        ) from error
    return path, hashlib.sha256(f"{path}|{told.st_size}|{told.st_mtime_ns}".encode()).hexdigest()


def saved(name: str, data: bytes, beside: str = "") -> Path:
    """Write what a browser sent into a folder of the session, which goes with it.

    Parameters
    ----------
    name : str
    data : bytes
    beside : str
        A folder in it, for a file that is needed together with another, which may have the same name.

    Raises
    ------
    InputError
        If there is no room for it.
    """
    with room_told():
        if "upload_folder" not in st.session_state:
            st.session_state["upload_folder"] = Scratch()
        folder = Path(st.session_state["upload_folder"].path) / beside
        folder.mkdir(exist_ok=True)
        # Only the last part of the name: it comes from a browser and may carry a path.
        path = folder / (PurePath(name.replace("\\", "/")).name or "upload")
        path.write_bytes(data)
    return path


def _systems(findings: Sequence[Finding], say: Speech) -> None:
    """Offer the coordinate systems that the numbers may be in, a button each."""
    found = next((f for f in findings if f.code == "crs_candidates"), None)
    if found is None:
        return
    choices = cast("tuple[str, ...]", found.values["choices"])
    titles = cast("tuple[str, ...]", found.values["titles"])
    st.markdown(say("Read the numbers in:"))
    for place, (column, crs) in enumerate(zip(st.columns(len(choices)), choices, strict=True)):
        column.button(
            plain(f"{crs} · {titles[place]}"),
            key=f"crs_{place}",
            on_click=_read_in,
            args=(crs,),
            width="stretch",
        )


def _read_in(crs: str) -> None:
    st.session_state["upload_crs"] = crs


def limits_in_force(say: Speech) -> str:
    """Return how large a file may be, in a sentence."""
    limits = Limits.in_force()
    return say(
        "At most {file} MiB, unpacked {expanded} MiB; {features} features, {vertices} vertices; "
        "{seconds} s of reading.",
        file=say.number(limits.largest_upload // MIB),
        features=say.number(limits.max_features),
        vertices=say.number(limits.max_vertices),
        expanded=say.number(limits.max_expanded_bytes // MIB),
        seconds=say.number(limits.max_seconds),
    )


def not_taken(say: Speech) -> str:
    """Return why a browser sends no file, and where a larger one is opened instead."""
    limit = say.number(Limits.in_force().largest_upload // MIB)
    if os.environ.get(FOLDER):
        return say(
            "The file was not taken: it is larger than {limit} MiB, or of another kind. Larger ones are opened from "
            "the folder that is open to the planner, on the page Layers.",
            limit=limit,
        )
    return say(
        "The file was not taken: it is larger than {limit} MiB, or of another kind. For larger ones whoever runs the "
        "planner can open a folder to it: planner app --folder DIR.",
        limit=limit,
    )


def findings_html(findings: Sequence[Finding], say: Speech) -> str:
    """Return findings as an HTML table in which every text is escaped."""
    heads = (say("Severity"), say("What is wrong"), say("What to do"), say("Features"))
    rows = "".join(
        f'<tr class="{finding.severity}"><td>{escape(say(words.SEVERITIES[finding.severity]))}</td>'
        f"<td>{escape(words.told(say, finding.message_template, finding.values))}</td>"
        f"<td>{escape(words.told(say, finding.fix_template, finding.values))}</td>"
        f'<td class="num">{say.number(finding.count) if finding.count else ""}</td></tr>'
        for finding in findings
    )
    head = "".join(f"<th>{escape(title)}</th>" for title in heads)
    return f'<table class="planner-findings"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _preview(proposal: intake.Proposal, repaired: intake.Repaired, say: Speech) -> None:
    read = proposal.reading.frame
    # Where nothing was repaired both would lie on one another and look like two.
    before = (read if read.crs else read.set_crs(4326)) if repaired.repairs else None
    for note in filter(None, (preview_note(before, repaired.frame, say), preview_key(before, say))):
        st.caption(note)
    shown = preview_map(before, repaired.frame, say, district=proposal.district, dark=state.is_dark())
    show_map(shown, [], key="preview", height=380)
