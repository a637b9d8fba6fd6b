"""A PostgreSQL server of one's own for tests: made in a temporary folder, on a free port, and gone afterwards.

Uses the programs of an installed PostgreSQL and touches no server that is there already. Standard library only.

The server runs in a session of its own: a signal to the tests' process group (Ctrl+C, a job that is ended, a time
limit) would end it in the middle of a test, with nothing said. So that none is left behind when the tests are killed, a
small process waits for their end at a pipe, and ends the server and deletes its folder then.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
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
    "log_min_messages": "log",
    "log_checkpoints": "off",
    "deadlock_timeout": "200ms",
}
_PATIENCE_S = 60.0
_PORTS = range(15_000, 30_000)
"""Below those that systems give to outgoing connections, one of which could take the port during a restart."""
_OWN_SESSION: dict[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if os.name == "nt"
    else {"start_new_session": True}
)
_WATCH = """
import os, pathlib, shutil, signal, sys, time
folder = pathlib.Path(sys.argv[1])
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.stdin.buffer.read()  # ends when the tests have ended, however that was
def is_ours(pid):  # a server that crashed leaves its number behind, which may be another program's by now
    try:
        return os.fsencode(folder) in pathlib.Path("/proc", str(pid), "cmdline").read_bytes()
    except OSError:
        return not os.path.isdir("/proc/self")  # a system that does not say so: the note is believed
for note in folder.glob("*/postmaster.pid"):
    try:
        pid = int(note.read_text().split()[0])
        if is_ours(pid):
            os.kill(pid, getattr(signal, "SIGQUIT", signal.SIGTERM))
    except (OSError, ValueError, IndexError):
        pass
for _ in range(50):
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        break
    time.sleep(0.1)
"""


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
        self._is_wanted = False
        self._killed_before = 0
        self._watcher = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _WATCH, str(self.folder)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_OWN_SESSION,
        )  # fmt: skip
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
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, **_OWN_SESSION, **self._account,
            )  # fmt: skip
        self._is_wanted = True
        self._killed_before = _killed_for_memory()
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

    def obituary(self) -> str:
        """How the server ended that nobody ended, with the end of its own log; empty while all is well."""
        status = self._process.poll() if self._process is not None else None
        if status is None or not self._is_wanted:
            return ""
        ended = f"by signal {-status}" if status < 0 else f"with status {status}"
        killed = _killed_for_memory() - self._killed_before
        memory = f" The system ended {killed} processes for want of memory meanwhile." if killed else ""
        return (
            f"The private PostgreSQL server ended by itself, {ended}.{memory} "
            f"Its whole log is kept: {self._keep_log()}. The end of it:\n{self.log()[-3000:]}"
        )

    def _keep_log(self) -> Path:
        """Puts a copy of the log where it outlives the server's folder."""
        kept = self.folder.with_name(f"{self.folder.name}-ended.log")
        shutil.copyfile(self.folder / "server.log", kept)
        return kept

    def _end(self, how: int) -> None:
        self._is_wanted = False
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
        if self._watcher.stdin is not None:
            self._watcher.stdin.close()
        self._watcher.wait(_PATIENCE_S)

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


def _killed_for_memory() -> int:
    """How many processes the system has ended for want of memory since it was started; 0 where it does not say."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))


def _free_port() -> int:
    """A port of this computer that nobody listens on now. Raises NoServer when none is found."""
    for port in random.sample(_PORTS, 200):
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise NoServer("no port for it is free")
