"""The newsletter's page by keyboard or by ear: Tab goes as it reads, everything has a name and a role, and a ring."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from msat.gui.main_window import MainWindow
from msat.gui.theme import look
from msat.gui.views.newsletter_page import NewsletterPage
from tests.gui.composing import chosen, newsletter, passed, written
from tests.gui.test_accessibility import too_small, unnamed
from tests.gui.test_accessibility_walk import out_of_order, trapped, without_ring, without_role


def test_every_state_of_the_page_can_be_walked_by_key(window: MainWindow):
    page = newsletter(window)
    found = {"empty": _said(window)}
    chosen(page, *[line.key for line in page.picks.model.lines()])
    page.composer.describe("August", "Words.", ("prescribers", "care-homes"))
    passed(page)
    written(page, page.items.order()[0], "why", "Please be aware.")
    assert _leaves_links(window, page)
    page.preview.show_form("text")
    passed(page)
    found["an item opened"] = [*_said(window), *trapped(window), *without_ring(page)]
    panels = {"new": page.ask_new, "details": page.ask_details, "sent": page.ask_sent}
    panels["email"] = lambda: page.save_as("email")
    for name, opens in panels.items():
        opens()
        found[name] = [*_said(window), *out_of_order(page.panel)]
        page.close_panel()
    page.show_left("issues")
    found["issues"] = _said(window)
    window.resize(820, 614)
    for pane in ("pick", "write", "preview"):
        page.show_pane(pane)
        passed(page)
        found[pane] = _said(window)
    assert found == {name: [] for name in found}


def test_nothing_is_lost_at_200_per_cent(window: MainWindow):
    page = newsletter(window)
    chosen(page)
    look().set_zoom(200)
    window.resize(1093, 614)
    for pane in ("pick", "write", "preview"):
        page.show_pane(pane)
        passed(page)
        shown = {"pick": page.picks.list, "write": page.items.scroll, "preview": page.preview.text}[pane]
        assert shown.isVisible()
        assert shown.height() > look().px(30)
        assert page.head.more.isVisible()
        assert [action.text().partition("\t")[0] for action in page.head.menu().actions()][2:4] == [
            "Title and readers",
            "Mark as sent",
        ]
    look().set_zoom(100)


def _leaves_links(window: MainWindow, page: NewsletterPage) -> bool:
    """Tab goes from link to link in the preview, then on."""
    page.preview.text.setFocus()
    for _ in range(40):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        if window.focusWidget() is not page.preview.text:
            return True
    return False


def _said(window: MainWindow) -> list[str]:
    page = window.current()
    return [*unnamed(page), *without_role(page), *too_small(page), *out_of_order(page)]


def test_what_stands_under_the_alerts_to_choose_from_is_whole(window: MainWindow):
    page = newsletter(window)
    picks = page.picks
    cut = {}
    for size in ((1366, 768), (2560, 1440)):
        window.resize(*size)
        for zoom in (100, 150, 100):
            look().set_zoom(zoom)
            passed(page)
            row = picks.buttons
            if row.isVisible() and not row.rect().contains(picks.add.geometry() | picks.look_at.geometry()):
                cut[size, zoom] = (row.rect(), picks.add.geometry(), picks.look_at.geometry())
    assert picks.buttons.isVisible()
    assert cut == {}
