"""Keys and clicks at random on every page: nothing breaks, no draft is lost, no entry is in the record unasked.

80 of them on each page in the usual run, 10,000 with `-m slow`; the first half records at once, the second half with
the moment in which an answer can be taken back. Among them: panels, palette, presentation, files dropped from outside,
items dragged, the wheel, sizes of the window. The seed is the page's name: a run can be repeated.

Dialogs of the system, printing and other programs are replaced: they answer that nothing was chosen. The network is
replaced by one that is down. The look is read anew for every widget a few times a run only (`LOOKS`). What is asked
after every run:

- no exception reached the event loop, nothing unexpected is in the log, and Qt warned of nothing (pytest-qt);
- the window still answers: the worklist can be gone to and shows its alerts;
- every entry came in a piece of work that the window asked for, names the person of the sample or the program itself,
  and the whole record still verifies; an answer that waited was recorded once, or taken back and not at all;
- the draft that was begun before is there word for word, on the disk too.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDesktopServices, QDrag
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu

from msat.gui.drafts import Drafts
from msat.gui.grace import Grace, Waiting
from msat.gui.main_window import MainWindow
from tests.gui.conftest import settle
from tests.gui.monkey import LOOKS, TICK, Ledger, Monkey
from tests.gui.screens import PAGES

USUAL, MANY = 50, 10_000
ACTORS = {"Demo Pharmacist", "Demo GP", "MSAT"}
DRAFT = "The shelf was looked at twice; nothing of this batch."


@pytest.fixture(autouse=True)
def nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """No dialog of the system opens, no program starts, no socket is made; what was asked for is listed."""
    asked: list[str] = []

    def none(name: str, answer: object) -> object:
        def said(*_given: object, **_named: object) -> object:
            asked.append(name)
            return answer

        return staticmethod(said)

    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, none(name, ("", "")))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", none("getOpenFileNames", ([], "")))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", none("getExistingDirectory", ""))
    monkeypatch.setattr(QDesktopServices, "openUrl", none("openUrl", True))
    monkeypatch.setattr(QDialog, "exec", lambda *_given: asked.append("dialog") or QDialog.DialogCode.Rejected)
    monkeypatch.setattr(QMenu, "exec", lambda *_given: asked.append("menu"))
    monkeypatch.setattr("socket.socket.connect", _refuse)
    monkeypatch.setattr("socket.getaddrinfo", _refuse)
    return asked


def _refuse(*_given: object, **_named: object) -> None:
    raise ConnectionRefusedError("No network in a test.")


@pytest.fixture
def seldom_a_new_look(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The first changes of look are whole; after them colours and sizes change, the stylesheet does not."""
    times, whole = [0], QApplication.setStyleSheet

    def sometimes(application: QApplication, sheet: str) -> None:
        times[0] += 1
        if times[0] <= LOOKS:
            whole(application, sheet)

    monkeypatch.setattr(QApplication, "setStyleSheet", sometimes)
    return times


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> dict[str, Counter[str]]:
    """How often each answer that waited was held, taken back and recorded."""
    seen: dict[str, Counter[str]] = {name: Counter() for name in ("held", "taken back", "recorded")}
    recorded, undo = Grace._carry_out, Grace.undo

    def carry_out(grace: Grace, desk: object, one: Waiting) -> object:
        changes = recorded(grace, desk, one)
        seen["recorded"][one.held.id] += 1
        return changes

    def take_back(grace: Grace) -> str:
        before = grace.last
        meaning = undo(grace)
        if before is not None and meaning:
            seen["taken back"][before.held.id] += 1
        return meaning

    monkeypatch.setattr(Grace, "_carry_out", carry_out)
    monkeypatch.setattr(Grace, "undo", take_back)
    return seen


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """What somebody might drop: of use, damaged, empty, of a kind that is never taken, and one that is not there."""
    kept = {
        "notice.txt": b"Class 2 Medicines Recall: Samplepril 5 mg tablets\nBatch AB1234\nIssued 18 November 2026\n",
        "Counts \xe9t\xe9.csv": b"found,still taking it\n12,9\n",
        "shelf.png": b"\x89PNG\r\n\x1a\n" + bytes(60),
        "empty.pdf": b"",
        "torn.msatplan": b"{",
        "torn.msatreturn": b"\x00\xff",
        "torn.json": b'{"head": ',
        "program.exe": b"MZ",
    }
    (tmp_path / "dropped" / "a folder").mkdir(parents=True)
    for name, content in kept.items():
        (tmp_path / "dropped" / name).write_bytes(content)
    return [tmp_path / "dropped" / name for name in (*kept, "a folder", "gone.txt")]


