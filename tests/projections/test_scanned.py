"""What is typed, pasted or scanned is understood: GS1 strings of every make, GTINs, batch numbers, rows, products."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.projections.scanned import GROUP, Asked, Kind, expiry_of, gtin14, has_check_digit, understand

GTIN = "05012345678900"
CODE = f"01{GTIN}1727113010TX1001{GROUP}21123"


@pytest.mark.parametrize("prefix", ["", "]d2", "]C1", "]Q3", "]e0", f"]d2{GROUP}", GROUP])
@pytest.mark.parametrize("group", [GROUP, "<GS>", "␝", "^]", "{GS}", "<gs>", "[FNC1]", "\\x1d"])
def test_a_code_is_read_with_every_prefix_and_separator(prefix: str, group: str) -> None:
    found = understand(prefix + CODE.replace(GROUP, group))
    assert (found.kind, found.gtin, found.batch, found.serial) == (Kind.GS1, GTIN, "TX1001", "123")
    assert found.expiry == date(2027, 11, 30)
    assert found.problems == ()


@pytest.mark.parametrize(
    "code",
    [
        f"(01){GTIN}(17)271130(10)TX1001(21)123",
        f"(01) {GTIN} (17) 271130 (10) TX1001 (21) 123",
        f"(21)123(10)TX1001(17)271130(01){GTIN}",
        f"21123{GROUP}10TX1001{GROUP}172711300105012345678900",
        f"01 {GTIN} 17 271130 10 TX1001 21 123",
        f"01{GTIN}1727113010TX1001 21123",
        f"01{GTIN}21123{GROUP}172711307106281{GROUP}10TX1001\r\n",
        f"01{GTIN}172711300010TX1001{GROUP}21123".replace("0010TX", "10TX"),
    ],
)
def test_parts_may_come_in_any_order_and_be_printed_for_people(code: str) -> None:
    found = understand(code)
    assert (found.gtin, found.batch, found.serial, found.expiry) == (GTIN, "TX1001", "123", date(2027, 11, 30))


@st.composite
def codes(draw: st.DrawFn) -> tuple[str, str, str, str, date]:
    text = st.text(string.ascii_uppercase + string.digits + "-/.", min_size=1, max_size=20)
    body = draw(st.text(string.digits, min_size=13, max_size=13))
    gtin = next(f"{body}{last}" for last in string.digits if has_check_digit(f"{body}{last}"))
    day = draw(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
    batch, serial = draw(text), draw(text)
    parts = [f"01{gtin}", f"17{day:%y%m%d}", f"10{batch}{GROUP}", f"21{serial}{GROUP}"]
    order = draw(st.permutations(parts))
    prefix = draw(st.sampled_from(["]d2", "]C1", "]Q3", "]e0"]))
    return prefix + "".join(order), gtin, batch, serial, day


@given(codes())
def test_every_code_comes_back_as_it_was_made(code: tuple[str, str, str, str, date]) -> None:
    text, gtin, batch, serial, day = code
    found = understand(text)
    assert (found.gtin, found.batch, found.serial, found.expiry) == (gtin, batch, serial, day)
    assert found.problems == ()


@given(st.text(max_size=120) | st.binary(max_size=120).map(lambda data: data.decode("latin-1")))
def test_any_text_is_understood_as_something(text: str) -> None:
    for one in (text, f"]d2{text}", f"01{GTIN}{text}", f"(01){text}(10){text}"):
        found = understand(one)
        assert isinstance(found, Asked)
        assert found.kind is not Kind.GS1 or found.gtin or found.batch or found.problems


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("(01)05012345678901(10)A1", "The check digit of the GTIN 05012345678901 is wrong."),
        ("(01)0501234(10)A1", "The GTIN “0501234” in the code has not 14 digits."),
        (f"01{GTIN}17271330", "The expiry date “271330” in the code is not a date."),
        (f"(01){GTIN}(17)271131(10)A1", "The expiry date “271131” in the code is not a date."),
        (f"(01){GTIN}(10)", "The batch number in the code is empty."),
        (f"]d201{GTIN}10{'A' * 25}", "The batch number in the code is longer than 20 characters"),
        ("]d2ABC", "“ABC” in the code is not GS1, and was not read."),
        ("]d2", "Nothing was entered."),
        ("]d221123", "The code holds neither a GTIN nor a batch number."),
        ("   ", "Nothing was entered."),
        ("x" * 301, "This is longer than any batch number, code or product name."),
        ("5012345678901", "It has 13 digits like a GTIN, but its check digit is wrong."),
    ],
)
def test_what_is_malformed_has_its_own_sentence(code: str, said: str) -> None:
    assert any(said in problem for problem in understand(code).problems)


def test_what_can_be_read_of_a_malformed_code_is_read() -> None:
    found = understand("(01)05012345678901(17)2711(10)TX1001")
    assert found.batch == "TX1001"
    assert len(found.problems) == 2


def test_day_00_is_the_last_of_the_month() -> None:
    assert expiry_of("280200") == date(2028, 2, 29)
    assert expiry_of("270200") == date(2027, 2, 28)
    assert expiry_of("270231") is None
    assert expiry_of("27１２30") is None


@pytest.mark.parametrize("digits", ["50123452", "614141000036", "5012345678900", GTIN])
def test_gtins_of_every_length_become_one_of_14(digits: str) -> None:
    found = understand(digits)
    assert has_check_digit(digits)
    assert found.gtin == gtin14(digits) == digits.zfill(14)
    assert understand(f"{digits[:4]} {digits[4:]}").gtin == found.gtin


def test_eight_digits_are_a_batch_number_first() -> None:
    assert understand("50123452").kind is Kind.BATCH
    assert understand("50123453").problems == ()


@pytest.mark.parametrize(
    ("text", "kind", "batch", "product"),
    [
        ("4L01372H", Kind.BATCH, "4L01372H", ""),
        (" ER 4824 ", Kind.BATCH, "ER 4824", ""),
        ("Batch No: 4L01372H", Kind.BATCH, "4L01372H", ""),
        ("lot 240537", Kind.BATCH, "240537", ""),
        ("LOT123", Kind.BATCH, "LOT123", ""),
        ("BN: 240537", Kind.BATCH, "240537", ""),
        ("Fingolimod 4L01372H", Kind.BATCH, "4L01372H", "Fingolimod"),
        ("Fingolimod 0.5 mg capsules batch 4L01372H", Kind.BATCH, "4L01372H", "Fingolimod 0.5 mg capsules"),
        ("Fingolimod 0.5 mg capsules", Kind.PRODUCT, "", "Fingolimod 0.5 mg capsules"),
        ("co-codamol 30/500 tablets", Kind.PRODUCT, "", "co-codamol 30/500 tablets"),
        ("Inegy 10/40 tablets", Kind.PRODUCT, "", "Inegy 10/40 tablets"),
        ("EMERADE", Kind.PRODUCT, "EMERADE", "EMERADE"),
        ("4L01372H\t01/2028\tFingolimod", Kind.BATCH, "4L01372H", "Fingolimod"),
        ("Fingolimod; 4L01372H; 31 January 2028; 28", Kind.BATCH, "4L01372H", "Fingolimod"),
        ("4L01372H exp 01/2028", Kind.BATCH, "4L01372H", ""),
        ("4L01372H 01/2028", Kind.BATCH, "4L01372H", ""),
        ("'4L01372H'", Kind.BATCH, "4L01372H", ""),
        ("４Ｌ０１３７２Ｈ", Kind.BATCH, "4L01372H", ""),
        ("Batch number", Kind.HEADING, "", ""),
        ("Batch No.\tExpiry date\tPack size", Kind.HEADING, "", ""),
    ],
)
def test_what_is_typed_or_pasted(text: str, kind: Kind, batch: str, product: str) -> None:
    found = understand(text)
    assert (found.kind, found.batch, found.product) == (kind, batch, product)


def test_a_pasted_row_keeps_its_expiry() -> None:
    for text in ("4L01372H\t01/2028", "4L01372H, 31 January 2028", "4L01372H exp: 01/2028", "4L01372H 01/2028"):
        assert understand(text).expiry == date(2028, 1, 31)


@pytest.mark.parametrize("mark", ["~", "|", "^", "#", " ", "\u00e8", "{GS}", "\x1d"])
def test_whatever_a_scanner_puts_for_a_separator_ends_the_batch(mark: str) -> None:
    asked = understand(f"010501234567890017271130104L01372H{mark}21ABC123")
    assert (asked.kind, asked.batch, asked.serial) == (Kind.GS1, "4L01372H", "ABC123")
    assert asked.problems == ()


@pytest.mark.parametrize(
    "link",
    [
        "https://id.gs1.org/01/05012345678900/10/4L01372H/21/ABC?17=271130",
        "https://example.org/some/where/01/5012345678900/10/4L01372H?17=271130&21=ABC&utm=x",
        "http://id.gs1.org/01/05012345678900/10/4L%30%31372H/21/ABC?17=271130#top",
    ],
)
def test_a_digital_link_of_a_qr_code_is_a_code(link: str) -> None:
    asked = understand(link)
    assert (asked.kind, asked.batch, asked.gtin) == (Kind.GS1, "4L01372H", "05012345678900")
    assert (asked.expiry, asked.serial) == (date(2027, 11, 30), "ABC")


def test_another_address_is_no_code() -> None:
    assert understand("https://www.gov.uk/drug-device-alerts/x").kind is not Kind.GS1
