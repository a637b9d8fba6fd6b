"""The pack on paper: its parts in their order, archival and tagged, marked drafts, empty periods, hostile text."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import page
import pytest

from msat.exports.content import content_json
from msat.exports.document import Document, Heading, Run, Table, texts, words
from msat.exports.markup import write_markup
from msat.exports.pack import pack_document
from msat.exports.pack_back import in_rows
from msat.exports.pack_states import LOOKS, MEANINGS, shown
from msat.exports.pack_values import pack_values
from msat.exports.pdf import write_pdf
from msat.exports.pdf_reading import read_pdf
from msat.exports.seal import gather
from msat.projections.alert_state import Status
from msat.projections.funnel import Counted, funnel
from msat.projections.kpi_model import Returned
from msat.projections.pack import pack
from msat.projections.pack_model import Cell, Exceptional, ExceptionGroup, Fact, Late, Pack
from msat.projections.pack_pairs import ORDER
from msat.projections.pair_facts import facts_of
from tests.exports.hostile import PAYLOADS
from tests.projections.test_pack import material, others
from tests.sample_year import CUT_OFF, sample_year

PROFILES = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)
STORY = sample_year()
FACTS = tuple(facts_of(one, CUT_OFF) for one in STORY.states.values())
SEAL = gather(STORY.record, (), "log", {}, CUT_OFF)


def of_several() -> Pack:
    """A committee's pack over four practices, two of which say nothing."""
    more = [Returned(f"Y2000{n}", f"Practice {n}", "gp-practice", FACTS[n:]) for n in range(2)]
    return pack(material(STORY, *others(STORY), *more))


SEVERAL = of_several()
ALONE = pack(material(STORY))


def headings(document: Document, level: int = 2) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading) and block.level == level]


def test_the_parts_stand_in_the_order_that_a_committee_reads_them() -> None:
    assert headings(pack_document(SEVERAL)) == [
        "Statement of assurance",
        "Counts and decisions wanted",
        "Exceptions",
        "Indicators",
        "Red alerts of the period: 11",
        "Log of the period",
        "Organisations by alerts",
        "Outliers and responses",
        "Coverage",
        "Changes to the rules in the period",
        "Late entries",
        "Sign-off",
        "Glossary",
        "Licence",
        "The logs it rests on",
        "How to verify this pack",
    ]


def test_one_organisation_alone_has_neither_matrix_nor_funnel() -> None:
    told = headings(pack_document(ALONE))
    assert "Organisations by alerts" not in told
    assert "Outliers and responses" not in told


@pytest.mark.parametrize("draft", [False, True])
def test_it_is_archival_and_tagged(draft: bool, tmp_path: Path) -> None:
    made = write_pdf(pack_document(SEVERAL, draft), SEAL)
    for profile in PROFILES:
        assert page.validate_pdf_bytes(made, profile=profile).failures == []
    if shutil.which("qpdf"):
        path = tmp_path / "pack.pdf"
        path.write_bytes(made)
        assert subprocess.run(["qpdf", "--check", str(path)], capture_output=True).returncode == 0


def test_a_draft_says_so_on_every_page_and_has_neither_number_nor_code() -> None:
    document = pack_document(ALONE, draft=True)
    assert document.watermark == "DRAFT"
    assert document.title.startswith("DRAFT")
    assert not any(ALONE.cover.number in text for text in texts(document))
    reading = read_pdf(write_pdf(document, SEAL))
    assert all(any("DRAFT" in piece for piece in one.pieces) for one in reading.pages)
    assert "How to verify this pack" not in headings(document)


def test_a_period_without_alerts_says_so_everywhere() -> None:
    told = material(STORY)
    early = {"first": date(2020, 1, 1), "last": date(2020, 1, 31)}
    empty = pack(replace(told, cover=replace(told.cover, **early), basis=replace(told.basis, **early)))
    document = pack_document(empty)
    said = " ".join(texts(document))
    for words_ in ("Red alerts of the period: none", "No alert was received in the period", "Nothing is put off."):
        assert words_ in said
    assert page.validate_pdf_bytes(write_pdf(document, SEAL), profile=PROFILES[1]).failures == []


