"""Several logs of one organisation read as one: the order of their entries, and the states that follow. Pure.

The rule. Within a log its own numbers decide, whatever the clock said. Between logs the time of recording decides, and
a log whose clock stepped back counts as standing still until the clock has caught up; at the same second the name of
the log decides. No entry comes before one that it names (a correction before what it corrects), whatever the clocks
say. So the order does not hang on which log came here first.

What two people did stays twice in the history. Which of two answers stands is `turns.py`: the one done last. What ends
something, as a re-opening or a new deferral does, ends what was recorded before it in this order. What a
second workstation heard from the publisher that another had heard before leaves its line in the history and nothing
else; nor does its own triage of the same words, made the day it was switched on, put the first one away. Whether an
alert came too late to be acted upon (historic) is for the log that heard of it first to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heappop, heappush

from msat.ids import AlertKey, LogId
from msat.projections.alert_state import AlertState
from msat.projections.cut import LogCut
from msat.projections.fold import apply, key_of
from msat.projections.gaps import Explanation, explain
from msat.projections.general import General, gathered
from msat.projections.history import line
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
    several = sorted((list(one) for one in logs if one), key=lambda one: one[0].log)
    if len(several) < 2:
        return several[0] if several else []
    known = {entry.id for one in several for entry in one}
    out: list[Entry] = []
    seen: set[str] = set()
    waiting: dict[str, list[int]] = {}
    ready: list[tuple[datetime, str, int]] = []
    at, latest = [0] * len(several), [one[0].time for one in several]

    def offer(n: int) -> None:
        entry = several[n][at[n]]
        latest[n] = max(latest[n], entry.time)
        named = _names(entry)
        if named in known and named not in seen and named != entry.id:
            waiting.setdefault(named, []).append(n)
        else:
            heappush(ready, (latest[n], entry.log, n))

    for n in range(len(several)):
        offer(n)
    while ready:
        _time, _log, n = heappop(ready)
        entry = several[n][at[n]]
        out.append(entry)
        seen.add(entry.id)
        at[n] += 1
        if at[n] < len(several[n]):
            offer(n)
        for other in waiting.pop(entry.id, ()):
            heappush(ready, (latest[other], several[other][at[other]].log, other))
    return out


def _names(entry: Entry) -> str:
    """The entry that must have been read before this one: what it corrects, or the leave that it ends."""
    return text(data_of(entry), "entry") or text(data_of(entry), "ends")


HISTORIC = "historic"


@dataclass(slots=True)
class _Heard:
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
    heard: dict[AlertKey, _Heard] = {}
    pages: dict[tuple[str, str], Page] = {}
    general: Sequence[General] = ()
    explanations: tuple[Explanation, ...] = ()
    for entry in entries:
        key = key_of(entry)
        if key is None:
            explanations, general = explain(explanations, entry), gathered(general, entry)
            continue
        before = states.get(key)
        after = _with_others(before, entry, heard.setdefault(key, _Heard())) if several else apply(before, entry)
        if after is not None:
            states[key] = after
        page = page_of(entry)
        if page is not None:
            pages[page.source, page.path] = page
    told = tuple(page for _where, page in sorted(pages.items()))
    own = any(one.is_own for one in logs)
    return Organisation(ods, name, kind, logs, states, tuple(general), explanations, told, own)


def _with_others(before: AlertState | None, entry: Entry, heard: _Heard) -> AlertState | None:
    """The state after `entry` where several logs tell of the alert."""
    if before is not None and _is_heard_again(heard, entry):
        return replace(before, history=(*before.history, line(before, entry)))
    after = apply(before, entry)
    _listen(heard, entry)
    came_late = after is not None and HISTORIC in after.flags
    if before is None or after is None or not came_late or HISTORIC in before.flags or entry.log == heard.first:
        return after
    return replace(after, flags=tuple(flag for flag in after.flags if flag != HISTORIC))


def _is_heard_again(heard: _Heard, entry: Entry) -> bool:
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


def _is_other_page(heard: _Heard, entry: Entry) -> bool:
    """Whether a log hears of an alert, known to another log, by a page that nobody had read: no new triage."""
    data = data_of(entry)
    page = (text(data, "source"), text(data, "path"))
    known = {said[1:3] for said in heard.said if said[0] == "page"}
    return bool(heard.by - {entry.log}) and page not in known


def _listen(heard: _Heard, entry: Entry) -> None:
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
