"""Files that are too large for an upload: opened from a folder that whoever runs the planner allows."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import streamlit as st

from planner.errors import InputError
from planner.i18n import Speech
from planner.layers.limits import MIB
from planner.serve import FOLDER

_MOST = 1000
"""So many files are offered; a folder with more is not meant to be chosen from."""


def choose_file(say: Speech, endings: Collection[str], key: str) -> Path | None:
    """Offer the files of the allowed folder and return the one that is chosen; nothing is drawn without a folder.

    Parameters
    ----------
    say : Speech
    endings : collection of str
        Of the names that are offered, without the dot.
    key : str
        Of the choice in the session.

    Raises
    ------
    InputError
        If the file has gone in the meantime.
    """
    allowed = os.environ.get(FOLDER)
    if not allowed:
        return None
    folder = Path(allowed)
    offered = files_of(folder, endings)
    chosen = st.selectbox(
        say("Or a file of the folder that is open to the planner"),
        offered,
        index=None,
        placeholder=say("{count} files in {folder}", count=say.number(len(offered)), folder=folder.name),
        format_func=lambda name: f"{name} ({say.number(_megabytes(folder / name), 1)} MiB)",
        key=key,
        # Its label is in the language of the page: with another it would be another list, and the choice lost.
        persist_state="session",
    )
    return None if chosen is None else inside(folder, chosen)


def files_of(folder: Path, endings: Collection[str]) -> list[str]:
    """Return the files of a folder and of the folders in it by their names below it, in alphabetical order.

    Links that lead out of the folder, hidden files and what cannot be read are left out.
    """
    wanted = tuple(f".{ending}" for ending in endings)
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts) or not path.name.lower().endswith(wanted):
            continue
        if not _can_be_shown(name.as_posix()):
            continue
        if _is_inside(folder, path) and path.is_file() and os.access(path, os.R_OK):
            found.append(name.as_posix())
        if len(found) == _MOST:
            break
    return found


def inside(folder: Path, name: str) -> Path:
    """Return a file of a folder by its name below it.

    Raises
    ------
    InputError
        If it is not there, or would lie outside.
    """
    path = folder / name
    if not _is_inside(folder, path) or not path.is_file():
        raise InputError("{file} is not in the folder any more.", "Choose another file.", file=name)
    return path


def _can_be_shown(name: str) -> bool:
    """Return whether a name is text; a file system keeps any bytes, a browser takes text only."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_inside(folder: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        # A link that leads to itself, or what cannot be a name, is nowhere.
        return False


def _megabytes(path: Path) -> float:
    try:
        return path.stat().st_size / MIB
    except OSError:
        return 0.0
