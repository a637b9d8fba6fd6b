"""What `verify` says of a log in a shared database beside its proof: a key change broken off, and who countersigned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.exchange.succession import SUPERSEDED, countersigned_in
from msat.places import places
from msat.record.keys import FileKeyStore
from msat.store.engine import reading
from msat.store.postgres_line import _countersignatures
from msat.store.postgres_opening import create_database_record, inspect_database_record, open_database_record
from tests.conftest import NOON
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, PERSON, draft
from tests.store.test_postgres_erasing import order

CLOCK = FixedClock(NOON)


@pytest.fixture(scope="module")
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


def test_a_change_of_key_that_was_broken_off_is_no_fault(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded, and the program died before the new key was put in the old one's place."""
    where, address = places(tmp_path / "surgery"), database.login(ORGANISATION.ods)
    record, _printed = create_database_record(where, address, ORGANISATION, CLOCK, "0.1")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(FileKeyStore, "promote", dies)
        with pytest.raises(KeyboardInterrupt):
            record.rotate_key(PERSON)
    record.close()
    looked = inspect_database_record(where, address)
    assert looked.problems == (), "nothing is wrong, and verify does not say so"
    assert any("opening MSAT finishes it" in line for line in looked.checked)
    with open_database_record(where, CLOCK, address) as again:
        assert again.read_only == ""
        assert not any("opening MSAT finishes it" in line for line in again.verify().checked)


def test_a_countersignature_whose_words_were_erased_still_counts(database: Database, tmp_path: Path) -> None:
    where, address = places(tmp_path / "team"), database.login(ORGANISATION.ods)
    record, _printed = create_database_record(where, address, ORGANISATION, CLOCK, "0.1")
    officers = [{"name": "A", "role": "b"}, {"name": "C", "role": "d"}]
    told = {"log": "a" * 32, "size": 3, "head": "b" * 64, "successor": "c" * 32, "ods": "Y00001", "reason": "Lost.",
            "officers": officers, "signed": True, "held": 3}  # fmt: skip
    (entry,) = record.append([replace(draft("x"), type=SUPERSEDED, data=told, about=None, version=None)])
    whole = countersigned_in(entry)
    assert whole is not None
    record.erase([order(record, entry.seq)])
    (stored,) = database.ask("SELECT body FROM msat.entry WHERE log = %s AND seq = %s", record.log, entry.seq)
    assert stored == (None,)
    with reading(record._engine) as connection:
        (read,) = _countersignatures(connection, "entry", [record.log])
    assert countersigned_in(read) == whole
    record.close()
