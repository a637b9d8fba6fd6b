"""Adding a notice in the window: preview first, words in place, refusals that keep the text, drafts, dropped files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from msat.errors import Refused
from msat.gui import add_words
from msat.gui.drafts import Drafts
from msat.gui.main_window import MainWindow
from msat.gui.placing import FRAME, fitting
from msat.gui.views.add_page import DRAFT
from msat.projections.ports import Query
from tests.gui.conftest import settle

NOTICE = """Class 2 Medicines Recall: Sample Company Limited, Samplepril 5 mg Tablets, EL(26)A/98

Date of issue: 19 November 2026

Sample Company Limited is recalling the batches below because tablets of another strength were found in one pack.

Batch Number  Expiry Date  Pack Size  First Distributed
SP98A01  11/2027  28  03/02/2026
SP98A02  12/2027  28  14/03/2026

Advice for healthcare professionals: stop supplying the above batches immediately. Quarantine all remaining stock
and return it to your supplier using your supplier's approved process.
"""


def add_page(window: MainWindow):
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    page = window.page("add")
    assert window.current() is page
    return page


def entries(window: MainWindow) -> int:
    return window.session.desk.record.head().size


def test_a_preview_records_nothing_and_shows_each_fact_in_its_place(window: MainWindow):
    page, before = add_page(window), entries(window)
    assert window.focusWidget() is page.box
    page.box.setPlainText(NOTICE)
    QTest.keyClick(page.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert entries(window) == before
    shown = page.preview
    assert shown.isVisible()
    assert "EL(26)A/98" in shown.outcome.head.text()
    rows = {(shown.model.index(r, 0).data(), shown.model.index(r, 1).data()) for r in range(shown.model.rowCount())}
    assert ("Reference", "EL(26)A/98") in rows
    painted = [one.cursor.selectedText() for one in shown.text.extraSelections()]
    assert "SP98A01" in painted
    assert "EL(26)A/98" in painted
    assert shown.mark.rag is not None
    assert shown.priority.text().startswith(("Red. ", "Amber. "))
    assert shown.actions.text().startswith("What to do\n1  ")


def test_choosing_a_fact_points_at_its_words(window: MainWindow):
    page = add_page(window)
    page.box.setPlainText(NOTICE)
    page.look_at()
    model = page.preview.model
    row = next(r for r in range(model.rowCount()) if model.index(r, 1).data().startswith("SP98A02"))
    page.preview.table.selectRow(row)
    assert page.preview.text.textCursor().selectedText() == "SP98A02"


def test_save_records_it_and_the_page_is_ready_for_the_next(window: MainWindow, qtbot):
    page, before = add_page(window), entries(window)
    page.box.setPlainText(NOTICE)
    page.look_at()
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert entries(window) > before
    assert page.box.toPlainText() == ""
    assert not page.preview.isVisible()
    rows = window.session.desk.views.worklist(Query(search="SP98A01"), window.session.now())
    assert [row.reference for row in rows] == ["EL(26)A/98"]
    qtbot.waitUntil(window.notices.isVisible)
    assert "Added EL(26)A/98." in window.notices.notice.head.text()
    window.notices.notice.button.click()
    settle(window)
    assert window.current_inbox().alert.state.reference == "EL(26)A/98"


def test_the_same_words_again_cannot_be_saved_and_say_why(window: MainWindow):
    page = add_page(window)
    for _ in range(2):
        page.box.setPlainText(NOTICE)
        page.look_at()
        before = entries(window)
        page.save()
    assert entries(window) == before
    assert not page.preview.save.isEnabled()
    assert "nothing is recorded" in page.preview.outcome.head.text()
    assert page.preview.why.text()


def test_words_changed_after_the_preview_are_not_saved(window: MainWindow):
    page, before = add_page(window), entries(window)
    page.box.setPlainText(NOTICE)
    page.look_at()
    page.box.appendPlainText("One more line.")
    assert not page.preview.save.isEnabled()
    page.save()
    assert entries(window) == before


def test_patient_identifiers_are_shown_and_refused_and_never_kept_as_a_draft(window: MainWindow):
    page, before = add_page(window), entries(window)
    page.box.setPlainText(NOTICE + "\nNHS number 943 476 5919")
    page.look_at()
    assert page.preview.identifiers.isVisible()
    assert not page.preview.save.isEnabled()
    page.save()
    assert entries(window) == before
    assert "943 476 5919" in page.box.toPlainText()
    page._keep_draft()
    assert Drafts(window.session.places.drafts).text(DRAFT, "text") == ""


def test_a_refusal_is_in_words_and_the_text_is_kept(window: MainWindow):
    page = add_page(window)
    page.box.setPlainText(NOTICE)
    page.fields["issued"].setText("soon")
    page.look_at()
    assert page.refusal.isVisible()
    assert page.refusal.head.text() == "“soon” is not a date."
    assert page.box.toPlainText() == NOTICE
    page.fields["issued"].setText("1 January 2031")
    page.look_at()
    assert "in the future" in page.refusal.head.text()
    page.clear()
    page.look_at()
    assert page.refusal.head.text() == "There is nothing to look at."


def test_a_draft_is_there_after_a_restart(window: MainWindow):
    page = add_page(window)
    page.box.setPlainText("Something half written")
    page.fields["title"].setText("A title")
    page._keep_draft()
    again = Drafts(window.session.places.drafts)
    assert again.text(DRAFT, "text") == "Something half written"
    assert again.text(DRAFT, "title") == "A title"


def test_a_dropped_notice_goes_to_add_and_an_export_to_records(window: MainWindow, tmp_path: Path):
    notice = tmp_path / "notice.txt"
    notice.write_text(NOTICE, encoding="utf-8")
    window.drops.take([notice])
    assert window.current() is window.page("add")
    assert window.page("add").file_name.text() == "File: notice.txt"
    assert window.page("add").preview.isVisible()
    from msat.gui.session import made_person
    from msat.services.export import export_newsletter

    desk = window.session.desk
    key = desk.views.worklist(Query(), window.session.now())[0].key
    made, _changes = export_newsletter(desk, [str(key)], tmp_path / "section.html", made_person("A", "B"))
    window.drops.take([made])
    assert window.current() is window.page("records")


def test_a_file_that_is_no_notice_is_refused_in_words(window: MainWindow, tmp_path: Path):
    page = add_page(window)
    broken = tmp_path / "picture.pdf"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    page.take_file(broken)
    assert page.refusal.isVisible()
    assert "picture" in page.refusal.head.text()
    page.take_file(tmp_path / "not there.txt")
    assert "could not be read" in page.refusal.head.text()


def test_characters_beyond_the_basic_plane_do_not_shift_the_paint(window: MainWindow):
    page = add_page(window)
    page.box.setPlainText(NOTICE.replace("Sample Company Limited is", "\U0001f48a\U0001f48a Sample Company Limited is"))
    page.look_at()
    painted = [one.cursor.selectedText() for one in page.preview.text.extraSelections()]
    assert "SP98A01" in painted
    assert "SP98A02" in painted


@pytest.mark.parametrize(
    "text",
    ["20 November 2026", "2026-11-20", "20/11/2026", "20 Nov 2026", " 20  November 2026 ", "20/11/26", "20-11-2026"],
)
def test_days_as_people_type_them(text: str):
    found = add_words.day(text)
    assert found is not None
    assert found.isoformat() == "2026-11-20"


def test_files_that_wait_are_counted_in_words():
    assert add_words.waiting_words(["a.eml"]) == "1 more waits: a.eml."
    assert add_words.waiting_words(list("abcd")) == "4 more wait: a, b, c and 1 other."


def test_a_fact_reads_as_people_say_it():
    assert add_words.said("issued", "2026-08-20") == "20 August 2026"
    assert add_words.said("family", "medicines-recall") == "Medicines recall"


def test_answers_come_into_view_on_a_small_window(window: MainWindow, qtbot):
    page = add_page(window)
    window.resize(1093, 614)
    page.fields["title"].setText("A title")
    page.fields["issued"].setText("31/2/2026")

    def is_seen(widget) -> bool:
        top = widget.mapTo(page.scroll.viewport(), QPoint(0, 0)).y()
        return top >= 0 and top + widget.height() <= page.scroll.viewport().height()

    page.look_at()
    qtbot.waitUntil(lambda: is_seen(page.refusal))
    page.box.setPlainText(NOTICE)
    page.fields["issued"].clear()
    page.look_at()
    top = page.scroll.viewport().height() // 4
    qtbot.waitUntil(lambda: is_seen(page.preview.outcome))
    qtbot.waitUntil(lambda: page.preview.outcome.mapTo(page.scroll.viewport(), QPoint(0, 0)).y() < top)


def test_what_is_no_day_is_refused():
    assert add_words.day("  ") is None
    with pytest.raises(Refused, match="is not a date"):
        add_words.day("31 February 2026")


@pytest.mark.parametrize(
    ("wanted", "free"),
    [
        (QRect(0, 0, 1280, 800), QRect(0, 0, 1366, 728)),
        (QRect(900, 500, 1280, 800), QRect(0, 0, 1366, 768)),
        (QRect(-50, -20, 1280, 800), QRect(0, 25, 1093, 589)),
        (QRect(10, 10, 600, 400), QRect(0, 0, 1920, 1040)),
    ],
)
def test_the_window_fits_the_screen_it_opens_on(wanted: QRect, free: QRect):
    found = fitting(wanted, free)
    assert free.contains(found)
    assert found.size() == wanted.size().boundedTo(free.size() - FRAME)


def test_the_window_opens_no_larger_than_the_screen(window: MainWindow):
    fresh = MainWindow(window.session)
    assert window.screen().availableGeometry().size().width() >= fresh.width()
    assert window.screen().availableGeometry().size().height() >= fresh.height()
    assert fresh.worklist.alert.foot.isHidden()
    fresh.deleteLater()


def test_every_control_of_the_preview_is_named_and_large_enough(window: MainWindow):
    from tests.gui.test_accessibility import too_small, unnamed

    page = add_page(window)
    page.box.setPlainText(NOTICE)
    page.look_at()
    assert unnamed(window) == []
    assert too_small(window) == []


@pytest.mark.parametrize("height", [900, 614])
def test_save_stays_in_sight_below_a_long_preview(window: MainWindow, height: int):
    window.resize(1093, height)
    page = add_page(window)
    assert page.preview.foot.isHidden(), "nothing to save yet"
    page.box.setPlainText(NOTICE + "\nA further line of the notice." * 60)
    page.look_at()
    settle(window)
    foot = page.preview.foot
    for at in (0, page.scroll.verticalScrollBar().maximum()):
        page.scroll.verticalScrollBar().setValue(at)
        top = foot.save.mapTo(page, foot.save.rect().topLeft()).y()
        assert foot.save.isVisible()
        assert 0 < top < page.height() - foot.save.height() + 1
    assert foot.save.key == "Ctrl+S"
    assert foot.what.text() == "This is a new alert, EL(26)A/98."
    page.clear()
    assert foot.isHidden()
