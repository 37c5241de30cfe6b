"""The folder that is open to the planner: what is in it and nothing else, whatever lies there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from planner.errors import InputError
from planner.ui.folder import files_of, inside


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good file and links, and a file beside it that is nobody's business."""
    made = tmp_path / "open"
    (made / "below").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("id\n1\n")
    (made / "below" / "good.csv").write_text("id\n1\n")
    (made / "out.csv").symlink_to(tmp_path / "secret.csv")
    (made / "above").symlink_to(tmp_path)
    (made / "itself.csv").symlink_to(made / "itself.csv")
    (made / "nowhere.csv").symlink_to(tmp_path / "gone.csv")
    (made / "folder.csv").mkdir()
    return made


def test_only_files_of_the_folder_are_offered(folder: Path) -> None:
    assert files_of(folder, ["csv"]) == ["below/good.csv"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep no such names")
def test_a_name_that_is_no_text_is_left_out(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/bad\xff.csv")).touch()
    assert files_of(folder, ["csv"]) == ["below/good.csv"]


@pytest.mark.parametrize(
    "name", ["../secret.csv", "/etc/passwd", "out.csv", "above/secret.csv", "itself.csv", "gone.csv", "a\0b"]
)
def test_no_name_leads_out_of_the_folder(folder: Path, name: str) -> None:
    with pytest.raises(InputError, match="not in the folder"):
        inside(folder, name)
