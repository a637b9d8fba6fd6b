"""Folds new entries into what the views hold: of one log as they come, of several in the order of their places.

Where several logs count as this organisation's own, the place of every entry is kept. What comes later than everything
known about its alert is folded on; an entry that arrives late, or tells what another workstation heard, has its alert,
and no other, folded anew from its own entries. Writes nothing but the alerts' states: `views_reading` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from msat.ids import AlertKey, LogId
from msat.projections.alert_state import AlertState
from msat.projections.fold import apply, key_of
from msat.projections.gaps import EXPLAINED, Explanation, explain
from msat.projections.general import TYPES, General, gathered
from msat.projections.merged import HEARD, Heard, with_others
from msat.projections.order import Place, read_place
from msat.projections.pages import TELLING, Page, page_of
from msat.projections.stored import from_json
from msat.record.entries import Entry
from msat.record.ports import Record
from msat.store import views_tables as tables
from msat.store.views_rows import explanation_from, general_from

GENERAL = AlertKey("")
"""What entries about no alert that say something of the organisation are kept under among the places."""
_OTHER = AlertKey(" ")
"""And the rest: nothing is folded of them, but another entry may name one."""
_ABOUT_NONE = TYPES | {EXPLAINED, "entry.corrected"}
_AT_ONCE = 200
"""Alerts folded anew at once, so that their entries are never all in memory."""
_GAP = 16
"""Entries read although nobody asked for them, where that saves a query."""


@dataclass(slots=True)
class _Known:
    """One alert as far as it has been folded."""

    state: AlertState | None
    last: Place | None = None
    heard: Heard | None = None
    """What its logs told; None where the state came from the views, which do not keep it."""


@dataclass(slots=True)
class Folding:
    """What one pass over new entries has gathered, before anything is written."""

    connection: Connection
    record: Record
    is_first: bool
    """Whether the views hold nothing yet."""
    states: dict[AlertKey, AlertState] = field(default_factory=dict)
    pages: dict[tuple[str, str], tuple[Page, str]] = field(default_factory=dict)
    """The newest version of each page read now, with its place as text (empty where there is one log only)."""
    told: set[AlertKey] = field(default_factory=set)
    """The alerts whose texts may have changed."""
    explanations: tuple[Explanation, ...] | None = None
    """The explanations of gaps, when one was given or corrected."""
    general: tuple[General, ...] | None = None
    """What is recorded about no alert, when something was added or corrected."""
    placed: list[tuple[AlertKey, Place]] = field(default_factory=list)
    """The places of the entries read now; none where there is one log only."""
    _known: dict[AlertKey, _Known] = field(default_factory=dict)
    _anew: set[AlertKey] = field(default_factory=set)

    def take(self, entry: Entry, place: Place | None) -> None:
        """Folds one entry in; `place` is None where one log alone counts."""
        key = key_of(entry)
        if key is None:
            self._about_none(entry, place)
            return
        page = page_of(entry)
        if page is not None:
            self.pages[page.source, page.path] = page, place.written() if place else ""
        if place is None:
            before = self.states.get(key) or (None if self.is_first else stored_state(self.connection, key))
            after = apply(before, entry)
        else:
            before, after = self._among_others(key, entry, place)
        if after is not None:
            self.states[key] = after
        if entry.type in TELLING or before is None:
            self.told.add(key)

    def finish(self) -> None:
        """Folds anew what could not be folded on."""
        new: dict[AlertKey, set[Place]] = defaultdict(set)
        for key, place in self.placed:
            if key in self._anew:
                new[key].add(place)
        if GENERAL in self._anew:
            self._general_anew(self._places(GENERAL, new[GENERAL]))
        keys = sorted(self._anew - {GENERAL})
        for at in range(0, len(keys), _AT_ONCE):
            self._fold_anew({key: self._places(key, new[key]) for key in keys[at : at + _AT_ONCE]})

    # Several logs

    def _among_others(self, key: AlertKey, entry: Entry, place: Place) -> tuple[AlertState | None, AlertState | None]:
        """The state before and after; after is None where the alert has to be folded anew."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._look(key)
        self.placed.append((key, place))
        if known.heard is None and (entry.type in HEARD or (known.last is not None and place < known.last)):
            self._anew.add(key)
        before, known.last = known.state, place
        if key in self._anew:
            self.states.pop(key, None)
            return before, None
        known.state = apply(before, entry) if known.heard is None else with_others(before, entry, known.heard)
        return before, known.state

    def _look(self, key: AlertKey) -> _Known:
        last = None if self.is_first else last_place(self.connection, key)
        return _Known(None, heard=Heard()) if last is None else _Known(stored_state(self.connection, key), last)

    def _fold_anew(self, wanted: Mapping[AlertKey, Sequence[Place]]) -> None:
        entries = _entries_at(self.record, (place for places in wanted.values() for place in places))
        for key, places in wanted.items():
            state, heard = None, Heard()
            for place in places:
                state = with_others(state, entries[place.log, place.seq], heard)
            if state is not None:
                self.states[key] = state

    def _places(self, key: AlertKey, new: set[Place]) -> list[Place]:
        """Of every entry about an alert, in order; `new` are those read now."""
        chosen = select(tables.place.c.place).where(tables.place.c.key == key)
        return sorted({*map(read_place, self.connection.execute(chosen).scalars()), *new})

    # About no alert

    def _about_none(self, entry: Entry, place: Place | None) -> None:
        if place is not None:
            key = about_none(entry)
            self.placed.append((key, place))
            if key == _OTHER:
                return
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = _Known(None, None if self.is_first else last_place(self.connection, key))
            if known.last is not None and place < known.last:
                self._anew.add(key)
            known.last = place
        self._explained(entry)
        self._gathered(entry)

    def _explained(self, entry: Entry) -> None:
        before = self.explanations
        if before is None:
            before = () if self.is_first else explanations(self.connection)
        after = explain(before, entry)
        if after is not before:
            self.explanations = after

    def _gathered(self, entry: Entry) -> None:
        before = self.general
        if before is None:
            before = () if self.is_first else general(self.connection)
        after = gathered(before, entry)
        if after is not before:
            self.general = tuple(after)

    def _general_anew(self, places: Sequence[Place]) -> None:
        entries = _entries_at(self.record, places)
        explained: tuple[Explanation, ...] = ()
        recorded: Sequence[General] = ()
        for place in places:
            entry = entries[place.log, place.seq]
            explained, recorded = explain(explained, entry), gathered(recorded, entry)
        self.explanations, self.general = explained, tuple(recorded)


