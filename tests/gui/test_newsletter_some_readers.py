"""An issue sent to some of its readers: whose is whose in the window, what is still written, and taking it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from msat.gui.going import open_alert
from msat.gui.main_window import MainWindow
from msat.gui.newsletter_adding import add_to_newsletter
from msat.gui.theme import look
from msat.gui.views.newsletter_offer import NewsletterOffer
from msat.gui.views.newsletter_page import NewsletterPage
from msat.services.desk import Person
from msat.services.newsletter_send import mark_sent
from tests.gui.composing import CTRL, SHIFT, chosen, newsletter, on_disk, opened, passed, press, shown, written
from tests.gui.conftest import settle

ALL = ("prescribers", "community-pharmacies", "care-homes")
Key = Qt.Key


@pytest.fixture
def page(window: MainWindow) -> NewsletterPage:
    """An issue with two alerts for all readers, of which prescribers were sent it."""
    made = newsletter(window)
    chosen(made, *[line.key for line in made.picks.model.lines()][:2])
    made.composer.describe("August 2026", "Some recalls.", ALL)
    passed(made)
    send(made, "prescribers")
    return made


def send(page: NewsletterPage, *readers: str) -> None:
    page.ask_sent()
    for audience, box in page.panel.boxes_of.items():
        box.setChecked(audience in readers)
    page.panel.submit()
    passed(page)
    assert page.panel is None


def see(page: NewsletterPage, audience: str) -> None:
    page.head.readers[audience].click()
    passed(page)


def test_what_some_were_sent_stays_and_the_others_is_written_on(page: NewsletterPage):
    texts = [button.text() for button in page.head.readers.values()]
    assert texts == ["Prescribers: sent", "Community pharmacies", "Care homes"]
    assert page.head.readers["prescribers"].accessibleName() == "As prescribers were sent it"
    assert not page.composer.can_write
    see(page, "care-homes")
    assert page.composer.can_write
    assert "Sent to 1 of 3 readers" in page.head.state.text()
    first, second = page.items.order()
    written(page, first, "why", "Tablets may be mixed up.")
    page.composer.remove(second)
    passed(page)
    assert page.items.order() == [first]
    assert "Draft kept" in page.head.state.text()
    see(page, "prescribers")
    assert page.items.order() == [first, second]
    editor = opened(page, first)
    assert editor.editor.isReadOnly()
    assert editor.editor.toPlainText() != "Tablets may be mixed up."
    assert second in {line.key for line in page.picks.model.lines() if line.ticked}
    assert not page.head.undo.isEnabled()
    see(page, "care-homes")
    assert second not in {line.key for line in page.picks.model.lines() if line.ticked}
    assert page.undo_change()
    passed(page)
    assert on_disk(page).item(second) is not None
    assert on_disk(page).told == ("prescribers",)


def test_each_is_previewed_as_it_was_sent_or_will_be(page: NewsletterPage):
    page.preview.show_form("text")
    passed(page)
    assert "As prescribers were told on" in page.preview.note.text()
    assert page.preview.back.isVisible()
    see(page, "care-homes")
    assert "As care homes will get it." in page.preview.note.text()
    assert page.preview.back.isHidden()


def test_an_alert_added_from_elsewhere_is_for_those_who_are_left(window: MainWindow, page: NewsletterPage):
    third = [line.key for line in page.picks.model.lines()][2]
    page.picks.toggle(third)
    assert "What prescribers were sent is not changed any more." in window.notices.notice.head.text()
    assert on_disk(page).item(third) is None
    add_to_newsletter(window, [third])
    passed(page)
    assert on_disk(page).item(third) is not None
    assert page.composer.audience == "community-pharmacies"  # where the addition can be seen
    see(page, "prescribers")
    assert third not in page.items.order()


def test_readers_that_were_sent_it_cannot_be_taken_off_and_others_can_come(page: NewsletterPage):
    send(page, "community-pharmacies", "care-homes")
    assert "Sent: read only" in page.head.state.text()
    assert not page.head.sent.isEnabled()
    page.ask_details()
    passed(page)
    panel = page.panel
    assert "It was sent to all its readers." in shown(page)
    assert not any(box.isEnabled() for box in panel.boxes_of.values())
    assert panel.boxes_of["care-homes"].text() == "Care homes: sent"
    panel.name.setText("Another title")
    panel.submit()
    assert "sent to all its readers and is not changed any more" in panel.wrong.text()
    page.close_panel()
    assert on_disk(page).title == "August 2026"
    page.show_left("issues")
    headings = [line.title for line in page.issues.model.lines() if line.heading]
    assert headings == ["Sent"]


def test_an_issue_sent_to_its_readers_can_be_written_for_others_too(page: NewsletterPage):
    page.composer.describe("August 2026", "Some recalls.", ("prescribers",))
    passed(page)
    assert not page.head.sent.isEnabled()
    page.ask_details()
    box = page.panel.boxes_of["care-homes"]
    assert box.isEnabled()
    box.setChecked(True)
    page.panel.submit()
    passed(page)
    assert on_disk(page).unsent == ("care-homes",)
    see(page, "care-homes")
    assert page.composer.can_write


def test_a_sending_is_taken_back_by_keys(window: MainWindow, page: NewsletterPage):
    page.preview.back.setFocus()
    press(window, Key.Key_Space)
    panel = page.panel
    assert panel.title.text() == "Not sent after all"
    assert window.focusWidget() is panel.why
    press(window, Key.Key_Return, CTRL)
    assert "The reason is missing." in panel.wrong.text()
    panel.why.setText("It was held back.")
    press(window, Key.Key_Return, CTRL)
    assert page.panel is None
    assert page.composer.can_write
    assert page.head.readers["prescribers"].text() == "Prescribers"
    assert page.preview.back.isHidden()
    assert page.isAncestorOf(window.focusWidget())
    last = list(page.session.desk.record.entries())[-1]
    assert (last.type, last.data["reason"]) == ("entry.corrected", "It was held back.")
    written(page, page.items.order()[0], "why", "Better said.")
    assert on_disk(page).items[0].edits[0].text == "Better said."


def test_one_that_only_the_record_knows_is_taken_back_too(page: NewsletterPage):
    for path in page.session.desk.places.newsletters.iterdir():
        path.unlink()
    page.composer.open()
    page.show_left("issues")
    page.issues.open_key(page.issues.model.lines()[1].key)
    page.preview.back.click()
    assert "“August 2026” was sent to prescribers" in page.panel.intro.text()
    page.panel.why.setText("It was held back.")
    page.panel.submit()
    passed(page)
    page.show_left("issues")
    assert page.issues.model.lines() == []


def test_in_a_narrow_window_the_state_leaves_room_for_the_title(window: MainWindow, page: NewsletterPage):
    window.resize(1093, 614)
    look().set_zoom(200)
    passed(page)
    assert page.panes_shown < 3
    head = page.head
    assert head.state.text() == "Sent: read only"
    assert head.state.width() >= head.state.fontMetrics().horizontalAdvance(head.state.text())


def test_esc_leaves_everything_as_it_was(window: MainWindow, page: NewsletterPage):
    size = page.session.desk.record.head().size
    page.preview.back.setFocus()
    press(window, Key.Key_Space)
    page.panel.why.setText("It was held back.")
    press(window, Key.Key_Escape)
    assert page.panel is None
    assert window.focusWidget() is page.preview.back
    assert page.session.desk.record.head().size == size


def test_the_forms_saved_for_these_readers_are_offered(page: NewsletterPage, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / Path(_args[2]).name), ""))
    page.save_as("word")  # for prescribers, who were sent it
    passed(page)
    page.ask_sent()
    assert page.panel.forms_of == {}
    page.close_panel()
    see(page, "care-homes")
    page.save_as("html")
    passed(page)
    page.ask_sent()
    panel = page.panel
    assert [box.text() for box in panel.forms_of.values()] == ["Web page"]
    (saved,) = tmp_path.glob("*care-homes*.html")
    assert panel.files_of() == {"care-homes": (saved,)}
    panel.boxes_of["care-homes"].setChecked(False)
    assert panel.files_of() == {}
    assert not panel.forms_of["html"].isEnabled()
    panel.boxes_of["care-homes"].setChecked(True)
    panel.submit()
    passed(page)
    entries = list(page.session.desk.record.entries())[-2:]
    names = {one.data["audiences"][0]: [file["name"] for file in one.data["files"]][2:] for one in entries}
    assert names == {"community pharmacies": [], "care homes": [saved.name]}


def test_readers_sent_it_from_elsewhere_keep_what_they_got(page: NewsletterPage):
    desk, key = page.session.desk, page.items.order()[0]
    see(page, "care-homes")
    mark_sent(desk, page.composer.issue.id, Person("A. Patel", "pharmacist"), ["care-homes"])
    written(page, key, "why", "Too late for them.")
    assert "was changed elsewhere" in shown(page)
    page.head.overwrite.click()
    passed(page)
    assert page.head.readers["care-homes"].text() == "Care homes: sent"
    assert not page.composer.can_write
    assert opened(page, key).editor.toPlainText() != "Too late for them."
    see(page, "community-pharmacies")
    assert on_disk(page).told == ("prescribers", "care-homes")
    assert page.composer.can_write


def test_the_shortcut_marks_the_rest(window: MainWindow, page: NewsletterPage):
    press(window, Key.Key_S, CTRL | SHIFT)
    assert [box.text() for box in page.panel.boxes_of.values()] == ["Community pharmacies", "Care homes"]
    press(window, Key.Key_Return, CTRL)
    assert "Sent: read only" in page.head.state.text()
    assert "is to be mended" not in shown(page)


# --- the alert's own page --------------------------------------------------------------------------------------


def asking(page: NewsletterPage) -> str:
    """An alert that asks for a newsletter item, added to the issue for those who are left."""
    found = next(
        str(one.key) for one in page.session.desk.views.states() if any(each.code == "A16" for each in one.actions)
    )
    assert page.composer.write_on()
    page.composer.add([found])
    passed(page)
    return found


def test_the_action_for_an_item_is_answered_with_the_issue_by_one_press(window: MainWindow, page: NewsletterPage):
    key = asking(page)
    send(page, "care-homes", "community-pharmacies")
    size = window.session.desk.record.head().size
    open_alert(window, key)
    settle(window)
    pane = window.page("alerts").alert
    card = next(card for card in pane.cards if card.code == "A16")
    offer = card.findChild(NewsletterOffer)
    sent = "“August 2026”, sent 21 August 2026 to community pharmacies, care homes."
    assert offer.words.text() == f"The newsletter told of it: {sent}"
    told = [one.words for one in pane.tabs.history._shown]
    assert "Told care homes in the newsletter “August 2026”." in told
    assert window.session.desk.record.head().size == size
    offer.yes.setFocus()
    QTest.keyClick(offer.yes, Key.Key_Space)
    settle(window)
    last = list(window.session.desk.record.entries())[-1]
    assert (last.data["action"], last.data["answer"]) == ("A16", "yes")
    assert last.data["note"] == f"Told in the newsletter {sent}"
    assert offer.isHidden()
    assert window.focusWidget() is card


def test_after_marking_as_sent_the_actions_are_offered_to_be_answered(window: MainWindow, page: NewsletterPage):
    asking(page)
    send(page, "care-homes")
    notice = window.notices.notice
    assert "Recorded “August 2026” as sent to care homes" in notice.head.text()
    assert "One of its alerts asks for a newsletter item." in notice.head.text()
    assert notice.button.text() == "Answer yes with this issue"
    notice.button.click()
    passed(page)
    answers = [one for one in window.session.desk.record.entries() if one.data.get("action") == "A16"]
    assert [one.data["answer"] for one in answers] == ["yes"]
    send(page, "community-pharmacies")
    assert window.notices.notice.button.isHidden()


def test_without_a_sending_nothing_is_offered(window: MainWindow, page: NewsletterPage):
    other = next(
        str(one.key)
        for one in window.session.desk.views.states()
        if str(one.key) not in page.items.order() and any(action.code == "A16" for action in one.actions)
    )
    open_alert(window, other)
    settle(window)
    cards = window.page("alerts").alert.cards
    assert not any(card.findChild(NewsletterOffer) for card in cards)
