"""Where the files that travel with the program are: the sample district, the app's entry point."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """Return the path of a file or folder that is shipped with the program.

    In a checkout these stand beside the package; a wheel carries them inside it.

    Parameters
    ----------
    name : str
        Path relative to the project's top, for example ``"data/geo"``.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    FileNotFoundError
        If the installation is incomplete.
    """
    for top in (_PACKAGE / "_bundle", _PACKAGE.parent):
        path = top / name
        if path.exists():
            return path
    raise FileNotFoundError(f"{name} is missing from this installation of the planner; install it again.")
