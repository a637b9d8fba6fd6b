"""A disk that forgets: what may be found on it after the power failed between two events of a trace.

What was flushed stays. Of what was not, anything may be there: nothing, all of it, a beginning, some of it in any
order, some sectors of a write, or garbage where a write was to go. Names are made durable by flushing their folder, as
POSIX has it, and no sooner.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

from tests.faults.traces import Event

DAMAGES = ("dropped", "kept", "prefix", "reordered", "torn", "garbage")
SECTOR = 512
_T = TypeVar("_T")


@dataclass(slots=True)
class Content:
    """One file's bytes: those flushed, and the writes and cuts since."""

    flushed: bytes = b""
    pending: list[Event] = field(default_factory=list)

    def flush(self) -> None:
        """All that was done to it is durable from now on."""
        if self.pending:
            self.flushed = _done(self.flushed, self.pending)
            self.pending = []

    def after(self, damage: str, dice: random.Random) -> bytes:
        """What may be there after the power failed."""
        if not self.pending:
            return self.flushed
        chosen = _chosen(self.pending, damage, dice)
        if damage in ("torn", "garbage"):
            spoils = [one.kind == "write" and dice.random() < 0.5 for one in chosen]
            chosen = [_spoilt(one, damage, dice) if bad else one for one, bad in zip(chosen, spoils, strict=True)]
        return _done(self.flushed, chosen)


def _chosen(pending: Sequence[_T], damage: str, dice: random.Random) -> list[_T]:
    if damage == "dropped":
        return []
    if damage == "kept":
        return list(pending)
    if damage == "prefix":
        return list(pending[: dice.randrange(len(pending) + 1)])
    return [one for one in pending if dice.random() < 0.5]


def _spoilt(write: Event, damage: str, dice: random.Random) -> Event:
    """A write of which some sectors came through, or whose place holds garbage in some sectors."""
    if damage == "garbage":
        data = bytearray(write.data)
        for at in range(0, len(data), SECTOR):
            if dice.random() < 0.5:
                part = len(data[at : at + SECTOR])
                data[at : at + part] = dice.randbytes(part)
        return Event("write", write.path, offset=write.offset, data=bytes(data))
    first = dice.randrange(1 + len(write.data) // SECTOR) * SECTOR
    last = first + dice.randrange(1 + len(write.data) // SECTOR) * SECTOR
    return Event("write", write.path, offset=write.offset + first, data=write.data[first:last])


def _done(before: bytes, events: Iterable[Event]) -> bytes:
    data = bytearray(before)
    for one in events:
        if one.kind == "truncate":
            del data[one.offset :]
            data.extend(bytes(one.offset - len(data)))
        else:
            data.extend(bytes(max(0, one.offset - len(data))))
            data[one.offset : one.offset + len(one.data)] = one.data
    return bytes(data)


@dataclass(slots=True)
class Names:
    """Which file has which name, and which folders there are."""

    files: dict[str, Content] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)

    def apply(self, event: Event, content: Content | None) -> None:
        """Does what changes names; what cannot be done here (its beginning was lost) is left out."""
        if event.kind == "create" and content is not None:
            self.files[event.path] = content
        elif event.kind == "rename" and event.path in self.files:
            self.files[event.other] = self.files.pop(event.path)
        elif event.kind == "rename" and event.path in self.folders:
            self._move_folder(event.path, event.other)
        elif event.kind == "link" and event.path in self.files:
            self.files[event.other] = self.files[event.path]
        elif event.kind == "unlink":
            self.files.pop(event.path, None)
        elif event.kind == "mkdir":
            self.folders.add(event.path)
        elif event.kind == "rmdir":
            self.folders.discard(event.path)

    def _move_folder(self, old: str, new: str) -> None:
        under = f"{old}/"
        self.files = {_moved(name, old, new, under): content for name, content in self.files.items()}
        self.folders = {_moved(name, old, new, under) for name in self.folders}

    def copy(self) -> Names:
        return Names(dict(self.files), set(self.folders))


def _moved(name: str, old: str, new: str, under: str) -> str:
    if name == old:
        return new
    return new + name[len(old) :] if name.startswith(under) else name


@dataclass(frozen=True, slots=True)
class State:
    """What is found on the disk."""

    files: dict[str, bytes]
    folders: frozenset[str]

    def write(self, folder: Path) -> None:
        """Lays it out in a new folder."""
        folder.mkdir(parents=True)
        for name in sorted(self.folders):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name, data in self.files.items():
            (folder / name).write_bytes(data)


class Disk:
    """Follows a trace, and says what may be there should the power fail now."""

    def __init__(self, folder: Path) -> None:
        """`folder`: what is on the disk at the beginning, all of it flushed."""
        files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm")]
        names = {path.relative_to(folder).as_posix(): Content(path.read_bytes()) for path in files}
        folders = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_dir()}
        self._flushed, self._now = Names(names, folders), Names(dict(names), set(folders))
        self._pending: list[tuple[Event, Content | None]] = []

    def apply(self, event: Event) -> None:
        """The next event."""
        if event.kind == "sync":
            self._sync(event.path)
        elif event.kind in ("write", "truncate"):
            self._now.files[event.path].pending.append(event)
        elif event.kind != "told":
            content = Content() if event.kind == "create" else None
            self._now.apply(event, content)
            self._pending.append((event, content))

    def _sync(self, name: str) -> None:
        if content := self._now.files.get(name):
            content.flush()
            return
        left = []
        for event, content in self._pending:
            if name in (_folder(event.path), _folder(event.other) if event.other else None):
                self._flushed.apply(event, content)
            else:
                left.append((event, content))
        self._pending = left

    def after(self, damage: str, dice: random.Random) -> State:
        """One state in which the disk may be found."""
        names = self._flushed.copy()
        for event, content in _chosen(self._pending, damage, dice) if self._pending else []:
            names.apply(event, content)
        settled: dict[int, bytes] = {}
        files = {}
        for name, content in names.files.items():
            if _folder(name) in names.folders or "/" not in name:
                if id(content) not in settled:
                    settled[id(content)] = content.after(damage, dice)
                files[name] = settled[id(content)]
        folders = {one for one in names.folders if all(up in names.folders for up in _above(one))}
        return State({name: data for name, data in files.items() if _has_folders(name, folders)}, frozenset(folders))


def _folder(name: str) -> str:
    """The folder of a name; empty for the disk's own."""
    return "" if "/" not in name else name.rpartition("/")[0]


def _above(name: str) -> list[str]:
    return [one.as_posix() for one in PurePosixPath(name).parents if one.as_posix() != "."]


def _has_folders(name: str, folders: set[str]) -> bool:
    return all(one in folders for one in _above(name))
