"""Copies of other sites' logs in a shared database, attacked by log-ins: rows that the log's key does not cover.

As the organisation that holds the copy, another one, a committee, and one whose access was taken away. Rows are
compared after each attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from msat.clock import FixedClock
from msat.places import places
from msat.record.chain import body_of_own, head_of, link
from msat.record.entries import Draft, Entry, Head
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.record.signing import Signer, head_text, new_private_key
from msat.store.postgres_admin import check_database, revoke_access
from msat.store.postgres_bulk import COPY, TYPES
from msat.store.postgres_opening import create_database_record
from tests.conftest import NOON
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, PERSON, draft
from tests.store.test_postgres_attacks import change_of_key, signed_by_another
from tests.store.test_postgres_copies import OTHER, as_rows, copied, raw, signed_end_of

CLOCK = FixedClock(NOON)
Rows = list[tuple[Any, ...]]
ROWS = (
    "SELECT * FROM msat.copy ORDER BY holder, log, seq",
    "SELECT * FROM msat.aside ORDER BY holder, log, seq, id",
    "SELECT * FROM msat.entry ORDER BY log, seq",
)


@dataclass(frozen=True)
class Scene:
    """`theirs`: a log that the practice holds a copy of; `own`: the end of the practice's own log."""

    database: Database
    logins: dict[str, str]
    theirs: MemoryRecord
    own: Head
    own_rows: Rows

    def rows(self) -> list[Any]:
        return self.told(ROWS)

    def told(self, statements: Sequence[str]) -> list[Any]:
        """What the superuser sees, with one connection for all of it."""
        with self.database.as_(self.database.admin) as connection:
            return [connection.execute(one).fetchall() for one in statements]

@pytest.fixture(scope="module")
def scene(postgres_server: object, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    database = new_database(postgres_server)
    logins = {
        "holder": database.login(ORGANISATION.ods), "another practice": database.login("D84004"),
        "committee": database.login(None), "shut out": database.login("A81009"),
    }  # fmt: skip
    where = places(tmp_path_factory.mktemp("own"))
    with create_database_record(where, logins["holder"], ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("own")])
        own, note = record.head(), record.signed_head()
        own_rows = [as_row(e, note if e.seq == own.size else None) for e in record.entries()]
    theirs = MemoryRecord(OTHER, CLOCK)
    theirs.append([draft("one"), draft("two")])
    copied(database, logins["holder"], as_rows(theirs, raw(theirs)))
    revoke_access(database.admin, logins["shut out"].split("//")[1].split(":")[0])
    return Scene(database, logins, theirs, own, own_rows)


# --- rows that the log's key does not cover ---------------------------------------------------------------------------


def behind(head: Head, how_many: int = 2, *drafts: Draft) -> list[Entry]:
    made = drafts or [draft(f"forged {n}") for n in range(how_many)]
    return list(link(head, [body_of_own(one, ORGANISATION, NOON) for one in made], NOON))


def as_row(entry: Entry, note: str | None = None) -> tuple[Any, ...]:
    return (entry.log, entry.seq, entry.id, entry.type, entry.header, entry.body, note)


def ended(scene: Scene, make: Callable[[Entry], str | None]) -> Rows:
    """Two entries behind the copy's end, the last with the note that `make` gives."""
    first, last = behind(scene.theirs.head())
    return [as_row(first), as_row(last, make(last))]


def fresh_log(ods: str = "C83003") -> MemoryRecord:
    made = MemoryRecord(Organisation("Park Road", ods, "gp-practice"), CLOCK)
    made.append([draft("one"), draft("two")])
    return made


def new_log(change: Callable[[Rows], Rows]) -> Callable[[Scene], Rows]:
    """A log that is not held yet, its rows rightly signed but for one thing."""

    def made(_scene: Scene) -> Rows:
        log = fresh_log()
        return change(as_rows(log, raw(log)))

    return made


def one_signed_one_not(scene: Scene) -> Rows:
    log = fresh_log()
    return [*as_rows(log, raw(log)), *ended(scene, lambda _one: None)]


def with_the_middle_signed(_scene: Scene) -> Rows:
    log = fresh_log()
    rows = raw(log)
    return [*as_rows(log, rows[:2]), *[(*row[:-1], None) for row in as_rows(log, rows[2:], first=3)]]


def rotated_and_back(scene: Scene) -> Rows:
    """A change to the attacker's key, and an end signed by the genuine key's owner for the entry before."""
    row = change_of_key(scene.theirs.head())[1:]
    return [(*row[:-1], scene.theirs.signed_head())]


