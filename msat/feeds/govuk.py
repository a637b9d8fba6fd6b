"""Reads GOV.UK alerts: lists, then each page that is new, then every known page again, conditionally.

    Atom feed | search for back-fill | content API of what is new | content API of what is known

Known pages are asked for too because a minor edit or a withdrawal does not move a notice in any list. A page that fails
is told of and leaves the others alone; a list that fails is a SourceFailure. Decides nothing about the notices.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Set
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date

from msat.errors import SourceFailure
from msat.feeds.catalogue import Source
from msat.feeds.failures import FetchFailure
from msat.feeds.fetch import Web
from msat.feeds.govuk_listing import Listing, atom_url, read_listing, site_name
from msat.feeds.govuk_page import NotANotice, read_page
from msat.feeds.model import Validators
from msat.feeds.pages import (
    GONE,
    FeedRead,
    Page,
    PageFailed,
    PageGone,
    PageRead,
    PageUnchanged,
    Progress,
    Question,
)

AT_ONCE = 2
AHEAD = 8
"""Pages asked for ahead of the one being handed on."""
PATIENCE = 3
"""Pages in a row for which the site as a whole failed; the rest would only wait as long each."""

_OnePage = PageRead | PageUnchanged | PageFailed | PageGone

TICK_S = 0.25
"""How often a person who wants to stop is listened to while a page is slow."""


def read_source(source: Source, web: Web, question: Question) -> Iterator[Page]:
    """What GOV.UK answers to `question`; as `read_govuk`."""
    return read_govuk(
        source,
        web,
        question.known,
        question.validators,
        question.since,
        question.backfill,
        question.progress,
        question.rest,
    )


def read_govuk(
    source: Source,
    web: Web,
    known: Mapping[str, str],
    validators: Callable[[str], Validators | None],
    since: date | None = None,
    backfill: bool = False,
    progress: Progress | None = None,
    rest: Set[str] = frozenset(),
) -> Iterator[Page]:
    """Every page GOV.UK has something to tell of: new ones first, as `Listing.new`; then the known ones by path.

    `known` holds the paths already recorded; `validators` gives what was kept for an address, and is called on the
    caller's thread. `backfill` wants everything there is; so does a feed never read completely. `since` reaches back to
    that day. The known paths in `rest` are left out, unless a list names them. Raises SourceFailure when the lists
    cannot be read, and whatever `progress` raises.
    """
    tell = progress or (lambda _what, _done, _total: None)
    tell(source.name, 0, 0)
    listing = read_listing(source, web, known, validators, since, backfill)
    jobs = _jobs(source, listing, known, rest)
    complete = listing.complete and not listing.unclear
    for title, link in listing.unclear:
        yield PageFailed("", title, link, "The list names no address where this notice can be read.")
    done = 0

    def still_waiting() -> None:
        tell(source.name, done, len(jobs))

    for page in _read_all(source, web, jobs, validators, still_waiting):
        done += 1
        tell(source.name, done, len(jobs))
        complete = complete and not isinstance(page, PageFailed)
        yield page
    yield FeedRead(atom_url(source), listing.feed if complete else Validators(), complete)


@dataclass(frozen=True, slots=True)
class _Job:
    """One page to be asked for."""

    path: str
    title: str
    url: str
    is_known: bool


def _jobs(source: Source, listing: Listing, known: Mapping[str, str], rest: Set[str]) -> list[_Job]:
    def job(path: str, title: str, is_known: bool) -> _Job:
        return _Job(path, title, f"{source.address}/api/content{path}", is_known)

    new = [job(entry.path, entry.title, False) for entry in listing.new(known)]
    titles = {path: entry.title for path, entry in listing.listed.items()}
    again = (path for path in sorted(known) if path not in rest or path in listing.listed)
    return new + [job(path, titles.get(path, path.rpartition("/")[2]), True) for path in again]


def _read_all(
    source: Source,
    web: Web,
    jobs: list[_Job],
    validators: Callable[[str], Validators | None],
    still_waiting: Callable[[], None],
) -> Iterator[_OnePage]:
    """The pages in the order of the jobs, two at a time."""
    reader = _Reader(source, web)
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="msat-feed")
    waiting: deque[Future[_OnePage]] = deque()
    try:
        for job in jobs:
            # A page never recorded is asked for without validators: "not modified" would leave us without it.
            held = validators(job.url) if job.is_known else None
            waiting.append(pool.submit(reader.read, job, held))
            if len(waiting) >= AHEAD:
                yield _patiently(waiting.popleft(), still_waiting)
        while waiting:
            yield _patiently(waiting.popleft(), still_waiting)
    finally:
        # A stopped refresh does not wait for answers nobody wants any more.
        pool.shutdown(wait=False, cancel_futures=True)


def _patiently(
    page: Future[_OnePage], still_waiting: Callable[[], None]
) -> _OnePage:
    """The page when it is there. Meanwhile `still_waiting` is called now and then, and may raise Cancelled."""
    while True:
        done, _not_done = wait([page], timeout=TICK_S)
        if done:
            return page.result()
        still_waiting()


class _Reader:
    """Reads single pages on worker threads, and gives up on a site that has stopped answering."""

    def __init__(self, source: Source, web: Web) -> None:
        self._source, self._web = source, web
        self._lock = threading.Lock()
        self._in_a_row = 0

    def read(self, job: _Job, held: Validators | None) -> _OnePage:
        if self._in_a_row >= PATIENCE:
            site = site_name(self._source)
            return PageFailed(job.path, job.title, job.url, f"Not asked for, because {site} had stopped answering.")
        try:
            answer = self._web.get(job.url, held, accept="application/json")
        except SourceFailure as failure:
            self._note(isinstance(failure, FetchFailure) and failure.is_site_wide)
            if isinstance(failure, FetchFailure) and failure.status in (404, 410):
                return self._missing(job, held)
            return PageFailed(job.path, job.title, job.url, failure.explanation)
        self._note(False)
        if answer.not_modified:
            return PageUnchanged(job.path, job.url)
        try:
            item = read_page(self._source.id, job.path, answer.body, self._source.nation)
        except NotANotice as fault:
            if fault.is_gone and job.is_known:
                return self._gone(job, held, str(fault))
            return PageFailed(job.path, job.title, job.url, _stays(str(fault), job.is_known))
        return PageRead(item, job.url, answer.validators)

    def _missing(self, job: _Job, held: Validators | None) -> _OnePage:
        if job.is_known:
            return self._gone(job, held, "GOV.UK has taken this page away.")
        return PageFailed(job.path, job.title, job.url, "GOV.UK lists this page but has no such page.")

    def _gone(self, job: _Job, held: Validators | None, why: str) -> _OnePage:
        """Told of once; after that it is as it was."""
        if held == GONE:
            return PageUnchanged(job.path, job.url)
        return PageGone(job.path, job.title, job.url, _stays(why, True))

    def _note(self, failed: bool) -> None:
        with self._lock:
            self._in_a_row = self._in_a_row + 1 if failed else 0


def _stays(sentence: str, is_known: bool) -> str:
    return f"{sentence} What is recorded of it here stays." if is_known else sentence
