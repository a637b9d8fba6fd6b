"""The window is on the screen before anything heavy is imported, and before the record is opened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HEAVY = (
    *("sqlalchemy", "reportlab", "docx", "xlsxwriter", "pypdf", "pikepdf", "alembic", "rapidfuzz"),
    *("feedparser", "httpcore", "msat.gui.views.alert_pane"),
)

PROGRAM = """
import json, linecache, sys
from pathlib import Path
from msat.gui.features import leave_features_alone
leave_features_alone()
from msat.gui import app
from msat.gui.session import Session
from msat.gui.tasks import Background
from msat.places import places

application = app.make_application()
where = places(Path(sys.argv[1]))
where.make()
session = Session(where, Background(application), application)
window = app.open_window(session)

def painted():
    sources = [path for path in linecache.cache if "msat" in path and path.endswith("session.py")]
    print(json.dumps({{"heavy": heavy, "visible": window.isVisible(), "open": session.desk is not None,
        "sources read": sources, "detail": window.worklist.splitter.widget(1) is window.worklist.alert}}))
    application.quit()

heavy = []
made = window.worklist.make_alert

def make_alert():
    heavy.extend(name for name in {heavy!r} if name in sys.modules)
    return made()

window.worklist.make_alert = make_alert
window.painted.connect(painted)
application.exec()
session.close()
"""


def test_first_paint_comes_before_heavy_imports(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(heavy=HEAVY), str(tmp_path / "profile")],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    said = json.loads(done.stdout)
    assert said == {"heavy": [], "visible": True, "open": False, "sources read": [], "detail": True}
    # The offscreen platform says this of every window; a real one does not.
    said = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    assert said == []


def test_without_a_display_it_says_so_and_ends_with_2(tmp_path: Path):
    hidden = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from msat.gui import main; sys.exit(main(['--demo']))"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=hidden,
    )
    if sys.platform.startswith("linux"):
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "screen" in done.stderr
