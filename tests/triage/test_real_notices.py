"""The 135 real notices kept beside the checkout: no decision without its reasons, and nothing Green by ignorance."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from msat.alerts.model import Alert
from msat.alerts.read import read
from msat.feeds.model import FeedItem
from msat.ids import SourceId
from msat.triage.decide import decide
from msat.triage.model import OrganisationKind, Priority
from msat.triage.rules import load_shipped_rules

RULES = load_shipped_rules()


def alerts(shared: Path) -> Iterator[Alert]:
    for line in (shared / "govuk" / "notices.jsonl").read_text(encoding="utf-8").splitlines():
        notice = json.loads(line)
        yield read(
            FeedItem(
                source=SourceId("govuk-alerts"),
                path=notice["path"],
                url="https://www.gov.uk" + notice["path"],
                title=notice["title"],
                html=notice["body"],
                raw=b"",
                published=datetime.fromisoformat(notice["public_timestamp"]).astimezone(UTC),
                issued=date.fromisoformat(notice["issued_date"]),
                alert_type=notice["alert_type"],
                specialisms=tuple(notice["medical_specialism"]),
                description=notice["description"],
            )
        )


def test_real_notices_are_green_only_where_the_facts_say_so(shared):
    seen = 0
    for alert in alerts(shared):
        for kind in OrganisationKind:
            found = decide(alert, RULES, kind, alert.published)
            assert found.reasons
            texts = {"title": alert.title, "text": alert.text, "description": alert.description}
            assert all(reason.words in texts.get(reason.where, reason.words) for reason in found.reasons)
            if found.priority is Priority.GREEN:
                assert found.rule in ("F09", "F10", "F12", "F21")
                assert not alert.unread
                assert alert.alert_class is None or alert.alert_class.value in ("3", "4")
                assert alert.level is None or alert.level.value != "patient"
            seen += 1
    assert seen == 135 * len(OrganisationKind)


def test_what_no_rule_decides_is_a_recall_whose_level_is_not_said_or_no_notice_at_all(shared):
    """Most of these notices are kept by title and batches alone, so that their level is not known."""
    decided: dict[str, int] = {}
    for alert in alerts(shared):
        found = decide(alert, RULES, OrganisationKind.GP_PRACTICE, alert.published)
        decided[found.rule] = decided.get(found.rule, 0) + 1
        if found.rule == "E11":
            is_recall = alert.family.value in ("medicines-recall", "falsified-medicine")
            assert alert.family.value == "unknown" or (is_recall and (alert.level is None or alert.alert_class is None))
            assert found.priority in (Priority.AMBER, Priority.RED)
    assert decided == {"E11": 87, "F06": 4, "F07": 7, "F08": 2, "F09": 2, "F10": 13, "F12": 4, "F20": 16}
