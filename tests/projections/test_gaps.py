"""The missed-alert detector: which numbers are asked for, and that none is asked for wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.alerts.model import Fact, Where
from msat.ids import AlertKey
from msat.projections.gaps import SERIES, How, Mention, gaps, mentions, unexplained, written
from tests.fakes import MemoryViews, Story, an_alert


def known(*references: str, how: How = How.OWN) -> list[Mention]:
    """Mentions of EL numbers written 25/50."""
    made = []
    for one in references:
        year, number = one.split("/")
        made.append(Mention("EL", 2000 + int(year), int(number), how, AlertKey(one), f"Notice {one}"))
    return made


def asked(found: Sequence[Mention]) -> list[str]:
    return [gap.reference for gap in gaps(found)]


def test_a_number_between_two_known_ones_is_asked_for() -> None:
    assert asked(known("25/47", "25/48", "25/49", "25/51")) == ["EL(25)A/50"]
    assert gaps(known("25/49", "25/51"))[0].words == "EL(25)A/50 is not here. EL(25)A/49 and EL(25)A/51 are known."


def test_nothing_is_asked_for_before_the_first_or_after_the_newest() -> None:
    assert asked(known("25/47")) == []
    assert asked(known("25/47", "25/48")) == []
    assert asked([]) == []


def test_the_turn_of_the_year_is_no_gap() -> None:
    assert asked(known("25/58", "25/59", "26/01", "26/02")) == []
    assert asked(known("25/59", "26/01")) == []


def test_numbers_begin_at_one_where_the_series_was_followed_to_the_years_end() -> None:
    assert asked(known("25/58", "25/59", "26/03")) == ["EL(26)A/02", "EL(26)A/01"]
    first = gaps(known("25/58", "25/59", "26/02"))[0]
    assert first.words == "EL(26)A/01 is not here. Numbers begin at 1 each year, and EL(26)A/02 is known."


def test_one_old_notice_read_again_does_not_make_a_year_followed() -> None:
    assert asked(known("18/05", "26/30", "26/31")) == []
    assert asked(known("25/05", "26/30", "26/31")) == []


def test_a_mention_in_passing_fills_nothing_and_widens_nothing() -> None:
    passing = known("25/50", "25/99", "20/61", how=How.NAMED)
    assert asked(passing) == []
    found = gaps([*known("25/49", "25/51"), *passing])
    assert [gap.reference for gap in found] == ["EL(25)A/50"]
    assert found[0].words == "“Notice 25/50” names EL(25)A/50, which is not here."
    assert found[0].named_by == ("25/50",)


def a_roundup(text: str, **more: object) -> Story:
    story = Story()
    fact = Fact("safety-roundup", "MHRA Safety Roundup", Where.TITLE)
    alert = an_alert(
        "/drug-device-alerts/roundup", "MHRA Safety Roundup: November 2025", reference=None, batches=(), family=fact,
        text=text, issued=Fact("2025-12-01", "1 December 2025", Where.PUBLISHER), **more,
    )  # fmt: skip
    story.received(alert)
    return story


def views(story: Story) -> MemoryViews:
    made = MemoryViews(story.record, story.files)
    made.catch_up()
    return made


NOVEMBER = "Recalls this month: EL(25)A/47, EL(25)A/48, EL(25)A/49 and EL (25)A/51."


def test_the_roundup_of_november_2025_asks_for_number_50_and_for_its_own_items() -> None:
    story = a_roundup(NOVEMBER)
    found = gaps(views(story).mentions())
    assert [gap.reference for gap in found] == [f"EL(25)A/{number}" for number in (51, 50, 49, 48, 47)]
    assert [gap.reference for gap in found if not gap.is_roundup_item] == ["EL(25)A/50"]
    assert found[0].words == "“MHRA Safety Roundup: November 2025” tells of EL(25)A/51, which is not here."
    for number in (47, 48, 49, 51):
        story.received(an_alert(f"EL(25)A/{number}", reference=f"EL(25)A/{number}"))
    assert asked(views(story).mentions()) == ["EL(25)A/50"]


def test_a_roundup_that_looks_back_years_asks_for_nothing_old() -> None:
    story = a_roundup("EL(25)A/47 follows EL(20)A/61.")
    assert asked(views(story).mentions()) == ["EL(25)A/47"]


def test_a_title_with_two_numbers_is_both() -> None:
    story = Story()
    second = Fact("DSI/2023/005", "DSI/2023/005", Where.TITLE)
    story.received(an_alert("DSI/2023/002", reference="DSI/2023/002", other_references=(second,)))
    story.received(an_alert("DSI/2023/006", reference="DSI/2023/006"))
    assert asked(views(story).mentions()) == ["DSI/2023/004", "DSI/2023/003"]


def test_national_alerts_run_across_issuers_and_the_gap_says_so() -> None:
    story = Story()
    for reference in ("NatPSA/2025/001/MHRA", "NatPSA/2025/002/DHSC", "NatPSA/2025/004/NHSPS"):
        story.received(an_alert(reference, reference=reference))
    (gap,) = gaps(views(story).mentions())
    assert gap.reference == "NatPSA/2025/003"
    assert "do not come through GOV.UK" in gap.words


@given(st.sets(st.tuples(st.integers(2016, 2030), st.integers(1, 99)), max_size=60), st.sampled_from(SERIES))
def test_a_gap_lies_inside_what_is_known_and_is_never_here(numbers: set[tuple[int, int]], series: str) -> None:
    have = [Mention(series, year, number, How.OWN, AlertKey("x"), "x") for year, number in numbers]
    found = gaps(have)
    for gap in found:
        assert (gap.year, gap.number) not in numbers
        assert gap.number < max(number for year, number in numbers if year == gap.year)
        assert (gap.year, gap.number) > min(numbers)
        assert gap.reference == written(series, gap.year, gap.number)
    assert len(set(found)) == len(found)
    assert gaps(list(reversed(have))) == found


def explains(story: Story, number: int = 50, reason: str = "not-issued", note: str = "") -> object:
    data = {"series": "EL", "year": 2025, "number": number, "reason": reason, "note": note}
    return story.happens("gap.explained", data, about=None)


def test_an_explanation_closes_a_gap_and_stays_beside_it() -> None:
    story = a_roundup(NOVEMBER)
    explains(story)
    made = views(story)
    gap = next(gap for gap in gaps(made.mentions(), made.explanations()) if gap.number == 50)
    assert gap.explanation.words == "The number was not issued"
    assert gap.explanation.deed.by == "A. Patel"
    assert gap not in unexplained([gap])


@pytest.mark.parametrize("in_error", [True, False])
def test_an_explanation_is_corrected_or_struck_out(in_error: bool) -> None:
    story = a_roundup(NOVEMBER)
    entry = explains(story)
    right = {**entry.data, "reason": "other", "note": "It came by post."}
    fix = story.corrected(entry, {"entered_in_error": True} if in_error else right, about=None)
    made = views(story)
    gap = next(gap for gap in gaps(made.mentions(), made.explanations()) if gap.number == 50)
    assert made.explanations()[0].struck == "corrected by B. Jones on 22 November 2026: a slip"
    if in_error:
        assert gap.explanation is None
        return
    assert gap.explanation.words == "Other, see the note: It came by post."
    assert (gap.explanation.deed.by, gap.explanation.deed.entry) == ("A. Patel", fix.id)
    story.corrected(fix, {"entered_in_error": True}, about=None)
    assert [bool(one.struck) for one in views(story).explanations()] == [True, True]


def test_an_explanation_of_another_shape_stops_nothing() -> None:
    story = a_roundup(NOVEMBER)
    story.happens("gap.explained", {"series": "EL"}, about=None)
    story.happens("entry.corrected", {"entry": "", "data": {}}, about=None)
    assert views(story).explanations() == ()


def test_mentions_are_the_closest_way_an_alert_speaks_of_a_number() -> None:
    story = a_roundup("EL(25)A/47 and EL(25)A/47 again; MDR 07-02/19 is a case.")
    (state,) = story.states.values()
    notice = views(story).notice(state.key)
    assert mentions(state, [notice]) == (
        Mention("EL", 2025, 47, How.ITEM, state.key, "MHRA Safety Roundup: November 2025"),
    )
    own = replace(state, reference="EL(25)A/47")
    assert mentions(own, [notice])[0].how is How.OWN
