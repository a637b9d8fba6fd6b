"""Facts in their places: literal, none painted over another, whatever lies within what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from msat.alerts.model import Alert, Batch, Fact, Where
from msat.alerts.read import read
from msat.ids import AlertKey, SourceId
from msat.projections.highlights import all_facts, highlights
from tests.notices import recall


def alert_of(text: str, *facts: Fact, title: str = "A title") -> Alert:
    family = Fact("unknown", "", Where.PUBLISHER)
    return Alert(AlertKey("k"), SourceId("s"), "/p", "", title, text, "", family, all_batches=facts)


def test_a_recalls_facts_are_found_where_they_stand() -> None:
    alert = read(recall(patient_advice="Patients should keep taking it."))
    found = {(fact.name, fact.words): fact for fact in all_facts(alert)}
    assert found["reference", "EL(26)A/61"].where is Where.TITLE
    batch = found["batch", "TX1001"]
    assert alert.text[batch.start : batch.end] == "TX1001"
    assert batch.value == "TX1001, expiry 11/2027"
    issued = found["issued", date(2026, 11, 21).isoformat()]
    assert not issued.is_in_place, "the publisher's own data stands in neither title nor text"


def test_the_shorter_words_win_and_the_longer_ones_keep_the_rest() -> None:
    whole = Fact("advice", "Return all of it by 3 May 2026, or call.", Where.TEXT)
    part = Fact("by", "by 3 May 2026", Where.TEXT)
    painted = highlights(alert_of("x\nReturn all of it by 3 May 2026, or call.", whole, part))
    assert [(p.value, p.words) for p in painted] == [
        ("advice", "Return all of it"),
        ("by", "by 3 May 2026"),
        ("advice", ", or call."),
    ]


def test_a_number_that_stands_in_two_rows_is_found_in_its_own() -> None:
    rows = ("AB1 | 05/2027 | red", "AB1 | 06/2028 | blue", "AB1 | 05/2027 | red")
    alert = alert_of("AB1 is not meant here.\n" + "\n".join(rows))
    alert = replace(alert, batches=tuple(Batch("AB1", row) for row in rows[:2]))
    assert [fact.start for fact in all_facts(alert)[1:]] == [alert.text.index(row) for row in rows[:2]]


def test_words_that_are_not_there_are_in_no_place() -> None:
    assert not all_facts(alert_of("something", Fact("v", "else", Where.TEXT)))[1].is_in_place
    assert highlights(alert_of("something", Fact("v", "else", Where.TEXT))) == ()


@given(st.text(alphabet="ab \n", max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8))
def test_no_two_pieces_touch_one_letter(text: str, spans: list[tuple[int, int]]) -> None:
    alert = alert_of(text, *(Fact(str(n), text[a:b], Where.TEXT) for n, (a, b) in enumerate(spans)))
    painted = highlights(alert)
    assert list(painted) == sorted(painted, key=lambda p: p.start)
    for piece in painted:
        assert text[piece.start : piece.end] == piece.words
    taken = [n for piece in painted for n in range(piece.start, piece.end)]
    assert len(taken) == len(set(taken))
    wanted = {n for fact in all_facts(alert) if fact.is_in_place for n in range(fact.start, fact.end)}
    assert wanted - set(taken) == {n for n in wanted - set(taken) if text[n].isspace()}
