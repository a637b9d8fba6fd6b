"""A refresh that finds nothing changed, ten sources, beside the same ten conditional requests alone.

The server stands on this computer and answers 304 after as many milliseconds as a near server takes; both use the
program's own network door, and take turns. Prints a table, tests nothing.
Run: python -m tests.benchmarks.unchanged [ROUNDS [MILLISECONDS]]
"""

from __future__ import annotations

import http.server
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from msat import bootstrap
from msat.clock import FixedClock
from msat.feeds.fetch import HttpWeb
from msat.places import places
from msat.record.organisation import Organisation
from msat.services import sources
from msat.services.desk import Person
from msat.services.refresh import refresh
from tests.benchmarks.ingest import NOW, feed

SOURCES = 10
ENTRIES = 50
BODY = feed(ENTRIES)


class Unchanged(http.server.BaseHTTPRequestHandler):
    """Gives the feed once; whoever has it is told that nothing changed."""

    protocol_version = "HTTP/1.1"
    delay_s = 0.0

    def do_GET(self) -> None:
        time.sleep(self.delay_s)
        is_known = self.headers.get("If-None-Match") == '"one"'
        self.send_response(304 if is_known else 200)
        self.send_header("ETag", '"one"')
        if not is_known:
            self.send_header("Content-Type", "application/atom+xml")
            self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        if not is_known:
            self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:
        pass


def main(rounds: int = 20, delay_ms: int = 20) -> None:
    Unchanged.delay_s = delay_ms / 1000
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Unchanged)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    person = Person("MSAT", "program")
    with tempfile.TemporaryDirectory() as folder:
        where = places(Path(folder) / "profile")
        clock = FixedClock(NOW)
        bootstrap.create_profile(where, Organisation("Demo Surgery", "Y00001", "gp-practice"), clock)
        names = [f"feed-{number}" for number in range(SOURCES)]
        addresses = [f"http://127.0.0.1:{server.server_port}/{name}.atom" for name in names]
        for name, address in zip(names, addresses, strict=True):
            sources.add(where, sources.NewSource(name, name, address))
        desk = bootstrap.open_desk(where, clock)
        web = HttpWeb()
        refresh(desk, person, sources=names, web=web)
        kept = {address: desk.views.validators(address) for address in addresses}
        ours, theirs = [], []
        for _ in range(rounds):
            theirs.append(timed(lambda: [web.get(address, kept[address]) for address in addresses]))
            ours.append(timed(lambda: refresh(desk, person, sources=names, web=web)))
        web.close()
        desk.close()
    server.shutdown()
    print(f"{SOURCES} sources of {ENTRIES} entries, {rounds} rounds, answers after {delay_ms} ms\n")
    print(f"{'':<26}{'ms, middle':>12}{'CPU ms, middle':>16}")
    for name, taken in (("conditional requests", theirs), ("refresh", ours)):
        clocked, cpu = middle([one[0] for one in taken]), middle([one[1] for one in taken])
        print(f"{name:<26}{clocked * 1e3:>12.1f}{cpu * 1e3:>16.1f}")
    ratio = middle([one[0] for one in ours]) / middle([one[0] for one in theirs])
    print(f"\n{ratio:.2f} x by the clock (goal: 1.3)")


def timed(does: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of processor."""
    begun, used = time.perf_counter(), time.process_time()
    does()
    return time.perf_counter() - begun, time.process_time() - used


def middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:]))
