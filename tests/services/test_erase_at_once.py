"""Two windows erase at once, or one records while the other erases: both end in truth, nothing is half done."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.record.backup import file_name
from msat.record.entries import Actor
from msat.record.erasure import ERASED
from msat.record.seen_heads import keep_head
from msat.services import erase_words
from msat.services.acknowledge import acknowledge
from msat.services.assign import assign
from msat.services.backup import folder_of
from msat.services.desk import Desk
from msat.services.erase_person import erase, plan_erasure
from msat.services.finish_erasure import finish
from msat.services.verify import verify
from msat.store import erasing
from msat.store.alone import Alone, Busy
from msat.store.key_places import alone_with_keys
from tests.notices import recall
from tests.record.makers import draft
from tests.services.conftest import DOCTOR
from tests.services.test_erase_person import GUARDIAN, MANAGER, PATEL, WATSON, erased, holding

NAME = "Dr A. Patel"
WHY = "Asked for, and no duty to keep."


@pytest.fixture
def named(desk: Desk, receive: Callable[[FeedItem], AlertState]) -> AlertState:
    state = receive(recall())
    acknowledge(desk, state.key, PATEL)
    assign(desk, state.key, "E. Watson", NAME, WATSON)
    return state


def orders(desk: Desk) -> int:
    return len(desk.record.typed(frozenset({ERASED})))


_TAKES_IT = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN EXCLUSIVE')"


def test_looking_for_a_name_lets_no_other_process_change_the_keys(desk: Desk, named: AlertState) -> None:
    with alone_with_keys(desk.places)():
        plan_erasure(desk, NAME)
        command = [sys.executable, "-c", _TAKES_IT, str(desk.places.keys_lock)]
        taken = subprocess.run(command, capture_output=True, check=False)
    assert taken.returncode == 1
    assert b"locked" in taken.stderr


def test_what_another_window_erased_meanwhile_is_not_erased_by_an_old_plan(
    desk: Desk, named: AlertState, clock: FixedClock
) -> None:
    plan = plan_erasure(desk, NAME)
    other = bootstrap.open_desk(desk.places, clock)
    erased(other, "E. Watson")
    with pytest.raises(Refused, match="is not what was shown"):
        erase(desk, plan, WHY, (MANAGER, GUARDIAN), DOCTOR)
    assert orders(desk) == 1
    assert not desk.record.is_erasing
    assert plan_erasure(desk, NAME).number == 2, "each name has a number of its own"
    erased(desk)
    for one in (desk, other):
        one.views.catch_up()
        assert verify(one).problems == ()
    assert holding(desk.places.data.parent, NAME, "E. Watson") == []
    other.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here, which this system cannot")
def test_two_processes_that_erase_one_name_leave_one_erasure(
    desk: Desk, named: AlertState, clock: FixedClock
) -> None:
    desk.close()
    into, out = os.pipe()
    ready, go = os.pipe()
    children = []
    for _number in range(2):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads of other tests; the child uses none
            child = os.fork()
        if child == 0:
            os.close(go)
            try:
                mine = bootstrap.open_desk(desk.places, clock)
                plan = plan_erasure(mine, NAME)
                os.read(ready, 1)  # both have looked before either erases
                erase(mine, plan, WHY, (MANAGER, GUARDIAN), DOCTOR)
                os.write(out, f"done {plan.number} {plan.numbers} {mine.record.head().size}\n".encode())
            except Refused as error:
                os.write(out, f"{error.explanation}\n".encode())
            except BaseException as error:
                os.write(out, f"{type(error).__name__}: {error}\n".encode())
            os._exit(0)
        children.append(child)
    os.close(out)
    os.close(go)
    with os.fdopen(into, encoding="utf-8") as told:
        said = sorted(told.read().splitlines())
    for child in children:
        os.waitpid(child, 0)
    os.close(ready)
    assert said[1].startswith("done"), said
    assert "is not what was shown" in said[0] or "No entry of this record names" in said[0], said
    again = bootstrap.open_desk(desk.places, clock)
    assert orders(again) == 1
    assert verify(again).problems == ()
    assert not again.record.is_erasing
    assert holding(desk.places.data.parent, NAME) == []
    again.close()


def test_while_another_window_erases_this_one_waits_and_says_so(
    desk: Desk, named: AlertState, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "Another window of MSAT was erasing"
    monkeypatch.setattr(erasing, "alone", lambda places: Alone(places.state / "erasing.lock", 0.05, words))
    other = bootstrap.open_desk(desk.places, clock)
    with desk.record.erasing_alone():
        with pytest.raises(Busy, match="was erasing for too long"):
            erased(other)
        erasing.begin(desk.places, erasing.Pending(desk.record.log, 0))
        started = bootstrap.open_desk(desk.places, clock)
        assert any("could not be finished" in one for one in started.record.notices)  # type: ignore[attr-defined]
        assert started.record.is_erasing, "nobody takes the other's note away"
        started.close()
    assert "was finished" in finish(other)
    assert orders(desk) == 0
    other.close()


def test_what_was_recorded_while_it_was_erased_is_told(desk: Desk, named: AlertState, clock: FixedClock) -> None:
    other = bootstrap.open_desk(desk.places, clock)
    late: list[int] = []

    def meanwhile(_what: str, done: int, _total: int) -> None:
        if not done:
            one = replace(draft("late"), actor=Actor(NAME, "GP partner"))
            late.append(other.record.append([one])[0].seq)

    done = erase(desk, plan_erasure(desk, NAME), WHY, (MANAGER, GUARDIAN), DOCTOR, meanwhile)
    assert done.since == tuple(late) != ()
    assert f"entry {late[0]}: erase once more" in erase_words.done(done)
    again = erased(desk)
    assert again.since == ()
    assert holding(desk.places.data.parent, NAME) == []
    other.close()


def test_who_holds_copies_of_the_own_log_is_told_by_name_of_log(desk: Desk, named: AlertState) -> None:
    assert plan_erasure(desk, NAME).elsewhere == ()
    keep_head(desk.places.seen_heads, desk.places.keys, desk.record.signed_head())
    (held,) = plan_erasure(desk, NAME).elsewhere
    assert (held.log, held.entries) == (desk.record.log, 0)
    assert f"Log {desk.record.log[:8]}, your own, as A file that was taken in here holds it" in held.words
    assert "until they take in your next return" in erase_words.planned(plan_erasure(desk, NAME), desk)
    assert held.words in erase_words.done(erased(desk))


def test_the_plan_tells_what_is_cleaned_from_what_stays(desk: Desk, named: AlertState) -> None:
    note = desk.places.local / "rules.toml"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(f'reviewed_by = "{NAME}"\n', encoding="utf-8")
    desk.places.drafts.write_text(f'{{"k": "{NAME}"}}', encoding="utf-8")
    said = erase_words.planned(plan_erasure(desk, NAME), desk)
    cleaned, stays = said.split("It also stands in these files, which stay")
    assert str(desk.places.drafts) in cleaned
    assert "The lists are computed anew" in cleaned
    assert str(note) not in cleaned
    assert str(note) in stays
    assert said.count("--decided-by") == 2


def test_a_log_that_was_superseded_is_not_erased_from_and_the_way_out_is_named(
    desk: Desk, named: AlertState, clock: FixedClock
) -> None:
    old = desk.record.log
    (desk.places.keys / f"{old}.key").unlink()
    desk.close()
    again = bootstrap.open_desk(desk.places, clock)
    again.record.supersede(Actor("E. Watson", "pharmacist"), "The key is lost.")
    plan = plan_erasure(again, NAME)
    assert plan.touched == ()
    said = erase_words.planned(plan, again)
    assert f"{old[:8]}/" in said
    assert "--profile NEWFOLDER init" in said
    assert [(one.log, one.entries) for one in plan.elsewhere] == [(old, len(plan.left))]
    with pytest.raises(Refused, match="a log that was superseded") as caught:
        erase(again, plan, WHY, (MANAGER, GUARDIAN), DOCTOR)
    assert "retention ends" in caught.value.next_step
    assert again.record.verify().problems == ()
    again.close()


def test_backups_with_more_of_a_superseded_log_than_counts_are_named_because_nothing_thins_them_out(
    desk: Desk, named: AlertState, clock: FixedClock
) -> None:
    old = desk.record.head()
    backups = folder_of(desk.places)
    backups.mkdir(parents=True, exist_ok=True)
    stays = backups / file_name(replace(old, size=old.size + 1), clock.now())
    stays.write_bytes(b"")
    (backups / file_name(old, clock.now())).write_bytes(b"")
    assert "never thinned out" not in erase_words.planned(plan_erasure(desk, NAME), desk), "it is of the log in use"
    (desk.places.keys / f"{old.log}.key").unlink()
    desk.close()
    again = bootstrap.open_desk(desk.places, clock)
    again.record.supersede(Actor("E. Watson", "pharmacist"), "The key is lost.")
    (backups / file_name(again.record.head(), clock.now())).write_bytes(b"")
    again.record.append([replace(draft("late"), actor=Actor(NAME, "GP partner"))])
    plan = plan_erasure(again, NAME)
    assert plan.old_backups == (stays,)
    wanted = "1 backup is of a log that was superseded, with more of it than counts: never thinned out"
    assert wanted in erase_words.planned(plan, again)
    said = erase_words.done(erase(again, plan, WHY, (MANAGER, GUARDIAN), DOCTOR))
    assert "1 entry was emptied" in said
    assert wanted in said
    assert str(stays) in said
    again.close()
