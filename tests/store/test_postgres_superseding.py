"""A log in a shared database that cannot go on is superseded there: both stay, and no crash leaves half of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import NotRecorded, RecordProblem, Refused
from msat.exchange.return_file import read_return, write_return
from msat.places import Places, places
from msat.record import machine
from msat.record.chain import Birth, birth_of, genesis
from msat.record.entries import Entry, Head
from msat.record.high_water import read_mark
from msat.record.identity import identity_of
from msat.record.organisation import Organisation
from msat.record.received import RawEntry
from msat.record.signing import Signer, head_text, new_private_key, public_key
from msat.record.succession import Claim, is_borne_out
from msat.record.trouble import Trouble
from msat.store import superseding
from msat.store.postgres_admin import check_database
from msat.store.postgres_opening import create_database_record, inspect_database_record, open_database_record
from tests.conftest import NOON
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, PERSON, draft
from tests.store.test_postgres_erasing import INSERT, emptied, order, refused

CLOCK = FixedClock(NOON)
OTHER = Organisation("Mill Lane Surgery", "B82001", "gp-practice")
WHY = "The database came back without its end, and nobody has it."


@pytest.fixture(scope="module")
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


def lose_after(database: Database, log: str, seq: int) -> None:
    """What a failover to a standby that lagged does to a log."""
    database.ask("ALTER TABLE msat.entry DISABLE TRIGGER ALL")
    database.ask("DELETE FROM msat.entry WHERE log = %s AND seq > %s", log, seq)
    there = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'msat.entry'::regclass AND NOT tgisinternal"
    for (name,) in database.ask(there):
        database.ask(f"ALTER TABLE msat.entry ENABLE ALWAYS TRIGGER {name}")


@pytest.fixture
def shortened(database: Database, tmp_path: Path) -> Places:
    """A profile whose log of 4 entries ends at entry 2 on the server, and nobody's copy has the rest."""
    where = places(tmp_path / "surgery")
    with create_database_record(where, database.login(ORGANISATION.ods), ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("kept")])
        record.append([draft("lost"), draft("lost too")])
        log = record.log
    lose_after(database, log, 2)
    where.own_log_copy.unlink()
    return where


def entries_of(database: Database, log: str) -> list[tuple[int, str]]:
    return [(int(seq), i) for seq, i in database.ask("SELECT seq, id FROM msat.entry WHERE log = %s ORDER BY 1", log)]


def test_a_new_log_goes_on_and_the_old_one_stays(database: Database, shortened: Places) -> None:
    with open_database_record(shortened, CLOCK) as record:
        old, end = list(record.entries()), record.head()
        assert record.trouble is Trouble.SHORT
        assert "log supersede" in record.to_be_done
        printed = record.supersede(PERSON, WHY)
        assert len(printed.split()) == 14
        assert (record.trouble, record.read_only) == (Trouble.NONE, "")
        assert record.lineage() == (end,)
        (made,) = record.append([draft("goes on")])
        assert (made.log, made.seq) == (record.log, 2)
        assert list(record.entries(end.log)) == old
        birth = birth_of(next(iter(record.entries())))
        keys = identity_of(record.identity(end.log)).keys
        assert birth.claim is not None
        assert (birth.claim.head, birth.claim.known, birth.claim.reason) == (end, 4, WHY)
        assert is_borne_out(birth.claim, birth.public_key, keys.from_entry(end.size))
        assert record.recovery_untold != "", "until a person says that the new recovery key is kept"
        assert [e.log for e in record.typed(frozenset({"alert.acknowledged"}))] == [end.log, made.log]
        assert entries_of(database, end.log) == [(e.seq, e.id) for e in old]
        found = record.verify()
        assert found.problems == ()
        assert "its own key signed that" in " ".join(found.checked)
        with pytest.raises(ValueError, match="never received"):
            record.received.take(end.log, 2, [RawEntry(old[0].id, "x", b"", b"")], "")
    assert read_mark(shortened.high_water_mark) == Head(made.log, 2, made.id)
    with open_database_record(shortened, CLOCK) as again:
        assert (again.log, again.lineage(), again.read_only) == (made.log, (end,), "")
        again.append([draft("and on")])
        assert again.verify().problems == ()
        assert b"".join(write_return(again.entries(), again.signed_head()))
    assert inspect_database_record(shortened).problems == ()
    outcome = check_database(database.admin).outcome
    assert [one for one in outcome.problems if made.log in one.where or end.log in one.where] == []


