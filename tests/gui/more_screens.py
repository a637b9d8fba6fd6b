"""More of the states that `screens.py` walks: the newsletter being written, records being made and put back, papers,
what waits and can be taken back, sources out of reach seen from other pages, a record that can only be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QApplication

from msat.clock import london
from msat.feeds.model import FeedItem
from msat.gui import deeds
from msat.gui.main_window import MainWindow
from msat.gui.pieces import KeyButton
from msat.gui.standing import Standing
from msat.gui.tongue import tr
from msat.gui.views.palette_view import PaletteView
from msat.gui.views.snooze_panel import SnoozePanel
from msat.ids import SourceId
from msat.projections.alert_state import AlertState, Status
from msat.record import machine
from msat.services.desk import Changes, Person
from msat.services.intake import Intake
from tests.gui.composing import chosen, newsletter, opened, passed
from tests.gui.conftest import settle

Pose = Callable[[MainWindow], None]
ANOTHER_COMPUTER = "another"
STANDS_STILL = 1e12
"""Seconds, later than any mark was put on: what waits is the last that was done, and goes on waiting."""


def _inbox(window: MainWindow, fits: Callable[[AlertState], bool]) -> None:
    """The first alert that fits, on the page of all alerts."""
    from msat.gui.going import open_alert

    found = next(state for state in window.session.desk.views.states() if fits(state))
    open_alert(window, str(found.key))
    settle(window)


# The newsletter


def _composing(window: MainWindow) -> None:
    """An issue with an item opened, worded, and something to say about the wording."""
    page = newsletter(window)
    page.close_panel()
    if page.composer.issue is None or not page.items.order():
        chosen(page)
    page.show_left("picks")
    opened(page, page.items.order()[0]).editor.setPlainText("Please be aware of this recall.")
    passed(page)


def _readers(window: MainWindow) -> None:
    """The same issue for every audience, one of them looked at."""
    _composing(window)
    page = window.page("newsletter")
    page.composer.describe("Medicines safety", "Three items.", tuple(page.composer.names))
    passed(page)
    page.composer.set_audience("care-homes")
    page.preview.show_form("word")
    passed(page)


def _on_newsletter(does: str) -> Pose:
    def pose(window: MainWindow) -> None:
        _readers(window)
        getattr(window.page("newsletter"), does)()
        passed(window.page("newsletter"))

    return pose


def _issues(window: MainWindow) -> None:
    _composing(window)
    window.page("newsletter").show_left("issues")
    passed(window.page("newsletter"))


# One alert


def _closed(window: MainWindow) -> None:
    _inbox(window, lambda state: state.sign_off is not None)


def _reopening(window: MainWindow) -> None:
    _closed(window)
    window.current_inbox().alert.open_reopen()
    assert window.current_inbox().alert.panel is not None


def _correcting(window: MainWindow) -> None:
    """The first line of the history that can be put right."""
    _inbox(window, lambda state: state.acknowledged is not None and state.is_open)
    pane = window.current_inbox().alert
    pane.tabs.bar.setCurrentIndex(2)
    settle(window)
    history = pane.tabs.history
    words = tr("Correct")
    button = next(one for one in history.findChildren(KeyButton) if words in one.text() and one.isVisible())
    button.click()
    assert pane.panel is not None


def _snoozing(window: MainWindow) -> None:
    window.show_page("worklist")
    window.worklist.list_pane.clear_filters()
    settle(window)
    rows = window.worklist.list_pane.model.rows()
    window.worklist.open_detail()
    for row in sorted(rows, key=lambda one: one.status is not Status.IN_HAND):
        window.worklist.list_pane.show_key(str(row.key))
        settle(window)
        window.worklist.alert.open_snooze()
        if window.worklist.alert.panel is not None:
            break
    assert isinstance(window.worklist.alert.panel, SnoozePanel)


def _snoozed(window: MainWindow) -> None:
    _snoozing(window)
    window.worklist.alert.panel.submit()
    settle(window)
    window.show_page("snoozed")
    assert window.current_inbox().list_pane.model.rows()


def _list(name: str) -> Pose:
    def pose(window: MainWindow) -> None:
        window.notices.hide()
        window.show_page(name)

    return pose


# Finding, printing


def _palette(window: MainWindow) -> None:
    from msat.gui.commands import open_palette

    window.show_page("worklist")
    settle(window)
    open_palette(window)
    assert window.findChild(PaletteView).isVisible()


def _printing(choice: int) -> Pose:
    def pose(window: MainWindow) -> None:
        palette = window.findChild(PaletteView)
        if palette is not None and palette.isVisible():
            palette.leave()
        _closed(window)
        window.printing.show()
        window.printing.choose(choice)

    return pose


def _found_settings(window: MainWindow) -> None:
    window.show_page("settings")
    window.page("settings").filter("backup")


def _no_settings(window: MainWindow) -> None:
    window.show_page("settings")
    window.page("settings").filter("no such setting")


# Pages with something in hand


def _reviewing(window: MainWindow) -> None:
    """A notice that no rule covers, and the form that answers for it."""
    desk = window.session.desk
    odd = FeedItem(
        source=SourceId("govuk-alerts"),
        path="/drug-device-alerts/change-of-lids",
        url="https://www.gov.uk/drug-device-alerts/change-of-lids",
        title="Message to all sites: lids of Samplepril oral solution are now white",
        html="<p>The lids of this solution are white from September 2026. The solution is the same.</p>",
        raw=b"sample",
        published=desk.clock.now(),
        alert_type="other",
    )
    intake = Intake(desk, odd.source, Person("MSAT", "program"))
    if intake.take(odd):
        intake.record()
    window.following.count()
    window.show_page("review")
    page = window.page("review")
    page.reload()
    next(iter(page.cards.values())).open_form()


def _cell(window: MainWindow) -> None:
    """One organisation's answer to one alert, opened from the board."""
    window.show_page("oversight")
    window.page("oversight")._open_cell(0, 0)
    assert window.page("oversight").cell.isVisible()


