"""Issues of the newsletter: begun, given up and brought back; a crash, a change elsewhere, a slow or a full disk."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from msat.gui.main_window import MainWindow
from msat.gui.models.newsletter_lines import Line, LinesModel, Role
from msat.gui.newsletter_words import reading_time, whole_words
from msat.gui.theme import look
from msat.gui.views.newsletter_page import NewsletterPage
from msat.places import places
from msat.services import newsletter as service
from msat.services.newsletter_drafts import kept_issues, load_issue
from tests.gui.composing import CTRL, SHIFT, chosen, newsletter, on_disk, opened, passed, press, shown, written
from tests.gui.conftest import settle
from tests.gui.test_accessibility import too_small, unnamed

Key = Qt.Key


def test_an_issue_is_begun_and_described_by_key(window: MainWindow):
    page = newsletter(window)
    press(window, Key.Key_N, CTRL | SHIFT)
    assert page.panel.name.text() == "Medicines safety, August 2026"
    assert window.focusWidget() is page.panel.name
    page.panel.name.setText("Late summer")
    press(window, Key.Key_Return, CTRL)
    assert page.composer.issue.title == "Late summer"
    press(window, Key.Key_N, CTRL | SHIFT)
    page.panel.name.setText("Late summer")
    press(window, Key.Key_Return, CTRL)
    assert "There is an issue “late-summer” already." in page.panel.wrong.text()
    press(window, Key.Key_Escape)
    assert page.panel is None
    press(window, Key.Key_F2)
    page.panel.name.setText("Autumn")
    page.panel.intro.setPlainText("Two recalls.")
    press(window, Key.Key_Return, CTRL)
    assert (on_disk(page).title, on_disk(page).intro) == ("Autumn", "Two recalls.")


def test_drafts_are_listed_given_up_and_brought_back(window: MainWindow):
    page = newsletter(window)
    chosen(page)
    desk = window.session.desk
    service.new_issue(desk, "Another one")
    page.show_left("issues")
    titles = [line.title for line in page.issues.model.lines()]
    assert titles == ["Drafts", "Another one", "Medicines safety, August 2026"]
    assert "Open now" in page.issues.model.lines()[2].meta
    page.issues.list.choose_key("medicines-safety-august-2026")
    page.issues.give_up.click()
    passed(page)
    assert [one.title for one in kept_issues(desk.places).issues] == ["Another one"]
    assert page.composer.issue.title == "Another one"
    assert "Deleted the draft “Medicines safety, August 2026”." in window.notices.notice.head.text()
    window.notices.notice.button.click()
    passed(page)
    assert page.composer.issue.title == "Medicines safety, August 2026"
    assert len(on_disk(page).items) == 3
    page.issues.list.choose_key("another-one")
    page.issues.list.setFocus()
    press(window, Key.Key_Return)
    assert page.composer.issue.title == "Another one"
    assert page.left.currentWidget() is page.picks


def test_a_damaged_draft_is_told_and_the_others_can_be_written(window: MainWindow):
    page = newsletter(window)
    chosen(page)
    folder = window.session.desk.places.newsletters
    (folder / "broken.json").write_text("{", encoding="utf-8")
    page.show_left("issues")
    assert "The file of the issue “broken” cannot be read" in page.issues.problems.text()
    assert len(page.issues.model.lines()) == 2


def test_what_was_changed_elsewhere_is_asked_about(window: MainWindow):
    page = newsletter(window)
    first, second, _third = chosen(page)
    desk = window.session.desk
    id_ = page.composer.issue.id
    service.retitle(desk, id_, intro="From the command line.")
    page.composer.remove(second)
    passed(page)
    assert "was changed elsewhere" in shown(page)
    assert "Not kept" in page.head.state.text()
    assert load_issue(desk.places, id_).intro == "From the command line."
    page.head.overwrite.click()
    passed(page)
    assert load_issue(desk.places, id_).item(second) is None
    assert page.head.trouble.isHidden()
    service.retitle(desk, id_, intro="Again.")
    page.composer.remove(first)
    passed(page)
    page.head.trouble.button.click()
    passed(page)
    assert page.composer.issue.intro == "Again."
    assert page.composer.issue.item(first) is not None
    assert page.head.trouble.isHidden()


def test_a_full_disk_loses_nothing_that_is_on_the_screen(window: MainWindow, monkeypatch):
    page = newsletter(window)
    key, *_rest = chosen(page)
    editor = opened(page, key)

    def full(_self: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    editor.editor.setPlainText("Tablets may be mixed up.")
    passed(page)
    assert "No space left on device" in shown(page)
    assert editor.editor.toPlainText() == "Tablets may be mixed up."
    monkeypatch.undo()
    page.head.trouble.button.click()
    passed(page)
    assert on_disk(page).item(key).edits[0].text == "Tablets may be mixed up."
    assert "Draft kept" in page.head.state.text()


def test_closing_the_window_keeps_what_was_typed_last(window: MainWindow):
    page = newsletter(window)
    key, *_rest = chosen(page)
    opened(page, key).editor.setPlainText("Tablets may be mixed up.")
    id_ = page.composer.issue.id
    window.close()
    assert load_issue(window.session.desk.places, id_).item(key).edits[0].text == "Tablets may be mixed up."


KILLED = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from msat.gui import app
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import Background
from msat.bootstrap import open_desk
from msat.places import places
from msat.projections.ports import Query
from msat.services.demo import DemoClock
from datetime import datetime, timezone

made = app.make_application()
where = places(Path(sys.argv[1]))
session = Session(where, Background(made), made)
window = MainWindow(session)
window.show()
clock = DemoClock(datetime(2026, 8, 21, 9, 0, tzinfo=timezone.utc))
session.open(lambda: open_desk(where, clock))

def go():
    if session.desk is None:
        return QTimer.singleShot(50, go)
    window.show_page("newsletter")
    page = window.page("newsletter")
    rows = session.desk.views.worklist(Query(), clock.now())
    begin(page, str(rows[0].key))

def begin(page, key):
    page.composer.begin_with([key])
    wait(page, key)

def wait(page, key):
    if page.composer.writing is None:
        return QTimer.singleShot(50, lambda: wait(page, key))
    page.items.open_item(key, True)
    page.items.cards[key].body.fields["why"].editor.setPlainText("Written before the crash.")
    page.composer.kept.connect(lambda: told(page))

def told(page):
    if not page.composer.is_dirty:
        print("kept", page.composer.issue.id, flush=True)

go()
made.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed by its signal")
def test_a_program_that_is_killed_loses_no_draft(sample_made, tmp_path: Path):
    import shutil

    shutil.copytree(sample_made[0], tmp_path / "profile")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "profile")], stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        said = child.stdout.readline().split()
        os.kill(child.pid, signal.SIGKILL)
    assert said[:1] == ["kept"]
    issue = load_issue(places(tmp_path / "profile"), said[1])
    assert issue.items[0].edits[0].text == "Written before the crash."
    assert [path.suffix for path in places(tmp_path / "profile").newsletters.iterdir()] == [".json"]


class Held:
    """A runner that answers when it is told to: a database that takes its time."""

    def __init__(self, runner) -> None:
        self.runner, self.waiting = runner, []

    def read(self, work: Callable, done: Callable, failed: Callable, owner=None) -> None:
        self.waiting.append(lambda: self.runner.read(work, done, failed, owner))

    write = aside = read

    def answer(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()

    def close(self, wait_ms: int = 0) -> bool:
        return self.runner.close(wait_ms)


def test_a_slow_database_holds_nothing_up(window: MainWindow):
    page = newsletter(window)
    key, other, *_rest = chosen(page)
    editor = opened(page, key)
    held = Held(window.session.runner)
    window.session.runner = held
    editor.editor.setFocus()
    QTest.keyClicks(editor.editor, "Slow ")
    passed(page)
    page.items.choose(other)
    page.items.move(-1)
    passed(page)
    assert page.composer.issue.item(key).edits
    assert "Keeping" in page.head.state.text()
    held.answer()
    passed(page)
    held.answer()
    assert on_disk(page) == page.composer.issue
    assert "Draft kept" in page.head.state.text()


def test_the_page_says_that_it_is_reading(window: MainWindow):
    held = Held(window.session.runner)
    window.session.runner = held
    window.show_page("newsletter")
    page = window.page("newsletter")
    assert "Reading the alerts." in shown(page)
    assert "Reading the issue." in shown(page)
    held.answer()
    held.answer()
    assert "No issue is being written." in shown(page)
    window.session.runner = held.runner


# --- from anywhere ---------------------------------------------------------------------------------------------


def test_w_adds_an_alert_from_the_worklist_and_can_be_undone(window: MainWindow):
    desk = window.session.desk
    settle(window)
    window.worklist.list_pane.list.setFocus()
    key = window.worklist.list_pane.chosen_keys()[0]
    QTest.keyClick(window.focusWidget(), Key.Key_W)
    (issue,) = kept_issues(desk.places).issues
    assert [item.key for item in issue.items] == [str(key)]
    assert "Added to the newsletter “Medicines safety, August 2026”." in window.notices.notice.head.text()
    QTest.keyClick(window.focusWidget(), Key.Key_W)
    assert "It is in “Medicines safety, August 2026” already." in window.notices.notice.head.text()
    window.worklist.list_pane.list.step(1)
    settle(window)
    QTest.keyClick(window.focusWidget(), Key.Key_W)
    assert len(load_issue(desk.places, issue.id).items) == 2
    window.notices.notice.button.click()
    assert [item.key for item in load_issue(desk.places, issue.id).items] == [str(key)]


def test_w_adds_to_the_issue_that_is_open(window: MainWindow):
    page = newsletter(window)
    chosen(page)
    window.show_page("worklist")
    settle(window)
    keys = {item.key for item in page.composer.issue.items}
    row = next(row for row in window.worklist.list_pane.model.rows() if str(row.key) not in keys)
    window.worklist.list_pane.list.choose(window.worklist.list_pane.model.index_of(row.key))
    window.outputs.add_to_newsletter()
    assert on_disk(page).item(str(row.key)) is not None
    window.notices.notice.button.click()
    passed(page)
    assert on_disk(page).item(str(row.key)) is None


# --- sizes, names, words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "zoom", "panes"), [(1366, 100, 3), (1093, 100, 3), (980, 100, 2), (1093, 150, 1)])
def test_a_narrow_window_shows_fewer_panes(window: MainWindow, width: int, zoom: int, panes: int):
    page = newsletter(window)
    chosen(page)
    look().set_zoom(zoom)
    window.resize(width, 614)
    passed(page)
    parts = (page.left_frame, page.items, page.preview)
    for pane in ("pick", "write", "preview"):
        page.show_pane(pane)
        passed(page)
        assert sum(part.isVisible() for part in parts) == panes
        assert page.head.panes["write"].isVisible() is (panes < 3)
        assert window.width() == width
    look().set_zoom(100)


@pytest.mark.parametrize("zoom", [150, 200])
def test_what_is_being_worded_stays_in_sight_when_the_text_grows(window: MainWindow, zoom: int):
    window.resize(1366, 768)
    page = newsletter(window)
    keys = chosen(page, *[line.key for line in page.picks.model.lines()])
    field = opened(page, (keys or page.items.order())[-1], "why").editor
    field.setFocus()
    passed(page)
    look().set_zoom(zoom)
    passed(page)
    QApplication.processEvents()
    assert window.focusWidget() is field
    assert field.visibleRegion().boundingRect().height() >= min(field.height(), field.fontMetrics().height())
    look().set_zoom(100)


def test_every_state_of_the_page_is_named_and_large_enough(window: MainWindow):
    page = newsletter(window)
    found = [unnamed(page) + too_small(page)]
    chosen(page, *[line.key for line in page.picks.model.lines()])
    page.composer.describe("August", "", ("prescribers", "care-homes"))
    passed(page)
    written(page, page.items.order()[0], "why", "Please be aware.")
    for does in (page.ask_new, page.ask_details, page.ask_sent, page.close_panel, lambda: page.show_left("issues")):
        does()
        found.append(unnamed(page) + too_small(page))
    window.resize(800, 614)
    found.append(unnamed(page) + too_small(page))
    assert found == [[]] * 7


def test_a_picks_line_says_a_whole_sentence(window: MainWindow):
    page = newsletter(window)
    said = page.picks.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("Not in this issue. Red. Class 2 Medicines Recall")
    chosen(page)
    assert page.picks.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("In this issue. Red.")
    assert "in the draft Medicines safety, August 2026" in page.picks.model.lines()[0].meta


def test_the_lists_keep_the_rules_of_qt(qtmodeltester):
    model = LinesModel()
    model.set_lines([Line("h", "Drafts", heading=True), Line("a", "<b>One</b>", ticked=False), Line("b", "Two")])
    qtmodeltester.check(model, force_py=True)
    assert model.index(0).data(Role.KEY) == ""
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsSelectable
    assert "&lt;b&gt;" in model.index(1).data(Qt.ItemDataRole.ToolTipRole)
    model.set_lines([Line("h", "Drafts", heading=True), Line("a", "One", ticked=True), Line("b", "Two")])
    assert model.index(1).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    assert model.rowCount(model.index(1)) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [(0, "reads in under 1 min"), (100, "reads in 1 min"), (201, "reads in 2 min"), (412, "reads in 3 min")],
)
def test_reading_time(words: int, said: str):
    assert reading_time(words) == said
    assert whole_words(words, 1).startswith("1 item, ")


def test_the_page_is_a_page_of_the_window(window: MainWindow):
    assert isinstance(newsletter(window), NewsletterPage)
    press(window, Key.Key_F1)
    assert window.page("help").topic == "newsletter"
