"""Outliers in the window: nobody is written to before it was recorded that they were shown their figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from msat.errors import Cancelled
from msat.exports.checking import check_file
from msat.gui.drafts import Drafts
from msat.gui.main_window import MainWindow
from msat.gui.pieces import Text
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.gui.views.outlier_panels import LetterPanel, PreviewPanel, ReplyPanel
from msat.gui.views.outliers_card import OutliersCard
from msat.places import places
from msat.projections.outlier_steps import LETTER, PREVIEWED, REPLIED
from tests.gui.conftest import settle
from tests.regions import copied, region


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committee of fourteen practices, made once: some lie outside the limits."""
    folder = tmp_path_factory.mktemp("region")
    region(folder, practices=14, alerts=10).close()
    return folder


@pytest.fixture
def window(qtbot, theme, made: Path, tmp_path: Path) -> Iterator[MainWindow]:
    where = places(tmp_path / "window")
    where.make()
    session = Session(where, InstantRunner())
    session.remember_person("Demo Pharmacist", "Medicines safety pharmacist")
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1366, 900)
    window.show()
    session.open(lambda: copied(made, tmp_path))
    window.activateWindow()
    settle(window)
    window.show_page("oversight")
    QApplication.processEvents()
    yield window
    session.close()


@pytest.fixture
def card(window: MainWindow) -> OutliersCard:
    found = window.page("oversight").outliers
    assert isinstance(found, OutliersCard)
    return found


def texts(widget) -> str:
    QApplication.processEvents()
    return "\n".join(text.text() for text in widget.findChildren(Text) if text.isVisible())