def test_a_log_that_can_go_on_is_not_superseded(database: Database, tmp_path: Path) -> None:
    where = places(tmp_path)
    with create_database_record(where, database.login(ORGANISATION.ods), ORGANISATION, CLOCK, "0.1")[0] as record:
        with pytest.raises(Refused, match="can be added to"):
            record.supersede(PERSON, WHY)
        with pytest.raises(Refused, match="the computer that it was last used on"):
            record.move(PERSON, WHY)
        assert record.head().size == 1


def test_a_log_that_lost_the_order_of_an_erasure_is_mended_first(database: Database, tmp_path: Path) -> None:
    where = places(tmp_path)
    with create_database_record(where, database.login(ORGANISATION.ods), ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("kept")])
        record.append([draft("lost")])
        first = Head(record.log, 2, next(e.id for e in record.entries() if e.seq == 2))
    lose_after(database, first.log, 2)
    where.own_log_copy.unlink()
    with open_database_record(where, CLOCK) as record:
        record.supersede(PERSON, WHY)
        record.append([draft("named"), draft("after")])
        record.erase([order(record, 2)])
        record.erasure_done()
        assert emptied(database, record.log) == [2]
        second = Head(record.log, 3, next(e.id for e in record.entries() if e.seq == 3))
        note, later = record.signed_head(), [RawEntry(e.id, e.type, e.header, e.body) for e in record.entries(after=3)]
    lose_after(database, second.log, 3)
    where.own_log_copy.unlink()
    with open_database_record(where, CLOCK) as record:
        assert record.trouble is Trouble.SHORT
        with pytest.raises(Refused, match="is not whole") as said:  # so the empty body has no reason
            record.supersede(PERSON, WHY)
        assert "log fetch" in said.value.next_step
        assert record.head() == second
        assert record.fetch_back(later, note).size == 4
        assert record.read_only == ""
        assert record.verify().problems == ()


def test_a_key_that_is_lost_for_good_is_a_reason_too(database: Database, tmp_path: Path) -> None:
    where = places(tmp_path)
    with create_database_record(where, database.login(ORGANISATION.ods), ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("one")])
        (where.keys / f"{record.log}.key").unlink()
    with open_database_record(where, CLOCK) as record:
        assert record.trouble is Trouble.KEY
        record.supersede(PERSON, "Key and recovery key are lost.")
        record.append([draft("goes on")])
        assert "its key was lost" in " ".join(record.verify().checked)
        assert record.verify().problems == ()


