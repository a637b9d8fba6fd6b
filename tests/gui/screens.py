"""Every page of the window in every state that the sample can be brought into, for tests that walk all of them.

A pose brings a window from wherever it is to a screen. `visit` goes through them; a screen that is missing here is
missed by the walk of the accessibility tree, by the pseudo-locale and by the random keys, so add yours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QApplication

from msat.errors import RecordProblem, Refused
from msat.gui.first_steps import DRAFT
from msat.gui.going import open_alert
from msat.gui.main_window import MainWindow
from msat.gui.pages import _MAKERS
from msat.gui.safe_deeds import Backups
from msat.gui.views.first_run import FirstRun, RecoveryKey
from msat.gui.views.rescue_page import RescuePage
from msat.gui.views.tailoring_page import TABS
from msat.record.backup import Backup
from msat.services.try_source import Tried
from tests.gui.conftest import settle
from tests.gui.more_screens import MORE

Pose = Callable[[MainWindow], None]
PAGES = ("worklist", *_MAKERS)


def _page(name: str) -> Pose:
    return lambda window: window.show_page(name)


def _panel(name: str) -> Pose:
    def pose(window: MainWindow) -> None:
        _alert(window)
        getattr(window.worklist.alert, name)()

    return pose


def _worklist(window: MainWindow) -> None:
    window.show_page("worklist")
    window.worklist.alert.close_panel()
    window.worklist.close_detail()
    window.worklist.list_pane.clear_ticks()
    window.worklist.list_pane.clear_filters()
    settle(window)


def _alert(window: MainWindow) -> None:
    """One alert, in place of the list where the window is narrow."""
    _worklist(window)
    window.worklist.open_detail()


def _on_committee(name: str) -> Pose:
    def pose(window: MainWindow) -> None:
        _alert(window)
        pane = window.worklist.alert
        pane.beside = replace(pane.beside, is_committee=True)
        getattr(pane, name)()

    return pose


def _tab(number: int) -> Pose:
    def pose(window: MainWindow) -> None:
        _alert(window)
        window.worklist.alert.tabs.bar.setCurrentIndex(number)

    return pose


def _notes(window: MainWindow) -> None:
    _alert(window)
    window.worklist.alert.callout.toggle.click()
    for card in window.worklist.alert.cards:
        if getattr(card, "more", None) is not None:
            card.more.click()


def _ticked(window: MainWindow) -> None:
    _worklist(window)
    pane = window.worklist.list_pane
    for row in pane.model.rows()[:8]:
        pane.model.tick(row.key, True)
    pane.bulk.not_applicable.click()


def _nothing_found(window: MainWindow) -> None:
    _worklist(window)
    window.worklist.list_pane.search.setText("a medicine that is in no notice")


def _card(name: str, fits: Callable[..., bool]) -> Pose:
    def pose(window: MainWindow) -> None:
        _worklist(window)
        desk = window.session.desk
        keys = [str(row.key) for row in window.worklist.list_pane.model.rows()]
        now = desk.clock.now()
        window.worklist.list_pane.show_key(next(key for key in keys if fits(desk.views.alert(key), now)))
        window.worklist.open_detail()
        window.worklist.alert.load_now()
        assert not window.worklist.alert.sheet.extra[name].isHidden()

    return pose


def _items(window: MainWindow) -> None:
    """A list that tells of several notices."""
    views = window.session.desk.views
    lists = [state for state in views.states() if (notice := views.notice(str(state.key))) and notice.items]
    open_alert(window, str(lists[0].key))
    settle(window)


def _adding(window: MainWindow) -> None:
    window.show_page("add")
    page = window.page("add")
    page.box.setPlainText("Class 2 Medicines Recall: Samplepril 5 mg tablets\nBatch AB1234\nIssued 18 November 2026")
    page.look_at()


def _checked_batch(window: MainWindow) -> None:
    window.show_page("batch")
    desk, box = window.session.desk, window.page("batch").box
    known = next(batch.number for one in desk.views.affected() for batch in one.batches)
    box.setPlainText(f"Batch\n{known}\nZZ-1")
    box.ask()


def _checked_records(window: MainWindow) -> None:
    window.show_page("records")
    window.page("records").check_all()


def _offline(window: MainWindow) -> None:
    """Sources that failed, were never reached, or have been silent."""
    window.show_page("sources")
    now, fine, others = window.session.now(), window.health[0], window.health[1:4]
    known = replace(fine.known, last_tried=now, last_reached=now - timedelta(days=3))
    bad = [
        replace(others[0], enabled=True, known=replace(known, failures=3, error="The network is down. Try later.")),
        replace(others[1], enabled=True),
        replace(others[2], enabled=True, can_carry_red=True, known=known),
    ]
    window.page("sources").show_sources([fine, *bad], now)


def _tailoring(name: str) -> Pose:
    def pose(window: MainWindow) -> None:
        window.show_page("tailoring")
        window.page("tailoring").open_tab(name)

    return pose


def _person(window: MainWindow) -> None:
    _worklist(window)
    window.ask_person(None)


def _warned(window: MainWindow) -> None:
    _worklist(window)
    window.notices.warn(Refused("The disk is full.", "Free space, then save again."))


def _pack(window: MainWindow) -> None:
    window.show_page("oversight")
    window.page("oversight").open_pack()


SCREENS: dict[str, Pose] = {
    **{name: _page(name) for name in PAGES if name != "lists"},
    "starred": _page("starred"),
    "reasons and notes": _notes,
    "sign off": _panel("open_sign_off"),
    "change priority": _panel("open_priority"),
    "not applicable": _panel("open_not_applicable"),
    "assign": _panel("open_assign"),
    "defer": _panel("open_defer"),
    "agree a plan": _on_committee("open_plan"),
    "decision support": _on_committee("open_support"),
    "discussed": _on_committee("open_meeting"),
    "affected products": _tab(0),
    "source text": _tab(1),
    "history": _tab(2),
    "judged by a person": _card("judge", lambda state, _now: "mixed-level" in state.flags),
    "search due again": _card("recheck", lambda state, now: bool(state.recheck_due and state.recheck_due <= now)),
    "deferred": _card("work", lambda state, _now: state.deferral is not None),
    "items of a list": _items,
    "many ticked": _ticked,
    "nothing found": _nothing_found,
    "adding a notice": _adding,
    "batches checked": _checked_batch,
    "records checked": _checked_records,
    "sources in trouble": _offline,
    "a warning": _warned,
    "who is working": _person,
    "pack": _pack,
    **{f"tailoring: {name}": _tailoring(name) for name in tuple.__iter__(TABS)},
    **MORE,
}


def _first(step: int, error: str = "", after: Pose | None = None) -> Pose:
    """A page of the first run; `error` is what its sources say, `after` what is done to it."""

    def pose(window: MainWindow) -> None:
        for field, text in (("ods", "A81001"), ("name", "Riverside Surgery")):
            window.session.drafts.keep(DRAFT, field, text if step > 1 else "")
        page = FirstRun.show_in(window, window.session, lambda source, _now: Tried(source, error=error))
        page.sources.tries_by_itself = step > 1
        for _ in range(step):
            page.go_on()
        if after is not None:
            after(window)

    return pose


def _first_key(window: MainWindow) -> None:
    RecoveryKey.show_in(window, window.session, "SAMPLE-ONLY-0000-0000-0000-0000-0000-0000")


def _stopped(window: MainWindow) -> RescuePage:
    """A record that is there and cannot be opened, with backups to choose from."""
    window.leave_alone()
    page = RescuePage(window)
    window.show_alone(page)
    made = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)
    there = tuple(Backup(f"day {day}.msatbackup", "3f2a", 200, made - timedelta(days=day)) for day in range(3))
    page.show_backups(Backups(window.session.places.backups, True, there, 0))
    page.show_error(RecordProblem("The disk is full.", "Free space, then save again."))
    return page


def _proven(window: MainWindow) -> None:
    """The same, looked at, and asked whether a backup shall be put back."""
    page = _stopped(window)
    page.check.click()
    page.restore.ask()
    assert page.frame.isVisible()
    assert page.restore.agreement.isVisible()


def _no_backup(window: MainWindow) -> None:
    _stopped(window).show_backups(Backups(window.session.places.backups, True, (), 0))


FIRST: dict[str, Pose] = {
    "first run: purpose": _first(0),
    "first run: practice": _first(1),
    "first run: practice, wrong": _first(1, after=lambda window: window.current().go_on()),
    "first run: sources": _first(2),
    "first run: sources, none reached": _first(2, "The proxy refused the connection. Ask whoever looks after it."),
    "first run: help": _first(1, after=lambda window: window.current().open_help()),
    "first run: recovery key": _first_key,
    "no record to open": _stopped,
    "no record to open, no backup": _no_backup,
    "no record to open, looked at": _proven,
}
"""What stands alone in the window: the first run, and a record that cannot be opened; leave it by `leave_alone`."""


def visit(window: MainWindow, screens: dict[str, Pose] = SCREENS) -> Iterator[str]:
    """Brings the window to one screen after another, and gives the name of each once it stands."""
    for name, pose in screens.items():
        pose(window)
        for _ in range(3):
            settle(window)
            QApplication.processEvents()
        yield name
