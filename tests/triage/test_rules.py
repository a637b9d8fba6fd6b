"""The rule base: what ships keeps its promises, and a file that is wrong is refused by file, rule and field."""

from __future__ import annotations

import re

import pytest

from msat import shipped
from msat.alerts.model import Family
from msat.errors import Refused
from msat.triage.model import OrganisationKind
from msat.triage.rules import NEEDED_EXCEPTIONS, RuleBase, check_whole, load_rules, load_shipped_rules

RULES = load_shipped_rules()
URGENCY = {"none": 0, "inherits": 0, "green": 1, "amber": 2, "red": 3}
SHIPPED_IDS = {f"F{n:02d}" for n in range(1, 29)}

RULE = """
[[rule]]
id = "F06"
name = "Class 2 recall, patient level"
basis = "published"
source = "MHRA"
reason = "Find the people who have it."
[rule.when]
families = ["medicines-recall"]
classes = ["2"]
[rule.priority]
gp-practice = "red"
dispensing-practice = "red"
community-pharmacy = "red"
pcn = "red"
committee = "red"
[rule.limit]
from = "class"
[rule.actions]
gp-practice = ["A01", "A02", "A25"]
dispensing-practice = ["A01", "A02", "A25"]
community-pharmacy = ["A01", "A02", "A25"]
pcn = ["A01", "A02", "A25"]
committee = ["A01", "A02", "A25"]
"""


def files(rule: str = RULE, **more: str) -> dict[str, str]:
    shipped_files = {name: shipped.text(f"alerts/{name}") for name in ("version.toml", "exceptions.toml")}
    return {**shipped_files, "rules/own.toml": rule, **more}


def load(rule: str) -> RuleBase:
    return load_rules(files(rule))


def test_what_ships_is_the_promised_set_and_no_half_of_another():
    assert {rule.id for rule in RULES.rules} == SHIPPED_IDS
    assert {exception.id for exception in RULES.exceptions} == set(NEEDED_EXCEPTIONS)
    assert re.fullmatch(r"\d{4}\.\d{2}(\.\d+)?", RULES.version)
    assert f"## {RULES.version}" in shipped.text("alerts/CHANGES.md")


def test_nobody_has_reviewed_anything_and_the_rules_say_so():
    for rule in (*RULES.rules, *RULES.exceptions, *RULES.class_limits):
        assert (rule.reviewed_by, rule.reviewed_on) == ("", "")
        assert rule.reviewed == "not yet reviewed by a pharmacist"


def test_a_review_is_said_with_name_and_date():
    reviewed = RULE.replace('source = "MHRA"', 'source = "MHRA"\nreviewed_by = "A Name"\nreviewed_on = "1 May 2027"')
    assert load(reviewed).rules[0].reviewed == "reviewed by A Name on 1 May 2027"


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: f"{rule.id} {rule.name}")
def test_a_network_is_a_practice_and_a_committee_takes_the_most_urgent(rule):
    of = {kind.value: priority for kind, priority in rule.priority.items()}
    assert of["pcn"] == of["gp-practice"]
    others = (of["gp-practice"], of["dispensing-practice"], of["community-pharmacy"])
    assert of["committee"] == max(others, key=URGENCY.__getitem__)


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: f"{rule.id} {rule.name}")
def test_whatever_is_rated_can_be_acknowledged_judged_and_signed_off(rule):
    for codes in rule.actions.values():
        assert codes[:2] == ["A01", "A02"]
        assert codes[-1] == "A25"


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: f"{rule.id} {rule.name}")
def test_a_rule_speaks_in_sentences_and_names_its_source(rule):
    for kind in OrganisationKind:
        assert re.fullmatch(r"[A-Z].+\.", rule.reason_to(kind))
    assert rule.source.endswith(".")
    assert rule.name


def test_every_class_has_a_limit():
    assert [limit.alert_class for limit in RULES.class_limits] == ["1", "2", "3", "4"]
    assert RULES.limit_of_class("2").hours == 48
    assert RULES.limit_of_class("5") is None