def _no_board(window: MainWindow) -> None:
    window.show_page("oversight")
    page = window.page("oversight")
    page.search.setText("no such organisation")
    page._filter()


def _whole_board(window: MainWindow) -> None:
    window.show_page("oversight")
    window.page("oversight").clear_filters()


def _alone(window: MainWindow) -> None:
    """One alert alone, asked for on the board, with a decision about it that is overdue."""
    from msat.services.discuss import discuss

    window.show_page("oversight")
    page, desk = window.page("oversight"), window.session.desk
    today = london(desk.clock.now()).date()
    key, lead = str(next(iter(page.shown_now.own))), Person("Demo Pharmacist", "Medicines safety pharmacist")
    held, due = today - timedelta(days=30), today - timedelta(days=9)
    met = discuss(desk, key, "Safety committee", held, lead, "4.1", "Write to them.", owner="Safety lead", due=due)
    window.session.changes.happened.emit(met)
    page.narrowing.show_alert(key)
    assert page.chip.isVisible()
    assert page.agenda.items[0].decision is not None


def _done(window: MainWindow) -> None:
    """What a meeting decided, to be marked as done."""
    _alone(window)
    page = window.page("oversight")
    one = page.decisions.decisions[0]
    page.mark_done(str(one.key), one.id)
    assert page.panel.count()


def _minutes(window: MainWindow) -> None:
    """A meeting: who was there, its agenda, its minutes."""
    _alone(window)
    page = window.page("oversight")
    page.narrowing.widen()
    page.open_minutes()
    assert page.panel.count()


def _records(part: Callable[[MainWindow], None]) -> Pose:
    def pose(window: MainWindow) -> None:
        window.show_page("records")
        part(window)

    return pose


def _restore(window: MainWindow) -> None:
    safe = window.page("records").safe
    if not safe.restore.choice.count():
        safe.back_up()
    safe.restore.ask()
    assert safe.restore.agreement.isVisible()


def _erasing(window: MainWindow) -> None:
    person = window.page("records").person
    person.name.setText("Demo GP")
    person.look()
    assert person.panel.count()


# Out of reach, waiting, to be read only


