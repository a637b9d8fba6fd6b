"""Several logs of one organisation read as one: the order of their entries, and the states that follow. Pure.

The order is `order.py`'s: it does not hang on which log came here first.

What two people did stays twice in the history. Which of two answers stands is `turns.py`: the one done last. What ends
something, as a re-opening or a new deferral does, ends what was recorded before it in this order. What a
second workstation heard from the publisher that another had heard before leaves its line in the history and nothing
else; nor does its own triage of the same words, made the day it was switched on, put the first one away. Whether an
alert came too late to be acted upon (historic) is for the log that heard of it first to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from msat.ids import AlertKey, LogId
from msat.projections.alert_state import AlertState
from msat.projections.cut import LogCut
from msat.projections.fold import apply, key_of
from msat.projections.gaps import Explanation, explain
from msat.projections.general import General, gathered
from msat.projections.history import line
from msat.projections.order import Held, in_order
from msat.projections.pages import TELLING, Page, page_of
from msat.projections.rechecks import BY_CHANGE
from msat.projections.values import data_of, text
from msat.record.entries import Entry


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation as the entries of its logs up to the cut have it."""

    ods: str
    name: str
    kind: str
    """A value of `triage.model.OrganisationKind`."""
    logs: tuple[LogCut, ...]
    states: Mapping[AlertKey, AlertState]
    general: tuple[General, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    """Of gaps in numbered series."""
    pages: tuple[Page, ...] = ()
    """The newest recorded version of each page, by source and path."""
    is_own: bool = False

    @property
    def is_held(self) -> bool:
        """Whether anything of it is held here. False: it is enrolled, and nothing has come yet."""
        return any(one.size for one in self.logs)


def merged(logs: Iterable[Sequence[Entry]]) -> list[Entry]:
    """The entries of several logs, each given whole and in its own order, in the order in which they are folded."""
    several = {one[0].log: one for one in map(list, logs) if one}
    if len(several) < 2:
        return next(iter(several.values()), [])
    known = {entry.id for one in several.values() for entry in one}
    return [entry for _place, entry in in_order(several, lambda name: Held.COMING if name in known else None)]


HISTORIC = "historic"


HEARD = TELLING | {"alert.triaged", "alert.reopened", "alert.superseded", "evidence.carried"}
"""The types of entry that tell what a log heard: of any other, the state before it is all that it needs."""


@dataclass(slots=True)
class Heard:
    """What the logs have heard of one alert, so that hearing it again can be told from news."""

    first: LogId | None = None
    by: set[LogId] = field(default_factory=set)
    said: dict[tuple[str, ...], LogId] = field(default_factory=dict)
    again: set[tuple[LogId, str]] = field(default_factory=set)
    """Log and version of what a log heard again, whose own triage is still to come."""


def organisation(ods: str, name: str, kind: str, logs: tuple[LogCut, ...], entries: Iterable[Entry]) -> Organisation:
    """What the entries of all logs of one organisation, in the order of `merged`, come to."""
    several = sum(bool(one.size) for one in logs) > 1
    states: dict[AlertKey, AlertState] = {}
    heard: dict[AlertKey, Heard] = {}
    pages: dict[tuple[str, str], Page] = {}
    general: Sequence[General] = ()
    explanations: tuple[Explanation, ...] = ()
    for entry in entries:
        key = key_of(entry)
        if key is None:
            explanations, general = explain(explanations, entry), gathered(general, entry)
            continue
        before = states.get(key)
        after = with_others(before, entry, heard.setdefault(key, Heard())) if several else apply(before, entry)
        if after is not None:
            states[key] = after
        page = page_of(entry)
        if page is not None:
            pages[page.source, page.path] = page
    told = tuple(page for _where, page in sorted(pages.items()))
    own = any(one.is_own for one in logs)
    return Organisation(ods, name, kind, logs, states, tuple(general), explanations, told, own)


def with_others(before: AlertState | None, entry: Entry, heard: Heard) -> AlertState | None:
    """The state after `entry` where several logs may tell of the alert; `heard` is what they told before it."""
    if before is not None and _is_heard_again(heard, entry):
        return replace(before, history=(*before.history, line(before, entry)))
    after = apply(before, entry)
    _listen(heard, entry)
    came_late = after is not None and HISTORIC in after.flags
    if before is None or after is None or not came_late or HISTORIC in before.flags or entry.log == heard.first:
        return after
    return replace(after, flags=tuple(flag for flag in after.flags if flag != HISTORIC))


def _is_heard_again(heard: Heard, entry: Entry) -> bool:
    """Whether another log has told this before, so that it is no news."""
    version = text(entry.content, "version")
    if entry.type == "alert.triaged":
        is_own_first = not text(data_of(entry), "why")  # one that says why was asked for by a person: other rules
        if is_own_first and (entry.log, version) in heard.again:
            heard.again.discard((entry.log, version))
            return True
        return False
    said = _said(entry)[-1:]
    first = heard.said.get(said[0]) if said else None
    if first is None or first == entry.log:
        if entry.type == "alert.received" and _is_other_page(heard, entry):
            heard.again.add((entry.log, version))
        return False
    if entry.type in TELLING:
        heard.again.add((entry.log, version))
        heard.by.add(entry.log)
    return True


def _is_other_page(heard: Heard, entry: Entry) -> bool:
    """Whether a log hears of an alert, known to another log, by a page that nobody had read: no new triage."""
    data = data_of(entry)
    page = (text(data, "source"), text(data, "path"))
    known = {said[1:3] for said in heard.said if said[0] == "page"}
    return bool(heard.by - {entry.log}) and page not in known


def _listen(heard: Heard, entry: Entry) -> None:
    for said in _said(entry):
        heard.said.setdefault(said, entry.log)
    if entry.type in TELLING:
        heard.first = heard.first or entry.log
        heard.by.add(entry.log)


def _said(entry: Entry) -> tuple[tuple[str, ...], ...]:
    """What an entry of the program tells of the outside world, the whole of it last; empty for what people do.

    That a page changed says more than the page itself: whoever heard only the new words opened nothing again.
    """
    data, version = data_of(entry), text(entry.content, "version")
    where = (text(data, "source"), text(data, "path"), version)
    match entry.type:
        case "alert.received" | "alert.source_added":
            return (("page", *where),)
        case "alert.revised":
            return (("page", *where), ("revised", *where))
        case "alert.withdrawn":
            return (("withdrawn", *where),)
        case "alert.reopened" if text(data, "cause") == BY_CHANGE:
            return (("reopened", version),)
        case "alert.superseded":
            return (("superseded", text(data, "by")),)
        case "evidence.carried":
            return (("carried", text(data, "from")),)
        case _:
            return ()
