"""Against the shared stand-in for GOV.UK, with every fault it knows. Skips where the shared material is not there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpcore
import pytest

from msat.errors import SourceFailure
from msat.feeds.fetch import HttpWeb, Limits
from msat.feeds.govuk import read_govuk
from msat.feeds.model import Validators
from msat.feeds.pages import FeedRead, Page, PageFailed, PageGone, PageRead, PageUnchanged
from tests.feeds.world import SOURCE

FAULTS = {
    "500": "fault of its own",
    "429": "busy",
    "404": "nothing at the address",
    "slow": "did not answer",
    "truncated": "stops before its end",
    "garbage": "not a feed",
    "html": "sign-in page",
    "gzip-bomb": "unpacks to more",
    "huge": "larger than",
    "redirect-file": "was not followed",
    "redirect-private": "private network",
    "loop": "circle",
    "ended": "feed has ended",
    "reset": "did not answer",  # it keeps the connection half open and says nothing more
}
SILENT = {"slow": 1.0, "reset": 1.0}
"""Seconds after which silence is taken for one; making the bomb keeps the stand-in busy for longer."""
ONE_PAGE = "/api/content/drug-device-alerts/class-2-medicines-recall-zentiva-pharma-uk-limited-fingolimod"


@dataclass
class StandIn:
    """The stand-in running, and what a refresh keeps of it."""

    base: str
    known: dict[str, str] = field(default_factory=dict)
    kept: dict[str, Validators] = field(default_factory=dict)

    def tell(self, control: str, **what: Any) -> None:
        httpcore.request("POST", self.base + control, content=json.dumps(what).encode())

    def refresh(self, read_s: float = 10) -> list[Page]:
        limits = Limits(connect_s=2, read_s=read_s, total_s=20)
        web = HttpWeb(limits, sleep=lambda _seconds: None)
        try:
            return list(read_govuk(replace(SOURCE, address=self.base), web, self.known, self.kept.get))
        finally:
            web.close()

    def keep(self, pages: list[Page]) -> None:
        for page in pages:
            if isinstance(page, PageRead):
                self.known[page.item.path] = "1"
            if isinstance(page, PageRead | FeedRead):
                self.kept[page.url] = page.validators


@pytest.fixture(scope="module")
def stand_in(shared: Path) -> Iterator[StandIn]:
    program = [sys.executable, str(shared / "govuk/stub.py")]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout is not None
        made = StandIn(running.stdout.readline().strip())
        made.keep(made.refresh())
        yield made
        running.kill()


def test_all_notices_arrive_once_and_then_none(stand_in: StandIn) -> None:
    assert len(stand_in.known) == 135
    pages = stand_in.refresh()
    assert sum(isinstance(page, PageUnchanged) for page in pages) == 135
    assert len(pages) == 136


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_of_the_feed_is_a_source_failure(stand_in: StandIn, fault: str) -> None:
    stand_in.tell("/_fault", match=".atom", fault=fault)
    try:
        with pytest.raises(SourceFailure, match=FAULTS[fault]):
            stand_in.refresh(SILENT.get(fault, 10))
    finally:
        stand_in.tell("/_fault", match=".atom", fault="ok")


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_of_one_page_leaves_the_rest(stand_in: StandIn, fault: str) -> None:
    stand_in.tell("/_fault", match=ONE_PAGE, fault=fault)
    try:
        pages = stand_in.refresh(SILENT.get(fault, 10))
    finally:
        stand_in.tell("/_fault", match=ONE_PAGE, fault="ok")
    is_gone = fault in ("404", "410")  # the publisher's own word, and not a fault of the source
    (told,) = [page for page in pages if isinstance(page, PageGone if is_gone else PageFailed)]
    assert told.path in stand_in.known
    assert (told.why if isinstance(told, PageGone) else told.error).endswith(".")
    assert sum(isinstance(page, PageUnchanged) for page in pages) == 134
    assert isinstance(pages[-1], FeedRead)
    assert pages[-1].complete == is_gone


def test_world_moves_on(stand_in: StandIn, shared: Path) -> None:
    first, second = sorted(stand_in.known)[:2]
    stand_in.tell("/_publish", path=first, body="<p>New words.</p>")
    stand_in.tell("/_withdraw", path=second, explanation="Withdrawn by the publisher.")
    found = {page.item.path: page.item for page in stand_in.refresh() if isinstance(page, PageRead)}
    assert set(found) == {first, second}
    assert found[first].html == "<p>New words.</p>"
    assert found[second].withdrawn is not None
    stand_in.keep(stand_in.refresh())
