"""`msatctl key where` and `key move`: said in words and as JSON, refused in words, and told nowhere else."""

from __future__ import annotations

import json
import logging
import zipfile
from pathlib import Path

import pytest

from msat.cli import main
from msat.places import places
from msat.record.keys import FileKeyStore
from msat.store import key_places, key_words
from tests.keyrings import FakeKeyring

WHO = ("--as", "B. Jones", "--role", "Practice manager")


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    made = FakeKeyring()
    for module in (key_places, key_words):
        monkeypatch.setattr(module, "system_backend", lambda: made)
    return made


@pytest.fixture
def profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "profile"
    args = ["--profile", str(folder), "init", "--organisation", "Demo Surgery", "--ods", "Y00000"]
    assert main([*args, "--kind", "gp-practice"]) == 0
    capsys.readouterr()
    return folder


def test_where_says_the_place_and_what_it_means(
    profile: Path, keyring: FakeKeyring, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--profile", str(profile), "key", "where"]) == 0
    said = capsys.readouterr().out
    assert "a file that only you can read" in said
    assert "msatctl key move --to store" in said
    assert main(["--profile", str(profile), "key", "move", "--to", "store"]) == 0
    assert "Moved, read back and compared." in capsys.readouterr().out
    assert main(["--profile", str(profile), "key", "where", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["place"], told["is_there"], told["trouble"]) == ("store", True, None)
    assert main(["--profile", str(profile), *WHO, "key", "rotate"]) == 0
    assert main(["--profile", str(profile), "verify"]) == 0


def test_where_says_that_the_key_is_gone_or_the_store_locked(
    profile: Path, keyring: FakeKeyring, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--profile", str(profile), "key", "move", "--to", "store"]) == 0
    keyring.locked = True
    assert main(["--profile", str(profile), "key", "where"]) == 1
    assert "is locked" in capsys.readouterr().out
    keyring.locked = False
    keyring.held.clear()
    assert main(["--profile", str(profile), "key", "where"]) == 1
    assert "is not there" in capsys.readouterr().out


def test_moving_where_nothing_can_take_it_is_refused(
    profile: Path, keyring: FakeKeyring, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--profile", str(profile), "key", "move", "--to", "file"]) == 2
    assert "already" in capsys.readouterr().err
    assert main(["--profile", str(profile.parent / "none"), "key", "where"]) == 2
    assert "no record" in capsys.readouterr().err


def test_the_key_is_in_no_output_no_log_and_no_backup(
    profile: Path, keyring: FakeKeyring, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Everything about keys is done, and made to fail, while all that is printed, logged and backed up is kept."""
    caplog.set_level(logging.DEBUG)
    at = places(profile)
    store = FileKeyStore(at.keys)
    secrets = {found.signer.private.hex() for log in store.logs() if (found := store.load(log))}
    said = ""
    for words in (
        ["key", "where"],
        ["key", "move", "--to", "store"],
        ["key", "where", "--json"],
        [*WHO, "key", "rotate"],
        ["verify"],
        ["backup", str(profile.parent / "one.msatbackup")],
    ):
        main(["--profile", str(profile), *words])
    secrets |= {json.loads(value)["private"] for value in keyring.held.values()}
    for fault in ("locked", "forgets"):
        setattr(keyring, fault, True)
        for words in (["key", "where"], [*WHO, "key", "rotate"], ["key", "move", "--to", "file"], ["list"]):
            main(["--profile", str(profile), *words])
        setattr(keyring, fault, False)
    assert main(["--profile", str(profile), "key", "where"]) == 0
    main(["--profile", str(profile), "backup", str(profile.parent / "two.msatbackup")])
    out = capsys.readouterr()
    said = out.out + out.err + caplog.text
    held = {json.loads(path.read_bytes())["private"] for path in at.keys.glob("*.key")}
    assert held <= secrets | held
    assert len(secrets | held) >= 2
    for secret in secrets | held:
        assert secret not in said
        for backup in sorted(profile.parent.glob("*.msatbackup")):
            with zipfile.ZipFile(backup) as archive:
                assert "config/key-place.json" not in archive.namelist()
                for name in archive.namelist():
                    assert secret.encode() not in archive.read(name), name
                    assert bytes.fromhex(secret) not in archive.read(name), name
    assert len(list(profile.parent.glob("*.msatbackup"))) == 2
