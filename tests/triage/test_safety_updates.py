"""Drug Safety Update articles told apart by their heads: titles of real ones, and what must not be taken for less."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msat.alerts.model import Alert
from msat.triage.decide import decide
from msat.triage.model import OrganisationKind, Priority
from msat.triage.rules import load_shipped_rules
from tests.triage.notices import ISSUED, fact, notice

RULES = load_shipped_rules()
GP, PHARMACY = OrganisationKind.GP_PRACTICE, OrganisationKind.COMMUNITY_PHARMACY


def article(title: str, advice: str = "Report it on a Yellow Card", text: str = "Much is told here.") -> Alert:
    plain = notice("drug-safety-update", title=title, text=text)
    return replace(plain, call_to_action=fact(advice) if advice else None)


def rule(alert: Alert, kind: OrganisationKind = GP) -> str:
    return decide(alert, RULES, kind, ISSUED).rule


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Valproate use in men: as a precaution, men and their partners should use effective contraception", "F14"),
        ("Pregabalin (Lyrica): findings of safety study on risks during pregnancy", "F14"),
        ("Modafinil (Provigil): increased risk of congenital malformations if used during pregnancy", "F14"),
        ("Ulipristal acetate (Esmya): suspension of the licence due to risk of serious liver injury", "F14"),
        ("Hydroxyprogesterone caproate: license withdrawal", "F14"),
        ("Domperidone for nausea and vomiting: reminder of contraindications in adults and adolescents", "F14"),
        ("Hydroxychloroquine: increased risk of cardiovascular events when used with macrolide antibiotics", "F14"),
        ("Warfarin: be alert to the risk of drug interactions with tramadol", "F14"),
        ("Denosumab 60mg (Prolia): should not be used in patients under 18 years", "F14"),
        ("Transdermal fentanyl patches for non-cancer pain: do not use in opioid-naive patients", "F14"),
        ("Metformin and reduced vitamin B12 levels: new advice for monitoring patients at risk", "F15"),
        ("Bromocriptine: monitor blood pressure when prescribing", "F15"),
        ("Isotretinoin (Roaccutane): new safety measures to be introduced in the coming months", "F15"),
        ("Methotrexate once-weekly for autoimmune diseases: new measures to reduce risk of fatal overdose", "F15"),
        ("Dapagliflozin (Forxiga): no longer authorised for treatment of type 1 diabetes mellitus", "F15"),
        ("Codeine linctus: proposal to reclassify to a prescription-only medicine", "F15"),
        ("Febuxostat: updated advice for patients with a history of major cardiovascular disease", "F15"),
        ("Paracetamol: do not exceed the maximum dose", "F15"),
        ("Montelukast: reminder of the risk of neuropsychiatric reactions", "F16"),
        ("Nitrofurantoin: reminder of the risks of pulmonary and hepatic adverse drug reactions", "F16"),
        ("GLP-1 receptor agonists: reminder of the potential side effects", "F16"),
        ("Letters and medicine recalls sent to healthcare professionals in April 2023", "F18"),
        ("Statins: very infrequent reports of myasthenia gravis", "E11"),
        ("Tranexamic acid: risk of inadvertent intrathecal injection", "E11"),
        ("Emollients and risk of severe and fatal burns: new resources available", "E11"),
        ("Fluoroquinolone antibiotics: reminder of the risk of disabling and irreversible side effects", "E11"),
        ("Nexplanon contraceptive implants: new insertion site", "E11"),
        ("Digital mental health technology: MHRA guidance", "E11"),
    ],
)
def test_real_titles(title, expected):
    assert rule(article(title)) == expected


def test_what_fits_nothing_surely_is_amber_and_needs_a_person_and_says_what_it_may_be():
    found = decide(article("Statins: very infrequent reports"), RULES, GP, ISSUED)
    assert found.priority is Priority.AMBER
    assert "needs-a-person" in found.flags
    said = " ".join(reason.text for reason in found.reasons)
    assert all(id_ in said for id_ in ("F14", "F15", "F16", "F17"))
    assert "F18" not in said


@pytest.mark.parametrize(
    "grave",
    [
        "It must not be used in asthma.", "Stop prescribing it.", "It is contraindicated with nitrates.",
        "Use effective contraception.", "A fatal interaction with warfarin was seen.", "The licence was suspended.",
    ],
)  # fmt: skip
def test_advice_that_is_graver_than_the_title_decides(grave):
    assert rule(article("Testafil: reminder", f"Advise patients.\n{grave}")) == "F14"


@pytest.mark.parametrize("danger", ["Deaths were seen.", "Avoid it at night.", "The dose is new.", "Never chew it."])
def test_an_article_that_names_a_danger_is_never_mere_awareness(danger):
    found = decide(article("Testafil: reminder", f"Be aware of it. {danger}"), RULES, GP, ISSUED)
    assert found.rule != "F16"
    assert found.priority is not Priority.GREEN


def test_words_further_down_do_not_decide():
    text = "Contraindications are listed in the summary. It was not withdrawn. Use in pregnancy is not studied."
    assert rule(article("Testafil: reminder to advise patients", text=text)) == "F16"


def test_without_its_advice_an_article_is_never_green():
    for title in ("Testafil: reminder", "Testafil: for hospital use only"):
        assert rule(article(title)) in ("F16", "F17")
        assert rule(article(title, advice="")) == "E11"


def test_hospital_only_gives_way_to_anything_graver_and_to_primary_care():
    title = "Testafil: for hospital use only"
    assert rule(article(title)) == "F17"
    assert rule(article(title, "It is contraindicated in asthma")) == "F14"
    assert rule(article(title, "GPs continue it on repeat prescription")) == "E11"
    assert rule(article("Testafil: not for hospital use only")) != "F17"


def test_a_pharmacy_counsels_where_practices_test():
    asked = article("Testafil: risk of ketoacidosis", "Test for raised ketones. Advise patients of the signs")
    assert (rule(asked), rule(asked, PHARMACY)) == ("F15", "F16")
    assert decide(asked, RULES, PHARMACY, ISSUED).priority is Priority.AMBER
