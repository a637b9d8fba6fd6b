"""Fifty workstations of one practice in one shared folder, and names that nobody would give a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.exchange.arrivals import Outcome
from msat.exchange.enrolment import ENROLLED
from msat.projections.ports import Query
from msat.record.entries import Draft
from msat.services.desk import Desk
from msat.services.folder_sync import folder_sync
from msat.store import views_reading
from tests.exchange.sites import ACTOR, enrol, sent, work
from tests.record.makers import draft

Make = Callable[..., Desk]
STATIONS = 50


def enrol_all(desk: Desk, others: list[Desk]) -> None:
    """As `enrol.accept` does for each, in one transaction."""
    drafts = []
    for other in others:
        first = other.record.identity()[0]
        told = {"log": other.record.log, "ods": "A81001", "name": "P", "kind": "gp-practice", "fingerprint": first.id}
        drafts.append(Draft(ENROLLED, ACTOR, told))
    desk.record.append(drafts)
    desk.views.catch_up()


def test_fifty_workstations_share_a_folder(
    real: Make, site: Make, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, folder = real("A81001"), tmp_path / "shared"
    folder.mkdir()
    others = [site("A81001") for _ in range(STATIONS)]
    enrol_all(hub, others)
    for number, other in enumerate(others):
        about = f"EL(26)A/{number % 10}"
        other.record.append([Draft("alert.acknowledged", ACTOR, {"note": f"{number}"}, about=about)])
        folder_sync(other, folder)
    done = folder_sync(hub, folder)
    assert [one.outcome for one in done.arrivals] == [Outcome.NEW] * STATIONS
    states = hub.views.states()
    assert len(states) == 10
    assert all(len(state.history) == STATIONS // 10 for state in states)
    assert len({line.log for state in states for line in state.history}) == STATIONS
    assert hub.views.count(Query(), clock.now()) == 10
    assert hub.views.difference_from_rebuild() == ()

    emptied: list[object] = []
    monkeypatch.setattr(views_reading, "empty", emptied.append)
    folder_sync(hub, folder)
    assert folder_sync(hub, folder).arrivals[0].outcome is Outcome.SAME
    others[7].record.append([Draft("alert.acknowledged", ACTOR, {"note": "once more"}, about="EL(26)A/3")])
    folder_sync(others[7], folder)
    again = folder_sync(hub, folder)
    assert [one.alerts for one in again.arrivals if one.outcome is Outcome.NEW] == [{"EL(26)A/3"}]
    assert not emptied, "nothing is computed anew for one entry more"
    monkeypatch.undo()
    assert hub.views.difference_from_rebuild() == ()


NAMES = (
    "A81001 (1).msatreturn", "A81001 - Copy (2).msatreturn", "A81001.msatreturn.txt", "no ending", "x.MSATRETURN",
    "con.msatreturn", "-rf.msatreturn", "=cmd.msatreturn", "a" * 180 + ".msatreturn", "ünïcødé ☃.msatreturn",
    "right‮to left.msatreturn", "zero​width.msatreturn", " .msatreturn", "%s%n{0}.msatreturn", "'; DROP TABLE.msatreturn",
)  # fmt: skip
ONLY_HERE = ("line\nbreak.msatreturn", "bell\x07\x1b[31m.msatreturn", "back\\slash.msatreturn", "star*?<>|.msatreturn")
"""Names that Windows does not take."""


def test_whatever_a_file_is_called_it_is_known_by_what_it_holds(site: Make, tmp_path: Path, clock: FixedClock) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    hub, other = site("A81001"), site("A81001")
    enrol(hub, other)
    names = (*NAMES, *(ONLY_HERE if sys.platform != "win32" else ()))
    for name in names:
        work(other, "more")
        (folder / name).write_bytes(sent(other))
    done = folder_sync(hub, folder)
    assert len(done.arrivals) == len(names)
    assert {one.outcome for one in done.arrivals} <= {Outcome.NEW, Outcome.OLDER}
    assert hub.record.received.head(other.record.log) == other.record.head()


def test_what_is_no_file_is_passed_over(site: Make, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    hub, other = site("A81001"), site("A81001")
    enrol(hub, other)
    other.record.append([draft("new")])
    (folder / "folder.msatreturn").mkdir()
    (folder / "good.msatreturn").write_bytes(sent(other))
    (folder / "empty.msatreturn").write_bytes(b"")
    (folder / "junk.msatreturn").write_bytes(b"\x00\xff" * 500)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.msatreturn")
        (folder / "gone.msatreturn").symlink_to(folder / "nowhere")
        (folder / "endless.msatreturn").symlink_to("/dev/zero")
    done = folder_sync(hub, folder)
    assert {one.name: one.outcome for one in done.arrivals} == {
        "good.msatreturn": Outcome.NEW,
        "empty.msatreturn": Outcome.UNFINISHED,
        "junk.msatreturn": Outcome.REJECTED,
    }
    assert (folder / "folder.msatreturn").is_dir(), "nothing of others is touched"
