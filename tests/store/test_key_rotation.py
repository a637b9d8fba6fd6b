"""A changed key: signed by old and new, followed by every reader, finished after a crash, of no use to a thief."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import NotRecorded, RecordProblem, Refused
from msat.ids import LogId
from msat.places import Places
from msat.record.chain import body_of_own, head_of, link
from msat.record.entries import Actor, Entry
from msat.record.key_history import BadRotation, Keys, first_keys, followed, rotation, rotation_text
from msat.record.keys import FileKeyStore, printed_key
from msat.record.memory import MemoryRecord
from msat.record.proof import Expected, Row, prove
from msat.record.signing import Signer, head_text, new_private_key, sign, sign_twice
from msat.store import record as record_module
from msat.store.record import create_record, inspect_record, open_record
from msat.store.sqlite_record import SqliteRecord
from tests.record.makers import ORGANISATION, draft

ADMIN = Actor("B. Jones", "Practice manager", "bjones")


@pytest.fixture
def record(profile: Places, clock: FixedClock) -> SqliteRecord:
    made, _printed = create_record(profile, ORGANISATION, clock, "0.1")
    return made


def test_a_changed_key_is_followed_and_the_old_entries_stay_under_the_old_one(
    record: SqliteRecord, profile: Places, clock: FixedClock
) -> None:
    record.append([draft("before")])
    old = FileKeyStore(profile.keys).load(record.log)
    record.rotate_key(ADMIN)
    record.append([draft("after")])
    record.rotate_key(ADMIN)
    record.append([draft("after that")])
    found = record.verify()
    assert found.problems == ()
    assert any("changes of key followed: 2" in line for line in found.checked)
    new = FileKeyStore(profile.keys).load(record.log)
    assert old is not None
    assert new is not None
    assert old.signer.public != new.signer.public
    record.close()
    again = open_record(profile, clock)
    again.append([draft("on another day")])
    assert again.verify().valid
    again.close()


def test_another_window_goes_over_to_the_new_key(record: SqliteRecord, profile: Places, clock: FixedClock) -> None:
    other = open_record(profile, clock)
    record.rotate_key(ADMIN)
    other.append([draft("from the other window")])
    other.rotate_key(ADMIN)
    record.append([draft("and back")])
    assert record.verify().problems == ()
    other.close()
    record.close()


def test_a_change_that_was_recorded_and_not_finished_is_finished_at_the_next_start(
    record: SqliteRecord, profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(FileKeyStore, "promote", dies)
        with pytest.raises(KeyboardInterrupt):
            record.rotate_key(ADMIN)
    record.close()
    looked = inspect_record(profile)
    assert looked.problems == (), "nothing is wrong, and verify does not say so"
    assert any("opening MSAT finishes it" in line for line in looked.checked)
    again = open_record(profile, clock)
    assert again.read_only == ""
    assert not any("opening MSAT finishes it" in line for line in again.verify().checked)
    again.append([draft("goes on")])
    assert again.verify().valid
    again.close()


@pytest.mark.parametrize("moment", ["keys_in", "signer_here"])
def test_a_change_of_key_while_another_window_opens_is_no_incident(
    record: SqliteRecord, profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Between two looks at the same record the other window went over to its new key."""
    real, changed = getattr(record_module, moment), []

    def meanwhile(*given: object) -> object:
        found = real(*given) if moment == "keys_in" else None
        if not changed:
            changed.append(record.rotate_key(ADMIN))
        return found if moment == "keys_in" else real(*given)

    monkeypatch.setattr(record_module, moment, meanwhile)
    with open_record(profile, clock) as opened:
        assert len(changed) == 1
        assert opened.read_only == ""
        opened.append([draft("goes on")])
        assert opened.verify().valid