def kept_draft(window: MainWindow) -> tuple[str, str]:
    """Begins a note on an alert and says which."""
    key = str(window.worklist.list_pane.model.rows()[-1].key)
    window.session.drafts.keep(key, "monkey/note", DRAFT)
    return key, "monkey/note"


def _unasked(window: MainWindow, before: int) -> list[str]:
    """Entries that nobody in the sample could have asked for."""
    entries = list(window.session.desk.record.entries())[before:]
    names = ((one, one.content.get("actor", {}).get("name", "")) for one in entries)
    return [f"{one.seq} {one.type} by {name!r}" for one, name in names if name not in ACTORS]


def rampage(monkey: Monkey, page: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Goes to a page and lets the monkey at it; when it has gone elsewhere for long it is brought back."""
    window, grace = monkey.window, monkey.window.session.grace
    grace.ticks = lambda: monkey.done * TICK

    def exec_drag(drag: QDrag, *_actions: object) -> Qt.DropAction:
        data = QMimeData()
        for kind in drag.mimeData().formats():
            data.setData(kind, drag.mimeData().data(kind))
        monkey.dropped(data, Qt.DropAction.MoveAction)
        return Qt.DropAction.MoveAction

    broke: list[str] = []
    tell = sys.excepthook

    def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        broke.append(f"{kind.__name__}: {error}")
        tell(kind, error, trace)

    monkeypatch.setattr(sys, "excepthook", told)
    monkeypatch.setattr(QDrag, "exec", exec_drag)
    while monkey.done < times:
        if monkey.done >= times // 2:
            monkeypatch.setattr(Grace, "seconds", 10)
        if monkey.acts % 40 == 0:
            window.resize(1280, 860)
            window.show_page(page)
        monkey.act()
        assert broke == [], "\n".join(monkey.trail)
    monkey.tidy()
    window.resize(1280, 860)
    settle(window)


class Trial:
    """One run, and what is asked after it."""

    def __init__(self, window: MainWindow, page: str, files: list[Path]) -> None:
        self.window, self.page, self.record = window, page, window.session.desk.record
        self.draft, self.before = kept_draft(window), self.record.head().size
        self.ledger = window.session.runner = Ledger(lambda: self.record.head().size)
        self.monkey = Monkey(window, page, files)

    def check(self, waited: dict[str, Counter[str]], caplog: pytest.LogCaptureFixture) -> None:
        window, trail = self.window, "\n".join(self.monkey.trail)
        window.session.grace.record_all(lambda: None)
        window.session.drafts.save()
        assert window.session.drafts.text(*self.draft) == DRAFT, trail
        assert Drafts(window.session.places.drafts).text(*self.draft) == DRAFT, trail
        assert _unasked(window, self.before) == [], trail
        assert self.record.head().size - self.before == self.ledger.by_work, trail
        assert self.record.verify().valid, trail
        assert not window.session.grace.waiting, trail
        assert {one for one, times in waited["recorded"].items() if times != 1} == set(), trail
        assert set(waited["recorded"]) & set(waited["taken back"]) == set(), trail
        assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == [], trail
        window.show_page("worklist")
        window.worklist.list_pane.clear_filters()
        settle(window)
        assert window.current() is window.worklist, trail
        assert window.worklist.list_pane.model.rows(), trail


@pytest.fixture
def trial(window: MainWindow, seldom_a_new_look: list[int], waited, files, monkeypatch, caplog):
    """A run on a page, with everything asked after it."""

    def run(page: str, times: int) -> Trial:
        one = Trial(window, page, files)
        rampage(one.monkey, page, times, monkeypatch)
        one.check(waited, caplog)
        recorded, back = len(waited["recorded"]), len(waited["taken back"])
        print(f"\n{page}: {one.monkey.done} keys and clicks, {one.ledger.by_work} entries,", end=" ")
        print(f"of those that waited {recorded} recorded and {back} taken back")
        print(dict(one.monkey.kinds))
        assert one.monkey.done >= times
        return one

    return run


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", PAGES)
def test_random_keys_and_clicks(trial, page: str):
    trial(page if page != "lists" else "starred", USUAL)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("page", PAGES)
def test_ten_thousand_keys_and_clicks(trial, page: str):
    trial(page if page != "lists" else "starred", MANY)


def test_the_same_seed_does_the_same(window: MainWindow):
    one, other = Monkey(window, "seed", []), Monkey(window, "seed", [])
    assert [one.any.random() for _ in range(5)] == [other.any.random() for _ in range(5)]
    assert Monkey(window, "another", []).any.random() != Monkey(window, "seed", []).any.random()
