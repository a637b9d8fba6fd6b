"""A credential store for tests: a backend of the keyring library that keeps its secrets in a dictionary.

It can be locked, emptied, told to fail at its n-th call, and asked for everything it holds. The machine's real store is
never touched.
"""

from __future__ import annotations

import threading

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class Died(BaseException):
    """The program was killed here."""


class FakeKeyring(KeyringBackend):
    """What a person sees as their credential store. `held` is what it holds, by service and name."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False
        self.forgets = False
        self.hangs: threading.Event | None = None
        self.calls = 0

    def _asked(self, secret: str = "") -> None:
        self.calls += 1
        if self.hangs:
            self.hangs.wait(20)
        if self.locked:
            raise KeyringLocked(f"locked, and this is what it was given: {secret}")

    def get_password(self, service: str, username: str) -> str | None:
        self._asked()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._asked(password)
        if not self.forgets:
            self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._asked()
        if (service, username) not in self.held:
            raise PasswordDeleteError("there is no such secret")
        del self.held[service, username]
