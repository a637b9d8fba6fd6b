"""Which half of a title is the firm: by the notice's own section, legal forms, words of the trade, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from msat.actions.recommend import values_of
from msat.alerts.firms import is_firm, is_name_of, names_medicine, sounds_like_a_firm
from msat.alerts.model import Alert, Where
from msat.alerts.read import read
from tests.alerts.test_read import item
from tests.alerts.test_score import item_of

RECALL = "Class 2 Medicines Recall: "


def holder(words: str) -> str:
    return f"<h2>Marketing Authorisation Holder</h2><p>{words}</p>"


def halves(title: str, html: str = "") -> tuple[str | None, list[str]]:
    alert = read(item(f"{RECALL}{title}, EL(25)A/36", html, alert_type="medicines-recall-notification"))
    return (alert.company.value if alert.company else None), [product.name for product in alert.products]


@pytest.mark.parametrize("name", ["Becton Dickinson UK Ltd", "Acme Pharmaceuticals NV", "Acme Inc., Beta Pharma Ltd"])
def test_a_legal_form_makes_a_firm(name: str) -> None:
    assert is_firm(name)
    assert not names_medicine(name)


@pytest.mark.parametrize(
    "name",
    ["Thing 5mg", "Thing Acme Pharma", "Thing SA", "Thing Acme Laboratories", "Thing, Acme Ltd", "Syrup Acme Ltd"],
)
def test_a_medicine_named_after_a_firm_is_no_firm(name: str) -> None:
    assert not is_firm(name)


def test_words_of_the_trade_only_sound_like_a_firm() -> None:
    assert sounds_like_a_firm("Acme Healthcare")
    assert sounds_like_a_firm("Acme Pharmacy Specials MS 12345")
    assert not sounds_like_a_firm("Acme Pharma 5mg")
    assert not sounds_like_a_firm("suspension Acme Pharma")
    assert not is_firm("Acme Healthcare")


def test_the_beginning_of_a_firms_name_is_its_name() -> None:
    assert is_name_of("Acme Industria", "Acme Industria Chimica e Farmaceutica S.p.A.")
    assert not is_name_of("Acme Industrial", "Acme Industria S.p.A.")
    assert not is_name_of("Acme 5mg", "Acme 5mg Ltd")


@pytest.mark.parametrize(
    ("title", "said", "company", "product"),
    [
        # the firm behind the product, and the section repeats the product
        ("Prep 1mL Sterile Applicator,  Acme UK Ltd", "Prep 1mL Sterile Applicator", "Acme UK Ltd", None),
        ("Thing 250 micrograms inhalation, suspension , Acme Ltd", "Thing 250 micrograms inhalation", "Acme Ltd",
         "Thing 250 micrograms inhalation, suspension"),
        ("Thing inhalation, suspension, Acme Ltd", "Thing inhalation", "Acme Ltd", "Thing inhalation, suspension"),
        ("Thing 5mg", "Acme Infusion Alliance", "Acme Infusion Alliance", "Thing 5mg"),
        ("Brandname, Acme Limited", "Brandname", "Acme Limited", "Brandname"),
        # the section names the firm, the title only its beginning or nothing that tells
        ("Thing 20mg Tablets, Beta", "Beta Industria Chimica S.p.A.", "Beta Industria Chimica S.p.A.",
         "Thing 20mg Tablets"),
        ("Beta, Brandname", "Beta Group", "Beta Group", "Brandname"),
        ("Syra Ltd, T/A SyraMed, Thing 10mg/5ml Solution", "Syra Ltd", "Syra Ltd", "Thing 10mg/5ml Solution"),
        ("Acme Ltd trading as Beta Thing 600mg", "Acme Ltd", "Acme Ltd", "Beta Thing 600mg"),
        ("Acme", "Acme", "Acme", None),
    ],
)  # fmt: skip
def test_the_notices_own_section_tells(title: str, said: str, company: str, product: str | None) -> None:
    wanted = [] if title == "Acme" else [product or "Prep 1mL Sterile Applicator"]
    assert halves(title, holder(said)) == (company, wanted)


@pytest.mark.parametrize(
    ("title", "company", "product"),
    [
        ("Thing 20mg Tablets, Acme Industria", "Acme Industria", "Thing 20mg Tablets"),
        ("Acme Pharmacy Specials MS 12345, Thing Infusion 500ml", "Acme Pharmacy Specials MS 12345",
         "Thing Infusion 500ml"),
        ("Various Marketing Authorisation Holders, thing-containing products",
         "Various Marketing Authorisation Holders", "thing-containing products"),
        ("Acme Farmacêutica, Thing 2g concentrate", "Acme Farmacêutica", "Thing 2g concentrate"),
        ("Thing 10mg film-coated tablets, Acme Pharmaceuticals NV", "Acme Pharmaceuticals NV",
         "Thing 10mg film-coated tablets"),
        ("Thing Acme Therapeutics 100 mg capsules", None, "Thing Acme Therapeutics 100 mg capsules"),
        ("Thing, Acme Healthcare", None, "Thing, Acme Healthcare"),
        ("Acme Thing 200ml, Beta Dry Cough 200ml", None, "Acme Thing 200ml, Beta Dry Cough 200ml"),
    ],
)  # fmt: skip
def test_words_of_the_trade_tell_beside_a_medicine(title: str, company: str | None, product: str) -> None:
    assert halves(title) == (company, [product])


def test_a_medicine_where_the_firm_should_stand_is_no_firm() -> None:
    assert halves("Thing 5mg tablets, EL", holder("Thing 5mg tablets"))[0] is None
    labelled = "<p>Company: Thing 5mg tablets</p><p>MAH: Acme Ltd</p>"
    assert halves("Thing 5mg tablets", labelled) == ("Acme Ltd", ["Thing 5mg tablets"])
    both = "<h2>Company</h2><p>Acme Ltd</p><p>Thing 5mg tablets</p>"
    assert halves("Thing 5mg tablets", both)[0] == "Acme Ltd"


def test_a_title_repeated_in_the_holders_section_gives_its_firm() -> None:
    words = f"{RECALL}Thing 5mg tablets, Acme Ltd, EL(25)A/36"
    alert = read(item("Thing", holder(words), alert_type="medicines-recall-notification"))
    assert alert.company
    assert (alert.company.value, alert.company.words, alert.company.where) == ("Acme Ltd", words, Where.TEXT)


def test_where_only_firms_are_named_no_product_is() -> None:
    alert = read(item(f"{RECALL}Acme Ltd, Beta Pharma Ltd, EL(25)A/36", alert_type="medicines-recall-notification"))
    assert alert.products == ()
    assert values_of(alert)["product"] == "the product in the notice"


def test_a_firm_that_heads_the_medicine_section_is_no_product() -> None:
    html = "<h2>Medicine details</h2><p>Acme UK Ltd</p><p>Thing 5mg tablets</p><p>PL 12345/0001</p>"
    alert = read(item(f"{RECALL}Acme UK Ltd, Thing 5mg tablets", html, alert_type="medicines-recall-notification"))
    assert [(p.name, p.licence) for p in alert.products] == [("Thing 5mg tablets", "PL 12345/0001")]


def test_the_actions_name_the_product_and_not_its_firm() -> None:
    prep = "Prep 1mL Clear Sterile Solution/Applicator"
    alert = read(item(f"{RECALL}{prep},  Acme UK Ltd, EL(25)A/36", holder(prep)))
    told = values_of(alert)
    assert (told["product"], told["company"]) == (prep, "Acme UK Ltd")


def test_no_real_notice_takes_a_firm_for_a_product_or_a_product_for_a_firm(shared: Path) -> None:
    lines = (shared / "govuk" / "notices.jsonl").read_text(encoding="utf-8").splitlines()
    alerts: list[Alert] = [read(item_of(json.loads(line))) for line in lines]
    assert len(alerts) == 135
    products = [p.name for alert in alerts for p in alert.products if is_firm(p.name) or sounds_like_a_firm(p.name)]
    companies = [alert.company.value for alert in alerts if alert.company and names_medicine(alert.company.value)]
    assert (products, companies) == ([], [])
    (prep,) = [alert for alert in alerts if alert.key == "EL(25)A/36"]
    assert prep.company
    assert prep.company.value == "Becton Dickinson UK Ltd"
    assert [product.name.split()[0] for product in prep.products] == ["ChloraPrep"]
