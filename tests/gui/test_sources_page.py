"""The page of the sources: on and off, tests, own sources, what they say of themselves; and the missed alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from msat.alerts.model import Fact, Where
from msat.errors import MsatError
from msat.gui import source_deeds
from msat.gui.main_window import MainWindow
from msat.gui.source_words import (
    STATES,
    Health,
    banner,
    in_brief,
    stale_words,
    summary,
    tally,
    with_missing,
    worst_first,
)
from msat.gui.theme import look
from msat.gui.views.gaps_card import ExplainForm
from msat.gui.views.notices import Picture
from msat.gui.views.source_card import SourceCard, entry_words
from msat.gui.words import issued_words
from msat.ids import SourceId
from msat.projections.gaps import Gap
from msat.projections.ports import SourceHealth
from msat.services.try_source import Tried
from tests.gui.conftest import NOW, settle


def sources_page(window: MainWindow):
    window.show_page("sources")
    return window.page("sources")


def texts(widget) -> str:
    from msat.gui.pieces import Text

    return "\n".join(text.text() for text in widget.findChildren(Text))


def an_off_source(window: MainWindow) -> str:
    return next(str(s.id) for s in window.session.desk.knowledge.sources if not s.enabled)


def test_every_source_of_the_catalogue_is_there_with_a_switch_and_a_test(window: MainWindow):
    page = sources_page(window)
    known = [str(source.id) for source in window.session.desk.knowledge.sources]
    assert sorted(page.cards) == sorted(known)
    for source in window.session.desk.knowledge.sources:
        card = page.cards[str(source.id)]
        assert ("disable" if source.enabled else "enable") in card.buttons
        assert "test" in card.buttons
        assert "remove" not in card.buttons
        assert source.address in texts(card)


def test_turning_a_source_on_and_off_holds_at_once(window: MainWindow):
    page, which = sources_page(window), an_off_source(window)
    page.cards[which].buttons["enable"].click()
    assert next(s for s in window.session.desk.knowledge.sources if s.id == which).enabled
    assert "disable" in page.cards[which].buttons
    assert next(one for one in window.health if one.id == which).state(window.session.now()) == "Never reached"
    page.cards[which].buttons["disable"].click()
    assert not next(s for s in window.session.desk.knowledge.sources if s.id == which).enabled


def test_a_test_shows_each_entry_and_records_nothing(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    page, which = sources_page(window), an_off_source(window)
    desk = window.session.desk
    notice = desk.views.notice(str(desk.views.states()[0].key))
    asked: list[str] = []

    def trial(source_id: str):
        asked.append(source_id)
        source = next(s for s in desk.knowledge.sources if s.id == source_id)
        return lambda _desk: Tried(source, (notice,), (("A broken entry", "It has no words."),), more=True)

    monkeypatch.setattr(source_deeds, "trial", trial)
    before = desk.record.head().size
    page.cards[which].buttons["test"].click()
    assert asked == [which]
    said = texts(page.cards[which])
    assert "1 notice read. There are more. Nothing was recorded." in said
    assert notice.title in said
    assert "Not read: A broken entry. It has no words." in said
    assert desk.record.head().size == before
    page.cards[which].buttons["hide"].click()
    assert "Nothing was recorded" not in texts(page.cards[which])


def test_an_entry_of_a_test_shows_its_facts(window: MainWindow):
    desk = window.session.desk
    notice = next(n for s in desk.views.states() if (n := desk.views.notice(str(s.key))) and n.batches and n.reference)
    said = entry_words(notice)
    assert said.startswith(notice.title)
    assert f"reference: {notice.reference.value}" in said
    assert notice.batches[0].number in said
    assert f"issued: {issued_words(notice.issued.value)}" in said
    unknown = replace(notice, family=Fact("unknown", "", Where.TEXT))
    assert "family" not in entry_words(unknown)


def test_the_sources_stand_before_the_missing_numbers(window: MainWindow, qtbot):
    """With 200 numbers to explain, a source that fails is still in sight."""
    page = sources_page(window)
    qtbot.waitUntil(page.gaps.isVisible)
    reading = next(card for card in page.cards.values() if "disable" in card.buttons)
    off = next(card for card in page.cards.values() if "enable" in card.buttons)
    qtbot.waitUntil(lambda: reading.mapTo(page, QPoint(0, 0)).y() < page.gaps.mapTo(page, QPoint(0, 0)).y())
    assert page.gaps.mapTo(page, QPoint(0, 0)).y() < off.mapTo(page, QPoint(0, 0)).y()


def test_a_source_of_ones_own_is_added_refused_in_words_and_removed(window: MainWindow):
    page = sources_page(window)
    page.new.click()
    page.form.name.setText("Sampleshire ICB bulletins")
    page.form.address.setText("file:///etc/passwd")
    page.form.add.click()
    assert page.form.refused.text()
    assert page.form.name.text() == "Sampleshire ICB bulletins"
    page.form.address.setText("https://www.example.org/feed.xml")
    page.form.add.click()
    assert page.form.isHidden()
    card = page.cards["sampleshire-icb-bulletins"]
    assert window.focusWidget() is card.buttons["test"]
    assert "https://www.example.org/feed.xml" in texts(card)
    card.buttons["remove"].click()
    assert "sampleshire-icb-bulletins" not in page.cards


def test_a_refusal_speaks_of_what_was_typed_and_not_of_files(window: MainWindow):
    page = sources_page(window)
    page.new.click()
    for name, address, said in (
        ("WHO", "https://www.example.org/x", "There is a source “World Health Organization news” here already."),
        ("Other", "http://www.example.org/x", "not protected"),
        ("Other", "https://www.who.int/rss-feeds/news-english.xml", "reads this address already"),
        ("", "https://www.example.org/x", "needs a name"),
    ):
        page.form.name.setText(name)
        page.form.address.setText(address)
        page.form.add.click()
        assert said in page.form.refused.text()
        assert "toml" not in page.form.refused.text()
    window.resize(1093, 614)
    page.scroll.verticalScrollBar().setValue(0)
    page.form.add.click()
    settle(window)
    settle(window)
    below = page.form.refused.mapTo(page, page.form.refused.rect().bottomLeft()).y()
    assert below < page.height(), "a refusal comes into sight on a small window"


def test_the_address_of_a_source_can_be_changed_where_it_stands(window: MainWindow):
    page = sources_page(window)
    page.change(source_deeds.add("Our own", "https://www.example.org/own.xml", "uk", red_capable=True))
    assert next(one for one in window.health if one.id == "our-own").can_carry_red
    page.cards["our-own"].buttons["address"].click()
    field = page.cards["our-own"].address
    assert field.text() == "https://www.example.org/own.xml"
    field.clear()
    QTest.keyClicks(field, "ftp://www.example.org/new.xml")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "https://" in page.cards["our-own"].refused.text()
    assert page.cards["our-own"].address.text() == "ftp://www.example.org/new.xml", "what was typed stays"
    page.cards["our-own"].address.setText("https://www.example.org/new.xml")
    QTest.keyClick(page.cards["our-own"].address, Qt.Key.Key_Return)
    assert not hasattr(page.cards["our-own"], "address"), "the form is closed"
    assert "https://www.example.org/new.xml" in texts(page.cards["our-own"])


def test_sources_in_trouble_stand_first_and_are_counted(theme):
    fine, off = health(id="a", name="Fine"), health(id="o", enabled=False)
    failed = health(id="f", known=SourceHealth(SourceId("f"), NOW, NOW, NOW, failures=3, error="No answer."))
    never = health(id="n", known=SourceHealth(SourceId("n")))
    assert [one.id for one in worst_first([fine, never, failed], NOW)] == ["f", "n", "a"]
    assert tally([fine, never, failed], NOW) == "3 sources. 1 failed, 1 never reached, 1 working"
    states = {one.state(NOW) for one in (fine, failed, never, off)}
    assert states == {"Working", "Failed", "Never reached", "Off"} <= set(STATES)
    drawn = [card.findChildren(Picture)[0].name for card in (SourceCard(one, NOW) for one in (failed, never, fine))]
    assert drawn == ["stop", "warning", "check"], "a shape with every colour"
    assert "The last 3 tries failed." in texts(SourceCard(failed, NOW))


def test_sources_are_shared_as_a_file_and_come_back_switched_off(window: MainWindow, tmp_path):
    page = sources_page(window)
    page.change(source_deeds.add("Our own", "https://www.example.org/own.xml", "uk"))
    shared = tmp_path / "shared.toml"
    said = source_deeds.share(shared)(window.session.desk)
    assert str(shared) in said
    page.cards["our-own"].buttons["remove"].click()
    page.change(source_deeds.take_shared(shared))
    assert "enable" in page.cards["our-own"].buttons


def test_ids_are_made_of_names():
    assert source_deeds.id_of("NHS Sampleshire ICB: bulletins!") == "nhs-sampleshire-icb-bulletins"
    assert source_deeds.id_of("2026 list") == "list"
    assert source_deeds.id_of("\u00e9\u00e8") == ""


def health(**changes: object) -> Health:
    known = SourceHealth(SourceId("x"), NOW, NOW, NOW)
    return replace(Health("x", "A source", True, True, known), **changes)  # type: ignore[arg-type]


def test_a_source_silent_for_longer_than_expected_is_flagged_everywhere(theme):
    silent = health(stale="A source had nothing new for 40 days; 14 days are to be expected. Check its address.")
    assert health().state(NOW) == "Working"
    assert silent.state(NOW) == "Silent for long"
    assert not silent.is_fine(NOW)
    said = banner([silent], NOW)
    assert said is not None
    assert "40 days" in said[1]
    assert summary([silent], NOW)[1] == "amber"
    card = SourceCard(silent, NOW)
    assert "40 days" in texts(card)


def test_a_batch_check_is_warned_of_any_source_that_is_not_up_to_date():
    assert stale_words([health()], NOW) is None
    assert stale_words([], NOW) == ("No source is on.", "Only what was added here by hand can be found.")
    old = health(known=SourceHealth(SourceId("x"), NOW, NOW - timedelta(days=3)), can_carry_red=False)
    said = stale_words([old, health()], NOW)
    assert said is not None
    assert "A source was last reached" in said[1]


def test_missing_numbers_stand_in_the_status_bar_and_on_the_rail(window: MainWindow):
    assert with_missing(("All well.", "green"), 0) == ("All well.", "green")
    said = "All well. 2 numbers missing from a series: see Sources."
    assert with_missing(("All well.", "green"), 2) == (said, "amber")
    window.watch.show(replace(window.watch.standing.read(window.session.desk, window.session.now()), missing=3))
    assert "3 numbers missing" in window.status.health.text()
    assert window.rail.buttons["sources"].accessibleName() == "Sources, 3"


def test_a_gap_is_explained_by_a_person_and_listed_with_who_and_when(window: MainWindow):
    page = sources_page(window)
    waiting = [gap for gap in page.gaps.gaps if gap.explanation is None]
    assert waiting, "the sample should hold a gap"
    gap = waiting[0]
    before = window.session.desk.record.head().size
    page.gaps.open(gap.reference)
    form = page.gaps.findChild(ExplainForm)
    form.reason.setCurrentIndex(form.reason.findData("other"))
    form.save()
    assert not form.refused.isHidden(), "another reason needs a note"
    form.note.setText("Looked for it with the publisher: not issued.")
    form.save()
    assert window.session.desk.record.head().size == before + 1
    now = next(one for one in page.gaps.gaps if one.reference == gap.reference)
    assert now.explanation is not None
    assert "Demo Pharmacist" in texts(page.gaps)
    assert "Looked for it with the publisher: not issued" in texts(page.gaps)


def test_no_gap_says_so(window: MainWindow):
    page = sources_page(window)
    page.gaps.show_gaps([])
    assert "No number is missing from the series known here." in texts(page.gaps)


def test_many_gaps_are_shown_in_part_until_asked_for(window: MainWindow):
    page = sources_page(window)
    many = [Gap("EL", 2025, at, f"EL(25)A/{at:02d}", "It stands between others.") for at in range(1, 41)]
    page.gaps.show_gaps(many)
    assert "EL(25)A/40" not in texts(page.gaps)
    assert "EL 2025: 40 missing" in texts(page.gaps)
    page.gaps._show_all()
    assert "EL(25)A/40" in texts(page.gaps)


def test_a_failed_test_is_a_notice_and_the_button_comes_back(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    page, which = sources_page(window), an_off_source(window)

    class Broken(MsatError):
        """Not to be read."""

        title = "It cannot be read"

    def trial(_source_id: str):
        def work(_desk):
            raise Broken("The network is away.", "Try again.")

        return work

    monkeypatch.setattr(source_deeds, "trial", trial)
    page.cards[which].buttons["test"].click()
    assert window.notices.isVisible()
    assert page.cards[which].buttons["test"].isEnabled()


def test_the_focus_stays_on_the_switch(window: MainWindow, qtbot):
    page, which = sources_page(window), an_off_source(window)
    page.cards[which].buttons["enable"].setFocus(Qt.FocusReason.TabFocusReason)
    page.cards[which].buttons["enable"].click()
    assert window.focusWidget() is page.cards[which].buttons["disable"]


def test_on_a_small_window_in_large_type_the_foot_says_less(window: MainWindow):
    said = in_brief(window.health, 3, NOW)
    assert said.endswith("up to date. 3 alert numbers missing.") or said == "No source checked yet."
    bar = window.status
    bar.say_health("A long sentence about every source, one after another.", "amber", "2 of 3 sources up to date.")
    window.resize(1093, 614)
    assert bar.health.text().startswith("A long sentence")
    assert bar.records.isVisible()
    look().set_zoom(200)
    assert bar.health.text() == "2 of 3 sources up to date."
    assert "A long sentence" in bar.health.toolTip()
    assert bar.health.accessibleName().startswith("A long sentence")
    assert bar.records.isHidden()


def test_several_sources_in_trouble_are_named_and_not_told_at_length():
    error = "No connection to www.gov.uk could be made. Alerts already here are safe. Try again."
    one = health(id="f", name="One", known=SourceHealth(SourceId("f"), NOW, NOW, NOW, failures=3, error=error))
    assert banner([one], NOW)[1].endswith("No connection to www.gov.uk could be made.")
    several = [replace(one, id=str(at), name=f"S{at}") for at in range(5)]
    said = stale_words(several, NOW)
    assert said[1] == "Not up to date: S0, S1, S2 and 2 other sources. Sources (Ctrl+3) says why."
