"""An older alert that comes up again: Amber by F28 for everybody, due on its day, with a search to run once more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from msat.errors import Refused
from msat.triage.again import decide_again
from msat.triage.model import OrganisationKind, Priority
from msat.triage.rules import load_shipped_rules
from tests.triage.notices import notice

RULES = load_shipped_rules()
DAY = datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("kind", OrganisationKind)
def test_it_is_amber_on_its_day_with_its_search(kind: OrganisationKind) -> None:
    alert = notice("medicines-recall", "2", "patient", "EL(26)A/37")
    found = decide_again(alert, RULES, kind, DAY)
    assert (found.rule, found.priority, found.due.at, found.rules_version) == (
        "F28", Priority.AMBER, DAY, RULES.version
    )  # fmt: skip
    assert {"A21", "A06", "A07"} <= set(found.actions)
    assert [reason.kind for reason in found.reasons] == ["base", "deadline"]
    assert found.reasons[0].words == "EL(26)A/37"
    assert found == decide_again(alert, RULES, kind, DAY)


def test_a_base_without_such_a_rule_is_refused_in_words() -> None:
    without = replace(RULES, rules=tuple(rule for rule in RULES.rules if not rule.when.again))
    with pytest.raises(Refused, match=r"no rule for looking at an older alert again.*later\.toml"):
        decide_again(notice("medicines-recall"), without, OrganisationKind.PCN, DAY)


def test_a_notice_that_no_family_fits_is_looked_at_again_by_the_same_rule() -> None:
    """A person gave it its priority and its search: its count may rise like any other."""
    assert decide_again(notice("unknown"), RULES, OrganisationKind.PCN, DAY).rule == "F28"
