"""Pictures of what comes from another workstation of the same organisation, and of a receipt that is overdue."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from screenshot_poses import wait

from msat.clock import stamp
from msat.exchange.enrolment import ENROLLED
from msat.gui.going import open_alert
from msat.gui.main_window import MainWindow
from msat.gui.theme import look
from msat.record.entries import Actor, Draft
from msat.record.memory import MemoryRecord
from msat.record.received import RawEntry
from msat.services.desk import Changes

if TYPE_CHECKING:
    from msat.projections.alert_state import AlertState

COLLEAGUE = Actor("Demo Manager", "practice manager", "")


def colleague(window: MainWindow) -> AlertState:
    """Another workstation acknowledged the first open alert; says which."""
    desk = window.session.desk
    assert desk is not None  # noqa: S101 - the pictures are made of an open record
    open_ones = [state for state in desk.views.states() if state.is_open and state.acknowledged is None]
    state = next((one for one in open_ones if one.rag), open_ones[0])
    other = MemoryRecord(desk.record.organisation, desk.clock)
    note = "Seen at the other desk. The dispensary shelf is being looked through."
    other.append([Draft("alert.acknowledged", COLLEAGUE, {"note": note}, about=state.key)])
    entries = list(other.entries())
    told = {"log": other.log, "ods": desk.record.organisation.ods, "name": desk.record.organisation.name}
    told |= {"kind": desk.record.organisation.kind, "fingerprint": entries[0].id}
    desk.record.append([Draft(ENROLLED, COLLEAGUE, told)])
    desk.record.received.take(other.log, 0, [RawEntry(e.id, e.type, e.header, e.body) for e in entries],
                              other.signed_head())  # fmt: skip
    window.session.changes.happened.emit(Changes(desk.views.catch_up()))
    return state


def told_by_a_colleague(window: MainWindow) -> None:
    state = colleague(window)
    open_alert(window, str(state.key))
    wait()
    wait(1500)
    alert = window.current_inbox().alert
    named = [alert.sheet.tabs.bar.tabText(at).startswith("History") for at in range(alert.sheet.tabs.bar.count())]
    alert.sheet.tabs.bar.setCurrentIndex(named.index(True))
    wait()
    alert.scroll.verticalScrollBar().setValue(alert.scroll.verticalScrollBar().maximum())


def overdue(window: MainWindow) -> None:
    """The own return was sent twenty days ago, and nobody has said that it came."""
    desk = window.session.desk
    assert desk is not None  # noqa: S101 - the pictures are made of an open record
    sent = stamp(desk.clock.now() - timedelta(days=20))
    kept = {"log": desk.record.log, "sendings": [{"size": desk.record.head().size, "at": sent}]}
    (desk.places.state / "sent-returns.json").write_text(json.dumps(kept), encoding="utf-8")
    window.watch.ask()
    window.show_page("worklist")


def overdue_at_records(window: MainWindow) -> None:
    overdue(window)
    window.show_page("records")
    wait()
    page = window.page("records")
    page.scroll.verticalScrollBar().setValue(page.exchange.y())


def posed(do: Callable[[MainWindow], None], size: tuple[int, int], mode: str = "light", zoom: int = 100):
    def pose(window: MainWindow) -> None:
        look().zoom = zoom
        look().set_mode(mode)
        window.resize(*size)
        do(window)
        wait()

    return pose


POSES = (
    ("workstations-history", posed(told_by_a_colleague, (1366, 900))),
    ("workstations-receipt", posed(overdue, (1366, 768))),
    ("workstations-receipt-dark", posed(overdue, (1366, 768), "dark")),
    ("workstations-receipt-1093x614", posed(overdue, (1093, 614))),
    ("workstations-receipt-150", posed(overdue, (1366, 768), zoom=150)),
    ("workstations-records", posed(overdue_at_records, (1366, 900))),
    ("workstations-records-dark-150", posed(overdue_at_records, (1093, 900), "dark", 150)),
)
