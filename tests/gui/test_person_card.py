"""Records, A person's own entries: written to a file, erased in two steps; and where the signing key is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from msat.gui.main_window import MainWindow
from msat.gui.pieces import Text
from msat.gui.views.notices import Notice
from msat.gui.views.person_card import ErasePanel
from msat.gui.views.records_page import RecordsPage
from msat.projections.ports import Query
from msat.services.acknowledge import acknowledge
from msat.services.desk import Person
from msat.services.verify import verify
from msat.store import key_places, key_words
from tests.gui.test_accessibility import too_small, unnamed
from tests.keyrings import FakeKeyring

PATEL = Person("Dr A. Patel", "GP partner", "apatel")


@pytest.fixture
def page(window: MainWindow) -> RecordsPage:
    window.resize(1100, 4200)
    window.show_page("records")
    found = window.page("records")
    assert isinstance(found, RecordsPage)
    QApplication.processEvents()
    return found


@pytest.fixture
def named(window: MainWindow) -> str:
    """An alert that A. Patel acknowledged."""
    desk = window.session.desk
    rows = desk.views.worklist(Query(), desk.clock.now())
    key = next(row.key for row in rows if desk.views.alert(row.key).acknowledged is None)
    acknowledge(desk, key, PATEL)
    return key


def said(card) -> str:
    QApplication.processEvents()
    return " ".join(f"{one.head.text()} {one.text.text()}" for one in card.findChildren(Notice) if one.isVisible())


def panel_of(card) -> ErasePanel:
    QApplication.processEvents()
    return card.panel.itemAt(0).widget()


def test_the_entries_of_a_person_are_written(page: RecordsPage, named: str, tmp_path: Path, monkeypatch):
    target = tmp_path / "entries.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.person.export_button.click()
    assert "Type the person's name first" in said(page.person)
    page.person.name.setText("Dr A. Patel")
    page.person.export_button.click()
    assert "Done by Dr A. Patel, GP partner." in target.read_text(encoding="utf-8")
    assert "Written" in said(page.person)
    page.person.export_button.click()
    assert "nothing is written over" in said(page.person)


def test_a_name_is_erased_in_two_steps(page: RecordsPage, window: MainWindow, named: str):
    desk, card = window.session.desk, page.person
    size = desk.record.head().size
    card.name.setText("Dr A. Patel")
    card.plan_button.click()
    panel = panel_of(card)
    texts = " ".join(one.text() for one in card.findChildren(Text))
    assert "Nothing was changed." in texts
    assert "msatctl" not in texts
    assert desk.record.head().size == size, "looking changes nothing"
    assert not unnamed(card)
    assert not too_small(card)
    panel.save.click()
    assert "Give a reason" in panel.wrong.text()
    panel.reason.setText("Asked for.")
    panel.save.click()
    assert "both people" in panel.wrong.text()
    typed = (("B. Jones", "Manager"), ("b. jones", "GP"))
    for (name, role), (a, b) in zip((panel.first, panel.second), typed, strict=True):
        name.setText(a)
        role.setText(b)
    panel.save.click()
    assert "two different people" in panel.wrong.text()
    assert panel.reason.text() == "Asked for.", "nothing typed is lost"
    panel.second[0].setText("C. Smith")
    panel.save.click()
    assert "Erased, and the record verifies" in said(card)
    assert card.panel.count() == 0
    state = desk.views.alert(named)
    assert "Dr A. Patel" not in str(state)
    assert state.acknowledged is not None
    assert verify(desk).problems == ()


def test_a_name_that_nobody_has_opens_no_panel(page: RecordsPage):
    page.person.name.setText("Nobody Atall")
    page.person.plan_button.click()
    QApplication.processEvents()
    assert page.person.panel.count() == 0
    page.person.name.setText("A.")
    page.person.plan_button.click()
    assert "too short" in said(page.person)


def test_closing_the_panel_takes_the_plan_away(page: RecordsPage, named: str):
    page.person.name.setText("Dr A. Patel")
    page.person.plan_button.click()
    panel_of(page.person).leave()
    QApplication.processEvents()
    assert (page.person.panel.count(), page.person.outcome.count()) == (0, 0)


def test_the_card_of_the_key_says_where_it_is_and_moves_it(page: RecordsPage, window: MainWindow, monkeypatch):
    place = page.key.place
    assert "a file that only you can read" in place.said.text()
    place.button.click()
    assert "no credential store" in place.wrong.text()
    keyring = FakeKeyring()
    for module in (key_places, key_words):
        monkeypatch.setattr(module, "system_backend", lambda: keyring)
    place.button.click()
    assert place.wrong.isHidden()
    assert "credential store" in place.said.text()
    assert place.button.text() == "Move the key to a file"
    place.button.click()
    assert "a file that only you can read" in place.said.text()
    assert keyring.held == {}
