"""The second start: the first window comes to the front, the command line works beside it, a dead one is no first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from msat.bootstrap import create_profile
from msat.gui.single_start import SingleStart, bring_to_front, socket_name
from msat.places import Places, places
from msat.record.organisation import Organisation

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def made(profile: Places, qapp) -> Places:
    profile.make()
    return profile


def window_of(profile: Path) -> subprocess.Popen[str]:
    """The window as a program of its own, without a screen."""
    return subprocess.Popen(
        [sys.executable, "-c", "import sys; from msat.gui import main; sys.exit(main())", "--profile", str(profile)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def ctl(profile: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "msat.cli", "--profile", str(profile), *words],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60,
    )  # fmt: skip


def test_the_first_listens_and_the_second_asks_it(made: Places, qtbot):
    first = SingleStart(made)
    assert first.take()
    program = window_of(made.data.parent)
    with qtbot.waitSignal(first.asked, timeout=20_000):
        pass
    _out, err = program.communicate(timeout=20)
    assert (program.returncode, err) == (0, "")
    first.release()
    again = SingleStart(made)
    assert again.take()
    again.release()


def test_a_first_that_does_not_answer_is_said_within_a_second(made: Places):
    first, second = SingleStart(made), SingleStart(made)
    assert first.take()
    assert not second.take()
    began = time.monotonic()
    assert not second.ask_first()  # nobody runs the first one's events here
    assert time.monotonic() - began < 1.5
    assert f"(process {os.getpid()})" in second.trouble()
    first.release()


def test_what_is_not_the_question_moves_no_window(made: Places, qtbot):
    from PySide6.QtNetwork import QLocalSocket

    first = SingleStart(made)
    assert first.take()
    asked: list[bool] = []
    first.asked.connect(lambda: asked.append(True))
    socket = QLocalSocket()
    socket.connectToServer(socket_name(made))
    socket.write(b"front\n" * 1000)
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert asked == []
    first.release()


def test_profiles_have_a_window_each(made: Places, tmp_path: Path):
    other = places(tmp_path / "other")
    other.make()
    first, second = SingleStart(made), SingleStart(other)
    assert first.take()
    assert second.take()
    for one in (first, second):
        one.release()


def test_a_long_path_gets_a_short_name(tmp_path: Path):
    name = socket_name(places(tmp_path / ("x" * 120)))
    assert name.startswith("msat-")
    assert len(name) < 40


@pytest.mark.qt_log_ignore("does not support raise", extend=True)  # the offscreen platform alone says so
def test_a_minimised_window_comes_back(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.showMinimized()
    bring_to_front(window)
    assert not window.windowState() & Qt.WindowState.WindowMinimized
    assert window.isVisible()


@pytest.mark.timeout(180)
def test_window_second_start_and_command_line_at_once(profile: Places):
    folder = profile.data.parent
    create_profile(profile, Organisation("Test Surgery", "Y00001", "gp-practice"))
    first = window_of(folder)
    try:
        ends = time.monotonic() + 60
        while not profile.views.exists() and time.monotonic() < ends:
            time.sleep(0.1)
        second = window_of(folder)
        _out, err = second.communicate(timeout=60)
        assert (second.returncode, err) == (0, "")
        assert first.poll() is None
        who = ("--as", "A. Patel", "--role", "practice pharmacist")
        added = ctl(folder, *who, "add", "--title", "Fridge alarm at the depot", "--reference", "EL(26)A/70")
        assert added.returncode == 0, added.stderr
        assert json.loads(ctl(folder, "verify", "--json").stdout)["valid"] is True
        assert first.poll() is None
    finally:
        first.kill()
        first.communicate(timeout=30)
    # The killed one left its lock and its socket: the next start is the first again.
    third = SingleStart(profile)
    assert third.take()
    third.release()
