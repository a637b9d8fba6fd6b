"""Packs that travel: written, signed, tampered with, imported, compared; and a decision that becomes a local rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.actions.pack import LocalReason, Pack, read_pack, toml, write_pack
from msat.clock import FixedClock
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.record.entries import Actor
from msat.record.memory import MemoryRecord
from msat.services.applies import decide_applies, reasons_for
from msat.services.correct import correct
from msat.services.desk import Desk
from msat.services.gaps import explain_gap, gap_reasons
from msat.services.letters import WITHOUT_ADVICE, letter_text
from msat.services.tailor import rule_from_decision, title_pattern
from msat.services.tailor_adopt import adopt
from msat.services.tailor_drafts import draft_path, drop_draft, empty_pack, read_draft, save_draft, save_text
from msat.services.tailor_dry_run import dry_run
from msat.services.tailor_packs import compare, export_pack, find, import_pack
from msat.services.tailor_signing import sign_pack, signature_of
from msat.triage.model import OrganisationKind, Priority
from msat.triage.overlay import Entry
from tests.fakes import NOON, RIVERSIDE
from tests.notices import item, recall
from tests.services.conftest import PHARMACIST

Receive = Callable[[FeedItem], AlertState]
RAISED = Entry("F09", "A large stock.", {"priority": {"dispensing-practice": "red"}})
WORDED = Entry("A12", "", {"text": "Tell the team in the morning huddle"})
FULL = Pack(
    "Committee rules",
    "Anytown committee",
    "QZZ",
    "2026.11",
    made_for=(OrganisationKind.DISPENSING_PRACTICE, OrganisationKind.GP_PRACTICE),
    who="A lead",
    why="Agreed in November.\nMinute 4.",
    rules=(RAISED,),
    actions=(WORDED, Entry("LA01", "", {"name": "Care homes", "answer": "done", "text": "Telephone the care homes"})),
    places={OrganisationKind.DISPENSING_PRACTICE: ("Dispensary", 'Shed "two"')},
    reasons=(LocalReason(of="applies", code="care-homes", words="Our care homes use it"),),
    letters={"patient-message": "{organisation}: about {product}. {advice}\nThank you."},
)


def test_a_pack_is_the_same_after_writing_and_reading() -> None:
    assert read_pack("p", write_pack(FULL)) == FULL
    assert read_pack("p", write_pack(replace(FULL, made_for=()))) == replace(FULL, made_for=())


PLAIN = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-(2**53), 2**53) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(PLAIN)
def test_every_value_is_the_same_after_writing_and_reading(value: object) -> None:
    import tomllib

    assert tomllib.loads(f"x = {toml(value)}") == {"x": value}


HEAD = 'format = 1\nname = "N"\norganisation = "O"\nods = "Y00001"\nbase = "2026.11"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format = 1\nname =", "not well-formed TOML"),
        (HEAD.replace("format = 1", "format = 2"), "field “format”"),
        (HEAD + 'colour = "red"', "unknown field `colour`"),
        (HEAD.replace('"O"', '""'), "the head, field “organisation”"),
        (HEAD + "for = []", "field “for”"),
        (HEAD + 'for = ["dentist"]', "field “for"),
        (HEAD + "[[rule]]\nname = 'x'", "rule number 1, field “id”"),
        (HEAD + "[[rule]]\nid = 'F09'\nwhy = 3", "rule F09, field “why”"),
        (HEAD + "[[rule]]\nid = 'F09'\n[[rule]]\nid = 'F09'", "rule F09, field “id”: it is given twice"),
        (HEAD + "[[action]]\ncode = 'A12'\n[[action]]\ncode = 'A12'", "action A12, field “code”"),
        (HEAD + "[[reason]]\nof = 'applies'\ncode = 'No Good'\nwords = 'x'", "reason No Good, field “code”"),
        (HEAD + "[[reason]]\nof = 'never'\ncode = 'x'\nwords = 'x'", "reason x, field “of”"),
        (HEAD + f"[[rule]]\nid = 'F09'\nreason = '{'x' * 1001}'", "rule F09, field “reason”"),
        (HEAD + f"[[action]]\ncode = 'A12'\ntext_for = {{ pcn = '{'x' * 401}' }}", "action A12, field “text_for”"),
        (HEAD + "".join(f"[[rule]]\nid = 'X{n}'\n" for n in range(201)), "at most 200"),
        (HEAD + "[places]\ngp-practice = []", "places for gp-practice"),
        (HEAD + "[places]\ngp-practice = ['A', 'a']", "places for gp-practice"),
        (HEAD + "[places]\nsurgery = ['A']", "places"),
    ],
)
def test_each_mistake_of_a_pack_is_named(text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read_pack("our.msatrules", text)
    assert "our.msatrules" in str(refused.value)
    assert said in str(refused.value)


def test_an_exported_pack_is_signed_and_imported_as_a_draft(desk: Desk, tmp_path: Path) -> None:
    save_draft(desk, FULL)
    path, words = export_pack(desk, tmp_path / "ours", draft=True)
    assert path == tmp_path / "ours.msatrules"
    assert "signed by this record" in words
    assert drop_draft(desk)
    taken = import_pack(desk, path)
    assert taken.pack == read_draft(desk) == FULL
    assert taken.signed.log == desk.record.log
    assert (taken.signed.organisation, taken.signed.ods) == ("Test Surgery", "Y00001")
    assert desk.record.log[:8] in taken.words
    assert desk.knowledge.local is None


@pytest.mark.parametrize(
    ("old", "new"),
    [("red", "green"), ("Anytown committee", "Anytown committeE"), ("# ----- END", 'who = "me"\n# ----- END')],
)
def test_a_signed_pack_that_was_changed_is_refused(desk: Desk, tmp_path: Path, old: str, new: str) -> None:
    text = sign_pack(desk.record, write_pack(FULL))
    assert signature_of(text).log
    path = tmp_path / "changed.msatrules"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused, match=r"changed|does not fit"):
        import_pack(desk, path)


def test_nothing_can_be_added_behind_a_signature(desk: Desk) -> None:
    text = sign_pack(desk.record, write_pack(FULL))
    assert signature_of(text + '\n[[rule]]\nid = "F07"\npriority = "green"\n').is_changed


def test_line_ends_of_mail_programs_do_not_break_a_signature(desk: Desk) -> None:
    text = sign_pack(desk.record, write_pack(FULL))
    assert signature_of(text.replace("\n", "\r\n")).log == desk.record.log
    assert sign_pack(desk.record, text) == text


@pytest.mark.parametrize("junk", ["", "AAAA", "e30=", "bm90IGpzb24=", "W10=", "bnVsbA=="])
def test_a_signature_that_cannot_be_read_is_no_signature(junk: str) -> None:
    text = f"x = 1\n# ----- BEGIN msat-pack-v1 -----\n# {junk}\n# ----- END msat-pack-v1 -----\n"
    found = signature_of(text)
    assert not found.log
    assert found.is_changed == bool(junk)


def test_a_pack_of_others_can_be_taken_as_ones_own(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "theirs.msatrules"
    path.write_text(write_pack(replace(FULL, made_for=(OrganisationKind.PCN,))), encoding="utf-8")
    assert import_pack(desk, path).signed.words == "This pack bears no signature."
    own = import_pack(desk, path, as_own=True).pack
    assert (own.organisation, own.ods, own.made_for) == ("Test Surgery", "Y00001", ())
    adopt(desk, PHARMACIST, "Taken over.", dry_run(desk, own).seen)
    assert draft_path(desk.places).with_name("draft.before.msatrules").is_file()


def test_exporting_refuses_what_is_not_there_and_what_is(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No local rules are in force"):
        export_pack(desk, tmp_path / "x")
    with pytest.raises(Refused, match="no draft"):
        export_pack(desk, tmp_path / "x", draft=True)
    save_draft(desk, FULL)
    export_pack(desk, tmp_path / "x", draft=True)
    with pytest.raises(Refused, match="already"):
        export_pack(desk, tmp_path / "x", draft=True)
    with pytest.raises(Refused, match="does not end in"):
        export_pack(desk, tmp_path / "x.toml", draft=True)


def test_two_packs_are_compared_field_by_field(desk: Desk) -> None:
    other = replace(FULL, rules=(replace(RAISED, fields={"priority": {"dispensing-practice": "green"}}),), actions=())
    found = {(d.rule, d.field): (d.shipped, d.one, d.other) for d in compare(desk, FULL, other)}
    assert found[("F09", "priority.dispensing-practice")] == ("amber", "red", "green")
    assert found[("A12", "text")][1:] == ("Tell the team in the morning huddle", "")
    assert ("places", "dispensing-practice") not in found
    assert compare(desk, FULL, FULL) == ()
    assert compare(desk, FULL, find(desk, "shipped"))


def test_places_reasons_and_letters_of_a_pack_reach_the_work(desk: Desk, receive: Receive) -> None:
    adopt(desk, PHARMACIST, "Agreed.", dry_run(desk, FULL).seen, FULL)
    state = receive(recall("EL(26)A/66", level="Patient", patient_advice="Patients should return the listed batches."))
    stock = next(action for action in state.actions if action.code == "A03")
    assert [place.place for place in stock.places] == ["Dispensary", 'Shed "two"']
    told = next(action for action in state.actions if action.code == "A12")
    assert told.text == "Tell the team in the morning huddle"
    assert "Worded locally (Anytown committee)." in told.help
    message = letter_text(desk, "EL(26)A/66", "patient-message")
    assert message.startswith("Test Surgery: about Testafil 10 mg tablets. The notice says: “")
    assert "Patients should return the listed batches." in message


def test_a_letter_about_a_notice_that_says_nothing_to_patients_says_not_to_stop(desk: Desk, receive: Receive) -> None:
    receive(recall())
    assert WITHOUT_ADVICE in letter_text(desk, "EL(26)A/61", "patient-letter")
    with pytest.raises(Refused, match="no letter “invoice”"):
        letter_text(desk, "EL(26)A/61", "invoice")


UNCOVERED = item("Something new about zimbolimab pens", "<p>Zimbolimab pens can jam.</p>", alert_type="unheard-of")


def test_a_decision_becomes_a_rule_of_the_draft(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    state = receive(UNCOVERED)
    assert state.rule == "E11"
    assert rule_from_decision(desk, state, Priority.RED, "We supply many.") == "L01"
    draft = read_draft(desk)
    assert [entry.id for entry in draft.rules] == ["L01"]
    run = dry_run(desk, draft)
    assert [(row.before.rule, row.after.rule) for row in run.rows] == [("E11", "L01")]
    adopt(desk, PHARMACIST, "From the review list.", run.seen)
    later = receive(item("Zimbolimab: something new, pens again", "<p>More.</p>", alert_type="unheard-of"))
    assert later.rule == "E11"
    again = receive(item("Again something new about zimbolimab pens", "<p>More.</p>", alert_type="unheard-of"))
    assert (again.rule, again.rag) == ("L01", Priority.RED)
    assert rule_from_decision(desk, later, Priority.AMBER, "Another.") == "L02"


def test_a_decision_does_not_become_a_rule_that_lowers_a_shipped_one(desk: Desk, receive: Receive) -> None:
    state = receive(recall())
    with pytest.raises(Refused, match="cannot lower"):
        rule_from_decision(desk, state, Priority.GREEN, "None here.")
    assert not draft_path(desk.places).exists()


def test_remarks_in_the_draft_stay_when_a_decision_is_added(desk: Desk, receive: Receive) -> None:
    save_text(desk, write_pack(replace(empty_pack(desk), letters=FULL.letters)) + "# a remark of ours\n")
    rule_from_decision(desk, receive(UNCOVERED), Priority.AMBER, "We supply many.")
    text = draft_path(desk.places).read_text(encoding="utf-8")
    assert "# a remark of ours" in text
    assert read_draft(desk).letters == FULL.letters


@pytest.mark.parametrize("title", ["???", "", "Class 2", "(a+)+$ [unclosed", "Éè medicine: naïve patients", "x" * 500])
def test_a_pattern_of_any_title_fits_that_title(title: str) -> None:
    import re

    made = title_pattern(title)
    assert re.search(made, title or "w", re.IGNORECASE) or made == r"\w"


LOCAL_REASONS = (
    LocalReason(of="does-not-apply", code="closed-formulary", words="Not on our closed formulary"),
    LocalReason(of="does-not-apply", code="not-held", words="Nil in every place"),
    LocalReason(of="gap", code="by-post", words="It came by post"),
)


def test_local_reasons_can_be_chosen_and_are_recorded_in_their_words(desk: Desk, receive: Receive) -> None:
    receive(recall("EL(26)A/62", class_=3, product="Examplamide 5 mg tablets"))
    with pytest.raises(Refused, match="not a reason"):
        decide_applies(desk, "EL(26)A/62", False, PHARMACIST, "closed-formulary")
    pack = replace(empty_pack(desk), reasons=LOCAL_REASONS)
    adopt(desk, PHARMACIST, "Agreed.", dry_run(desk, pack).seen, pack)
    listed = reasons_for(False, desk.knowledge)
    assert listed["closed-formulary"] == "Not on our closed formulary"
    assert listed["not-held"] == "Nil in every place"
    assert list(listed)[-1] == "other"
    assert "closed-formulary" not in reasons_for(True, desk.knowledge)
    changes = decide_applies(desk, "EL(26)A/62", False, PHARMACIST, "closed-formulary")
    state = desk.views.alert("EL(26)A/62")
    assert state is not None
    assert state.applicability is not None
    assert state.applicability.reason == "Not on our closed formulary"
    correct(desk, changes.entries[0].id, "A note was missing.", PHARMACIST, {"note": "See the list of May."})
    correct(desk, str(changes.entries[0].seq + 1), "Another reason.", PHARMACIST, {"reason": "not-held"})
    state = desk.views.alert("EL(26)A/62")
    assert state is not None
    assert state.applicability is not None
    assert (state.applicability.reason, state.applicability.note) == ("not-held", "See the list of May.")


def test_a_gap_can_be_explained_by_a_local_reason(desk: Desk, receive: Receive) -> None:
    receive(recall("EL(26)A/61"))
    receive(recall("EL(26)A/63", product="Otherol 1 mg tablets"))
    pack = replace(empty_pack(desk), reasons=LOCAL_REASONS)
    adopt(desk, PHARMACIST, "Agreed.", dry_run(desk, pack).seen, pack)
    assert gap_reasons(desk)["by-post"] == "It came by post"
    explain_gap(desk, "EL(26)A/62", "by-post", PHARMACIST)
    assert [one.words for one in desk.views.explanations()] == ["It came by post"]


def test_a_signature_made_after_the_key_was_changed_is_followed() -> None:
    record = MemoryRecord(RIVERSIDE, FixedClock(NOON))
    record.rotate_key(Actor("B. Jones", "Practice manager"))
    signed = sign_pack(record, "name = \"Ours\"\n")
    found = signature_of(signed)
    assert (found.log, found.is_changed) == (record.log, False)
    assert signature_of(signed.replace("Ours", "Hers")).is_changed
