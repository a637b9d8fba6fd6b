"""One window a profile: a second start brings the first window to the front and ends. The command line needs no turn.

A lock file in the profile says who is first, and frees itself when that program dies; a local socket beside it carries
the one thing that is ever asked: come to the front. Nothing that is asked is data, and only this user may ask.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QLockFile, QObject, Qt, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

from msat.ids import fingerprint
from msat.places import Places

ASK, ANSWER = b"front\n", b"ok\n"
PATIENCE_S = 0.9
"""How long a second start waits for the first window's answer."""
GRACE_MS = 100
_LONGEST = 100
"""Bytes in the path of a socket: the system's limit is 107 or less."""


class SingleStart(QObject):
    """Whether this program is the first with its profile. `asked` is emitted when a later start wants the window."""

    asked = Signal()

    def __init__(self, where: Places, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = socket_name(where)
        self._lock = QLockFile(str(where.state / "window.lock"))
        self._lock.setStaleLockTime(0)  # a window may stay open for weeks: only a dead owner frees the lock
        self._server: QLocalServer | None = None

    def take(self) -> bool:
        """Becomes the first and listens; False when another program is. A folder that takes no lock stops nobody."""
        if not self._lock.tryLock(0):
            return self._lock.error() != QLockFile.LockError.LockFailedError
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(self._name)  # left by a program that was killed; the lock says it is gone
        server.newConnection.connect(self._come)
        server.listen(self._name)
        self._server = server
        return True

    def ask_first(self) -> bool:
        """Asks the first window to come to the front; False when it does not answer in time."""
        _let_others_come_to_front()
        ends = time.monotonic() + PATIENCE_S
        while (left := ends - time.monotonic()) > 0:
            socket = QLocalSocket()
            socket.connectToServer(self._name)
            if socket.waitForConnected(int(left * 1000)):
                socket.write(ASK)
                socket.flush()
                if socket.bytesAvailable() or socket.waitForReadyRead(int(left * 1000)):
                    return _read(socket) == ANSWER
            time.sleep(0.05)  # the first may be starting still
        return False

    def trouble(self) -> str:
        """One sentence for a first window that does not answer."""
        owner = self._lock.getLockInfo()  # process, computer, program; nothing when it has gone meanwhile
        named = f" (process {owner[0]})" if isinstance(owner, tuple) and owner else ""
        return (
            f"MSAT is open already with this profile{named} and does not answer. Try again in a moment, or end it."
        )

    def release(self) -> None:
        """Lets a later start be the first."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _come(self) -> None:
        server = self._server
        while server is not None and server.hasPendingConnections():
            socket = server.nextPendingConnection()
            # Whoever asks writes at once; nobody may keep the window waiting for longer than is felt.
            if (socket.bytesAvailable() or socket.waitForReadyRead(GRACE_MS)) and _read(socket) == ASK:
                socket.write(ANSWER)
                socket.flush()
                self.asked.emit()
            socket.disconnectFromServer()
            socket.deleteLater()


def _read(socket: QLocalSocket) -> bytes:
    """At most one byte more than a right question or answer has."""
    return bytes(socket.read(len(ASK) + 1).data())


def socket_name(where: Places) -> str:
    """The socket of a profile: in its own folder where the system takes so long a path, else by the folder's hash."""
    path = str(where.state / "window.socket")
    if sys.platform != "win32" and len(path.encode("utf-8")) <= _LONGEST:
        return path
    return f"msat-{fingerprint(path.encode('utf-8'))[:24]}"


def bring_to_front(window: QWidget) -> None:
    """Shows the window before the others, also when it was minimised."""
    window.setWindowState((window.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
    window.show()
    window.raise_()
    window.activateWindow()


def _let_others_come_to_front() -> None:
    """Windows lets a window come to the front only when the program that has the front allows it: this one has."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(-1)
