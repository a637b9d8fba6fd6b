"""The board at national size: totals beside ready-made counters in bare SQLite, and scrolling in the real view.

Prints a table, tests nothing. A step of scrolling is a page down with its repaint, the rows it looks at read meanwhile
by another thread as in the program. Run: python -m tests.benchmarks.board [ORGANISATIONS [ALERTS]]
"""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msat.ids import AlertKey
from msat.projections.alert_state import Status
from msat.projections.board import BoardAlert, BoardCell, BoardOrganisation
from msat.store.board import SqlBoard
from msat.triage.model import Priority

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STEPS = 150


def main(organisations: int = 6_300, alerts: int = 1_000) -> None:
    chance = random.Random(11)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "board.db"
        board = SqlBoard(path)
        begun = time.perf_counter()
        fill(board, organisations, alerts, chance)
        made = time.perf_counter() - begun
        size = path.stat().st_size >> 20
        print(f"{organisations:,} organisations x {alerts:,} alerts, made in {made:.0f} s, {size} MB\n")
        totals(board, path)
        scrolling(board)
        board.close()


def fill(board: SqlBoard, organisations: int, alerts: int, chance: random.Random) -> None:
    """Every alert in every organisation, in any state."""
    keys = [AlertKey(f"EL(26)A/{number}") for number in range(alerts)]
    told = [BoardAlert(key, key, f"Recall {key}", "medicines-recall", Priority.RED, NOW) for key in keys]
    base = (Status.DONE, Status.NOT_ACKNOWLEDGED, Status.IN_HAND, Status.NOT_APPLICABLE)
    soon = NOW + timedelta(days=2)
    for number in range(organisations):
        one = BoardOrganisation(f"Y{number:05}", f"Practice {number}", "gp-practice", "North", "1")
        kept = random.choices(base, (90, 2, 3, 5), k=alerts)
        cells = [BoardCell(key, Priority.RED, how, soon) for key, how in zip(keys, kept, strict=True)]
        board.keep(one, told if not number else (), cells, NOW)


def totals(board: SqlBoard, path: Path) -> None:
    bare = sqlite3.connect(path)
    for name, mine, sort in (
        ("by alert", lambda: board.by_alert(NOW), "alert"),
        ("by organisation", lambda: board.by_organisation(NOW), "organisation"),
    ):
        ask = "SELECT id, state, count FROM total WHERE sort = ? AND count > 0"
        ours = best(mine)
        floor = best(lambda ask=ask, sort=sort: bare.execute(ask, (sort,)).fetchall())
        times = f"{ours * 1e3:>8.1f} ms   bare {floor * 1e3:>6.1f} ms"
        print(f"totals {name:<18}{times}   {ours / floor:>5.2f} x (goal: 2)")
    for name, late in (("late by alert", board.late_by_alert), ("late by organisation", board.late_by_organisation)):
        print(f"totals {name:<21}{best(lambda late=late: late(NOW)) * 1e3:>5.1f} ms")
    bare.close()


def scrolling(board: SqlBoard) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QObject, Signal
    from PySide6.QtWidgets import QApplication

    from msat.gui.models.board import BoardModel
    from msat.gui.theme import Theme, use
    from msat.gui.views.board_view import BoardView

    application = QApplication.instance() or QApplication(["msat"])
    use(Theme())
    model = BoardModel()
    view = BoardView(model)

    class Came(QObject):
        rows = Signal(object)

    came, pool = Came(), ThreadPoolExecutor(1)
    came.rows.connect(model.fill)

    def looked(first: int, last: int) -> None:
        codes = model.missing(first - 20, last + 20)
        if codes:
            pool.submit(lambda: came.rows.emit(board.cells(codes, NOW)))

    view.looked_at.connect(looked)
    view.resize(1366, 700)
    model.show(board.organisations(), board.alerts())
    view.show()
    bar, took, alone = view.verticalScrollBar(), [], []
    for step in range(STEPS):
        bar.setValue(bar.value() + bar.pageStep())
        for _ in range(3):
            begun, worked = time.perf_counter(), time.thread_time()
            application.processEvents()
            took.append(time.perf_counter() - begun)
            alone.append(time.thread_time() - worked)
            time.sleep(0.015)
        if step % 10 == 9:
            view.horizontalScrollBar().setValue((view.horizontalScrollBar().value() + 900) % 100_000)
    pool.shutdown()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"\nscrolling, {STEPS} pages, {memory} MB at most, computer's load {os.getloadavg()[0]:.1f}")
    print(f"  a step as somebody sees it      {percentiles(took)} (goal on a quiet computer: 16)")
    print(f"  the window's own thread in it   {percentiles(alone)} (goal: 16, one picture of 60 a second)")


def percentiles(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    middle, late = ordered[len(ordered) // 2], ordered[round(len(ordered) * 0.99) - 1]
    return f"p50 {middle * 1e3:5.1f} ms, p99 {late * 1e3:5.1f} ms, worst {ordered[-1] * 1e3:5.1f} ms"


def best(work: Callable[[], object], times: int = 7) -> float:
    """The least time of several, in seconds."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found)


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
