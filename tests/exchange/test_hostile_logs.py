"""Logs whose writer signed whatever they liked: refused or taken in in words, and nobody else's files are hindered."""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from msat.clock import FixedClock
from msat.errors import MsatError
from msat.exchange.arrivals import Outcome
from msat.exchange.lone import check_exchanged
from msat.exchange.plan_file import SentPlan, read_plan_file, write_plan_file
from msat.exchange.receipts import read_receipt, write_receipt
from msat.exchange.register import Listed, read_register, write_register
from msat.exchange.return_file import write_return
from msat.record.chain import Birth, Body, genesis, head_of, link
from msat.record.codec import encode
from msat.record.entries import Entry
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.record.signing import Signer, head_text, new_private_key, public_key
from msat.services import enrol as enrolling
from msat.services.desk import Desk
from msat.services.folder_sync import folder_sync
from msat.services.take_return import take_return
from tests.exchange.sites import ACTOR, CLERK, sent, work

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


def places_in(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where values lie in plain JSON, the whole itself left out."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for name, one in inside for place in ((*at, name), *places_in(one, (*at, name)))]


def reshaped(value: Any, dice: random.Random) -> Any:
    """The same with one value taken out, or of another kind."""
    made = json.loads(json.dumps(value))
    *way, last = dice.choice(places_in(made))
    inside = functools.reduce(lambda one, name: one[name], way, made)
    if isinstance(inside, dict) and dice.random() < 0.3:
        del inside[last]
    else:
        inside[last] = dice.choice((*ODD, "", [], {}))
    return made


@pytest.mark.parametrize("kind", ["receipt", "register", "plan"])
def test_a_signed_file_whose_parts_are_of_other_kinds_is_refused_in_words(
    clock: FixedClock, kind: str
) -> None:
    practice, team = (MemoryRecord(Organisation("Mill", code, "gp-practice"), clock) for code in ("Y00001", "16C"))
    for record in (practice, team):
        record.rotate_key(ACTOR)
    cosigned = team.cosign(practice.signed_head(), clock.now())
    plan = SentPlan("key", "EL(26)A/1", "Title", "red", ("one",), clock.now(), "", "", clock.now(), "0" * 64)
    data: bytes = {
        "receipt": lambda: write_receipt(cosigned, team.identity(), practice.identity()),
        "register": lambda: write_register([Listed("Y00001", practice.head())], team, clock.now()),
        "plan": lambda: write_plan_file([plan], team, clock.now()) + b"\n",
    }[kind]()
    read: Callable[[bytes], Any] = {
        "receipt": read_receipt, "register": read_register,
        "plan": lambda changed: read_plan_file(changed.removesuffix(b"\n"), "a.msatplan"),
    }[kind]  # fmt: skip
    before, gap, last = data[:-1].rpartition(b"\n")
    true, dice, refused = read(data), random.Random(2026), list[str]()
    for _trial in range(400):
        changed = before + gap + encode(reshaped(json.loads(last), dice), 2**24) + b"\n"
        try:
            assert read(changed) == true
        except MsatError as error:
            refused.append(error.explanation)
    assert len(refused) > 350
    assert not [words for words in refused if not words.endswith(".")]


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
