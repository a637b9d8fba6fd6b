"""The sample committee: returns of practices with logs of their own, in every state; a record that verifies."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat import bootstrap, settings
from msat.projections.alert_state import Status
from msat.services import demo_committee
from msat.services.oversight import board_of, head_line
from msat.services.take_in import take_in
from msat.services.verify import verify


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("committee")
    desk = bootstrap.demo_committee_desk(folder / "profile", folder / "returns")
    yield desk, folder / "returns"
    desk.close()


def test_ten_practices_replied_in_logs_of_their_own_and_everything_verifies(made) -> None:
    desk, _returns = made
    heads = list(desk.record.received.heads())
    assert len({head.log for head in heads}) == demo_committee.REPLIED
    found = verify(desk)
    assert found.valid, found.problems


def test_the_return_that_waits_can_be_taken_in_and_is_not_believed_unseen(made) -> None:
    desk, returns = made
    files = sorted(returns.iterdir())
    assert len(files) == demo_committee.REPLIED + 1
    waiting = take_in(desk, [files[-1]])[0]
    assert waiting.outcome == "waiting"
    assert take_in(desk, [files[0]])[0].outcome == "same"


def test_the_board_shows_every_state_a_committee_meets(made) -> None:
    desk, _returns = made
    board = board_of(desk)
    totals = board.by_organisation(desk.clock.now()).values()
    met = {status for counts in totals for status, number in counts.items() if number}
    assert {Status.DONE, Status.OVERDUE, Status.NOT_ACKNOWLEDGED, Status.IN_HAND, Status.NOT_APPLICABLE} <= met
    head = head_line(board, desk)
    assert (head.organisations, head.silent) == (demo_committee.PRACTICES, 2)
    assert 0 < head.overdue_organisations < demo_committee.REPLIED


def test_nothing_in_a_return_was_done_before_its_notice_or_after_it_was_sent(made) -> None:
    desk, _returns = made
    for head in desk.record.received.heads():
        entries = list(desk.record.entries(head.log))
        assert [one.time for one in entries] == sorted(one.time for one in entries)
        assert entries[-1].time <= demo_committee.SENT


@pytest.mark.slow
def test_the_same_sample_comes_out_each_time(made, tmp_path: Path) -> None:
    desk, _returns = made
    again = bootstrap.demo_committee_desk(tmp_path / "profile")
    try:
        now = desk.clock.now()
        assert board_of(again).by_organisation(now) == board_of(desk).by_organisation(now)
    finally:
        again.close()


def test_its_window_opens_at_oversight_and_not_at_the_worklist(made) -> None:
    desk, _returns = made
    assert settings.load(desk.places.settings)["start_page"] == "oversight"
