"""Two windows of one profile that do the same thing at the same moment: it is recorded once, and the other is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.places import places
from msat.projections.alert_state import AlertState
from msat.record.entries import Draft, Entry
from msat.record.organisation import Organisation
from msat.services import enrol
from msat.services.acknowledge import acknowledge
from msat.services.desk import Desk, Person
from msat.services.issue_receipts import issue_due, issue_receipt
from msat.services.receive_receipt import receive as receive_receipt
from msat.services.send_return import own_return
from msat.services.take_return import take_return
from msat.store.sqlite_record import SqliteRecord
from tests.notices import recall
from tests.services.conftest import PHARMACIST

WINDOWS = 4
TEAM = Organisation("Test Area", "16C", "committee")


@pytest.fixture(autouse=True)
def _slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what a deed looks at and what it records lies time enough for every other window to look as well."""
    real = SqliteRecord.append

    def append(record: SqliteRecord, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        time.sleep(0.15)
        return real(record, drafts)

    monkeypatch.setattr(SqliteRecord, "append", append)


def at_once(desk: Desk, deed: Callable[[Desk], object]) -> list[str]:
    """What came of `deed` in several windows of the desk's profile, each with a record and views of its own."""
    ready, said = threading.Barrier(WINDOWS), list[str]()

    def run(window: Desk) -> None:
        ready.wait()
        try:
            said.append(type(deed(window)).__name__)
        except Exception as error:
            said.append(f"{type(error).__name__}: {error}")

    windows = [bootstrap.open_desk(desk.places, desk.clock) for _ in range(WINDOWS)]
    threads = [threading.Thread(target=run, args=(window,)) for window in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for window in windows:
        window.close()
    return sorted(said)


def recorded(desk: Desk, kind: str) -> int:
    return len(desk.record.typed(frozenset({kind})))


@pytest.fixture
def team(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    where = places(tmp_path / "team")
    bootstrap.create_profile(where, TEAM, clock)
    made = bootstrap.open_desk(where, clock)
    yield made
    made.close()


def test_an_alert_is_acknowledged_once(desk: Desk, receive: Callable[[FeedItem], AlertState]) -> None:
    key = receive(recall()).key
    said = at_once(desk, lambda window: acknowledge(window, key, PHARMACIST))
    assert recorded(desk, "alert.acknowledged") == 1
    assert [words for words in said if words == "Changes"] == ["Changes"]
    assert len([words for words in said if "was already acknowledged by A Pharmacist" in words]) == WINDOWS - 1


def test_what_another_window_recorded_and_did_not_bring_to_the_lists_counts(
    desk: Desk, receive: Callable[[FeedItem], AlertState], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one dies right after the record took its entry."""
    key = receive(recall()).key
    other = bootstrap.open_desk(desk.places, desk.clock)
    catch_up, looks = type(other.views).catch_up, list[int]()

    def dies_the_second_time(views: object) -> object:
        looks.append(1)
        if len(looks) == 2:
            raise SystemExit("killed")
        return catch_up(views)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(type(other.views), "catch_up", dies_the_second_time)
        with pytest.raises(SystemExit):
            acknowledge(other, key, PHARMACIST)
    other.close()
    with pytest.raises(Refused, match="already acknowledged"):
        acknowledge(desk, key, PHARMACIST)
    assert recorded(desk, "alert.acknowledged") == 1


def test_a_log_is_enrolled_once(desk: Desk, team: Desk) -> None:
    take_return(team, own_return(desk)[0], "a.msatreturn")
    log = desk.record.log
    said = at_once(team, lambda window: enrol.accept(window, log, PHARMACIST, is_compared=True))
    assert recorded(team, "writer.enrolled") == 1
    assert [words for words in said if words == "tuple"] == ["tuple"]
    assert len([words for words in said if "is enrolled already" in words]) == WINDOWS - 1
    assert list(team.record.received.ids(log)) == [entry.id for entry in desk.record.entries()]


def test_a_receipt_is_issued_and_taken_in_once(desk: Desk, team: Desk) -> None:
    person = Person("B Officer", "medicines safety officer", "tester")
    for one, other in ((desk, team), (team, desk)):
        take_return(one, own_return(other)[0], "a.msatreturn")
        enrol.accept(one, other.record.log, person, is_compared=True)
    assert at_once(team, issue_due) == ["Due"] * WINDOWS
    assert recorded(team, "receipt.issued") == 1
    issued = issue_receipt(team, desk.record.log)
    assert recorded(team, "receipt.issued") == 1
    assert at_once(desk, lambda window: receive_receipt(window, issued.data, issued.name)) == ["Arrival"] * WINDOWS
    assert recorded(desk, "receipt.received") == 1
    assert desk.record.verify().problems == ()
