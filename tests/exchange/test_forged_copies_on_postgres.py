"""Somebody with a log-in of the organisation wrote into its copy of another site's log, before the database refused it:
nothing of that counts anywhere, everybody is told, and the genuine return is taken in as if nothing had been there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.errors import NotRecorded
from msat.exchange.arrivals import Outcome
from msat.ids import LogId
from msat.places import places
from msat.projections.ports import Query
from msat.record.chain import body_of_own, head_of, link
from msat.record.entries import Draft, Entry, Head
from msat.record.organisation import Organisation
from msat.record.signing import Signer, head_text, new_private_key
from msat.services.desk import Desk, Person
from msat.services.gathering import cut_now, gather
from msat.services.intake import Intake
from msat.services.take_return import take_return
from msat.services.verify import verify
from msat.store.postgres_admin import check_database
from msat.store.postgres_bulk import COPY, TYPES
from msat.store.postgres_counted import HeldEnds
from msat.store.postgres_migrating import migrate_database, unsigned_ends
from msat.store.postgres_received import _held_end
from msat.store.postgres_schema import VERSION
from tests.conftest import NOON
from tests.exchange.sites import enrol, held, sent, work
from tests.notices import recall
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, PERSON, draft
from tests.store.test_postgres_attacks import change_of_key
from tests.store.test_postgres_ends import of_schema

Make = Callable[..., Desk]
Rows = list[tuple[Any, ...]]
TEAM = Organisation("Team", "16C", "committee")


@pytest.fixture
def older(postgres_server: object) -> Database:
    """Schema 4, in which a copy could be written behind."""
    return of_schema(postgres_server, 4)


def open_team(database: Database, folder: Path, clock: FixedClock) -> Desk:
    where = places(folder / "team")
    if not (folder / "team").exists():
        bootstrap.create_profile(where, TEAM, clock, database.login("16C"))
    return bootstrap.open_desk(where, clock)


@pytest.fixture
def team(older: Database, tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = open_team(older, tmp_path, clock)
    yield desk
    desk.close()


@pytest.fixture
def practice(site: Make, team: Desk) -> Desk:
    made = site("A81001")
    work(made, "one", "two")
    enrol(team, made)
    return made


def put(database: Database, rows: Rows) -> None:
    """As a program that is not MSAT would, with the organisation's log-in."""
    with database.as_(database.login("16C")) as connection, connection.cursor() as cursor, cursor.copy(COPY) as into:
        into.set_types(TYPES)
        for row in rows:
            into.write_row(row)


def as_row(entry: Entry, note: str | None = None) -> tuple[Any, ...]:
    return (entry.log, entry.seq, entry.id, entry.type, entry.header, entry.body, note)


def behind(head: Head, *drafts: Draft) -> list[Entry]:
    made = drafts or (draft("forged"), draft("forged too"))
    return list(link(head, [body_of_own(one, ORGANISATION, NOON) for one in made], NOON))


def by_another(entry: Entry) -> str:
    return Signer(entry.log, new_private_key()).sign(head_text(head_of(entry)))


def later(practice: Desk) -> Rows:
    """What the site has recorded since: genuine, and put there without the head that it signed."""
    after = practice.record.head().size
    work(practice, "three", "four")
    return [as_row(entry) for entry in practice.record.entries(after=after)]


FORGERIES: dict[str, Callable[[Desk], Rows]] = {
    "without a note": lambda p: [as_row(one) for one in behind(p.record.head())],
    "signed by another": lambda p: [as_row(one, by_another(one)) for one in behind(p.record.head())],
    "with the note before": lambda p: [as_row(one, p.record.signed_head()) for one in behind(p.record.head())],
    "with a garbled note": lambda p: [as_row(one, "\n\n— x\n") for one in behind(p.record.head())],
    "a change of key": lambda p: [change_of_key(p.record.head())[1:]],
    "an order to erase": lambda p: [
        as_row(one)
        for one in behind(
            p.record.head(),
            Draft("body.erased", PERSON, {"log": p.record.log, "entries": []}),
            Draft("key.rotated", PERSON, {"public_key": "", "note": "", "recovery_key": ""}),
        )
    ],
    "genuine, before its time": later,
}


