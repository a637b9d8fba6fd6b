"""Makes pictures of the window with the sample organisation: light, dark, large text, small and narrow windows.

    python packaging/screenshots.py FOLDER

Works on a screen and without one (QT_QPA_PLATFORM=offscreen). For looking at, never compared pixel by pixel.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

if sys.platform.startswith("linux") and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QEventLoop, QPoint, QTimer
from PySide6.QtWidgets import QWidget

from msat.gui import app
from msat.gui.going import open_alert
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import Background
from msat.gui.theme import look
from msat.gui.views.first_run import FirstRun, RecoveryKey
from msat.ids import SourceId
from msat.places import places
from msat.projections.alert_state import AlertState, Status
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="only pictures whose name holds a word")
    options = parser.parse_args()
    folder, wanted = options.folder, options.only
    folder.mkdir(parents=True, exist_ok=True)
    application = app.make_application()
    with tempfile.TemporaryDirectory(prefix="msat-pictures-", ignore_cleanup_errors=True) as place:
        where = places(Path(place) / "profile")
        where.make()
        session = Session(where, Background(application), application)
        session.is_demo = True
        session.settings.keep(appearance="light")
        window = app.open_window(session)
        app.open_record(window, session, demo=True)
        for _ in range(120):
            wait(100)
            if session.desk is not None:
                break
        wait()
        window.notices.hide()
        for name, pose in POSES:
            if wanted and not any(word in name for word in wanted):
                continue
            pose(window)
            wait()
            window.grab().save(str(folder / f"{name}.png"))
            sys.stdout.write(f"{folder / name}.png\n")
        session.close()
    return 0


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
        window.worklist.alert.scroll.verticalScrollBar().setValue(0)

    return pose


def detail(window: MainWindow) -> None:
    window.worklist.open_detail()


def why(window: MainWindow) -> None:
    sized(1366, 900)(window)
    window.worklist.alert.callout.toggle.click()


def answering(window: MainWindow) -> None:
    """The first actions answered, as they stand after."""
    window.worklist.alert.callout.toggle.click()
    pane = window.worklist.alert
    pane.answer_number(1)
    wait()
    pane.answer_number(2)
    wait()
    pane.scroll.verticalScrollBar().setValue(260)


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
        if part:
            scroll_to(window, window.current_inbox().alert.sheet.extra[part])

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


def chosen(window: MainWindow) -> None:
    window.show_page("newsletter")
    wait()
    newsletter = window.page("newsletter")
    for row in newsletter.model.rows()[:3]:
        newsletter.model.tick(row.key, True)
    wait(1500)


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


def first_run(window: MainWindow) -> None:
    FirstRun.show_in(window, window.session)


def recovery_key(window: MainWindow) -> None:
    RecoveryKey.show_in(window, window.session, "SAMPLE-ONLY-0000-0000-0000-0000-0000-0000")


POSES: tuple[tuple[str, Callable[[MainWindow], None]], ...] = (
    ("worklist-light", sized(1366, 900)),
    ("worklist-dark", sized(1366, 900, "dark")),
    ("worklist-1093x614", sized(1093, 614)),
    ("worklist-150", sized(1093, 614, zoom=150)),
    ("detail-150", detail),
    ("worklist-200", sized(1093, 614, zoom=200)),
    ("detail-200", detail),
    ("narrow-list", sized(760, 700)),
    ("narrow-detail", detail),
    ("why", why),
    ("answering", answering),
    ("signing", signing),
    ("history", history),
    ("who-must-act", turned(who_must_act, (1366, 900))),
    ("who-must-act-dark-150", turned(who_must_act, (1366, 900), "dark", 150)),
    ("assign", turned(panel("open_assign"), (1093, 614))),
    ("defer-200", turned(panel("open_defer"), (1093, 614), zoom=200)),
    ("places", turned(places_and_numbers, (1366, 1400))),
    ("mixed-level", turned(opened(lambda state, _window: "mixed-level" in state.flags, "judge"), (1366, 900))),
    ("deferred", turned(opened(lambda state, _window: state.deferral is not None, "work"), (1093, 614))),
    ("run-again", turned(opened(is_to_be_run_again, "recheck"), (1366, 900))),
    ("agreed", turned(opened(lambda state, _window: bool(state.discussed), "committee"), (1366, 900), "dark")),
    ("evidence", turned(with_evidence, (1366, 900))),
    ("ticked", turned(many_ticked, (1093, 614))),
    ("ticked-dark-150", turned(many_ticked, (1093, 614), "dark", 150)),
    ("nothing-found", nothing_found),
    ("alerts", page("alerts")),
    ("sources", page("sources")),
    ("batch-affected", turned(checked_batches("{known}"), (1366, 900))),
    ("batch-look-again-dark", turned(checked_batches("{near}"), (1366, 900), "dark")),
    ("batch-column", turned(checked_batches("Batch\n{known}\nZZ-1\n{near}\n" + SCAN), (1093, 614))),
    ("batch-not-known-150", turned(checked_batches("ZZ-NO-SUCH-1"), (1093, 614), zoom=150)),
    ("add", turned(adding, (1366, 1400))),
    ("add-dark", turned(adding, (1366, 1400), "dark")),
    ("add-1093x614", turned(adding, (1093, 614))),
    ("add-150", turned(adding, (1093, 1400), zoom=150)),
    ("sources-dark", turned(page("sources"), (1366, 1400), "dark")),
    ("sources-150", turned(page("sources"), (1093, 614), zoom=150)),
    ("search", turned(searching, (1366, 900))),
    ("records", checked),
    ("newsletter", chosen),
    ("keys", page("keys")),
    ("settings", turned(page("settings"), (1366, 900))),
    ("settings-dark", turned(settings_part("Appearance"), (1366, 900), "dark")),
    ("settings-1093x614", turned(settings_part("Notifications"), (1093, 614))),
    ("settings-150", turned(settings_part("Records and backup"), (1093, 614), zoom=150)),
    ("settings-200", turned(settings_part("People"), (1093, 614), zoom=200)),
    ("settings-narrow", turned(settings_part("About"), (760, 700))),
    ("review", turned(reviewing, (1366, 900))),
    ("review-dark", turned(page("review"), (1366, 900), "dark")),
    ("review-150", turned(page("review"), (1093, 614), zoom=150)),
    ("review-200", turned(page("review"), (1093, 614), zoom=200)),
    ("people", turned(absent, (1366, 900))),
    ("people-dark", turned(page("people"), (1366, 900), "dark")),
    ("people-1093x614", turned(page("people"), (1093, 614))),
    ("people-200", turned(page("people"), (1093, 614), zoom=200)),
    ("rules", turned(tailoring("Rules"), (1366, 900))),
    ("rules-dark", turned(tailoring("Rules"), (1366, 900), "dark")),
    ("rules-1093x614", turned(tailoring("Rules"), (1093, 614))),
    ("rules-change", turned(changing_a_rule, (1366, 1200))),
    ("rules-change-200", turned(changing_a_rule, (1093, 614), zoom=200)),
    ("rules-mistake", turned(mistaken_rule, (1366, 900))),
    ("rules-actions", turned(tailoring("Actions"), (1366, 900))),
    ("rules-lists", turned(tailoring("Places, reasons, letters"), (1366, 1400))),
    ("rules-tried", turned(tried, (1366, 1200))),
    ("rules-tried-dark-150", turned(tried, (1093, 900), "dark", 150)),
    ("rules-packs", turned(tailoring("Packs and history"), (1366, 1400))),
    ("first-run", first_run),
    ("recovery-key", recovery_key),
)

if __name__ == "__main__":
    sys.exit(main())
