"""Takes notices in: read, join with what is known, decide, recommend, and record a batch in one transaction.

Used by every way in (refresh, paste, sample data), so that a notice is treated the same wherever it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from msat.alerts.another_page import beside
from msat.alerts.compare import Difference, compare
from msat.alerts.model import Alert, Family
from msat.alerts.read import read
from msat.alerts.supersession import replaced
from msat.alerts.versions import encode, read_anew
from msat.clock import stamp
from msat.feeds.catalogue import Kind
from msat.feeds.model import FeedItem
from msat.ids import AlertKey, Sha256, SourceId
from msat.projections.alert_state import AlertState
from msat.projections.ports import KnownItem, Views
from msat.projections.rechecks import BY_CHANGE
from msat.record.entries import Draft, Entry
from msat.services.deciding import circumstances, decided, keep_base, keep_notice
from msat.services.desk import Desk, Person
from msat.services.supersessions import Supersessions, first_known
from msat.services.waiting_plans import arrived
from msat.triage.due import end_of_day

NOT_COMPARED = (
    "The text of the version before is not on this computer, so what changed cannot be told: read the notice."
)


class Intake:
    """Gathers notices of one source; `record` writes what has gathered. Not shared between threads."""

    def __init__(self, desk: Desk, source: SourceId, person: Person, source_name: str = "") -> None:
        self._desk, self._person = desk, person
        named = next((s.name for s in desk.knowledge.sources if s.id == source), str(source))
        self._source_name = source_name or named
        self._known: dict[str, KnownItem] = dict(desk.views.known(source))
        self._drafts: list[Draft] = []
        self._fresh: dict[AlertKey, Alert] = {}
        self._numbers: dict[AlertKey, int] = {}
        self._versions: dict[AlertKey, tuple[Alert, str]] = {}
        self._supersessions = Supersessions(desk.views)
        self.waiting = 0
        self._raw_stored: tuple[bytes, Sha256] | None = None
        self._base: Sha256 | None = None
        """The stored rules and site that this batch is decided with, once something was."""
        self._absent: set[AlertKey] = set()
        """Keys looked for since the last `record` and not found."""
        self._arrived: set[AlertKey] = set()
        """Alerts of which only the text came."""
        self.written: tuple[Entry, ...] = ()
        """What the last `record` wrote."""

    def take(self, item: FeedItem) -> str:
        """Reads one notice and drafts what it means. Returns `new`, `updated` or `unchanged`.

        Raises MsatError when the notice cannot be stored.
        """
        content = item.content_sha256()
        known = self._known.get(item.path)
        if known is not None and known.content == content:
            return "unchanged"
        alert = keyed(read(item), known, self._fresh, self._desk.views, self._absent)
        version = self._desk.files.put(encode(item, alert))
        raw = self._stored(item.raw)
        files = tuple(dict.fromkeys((version, raw)))
        if known is not None and known.version == version:
            self._arrived.add(known.key)  # a colleague's workstation recorded it; its text comes here now
            return "unchanged"
        if known is None and self._is_new(alert):
            self._received(alert, version, files, content)
            outcome = "new"
        else:
            self._revised(alert, version, files, content, known)
            outcome = "new" if known is None else "updated"
        self._known[item.path] = KnownItem(
            item.source, item.path, alert.key, version, content, alert.withdrawn is not None, content
        )
        self._fresh[alert.key] = self._newest(alert)
        self._versions[alert.key] = (alert, version)
        self.waiting += 1
        return outcome

    def take_gone(self, path: str, url: str, why: str) -> None:
        """Drafts that the page of a known notice is no longer published at its address. The notice stays as it is."""
        known = self._known.get(path)
        if known is None:
            return
        data = {"source": known.source, "source_name": self._source_name, "path": path, "url": url, "explanation": why}
        meaning = f"No longer published at its address: {path}. What is recorded of it stays."
        actor = self._person.actor()
        self._drafts.append(
            Draft("alert.page_gone", actor, data, about=known.key, version=known.version, meaning=meaning)
        )
        self.waiting += 1

    def _stored(self, raw: bytes) -> Sha256:
        """The fingerprint of the stored bytes. The entries of one feed share them: they are stored and hashed once."""
        if self._raw_stored is None or self._raw_stored[0] is not raw:
            self._raw_stored = (raw, self._desk.files.put(raw))
        return self._raw_stored[1]

    def record(self) -> frozenset[AlertKey]:
        """Writes what has gathered in one transaction and brings the views up to date."""
        arrived_texts, self._arrived = frozenset(self._arrived), set()
        self._desk.views.read_texts(arrived_texts)
        drafts = [*self._drafts, *self._supersessions.drafts(self._versions, self._person)]
        drafts += arrived(self._desk.views, self._versions, self._person)
        self._drafts, self._versions, self.waiting = [], {}, 0
        self._fresh, self._numbers, self.written = {}, {}, ()
        self._absent = set()
        if not drafts:
            return arrived_texts
        self.written = self._desk.record.append(drafts)
        return self._desk.views.catch_up() | arrived_texts

    def _is_new(self, alert: Alert) -> bool:
        return _is_new(alert, self._fresh, self._desk.views, self._absent)

    def _received(self, alert: Alert, version: str, files: tuple[str, ...], content: str) -> None:
        self._numbers[alert.key] = 1
        data = self._said(alert) | {"number": 1, "content": content}
        self._draft("alert.received", alert, version, files, data, "Received")
        if alert.withdrawn:
            self._withdrawn(alert, version, 1)
        self._triaged(alert, alert, version, None)

    def _revised(
        self, alert: Alert, version: str, files: tuple[str, ...], content: str, known: KnownItem | None
    ) -> None:
        another_page = known is None
        before = self._fresh.get(alert.key) or self._recorded(alert.key)
        state = self._desk.views.alert(alert.key)
        # What a line in a feed leaves out of a page that is here is no change of the notice.
        is_shorter = before is not None and self._is_whole_page(before) and not self._is_whole_page(alert)
        told = beside(before, alert) if before and another_page else alert
        differences = compare(before, told) if before and not is_shorter else ()
        is_unknown = before is None and known is not None and known.told != content
        material = is_unknown or any(d.material for d in differences)
        number = self._next_number(alert.key, state)
        changes = [NOT_COMPARED] if is_unknown else _in_words(differences)
        data = self._said(alert) | {"number": number, "changes": changes, "material": material, "content": content}
        if another_page:
            self._draft("alert.source_added", alert, version, files, data, "Found another page of")
        else:
            self._draft("alert.revised", alert, version, files, data, f"Received version {number} of")
        if alert.withdrawn:
            self._withdrawn(alert, version, number)
        if material and state and _is_closed_here(state):
            self._reopened(alert, version, NOT_COMPARED if is_unknown else _why(differences))
        if self._newest(alert) is alert:
            if another_page and before and not material:  # a page that says nothing new moves no time limit
                told = replace(told, issued=before.issued or told.issued, published=before.published or told.published)
            self._triaged(told, alert, version, state, self._changed(before, alert, state, material))

    def _changed(self, before: Alert | None, alert: Alert, state: AlertState | None, material: bool) -> datetime | None:
        """When the notice last changed in a way that matters: by its new publication, else when we saw it."""
        if not material:
            return state.counted_from if state else None
        now, published = self._desk.clock.now(), alert.published
        is_newer = (
            published is not None
            and published <= now
            and not (before and before.published and before.published >= published)
        )
        return published if is_newer else now

    def _recorded(self, key: AlertKey) -> Alert | None:
        """The recorded notice as it would be read today: only the publisher's changes are changes."""
        stored = self._desk.views.notice(key)
        return read_anew(stored) if stored else None

    def _next_number(self, key: AlertKey, state: AlertState | None) -> int:
        """Versions are numbered within an alert, over all its pages."""
        last = self._numbers.get(key) or (len(state.versions) if state else 0)
        self._numbers[key] = last + 1
        return last + 1

    def _newest(self, alert: Alert) -> Alert:
        """Of two pages of one alert, the one published last speaks for it; one without a date never before another."""
        other = self._fresh.get(alert.key)
        if other is None and alert.key not in self._absent:
            other = self._desk.views.notice(alert.key)
        if other is None or (other.source, other.path) == (alert.source, alert.path):
            return alert
        if self._is_whole_page(other) != self._is_whole_page(alert):
            return alert if self._is_whole_page(alert) else other
        if other.published and (alert.published is None or other.published > alert.published):
            return other
        return alert

    def _is_whole_page(self, alert: Alert) -> bool:
        """Whether it was read from the notice itself. An entry of a feed is a line about it, without its tables."""
        kind = next((s.kind for s in self._desk.knowledge.sources if s.id == alert.source), Kind.GOVUK)
        return kind is Kind.GOVUK

    def _said(self, alert: Alert) -> dict[str, Any]:
        return _said(alert) | {"source_name": self._source_name}

    def _withdrawn(self, alert: Alert, version: str, number: int) -> None:
        words = alert.withdrawn.words if alert.withdrawn else ""
        data = {"explanation": words, "at": None, "source": alert.source, "path": alert.path, "number": number}
        self._draft("alert.withdrawn", alert, version, (), data, "The publisher withdrew")

    def _reopened(self, alert: Alert, version: str, why: str) -> None:
        """E01: a material change re-opens completed work and shows the difference."""
        reason = f"The notice changed in a way that matters (E01). {why}"[:4000]
        self._draft("alert.reopened", alert, version, (), {"reason": reason, "cause": BY_CHANGE}, "Re-opened")

    def _triaged(
        self, told: Alert, alert: Alert, version: str, state: AlertState | None, changed: datetime | None = None
    ) -> None:
        """Decides on `told`, which is `alert` unless another page fills in what it leaves unsaid."""
        triage, data = decided(self._desk, told, circumstances(self._desk, state, changed))
        self._base = self._base or keep_base(self._desk)
        notice = keep_notice(self._desk, told) if told != alert else None
        data["rules_file"], data["notice"] = self._base, notice
        files = (self._base, notice) if notice else (self._base,)
        rag = triage.priority or "no rating"
        self._draft("alert.triaged", alert, version, files, data, f"Rule {triage.rule} gave {rag} to")

    def _draft(
        self, type_: str, alert: Alert, version: str, files: tuple[str, ...], data: Mapping[str, Any], verb: str
    ) -> None:
        name = alert.reference.value if alert.reference else alert.title
        self._drafts.append(
            Draft(
                type=type_,
                actor=self._person.actor(),
                data=data,
                about=alert.key,
                version=version,
                files=files,
                meaning=f"{verb} {name}.",
            )
        )


