"""Fakes with verbs, written against the ports: a story that makes real entries in a memory record, and memory views.

`Story` says in a line what happened: `story.received(...)`, `story.acknowledged(by="A. Patel")`. `MemoryViews` keeps
the promises of `projections.ports.Views` with the pure functions only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from msat.alerts.model import Alert, Batch, Fact, Product, Where
from msat.clock import FixedClock, stamp
from msat.exchange.own_logs import held, own_logs
from msat.feeds.model import Validators
from msat.ids import AlertKey, SourceId, fingerprint
from msat.projections import worklist
from msat.projections.affected import Affected, affected
from msat.projections.alert_state import TEXT_MISSING, AlertState
from msat.projections.cut import LogCut
from msat.projections.fold import fold
from msat.projections.gaps import Explanation, Mention, mentions
from msat.projections.general import General
from msat.projections.merged import Organisation as Folded
from msat.projections.merged import merged, organisation
from msat.projections.pages import Page
from msat.projections.ports import KnownItem, Query, Row, SourceHealth
from msat.projections.searching import asked, batch_number, names, noted_terms, told_terms
from msat.projections.stored import to_json
from msat.projections.work import ABSENCE, absences
from msat.record.entries import Actor, Draft, Entry
from msat.record.memory import MemoryFiles, MemoryRecord
from msat.record.organisation import Organisation
from msat.record.ports import Files, Record

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
RIVERSIDE = Organisation("Riverside Surgery", "A81001", "dispensing-practice")
PLACES = ("dispensary", "treatment room")
Told = Callable[[bytes], tuple[Alert, str]]


def an_action(code: str, answer: str = "done", **more: Any) -> dict[str, Any]:
    """One action as alert.triaged holds it."""
    made = {"code": code, "text": f"Do {code}", "answer": answer, "due": None, "help": "", "words": ""}
    return {**made, "places": [], "required": True, **more}


ACTIONS = (
    an_action("A01", "acknowledge"),
    an_action("A02", "applies"),
    an_action("A03", "places", places=list(PLACES)),
    an_action("A04"),
    an_action("A07", "funnel"),
    an_action("A25", "sign-off"),
)


class Document(msgspec.Struct):
    """A version document of these tests: the notice as read and the fingerprint of what the page said."""

    alert: Alert
    content: str


def write_document(alert: Alert) -> bytes:
    content = fingerprint(f"{alert.title}\n{alert.text}\n{alert.batches}".encode())
    return msgspec.json.encode(Document(alert, content))


def read_document(data: bytes) -> tuple[Alert, str]:
    """What `store.version_documents.read` is for real documents. Raises ValueError on anything else."""
    document = msgspec.json.decode(data, type=Document)
    return document.alert, document.content


def an_alert(
    key: str = "EL(26)A/37",
    title: str = "Class 2 Medicines Recall: Zentiva, Fingolimod 0.5 mg capsules",
    reference: str | None = "EL(26)A/37",
    batches: Sequence[str] = ("4L01372H",),
    product: str = "Fingolimod Zentiva 0.5 mg capsules",
    company: str = "Zentiva Pharma UK Ltd",
    path: str | None = None,
    source: str = "govuk-alerts",
    **more: Any,
) -> Alert:
    """A notice as read. Every fact rests on words made up here."""

    def fact(value: str) -> Fact:
        return Fact(value, value, Where.TITLE)

    path = path or "/drug-device-alerts/" + "".join(c if c.isalnum() else "-" for c in key.casefold())
    values: dict[str, Any] = {
        "key": AlertKey(key),
        "source": SourceId(source),
        "path": path,
        "url": f"https://www.gov.uk{path}",
        "title": title,
        "text": f"{title}\n{product}\n" + "\n".join(batches),
        "html": f"<p>{title}</p>",
        "family": fact("medicines-recall"),
        "reference": fact(reference) if reference else None,
        "alert_class": fact("2"),
        "level": fact("pharmacy"),
        "issued": fact("2026-11-20"),
        "published": NOON - timedelta(days=2),
        "company": fact(company),
        "products": (Product(product, product, Where.TEXT),),
        "batches": tuple(Batch(number, number, expiry="01/2028", product=product) for number in batches),
    }
    return Alert(**{**values, **more})


class Story:
    """Makes entries one after the other, a minute apart, in a real record in memory."""

    def __init__(self, clock: FixedClock | None = None) -> None:
        self.clock = clock or FixedClock(NOON)
        self.files = MemoryFiles()
        self.record = MemoryRecord(RIVERSIDE, self.clock, self.files)
        self.key = "EL(26)A/37"
        """The alert that the verbs are about until told otherwise."""

    @property
    def entries(self) -> list[Entry]:
        return list(self.record.entries())

    @property
    def state(self) -> AlertState:
        return self.states[AlertKey(self.key)]

    @property
    def states(self) -> dict[AlertKey, AlertState]:
        return fold(self.record.entries())

    def happens(
        self,
        kind: str,
        data: Mapping[str, Any],
        by: str = "A. Patel",
        role: str = "Pharmacist",
        happened: datetime | None = None,
        **more: Any,
    ) -> Entry:
        """Any entry at all; about `self.key` unless told otherwise."""
        self.clock.moment += timedelta(minutes=1)
        draft = Draft(kind, Actor(by, role, "apatel"), dict(data), happened=happened, **{"about": self.key, **more})
        return self.record.append([draft])[0]

    # What publishers do

    def received(self, alert: Alert | None = None, kind: str = "alert.received", **data: Any) -> Entry:
        alert = alert or an_alert(self.key, reference=self.key)
        self.key = str(alert.key)
        version = self.files.put(write_document(alert))
        told = {**received_data(alert), **data}
        return self.happens(kind, told, by="MSAT", role="program", version=version, files=(version,))

    def revised(self, alert: Alert, number: int = 2, changes: Sequence[str] = (), material: bool = False) -> Entry:
        more = {"number": number, "changes": list(changes), "material": material}
        return self.received(alert, "alert.revised", **more)

    def source_added(self, alert: Alert, number: int = 2) -> Entry:
        return self.received(alert, "alert.source_added", number=number, changes=[], material=False)

    def withdrawn(self, alert: Alert, explanation: str = "Issued in error.", number: int = 2) -> Entry:
        version = self.files.put(write_document(replace(alert, text=alert.text + "\nWithdrawn")))
        data = {"explanation": explanation, "at": None, "source": alert.source, "path": alert.path, "number": number}
        return self.happens("alert.withdrawn", data, by="MSAT", role="program", version=version)

    def triaged(
        self,
        rag: str | None = "red",
        due: datetime | None = NOON + timedelta(days=2),
        actions: Sequence[Mapping[str, Any]] = ACTIONS,
        flags: Sequence[str] = (),
    ) -> Entry:
        limit = {"at": stamp(due) if due else None, "from": "class", "why": "48 hours from issue", "words": "48 hours"}
        reason = {"kind": "base", "text": "Class 2, pharmacy level", "rule": "F07", "words": "Class 2"}
        data = {
            "rag": rag,
            "rule": "F07",
            "rules_version": "2026.11",
            "flags": list(flags),
            "due": limit,
            "reasons": [{**reason, "where": "title", "basis": "published", "reviewed": "not yet reviewed"}],
            "actions": [dict(action) for action in actions],
        }
        return self.happens("alert.triaged", data, by="MSAT", role="program")

    # What people do

    def overridden(self, rag: str, reason: str = "We hold none.", **who: Any) -> Entry:
        return self.happens("priority.overridden", {"rag": rag, "reason": reason}, **who)

    def acknowledged(self, note: str = "", **who: Any) -> Entry:
        return self.happens("alert.acknowledged", {"note": note}, **who)

    def decided(self, applies: bool = True, reason: str = "supplied here", note: str = "", **who: Any) -> Entry:
        data = {"applies": applies, "reason": reason, "note": note}
        return self.happens("applicability.decided", data, **who)

    def answered(
        self, action: str, answer: str = "yes", count: int | None = None, note: str = "", **who: Any
    ) -> Entry:
        data = {"action": action, "text": f"Do {action}", "answer": answer, "count": count, "note": note}
        return self.happens("action.answered", data, **who)

    def checked(
        self, place: str, result: str = "nil", quantity: int | None = None, batch: str = "", **who: Any
    ) -> Entry:
        return self.happens("place.checked", checked_data(place, result, quantity, batch), **who)

    def counted(self, action: str = "A07", **funnel: int | str | None) -> Entry:
        return self.happens("search.counted", counted_data(action, **funnel))

    def signed_off(self, statement: str = "All done.", **who: Any) -> Entry:
        return self.happens("alert.signed_off", {"statement": statement}, **who)

    def reopened(self, reason: str = "The notice changed.", **who: Any) -> Entry:
        return self.happens("alert.reopened", {"reason": reason}, **who)

    def corrected(
        self, entry: Entry, data: Mapping[str, Any], reason: str = "a slip", by: str = "B. Jones", **who: Any
    ) -> Entry:
        told = {"entry": entry.id, "type": entry.type, "data": dict(data), "reason": reason}
        return self.happens("entry.corrected", told, by=by, **who)

    def is_done(self, by: str = "A. Patel", second: str = "C. Okafor") -> None:
        """Acknowledged, decided, everything answered, signed by two."""
        self.acknowledged(by=by)
        self.decided(by=by)
        for place in PLACES:
            self.checked(place, by=by)
        self.answered("A04", by=by)
        self.counted(found=0)
        self.signed_off(by=by)
        self.signed_off(by=second)


def received_data(alert: Alert) -> dict[str, Any]:
    """The data of alert.received for a notice."""

    def value(fact: Fact | None) -> str | None:
        return fact.value if fact else None

    return {
        "number": 1,
        "reference": value(alert.reference),
        "title": alert.title,
        "family": alert.family.value,
        "class": int(alert.alert_class.value) if alert.alert_class else None,
        "level": value(alert.level),
        "level_words": alert.level.words if alert.level else "",
        "issued": value(alert.issued),
        "published": stamp(alert.published) if alert.published else None,
        "company": value(alert.company) or "",
        "source": alert.source,
        "path": alert.path,
        "url": alert.url,
        "description": alert.description,
    }


def checked_data(place: str, result: str = "nil", quantity: int | None = None, batch: str = "") -> dict[str, Any]:
    """The data of place.checked."""
    return {
        "action": "A03", "place": place, "result": result, "quantity": quantity, "batch": batch, "note": ""
    }  # fmt: skip


def counted_data(action: str = "A07", **funnel: int | str | None) -> dict[str, Any]:
    """The data of search.counted."""
    steps = ("found", "active", "at_higher_risk", "reviewed", "changed", "unchanged_with_reason")
    return {"action": action, **dict.fromkeys(steps), "note": "", **funnel}


class MemoryViews:
    """The views without a database: everything is folded anew whenever the record is caught up with."""

    def __init__(self, record: Record, files: Files, told: Told = read_document) -> None:
        self._record, self._files, self._told = record, files, told
        self._states: dict[AlertKey, AlertState] = {}
        self._pages: dict[tuple[str, str], Page] = {}
        self._validators: dict[str, Validators] = {}
        self._health: dict[SourceId, SourceHealth] = {}
        self._position, self._explanations, self._stamp = 0, tuple[Explanation, ...](), ""
        self._packs: dict[tuple[str, str], str] = {}
        self._general: Sequence[General] = ()

    def catch_up(self) -> frozenset[AlertKey]:
        before = {key: to_json(state) for key, state in self._states.items()}
        self.rebuild()
        return frozenset(key for key, state in self._states.items() if before.get(key) != to_json(state))

    def scrub(self) -> None:
        self.rebuild()

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> None:
        made, total = self._made()
        self._states, self._position = dict(made.states), total
        self._explanations, self._general = made.explanations, made.general
        self._pages = {(page.source, page.path): page for page in made.pages}
        if progress:
            progress(total, total)

    def read_texts(self, keys: Iterable[AlertKey]) -> None:
        """Texts are read whenever they are asked for."""

    def _made(self) -> tuple[Folded, int]:
        """What every log that counts comes to, and how many entries that is."""
        record = self._record
        ends = held(record, own_logs(record))
        logs = [list(record.entries(log, upto=end.size)) for log, end in ends.items()]
        cuts = tuple(LogCut(log, "", "", "", end.size, end.id) for log, end in ends.items())
        return organisation("", "", "", cuts, merged(logs)), sum(map(len, logs))

    def difference_from_rebuild(self) -> tuple[str, ...]:
        anew = self._made()[0].states
        keys = sorted(anew.keys() | self._states.keys())
        return tuple(
            f"The view of {key} differs from what the record says."
            for key in keys
            if anew.get(key) != self._states.get(key)
        )

    def worklist(self, query: Query, now: datetime) -> list[Row]:
        order = worklist.newest_first if query.newest_first else lambda row: worklist.order(row, now)
        rows = sorted(self._selected(query, now), key=order)
        end = None if query.limit is None else query.offset + query.limit
        return rows[query.offset : end]

    def count(self, query: Query, now: datetime) -> int:
        return len(self._selected(query, now))

    def alert(self, key: str) -> AlertState | None:
        state = self._states.get(AlertKey(key))
        return self._flagged(state) if state else None

    def find(self, reference: str) -> AlertState | None:
        exact = self.alert(reference)
        if exact:
            return exact
        means = asked(reference)
        hits = [
            (rank, key)
            for key, state in self._states.items()
            for rank, name in names(state, self._notices(key))
            if name in means
        ]
        best = {key for rank, key in hits if rank == min(hits)[0]}
        return self.alert(best.pop()) if len(best) == 1 else None

    def notice(self, key: str, version: str | None = None) -> Alert | None:
        state = self.alert(key)
        if state is None or (version and version not in {one.version for one in state.versions}):
            return None
        if version is None:
            first = state.sources[0]
            version = self._pages[first.source, first.path].version
        return self._read(version)

    def batches(self, number: str) -> list[tuple[AlertKey, Batch]]:
        wanted = batch_number(number)
        return [
            (key, batch)
            for key in sorted(self._states)
            for notice in self._notices(key)
            for batch in notice.batches
            if batch_number(batch.number) == wanted
        ]

    def position(self) -> int:
        return self._position

    def texts_missing(self) -> int:
        return sum(TEXT_MISSING in self._flagged(state).flags for state in self._states.values())

    def affected(self) -> list[Affected]:
        made = [affected(state, self._notices(key)) for key, state in sorted(self._states.items())]
        return [one for one in made if one.batches or one.products or one.all_batches]

    def mentions(self) -> list[Mention]:
        return sorted(one for key, state in self._states.items() for one in mentions(state, self._notices(key)))

    def explanations(self) -> tuple[Explanation, ...]:
        return self._explanations

    def general(self, *types: str) -> tuple[General, ...]:
        return tuple(one for one in self._general if not types or one.type in types)

    def keep_dmd(self, stamp: str, packs: Iterable[tuple[str, str, str]]) -> None:
        self._stamp, self._packs = stamp, {(gtin, pack): name for gtin, pack, name in packs}

    def dmd_stamp(self) -> str:
        return self._stamp

    def dmd_names(self, gtin: str) -> tuple[str, ...]:
        return tuple(name for (own, _pack), name in sorted(self._packs.items()) if own == gtin and name)

    def states(
        self, received_from: datetime | None = None, received_before: datetime | None = None
    ) -> list[AlertState]:
        chosen = [
            self._flagged(state)
            for state in self._states.values()
            if (received_from is None or state.received >= received_from)
            and (received_before is None or state.received < received_before)
        ]
        return sorted(chosen, key=lambda state: (state.received, state.key))

    def discussed(self) -> list[AlertState]:
        return [state for state in self.states() if any(not met.struck for met in state.discussed)]

    def known(self, source: SourceId) -> dict[str, KnownItem]:
        return {
            page.path: KnownItem(
                source, page.path, page.key, page.version, self._content(page.version), page.withdrawn, page.content
            )
            for page in self._pages.values()
            if page.source == source
        }

    def validators(self, url: str) -> Validators | None:
        return self._validators.get(url)

    def keep_validators(self, kept: dict[str, Validators]) -> None:
        self._validators.update(kept)

    def sources(self) -> dict[SourceId, SourceHealth]:
        return dict(self._health)

    def keep_health(self, health: Sequence[SourceHealth]) -> None:
        self._health.update({one.source: one for one in health})

    def _selected(self, query: Query, now: datetime) -> list[Row]:
        chosen = []
        for key, state in self._states.items():
            row = worklist.row(self._flagged(state), now)
            stored = f"{told_terms(state, self._notices(key))} {noted_terms(state)}"
            if worklist.selected(row, stored, query, now, absences(self.general(ABSENCE))):
                chosen.append(row)
        return chosen

    def _flagged(self, state: AlertState) -> AlertState:
        pages = [page for page in self._pages.values() if page.key == state.key]
        missing = any(self._read(page.version) is None for page in pages)
        return replace(state, flags=(*state.flags, TEXT_MISSING)) if missing else state

    def _notices(self, key: AlertKey) -> list[Alert]:
        read = [self._read(page.version) for page in sorted(self._pages.values(), key=lambda p: (p.source, p.path))
                if page.key == key]  # fmt: skip
        return [notice for notice in read if notice]

    def _read(self, version: str) -> Alert | None:
        data = self._files.get(version)
        try:
            return self._told(data)[0] if data is not None else None
        except ValueError:
            return None

    def _content(self, version: str) -> str:
        data = self._files.get(version)
        try:
            return self._told(data)[1] if data is not None else ""
        except ValueError:
            return ""
