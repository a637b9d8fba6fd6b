"""When a snoozed alert comes back before its day, and the words why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from msat.services import own_marks
from msat.services.acknowledge import acknowledge
from msat.services.own_marks import Aside, Back, Marks
from msat.services.waking import aside, come_back, why_back, woken
from tests.fakes import NOON, Story, an_alert
from tests.notices import recall
from tests.services.conftest import PHARMACIST

DAYS = timedelta(days=5)
MORE = (("TX1001", "11/2027"), ("TX1002", "12/2027"), ("ZZ99", "11/2027"))


@pytest.fixture
def story() -> Story:
    made = Story()
    made.received()
    made.triaged("amber")
    return made


def test_nothing_happened(story: Story) -> None:
    known = aside(story.state)
    assert known == Aside("amber", 0, "")
    story.acknowledged()
    story.answered("A04")
    assert why_back(story.state, known) == ""


def test_a_change_that_matters_brings_it_back_with_what_changed(story: Story) -> None:
    known = aside(story.state)
    story.revised(an_alert(story.key, text="Two"), changes=["Telephone number added."])
    assert why_back(story.state, known) == "", "a change that does not matter"
    story.revised(an_alert(story.key, text="Three"), 3, ["Batch GX41 added."], material=True)
    assert why_back(story.state, known) == "The notice changed on Sun 22 Nov: Batch GX41 added."
    assert why_back(story.state, aside(story.state)) == "", "put aside again, knowing of it"


def test_a_change_that_was_seen_before_the_snooze_is_none(story: Story) -> None:
    story.revised(an_alert(story.key, text="Two"), 2, ["Batch GX41 added."], material=True)
    known = aside(story.state)
    story.revised(an_alert(story.key, text="Three"), 3, ["Nothing that matters."])
    assert why_back(story.state, known) == ""


def test_a_priority_that_rose_brings_it_back(story: Story) -> None:
    known = aside(story.state)
    story.overridden("green")
    assert why_back(story.state, known) == ""
    story.overridden("red", "A patient came to harm.")
    assert why_back(story.state, known) == "It is Red now; it was Amber when you put it aside."
    assert why_back(replace(story.state, rag=None), known).startswith("It is not rated now;")


def test_one_that_is_opened_again_comes_back(story: Story) -> None:
    story.is_done()
    known = aside(story.state)
    assert why_back(story.state, known) == ""
    story.happens("alert.reopened", {"reason": "A batch was found on the shelf."})
    assert why_back(story.state, known) == "It was opened again on Sun 22 Nov."
    assert why_back(story.state, aside(story.state)) == ""


def test_of_an_older_file_what_was_recorded_since_counts_as_new(desk, receive, clock) -> None:
    state = receive(recall())
    key, day = str(state.key), clock.now() + DAYS
    old = Marks(clock.now(), snoozed={key: day, "EL(26)A/1": day})
    assert come_back(desk, old) == {}
    clock.moment += timedelta(hours=3)
    after = receive(recall(batches=MORE, hour=12))
    assert after.versions[-1].material
    (back,) = come_back(desk, old).values()
    assert back.why.startswith("The notice changed on ")
    assert back.at == clock.now()


def test_a_changed_notice_ends_the_snooze_and_is_unread(desk, receive, clock, tmp_path: Path) -> None:
    state = receive(recall())
    acknowledge(desk, str(state.key), PHARMACIST)
    key, now = str(state.key), clock.now()
    marks = Marks(now).with_snooze(key, now + DAYS, aside(state)).as_read(key, now)
    assert woken(desk, marks) == marks
    clock.moment += timedelta(hours=3)
    receive(recall(batches=MORE, hour=12))
    after = woken(desk, marks)
    assert after.asleep(clock.now()) == frozenset()
    assert after.unread == {key}
    assert "ZZ99" in after.back[key].why
    own_marks.save(tmp_path / "marks.json", after)
    assert own_marks.load(tmp_path / "marks.json", NOON) == after
    again = after.with_snooze(key, clock.now() + DAYS, aside(desk.views.alert(state.key)))
    assert again.back == {}
    assert woken(desk, again) == again
    own_marks.save(tmp_path / "marks.json", again)
    assert own_marks.load(tmp_path / "marks.json", NOON) == again
    assert again.with_snooze(key, None).aside == {}


def test_a_file_of_an_older_program_is_read(tmp_path: Path) -> None:
    path = tmp_path / "marks.json"
    old = '{"since": "2026-11-20T09:00:00Z", "starred": [], "snoozed": {"a": "2026-11-24T00:00:00Z"}, "unread": [],'
    path.write_text(f'{old} "read": []}}', encoding="utf-8")
    marks = own_marks.load(path, NOON)
    assert set(marks.snoozed) == {"a"}
    assert marks.aside == marks.back == {}
    assert marks.with_back("a", Back(NOON, "x")).snoozed == {}