FORGED: dict[str, Callable[[Scene], Rows]] = {
    "no note": lambda s: ended(s, lambda _one: None),
    "an empty note": lambda s: ended(s, lambda _one: ""),
    "a key of one's own": lambda s: ended(s, signed_by_another),
    "the note of the end before": lambda s: ended(s, lambda _one: s.theirs.signed_head()),
    "the note of one's own log": lambda s: ended(s, lambda _one: s.own_rows[-1][-1]),
    "its text without a signature": lambda s: ended(s, lambda one: head_text(head_of(one)) + "\n"),
    "its text twice": lambda s: ended(s, lambda one: head_text(head_of(one)) + signed_by_another(one)),
    "the right text, the signature of the end before": lambda s: ended(
        s, lambda one: head_text(head_of(one)) + "\n" + s.theirs.signed_head().rpartition("\n\n")[2]
    ),
    "the right text, both signatures of others": lambda s: ended(
        s, lambda one: signed_by_another(one) + signed_by_another(one).rpartition("\n\n")[2]
    ),
    "a signature that is no base64": lambda s: ended(
        s, lambda one: head_text(head_of(one)) + f"\n— {one.log} ====\n"
    ),
    "a signature of noughts": lambda s: ended(
        s, lambda one: head_text(head_of(one)) + f"\n— {one.log} {'A' * 91}=\n"
    ),
    "a note of a megabyte": lambda s: ended(s, lambda one: signed_by_another(one) + "x" * 1_000_000),
    "the end of a longer log": lambda s: ended(
        s, lambda one: signed_end_of(s.theirs, Head(one.log, one.seq + 1, one.id))
    ),
    "the end of a shorter log": lambda s: ended(
        s, lambda one: signed_end_of(s.theirs, Head(one.log, one.seq - 1, one.id))
    ),
    "another's id under the right number": lambda s: ended(
        s, lambda one: signed_end_of(s.theirs, Head(one.log, one.seq, s.theirs.head().id))
    ),
    "a change of key, signed by the new one": lambda s: [change_of_key(s.theirs.head())[1:]],
    "a change of key with the note before": rotated_and_back,
    "a change of key without its body": lambda s: [
        (*(row := change_of_key(s.theirs.head())[1:])[:5], None, row[6])
    ],
    "a change of key that is no change": lambda s: [
        as_row(one, signed_by_another(one))
        for one in behind(s.theirs.head(), 1, Draft("key.rotated", PERSON, {"public_key": "zz", "note": 1}))
    ],
    "an order to erase": lambda s: [
        as_row(one, signed_by_another(one))
        for one in behind(s.theirs.head(), 1, Draft("body.erased", PERSON, {"log": s.theirs.log, "entries": []}))
    ],
    "another log signed, this one not": one_signed_one_not,
    "signed in the middle only": with_the_middle_signed,
    "a new log without a note": new_log(lambda rows: [(*row[:-1], None) for row in rows]),
    "a new log with a note on each but the last": new_log(
        lambda rows: [*[(*row[:-1], rows[-1][-1]) for row in rows[:-1]], (*rows[-1][:-1], None)]
    ),
    "a first entry alone": new_log(lambda rows: [(*rows[0][:-1], rows[-1][-1])]),
    "the rows in the wrong order": new_log(lambda rows: [rows[2], rows[1], rows[0], (*rows[2][:-1], None)]),
    "one's own log": lambda s: s.own_rows,
    "one's own log, its beginning": lambda s: s.own_rows[:1],
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(FORGED))
def test_no_row_comes_into_a_copy_that_the_logs_key_does_not_cover(scene: Scene, what: str) -> None:
    import psycopg

    before = scene.rows()
    for who in ("holder", "another practice", "committee", "shut out"):
        if who == "another practice" and what.startswith("one's own"):
            continue  # to them it is a log of another site, rightly signed
        with pytest.raises(psycopg.Error):
            copied(scene.database, scene.logins[who], FORGED[what](scene))
    assert scene.rows() == before


