"""What screens, exports and services ask of the views. `msat.store.views` fulfils it; a memory fake does in tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msat.ids import AlertKey, SourceId
from msat.projections.alert_state import AlertState, Status
from msat.triage.model import Priority

if TYPE_CHECKING:  # the window's first sight imports this module, and none of these
    from msat.alerts.model import Alert, Batch
    from msat.feeds.model import Validators
    from msat.projections.affected import Affected
    from msat.projections.gaps import Explanation, Mention
    from msat.projections.general import General


@dataclass(frozen=True, slots=True)
class Query:
    """Which alerts to list. None means "any". `search`: each word must begin a word of the notice or of a note here
    (`projections.search_terms`); any text is a fair question."""

    rag: Priority | None = None
    status: Status | None = None
    family: str | None = None
    search: str = ""
    open_only: bool = False
    limit: int | None = None
    offset: int = 0
    owner: str | None = None
    """Only those that this person looks after, whoever acts for them today; case and spacing aside."""
    mine: str | None = None
    """Only those that this person acts for today: their own, those of whom they stand in for, those whose people are
    all away. A Red (or an alert not rated) that nobody has acknowledged, and one that waits for a second person, is
    everybody's (`projections.worklist.is_everybodys`)."""
    closed_only: bool = False
    """Only those with nothing left to do."""
    only: frozenset[str] | None = None
    """Only the alerts with these keys: somebody's own list."""
    hidden: frozenset[str] = frozenset()
    """Not the alerts with these keys, which somebody put aside for a while; a Red (or an alert not rated) that is past
    its time limit is shown all the same (`projections.worklist.is_put_aside`)."""
    topic: str | None = None
    """Only those of a view of the rail: a value of `projections.topics.Topic`."""
    any_of: tuple[str, ...] | None = None
    """Only those that answer at least one of these searches, each as `search` is."""
    newest_first: bool = False
    """The newest before the most pressing, whatever their priority: what a search as you type shows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list of alerts: enough to show it, no more."""

    key: AlertKey
    reference: str | None
    title: str
    family: str
    alert_class: int | None
    level: str | None
    issued: str | None
    published: datetime | None
    received: datetime
    rag: Priority | None
    status: Status
    due: datetime | None
    actions_done: int
    actions_total: int
    sources: tuple[tuple[str, str], ...]
    """(source id, url)"""
    flags: tuple[str, ...]
    withdrawn: bool
    is_open: bool
    owner: str = ""
    """Who looks after it; empty: nobody in particular."""
    deputy: str = ""
    acknowledged: bool = False
    deferred_until: datetime | None = None
    """Until when it is put off, where a deferral holds; it has ended by itself once that moment is past."""
    recheck_due: datetime | None = None
    """When a search of a closed alert is next to be run again; None when none is."""
    topic: str = ""
    """A value of `projections.topics.Topic`; empty for neither."""
    changed: datetime | None = None
    """When a change of the notice that matters was last recorded here; None for one that stands as it came."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source is doing. `error` is empty when the last try went well. Times UTC."""

    source: SourceId
    last_tried: datetime | None = None
    last_reached: datetime | None = None
    last_new: datetime | None = None
    failures: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class KnownItem:
    """What the views remember of one page of one source, so that a refresh can tell new from known."""

    source: SourceId
    path: str
    key: AlertKey
    version: str
    content: str
    """Fingerprint of `FeedItem.content()`; empty while the text of this version is not held here."""
    withdrawn: bool
    told: str = ""
    """The same as the entry tells it, held or not; empty where an older program wrote the entry."""


class Views(Protocol):
    """The disposable side. Reads are quick; everything can be rebuilt from the record and the files."""

    def catch_up(self) -> frozenset[AlertKey]:
        """Reads what the record has that the views have not; returns the alerts that changed."""

    def read_texts(self, keys: Iterable[AlertKey]) -> None:
        """Reads the stored texts of these alerts again: files of theirs came that only a colleague had."""

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Drops everything computed and reads the record from the start. Source health and validators are kept."""

    def scrub(self) -> None:
        """As `rebuild`, and leaves nothing in the file of what was computed before: for what was erased."""

    def difference_from_rebuild(self) -> tuple[str, ...]:
        """Step 8 of `verify`: sentences naming alerts whose view differs from a rebuild; empty when equal."""

    def worklist(self, query: Query, now: datetime) -> list[Row]:
        """Alerts matching `query`, most pressing first, as `projections.worklist.order` says.

        Overdue, due today, waiting for a second person, due this week, later, no date, historic, closed; within each
        Red, Amber, unrated, Green, then by due date.
        """

    def count(self, query: Query, now: datetime) -> int:
        """How many alerts match."""

    def alert(self, key: str) -> AlertState | None:
        """The state of the alert with this key."""

    def find(self, reference: str) -> AlertState | None:
        """The alert meant by a key, a reference in any spelling, or a page's path or address; None if unknown."""

    def notice(self, key: str, version: str | None = None) -> Alert | None:
        """The notice as read: the newest version, or the one with this fingerprint."""

    def batches(self, number: str) -> list[tuple[AlertKey, Batch]]:
        """Rows of affected-batch tables whose number equals `number` exactly (case and inner spaces aside)."""

    def position(self) -> int:
        """How many entries have been read, of all logs that count: while it and `texts_missing` stay, all stays."""

    def texts_missing(self) -> int:
        """Of how many alerts a text is not here: known from a colleague's workstation only, or lost."""

    def affected(self) -> list[Affected]:
        """What every alert affects, by key: what a batch check compares with."""

    def mentions(self) -> list[Mention]:
        """Every number of the numbered series that an alert here goes by or names."""

    def explanations(self) -> tuple[Explanation, ...]:
        """The explanations of gaps, oldest first, struck ones included."""

    def general(self, *types: str) -> tuple[General, ...]:
        """What is recorded about no alert (`projections.general`), of these types (all when none is named), oldest
        first, struck ones included."""

    def keep_dmd(self, stamp: str, packs: Iterable[tuple[str, str, str]]) -> None:
        """Replaces the packs known by GTIN: (GTIN of 14 digits, pack, name). `stamp` names the files they are from."""

    def dmd_stamp(self) -> str:
        """The stamp given with the packs that are held; empty when none are."""

    def dmd_names(self, gtin: str) -> tuple[str, ...]:
        """The names of the packs with this GTIN of 14 digits."""

    def states(
        self, received_from: datetime | None = None, received_before: datetime | None = None
    ) -> list[AlertState]:
        """All states, oldest received first, for exports and reports."""

    def discussed(self) -> list[AlertState]:
        """The states of the alerts that a meeting took up, oldest received first; one struck out does not count."""

    def known(self, source: SourceId) -> dict[str, KnownItem]:
        """The pages of a source that are in the record, by path."""

    def validators(self, url: str) -> Validators | None:
        """What was kept of the last good answer from `url`."""

    def keep_validators(self, kept: dict[str, Validators]) -> None:
        """Keeps validators; called only after what came with them is recorded."""

    def sources(self) -> dict[SourceId, SourceHealth]:
        """The health of every source ever tried."""

    def keep_health(self, health: Sequence[SourceHealth]) -> None:
        """Replaces the health of these sources."""
