"""A program that has everything loaded and forks itself for each trial, so that a trial costs no start of Python.

Run as: python -m tests.faults.zygote WORLD. Reads jobs from stdin, one JSON object a line: `folder`, `flow`, `told` (a
file for what the trial was told), `limit` (bytes that a file may have; 0 for any) and `burn`, calls made before the
work so that the fault which another program injects at the N-th call of a kind meets the wanted one. What is said
here goes out by `writev`, which no fault is ever injected into.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.faults import aimed_flows, appending, flows  # noqa: F401 - the first puts its flows among the others


def say(handle: int, thing: Any) -> None:
    os.writev(handle, [json.dumps(thing).encode("ascii") + b"\n"])


def burn(calls: dict[str, int], aside: str) -> None:
    """Makes so many calls of each kind, to no effect."""
    handle = os.open(f"{aside}.burnt", os.O_RDWR | os.O_CREAT, 0o600)
    acts = {
        "write": lambda: os.write(handle, b""),
        "pwrite64": lambda: os.pwrite(handle, b"", 0),
        "fsync": lambda: os.fsync(handle),
        "fdatasync": lambda: os.fdatasync(handle),
        "ftruncate": lambda: os.ftruncate(handle, 0),
        "openat": lambda: os.close(os.open(os.devnull, os.O_RDONLY)),
        "mkdir": lambda: _vain(os.mkdir, "/dev/null/x"),
        "unlink": lambda: _vain(os.unlink, "/dev/null/x"),
        "rename": lambda: _vain(os.rename, "/dev/null/x", "/dev/null/y"),
    }
    for name, times in calls.items():
        for _ in range(times):
            acts[name]()
    os.close(handle)


def _vain(act: Any, *paths: str) -> None:
    with contextlib.suppress(OSError):
        act(*paths)


def trial(job: dict[str, Any]) -> None:
    """What the forked process does."""
    told = os.open(job["told"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    folder = Path(job["folder"])
    burn(job["burn"], job["told"])
    say(told, {"begin": time.monotonic()})
    if job["flow"] in appending.KINDS:
        appending.KINDS[job["flow"]](folder, lambda thing: say(told, thing))
        return
    with _files_of_at_most(job["limit"]):
        said = flows.perform(folder, job["flow"])
    say(told, {"status": said.status, "words": said.words, "crash": said.crash})


@contextlib.contextmanager
def _files_of_at_most(most: int) -> Iterator[None]:
    """Inside, no file grows longer than `most` bytes; any may where that is 0."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most or soft, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def main() -> None:
    template = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        flows.warm_up(flows.copy_world(template, Path(name) / "w"))
    say(1, "ready")
    while line := sys.stdin.buffer.readline():
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                trial(job)
                status = 0
            finally:
                os._exit(status)
        say(1, child)
        # Until the other side has done with the number, the process keeps it, also when it has ended.
        sys.stdin.buffer.readline()
        say(1, os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main()
