"""What a flag adds to an action: help, the notice's own sentence, or the action itself, and never too much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msat import shipped
from msat.actions.cases import decided, load_cases
from msat.actions.catalogue import load_catalogue, load_shipped_catalogue
from msat.actions.model import RecommendedAction
from msat.actions.recommend import recommend
from msat.alerts.model import Fact, Where
from msat.errors import Refused
from msat.triage.exceptions import FLAGS
from msat.triage.model import OrganisationKind, Reason, Triage
from msat.triage.rules import load_shipped_rules

CATALOGUE = load_shipped_catalogue()
RULES = load_shipped_rules()
CASES = {case.id: case for case in load_cases()}
TEXT = shipped.text("alerts/actions.toml")
GP, DISPENSING = OrganisationKind.GP_PRACTICE, OrganisationKind.DISPENSING_PRACTICE
PHARMACY, COMMITTEE = OrganisationKind.COMMUNITY_PHARMACY, OrganisationKind.COMMITTEE
PLAIN = CASES["class2-ramipril"]


def with_flags(
    *flags: str, kind: OrganisationKind = DISPENSING, case: str = PLAIN.id, reasons: tuple[Reason, ...] = ()
) -> dict[str, RecommendedAction]:
    """The actions of a case as if its decision had just these flags."""
    triage = decided(CASES[case], RULES, kind)
    own = tuple(r for r in triage.reasons if r.rule in ("F06", "F07", "F09", "F10", "F16"))
    flagged: Triage = replace(triage, flags=flags, reasons=(*own, *reasons))
    return {a.code: a for a in recommend(CASES[case].alert, flagged, CATALOGUE, kind)}


def added(*flags: str, kind: OrganisationKind, case: str) -> set[str]:
    return set(with_flags(*flags, kind=kind, case=case)) - set(with_flags(kind=kind, case=case))


def test_without_a_flag_nothing_is_added():
    for action in with_flags().values():
        catalogue = CATALOGUE[action.code.partition(".")[0]]
        assert all(step.help not in action.help for step in catalogue.step if step.help)


@pytest.mark.parametrize("kind", OrganisationKind)
def test_an_emergency_medicine_is_looked_for_place_by_place_by_everybody(kind):
    for case in ("class4-diflucan", "dsu-montelukast", "class2-fingolimod"):
        found = with_flags("emergency-medicine", kind=kind, case=case)["A03"]
        assert found.required
        assert found.places
        assert "a place that was not opened is not nil" in found.help


def test_an_action_that_is_added_stands_where_its_number_belongs():
    codes = list(with_flags("emergency-medicine", kind=GP, case="class4-diflucan"))
    assert codes == ["A01", "A02", "A03", "A12", "A25"]
    codes = list(with_flags("hospital-only", kind=GP, case="class2-fingolimod"))
    assert codes == ["A01", "A02", "A03", "A12", "A28", "A25"]


def test_a_controlled_drug_goes_through_the_register():
    found = with_flags("controlled-drug")
    assert "controlled drugs register" in found["A04"].help
    assert "count with a second person" in found["A03"].help
    assert added("controlled-drug", kind=GP, case="class2-fingolimod") == set()


@pytest.mark.parametrize(("flag", "exception"), [("do-not-stop", "E04"), ("keep-using", "E05")])
def test_the_notices_own_sentence_is_locked_into_what_patients_are_told(flag, exception):
    words = "Do not stop taking ramipril"
    assert words in PLAIN.alert.text
    named = Reason("raised", "It is critical.", exception, "ramipril", "title")
    said = Reason("flag", "Keep to it.", exception, words, "text")
    found = with_flags(flag, reasons=(named, said))["A08"]
    assert f"keep to the words of the notice: “{words}”" in found.text
    assert found.words == words
    without = with_flags(flag, reasons=(named,))["A08"]
    assert "ramipril”" not in without.text
    assert without.text.endswith(("without advice", "until it is replaced"))


def test_a_sentence_to_patients_brings_an_action_for_it_where_there_is_none():
    assert added("keep-using", kind=GP, case="class2-fingolimod") == {"A08"}
    assert added("keep-using", kind=DISPENSING, case="class4-diflucan") == set()  # A18 tells them there
    assert "keep using it" in with_flags("keep-using", kind=DISPENSING, case="class4-diflucan")["A18"].text
    assert added("do-not-stop", kind=GP, case="class2-fingolimod") == set()


def test_a_teratogen_adds_the_pregnancy_step_where_patients_are_looked_for():
    found = with_flags("teratogen")
    assert "become pregnant" in found["A07"].help
    assert "become pregnant" in found["A08"].help
    assert added("teratogen", kind=GP, case="class3-atorvastatin") == {"A07"}
    assert added("teratogen", kind=GP, case="class2-fingolimod") == set()


def test_a_parallel_import_is_matched_on_the_relabeller():
    words = "Packs relabelled by Example Imports Ltd"
    reason = Reason("flag", "Imported.", "E07", words, "text")
    assert f"matching the company that relabelled it: “{words}”" in with_flags("parallel-import", reasons=(reason,))[
        "A03"
    ].text  # fmt: skip
    in_title = replace(reason, where="title")
    text = with_flags("parallel-import", reasons=(in_title,))["A03"].text
    assert text.endswith("matching the company that relabelled it")
    assert "relabelled" in with_flags("parallel-import")["A02"].help


def test_hospital_only_asks_practices_to_look_at_the_record_and_nobody_else():
    assert added("hospital-only", kind=GP, case="class4-diflucan") == {"A28"}
    assert added("hospital-only", kind=PHARMACY, case="class4-diflucan") == set()
    assert added("hospital-only", kind=COMMITTEE, case="class4-diflucan") == set()
    assert "usual answer here" in with_flags("hospital-only", kind=GP)["A02"].help


@pytest.mark.parametrize(
    ("flag", "code", "words"),
    [
        ("all-batches", "A03", "Do not go by batch numbers"),
        ("all-batches", "A04", "whatever its batch"),
        ("other-nation", "A02", "another nation"),
        ("site-closed", "A01", "last open day before"),
        ("extended", "A01", "put the time limit back"),
        ("critical-medicine", "A09", "before the old pack is given back"),
    ],
)
def test_other_flags_add_their_help(flag, code, words):
    assert words in with_flags(flag)[code].help
    assert words not in with_flags()[code].help


def test_steps_name_flags_that_exist_and_their_source():
    told = {step.flag for action in CATALOGUE.actions.values() for step in action.step}
    assert told <= set(FLAGS)
    must = {
        "critical-medicine", "do-not-stop", "keep-using", "parallel-import", "controlled-drug", "teratogen",
        "emergency-medicine", "all-batches", "hospital-only", "other-nation", "site-closed", "extended",
    }  # fmt: skip
    assert must <= told
    for action in CATALOGUE.actions.values():
        for step in action.step:
            assert step.source.endswith(".")
            assert not step.help or step.help.endswith((".", "?"))
            assert step.reviewed == "not yet reviewed by a pharmacist"


@pytest.mark.parametrize("case", ["protocol", "protocol-in-force"])
def test_a_protocol_leaves_its_note_to_be_taken_out_on_its_last_day(case):
    triage = decided(CASES[case], RULES, GP)
    found = {a.code: a for a in recommend(CASES[case].alert, triage, CATALOGUE, GP)}
    assert found["A14.end"].text == "Remove the note about the protocol, which ended by itself on 26 February 2027"
    assert found["A14.end"].due.isoformat() == "2027-02-26T23:59:59+00:00"
    assert not found["A14.end"].required
    assert "to 26 February 2027" in found["A12"].text
    without = replace(CASES[case].alert, ends=None)
    assert "A14.end" not in {a.code for a in recommend(without, triage, CATALOGUE, GP)}


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("All batches", "Check stock of Ramipril 5mg capsules, all batches, in every place"),
        ("all unexpired lots", "all batches"),
        ("All lots that expire up to 05/2029", "the batches stated as “All lots that expire up to 05/2029”"),
        ("all batches of the 5mg strength", "the batches stated as “all batches of the 5mg strength”"),
    ],
)
def test_every_batch_is_said_in_two_words_and_any_narrower_statement_in_its_own(stated, said):
    alert = replace(PLAIN.alert, batches=(), all_batches=(Fact(stated, stated, Where.TEXT),))
    triage = decided(PLAIN, RULES, DISPENSING)
    found = {a.code: a for a in recommend(alert, triage, CATALOGUE, DISPENSING)}
    assert said.lower() in found["A03"].text.lower()
    assert ("stated as" in found["A03"].text) == ("stated as" in said)


def test_an_article_is_named_by_what_its_title_says_before_the_colon():
    case = CASES["dsu-topiramate"]
    triage = decided(case, RULES, GP)
    found = {a.code: a for a in recommend(case.alert, triage, CATALOGUE, GP)}
    assert found["A08"].text.startswith("Contact the people who take Topiramate (Topamax): say whether to keep")
    odd = replace(case.alert, title="Drug Safety Update: monthly news")
    named = {a.code: a for a in recommend(odd, triage, CATALOGUE, GP)}
    assert "the product in the notice" in named["A08"].text


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('flag = "teratogen"', 'flag = "terrible"', "“terrible” is not one of"),
        ('words_of = "E04"\ntext', "text", "needs words_of"),
        ('adds = true\nbeside = ["A06"', 'beside = ["A06"', "go with adds"),
        ('beside = ["A06"', 'beside = ["A99"', "“A99” is not one of"),
        ('flag = "extended"\nbasis = "published"', 'flag = "extended"\nbasis = "guess"', "basis"),
        ("F24 = \"Remove the note about the protocol, which ended by itself on {ends}\"", 'F24 = "{colour}"', "colour"),
    ],
)
def test_a_wrong_step_is_refused_by_action_and_field(old, new, what):
    assert old in TEXT
    with pytest.raises(Refused) as refused:
        load_catalogue(TEXT.replace(old, new, 1))
    assert "actions.toml" in str(refused.value)
    assert what in str(refused.value)