TRICKS: dict[str, Sequence[str]] = {
    "in a transaction": ["BEGIN", "{forged}", "COMMIT"],
    "after a right one": ["BEGIN", "{right}", "{forged}", "COMMIT"],
    "with constraints put off": ["BEGIN", "SET CONSTRAINTS ALL DEFERRED", "{forged}", "COMMIT"],
    "within a savepoint": ["BEGIN", "SAVEPOINT a", "{forged}", "RELEASE a", "COMMIT"],
    "taken back to a savepoint": ["BEGIN", "SAVEPOINT a", "{forged}", "ROLLBACK TO a", "COMMIT"],
    "with an old snapshot": [
        "BEGIN ISOLATION LEVEL SERIALIZABLE", "SELECT count(*) FROM msat.held", "{forged}", "COMMIT",
    ],
    "with the holder told": ["SET msat.holder = 'D84004'", "{forged}"],
    "as a replica": ["SET session_replication_role = replica", "{forged}"],
    "with a path of one's own": ["SET search_path = pg_temp, public, msat", "{forged}"],
    "without sequential scans": ["SET enable_seqscan = off", "SET enable_indexscan = off", "{forged}"],
    "with strings read otherwise": ["SET standard_conforming_strings = off", "SET bytea_output = escape", "{forged}"],
    "in another encoding": ["SET client_encoding = WIN1252", "{forged}"],
    "with a short timeout": ["SET statement_timeout = 3", "{forged}"],
    "prepared, to be committed later": ["BEGIN", "{forged}", "PREPARE TRANSACTION 'later'"],
    "as a lesser isolation and chained": ["BEGIN", "{forged}", "COMMIT AND CHAIN", "COMMIT"],
    "aside and back": [
        "SELECT msat.set_aside_unsigned('{log}')", "{forged}", "SELECT msat.set_aside_unsigned('{log}')",
    ],
}  # fmt: skip


@pytest.mark.parametrize("trick", sorted(TRICKS))
def test_no_way_round_by_transactions_and_settings(scene: Scene, trick: str) -> None:
    import psycopg

    before, log = scene.rows(), fresh_log("C83009")
    wanted = before[0] if "{right}" not in TRICKS[trick] else None
    with scene.database.as_(scene.logins["holder"]) as connection:
        for statement in TRICKS[trick]:
            try:
                if statement not in ("{forged}", "{right}"):
                    connection.execute(statement.replace("{log}", scene.theirs.log))
                    continue
                rows = ended(scene, signed_by_another) if statement == "{forged}" else as_rows(log, raw(log))
                with connection.cursor() as cursor, cursor.copy(COPY) as into:
                    into.set_types(TYPES)
                    for row in rows:
                        into.write_row(row)
                assert statement == "{right}"
            except psycopg.Error:
                pass
    assert wanted is None or scene.rows()[0] == wanted
    assert scene.rows() == before


def test_the_positive_control_what_the_key_covers_is_taken(scene: Scene, postgres_server: object) -> None:
    """In one COPY or several, several logs at once, and with further signatures beside the log's own."""
    database, log, more = new_database(postgres_server), fresh_log(), fresh_log("C83004")
    login, rows = database.login(ORGANISATION.ods), raw(log)
    copied(database, login, [*as_rows(log, rows[:2]), *as_rows(more, raw(more))])
    last = as_rows(log, rows[2:], first=3)[-1]
    beside = signed_by_another(list(log.entries())[-1]).rpartition("\n\n")[2].replace(log.log, "a.witness")
    copied(database, login, [(*last[:-1], last[-1] + beside)])
    assert database.ask("SELECT count(*) FROM msat.copy") == [(6,)]
    assert check_database(database.admin).outcome.problems == ()


def test_a_log_that_changed_its_key_is_held_under_each_key_in_its_time(postgres_server: object) -> None:
    import psycopg

    database, log = new_database(postgres_server), fresh_log()
    login, old = database.login(ORGANISATION.ods), log._signer
    copied(database, login, as_rows(log, raw(log)))
    size = log.head().size
    log.rotate_key(PERSON)
    log.append([draft("after")])
    later = raw(log)[size:]
    new = log._signer
    rightly = as_rows(log, later, first=size + 1)
    log._signer = old
    wrongly = as_rows(log, later, first=size + 1)
    with pytest.raises(psycopg.Error, match="not signed by the key"):
        copied(database, login, wrongly)
    log._signer = new
    copied(database, login, rightly)
    assert database.ask("SELECT max(seq) FROM msat.copy") == [(size + 2,)]
    assert check_database(database.admin).outcome.problems == ()


def test_a_signer_of_ones_own_log_is_no_signer_of_theirs(scene: Scene) -> None:
    """A log that somebody began for the purpose, rightly signed, is held as what it is: a log that nobody enrolled."""
    made = Signer(scene.theirs.log, new_private_key())
    (entry,) = behind(scene.theirs.head(), 1)
    import psycopg

    with pytest.raises(psycopg.Error, match="not signed by the key"):
        copied(scene.database, scene.logins["holder"], [as_row(entry, made.sign(head_text(head_of(entry))))])