def keyed(
    alert: Alert,
    known: KnownItem | None,
    fresh: Mapping[AlertKey, Alert],
    views: Views,
    absent: set[AlertKey] | None = None,
) -> Alert:
    """The alert under the key by which its page, or its number in another spelling, is known already.

    A key that the views do not know is added to `absent`, so that it need not be looked for again.
    """
    if known is not None:
        return replace(alert, key=known.key)
    if not _is_new(alert, fresh, views, set() if absent is None else absent):
        return alert
    return replace(alert, key=first_known(alert.reference, fresh, views) or alert.key)


def _is_new(alert: Alert, fresh: Mapping[AlertKey, Alert], views: Views, absent: set[AlertKey]) -> bool:
    if alert.key in fresh:
        return False
    if alert.key not in absent and views.alert(alert.key) is None:
        absent.add(alert.key)
    return alert.key in absent


def _is_closed_here(state: AlertState) -> bool:
    """Signed off or judged not to apply, and not closed by a newer alert, which stays so."""
    finished = state.sign_off or (state.applicability and not state.applicability.applies)
    return bool(finished) and not state.is_superseded


def _said(alert: Alert) -> dict[str, Any]:
    """What the notice says of itself, as the entry keeps it; the whole text lies in the version document."""
    return {
        "reference": alert.reference.value if alert.reference else None,
        "title": alert.title,
        "family": str(alert.family.value),
        "class": int(alert.alert_class.value) if alert.alert_class else None,
        "level": str(alert.level.value) if alert.level else None,
        "level_words": alert.level.words if alert.level else "",
        "issued": alert.issued.value if alert.issued else None,
        "published": stamp(alert.published) if alert.published else None,
        "ends": _end(alert),
        "company": alert.company.value if alert.company else "",
        "source": alert.source,
        "path": alert.path,
        "url": alert.url,
        "description": alert.description[:2000],
        "supersedes": [{"reference": fact.value, "words": fact.words} for fact in replaced(alert)],
        "superseded_by": [{"reference": fact.value, "words": fact.words} for fact in alert.superseded_by],
    }


def _why(differences: tuple[Difference, ...]) -> str:
    """The differences that matter, in words."""
    return " ".join(d.text for d in differences if d.material)


def _end(alert: Alert) -> str | None:
    """When a Serious Shortage Protocol ends by itself: the end of its last day."""
    if alert.family.value != Family.PROTOCOL or alert.ends is None:
        return None
    return stamp(end_of_day(date.fromisoformat(alert.ends.value[:10])))


def _in_words(differences: tuple[Difference, ...]) -> list[str]:
    """The differences as sentences; a long list is shortened, for the version document holds all of it."""
    words = [d.text[:500] for d in differences]
    if len(words) > 40:
        return [*words[:40], f"And {len(words) - 40} more differences; compare the two versions."]
    return words
