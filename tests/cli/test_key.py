"""`msatctl key`: shown, changed, lost and recovered, as a practice manager would."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from msat.cli import main

WHO = ("--as", "B. Jones", "--role", "Practice manager")


@pytest.fixture
def profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "profile"
    args = ["--profile", str(folder), "init", "--organisation", "Demo Surgery", "--ods", "Y00000"]
    assert main([*args, "--kind", "gp-practice"]) == 0
    (tmp_path / "printed.txt").write_text(_key_in(capsys.readouterr().out), encoding="utf-8")
    return folder


def _key_in(out: str) -> str:
    """The line of 14 groups of four."""
    return next(line.strip() for line in out.splitlines() if len(line.split()) == 14 and len(line.strip()) == 69)


def _json(profile: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    assert main(["--profile", str(profile), *WHO, *words, "--json"]) == 0
    found: dict[str, str] = json.loads(capsys.readouterr().out)
    return found


def test_the_fingerprint_changes_with_the_key_and_the_log_stays(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _json(profile, capsys, "key", "show")
    assert _json(profile, capsys, "key", "rotate")["recovery_key"] is None
    after = _json(profile, capsys, "key", "show")
    assert before["log"] == after["log"]
    assert before["fingerprint"] != after["fingerprint"]
    assert main(["--profile", str(profile), "verify"]) == 0


def test_a_lost_key_is_covered_by_the_printed_one_typed_or_from_a_file(
    profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = tmp_path / "printed.txt"
    assert main(["--profile", str(profile), *WHO, "key", "recover", str(printed)]) == 2
    assert "for a lost key only" in capsys.readouterr().err
    _lose(profile)
    assert main(["--profile", str(profile), *WHO, "key", "rotate"]) == 1
    assert "use the printed recovery key: msatctl key recover" in capsys.readouterr().err
    fresh = _json(profile, capsys, "key", "recover", str(printed))["recovery_key"]
    assert main(["--profile", str(profile), "verify"]) == 0
    capsys.readouterr()
    _lose(profile)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"  {fresh.lower()}\n"))
    assert main(["--profile", str(profile), *WHO, "key", "recover"]) == 0
    assert main(["--profile", str(profile), *WHO, "key", "recover", str(tmp_path / "none")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def _lose(profile: Path) -> None:
    for file in profile.rglob("*.key"):
        file.unlink()
