"""Random deeds of three people in any order: what must hold whatever they do, through the services, on memory parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msat.bootstrap import load_knowledge
from msat.clock import london
from msat.errors import Refused
from msat.places import places
from msat.projections.alert_state import AlertState, Status
from msat.projections.fold import fold
from msat.projections.ports import Query
from msat.projections.values import same_person
from msat.projections.work import TYPES
from msat.record.entries import Actor, Draft
from msat.record.memory import MemoryRecord
from msat.services import bulk
from msat.services.absence import end_absence, record_absence
from msat.services.acknowledge import acknowledge
from msat.services.answer import answer
from msat.services.applies import decide_applies
from msat.services.assign import assign
from msat.services.correct import correct
from msat.services.count import count
from msat.services.defer import defer, resume
from msat.services.desk import Desk, Person
from msat.services.knowledge import Knowledge
from msat.services.override import override
from msat.services.place import nil_return
from msat.services.reopen import reopen
from msat.services.sign_off import sign_off
from msat.triage.model import Priority
from tests.fakes import NOON, PLACES, MemoryViews, Story

PEOPLE = tuple(Person(name, "pharmacist") for name in ("Ann", "Ben", "Cy"))
RAGS = ("red", "amber", "green")
REVERSIBLE = {*TYPES, "evidence.attached"}


def a_desk(story: Story) -> Desk:
    """A desk of memory parts, with the shipped knowledge."""
    views = MemoryViews(story.record, story.files)
    views.catch_up()
    where = places(Path("nowhere"))
    return Desk(where, story.clock, story.record, story.files, views, shipped(), lambda: None)


@cache
def shipped() -> Knowledge:
    story = Story()
    return load_knowledge(places(Path("nowhere")), MemoryViews(story.record, story.files), story.files)


def deeds_of(desk: Desk, person: Person, number: int, other: Person, rag: str) -> dict[str, Callable[[], object]]:
    """Every deed that a person may try, by its name."""
    key, day = "EL(26)A/37", london(desk.clock.now()).date()
    steps: dict[str, Callable[[], object]] = {
        "acknowledge": lambda: acknowledge(desk, key, person),
        "applies": lambda: decide_applies(desk, key, True, person, "held"),
        "applies not": lambda: decide_applies(desk, key, False, person, "not-held"),
        "answer": lambda: answer(desk, key, "A04", "yes", person),
        "places": lambda: nil_return(desk, key, PLACES, person, "AP"),
        "count": lambda: count(desk, key, {"found": number}, person),
        "sign off": lambda: sign_off(desk, key, person),
        "override": lambda: override(desk, key, rag, "Chosen.", person),
        "reopen": lambda: reopen(desk, key, "Once more.", person),
        "assign": lambda: assign(desk, key, other.name, "Ben" if other.name != "Ben" else "", person),
        "away": lambda: record_absence(desk, other.name, day, day + timedelta(days=number % 4), "Cy", person),
        "back": lambda: end_absence(desk, other.name, person),
        "defer": lambda: defer(desk, key, day + timedelta(days=1 + number % 9), other.name, "Later.", person),
        "resume": lambda: resume(desk, key, "Now.", person),
        "bulk": lambda: bulk.acknowledge(desk, [key], person),
        "bulk not": lambda: bulk.not_applicable(desk, [key], "not-held", "", person),
        "correct": lambda: correct(desk, str(number % desk.record.head().size + 1), "A slip.", person),
    }
    return steps


NAMES = tuple(deeds_of(a_desk(Story()), PEOPLE[0], 0, PEOPLE[1], "red"))
STEP = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(PEOPLE),
    st.integers(0, 40),
    st.sampled_from(PEOPLE),
    st.sampled_from(RAGS),
    st.integers(0, 3),
)


def state_of(desk: Desk) -> AlertState:
    state = desk.views.alert("EL(26)A/37")
    assert state is not None
    return state


def check(desk: Desk, state: AlertState) -> None:
    """What must hold of every state."""
    now = desk.clock.now()
    status = state.status(now)
    if Priority.RED in (state.rag, state.rule_rag):  # lowering a Red and closing it takes two as well
        assert status not in (Status.DONE, Status.NOT_APPLICABLE) or _by_two(state, status)
    if state.rag is Priority.RED and state.acknowledged is None:
        assert state.deferral is None
        assert status is not Status.DEFERRED
        if state.is_open:
            assert all(_is_on_the_list_of(desk, person.name) for person in (*PEOPLE, Person("Zoe", "x")))
    if state.deferral is not None:
        assert not same_person(state.deferral.approver, state.deferral.deed.by)
        assert state.deferral.until - state.deferral.deed.happened <= timedelta(days=367)
        assert (status is Status.DEFERRED) <= (now < state.deferral.until)
    assert desk.views.difference_from_rebuild() == ()


def _by_two(state: AlertState, status: Status) -> bool:
    """Whether two different people closed it, or one whom another lowered it for."""
    closer = state.sign_off.deed.by if state.sign_off and status is Status.DONE else ""
    closer = closer or (state.applicability.deed.by if state.applicability else "")
    if state.rag is not Priority.RED and state.override and not same_person(state.override.by, closer):
        return True
    if status is Status.NOT_APPLICABLE:
        decision = state.applicability
        return bool(decision and decision.confirmed and not same_person(decision.deed.by, decision.confirmed.by))
    signed = state.sign_off
    return bool(signed and signed.second and not same_person(signed.deed.by, signed.second.by))


def _is_on_the_list_of(desk: Desk, name: str) -> bool:
    return bool(desk.views.worklist(Query(mine=name), desk.clock.now()))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([*RAGS, None]), st.lists(STEP, max_size=25))
def test_whatever_people_do(rag: str | None, steps: list[tuple[str, Person, int, Person, str, int]]) -> None:
    story = Story()
    story.received()
    story.triaged(rag, NOON + timedelta(days=2))
    desk = a_desk(story)
    for name, person, number, other, chosen, hours in steps:
        story.clock.moment += timedelta(hours=hours * 7)
        before, size = state_of(desk), desk.record.head().size
        refusal = _refused(deeds_of(desk, person, number, other, chosen)[name])
        if refusal is not None:
            assert refusal.next_step
            assert desk.record.head().size == size
            continue
        check(desk, state_of(desk))
        _check_taken_back(story, before, size)


def _refused(deed: Callable[[], object]) -> Refused | None:
    try:
        deed()
    except Refused as refusal:
        return refusal
    return None


def _check_taken_back(story: Story, before: AlertState, size: int) -> None:
    """Taking a new deed back restores what was before, in a copy of the story: the record itself goes on."""
    new = [entry for entry in story.entries if entry.seq > size]
    if len(new) != 1 or new[0].type not in REVERSIBLE:
        return
    copy = MemoryRecord(story.record.organisation, story.clock, story.files)
    data = {"entry": new[0].id, "type": new[0].type, "data": {"entered_in_error": True}, "reason": "A slip."}
    made = copy.append([Draft("entry.corrected", Actor("Ann", "x"), data, about="EL(26)A/37")])
    after = fold(made, fold(story.entries))[before.key]
    assert replace(after, history=()) == replace(before, history=())
    assert after.history[-2].struck


def test_the_random_people_reach_what_matters() -> None:
    """The histories above would prove little if nothing ever came of them."""
    story = Story()
    story.received()
    story.triaged("red", NOON + timedelta(days=2))
    desk = a_desk(story)
    ann, ben = PEOPLE[:2]
    for name in ("acknowledge", "applies", "places", "answer", "count", "sign off"):
        deeds_of(desk, ann, 0, ben, "red")[name]()
    assert state_of(desk).status(desk.clock.now()) is Status.SECOND_PERSON
    sign_off(desk, "EL(26)A/37", ben)
    check(desk, state_of(desk))
    assert state_of(desk).status(desk.clock.now()) is Status.DONE
    reopen(desk, "EL(26)A/37", "Once more.", ann)
    defer(desk, "EL(26)A/37", date(2026, 11, 24), "Ben", "Later.", ann)
    assert state_of(desk).status(desk.clock.now()) is Status.DEFERRED
    check(desk, state_of(desk))
