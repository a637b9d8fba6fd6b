"""Refresh: look at every source and record what is new.

    source | fetch | parse | read | decide | recommend | record | project

`feeds` fetches and parses, `alerts` reads, `triage` decides, `actions` recommends; this module only orders the work and
records it, a batch of pages in one transaction. Validators are kept only after what came with them is recorded, so that
nothing can be lost between a server's "not modified" and our disk.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from msat.clock import stamp
from msat.errors import Cancelled, MsatError, Refused, SourceFailure
from msat.feeds.catalogue import Source
from msat.feeds.failures import FetchFailure
from msat.feeds.fetch import Web
from msat.feeds.model import Validators
from msat.feeds.pages import GONE, Page, PageFailed, PageGone, PageRead, PageUnchanged, Question
from msat.feeds.reading import read_source
from msat.ids import AlertKey, Sha256, SourceId
from msat.projections.ports import SourceHealth
from msat.services.desk import Desk, Person, Progress
from msat.services.from_backup import refuse_in_backup
from msat.services.intake import Intake
from msat.services.open_web import open_web
from msat.services.rotation import resting

_log = logging.getLogger("msat.refresh")

MOST_GONE = 5
"""When more of a source's pages than this, and more than a tenth of them, are gone at once, the site is at fault."""

BATCH = 40
"""Pages to one transaction: a safe commit costs about 8 ms, and a stopped first refresh keeps what it has."""


@dataclass(slots=True)
class SourceResult:
    """What one source gave. `status` is `ok` or `failed`; `error` then says why, in words."""

    id: SourceId
    name: str
    status: str = "ok"
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    error: str = ""
    unread: tuple[tuple[str, str, str], ...] = ()
    """(title, address, why) of each page that could not be read; it is tried again next time."""
    gone: tuple[tuple[str, str], ...] = ()
    """(title, address) of each page that the publisher has taken away since the last time."""
    alerts: frozenset[AlertKey] = field(default_factory=frozenset)


def refresh(
    desk: Desk,
    person: Person | None = None,
    sources: Sequence[str] = (),
    since: date | None = None,
    progress: Progress | None = None,
    web: Web | None = None,
    everything: bool = False,
    unasked: bool = False,
) -> list[SourceResult]:
    """Reads the sources named, or all that are on. Never raises for a source that fails: its result says so.

    `everything` asks again for every known page; else old ones take turns where there are very many (`rotation`).
    `unasked` says that no person asked: sources that want to be left alone for a while (`Retry-After`) are passed over.

    Raises Refused for an unknown source, a `since` in the future or while MSAT works offline; Cancelled when `progress`
    raised it (what was read so far is recorded), RecordProblem when the record cannot be written.
    """
    refuse_in_backup(desk, "No source is asked")
    chosen = [source for source in chosen_sources(desk, sources) if not (unasked and left_alone(desk, source))]
    if since and since > desk.clock.now().date():
        raise Refused(f"The date {since.isoformat()} is in the future.", "Give a date in the past.")
    door = web or open_web(desk.places)
    program = Person("MSAT", "program", person.account if person else "")
    return [
        _refresh_one(desk, source, program, since, everything, progress or _silent, door) for source in chosen
    ]


def chosen_sources(desk: Desk, ids: Sequence[str]) -> tuple[Source, ...]:
    """The sources with these ids, or every one that is on. Raises Refused for an unknown id."""
    known = {source.id: source for source in desk.knowledge.sources}
    for wanted in ids:
        if wanted not in known:
            raise Refused(f"There is no source “{wanted}”.", f"The sources are: {', '.join(known)}.")
    if ids:
        return tuple(known[SourceId(wanted)] for wanted in ids)
    return tuple(source for source in known.values() if source.enabled)


def left_alone(desk: Desk, source: Source) -> bool:
    """Whether the source asked to be left alone until a time that has not come yet."""
    kept = desk.views.validators(_wait_key(source))
    return kept is not None and kept.last_modified is not None and stamp(desk.clock.now()) < kept.last_modified


def _keep_wait(desk: Desk, source: Source, failure: SourceFailure) -> None:
    """Keeps until when the source wants to be left alone, beside what else is kept of its answers."""
    seconds = failure.retry_after_s if isinstance(failure, FetchFailure) else None
    if seconds is not None:
        until = stamp(desk.clock.now() + timedelta(seconds=seconds))
        desk.views.keep_validators({_wait_key(source): Validators(last_modified=until)})


