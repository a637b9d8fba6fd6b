"""Local rules as the screen holds them: the board, a pack with one entry another, mistakes in words. No Qt."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat.actions.pack import LocalReason, write_pack
from msat.errors import MsatError, Refused
from msat.gui import tailoring
from msat.services.desk import Desk
from msat.services.tailor_drafts import draft_path
from msat.triage.model import OrganisationKind
from msat.triage.overlay import Entry

LOWER = Entry("F07", "Checked daily.", {"priority": {"dispensing-practice": "amber"}})


def line(board: tailoring.Board, id_: str) -> tailoring.RuleLine:
    return next(one for one in board.rules if one.id == id_)


def test_without_a_draft_everything_is_as_shipped(sample: Desk):
    board = tailoring.board(sample)
    assert not board.has_draft
    assert board.is_in_force
    assert board.changes == ()
    assert len(board.rules) == len(sample.knowledge.rules.rules)
    assert all(one.local == "" for one in (*board.rules, *board.actions))
    assert not draft_path(sample.places).exists(), "looking makes no draft"


def test_a_change_goes_into_the_draft_and_out_again(sample: Desk):
    board = tailoring.board(sample)
    board = tailoring.save(tailoring.with_rule(board.draft, LOWER, None))(sample)
    changed = line(board, "F07")
    assert changed.local == "changed"
    assert changed.shipped.priority[OrganisationKind.DISPENSING_PRACTICE] == "red"
    assert changed.now.priority[OrganisationKind.DISPENSING_PRACTICE] == "amber"
    assert not board.is_in_force
    other = Entry("F07", "Twice daily.", {"priority": {"dispensing-practice": "amber"}, "name": "Ours"})
    board = tailoring.save(tailoring.with_rule(board.draft, other, changed.entry))(sample)
    assert line(board, "F07").now.name == "Ours"
    assert len(board.draft.rules) == 1
    board = tailoring.save(tailoring.with_rule(board.draft, None, line(board, "F07").entry))(sample)
    assert board.draft.rules == ()
    assert line(board, "F07").local == ""


def test_of_several_rules_with_one_id_the_one_that_is_named_is_changed(sample: Desk):
    board = tailoring.board(sample)
    twins = [one for one in board.rules if one.id == "F20"]
    assert all(one.is_one_of_many for one in twins)
    entry = Entry("F20", "", {"which": twins[0].name, "priority": {"pcn": "red"}})
    board = tailoring.save(tailoring.with_rule(board.draft, entry, None))(sample)
    after = {one.name: one.local for one in board.rules if one.id == "F20"}
    assert after[twins[0].name] == "changed"
    assert after[twins[1].name] == ""


def test_a_draft_that_is_no_pack_is_said_and_what_is_in_force_is_shown(sample: Desk):
    path = draft_path(sample.places)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("format = = 1", encoding="utf-8")
    board = tailoring.board(sample)
    assert board.has_draft is False or board.trouble
    assert "draft.msatrules" in board.trouble
    assert board.text == "format = = 1"
    assert board.changes == ()
    assert all(one.local == "" for one in board.rules)


def test_a_draft_that_does_not_fit_names_rule_and_field(sample: Desk):
    board = tailoring.board(sample)
    pack = tailoring.with_rule(board.draft, Entry("F07", "", LOWER.fields), None)
    with pytest.raises(MsatError) as refused:
        tailoring.save(pack)(sample)
    assert tailoring.mistake(refused.value)[0] == "why"
    board = tailoring.save_text(write_pack(pack))(sample)
    assert "F07" in board.trouble
    assert line(board, "F07").local == ""
    board = tailoring.drop()(sample)
    assert not board.has_draft
    assert board.trouble == ""


def test_places_letters_and_reasons_are_put_in_and_taken_out(sample: Desk):
    board = tailoring.board(sample)
    kind = OrganisationKind.DISPENSING_PRACTICE
    reason = LocalReason(of="gap", code="not-ours", words="Not ours")
    pack = tailoring.with_places(board.draft, kind, ["Dispensary", "Garage"])
    pack = tailoring.with_reason(pack, reason)
    name = next(iter(board.shipped_letters))
    pack = tailoring.with_letter(pack, name, "Please telephone us. {advice}")
    board = tailoring.save(pack)(sample)
    assert board.draft.places[kind] == ("Dispensary", "Garage")
    assert board.letters[name].text.startswith("Please telephone")
    assert {change.rule for change in board.changes} >= {"places", "reasons", "letters"}
    pack = tailoring.without_reason(board.draft, reason)
    pack = tailoring.with_letter(tailoring.with_places(pack, kind, ()), name, " ")
    assert tailoring.save(pack)(sample).draft.is_empty


@pytest.mark.parametrize(
    ("said", "field", "what"),
    [
        ("The file “draft.msatrules”, rule F07, field “limit”: 90 days is late.", "limit", "90 days is late."),
        ("The file “d”, rule F07: something.", "", "Something."),
        ("The file “d”, places for pcn, field “places”: name one: at least.", "places", "Name one: at least."),
        ("The disk is full.", "", "The disk is full. Free space."),
    ],
)
def test_a_mistake_is_told_apart_into_field_and_words(said: str, field: str, what: str):
    assert tailoring.mistake(Refused(said, "Free space.")) == (field, what)


def test_words_and_codes():
    assert tailoring.codes_of(" a01, A02;la01\n a25 ") == ["A01", "A02", "LA01", "A25"]
    assert tailoring.lines_of("one \n\n  two  words\n") == ["one", "two words"]
    assert tailoring.free_id(["L01", "L03"], "L") == "L02"
    assert tailoring.field_words("priority.gp-practice") == "Priority for GP practice"
    assert tailoring.field_words("does-not-apply.closed") == "Does-not-apply: closed"
    assert tailoring.value_words("priority.pcn", "none") == "No rating"
    assert tailoring.value_words("limit", "48 hours") == "48 hours"


def test_the_module_needs_no_qt():
    import msat.gui.tailoring as module

    text = Path(module.__file__).read_text(encoding="utf-8")
    assert "PySide6" not in text
