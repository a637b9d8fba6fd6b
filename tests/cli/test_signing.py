"""`--sign` and `--trust` on the command line: signed, checked, refused in words that name no secret."""

from __future__ import annotations

import importlib.util
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from msat.cli import main
from tests.exports import certificates
from tests.exports.certificates import PASSWORD

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pyhanko") is None,
    reason="NOT TESTED: certificate signatures, since the extra `sign` (pyHanko) is not installed",
)
Run = Callable[..., int]


class Terminal(io.StringIO):
    """A standard input that a person sits at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `msatctl` in a new profile, beside a certificate `mine.p12` that is valid at any time, and its root."""
    monkeypatch.setattr(certificates, "SINCE", datetime(2020, 1, 1, tzinfo=UTC))
    made = certificates.certificate(days=int(timedelta(days=365 * 60).days))
    (tmp_path / "mine.p12").write_bytes(made.p12)
    (tmp_path / "root.pem").write_bytes(made.root)
    monkeypatch.setenv("CERT_PASSWORD", PASSWORD)
    monkeypatch.setenv("WRONG_PASSWORD", "not-the-password")
    monkeypatch.chdir(tmp_path)

    def do(*words: str) -> int:
        return main(["--profile", str(tmp_path / "profile"), *words])

    assert do("init", "--organisation", "Demo Surgery", "--ods", "Y00000", "--kind", "gp-practice") == 0
    capsys.readouterr()
    return do


LOG = ("export", "log", "--from", "2026-01-01", "--to", "2026-03-31")


def test_a_log_is_signed_checked_and_its_certificate_recorded(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*LOG, "--out", "log.pdf", "--sign", "mine.p12", "--sign-password-env", "CERT_PASSWORD") == 0
    capsys.readouterr()
    assert run("verify", "log.pdf", "--trust", "root.pem", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert any("under one of the roots given: Demo Committee" in line for line in found["checked"])
    assert any("byte for byte, the file that entry" in line for line in found["checked"])
    assert run("verify", "log.pdf") == 0
    assert "Unknown signer" in capsys.readouterr().out
    other = certificates.certificate()
    (tmp_path / "other.pem").write_bytes(other.root)
    assert run("verify", "log.pdf", "--trust", "other.pem") == 1
    assert "under none of the roots given" in capsys.readouterr().out


def test_the_password_is_asked_for_without_echo(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or PASSWORD)
    assert run(*LOG, "--out", "log.pdf", "--sign", "mine.p12") == 0
    assert asked == ["Password of mine.p12: "]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--sign", "mine.p12"), "cannot be asked for here"),
        (("--sign", "mine.p12", "--sign-password-env", "WRONG_PASSWORD"), "the password is wrong"),
        (("--sign", "mine.p12", "--sign-password-env", "NO_SUCH_NAME"), "no environment variable “NO_SUCH_NAME”"),
        (("--sign-password-env", "CERT_PASSWORD"), "and no certificate"),
        (("--sign", "none.p12", "--sign-password-env", "CERT_PASSWORD"), "There is no file"),
        (("--sign", "root.pem", "--sign-password-env", "CERT_PASSWORD"), "no PKCS#12 file"),
    ],
)
def test_what_cannot_be_signed_is_refused_and_nothing_is_written(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words, why: str
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert run(*LOG, "--out", "log.pdf", *words) == 2
    told = capsys.readouterr()
    assert why in told.err
    assert PASSWORD not in told.err + told.out
    assert "not-the-password" not in told.err + told.out
    assert not (tmp_path / "log.pdf").exists()


def test_only_a_pdf_is_signed(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sign = ("--sign", "mine.p12", "--sign-password-env", "CERT_PASSWORD")
    assert run(*LOG, "--out", "log.xlsx", *sign) == 2
    assert "Only a PDF can be signed" in capsys.readouterr().err
    assert run("export", "inspector", "--out", "year.html", *sign) == 2
    assert run("export", "inspector", "--out", "year.pdf", *sign) == 0
    assert not (tmp_path / "log.xlsx").exists()


def test_a_pack_is_signed_and_made_again_with_the_signature_it_had(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    sign = ("--sign", "mine.p12", "--sign-password-env", "CERT_PASSWORD")
    who = ("--as", "A. Lead", "--role", "lead")
    period = ("--from", "2026-01-01", "--to", "2026-03-31")
    approved = (*period, "--approver", "A. Chair, chair")
    assert run(*who, "export", "pack", *approved, "--out", "one", *sign) == 0
    assert run(*who, "export", "pack", "--again", "Y00000-P0001", "--out", "two") == 0
    for form in ("pdf", "html", "xlsx", "json"):
        name = f"pack-Y00000-P0001.{form}"
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    capsys.readouterr()
    assert run("verify", "two/pack-Y00000-P0001.pdf", "--trust", "root.pem") == 0
    assert "under one of the roots given" in capsys.readouterr().out
    assert run("export", "pack", *period, "--draft", "--out", "one", *sign) == 2
    assert "Only a pack that is issued" in capsys.readouterr().err
    assert run(*who, "export", "pack", *approved, "--formats", "html", "--out", "one", *sign) == 2
    assert "Only a PDF can be signed" in capsys.readouterr().err
