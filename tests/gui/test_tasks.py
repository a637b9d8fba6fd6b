"""Work goes to the background and its result comes back on the window's thread."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from msat.errors import Refused
from msat.gui.tasks import Background, InstantRunner


@pytest.fixture
def background(qapp):
    made = Background()
    yield made
    assert made.close()


def test_results_come_back_on_the_windows_thread(qtbot, background):
    told: list[tuple[str, bool]] = []
    here = threading.get_ident()

    def work() -> bool:
        return threading.get_ident() != here

    background.read(work, lambda away: told.append(("read", away and threading.get_ident() == here)), pytest.fail)
    background.write(work, lambda away: told.append(("write", away and threading.get_ident() == here)), pytest.fail)
    background.aside(work, lambda away: told.append(("aside", away and threading.get_ident() == here)), pytest.fail)
    qtbot.waitUntil(lambda: len(told) == 3)
    assert sorted(told) == [("aside", True), ("read", True), ("write", True)]


def test_writes_keep_their_order_and_their_thread(qtbot, background):
    order: list[int] = []
    threads: set[int] = set()

    def work(number: int) -> int:
        threads.add(threading.get_ident())
        return number

    for number in range(50):
        background.write(lambda number=number: work(number), order.append, pytest.fail)
    qtbot.waitUntil(lambda: len(order) == 50)
    assert order == list(range(50))
    assert len(threads) == 1


def test_an_answer_does_not_wait_behind_a_long_check(qtbot, background):
    gate = threading.Event()
    told: list[str] = []
    background.aside(lambda: gate.wait(10), lambda _done: told.append("check"), pytest.fail)
    background.write(lambda: None, lambda _done: told.append("answer"), pytest.fail)
    qtbot.waitUntil(lambda: told == ["answer"])
    gate.set()
    qtbot.waitUntil(lambda: told == ["answer", "check"])


def test_errors_come_back_whole(qtbot, background):
    failed: list[Exception] = []

    def work() -> None:
        raise Refused("There is no such alert.", "Check its reference.")

    background.write(work, lambda _result: pytest.fail("it succeeded"), failed.append)
    qtbot.waitUntil(lambda: bool(failed))
    assert isinstance(failed[0], Refused)


def test_an_owner_that_is_gone_is_not_told(qtbot, background):
    owner, told = QObject(), []
    gate = threading.Event()
    background.read(lambda: gate.wait(10), lambda _result: told.append("gone"), told.append, owner)
    delete(owner)
    gate.set()
    background.read(lambda: 1, lambda _result: told.append("after"), told.append)
    qtbot.waitUntil(lambda: "after" in told)
    assert told == ["after"]


def test_nothing_starts_after_the_end(qtbot, qapp):
    made = Background()
    assert made.close()
    made.write(lambda: pytest.fail("it ran"), pytest.fail, pytest.fail)
    qtbot.wait(20)


def test_the_instant_runner_tells_people_and_raises_bugs():
    told: list[object] = []

    def refuse() -> None:
        raise Refused("No.", "")

    runner = InstantRunner()
    runner.read(lambda: 7, told.append, pytest.fail)
    runner.write(refuse, pytest.fail, told.append)
    assert told[0] == 7
    assert isinstance(told[1], Refused)
    with pytest.raises(ZeroDivisionError):
        runner.aside(lambda: 1 // 0, told.append, told.append)