def test_a_cloned_computer_moves_or_goes_on_in_a_log_of_its_own(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = places(tmp_path)
    with create_database_record(where, database.login(ORGANISATION.ods), ORGANISATION, CLOCK, "0.1")[0] as record:
        record.append([draft("one")])
        old = record.log
    monkeypatch.setattr(machine, "is_another", lambda *_given: True)
    with open_database_record(where, CLOCK) as record:
        assert record.trouble is Trouble.COPIED
        assert "log supersede" in record.to_be_done
        monkeypatch.undo()
        record.supersede(PERSON, "The old computer was stolen.")
        record.append([draft("here")])
        assert record.lineage()[0].log == old


@pytest.mark.parametrize("at", ["go_over", "head_text"])
def test_a_computer_that_stops_in_between_leaves_the_old_log_or_the_new_one(
    database: Database, shortened: Places, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    class Stops(BaseException):
        """The computer stops here."""

    def stop(*_given: object) -> None:
        raise Stops

    with open_database_record(shortened, CLOCK) as record:
        old = record.head()
        with monkeypatch.context() as patched:
            patched.setattr(superseding, at, stop)
            with pytest.raises(Stops):
                record.supersede(PERSON, WHY)
        if at == "go_over":
            with pytest.raises((RecordProblem, Refused), match="Another window"):
                record.supersede(PERSON, WHY)
    with open_database_record(shortened, CLOCK) as record:
        if at == "head_text":
            assert (record.head(), record.trouble) == (old, Trouble.SHORT)
            record.supersede(PERSON, WHY)
        assert record.lineage() == (old,)
        record.append([draft("goes on")])
        assert record.verify().problems == ()


def test_without_its_mark_the_newest_log_is_found_by_the_keys(shortened: Places) -> None:
    with open_database_record(shortened, CLOCK) as record:
        record.supersede(PERSON, WHY)
        log = record.log
    shortened.high_water_mark.unlink()
    with open_database_record(shortened, CLOCK) as record:
        assert record.log == log


def test_a_database_that_does_not_answer_shows_both_logs_of_the_copy(shortened: Places) -> None:
    with open_database_record(shortened, CLOCK) as record:
        old = record.head()
        record.supersede(PERSON, WHY)
        record.append([draft("goes on")])
    elsewhere = shortened.database.read_text(encoding="utf-8").strip()
    host, _, name = elsewhere.rpartition("/")
    shortened.database.write_text(f"{host.rpartition(':')[0]}:1/{name}\n", encoding="utf-8")
    with open_database_record(shortened, CLOCK) as record:
        assert "does not answer" in record.read_only
        assert record.lineage() == (old,)
        assert [e.seq for e in record.entries(old.log)] == [1, 2]
        with pytest.raises(RecordProblem):
            record.append([draft("nothing")])


def test_a_lost_connection_says_whether_the_new_log_was_begun(
    shortened: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_database_record(shortened, CLOCK) as record:
        with monkeypatch.context() as patched:
            given = " OR ".join(["?::text IS NULL"] * 7)
            cut = f"SELECT pg_terminate_backend(pg_backend_pid()) WHERE true OR {given}"
            patched.setattr(superseding.rows, "INSERT", cut)
            with pytest.raises(NotRecorded, match="No new log was begun"):
                record.supersede(PERSON, WHY)
        assert record.supersede(PERSON, WHY)


# --- claims that are not one's own ----------------------------------------------------------------------------------


Change = Callable[[Claim], Claim]


def claiming(claim: Claim | None, organisation: Organisation = ORGANISATION) -> tuple[Entry, str]:
    """A first entry, rightly made and signed by whoever makes it, that goes on for `claim`."""
    private = new_private_key()
    first = genesis(Birth(organisation, public_key(private), "0" * 64, "0.1", claim), NOON, PERSON)
    return first, Signer(first.log, private).sign(head_text(Head(first.log, 1, first.id)))


@pytest.mark.parametrize(
    ("ods", "organisation", "change"),
    [
        (OTHER.ods, OTHER, lambda head: head),
        (ORGANISATION.ods, ORGANISATION, lambda head: Head(head.log, head.size + 1, head.id)),
        (ORGANISATION.ods, ORGANISATION, lambda head: Head(head.log, head.size, "ab" * 32)),
        (ORGANISATION.ods, ORGANISATION, lambda head: Head("cd" * 16, head.size, head.id)),
    ],
    ids=["another organisation's", "another size", "another end", "another log"],
)
def test_nobody_goes_on_for_a_log_that_is_not_theirs(
    database: Database, shortened: Places, ods: str, organisation: Organisation, change: Callable[[Head], Head]
) -> None:
    with open_database_record(shortened, CLOCK) as record:
        end = record.head()
    first, note = claiming(Claim(change(end), "Taken over."), organisation)
    values = (first.log, 1, first.id, first.type, first.header, first.body, note)
    assert "is not this organisation" in refused(database, database.login(ods), INSERT, *values)
    assert entries_of(database, first.log) == []


def test_the_control_a_right_claim_is_taken_and_counts_for_nobody_without_the_key(
    database: Database, shortened: Places
) -> None:
    with open_database_record(shortened, CLOCK) as record:
        end = record.head()
    first, note = claiming(Claim(end, "By somebody with the log-in alone."))
    with database.as_(database.login(ORGANISATION.ods)) as connection:
        connection.execute(INSERT, (first.log, 1, first.id, first.type, first.header, first.body, note))
    with open_database_record(shortened, CLOCK) as record:
        assert record.log == end.log, "its key is not here, so that it is nobody's of this installation"
        record.supersede(PERSON, WHY)
        assert record.log != first.log


def test_the_return_of_the_new_log_reads_elsewhere(shortened: Places) -> None:
    with open_database_record(shortened, CLOCK) as record:
        record.supersede(PERSON, WHY)
        made = b"".join(write_return(record.entries(), record.signed_head()))
    assert read_return(made).head.log == record.log
