"""A notice that changes while it is being worked on says so above what is to be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QLabel

from msat.gui.main_window import MainWindow
from msat.gui.views.changed_card import ChangedCard
from tests.gui.conftest import settle


def said(window: MainWindow) -> list[str]:
    card = window.worklist.alert.sheet.extra.get("changed")
    assert card is None or isinstance(card, ChangedCard)
    return [label.text() for label in card.findChildren(QLabel)] if card is not None and card.isVisible() else []


def test_a_change_after_an_answer_is_told_above_the_actions(window: MainWindow):
    pane = window.worklist.alert
    pane.answer_number(1)
    settle(window)
    state = pane.state
    assert state.acknowledged is not None
    assert said(window) == []
    after = state.acknowledged.recorded + timedelta(hours=1)
    changes = tuple(f"Batch B{at} added." for at in range(8))
    changed = replace(state.versions[-1], number=2, version="v2", recorded=after, changes=changes, material=True)
    pane.show_alert(replace(state, versions=(*state.versions, changed)), pane.notice)
    words = said(window)
    assert words[0] == "The notice has changed since it was answered here"
    assert words[1] == "•  Batch B0 added."
    assert words[-2] == "And 2 more: see the history."
    assert words[-1].endswith("The answers given before the change stand below. Look whether they still hold.")
    todo = pane.cards[0]
    assert pane.sheet.extra["changed"].y() < todo.mapTo(pane.sheet, todo.rect().topLeft()).y()
    pane.show_alert(state, pane.notice)
    assert said(window) == []
