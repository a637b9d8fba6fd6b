"""Which alerts take the place of which, once both are known here: drafts the entries that close the older ones.

Whichever of the two comes first. An alert is never closed on weak words, by an older one, or by one that is itself
withdrawn: the words stay in the notice, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from msat.alerts.model import Alert, Fact
from msat.alerts.reference import ISSUERS
from msat.alerts.supersession import replaced
from msat.ids import AlertKey, Sha256
from msat.projections.alert_state import AlertState
from msat.projections.ports import Views
from msat.record.entries import Draft
from msat.services.carrying import carried_data
from msat.services.desk import Person


@dataclass(frozen=True, slots=True)
class _Told:
    """What one alert says of a number: that it takes its place (`is_newer`), or that the number takes its own."""

    by: AlertKey
    words: str
    is_newer: bool


@dataclass(frozen=True, slots=True)
class Known:
    """One of the two alerts: what there is of it in this batch, and what is recorded."""

    key: AlertKey
    fresh: Alert | None
    state: AlertState | None
    version: str

    @property
    def name(self) -> str:
        if self.fresh is not None:
            return self.fresh.reference.value if self.fresh.reference else self.fresh.title
        return (self.state.reference or self.state.title) if self.state else str(self.key)

    @property
    def issued(self) -> str:
        """The day of issue, ISO, or nothing."""
        if self.fresh is not None:
            return self.fresh.issued.value[:10] if self.fresh.issued else ""
        return (self.state.issued or "")[:10] if self.state else ""

    @property
    def withdrawn(self) -> bool:
        return self.fresh.withdrawn is not None if self.fresh is not None else bool(self.state and self.state.withdrawn)


class Supersessions:
    """What the alerts of one batch after another do to each other and to the recorded ones."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._fresh: Mapping[AlertKey, tuple[Alert, str]] = {}
        self._by_reference: dict[str, AlertKey] = {}
        self._done: set[tuple[AlertKey, AlertKey]] = set()
        self._told: dict[str, list[_Told]] | None = None

    def drafts(self, fresh: Mapping[AlertKey, tuple[Alert, str]], person: Person) -> list[Draft]:
        """The entries to write with a batch: about older alerts that are now superseded, or open again.

        `fresh` holds the batch's alerts with the fingerprints of their versions; none of it is recorded yet.
        """
        if self._told is None and fresh:
            self._told = _told_by_recorded(self._views.states())
        self._fresh, self._done = fresh, set()
        self._by_reference = {
            alert.reference.value: key for key, (alert, _version) in fresh.items() if alert.reference is not None
        }
        made = [draft for key, (alert, _version) in fresh.items() for draft in self._of(key, alert, person)]
        for key, (alert, _version) in fresh.items():
            self._remember(key, alert)
        return made

    def _of(self, key: AlertKey, alert: Alert, person: Person) -> Iterator[Draft]:
        told_before = self._told.get(alert.reference.value, []) if self._told and alert.reference else []
        if not (alert.supersedes or alert.superseded_by or told_before or alert.withdrawn):
            return
        this = self._known(key)
        for fact in replaced(alert):
            yield from self._pair(self._named(fact.value), this, fact.words, person)
        for fact in alert.superseded_by:
            yield from self._pair(this, self._named(fact.value), fact.words, person)
        if this.state is None:  # it comes after those that named it
            for told in told_before:
                older, newer = (this, self._known(told.by)) if told.is_newer else (self._known(told.by), this)
                yield from self._pair(older, newer, told.words, person)
        if alert.withdrawn is not None and not alert.superseded_by:
            yield from self._open_again(this, person)

    def _remember(self, key: AlertKey, alert: Alert) -> None:
        """What the batch says of alerts that may come later."""
        told = self._told if self._told is not None else {}
        for fact in replaced(alert):
            told.setdefault(fact.value, []).append(_Told(key, fact.words, is_newer=True))
        for fact in alert.superseded_by:
            told.setdefault(fact.value, []).append(_Told(key, fact.words, is_newer=False))
        self._told = told

    def _pair(self, older: Known | None, newer: Known | None, words: str, person: Person) -> Iterator[Draft]:
        if older is None or newer is None or older.key == newer.key or newer.withdrawn:
            return
        if (newer.key, older.key) in self._done or (older.key, newer.key) in self._done:
            return
        if newer.issued and older.issued and newer.issued < older.issued:
            return
        if _is_closed_by(older.state, newer.key) or _is_closed_by(newer.state, older.key):
            return
        self._done.add((older.key, newer.key))
        yield Draft(
            type="alert.superseded",
            actor=person.actor(),
            data={"by": newer.key, "reference": newer.name, "words": words},
            about=older.key,
            version=older.version or None,
            files=(Sha256(newer.version),) if newer.version else (),
            meaning=f"{older.name} is superseded by {newer.name}.",
        )
        carried = carried_data(older.state) if older.state else None
        if carried is not None:
            yield Draft(
                type="evidence.carried",
                actor=person.actor(),
                data=carried | {"words": words},
                about=newer.key,
                version=newer.version or None,
                meaning=f"What was recorded for {older.name} is shown with {newer.name}.",
            )

    def _open_again(self, this: Known, person: Person) -> Iterator[Draft]:
        """The newer alert was withdrawn: what it had closed is open again, for nothing stands in its place."""
        for named in this.state.supersedes if this.state else ():
            older = self._named(named.reference)
            stood = older.state.superseded if older and older.state else None
            if older is None or stood is None or not stood.stands or stood.by != this.key:
                continue
            reason = f"{this.name}, which had taken its place, was withdrawn by its publisher."
            yield Draft(
                type="alert.reopened",
                actor=person.actor(),
                data={"reason": reason},
                about=older.key,
                version=older.version or None,
                meaning=f"Re-opened {older.name}.",
            )

    def _named(self, reference: str) -> Known | None:
        """The alert that goes by a reference, in this batch or in the record."""
        key = self._by_reference.get(reference)
        if key is not None:
            return self._known(key)
        for spelling in same_number(reference):
            state = self._views.alert(spelling)
            if state is not None:
                return self._known(state.key)
        return None

    def _known(self, key: AlertKey) -> Known:
        alert, version = self._fresh.get(key, (None, ""))
        state = self._views.alert(key)
        if not version and state is not None and state.versions:
            version = state.versions[-1].version
        return Known(key, alert, state, version)


