"""Fuzz every reader of files, guided by coverage: ``make fuzz``, or ``python -m tests.fuzz --seconds 3600``.

It needs the extra ``fuzz`` (atheris). Inputs are changed and given to the whole chain of reading, checking, repairing,
keeping and assessing, see :mod:`tests.fuzz.chains`; what reaches code that nothing reached before is kept in the corpus
and changed further. An input may be taken or refused with the planner's own message. Everything else is a find: another
exception, ten seconds of the processor, a gigabyte of memory, a file left behind, a workspace that a refused file
changed, a crash of a library below. Each find is written into the folder ``found`` with its traceback, once for each
place in the code, the shortest input of all; the fuzzing goes on. Where the process itself dies it is started anew.

What was found becomes a test with an input written by hand: tests/unit/layers/test_fuzzed.py.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

import pyproj

ROOT = Path(__file__).resolve().parents[2]
WATCHED = ["planner.layers", "planner.standards", "planner.studies"]
MIB = 1 << 20
_SEEDS = 2


def main() -> int:
    """Run the fuzzing for some time, and say how much was done."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--seconds", type=int, default=3600)
    options.add_argument(
        "--folder", type=Path, default=Path("out") / "fuzz", help="of the corpus and the finds"
    )
    options.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="of the real files")
    options.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    options.add_argument("--again", type=Path, nargs="*", help="only do these inputs once more")
    chosen = options.parse_args()
    if chosen.again:
        return again(chosen.again)
    if chosen.worker is not None:
        work(chosen.folder, chosen.worker)
        return 0
    return watch(chosen.folder.resolve(), chosen.shared, chosen.seconds)


def watch(folder: Path, shared: Path, seconds: int) -> int:
    """Keep a process at work until the time is over; it may die of a library's fault, and is started again."""
    from tests.fuzz.chains import bench_in
    from tests.fuzz.seeds import seeds

    corpus, found = folder / "corpus", folder / "found"
    for place in (corpus, found):
        place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="planner-fuzz-") as name:
        bench_in(Path(name))
        for data in seeds(shared if shared.is_dir() else None):
            (corpus / hashlib.sha256(data).hexdigest()[:20]).write_bytes(data)
    end = time.monotonic() + seconds
    while (left := int(end - time.monotonic())) > _SEEDS:
        words = [sys.executable, "-m", "tests.fuzz", "--folder", str(folder), "--worker", str(left)]
        with (folder / "log").open("ab") as log:
            code = subprocess.run(
                words, stderr=log, stdout=log, env={**os.environ, "PYTHONPATH": str(ROOT)}
            ).returncode
        print(f"{left} s were left; the worker ended with {code}: {told(folder)}", flush=True)  # noqa: T201
        if code in (0, 130):
            break
    finds = sorted(each.name for each in found.iterdir() if each.suffix != ".txt")
    print(f"{told(folder)}; finds: {', '.join(finds) or 'none'}")  # noqa: T201
    return 1 if finds else 0


def told(folder: Path) -> str:
    """Return the tally of all workers so far, in words."""
    tally = _read_tally(folder)
    log = (folder / "log").read_bytes().decode("utf-8", "replace")
    edges = [(int(edge), int(feature)) for edge, feature in re.findall(r"cov: (\d+) ft: (\d+)", log)]
    return (
        f"{tally.get('inputs', 0):.0f} inputs in {tally.get('seconds', 0):.0f} s, {tally.get('taken', 0):.0f} taken, "
        f"{tally.get('refused', 0):.0f} refused, {tally.get('found', 0):.0f} broke a promise; "
        f"{len(list((folder / 'corpus').iterdir()))} in the corpus, edges and features: {max(edges, default='-')}"
    )


