"""Returns taken in where the record lies in a shared database: quarantine, enrolment, receipts, register, the proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.exchange.arrivals import Outcome
from msat.exchange.register import read_register
from msat.places import places
from msat.record.organisation import Organisation
from msat.services.desk import Desk
from msat.services.enrol import accept
from msat.services.issue_receipts import issue_receipt, write_own_register
from msat.services.receive_receipt import receive
from msat.services.take_return import take_return
from msat.services.verify import verify
from msat.store.postgres_admin import check_database
from tests.exchange.sites import CLERK, enrol, held, sent, work
from tests.postgres import Database, new_database

Make = Callable[..., Desk]


@pytest.fixture
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


@pytest.fixture
def team(database: Database, tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    """A committee whose record lies in the shared database; practices send it files."""
    where = places(tmp_path / "team")
    bootstrap.create_profile(where, Organisation("Team", "16C", "committee"), clock, database.login("16C"))
    desk = bootstrap.open_desk(where, clock)
    yield desk
    desk.close()


def test_a_practice_that_keeps_its_own_record_sends_files_to_a_committee_in_a_database(
    team: Desk, site: Make, database: Database
) -> None:
    practice = site("A81001")
    work(practice, "one", "two")
    first = sent(practice)
    assert take_return(team, first, "a.msatreturn").outcome is Outcome.WAITING
    assert team.record.received.heads() == ()
    accept(team, practice.record.log, CLERK, is_compared=True)
    assert team.record.received.heads() == (practice.record.head(),)
    assert take_return(team, first, "again.msatreturn").outcome is Outcome.SAME
    work(practice, "three")
    arrived = take_return(team, sent(practice), "b.msatreturn")
    assert (arrived.outcome, arrived.new) == (Outcome.NEW, practice.record.head().size - 3)
    assert take_return(team, first, "a.msatreturn").outcome is Outcome.OLDER
    assert held(team)[practice.record.log] == held(practice)[practice.record.log]
    assert [e.seq for e in team.record.entries(practice.record.log)] == [1, 2, 3, 4]

    enrol(practice, team)
    issued = issue_receipt(team, practice.record.log)
    assert receive(practice, issued.data, issued.name).outcome is Outcome.NEW
    listed = read_register(write_own_register(team)[0]).lines
    assert {line.head.log for line in listed} >= {practice.record.log}

    assert verify(team).problems == ()
    found = check_database(database.admin)
    assert found.outcome.problems == ()
    assert any("1 copies of logs that came as files" in line for line in found.outcome.checked)


def test_a_copy_that_the_servers_administrator_changed_is_found(team: Desk, site: Make, database: Database) -> None:
    practice = site("A81001")
    work(practice, "one", "two")
    enrol(team, practice)
    assert verify(team).problems == ()
    database.ask("ALTER TABLE msat.copy DISABLE TRIGGER ALL")
    database.ask("UPDATE msat.copy SET body = replace(encode(body, 'escape'), 'one', 'eno')::bytea WHERE seq = 2")
    assert [one.step for one in verify(team).problems if "log " in one.where] == [3]
    assert any("held by 16C" in one.where for one in check_database(database.admin).outcome.problems)


def test_a_fork_in_a_file_freezes_the_log(team: Desk, site: Make) -> None:
    from tests.exchange.sites import twin

    practice = site("A81001")
    work(practice, "one", "two")
    enrol(team, practice)
    other = Desk(practice.places, practice.clock, twin(practice, 2), practice.files, practice.views,
                 practice.knowledge, lambda: None)  # fmt: skip
    work(other, "something else", "and more")
    arrived = take_return(team, sent(other), "fork.msatreturn")
    assert (arrived.outcome, arrived.at) == (Outcome.FORK, 3)
    assert [one.step for one in verify(team).problems] == [7]


def test_workstations_of_one_organisation_share_what_was_taken_in(
    team: Desk, site: Make, database: Database, tmp_path: Path, clock: FixedClock
) -> None:
    practice = site("A81001")
    work(practice, "one")
    enrol(team, practice)
    where = places(tmp_path / "second")
    bootstrap.create_profile(where, Organisation("Team", "16C", "committee"), clock, database.login("16C"))
    second = bootstrap.open_desk(where, clock)
    assert second.record.received.head(practice.record.log) == practice.record.head()
    enrol(second, practice)
    assert take_return(second, sent(practice), "same.msatreturn").outcome is Outcome.SAME
    second.close()
