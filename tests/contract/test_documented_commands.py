"""Commands of the documentation that serve, or need servers: each is run, with its addresses and folders made local."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from planner.cli import main
from planner.serve import SIGN_IN
from planner.workspace import open_workspace, read_sign_in
from tests.app.server import free_port, started
from tests.contract.postgres import Server
from tests.documented import EXAMPLE, FENCE, PAGES, ROOT

PATIENCE_S = 60.0
_APP = re.compile(r"(?:\$ )?((?:[A-Z_]+=\S+ )*planner app\b[^`#]*)")


def lines_of(page: str) -> list[str]:
    """Return the lines of a page's blocks, those of TOML and the like left out."""
    text = (ROOT / page).read_text("utf-8")
    shells = ("console", "sh", "text", "")
    return [line for m in FENCE.finditer(text) if m[1] in shells for line in m[2].splitlines()]


def apps() -> list[str]:
    """Return every way to start the app that a page shows in full, in a block or in a sentence."""
    found: dict[str, None] = {}
    for page in PAGES:
        text = page.read_text("utf-8")
        said = [*FENCE.findall(text), *(("", one) for one in re.findall(r"`([^`\n]+)`", FENCE.sub("", text)))]
        for language, block in said:
            for line in block.splitlines() if language in ("console", "sh", "text", "") else ():
                command = _APP.fullmatch(line.strip())
                # An option that stands without its value is spoken of, not typed.
                in_full = command and not command[1].split()[-1].startswith("--")
                if command and in_full and "[" not in line and "planner: " not in line:
                    found[command[1].strip()] = None
    # Those that are refused stand with what they say, and are run with it.
    return [one for one in found if "postgresql:" not in one and one not in REFUSED]


