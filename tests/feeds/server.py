"""A scripted server on this computer: a test says what each path answers, byte for byte if it likes."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Reply = bytes | Callable[[socket.socket], None]


def reply(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """A whole HTTP answer; header names are written with underscores for hyphens."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Seen:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]


@dataclass
class Server:
    """Answers each path with its replies in turn; the last one again and again."""

    base: str = ""
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answers(self, path: str, *replies: Reply) -> str:
        """Sets what `path` answers; its address."""
        self.replies[path] = list(replies)
        return self.base + path

    def next_reply(self, seen: Seen) -> Reply:
        with self.lock:
            self.seen.append(seen)
            waiting = self.replies.get(seen.path) or [reply(404)]
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A running server, gone at the end."""
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "https" if tls else "http"
    server = Server(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")
    threads: list[threading.Thread] = []
    peers: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                peer, _address = listener.accept()
                peer = tls.wrap_socket(peer, server_side=True) if tls else peer
            except ssl.SSLError:
                continue
            except OSError:
                return
            server.connections += 1
            peers.append(peer)
            thread = threading.Thread(target=_talk, args=(server, peer), daemon=True)
            threads.append(thread)
            thread.start()

    door = threading.Thread(target=accept, daemon=True)
    door.start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        door.join(5)
        for peer in peers:
            with suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
            peer.close()
        for thread in threads:
            thread.join(5)


def _talk(server: Server, peer: socket.socket) -> None:
    waiting = b""
    with suppress(OSError):
        while True:
            while b"\r\n\r\n" not in waiting:
                piece = peer.recv(65536)
                if not piece:
                    return
                waiting += piece
            head, _, waiting = waiting.partition(b"\r\n\r\n")
            first, *rest = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
            answer = server.next_reply(Seen(first.split(" ")[1], headers))
            if callable(answer):
                answer(peer)
                peer.shutdown(socket.SHUT_RDWR)
                return
            peer.sendall(answer)
