"""Logs whose writer signed whatever they liked: refused or taken in in words, and nobody else's files are hindered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from msat.clock import FixedClock
from msat.exchange.arrivals import Outcome
from msat.exchange.lone import check_exchanged
from msat.exchange.return_file import write_return
from msat.record.chain import Birth, Body, genesis, head_of, link
from msat.record.codec import encode
from msat.record.entries import Entry
from msat.record.organisation import Organisation
from msat.record.signing import Signer, head_text, new_private_key, public_key
from msat.services import enrol as enrolling
from msat.services.desk import Desk
from msat.services.folder_sync import folder_sync
from msat.services.take_return import take_return
from tests.exchange.sites import CLERK, sent, work

Make = Callable[..., Desk]
ODD: tuple[Any, ...] = (5, None, True, ["x"], {"a": "b"})


def hostile_log(clock: FixedClock, *bodies: tuple[str, Any], **whose: Any) -> tuple[str, bytes]:
    """A return of a log rightly signed, with these bodies behind its first entry; `whose` is what that one names."""
    private = new_private_key()
    organisation = Organisation(**({"name": "Mill Surgery", "ods": "Y00001", "kind": "gp-practice"} | whose))
    first = genesis(Birth(organisation, public_key(private), "0" * 64, "0.1"), clock.now())
    made = [Body(kind, encode(content)) for kind, content in bodies]
    entries: tuple[Entry, ...] = (first, *link(head_of(first), made, clock.now()))
    note = Signer(first.log, private).sign(head_text(head_of(entries[-1])))
    return first.log, b"".join(write_return(entries, note))


@pytest.mark.parametrize("field", ["name", "ods", "kind"])
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_a_first_entry_that_names_its_organisation_by_no_text_is_refused(
    site: Make, clock: FixedClock, tmp_path: Path, field: str, value: object
) -> None:
    team, practice = site("16C", "committee"), site("A81001")
    work(practice, "first")
    _log, data = hostile_log(clock, **{field: value})
    assert take_return(team, data, "x").outcome is Outcome.REJECTED
    assert not check_exchanged(data, "x", None).valid
    (tmp_path / "0.msatreturn").write_bytes(data)
    (tmp_path / "1.msatreturn").write_bytes(sent(practice))
    outcomes = [one.outcome for one in folder_sync(team, tmp_path).arrivals]
    assert outcomes == [Outcome.REJECTED, Outcome.WAITING], "the other file is read all the same"
    assert [one.writer.log for one in enrolling.listed(team)] == [practice.record.log]


@pytest.mark.parametrize("data", [*ODD, "text"], ids=repr)
@pytest.mark.parametrize("kind", ["key.rotated", "log.opened", "body.erased", "writer.enrolled", "alert.acknowledged"])
def test_an_entry_whose_data_are_no_object_stops_nothing(
    site: Make, clock: FixedClock, kind: str, data: object
) -> None:
    team = site("16C", "committee")
    body = {"schema": 1, "salt": "0" * 32, "actor": data, "organisation": data, "meaning": data, "about": data,
            "version": data, "files": data, "happened": data, "data": data}  # fmt: skip
    log, signed = hostile_log(clock, (kind, body))
    found = take_return(team, signed, "x")
    check_exchanged(signed, "x", None)
    if found.outcome is Outcome.REJECTED:
        assert kind == "key.rotated"
        return
    assert found.outcome is Outcome.WAITING
    enrolling.accept(team, log, CLERK, is_compared=True)
    entry = team.record.entry(team.record.received.ids(log)[-1])
    assert entry is not None
    assert entry.data == (data if isinstance(data, dict) else {})
    assert entry.about == (data if isinstance(data, str) else None)
