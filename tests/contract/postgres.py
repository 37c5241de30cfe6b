"""A PostgreSQL server of the tests' own: made in a temporary folder, reached by a socket there, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

_SETTINGS = {
    # Nothing here has to outlive a loss of power, only the server's own end; and nothing listens to the network.
    "fsync": "off", "full_page_writes": "off", "listen_addresses": "",
    "max_connections": "40", "shared_buffers": "32MB",
}  # fmt: skip


def programs() -> Path | None:
    """Return the folder of the newest server's programs, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


class Server:
    """A server with one database, ``planner``, that has PostGIS."""

    def __init__(self) -> None:
        bin_folder = programs()
        if bin_folder is None:
            raise RuntimeError("PostgreSQL is not installed")
        self._bin = bin_folder
        # A socket's path may have 107 bytes: not a folder as deep as pytest's.
        self.folder = Path(tempfile.mkdtemp(prefix="planner-pg-"))
        self._data = self.folder / "data"
        # The server refuses to run as root.
        self._as = "postgres" if os.geteuid() == 0 else ""
        if self._as:
            account = pwd.getpwnam(self._as)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._run(
            "initdb", "-D", str(self._data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N"
        )
        settings = {**_SETTINGS, "unix_socket_directories": str(self.folder)}
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{key} = '{value}'\n" for key, value in settings.items())
        self.start()
        self._run("createdb", "-h", str(self.folder), "-U", "postgres", "planner")

    def url(self, schema: str = "", *, database: str = "planner", user: str = "postgres") -> str:
        """Return the address of a schema of a database."""
        end = f"&schema={schema}" if schema else ""
        return f"postgresql://{user}@/{database}?host={quote(str(self.folder), safe='')}{end}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-l", log, "-w", "-t", "60", "start")

    def stop(self) -> None:
        """Stop it at once; who is connected is cut off."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def restart(self) -> None:
        """Start it again, whether it still runs or has given up."""
        if self._runs():
            self.stop()
        self.start()

    def _runs(self) -> bool:
        try:
            self._run("pg_ctl", "-D", str(self._data), "status")
        except RuntimeError:
            return False
        return True

    def remove(self) -> None:
        """Stop it and remove its files."""
        if self._runs():
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *words: str) -> None:
        command: Sequence[str] = [str(self._bin / program), *words]
        if self._as:
            command = ["setpriv", f"--reuid={self._as}", f"--regid={self._as}", "--clear-groups", *command]
        # Its output goes to a file: a server that inherits a pipe keeps it open, and the reader waiting.
        with tempfile.TemporaryFile() as told:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=told, stderr=told, cwd=self.folder,
                env={**os.environ, "LC_ALL": "C"}, timeout=120,
            )  # fmt: skip
            if done.returncode:
                told.seek(0)
                raise RuntimeError(f"{program} failed: {told.read().decode(errors='replace')[-2000:]}")
