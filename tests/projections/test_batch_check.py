"""Which of the four answers: exact, in a range, covered by words, alike, of another product, or not known."""

from __future__ import annotations

import string
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.alerts.model import Batch, Product, Where
from msat.ids import AlertKey
from msat.projections.affected import Affected
from msat.projections.batch_check import Answer, How, NamesOf, Verdict, check
from msat.projections.batch_index import BatchIndex
from msat.projections.products import same_product
from msat.projections.scanned import understand

TODAY = date(2026, 11, 22)
GTIN, OTHER = "05012345678900", "05099999999995"


def a_notice(
    reference: str = "EL(26)A/37",
    batches: tuple[str, ...] = ("4L01372H",),
    product: str = "Fingolimod Zentiva 0.5 mg capsules",
    gtin: str = "",
    company: str = "Zentiva Pharma UK Ltd",
    **more: Any,
) -> Affected:
    made = [Batch(*number.split(" to ")[:1], number, through="".join(number.split(" to ")[1:])) for number in batches]
    products = (Product(product, product, Where.TEXT, gtin=gtin),)
    title = f"Class 2 Medicines Recall: {company}, {product}"
    withdrawn = more.pop("withdrawn", "")
    return Affected(AlertKey(reference), reference, title, company, withdrawn, tuple(made), products, **more)


def ask(text: str, *notices: Affected, names: NamesOf = lambda _gtin: ()) -> Answer:
    return check(understand(text), BatchIndex(notices or (a_notice(),)), TODAY, names)


def gs1(batch: str, gtin: str = GTIN, expiry: str = "271130") -> str:
    return f"]d201{gtin}17{expiry}10{batch}\x1d21123"


@pytest.mark.parametrize("text", ["4L01372H", "4l01372h", " 4L01372H ", "Lot 4L01372H", gs1("4L01372H")])
def test_a_number_as_printed_is_affected(text: str) -> None:
    found = ask(text)
    assert found.verdict is Verdict.AFFECTED
    assert [(hit.notice.reference, hit.how, hit.batch.number) for hit in found.hits] == [
        ("EL(26)A/37", How.EXACT, "4L01372H")
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("4LO1372H", "look whether it is 0 or O"), ("4L0I372H", "1 or I"), ("4101372H", "L or 1"),
        ("4L-01372H", "spaces"),
        ("4L 01372H", "hyphens"), ("4L01372", "one character is missing"), ("4L01372HX", "one character is too many"),
        ("4L01373H", "one character differs"), ("4L01327H", "two characters have changed places"),
        ("01372H", "may be only a part of it"), ("4L01372HAB12", "goes on beyond it"),
    ],
)  # fmt: skip
def test_a_near_miss_is_look_again_with_the_reason(text: str, why: str) -> None:
    found = ask(text)
    assert found.verdict is Verdict.LOOK_AGAIN
    assert why in found.hits[0].why
    assert found.hits[0].how is How.NEAR


@pytest.mark.parametrize(("printed", "typed"), [("SB12345", "5812345"), ("Z1234", "21234"), ("ER 4824", "ER4824")])
def test_lookalikes_and_spaces_in_what_is_printed(printed: str, typed: str) -> None:
    assert ask(printed, a_notice(batches=(printed,))).verdict is Verdict.AFFECTED
    assert ask(typed, a_notice(batches=(printed,))).verdict is Verdict.LOOK_AGAIN


_NUMBER = st.text(string.ascii_uppercase + string.digits, min_size=5, max_size=10).filter(
    lambda text: any(map(str.isdigit, text))
)


@given(st.lists(_NUMBER, min_size=1, max_size=20, unique=True), st.data())
def test_every_single_slip_is_found_and_never_taken_for_the_same(numbers: list[str], data: st.DataObject) -> None:
    index = BatchIndex([a_notice(batches=tuple(numbers))])
    number = data.draw(st.sampled_from(numbers))
    at = data.draw(st.integers(0, len(number) - 1))
    mark = data.draw(st.sampled_from(string.ascii_uppercase + string.digits))
    before, after = number[:at], number[at + 1 :]
    for slip in (before + after, before + mark + after, before + mark + number[at:]):
        if slip in numbers:
            assert number in {r.batch.number for r in index.exact(number)}
            continue
        assert index.exact(slip) == []
        near = {row.batch.number for row, _why in index.near(slip, most=1000)}
        if len(slip) >= 4:
            assert number in near, (slip, near)


