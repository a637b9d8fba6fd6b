"""What a site erased in its own log is erased in every copy that takes its return in, and in no other log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.exchange.arrivals import Outcome
from msat.exchange.enrolment import ENROLLED
from msat.exchange.return_file import read_return
from msat.places import Places, places
from msat.record.entries import Actor
from msat.record.erasure import Retold, kept_of, orders
from msat.record.organisation import Organisation
from msat.record.received import ordered
from msat.services.desk import Desk, Person
from msat.services.erase_person import erase, plan_erasure
from msat.services.take_return import take_return
from msat.store import erasing
from tests.exchange.sites import CLERK, enrol, held, make_site, sent, work
from tests.record.makers import PERSON

BY = (Person("B. Jones", "Practice manager"), Person("C. Smith", "Caldicott Guardian"))
DOER = Person("D. Green", "Partner")
Open = Callable[..., Desk]


@pytest.fixture
def opened(tmp_path: Path, clock: FixedClock) -> Iterator[Open]:
    made: list[Desk] = []

    def do(ods: str, kind: str = "gp-practice") -> Desk:
        where = places(tmp_path / f"profile-{len(made)}")
        bootstrap.create_profile(where, Organisation(f"Practice {ods}", ods, kind), clock)
        made.append(bootstrap.open_desk(where, clock))
        return made[-1]

    yield do
    for one in made:
        one.close()


def erased(desk: Desk) -> None:
    erase(desk, plan_erasure(desk, PERSON.name), "Asked for.", BY, DOER)


def in_files(where: Places) -> list[str]:
    return [
        path.name
        for path in sorted(where.data.parent.rglob("*"))
        if path.is_file() and PERSON.name.encode() in path.read_bytes()
    ]


@pytest.mark.parametrize("ods", ["A81001", "QOX"])
def test_a_copy_is_erased_when_the_return_is_taken_in(opened: Open, ods: str) -> None:
    """At a committee, and at another workstation of the same practice, whose own lists show that log's work."""
    team = opened(ods, "committee" if ods == "QOX" else "gp-practice")
    practice = opened("A81001")
    work(practice, "one", "two")
    enrol(team, practice)
    practice.views.catch_up()
    erased(practice)
    team.record.append([])
    arrival = take_return(team, sent(practice), "again.msatreturn")
    assert arrival.outcome is Outcome.NEW
    assert "The content of 2 entries, which that site erased, was erased here too." in arrival.words
    outcome = team.record.verify()
    assert outcome.problems == ()
    assert held(team)[practice.record.log] == held(practice)[practice.record.log]
    assert team.views.difference_from_rebuild() == ()
    told = [e.content["actor"]["name"] for e in team.record.entries(practice.record.log)][1:3]
    assert told == ["Practice A81001 (name erased 1)"] * 2
    team.close()
    # What waited before it was enrolled is a file of its own, which nobody but a person deletes.
    assert [name for name in in_files(team.places) if not name.endswith(".msatreturn")] == []
    again = bootstrap.open_desk(team.places, team.clock)
    assert take_return(again, sent(practice), "same.msatreturn").outcome is Outcome.SAME
    again.close()


def test_a_newcomer_takes_in_a_log_with_erased_bodies_and_an_old_return_brings_none_back(
    tmp_path: Path, clock: FixedClock
) -> None:
    practice = make_site(tmp_path / "a", Organisation("Practice A", "A81001", "gp-practice"), clock)
    team = make_site(tmp_path / "t", Organisation("Team", "QOX", "committee"), clock)
    work(practice, "one", "two")
    old = sent(practice)
    retold = [Retold(entry, kept_of(entry.content)) for entry in practice.record.entries(after=1)]
    practice.record.erase(orders(practice.record.log, 1, "Asked for.", [b.actor() for b in BY], DOER.actor(), retold))
    new = sent(practice)
    assert new.count(b"\nB -\n") == 2
    assert read_return(new).head.size == 4
    enrol(team, practice)
    assert take_return(team, old, "old.msatreturn").outcome is Outcome.OLDER
    assert held(team)[practice.record.log] == held(practice)[practice.record.log]
    assert team.record.verify().problems == ()


def test_an_order_reaches_no_log_but_its_own(tmp_path: Path, clock: FixedClock) -> None:
    """A site cannot have another site's entries erased at the committee, whatever its order names."""
    evil = make_site(tmp_path / "e", Organisation("Practice E", "A81009", "gp-practice"), clock)
    good = make_site(tmp_path / "g", Organisation("Practice G", "A81001", "gp-practice"), clock)
    team = make_site(tmp_path / "t", Organisation("Team", "QOX", "committee"), clock)
    for one in (evil, good):
        work(one, "one", "two", "three")
        enrol(team, one)
    victims = [Retold(entry, {}) for entry in good.record.entries(after=1, upto=2)]
    by = [Actor(b.name, b.role) for b in BY]
    for log in (good.record.log, evil.record.log):
        evil.record.erase(orders(log, 1, "Because.", by, DOER.actor(), victims))
        before = held(team)[good.record.log]
        take_return(team, sent(evil), "e.msatreturn")
        assert held(team)[good.record.log] == before
    assert all(row.body is not None for row in team.record.received.raw(good.record.log))


