"""A clone sent its return first: what is held is its history, and the site's new log is enrolled all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msat.errors import Refused
from msat.exchange.arrivals import Outcome
from msat.exchange.enrolment import ENROLLED, FORKED
from msat.exchange.succession import SUPERSEDED
from msat.services.desk import Desk
from msat.services.enrol import accept, show
from msat.services.gathering import by_organisation, cut_now, gather_one
from msat.services.quarantine import waiting_of
from msat.services.take_return import enrolled, take_return
from tests.exchange.conftest import Make
from tests.exchange.sites import CLERK, enrol, sent, twin, work
from tests.exchange.test_succession import OFFICERS, goes_on

SHARED = 3
"""Entries of both histories: the first one, and two notes."""


@pytest.fixture
def practice(site: Make) -> Desk:
    made = site("A81001")
    work(made, "one", "two")
    return made


@pytest.fixture
def committee(site: Make, practice: Desk) -> Desk:
    """Holds three entries of the practice, then two more of a clone of it."""
    made = site("16C", "committee")
    enrol(made, practice)
    clone = replace(practice, record=twin(practice, SHARED))
    work(clone, "of the clone", "of the clone too")
    assert take_return(made, sent(clone), "clone.msatreturn").outcome is Outcome.NEW
    return made


def is_told_apart(committee: Desk, practice: Desk, *notes: str) -> None:
    """The practice itself goes on, and its return comes."""
    work(practice, *notes)
    assert take_return(committee, sent(practice), "true.msatreturn").outcome is Outcome.FORK
    assert enrolled(committee)[practice.record.log].frozen is not None


def accepted(committee: Desk, new: Desk) -> list[str]:
    assert take_return(committee, sent(new), "new.msatreturn").outcome is Outcome.WAITING
    changes, _arrivals = accept(committee, new.record.log, CLERK, is_compared=True, officers=OFFICERS)
    return [entry.type for entry in changes.entries]


@pytest.mark.parametrize("entries", [1, 2, 3])
def test_the_earlier_log_counts_as_far_as_both_histories_share_it(
    committee: Desk, practice: Desk, entries: int
) -> None:
    """The history that goes on is shorter than the one held, as long, or longer."""
    is_told_apart(committee, practice, *(f"true {number}" for number in range(entries)))
    old, new = practice.record.log, goes_on(practice)
    work(new, "in the new log")
    take_return(committee, sent(new), "new.msatreturn")
    words = show(committee, new.record.log).succession
    assert "the two share 3 entries" in words
    assert "Ask them to record in their new log what they did" in words
    assert "not counted any more: entries 4 to 5 of the one held here" in words

    assert accepted(committee, new) == [ENROLLED, ENROLLED, SUPERSEDED]
    known = enrolled(committee)
    assert known[old].frozen is None, "it was decided which history goes on"
    assert (known[old].ended.size, known[old].successor) == (SHARED, new.record.log)
    cut = {one.log: one for one in cut_now(committee).logs}
    assert (cut[old].size, cut[new.record.log].size) == (SHARED, 2)
    assert cut[old].is_superseded
    for logs in by_organisation(cut_now(committee)):
        assert gather_one(committee, logs)
    assert committee.record.verify().valid


def test_what_came_since_the_fork_was_found_is_kept_until_somebody_decides(committee: Desk, practice: Desk) -> None:
    is_told_apart(committee, practice, "true")
    old = practice.record.log
    for note in ("more", "and more"):
        work(practice, note)
        assert take_return(committee, sent(practice), "again.msatreturn").outcome is Outcome.FORK
    assert len(waiting_of(committee, old)) == 1, "the longest is enough"
    assert accepted(committee, goes_on(practice)) == [ENROLLED, FORKED, ENROLLED, SUPERSEDED]
    known = enrolled(committee)[old]
    assert (known.ended.size, known.frozen) == (SHARED, None)
    assert committee.files.get(known.forks[-1].files[1]) == sent(practice), "the proof is kept"
    assert waiting_of(committee, old) == []


def test_a_history_that_nobody_sent_is_asked_for(committee: Desk, practice: Desk) -> None:
    new = goes_on(practice)  # from an end that is held: both share it
    work(practice, "true")
    newer = goes_on(practice)
    with pytest.raises(Refused) as refused:
        accepted(committee, newer)
    assert "is not the one held here" in refused.value.explanation
    take_return(committee, sent(practice), "true.msatreturn")
    work(practice, "not sent")
    with pytest.raises(Refused) as refused:
        accepted(committee, goes_on(practice))
    assert "another history of that log" in refused.value.explanation
    assert "newest return" in refused.value.next_step
    assert accepted(committee, new)[-1] == SUPERSEDED


def test_a_claim_that_the_clone_signed_fits_its_own_history(committee: Desk, practice: Desk) -> None:
    """Which of the two is right, two officers find out by telephone: the log cannot tell."""
    clone = replace(practice, record=twin(practice, SHARED))
    is_told_apart(committee, practice, "true")
    work(clone, "a third history")
    with pytest.raises(Refused):
        accepted(committee, goes_on(clone))


def test_a_claim_by_another_key_is_refused(committee: Desk, practice: Desk, site: Make) -> None:
    is_told_apart(committee, practice, "true")
    stranger = site("A81001")
    forged = goes_on(practice, key=stranger.record._signer)
    with pytest.raises(Refused, match="not of that log's key"):
        accepted(committee, forged)


def test_returns_of_either_history_change_nothing_any_more(committee: Desk, practice: Desk) -> None:
    is_told_apart(committee, practice, "true")
    accepted(committee, goes_on(practice))
    before = cut_now(committee)
    assert take_return(committee, sent(practice), "again.msatreturn").outcome is Outcome.OLDER, "it was decided on"
    work(practice, "late")
    late = take_return(committee, sent(practice), "late.msatreturn")
    assert late.outcome is Outcome.REMAINDER
    assert "somebody still uses the old installation" in late.next_step
    assert [one.size for one in cut_now(committee).logs if not one.is_own] == [
        one.size for one in before.logs if not one.is_own
    ]
