"""An older backup comes back, a new log goes on for the old one, a committee enrols it, and nothing counts twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.errors import Refused
from msat.exchange.arrivals import Outcome
from msat.exports.checking import check_file
from msat.feeds.model import FeedItem
from msat.places import places
from msat.projections.alert_state import AlertState
from msat.projections.pack import pack
from msat.projections.pack_model import Signatory
from msat.record.organisation import Organisation
from msat.record.trouble import Trouble
from msat.services import backup
from msat.services.acknowledge import acknowledge
from msat.services.answer import answer
from msat.services.correct import correct
from msat.services.desk import Desk, Person
from msat.services.enrol import accept, show
from msat.services.erase_person import plan_erasure
from msat.services.erase_words import planned
from msat.services.export import export_certificate, export_log
from msat.services.export_pack import issue_pack, make_again
from msat.services.folder_sync import folder_sync
from msat.services.gathering import cut_now, gather, gather_own
from msat.services.intake import Intake
from msat.services.issue_receipts import issue_receipt
from msat.services.own_line import own_line
from msat.services.own_return import fetch_back
from msat.services.pack_preparing import Wanted, prepare
from msat.services.pack_reading import read_material
from msat.services.person import export_person
from msat.services.send_held import send_held
from msat.services.send_return import send_return
from msat.services.supersede import supersede
from msat.services.take_in import take_in
from msat.services.verify import verify
from tests.exchange.sites import CLERK, enrol
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST

HOUR = timedelta(hours=1)
WHY = "The server was put back from an older backup."
OFFICERS = ("A. Patel, chair", "B. Jones, pharmacy lead")
WANTED = Wanted(
    date(2026, 1, 1),
    date(2026, 12, 31),
    Signatory("A. Patel", "manager"),
    Signatory("B. Jones", "reviewer"),
    Signatory("C. Okafor", "chair"),
)


class Place:
    """Two installations and the ways between them."""

    def __init__(self, folder: Path, clock: FixedClock) -> None:
        self.folder, self.clock = folder, clock
        self.practice = self.made("practice", Organisation("Practice A81001", "A81001", "gp-practice"))
        self.committee = self.made("committee", Organisation("The Committee", "16C", "committee"))
        enrol(self.committee, self.practice)
        enrol(self.practice, self.committee)

    def made(self, name: str, organisation: Organisation) -> Desk:
        bootstrap.create_profile(places(self.folder / name), organisation, self.clock)
        return bootstrap.open_desk(places(self.folder / name), self.clock)

    def again(self) -> Desk:
        """The practice's program closed and started again."""
        self.practice.close()
        self.practice = bootstrap.open_desk(self.practice.places, self.clock)
        return self.practice

    def carried(self, sender: Desk, receiver: Desk) -> list[Outcome]:
        """Everything that `sender` sends, in the hands of `receiver`."""
        out = self.folder / "post"
        out.mkdir(exist_ok=True)
        sent = send_return(sender, out)
        return [one.outcome for one in take_in(receiver, [*sent.earlier, sent.path])]

    def restored(self, made: Path) -> Desk:
        """The practice's computer after somebody put an older backup back."""
        self.practice.close()
        where = self.practice.places
        where.record.unlink()
        bootstrap.restore(where, made, clock=self.clock)
        self.practice = bootstrap.open_desk(where, self.clock)
        return self.practice


def hears(desk: Desk, item: FeedItem) -> AlertState:
    intake = Intake(desk, item.source, Person("MSAT", "program"))
    intake.take(item)
    intake.record()
    state = desk.views.alert(desk.views.known(item.source)[item.path].key)
    assert state is not None
    return state


@pytest.fixture
def place(tmp_path: Path, clock: FixedClock) -> Iterator[Place]:
    made = Place(tmp_path, clock)
    yield made
    made.practice.close()
    made.committee.close()