def _told_by_recorded(states: Iterable[AlertState]) -> dict[str, list[_Told]]:
    """What recorded notices say of others, by the number they name."""
    told: dict[str, list[_Told]] = {}
    for state in states:
        for named in state.supersedes:
            told.setdefault(named.reference, []).append(_Told(state.key, named.words, is_newer=True))
        for named in state.names_successor:
            told.setdefault(named.reference, []).append(_Told(state.key, named.words, is_newer=False))
    return told


def _is_closed_by(state: AlertState | None, key: AlertKey) -> bool:
    """Whether it was closed by that alert before; once a person has opened it again, it is not closed by it twice."""
    return state is not None and state.superseded is not None and state.superseded.by == key


def same_number(reference: str) -> tuple[str, ...]:
    """The reference, and where it is a NatPSA the same running number under a cut-off or a whole issuer.

    The number runs across issuers, so a number without issuer names the same alert as one with it.
    """
    parts = reference.split("/")
    if parts[0] != "NatPSA" or len(parts) not in (3, 4):
        return (reference,)
    bare = "/".join(parts[:3])
    return (reference, bare) if len(parts) == 4 else (bare, *(f"{bare}/{issuer}" for issuer in ISSUERS))


def first_known(reference: Fact | None, fresh: Mapping[AlertKey, Alert], views: Views) -> AlertKey | None:
    """The key under which the same number is already known, spelt otherwise; None when it is not."""
    for spelling in same_number(reference.value)[1:] if reference else ():
        key = AlertKey(spelling)
        if key in fresh or views.alert(key) is not None:
            return key
    return None
