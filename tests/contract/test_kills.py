"""A process that is killed outright at any moment leaves the last committed state, whatever it was doing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from planner.errors import WorkspaceError
from planner.workspace import Workspace, open_workspace
from planner.workspace.contract import content_digest
from planner.workspace.geopackage import GeoPackageWorkspace
from tests.contract.backends import DISTRICT, Backend

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs fork and SIGKILL")

# One process reads everything in and then forks a writer for each round: what is killed is at work at once.
NURSERY = """
import contextlib, os, random, signal, sys, time
with contextlib.suppress(ImportError):
    import psycopg.sql
import planner.workspace.postgis
from planner.layers.schema import Role
from planner.workspace import Addition, create_workspace, open_workspace
from tests.contract.backends import DISTRICT
from tests.contract.layers import add, points
from planner.errors import WorkspaceError

def change(location, seed):
    workspace, dice = open_workspace(location), random.Random(seed)
    while True:
        what = dice.choice(("add", "import", "import", "undo", "restore", "remove"))
        name = dice.choice(("club", "shop"))
        try:
            if what == "add":
                add(workspace, frames[dice.randrange(3)], name)
            elif what == "import":
                both = [Addition(frames[dice.randrange(3)], Role.FACILITIES, s, {"en": s}) for s in ("club", "shop")]
                workspace.add_all(both)
            elif what == "undo":
                workspace.undo()
            elif what == "restore":
                workspace.restore(name, 1)
            else:
                workspace.remove(name)
        except WorkspaceError as error:
            if any(said in str(error) for said in ("No layer", "no version", "no import", "as a whole")):
                continue
            raise
        os.write(tell, b"+")

def make(location, seed):
    number = 0
    while True:
        create_workspace(location.replace("NUMBER", f"{seed}_{number}"), DISTRICT)
        os.write(tell, b"+")
        number += 1

work = {"change": change, "make": make}[sys.argv[1]]
frames = [points(n, name=["x" * 50] * n) for n in (50, 300, 900)]
for line in sys.stdin:
    seed, delay = line.split()
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(sys.argv[2], int(seed))
        except BaseException as error:
            print("failed", repr(error), file=sys.stderr, flush=True)
        os._exit(1)
    os.close(tell)
    # At every other round the first change is awaited, so that a slow machine commits something too.
    done = len(os.read(told, 1)) if int(seed) % 2 else 0
    time.sleep(float(delay))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    while chunk := os.read(told, 100_000):
        done += len(chunk)
    os.close(told)
    print(done if os.WIFSIGNALED(status) else "failed", flush=True)
"""


@contextmanager
def nursery(work: str, location: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY, work, location], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        yield process
        assert process.stdin is not None
        process.stdin.close()


def killed(process: subprocess.Popen[str], seed: int, delay: float) -> int:
    """Let a writer work for some seconds, kill it, and return how many changes it had told as done."""
    assert process.stdin is not None
    assert process.stdout is not None
    print(seed, delay, file=process.stdin, flush=True)
    return int(process.stdout.readline())


def settled(workspace: Workspace) -> None:
    """Wait until a server has noticed that a writer is gone: whoever writes next does."""
    with suppress(WorkspaceError):
        workspace.restore("nobody", 1)


def whole(location: str) -> int:
    """Return how many changes a workspace tells of, after checking that all it holds agrees with them."""
    workspace = open_workspace(location)
    settled(workspace)
    if isinstance(workspace, GeoPackageWorkspace):
        with closing(sqlite3.connect(workspace.path)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    log, history = workspace.log(), workspace.layers(history=True)
    versions: dict[str, int] = {}
    in_use: dict[str, int] = {}
    for entry in log[1:]:
        if entry.action in ("import", "undo"):
            for each in entry.detail["layers"]:
                assert in_use.get(each["layer"], 0) == each["before"]
                in_use[each["layer"]] = each["version"]
                if entry.action == "import":
                    versions[each["layer"]] = each["version"]
            in_use = {layer: version for layer, version in in_use.items() if version}
            continue
        name = entry.detail["layer"]
        if entry.action == "add":
            versions[name] = in_use[name] = versions.get(name, 0) + 1
        elif entry.action == "restore":
            in_use[name] = entry.detail["version"]
        else:
            assert in_use.pop(name) == entry.detail["version"]
    assert {(r.name, r.version) for r in history} == {
        (n, v) for n, last in versions.items() for v in range(1, last + 1)
    }
    assert {r.name: r.version for r in workspace.layers()} == in_use
    assert all(content_digest(workspace.read(r)) == r.digest for r in [*workspace.layers(), *history[-1:]])
    return len(log) - 1


def survive(backend: Backend, kills: int) -> None:
    location = backend.create().location
    kept = 0
    delays = np.random.default_rng(0).uniform(0.0, 0.09, kills)
    with nursery("change", location) as process:
        for seed, delay in enumerate(delays):
            told = killed(process, seed, delay)
            found = whole(location)
            # The last one may have been committed and not yet told.
            assert kept + told <= found <= kept + told + 1
            kept = found
    assert kept > kills / 4


def found_whole(backend: Backend, kills: int) -> None:
    pattern = backend.location("NUMBER")
    made = 0
    delays = np.random.default_rng(1).uniform(0.0, 0.06, kills)
    with nursery("make", pattern) as process:
        for seed, delay in enumerate(delays):
            told = killed(process, seed, delay)
            for number in range(told + 1):
                location = pattern.replace("NUMBER", f"{seed}_{number}")
                try:
                    workspace = open_workspace(location)
                except WorkspaceError as error:
                    assert "There is no workspace" in str(error)
                    assert number == told
                    continue
                assert workspace.district == DISTRICT
                assert [e.action for e in workspace.log()] == ["new"]
                made += 1
            # Whatever was left half done is in nobody's way.
            assert backend.create(f"after_{seed}").layers() == ()
    assert made > kills / 4


def test_killed_while_it_changes_layers(backend: Backend) -> None:
    survive(backend, 20)


def test_killed_while_it_makes_workspaces(backend: Backend) -> None:
    found_whole(backend, 12)


@pytest.mark.slow
def test_killed_hundreds_of_times_while_it_changes_layers(backend: Backend) -> None:
    survive(backend, 250)


@pytest.mark.slow
def test_killed_hundreds_of_times_while_it_makes_workspaces(backend: Backend) -> None:
    found_whole(backend, 150)
