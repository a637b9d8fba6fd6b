"""Receipts, registers and copies of two histories, for an installation whose log superseded another."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.errors import Refused
from msat.exchange.arrivals import Arrival, Outcome
from msat.exports.checking import check_file
from msat.places import places
from msat.record.trouble import Trouble
from msat.services import backup
from msat.services.acknowledge import acknowledge
from msat.services.answer import answer
from msat.services.desk import Desk
from msat.services.enrol import accept
from msat.services.export import export_certificate
from msat.services.issue_receipts import issue_receipt, write_own_register
from msat.services.own_line import own_line
from msat.services.own_return import fetch_back
from msat.services.send_return import send_return
from msat.services.supersede import supersede
from msat.services.take_in import take_in
from msat.services.verify import verify, verify_files
from tests.exchange.sites import CLERK
from tests.journeys.test_superseding import HOUR, OFFICERS, WHY, Place, hears
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST


@pytest.fixture
def site(tmp_path: Path, clock: FixedClock) -> Iterator[Place]:
    made = Place(tmp_path, clock)
    yield made
    made.practice.close()
    made.committee.close()


def receipted(site: Place, tmp_path: Path) -> Arrival:
    """What the practice makes of a receipt that the committee gives for what it holds of the practice's log now."""
    issued = issue_receipt(site.committee, site.practice.record.log)
    path = tmp_path / issued.name
    path.write_bytes(issued.data)
    (arrival,) = take_in(site.practice, [path])
    return arrival


def superseded(site: Place, tmp_path: Path) -> Desk:
    """A practice that holds a receipt for its earlier log, which was longer than the new one is."""
    state = hears(site.practice, recall())
    acknowledge(site.practice, state.key, PHARMACIST)
    site.carried(site.practice, site.committee)
    assert receipted(site, tmp_path).outcome is Outcome.NEW
    made = backup.into_folder(site.practice.places, bootstrap.backing(site.practice.places, site.clock))
    site.clock.moment += HOUR
    answer(site.practice, state.key, "A03", "yes", DOCTOR)
    site.clock.moment += HOUR
    practice = site.restored(Path(made.path))
    done, _changes = supersede(practice, CLERK, WHY)
    assert done.head.size < done.earlier.size
    site.carried(practice, site.committee)
    accept(site.committee, practice.record.log, CLERK, is_compared=True, officers=OFFICERS)
    return practice


def test_a_receipt_for_the_new_log_counts_though_the_earlier_was_receipted_further(site: Place, tmp_path: Path) -> None:
    practice = superseded(site, tmp_path)
    arrival = receipted(site, tmp_path)
    assert arrival.outcome is Outcome.NEW, arrival.words
    kept = [path.name for path in practice.places.seen_heads.iterdir()]
    assert any(name.startswith(practice.record.log) for name in kept), "a shortened new log would go unnoticed"


def test_a_register_lists_the_new_log_shorter_than_the_earlier_was_receipted(site: Place, tmp_path: Path) -> None:
    practice = superseded(site, tmp_path)
    path = tmp_path / "heads.msatregister"
    path.write_bytes(write_own_register(site.committee)[0])
    (arrival,) = take_in(practice, [path])
    assert arrival.outcome is Outcome.SAME, arrival.words
    assert f"your log is in it up to entry {practice.record.head().size}" in arrival.words


def cloned(site: Place, tmp_path: Path) -> tuple[Path, Desk]:
    """Two installations with one key went on from the same entry. The clone's return, which is longer, and the desk."""
    state = hears(site.practice, recall())
    where = site.practice.places
    site.practice.close()
    shutil.copytree(where.data.parent, tmp_path / "clone")
    acknowledge(site.again(), state.key, DOCTOR)
    clone = bootstrap.open_desk(places(tmp_path / "clone"), site.clock)
    acknowledge(clone, state.key, PHARMACIST)
    answer(clone, state.key, "A03", "yes", PHARMACIST)
    sent = send_return(clone, tmp_path).path
    clone.close()
    return sent, site.practice


