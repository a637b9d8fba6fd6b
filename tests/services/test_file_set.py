"""Files that belong together: all of them, or none; what stood there before comes back."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from msat.errors import Cancelled, Refused
from msat.services import file_set
from msat.services.file_set import written_together

RENAMES = 3
"""One for each file: an old one keeps its name until then."""
FILES = {"one.txt": b"1", "two.txt": b"2", "three.txt": b"3"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_are_written(folder: Path) -> None:
    with written_together(folder, FILES) as paths:
        assert [path.name for path in paths] == list(FILES)
    assert content(folder) == FILES


def test_a_failure_inside_takes_them_away_and_gives_back_what_was_there(folder: Path) -> None:
    (folder / "two.txt").write_bytes(b"old")
    seen = b""
    with pytest.raises(ZeroDivisionError):  # noqa: PT012, SIM117 - what is done inside belongs to it
        with written_together(folder, FILES):
            seen = (folder / "two.txt").read_bytes()
            raise ZeroDivisionError
    assert seen == b"2"
    assert content(folder) == {"two.txt": b"old"}


@pytest.mark.parametrize("at", range(6))
def test_a_rename_that_fails_leaves_everything_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    (folder / "two.txt").write_bytes(b"old")
    real, calls = file_set.replace_file, iter(range(100))

    def fails(source: Path, target: Path) -> None:
        if next(calls) == at:
            raise PermissionError(13, "in use")
        real(source, target)

    monkeypatch.setattr(file_set, "replace_file", fails)
    if at < RENAMES:
        with pytest.raises(Refused, match="cannot be written"), written_together(folder, FILES):
            raise AssertionError("not all of them were there")
        assert content(folder) == {"two.txt": b"old"}
    else:
        with written_together(folder, FILES):
            assert content(folder).items() >= FILES.items()
        assert content(folder) == FILES


@pytest.mark.parametrize("at", range(4))
def test_stopping_leaves_nothing(folder: Path, at: int) -> None:
    def progress(_what: str, done: int, _of: int) -> None:
        if done == at:
            raise Cancelled("Stopped.", "Start again.")

    with pytest.raises(Cancelled), written_together(folder, FILES, progress):
        raise AssertionError("it was stopped before")
    assert content(folder) == {}


def test_a_folder_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(Refused, match="no folder"), written_together(folder / "none", FILES):
        raise AssertionError("there is nowhere to write")


def test_a_disk_without_second_names_serves_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "two.txt").write_bytes(b"old")

    def has_none(_source: Path, _target: Path) -> None:
        raise PermissionError(1, "not here")

    monkeypatch.setattr(file_set.os, "link", has_none)
    with pytest.raises(ZeroDivisionError), written_together(folder, FILES):
        raise ZeroDivisionError
    assert content(folder) == {"two.txt": b"old"}
    with written_together(folder, FILES):
        pass
    assert content(folder) == FILES


def test_an_old_file_keeps_its_name_until_the_new_one_takes_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "two.txt").write_bytes(b"old")
    real = file_set.replace_file
    seen = []

    def looks(source: Path, target: Path) -> None:
        seen.append((folder / "two.txt").read_bytes())
        real(source, target)

    monkeypatch.setattr(file_set, "replace_file", looks)
    with written_together(folder, FILES):
        seen.append((folder / "two.txt").read_bytes())
    assert seen == [b"old", b"old", b"2", b"2"]


def test_a_folder_of_the_same_name_is_left_alone(folder: Path) -> None:
    (folder / "two.txt").mkdir()
    (folder / "two.txt" / "kept").write_bytes(b"kept")
    with pytest.raises(Refused, match="folder has the name"), written_together(folder, FILES):
        raise AssertionError("there is a folder in the way")
    assert [path.name for path in folder.iterdir()] == ["two.txt"]
    assert (folder / "two.txt" / "kept").read_bytes() == b"kept"


def test_two_at_once_under_one_name_leave_one_whole(folder: Path) -> None:
    made = [bytes([number]) * 400_000 for number in (1, 2)]
    failed: list[str] = []

    def write(data: bytes) -> None:
        try:
            for _ in range(10):
                with written_together(folder, {"one.pdf": data}):
                    pass
        except Exception as error:
            failed.append(repr(error))

    threads = [threading.Thread(target=write, args=(data,)) for data in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [path.name for path in folder.iterdir()] == ["one.pdf"]
    assert (folder / "one.pdf").read_bytes() in made
