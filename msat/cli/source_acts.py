"""The commands about sources: list, set, add, test, share, remove, refresh."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msat.alerts.model import Where
from msat.cli.opening import account, day, open_desk, places_of, say, show_progress
from msat.clock import SystemClock, stamp

if TYPE_CHECKING:
    from msat.alerts.model import Alert, Fact
    from msat.feeds.catalogue import Source
    from msat.ids import SourceId
    from msat.projections.ports import SourceHealth
    from msat.services.refresh import SourceResult
    from msat.services.try_source import Tried


def sources_list(options: argparse.Namespace) -> int:
    """Lists the sources and how each is doing."""
    from msat import bootstrap
    from msat.cli.words import when
    from msat.projections.source_health import stale

    now = SystemClock().now()
    known = bootstrap.health_of_sources(places_of(options))
    value: list[dict[str, Any]] = []
    lines: list[str] = []
    for source, health in known:
        value.append(
            {
                "id": source.id,
                "name": source.name,
                "kind": source.kind,
                "address": source.address,
                "enabled": source.enabled,
                "last_tried": stamp(health.last_tried) if health.last_tried else None,
                "last_reached": stamp(health.last_reached) if health.last_reached else None,
                "last_new": stamp(health.last_new) if health.last_new else None,
                "failures": health.failures,
                "error": health.error or None,
                "stale": stale(source, health, now) or None,
                "publisher": source.publisher,
                "carries": source.carries,
                "nation": source.nation,
                "licence": source.licence,
                "verified": source.verified,
                "red_capable": source.red_capable,
                "every_minutes": source.every_minutes,
                "expected_silence_hours": source.expected_silence_hours,
            }
        )
        state = health.error or stale(source, health, now) or f"last reached {when(health.last_reached)}"
        lines.append(f"{source.id:<20} {'on ' if source.enabled else 'off'}  {source.address}  {state}")
    say(options, value, "\n".join(lines))
    return 0


def sources_set(options: argparse.Namespace) -> int:
    """Changes the address of a source in this profile."""
    from msat.services.sources import set_address

    say(options, None, set_address(places_of(options), options.id, options.address))
    return 0


def sources_enable(options: argparse.Namespace) -> int:
    """Turns a source on in this profile."""
    from msat.services.sources import set_enabled

    say(options, None, set_enabled(places_of(options), options.id, True))
    return 0


def sources_disable(options: argparse.Namespace) -> int:
    """Turns a source off in this profile."""
    from msat.services.sources import set_enabled

    say(options, None, set_enabled(places_of(options), options.id, False))
    return 0


def sources_add(options: argparse.Namespace) -> int:
    """Adds a source of the organisation's own."""
    from msat.services.sources import NewSource, add

    new = NewSource(
        options.id,
        options.name_of,
        options.address,
        options.kind,
        options.nation,
        options.publisher,
        options.carries,
        options.red_capable,
        options.silence,
    )
    say(options, None, add(places_of(options), new))
    return 0


def sources_remove(options: argparse.Namespace) -> int:
    """Removes a source of the organisation's own."""
    from msat.services.sources import remove

    say(options, None, remove(places_of(options), options.id))
    return 0


def sources_export(options: argparse.Namespace) -> int:
    """Writes the organisation's own sources to a file for others."""
    from msat.services.sources import share

    say(options, None, share(places_of(options), Path(options.file)))
    return 0


def sources_import(options: argparse.Namespace) -> int:
    """Adds the sources of a file that somebody shared, switched off."""
    from msat.services.sources import take_shared

    say(options, None, take_shared(places_of(options), Path(options.file)))
    return 0


def sources_test(options: argparse.Namespace) -> int:
    """Reads a source and shows what would be taken from it. Exit status 1 when it could not be read."""
    from msat.services.open_web import open_web
    from msat.services.sources import find
    from msat.services.try_source import try_source

    where = places_of(options)
    tried = try_source(find(where, options.id), SystemClock().now(), open_web(where))
    value = {
        "id": tried.source.id,
        "error": tried.error or None,
        "more": tried.more,
        "unread": [{"title": title, "error": why} for title, why in tried.unread],
        "entries": [_entry_json(alert) for alert in tried.alerts],
    }
    say(options, value, "\n".join(_tried_lines(tried)))
    return 1 if tried.error else 0


