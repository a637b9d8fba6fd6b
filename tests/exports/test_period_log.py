"""The log of a period: the familiar fields, counts with denominators, and an empty period that says so."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pypdf
import pytest

from msat.clock import LONDON, say_date, say_moment
from msat.exports.document import Rag, texts
from msat.exports.pdf import write_pdf
from msat.exports.period_log import ORDER, counts, period_log, period_workbook, rag_of, read_date, say_share
from msat.exports.seal import Seal
from msat.exports.workbook import write_workbook
from msat.projections.log import FIELDS, LogRow, log
from msat.triage.model import Priority
from tests.exports.samples import CUT_OFF, KEY, SURGERY, notice, signed, state
from tests.exports.test_pdf import failures

FIRST, LAST = date(2026, 8, 1), date(2026, 8, 31)


def rows(count: int = 3) -> list[LogRow]:
    priorities = [Priority.RED, Priority.AMBER, Priority.GREEN, None]
    states = [replace([signed(), state()][n % 2], key=f"{KEY}-{n:03}", rag=priorities[n % 4]) for n in range(count)]
    return log(states, FIRST, LAST, CUT_OFF, lambda _key: notice())


def test_the_fields_keep_their_names_and_order() -> None:
    table = next(
        b
        for b in period_log(rows(), SURGERY, FIRST, LAST, CUT_OFF).blocks
        if getattr(b, "small", False) and len(getattr(b, "header", ())) > 2
    )
    assert table.header == (  # type: ignore[union-attr]
        "Priority",
        "Title",
        "Source and date",
        "Summary",
        "Link",
        "Proposed action",
        "Action taken",
        "Status",
        "Action due date",
        "Date completed",
    )
    assert set(ORDER) == set(FIELDS)


def test_counts_carry_their_denominator() -> None:
    found = list(texts(period_log(rows(4), SURGERY, FIRST, LAST, CUT_OFF)))
    assert found[found.index("Priority: red") + 1] == "1 of 4 (25%)"
    assert say_share(0, 0) == "0 of 0"


def test_an_empty_period_says_so_in_every_form(seal: Seal) -> None:
    sentence = "No alert was received here from 1 August 2026 to 31 August 2026."
    assert any(sentence in text for text in texts(period_log([], SURGERY, FIRST, LAST, CUT_OFF)))
    data = write_workbook(period_workbook([], SURGERY, FIRST, LAST, CUT_OFF), seal)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["In numbers"]
    assert any(sentence in str(cell.value) for row in sheet for cell in row)


def test_the_pdf_conforms_and_holds_every_row(seal: Seal) -> None:
    data = write_pdf(period_log(rows(30), SURGERY, FIRST, LAST, CUT_OFF), seal)
    assert failures(data) == []
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert all(page.mediabox.width > page.mediabox.height for page in reader.pages)
    text = "".join(page.extract_text() for page in reader.pages)
    assert len(re.findall(r"Not\s+rated", text)) == 7


def test_dates_in_the_workbook_are_dates(seal: Seal) -> None:
    data = write_workbook(period_workbook(rows(1), SURGERY, FIRST, LAST, CUT_OFF), seal)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Log"]
    assert sheet["I2"].value == datetime(2026, 8, 22, 14, 21)  # noqa: DTZ001 - London, as people read it
    assert sheet["J2"].value == datetime(2026, 8, 20)  # noqa: DTZ001 - London, as people read it


def test_the_clocks_words_are_read_back_and_nothing_else() -> None:
    moment = datetime(2026, 2, 3, 4, 5, tzinfo=LONDON)
    assert read_date(say_date(moment)) == moment.date()
    assert read_date(say_moment(moment)) == moment
    assert read_date("No time limit in the notice") is None
    assert read_date("") is None


@pytest.mark.parametrize("word", ["Purple", "", "Not rated"])
def test_an_unknown_priority_is_never_green(word: str) -> None:
    assert rag_of(word) == Rag(None)


def test_alerts_put_off_are_one_count_whatever_their_days_and_reasons() -> None:
    given = rows(4)
    put_off = [
        replace(given[0], status="Deferred until 1 December 2026 (Supplier confirms packs; approver Doctor)"),
        replace(given[1], status="Deferred until 3 December 2026 (Stock is elsewhere; approver Manager)"),
    ]
    counted = dict(counts([*put_off, *given[2:]]))
    assert counted["Status: deferred"] == 2
    assert not [name for name in counted if "until" in name]
