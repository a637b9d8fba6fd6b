"""Where the signing key is: the credential store or a file; moved whole, healed after a crash, never left in a text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import MsatError, RecordProblem, Refused
from msat.places import Places
from msat.record.keys import FileKeyStore, encoded_key
from msat.record.signing import new_private_key
from msat.store import credentials, key_places
from msat.store.credentials import MOST_BYTES, Locker, StoreLocked
from msat.store.key_places import KeyNotKept, Place, choose, heal, key_store, move, read_standing, service
from msat.store.record import create_record, open_record
from tests.keyrings import Died, FakeKeyring
from tests.record.makers import ORGANISATION, draft

LOG = "a" * 32


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    """A working credential store, in place of the machine's own."""
    made = FakeKeyring()
    monkeypatch.setattr(key_places, "system_backend", lambda: made)
    monkeypatch.delenv("MSAT_KEYS", raising=False)
    return made


@pytest.fixture
def in_store(profile: Places, clock: FixedClock, keyring: FakeKeyring) -> Places:
    """A profile whose key went into the credential store when it was made."""
    create_record(profile, ORGANISATION, clock, "0.1")[0].close()
    return profile


def secrets_of(keyring: FakeKeyring) -> list[str]:
    return [value for (name, _), value in keyring.held.items() if name.startswith("MSAT signing key")]


# --- a new profile ----------------------------------------------------------------------------------------------


def test_a_new_profile_uses_the_store_that_proved_to_work(
    in_store: Places, clock: FixedClock, keyring: FakeKeyring
) -> None:
    assert read_standing(in_store).place is Place.STORE
    assert list(in_store.keys.glob("*.key*")) == []
    assert len(keyring.held) == 1, "the trial value was taken out again"
    record = open_record(in_store, clock)
    assert record.read_only == ""
    record.append([draft("signed with a key that is in no file")])
    assert record.verify().problems == ()
    record.close()


@pytest.mark.parametrize("fault", ["locked", "forgets", "none", "told"])
def test_a_new_profile_uses_a_file_where_no_store_works(
    profile: Places, clock: FixedClock, keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    if fault == "none":
        monkeypatch.setattr(key_places, "system_backend", lambda: None)
    elif fault == "told":
        monkeypatch.setenv("MSAT_KEYS", "file")
    else:
        setattr(keyring, fault, True)
    record, _ = create_record(profile, ORGANISATION, clock, "0.1")
    assert record.read_only == ""
    record.close()
    assert read_standing(profile).place is Place.FILE
    assert len(list(profile.keys.glob("*.key"))) == 1
    assert secrets_of(keyring) == []
    if fault == "told":
        assert keyring.calls == 0


def test_a_headless_linux_neither_looks_for_a_store_nor_loads_the_library(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from msat.store.credentials import system_backend\n"
        "assert system_backend() is None\n"
        "print('LOADED', *[name for name in sys.modules if name.startswith(('keyring', 'secretstorage'))])"
    )
    plain = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")}
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux runs without a desktop")
    begun = time.perf_counter()
    asked = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, env=plain, check=False
    )
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.split() == ["LOADED"]
    assert asked.stderr == ""
    assert time.perf_counter() - begun < 20


def test_a_desktop_without_a_message_bus_ends_in_no_store_and_no_warning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("the Secret Service is Linux's")
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody-listens-here")
    assert credentials.system_backend() is None


def test_a_store_that_never_answers_holds_up_nothing(keyring: FakeKeyring) -> None:
    keyring.hangs = threading.Event()
    begun = time.perf_counter()
    with pytest.raises(StoreLocked, match="did not answer"):
        Locker(keyring, wait_s=0.1).read("MSAT", "key")
    assert time.perf_counter() - begun < 5
    keyring.hangs.set()


