"""How the window is brought to show what a picture is to show. `screenshot_list.py` names the pictures."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtWidgets import QWidget

from msat.gui.going import open_alert
from msat.gui.main_window import MainWindow
from msat.gui.theme import look
from msat.ids import SourceId
from msat.projections.alert_state import AlertState, Status
from msat.projections.ports import Query
from msat.services.desk import Person

SETTLE_MS = 500
NOTICE = """Class 2 Medicines Recall: Sample Company Limited, Samplepril 5 mg Tablets, EL(26)A/98

Date of issue: 19 November 2026

Sample Company Limited is recalling the batches below because tablets of another strength were found in one pack.

Batch Number  Expiry Date  Pack Size  First Distributed
SP98A01  11/2027  28  03/02/2026
SP98A02  12/2027  28  14/03/2026

Advice for healthcare professionals: stop supplying the above batches immediately. Quarantine all remaining stock.
"""
SCAN = "0105012345678900172711301012AB\u241d219"


def wait(milliseconds: int = SETTLE_MS) -> None:
    """Lets the window and its workers go on for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(stands: Callable[[], bool], what: str, seconds: int = 300) -> None:
    """Waits for a state, however slow the computer is; RuntimeError names the state that never came."""
    for _ in range(seconds * 10):
        if stands():
            return
        wait(100)
    raise RuntimeError(f"Waited {seconds} seconds in vain until {what}.")


def settled(window: MainWindow) -> None:
    """Waits until nothing is being read, recorded or loaded any more, then for what is drawn after it."""
    runner = window.session.runner
    pools = (runner._readers, runner._writer, runner._aside)

    def idle() -> bool:
        loading = any(
            inbox.alert._loading.isActive() or inbox.list_pane._typing.isActive() for inbox in window.inboxes()
        )
        return not loading and not any(pool.activeThreadCount() for pool in pools)

    wait(200)
    until(idle, "nothing is being read or recorded")
    wait(200)
    until(idle, "nothing is being read or recorded")


def sized(width: int, height: int, mode: str = "light", zoom: int = 100) -> Callable[[MainWindow], None]:
    """The worklist at a size, in a colour scheme, at a zoom."""

    def pose(window: MainWindow) -> None:
        look().zoom = zoom
        look().set_mode(mode)
        window.resize(width, height)
        window.show_page("worklist")
        window.worklist.alert.close_panel()
        window.worklist.list_pane.clear_ticks()
        window.worklist.close_detail()
        callout = window.worklist.alert.callout
        if not callout.reasons.isHidden():
            callout.toggle.click()
        window.worklist.alert.scroll.verticalScrollBar().setValue(0)

    return pose


def detail(window: MainWindow) -> None:
    window.worklist.open_detail()


def why(window: MainWindow) -> None:
    sized(1366, 900)(window)
    window.worklist.alert.callout.toggle.click()


def answering(window: MainWindow) -> None:
    """The first actions answered, as they stand after."""
    pane = window.worklist.alert
    pane.answer_number(1)
    settled(window)
    pane.answer_number(2)
    settled(window)
    pane.scroll.verticalScrollBar().setValue(pane.cards[0].mapTo(pane.sheet, QPoint(0, 0)).y() - 60)


def signing(window: MainWindow) -> None:
    window.worklist.alert.open_sign_off()


def who_must_act(window: MainWindow) -> None:
    """The cards for each kind of organisation, one of them open."""
    card = window.worklist.alert.sheet.extra["who"]
    card.buttons[0 if card.buttons[1].isChecked() else 1].click()
    scroll_to(window, card)


def scroll_to(window: MainWindow, card: QWidget) -> None:
    """Brings a card to the top of the detail pane."""
    wait(200)
    pane = window.current_inbox().alert
    pane.scroll.verticalScrollBar().setValue(card.mapTo(pane.sheet, QPoint(0, 0)).y() - 12)


def opened(fits: Callable[[AlertState, MainWindow], bool], part: str = "") -> Callable[[MainWindow], None]:
    """An alert that fits, with one of its cards brought to the top."""

    def pose(window: MainWindow) -> None:
        states = window.session.desk.views.states()
        open_alert(window, str(next(state.key for state in states if fits(state, window))))
        wait()
        extra = window.current_inbox().alert.sheet.extra
        if part:
            until(lambda: part in extra, f"what stands beside the alert is read: {part}")
        if part:
            scroll_to(window, extra[part])

    return pose


