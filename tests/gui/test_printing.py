"""Ctrl+P everywhere: the same pages as the PDF, looked at, printed, or saved where there is no printer."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtPrintSupport import QPrinter

from msat.exports.check_finding import Outcome
from msat.exports.checking import check_file
from msat.exports.document import Callout, Table
from msat.exports.listed_parts import MOST_ROWS, Part, parts_document
from msat.gui import printed_pages, printing, saving
from msat.gui.main_window import MainWindow
from msat.gui.pages import _MAKERS
from msat.gui.palette import commands
from msat.gui.printing import print_on, printer_names
from msat.gui.views.page_painter import paint_page, words_of
from msat.services import own_medicines
from tests.feeds.ods import epcn, epraccur
from tests.gui.conftest import NOW, settle
from tests.gui.test_practices_page import ROWS, tick


@pytest.fixture
def printers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The printers of this computer: one, until a test takes it away."""
    names = ["Front desk"]
    monkeypatch.setattr(printing, "printer_names", lambda: names)
    return names


def _print(window: MainWindow):
    window.printing.show()
    return window.pages["print"]


def test_the_list_is_shown_as_pages(window: MainWindow, printers, qtbot):
    window.worklist.list_pane.list.setFocus()
    qtbot.keyClick(window.worklist.list_pane.list, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    page = window.pages["print"]
    assert window.current() is page
    assert page.title.text() == "Print: Worklist"
    text = " ".join(words_of(sheet) for sheet in page.pages)
    for row in window.worklist.list_pane.model.rows()[:3]:
        assert row.reference in text
    assert page.print.isEnabled()
    assert page.tally.text() == f"{len(page.pages)} pages." if len(page.pages) > 1 else "1 page."


def test_an_alert_that_has_the_focus_comes_first(window: MainWindow, printers):
    window.worklist.alert.scroll.setFocus()
    page = _print(window)
    assert [button.text() for button in page.choices] == ["One-page record", "Timeline", "Worklist"]
    assert "Record of action" in words_of(page.pages[0])
    page.choices[1].click()
    assert "Timeline:" in words_of(page.pages[0])
    page.back.click()
    assert window.current() is window.worklist


def test_the_history_offers_its_timeline_first(window: MainWindow, printers):
    window.worklist.alert.tabs.bar.setCurrentIndex(2)
    window.worklist.alert.scroll.setFocus()
    assert "Timeline:" in words_of(_print(window).pages[0])


@pytest.mark.parametrize("name", ["alerts", "oversight", "sources", "records", "help", "keys", "starred", "completed"])
def test_every_page_that_shows_something_can_be_printed(window: MainWindow, printers, name: str):
    window.show_page(name)
    settle(window)
    page = _print(window)
    assert window.current() is page
    assert page.pages, page.tally.text()
    assert len(words_of(page.pages[0])) > 40
    page.left.emit()
    assert window.rail.buttons.get(name) is None or window.rail.buttons[name].isChecked()


def test_answers_of_a_batch_check_are_printed(window: MainWindow, printers):
    window.show_page("batch")
    window.printing.show()
    assert "nothing to print here" in window.notices.notice.head.text()
    window.pages["batch"].check("ZZ99999")
    assert "ZZ99999" in words_of(_print(window).pages[0])


@pytest.mark.parametrize("name", ["add", "batch", "practices", "newsletter"])
def test_a_page_that_shows_nothing_yet_says_so(window: MainWindow, printers, name: str):
    window.show_page(name)
    window.printing.show()
    assert window.current() is window.pages[name]
    assert "nothing to print here" in window.notices.notice.head.text()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("settings", ("Whose bank holidays count", "15 minutes", "Notifications")),
        ("people", ("Who is away", "bank holiday", "Places where medicines are kept")),
        ("review", ("Review list", "What is to be decided")),
        ("tailoring", ("as shipped.", "F07", "Nothing was adopted here")),
    ],
)
def test_a_page_of_its_own_is_printed_as_tables(window: MainWindow, printers, name: str, words: tuple[str, ...]):
    window.show_page(name)
    settle(window)
    text = " ".join(words_of(sheet) for sheet in _print(window).pages)
    assert [one for one in words if one not in text] == []
    assert window.session.desk.record.organisation.name in text


def test_ones_own_medicines_are_printed_with_their_open_alerts(window: MainWindow, printers):
    own_medicines.add(window.session.places, ["fingolimod", "warfarin"])
    window.show_page("watched")
    settle(window)
    text = " ".join(words_of(sheet) for sheet in _print(window).pages)
    assert "fingolimod 2 warfarin 0" in text


def test_every_page_is_printed_or_says_why_not(window: MainWindow):
    """A page that is added later offers something too."""
    own = {"worklist", "lists", "alerts", "print"}
    assert set(_MAKERS) - own == printing._OFFERS.keys() | printed_pages.OFFERS.keys()


def test_a_notice_that_was_looked_at_is_printed_before_it_is_saved(window: MainWindow, printers):
    from tests.gui.screens import SCREENS

    SCREENS["adding a notice"](window)
    before = window.session.desk.record.head().size
    text = " ".join(words_of(sheet) for sheet in _print(window).pages)
    assert "Samplepril" in text
    assert "AB1234" in text
    assert "nothing of it is recorded" in text
    assert window.session.desk.record.head().size == before