def test_a_key_fits_into_the_windows_credential_locker(keyring: FakeKeyring) -> None:
    kept = encoded_key(LOG, new_private_key()).decode("ascii")
    assert len(kept.encode("utf-16-le")) <= MOST_BYTES
    Locker(keyring).write("MSAT", "key", kept)
    with pytest.raises(StoreLocked, match="2,560"):
        Locker(keyring).write("MSAT", "longer", "x" * (MOST_BYTES // 2 + 1))
    assert ("MSAT", "longer") not in keyring.held


# --- the store of a record in use -------------------------------------------------------------------------------


def test_a_key_is_changed_inside_the_store(in_store: Places, clock: FixedClock, keyring: FakeKeyring) -> None:
    before = secrets_of(keyring)
    record = open_record(in_store, clock)
    record.rotate_key(draft("").actor)
    record.append([draft("under the new key")])
    record.close()
    after = secrets_of(keyring)
    assert len(after) == 1
    assert after != before
    assert open_and_append(in_store, clock) == ""


def open_and_append(profile: Places, clock: FixedClock) -> str:
    record = open_record(profile, clock)
    try:
        if not record.read_only:
            record.append([draft("still recorded")])
            assert record.verify().problems == ()
        return f"{record.read_only} {record.to_be_done}".strip()
    finally:
        record.close()


def test_a_locked_store_leaves_the_record_to_be_read_and_says_the_way_out(
    in_store: Places, clock: FixedClock, keyring: FakeKeyring
) -> None:
    keyring.locked = True
    said = open_and_append(in_store, clock)
    assert "credential store is locked" in said
    assert "unlock" in said
    assert "msatctl key recover" in said
    assert open_record(in_store, clock).verify().problems == (), "a locked store is no fault of the record"
    keyring.locked = False
    assert open_and_append(in_store, clock) == ""


def test_an_emptied_store_leaves_the_record_to_be_read_and_the_recovery_key_helps(
    profile: Places, clock: FixedClock, keyring: FakeKeyring
) -> None:
    made, printed = create_record(profile, ORGANISATION, clock, "0.1")
    made.close()
    keyring.held.clear()
    record = open_record(profile, clock)
    assert "credential store" in record.read_only
    assert record.needs_key
    record.recover_key(printed, draft("").actor)
    record.append([draft("goes on")])
    record.close()
    assert read_standing(profile).place is Place.STORE
    assert open_and_append(profile, clock) == ""


def test_recovery_goes_over_to_a_file_where_the_store_stays_shut(
    profile: Places, clock: FixedClock, keyring: FakeKeyring
) -> None:
    made, printed = create_record(profile, ORGANISATION, clock, "0.1")
    made.close()
    keyring.locked = True
    record = open_record(profile, clock)
    record.recover_key(printed, draft("").actor)
    assert any("in a file" in notice for notice in record.notices)
    record.close()
    assert read_standing(profile).place is Place.FILE
    assert open_and_append(profile, clock) == ""


def test_what_somebody_changed_in_the_store_is_said_and_not_shown(
    in_store: Places, clock: FixedClock, keyring: FakeKeyring
) -> None:
    (at,) = keyring.held
    keyring.held[at] = "a tampered secret"
    said = open_and_append(in_store, clock)
    assert "is not one" in said
    assert "tampered" not in said


# --- moving -----------------------------------------------------------------------------------------------------


@pytest.fixture
def in_file(profile: Places, clock: FixedClock, keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A profile whose key is in a file, on a computer whose credential store works."""
    with monkeypatch.context() as patched:
        patched.setenv("MSAT_KEYS", "file")
        create_record(profile, ORGANISATION, clock, "0.1")[0].close()
    return profile


def test_a_key_goes_into_the_store_and_back(in_file: Places, clock: FixedClock, keyring: FakeKeyring) -> None:
    private = FileKeyStore(in_file.keys).load(FileKeyStore(in_file.keys).logs()[0])
    assert private is not None
    (log,) = move(in_file, Place.STORE)
    assert list(in_file.keys.glob("*.key*")) == []
    assert private.signer.private.hex() in keyring.held[service(log), "key"]
    assert open_and_append(in_file, clock) == ""
    move(in_file, Place.FILE)
    assert secrets_of(keyring) == []
    found = FileKeyStore(in_file.keys).load(log)
    assert found is not None
    assert found.signer.private == private.signer.private
    if os.name != "nt":
        assert [path.stat().st_mode & 0o077 for path in in_file.keys.glob("*.key")] == [0]
    assert open_and_append(in_file, clock) == ""


def test_a_move_to_where_the_key_is_or_cannot_be_is_refused(
    in_file: Places, clock: FixedClock, keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="already"):
        move(in_file, Place.FILE)
    keyring.locked = True
    with pytest.raises(Refused, match="locked"):
        move(in_file, Place.STORE)
    monkeypatch.setattr(key_places, "system_backend", lambda: None)
    with pytest.raises(Refused, match="no credential store"):
        move(in_file, Place.STORE)
    assert read_standing(in_file).place is Place.FILE
    assert open_and_append(in_file, clock) == ""


class Killed(FakeKeyring):
    """A store during whose `at`-th call the program is killed, before or after the call has its effect."""

    def __init__(self, at: int, after: bool) -> None:
        super().__init__()
        self.at, self.after = at, after

    def _asked(self, secret: str = "") -> None:
        super()._asked(secret)
        if self.calls == self.at and not self.after:
            raise Died

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        if self.calls == self.at and self.after:
            raise Died


@pytest.mark.parametrize("to", [Place.STORE, Place.FILE])
@pytest.mark.parametrize("written", range(1, 4))
def test_a_move_killed_between_leaves_both_and_the_next_opening_heals_it(
    profile: Places, clock: FixedClock, keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch, to: Place, written: int
) -> None:
    if to is Place.STORE:
        monkeypatch.setenv("MSAT_KEYS", "file")
    create_record(profile, ORGANISATION, clock, "0.1")[0].close()
    real, times = key_places.write_standing, 0

    def dies(places: Places, standing: key_places.Standing) -> None:
        nonlocal times
        times += 1
        if times == written:
            raise Died
        real(places, standing)

    with monkeypatch.context() as patched:
        patched.setattr(key_places, "write_standing", dies)
        with pytest.raises(Died):
            move(profile, to)
    record = open_record(profile, clock)
    assert record.read_only == ""
    record.append([draft("nothing was lost")])
    told = " ".join(record.notices)
    record.close()
    assert ("broken off" in told) == (written > 1)
    standing = read_standing(profile)
    assert (standing.moving_to, standing.leaving) == (None, None)
    here = bool(secrets_of(keyring)), bool(list(profile.keys.glob("*.key")))
    assert here == ((True, False) if standing.place is Place.STORE else (False, True))
    assert open_record(profile, clock).notices == ()


def test_a_store_that_fails_during_the_move_leaves_the_key_where_it_was(
    in_file: Places, clock: FixedClock, keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Locker, "trial", lambda self: "")
    keyring.forgets = True
    with pytest.raises(KeyNotKept, match="still in a file"):
        move(in_file, Place.STORE)
    keyring.forgets = False
    assert open_and_append(in_file, clock) == ""
    assert read_standing(in_file).place is Place.FILE


def test_healing_takes_nothing_out_that_would_then_be_lost(
    in_store: Places, clock: FixedClock, keyring: FakeKeyring
) -> None:
    log = read_standing(in_store).logs[0]
    FileKeyStore(in_store.keys).save(log, new_private_key())
    key_places.write_standing(in_store, key_places.Standing(Place.STORE, (log,), moving_to=Place.FILE))
    keyring.held.clear()
    assert "is left" in heal(in_store)
    assert FileKeyStore(in_store.keys).load(log) is not None


def test_the_same_key_in_the_form_of_an_earlier_version_is_the_same(
    in_store: Places, clock: FixedClock, keyring: FakeKeyring
) -> None:
    log = read_standing(in_store).logs[0]
    secret = json.loads(keyring.held[service(log), "key"])
    FileKeyStore(in_store.keys).save(log, bytes.fromhex(secret["private"]))
    keyring.held[service(log), "key"] = json.dumps(secret | {"machine": "ab" * 16}) + "\n"
    key_places.write_standing(in_store, key_places.Standing(Place.STORE, (log,), leaving=Place.FILE))
    assert "finished now" in heal(in_store)
    assert FileKeyStore(in_store.keys).load(log) is None
    assert open_and_append(in_store, clock) == ""


def test_a_damaged_choice_is_said_in_words(in_store: Places) -> None:
    for content in (b"", b"[]", b'{"v":1}', b'{"v":1,"place":"moon"}', b'{"v":1,"place":"file","logs":["x"]}'):
        in_store.key_place.write_bytes(content)
        with pytest.raises(RecordProblem, match="where the signing key is"):
            key_store(in_store)


def test_a_choice_made_before_stays(in_file: Places, keyring: FakeKeyring) -> None:
    assert choose(in_file) is Place.FILE
    assert keyring.calls == 0


# --- nothing tells it -------------------------------------------------------------------------------------------


def test_no_failure_of_the_store_tells_a_secret(in_file: Places, keyring: FakeKeyring) -> None:
    """The backend's own error quotes what it was given: neither our message nor its chain may."""
    secret = new_private_key().hex()
    keyring.locked = True
    with pytest.raises(StoreLocked) as caught:
        Locker(keyring).write("MSAT", "key", secret)
    import traceback

    said = "".join(traceback.format_exception(caught.value))
    assert "KeyringLocked" in said
    assert secret not in said
    assert isinstance(caught.value, MsatError)


def test_only_one_module_imports_the_library() -> None:
    package = Path(key_places.__file__).resolve().parents[1]
    doors = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "import keyring" in (text := path.read_text(encoding="utf-8")) or "from keyring" in text
    }
    assert doors == {"store/credentials.py"}
