"""Alerts made by hand, so that a decision can be tested without reading a notice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msat.alerts.model import Alert, Deadline, Fact, Level, Where
from msat.ids import AlertKey, SourceId

ISSUED = datetime(2026, 8, 20, 13, 21, 27, tzinfo=UTC)
LEVEL_WORDS = {"patient": "Patient Level", "pharmacy": "Pharmacy/Wholesaler Level", "wholesaler": "Wholesaler Level"}


def fact(value: str, words: str | None = None, where: Where = Where.TEXT) -> Fact:
    return Fact(value, value if words is None else words, where)


def notice(
    family: str,
    alert_class: str | None = None,
    level: str | None = None,
    reference: str | None = None,
    text: str = "",
    title: str = "",
    **more: Any,
) -> Alert:
    """An alert of `family`, published on 20 August 2026 at 14:21 in London."""
    lines = [text]
    facts: dict[str, Any] = {"family": fact(family)}
    lines.append(family)
    if alert_class:
        facts["alert_class"] = fact(alert_class, f"Class {alert_class}")
        lines.append(f"Class {alert_class}")
    if level:
        words = LEVEL_WORDS[level]
        facts["level"] = fact(Level(level).value, words)
        lines.append(words)
    if reference:
        facts["reference"] = fact(reference)
        lines.append(reference)
    for name in ("patient_advice", "update"):
        if isinstance(more.get(name), str):
            lines += ["Advice for patients", more[name]] if name == "patient_advice" else [more[name]]
            more[name] = fact(more[name])
    more.setdefault("published", ISSUED)
    more.setdefault("issued", fact("2026-08-20", where=Where.PUBLISHER))
    for deadline in more.get("deadlines", ()):
        lines.append(deadline.words)
    path = "/drug-device-alerts/example"
    return Alert(
        key=AlertKey(reference or path),
        source=SourceId("sample"),
        path=path,
        url=f"https://www.gov.uk{path}",
        title=title or f"{family} example",
        text="\n".join(lines),
        html="",
        **facts,
        **more,
    )


def within(hours: int, words: str = "") -> Deadline:
    return Deadline("within", words or f"Action within {hours} hours", Where.TEXT, hours=hours)


def dated(kind: str, at: datetime) -> Deadline:
    return Deadline(kind, f"Actions {kind} {at:%Y-%m-%d}", Where.TEXT, at=at)