def _wait_key(source: Source) -> str:
    return f"wait:{source.id}"


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _refresh_one(
    desk: Desk, source: Source, person: Person, since: date | None, everything: bool, progress: Progress, web: Web
) -> SourceResult:
    result = SourceResult(source.id, source.name)
    before = desk.views.sources().get(source.id, SourceHealth(source.id))
    tried = desk.clock.now()
    work = _Reading(desk, source, Intake(desk, source.id, person), result)
    try:
        work.read_all(web, since, before.last_reached is None, everything, progress)
    except Cancelled:
        work.record()
        raise
    except SourceFailure as failure:
        work.record()
        result.status, result.error = "failed", str(failure)
        _keep_wait(desk, source, failure)
    except MsatError:
        raise  # the record cannot be written: no source can be read on
    except Exception as fault:
        work.record()
        result.status, result.error = "failed", _own_fault(fault, source.name)
    _say_unread(result)
    desk.views.keep_health([_health(before, result, tried)])
    return result


class _Reading:
    """One source being read: pages gather here and are recorded a batch at a time."""

    def __init__(self, desk: Desk, source: Source, intake: Intake, result: SourceResult) -> None:
        self.desk, self.source, self.intake, self.result = desk, source, intake, result
        self.kept: dict[str, Validators] = {}
        self.gone: list[PageGone] = []

    def read_all(self, web: Web, since: date | None, backfill: bool, everything: bool, progress: Progress) -> None:
        """Reads every page that the source has to tell of; raises SourceFailure when the source itself fails."""
        known = self.desk.views.known(self.source.id)
        question = Question(
            known={path: Sha256(page.content) for path, page in known.items()},
            validators=self.desk.views.validators,
            since=since,
            backfill=backfill and since is None,
            progress=progress,
            now=self.desk.clock.now(),
            rest=frozenset() if everything else resting(self.desk, self.source, known),
        )
        pages = read_source(self.source, web, question)
        for page in pages:
            self._take(page)
            if self.intake.waiting >= BATCH:
                self.record()
        self._take_gone()
        self.record()

    def _take(self, page: Page) -> None:
        if isinstance(page, PageRead):
            try:
                outcome = self.intake.take(page.item)
            except MsatError as failure:
                self._failed(page.item.title, page.item.url, str(failure))
                return
            except Exception as fault:
                self._failed(page.item.title, page.item.url, _own_fault(fault, page.item.title))
                return
            if page.validators is not None:
                self.kept[page.url] = page.validators
            self._tally(outcome)
        elif isinstance(page, PageUnchanged):
            self.result.unchanged += 1
        elif isinstance(page, PageFailed):
            self._failed(page.title, page.url, page.error)
        elif isinstance(page, PageGone):
            self.gone.append(page)
        elif not self.result.unread:
            self.kept[page.url] = page.validators

    def _take_gone(self) -> None:
        """Tells of each page that was taken away, once. Many at once are a fault of the site, not so many decisions."""
        too_many = len(self.gone) > max(MOST_GONE, len(self.desk.views.known(self.source.id)) // 10)
        for page in self.gone:
            if too_many:
                self._failed(page.title, page.url, page.why)
                continue
            self.intake.take_gone(page.path, page.url, page.why)
            self.kept[page.url] = GONE
            self.result.gone += ((page.title, page.url),)

    def _failed(self, title: str, url: str, why: str) -> None:
        self.result.failed += 1
        self.result.unread += ((title, url, why),)

    def _tally(self, outcome: str) -> None:
        if outcome == "new":
            self.result.new += 1
        elif outcome == "updated":
            self.result.updated += 1
        else:
            self.result.unchanged += 1

    def record(self) -> None:
        """Records what has gathered, brings the views up to date, then keeps the validators."""
        self.result.alerts |= self.intake.record()
        if self.kept:
            self.desk.views.keep_validators(self.kept)
            self.kept = {}


def _own_fault(fault: Exception, what: str) -> str:
    """A mistake of ours in words. It is contained where it happened, so that one notice never hides the others."""
    _log.error("A fault while reading %s", what, exc_info=fault)
    return (
        f"MSAT made a mistake while reading it ({type(fault).__name__}). Look at the source itself, "
        "and tell whoever looks after MSAT; the log file holds the particulars."
    )


def _say_unread(result: SourceResult) -> None:
    if result.status == "ok" and result.unread:
        title, _url, why = result.unread[0]
        more = f" And {result.failed - 1} more." if result.failed > 1 else ""
        result.status = "failed"
        result.error = (
            f"{result.failed} of the notices on {result.name} could not be read; they are tried again next time. "
            f"First: “{title}”. {why}{more}"
        )


def _health(before: SourceHealth, result: SourceResult, tried: datetime) -> SourceHealth:
    if result.status == "ok":
        new = tried if result.new or result.updated else before.last_new
        return SourceHealth(result.id, last_tried=tried, last_reached=tried, last_new=new)
    reached = tried if result.unread else before.last_reached
    return replace(before, last_tried=tried, last_reached=reached, failures=before.failures + 1, error=result.error)
