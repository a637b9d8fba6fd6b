"""Whatever a pack says: the notice's own time limit, the class's limit and what every alert needs stand above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.actions.catalogue import load_shipped_catalogue
from msat.actions.overlay import Base, Laid, lay
from msat.actions.pack import Pack
from msat.actions.recommend import recommend
from msat.alerts.model import Alert, Deadline, Fact, Family, Where
from msat.errors import Refused
from msat.triage.decide import decide
from msat.triage.model import OrganisationKind, Priority
from msat.triage.overlay import Entry, Origin
from msat.triage.rules import load_shipped_rules

RULES = load_shipped_rules()
BASE = Base(RULES, load_shipped_catalogue(), {})
ORIGIN = Origin("Test Surgery", date(2026, 11, 22), "A Pharmacist", "L1")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
URGENCY = {Priority.RED: 3, Priority.AMBER: 2, Priority.GREEN: 1, None: 0}
IDS = sorted({rule.id for rule in RULES.rules if not rule.inherits})
CODES = [f"A{n:02}" for n in range(1, 31)]

words = st.sampled_from(["red", "amber", "green", "none"])
limits = st.one_of(
    st.just({"from": "class"}),
    st.just({"from": "none"}),
    st.just({"from": "immediately"}),
    st.builds(lambda n: {"from": "family", "hours": n}, st.integers(0, 500)),
    st.builds(lambda n: {"from": "family", "days": n}, st.integers(0, 60)),
    st.builds(lambda n: {"from": "family", "working_days": n}, st.integers(0, 60)),
)
fields = st.fixed_dictionaries(
    {},
    optional={
        "priority": words | st.dictionaries(st.sampled_from([k.value for k in OrganisationKind]), words, min_size=1),
        "limit": limits,
        "drop_actions": st.dictionaries(
            st.sampled_from([k.value for k in OrganisationKind]),
            st.lists(st.sampled_from(CODES), min_size=1, max_size=2),
        ),
        "actions": st.lists(st.sampled_from(CODES), min_size=1, unique=True),
        "reason": st.text(max_size=20),
    },
)
changes = st.builds(lambda id_, f: Entry(id_, "because", f), st.sampled_from(IDS), fields)
own = st.builds(
    lambda n, family, f, limit, word: Entry(
        f"L{n:02}",
        "because",
        {
            "name": "Ours",
            "when": {"families": [family], **f},
            "priority": word,
            "limit": limit,
            "actions": ["A03"],
            "reason": "Ours.",
        },
    ),
    st.integers(1, 9),
    st.sampled_from([family.value for family in Family]),
    st.sampled_from([{}, {"classes": ["4"]}, {"classes": ["2", "3"]}, {"says": ["examplamide"]}]),
    limits,
    words,
)
notices = st.builds(
    lambda family, class_, level, hours: notice(family, class_, level, hours),
    st.sampled_from(list(Family)),
    st.sampled_from([None, "1", "2", "3", "4"]),
    st.sampled_from([None, "patient", "pharmacy", "wholesaler"]),
    st.sampled_from([None, 24, 48]),
)


def fact(value: str) -> Fact:
    return Fact(value, value, Where.TITLE)


def notice(family: Family, class_: str | None, level: str | None, hours: int | None) -> Alert:
    said = f"within {hours} hours"
    within = (Deadline(kind="within", at=None, hours=hours, words=said, where=Where.TEXT),) if hours else ()
    return Alert(
        key="EL(26)A/1",  # type: ignore[arg-type]
        source="govuk-alerts",  # type: ignore[arg-type]
        path="/x",
        url="https://www.gov.uk/x",
        title="Examplamide 10 mg tablets",
        text="Examplamide",
        html="",
        family=fact(family.value),
        alert_class=fact(class_) if class_ else None,
        level=fact(level) if level else None,
        issued=fact("2026-11-20"),
        published=NOON,
        deadlines=within,
    )


def laid_or_refused(entries: Sequence[Entry]) -> Laid | None:
    pack = Pack("P", "Test Surgery", "Y00001", RULES.version, rules=tuple(entries))
    try:
        return lay(BASE, pack, ORIGIN)
    except Refused:  # what each refusal says is for test_overlay.py
        return None


@settings(max_examples=150, deadline=None)
@given(st.lists(changes | own, max_size=4, unique_by=lambda entry: entry.id), notices)
def test_the_line_that_no_pack_crosses(entries: list[Entry], alert: Alert) -> None:
    laid = laid_or_refused(entries)
    if laid is None:
        return
    for kind in OrganisationKind:
        shipped = decide(alert, RULES, kind, NOON)
        local = decide(alert, laid.rules, kind, NOON)
        codes = [action.code for action in recommend(alert, local, laid.actions, kind)]
        assert {"A01", "A02", "A25"} <= set(codes)
        if local.due.from_ == "notice":
            floor = RULES.exception("LIMIT").at_least.get(kind, "none")
            least = Priority(floor) if floor != "none" else None
            assert URGENCY[local.priority] >= min(URGENCY[least], URGENCY[shipped.priority])
            assert local.due.at == shipped.due.at
        if alert.alert_class is not None and shipped.due.from_ == "class" and shipped.due.at is not None:
            assert local.due.at is not None
            assert local.due.at <= shipped.due.at
        if "needs-a-person" in shipped.flags and "needs-a-person" in local.flags:
            assert URGENCY[local.priority] >= URGENCY[Priority.AMBER]


def test_a_red_whose_notice_sets_the_limit_stays_above_green() -> None:
    entry = Entry("F06", "None here.", {"priority": "none"})
    laid = laid_or_refused([entry])
    assert laid is not None
    alert = notice(Family.RECALL, "2", "patient", 48)
    assert decide(alert, laid.rules, OrganisationKind.GP_PRACTICE, NOON).priority is Priority.AMBER
    assert decide(alert, laid.rules, OrganisationKind.DISPENSING_PRACTICE, NOON).priority is Priority.RED


def test_the_limit_of_the_notice_holds_in_families_that_have_none_of_ours() -> None:
    entry = Entry("F05", "None here.", {"priority": "green"})
    laid = laid_or_refused([entry])
    assert laid is not None
    alert = notice(Family.URGENT_MESSAGE, None, None, 24)
    found = decide(alert, laid.rules, OrganisationKind.DISPENSING_PRACTICE, NOON)
    assert found.due.at == NOON + timedelta(hours=24)
    assert found.priority is Priority.RED


@pytest.mark.parametrize("field", ["required", "required_for"])
def test_no_pack_makes_signing_off_wait_for_nothing(field: str) -> None:
    given: dict[str, Any] = {"required": False, "required_for": {"gp-practice": False}}
    pack = Pack("P", "O", "Y", "1", actions=(Entry("A02", "", {field: given[field]}),))
    with pytest.raises(Refused, match="every alert needs this action"):
        lay(BASE, pack, ORIGIN)


def test_two_variants_of_a_pack_lay_the_same_rules_whatever_else_they_hold() -> None:
    entry = Entry("F09", "Stock.", {"priority": {"gp-practice": "red"}})
    plain = Pack("P", "Test Surgery", "Y00001", RULES.version, rules=(entry,))
    more = replace(plain, places={OrganisationKind.GP_PRACTICE: ("Store",)})
    assert lay(BASE, plain, ORIGIN).rules == lay(BASE, more, ORIGIN).rules
