"""The newsletter's page of a window on the sample, everything at once: pauses pass when a test says so."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from msat.gui.main_window import MainWindow
from msat.gui.views.newsletter_page import NewsletterPage
from msat.gui.views.newsletter_text import FieldEditor
from msat.projections.newsletter_draft import IssueDraft
from msat.services.newsletter_drafts import load_issue

NONE = Qt.KeyboardModifier.NoModifier
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def newsletter(window: MainWindow) -> NewsletterPage:
    """The page, shown."""
    window.show_page("newsletter")
    page = window.page("newsletter")
    assert isinstance(page, NewsletterPage)
    passed(page)
    return page


def passed(page: NewsletterPage) -> None:
    """Every pause that follows typing and changing has passed."""
    for card in page.items.cards.values():
        for editor in card.body.fields.values() if card.body else ():
            _pass(editor._typing)
    composer = page.composer
    for timer in (composer._quick, composer._saving, composer._looking, page.picks._typing, page.preview._rendering):
        _pass(timer)
    QApplication.processEvents()
    QApplication.processEvents()


def _pass(timer) -> None:
    if timer.isActive():
        timer.stop()
        timer.timeout.emit()


def press(window: MainWindow, key: Qt.Key, held=NONE) -> None:
    """A key where the focus is, then every pause."""
    if not window.isActiveWindow():
        window.activateWindow()
        QApplication.processEvents()
    QTest.keyClick(window.focusWidget(), key, held)
    QApplication.processEvents()
    passed(window.page("newsletter"))


def chosen(page: NewsletterPage, *keys: str) -> list[str]:
    """These alerts put into the issue, the first three of the list when none is named."""
    wanted = list(keys) or [line.key for line in page.picks.model.lines()][:3]
    for key in wanted:
        page.picks.toggle(key)
        passed(page)
    return wanted


def opened(page: NewsletterPage, key: str, field: str = "why") -> FieldEditor:
    """An item opened to be worded, and one of its fields."""
    page.items.open_item(key, True)
    passed(page)
    body = page.items.cards[key].body
    assert body is not None
    return body.fields[field]


def written(page: NewsletterPage, key: str, field: str, text: str) -> FieldEditor:
    """A field with new words."""
    editor = opened(page, key, field)
    editor.editor.setPlainText(text)
    passed(page)
    return editor


def on_disk(page: NewsletterPage) -> IssueDraft:
    """What the issue's file holds."""
    assert page.composer.issue is not None
    return load_issue(page.session.desk.places, page.composer.issue.id)


def shown(page: NewsletterPage) -> str:
    """Every word on the page that can be seen."""
    from PySide6.QtWidgets import QLabel

    return " | ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
