"""The window first painted, 5,000 alerts in the profile, beside a bare PySide6 window. Prints a table, tests nothing.

Each start is a process of its own; the two take turns. Timed from its beginning to the first paint: by the clock, and
in seconds of processor, which other work disturbs less. Run: python -m tests.benchmarks.first_paint [STARTS]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msat.clock import SystemClock
from msat.gui import snapshot
from msat.ids import AlertKey
from msat.places import places
from msat.projections.alert_state import Status
from msat.projections.ports import Row
from msat.triage.model import Priority

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

BARE = """
from PySide6.QtCore import QAbstractTableModel, QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

class Empty(QAbstractTableModel):
    def rowCount(self, parent=None): return 0
    def columnCount(self, parent=None): return 10
    def data(self, index, role=0): return None

class Window(QMainWindow):
    def event(self, event):
        handled = super().event(event)
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, told)
        return handled

application = QApplication(["bare"])
window = Window()
table = QTableView()
table.setModel(Empty())
window.setCentralWidget(table)
window.resize(1280, 800)
window.show()
"""
OURS = """
import sys
from pathlib import Path
from msat.gui.features import leave_features_alone
leave_features_alone()
from msat.gui.overrides import let_errors_through
let_errors_through()
from msat.gui import app
from msat.gui.session import Session
from msat.gui.tasks import Background
from msat.places import places

application = app.make_application()
where = places(Path(sys.argv[1]))
session = Session(where, Background(application), application)
window = app.open_window(session)
window.painted.connect(lambda: told())
"""
TOLD = """
def told():
    import json, os, time
    pss = 0
    try:
        pss = next(int(line.split()[1]) for line in open("/proc/self/smaps_rollup") if line.startswith("Pss:"))
    except OSError:
        pass
    print(json.dumps([time.time(), time.process_time(), pss]), flush=True)
    os._exit(0)
"""


def main(starts: int = 15) -> None:
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        where = places(profile)
        where.make()
        snapshot.save(where.cache / "worklist.json", [line(number) for number in range(5_000)], "Demo Surgery")
        taken: dict[str, list[tuple[float, float, float]]] = {"bare PySide6": [], "MSAT": []}
        for number in range(starts + 1):
            for name, program in (("bare PySide6", BARE), ("MSAT", OURS)):
                once = start(TOLD + program + "application.exec()\n", str(profile))
                if number:
                    taken[name].append(once)
    print(f"{starts} starts each, in turns, QT_QPA_PLATFORM={platform()}\n")
    print(f"{'':<16}{'s, least':>10}{'s, middle':>11}{'CPU s, least':>14}{'CPU s, middle':>15}{'Pss MB':>9}")
    for name, all_ in taken.items():
        clock, cpu, pss = ([one[i] for one in all_] for i in range(3))
        print(
            f"{name:<16}{min(clock):>10.3f}{middle(clock):>11.3f}{min(cpu):>14.3f}{middle(cpu):>15.3f}"
            f"{middle(pss) / 1024:>9.0f}"
        )
    bare, ours = taken.values()
    for what, at, goal in (("time", 0, 1.3), ("processor", 1, 1.3), ("memory", 2, 1.6)):
        ratio = middle([one[at] for one in ours]) / max(middle([one[at] for one in bare]), 1e-9)
        print(f"{what}: {ratio:.2f} x a bare window (goal: {goal})")


def start(program: str, profile: str) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of processor, and Pss in kB at the first paint of one process."""
    begun = SystemClock().now().timestamp()
    done = subprocess.run(
        [sys.executable, "-c", program, profile],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "QT_QPA_PLATFORM": platform()},
    )
    at, cpu, pss = json.loads(done.stdout)
    return at - begun, cpu, pss


def platform() -> str:
    return os.environ.get("QT_QPA_PLATFORM", "offscreen")


def middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def line(number: int) -> Row:
    """One line of a worklist."""
    return Row(
        key=AlertKey(f"alert-{number}"),
        reference=f"EL(26)A/{number}",
        title=f"Class 2 Medicines Recall: Made-up Laboratories Ltd, Exampletine {number} mg tablets",
        family="medicines-recall",
        alert_class=2,
        level="pharmacy-wholesaler",
        issued="2026-11-01",
        published=NOW - timedelta(days=number % 400),
        received=NOW - timedelta(days=number % 400),
        rag=(Priority.RED, Priority.AMBER, Priority.GREEN)[number % 3],
        status=Status.NOT_ACKNOWLEDGED,
        due=NOW + timedelta(days=number % 9 - 2),
        actions_done=number % 4,
        actions_total=4,
        sources=(("mhra-alerts", "https://www.gov.uk/drug-device-alerts/example"),),
        flags=(),
        withdrawn=False,
        is_open=True,
    )


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:]))
