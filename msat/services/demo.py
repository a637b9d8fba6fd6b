"""The sample organisation: real alerts' facts, our own prose, invented answers by roles. Needs no network.

The story runs on its own clock through 2026, so that every alert arrives on the day it was really published.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from msat.actions.cases import load_cases
from msat.actions.model import AnswerKind
from msat.clock import FixedClock, london
from msat.feeds.model import FeedItem
from msat.ids import SourceId
from msat.projections.alert_state import AlertState, Status, needs_answer
from msat.projections.ports import Query, SourceHealth
from msat.record.organisation import Organisation
from msat.services.acknowledge import acknowledge
from msat.services.answer import answer
from msat.services.applies import decide_applies
from msat.services.assign import assign
from msat.services.count import count
from msat.services.decision_support import decision_support
from msat.services.defer import defer
from msat.services.desk import Desk, Person
from msat.services.discuss import discuss
from msat.services.intake import Intake
from msat.services.place import check_places
from msat.services.sign_off import sign_off
from msat.triage.model import Priority

ORGANISATION = Organisation("Demo Surgery", "Y00000", "dispensing-practice")
PHARMACIST = Person("Demo Pharmacist", "practice pharmacist")
DOCTOR = Person("Demo GP", "GP partner")
PROGRAM = Person("MSAT", "program")

BEGIN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
TODAY = datetime(2026, 8, 21, 8, 42, tzinfo=UTC)
"""The sample's present: the morning after the newest alert in it."""

SOURCE = SourceId("govuk-alerts")


class DemoClock(FixedClock):
    """Stands still while the story is played, then runs at the pace of the real one."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(moment)
        self._running_since: float | None = None

    def run(self) -> None:
        """From now on time passes."""
        self._running_since = time.monotonic()

    def now(self) -> datetime:
        if self._running_since is None:
            return self.moment
        return (self.moment + timedelta(seconds=time.monotonic() - self._running_since)).replace(microsecond=0)


def play(desk: Desk, clock: DemoClock) -> None:
    """Receives the sample alerts on their days, does the work of the older ones, and stops on the sample's today."""
    items = sorted((c.item for c in load_cases() if c.in_demo and published_on(c.item) <= TODAY), key=published_on)
    for item in items:
        clock.moment = max(clock.moment, published_on(item))
        intake = Intake(desk, item.source, PROGRAM)
        intake.take(item)
        for key in intake.record():
            state = desk.views.alert(key)
            if state and published_on(item) < TODAY - timedelta(days=45) and published_on(item) > BEGIN:
                clock.moment += timedelta(hours=2)
                do_the_work(desk, state)
    clock.moment = max(clock.moment, TODAY)
    _begin_the_newest_work(desk)
    desk.views.keep_health([SourceHealth(SOURCE, clock.moment, clock.moment, clock.moment)])
    clock.run()


def published_on(item: FeedItem) -> datetime:
    """When a notice of the sample comes in (UTC): soon after it was published."""
    return (item.published or BEGIN) + timedelta(minutes=20)


def _begin_the_newest_work(desk: Desk) -> None:
    """Some of the newest alerts are in hand, so that every state can be seen."""
    open_ = desk.views.worklist(Query(open_only=True), desk.clock.now())
    rows = [r for r in open_ if "historic" not in r.flags and r.status is not Status.RECHECK]
    for row in rows[1:4]:
        acknowledge(desk, row.key, PHARMACIST)
    for row in rows[2:3]:
        decide_applies(desk, row.key, True, PHARMACIST, "held")
    _arrange(desk, [str(row.key) for row in rows])


def _arrange(desk: Desk, keys: list[str]) -> None:
    """An owner with a deputy who is stood in for, an alert put off, a message that is live, a meeting."""
    today = london(desk.clock.now()).date()
    for key in keys[:2]:
        assign(desk, key, PHARMACIST.name, DOCTOR.name, PHARMACIST)
    seen = [s for s in map(desk.views.alert, keys) if s and s.acknowledged and s.rag is not Priority.RED]
    for state in seen[:1]:
        why = "The supplier confirms on Friday which packs are affected."
        defer(desk, str(state.key), today + timedelta(days=5), DOCTOR.name, why, PHARMACIST)
    done = [s for s in desk.views.states() if s.sign_off and not s.needs_second]
    for state in done[-1:]:
        key, on = str(state.key), london(state.sign_off.deed.happened).date() if state.sign_off else today
        decision_support(desk, key, "OptimiseRx", "SAMPLE-0042", on, PHARMACIST)
        discuss(desk, key, "Practice clinical meeting", on, PHARMACIST, "4.2", "Told everybody; nothing further to do.")


def do_the_work(desk: Desk, state: AlertState) -> AlertState:
    """Does everything one alert asks for and signs it off, as a careful practice would. Returns the state after."""
    key = state.key
    if not state.acknowledged:
        acknowledge(desk, key, PHARMACIST)
    if not state.applicability:
        decide_applies(desk, key, True, PHARMACIST, "may-affect")
    for action in state.actions:
        if needs_answer(action):
            _answer(desk, key, action.code, action.answer, tuple(p.place for p in action.places))
    if "mixed-level" in state.flags and state.rag:
        from msat.services.override import override

        override(desk, key, str(state.rag), "Handled as patient level until the publisher says otherwise.", DOCTOR)
    sign_off(desk, key, PHARMACIST)
    if state.rag is Priority.RED:
        sign_off(desk, key, DOCTOR)
    after = desk.views.alert(key)
    if after is None:
        raise RuntimeError(f"the alert {key} vanished from the views")
    return after


def _answer(desk: Desk, key: str, code: str, kind: AnswerKind, places: tuple[str, ...]) -> None:
    if kind is AnswerKind.PLACES:
        check_places(desk, key, {place: ("nil", None, "") for place in places}, PHARMACIST)
    elif kind is AnswerKind.FUNNEL:
        counts = {"found": 4, "active": 3, "at_higher_risk": 1, "reviewed": 3, "changed": 2, "unchanged_with_reason": 1}
        why = "One person keeps the present treatment: no alternative is suitable."
        count(desk, key, counts, PHARMACIST, action_code=code, unchanged_reason=why)
    elif kind is AnswerKind.COUNT:
        answer(desk, key, code, "yes", PHARMACIST, count=3)
    else:
        answer(desk, key, code, "yes", PHARMACIST)
