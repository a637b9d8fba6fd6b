"""Starts the program that forks trials, with or without strace upon it, and hears what each trial was told."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults import flows

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 60.0


def why_no_strace() -> str:
    """Why system calls can be neither watched nor made to fail here; empty where they can."""
    if sys.platform != "linux":
        return "NOT TESTED: strace, which makes system calls fail, is for Linux only"
    if shutil.which("strace") is None:
        return "NOT TESTED: strace is not installed (Debian: apt-get install strace)"
    # The target waits, so that the look happens while strace is upon it.
    target = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with subprocess.Popen(
            ["strace", "-p", str(target.pid), "-o", os.devnull], stderr=subprocess.PIPE, text=True
        ) as tracer:
            assert tracer.stderr is not None
            answer = tracer.stderr.readline()
            target.communicate(b"\n", timeout=_PATIENCE_S)
    finally:
        target.kill()
        target.wait(_PATIENCE_S)
    return "" if "attached" in answer else f"NOT TESTED: strace may not be used here: {answer.strip()}"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial was told before it ended or was ended."""

    pid: int
    told: tuple[dict[str, Any], ...]
    ended: int
    """As `os.waitpid` gives it."""

    @property
    def said(self) -> flows.Said | None:
        """How a command ended; None when it was killed before it could say anything."""
        for one in self.told:
            if "status" in one:
                return flows.Said(one["status"], one["words"], one["crash"])
        return None


class Zygote:
    """Forks trials in worlds of their own. Use it in a `with`."""

    def __init__(self, template: Path, aside: Path, trace: Sequence[str] = ()) -> None:
        """`trace`: options for strace, which writes to `self.log`; none for no strace."""
        aside.mkdir(parents=True, exist_ok=True)
        self.told, self.log, self._trace = aside / "told", aside / "trace", trace
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote", str(template)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        self._tracer: subprocess.Popen[str] | None = None
        try:
            if self._hear() != "ready":
                raise RuntimeError("the program that forks trials did not start")
            if trace:
                self._attach()
        except BaseException:
            self.close()
            raise

    def _attach(self) -> None:
        """Puts strace upon the program, and upon all that it forks."""
        self._tracer = subprocess.Popen(
            ["strace", "-f", "-p", str(self._program.pid), "-o", str(self.log), *self._trace],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._tracer.stderr is not None
        answer = self._tracer.stderr.readline()
        if "attached" not in answer:
            raise RuntimeError(answer)

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the program and what watches it."""
        if self._program.stdin:
            self._program.stdin.close()
        try:
            self._program.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._program.kill()
            self._program.wait(_PATIENCE_S)
        if self._program.stdout:
            self._program.stdout.close()
        if self._tracer is not None:
            self._tracer.communicate(timeout=_PATIENCE_S)

    def run(
        self,
        folder: Path,
        flow: str,
        burn: dict[str, int] | None = None,
        limit: int = 0,
        kill_after: float = -1.0,
        kill_upon: str = "begin",
    ) -> Trial:
        """One trial in the world `folder`, killed `kill_after` seconds after it says `kill_upon`; not, if negative."""
        self.told.unlink(missing_ok=True)
        job = {"folder": str(folder), "flow": flow, "told": str(self.told), "limit": limit, "burn": burn or {}}
        self._ask(job)
        pid = int(self._hear())
        if kill_after >= 0:
            self._kill(pid, kill_after, kill_upon)
        self._ask("done with it")
        ended = int(self._hear())
        return Trial(pid, self._told(), ended)

    def _kill(self, pid: int, after: float, upon: str) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not any(upon in one for one in self._told()) and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)  # it keeps its number until we are done with it

    def _ask(self, thing: Any) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(thing).encode("ascii") + b"\n")
        self._program.stdin.flush()

    def _hear(self) -> Any:
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        if not line:
            raise RuntimeError("the program that forks trials has ended")
        return json.loads(line)

    def _told(self) -> tuple[dict[str, Any], ...]:
        data = self.told.read_bytes() if self.told.exists() else b""
        whole = data[: data.rfind(b"\n") + 1]
        return tuple(json.loads(line) for line in whole.splitlines())

    def lines_of(self, pid: int, start: int = 0) -> list[str]:
        """What strace wrote of a process, from the position `start` of its file on."""
        with self.log.open("rb") as file:
            file.seek(start)
            text = file.read().decode("ascii", "replace")
        return [line.partition(" ")[2].lstrip() for line in text.splitlines() if re.match(rf"{pid}\s", line)]

    def position(self) -> int:
        """How long strace's file is now."""
        return self.log.stat().st_size if self.log.exists() else 0