def test_a_longer_copy_that_goes_on_differently_is_nothing_to_fetch_and_hinders_no_new_log(
    site: Place, tmp_path: Path
) -> None:
    sent, practice = cloned(site, tmp_path)
    (arrival,) = take_in(practice, [sent])
    assert arrival.outcome is Outcome.FORK
    practice = site.again()
    assert practice.record.trouble is not Trouble.NONE
    assert own_line(practice).waiting == 0
    with pytest.raises(Refused, match=r"goes on differently|not the one that others hold"):
        fetch_back(practice, sent)
    done, _changes = supersede(practice, CLERK, WHY, is_lost=True)
    assert site.again().record.log == done.head.log
    assert site.practice.record.trouble is Trouble.NONE


def test_another_history_of_the_earlier_log_is_kept_and_recorded_once(site: Place, tmp_path: Path) -> None:
    sent, practice = cloned(site, tmp_path)
    (key,) = (state.key for state in practice.views.states())
    for action in ("A03", "A12"):
        site.clock.moment += HOUR
        answer(practice, key, action, "yes", DOCTOR)
    take_in(practice, [sent])
    supersede(site.again(), CLERK, WHY, is_lost=True)
    size = site.practice.record.head().size
    first, second = (take_in(site.practice, [sent])[0] for _ in range(2))
    assert (first.outcome, second.outcome) == (Outcome.FORK, Outcome.FORK), "two still use one key"
    assert "run verify" not in first.next_step, "what is here is whole, and verify would say so"
    assert f"The file is kept. Entry {size + 1}." in first.words
    assert f"It was found before: entry {size + 1}." in second.words
    assert site.practice.record.head().size == size + 1
    (entry,) = site.practice.record.typed(frozenset({"log.remainder_found"}))
    assert site.practice.files.get(entry.content["files"][0]) == sent.read_bytes()
    assert f"it parts at entry {first.at}" in str(entry.content["meaning"])
    assert verify(site.practice).problems == ()


def test_a_standing_receipt_for_another_history_of_the_earlier_log_is_told_once(site: Place, tmp_path: Path) -> None:
    """The receipt and the register lie in the shared folder for good; a check of them says it every time."""
    sent, practice = cloned(site, tmp_path)
    (key,) = (state.key for state in practice.views.states())
    for action in ("A03", "A12"):
        site.clock.moment += HOUR
        answer(practice, key, action, "yes", DOCTOR)
    take_in(site.committee, [sent])
    issued = issue_receipt(site.committee, practice.record.log)
    take_in(practice, [sent])
    supersede(site.again(), CLERK, WHY, is_lost=True)
    (end,) = site.practice.record.lineage()
    assert end.size > issued.head.size
    path, register = tmp_path / issued.name, tmp_path / "heads.msatregister"
    path.write_bytes(issued.data)
    register.write_bytes(write_own_register(site.committee)[0])
    size = site.practice.record.head().size
    (listed,) = take_in(site.practice, [register])
    assert listed.outcome is Outcome.FORK
    assert f"another entry {issued.head.size}" in listed.words
    assert f"Entry {size + 1}." in listed.words
    (receipt,) = take_in(site.practice, [path])
    assert (receipt.outcome, receipt.at) == (Outcome.OLDER, 0), receipt.words
    assert f"Two installations used its key. It was found before: entry {size + 1}." in receipt.words
    for arrival in take_in(site.again(), [register, path]):
        assert not arrival.outcome.is_alarm
        assert f"found before: entry {size + 1}." in arrival.words
    assert site.practice.record.head().size == size + 1
    found = verify_files([path, register], site.practice.record)
    assert [one.valid for _path, one in found] == [False, False], "a check of the files says it each time"
    assert verify(site.practice).problems == ()
    take_in(site.practice, [sent])
    assert site.practice.record.head().size == size + 2, "the copy itself is still kept and recorded"


