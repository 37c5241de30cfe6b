"""A disk of a few megabytes that can be filled up."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MIB = 1 << 20


class SmallDisk:
    """A file system of a few megabytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, left: int = 0) -> None:
        """Fill it up, but for some bytes."""
        with self._filler.open("wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\1" * 4096)
            file.truncate(max(file.seek(0, os.SEEK_END) - left, 0))

    def clear(self) -> None:
        """Make room again."""
        self._filler.unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk(size: int = 8 * MIB) -> Iterator[SmallDisk]:
    """Give a small disk; the test is skipped where none may be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="planner-small-"))
    words = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=777", "planner-small", str(folder)]
    try:
        try:
            done = subprocess.run(words, capture_output=True, text=True)
        except FileNotFoundError:
            pytest.skip("there is no program mount")
        if done.returncode:
            pytest.skip(f"no disk may be mounted here ({done.stderr.strip()})")
        try:
            yield SmallDisk(folder)
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
    finally:
        folder.rmdir()
