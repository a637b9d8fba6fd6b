"""What is told, with a real desk: what was told is kept, lost, damaged; the digest is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from msat import settings
from msat.clock import FixedClock
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.reminders import Kind, Reminded, Told, marked
from msat.services.acknowledge import acknowledge
from msat.services.desk import Desk
from msat.services.digest import make_digest, write_digest
from msat.services.reminders import (
    ToldNotKept,
    find_due,
    find_unopened,
    load_told,
    open_rows,
    save_told,
    told_file,
    when_of,
)
from tests.notices import recall
from tests.services.conftest import PHARMACIST

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
Receive = Callable[[FeedItem], AlertState]


@pytest.fixture
def red(desk: Desk, receive: Receive, clock: FixedClock) -> AlertState:
    """A Red that came on a Monday, in a record that has had alerts for a while."""
    receive(recall("EL(26)A/01", class_=4))
    clock.moment = MONDAY
    return receive(recall("EL(26)A/90", class_=1, level="Patient", issued=MONDAY.date()))


def test_a_new_red_is_told_once_and_what_was_told_is_kept(desk: Desk, red: AlertState) -> None:
    rows = open_rows(desk)
    found = [one for one in find_due(desk, rows, load_told(desk.places)) if red.key in one.keys]
    assert [one.kind for one in found] == [Kind.RED]
    save_told(desk.places, marked(Told(), found, rows, desk.clock.now()))
    assert red.key in load_told(desk.places).reds
    assert [one for one in find_due(desk, rows, load_told(desk.places)) if red.key in one.reds] == []
    assert [one.key for one in find_unopened(desk, rows, load_told(desk.places))] == [red.key]


def test_lost_or_damaged_it_is_told_once_more(desk: Desk, red: AlertState) -> None:
    rows = open_rows(desk)
    told = marked(Told(), find_due(desk, rows, Told()), rows, desk.clock.now())
    save_told(desk.places, told)
    for damage in (b"", b"{", b"[]", b'{"reds": 3, "reminded": [1], "digest": null}', b"\xff\xfe"):
        told_file(desk.places).write_bytes(damage)
        assert any(red.key in one.reds for one in find_due(desk, rows, load_told(desk.places)))
    told_file(desk.places).unlink()
    assert load_told(desk.places) == Told()


def test_what_was_told_is_read_as_it_was_written(desk: Desk) -> None:
    key = AlertKey("EL(26)A/90")
    told = Told(
        frozenset({key}),
        frozenset({key}),
        frozenset({AlertKey("é “b”")}),
        "2026-11-23",
        {key: Reminded("2026-11-24T17:00:00Z", ("2026-11-23", "2026-11-24"))},
    )
    save_told(desk.places, told)
    assert load_told(desk.places) == told
    assert "record" not in told_file(desk.places).name
    assert json.loads(told_file(desk.places).read_text(encoding="utf-8"))["digest"] == "2026-11-23"


def test_a_disk_that_will_not_take_it_is_said_in_words(desk: Desk) -> None:
    told_file(desk.places).mkdir()
    with pytest.raises(ToldNotKept, match="could not be written"):
        save_told(desk.places, Told())


def test_an_acknowledged_red_leaves_the_banner(desk: Desk, red: AlertState) -> None:
    acknowledge(desk, red.key, PHARMACIST)
    assert find_unopened(desk, open_rows(desk), Told()) == []


def test_the_first_import_is_not_told(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    clock.moment = MONDAY
    receive(recall("EL(26)A/90", class_=1, level="Patient", issued=MONDAY.date()))
    assert not [one for one in find_due(desk, open_rows(desk), Told()) if one.reds]


def test_settings_are_heeded(desk: Desk, red: AlertState) -> None:
    settings.save(desk.places.settings, {"notify": False})
    assert find_due(desk, open_rows(desk), Told()) == []
    settings.save(desk.places.settings, {"notify": True, "digest_time": "10:30", "quiet_from": "17:00"})
    when = when_of(settings.load(desk.places.settings))
    assert (when.is_on, when.digest_at, when.quiet_from, when.quiet_until) == (True, time(10, 30), time(17), time(8))


def test_the_digest_holds_the_open_alerts_with_their_groups(desk: Desk, red: AlertState) -> None:
    found = make_digest(desk)
    assert "EL(26)A/90" in " ".join(line.title for _name, lines in found.groups for line in lines)
    assert found.organisation == "Test Surgery"
    only = make_digest(desk, ["el 26 a 90"])
    assert only.count == 1
    assert only.cautions == ()
    with pytest.raises(Refused, match="no alert"):
        make_digest(desk, ["EL(26)A/99"])


def test_the_digest_is_written_as_text_or_email(desk: Desk, red: AlertState, tmp_path: Path) -> None:
    text = write_digest(desk, tmp_path / "digest.txt")
    assert "EL(26)A/90" in text.path.read_text(encoding="utf-8")
    mail = write_digest(desk, tmp_path / "digest.EML", "partner@surgery.example", ["EL(26)A/90"])
    assert b"To: partner@surgery.example\r\n" in mail.path.read_bytes()
    assert mail.words.startswith("Wrote the digest of 1 open alert to ")
    assert sorted(one.name for one in tmp_path.glob("*digest*")) == ["digest.EML", "digest.txt"]


@pytest.mark.parametrize(
    ("name", "to", "words"),
    [
        ("digest.pdf", "", "neither in .eml nor in .txt"),
        ("digest.txt", "a@b.example", "Only an e-mail has an address"),
        ("digest.eml", "a@b.example\nBcc: c@d.example", "not one plain e-mail address"),
        ("absent/digest.eml", "", "There is no folder"),
    ],
)
def test_a_digest_that_cannot_be_written_is_refused(
    desk: Desk, red: AlertState, tmp_path: Path, name: str, to: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        write_digest(desk, tmp_path / name, to)
    assert not list(tmp_path.glob("digest*"))


def test_nothing_of_a_note_is_in_the_digest(desk: Desk, red: AlertState, tmp_path: Path) -> None:
    acknowledge(desk, red.key, PHARMACIST, note="Spoke to the lady in room four.")
    written = write_digest(desk, tmp_path / "digest.txt")
    assert "room four" not in written.path.read_text(encoding="utf-8")