def test_a_receipt_of_a_history_whose_copy_is_kept_is_quiet(site: Place, tmp_path: Path) -> None:
    sent, practice = cloned(site, tmp_path)
    (key,) = (state.key for state in practice.views.states())
    for action in ("A03", "A12"):
        site.clock.moment += HOUR
        answer(practice, key, action, "yes", DOCTOR)
    take_in(site.committee, [sent])
    issued = issue_receipt(site.committee, practice.record.log)
    take_in(practice, [sent])
    supersede(site.again(), CLERK, WHY, is_lost=True)
    path = tmp_path / issued.name
    path.write_bytes(issued.data)
    take_in(site.practice, [sent])
    (known,) = take_in(site.practice, [path])
    assert known.outcome is Outcome.OLDER, "the copy that was kept holds just this entry"


def test_an_old_installation_is_told_that_another_goes_on_for_its_log(site: Place, tmp_path: Path) -> None:
    """An image of the computer from before wakes up: what is recorded there would count for nobody."""
    hears(site.practice, recall())
    where = site.practice.places
    made = backup.into_folder(where, bootstrap.backing(where, site.clock))
    site.practice.close()
    shutil.copytree(where.data.parent, tmp_path / "image")
    site.again().record.append([])
    (key,) = (state.key for state in site.practice.views.states())
    acknowledge(site.practice, key, DOCTOR)
    practice = site.restored(Path(made.path))
    done, _changes = supersede(practice, CLERK, WHY)
    sent = send_return(practice, tmp_path).path
    image = bootstrap.open_desk(places(tmp_path / "image"), site.clock)
    (arrival,) = take_in(image, [sent])
    assert (arrival.outcome, arrival.log, arrival.at) == (Outcome.FORK, done.head.log, done.earlier.size + 1)
    assert "Your own log's key signed that" in arrival.words
    assert "counts for nobody" in arrival.words
    image.close()


def test_what_was_lost_and_is_kept_raises_no_alarm_again_and_another_history_of_it_does(
    site: Place, tmp_path: Path
) -> None:
    state = hears(site.practice, recall())
    where = site.practice.places
    made = backup.into_folder(where, bootstrap.backing(where, site.clock))
    site.practice.close()
    shutil.copytree(where.data.parent, tmp_path / "clone")
    acknowledge(site.again(), state.key, DOCTOR)
    answer(site.practice, state.key, "A03", "yes", DOCTOR)
    lost = send_return(site.practice, tmp_path).path
    take_in(site.committee, [lost])
    issued = issue_receipt(site.committee, site.practice.record.log)
    path = tmp_path / issued.name
    path.write_bytes(issued.data)
    clone = bootstrap.open_desk(places(tmp_path / "clone"), site.clock)
    acknowledge(clone, state.key, PHARMACIST)
    (tmp_path / "other").mkdir()
    other = send_return(clone, tmp_path / "other").path
    clone.close()
    practice = site.restored(Path(made.path))
    supersede(practice, CLERK, WHY)
    outcomes = [take_in(practice, [one])[0].outcome for one in (path, lost, path, lost, other, other)]
    assert outcomes == [
        Outcome.REMAINDER, Outcome.REMAINDER, Outcome.OLDER, Outcome.OLDER, Outcome.REMAINDER, Outcome.OLDER
    ]  # fmt: skip


def test_a_file_made_from_what_was_lost_is_told_as_that_and_nothing_is_to_be_restored(
    site: Place, tmp_path: Path
) -> None:
    state = hears(site.practice, recall())
    made = backup.into_folder(site.practice.places, bootstrap.backing(site.practice.places, site.clock))
    acknowledge(site.practice, state.key, DOCTOR)
    path, _changes = export_certificate(site.practice, state.key, tmp_path / "lost.pdf", CLERK)
    practice = site.restored(Path(made.path))
    supersede(practice, CLERK, WHY)
    found = check_file(path.read_bytes(), path.name, practice.record)
    (first, *_more) = found.problems
    assert "superseded after entry" in first.what
    assert "was lost here" in first.what
    assert "restore" not in first.next_step