def test_a_copy_that_still_holds_what_was_erased_is_a_finding(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    team, practice = opened("QOX", "committee"), opened("A81001")
    work(practice, "one")
    enrol(team, practice)
    practice.views.catch_up()
    erased(practice)
    with monkeypatch.context() as patched:
        patched.setattr("msat.services.take_return.erase_copies", lambda *_: "")
        take_return(team, sent(practice), "new.msatreturn")
    (found,) = team.record.verify().problems
    assert "still here" in found.what
    assert "take its return in again" in found.next_step
    assert "erased here too" in take_return(team, sent(practice), "again.msatreturn").words
    assert team.record.verify().problems == ()


def test_the_ids_that_orders_name_are_those_of_verified_entries(tmp_path: Path, clock: FixedClock) -> None:
    site = make_site(tmp_path / "a", Organisation("Practice A", "A81001", "gp-practice"), clock)
    work(site, "one")
    assert ordered([]) == frozenset()
    other = make_site(tmp_path / "b", Organisation("Practice B", "A81002", "gp-practice"), clock)
    enrol(other, site)
    assert ordered(other.record.received.raw(site.record.log)) == frozenset()


@pytest.mark.parametrize("where", ["bodies", "lists", "note"])
@pytest.mark.parametrize("ods", ["A81001", "QOX"])
def test_an_import_that_dies_before_the_copy_is_erased_is_finished_at_the_next_start(
    opened: Open, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, where: str, ods: str
) -> None:
    class Died(BaseException):
        pass

    def dies(*_: object) -> None:
        raise Died

    team = opened(ods, "committee" if ods == "QOX" else "gp-practice")
    practice = opened("A81001")
    work(practice, "one", "two")
    enrol(team, practice)
    erased(practice)
    target = {
        "bodies": (type(team.record.received), "erase"),
        "lists": (type(team.views), "scrub"),
        "note": (erasing, "end"),
    }[where]
    with monkeypatch.context() as patched:
        patched.setattr(*target, dies)
        with pytest.raises(Died):
            take_return(team, sent(practice), "again.msatreturn")
    team.close()
    again = bootstrap.open_desk(team.places, clock)
    assert any("was finished" in notice for notice in again.record.notices)  # type: ignore[attr-defined]
    assert not again.record.is_erasing
    assert again.record.verify().problems == ()
    assert again.views.difference_from_rebuild() == ()
    assert held(again)[practice.record.log] == held(practice)[practice.record.log]
    again.close()
    assert [name for name in in_files(team.places) if not name.endswith(".msatreturn")] == []


def test_whoever_enrolled_a_log_can_be_erased_and_that_log_is_no_stranger(opened: Open, clock: FixedClock) -> None:
    team, practice = opened("QOX", "committee"), opened("A81001")
    work(practice, "one")
    enrol(team, practice)
    erase(team, plan_erasure(team, CLERK.name), "Asked for.", BY, DOER)
    (enrolled,) = team.record.typed(frozenset({ENROLLED}))
    assert enrolled.body is None
    found = team.record.verify()
    assert found.problems == ()
    assert any("Logs of other installations held here" in line and "1 log" in line for line in found.checked)
    team.close()
    again = bootstrap.open_desk(team.places, clock)
    assert again.record.verify().problems == ()
    again.close()


def test_a_note_of_an_own_erasure_stays_beside_that_of_a_copy(opened: Open) -> None:
    team, practice = opened("QOX", "committee"), opened("A81001")
    erasing.begin(team.places, erasing.Pending(team.record.log, 3))
    erasing.begin(team.places, erasing.Pending(practice.record.log, 0))
    erasing.begin(team.places, erasing.Pending(team.record.log, 5))
    assert set(erasing.read_all(team.places)) == {
        erasing.Pending(team.record.log, 3),
        erasing.Pending(practice.record.log, 0),
    }
    team.places.erasing.write_text(f'{{"v": 1, "log": "{team.record.log}", "after": 7}}', encoding="ascii")
    assert erasing.read_pending(team.places) == erasing.Pending(team.record.log, 7), "as an earlier version wrote it"


def test_what_other_logs_still_say_of_a_person_is_told_by_log(opened: Open) -> None:
    team, practice, room = opened("QOX", "committee"), opened("A81001"), opened("A81001")
    for one in (practice, room):
        work(one, "one", "two")
    enrol(team, practice)
    enrol(practice, room)
    (there,) = plan_erasure(team, PERSON.name).elsewhere
    assert (there.log, there.entries) == (practice.record.log, 2)
    assert "there, where that log is written" in there.words
    mine = [one for one in plan_erasure(practice, PERSON.name).elsewhere if one.entries]
    assert [(one.log, one.entries) for one in mine] == [(room.record.log, 2)]
    assert "on that workstation, which is your own" in mine[0].words
    assert room.record.log[:8] in mine[0].words
