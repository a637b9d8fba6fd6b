"""Batch tables that break parsers: swapped, spanned, turned, headless, and tables that are none."""

from __future__ import annotations

import pytest

from msat.alerts.tables import read_tables
from msat.alerts.text import document


def table(head: list[str], *rows: list[str]) -> str:
    def row(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"

    return (
        f"<table><thead>{row(head, 'th')}</thead><tbody>{''.join(row(cells, 'td') for cells in rows)}</tbody></table>"
    )


def numbers(html: str) -> list[str]:
    return [f"{b.number}-{b.through}" if b.through else b.number for b in read_tables(document(html)).found]


@pytest.mark.parametrize(
    ("html", "want"),
    [
        (table(["Batch Number", "Expiry Date"], ["T43157 (Almus)", "31 Jan 2020"]), ["T43157"]),
        (table(["Product", "Lot No"], ["A", "AB123<br>AB124*"]), ["AB123", "AB124"]),
        (table(["Batch Number(s)", "Expiry"], ["12345, 12346 &amp; 12347", "05/2027"]), ["12345", "12346", "12347"]),
        (table(["Batch number range from and to inclusive"], ["From 5000879 to 5000964"]), ["5000879-5000964"]),
        (table(["Batch number range", "Expiry"], ["5000879-5000964", "05/2027"]), ["5000879-5000964"]),
        (table(["Batch No.", "Expiry"], ["270185-24062FA-30424", "05/2027"]), ["270185-24062FA-30424"]),
        (table(["LOT", "EXP"], ["ER 4824", "05/2027"]), ["ER 4824"]),
        (table(["Batch/Lot No."], ["Batch 99A1"], ["Lot: 99A2"]), ["99A1", "99A2"]),
        (table(["Batch no", "Product", "Expiry date"], ["ACME 500 IU", "ITA2N65", "12/06/2018"]), ["ITA2N65"]),
        (
            table(["Batch number", "Expiry"], ["12/05/2027", "AB12345"], ["13/06/2028", "AB12346"]),
            ["AB12345", "AB12346"],
        ),
        (table(["Batch", "Expiry", "Batch", "Expiry"], ["A1234", "05/27", "A1235", "06/27"]), ["A1234", "A1235"]),
        (table(["Product", "Batch Number and expiry date"], ["P", "A1234 (05/2027)"]), ["A1234"]),
        (
            "<table><tr><th>Batch number</th><td>A1234</td><td>A1235"
            "</td></tr><tr><th>Expiry</th><td>05/2027</td><td>06/2027"
            "</td></tr></table>",
            ["A1234", "A1235"],
        ),
        ("<h3>Affected Lot Batch Numbers</h3><table><tr><td>A1234</td><td>05/2027</td></tr></table>", ["A1234"]),
        ("<table><tr><td><table><tr><td>Batch</td></tr><tr><td>A1234</td></tr></table></td></tr></table>", ["A1234"]),
        (table(["Batch size", "Number of batches"], ["5000", "3"]), []),
        (table(["Incorrect batch wording", "Correct batch wording"], ["A1234", "B1234"]), []),
        (table(["PIL Section", "New PIL Wording (Actual Text)"], ["6", "A1234"]), []),
        (table(["Package label", "Part"], ["Acme", "20421"]), []),
    ],
)
def test_the_numbers_of_a_table(html: str, want: list[str]) -> None:
    assert numbers(html) == want


@pytest.mark.parametrize(
    "cell", ["N/A", "See attached list", "31/10/2026", "500 IU", "28 tablets", "12345 12346", "To be confirmed", "28"]
)
def test_what_does_not_look_like_a_batch_is_left_out_and_said(cell: str) -> None:
    read = read_tables(document(table(["Batch No.", "Pack Size"], ["A1234", "28"], [cell, "28"])))
    assert [batch.number for batch in read.found] == ["A1234"]
    assert read.unread


def test_half_swapped_columns_are_not_guessed() -> None:
    read = read_tables(
        document(table(["Batch number", "Expiry"], ["12/05/2027", "AB12345"], ["AB12346", "13/06/2028"]))
    )
    assert [batch.number for batch in read.found] == ["AB12346"]
    assert len(read.unread) == 1


def test_spans_captions_and_products() -> None:
    html = (
        "<table><tr><td>LOT NUMBER</td><td>EXP</td></tr><tr><td colspan=2>Thing 5mg</td></tr>"
        "<tr><td>A1234</td><td rowspan=2>05/2027</td></tr><tr><td>A1235</td></tr>"
        "<tr><td colspan=2>Thing 10mg</td></tr><tr><td>A1236</td><td>06/2027</td></tr></table>"
    )
    read = read_tables(document(html))
    assert [(b.number, b.expiry, b.product) for b in read.found] == [
        ("A1234", "05/2027", "Thing 5mg"),
        ("A1235", "05/2027", "Thing 5mg"),
        ("A1236", "06/2027", "Thing 10mg"),
    ]


def test_a_statement_about_all_lots_is_no_batch() -> None:
    said = "All lots with an expiry date up to and including 02/2028 *"
    read = read_tables(document(table(["Batch No.", "Expiry Date"], [said, "see left"])))
    assert read.found == []
    assert [(fact.value, fact.words) for fact in read.all_of_them] == [(said.rstrip(" *"), said)]


def test_a_livery_and_a_footnote_are_not_part_of_the_number() -> None:
    (batch,) = read_tables(document(table(["Batch No."], ["T43157<sup>2</sup> (Almus)"]))).found
    assert (batch.number, batch.livery, batch.words) == ("T43157", "Almus", "T431572 (Almus)")