@pytest.fixture
def lost(place: Place) -> tuple[Place, str]:
    """Entries were recorded and sent after the backup that then came back. The alert's key is the second value."""
    state = hears(place.practice, recall())
    place.clock.moment += HOUR
    acknowledge(place.practice, state.key, PHARMACIST)
    made = backup.into_folder(place.practice.places, bootstrap.backing(place.practice.places, place.clock))
    place.clock.moment += HOUR
    answer(place.practice, state.key, "A03", "yes", DOCTOR)
    assert place.carried(place.practice, place.committee) == [Outcome.NEW]
    place.restored(Path(made.path))
    return place, state.key


def test_the_whole_story(lost: tuple[Place, str], tmp_path: Path) -> None:
    place, key = lost
    practice, committee, clock = place.practice, place.committee, place.clock
    old = practice.record.head()
    held = committee.record.received.head(old.log)
    assert held is not None
    assert held.size > old.size
    assert practice.record.trouble is Trouble.RESTORED

    done, changes = supersede(practice, CLERK, WHY)
    assert key in changes.alerts
    state = practice.views.alert(key)
    assert state is not None
    assert state.acknowledged is not None, "what was recorded before is in the views"
    clock.moment += HOUR
    answer(practice, key, "A03", "yes", DOCTOR)
    acknowledged = state.acknowledged.entry
    correct(practice, acknowledged, "Seen by somebody else.", CLERK, {"note": "by the deputy"})
    state = practice.views.alert(key)
    assert state is not None
    assert any(line.corrects == acknowledged for line in state.history), "a reference to the old log keeps working"
    found = verify(practice)
    assert found.problems == ()
    again = place.again()
    assert again.views.alert(key) == state
    assert again.record.log == done.head.log

    # The committee: both files come, the new log waits, is compared, and two officers countersign.
    assert place.carried(again, committee) == [Outcome.OLDER, Outcome.WAITING]
    shown = show(committee, done.head.log)
    assert "The earlier log's key signed that" in shown.succession
    assert f"Entries {old.size + 1} to {held.size}" in shown.succession
    with pytest.raises(Refused, match="two officers"):
        accept(committee, done.head.log, CLERK, is_compared=True)
    accept(committee, done.head.log, CLERK, is_compared=True, officers=OFFICERS)
    committee_verified = verify(committee)
    assert committee_verified.problems == ()

    # One organisation, the alert once, the old log up to where it ended.
    found_here = [one for one in gather(committee, cut_now(committee)) if one.ods == "A81001"]
    assert len(found_here) == 1
    assert list(found_here[0].states) == [key]
    assert found_here[0].states[key].history == gather_own(again, cut_now(again)).states[key].history
    sizes = {one.log: one.size for one in found_here[0].logs}
    assert sizes[old.log] == old.size
    made = pack(read_material(committee, prepare(committee, WANTED, CLERK)))
    assert (made.asked, made.replied) == (1, 1)
    assert any(f"Log {old.log[:8]}: read up to entry {old.size} only" in line.what for group in made.exceptions
               for line in group.lines)  # fmt: skip

    # What the committee countersigned comes back with its log, and `verify` says so.
    assert place.carried(committee, again) == [Outcome.NEW]
    said = " ".join(verify(again).checked)
    assert "countersigned by A. Patel, chair, and B. Jones, pharmacy lead, for The Committee" in said
    assert own_line(again).links[0].countersigned

    # The lost end turns up: it is kept, said once, and counts no more.
    sent = send_held(committee, old.log, tmp_path)
    (first,) = take_in(again, [sent.path])
    assert first.outcome is Outcome.REMAINDER
    (second,) = take_in(again, [sent.path])
    assert second.outcome is Outcome.OLDER
    receipt = issue_receipt(committee, done.head.log)
    path = tmp_path / receipt.name
    path.write_bytes(receipt.data)
    assert [one.outcome for one in take_in(again, [path])] == [Outcome.NEW]
    assert verify(again).problems == ()