WRONG = [
    (RULE.replace('name = "', 'nmae = "'), "rule F06", "nmae"),
    (RULE.replace('"medicines-recall"', '"medicine-recall"'), "rule F06", "when.families"),
    (RULE.replace('classes = ["2"]', 'classes = ["5"]'), "rule F06", "when.classes"),
    (RULE.replace('pcn = "red"', 'pcn = "crimson"'), "rule F06", "“priority.pcn”"),
    (RULE.replace('pcn = "red"', 'pcm = "red"'), "rule F06", "“priority”: Invalid enum value 'pcm'"),
    (RULE.replace('pcn = "red"\n', ""), "rule F06", "there is no priority for pcn"),
    (RULE.replace('committee = ["A01", "A02", "A25"]\n', ""), "rule F06", "there are no actions for committee"),
    (RULE.replace('"A02", "A25"]\ndisp', '"A99", "A25"]\ndisp'), "rule F06", "“A99” is not one of A01 to A30"),
    (RULE.replace('"A02", "A25"]\ndisp', '"A01", "A25"]\ndisp'), "rule F06", "A01 is named twice"),
    (RULE.replace('"F06"', '"X06"'), "rule X06", "not one of F01 to F28"),
    (RULE.replace('basis = "published"', 'basis = "hearsay"'), "rule F06", "basis"),
    (RULE.replace('from = "class"', 'from = "family"'), "rule F06", "give one of hours"),
    (RULE.replace('from = "class"', 'from = "class"\nhours = 3'), "rule F06", "takes no number"),
    (RULE.replace('from = "class"', 'from = "family"\ndays = -1'), "rule F06", "below nought"),
    (RULE.replace('classes = ["2"]', "says = ['(unclosed']"), "rule F06", "cannot be read"),
    (RULE.replace('classes = ["2"]', "says = ['x*']"), "rule F06", "matches no words"),
    (RULE.replace('source = "MHRA"', 'source = "MHRA"\nreviewed_by = "A Name"'), "rule F06", "reviewed_on"),
    (RULE.replace('families = ["medicines-recall"]', "families = []"), "rule F06", "at least one family"),
    (RULE.replace('id = "F06"\n', ""), "rule number 1", "id"),
    (RULE.replace("[[rule]]", "[[rule"), "well-formed", "TOML"),
    ("[[role]]\n", "rules/own.toml", "role"),
    (RULE.replace('classes = ["2"]', 'tiers = ["5"]'), "rule F06", "when.tiers"),
    (RULE.replace('classes = ["2"]', 'states = ["colour"]'), "rule F06", "when.states"),
    (RULE.replace('classes = ["2"]', 'tells = ["gossip"]'), "rule F06", "when.tells"),
    (RULE.replace('classes = ["2"]', 'again = "yes"'), "rule F06", "when.again"),
    (RULE.replace('classes = ["2"]', 'again = true\nsays = ["x"]'), "rule F06", "not chosen by its words"),
    (RULE.replace('classes = ["2"]', 'specialisms = [" "]'), "rule F06", "when.specialisms"),
    (RULE.replace('classes = ["2"]', 'issuers = [""]'), "rule F06", "when.issuers"),
    (RULE.replace('classes = ["2"]', "audience = ['(']"), "rule F06", "“when.audience”"),
    (RULE.replace('classes = ["2"]', "references = ['(']"), "rule F06", "“when.references”"),
    (RULE.replace('classes = ["2"]', "says_in_title = ['[']"), "rule F06", "“when.says_in_title”"),
    (RULE.replace('classes = ["2"]', "unless_says_in_title = ['[']"), "rule F06", "“when.unless_says_in_title”"),
    (RULE.replace('classes = ["2"]', "says_at_head = ['a|']"), "rule F06", "“when.says_at_head”"),
    (RULE.replace('classes = ["2"]', "unless_says_at_head = ['(a+)+']"), "rule F06", "repeats a repeat"),
    (RULE.replace('pcn = "red"', 'pcn = "inherits"'), "rule F06", "inherits for every kind"),
    (RULE.replace('from = "class"', 'from = "class"\nbefore = "starts"'), "rule F06", "takes no earlier day"),
    (RULE.replace('from = "class"', 'from = "family"\ndays = 3\nbefore = "noon"'), "rule F06", "limit.before"),
    (RULE.replace('from = "class"', 'from = "schedule"'), "rule F06", "months go with a limit from “schedule”"),
    (RULE.replace('from = "class"', 'from = "class"\nmonths = [3]'), "rule F06", "months go with a limit"),
    (RULE.replace('from = "class"', 'from = "schedule"\nmonths = [12, 3]'), "rule F06", "in rising order"),
    (RULE.replace('from = "class"', 'from = "schedule"\nmonths = [0]'), "rule F06", "from 1 to 60"),
    (RULE + '[rule.may_close]\npcn = ["A06"]\n', "rule F06", "A06 is not one of its actions for pcn"),
    (RULE + '[rule.may_close]\npcn = ["A02", "A02"]\n', "rule F06", "A02 is named twice"),
    (RULE + '[rule.may_close]\nvillage = ["A02"]\n', "rule F06", "may_close"),
]


@pytest.mark.parametrize(("text", "entry", "what"), WRONG, ids=[what for _, _, what in WRONG])
def test_a_wrong_file_is_refused_by_file_rule_and_field(text, entry, what):
    assert text != RULE
    with pytest.raises(Refused) as refused:
        load(text)
    said = str(refused.value)
    assert "rules/own.toml" in said
    assert entry in said
    assert what in said


def test_the_rule_that_the_wrong_ones_are_made_from_is_right():
    assert [rule.id for rule in load(RULE).rules] == ["F06"]


