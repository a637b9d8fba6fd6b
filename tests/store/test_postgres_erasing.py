"""The one door through which a body leaves a shared database: what passes it, and everything that must not.

Each attack runs as plain SQL on a connection of its own, as the practice without its installation's key, another
practice, a committee, or the server's superuser; afterwards the rows are compared byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem
from msat.ids import EntryId
from msat.places import Places, places
from msat.record.chain import body_of_own, head_of, link
from msat.record.entries import Actor, Draft, Entry, Head
from msat.record.erasure import Retold, kept_of, orders
from msat.record.key_history import rotation
from msat.record.organisation import Organisation
from msat.record.signing import Signer, head_text, new_private_key
from msat.store.key_places import key_store
from msat.store.postgres_admin import check_database
from msat.store.postgres_opening import create_database_record, open_database_record
from msat.store.sqlite_record import SqliteRecord
from tests.conftest import NOON
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, PERSON, draft

OTHER = Organisation("Mill Lane Surgery", "B82001", "gp-practice")
CLOCK = FixedClock(NOON)
SECRET = "Priya Shah"
BY = (Actor("B. Jones", "Practice manager"), Actor("C. Smith", "Caldicott Guardian"))
INSERT = "INSERT INTO msat.entry (log, seq, id, type, header, body, note) VALUES (%s, %s, %s, %s, %s, %s, %s)"
DOOR = "SELECT msat.empty_ordered(%s)"


@pytest.fixture(scope="module")
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


@pytest.fixture
def where(tmp_path: Path) -> Places:
    return places(tmp_path / "surgery")


@pytest.fixture
def record(database: Database, where: Places) -> Any:
    """A log of four entries, its last three by a person who is to be erased."""
    made, _printed = create_database_record(where, database.login(ORGANISATION.ods), ORGANISATION, CLOCK, "0.1")
    made.append([draft("one"), draft("two"), draft("three")])
    yield made
    made.close()


def order(record: SqliteRecord, *seqs: int, change: Callable[[Entry], Entry] = lambda entry: entry) -> Draft:
    known = {entry.seq: entry for entry in record.entries()}
    retold = [Retold(change(known[n]), {**kept_of(known[n].content), "actor": {"id": "", "name": "X", "role": "y"}})
              for n in seqs]  # fmt: skip
    (made,) = orders(record.log, 1, "Asked for.", BY, Actor("D. Green", "Partner"), retold)
    return made


def ordered_only(record: SqliteRecord, draft_: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records the order, rightly signed, and stops before anything is emptied."""
    with monkeypatch.context() as patched:
        patched.setattr(type(record), "finish_erasing", lambda _record: 0)
        record.erase([draft_])


def rows(database: Database, log: str) -> list[tuple[Any, ...]]:
    return database.ask("SELECT * FROM msat.entry WHERE log = %s ORDER BY seq", log)


def emptied(database: Database, log: str, table: str = "entry") -> list[int]:
    told = database.ask(f"SELECT seq FROM msat.{table} WHERE log = %s AND body IS NULL ORDER BY seq", log)
    return [seq for (seq,) in told]


def refused(database: Database, address: str, statement: str, *values: object) -> str:
    """What the database says to a statement that it must refuse."""
    import psycopg

    with database.as_(address) as connection, pytest.raises(psycopg.Error) as said:
        connection.execute(statement, values or None)
    return str(said.value)


def forged(record: SqliteRecord, made: Draft) -> Entry:
    """The entry that would rightly follow, by somebody who has the log-in and not the key."""
    return link(record.head(), [body_of_own(made, ORGANISATION, NOON)], NOON)[0]


def insert(database: Database, address: str, entry: Entry, note: str | None) -> None:
    with database.as_(address) as connection:
        values = (entry.log, entry.seq, entry.id, entry.type, entry.header, entry.body, note)
        connection.execute(INSERT, values)


def insert_as_before(database: Database, address: str, entry: Entry, note: str | None) -> None:
    """As a log-in could until schema 4; now the same is refused before the door is ever asked."""
    import psycopg

    with pytest.raises(psycopg.Error, match=r"not signed by its key|changes its key"):
        insert(database, address, entry, note)
    database.ask("ALTER TABLE msat.entry DISABLE TRIGGER entry_end_is_signed")
    insert(database, address, entry, note)
    database.ask("ALTER TABLE msat.entry ENABLE ALWAYS TRIGGER entry_end_is_signed")


def test_the_bodies_that_a_signed_order_names_are_gone_and_no_others(
    database: Database, record: SqliteRecord, where: Places
) -> None:
    before = rows(database, record.log)
    record.erase([order(record, 2, 4)])
    assert emptied(database, record.log) == [2, 4]
    after = rows(database, record.log)[:4]
    assert [row[:6] + row[8:] for row in after] == [row[:6] + row[8:] for row in before]
    assert [e.content["actor"]["name"] for e in record.entries(after=1, upto=4)] == ["X", SECRET, "X"]
    assert any("old rows, archives and backups" in words for words in record.notices)
    record.erasure_done()
    assert record.verify().problems == ()
    record.append([draft("goes on")])
    for path in sorted(where.data.rglob("own-log.db*")):
        assert path.read_bytes().count(SECRET.encode()) <= 2, "one body kept and the one recorded since"
    with open_database_record(where, CLOCK) as again:
        assert again.read_only == ""
        assert again.verify().problems == ()
    assert [p for p in check_database(database.admin).outcome.problems if record.log in p.where] == []


