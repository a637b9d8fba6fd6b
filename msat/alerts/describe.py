"""Adds to an alert what only its kind of notice says, and takes from a foreign one what only a British one can say.

The second half of reading: `read.py` finds what every notice has, this what some have.
"""

from __future__ import annotations

from dataclasses import replace

from msat.alerts import particulars
from msat.alerts.abroad import as_abroad, nation_abroad, speaks_of_abroad
from msat.alerts.lists import items
from msat.alerts.model import Alert, Family
from msat.alerts.notice import Notice
from msat.alerts.supersession import superseded_by

_LISTS = frozenset({Family.FIELD_SAFETY_NOTICES, Family.ROUNDUP})

_CLASSED = frozenset({Family.RECALL, Family.NOTIFICATION, Family.FALSIFIED, Family.UNKNOWN})


def described(alert: Alert, notice: Notice) -> Alert:
    """The alert with its particulars."""
    nation = nation_abroad(notice.item)
    words = "" if nation or notice.item.nation else speaks_of_abroad(alert)
    if nation or words:
        return as_abroad(replace(alert, problem=particulars.problem(notice)), nation or "abroad", words)
    kind = alert.family.value
    listed, remarks = items(notice, kind)
    if kind in _LISTS or listed:
        return replace(alert, items=listed, unread=(*alert.unread, *remarks))
    tier, tier_remark = particulars.tier(notice, kind)
    starts, ends = particulars.holds(notice, kind)
    class_remark = particulars.foreign_class(notice, alert.alert_class) if kind in _CLASSED else ""
    own = alert.reference.value if alert.reference else ""
    return replace(
        alert,
        problem=particulars.problem(notice),
        audience=particulars.audience(notice),
        call_to_action=particulars.call_to_action(notice, kind),
        citation=particulars.citation(notice, kind),
        tier=tier,
        starts=starts,
        ends=ends,
        devices=particulars.devices(notice, kind),
        superseded_by=superseded_by(notice, own),
        company=alert.company or particulars.device_maker(notice, kind),
        unread=(*alert.unread, *(remark for remark in (tier_remark, class_remark) if remark)),
    )