def places_and_numbers(window: MainWindow) -> None:
    """A stock check and a search, half filled in."""
    opened(lambda state, _window: state.is_open and any(a.answer == "funnel" for a in state.actions))(window)
    pane = window.current_inbox().alert
    for card in pane.cards:
        if hasattr(card, "lines"):
            card.quick()
            card.lines[0].result.textEdited.emit("3")
            scroll_to(window, card)
        if hasattr(card, "fields"):
            for field, number in zip(card.fields.values(), ("12", "9", "3", "9", "5", "3"), strict=True):
                field.setText(number)
            card.funnel.check()


def many_ticked(window: MainWindow) -> None:
    """Alerts ticked, and what is said before they are judged at once."""
    for _ in range(5):
        window.worklist.list_pane.list.tick_on(1)
    wait()
    window.worklist.list_pane.bulk.not_applicable.click()
    wait()


def with_evidence(window: MainWindow) -> None:
    """A file kept, and a picture that waits until a person has looked through it."""
    window.worklist.list_pane.clear_ticks()
    opened(lambda state, _window: state.sign_off is not None)(window)
    card = window.current_inbox().alert.sheet.extra["evidence"]
    with tempfile.TemporaryDirectory(prefix="msat-pictures-") as folder:
        counts = Path(folder) / "Search results, counts only.txt"
        counts.write_text("Found 12. Still taking it 9. Counts only, no names.\n" * 30, encoding="utf-8")
        picture = Path(folder) / "shelf after the recall.png"
        picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60))
        card.take([counts, picture])
        wait(3000)
    scroll_to(window, card)


def is_to_be_run_again(state: AlertState, window: MainWindow) -> bool:
    return state.status(window.session.now()) is Status.RECHECK


def panel(name: str) -> Callable[[MainWindow], None]:
    """A panel over the foot of the alert shown."""

    def pose(window: MainWindow) -> None:
        window.worklist.open_detail()
        getattr(window.worklist.alert, name)()

    return pose


def history(window: MainWindow) -> None:
    pane = window.worklist.alert
    pane.close_panel()
    pane.tabs.bar.setCurrentIndex(2)
    wait()
    pane.scroll.verticalScrollBar().setValue(pane.scroll.verticalScrollBar().maximum())


def nothing_found(window: MainWindow) -> None:
    window.worklist.list_pane.search.setText("a medicine that is in no notice")


def page(name: str) -> Callable[[MainWindow], None]:
    def pose(window: MainWindow) -> None:
        window.worklist.list_pane.clear_filters()
        window.show_page(name)

    return pose


def overseen(window: MainWindow) -> None:
    """Oversight, once every organisation was read."""
    page("oversight")(window)
    until(lambda: window.page("oversight").shown_now is not None, "every organisation is read")
    window.page("oversight").scroll.verticalScrollBar().setValue(0)


def checked(window: MainWindow) -> None:
    window.show_page("records")
    window.page("records").check_all()
    wait(2500)


def checked_batches(text: str) -> Callable[[MainWindow], None]:
    """The batch check after Enter. `{known}` stands for a batch that a notice of the sample prints."""

    def pose(window: MainWindow) -> None:
        window.show_page("batch")
        desk = window.session.desk
        known = next(b.number for one in desk.views.affected() for b in one.batches if "1" in b.number)
        box = window.page("batch").box
        box.setPlainText(text.format(known=known, near=known.replace("1", "I", 1)))
        box.ask()

    return pose


def checked_twice(window: MainWindow) -> None:
    """A column, then a scan: earlier answers beside the newest, reasons on several lines."""
    checked_batches("Batch\n{known}\nZZ-1\n{near}\n" + SCAN)(window)
    wait()
    box = window.page("batch").box
    box.setPlainText("ZZ-2")
    box.ask()


def sources_in_trouble(window: MainWindow) -> None:
    """Sources that failed, were never reached, or are silent: states that the sample does not have."""
    window.show_page("sources")
    wait()
    now = window.session.now()
    fine, others = window.health[0], window.health[1:4]
    known = replace(fine.known, last_tried=now, last_reached=now - timedelta(days=3), last_new=now - timedelta(days=40))
    error = (
        "www.example.org has a fault of its own and could not answer. Alerts already here are safe. Try again later."
    )
    trouble = [
        replace(fine, known=replace(known, last_reached=now), stale=f"{fine.name} had nothing new for 40 days."),
        replace(others[0], enabled=True, known=replace(known, failures=3, error=error)),
        replace(others[1], enabled=True),
        replace(others[2], enabled=True, can_carry_red=True, known=known),
    ]
    window.page("sources").show_sources([*trouble, *window.health[4:]], now)


