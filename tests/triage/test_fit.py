"""What a rule can ask of an alert: each condition fits, does not fit, and leaves the unknown open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from msat.alerts.model import Alert, Deadline, Fact, Where
from msat.triage.conditions import When
from msat.triage.decide import decide
from msat.triage.fit import Subject, fitting, inheriting, possible, said_in
from msat.triage.model import OrganisationKind
from msat.triage.rules import RuleBase, load_shipped_rules
from tests.triage.notices import ISSUED, fact, notice, within

SHIPPED = load_shipped_rules()
MODEL = SHIPPED.variants("F16")[0]


def base(**asked: Any) -> RuleBase:
    """A base of one rule that asks for `asked`."""
    when = When(families=["drug-safety-update"], **asked)
    fields = {name: getattr(MODEL, name) for name in MODEL.__struct_fields__} | {"when": when}
    return replace(SHIPPED, rules=(type(MODEL)(**fields),))


def article(**more: Any) -> Alert:
    return notice("drug-safety-update", title=more.pop("title", "Testafil: a reminder"), **more)


def fits(alert: Alert, **asked: Any) -> bool:
    return bool(fitting(Subject(alert, None), base(**asked)))


def may_fit(alert: Alert, **asked: Any) -> bool:
    return bool(possible(Subject(alert, None), base(**asked)))


@pytest.mark.parametrize(
    ("asked", "right", "wrong"),
    [
        ({"tiers": ["1", "2"]}, {"tier": fact("2")}, {"tier": fact("3")}),
        ({"specialisms": ["general-practice"]}, {"specialisms": ("general-practice",)}, {"specialisms": ("pharmacy",)}),
        ({"audience": [r"\bpharmac"]}, {"audience": (fact("Community Pharmacy"),)}, {"audience": (fact("GPs"),)}),
        ({"references": ["^SDA/"]}, {"reference": "SDA/2026/001"}, {"reference": "MSN/2026/001"}),
    ],
)
def test_a_fact_fits_or_not_and_one_that_is_unknown_rules_nothing_out(
    asked: dict[str, Any], right: dict[str, Any], wrong: dict[str, Any]
) -> None:
    assert fits(article(**right), **asked)
    assert not fits(article(**wrong), **asked)
    assert not may_fit(article(**wrong), **asked)
    assert not fits(article(), **asked)
    assert may_fit(article(), **asked)


def test_a_tag_is_taken_whole() -> None:
    assert not fits(article(specialisms=("dispensing-gp-practices",)), specialisms=["gp-practices"])


@pytest.mark.parametrize("name", ["call_to_action", "patient_advice", "tier", "starts", "ends"])
def test_a_rule_can_ask_that_something_was_read_whatever_it_says(name: str) -> None:
    assert fits(replace(article(), **{name: fact("x")}), states=[name])
    assert not fits(article(), states=[name])
    assert may_fit(article(), states=[name])


def test_text_is_more_than_the_title() -> None:
    assert fits(article(text="A whole article about this medicine."), states=["text"])
    bare = replace(article(), text="")
    assert not fits(bare, states=["text"])


def test_the_title_alone() -> None:
    alert = article(title="Testafil: restricted", text="It was withdrawn.")
    assert fits(alert, says_in_title=["restrict"])
    assert not fits(alert, says_in_title=["withdrawn"])
    assert not fits(alert, unless_says_in_title=["restrict"])
    assert not may_fit(alert, unless_says_in_title=["restrict"])
    assert fits(alert, unless_says_in_title=["withdrawn"])
    assert not may_fit(alert, says_in_title=["withdrawn"])  # a title is known whole
    assert may_fit(alert, says_at_head=["withdrawn"])


def test_the_head_is_title_description_and_first_advice_and_not_the_rest() -> None:
    alert = replace(article(text="stop it"), description="test it", call_to_action=fact("monitor it"))
    for words in ("reminder", "test", "monitor"):
        assert fits(alert, says_at_head=[words])
        assert not fits(alert, unless_says_at_head=[words])
    assert not fits(alert, says_at_head=["stop"])
    assert fits(alert, says=["stop"])


def test_every_demand_must_be_met_and_the_most_particular_words_are_quoted() -> None:
    alert = article(title="Testafil: restricted", text="It must be monitored.")
    asked = {"says_in_title": ["restrict"], "says": ["monitored"]}
    (found,) = fitting(Subject(alert, None), base(**asked))
    assert (found[1].words, found[1].where) == ("restrict", Where.TITLE)
    assert not fits(alert, says_in_title=["restrict"], says=["nowhere"])


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("It is contraindicated in asthma.", True),
        ("It is not contraindicated in asthma.", False),
        ("It was never formally contraindicated.", False),
        ("It is not only contraindicated in asthma.", True),
        ("Do not wait: it is contraindicated.", True),
        ("It isn’t contraindicated. It is contraindicated with nitrates.", True),
        ("There is no contraindicated group.", False),
        ("Nobody can say why. Contraindicated.", True),
        ("Knot contraindicated", True),
    ],
)
def test_what_stands_after_a_not_does_not_count(text: str, counts: bool) -> None:
    assert (said_in([(text, "text")], [r"\bcontraindicated\b"]) is not None) == counts
    assert said_in([(text, "text")], [r"\bcontraindicated\b"], denied_too=True) is not None


def test_a_notice_that_is_updated_replaced_withdrawn_or_extended_inherits() -> None:
    plain = notice("medicines-recall", "2", "patient")
    assert inheriting(plain, SHIPPED) == []
    late = Deadline("complete", "until 19 May, not 12 May", Where.TEXT, at=ISSUED, extended_from=ISSUED)
    for changed, words in (
        (replace(plain, update=fact("Updated on 3 May")), "Updated on 3 May"),
        (replace(plain, supersedes=(fact("EL(26)A/01"),)), "EL(26)A/01"),
        (replace(plain, superseded_by=(fact("EL(26)A/09"),)), "EL(26)A/09"),
        (replace(plain, withdrawn=fact("withdrawn")), "withdrawn"),
        (replace(plain, deadlines=(late,)), late.words),
    ):
        ((rule, quoted),) = inheriting(changed, SHIPPED)
        assert (rule.id, quoted.words) == ("F27", words)
    assert inheriting(replace(plain, family=Fact("unknown", "", Where.PUBLISHER), update=fact("x")), SHIPPED) == []


def test_what_inherits_or_comes_again_never_decides_a_notice_that_arrives() -> None:
    for family in ("medicines-recall", "drug-safety-update", "local-notice"):
        assert not {"F27", "F28"} & {rule.id for rule in SHIPPED.of_family(family)}


def test_an_open_day_before_the_notice_came_is_no_help() -> None:
    """Received on a Saturday, due on the Sunday: the Friday before is named to nobody."""
    saturday = datetime(2026, 8, 22, 9, tzinfo=UTC)
    alert = notice("medicines-recall", "2", "patient", deadlines=(within(72),), published=saturday - timedelta(days=2))
    late = decide(alert, SHIPPED, OrganisationKind.GP_PRACTICE, saturday)
    assert late.due.at is not None
    assert late.due.last_open is None
    assert "since it came here on 22 August 2026" in late.due.why
    early = decide(alert, SHIPPED, OrganisationKind.GP_PRACTICE, saturday - timedelta(days=2))
    assert early.due.last_open is not None
    assert "the last open day before it" in early.due.why
