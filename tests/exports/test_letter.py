"""Letters: both ends are told alike, hostile names stay text, and the words shipped say everything they must."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from msat import shipped
from msat.errors import Refused
from msat.exports.document import Heading, Table, texts
from msat.exports.letter import BLOCKS, NAMES, LetterFacts, letter
from msat.exports.letter_text import LetterText, read_text
from msat.exports.markup import write_markup
from msat.exports.pdf import write_pdf
from msat.exports.seal import Seal
from msat.exports.word import write_word
from msat.projections.funnel import Place
from msat.projections.kpi_model import Share
from msat.projections.outlier_steps import PREVIEWED, REPLIED, Step
from msat.projections.outliers import LIST_SIZE, Driver, DriverFindings, Finding, Outlying, Points
from tests.exports.hostile import PAYLOADS
from tests.exports.samples import CUT_OFF, SURGERY, deed
from tests.exports.test_pdf import failures

FIRST, LAST = date(2025, 9, 1), date(2026, 8, 31)
UNSIGNED = Finding("unsigned", "Answered, not signed off", "5 of 9 (56%)", "5 of 19 (26%)", Points.HERE)


def shipped_text(kind: str) -> LetterText:
    return read_text(shipped.data(f"resources/templates/outlier/{kind}.txt"), f"{kind}.txt", NAMES, BLOCKS)


def line(place: Place = Place.LOW_998, name: str = "Practice A81050") -> Outlying:
    drivers = (
        DriverFindings(Driver.RECORDING, (UNSIGNED,)),
        DriverFindings(Driver.PROCESS, (replace(UNSIGNED, points=Points.ELSEWHERE),)),
        DriverFindings(Driver.RESOURCE, (LIST_SIZE,)),
    )
    return Outlying("A81050", name, "K6", Share(3, 12), Share(113, 132), place, drivers)


def step(kind: str, **more: object) -> Step:
    made = Step(
        kind, "A81050", "Practice A81050", "K6", FIRST, LAST, Share(3, 12), Share(113, 132), Place.LOW_998, deed(5, 5)
    )
    return replace(made, **more)  # type: ignore[arg-type]


def facts(of: Outlying | None = None, **more: object) -> LetterFacts:
    shown = step(PREVIEWED, to_whom="practice manager", how="e-mail")
    made = LetterFacts(
        of or line(), FIRST, LAST, 12, SURGERY, CUT_OFF, date(2026, 9, 7), date(2026, 9, 21), (shown,), shown
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_the_order_is_data_context_plan_engagement() -> None:
    made = letter(shipped_text("letter"), facts())
    sections = [block.text for block in made.blocks if isinstance(block, Heading) and block.level == 2]
    assert [one[0] for one in sections] == ["1", "2", "3", "4"]
    assert [
        word in one for word, one in zip(("data", "history", "timelines", "engagement"), sections, strict=True)
    ] == [True] * 4


@pytest.mark.parametrize("kind", ["letter", "preview"])
@pytest.mark.parametrize("place", [Place.LOW_95, Place.LOW_998, Place.HIGH_95, Place.HIGH_998])
def test_both_ends_are_told_the_same_figures_without_judging(kind: str, place: Place) -> None:
    made = letter(shipped_text(kind), facts(line(place)))
    said = " ".join(texts(made))
    assert f"lies {place.value} of what chance alone would explain" in said
    assert "3 of 12 (25%)" in said
    assert "113 of 132 (86%)" in said
    assert "{" not in said
    assert sum(isinstance(block, Table) for block in made.blocks) == 3
    for word in ("poor", "worst", "failing", "underperform", "unacceptable", "breach"):
        assert word not in said.casefold()


def test_each_end_has_points_of_its_own() -> None:
    low = " ".join(texts(letter(shipped_text("letter"), facts())))
    high = " ".join(texts(letter(shipped_text("letter"), facts(line(Place.HIGH_998)))))
    assert "what you will change" in low
    assert "what you will change" not in high
    assert "others could learn from" in high
    assert "others could learn from" not in low


def test_the_history_tells_every_step_and_changed_figures_are_said() -> None:
    reply = step(REPLIED, words="Two signatures were missing.", files=(("reply.pdf", "ab" * 32),))
    shown = step(PREVIEWED, to_whom="GP partner", how="meeting", counted=Share(2, 12))
    said = " ".join(texts(letter(shipped_text("letter"), facts(steps=(shown, reply), preview=shown))))
    assert "figures shown to GP partner" in said
    assert "your reply. “Two signatures were missing.” Kept with it: reply.pdf." in said
    assert "your figures were 2 of 12 (17%)" in said
    assert "your figures were" not in " ".join(texts(letter(shipped_text("letter"), facts())))


@pytest.mark.parametrize("payload", [*PAYLOADS[:8], *PAYLOADS[11:17], PAYLOADS[-4]])
def test_hostile_names_stay_text_in_every_form(seal: Seal, payload: str) -> None:
    hostile = facts(line(name=payload), preview=step(PREVIEWED, to_whom=payload, how="e-mail"))
    made = letter(shipped_text("letter"), hostile)
    page = write_markup(made, "html", seal)
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript:' not in page
    assert write_word(made, seal)
    assert write_pdf(made, seal).startswith(b"%PDF")


def test_hostile_names_together_conform(seal: Seal) -> None:
    assert failures(write_pdf(letter(shipped_text("letter"), facts(line(name=" ".join(PAYLOADS[:26])))), seal)) == []


def test_names_filled_in_are_not_filled_in_again() -> None:
    said = " ".join(texts(letter(shipped_text("letter"), facts(line(name="{counted} [low] # = x")))))
    assert "To: {counted} [low] # = x (A81050)" in said


def test_a_text_that_is_no_text_is_refused() -> None:
    with pytest.raises(Refused, match="UTF-8"):
        read_text(b"= T\n\xff\xfe", "own.txt", NAMES, BLOCKS)
    read_text("\ufeff= T\r\n\r\nWords {ods}.\r\n".encode(), "own.txt", NAMES, BLOCKS)
