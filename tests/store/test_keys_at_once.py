"""Two windows that change, recover or move the signing key at the same moment: no key is written over, none is lost."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest

from msat.clock import FixedClock
from msat.errors import MsatError
from msat.ids import LogId
from msat.places import Places
from msat.record.entries import Actor
from msat.record.keys import FileKeyStore
from msat.store import key_places
from msat.store.key_places import Place, heal, move, read_standing
from msat.store.record import create_record, open_record
from tests.keyrings import FakeKeyring
from tests.record.makers import ORGANISATION, draft

ADMIN = Actor("B. Jones", "Practice manager", "bjones")


class Meanwhile:
    """Runs `deed` in another thread at the moment it is called first, and gives it time to do harm."""

    def __init__(self, deed: Callable[[], object]) -> None:
        self.refused: list[MsatError] = []
        self._deed = deed
        self._thread: Thread | None = None

    def __call__(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run)
            self._thread.start()
            self._thread.join(0.5)

    def _run(self) -> None:
        try:
            self._deed()
        except MsatError as error:
            self.refused.append(error)

    def ended(self) -> None:
        assert self._thread is not None
        self._thread.join(30)
        assert not self._thread.is_alive()


def _after_keeping(monkeypatch: pytest.MonkeyPatch, meanwhile: Meanwhile) -> None:
    """Once the first window has kept its new key, and before its entry is recorded."""
    keep = FileKeyStore.save_next

    def kept(self: FileKeyStore, log: LogId, private: bytes) -> None:
        keep(self, log, private)
        meanwhile()

    monkeypatch.setattr(FileKeyStore, "save_next", kept)


def test_two_changes_at_once_are_two_changes_and_the_key_is_here(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, _printed = create_record(profile, ORGANISATION, clock, "0.1")
    other = open_record(profile, clock)
    meanwhile = Meanwhile(lambda: other.rotate_key(ADMIN))
    _after_keeping(monkeypatch, meanwhile)
    record.rotate_key(ADMIN)
    meanwhile.ended()
    assert meanwhile.refused == []
    record.close()
    other.close()
    with open_record(profile, clock) as again:
        assert again.read_only == ""
        again.append([draft("with the newest key")])
        found = again.verify()
    assert found.problems == ()
    assert any("changes of key followed: 2" in line for line in found.checked)


def test_two_recoveries_at_once_change_the_key_once(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second would be signed by a recovery key that the first made void, and nobody could follow the log then."""
    record, printed = create_record(profile, ORGANISATION, clock, "0.1")
    record.close()
    for path in profile.keys.iterdir():
        path.unlink()
    record, other = open_record(profile, clock), open_record(profile, clock)
    meanwhile = Meanwhile(lambda: other.recover_key(printed, ADMIN))
    _after_keeping(monkeypatch, meanwhile)
    record.recover_key(printed, ADMIN)
    meanwhile.ended()
    assert ["not the one of this record" in one.explanation for one in meanwhile.refused] == [True]
    record.close()
    other.close()
    with open_record(profile, clock) as again:
        assert again.read_only == ""
        again.append([draft("with the new key")])
        assert again.verify().problems == ()


def test_a_window_opened_while_a_key_moves_does_not_put_it_back(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took the move for one broken off and emptied the new place; then the mover emptied the old one."""
    record, _printed = create_record(profile, ORGANISATION, clock, "0.1")
    record.close()
    wallet = FakeKeyring()
    told: list[str] = []
    meanwhile = Meanwhile(lambda: told.append(heal(profile, lambda: wallet)))
    put = key_places._put

    def slowly(*given: object) -> None:
        put(*given)  # type: ignore[arg-type]
        meanwhile()

    monkeypatch.setattr(key_places, "_put", slowly)
    move(profile, Place.STORE, lambda: wallet)
    meanwhile.ended()
    assert told == [""]
    assert read_standing(profile).place is Place.STORE
    kept = key_places.key_store(profile, lambda: wallet).load(record.log)
    assert kept is not None
    assert kept.signer.public == record.public_key
