"""The pack as values: worked out from the sample year, so that each figure can be checked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from msat.ids import EntryId, LogId
from msat.projections.cut import LogCut
from msat.projections.gaps import Gap
from msat.projections.kpi_model import Basis, Returned
from msat.projections.pack import pack
from msat.projections.pack_exceptions import DEFERRED, GAPS, LATE, SILENT, found_in
from msat.projections.pack_material import Material, called, noted
from msat.projections.pack_model import Cover, Pack, Signatory
from msat.projections.pack_statement import is_reviewed
from msat.projections.pair_facts import facts_of
from msat.triage.model import Priority
from tests.fakes import RIVERSIDE, Story, an_action
from tests.sample_year import CUT_OFF, FIRST, LAST, plan, sample_year

LOG = LogCut(LogId("ab" * 16), RIVERSIDE.ods, RIVERSIDE.name, RIVERSIDE.kind, 7, EntryId("cd" * 32), is_own=True)


@pytest.fixture(scope="module")
def story() -> Story:
    return sample_year()


def cover(ods: str = RIVERSIDE.ods) -> Cover:
    return Cover(
        f"{ods}-P0001", RIVERSIDE.name, ods, RIVERSIDE.kind, FIRST, LAST, CUT_OFF, Signatory("A. Patel", "Pharmacist")
    )


def material(story: Story, *others: Returned, **more: object) -> Material:
    states = tuple(story.states.values())
    own = Returned(RIVERSIDE.ods, RIVERSIDE.name, RIVERSIDE.kind, tuple(facts_of(one, CUT_OFF) for one in states))
    basis = Basis((own, *others), FIRST, LAST, CUT_OFF)
    notes = {RIVERSIDE.ods: noted(RIVERSIDE.ods, RIVERSIDE.name, states, cover())}
    made = Material(cover(), basis, states, lambda _key: None, (LOG,), notes)
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def made(story: Story) -> Pack:
    return pack(material(story))


def test_one_organisation_gets_the_same_pack_about_itself(made: Pack) -> None:
    assert (made.asked, made.replied) == (1, 1)
    assert made.matrix.rows == ()
    assert len(made.log) == 53  # 51 alerts, and two lists that are not counted as alerts
    assert made.counts[0].value == "51"
    assert made.counts[0].note == "11 Red, 20 Amber, 20 Green"
    assert "own record" in made.statement[1]
    assert not any("of 1 organisations" in line for line in made.statement)


def test_a_red_that_was_done_late_is_an_exception(made: Pack) -> None:
    """Reds have 48 hours; numbers 25 and 50 were signed by the second person after 72."""
    late = next(group for group in made.exceptions if group.title == LATE)
    assert len(late.lines) == 2
    assert all("done later" in line.note.casefold() for line in late.lines)
    assert "2 of 11" not in late.lines[0].what
    assert made.decisions[0].startswith("What is to be done about 2 Red alerts")
    assert any("9 of 11 (82%)" in line for line in made.statement)


def test_every_red_has_its_block_with_the_words_of_the_notice(made: Pack) -> None:
    assert len(made.reds) == 11
    first = made.reds[0]
    assert first.reference == "EL(26)A/37"
    assert "“Class 2”" in first.why[0]
    assert first.practices == ()
    assert first.done[0].what == "Acknowledged"
    assert first.done[-1].what == "Signed off"
    assert "second person" in first.done[-1].value


def test_limits_are_worked_out_from_the_data(story: Story, made: Pack) -> None:
    assert any("no pharmacist has reviewed" in line for line in made.limits)
    assert any("(A19)" in line for line in made.limits)
    gap = Gap("EL", 2025, 50, "EL(25)A/50", "EL(25)A/50 is not here.")
    told = material(story, withheld=3, cautions=("A source was never reached.",))
    told = replace(told, basis=replace(told.basis, gaps=(gap,)))
    limits = pack(told).limits
    assert "A source was never reached." in limits
    assert any("EL(25)A/50" in line for line in limits)
    assert any("Of 3 entries the text" in line for line in limits)
    assert found_in(pack(told).exceptions, GAPS) == 1


def test_a_period_that_has_not_ended_is_said(story: Story) -> None:
    early = replace(cover(), last=CUT_OFF.date() + timedelta(days=3))
    assert any("had not ended" in line for line in pack(material(story, cover=early)).limits)


def others(story: Story) -> tuple[Returned, ...]:
    """A practice without a return, and one whose return says nothing of any alert."""
    none = Returned("Y00009", "Zed Surgery", "gp-practice", None)
    empty = Returned("Y00008", "Abbey Surgery", "gp-practice", ())
    return none, empty


def test_who_has_not_replied_is_named_and_never_called_late(story: Story) -> None:
    made = pack(material(story, *others(story)))
    silent = next(group for group in made.exceptions if group.title == SILENT)
    assert [line.who for line in silent.lines] == ["Zed Surgery (Y00009)", "Abbey Surgery (Y00008)"]
    assert silent.lines[0].what == "No return was received"
    assert (made.asked, made.replied) == (3, 2)
    assert "returns from 2 of 3 organisations" in made.statement[1]
    assert any("No return was received from 1 of 3" in line for line in made.limits)
    assert any("Of 2 returns, 1 say nothing" in line for line in made.limits)
    row = next(row for row in made.matrix.rows if row.ods == "Y00009")
    assert {cell.word for cell in row.cells} == {"no reply"}
    assert not any(cell.is_late for cell in row.cells)


def test_the_matrix_stands_by_name_and_by_day(story: Story) -> None:
    made = pack(material(story, *others(story)))
    assert [row.name for row in made.matrix.rows] == sorted((row.name for row in made.matrix.rows), key=str.casefold)
    assert len(made.matrix.alerts) == 51
    assert made.matrix.alerts[0].reference == "EL(26)A/37"
    own = next(row for row in made.matrix.rows if row.ods == RIVERSIDE.ods)
    late = [alert.key for alert, cell in zip(made.matrix.alerts, own.cells, strict=True) if cell.is_late]
    assert len(late) == 7  # two Reds, and the five that were signed after six days of five
    assert own.cells[0].rag is Priority.RED


def test_a_deferral_names_its_approver_and_its_day() -> None:
    story = Story()
    story.received()
    story.triaged()
    until = story.clock.moment + timedelta(days=9)
    data = {"until": until.isoformat().replace("+00:00", "Z"), "approver": "Dr X", "reason": "Stock.", "rag": "red"}
    story.happens("alert.deferred", data)
    found = noted("Y1", "A", story.states.values(), replace(cover(), cut_off=story.clock.moment))
    lines = found.deferred
    assert len(lines) == 1
    assert "Dr X" in lines[0].note
    assert lines[0].since.startswith("until ")
    assert DEFERRED == "Put off"


def test_harm_is_told_with_who_reported_it() -> None:
    story = Story()
    story.received()
    story.triaged(actions=[an_action("A19", "count")])
    story.answered("A19", count=2, note="Yellow Card sent.")
    found = noted("Y1", "A", story.states.values(), replace(cover(), cut_off=story.clock.moment))
    assert found.harm[0].what.endswith("reported (2)")
    assert "Yellow Card sent." in found.harm[0].note


def test_a_reference_is_not_said_twice() -> None:
    assert called("EL(26)A/37", "Class 2 Recall: Fingolimod, EL(26)A/37") == "EL(26)A/37: Class 2 Recall: Fingolimod"
    assert called("", "word " * 90).endswith(" …")


def test_no_title_that_names_a_medicine_is_cut() -> None:
    for one in plan():
        assert "…" not in called(one.key, f"{one.title} 250 mg/5 ml Sugar-free Oral Solution BP")


def test_a_rule_is_reviewed_only_where_somebody_is_named() -> None:
    assert not is_reviewed("")
    assert not is_reviewed("not yet reviewed by a pharmacist")
    assert is_reviewed("A. Patel, 3 May 2026")


def test_the_same_material_gives_the_same_pack(story: Story) -> None:
    assert pack(material(story)) == pack(material(sample_year()))
    assert datetime(2026, 4, 1, 12, 0, tzinfo=UTC) == CUT_OFF


def test_who_wrote_reviewed_and_approved_is_a_limit(story: Story) -> None:
    one = Signatory("A. Patel", "Pharmacist")
    limits = pack(material(story, cover=replace(cover(), approver=one))).limits
    assert limits[:2] == (
        "The same person wrote and approved this pack.",
        "Nobody is named as having reviewed this pack before it was approved.",
    )


def test_a_committee_over_one_practice_reports_on_it(story: Story) -> None:
    told = material(story, *others(story)[:1], cover=replace(cover("Y9"), kind="committee"))
    own = replace(told.basis.organisations[0], ods="Y9", is_asked=False)
    made = pack(replace(told, basis=replace(told.basis, organisations=(own, *told.basis.organisations[1:]))))
    assert made.statement[1].startswith("It is based on returns from 0 of 1 organisations")
    assert [row.name for row in made.matrix.rows] == ["Zed Surgery"]
    alone = pack(replace(told, basis=replace(told.basis, organisations=(own,))))
    assert any("No organisation is enrolled here" in line for line in alone.limits)