def _out_of_reach(window: MainWindow) -> Standing:
    now = window.session.now()
    reached = now - timedelta(days=3)
    error = "The address could not be found on the network. Try again, or check the network."
    health = [
        replace(one, known=replace(one.known, last_tried=now, last_reached=reached, failures=3, error=error))
        for one in window.health
    ]
    return replace(window.watch.standing.read(window.session.desk, now), sources=health)


def _offline(name: str) -> Pose:
    """A page while no source can be reached."""

    def pose(window: MainWindow) -> None:
        window.show_page(name)
        window.watch.show(_out_of_reach(window))
        if hasattr(window.current(), "list_pane"):
            window.current().list_pane.clear_filters()

    return pose


def _empty_offline(window: MainWindow) -> None:
    """Nothing in the list, and no source to say that there is nothing."""
    _offline("worklist")(window)
    window.watch.say_empty(window.worklist, [])
    window.worklist.list_pane.stack.setCurrentIndex(1)


def _waiting(window: MainWindow) -> None:
    """An answer that waits to be recorded, with the way to take it back."""
    window.watch.ask()
    window.show_page("worklist")
    window.worklist.list_pane.reload()
    settle(window)
    grace, rows = window.session.grace, window.worklist.list_pane.model.rows()
    grace.ticks = lambda: STANDS_STILL
    key = next(str(row.key) for row in rows if row.status is Status.OVERDUE)
    grace.hold(deeds.acknowledge(key), window.session.person(), window)
    grace.last.until = STANDS_STILL + 10
    QApplication.processEvents()
    window.taking_back.toast.show_waiting()
    assert window.taking_back.toast.isVisible()


def _taken_back(window: MainWindow) -> None:
    window.taking_back.undo()
    assert not window.taking_back.toast.isVisible()


def _copied(name: str) -> Pose:
    """As if the profile lay on another computer: to be read only, until somebody says what it is."""

    def pose(window: MainWindow) -> None:
        record = window.session.desk.record
        path = machine.path_of(window.session.desk.places.keys, record.log)
        if path.read_text(encoding="utf-8") != ANOTHER_COMPUTER:
            path.write_text(ANOTHER_COMPUTER, encoding="utf-8")
            record._opened = record.look_again()
            window.session.changes.happened.emit(Changes())
        window.show_page(name)
        assert window.record_bar.isVisible()

    return pose


def _ways_on(window: MainWindow) -> None:
    _copied("worklist")(window)
    window.record_bar.only_to_read.button.click()
    window.page("records").log.afresh.click()


MORE: dict[str, Pose] = {
    "newsletter: an item being worded": _composing,
    "newsletter: for several readers": _readers,
    "newsletter: marking as sent": _on_newsletter("ask_sent"),
    "newsletter: a new issue": _on_newsletter("ask_new"),
    "newsletter: details": _on_newsletter("ask_details"),
    "newsletter: issues": _issues,
    "a closed alert": _closed,
    "re-opening": _reopening,
    "correcting": _correcting,
    "snoozing": _snoozing,
    "snoozed": _snoozed,
    "waiting": _list("waiting"),
    "completed": _list("completed"),
    "palette": _palette,
    "printing a record": _printing(0),
    "printing a timeline": _printing(1),
    "settings found": _found_settings,
    "no settings found": _no_settings,
    "reviewing": _reviewing,
    "one answer on the board": _cell,
    "nothing on the board": _no_board,
    "the whole board": _whole_board,
    "one alert alone": _alone,
    "a decision done": _done,
    "minutes of a meeting": _minutes,
    "putting a backup back": _records(_restore),
    "erasing a name": _records(_erasing),
    **{f"offline: {name}": _offline(name) for name in ("worklist", "alerts", "batch", "sources")},
    "offline and empty": _empty_offline,
    "waiting to be recorded": _waiting,
    "taken back": _taken_back,
    **{f"to be read only: {name}": _copied(name) for name in ("worklist", "add", "newsletter", "people", "settings")},
    "to be read only: ways on": _ways_on,
}
"""In this order: the last ones leave the record so that nothing can be added to it."""
