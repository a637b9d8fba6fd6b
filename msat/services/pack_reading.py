"""Read from the record, up to a pack's cut and not behind it, all that the pack is worked out from.

Reads the logs and the stored files only, never the views: the same on any machine that holds the same record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from msat.alerts.model import Alert
from msat.alerts.versions import decode
from msat.clock import london, say_moment
from msat.errors import RecordProblem
from msat.ids import AlertKey, LogId
from msat.projections.cut import LogCut
from msat.projections.general import General
from msat.projections.merged import Organisation
from msat.projections.outlier_steps import by_organisation, said, steps
from msat.projections.pack_material import Material, Noted, noted
from msat.projections.pack_model import Cover, Exceptional, Late
from msat.projections.pack_rules import rule_changes
from msat.projections.values import text, whole
from msat.record.chain import read_entry
from msat.record.entries import Entry, Head
from msat.record.lineage import is_own
from msat.services.desk import Desk, Progress
from msat.services.gathering import code_of, gather, gather_own
from msat.services.indicators import COMMITTEE, basis
from msat.services.pack_late import late_lines
from msat.services.pack_preparing import Prepared

CLOCK = "clock.anomaly"
MOST_IN_FULL = 400
"""Of more logs than these, only Reds judged not relevant are kept line by line: the others are counted."""


def read_material(desk: Desk, prepared: Prepared, progress: Progress | None = None) -> Material:
    """What the pack that was `prepared` is worked out from.

    Raises Refused when a log no longer goes through the head that was prepared, RecordProblem for a damaged record.
    """
    cover, cut = prepared.cover, prepared.cut
    reading = _Reading(cover, len(cut.logs) > MOST_IN_FULL)
    found = gather(desk, cut, progress) if cut.own.kind == COMMITTEE else iter((gather_own(desk, cut),))
    counted = basis(desk, cut, cover.first, cover.last, None, reading.through(found), prepared.site)
    own = reading.own
    logs = _Logs(prepared)
    for log in cut.logs:
        logs.read(desk, log)
    return Material(
        cover=cover,
        basis=counted,
        own=tuple(own.states.values()) if own else (),
        notice_of=_notices(desk, own),
        logs=cut.logs,
        noted=reading.noted,
        sources=prepared.sources,
        cautions=(*prepared.cautions, *_missing_texts(desk, own)),
        rules=rule_changes(_deciding(desk, cut.own), cover.first, cover.last),
        late=tuple(_late(desk, prepared)),
        clocks=tuple(logs.clocks),
        withheld=logs.withheld,
        last_recorded=logs.last,
        responses={ods: said(each) for ods, each in by_organisation(steps(reading.general)).items()},
    )


@dataclass(slots=True)
class _Reading:
    """What is kept of each organisation while it passes through; only the own one is kept whole."""

    cover: Cover
    only_red: bool
    own: Organisation | None = None
    noted: dict[str, Noted] = field(default_factory=dict)
    general: tuple[General, ...] = ()

    def through(self, organisations: Iterable[Organisation]) -> Iterator[Organisation]:
        for one in organisations:
            ods = code_of(one.ods)
            self.noted[ods] = noted(ods, one.name, one.states.values(), self.cover, self.only_red and not one.is_own)
            if one.is_own:
                self.own, self.general = one, one.general
            yield one


@dataclass(slots=True)
class _Logs:
    """What is told of the logs themselves: wrong clocks, withheld bodies, when the newest entry was recorded."""

    prepared: Prepared
    clocks: list[Exceptional] = field(default_factory=list)
    withheld: int = 0
    last: dict[str, datetime] = field(default_factory=dict)

    def read(self, desk: Desk, log: LogCut) -> None:
        """Reads one log up to its cut. Of received logs only the entries that matter here are taken apart."""
        if not log.size:
            return
        ods = code_of(log.ods)
        newest: datetime | None = None
        if log.is_own:
            for entry in desk.record.entries(LogId(log.log), upto=log.size):
                self.withheld += entry.body is None
                newest = entry.time
                self._clock(entry, log)
        else:
            rows = desk.record.received.raw(LogId(log.log))[: log.size]
            self.withheld += sum(row.body is None for row in rows)
            for row in rows:
                if row.type == CLOCK:
                    self._clock(read_entry(row.id, row.header, row.body), log)
            newest = read_entry(rows[-1].id, rows[-1].header, rows[-1].body).time if rows else None
        if newest is not None and (ods not in self.last or self.last[ods] < newest):
            self.last[ods] = newest

    def _clock(self, entry: Entry, log: LogCut) -> None:
        cover = self.prepared.cover
        if entry.type != CLOCK or not cover.first <= london(entry.time).date() <= cover.last:
            return
        minutes = (whole(entry.data, "seconds") or 0) // 60
        way = text(entry.data, "direction") or "wrong"
        what = f"A clock went {way} by {minutes:,} minutes; times near it are uncertain, the order is not"
        since = f"recorded {say_moment(entry.time)}"
        note = f"Log {log.log[:8]}, entry {entry.seq}."
        self.clocks.append(Exceptional(what, f"{log.name} ({log.ods})", since, note))


def _notices(desk: Desk, own: Organisation | None) -> Callable[[AlertKey], Alert | None]:
    """The notice of an own alert: the page it was first read from, in the version recorded last before the cut."""
    known: dict[AlertKey, Alert | None] = {}
    versions = {(page.source, page.path): page.version for page in own.pages} if own else {}

    def notice_of(key: AlertKey) -> Alert | None:
        if key not in known:
            state = own.states.get(key) if own else None
            first = state.sources[0] if state and state.sources else None
            version = versions.get((first.source, first.path), "") if first else ""
            known[key] = _stored(desk, version)
        return known[key]

    return notice_of


def _stored(desk: Desk, version: str) -> Alert | None:
    data = desk.files.get(version) if version else None
    if data is None:
        return None
    try:
        return decode(data)
    except RecordProblem:
        return None


def _missing_texts(desk: Desk, own: Organisation | None) -> Iterable[str]:
    """Notices whose stored text is not here: what is said of them rests on the entries alone."""
    missing = sum(desk.files.get(page.version) is None for page in own.pages) if own else 0
    if missing:
        many = "1 notice is" if missing == 1 else f"{missing} notices are"
        yield f"The stored text of {many} missing here: what the pack says of them rests on the entries alone."


def _deciding(desk: Desk, log: LogCut) -> list[Entry]:
    """The own entries that say which rules decided."""
    found = desk.record.typed(frozenset({"alert.triaged", "rules.adopted"}))
    return [entry for entry in found if is_own(desk.record, entry, Head(log.log, log.size, log.head))]


def _late(desk: Desk, prepared: Prepared) -> Iterable[Late]:
    """What came after the cut of the pack before, about something done in its period."""
    return () if prepared.earlier is None else late_lines(desk, *prepared.earlier, prepared.cut)
