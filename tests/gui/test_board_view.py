"""The board on the screen: each state by mark, sign and word; no reply is a state of its own; nothing is measured."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from msat.gui.models.board import MOST_ROWS, NO_REPLY, NOT_RECEIVED, SIGNS, TONES, BoardModel, Role, chosen, short_name
from msat.gui.views.board_view import MARK, BoardView
from msat.gui.words import status_words
from msat.ids import AlertKey
from msat.projections.alert_state import Status
from msat.projections.board import BoardAlert, BoardOrganisation, Seen
from msat.triage.model import Priority

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def practices(count: int = 3) -> list[BoardOrganisation]:
    made = [BoardOrganisation(f"Y{n:05}", f"Practice {n}", "gp-practice", "North", "1") for n in range(count - 1)]
    return [*made, BoardOrganisation("Y99999", "Silent Surgery", "gp-practice", "South", "")]


def alerts(count: int = 2) -> list[BoardAlert]:
    return [
        BoardAlert(AlertKey(f"EL(26)A/{n}"), f"EL(26)A/{n}", f"Recall {n}", "medicines-recall", Priority.RED, NOON)
        for n in range(count)
    ]


@pytest.fixture
def model() -> BoardModel:
    made = BoardModel()
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.show(practices(), alerts())
    return made


def test_states_are_words_with_a_sign_of_their_own(qapp, theme, model: BoardModel) -> None:
    model.fill({"Y00000": {AlertKey("EL(26)A/0"): Seen(Status.OVERDUE, Priority.RED, True)}})
    assert model.index(0, 0).data() == "! Overdue"
    assert model.index(0, 1).data() == NOT_RECEIVED
    assert model.index(1, 0).data() == "…", "its cells have not come yet"
    assert model.index(2, 1).data() == NO_REPLY
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Practice 0: EL(26)A/0, Recall 0, Red, Overdue"
    assert model.headerData(2, Qt.Orientation.Vertical, Qt.ItemDataRole.AccessibleTextRole).endswith(
        "nothing received from it"
    )
    assert set(SIGNS) == set(TONES) == set(Status)


def test_past_its_limit_is_said_of_what_waits_for_a_second_person(qapp, theme, model: BoardModel) -> None:
    waits, late = Seen(Status.SECOND_PERSON, Priority.RED), Seen(Status.SECOND_PERSON, Priority.RED, True)
    model.fill({"Y00000": {AlertKey("EL(26)A/0"): waits, AlertKey("EL(26)A/1"): late}})
    looks = [model.index(0, column).data(Role.LOOK) for column in (0, 1)]
    assert [one.words for one in looks] == ["2 Waiting for a second person", "! Waiting for a second person"]
    assert [one.tone for one in looks] == ["amber", "red"]
    spoken = [model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in (0, 1)]
    assert spoken[0].endswith("Recall 0, Red, Waiting for a second person")
    assert spoken[1].endswith("Recall 1, Red, Waiting for a second person, past its limit")


def test_only_rows_that_are_looked_at_are_asked_for(qapp, theme, model: BoardModel) -> None:
    assert model.missing(0, 2) == ["Y00000", "Y00001"], "of who never replied there is nothing to ask"
    model.fill({"Y00000": {}})
    assert model.missing(0, 2) == ["Y00001"]
    assert model.missing(-1, 99) == ["Y00001"]


def test_rows_not_looked_at_for_long_are_let_go_of_and_asked_for_again(qapp, theme) -> None:
    model = BoardModel()
    model.show(practices(1001), alerts())
    here = {AlertKey("EL(26)A/0"): Seen(Status.DONE, Priority.RED)}
    for first in range(0, 1000, 100):
        assert model.missing(0, 9) == ([] if first else [f"Y{n:05}" for n in range(10)]), "looked at each time"
        model.fill({f"Y{n:05}": here for n in (*range(10), *range(first, first + 100))})
    assert len(model._cells) == MOST_ROWS
    assert model.index(5, 0).data() == model.index(999, 0).data() == "✓ Done"
    assert model.index(150, 0).data() == "…"
    assert model.missing(150, 151) == ["Y00150", "Y00151"]


def test_a_national_board_is_shown_at_once(qtbot, theme) -> None:
    model = BoardModel()
    view = BoardView(model)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    seen: list[tuple[int, int]] = []
    view.looked_at.connect(lambda first, last: seen.append((first, last)))
    model.show(practices(6300), alerts(1000))
    qtbot.waitUntil(lambda: bool(seen))
    first, last = seen[-1]
    assert first == 0
    assert 5 < last < 40, "only what is on the screen is asked for"
    view.scrollToBottom()
    qtbot.waitUntil(lambda: seen[-1][1] == 6299)


def test_enter_opens_a_cell(qtbot, theme, model: BoardModel) -> None:
    view = BoardView(model)
    qtbot.addWidget(view)
    view.show()
    opened: list[tuple[int, int]] = []
    view.opened.connect(lambda row, at: opened.append((row, at)))
    view.setCurrentIndex(model.index(1, 1))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened == [(1, 1)]


def test_names_and_networks_are_searched() -> None:
    assert [one.ods for one in chosen(practices(), "south silent")] == ["Y99999"]
    assert [one.ods for one in chosen(practices(), "y00001")] == ["Y00001"]
    assert [one.ods for one in chosen(practices(), codes=frozenset({"Y00000"}))] == ["Y00000"]
    assert len(chosen(practices(), "  ")) == 3


def test_an_alert_without_a_reference_is_headed_by_its_title() -> None:
    long = BoardAlert(AlertKey("x"), "", "Valproate: new rules for men under fifty-five", "dsu", None, NOON)
    assert short_name(long) == "Valproate: new rules for …"
    assert short_name(alerts()[0]) == "EL(26)A/0"


@pytest.mark.parametrize("zoom", [100, 150, 200])
@pytest.mark.parametrize("wide", [420, 700, 1000, 2400])
def test_every_state_is_drawn_whole_on_at_most_two_lines(qtbot, theme, model: BoardModel, zoom: int, wide: int) -> None:
    from PySide6.QtCore import QRect, Qt
    from PySide6.QtGui import QFontMetrics

    theme.set_zoom(zoom)
    view = BoardView(model)
    qtbot.addWidget(view)
    view.resize(wide, 400)
    view.show()
    across = view.horizontalHeader().defaultSectionSize() - theme.px(MARK + 6 + 8) - 4
    down = view.verticalHeader().defaultSectionSize() - 2
    for one in Status:
        metrics = QFontMetrics(theme.font("dense", strong=True))
        words = f"{SIGNS[one]} {status_words(one)}"
        whole = metrics.boundingRect(QRect(0, 0, across, 9_999), Qt.TextFlag.TextWordWrap, words)
        assert whole.width() <= across, words
        assert whole.height() <= down, words
    theme.set_zoom(100)


def test_a_narrow_board_shows_more_alerts_beside_each_other_than_one_line_would(qtbot, theme, model) -> None:
    view = BoardView(model)
    qtbot.addWidget(view)
    view.resize(2400, 400)
    view.show()
    whole = view.horizontalHeader().defaultSectionSize()
    view.resize(700, 400)
    assert view.horizontalHeader().defaultSectionSize() < whole
    assert view.verticalHeader().defaultSectionSize() > theme.px(32)


@pytest.mark.parametrize("zoom", [100, 150, 200])
def test_it_is_never_higher_than_the_page_it_scrolls_with(qtbot, theme, model: BoardModel, zoom: int) -> None:
    model.show(practices(40), alerts())
    page, view = QScrollArea(), BoardView(model)
    page.setWidgetResizable(True)
    sheet = QWidget()
    lines = QVBoxLayout(sheet)
    lines.addWidget(view)
    lines.addSpacing(3000)
    page.setWidget(sheet)
    qtbot.addWidget(page)
    theme.set_zoom(zoom)
    page.resize(900, 540)
    page.show()
    QApplication.processEvents()
    assert view.height() <= page.viewport().height()
    assert view.viewport().height() >= 3 * view.rowHeight(0)
    before = view.height()
    page.resize(900, 400)
    QApplication.processEvents()
    assert view.height() <= page.viewport().height()
    assert view.height() < before