def test_a_range_holds_what_lies_inside_and_has_its_form() -> None:
    notice = a_notice(batches=("5000879 to 5000964",))
    for inside in ("5000879", "5000900", "5000964"):
        assert ask(inside, notice).verdict is Verdict.AFFECTED
    assert ask("5000900", notice).hits[0].why == "EL(26)A/37 names every number from 5000879 to 5000964."
    for outside in ("5000878", "5000965"):
        assert ask(outside, notice).verdict is not Verdict.AFFECTED
    for other in ("05000900", "500090", "A5000900", "5000900A"):
        assert ask(other, notice).verdict is not Verdict.AFFECTED
    assert ask("5OOO9OO", notice).verdict is Verdict.LOOK_AGAIN
    lettered = a_notice(batches=("AB100 to AB199",))
    assert ask("ab150", lettered).verdict is Verdict.AFFECTED
    assert ask("AC150", lettered).verdict is not Verdict.AFFECTED


def test_words_about_all_batches_need_the_product() -> None:
    notice = a_notice(batches=(), gtin=GTIN, all_batches=("All lots with an expiry date up to and including 02/2028",))
    assert ask(gs1("X1", expiry="280229"), notice).verdict is Verdict.AFFECTED
    assert ask(gs1("X1", expiry="280200"), notice).hits[0].how is How.ALL
    assert ask(gs1("X1", expiry="280331"), notice).verdict is Verdict.SAME_PRODUCT
    assert ask(gs1("X1", gtin=OTHER), notice).verdict is Verdict.NOT_KNOWN
    assert ask(GTIN, notice).verdict is Verdict.LOOK_AGAIN
    alone = ask("X1234", notice)
    assert alone.verdict is Verdict.NOT_KNOWN
    assert "a batch number alone cannot be compared" in alone.notes[0]
    assert ask("fingolimod; X1234; 01/2028", notice).verdict is Verdict.AFFECTED


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("All batches", Verdict.AFFECTED), ("All lots", Verdict.AFFECTED), ("all remaining stock", Verdict.AFFECTED),
        ("All batches except those distributed since 2026", Verdict.LOOK_AGAIN),
        ("all distributed batches of Oxbryta 500 mg Tablets", Verdict.AFFECTED),
        ("All batches of Oxbryta manufactured before May", Verdict.LOOK_AGAIN),
        ("All batches with an expiry date before 11/2027", Verdict.SAME_PRODUCT),
        ("All batches with an expiry date before 12/2027", Verdict.AFFECTED),
        ("All batches with an expiry after 01/2030", Verdict.LOOK_AGAIN),
    ],
)  # fmt: skip
def test_only_words_that_are_understood_make_a_pack_affected(words: str, verdict: Verdict) -> None:
    assert ask(gs1("X1"), a_notice(batches=(), gtin=GTIN, all_batches=(words,))).verdict is verdict


def test_the_same_number_on_another_product_is_look_again() -> None:
    found = ask(gs1("4L01372H", gtin=OTHER), a_notice(gtin=GTIN))
    assert found.verdict is Verdict.LOOK_AGAIN
    assert OTHER in found.hits[0].why
    assert ask(gs1("4L01372H"), a_notice(gtin="5012345678900")).verdict is Verdict.AFFECTED
    typed = ask("paracetamol 4L01372H")
    assert typed.verdict is Verdict.LOOK_AGAIN
    assert "paracetamol" in typed.hits[0].why


def test_the_product_without_the_batch() -> None:
    for text in (gs1("ZZ98765"), "fingolimod ZZ98765", "Zentiva fingolimod 0.5mg; ZZ98765"):
        found = ask(text, a_notice(gtin=GTIN))
        assert found.verdict is Verdict.SAME_PRODUCT, text
        assert found.hits[0].why == "EL(26)A/37 names this product, but not this batch."
    for text in ("fingolimod", "FINGOLIMOD", "fingolimod capsules", GTIN, f"]d201{GTIN}"):
        found = ask(text, a_notice(gtin=GTIN))
        assert found.verdict is Verdict.LOOK_AGAIN, text
        assert found.hits[0].how is How.PRODUCT