def _entry_json(alert: Alert) -> dict[str, Any]:
    return {
        "key": alert.key,
        "title": alert.title,
        "url": alert.url,
        "published": stamp(alert.published) if alert.published else None,
        "nation": alert.nation or None,
        "facts": {name: {"value": fact.value, "words": fact.words} for name, fact in alert.facts().items()},
        "batches": [batch.number for batch in alert.batches],
        "unread": list(alert.unread),
    }


def _tried_lines(tried: Tried) -> list[str]:
    from msat.cli.words import when

    lines = [f"{tried.source.name}, {tried.source.address}"]
    for alert in tried.alerts:
        lines += [f"\n{alert.title}", f"  {alert.url}", f"  published: {when(alert.published)}"]
        known = {name: fact for name, fact in alert.facts().items() if fact.words or fact.value != "unknown"}
        lines += [_fact_line(name, fact) for name, fact in known.items()]
        lines += [f"  batches: {', '.join(batch.number for batch in alert.batches)}"] if alert.batches else []
        lines += [f"  {sentence}" for sentence in alert.unread]
    lines += [f"\nNot read: {title or 'an entry'}. {why}" for title, why in tried.unread]
    if tried.error:
        return [*lines, f"\n{tried.error}"]
    count = "1 notice" if len(tried.alerts) == 1 else f"{len(tried.alerts)} notices"
    more = " There are more." if tried.more else ""
    return [*lines, f"\n{count} read.{more} Nothing was recorded."]


def _fact_line(name: str, fact: Fact) -> str:
    """One fact in words; its words follow where they are other ones and stand in the notice itself."""
    from msat.cli.words import issued_words

    value = issued_words(fact.value) if name == "issued" else fact.value
    rests = fact.words and fact.words not in (value, fact.value) and fact.where in (Where.TITLE, Where.TEXT)
    return f"  {name.replace('_', ' ')}: {value}" + (f"   “{fact.words}”" if rests else "")


def known_sources(
    sources: Sequence[Source], health: Mapping[SourceId, SourceHealth]
) -> list[tuple[Source, SourceHealth]]:
    """Every source with its health; one never tried has an empty one."""
    from msat.projections.ports import SourceHealth

    return [(source, health.get(source.id, SourceHealth(source.id))) for source in sources]


def warn_of_stale(known: Sequence[tuple[Source, SourceHealth]]) -> None:
    """Says on standard error which sources that can carry a Red may be missing something."""
    import sys

    from msat.projections.source_health import warnings

    for sentence in warnings(known, SystemClock().now()):
        print(f"Warning: {sentence}", file=sys.stderr)  # noqa: T201 - this is the command line


def _result_line(result: SourceResult) -> str:
    """What a source brought; one that failed never reads as one with nothing new."""
    counted = f"{result.new} new, {result.updated} updated, {result.unchanged} unchanged, {result.failed} not read"
    if result.status == "ok":
        return f"{result.name}: {counted}."
    brought = result.new or result.updated or result.unchanged or result.failed
    return f"{result.name}: FAILED" + (f" after {counted}." if brought else ".")


def refresh(options: argparse.Namespace) -> int:
    """Looks at the sources and records what is new. Exit status 1 when any of them failed."""
    from msat.services.desk import Person
    from msat.services.refresh import refresh as do

    since = day(options.since) if options.since else None
    with open_desk(options) as desk:
        program = Person("MSAT", "program", account())
        results = do(desk, program, options.source, since, show_progress, everything=options.all)
    value = [
        {
            "id": r.id,
            "name": r.name,
            "status": r.status,
            "new": r.new,
            "updated": r.updated,
            "unchanged": r.unchanged,
            "failed": r.failed,
            "error": r.error or None,
            "gone": [{"title": title, "url": url} for title, url in r.gone],
            "unread": [{"title": title, "url": url, "error": why} for title, url, why in r.unread],
        }
        for r in results
    ]
    lines = [
        _result_line(r)
        + "".join(f"\n  No longer published at its address: {title}" for title, _url in r.gone)
        + (f"\n  {r.error}" if r.error else "")
        for r in results
    ]
    say(options, value, "\n".join(lines) or "No source is on.")
    return 1 if any(r.status == "failed" for r in results) else 0
