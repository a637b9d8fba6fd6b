"""Which reader reads which kind of source. The only place that knows all of them."""

from __future__ import annotations

from collections.abc import Iterator

from msat.feeds import any_feed, govuk, openfda
from msat.feeds.catalogue import Kind, Source
from msat.feeds.fetch import Web
from msat.feeds.pages import Page, Question, Reader

READERS: dict[Kind, Reader] = {
    Kind.GOVUK: govuk.read_source,
    Kind.FEED: any_feed.read_feed,
    Kind.OPENFDA: openfda.read_reports,
}


def read_source(source: Source, web: Web, question: Question) -> Iterator[Page]:
    """Everything the source has to tell of. Raises SourceFailure when the source itself cannot be read."""
    return READERS[source.kind](source, web, question)
