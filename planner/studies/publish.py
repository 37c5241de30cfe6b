"""Publishing a district: from a file to a team's database, and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from planner.workspace import Workspace, founding


def publish(
    source: Workspace, target: str | Path, progress: Callable[[float, str], None] | None = None
) -> Workspace:
    """Copy a district with all versions of its layers, its standards, scenarios and log.

    Every layer is read back and compared before the copy is there at all.

    Parameters
    ----------
    source : Workspace
    target : str or pathlib.Path
        A path or the address of a database, where nothing stands yet.
    progress : callable, optional
        Told how much is done, from 0 to 1, and the layer in work.

    Returns
    -------
    Workspace
        The copy.

    Raises
    ------
    WorkspaceError
        If something stands there already, it cannot be written, or a layer does not arrive as it was; there is no copy
        then.
    """
    with founding(target, source.district) as copy:
        copy.take_over(source, progress)
    return copy
