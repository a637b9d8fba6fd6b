"""Real notices from a stand-in for GOV.UK: all arrive once, changes are noticed, faults are said and lose nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.feeds.fetch import HttpWeb
from msat.places import Places
from msat.projections.ports import Query
from msat.record.organisation import Organisation
from msat.services import sources
from msat.services.desk import Desk
from msat.services.refresh import SourceResult, refresh
from msat.services.verify import verify


class StandIn:
    """The stand-in's address and its controls."""

    def __init__(self, base: str) -> None:
        self.base = base

    def control(self, name: str, value: dict[str, Any]) -> None:
        request = urllib.request.Request(f"{self.base}/_{name}", data=json.dumps(value).encode(), method="POST")
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200

    def log(self) -> list[list[Any]]:
        with urllib.request.urlopen(f"{self.base}/_log") as answer:
            seen: list[list[Any]] = json.load(answer)
        return seen


@pytest.fixture
def standin(shared: Path) -> Iterator[StandIn]:
    with subprocess.Popen(
        [sys.executable, str(shared / "govuk" / "stub.py")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield StandIn(process.stdout.readline().strip())
        process.terminate()


@pytest.fixture
def notices(shared: Path) -> list[dict[str, Any]]:
    lines = (shared / "govuk" / "notices.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line]


@pytest.fixture
def desk(profile: Places, clock: FixedClock, standin: StandIn) -> Iterator[Desk]:
    bootstrap.create_profile(profile, Organisation("Test Surgery", "Y00001", "gp-practice"), clock)
    sources.set_address(profile, "govuk-alerts", standin.base)
    made = bootstrap.open_desk(profile, clock)
    yield made
    made.close()


def look(desk: Desk) -> SourceResult:
    (result,) = refresh(desk, web=HttpWeb())
    return result


def test_all_notices_arrive_once_and_only_once(desk: Desk, standin: StandIn, notices: list[dict[str, Any]]) -> None:
    first = look(desk)
    assert (first.status, first.new, first.failed) == ("ok", len(notices), 0), first.error
    pages = {s.path for state in desk.views.states() for s in state.sources}
    assert pages == {n["path"] for n in notices}
    assert len(desk.views.states()) == len(notices) - 1  # DSI/2023/002 has two pages
    head = desk.record.head()
    asked = len(standin.log())
    second = look(desk)
    assert (second.status, second.new, second.updated, second.unchanged) == ("ok", 0, 0, len(notices))
    assert desk.record.head() == head
    again = standin.log()[asked:]
    assert again
    assert all("If-None-Match" in headers for _method, path, _status, headers in again if not path.startswith("/_"))
    assert {status for _method, path, status, _headers in again if not path.startswith("/_")} == {304}
    assert verify(desk).valid


def test_a_replaced_notice_is_version_2_and_a_withdrawn_one_is_stamped(
    desk: Desk, standin: StandIn, notices: list[dict[str, Any]]
) -> None:
    look(desk)
    changed, gone = notices[0], notices[60]
    body = changed["body"] + "<p>The telephone number was corrected.</p>"
    standin.control("publish", {"path": changed["path"], "body": body})
    standin.control("withdraw", {"path": gone["path"], "explanation": "This notice no longer stands."})
    result = look(desk)
    assert (result.status, result.new, result.updated) == ("ok", 0, 2), result.error
    after = desk.views.find(changed["path"])
    assert after is not None
    assert len(after.versions) == 2
    stamped = desk.views.find(gone["path"])
    assert stamped is not None
    assert "no longer stands" in stamped.withdrawn
    assert verify(desk).valid


@pytest.mark.parametrize(
    "fault",
    [
        "500",
        "404",
        "429",
        "truncated",
        "garbage",
        "html",
        "gzip-bomb",
        "huge",
        "redirect-file",
        "redirect-private",
        "loop",
        "ended",
        "reset",
    ],
)
def test_each_fault_is_said_in_words_and_loses_nothing(desk: Desk, standin: StandIn, fault: str) -> None:
    look(desk)
    before, alerts = desk.record.head(), desk.views.count(Query(), desk.clock.now())
    standin.control("fault", {"match": "/drug-device-alerts.atom", "fault": fault})
    result = look(desk)
    assert result.status == "failed"
    assert len(result.error) > 30
    assert "Traceback" not in result.error
    health = desk.views.sources()[result.id]
    assert (health.failures, health.error) == (1, result.error)
    assert desk.record.head() == before
    assert desk.views.count(Query(), desk.clock.now()) == alerts
    standin.control("fault", {"match": "/drug-device-alerts.atom", "fault": "ok"})
    mended = look(desk)
    assert mended.status == "ok"
    assert desk.views.sources()[result.id].failures == 0


def test_a_page_that_cannot_be_read_is_named_and_read_next_time(
    desk: Desk, standin: StandIn, notices: list[dict[str, Any]]
) -> None:
    bad = notices[5]
    standin.control("fault", {"match": f"/api/content{bad['path']}", "fault": "500"})
    result = look(desk)
    assert (result.status, result.new, result.failed) == ("failed", len(notices) - 1, 1)
    assert bad["title"].strip() in result.error
    assert desk.views.find(bad["path"]) is None
    standin.control("fault", {"match": f"/api/content{bad['path']}", "fault": "ok"})
    result = look(desk)
    assert (result.status, result.new) == ("ok", 1), result.error
    assert desk.views.find(bad["path"]) is not None