def test_every_state_has_a_word_a_sign_and_a_meaning_of_its_own() -> None:
    besides = {"not received", "no reply", "not asked"}
    assert set(LOOKS) == set(MEANINGS) == set(ORDER) == {one.value for one in Status} | besides
    assert len({symbol for symbol, _word, _tone in LOOKS.values()}) == len(LOOKS)
    assert len({word for _symbol, word, _tone in LOOKS.values()}) == len(LOOKS)


def test_late_is_said_in_words_and_not_by_colour_alone() -> None:
    assert words(shown(Cell(Status.DONE.value, is_late=True))) == "✓\N{NO-BREAK SPACE}done, late"
    assert words(shown(Cell(Status.OVERDUE.value, is_late=True))) == "!\N{NO-BREAK SPACE}overdue"
    assert words(shown(Cell("something new"))) == "?\N{NO-BREAK SPACE}something new"
    assert isinstance(shown(Cell(Status.DONE.value))[0], Run)


def test_the_matrix_repeats_the_names_and_has_a_column_for_each_alert() -> None:
    tables = [block for block in pack_document(SEVERAL).blocks if isinstance(block, Table) and block.frozen]
    assert len(tables) == 1
    assert len(tables[0].header) == 1 + 51
    assert tables[0].row_headers


def test_numbers_missing_one_after_another_stand_in_one_row() -> None:
    def gap(number: int, known: str) -> Fact:
        name = f"EL(26)A/{number}"
        return Fact(name, "not explained", f"{name} is not here. {known}")

    told = Fact("EL(26)A/40", "not explained", "“A roundup” tells of EL(26)A/40, which is not here.")
    rows = in_rows(
        [told, gap(35, "X is known."), gap(34, "X is known."), gap(33, "X is known."), gap(31, "Y is known.")]
    )
    assert [row.what for row in rows] == ["EL(26)A/40", "EL(26)A/33 to EL(26)A/35: 3", "EL(26)A/31"]
    assert rows[1].note == "None of them is here. X is known."


def test_what_is_too_much_for_paper_is_said_to_be_elsewhere() -> None:
    many = 450
    row, log = SEVERAL.matrix.rows[0], SEVERAL.logs[0]
    counts = [Counted(f"Y{n}", f"Practice {n}", 1, 2) for n in range(many)]
    national = replace(
        SEVERAL,
        matrix=replace(SEVERAL.matrix, rows=(row,) * many),
        logs=(log,) * many,
        funnel=funnel(counts, "alerts finished on time"),
        asked=many,
    )
    document = pack_document(national)
    assert max(len(block.rows) for block in document.blocks if isinstance(block, Table)) <= 400
    said = " ".join(texts(document))
    for words_ in ("450 organisations by 51 alerts: see the workbook", "50 more stand in the signed manifest"):
        assert words_ in said


def hostile(value: str) -> Pack:
    """A pack in which everything that people or publishers can write is `value`."""
    line = Exceptional(value, value, value, value)
    groups = (ExceptionGroup(value, value, (line,)), *SEVERAL.exceptions)
    reds = tuple(
        replace(one, title=value, reference=value, why=(value,), affected_header=("Batch",), affected=((value,),))
        for one in SEVERAL.reds[:2]
    )
    late = (Late(value, value, value, CUT_OFF, CUT_OFF, "ab" * 32),)
    row = replace(SEVERAL.matrix.rows[0], name=value)
    return replace(
        SEVERAL,
        cover=replace(SEVERAL.cover, organisation=value, previous="Y-P1"),
        limits=(value,),
        exceptions=groups,
        reds=reds,
        log=tuple(replace(one, title=value, action_taken=value, link=value) for one in SEVERAL.log[:1]),
        matrix=replace(SEVERAL.matrix, rows=(row,)),
        late=late,
    )


@pytest.mark.parametrize("value", PAYLOADS)
def test_hostile_text_is_shown_and_never_interpreted(value: str) -> None:
    made = hostile(value)
    document = pack_document(made)
    data = write_pdf(document, SEAL)
    assert page.validate_pdf_bytes(data, profile=PROFILES[1]).failures == []
    html = write_markup(document, "html", SEAL)
    for never in ("<script>alert", "<img src", 'href="javascript', "<para>"):
        assert never not in html
    assert content_json(document, pack_values(made), SEAL)
