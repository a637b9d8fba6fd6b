"""One event told by two pages is one alert: what the second leaves out is not taken back, what it adds is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from msat.clock import FixedClock
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState, Status
from msat.services.demo import do_the_work
from msat.services.desk import Desk
from tests.notices import item, recall

Receive = Callable[[FeedItem], AlertState]
TITLE = "Class 2 Medicines Recall: Example Pharma Limited, Testafil 10 mg tablets, EL(26)A/61"


def sent(said: str, path: str = "/pasted/cas") -> FeedItem:
    """The same recall as a CAS e-mail tells it: fewer words, and who it went to."""
    text = (
        "Reference: EL(26)A/61\nIssue date: Originally issued on 21-Nov-2026 09:00:15\n"
        f"This alert has been issued to:\nGP Practices\nCommunity Pharmacy\nAction category: For action\n{said}"
    )
    return item(TITLE, text, path=path, issued=date(2026, 11, 21))


def test_a_terser_page_reopens_nothing(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    do_the_work(desk, receive(recall(patient_advice="Patients should go on taking their tablets.")))
    done = desk.views.find("EL(26)A/61")
    assert done is not None
    assert done.status(clock.now()) is Status.DONE
    after = receive(sent("Pharmacy level recall. Action within 48 hours. See the attached."))
    assert len(desk.views.states()) == 1
    assert len(after.sources) == 2
    assert after.versions[-1].changes == ()
    assert after.status(clock.now()) is Status.DONE
    assert not any("removed" in change or "no longer" in change for change in after.versions[-1].changes)
    assert desk.views.difference_from_rebuild() == ()


def test_a_batch_that_only_the_second_page_names_reopens_it(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    do_the_work(desk, receive(recall()))
    after = receive(sent("Batches TX1001, TX1002 and TX1009 are recalled. Pharmacy level recall."))
    assert after.versions[-1].material
    assert [change for change in after.versions[-1].changes if "Batch" in change] == ["Batch TX1009 added."]
    assert after.status(clock.now()) is not Status.DONE


def test_a_terser_page_lowers_no_priority_and_moves_no_time_limit(receive: Receive) -> None:
    first = receive(recall(level="Patient", patient_advice="Patients should stop taking these tablets."))
    later = item("Fw: recall", "Reference: EL(26)A/61\nSee the attached.", path="/pasted/9", issued=date(2026, 11, 22))
    after = receive(later)
    assert after.key == first.key
    assert (after.rag, after.rule, after.due) == (first.rag, first.rule, first.due)
