"""Folders for the time of one piece of work, and the removal of those whose owner was killed.

Such a folder holds a file that its process keeps locked. The system lets the lock go with the process, however that
ends, so a folder whose file can be locked by somebody else has nobody to work in it: no number of a process is
compared, which another process could bear by now, in this container or the next.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

from planner.errors import InputError, PlannerError

if sys.platform != "win32":
    import fcntl

PREFIX, HIDDEN = "planner-", ".planner-"
"""How the folders are called: among the machine's temporary ones, and beside a file in the making."""

OLD_S = 600.0
"""Only what nobody has touched for so long is removed: a folder is made a moment before its file is locked."""

_MARK = ".in-use"
_swept: set[Path] = set()


class Scratch:
    """A folder of this process, removed with all in it when it is closed, forgotten, or the process ends.

    Parameters
    ----------
    beside : pathlib.Path, optional
        The folder to make it in; without it, the machine's own for temporary files.

    Attributes
    ----------
    path : pathlib.Path
        Empty at first.

    Raises
    ------
    OSError
        If it cannot be made.
    """

    def __init__(self, beside: Path | None = None) -> None:
        place = Path(tempfile.gettempdir()) if beside is None else beside
        sweep(place)
        prefix = PREFIX if beside is None else HIDDEN
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        try:
            mark = os.open(folder / _MARK, os.O_CREAT | os.O_WRONLY, 0o600)
            # A session of the app ends by being forgotten: the folder then goes without a word.
            self._removed = weakref.finalize(self, _remove, mark, folder)
            _lock(mark)
            self.path = folder / "work"
            self.path.mkdir()
        except OSError:
            # Where the disk is full, not even half a folder stays.
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def close(self) -> None:
        """Remove the folder."""
        self._removed()


def _remove(mark: int, folder: Path) -> None:
    os.close(mark)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Lend a folder among the machine's temporary ones for the time of a ``with`` block.

    Raises
    ------
    InputError
        If it cannot be made, or what is done in the block finds no room to write: see :func:`room_told`.
    """
    with room_told():
        made = Scratch()
        try:
            yield made.path
        finally:
            made.close()


@contextlib.contextmanager
def room_told() -> Iterator[None]:
    """Turn what the disk says of temporary files into an error of the planner.

    Raises
    ------
    InputError
        If there is no room for them, or they may not be written.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error, PlannerError):
            raise
        raise InputError(
            "Nothing can be written into the folder for temporary files, {folder} ({reason}).",
            "Make room there, or name another folder in the variable TMPDIR.",
            # It is not known where none of the usual folders can be written.
            folder=tempfile.tempdir or "TMPDIR", reason=error.strerror or error,
        ) from error  # fmt: skip


def sweep(place: Path, *, older_than_s: float = OLD_S) -> tuple[Path, ...]:
    """Remove what killed processes of the planner have left in a folder; once for each folder and process.

    Only folders of this program and of the same account are looked at, none that a process still holds, and none that
    was touched lately. What cannot be removed stays.

    Parameters
    ----------
    place : pathlib.Path
    older_than_s : float
        Seconds.

    Returns
    -------
    tuple of pathlib.Path
        What was removed.
    """
    if place in _swept:
        return ()
    _swept.add(place)
    try:
        found = [p for p in place.iterdir() if p.name.startswith((PREFIX, HIDDEN))]
    except OSError:
        return ()
    removed = [folder for folder in found if _left_alone(folder, older_than_s)]
    for folder in removed:
        shutil.rmtree(folder, ignore_errors=True)
    return tuple(removed)


def _left_alone(folder: Path, older_than_s: float) -> bool:
    """Return whether a folder is one of ours, old, and nobody's any more."""
    mark = folder / _MARK
    try:
        about = folder.lstat()
        if not stat.S_ISDIR(about.st_mode) or not stat.S_ISREG(mark.lstat().st_mode):
            return False
        if sys.platform != "win32" and about.st_uid != os.getuid():
            return False
        touched = max(each.lstat().st_mtime for each in (folder, *folder.iterdir()))
        if time.time() - touched < older_than_s:
            return False
        if sys.platform == "win32":
            # There a file that somebody holds open cannot be removed.
            mark.unlink()
            return True
        with mark.open("rb+") as file:
            _lock(file.fileno())
            return True
    except OSError:
        return False


def _lock(number: int) -> None:
    if sys.platform != "win32":
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