def test_fetching_the_end_back_is_the_better_way_out(lost: tuple[Place, str], tmp_path: Path) -> None:
    place, key = lost
    old = place.practice.record.head()
    sent = send_held(place.committee, old.log, tmp_path)
    (arrival,) = take_in(place.practice, [sent.path])
    assert arrival.outcome is Outcome.NEW
    assert arrival.new == sent.head.size - old.size
    assert place.practice.record.trouble is Trouble.NONE
    state = place.practice.views.alert(key)
    assert state is not None
    assert any("A03" in line.text for line in state.history)
    acknowledge_again = answer(place.practice, key, "A03", "nil", DOCTOR)
    assert acknowledge_again.entries[-1].seq == sent.head.size + 1
    assert verify(place.again()).problems == ()
    with pytest.raises(Refused, match="can be added to"):
        supersede(place.practice, CLERK, WHY)
    with pytest.raises(Refused, match="as long as it was ever known"):
        fetch_back(place.practice, sent.path)


def test_a_whole_folder_put_back_is_noticed_and_fetched_back(place: Place, tmp_path: Path) -> None:
    """State and data restored together: only what others hold tells that the end is missing."""
    state = hears(place.practice, recall())
    where = place.practice.places
    place.practice.close()
    shutil.copytree(where.data.parent, tmp_path / "image")
    place.again()
    place.clock.moment += HOUR
    acknowledge(place.practice, state.key, PHARMACIST)
    place.carried(place.practice, place.committee)
    place.practice.close()
    shutil.rmtree(where.data.parent)
    shutil.copytree(tmp_path / "image", where.data.parent)
    practice = place.again()
    assert practice.record.trouble is Trouble.NONE, "nothing here can tell"
    receipt = issue_receipt(place.committee, practice.record.log)
    (tmp_path / receipt.name).write_bytes(receipt.data)
    assert [one.outcome for one in take_in(practice, [tmp_path / receipt.name])] == [Outcome.AHEAD]
    practice = place.again()
    assert practice.record.trouble is Trouble.SHORT
    line = own_line(practice)
    assert [one.name for one in line.holders] == ["The Committee (16C)"]
    with pytest.raises(Refused, match="was seen elsewhere: The Committee"):
        supersede(practice, CLERK, WHY)
    sent = send_held(place.committee, practice.record.log, tmp_path)
    fetched, _changes = fetch_back(practice, sent.path)
    assert fetched.head == sent.head
    assert practice.record.trouble is Trouble.NONE
    answer(practice, state.key, "A03", "yes", DOCTOR)
    assert verify(place.again()).problems == ()


def test_an_export_made_after_is_checked_with_entries_of_both_logs(lost: tuple[Place, str], tmp_path: Path) -> None:
    place, key = lost
    before, _changes = export_certificate(restored_by_fetching(place, tmp_path), key, tmp_path / "before.pdf", CLERK)
    assert check_file(before.read_bytes(), before.name, place.practice.record).problems == ()


def test_a_certificate_over_two_logs(lost: tuple[Place, str], tmp_path: Path) -> None:
    place, key = lost
    practice = place.practice
    old = practice.record.head()
    supersede(practice, CLERK, WHY)
    place.clock.moment += HOUR
    for done in ("yes", "nil"):
        answer(practice, key, "A03", done, DOCTOR)
    path, _changes = export_certificate(practice, key, tmp_path / "after.pdf", CLERK)
    found = check_file(path.read_bytes(), path.name, practice.record)
    assert found.problems == ()
    assert any(f"of the log {old.log[:8]} that it names are held here" in line for line in found.checked)
    alone = check_file(path.read_bytes(), path.name)
    assert alone.problems == ()
    assert any("1 other log of the same organisation" in line for line in alone.checked)
    log, _changes = export_log(practice, date(2020, 1, 1), date(2026, 12, 31), tmp_path / "log.xlsx", CLERK)
    whole = check_file(log.read_bytes(), log.name, practice.record)
    assert whole.problems == ()


def restored_by_fetching(place: Place, folder: Path) -> Desk:
    """The practice after its end was fetched back."""
    sent = send_held(place.committee, place.practice.record.log, folder)
    take_in(place.practice, [sent.path])
    return place.practice


