"""Many workspaces at once: each assessed in a process of this machine or on a cluster, then all of them compared."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from planner.errors import InputError, PlannerError
from planner.results import DistrictFigures, Districts, Failure
from planner.studies.district_worker import Answer, in_processes
from planner.studies.districts import FILE, compare, encoded
from planner.studies.figures import SMALL_BELOW, document_of, failure_of, key_of, read_figures
from planner.studies.regions import Regions, district_ids, read_regions
from planner.workspace import open_workspace, shown_as

KEPT = "figures"
"""The folder within the folder of results where each district's figures are kept, by their key."""

_CONNECT_S = 30.0
_TRIES = 3
"""So often a cluster may lose a worker at a district before it is given up."""

Done = Callable[[int, int, str, bool], None]
"""Called with how many districts are done, of how many, the id of the last and whether it could be assessed."""


def batch(
    locations: Sequence[str],
    out: Path,
    *,
    small_below: float = SMALL_BELOW,
    regions: Path | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    fresh: bool = False,
    done: Done | None = None,
) -> Districts:
    """Assess many workspaces and compare them; what was done before and still holds is not done again.

    Each district's figures are written to `out` as soon as they are there, so that a batch that was stopped, for
    whatever reason, goes on where it stopped. A district that cannot be assessed does not stop the others.

    Parameters
    ----------
    locations : sequence of str
        Of workspaces: paths or addresses of databases.
    out : pathlib.Path
        The folder of results; it is made where it does not exist.
    small_below : float
        A settlement with fewer people, other than its district's centre, is a small one.
    regions : pathlib.Path, optional
        A table of regions, see :func:`planner.studies.regions.read_regions`.
    scheduler : str, optional
        Address of a Dask scheduler, ``tcp://HOST:PORT``, whose workers see the workspaces under the same names and
        have this version of the planner. Processes of this machine without it.
    workers : int, optional
        Processes of this machine; as many as it has processors unless given.
    fresh : bool
        Whether to measure everything anew.
    done : callable, optional

    Returns
    -------
    Districts
        Also written to ``districts.json`` in `out`.

    Raises
    ------
    InputError
        If no workspace is named, one is named by two addresses, the table of regions cannot be used, `small_below` is
        no number of people, `out` cannot be written to, or the scheduler does not answer.
    """
    if not 0 <= small_below < float("inf"):
        raise InputError(
            "A small settlement cannot be one below {number} people.",
            "Give a number of at least 0.",
            number=small_below,
        )
    ids = district_ids(locations)
    known = read_regions(regions, ids) if regions else Regions()
    folder = _made(out / KEPT)
    found = _Found(folder, len(ids), done)
    open_ones = [
        (id, location) for id, location in ids.items() if not found.before(id, location, small_below, fresh)
    ]
    by_location = {location: id for id, location in open_ones}
    for location, document in _answers([*by_location], small_below, scheduler, workers):
        found.take(by_location[location], location, document)
    result = compare(found.figures, found.failures, small_below=small_below, regions=known)
    _replace(out / FILE, encoded(result))
    return result


class _Found:
    """What is known of the districts so far, on the disk and here."""

    def __init__(self, folder: Path, total: int, done: Done | None) -> None:
        self.folder, self.total, self.done = folder, total, done
        self.figures: list[DistrictFigures] = []
        self.failures: list[Failure] = []

    def before(self, id: str, location: str, small_below: float, fresh: bool) -> bool:
        """Take what an earlier run left of a district, or that it cannot be opened; return whether that settles it."""
        try:
            key = key_of(open_workspace(location), small_below)
        except PlannerError as error:
            told = {"message": error.template, "fix": error.fix_template, "values": error.values}
            self._fail(id, location, told)
            return True
        except Exception as error:
            self._fail(id, location, failure_of(location, f"{type(error).__name__}: {error}"))
            return True
        kept = None if fresh else _kept(self.folder / f"{key}.json", key, id, shown_as(location))
        if kept is not None:
            self._succeed(kept)
        return kept is not None

    def take(self, id: str, location: str, document: bytes) -> None:
        """Take what a worker found and keep it."""
        answer = orjson.loads(document)
        if "failure" in answer:
            self._fail(id, location, answer["failure"])
            return
        figures = read_figures(answer["figures"], id=id, location=shown_as(location))
        _replace(
            self.folder / f"{figures.key}.json", orjson.dumps(answer["figures"], option=orjson.OPT_SORT_KEYS)
        )
        self._succeed(figures)

    def _succeed(self, figures: DistrictFigures) -> None:
        self.figures.append(figures)
        self._tell(figures.id, True)

    def _fail(self, id: str, location: str, told: dict[str, Any]) -> None:
        # What an error names may be of any kind; a comparison is kept as JSON.
        values = {k: v if isinstance(v, str | int | float) else str(v) for k, v in told["values"].items()}
        self.failures.append(Failure(id, shown_as(location), told["message"], told["fix"], values))
        self._tell(id, False)

    def _tell(self, id: str, good: bool) -> None:
        if self.done is not None:
            self.done(len(self.figures) + len(self.failures), self.total, id, good)


def _kept(path: Path, key: str, id: str, location: str) -> DistrictFigures | None:
    """Return the figures that an earlier run kept; None where there are none, or not whole."""
    try:
        found = read_figures(orjson.loads(path.read_bytes()), id=id, location=location)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if found.key == key else None


def _answers(
    locations: Sequence[str], small_below: float, scheduler: str | None, workers: int | None
) -> Iterator[Answer]:
    if scheduler is not None:
        # Also where nothing is left to do: a wrong address has to be told, not to pass unnoticed.
        return _on_cluster(locations, small_below, scheduler)
    return in_processes(locations, small_below, processors() if workers is None else workers)


def processors() -> int:
    """Return how many processors this program may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def _on_cluster(locations: Sequence[str], small_below: float, scheduler: str) -> Iterator[Answer]:
    """Assess districts on the workers of a Dask cluster; one that dies is replaced by another."""
    client = _client(scheduler)
    try:
        from distributed import as_completed

        futures = {
            client.submit(document_of, location, small_below, pure=False, retries=_TRIES - 1): location
            for location in locations
        }
        for future in as_completed(list(futures), loop=client.loop):  # type: ignore[no-untyped-call]
            location = futures[future]
            error = future.exception() if future.status == "error" else None
            if error is None:
                yield location, future.result()
            else:
                told = failure_of(location, f"the cluster gave it up, {type(error).__name__}: {error}")
                yield location, orjson.dumps({"failure": told})
            future.release()
    finally:
        # Whatever is still waiting is not wanted any more.
        client.close()


def _client(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(
            "A cluster needs the library distributed, which is not installed.",
            "Install it with: pip install 'smart-district-planner[cluster]'",
        ) from error
    try:
        return Client(scheduler, timeout=_CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(
            "No Dask scheduler answers at {address}.",
            "Give the address that the scheduler shows when it starts, for example tcp://127.0.0.1:8786.",
            address=scheduler,
        ) from error


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem[:20]}-", suffix=".part", dir=path.parent)
    except OSError as error:
        raise _unwritable(path.parent, error) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        part.chmod(0o644)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _unwritable(path.parent, error) from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _unwritable(folder: Path, error: OSError) -> InputError:
    return InputError(
        "The results cannot be written to {folder}: {reason}.",
        "Name a folder that can be written to.",
        folder=str(folder),
        reason=error.strerror or str(error),
    )
