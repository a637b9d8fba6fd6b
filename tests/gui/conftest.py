"""A window on the sample organisation, everything at once and offscreen; and rows made by hand."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from msat.bootstrap import demo_desk, open_desk
from msat.gui.app import leave_clipboard
from msat.gui.grace import Grace
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.gui.theme import Theme, use
from msat.ids import AlertKey
from msat.places import Places, places
from msat.projections.alert_state import Status
from msat.projections.ports import Row
from msat.services.demo import DemoClock
from msat.services.desk import Desk
from msat.triage.model import Priority

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SCREENLESS = tuple(f"does not support {what}" for what in ("propagateSizeHints", "grabbing the keyboard", "raise"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the offscreen platform cannot do, and says so; no real platform does."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(*SCREENLESS, extend=True))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What the tests before closed goes away now: Qt deletes it in a loop of its own, which no test has. Hundreds of
    windows that are left make each change of look take seconds."""
    if QApplication.instance() is not None:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def _no_grace(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are recorded at once, but for tests that ask for `with_grace`."""
    if "with_grace" not in request.fixturenames:
        monkeypatch.setattr(Grace, "seconds", 0)


@pytest.fixture
def with_grace() -> None:
    """Answers wait for as long as the settings say."""


@pytest.fixture(scope="session")
def translations() -> Iterator[ModuleType]:
    """The script that finds the texts for translators."""
    path = Path(__file__).resolve().parents[2] / "packaging" / "translations.py"
    spec = importlib.util.spec_from_file_location("translations", path)
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    sys.modules["translations"] = made
    spec.loader.exec_module(made)
    yield made
    del sys.modules["translations"]


@pytest.fixture(scope="session")
def lower_texts(translations: ModuleType) -> dict[str, str]:
    """What lower layers say to people, each with where: read once."""
    return dict(translations.lower_texts())


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """Light colours at 100 %, whatever the test before left."""
    if not qapp.property("isFusion"):
        qapp.setStyle("Fusion")
        qapp.setProperty("isFusion", True)
    return use(Theme("light", 100, qapp))


@pytest.fixture
def session(theme: Theme, profile: Places) -> Iterator[Session]:
    """A session without a desk; its work happens at once."""
    profile.make()
    made = Session(profile, InstantRunner())
    yield made
    made.close()


@pytest.fixture(scope="session")
def sample_made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """The sample organisation of `--demo`, made once, and the moment at which it stops."""
    folder = tmp_path_factory.mktemp("sample") / "profile"
    desk = demo_desk(folder)
    now = desk.clock.now()
    desk.close()
    return folder, now


@pytest.fixture
def sample(sample_made: tuple[Path, datetime], tmp_path: Path) -> Desk:
    """The sample organisation, a copy for each test, its clock running from where the sample stops."""
    folder, now = sample_made
    shutil.copytree(folder, tmp_path / "sample")
    clock = DemoClock(now)
    clock.run()
    return open_desk(places(tmp_path / "sample"), clock)


@pytest.fixture
def window(qtbot, theme: Theme, sample: Desk, tmp_path: Path) -> Iterator[MainWindow]:
    """The window on the sample, with focus."""
    where = places(tmp_path / "window")
    where.make()
    session = Session(where, InstantRunner())
    session.remember_person("Demo Pharmacist", "Practice pharmacist")
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.resize(1280, 860)
    made.show()
    session.open(lambda: sample)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    settle(made)
    yield made
    session.close()
    leave_clipboard(QApplication.instance())


def settle(window: MainWindow) -> None:
    """Lets pauses that follow typing and moving pass at once."""
    for inbox in window.inboxes():
        if inbox.list_pane._typing.isActive():
            inbox.list_pane._typing.stop()
            inbox.list_pane._filter_changed()
        if inbox.alert._loading.isActive():
            inbox.alert.load_now()
    QApplication.processEvents()
    if not window.isActiveWindow():
        # A window of an earlier test has just gone and took the activation with it.
        window.activateWindow()
        QApplication.processEvents()


@pytest.fixture
def make_row() -> Callable[..., Row]:
    """A row with everything usual; name what differs."""

    def make(number: int = 1, **changes: object) -> Row:
        usual: dict[str, object] = {
            "key": AlertKey(f"EL(26)A/{number:02d}"),
            "reference": f"EL(26)A/{number:02d}",
            "title": f"Class 2 Medicines Recall: Sample {number} 500 mg Tablets, EL(26)A/{number:02d}",
            "family": "medicines-recall",
            "alert_class": 2,
            "level": "patient",
            "issued": "2026-11-18",
            "published": NOW - timedelta(days=2),
            "received": NOW - timedelta(days=2),
            "rag": Priority.RED,
            "status": Status.IN_HAND,
            "due": NOW + timedelta(hours=8),
            "actions_done": 1,
            "actions_total": 4,
            "sources": (("govuk-alerts", "https://www.gov.uk/sample"),),
            "flags": (),
            "withdrawn": False,
            "is_open": True,
        }
        return Row(**{**usual, **changes})  # type: ignore[arg-type]

    return make
