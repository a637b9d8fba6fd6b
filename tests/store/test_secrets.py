"""No secret in what is said, logged, raised or shown as a value, whatever fails; and files for their owner only."""

from __future__ import annotations

import errno
import json
import logging
import os
import stat
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from msat.cli import main
from msat.clock import FixedClock
from msat.errors import MsatError
from msat.places import Places, places
from msat.record import keys
from msat.record.keys import FileKeyStore, printed_key, read_printed_key
from msat.record.signing import new_private_key
from msat.store import key_places
from msat.store.key_places import Place, move
from msat.store.record import create_record, open_record
from tests.keyrings import FakeKeyring
from tests.record.makers import ORGANISATION, PERSON, draft


def secret_forms(private: bytes) -> tuple[str, ...]:
    """A private key in every form in which somebody could meet it."""
    printed = printed_key(private)
    return private.hex(), printed, printed.replace(" ", ""), repr(private), str(list(private))


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Everything that was said while the test ran."""
    caplog.set_level(logging.DEBUG)
    found: list[str] = []
    yield found
    found.append(caplog.text)


def disk_full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_no_failure_around_a_key_tells_it(
    profile: Places,
    clock: FixedClock,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    record, printed = create_record(profile, ORGANISATION, clock, "0.1")
    stored = FileKeyStore(profile.keys).load(record.log)
    assert stored is not None
    secrets = {*secret_forms(stored.signer.private), *secret_forms(read_printed_key(printed)), printed}
    said += [repr(record), repr(stored), repr(stored.signer), repr(record._opened), str(record.__dict__)]
    path = next(profile.keys.glob("*.key"))
    whole = path.read_bytes()
    half = json.loads(whole)
    failures = 0

    def tried(work: object, *args: object) -> None:
        nonlocal failures
        try:
            work(*args)  # type: ignore[operator]
        except (MsatError, OSError, ValueError) as error:
            failures += 1
            said.extend(traceback.format_exception(error))
            said.append(repr(error))

    for name in ("write_new", "write_durably", "replace_file"):
        with monkeypatch.context() as patched:
            patched.setattr(keys, name, disk_full)
            tried(record.rotate_key, PERSON)
            tried(FileKeyStore(profile.keys).save, "b" * 32, stored.signer.private)
            tried(FileKeyStore(profile.keys).save_next, record.log, stored.signer.private)
    record.close()
    for damaged in (
        whole[:-20],
        whole + b"}",
        json.dumps({**half, "private": half["private"] + "00"}).encode(),
        json.dumps({**half, "private": half["private"][:-1] + "x"}).encode(),
        json.dumps({**half, "log": "c" * 32}).encode(),
        json.dumps({"private": half["private"]}).encode(),
    ):
        path.write_bytes(damaged)
        with open_record(profile, clock) as garbled:
            tried(garbled.append, [draft("x")])
            said.append(garbled.read_only)
    path.unlink()
    lost = open_record(profile, clock)
    said.append(f"{lost.read_only} {lost.to_be_done}")
    for typed in (printed[:-1], printed + " AAAA", printed_key(new_private_key()), printed.lower().replace("a", "b")):
        tried(lost.recover_key, typed, PERSON)
    lost.close()
    assert failures >= 12
    everything = "".join(said) + caplog.text
    for secret in secrets:
        assert secret not in everything


def test_no_failure_around_a_move_tells_the_key(
    profile: Places,
    clock: FixedClock,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    create_record(profile, ORGANISATION, clock, "0.1")[0].close()
    store = FileKeyStore(profile.keys)
    stored = store.load(store.logs()[0])
    assert stored is not None
    for fault in ("locked", "forgets"):
        keyring = FakeKeyring()
        monkeypatch.setattr(key_places, "system_backend", lambda keyring=keyring: keyring)
        with monkeypatch.context() as patched:
            patched.setattr(key_places.Locker, "trial", lambda _self: "")
            setattr(keyring, fault, True)
            with pytest.raises(MsatError) as caught:
                move(profile, Place.STORE)
            said += traceback.format_exception(caught.value)
    record = open_record(profile, clock)
    record.append([draft("the key is where it was")])
    record.close()
    for secret in secret_forms(stored.signer.private):
        assert secret not in "".join(said) + caplog.text


def test_verbose_failures_on_the_command_line_tell_no_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "p"
    args = ["--profile", str(folder), "init", "--organisation", "Demo Surgery", "--ods", "Y00000"]
    assert main([*args, "--kind", "gp-practice"]) == 0
    capsys.readouterr()
    where = places(folder)
    path = next(where.keys.glob("*.key"))
    private = json.loads(path.read_bytes())["private"]
    path.write_bytes(path.read_bytes()[:-8])
    status = main(["--verbose", "--profile", str(folder), "--as", "A. Patel", "--role", "Pharmacist", "key", "rotate"])
    told = capsys.readouterr()
    assert status == 1
    assert "cannot be read" in told.err
    assert private not in told.out + told.err


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps others out by the access list of the user's profile")
def test_everything_in_a_profile_is_behind_folders_for_its_owner_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = os.umask(0)
    try:
        folder = tmp_path / "p"
        args = ["--profile", str(folder), "init", "--organisation", "Demo Surgery", "--ods", "Y00000"]
        assert main([*args, "--kind", "gp-practice"]) == 0
        assert main(["--profile", str(folder), "list"]) == 0
        assert main(["--profile", str(folder), "backup"]) == 0
    finally:
        os.umask(old)
    capsys.readouterr()
    assert [p.name for p in [folder] if stat.S_IMODE(p.stat().st_mode) & 0o077] == []
    tops = [path for path in folder.iterdir() if path.is_dir()]
    assert {path.name for path in tops} >= {"data", "state", "cache", "config", "backups"}
    assert [path.name for path in tops if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    keys_ = list((folder / "data" / "keys").iterdir())
    assert keys_
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in keys_)