def test_practices_are_printed_as_they_are_listed(window: MainWindow, printers, tmp_path: Path):
    window.show_page("practices")
    page = window.page("practices")
    for name, data in (("epraccur.csv", epraccur(*ROWS)), ("ePCN.xlsx", epcn())):
        (tmp_path / name).write_bytes(data)
        page.import_file(tmp_path / name)
    tick(page, "commissioner", "16C")
    assert page.practices.rowCount()
    text = " ".join(words_of(sheet) for sheet in _print(window).pages)
    assert "A81001" in text
    assert "Dispenses" in text
    assert "Commissioners and networks" in text


def test_what_may_name_a_patient_stays_off_paper(window: MainWindow, printers):
    window.show_page("add")
    page = window.page("add")
    page.box.setPlainText("Class 2 Medicines Recall: Samplepril 5 mg tablets\nBatch AB1234\nNHS number 943 476 5919")
    page.look_at()
    assert not page.preview.identifiers.isHidden()
    window.printing.show()
    assert window.current() is page


def test_more_lines_than_paper_takes_are_counted():
    part = Part("Practices", ("Name",), tuple((f"Practice {at}",) for at in range(MOST_ROWS + 5)), (1,))
    blocks = parts_document("Practices", "", (part,), NOW, "Test Surgery (Y00001)").blocks
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert len(table.rows) == MOST_ROWS
    (said,) = [block for block in blocks if isinstance(block, Callout)]
    assert "2,000 of 2,005" in str(said)


def test_without_a_printer_it_says_so_and_a_pdf_is_saved(window: MainWindow, printers, tmp_path: Path, monkeypatch):
    printers.clear()
    page = _print(window)
    assert not page.print.isEnabled()
    assert "No printer is set up" in page.no_printer.text()
    assert page.save.hasFocus()
    target = tmp_path / "list.pdf"
    monkeypatch.setattr(saving.QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    before = window.session.desk.record.head().size
    page.save.click()
    assert len(PdfReader(target).pages) == len(page.pages)
    found = check_file(target.read_bytes(), "list.pdf", window.session.desk.record)
    assert found.outcome is Outcome.VERIFIED, found.problems
    assert window.session.desk.record.head().size == before, "a list on paper is not issued"


def test_what_waits_is_recorded_before_it_is_printed(window: MainWindow, printers, with_grace):
    from msat.gui import deeds

    row = next(row for row in window.worklist.list_pane.model.rows() if not row.acknowledged and row.is_open)
    window.session.do(deeds.acknowledge(str(row.key)), window)
    assert window.session.grace.waiting
    _print(window)
    assert not window.session.grace.waiting
    assert window.session.desk.views.alert(row.key).acknowledged is not None


def test_an_error_is_said_on_the_page(window: MainWindow, printers):
    from datetime import date

    window.show_page("records")
    records = window.pages["records"].papers
    records.first.setDate(date(2026, 8, 1))
    records.last.setDate(date(2026, 7, 1))
    page = _print(window)
    assert not page.pages
    assert not page.save.isEnabled()
    assert "1 July 2026" in page.tally.text() or "before" in page.tally.text()


def test_the_printer_gets_every_page_the_way_it_lies(window: MainWindow, printers, tmp_path: Path):
    window.worklist.alert.scroll.setFocus()
    page = _print(window)
    record = list(page.pages)
    page.choices[2].click()
    pages = [*record, *page.pages]
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    assert print_on(printer, pages)
    made = PdfReader(tmp_path / "printed.pdf").pages
    assert len(made) == len(pages)
    lie = [sheet.mediabox.width > sheet.mediabox.height for sheet in made]
    assert lie == [sheet.width > sheet.height for sheet in pages]
    assert "Record of action" in made[0].extract_text().replace("\t", " ")


def test_a_printer_that_does_not_take_it_is_told(window: MainWindow, printers, monkeypatch):
    page = _print(window)
    monkeypatch.setattr(printing, "print_on", lambda *_args: False)
    window.printing._print_on(QPrinter(), page.pages)
    assert "did not take it" in window.notices.notice.head.text()


def test_the_letters_stand_where_the_pdf_has_them(window: MainWindow, printers):
    """Each line as wide as the layout reckoned it: nothing runs into its neighbour."""
    from PySide6.QtGui import QFontMetricsF

    from msat.exports.pages import Text
    from msat.exports.type_setting import width_of
    from msat.gui.views.page_painter import _UNIT, _font

    page = _print(window).pages[0]
    texts = [op for marked in page.marks for op in marked.ops if isinstance(op, Text)]
    assert len(texts) > 20
    for op in texts:
        wide = QFontMetricsF(_font(op.font)).horizontalAdvance(op.text) * op.size / _UNIT
        assert wide == pytest.approx(width_of(op.text, op.font, op.size), rel=0.01, abs=0.5), op.text


def test_a_page_is_white_paper_with_ink_on_it(window: MainWindow, printers):
    page = _print(window).pages[0]
    image = QImage(600, round(600 * page.height / page.width), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_page(painter, page, QRectF(image.rect()))
    painter.end()
    inked = sum(
        image.pixelColor(x, y) != QColor("white")
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    )
    assert 200 < inked < image.width() * image.height() / 9 / 2


def test_each_page_is_read_out(window: MainWindow, printers):
    page = _print(window)
    picture = page.sheets.itemAt(0).widget()
    assert picture.accessibleName() == f"Page 1 of {len(page.pages)}"
    assert "Worklist" in picture.accessibleDescription()


def test_the_palette_prints_too(window: MainWindow):
    assert {found.name: found.key for found in commands(window)}["Print"] == "Ctrl+P"


def test_the_printers_are_asked_of_the_system():
    assert isinstance(printer_names(), list)