REFUSED = (
    "planner app hlybokaye.gpkg --address 0.0.0.0",
    "planner app hlybokaye.gpkg --sign-in no-such-file.toml",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the pages suppose it: the example, both districts, and the settings of a sign-in."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / EXAMPLE, folder, dirs_exist_ok=True)
    for at in ("layers", "compared", "WORKSPACES"):
        (folder / at).mkdir()
    assert main(["new", str(folder / "hlybokaye.gpkg"), "--sample"]) == 0
    town, boundary = str(folder / "zaozerye.gpkg"), str(folder / "boundary.geojson")
    assert main(["new", town, "--name", "Zaozerye", "--boundary", boundary]) == 0
    assert main(["add", town, str(folder / "villages.csv"), "--as", "demand"]) == 0
    return folder


def settings_of_the_page() -> str:
    page = (ROOT / "docs/how-to/team.md").read_text("utf-8")
    return next(m[2] for m in FENCE.finditer(page) if m[1] == "toml")


def test_the_settings_of_the_page_lack_a_secret_only(tmp_path: Path) -> None:
    path = tmp_path / "sign-in.toml"
    shown = settings_of_the_page()
    path.write_text(shown, "utf-8")
    with pytest.raises(ValueError, match="cookie_secret"):
        read_sign_in(path)
    path.write_text(_with_secret(shown), "utf-8")
    assert read_sign_in(path).hours == 12


def _with_secret(shown: str) -> str:
    return re.sub(r'(?m)^cookie_secret = ".*"', f'cookie_secret = "{"s" * 40}"', shown)


def answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Wait until the app on a port shows its page."""
    give_up = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < give_up:
        with suppress(OSError):
            for path in ("_stcore/health", ""):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
                    assert answer.status == 200
            return True
        time.sleep(0.1)
    return False


def app_of(command: str, folder: Path) -> tuple[list[str], dict[str, str], int]:
    """Return a page's command as words for this machine: its environment, and a port that is free."""
    words = shlex.split(command.replace("/srv/layers", str(folder / "layers")))
    environment = dict(word.split("=", 1) for word in words[: words.index("planner")])
    given = words[words.index("app") :]
    port = free_port()
    if "--port" in given:
        del given[given.index("--port") : given.index("--port") + 2]
    return ["planner.cli", *given, "--port", str(port), "--no-browser"], environment, port


@pytest.mark.parametrize("command", apps())
def test_the_app_starts_as_the_pages_say(command: str, desk: Path) -> None:
    (desk / "sign-in.toml").write_text(_with_secret(settings_of_the_page()), "utf-8")
    words, environment, port = app_of(command, desk)
    with started(words, desk, **{SIGN_IN: "", **environment}) as process:
        assert answers(port, process), command


def test_several_ways_to_start_it_are_shown() -> None:
    assert len(apps()) >= 5
    assert any("--sign-in" in one for one in apps())
    assert any("--folder" in one for one in apps())


def test_a_cluster_as_the_page_says(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("distributed")
    commands = [
        line for line in lines_of("docs/how-to/cluster.md") if line.startswith(("dask ", "planner batch /"))
    ]
    port, srv = free_port(), desk / "srv"
    (srv / "districts").mkdir(parents=True)
    for name in ("hlybokaye.gpkg", "zaozerye.gpkg"):
        shutil.copy(desk / name, srv / "districts")
    shutil.copy(desk / "regions.csv", srv)
    here = [
        one.replace("10.0.0.1:8786", f"127.0.0.1:{port}")
        .replace("10.0.0.1", "127.0.0.1")
        .replace("/srv", str(srv))
        for one in commands
    ]
    scheduler, worker, batch = (shlex.split(one) for one in here)
    with (
        # The page leaves the port to Dask, whose own may be taken here.
        started([*scheduler, "--port", str(port), "--no-dashboard", "--dashboard-address", ":0"], desk),
        started([*worker, "--local-directory", str(desk / "dask"), "--no-dashboard"], desk),
    ):
        districts = sorted(str(path) for path in (srv / "districts").glob("*.gpkg"))
        at = batch.index(str(srv / "districts" / "*.gpkg"))
        give_up = time.monotonic() + PATIENCE_S
        while (code := main([*batch[1:at], *districts, *batch[at + 1 :]])) and time.monotonic() < give_up:
            time.sleep(0.5)
    assert code == 0, capfd.readouterr().err
    assert (srv / "compared").is_dir()
    assert any((srv / "compared").iterdir())


@pytest.mark.postgis
def test_a_team_s_database_as_the_page_says(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = lines_of("docs/how-to/team-postgis.md")
    server = Server()
    try:
        _prepared(server, [line for line in lines if line.startswith(("CREATE", "GRANT", "\\c"))])
        base = server.url(database="district", user="anna")
        there, served, back = [
            line.replace("postgresql://anna@db/planner?schema=", f"{base}&schema=").replace(
                "postgresql://anna@db/planner", base
            )
            for line in lines
            if line.startswith("planner ")
        ]
        monkeypatch.chdir(desk)
        assert main(shlex.split(there)[1:]) == 0, capfd.readouterr().err
        words, environment, port = app_of(served, desk)
        with started(words, desk, **environment) as process:
            assert answers(port, process)
        assert main(shlex.split(back)[1:]) == 0, capfd.readouterr().err
        kept = [(r.name, r.digest) for r in open_workspace(desk / "copy.gpkg").layers()]
        assert kept == [(r.name, r.digest) for r in open_workspace(desk / "hlybokaye.gpkg").layers()]
    finally:
        server.remove()


def _prepared(server: Server, statements: list[str]) -> None:
    """Do what the page tells whoever keeps the server, in a database of another name: the tests have one already."""
    assert any("EXTENSION postgis" in one for one in statements)
    written = (
        "\n".join(statements)
        .replace("DATABASE planner", "DATABASE district")
        .replace("\\c planner", "\\c district")
    )
    done = subprocess.run(
        ["psql", "-h", str(server.folder), "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-q", "postgres"],
        input=written.encode(),
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