def _read_tally(folder: Path) -> dict[str, float]:
    try:
        tally: dict[str, float] = json.loads((folder / "tally.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return tally


def work(folder: Path, seconds: int) -> None:
    """Fuzz in this process; does not return."""
    import atheris

    with atheris.instrument_imports(include=WATCHED):
        from tests.fuzz.chains import bench_in
    from tests.fuzz.mutate import mutated

    warnings.simplefilter("ignore")
    place = Path(tempfile.mkdtemp(prefix="planner-fuzz-"))
    os.chdir(place)
    # Making one of these takes longer than most inputs do, and they are the same few every time.
    pyproj.Transformer.from_crs = functools.lru_cache(maxsize=256)(pyproj.Transformer.from_crs)  # type: ignore[method-assign]
    trial = Trial(folder, bench_in(place / "bench"))

    def change(data: bytes, most: int, seed: int) -> bytes:
        dice = random.Random(seed)
        if len(data) < 3:
            return bytes(atheris.Mutate(data, most))
        head, body = data[:2], data[2:]
        if dice.random() < 0.1:
            head = bytes([head[0] if dice.random() < 0.8 else dice.randrange(256), dice.randrange(256)])
        changed = mutated(body, dice, lambda part: bytes(atheris.Mutate(part, max(most - 2, 1))))
        return (head + changed)[:most]

    words = [
        "fuzz", f"-max_total_time={seconds}", f"-artifact_prefix={folder / 'found'}/", "-timeout=60",
        "-rss_limit_mb=5000", "-max_len=65536", "-report_slow_units=60", "-len_control=0", "-print_final_stats=1",
        "-reload=0", str(folder / "corpus"),
    ]  # fmt: skip
    atheris.Setup(words, trial, custom_mutator=change)
    atheris.Fuzz()


class Trial:
    """Tries one input after the other, counts, and writes down what breaks a promise."""

    def __init__(self, folder: Path, bench: object) -> None:
        self.folder = folder
        self.bench = bench
        self.tally = _read_tally(folder)
        self.since = time.monotonic()

    def __call__(self, data: bytes) -> None:
        """Try an input: its first byte is the kind of file, its second decides what is asked of it."""
        from tests.fuzz.chains import KINDS, BrokenError, seconds_allowed

        if len(data) < 3:
            return
        kind = KINDS[data[0] % len(KINDS)]
        began, most = time.process_time(), _peak()
        try:
            outcome = self.bench.try_out(kind, data[2:], data[1])  # type: ignore[attr-defined]
            if time.process_time() - began > seconds_allowed():
                raise BrokenError(f"slow: {time.process_time() - began:.0f} s")
            if _peak() - most > 1024:
                raise BrokenError(f"large: {_peak() - most} MiB")
        except Exception as error:
            outcome = "found"
            self._write_down(data, kind.suffix, error)
        self._count(outcome)

    def _count(self, outcome: str) -> None:
        self.tally[outcome] = self.tally.get(outcome, 0) + 1
        self.tally["inputs"] = self.tally.get("inputs", 0) + 1
        now = time.monotonic()
        if now - self.since > 5:
            self.tally["seconds"] = self.tally.get("seconds", 0) + now - self.since
            self.since = now
            (self.folder / "tally.json").write_text(json.dumps(self.tally), encoding="utf-8")

    def _write_down(self, data: bytes, suffix: str, error: Exception) -> None:
        name = signature(error) + suffix
        place = self.folder / "found" / name
        if not place.exists() or place.stat().st_size > len(data):
            place.write_bytes(data)
            text = "".join(traceback.format_exception(error))
            Path(f"{place}.txt").write_text(text, encoding="utf-8", errors="replace")


def signature(error: Exception) -> str:
    """Return a name for a find: what was raised, and the innermost place in the planner."""
    frames = [
        f for f in traceback.extract_tb(error.__traceback__) if f"{os.sep}planner{os.sep}" in f.filename
    ]
    last = frames[-1] if frames else None
    where = f"{Path(last.filename).stem}-{last.lineno}" if last else re.sub(r"\W+", "-", str(error))[:40]
    return f"{type(error).__name__}-{where}"


def again(files: list[Path]) -> int:
    """Do inputs once more, with their tracebacks."""
    from tests.fuzz.chains import KINDS, bench_in

    broken = 0
    with tempfile.TemporaryDirectory(prefix="planner-fuzz-") as name:
        bench = bench_in(Path(name))
        for file in files:
            data = file.read_bytes()
            began = time.process_time()
            try:
                outcome: str = bench.try_out(KINDS[data[0] % len(KINDS)], data[2:], data[1])
            except Exception:
                outcome = traceback.format_exc()
                broken += 1
            print(f"{file}: {outcome} ({time.process_time() - began:.1f} s)")  # noqa: T201
    return min(broken, 1)


def _peak() -> int:
    """Return the most memory that this process ever had, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // MIB


if __name__ == "__main__":
    sys.exit(main())
