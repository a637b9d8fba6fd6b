"""Where the program writes, who may read it, and that no secret gets out: a whole journey under a guard.

The guard is Python's own audit hook in a process of its own: every opening for writing, every new folder, every rename
and removal is heard, whatever library asks for it. SQLite opens its files itself, so they are looked for on the disk.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WHO = ["--as", "A. Patel", "--role", "practice pharmacist"]

_GUARDED = """
import json, os, sys
sys.dont_write_bytecode = True
seen = set()
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
def hear(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, (str, bytes)) and flags & WRITES:
            seen.add(os.path.abspath(os.fsdecode(path)))
    elif event in ("os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod", "shutil.rmtree"):
        # inside shutil.rmtree names are relative to a folder held open, which itself was heard of
        held_open = event in ("os.remove", "os.rmdir") and arguments[1] != -1
        if isinstance(arguments[0], (str, bytes)) and not held_open:
            seen.add(os.path.abspath(os.fsdecode(arguments[0])))
    elif event in ("os.rename", "os.link", "os.symlink"):
        seen.update(os.path.abspath(os.fsdecode(one)) for one in arguments[:2])
    elif event == "sqlite3.connect":
        name = os.fsdecode(arguments[0])
        if name != ":memory:":
            seen.add(os.path.abspath(name.split("?")[0].removeprefix("file://")))
sys.addaudithook(hear)
from msat.cli import main
statuses = []
for words in json.loads(sys.argv[1]):
    statuses.append(main(words))
sys.stdout.flush()
sys.stderr.write("\\nSEEN " + json.dumps([statuses, sorted(seen)]))
"""


def journey(profile: Path, out: Path) -> list[list[str]]:
    """What a practice does in its first month, at the command line."""
    here = ["--profile", str(profile), *WHO]
    deeds = [
        ["init", "--organisation", "Demo Surgery", "--ods", "Y00000", "--kind", "gp-practice"],
        ["add", "--title", "Fridge alarm at the depot", "--reference", "EL(26)A/70"],
        ["acknowledge", "EL(26)A/70"],
        ["settings", "set", "nation", "wales"],
        ["list"],
        ["rules", "edit-path"],
        ["key", "rotate"],
        ["export", "certificate", "EL(26)A/70", "--out", str(out / "c.pdf")],
        ["export", "log", "--from", "2026-01-01", "--to", "2026-12-31", "--out", str(out / "log.xlsx")],
        ["newsletter", "render", "EL(26)A/70", "--out", str(out / "n.html")],
        ["digest", "--out", str(out / "d.eml")],
        ["backup"],
        ["backup", str(out / "b.msatbackup")],
        ["restore", str(out / "b.msatbackup")],
        ["rebuild"],
        ["verify", str(out / "c.pdf")],
        ["verify"],
    ]
    return [[*here, *words] for words in deeds]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[int], list[Path], str]:
    """Profile, export folder, exit statuses, every path written to, everything printed."""
    top = tmp_path_factory.mktemp("journey")
    profile, out, home = top / "profile", top / "out", top / "home"
    out.mkdir()
    home.mkdir()
    usual = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "MSAT"))}
    run = subprocess.run(
        [sys.executable, "-c", _GUARDED, json.dumps(journey(profile, out))],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=110,
        env={**usual, "HOME": str(home), "USERPROFILE": str(home), "APPDATA": str(home), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    printed, _mark, seen = run.stderr.rpartition("SEEN ")
    statuses, written = json.loads(seen)
    assert list(home.iterdir()) == []
    return profile, out, statuses, [Path(one) for one in written], run.stdout + printed


def test_nothing_is_written_outside_the_profile_and_the_export_folder(
    done: tuple[Path, Path, list[int], list[Path], str],
) -> None:
    profile, out, statuses, written, _printed = done
    # the restore is refused (2), for the record is whole; everything else is done
    assert statuses == [2 if words[6] == "restore" else 0 for words in journey(profile, out)]
    outside = [one for one in written if not one.is_relative_to(profile) and not one.is_relative_to(out)]
    assert [one for one in outside if one != Path(os.devnull)] == []
    assert any(one.is_relative_to(profile) for one in written)
    assert any(one.is_relative_to(out) for one in written)


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows the user's profile folder keeps others out")
def test_folders_and_files_are_their_owners_only(done: tuple[Path, Path, list[int], list[Path], str]) -> None:
    profile = done[0]
    tops = [profile, *(path for path in profile.iterdir())]
    assert sorted(path.name for path in tops[1:]) == ["backups", "cache", "config", "data", "state"]
    assert [path for path in tops if stat.S_IMODE(path.stat().st_mode) != 0o700] == []
    for name in ("keys/*", "record.db*", "files/*/*"):
        assert [p for p in (profile / "data").glob(name) if stat.S_IMODE(p.stat().st_mode) != 0o600] == []
    assert [
        p
        for p in (profile / "cache").glob("views.db*")
        if p.suffix != ".lock" and stat.S_IMODE(p.stat().st_mode) & 0o077
    ] == []
    backups = [*(profile / "backups").glob("*.msatbackup"), *done[1].glob("*.msatbackup")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in backups] == [0o600, 0o600]


def test_no_secret_is_printed_kept_in_a_log_or_exported(done: tuple[Path, Path, list[int], list[Path], str]) -> None:
    profile, out, _statuses, _written, printed = done
    (key,) = (profile / "data" / "keys").glob("*.key")
    private = json.loads(key.read_text(encoding="ascii"))["private"]
    secrets = [private.encode("ascii"), bytes.fromhex(private)]
    assert private not in printed
    looked = 0
    for path in (*profile.rglob("*"), *out.rglob("*")):
        if path.is_file() and path != key:
            data = path.read_bytes()
            looked += 1
            assert not any(secret in data for secret in secrets), path
    assert looked > 10


def test_a_traceback_with_its_values_names_no_key(tmp_path: Path) -> None:
    program = (
        "import sys, traceback\n"
        "from msat.record.keys import new_recovery_key, StoredKey\n"
        "from msat.record.signing import Signer, new_private_key\n"
        "from msat.ids import LogId\n"
        "def fail():\n"
        "    private = Signer(LogId('0' * 32), new_private_key())\n"
        "    kept = StoredKey(private)\n"
        "    recovery = new_recovery_key()\n"
        "    print(private.private.hex(), recovery.printed, sep='\\n')\n"
        "    raise ValueError(private, kept, recovery)\n"
        "try:\n"
        "    fail()\n"
        "except ValueError as error:\n"
        "    whole = traceback.TracebackException.from_exception(error, capture_locals=True)\n"
        "    sys.stderr.write(''.join(whole.format()))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60
    )
    private, printed = run.stdout.splitlines()
    assert "ValueError" in run.stderr
    assert "kept = " in run.stderr
    for secret in (private, printed, str(bytes.fromhex(private))[2:-1]):
        assert secret not in run.stderr
