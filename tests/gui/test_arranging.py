"""Owner and deputy, deferral, what changed, who must act, a person's choice: shown and recorded in the window."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QDate

from msat.clock import london
from msat.gui.beside import KINDS, Act, Beside, acts_of, beside
from msat.gui.main_window import MainWindow
from msat.gui.views.changed_card import what_changed
from msat.gui.views.committee_card import discussed_words, support_words
from msat.gui.views.who_card import act_words
from msat.gui.views.work_card import asked_words, deferral_words, owner_words
from msat.projections.alert_state import AlertState, Status, VersionState
from msat.projections.work_state import (
    Carried,
    CarriedAnswer,
    DecisionSupport,
    Deed,
    Deferral,
    Discussed,
    Owner,
    Plan,
    Reopened,
)
from msat.triage.model import Due, OrganisationKind, Priority
from tests.gui.conftest import NOW, settle

DEED = Deed("A. Patel", "Practice pharmacist", NOW, NOW, "e1", 1)


def texts(widget) -> str:
    return " ".join(label.text() for label in widget.findChildren(type(widget.window().worklist.alert.callout.head)))


def open_amber(window: MainWindow) -> AlertState:
    """An Amber that is open and acknowledged, shown in the pane."""
    pane = window.worklist.list_pane
    row = next(r for r in pane.model.rows() if r.rag is Priority.AMBER)
    pane.show_key(str(row.key))
    settle(window)
    state = window.worklist.alert.state
    assert state is not None
    assert state.key == row.key
    return state


def test_every_kind_of_organisation_has_its_card_with_mark_word_limit_and_reasons(window: MainWindow):
    pane = window.worklist.alert
    card = pane.sheet.extra["who"]
    assert len(card.buttons) == len(OrganisationKind)
    assert card.buttons[0].text().startswith("You (Dispensing practice): Red")
    assert card.buttons[0].rag is Priority.RED
    at = next(i for i, button in enumerate(card.buttons) if button.text().startswith("GP practice"))
    card.buttons[at].click()
    assert card.why.isVisible()
    said = texts(card.why)
    assert "by the same rules" in said
    assert "“" in said, "the notice's own words"
    assert "not yet reviewed by a pharmacist" in said
    card.buttons[0].click()
    assert [button.isChecked() for button in card.buttons] == [True, False, False, False, False]
    assert "as decided and recorded" in texts(card.why)
    card.buttons[0].click()
    assert not card.why.isVisible()


def test_an_opened_card_stays_open_when_its_alert_is_brought_up_to_date_and_not_for_another(window: MainWindow):
    pane = window.worklist.alert
    card = pane.sheet.extra["who"]
    card.buttons[1].click()
    pane.answer_number(1)
    assert card.buttons[1].isChecked()
    assert card.why.isVisible()
    open_amber(window)
    assert not card.why.isVisible()


def test_ones_own_card_says_what_the_rule_said_where_a_person_chose_otherwise(window: MainWindow):
    desk = window.session.desk
    state = window.worklist.alert.state
    chosen = replace(state, rag=Priority.AMBER, rule_rag=Priority.RED, override=DEED)
    acts = acts_of(desk, chosen, OrganisationKind.DISPENSING_PRACTICE)
    assert acts[0].is_own
    assert acts[0].priority is Priority.RED
    assert {act.kind for act in acts} == set(OrganisationKind)


def test_words_of_a_card():
    due = Due(NOW + timedelta(hours=8), "class", "48 hours")
    act = Act(OrganisationKind.PCN, False, Priority.AMBER, due, "F07", ())
    assert act_words(act, NOW) == "Primary care network: Amber, by 17:00 today"
    assert act_words(act, None) == "Primary care network: Amber"
    assert act_words(replace(act, priority=None, due=None, is_own=True), NOW) == (
        "You (Primary care network): Not rated, no limit"
    )
    assert set(KINDS) == set(OrganisationKind)


def test_a_assigns_over_the_foot_and_the_list_says_whose_it_is(window: MainWindow):
    pane = window.worklist.alert
    pane.open_assign()
    pane.panel.owner.setCurrentText("B. Jones")
    pane.panel.deputy.setCurrentText("C. Khan")
    pane.panel.submit()
    assert pane.panel is None
    key = str(pane.state.key)
    owner = window.session.desk.views.alert(key).owner
    assert (owner.name, owner.deputy) == ("B. Jones", "C. Khan")
    assert "Looked after by B. Jones, deputy C. Khan." in pane.sheet.extra["work"].owner.text()
    index = window.worklist.list_pane.model.index_of(pane.state.key)
    assert "For B. Jones" in index.data(11), "what a screen reader says of the row"


def test_who_is_away_today_is_said(window: MainWindow):
    from msat.services.absence import record_absence
    from msat.services.assign import assign

    desk, person = window.session.desk, window.session.person()
    key = str(window.worklist.alert.state.key)
    today = london(desk.clock.now()).date()
    assign(desk, key, "B. Jones", "C. Khan", person)
    record_absence(desk, "B. Jones", today, today + timedelta(days=3), "", person)
    found = beside(desk, desk.views.alert(key))
    assert "B. Jones is away until" in found.acting
    assert "C. Khan stands in" in found.acting
    assert {"B. Jones", "C. Khan"} <= set(found.names)


def test_z_defers_with_an_approver_and_it_can_be_taken_up_again(window: MainWindow):
    state = open_amber(window)
    pane = window.worklist.alert
    if state.deferral is not None:
        pane.open_resume()
        pane.panel.reason.setText("It is needed for this test.")
        pane.panel.submit()
    pane.open_defer()
    panel = pane.panel
    day = london(window.session.now()).date() + timedelta(days=9)
    panel.until.setDate(QDate(day.year, day.month, day.day))
    panel.reason.setText("The supplier answers next week.")
    panel.submit()
    assert pane.panel is panel, "without an approver it is refused in words"
    assert panel.wrong.isVisible()
    panel.approver.setCurrentText("Dr B. Other")
    panel.submit()
    assert pane.panel is None
    later = window.session.desk.views.alert(str(state.key))
    assert later.status(window.session.now()) is Status.DEFERRED
    assert pane.callout.head.text().startswith("Amber. Deferred until ")
    card = pane.sheet.extra["work"]
    assert "Approved by Dr B. Other" in card.put_off.text()
    groups = [window.worklist.list_pane.model.index(at).data() for at in range(40)]
    assert any(str(group).startswith("Deferred, ") for group in groups)
    card.resume.click()
    pane.panel.reason.setText("It came sooner.")
    pane.panel.submit()
    assert window.session.desk.views.alert(str(state.key)).deferral is None


def test_a_red_past_its_limit_says_before_saving_that_the_approver_records_too(window: MainWindow):
    pane = window.worklist.alert
    assert pane.state.rag is Priority.RED
    pane.answer_number(1)
    pane.open_defer()
    assert "only once the approver has recorded the same day too" in pane.panel.intro.text()
    pane.panel.approver.setCurrentText("Dr B. Other")
    pane.panel.reason.setText("The part is not delivered before.")
    pane.panel.submit()
    card = pane.sheet.extra["work"]
    assert "Dr B. Other records the same day" in card.asked.text()
    card.approve.click()
    pane.panel.who.name.setText("Dr B. Other")
    pane.panel.who.role.setCurrentText("GP")
    pane.panel.submit()
    assert window.session.desk.views.alert(str(pane.state.key)).deferral is not None


def test_words_of_owner_and_deferral(window: MainWindow):
    state = window.worklist.alert.state
    assert owner_words(replace(state, owner=None), "") == "Nobody in particular looks after it."
    late = Deferral(NOW + timedelta(days=3650), "Dr B.", "Because.", DEED)
    assert deferral_words(state, late).endswith("This is past the notice's own limit.")
    assert "holds once Dr B. records the same day" in asked_words(late)
    owned = replace(state, owner=Owner("X", "", DEED))
    assert owner_words(owned, "X is away.") == "Looked after by X. X is away."


def test_a_mixed_level_is_chosen_in_place_before_it_is_signed_off_or_dismissed(window: MainWindow):
    desk = window.session.desk
    key = next(str(s.key) for s in desk.views.states() if "mixed-level" in s.flags and s.override is None)
    pane = window.worklist.alert
    window.worklist.list_pane.show_key(key)
    settle(window)
    assert str(pane.state.key) == key
    pane.open_sign_off()
    assert pane.panel is None
    card = pane.sheet.extra["judge"]
    assert "Choose the priority first" in card.wrong.text()
    said = texts(card)
    assert pane.state.level_words in said
    assert "speaks to patients" in said
    pane.open_not_applicable()
    applies = next(c for c in pane.cards if hasattr(c, "form") and hasattr(c, "yes"))
    assert applies.form.isHidden()
    card.submit()
    assert "Choose Red, Amber or Green" in card.wrong.text()
    card.choices[Priority.RED].click()
    card.submit()
    assert "Give the reason" in card.wrong.text()
    card.reason.setText("People have it at home.")
    card.submit()
    judged = desk.views.alert(key)
    assert judged.rag is Priority.RED
    assert judged.judged.reason == "People have it at home."
    assert card.form.isHidden()
    assert "Red: People have it at home." in card.decided.text()


def test_a_decision_can_become_a_draft_of_a_local_rule_with_one_more_click(window: MainWindow):
    desk = window.session.desk
    from msat.services.review import to_review

    item = next(item for item in to_review(desk) if window.worklist.list_pane.model.index_of(item.key).isValid())
    pane = window.worklist.alert
    window.worklist.list_pane.show_key(str(item.key))
    settle(window)
    card = pane.sheet.extra["judge"]
    assert not card.rule.isChecked()
    card.choices[Priority.AMBER].click()
    card.reason.setText("We use it here.")
    card.rule.click()
    card.submit()
    assert card.wrong.text() == ""
    assert desk.views.alert(str(item.key)).judged.local_rule


def test_what_changed_stands_on_top_and_what_was_carried_over(window: MainWindow):
    pane = window.worklist.alert
    state = pane.state
    version = VersionState(2, "v", "s", NOW, ("Batches: TX1 was added.", "A word changed."), True)
    answer = CarriedAnswer("A03", "Check stock", "nil", "A. Patel", "Pharmacist", NOW, "e")
    old = Carried("EL(25)A/01", "EL(25)A/01", "done", (answer,) * 8, NOW, "e")
    again = replace(
        state,
        reopened=Reopened("The notice changed in a way that matters.", DEED, "change"),
        versions=(*state.versions, version),
        carried=(old,),
    )
    pane.sheet.show_state(again, pane.notice, NOW)
    card = pane.sheet.extra["changed"]
    said = texts(card)
    assert "Batches: TX1 was added." in said
    assert "stays below and in the history" in said
    assert said.count("A03 Check stock: nil.") == 6
    went = []
    card.opened.connect(went.append)
    buttons = {button.text(): button for button in card.findChildren(type(pane.foot.sign))}
    buttons["Open EL(25)A/01"].click()
    assert went == ["EL(25)A/01"]
    pane.sheet.show_state(state, pane.notice, NOW)
    assert card.isHidden()
    assert what_changed(replace(again, reopened=Reopened("I chose to.", DEED))) == ()


@pytest.mark.parametrize("is_committee", [False, True])
def test_what_was_agreed_locally_stands_beside_the_rules_own(window: MainWindow, is_committee: bool):
    pane = window.worklist.alert
    due = NOW + timedelta(days=2)
    plan = Plan("amber", ("Tell every care home.",), due, "4.2", "", "NHS Sample ICB", DEED)
    agreed = replace(
        pane.state,
        plan=plan,
        decision_support=(DecisionSupport("OptimiseRx", "42", "2026-11-20", True, "", DEED),),
        discussed=(Discussed("Safety committee", "2026-11-18", "4.2", "Taken up.", DEED),),
    )
    pane.sheet.show_beside(agreed, Beside(is_committee=is_committee, local_target=due), NOW)
    card = pane.sheet.extra["committee"]
    said = texts(card)
    assert "Amber, agreed by NHS Sample ICB." in said
    assert "The rule here says Red." in said
    assert "That is earlier than the notice's own limit, which stays." in said
    assert "Tell every care home." in said
    assert card.plan.isVisible() is is_committee
    assert support_words(agreed.decision_support[0]) == (
        "OptimiseRx message 42, live since 20 November 2026, national content."
    )
    assert discussed_words(agreed.discussed[0]) == (
        "Discussed at Safety committee, 18 November 2026, minute 4.2: Taken up."
    )
