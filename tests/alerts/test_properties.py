"""What must hold of every reference, date, table and page, tried on many made-up ones."""

from __future__ import annotations

import calendar
from datetime import date
from html import escape

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from msat.alerts.dates import last_day, moments
from msat.alerts.model import Where
from msat.alerts.read import read
from msat.alerts.reference import find, normalise
from msat.alerts.versions import read_anew
from tests.alerts.test_read import item

TRIES = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
YEARS = st.integers(10, 49)
NUMBERS = st.integers(1, 999)
SPACES = st.sampled_from(["", " ", "  "])
ANY_TEXT = st.text(
    alphabet=st.characters(codec="utf-8") | st.sampled_from("EL(24)A/36 NatPSA/2023 |\n<>&"),
    max_size=120,
)
BATCH = st.from_regex(r"[A-Z]{1,3}[0-9]{4,6}", fullmatch=True)
DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))


# --- references ------------------------------------------------------------------------------------------------------


@TRIES
@given(YEARS, NUMBERS, SPACES, SPACES, SPACES, st.sampled_from(["EL", "CLMR", "CLDA"]))
def test_a_reference_is_found_in_any_spacing(year: int, number: int, a: str, b: str, c: str, series: str) -> None:
    text = f"{series}{a}({year}){b}A/{c}{number:02d}"
    value = f"{series}({year})A/{number:02d}"
    (found,) = find(f"Acme Ltd, Testafil 5mg, {text}.")
    assert (found.value, found.words) == (value, text)
    assert normalise(text) == normalise(text.lower()) == normalise(value) == value


@TRIES
@given(ANY_TEXT)
@example("(EL(20)A/23")
@example("EL(24)A36 and EL (22)A 08")
def test_what_is_found_stands_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for reference in find(text):
        assert text[reference.start : reference.start + len(reference.words)] == reference.words
        assert reference.start >= end
        end = reference.start + len(reference.words)
        assert normalise(reference.value) == reference.value


# --- dates -----------------------------------------------------------------------------------------------------------

WHOLE = (
    "{0:%d}/{0:%m}/{0:%Y}", "{0.day} {month} {0:%Y}", "{0.day} {short} {0:%Y}", "{0:%d}-{short}-{0:%Y}",
    "{0:%d}/{short}/{0:%Y}", "{0.day}/{0.month}/{0:%Y}", "{0:%Y}-{0:%m}-{0:%d}", "{0:%d}.{0:%m}.{0:%Y}",
)  # fmt: skip
MONTHS = (
    "{0:%m}/{0:%Y}", "{month} {0:%Y}", "{upper}/{0:%Y}", "{0:%m}-{0:%Y}", "{0:%m} {0:%Y}", "{short} {0:%Y}",
)  # fmt: skip


def printed(form: str, day: date) -> str:
    month, short = calendar.month_name[day.month], calendar.month_abbr[day.month]
    return form.format(day, month=month, short=short, upper=short.upper())


@TRIES
@given(DAYS)
def test_every_spelling_of_an_expiry_means_its_last_day(day: date) -> None:
    for form in WHOLE:
        assert last_day(printed(form, day)) == day
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    for form in MONTHS:
        assert last_day(printed(form, day)) == last


@TRIES
@given(st.text(max_size=30))
@example("31/02/2026")
@example("13/2026")
@example("05/06/07/2026")
@example("Not yet distributed")
def test_what_is_no_date_is_none_and_never_an_error(text: str) -> None:
    assert last_day(text) is None or isinstance(last_day(text), date)
    for moment in moments(text):
        assert 0 <= moment.start < moment.end <= len(text)


# --- tables ----------------------------------------------------------------------------------------------------------

ROWS = st.lists(st.tuples(BATCH, st.integers(1, 12), st.integers(2025, 2035)), min_size=1, max_size=12, unique=True)
HEADERS = st.permutations(["Batch No.", "Expiry Date", "Pack Size", "First Distributed"])


