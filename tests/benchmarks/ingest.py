"""First ingest of a large Atom feed, facts, triage and record included, beside `feedparser.parse` of the same bytes.

Then the views built anew from the record. Prints a table, tests nothing. Everything but the network is real: profile,
record, files and views on this disk. All is measured by the clock and in seconds of processor; the word `profile`
prints where the time of the ingest goes, `rebuild` where that of the views goes.
Run: python -m tests.benchmarks.ingest [ENTRIES [profile|rebuild]]
"""

from __future__ import annotations

import cProfile
import os
import pstats
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser

from msat import bootstrap
from msat.clock import FixedClock
from msat.feeds.fetch import Answer
from msat.feeds.model import Validators
from msat.places import places
from msat.record.organisation import Organisation
from msat.services import sources
from msat.services.desk import Person
from msat.services.refresh import SourceResult, refresh

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ADDRESS = "https://feeds.example.org/alerts.atom"
SUBSTANCES = ("amlodipine", "ramipril", "sertraline", "warfarin", "levothyroxine", "metformin", "insulin glargine")
FORMS = ("tablets", "capsules", "oral solution", "solution for injection", "cream")


def main(entries: int = 20_000, profile: str = "") -> None:
    body = feed(entries)
    parsed, parse_cpu = timed(lambda: feedparser.parse(body))
    with tempfile.TemporaryDirectory() as folder:
        where = places(Path(folder) / "profile")
        clock = FixedClock(NOW)
        bootstrap.create_profile(where, Organisation("Demo Surgery", "Y00001", "gp-practice"), clock)
        sources.add(where, sources.NewSource("large", "A large feed", ADDRESS))
        desk = bootstrap.open_desk(where, clock)
        ask = lambda: refresh(desk, Person("MSAT", "program"), sources=["large"], web=Once(body))  # noqa: E731
        results: list[SourceResult] = []
        ours, our_cpu = timed(lambda: results.extend(ask()), profile == "profile")
        rebuilt, rebuild_cpu = timed(desk.views.rebuild, profile == "rebuild")
        desk.close()
    (result,) = results
    print(f"{entries:,} entries, {len(body) / 1e6:.1f} MB; {result.new:,} new, {result.failed} failed {result.error}\n")
    print(f"{'':<20}{'s':>9}{'CPU s':>9}{'ms/entry':>10}")
    for name, clocked, cpu in (
        ("feedparser.parse", parsed, parse_cpu),
        ("first ingest", ours, our_cpu),
        ("views anew", rebuilt, rebuild_cpu),
    ):
        print(f"{name:<20}{clocked:>9.2f}{cpu:>9.2f}{clocked / entries * 1000:>10.2f}")
    print(f"\n{ours / parsed:.2f} x by the clock, {our_cpu / parse_cpu:.2f} x by processor (goal: 1.5)")


class Once:
    """A network that answers with the feed."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def get(self, url: str, validators: Validators | None = None, accept: str = "") -> Answer:
        return Answer(200, self._body, url, "application/atom+xml", Validators())


def feed(entries: int) -> bytes:
    """An Atom feed of made-up recalls, about a kilobyte each, the newest first."""
    chance = random.Random(20240501)
    rows = []
    for number in range(entries, 0, -1):
        what = f"{chance.choice(SUBSTANCES)} {chance.choice((5, 10, 20, 50))} mg {chance.choice(FORMS)}"
        moment = (NOW - timedelta(hours=2 * (entries - number) + 1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        batch = f"{chance.choice('ABCDEFGH')}{chance.randrange(10_000, 99_999)}"
        rows.append(
            f"<entry><id>https://feeds.example.org/alerts/{number}</id><updated>{moment}</updated>"
            f'<link rel="alternate" href="https://feeds.example.org/alerts/{number}"/>'
            f"<title>Class {chance.randrange(2, 5)} Medicines Recall: Made-up Laboratories Ltd, {what}, "
            f"EL(26)A/{number}</title><summary>Made-up Laboratories Ltd is recalling batch {batch} of {what} as a "
            f"precaution, because results of a stability test were out of specification. "
            f"Stop supplying the batch immediately. Quarantine all "
            f"remaining stock and return it to the supplier, by {chance.randrange(1, 28)} December 2026. "
            f"Pharmacies and dispensing practices are asked to look at their shelves; patients need not do anything. "
            f"Further information: medical information, telephone as on the page of the notice, reference {number}."
            f"</summary></entry>"
        )
    head = '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Alerts</title>'
    return (head + f"<id>{ADDRESS}</id><updated>2026-11-20T11:00:00Z</updated>" + "".join(rows) + "</feed>").encode()


def timed(does: Callable[[], object], is_profiled: bool = False) -> tuple[float, float]:
    """Seconds by the clock and seconds of processor, children included; prints where they went if asked to."""
    looking = cProfile.Profile()
    begun, used = time.perf_counter(), os.times()
    if is_profiled:
        looking.runcall(does)
        for order in ("tottime", "cumulative"):
            pstats.Stats(looking).sort_stats(order).print_stats(60)
    else:
        does()
    now = os.times()
    cpu = now.user + now.system + now.children_user + now.children_system
    return time.perf_counter() - begun, cpu - (used.user + used.system + used.children_user + used.children_system)


if __name__ == "__main__":
    main(*([int(sys.argv[1])] if len(sys.argv) > 1 else []), *sys.argv[2:])
