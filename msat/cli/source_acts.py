"""The commands about sources: list, set, enable, disable, refresh."""

from __future__ import annotations

import argparse
from typing import Any

from msat.cli.opening import account, day, open_desk, places_of, say, show_progress
from msat.clock import stamp


def sources_list(options: argparse.Namespace) -> int:
    """Lists the sources and how each is doing."""
    from msat import bootstrap
    from msat.cli.words import when

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
            }
        )
        state = health.error or f"last reached {when(health.last_reached)}"
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


def refresh(options: argparse.Namespace) -> int:
    """Looks at the sources and records what is new. Exit status 1 when any of them failed."""
    from msat.services.desk import Person
    from msat.services.refresh import refresh as do

    since = day(options.since) if options.since else None
    with open_desk(options) as desk:
        results = do(desk, Person("MSAT", "program", account()), options.source, since, show_progress)
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
            "unread": [{"title": title, "url": url, "error": why} for title, url, why in r.unread],
        }
        for r in results
    ]
    lines = [
        f"{r.name}: {r.new} new, {r.updated} updated, {r.unchanged} unchanged, {r.failed} not read."
        + (f"\n  {r.error}" if r.error else "")
        for r in results
    ]
    say(options, value, "\n".join(lines) or "No source is on.")
    return 1 if any(r.status == "failed" for r in results) else 0