@TRIES
@given(ROWS, HEADERS)
def test_a_table_gives_its_rows_whatever_the_order_of_its_columns(
    rows: list[tuple[str, int, int]], headers: list[str]
) -> None:
    head = "".join(f"<th>{name}</th>" for name in headers)
    body = ""
    for number, month, year in rows:
        cells = {
            "Batch No.": number,
            "Expiry Date": f"{month:02d}/{year}",
            "Pack Size": "28",
            "First Distributed": "Not yet distributed",
        }
        body += f"<tr>{''.join(f'<td>{cells[name]}</td>' for name in headers)}</tr>"
    html = f"<h3>Affected Lot Batch Numbers</h3><table><tr>{head}</tr>{body}</table>"
    alert = read(item("Class 2 Medicines Recall: Acme Ltd, Testafil, EL(26)A/61", html))
    assert [(b.number, b.expiry, b.first_distributed) for b in alert.batches] == [
        (number, f"{month:02d}/{year}", "Not yet distributed") for number, month, year in dict.fromkeys(rows)
    ]
    assert alert.unread == ()


@TRIES
@given(st.lists(st.lists(ANY_TEXT, min_size=1, max_size=5), min_size=1, max_size=6))
def test_a_batch_is_never_made_up(rows: list[list[str]]) -> None:
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    html = f"<table><tr><th>Batch Number</th><th>Expiry Date</th></tr>{body}</table>"
    alert = read(item("Class 2 Medicines Recall: Acme Ltd, Testafil, EL(26)A/61", html))
    for batch in alert.batches:
        assert batch.words in alert.text or batch.words in alert.title
        assert batch.number in batch.words
        assert batch.through in batch.words


# --- whole pages -----------------------------------------------------------------------------------------------------

PIECES = st.lists(
    st.sampled_from(
        [
            "<h2>Action by</h2>", "<h2>Device details</h2>", "<h2>Acme: Port</h2>", "<p>MHRA reference: 28050499</p>",
            "<p>Tier 2</p>", "<p>Start date: 1 May 2024</p>", "<p>This alert was superseded by DSI/2024/003.</p>",
            "<p>This supersedes EL(24)A/36</p>", "<p>Issued to: GP Practices; Pharmacies</p>", "<p>5 March 2024</p>",
            "<p>Drug Safety Update volume 8, issue 11</p>", "<a href='/x'>Class 2 Medicines Recall: EL(24)A/37</a>",
            "<p>The deadline for completion was extended from 3 May 2024 to 9 May 2024</p>", "<h3>Letters</h3>",
            "<table><tr><td>Batch</td></tr><tr><td>AB1234</td></tr></table>", "<ul><li>Testafil</li></ul>",
        ]
    )
    | ANY_TEXT.map(escape),
    max_size=14,
)  # fmt: skip
TITLES = st.sampled_from(
    [
        "Field Safety Notices: 4 to 8 March 2024", "MHRA Safety Roundup: May 2024", "Testafil (NatPSA/2024/001/DHSC)",
        "Letters and medicine recalls sent to healthcare professionals in May 2024", "Class 2 Medicines Recall: X",
        "Medicine Supply Notification: X, MSN/2024/012", "Medical device alert: X (MDA/2015/026)", "",
    ]
)  # fmt: skip
PATHS = st.sampled_from(["/drug-device-alerts/x", "/drug-safety-update/x", "/pasted/x"])


@TRIES
@given(TITLES, PIECES, PATHS, st.sampled_from(["", "uk", "us"]))
def test_every_fact_of_any_page_rests_on_its_words(title: str, pieces: list[str], path: str, nation: str) -> None:
    alert = read(item(title, "".join(pieces), path=path, nation=nation))
    facts = [*alert.facts().values(), *alert.audience, *alert.devices, *alert.supersedes, *alert.superseded_by]
    facts += [fact for one in alert.items for fact in one.references]
    for fact in facts:
        if fact.where in (Where.TITLE, Where.TEXT):
            assert fact.words in (alert.title if fact.where is Where.TITLE else alert.text)
    assert all(one.words in alert.text for one in alert.items)
    assert all(deadline.words in alert.text or deadline.words in alert.title for deadline in alert.deadlines)
    assert read_anew(alert) == alert
