"""Issues of a newsletter that were sent, as `newsletter.issue_sent` entries tell: which alerts reached which audience.

Pure. An entry is about no alert; its data are {"issue": text, "audiences": [text], "alerts": [key], "sent": time}.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from msat.ids import AlertKey
from msat.projections.general import General
from msat.projections.kpi_model import Communication
from msat.projections.values import moment, text, texts
from msat.projections.work_state import Deed

SENT = "newsletter.issue_sent"


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue that was sent. One that was struck out, as entered in error, is none."""

    issue: str
    """Its number or date, as it is called."""
    audiences: tuple[str, ...]
    alerts: tuple[AlertKey, ...]
    sent: datetime
    """UTC; when the entry does not say, when it was done."""
    deed: Deed


def issues(recorded: Iterable[General]) -> tuple[Issue, ...]:
    """The issues that stand, in the order they were sent."""
    found = [
        Issue(
            text(one.data, "issue"),
            texts(one.data, "audiences"),
            tuple(AlertKey(key) for key in texts(one.data, "alerts")),
            moment(one.data, "sent") or one.deed.happened,
            one.deed,
        )
        for one in recorded
        if one.type == SENT and not one.struck
    ]
    return tuple(sorted(found, key=lambda one: (one.sent, one.issue, one.deed.entry)))


def communications(sent: Iterable[Issue]) -> tuple[Communication, ...]:
    """Which alert was told to whom, each pair once: when it was told first."""
    first: dict[tuple[AlertKey, str], datetime] = {}
    for issue in sent:
        for key in issue.alerts:
            for audience in issue.audiences:
                before = first.get((key, audience))
                first[key, audience] = issue.sent if before is None else min(before, issue.sent)
    return tuple(Communication(key, audience, when) for (key, audience), when in sorted(first.items()))