def test_a_rule_may_say_what_must_be_answered_and_its_variants_are_taken_together() -> None:
    closing = '[rule.may_close]\npcn = ["A02", "second-person"]\n'
    third = RULE.replace('classes = ["2"]', 'classes = ["3"]').replace("Class 2 recall", "Class 3 recall")
    other = third + '[rule.may_close]\npcn = ["A01", "A02"]\n'
    own = load(RULE + closing + other)
    pcn, gp = OrganisationKind.PCN, OrganisationKind.GP_PRACTICE
    assert own.rules[0].may_close_for(pcn) == ("A02", "second-person")
    assert own.may_close("F06", pcn) == ("A02", "second-person", "A01")
    assert own.may_close("F06", gp) == own.may_close("E11", pcn) == ()


def test_every_family_of_the_table_but_the_unknown_has_a_rule():
    families = {family for rule in RULES.rules for family in rule.when.families}
    assert families == set(Family) - {Family.UNKNOWN}
    assert all(RULES.of_family(family) for family in families)


@pytest.mark.parametrize("name", ["version.toml", "exceptions.toml"])
def test_a_missing_file_is_refused(name):
    without = {key: text for key, text in files().items() if key != name}
    with pytest.raises(Refused, match=name):
        load_rules(without)


def test_no_rule_at_all_and_a_missing_exception_are_refused():
    with pytest.raises(Refused, match="holds no rule"):
        load_rules(files("# nothing\n"))
    exceptions = re.sub(r'(?s)\[\[exception\]\]\nid = "E12".*?(?=\[\[exception\]\])', "", files()["exceptions.toml"])
    with pytest.raises(Refused, match="exception E12"):
        load_rules({**files(), "exceptions.toml": exceptions})
    twice = files()["exceptions.toml"].replace('id = "E12"', 'id = "E11"')
    with pytest.raises(Refused, match="given twice"):
        load_rules({**files(), "exceptions.toml": twice})
    unknown = files()["exceptions.toml"].replace("hours = 48\n", "huors = 48\n", 1)
    with pytest.raises(Refused, match=r"exceptions\.toml.*exception E12.*huors"):
        load_rules({**files(), "exceptions.toml": unknown})


DAMAGED = {
    'reason = "': ('reason = "" # "', "F06", "reason", "is empty"),
    'name = "': ('name = " " # "', "F06", "name", "is empty"),
    'source = "': ('source = "" # "', "F06", "source", "is empty"),
    'basis = "published"': ('basis = "local"', "F06", "basis", "what an organisation adopted"),
    'from = "class"': ('from = "family"\ndays = 99999999999\nwhy = "x"', "F06", "limit.days", "more than a year"),
    'from = "class" ': ('from = "family"\ndays = 3', "F06", "limit.why", "is empty"),
    "reviewed": ("", "F06", "reviewed_on", "is not a day"),
}


@pytest.mark.parametrize("was", DAMAGED)
def test_damage_is_refused_with_file_rule_and_field(was):
    new, *said = DAMAGED[was]
    damaged = RULE.replace(was.strip(), new) if new else RULE
    damaged = damaged if new else RULE.replace("basis =", 'reviewed_by = "A Name"\nreviewed_on = "31/02/2026"\nbasis =')
    assert damaged != RULE
    with pytest.raises(Refused) as refused:
        load(damaged)
    assert all(words in str(refused.value) for words in ("rules/own.toml", *said))


def test_a_rule_that_stands_in_two_files_is_refused():
    with pytest.raises(Refused, match=r"rules/zz\.toml.*F06.*name.*already"):
        load_rules(files(**{"rules/zz.toml": RULE}))


def test_a_base_that_lost_a_rule_of_the_table_is_refused():
    check_whole(RULES)
    with pytest.raises(Refused, match="F01"):
        check_whole(load(RULE))


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ('class = "2"\nhours = -48\nwhy = "x"', "hours"),
        ('class = "2"\nhours = 48\ndays = 2\nwhy = "x"', "give one of"),
        ('class = "2"\nhours = 48\nwhy = ""', "why"),
    ],
)
def test_a_limit_of_a_class_that_cannot_be_is_refused(limits, said):
    table = f'[[class_limit]]\n{limits}\nbasis = "published"\nsource = "MHRA"\n'
    with pytest.raises(Refused, match=f"class_limit 2.*{said}"):
        load(table + RULE)


def test_a_class_has_one_limit():
    table = '[[class_limit]]\nclass = "2"\nhours = 48\nwhy = "x"\nbasis = "published"\nsource = "MHRA"\n'
    assert len(load(table + RULE).class_limits) == 1
    with pytest.raises(Refused, match=r"class_limit 2.*given twice"):
        load(table + table + RULE)


@pytest.mark.parametrize("wrong", ["{olde}", "{old", "{old!r}", "{medicine}"])
def test_a_reason_of_an_exception_that_could_not_be_filled_in_is_refused(wrong):
    exceptions = files()["exceptions.toml"].replace("put the limit back from {old}", f"put the limit back from {wrong}")
    with pytest.raises(Refused, match=r"exceptions\.toml.*E13.*reason"):
        load_rules({**files(), "exceptions.toml": exceptions})


def test_a_file_that_is_nested_without_end_is_refused():
    with pytest.raises(Refused, match=r"rules/own\.toml.*nested too deeply"):
        load("x = " + "[" * 100_000 + "]" * 100_000)
