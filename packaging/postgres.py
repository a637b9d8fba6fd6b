"""A PostgreSQL server of one's own for tests: made in a temporary folder, on a free port, and gone afterwards.

Uses the programs of an installed PostgreSQL and touches no server that is there already. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ADMIN, PASSWORD = "postgres", "for-tests-only"
_FOLDERS = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "C:/Program Files/PostgreSQL")
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "260",
    "shared_buffers": "32MB",
    "log_min_messages": "panic",
    "deadlock_timeout": "200ms",
}
_PATIENCE_S = 60.0


class NoServer(Exception):
    """A private server cannot be had here; the text says why."""


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest where there are several; None when none is installed."""
    found = [path for top in _FOLDERS for path in Path(top).glob("*/bin") if _has_both(path)]
    if found:
        return max(found, key=lambda path: _number(path.parent.name))
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb and _has_both(Path(initdb).resolve().parent) else None


def _has_both(folder: Path) -> bool:
    return all(shutil.which(name, path=str(folder)) for name in ("initdb", "postgres"))


def _number(name: str) -> float:
    try:
        return float(name.rpartition("@")[2] or name)
    except ValueError:
        return 0.0


class Server:
    """One private server. `start` waits until it answers; `kill` is the power cut, `stop` the way out."""

    def __init__(self) -> None:
        folder = programs()
        if folder is None:
            raise NoServer("PostgreSQL is not installed here (Debian: apt-get install postgresql)")
        self._programs = folder
        self._account = _other_account()
        self.folder = Path(tempfile.mkdtemp(prefix="msat-postgres-"))
        self._give_away(self.folder)
        self.data = self.folder / "data"
        self._running = self.data
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._initdb()

    def _initdb(self) -> None:
        secret = self.folder / "password"
        secret.write_text(PASSWORD + "\n", encoding="ascii")
        self._give_away(secret)
        done = self._run(
            "initdb", "-D", str(self.data), "-U", ADMIN, "--auth=scram-sha-256", f"--pwfile={secret}",
            "--encoding=UTF8", "--no-locale", "--no-sync",
        )  # fmt: skip
        if done.returncode:
            self.remove()
            raise NoServer(f"initdb failed: {done.stdout.decode('utf-8', 'replace').strip()[-300:]}")

    def start(self, data: Path | None = None, more: Sequence[str] = ()) -> None:
        """Starts the server, on another data folder when one is given, and waits until it takes connections."""
        self._running = data or self.data
        (self._running / "postmaster.pid").unlink(missing_ok=True)  # left by a crash: it would be read as ready
        options = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        options += ["-p", str(self.port), "-c", f"unix_socket_directories={'' if os.name == 'nt' else self.folder}"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program("postgres"), "-D", str(self._running), *options, *more],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, **self._account,
            )  # fmt: skip
        deadline = time.monotonic() + _PATIENCE_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NoServer(f"the server did not start: {self.log()[-500:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends the server in good order: open connections are cut, what is committed is written."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Ends the server as a crash would, all its processes at once: nothing is written any more."""
        self._end(signal.SIGQUIT)

    def _end(self, how: int) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(how if os.name != "nt" else signal.SIGTERM)
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_PATIENCE_S)

    def remove(self) -> None:
        """Stops the server and deletes everything of it."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def copy_data(self, name: str) -> Path:
        """A copy of the stopped server's data, as an older state to come back to."""
        target = self.folder / name
        shutil.copytree(self.data, target)
        for path in (target, *target.rglob("*")):
            self._give_away(path)
        return target

    def address(self, role: str = ADMIN, password: str = PASSWORD, database: str = "postgres") -> str:
        """The address of a database on this server, for one log-in."""
        return f"postgresql+psycopg://{role}:{password}@127.0.0.1:{self.port}/{database}"

    def log(self) -> str:
        """What the server has written about itself."""
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def _answers(self) -> bool:
        """Whether the server's own file says "ready": it answers earlier, while it still puts a crash right."""
        try:
            lines = (self._running / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _program(self, name: str) -> str:
        return str(shutil.which(name, path=str(self._programs)))

    def _run(self, name: str, *options: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self._program(name), *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=self.folder, check=False,
            **self._account,
        )  # fmt: skip

    def _give_away(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account["user"], self._account["group"])


def _other_account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as the account of that name, or as nobody."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid}
    raise NoServer("PostgreSQL does not run as root, and there is no other account for it")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port
