"""What a process did to the files of a folder, read from what strace wrote of it: writes, flushes, names, its words.

Nothing is left out in silence: a call that writes in a way this module does not know is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

WATCHED = (
    "openat", "creat", "write", "pwrite64", "writev", "pwritev", "pwritev2", "lseek", "ftruncate", "truncate", "fsync",
    "fdatasync", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir",
    "fallocate", "copy_file_range", "sendfile", "splice",
)  # fmt: skip
OPTIONS = ("-y", "-xx", "-s", "33554432", "-e", f"trace={','.join(WATCHED)}")

_LINE = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)(.*)$", re.DOTALL)
_HANDLE = re.compile(r"^(\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?$")
_TEXT = re.compile(r'^"((?:\\x[0-9a-f]{2})*)"$')
_BASES = re.compile(r'iov_base="((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True, slots=True)
class Event:
    """One thing done: `kind` is create, write, truncate, sync, mkdir, rename, link, unlink, rmdir or told."""

    kind: str
    path: str = ""
    """Relative to the folder, with slashes."""
    other: str = ""
    offset: int = 0
    data: bytes = b""
    told: Any = None


class Reader:
    """Turns strace's lines into events. Names in the folder are followed, so that a deleted one is known as such."""

    def __init__(self, folder: Path, told: Path) -> None:
        self._folder, self._told = PurePosixPath(folder), str(told)
        self._there = {self._name(str(path)) for path in folder.rglob("*") if path.is_file()}
        self._at: dict[str, int] = {}
        self._appends: set[str] = set()
        self._ends: dict[str, int] = {
            self._name(str(path)): path.stat().st_size for path in folder.rglob("*") if path.is_file()
        }

    def events(self, lines: Iterable[str]) -> Iterator[Event]:
        """The events of one process's lines, those of failed calls left out."""
        for line in _joined(lines):
            found = _LINE.match(line)
            if found is None or int(found[3]) < 0:
                continue
            name, arguments = found[1], _split(found[2])
            act = getattr(self, f"_{name}", None)
            if act is None:
                if any(self._name(_path(one)) for one in arguments):
                    raise ValueError(f"a call that is not known to this module: {line[:300]}")
                continue
            yield from act(arguments, int(found[3]), found[4])

    def _name(self, path: str | None) -> str:
        """The path within the folder; empty for one outside, and for what SQLite shares in memory only."""
        if path is None or path.endswith("-shm"):
            return ""
        pure = PurePosixPath(path)
        return pure.relative_to(self._folder).as_posix() if pure.is_relative_to(self._folder) else ""

    def _handle(self, argument: str) -> tuple[str, str]:
        """The position's key and the name of a file that is open; no name for a deleted one."""
        path = _path(argument)
        return argument, "" if argument.endswith("(deleted)") else self._name(path)

    def _resolved(self, folder: str, argument: str) -> str:
        path = PurePosixPath(_path(argument) or "")
        return self._name(str(PurePosixPath(_path(folder) or "/") / path))

    # --- the calls ---------------------------------------------------------------------------------------------------

    def _openat(self, arguments: list[str], result: int, rest: str) -> Iterator[Event]:
        name, flags = self._resolved(arguments[0], arguments[1]), arguments[2]
        key = f"{result}{rest.split()[0] if rest else ''}"
        self._at[key] = 0
        self._appends.discard(key)
        if "O_APPEND" in flags:
            self._appends.add(key)
        if not name:
            return
        if "O_CREAT" in flags and name not in self._there:
            self._there.add(name)
            self._ends[name] = 0
            yield Event("create", name)
        elif "O_TRUNC" in flags:
            self._ends[name] = 0
            yield Event("truncate", name)

    def _write(self, arguments: list[str], result: int, _rest: str) -> Iterator[Event]:
        key, name = self._handle(arguments[0])
        at = self._ends.get(name, 0) if key in self._appends else self._at.get(key, 0)
        self._at[key] = at + result
        yield from self._written(name, at, _bytes(arguments[1])[:result])

    def _writev(self, arguments: list[str], result: int, _rest: str) -> Iterator[Event]:
        data = b"".join(_unhex(one) for one in _BASES.findall(arguments[1]))[:result]
        if _path(arguments[0]) == self._told:
            yield Event("told", told=json.loads(data))
            return
        key, name = self._handle(arguments[0])
        at = self._at.get(key, 0)
        self._at[key] = at + result
        yield from self._written(name, at, data)

    def _pwrite64(self, arguments: list[str], result: int, _rest: str) -> Iterator[Event]:
        yield from self._written(self._handle(arguments[0])[1], int(arguments[3]), _bytes(arguments[1])[:result])

    def _written(self, name: str, at: int, data: bytes) -> Iterator[Event]:
        if name and data:
            self._ends[name] = max(self._ends.get(name, 0), at + len(data))
            yield Event("write", name, offset=at, data=data)

    def _lseek(self, arguments: list[str], result: int, _rest: str) -> Iterator[Event]:
        self._at[arguments[0]] = result
        yield from ()

    def _ftruncate(self, arguments: list[str], _result: int, _rest: str) -> Iterator[Event]:
        if name := self._handle(arguments[0])[1]:
            self._ends[name] = int(arguments[1])
            yield Event("truncate", name, offset=int(arguments[1]))

    def _fsync(self, arguments: list[str], _result: int, _rest: str) -> Iterator[Event]:
        name = self._handle(arguments[0])[1]
        if name:
            yield Event("sync", "" if name == "." else name)

    _fdatasync = _fsync

    def _rename(self, arguments: list[str], _result: int, _rest: str) -> Iterator[Event]:
        yield from self._moved("rename", self._resolved("", arguments[0]), self._resolved("", arguments[1]))

    def _renameat(self, arguments: list[str], _result: int, _rest: str) -> Iterator[Event]:
        old, new = self._resolved(*arguments[:2]), self._resolved(*arguments[2:4])
        yield from self._moved("rename", old, new)

    _renameat2 = _renameat

    def _link(self, arguments: list[str], _result: int, _rest: str) -> Iterator[Event]:
        yield from self._moved("link", self._resolved("", arguments[0]), self._resolved("", arguments[1]))

    def _moved(self, kind: str, old: str, new: str) -> Iterator[Event]:
        if bool(old) != bool(new):
            raise ValueError(f"a {kind} across the edge of the folder: {old} {new}")
        if not old:
            return
        self._there.add(new)
        self._ends[new] = self._ends.get(old, 0)
        if kind == "rename":
            self._there.discard(old)
        yield Event(kind, old, new)

    def _unlink(self, arguments: list[str], _result: int, _rest: str) -> Iterator[Event]:
        yield from self._gone("unlink", self._resolved("", arguments[0]))

    def _unlinkat(self, arguments: list[str], _result: int, _rest: str) -> Iterator[Event]:
        kind = "rmdir" if "AT_REMOVEDIR" in arguments[2] else "unlink"
        yield from self._gone(kind, self._resolved(*arguments[:2]))

    def _rmdir(self, arguments: list[str], _result: int, _rest: str) -> Iterator[Event]:
        yield from self._gone("rmdir", self._resolved("", arguments[0]))

    def _gone(self, kind: str, name: str) -> Iterator[Event]:
        if name:
            self._there.discard(name)
            yield Event(kind, name)

    def _mkdir(self, arguments: list[str], _result: int, _rest: str) -> Iterator[Event]:
        if name := self._resolved("", arguments[0]):
            yield Event("mkdir", name)


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Lines that strace broke in two are put together; a process of one thread has but one at a time."""
    begun = ""
    for line in lines:
        if line.endswith("<unfinished ...>"):
            begun = line.removesuffix("<unfinished ...>")
        elif line.startswith("<... ") and " resumed>" in line:
            yield begun + line.partition(" resumed>")[2]
        else:
            yield line


def _split(arguments: str) -> list[str]:
    """The arguments of a call; strings hold no comma, for every byte of them is written as a number."""
    found, depth, start = [], 0, 0
    for at, letter in enumerate(arguments):
        if letter in "[{":
            depth += 1
        elif letter in "]}":
            depth -= 1
        elif letter == "," and not depth:
            found.append(arguments[start:at].strip())
            start = at + 1
    found.append(arguments[start:].strip())
    return found


def _path(argument: str) -> str | None:
    """The path that an argument names, as a handle or as text; None when it names none."""
    if found := _HANDLE.match(argument):
        return _unhex(found[2]).decode("utf-8", "surrogateescape")
    if found := _TEXT.match(argument):
        return _unhex(found[1]).decode("utf-8", "surrogateescape")
    return None


def _bytes(argument: str) -> bytes:
    found = _TEXT.match(argument)
    if found is None:
        raise ValueError(f"not a whole string: {argument[:100]}")
    return _unhex(found[1])


def _unhex(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