def about_none(entry: Entry) -> AlertKey:
    """What an entry about no alert is kept under among the places."""
    return GENERAL if entry.type in _ABOUT_NONE else _OTHER


def _entries_at(record: Record, places: Iterable[Place]) -> dict[tuple[str, int], Entry]:
    """The entries at these places, by log and number, read in as few runs as may be."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for place in places:
        wanted[place.log].add(place.seq)
    found = {}
    for log, numbers in wanted.items():
        for first, last in _runs(sorted(numbers)):
            for entry in record.entries(LogId(log), after=first - 1, upto=last):
                if entry.seq in numbers:
                    found[log, entry.seq] = entry
    return found


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = numbers[0]
    for number in numbers[1:]:
        if number - last > _GAP:
            yield first, last
            first = number
        last = number
    yield first, last


# What the views hold


def stored_state(connection: Connection, key: AlertKey) -> AlertState | None:
    """An alert's state without the flag that its text is missing; None for one not heard of."""
    found = connection.execute(select(tables.state.c.json).where(tables.state.c.key == key)).scalar()
    return None if found is None else from_json(found)


def last_place(connection: Connection, key: AlertKey) -> Place | None:
    """The last place of an alert's entries; None for an alert not heard of."""
    chosen = (
        select(tables.place.c.place).where(tables.place.c.key == key).order_by(tables.place.c.place.desc()).limit(1)
    )
    found = connection.execute(chosen).scalar()
    return None if found is None else read_place(found)


def stored_place(connection: Connection, entry: Entry) -> Place | None:
    """Where an entry that was read before stands; None where one log alone counts."""
    chosen = select(tables.place.c.place).where(tables.place.c.key == (key_of(entry) or about_none(entry)))
    places = map(read_place, connection.execute(chosen).scalars())
    return next((place for place in places if (place.log, place.seq) == (entry.log, entry.seq)), None)


def general(connection: Connection, *types: str) -> tuple[General, ...]:
    """What is recorded about no alert, oldest first."""
    chosen = select(tables.general).order_by(tables.general.c.position)
    if types:
        chosen = chosen.where(tables.general.c.type.in_(types))
    return tuple(general_from(row) for row in connection.execute(chosen).mappings())


def explanations(connection: Connection) -> tuple[Explanation, ...]:
    """The explanations of gaps, oldest first."""
    chosen = select(tables.explanation).order_by(tables.explanation.c.position)
    return tuple(explanation_from(row) for row in connection.execute(chosen).mappings())