@pytest.mark.parametrize("what", sorted(FORGERIES))
def test_nothing_of_it_counts_and_the_genuine_return_is_taken(
    older: Database, team: Desk, practice: Desk, tmp_path: Path, clock: FixedClock, what: str
) -> None:
    head, log, whole = practice.record.head(), practice.record.log, held(practice)[practice.record.log]
    rows = FORGERIES[what](practice)
    put(older, rows)
    ids = [row[2] for row in rows]
    left = f"ntries {head.size + 1} to {head.size + 2}" if len(rows) == 2 else f"ntry {head.size + 1}"
    anew = open_team(older, tmp_path, clock)
    for desk in (team, anew):
        check_not_counted(desk, head, whole, ids)
        (found,) = verify(desk).problems
        assert left in found.what
        assert "newest return" in found.next_step
    anew.close()
    work(practice, "five")
    with pytest.raises(NotRecorded, match="cannot set them aside yet") as refused:
        take_return(team, sent(practice), "b.msatreturn")
    assert "database migrate" in refused.value.next_step

    (told,) = unsigned_ends(older.admin)
    assert f"copy of log {log} held by 16C" in told
    assert left in told
    assert migrate_database(older.admin) == (4, VERSION)
    assert any(left in one.what and "16C" in one.where for one in check_database(older.admin).outcome.problems)
    check_not_counted(team, head, whole, ids)

    arrived = take_return(team, sent(practice), "b.msatreturn")
    assert (arrived.outcome, arrived.new) == (Outcome.NEW, practice.record.head().size - head.size)
    assert held(team)[log] == held(practice)[log]
    assert verify(team).problems == ()
    checked = check_database(older.admin).outcome
    assert checked.problems == ()
    assert any(f"{len(rows)} rows" in line and left in line and "set aside" in line for line in checked.checked)
    aside = older.ask("SELECT holder, log, id, done_by IS NOT NULL FROM msat.aside ORDER BY seq")
    assert aside == [("16C", log, one, True) for one in ids]
    again = take_return(team, sent(practice), "b.msatreturn")
    assert again.outcome is Outcome.SAME


def check_not_counted(desk: Desk, head: Head, whole: list[tuple[bytes, bytes | None]], ids: list[str]) -> None:
    """Every way of reading the copy ends where the log's key signed it, and the board counts no more than that."""
    record, log = desk.record, head.log
    assert record.received.heads() == (head,)
    assert record.received.head(log) == head
    assert record.received.ids(log)[-1] == head.id
    assert [(row.header, row.body) for row in record.received.raw(log)] == whole
    note = record.received.note(log)
    assert note is not None
    assert f"\n{head.size}\n" in note
    assert record.received.note_at(log, head.size + 1) is None
    assert [entry.seq for entry in record.entries(log)] == list(range(1, head.size + 1))
    assert [entry.seq for entry in record.entries(log, upto=head.size + 9)][-1] == head.size
    assert [entry.seq for entry in record.entries(log, after=1, upto=2)] == [2]
    assert [record.entry(one) for one in ids] == [None] * len(ids)
    assert record.entry(head.id) is not None
    cut = cut_now(desk)
    assert [(one.size, one.head) for one in cut.logs if one.log == log] == [(head.size, head.id)]
    read = [one for one in gather(desk, cut) if one.ods == "A81001"]
    assert len(read) == 1


