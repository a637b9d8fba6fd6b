"""How the newsletter's page is brought to show what a picture is to show, and those pictures."""

from __future__ import annotations

from collections.abc import Callable

from screenshot_poses import turned, wait

from msat.gui.going import open_alert
from msat.gui.main_window import MainWindow


def composing(pane: str = "write", opened: bool = True) -> Callable[[MainWindow], None]:
    """An issue of the newsletter with the alerts of the list, its first item opened and worded."""

    def pose(window: MainWindow) -> None:
        window.show_page("newsletter")
        wait(1500)
        page = window.page("newsletter")
        for line in page.picks.model.lines()[:4]:
            if page.composer.issue is None or page.composer.issue.item(line.key) is None:
                page.picks.toggle(line.key)
                wait(700)
        wait(1000)
        page.show_pane(pane)
        first = page.items.order()[0]
        page.items.open_item(first, opened)
        if opened:
            page.items.cards[first].body.fields["why"].editor.setPlainText("Please be aware of this recall.")
            wait(1500)
        wait(800)

    return pose


def for_all_readers(window: MainWindow) -> None:
    """The same issue for three audiences, as care homes get it."""
    composing(opened=False)(window)
    page = window.page("newsletter")
    page.composer.describe("Medicines safety, August 2026", "Four items.", tuple(page.composer.names))
    wait(1000)
    page.composer.set_audience("care-homes")
    page.preview.show_form("word")
    wait(1000)


def marking_as_sent(window: MainWindow) -> None:
    for_all_readers(window)
    window.page("newsletter").ask_sent()
    wait(500)


def sent_to_some(audience: str) -> Callable[[MainWindow], None]:
    """Prescribers were sent it: the issue as one of its readers see it."""

    def pose(window: MainWindow) -> None:
        window.show_page("newsletter")
        page = window.page("newsletter")
        if not page.composer.is_told("prescribers"):
            marking_as_sent(window)
            for name, box in page.panel.boxes_of.items():
                box.setChecked(name == "prescribers")
            page.panel.anyway.setChecked(True)
            page.panel.submit()
            wait(1500)
        page.close_panel()
        page.composer.set_audience(audience)
        wait(1500)

    return pose


def taking_back(window: MainWindow) -> None:
    sent_to_some("prescribers")(window)
    window.page("newsletter").preview.back.click()
    wait(500)


def offered(window: MainWindow) -> None:
    """The action for a newsletter item, with the issue that told of the alert."""
    sent_to_some("care-homes")(window)
    page = window.page("newsletter")
    asking = [
        str(one.key) for one in window.session.desk.views.states() if any(each.code == "A16" for each in one.actions)
    ]
    page.composer.add([key for key in asking[:1] if page.composer.issue.item(key) is None])
    wait(1500)
    page.ask_sent()
    page.panel.anyway.setChecked(True)
    page.panel.submit()
    wait(1500)
    window.notices.hide()
    open_alert(window, asking[0])
    wait(1500)
    pane = window.page("alerts").alert
    card = next(card for card in pane.cards if card.code == "A16")
    pane.bring_into_view(card)
    wait(500)
    pane.bring_into_view(card)
    wait(300)


def issues_listed(window: MainWindow) -> None:
    composing(pane="pick", opened=False)(window)
    page = window.page("newsletter")
    page.close_panel()
    page.show_left("issues")
    wait(500)


POSES: tuple[tuple[str, Callable[[MainWindow], None]], ...] = (
    ("newsletter", turned(composing(), (1366, 900))),
    ("newsletter-dark", turned(composing(), (1366, 900), "dark")),
    ("newsletter-1093x614", turned(composing(), (1093, 614))),
    ("newsletter-150", turned(composing("pick"), (1093, 614), zoom=150)),
    ("newsletter-200", turned(composing("preview"), (1093, 614), "dark", 200)),
    ("newsletter-readers", turned(for_all_readers, (1366, 900))),
    ("newsletter-sent", turned(marking_as_sent, (1093, 614))),
    ("newsletter-part-sent", turned(sent_to_some("care-homes"), (1366, 768))),
    ("newsletter-part-sent-1093x614", turned(sent_to_some("prescribers"), (1093, 614))),
    ("newsletter-taking-back", turned(taking_back, (1093, 614), "dark")),
    ("newsletter-offered", turned(offered, (1366, 768))),
    ("newsletter-issues", turned(issues_listed, (1366, 900))),
)
