"""Temporary files: made, and gone again; a disk without room for them is said so."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from planner.errors import InputError, PlannerError


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Give an empty folder that goes with all that is in it.

    Raises
    ------
    InputError
        If it cannot be made, or something cannot be written into it: see :func:`room_told`.
    """
    with room_told(), tempfile.TemporaryDirectory(prefix="planner-") as folder:
        yield Path(folder)


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
            "Temporary files cannot be written: {reason}.",
            "Make room on the disk, or name a folder that has room in the environment variable {variable}.",
            reason=error.strerror or str(error),
            variable="TMPDIR",
        ) from error
