"""The sentences of the window, as at a fixed moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from msat.actions.model import AnswerKind
from msat.gui import words
from msat.ids import AlertKey
from msat.projections.alert_state import ActionState, AlertState, Applicability, Named, SignOff, Status, Superseded
from msat.projections.work_state import Deed, Deferral
from msat.triage.model import Due, Priority

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
DEED = Deed("A. Patel", "pharmacist", NOW, NOW, "e" * 64, 7)


def a_state(**changes: object) -> AlertState:
    usual = AlertState(
        AlertKey("EL(26)A/41"),
        "Class 2 Medicines Recall: Sample 500 mg Tablets, EL(26)A/41",
        "medicines-recall",
        NOW - timedelta(days=1),
        reference="EL(26)A/41",
        rag=Priority.RED,
        due=Due(NOW + timedelta(hours=8), "class", "48 hours from issue."),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("due", "status", "said"),
    [
        (None, Status.IN_HAND, "No time limit"),
        (NOW + timedelta(hours=8), Status.IN_HAND, "Due today 17:00"),
        (NOW + timedelta(days=1), Status.IN_HAND, "Due tomorrow 09:00"),
        (NOW + timedelta(days=6), Status.IN_HAND, "Due Thu 26 Nov 09:00"),
        (datetime(2026, 11, 26, 23, 59, tzinfo=UTC), Status.IN_HAND, "Due Thu 26 Nov"),
        (NOW - timedelta(hours=1), Status.OVERDUE, "Overdue since 08:00"),
        (NOW - timedelta(days=1), Status.OVERDUE, "Overdue by 1 day"),
        (NOW - timedelta(days=20), Status.OVERDUE, "Overdue by 20 days"),
        (NOW - timedelta(days=900), Status.HISTORIC, "Was due 3 June 2024"),
        (NOW - timedelta(days=2), Status.DONE, "Was due 18 November 2026"),
    ],
)
def test_time_limits(due: datetime | None, status: Status, said: str):
    assert words.due_words(due, status, NOW) == said


def test_london_decides_what_today_is():
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # 23:30 in London
    assert words.due_words(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), Status.IN_HAND, late) == "Due tomorrow 00:30"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Red: act now. Finish by 17:00 today."),
        ({"rag": Priority.AMBER, "due": None}, "Amber: act in time. The notice sets no time limit."),
        ({"rag": Priority.GREEN, "due": None}, "Green: for information. The notice sets no time limit."),
        ({"rag": None, "due": None}, "Not rated. No rule covers this notice: a person decides."),
        (
            {"flags": ("historic",), "due": Due(datetime(2023, 5, 12, 12, tzinfo=UTC), "notice", "")},
            "Red. The time limit, 12 May 2023, had passed before it came here: review it.",
        ),
        ({"withdrawn": "Issued in error."}, "Red. The publisher has withdrawn this notice."),
        ({"due": Due(NOW + timedelta(days=4), "notice", "")}, "Red: act now. Finish by 09:00 on Tue 24 Nov."),
        (
            {"due": Due(NOW - timedelta(days=4), "notice", "")},
            "Red: act now. It was to be finished by 16 November 2026 09:00.",
        ),
        ({"sign_off": SignOff(DEED, "Done.", DEED)}, "Red. Signed off 20 November 2026."),
        ({"applicability": Applicability(False, "not-held", "", DEED, DEED)}, "Red. Recorded as not applicable here."),
    ],
)
def test_headline(changes: dict[str, object], said: str):
    assert words.headline(a_state(**changes), NOW) == said


def test_no_rating_is_never_green():
    assert words.rag_word(None) == "Not rated"


def test_what_is_missing_is_named_as_the_cards_are():
    actions = tuple(
        ActionState(code, f"Do {code} for a long list of batches.", AnswerKind.DONE, None, True)
        for code in ("A03", "A06", "A12")
    )
    said = words.missing_words(a_state(actions=actions))
    asked = "1 (stock checked in every place), 2 (search run) and 3 (clinical team told)"
    assert said == f"First: acknowledge it; decide whether it applies; answer {asked}."
    many = tuple(ActionState(f"A1{at}", "Do.", AnswerKind.DONE, None, False) for at in range(9))
    last = words.missing_words(a_state(actions=(*many, actions[0])))
    assert "answer A03 (stock checked in every place)" in last, "a card without a number shows its code"
    assert words.missing_words(a_state(acknowledged=DEED, applicability=Applicability(True, "held", "", DEED))) == ""


def test_a_deed_done_earlier_says_both_times():
    later = replace(DEED, recorded=NOW + timedelta(hours=3))
    assert words.deed_words(DEED) == "A. Patel, pharmacist, 20 November 2026 09:00"
    assert words.deed_words(later).endswith("(recorded 20 November 2026 12:00)")


def test_rows_stand_under_headings_in_order(make_row):
    rows = [
        make_row(1, due=None),
        make_row(2, due=NOW - timedelta(hours=1), status=Status.OVERDUE),
        make_row(3, status=Status.DONE, is_open=False),
        make_row(4),
        make_row(5, status=Status.HISTORIC, due=NOW - timedelta(days=400)),
        make_row(6, due=NOW + timedelta(days=30)),
    ]
    assert [(name, [row.key[-2:] for row in members]) for name, members in words.grouped(rows, NOW)] == [
        ("Overdue", ["02"]),
        ("Due today", ["04"]),
        ("Due later", ["06"]),
        ("No time limit", ["01"]),
        ("Historic, review", ["05"]),
        ("Closed", ["03"]),
    ]


def test_the_sentence_for_a_screen_reader_says_everything(make_row):
    row = make_row(3, flags=("mixed-level",))
    assert words.row_sentence(row, NOW) == (
        "Red. Class 2 Medicines Recall: Sample 3 500 mg Tablets, EL(26)A/03. Medicines recall · EL(26)A/03 · Class 2. "
        "Due today 17:00. 1 of 4 answered. Mixed level."
    )


@pytest.mark.parametrize(
    ("issued", "said"),
    [("2023-05-09", "9 May 2023"), ("2023-05-09T11:34:00Z", "9 May 2023 12:34"), (None, ""), ("spring", "spring")],
)
def test_issue_dates(issued: str | None, said: str):
    assert words.issued_words(issued) == said


def test_the_links_between_an_older_and_a_newer_alert_are_said():
    link = Superseded("NatPSA/2024/001/DHSC", "NatPSA/2024/001/DHSC", "supersedes NatPSA/2023/008/DHSC", NOW, "e1")
    older = AlertState(AlertKey("NatPSA/2023/008/DHSC"), "Shortage", "supply", NOW, rag=Priority.RED, superseded=link)
    assert "Replaced by NatPSA/2024/001/DHSC" in words.facts_line(older)
    assert words.headline(older, NOW) == "Red. Superseded by NatPSA/2024/001/DHSC."
    newer = replace(older, superseded=None, supersedes=(Named("NatPSA/2023/008/DHSC", "supersedes ..."),))
    assert "Replaces NatPSA/2023/008/DHSC" in words.facts_line(newer)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (None, "no limit"),
        (NOW + timedelta(hours=8), "by 17:00 today"),
        (NOW + timedelta(days=1), "by 09:00 tomorrow"),
        (NOW + timedelta(days=6), "by Thu 26 Nov"),
        (NOW - timedelta(days=900), "was due 3 June 2024"),
        (MIDNIGHT, "by today"),
        (MIDNIGHT + timedelta(days=1), "by tomorrow"),
    ],
)
def test_a_limit_in_few_words(at: datetime | None, said: str):
    assert words.by_when(at, NOW) == said


def test_a_limit_at_midnight_is_never_told_a_day_late(make_row):
    """48 hours counted from the start of a day end with a day, not with the one that begins then."""
    assert words.finish_by(MIDNIGHT, NOW) == "Finish by the end of today."
    assert words.finish_by(MIDNIGHT, NOW + timedelta(days=2)) == "It was to be finished by the end of 20 November 2026."
    assert words.due_words(MIDNIGHT, Status.IN_HAND, NOW) == "Due today"
    assert words.due_words(MIDNIGHT, Status.OVERDUE, NOW + timedelta(days=1)) == "Overdue by 1 day"
    assert words.due_words(MIDNIGHT, Status.HISTORIC, NOW) == "Was due 20 November 2026"
    assert [name for name, _rows in words.grouped([make_row(1, due=MIDNIGHT)], NOW)] == ["Due today"]


@pytest.mark.parametrize(("size", "said"), [(0, "0 bytes"), (999, "999 bytes"), (2300, "2 KB"), (3_140_000, "3.1 MB")])
def test_the_size_of_a_file(size: int, said: str):
    assert words.size_words(size) == said


def test_when_it_may_close_and_what_is_missing_stand_apart():
    waiting = a_state(actions=(ActionState("A06", "Search", AnswerKind.COUNT, None, True),))
    rule, missing = words.closing_lines(waiting)
    assert rule.startswith("May close when: acknowledged; decided whether it applies; search run; signed")
    assert missing == "Missing: all of it."
    rule, missing = words.closing_lines(replace(waiting, acknowledged=DEED))
    assert "acknowledged" in rule
    assert missing.startswith("Missing: decided whether it applies; search run")
    closed = a_state(sign_off=SignOff(DEED, "Done.", DEED))
    assert words.closing_lines(closed) == ("Closed: signed off by A. Patel and A. Patel.", "")


def test_what_is_put_off_says_until_when_and_keeps_its_limit():
    until = Deferral(NOW + timedelta(days=5), "Dr B.", "Because.", DEED)
    put_off = a_state(rag=Priority.AMBER, acknowledged=DEED, deferral=until)
    assert words.headline(put_off, NOW) == "Amber. Deferred until 25 November 2026. Finish by 17:00 today."


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        (Status.SECOND_PERSON, "Waiting for a second person"),
        (Status.RECHECK, "Re-check due"),
        (Status.DEFERRED, "Deferred"),
        (Status.HISTORIC, "Historic, review"),
    ],
)
def test_headings_of_what_is_not_ordered_by_its_limit(make_row, status: Status, heading: str):
    row = make_row(1, status=status, deferred_until=NOW + timedelta(days=2))
    assert words.group_of(row, NOW) == heading
    assert heading in words.GROUPS
    if status is Status.DEFERRED:
        assert words.row_status(row) == "Deferred until Sun 22 Nov"


def test_a_row_says_whose_it_is(make_row):
    assert words.row_meta(make_row(1, owner="B. Jones")).endswith("For B. Jones")
    assert "For" not in words.row_meta(make_row(1))


def test_a_protocol_that_ended_says_so_instead_of_a_time_limit():
    ends = NOW + timedelta(days=3)
    state = a_state(ends=ends)
    assert "ended" not in words.finish_words(state, ends)
    said = words.finish_words(state, ends + timedelta(hours=1))
    assert said == "It ended on 23 November 2026: remove what was set up for it, then sign it off."
