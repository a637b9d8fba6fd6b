"""The one door to the operating system's credential store, through the `keyring` library. Knows nothing of records.

Only the stores that belong to the system itself are used, never a file or a program that some setting names. Where
there is no desktop to unlock one, none is looked for and the library is not even imported. Nothing here waits for ever.
"""

from __future__ import annotations

import os
import secrets
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from msat.errors import RecordProblem

WAIT_S = 30.0
"""How long an answer is waited for: long enough to type the password that unlocks a keyring."""
MOST_BYTES = 2560
"""What the Windows Credential Locker keeps in one credential, written as UTF-16."""
NEVER = "file"
"""The value of MSAT_KEYS with which no new profile uses the credential store."""
_T = TypeVar("_T")


class Backend(Protocol):
    """What is used of `keyring.backend.KeyringBackend`."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keeps the secret, in place of one before."""

    def delete_password(self, service: str, username: str) -> None:
        """Takes the secret out."""


class StoreLocked(RecordProblem):
    """The credential store did not answer, is locked, or refused. What it holds is not known."""

    title = "The credential store cannot be used"


def system_backend() -> Backend | None:
    """The system's own credential store, or None where there is none that a person could unlock."""
    if sys.platform.startswith("linux") and not _has_desktop():
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _within(_made)
    except StoreLocked:
        return None


def _has_desktop() -> bool:
    """Whether this session has a screen and a message bus: without both nobody can be asked for a password."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return runtime is not None and (Path(runtime) / "bus").exists()


def _made() -> Backend:
    # Each class is asked for by name: what `keyring` would choose by itself may be a file that anybody can read.
    if sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring as System
    elif sys.platform == "darwin":
        from keyring.backends.macOS import Keyring as System
    else:
        from keyring.backends.SecretService import Keyring as System
    _usable = System.priority  # raises where the system does not have it
    make: Any = System
    found = make()
    if os.name == "nt":
        found.persist = "local machine"  # a key is one computer's, and does not roam with its user
    backend: Backend = found
    return backend


class Locker:
    """Secrets under a name of ours, in `backend`. Every failure is StoreLocked, and names no secret."""

    def __init__(self, backend: Backend, wait_s: float = WAIT_S) -> None:
        self._backend, self._wait_s = backend, wait_s

    def read(self, service: str, name: str) -> str | None:
        """The secret, or None where the store, open as it is, holds none. Raises StoreLocked."""
        return _within(lambda: self._backend.get_password(service, name), self._wait_s)

    def write(self, service: str, name: str, secret: str) -> None:
        """Keeps the secret and reads it back. Raises StoreLocked unless what is read is what was written."""
        if len(secret.encode("utf-16-le")) > MOST_BYTES:
            raise StoreLocked(f"The credential store keeps {MOST_BYTES:,} bytes at most, and this is longer.")
        _within(lambda: self._backend.set_password(service, name, secret), self._wait_s)
        if self.read(service, name) != secret:
            raise StoreLocked("The credential store did not give back what it was given.", "Keep the key in a file.")

    def remove(self, service: str, name: str) -> None:
        """Takes the secret out, where there is one, and looks whether it is gone. Raises StoreLocked."""
        if self.read(service, name) is None:
            return
        _within(lambda: self._backend.delete_password(service, name), self._wait_s)
        if self.read(service, name) is not None:
            raise StoreLocked("The credential store still holds what it was to delete.", "Delete it with its own tool.")

    def trial(self) -> str:
        """Writes, reads back, compares and deletes a value made up for it; why the store cannot be used, or nothing."""
        name = secrets.token_hex(8)
        try:
            self.write("MSAT trial", name, secrets.token_hex(90))
            self.remove("MSAT trial", name)
        except StoreLocked as error:
            return error.explanation
        return ""


def _within(work: Callable[[], _T], wait_s: float = WAIT_S) -> _T:
    """What `work` gives, done aside so that a store which never answers holds up nothing."""
    done: list[_T] = []
    failed: list[str] = []

    def aside() -> None:
        try:
            done.append(work())
        except BaseException as error:  # every backend raises errors of its own, and some of them quote what they got
            failed.append(type(error).__name__)

    thread = threading.Thread(target=aside, name="credential store", daemon=True)
    thread.start()
    thread.join(wait_s)
    if done:
        return done[0]
    if failed:
        raise StoreLocked(f"The computer's credential store is locked or refused ({failed[0]}).", UNLOCK)
    raise StoreLocked(f"The computer's credential store did not answer for {wait_s:.0f} seconds.", UNLOCK)


UNLOCK = "Sign in to the desktop and unlock it, then open MSAT again."