def read(card: OutliersCard) -> tuple[str, str]:
    """Reads the card, and gives the code and indicator of the first line."""
    QTest.mouseClick(card.read_button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    return next((ods, measure) for ods, measure, _what in card.buttons)


def press(button) -> None:
    assert button.isEnabled()
    button.click()
    QApplication.processEvents()


def kinds(window: MainWindow) -> list[str]:
    desk = window.session.desk
    return [one.type for one in desk.views.general(PREVIEWED, LETTER, REPLIED)]


def test_it_says_who_lies_outside_and_what_to_check_first(card: OutliersCard) -> None:
    ods, _measure = read(card)
    said = texts(card)
    for word in (ods, "Data recording: ", "Process: ", "Resource: ", "So far: nothing recorded yet", "no judgement"):
        assert word in said
    codes = [ods for ods, _measure, what in card.buttons if what == "letter"]
    assert len(codes) > 1


def test_no_letter_before_the_preview_then_letter_then_reply(
    card: OutliersCard, window: MainWindow, tmp_path: Path
) -> None:
    ods, measure = read(card)
    assert not card.buttons[ods, measure, "letter"].isEnabled()
    assert not card.buttons[ods, measure, "reply"].isEnabled()
    press(card.buttons[ods, measure, "preview"])
    panel = card.findChild(PreviewPanel)
    assert ods in panel.text.toPlainText()
    assert kinds(window) == []
    panel.submit()
    assert "to whom" in panel.wrong.text()
    panel.to_whom.setText("Practice manager")
    panel.submit()
    QTest.qWait(10)
    assert kinds(window) == [PREVIEWED]
    assert window.focusWidget() is card.buttons[ods, measure, "letter"], "the next step of the same organisation"
    assert "Preview shown" in texts(card)

    press(card.buttons[ods, measure, "letter"])
    folder = tmp_path / "letters"
    folder.mkdir()
    card.findChild(LetterPanel).write(folder)
    QTest.qWait(10)
    assert kinds(window) == [PREVIEWED, LETTER]
    files = sorted(folder.iterdir())
    assert [file.suffix for file in files] == [".docx", ".pdf"]
    assert check_file(files[1].read_bytes(), files[1].name, window.session.desk.record).valid

    press(card.buttons[ods, measure, "reply"])
    answer = card.findChild(ReplyPanel)
    answer.submit()
    assert "Give the words" in answer.wrong.text()
    answer.text.setPlainText("We recorded late; from May we record on the day.")
    answer.submit()
    QTest.qWait(10)
    assert kinds(window) == [PREVIEWED, LETTER, REPLIED]
    assert "We recorded late; from May we record on the day." in texts(card), "the line says what they replied"


def test_what_it_is_shown_is_saved_without_recording(
    card: OutliersCard, window: MainWindow, tmp_path: Path, monkeypatch
) -> None:
    ods, measure = read(card)
    press(card.buttons[ods, measure, "preview"])
    target = tmp_path / "shown.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    card.findChild(PreviewPanel).write()
    assert target.read_bytes().startswith(b"%PDF")
    assert kinds(window) == []


def test_the_look_is_saved_and_recorded(card: OutliersCard, window: MainWindow, tmp_path: Path) -> None:
    assert not card.save_button.isEnabled()
    read(card)
    before = window.session.desk.record.head().size
    target = tmp_path / "outliers.pdf"
    card.write_report(target)
    assert check_file(target.read_bytes(), target.name, window.session.desk.record).valid
    assert window.session.desk.record.head().size == before + 1


def test_a_folder_that_cannot_be_written_says_so_and_records_nothing(
    card: OutliersCard, window: MainWindow, tmp_path: Path
) -> None:
    read(card)
    before = window.session.desk.record.head().size
    card.write_report(tmp_path / "no such folder" / "outliers.pdf")
    assert window.session.desk.record.head().size == before
    assert "no such folder" in texts(card)


def test_changed_texts_are_used_until_the_shipped_ones_are_wanted(card: OutliersCard, tmp_path: Path) -> None:
    ods, measure = read(card)
    card.copy_texts(tmp_path)
    file = tmp_path / "preview.txt"
    lines = file.read_text(encoding="utf-8")
    file.write_text(
        lines.replace("These are your figures", "In the editor's own words. These are your figures", 1),
        encoding="utf-8",
    )
    assert str(tmp_path) in texts(card).replace("\u200b", "")
    press(card.buttons[ods, measure, "preview"])
    assert "In the editor's own words." in card.findChild(PreviewPanel).text.toPlainText()
    card.findChild(PreviewPanel).leave()
    press(card.shipped_button)
    read(card)
    press(card.buttons[ods, measure, "preview"])
    panels = [one for one in card.findChildren(PreviewPanel) if one.isVisible()]
    assert "In the editor's own words." not in panels[-1].text.toPlainText()


def test_reading_can_be_stopped(card: OutliersCard, monkeypatch) -> None:
    from msat.services import outliers

    def stopped(*_args, **_named):
        raise Cancelled("Stopped before every organisation was read.")

    monkeypatch.setattr(outliers, "look", stopped)
    card.read()
    assert "Stopped before every organisation was read." in texts(card)
    assert card.read_button.isEnabled()


def test_another_period_takes_what_was_read_away(card: OutliersCard, window: MainWindow) -> None:
    read(card)
    window.page("oversight").period.setCurrentIndex(0)
    assert card.buttons == {}
    assert not card.save_button.isEnabled()


def test_half_a_reply_is_there_again_after_esc_and_after_an_end_of_the_program(
    card: OutliersCard, window: MainWindow
) -> None:
    ods, measure = read(card)
    press(card.buttons[ods, measure, "preview"])
    preview = card.panel.itemAt(0).widget()
    QTest.keyClicks(preview.to_whom, "practice man")
    QTest.keyClick(preview.to_whom, Qt.Key.Key_Escape)
    press(card.buttons[ods, measure, "preview"])
    preview = card.panel.itemAt(0).widget()
    assert preview.to_whom.text() == "practice man"
    QTest.keyClicks(preview.to_whom, "ager")
    preview.submit()
    QApplication.processEvents()
    press(card.buttons[ods, measure, "reply"])
    reply = card.panel.itemAt(0).widget()
    assert isinstance(reply, ReplyPanel)
    assert reply.looked.isHidden(), "no file was chosen that could be looked through"
    QTest.keyClicks(reply.text, "We were two people short")
    reply.drafting.write()
    kept = Drafts(window.session.places.drafts)
    assert kept.text(f"outlier/{ods}/{measure}", "reply/words") == "We were two people short"
    QTest.keyClick(reply.text, Qt.Key.Key_Escape)
    press(card.buttons[ods, measure, "reply"])
    reply = card.panel.itemAt(0).widget()
    assert reply.text.toPlainText() == "We were two people short"
    reply.submit()
    QApplication.processEvents()
    assert kinds(window)[-1] == REPLIED
    assert Drafts(window.session.places.drafts).fields(f"outlier {ods} {measure}") == {}


def test_what_was_found_is_scrolled_to(card: OutliersCard, window: MainWindow) -> None:
    window.resize(1366, 700)
    card.read_button.setFocus(Qt.FocusReason.TabFocusReason)
    window.page("oversight").scroll.ensureWidgetVisible(card.read_button)
    ods, measure = read(card)
    first = card.buttons[ods, measure, "preview"]
    for _ in range(100):
        if not first.visibleRegion().isEmpty():
            break
        QTest.qWait(20)
    assert not first.visibleRegion().isEmpty()