def test_another_window_that_finishes_a_change_of_key_leaves_nothing_to_warn_of(
    record: SqliteRecord, profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, real = open_record(profile, clock), FileKeyStore.promote

    def late(store: FileKeyStore, log: LogId) -> None:
        monkeypatch.setattr(FileKeyStore, "promote", real)
        other.append([draft("under the new key")])
        real(store, log)

    monkeypatch.setattr(FileKeyStore, "promote", late)
    before = list(record.notices)
    record.rotate_key(ADMIN)
    assert list(record.notices) == before
    other.close()
    record.append([draft("and here")])
    assert record.verify().valid
    record.close()


def test_a_disk_that_refuses_the_last_step_loses_no_key(
    record: SqliteRecord, profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change is recorded, its key lies beside the old one: the next change, in any window, finishes it first."""
    other = open_record(profile, clock)

    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(FileKeyStore, "promote", fails)
        made = record.rotate_key(ADMIN)
        assert made.type == "key.rotated"
        assert "could not be put in its place yet" in record.notices[-1]
        with pytest.raises(NotRecorded, match="The old one stays"):
            record.rotate_key(ADMIN)
        record.append([draft("under the new key")])
    other.rotate_key(ADMIN)
    other.append([draft("from the other window")])
    other.close()
    record.append([draft("and here")])
    record.close()
    with open_record(profile, clock) as again:
        assert again.read_only == ""
        assert again.verify().valid


def test_a_change_that_was_not_recorded_leaves_the_old_key(
    record: SqliteRecord, profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(SqliteRecord, "_commit", dies)
        with pytest.raises(KeyboardInterrupt):
            record.rotate_key(ADMIN)
    record.append([draft("under the old key")])
    record.rotate_key(ADMIN)
    assert record.verify().valid
    record.close()


@pytest.mark.parametrize("garbled", [b"", b"[" * 4000, b'{"v": 99}', b"\xff\xfe"])
def test_a_garbled_key_is_as_good_as_lost_and_the_record_is_read(
    profile: Places, clock: FixedClock, garbled: bytes
) -> None:
    record, printed = create_record(profile, ORGANISATION, clock, "0.1")
    record.append([draft("before")])
    record.close()
    path = profile.keys / f"{record.log}.key"
    path.write_bytes(garbled)
    with open_record(profile, clock) as found:
        assert "cannot be read" in found.read_only
        assert [entry.seq for entry in found.entries()] == [1, 2]
        with pytest.raises(RecordProblem, match="msatctl key recover"):
            found.append([draft("without a key")])
        found.recover_key(printed, ADMIN)
        found.append([draft("after")])
        assert found.verify().problems == ()
    with open_record(profile, clock) as again:
        assert not again.read_only
        assert again.head().size == 4


def test_a_garbled_key_does_not_hide_the_one_that_was_gone_over_to(
    record: SqliteRecord, profile: Places, clock: FixedClock
) -> None:
    record.rotate_key(ADMIN)
    record.close()
    path = profile.keys / f"{record.log}.key"
    path.rename(path.with_name(path.name + ".next"))  # the computer stopped before it took its place
    path.write_bytes(b"garbage")
    with open_record(profile, clock) as found:
        assert not found.read_only
        found.append([draft("after")])
        assert found.verify().problems == ()


def test_the_printed_recovery_key_covers_the_loss_of_the_key(profile: Places, clock: FixedClock) -> None:
    record, printed = create_record(profile, ORGANISATION, clock, "0.1")
    record.append([draft("before")])
    with pytest.raises(Refused, match="for a lost key only"):
        record.recover_key(printed, ADMIN)
    record.close()
    _lose_key(profile)
    lost = open_record(profile, clock)
    assert "is not in" in lost.read_only
    with pytest.raises(Refused, match="not the one of this record"):
        lost.recover_key(printed_key(new_private_key()), ADMIN)
    with pytest.raises(Refused, match="a letter of it is wrong"):
        lost.recover_key("ABCD EFGH", ADMIN)
    second = lost.recover_key(printed, ADMIN)
    lost.append([draft("after")])
    assert lost.verify().problems == ()
    lost.close()
    _lose_key(profile)
    again = open_record(profile, clock)
    with pytest.raises(Refused, match="not the one of this record"):
        again.recover_key(printed, ADMIN)  # used up
    again.recover_key(second, ADMIN)
    assert again.verify().valid
    again.close()


def _lose_key(profile: Places) -> None:
    for file in Path(profile.keys).iterdir():
        file.unlink()


# --- what a thief may try who holds a genuine log and no key -----------------------------------------------------


class Copy:
    """A genuine log in somebody else's hands."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.record = MemoryRecord(ORGANISATION, clock)
        self.record.append([draft("genuine")])
        self.entries = list(self.record.entries())
        self.thief = Signer(self.record.log, new_private_key())

    def forged(self, note: str, public: bytes, **more: str) -> list[Entry]:
        """The log with a change of key appended that says what it says, and an entry after it."""
        tail = head_of(self.entries[-1])
        good = rotation(tail, self.thief, self.thief, ADMIN)
        data = {**good.data, "note": note, "public_key": public.hex(), **more}
        body = body_of_own(type(good)(good.type, ADMIN, data), ORGANISATION, self.clock.now())
        return [*self.entries, *link(tail, [body], self.clock.now())]

    def problems(self, entries: list[Entry]) -> list[str]:
        last = entries[-1]
        note = sign(head_text(head_of(last)), self.record.log, self.thief.private)
        rows = [Row(e.log, e.seq, e.id, e.type, e.header, e.body, note if e is last else None) for e in entries]
        return [one.what for one in prove(rows, None, Expected(self.record.log)).problems]


@pytest.fixture
def copy(clock: FixedClock) -> Copy:
    return Copy(clock)


def test_a_change_signed_by_the_new_key_alone_is_refused(copy: Copy) -> None:
    """The rule that the first prototype had, under which a thief's completions were taken for the practice's."""
    text = rotation_text(head_of(copy.entries[-1]), copy.thief.public)
    for note in (copy.thief.sign(text), sign_twice(text, copy.thief, copy.thief)):
        found = copy.problems(copy.forged(note, copy.thief.public))
        assert any("without the signatures of the old and the new key" in what for what in found), found
        assert any("not signed by the expected key" in what for what in found)


def test_a_recovery_key_of_somebody_else_changes_nothing(copy: Copy) -> None:
    other = Signer(copy.record.log, new_private_key())
    text = rotation_text(head_of(copy.entries[-1]), copy.thief.public)
    note = sign_twice(text, other, copy.thief)
    found = copy.problems(copy.forged(note, copy.thief.public, recovery_key=other.public.hex()))
    assert any("by a recovery key that is not this log's" in what for what in found)


def test_a_genuine_change_cannot_be_moved_to_another_place_or_key(copy: Copy) -> None:
    genuine = copy.record.rotate_key(ADMIN)
    note = str(genuine.data["note"])
    for entries in (
        copy.forged(note, copy.thief.public),
        copy.forged(note, bytes.fromhex(str(genuine.data["public_key"]))),
    ):
        keys = _follow(entries[:1], entries[1:-1])
        if entries[-1].data["public_key"] == genuine.data["public_key"]:
            assert followed(keys, entries[-1]).public != copy.thief.public  # the same change: no gain
        else:
            with pytest.raises(BadRotation):
                followed(keys, entries[-1])
    later = link(head_of(genuine), [_body(genuine, copy.clock)], copy.clock.now())[0]
    with pytest.raises(BadRotation, match="without the signatures"):
        followed(_follow([copy.entries[0]], [*copy.entries[1:], genuine]), later)


def test_an_old_key_signs_nothing_after_the_change(copy: Copy) -> None:
    old = copy.record._signer
    copy.record.rotate_key(ADMIN)
    (after,) = copy.record.append([draft("after")])
    rows = [Row(e.log, e.seq, e.id, e.type, e.header, e.body, None) for e in copy.record.entries()]
    note = old.sign(head_text(head_of(after)))
    last = rows[-1]
    rows[-1] = Row(last.log, last.seq, last.id, last.type, last.header, last.body, note)
    found = prove(rows, None, Expected(copy.record.log)).problems
    assert [one.step for one in found] == [5]


def test_a_withheld_change_of_key_cannot_be_followed(copy: Copy) -> None:
    copy.record.rotate_key(ADMIN)
    rows = [
        Row(e.log, e.seq, e.id, e.type, e.header, None if e.type == "key.rotated" else e.body, None)
        for e in copy.record.entries()
    ]
    found = prove(rows, None, Expected(copy.record.log, may_withhold=True)).problems
    assert any("its body is withheld" in one.what for one in found)


def _follow(first: list[Entry], rest: list[Entry]) -> Keys:
    from msat.record.chain import birth_of

    keys = first_keys(birth_of(first[0]))
    for entry in rest:
        keys = followed(keys, entry)
    return keys


def _body(entry: Entry, clock: FixedClock):  # type: ignore[no-untyped-def]
    from msat.record.chain import Body

    assert entry.body is not None
    return Body(entry.type, entry.body)


def test_nobody_can_record_a_change_of_key_by_hand(record: SqliteRecord) -> None:
    with pytest.raises(Refused, match="not a kind of entry"):
        record.append([draft(kind="key.rotated")])
    record.close()


def test_a_changed_key_shows_when_the_installation_holds_the_old_one(
    record: SqliteRecord, profile: Places, clock: FixedClock
) -> None:
    kept = (Path(profile.keys) / f"{record.log}.key").read_bytes()
    record.rotate_key(ADMIN)
    record.close()
    (Path(profile.keys) / f"{record.log}.key").write_bytes(kept)
    assert [one.step for one in inspect_record(profile).problems] == [5]
    again = open_record(profile, clock)
    assert "goes by" in again.read_only
    again.close()
