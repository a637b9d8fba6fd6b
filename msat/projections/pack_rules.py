"""Which rules decided in a period and what changed in them, as a pack tells it: from the entries that decided. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msat.clock import london, say_date
from msat.projections.pack_model import Fact
from msat.projections.values import data_of, deed_of, text, whole
from msat.record.entries import Entry


def rule_changes(deciding: Iterable[Entry], first: date, last: date) -> tuple[Fact, ...]:
    """The rules in force when the period began, every change of version in it, every adoption of local rules.

    `deciding` are the entries of types `alert.triaged` and `rules.adopted`, in order.
    """
    before, version = "", ""
    decided: dict[str, int] = {}
    facts: list[Fact] = []
    for entry in deciding:
        day = london(entry.time).date()
        if day > last:
            break
        if entry.type == "rules.adopted":
            facts += [_adopted(entry)] if day >= first else []
            continue
        now = text(data_of(entry), "rules_version")
        if not now:
            continue
        if day < first:
            before = version = now
            continue
        decided[now] = decided.get(now, 0) + 1
        if now != version:
            what = f"Rules {now} decided for the first time" if version else f"Rules {now} were the first to decide"
            facts.append(Fact(what, say_date(entry.time), f"Before: rules {version}." if version else ""))
            version = now
    begun = [Fact(f"Rules {before} were in force when the period began", say_date(first))] if before else []
    counted = [Fact(f"Decisions by rules {name}", str(count)) for name, count in decided.items()]
    return (*begun, *facts, *counted) if len(facts) or len(decided) > 1 else (*begun, *counted)


def _adopted(entry: Entry) -> Fact:
    data, by = data_of(entry), deed_of(entry)
    name, version = text(data, "name"), text(data, "version")
    adopted = f"Local rules “{name}” adopted as rules {version}"
    what = adopted if whole(data, "changes") else f"Local rules withdrawn; rules {version}"
    changed, of = whole(data, "changed") or 0, whole(data, "of") or 0
    effect = f" It changed {changed} of {of} decisions of the time before." if of else ""
    return Fact(what, say_date(by.happened), f"{by.by}: {text(data, 'reason')}{effect}")
