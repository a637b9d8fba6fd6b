"""A file is replaced whole or not at all, and nothing half-written stays behind."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from msat.record import durable
from msat.record.durable import copy_durably, write_durably, write_new


def test_a_file_is_replaced_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "mark.json"
    write_durably(path, b"one\r\n\x1a")
    write_durably(path, b"two")
    assert path.read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["mark.json"]
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("call", ["fsync", "fdopen"])
def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    path = tmp_path / "mark.json"
    write_durably(path, b"old")

    def fail(handle: int, *_more: object) -> None:
        if call == "fdopen":
            os.close(handle)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(durable.os, call, fail)
        with pytest.raises(OSError, match="No space"):
            write_durably(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("mark")] == ["mark.json"]


def test_a_new_file_never_replaces_one(tmp_path: Path) -> None:
    write_new(tmp_path / "a", b"first")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a", b"second")
    assert (tmp_path / "a").read_bytes() == b"first"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no call that flushes a folder")
def test_a_new_folder_is_made_to_last_before_anything_is_put_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []
    real = durable.flush_folder

    def hear(folder: Path) -> None:
        flushed.append(folder)
        real(folder)

    monkeypatch.setattr(durable, "flush_folder", hear)
    write_durably(tmp_path / "files" / "ab" / "abcd", b"one")
    assert flushed == [tmp_path, tmp_path / "files", tmp_path / "files" / "ab"]
    flushed.clear()
    write_durably(tmp_path / "files" / "ab" / "abce", b"two")
    assert flushed == [tmp_path / "files" / "ab"]


def test_a_copy_takes_the_place_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, path = tmp_path / "source", tmp_path / "sub" / "copy"
    source.write_bytes(b"x" * 3_000_000)
    copy_durably(source, path)
    assert path.read_bytes() == source.read_bytes()
    source.write_bytes(b"other")

    def fail(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    for call in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(*((durable.os, "fsync") if call == "fsync" else (Path, "replace")), fail)
            with pytest.raises(OSError, match="No space"):
                copy_durably(source, path)
        assert path.stat().st_size == 3_000_000
        assert [one.name for one in path.parent.iterdir()] == ["copy"]
    with pytest.raises(FileNotFoundError):
        copy_durably(tmp_path / "none", path)
    assert [one.name for one in path.parent.iterdir()] == ["copy"]