def test_after_changes_of_key_the_door_goes_by_the_key_in_force(database: Database, record: SqliteRecord) -> None:
    record.rotate_key(PERSON)
    record.append([draft("under the second key")])
    record.rotate_key(PERSON)
    record.erase([order(record, 3, 6)])
    assert emptied(database, record.log) == [3, 6]


def test_a_recovered_key_is_in_force_too(database: Database, where: Places) -> None:
    made, printed = create_database_record(where, database.login(ORGANISATION.ods), ORGANISATION, CLOCK, "0.1")
    with made:
        made.append([draft("one")])
        (where.keys / f"{made.log}.key").unlink()
    with open_database_record(where, CLOCK) as record:
        record.recover_key(printed, PERSON)
        record.erase([order(record, 2)])
        assert emptied(database, record.log) == [2]


# --- who asks -------------------------------------------------------------------------------------------------------


def test_without_an_order_the_door_does_nothing(database: Database, record: SqliteRecord) -> None:
    before = rows(database, record.log)
    with database.as_(database.login(ORGANISATION.ods)) as connection:
        assert connection.execute(DOOR, (record.log,)).fetchone() == (0,)
    assert rows(database, record.log) == before


@pytest.mark.parametrize("who", ["another practice", "a committee", "the superuser", "nobody known"])
def test_nobody_but_the_organisation_has_its_order_done(
    database: Database, record: SqliteRecord, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    ordered_only(record, order(record, 2), monkeypatch)
    before = rows(database, record.log)
    ods = {"another practice": OTHER.ods, "a committee": None, "nobody known": "C83003"}
    address = database.admin if who == "the superuser" else database.login(ods[who])
    said = refused(database, address, DOOR, record.log)
    assert any(words in said for words in ("not signed", "permission denied", "may not record"))
    assert rows(database, record.log) == before
    with database.as_(database.login(ORGANISATION.ods)) as connection:  # the control: its own order is done
        assert connection.execute(DOOR, (record.log,)).fetchone() == (1,)
    assert emptied(database, record.log) == [2]


@pytest.mark.parametrize("name", ["to_the_power(1, 1, 1)", "is_signed('', '', '')", "noted('', '', '')",
                                  "turns('x', false)", "key_at('x', 1, false)", "named('x', false)",
                                  "items('{}', 'x', 9)"])  # fmt: skip
@pytest.mark.parametrize("ods", [ORGANISATION.ods, None])
def test_nobody_calls_what_lies_behind_the_door(database: Database, ods: str | None, name: str) -> None:
    assert "permission denied" in refused(database, database.login(ods), f"SELECT * FROM msat.{name}")


# --- orders that are forged -----------------------------------------------------------------------------------------


def _unsigned(_where: Places, _record: SqliteRecord, _entry: Entry) -> str | None:
    return None


def _signed_by_another(_where: Places, _record: SqliteRecord, entry: Entry) -> str:
    return Signer(entry.log, new_private_key()).sign(head_text(head_of(entry)))


def _an_earlier_note(_where: Places, record: SqliteRecord, _entry: Entry) -> str:
    return record.signed_head()


def _key_of(where: Places, record: SqliteRecord) -> Signer:
    stored = key_store(where).load(record.log)
    assert stored is not None
    return stored.signer


def _another_head(where: Places, record: SqliteRecord, entry: Entry) -> str:
    return _key_of(where, record).sign(head_text(Head(entry.log, entry.seq, EntryId("ab" * 32))))


def _under_another_name(where: Places, record: SqliteRecord, entry: Entry) -> str:
    return Signer("x" * 8, _key_of(where, record).private).sign(head_text(head_of(entry)))


def _a_bit_flipped(where: Places, record: SqliteRecord, entry: Entry) -> str:
    note = _key_of(where, record).sign(head_text(head_of(entry)))
    at = len(note) - 20
    return note[:at] + ("A" if note[at] != "A" else "B") + note[at + 1 :]


@pytest.mark.parametrize(
    "note_of", [_unsigned, _signed_by_another, _an_earlier_note, _another_head, _under_another_name, _a_bit_flipped]
)
def test_an_order_that_the_logs_key_did_not_sign_empties_nothing(
    database: Database, record: SqliteRecord, where: Places, note_of: Callable[..., str | None]
) -> None:
    entry, login = forged(record, order(record, 2)), database.login(ORGANISATION.ods)
    insert_as_before(database, login, entry, note_of(where, record, entry))
    assert "not signed by its key" in refused(database, login, DOOR, record.log)
    assert emptied(database, record.log) == []


def test_the_control_the_same_entry_signed_by_the_key_is_done(
    database: Database, record: SqliteRecord, where: Places
) -> None:
    entry, login = forged(record, order(record, 2)), database.login(ORGANISATION.ods)
    insert(database, login, entry, _key_of(where, record).sign(head_text(head_of(entry))))
    with database.as_(login) as connection:
        assert connection.execute(DOOR, (record.log,)).fetchone() == (1,)


@pytest.mark.parametrize("is_recovery", [False, True])
def test_a_forged_change_of_key_opens_no_door(database: Database, record: SqliteRecord, is_recovery: bool) -> None:
    """Whoever has the log-in puts a key of their own in force, and orders with that."""
    mine, login = Signer(record.log, new_private_key()), database.login(ORGANISATION.ods)
    old = Signer(record.log, new_private_key())
    change = forged(record, rotation(record.head(), old, mine, PERSON, "", is_recovery))
    (entry,) = link(head_of(change), [body_of_own(order(record, 2), ORGANISATION, NOON)], NOON)
    insert_as_before(database, login, change, None)
    insert_as_before(database, login, entry, mine.sign(head_text(head_of(entry))))
    said = refused(database, login, DOOR, record.log)
    assert "changes its key" in said
    assert emptied(database, record.log) == []


def test_an_order_that_names_what_is_not_there_or_is_never_erased_is_refused(
    database: Database, record: SqliteRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = record.rotate_key(PERSON)
    for made in (order(record, 2, change=lambda e: replace(e, id=EntryId("f" * 64))), order(record, change.seq)):
        with pytest.raises(RecordProblem, match="did not erase what was ordered"):
            record.erase([made])
    assert emptied(database, record.log) == []


def test_an_order_for_another_log_or_for_later_entries_erases_nothing(
    database: Database, record: SqliteRecord
) -> None:
    made = order(record, 2)
    for data in (
        {**made.data, "log": "f" * 32},
        {**made.data, "entries": [{"seq": 99, "id": "f" * 64}]},
        {**made.data, "entries": "all"},
        {**made.data, "entries": [7, None, {"seq": "2", "id": "f" * 64}, {"seq": 1, "id": "f" * 64}]},
    ):
        record.erase([Draft("body.erased", made.actor, data, meaning=made.meaning)])
    assert emptied(database, record.log) == []
    assert record.verify().problems == ()


# --- past the door --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ods", [ORGANISATION.ods, OTHER.ods, None])
def test_with_an_order_stored_no_log_in_changes_a_row_by_itself(
    database: Database, record: SqliteRecord, monkeypatch: pytest.MonkeyPatch, ods: str | None
) -> None:
    ordered_only(record, order(record, 2), monkeypatch)
    before = rows(database, record.log)
    for statement in ("UPDATE msat.entry SET body = NULL WHERE seq = 2", "DELETE FROM msat.entry WHERE seq = 2",
                      "UPDATE msat.copy SET body = NULL"):  # fmt: skip
        assert "permission denied" in refused(database, database.login(ods), statement)
    assert rows(database, record.log) == before


@pytest.mark.parametrize(
    "change",
    [
        "body = NULL, note = 'x'", "body = NULL, type = 'alert.revised'", "body = '{}'", "header = ''",
        "body = NULL, seq = 77", "body = NULL, ods = 'B82001'", "body = body",
    ],
)  # fmt: skip
def test_the_guard_holds_the_superuser_to_the_order(
    database: Database, record: SqliteRecord, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    ordered_only(record, order(record, 2), monkeypatch)
    before = rows(database, record.log)
    statement = f"UPDATE msat.entry SET {change} WHERE log = %s AND seq = 2"
    assert "never changed" in refused(database, database.admin, statement, record.log)
    for seq in (1, 3, 5):
        statement = f"UPDATE msat.entry SET body = NULL WHERE log = %s AND seq = {seq}"
        assert "never changed" in refused(database, database.admin, statement, record.log)
    assert rows(database, record.log) == before


def test_an_erased_body_is_not_entered_again(database: Database, record: SqliteRecord) -> None:
    body = rows(database, record.log)[1]
    record.erase([order(record, 2)])
    after = rows(database, record.log)
    statement = "UPDATE msat.entry SET body = %s WHERE log = %s AND seq = 2"
    assert "never changed" in refused(database, database.admin, statement, body[6], record.log)
    assert "does not follow" in refused(database, database.login(ORGANISATION.ods), INSERT, *body[1:])
    assert rows(database, record.log) == after


def test_an_entry_without_its_body_is_taken_only_with_its_order(
    database: Database, record: SqliteRecord, where: Places
) -> None:
    entry, login = forged(record, draft("withheld")), database.login(ORGANISATION.ods)
    note = _key_of(where, record).sign(head_text(head_of(entry)))
    values = (entry.log, entry.seq, entry.id, entry.type, entry.header, None, note)
    assert "only with the order that erased it" in refused(database, login, INSERT, *values)
    assert len(rows(database, record.log)) == 4
