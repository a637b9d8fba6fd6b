"""The rules every test lives under: no network but loopback, no home folder, no real clock, an offscreen Qt."""

from __future__ import annotations

import os
import socket
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["MSAT_KEYS"] = "file"  # no test, and no program that one starts, asks this machine's own credential store

from msat.clock import FixedClock
from msat.gui.features import leave_features_alone
from msat.places import Places, places
from tests.postgres import Database, new_database, obituary, running_server, stop_server

leave_features_alone()

SHARED = Path(__file__).resolve().parents[2] / "shared"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every user folder lies inside this test's own folder."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.setenv("MSAT_HOME", str(home / "msat"))


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket to anywhere but this computer fails the test."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])  # type: ignore[index]
            if not (host.startswith("127.") or host == "::1"):
                raise AssertionError(f"a test tried to reach {host}")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
def clock() -> FixedClock:
    """Sunday 22 November 2026, noon UTC."""
    return FixedClock(NOON)


@pytest.fixture
def profile(tmp_path: Path) -> Places:
    """An empty temporary profile."""
    return places(tmp_path / "profile")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails once the private PostgreSQL server is gone says so, in the server's own words."""
    report = yield
    if report.failed and (words := obituary()):
        report.sections.append(("private PostgreSQL server", words))
    return report


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[object]:
    """A private PostgreSQL server, one a test process. Skips, saying so, where none can be had."""
    yield running_server()
    stop_server()


@pytest.fixture(scope="session")
def postgres(postgres_server: object) -> Database:
    """One database with the record's schema, for tests that may share it."""
    return new_database(postgres_server)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared test material beside the checkout; skips, saying so, where there is none."""
    if not (SHARED / "govuk" / "notices.jsonl").is_file():
        pytest.skip("the shared test material is not beside this checkout")
    return SHARED
