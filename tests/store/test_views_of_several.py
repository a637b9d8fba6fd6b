"""The views of several workstations of one organisation: bit by bit, in any order, they come to what a rebuild says."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msat.clock import FixedClock
from msat.exchange.enrolment import ENROLLED
from msat.projections.alert_state import AlertState
from msat.projections.ports import Query
from msat.record.entries import Draft, Entry
from msat.record.received import RawEntry
from msat.store import views_folding, views_reading
from msat.store.views import SqlViews
from tests.exchange.sites import ACTOR
from tests.fakes import NOON, MemoryViews, Story, an_alert, read_document
from tests.store.test_views import GOVUK, VERBS, do

KEY = "EL(26)A/37"
HOUR = timedelta(hours=1)


def enrol(story: Story, other: Story) -> None:
    """`story` enrols the log of `other` under its own code."""
    told = {
        "log": other.record.log,
        "ods": "A81001",
        "name": "R",
        "kind": "dispensing-practice",
        "fingerprint": "0" * 64,
    }
    story.record.append([Draft(ENROLLED, ACTOR, told)])


def takes(story: Story, other: Story, upto: int | None = None) -> int:
    """`story` takes in the log of `other`, up to an entry; says how many entries were new."""
    record, received = other.record, story.record.received
    size = len(received.ids(record.log))
    new = [e for e in other.entries[size:] if upto is None or e.seq <= upto]
    if new:
        received.take(record.log, size, [RawEntry(e.id, e.type, e.header, e.body) for e in new], "note")
    return len(new)


class Reads:
    """Counts the entries read from the record one by one and in runs."""

    def __init__(self, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        whole = story.record.entries

        def counted(*asked: object, **named: object) -> Iterator[Entry]:
            for entry in whole(*asked, **named):  # type: ignore[arg-type]
                self.count += 1
                yield entry

        monkeypatch.setattr(story.record, "entries", counted)


@pytest.fixture
def front() -> Story:
    return Story(FixedClock(NOON))


@pytest.fixture
def back() -> Story:
    return Story(FixedClock(NOON + HOUR))


@pytest.fixture
def views(front: Story, tmp_path: Path) -> Iterator[SqlViews]:
    made = SqlViews(tmp_path / "views.db", front.record, front.files, told=read_document)
    yield made
    made.close()


def shown(views: SqlViews, key: str = KEY) -> AlertState:
    found = views.alert(key)
    assert found is not None
    return found


def test_an_alert_known_only_from_a_colleague_appears(front: Story, back: Story, views: SqlViews) -> None:
    back.received()
    back.triaged()
    back.acknowledged(by="C. Okafor")
    enrol(front, back)
    takes(front, back)
    assert views.catch_up() == {KEY}
    state = shown(views)
    assert state.acknowledged is not None
    assert state.acknowledged.by == "C. Okafor"
    assert state.acknowledged.log == back.record.log
    assert "text-missing" in state.flags, "its text is on the other workstation only"
    assert [row.key for row in views.worklist(Query(open_only=True), NOON)] == [KEY]
    assert views.difference_from_rebuild() == ()


def test_a_log_that_is_not_a_colleagues_stays_out(front: Story, back: Story, views: SqlViews) -> None:
    back.received()
    told = {"log": back.record.log, "ods": "B82002", "name": "B", "kind": "gp-practice", "fingerprint": "0" * 64}
    front.record.append([Draft(ENROLLED, ACTOR, told)])
    takes(front, back)
    assert views.catch_up() == frozenset()
    assert views.states() == []
    assert views.difference_from_rebuild() == ()


def test_what_a_colleague_answered_later_stands_whichever_came_first(
    front: Story, back: Story, views: SqlViews
) -> None:
    for one in (front, back):
        one.received()
        one.triaged()
    front.clock.moment = NOON + 5 * HOUR
    front.answered("A04", "yes", by="A. Patel")
    enrol(front, back)
    views.catch_up()
    back.clock.moment = NOON + 4 * HOUR
    back.answered("A04", "no", by="C. Okafor")
    takes(front, back)
    assert views.catch_up() == {KEY}
    action = next(one for one in shown(views).actions if one.code == "A04")
    assert action.standing is not None
    assert action.standing.value == "yes"
    back.clock.moment = NOON + 6 * HOUR
    back.answered("A04", "no", by="C. Okafor")
    takes(front, back)
    views.catch_up()
    action = next(one for one in shown(views).actions if one.code == "A04")
    assert action.standing is not None
    assert action.standing.value == "no"
    lines = shown(views).history
    assert {line.log for line in lines} == {front.record.log, back.record.log}
    assert [line.recorded for line in lines] == sorted(line.recorded for line in lines)
    assert views.difference_from_rebuild() == ()


def test_a_late_entry_folds_anew_the_alert_it_is_about_and_no_other(
    front: Story, back: Story, views: SqlViews, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(front, back)
    for number in range(30):
        front.received(an_alert(f"EL(26)A/{number}", reference=f"EL(26)A/{number}"))
        front.triaged()
    takes(front, back)
    views.catch_up()
    back.received(an_alert("EL(26)A/7", reference="EL(26)A/7"))
    front.clock.moment = NOON + 50 * HOUR
    front.key = "EL(26)A/7"
    front.acknowledged()
    views.catch_up()
    reads = Reads(front, monkeypatch)
    assert takes(front, back) == 1
    assert views.catch_up() == {"EL(26)A/7"}
    assert reads.count < 20, "one new entry, and the four of its alert; not the sixty of the others"
    assert views.difference_from_rebuild() == ()


def test_a_deed_of_ones_own_costs_itself(
    front: Story, back: Story, views: SqlViews, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(front, back)
    for number in range(30):
        front.received(an_alert(f"EL(26)A/{number}", reference=f"EL(26)A/{number}"))
        front.triaged()
    back.received()
    takes(front, back)
    views.catch_up()
    front.clock.moment = NOON + 50 * HOUR
    reads = Reads(front, monkeypatch)
    front.acknowledged()
    assert views.catch_up() == {front.key}
    assert reads.count == 1
    assert views.catch_up() == frozenset()
    assert reads.count == 1


def test_a_third_workstation_joins_without_all_being_computed_anew(
    front: Story, back: Story, views: SqlViews, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = Story(FixedClock(NOON - 3 * HOUR))
    third.received()
    for number in range(40, 60):
        front.received(an_alert(f"EL(26)A/{number}", reference=f"EL(26)A/{number}"))
    back.received(an_alert("EL(26)A/40", reference="EL(26)A/40"))
    enrol(front, back)
    takes(front, back)
    views.catch_up()
    enrol(front, third)
    views.catch_up()
    emptied: list[object] = []
    monkeypatch.setattr(views_reading, "empty", emptied.append)
    takes(front, third)
    assert views.catch_up() == {KEY}
    assert not emptied
    assert views.difference_from_rebuild() == ()


def test_a_correction_that_came_before_what_it_corrects(front: Story, back: Story, views: SqlViews) -> None:
    third = Story(FixedClock(NOON))
    back.received()
    back.triaged()
    back.clock.moment = NOON + 30 * HOUR
    given_ = back.answered("A04", "yes", count=3)
    third.corrected(given_, {**given_.data, "count": 5})
    for one in (back, third):
        enrol(front, one)
    takes(front, back, upto=given_.seq - 1)
    takes(front, third)
    views.catch_up()
    assert views.difference_from_rebuild() == ()
    takes(front, back)
    views.catch_up()
    action = next(one for one in shown(views).actions if one.code == "A04")
    assert [(one.count, bool(one.struck)) for one in action.answers] == [(3, True), (5, False)]
    assert views.difference_from_rebuild() == ()


def test_what_is_recorded_about_no_alert_comes_in_order(front: Story, back: Story, views: SqlViews) -> None:
    enrol(front, back)
    reason = {"series": "EL", "year": 2026, "number": 40, "reason": "not-issued", "note": "told so"}
    front.clock.moment = NOON + 4 * HOUR
    front.happens("absence.recorded", {"name": "A. Patel"}, about=None)
    views.catch_up()
    back.happens("absence.recorded", {"name": "C. Okafor"}, about=None)
    explained = back.happens("gap.explained", reason, about=None)
    takes(front, back)
    views.catch_up()
    assert [one.data["name"] for one in views.general("absence.recorded")] == ["C. Okafor", "A. Patel"]
    struck = {"entry": explained.id, "data": {"entered_in_error": True}, "reason": "wrong number"}
    front.happens("entry.corrected", struck, about=None)
    views.catch_up()
    assert [bool(one.struck) for one in views.explanations()] == [True]
    assert views.position() == len(front.entries) + len(back.entries)
    assert views.difference_from_rebuild() == ()


def test_a_superseded_log_counts_as_far_as_its_successor_says(front: Story, back: Story, views: SqlViews) -> None:
    back.received()
    back.acknowledged()
    enrol(front, back)
    takes(front, back)
    views.catch_up()
    assert shown(views).acknowledged is not None
    told = {"log": "f" * 32, "ods": "A81001", "name": "R", "kind": "gp-practice", "fingerprint": "0" * 64}
    end = {"log": back.record.log, "size": 2, "head": back.entries[1].id}
    front.record.append([Draft(ENROLLED, ACTOR, {**told, "supersedes": end})])
    views.catch_up()
    assert shown(views).acknowledged is None
    assert not views.was_rebuilt, "that is no damage, and nothing to be told of"
    assert views.difference_from_rebuild() == ()
    removed = {"log": "f" * 32, "ods": "A81001", "reason": "a mistake"}
    front.record.append([Draft("writer.removed", ACTOR, removed)])
    views.catch_up()
    assert shown(views).acknowledged is not None, "without a successor all that is held counts again"
    assert views.difference_from_rebuild() == ()


STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([*VERBS, "takes", "takes", "enrols", "names", "clock"])),
    min_size=4,
    max_size=30,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, seed=st.integers(0, 100_000))
def test_any_story_of_three_comes_to_what_a_rebuild_says(
    tmp_path_factory: pytest.TempPathFactory, steps: Sequence[tuple[int, str]], seed: int
) -> None:
    """Three workstations do anything at any time; one of them takes the others' logs in, piece by piece."""
    dice = random.Random(seed)
    stories = [Story(FixedClock(NOON)) for _ in range(3)]
    hub, others = stories[0], stories[1:]
    for one in others:
        one.files = hub.files
        one.record._files = hub.files
    enrol(hub, others[dice.randrange(2)])
    views = SqlViews(tmp_path_factory.mktemp("story") / "v.db", hub.record, hub.files, told=read_document)
    memory = MemoryViews(hub.record, hub.files)
    try:
        for who, verb in steps:
            _step(stories, who, "receive" if verb == "lose" else verb, dice)
            if dice.random() < 0.6:
                views.catch_up()
                assert views.difference_from_rebuild() == ()
        for one in others:
            enrol(hub, one)
            takes(hub, one)
            views.catch_up()
        memory.catch_up()
        assert views.difference_from_rebuild() == ()
        assert views.states() == memory.states()
        assert views.general() == memory.general()
        assert views.worklist(Query(), NOON) == memory.worklist(Query(), NOON)
        assert views.known(GOVUK) == memory.known(GOVUK)
    finally:
        views.close()


def _step(stories: Sequence[Story], who: int, verb: str, dice: random.Random) -> None:
    story, hub = stories[who], stories[0]
    if verb == "takes":
        other = stories[dice.choice((1, 2))]
        takes(hub, other, dice.choice((None, dice.randint(1, len(other.entries)))))
    elif verb == "enrols":
        enrol(hub, stories[dice.choice((1, 2))])
    elif verb == "names":
        told = [e for one in stories for e in one.entries if e.about]
        if told:
            target = dice.choice(told)
            story.key = str(target.about)
            story.corrected(target, dice.choice(({"answer": "no"}, {"applies": False}, {"entered_in_error": True})))
    elif verb == "clock":
        story.clock.moment += timedelta(minutes=dice.randint(-90, 240))
    else:
        do(story, verb, dice)


def test_entries_far_apart_are_read_in_runs() -> None:
    assert list(views_folding._runs([1, 2, 3, 40, 41, 99])) == [(1, 3), (40, 41), (99, 99)]