def items_of_a_list(window: MainWindow) -> None:
    """A roundup with its items, one of them chosen."""
    views = window.session.desk.views
    lists = [state for state in views.states() if (notice := views.notice(str(state.key))) and notice.items]
    open_alert(window, str(lists[0].key))
    wait(1000)
    card = window.current_inbox().alert.sheet.extra["items"]
    card.table.setCurrentIndex(card.model.index(1, 0))
    scroll_to(window, card)


def closed_found(window: MainWindow) -> None:
    """A search of the worklist that only a closed alert answers."""
    rows = window.session.desk.views.worklist(Query(), window.session.now())
    closed = next(row for row in rows if not row.is_open and row.reference)
    window.worklist.list_pane.search.setText(closed.reference)


def adding(window: MainWindow) -> None:
    window.show_page("add")
    page = window.page("add")
    page.box.setPlainText(NOTICE)
    page.look_at()


def searching(window: MainWindow) -> None:
    window.worklist.list_pane.search.setText("tablets")


def turned(pose: Callable[[MainWindow], None], size: tuple[int, int], mode: str = "light", zoom: int = 100):
    """The same at another size, in another colour scheme, at another zoom."""

    def posed(window: MainWindow) -> None:
        sized(*size, mode, zoom)(window)
        pose(window)

    return posed


def odd_notice(window: MainWindow) -> None:
    """A notice that no rule covers, so that the review list has something to ask."""
    from msat.feeds.model import FeedItem
    from msat.services.intake import Intake

    desk = window.session.desk
    notice = FeedItem(
        source=SourceId("govuk-alerts"),
        path="/drug-device-alerts/sample-change-of-lids",
        url="https://www.gov.uk/drug-device-alerts/sample-change-of-lids",
        title="Message to all sites: lids of Samplepril oral solution are now white",
        html="<p>The lids of this solution are white from September 2026. The solution is the same.</p>",
        raw=b"sample",
        published=desk.clock.now(),
        alert_type="other",
    )
    intake = Intake(desk, notice.source, Person("MSAT", "program"))
    intake.take(notice)
    intake.record()


def reviewing(window: MainWindow) -> None:
    odd_notice(window)
    window.following.count()
    window.show_page("review")
    wait()
    review = window.page("review")
    card = next(iter(review.cards.values()))
    card.open_form()
    card.choose("amber")


def absent(window: MainWindow) -> None:
    """Somebody away today, and a day of the site's own."""
    window.show_page("people")
    wait()
    people = window.page("people")
    people.away.name.setText("Demo GP")
    people.away.deputy.setText("Demo Pharmacist")
    people.away.last.setDate(people.away.first.date().addDays(7))
    people.away.save()
    people.days.day.setDate(people.away.first.date().addDays(14))
    people.days.name.setText("Training afternoon")
    people.days.save()
    wait()
    window.notices.hide()


def tailoring(tab: str) -> Callable[[MainWindow], None]:
    """A tab of the local rules, with a draft that lowers a Red."""

    def pose(window: MainWindow) -> None:
        window.show_page("tailoring")
        wait()
        local = window.page("tailoring")
        if not local.board.has_draft:
            rules = local.rules
            rules.open(next(line for line in local.board.rules if line.id == "F02"))
            rules.form.fields["priority.dispensing-practice"].editor.setCurrentIndex(1)
            rules.form.why.setText("Our stock is checked daily by the dispensary.")
            rules.form.submit()
            wait()
        local.open_tab(tab)

    return pose


def changing_a_rule(window: MainWindow) -> None:
    tailoring("Rules")(window)
    local = window.page("tailoring")
    local.rules.open(next(line for line in local.board.rules if line.id == "F02"))


def mistaken_rule(window: MainWindow) -> None:
    changing_a_rule(window)
    form = window.page("tailoring").rules.form
    form.why.clear()
    form.submit()
    wait()
    window.page("tailoring").scroll.ensureWidgetVisible(form.save)


def tried(window: MainWindow) -> None:
    tailoring("Try and adopt")(window)
    local = window.page("tailoring")
    local.trial.start()
    wait(1500)
    local.scroll.ensureWidgetVisible(local.trial.adopt)


def settings_part(section: str) -> Callable[[MainWindow], None]:
    def pose(window: MainWindow) -> None:
        window.show_page("settings")
        window.page("settings").jump(section)

    return pose
