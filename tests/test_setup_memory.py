"""Where the tests write: into memory where there is room for it, and nowhere else than they would without."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
PLENTY = "MemTotal: 24000000 kB\nMemAvailable:   20000000 kB\n"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a disk in memory")


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModuleType]:
    """The module, with a folder of its own for the disk in memory, which has room."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    module = importlib.import_module("memory")
    monkeypatch.setenv("MSAT_TESTS_IN_MEMORY", "1")
    (tmp_path / "shm").mkdir()
    (tmp_path / "meminfo").write_text(PLENTY, encoding="ascii")
    for name, value in {"FOLDER": tmp_path / "shm", "MEMINFO": tmp_path / "meminfo", "ROOM": 1, "SPARE": 1}.items():
        monkeypatch.setattr(module, name, value)
    yield module
    for name in ("memory", "told"):
        sys.modules.pop(name, None)


def folder_in(options: list[str]) -> Path:
    assert options[1:] == ["-o", "tmp_path_retention_policy=failed"]
    return Path(options[0].removeprefix("--basetemp="))


def test_what_passing_tests_left_is_gone_afterwards(memory: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with memory.folder_for_tests([]) as options:
        folder = folder_in(options)
        assert folder.parent == memory.FOLDER
        (folder / "popen-gw0" / "faults0").mkdir(parents=True)
    assert not folder.exists()
    assert capsys.readouterr().out == ""


def test_what_failing_tests_left_stays_and_is_told_of(memory: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with memory.folder_for_tests(["-q"]) as options:
        folder = folder_in(options)
        (folder / "popen-gw0" / "test_it_holds0").mkdir(parents=True)
    assert folder.is_dir()
    assert str(folder) in capsys.readouterr().out


def test_an_interrupted_run_leaves_nothing(memory: ModuleType) -> None:
    def run() -> None:
        with memory.folder_for_tests([]) as options:
            folder_in(options).mkdir()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert list(memory.FOLDER.iterdir()) == []


@pytest.mark.parametrize("option", ["--basetemp=here", "--basetemp"])
def test_who_says_where_it_goes_is_obeyed(memory: ModuleType, option: str) -> None:
    with memory.folder_for_tests([option]) as options:
        assert options == []


@pytest.mark.parametrize("value", ["", "0"])
def test_nobody_has_it_who_did_not_ask(memory: ModuleType, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MSAT_TESTS_IN_MEMORY", value)
    with memory.folder_for_tests([]) as options:
        assert options == []


@pytest.mark.parametrize(
    ("what", "value"),
    [("ROOM", 1 << 60), ("SPARE", 1 << 60), ("FOLDER", Path("/nowhere at all")), ("MEMINFO", Path("/nowhere at all"))],
)
def test_without_room_the_disk_is_used(
    memory: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    value: object,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert memory.has_room()
    monkeypatch.setattr(memory, what, value)
    assert not memory.has_room()
    with memory.folder_for_tests([]) as options:
        assert options == []
    assert "no room in memory" in capsys.readouterr().out
