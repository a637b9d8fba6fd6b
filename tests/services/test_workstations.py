"""Two workstations of one practice and its committee, real profiles and real notices: folded as one practice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from msat import bootstrap
from msat.actions.pack import write_pack
from msat.clock import FixedClock
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.places import places
from msat.projections.alert_state import TEXT_MISSING, AlertState
from msat.projections.batch_check import Verdict
from msat.projections.kpis import kpis
from msat.projections.stations import number_of, station_of
from msat.record.organisation import Organisation
from msat.services.acknowledge import acknowledge
from msat.services.answer import answer
from msat.services.applies import decide_applies
from msat.services.check import Checker
from msat.services.correct import correct
from msat.services.desk import Desk, Person
from msat.services.gathering import cut_now, gather, gather_own
from msat.services.indicators import basis
from msat.services.intake import Intake
from msat.services.retention import hold, holds, release
from msat.services.tailor_load import reload
from msat.services.take_return import take_return
from msat.triage.overlay import Entry
from tests.exchange.sites import enrol, sent
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST
from tests.services.test_tailor import RAISED, adopted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
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


def hears(desk: Desk, item: FeedItem) -> AlertState:
    intake = Intake(desk, item.source, Person("MSAT", "program"))
    intake.take(item)
    intake.record()
    state = desk.views.alert(desk.views.known(item.source)[item.path].key)
    assert state is not None
    return state


def test_what_both_heard_is_one_alert_and_the_later_hearing_changes_nothing(opened: Open, clock: FixedClock) -> None:
    team, front, back = opened("QOX", "committee"), opened("A81001"), opened("A81001")
    alone = hears(front, recall())
    acknowledge(front, alone.key, PHARMACIST)
    clock.moment += 200 * DAY
    late = hears(back, recall())
    assert "historic" in late.flags
    for one in (front, back):
        enrol(team, one)
    practice = list(gather(team, cut_now(team)))[1]
    state = practice.states[alone.key]
    assert (len(practice.logs), len(practice.states)) == (2, 1)
    assert (state.flags, state.due, state.rag, state.rule) == (alone.flags, alone.due, alone.rag, alone.rule)
    assert (state.versions, state.sources, state.received) == (alone.versions, alone.sources, alone.received)
    assert state.acknowledged is not None
    told = {one.code: one for one in kpis(basis(team, cut_now(team), date(2026, 1, 1), date(2027, 12, 31)))}
    assert told["K7"].words == "1 of 1 (100%)"
    assert told["K5"].words == "1 of 1 (100%)"


def test_a_changed_notice_that_both_heard_has_two_versions(opened: Open, clock: FixedClock) -> None:
    front, back = opened("A81001"), opened("A81001")
    first = recall()
    more = replace(first, html=first.html.replace("</table>", "<tr><td>TX9999</td><td>11/2028</td></tr></table>", 1))
    for one in (front, back):
        hears(one, first)
        clock.moment += DAY
        hears(one, more)
    enrol(front, back)
    (own,) = gather(front, cut_now(front))
    (state,) = own.states.values()
    assert [one.material for one in state.versions] == [one.material for one in front.views.states()[0].versions]
    assert len(state.versions) == 2
    assert len(own.pages) == 1


def test_the_colleagues_answer_and_a_correction_travel(opened: Open, clock: FixedClock) -> None:
    front, back = opened("A81001"), opened("A81001")
    key = hears(front, recall()).key
    hears(back, recall())
    clock.moment += HOUR
    answer(front, key, "A12", "yes", PHARMACIST)
    clock.moment += HOUR
    answer(back, key, "A12", "no", DOCTOR, "Nobody was there to be told.")
    enrol(front, back)

    def stands() -> tuple[str, str]:
        state = gather_own(front, cut_now(front)).states[key]
        standing = next(action for action in state.actions if action.code == "A12").standing
        return (standing.value, standing.deed.by) if standing else ("", "")

    assert stands() == ("no", DOCTOR.name)
    clock.moment += HOUR
    given = next(line for line in back.views.states()[0].history if line.type == "action.answered")
    correct(back, given.entry, "asked the wrong team", DOCTOR)
    take_return(front, sent(back), "later.msatreturn")
    assert stands() == ("yes", PHARMACIST.name)


def test_the_views_show_what_a_colleague_did_and_say_where(opened: Open, clock: FixedClock) -> None:
    front, back = opened("A81001"), opened("A81001")
    key = hears(back, recall()).key
    clock.moment += HOUR
    answer(back, key, "A12", "yes", DOCTOR)
    assert front.views.alert(key) is None
    enrol(front, back)
    state = front.views.alert(key)
    assert state is not None, "known from the colleague's workstation alone"
    assert state.flags == (TEXT_MISSING,), "the text itself has not been fetched here"
    assert replace(state, flags=()) == gather_own(front, cut_now(front)).states[key]
    told = next(line for line in state.history if line.type == "action.answered")
    assert number_of(told, front.record.log) == f"{back.record.log[:8]}/{told.seq}"
    assert (number_of(told, back.record.log), station_of(told, back.record.log)) == (str(told.seq), "")
    clock.moment += HOUR
    done = correct(front, number_of(told, front.record.log), "asked the wrong team", PHARMACIST)
    assert done.alerts == {key}
    after = front.views.alert(key)
    assert after is not None
    assert next(action for action in after.actions if action.code == "A12").standing is None
    clock.moment += HOUR
    acknowledge(front, key, PHARMACIST)
    enrol(back, front)
    there = back.views.alert(key)
    assert there is not None
    assert there.history == next(iter(front.views.states())).history
    assert there.acknowledged is not None
    assert [desk.views.difference_from_rebuild() for desk in (front, back)] == [(), ()]


def test_a_return_names_the_alerts_that_it_changed(opened: Open, clock: FixedClock) -> None:
    front, back = opened("A81001"), opened("A81001")
    key = hears(back, recall()).key
    enrol(front, back)
    clock.moment += HOUR
    acknowledge(back, key, PHARMACIST)
    came = take_return(front, sent(back), "later.msatreturn")
    assert (came.alerts, came.new) == ({key}, 1)
    assert came.words.endswith("another workstation of your own; 1 alert shows what came.")
    assert take_return(front, sent(back), "later (1).msatreturn").alerts == frozenset()


@pytest.mark.parametrize("wanted", ["0" * 8 + "/2", "/2", "x/2", "{log}/", "{log}/999", "{log}/²", "{log}/-1", "{id}x"])
def test_what_names_no_entry_of_a_colleague_is_refused(opened: Open, wanted: str) -> None:
    front, back = opened("A81001"), opened("A81001")
    hears(back, recall())
    enrol(front, back)
    last = back.record.head()
    with pytest.raises(Refused, match="no single entry"):
        correct(front, wanted.format(log=last.log[:8], id=last.id[:12]), "wrong", PHARMACIST)


def test_an_entry_of_another_organisation_is_not_corrected_here(opened: Open) -> None:
    team, practice = opened("QOX", "committee"), opened("A81001")
    key = hears(practice, recall()).key
    acknowledge(practice, key, PHARMACIST)
    enrol(team, practice)
    assert team.views.alert(key) is None, "another organisation's alert is on the board, not in the own list"
    with pytest.raises(Refused, match="no single entry"):
        correct(team, practice.record.head().id, "wrong", DOCTOR)


def test_the_text_that_only_a_colleague_had_comes_with_the_next_check(opened: Open, clock: FixedClock) -> None:
    front, back = opened("A81001"), opened("A81001")
    key = hears(back, recall()).key
    enrol(front, back)
    assert front.views.notice(key) is None
    size = front.record.head().size
    clock.moment += HOUR
    state = hears(front, recall())
    assert front.record.head().size == size, "nothing is recorded twice"
    assert TEXT_MISSING not in state.flags
    notice = front.views.notice(key)
    assert notice is not None
    assert notice.batches
    assert front.views.batches(notice.batches[0].number)
    assert front.views.difference_from_rebuild() == ()
    assert hears(front, recall()) == state


def test_a_change_of_a_notice_whose_text_is_not_here_opens_the_work_again(opened: Open, clock: FixedClock) -> None:
    front, back = opened("A81001"), opened("A81001")
    first = recall()
    key = hears(back, first).key
    decide_applies(back, key, False, PHARMACIST, "not-held")
    second_person(back, key)
    enrol(front, back)
    before = front.views.alert(key)
    assert before is not None
    assert not before.is_open
    clock.moment += DAY
    more = replace(first, html=first.html.replace("</table>", "<tr><td>TX9999</td><td>11/2028</td></tr></table>", 1))
    after = hears(front, more)
    assert after.is_open
    assert [version.material for version in after.versions] == [False, True]
    assert "not on this computer" in after.versions[-1].changes[0]
    assert front.views.difference_from_rebuild() == ()
    take_return(back, sent(front), "r.msatreturn")
    clock.moment += DAY
    enrol(back, front)
    there = hears(back, more)
    assert len(there.versions) == 2, "whoever has both texts records no third version"
    assert there.is_open


def second_person(desk: Desk, key: str) -> None:
    state = desk.views.alert(key)
    if state is not None and state.needs_second:
        decide_applies(desk, key, False, DOCTOR, "not-held")


def test_a_batch_check_says_which_notices_it_could_not_compare(opened: Open, clock: FixedClock) -> None:
    front, back = opened("A81001"), opened("A81001")
    hears(back, recall())
    notice = back.views.notice(back.views.states()[0].key)
    assert notice is not None
    number = notice.batches[0].number
    checker = Checker(front)
    assert checker.check(number).warnings == tuple(w for w in checker.check(number).warnings if "not compared" not in w)
    enrol(front, back)
    before = checker.check(number)
    assert before.answer.verdict is Verdict.NOT_KNOWN
    assert "1 notice known here was not compared" in before.words
    assert not any("not compared" in one for one in before.warnings), "said once"
    hears(front, recall())
    after = checker.check(number)
    assert after.answer.verdict is Verdict.AFFECTED, "the text has come meanwhile, and no entry with it"
    assert not any("not compared" in one for one in after.warnings)


def test_a_colleagues_local_rules_hold_here_once_their_file_is_here(opened: Open, clock: FixedClock) -> None:
    front, back = opened("A81001", "dispensing-practice"), opened("A81001", "dispensing-practice")
    mine = adopted(front, RAISED)
    assert front.knowledge.local is not None
    clock.moment += HOUR
    theirs = adopted(back, Entry("F09", "None is held.", {"priority": {"dispensing-practice": "green"}}))
    enrol(front, back)
    now = reload(front)
    assert now.local is not None
    assert now.local.pack == mine, "what was adopted here goes on to hold"
    assert f"another workstation (log {back.record.log[:8]})" in now.problems[0]
    front.files.put(write_pack(theirs).encode("utf-8"))
    there = reload(front)
    assert there.local is not None
    assert (there.local.pack, there.problems) == (theirs, ())


def test_a_colleagues_rules_without_a_file_leave_the_shipped_ones(opened: Open) -> None:
    front, back = opened("A81001", "dispensing-practice"), opened("A81001", "dispensing-practice")
    adopted(back, RAISED)
    enrol(front, back)
    now = reload(front)
    assert now.local is None
    assert len(now.problems) == 1


def test_a_hold_recorded_by_a_colleague_holds(opened: Open, clock: FixedClock) -> None:
    front, back = opened("A81001"), opened("A81001")
    key = hears(back, recall()).key
    hold(back, key, "A claim is open.", PHARMACIST)
    enrol(front, back)
    assert holds(front)[key].reason == "A claim is open."
    clock.moment += HOUR
    release(front, key, "It is settled.", DOCTOR)
    assert holds(front) == {}
    assert set(holds(back)) == {key}, "until the return has come"
