"""The worklist as a query: the same choice and the same order as `projections.worklist`, made by the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, not_, or_, select, true, tuple_

from msat.projections import worklist
from msat.projections.alert_state import Status
from msat.projections.ports import Query
from msat.projections.search_terms import Asked, asked, expression
from msat.projections.work import Absence
from msat.store.views_tables import search, searched, state
from msat.triage.model import Priority

_WAITING = (Status.IN_HAND.value, Status.NOT_ACKNOWLEDGED.value)
_OWN_GROUP = {
    Status.OVERDUE: worklist.OVERDUE,
    Status.SECOND_PERSON: worklist.SECOND,
    Status.HISTORIC: worklist.HISTORIC,
    Status.DONE: worklist.DONE,
    Status.SUPERSEDED: worklist.SUPERSEDED,
    Status.NOT_APPLICABLE: worklist.NOT_APPLICABLE,
    Status.DEFERRED: worklist.DEFERRED,
    Status.RECHECK: worklist.RECHECK,
}

COLUMNS = [column for column in state.c if column.name != "json"]


@dataclass(frozen=True, slots=True)
class Owners:
    """What `Query.owner` and `Query.mine` come to in the table of states: names, and pairs of owner and deputy."""

    owned: tuple[str, ...] = ()
    acting: tuple[tuple[str, str], ...] = ()


NOBODYS = Owners()


def pairs() -> Select[Any]:
    """Every pair of an owner and a deputy."""
    return select(state.c.owner, state.c.deputy).where(state.c.owner != "").distinct()


def owners(query: Query, now: datetime, known: Iterable[tuple[str, str]], absent: Sequence[Absence]) -> Owners:
    """Whose alerts `query` asks for: of the owner it names, and of those for whom its person acts today."""
    every = list(known)
    owned = {one for one, _deputy in every if query.owner is not None and worklist.is_owned(one, query.owner)}
    acting = [
        (one, deputy)
        for one, deputy in every
        if query.mine is not None and worklist.acts_for(query.mine, one, deputy, absent, now)
    ]
    return Owners(tuple(owned), tuple(acting))


def stored(wanted: Iterable[ColumnElement[bool]]) -> Select[Any]:
    """Whole states like this, the oldest received first."""
    return select(state.c.json, state.c.text_missing).where(*wanted).order_by(state.c.received, state.c.key)


def rows(query: Query, now: datetime, whose: Owners = NOBODYS) -> Select[Any]:
    """The rows that `query` asks for, most pressing first, or newest first. `whose` is `owners`."""
    chosen: Select[Any] = select(*COLUMNS, _status(now).label("status"))
    if query.newest_first:
        chosen = _newest(chosen, query).where(*_wanted(query, now, whose))
    else:
        chosen = chosen.where(*_wanted(query, now, whose), *_searched(query)).order_by(*_order(now))
    if query.limit is not None or query.offset:
        chosen = chosen.limit(-1 if query.limit is None else max(0, query.limit)).offset(max(0, query.offset))
    return chosen


def counted(query: Query, now: datetime, whose: Owners = NOBODYS) -> Select[Any]:
    """How many rows `query` asks for; limit and offset aside."""
    return select(func.count()).select_from(state).where(*_wanted(query, now, whose), *_searched(query))


def _newest(chosen: Select[Any], query: Query) -> Select[Any]:
    """From the newest on: with a question the index itself is walked backwards, and no further than is shown."""
    question = asked(query.search)
    if not question:
        found = chosen.join_from(searched, state, searched.c.key == state.c.key).where(*_searched(query))
        return found.order_by(searched.c.id.desc())
    hits = search.join(searched, searched.c.id == search.c.rowid).join(state, state.c.key == searched.c.key)
    return chosen.select_from(hits).where(_match(question)).order_by(search.c.rowid.desc())


def _match(question: Asked) -> ColumnElement[bool]:
    return search.c.search.op("MATCH", is_comparison=True)(expression(question))


def _status(now: datetime) -> ColumnElement[str]:
    moment = literal(now.timestamp())
    deferred = and_(
        state.c.deferred_until.is_not(None),
        state.c.deferred_until > moment,
        state.c.withdrawn == 0,
        state.c.undated.in_((*_WAITING, Status.HISTORIC.value)),
    )
    overdue = and_(
        state.c.due.is_not(None),
        state.c.due < moment,
        state.c.withdrawn == 0,
        state.c.undated.in_(_WAITING),
    )
    ended = and_(state.c.ends.is_not(None), state.c.ends < moment, state.c.undated.in_(_WAITING))
    return case(
        (deferred, literal(Status.DEFERRED.value)),
        (ended, literal(Status.HISTORIC.value)),
        (overdue, literal(Status.OVERDUE.value)),
        (_recheck_due(now), literal(Status.RECHECK.value)),
        else_=state.c.undated,
    )


def _recheck_due(now: datetime) -> ColumnElement[bool]:
    due = state.c.recheck_due
    return and_(state.c.undated == Status.DONE.value, due.is_not(None), due <= literal(now.timestamp()))


def _wanted(query: Query, now: datetime, whose: Owners) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if query.rag is not None:
        wanted.append(state.c.rag == query.rag.value)
    if query.status is not None:
        wanted.append(_status(now) == query.status.value)
    if query.family is not None:
        wanted.append(state.c.family == query.family)
    if query.topic is not None:
        wanted.append(state.c.topic == query.topic)
    if query.open_only:
        wanted.append(or_(state.c.is_open == 1, _recheck_due(now)))
    if query.closed_only:
        wanted.append(not_(or_(state.c.is_open == 1, _recheck_due(now))))
    wanted += _chosen(query, now)
    if query.owner is not None:
        wanted.append(state.c.owner.in_(whose.owned))
    if query.mine is not None:
        wanted.append(or_(tuple_(state.c.owner, state.c.deputy).in_(whose.acting), _everybodys(now)))
    return wanted


def _chosen(query: Query, now: datetime) -> list[ColumnElement[bool]]:
    """The keys that somebody asks for, and those put aside, as `worklist.is_put_aside`."""
    chosen = [] if query.only is None else [_is_one_of(query.only)]
    if query.any_of is not None:
        chosen.append(_answers_one_of(query.any_of))
    if query.hidden:
        red = or_(state.c.rag == Priority.RED.value, state.c.rag.is_(None))
        is_past = and_(state.c.withdrawn == 0, state.c.due.is_not(None), state.c.due < literal(now.timestamp()))
        waits = and_(_status(now) == Status.SECOND_PERSON.value, is_past)
        overdue = and_(red, or_(waits, _status(now) == Status.OVERDUE.value))
        chosen.append(or_(overdue, not_(_is_one_of(query.hidden))))
    return chosen


def _is_one_of(keys: frozenset[str]) -> ColumnElement[bool]:
    """One parameter however many keys: a database takes only so many."""
    named = func.json_each(json.dumps(sorted(keys))).table_valued("value")
    return state.c.key.in_(select(named.c.value))


def _everybodys(now: datetime) -> ColumnElement[bool]:
    """As `worklist.is_everybodys`."""
    red = or_(state.c.rag == Priority.RED.value, state.c.rag.is_(None))
    is_open = or_(state.c.is_open == 1, _recheck_due(now))
    return or_(and_(red, state.c.acknowledged == 0, is_open), state.c.undated == Status.SECOND_PERSON.value)


def _answers_one_of(searches: Sequence[str]) -> ColumnElement[bool]:
    """The rows that answer at least one of these questions: one walk through the index for all of them."""
    found = [asked(one) for one in searches]
    if any(one is None for one in found):
        return true()
    question = tuple(dict.fromkeys(alternative for one in found for alternative in one or ()))
    if not question:
        return false()
    hits = select(search.c.rowid).where(_match(question))
    return state.c.key.in_(select(searched.c.key).where(searched.c.id.in_(hits)))


def _searched(query: Query) -> list[ColumnElement[bool]]:
    """The rows that answer the question typed."""
    question = asked(query.search)
    if question is None:
        return []
    if not question:
        return [false()]
    hits = select(search.c.rowid).where(_match(question))
    return [state.c.key.in_(select(searched.c.key).where(searched.c.id.in_(hits)))]


def _group(now: datetime) -> ColumnElement[int]:
    status = _status(now)
    at = worklist.GROUPS.index
    tomorrow = worklist.midnight(now, 1).timestamp()
    week = worklist.midnight(now, worklist.WEEK_DAYS).timestamp()
    closed = [status.value for status in worklist.FINISHED]
    gone = and_(state.c.withdrawn == 1, state.c.is_open == 0, status.not_in(closed))
    own = [(status == one.value, at(heading)) for one, heading in _OWN_GROUP.items()]
    return case(
        (gone, at(worklist.WITHDRAWN)),
        *own,
        (state.c.due.is_(None), at(worklist.NO_DATE)),
        (state.c.due <= tomorrow, at(worklist.TODAY)),
        (state.c.due <= week, at(worklist.WEEK)),
        else_=at(worklist.LATER),
    )


def _order(now: datetime) -> list[ColumnElement[Any]]:
    group = _group(now)
    closed = [worklist.GROUPS.index(name) for name in sorted(worklist.CLOSED)]
    dated = [worklist.GROUPS.index(name) for name in sorted(worklist.DATED)]
    urgency = case((group.in_(closed), 0), else_=state.c.urgency)
    due = case((and_(group.in_(dated), or_(state.c.due.is_not(None))), state.c.due), else_=0)
    return [group, urgency, due, -state.c.newest, state.c.key]