def test_a_copy_of_which_nothing_is_signed_is_as_if_it_were_not_there(
    older: Database, team: Desk, site: Make
) -> None:
    """Somebody put the first entry of a genuine log there before its file came, with no signature at all."""
    practice = site("A81001")
    work(practice, "one")
    put(older, [as_row(one) for one in practice.record.entries(upto=1)])
    assert team.record.received.heads() == ()
    assert team.record.received.note(practice.record.log) is None
    assert list(team.record.entries(practice.record.log)) == []
    assert "none of it counts" in unsigned_ends(older.admin)[0]
    assert migrate_database(older.admin) == (4, VERSION)
    enrol(team, practice)
    assert held(team)[practice.record.log] == held(practice)[practice.record.log]
    assert verify(team).problems == ()
    assert check_database(older.admin).outcome.problems == ()


def test_what_a_superuser_adds_later_is_not_counted_either_and_makes_room_too(
    postgres_server: object, site: Make, tmp_path: Path, clock: FixedClock
) -> None:
    database = new_database(postgres_server)
    team, practice = open_team(database, tmp_path, clock), site("A81001")
    work(practice, "one")
    enrol(team, practice)
    head, whole = practice.record.head(), held(practice)[practice.record.log]
    (row,) = [as_row(one) for one in behind(head, draft("forged"))]
    database.ask("ALTER TABLE msat.copy DISABLE TRIGGER ALL")
    database.ask("INSERT INTO msat.copy VALUES ('16C', %s, %s, %s, %s, %s, %s, %s)", *row)
    for guard in database.ask("SELECT tgname FROM pg_trigger WHERE tgrelid = 'msat.copy'::regclass"):
        database.ask(f"ALTER TABLE msat.copy ENABLE ALWAYS TRIGGER {guard[0]}")
    check_not_counted(team, head, whole, [row[2]])
    assert [one.step for one in verify(team).problems] == [5]
    work(practice, "two")
    assert take_return(team, sent(practice), "b.msatreturn").outcome is Outcome.NEW
    assert verify(team).problems == ()
    team.close()


def test_a_return_with_nothing_new_makes_room_too(older: Database, team: Desk, practice: Desk) -> None:
    put(older, [as_row(one) for one in behind(practice.record.head())])
    assert take_return(team, sent(practice), "same.msatreturn").outcome is Outcome.SAME, "schema 4 cannot"
    assert [one.step for one in verify(team).problems] == [5]
    migrate_database(older.admin)
    assert take_return(team, sent(practice), "same.msatreturn").outcome is Outcome.SAME
    assert older.ask("SELECT count(*) FROM msat.aside") == [(2,)]
    assert verify(team).problems == ()


def test_an_answer_that_was_forged_in_the_name_of_another_workstation_shows_nowhere(
    older: Database, team: Desk, site: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does one that an earlier program had counted: the lists are made anew without it."""
    intake = Intake(team, recall().source, Person("MSAT", "program"))
    intake.take(recall())
    intake.record()
    (key,) = [row.key for row in team.views.worklist(Query(), NOON)]
    workstation = site("16C", "committee")
    enrol(team, workstation)
    team.views.catch_up()
    put(older, [as_row(one) for one in behind(workstation.record.head(), replace(draft("forged"), about=key))])

    def as_before(_self: HeldEnds, connection: Any, log: LogId) -> Head | None:
        seq, last = _held_end(connection, log)
        return Head(log, seq, last) if seq else None

    with monkeypatch.context() as patched:
        patched.setattr(HeldEnds, "end", as_before)
        team.views.catch_up()
        counted = team.views.alert(key)
        assert counted is not None
        assert counted.acknowledged is not None, "the positive control: it would be counted"
    team.views.catch_up()
    for _time in ("made anew", "rebuilt"):
        state = team.views.alert(key)
        assert state is not None
        assert state.acknowledged is None
        assert "forged" not in str(state)
        team.views.rebuild()
    workstation.record.append([replace(draft("genuine"), about=key)])
    migrate_database(older.admin)
    assert take_return(team, sent(workstation), "b.msatreturn").alerts == {key}
    state = team.views.alert(key)
    assert state is not None
    assert state.acknowledged is not None
    assert "genuine" in str(state)
    assert "forged" not in str(state)
    assert verify(team).problems == ()