def test_a_scanned_packs_near_misses_are_those_of_its_own_product() -> None:
    own = a_notice(gtin=GTIN, batches=("TX1001",))
    other = a_notice("EL(26)A/38", batches=("TX1003",), product="Meropenem 1 g", gtin=OTHER, company="B. Braun")
    found = ask(gs1("TX1002"), own, other)
    assert (found.verdict, [hit.notice.reference for hit in found.hits]) == (Verdict.LOOK_AGAIN, ["EL(26)A/37"])
    assert ask(gs1("TX100199"), own).verdict is Verdict.LOOK_AGAIN  # a lost separator runs the serial on


def test_dmd_names_join_a_pack_with_a_notice_that_has_no_gtin() -> None:
    names = lambda _gtin: ("Fingolimod 0.5mg capsules (Zentiva Pharma UK Ltd) 28 capsule",)  # noqa: E731
    assert ask(gs1("ZZ98765"), names=names).verdict is Verdict.SAME_PRODUCT
    assert ask(gs1("4L01372H"), names=names).verdict is Verdict.AFFECTED
    other = lambda _gtin: ("Paracetamol 500mg tablets (Zentiva Pharma UK Ltd) 100 tablet",)  # noqa: E731
    found = ask(gs1("4L01372H"), names=other)
    assert found.verdict is Verdict.LOOK_AGAIN
    assert "dm+d calls this pack Paracetamol" in found.hits[0].why


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("Fingolimod 0.5mg capsules (Zentiva Pharma UK Ltd) 28 capsule", True),
        ("Fingolimod 0.5mg capsules (Accord Healthcare Ltd) 28 capsule", False),
        ("Fingolimod 0.25mg capsules (Zentiva Pharma UK Ltd) 28 capsule", False),
        ("Paracetamol 0.5mg capsules (Zentiva Pharma UK Ltd)", False),
        ("", False),
    ],
)
def test_a_name_is_the_product_with_its_strength_and_maker(name: str, same: bool) -> None:
    product = Product("Fingolimod Zentiva 0.5 mg hard capsules", "", Where.TEXT)
    assert same_product(name, product, "Zentiva Pharma UK Limited") is same


def test_a_withdrawn_notice_is_said_to_be_one() -> None:
    found = ask("4L01372H", a_notice(withdrawn="Issued in error"))
    assert found.verdict is Verdict.LOOK_AGAIN
    assert found.hits[0].why == "The publisher has withdrawn EL(26)A/37: Issued in error."
    both = ask("4L01372H", a_notice(withdrawn="Issued in error"), a_notice("EL(26)A/40"))
    assert (both.verdict, [hit.notice.reference for hit in both.hits]) == (Verdict.AFFECTED, ["EL(26)A/40"])


def test_expired_malformed_and_unknown_each_have_their_sentence() -> None:
    expired = ask(gs1("ZZ98765", expiry="251130"))
    assert "The pack expired on 30 November 2025, whatever the notices say." in expired.notes
    assert f"No notice known here names the product of GTIN {GTIN}, by itself or through dm+d." in expired.notes
    malformed = ask("(01)05012345678901(10)ZZ98765")
    assert (malformed.verdict, malformed.notes[0]) == (
        Verdict.LOOK_AGAIN, "The check digit of the GTIN 05012345678901 is wrong."
    )  # fmt: skip
    assert ask("]d2", a_notice()).verdict is Verdict.LOOK_AGAIN
    assert ask("Batch number").verdict is Verdict.NOT_KNOWN
    assert ask("ZZ98765").verdict is Verdict.NOT_KNOWN


def test_another_expiry_than_printed_is_said() -> None:
    batch = Batch("4L01372H", "4L01372H", expiry="11/2027", expires=date(2027, 11, 30))
    notice = Affected(AlertKey("k"), "EL(26)A/37", "t", "", "", (batch,))
    assert "expiry dates differ" in ask(gs1("4L01372H", expiry="280131"), notice).hits[0].why
    assert "differ" not in ask(gs1("4L01372H", expiry="271100"), notice).hits[0].why


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it_or_is_called_safe(text: str) -> None:
    found = ask(text, a_notice(), a_notice("EL(26)A/38", batches=("100 to 200",), all_batches=("All batches",)))
    assert found.verdict in set(Verdict)
    said = " ".join((*found.notes, *(hit.why for hit in found.hits))).replace(text, "")
    assert "safe" not in said.lower()