def test_packs_of_both_logs(place: Place, tmp_path: Path) -> None:
    """A pack of the old log is made again byte for byte; the next one is numbered on and rests on both logs."""
    practice, clock = place.practice, place.clock
    state = hears(practice, recall())
    clock.moment += HOUR
    acknowledge(practice, state.key, PHARMACIST)
    out, again, later = (tmp_path / name for name in ("out", "again", "later"))
    for folder in (out, again, later):
        folder.mkdir()
    first = issue_pack(practice, WANTED, out, CLERK, ("json",))
    made = backup.into_folder(practice.places, bootstrap.backing(practice.places, clock))
    clock.moment += HOUR
    answer(practice, state.key, "A03", "yes", DOCTOR)
    practice = place.restored(Path(made.path))
    old = practice.record.log
    supersede(practice, CLERK, WHY)
    clock.moment += HOUR
    answer(practice, state.key, "A03", "nil", DOCTOR)
    make_again(practice, first.number, again, None)
    assert [path.read_bytes() for path in again.iterdir()] == [path.read_bytes() for path in out.iterdir()]
    clock.moment += HOUR
    second = issue_pack(practice, WANTED, later, CLERK, ("json", "pdf"))
    assert (first.number, second.number) == ("A81001-P0001", "A81001-P0002")
    assert second.pack.cover.previous == first.number
    assert {practice.record.log, old} <= {one.log for one in second.pack.logs}
    for path in (*first.files, *second.files):
        with_record = check_file(path.read_bytes(), path.name, practice.record)
        assert with_record.problems == ()
        assert with_record.outcome == "verified"
        assert check_file(path.read_bytes(), path.name).problems == ()
    assert verify(place.again()).problems == ()


def test_a_persons_name_is_found_in_both_logs_and_erased_where_that_can_be_ordered(
    lost: tuple[Place, str], tmp_path: Path
) -> None:
    place, key = lost
    practice = place.practice
    old = practice.record.log
    supersede(practice, CLERK, WHY)
    answer(practice, key, "A03", "yes", PHARMACIST)
    done = export_person(practice, PHARMACIST.name, tmp_path / "person.txt")
    assert {one.entry.log for one in done.found} == {old, practice.record.log}
    assert f"{old[:8]}/" in done.path.read_text("utf-8")
    plan = plan_erasure(practice, PHARMACIST.name)
    assert {one.entry.log for one in plan.touched} == {practice.record.log}
    assert {one.entry.log for one in plan.left} == {old}
    assert "of a log that was superseded" in planned(plan, practice)


def test_a_longer_copy_that_came_in_waits_and_is_fetched_back(place: Place, tmp_path: Path) -> None:
    """The copy that raised the alarm is the one that mends it."""
    state = hears(place.practice, recall())
    where = place.practice.places
    place.practice.close()
    shutil.copytree(where.data.parent, tmp_path / "image")
    acknowledge(place.again(), state.key, PHARMACIST)
    sent = send_return(place.practice, tmp_path)
    place.practice.close()
    shutil.rmtree(where.data.parent)
    shutil.copytree(tmp_path / "image", where.data.parent)
    assert [one.outcome for one in take_in(place.again(), [sent.path])] == [Outcome.AHEAD]
    practice = place.again()
    assert own_line(practice).waiting == sent.head.size
    with pytest.raises(Refused, match="waits here: nothing of it need be lost"):
        supersede(practice, CLERK, WHY, is_lost=True)
    fetched, changes = fetch_back(practice)
    assert fetched.head == sent.head
    assert own_line(practice).waiting == 0
    assert changes.words == fetched.words
    assert verify(practice).problems == ()


def test_a_shared_folder_gives_back_what_was_lost(lost: tuple[Place, str], tmp_path: Path) -> None:
    place, key = lost
    shared = tmp_path / "shared"
    shared.mkdir()
    whole = send_held(place.committee, place.practice.record.log, shared).head
    synced = folder_sync(place.practice, shared)
    assert [one.outcome for one in synced.arrivals] == [Outcome.NEW]
    assert synced.head == whole
    assert place.practice.record.trouble is Trouble.NONE
    state = place.practice.views.alert(key)
    assert state is not None
    assert any("A03" in line.text for line in state.history)
