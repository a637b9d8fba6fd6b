"""Six sites, each a process of its own with a real profile: made once, and copied for each trial."""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.exchange.worlds import SITES, START

ROOT = Path(__file__).resolve().parents[2]
PRACTICE = (0, 1, 2)
"""The three workstations of one practice."""


class Site:
    """One process. `ask` waits for the answer; `tell` and `hear` let several work at the same time."""

    def __init__(self, number: int) -> None:
        self.number, self.folder, self.now = number, Path(), 0
        self._start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "tests.exchange.worker"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, encoding="utf-8")

    def tell(self, verb: str, *values: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([verb, *map(_plain, values)]) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"site {self.number} ended: see its traceback above"
        found: dict[str, Any] = json.loads(line)
        return found

    def ask(self, verb: str, *values: Any) -> dict[str, Any]:
        self.tell(verb, *values)
        return self.hear()

    def begin(self, folder: Path, at: int) -> None:
        self.folder = folder
        self.set_clock(at)
        self.ask("open", folder)

    def set_clock(self, at: int) -> None:
        self.now = at
        self.ask("clock_at", at)

    def killed(self) -> None:
        """The power goes: the process ends at once, and another is started on the same profile."""
        self.process.kill()
        self._let_go()
        self._start()
        self.set_clock(self.now)
        self.ask("open", self.folder)

    def end(self) -> None:
        self.process.kill()
        self._let_go()

    def _let_go(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self.process.wait()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


class Sites:
    """The processes, and the profiles that every trial begins with."""

    def __init__(self, folder: Path) -> None:
        self.first = folder / "first"
        self.sites = [Site(number) for number in range(len(SITES))]
        at = int(START.timestamp())
        for site, whose in zip(self.sites, SITES, strict=True):
            site.set_clock(at)
            site.ask("create", self.first / str(site.number), whose.name, whose.ods, whose.kind)
            site.ask("write", folder / f"{site.number}.msatreturn")
        for one, other in itertools.permutations(self.sites, 2):
            one.ask("enrol", folder / f"{other.number}.msatreturn")
        for site in self.sites:
            site.ask("close")

    def begin(self, folder: Path, skews: tuple[int, ...] = ()) -> None:
        """A fresh copy of every profile under `folder`; the clocks are apart by `skews` seconds."""
        shutil.copytree(self.first, folder / "sites")
        for site, skew in itertools.zip_longest(self.sites, skews[: len(self.sites)], fillvalue=0):
            site.begin(folder / "sites" / str(site.number), int(START.timestamp()) + 3600 + skew)

    def sync_all(self, folder: Path) -> list[dict[str, Any]]:
        """All of them bring the folder up to date at the same time."""
        for site in self.sites:
            site.tell("sync", folder)
        return [site.hear() for site in self.sites]

    def bring_to_rest(self, folder: Path) -> None:
        """They synchronise until nothing moves any more."""
        before: list[int] = []
        for _round in range(10):
            done = self.sync_all(folder)
            assert not [one["alarms"] for one in done if one["alarms"]]
            sizes = [one["size"] for one in done]
            if sizes == before:
                return
            before = sizes
        raise AssertionError("the sites answer each other for ever")

    def check(self) -> None:
        """All hold the same logs; the practice's workstations show the same; everybody reads each practice alike."""
        for site in self.sites:
            site.tell("picture")
        found = [site.hear() for site in self.sites]
        for one in found:
            assert one["problems"] == []
            assert one["logs"] == found[0]["logs"]
        practice = [found[number] for number in PRACTICE]
        for one in practice:
            assert (one["own"], one["list"], one["general"]) == (
                practice[0]["own"], practice[0]["list"], practice[0]["general"]
            )  # fmt: skip
            assert one["own"] == one["organisations"][SITES[0].ods], "the views are what the packs read"
        for ods in found[0]["organisations"]:
            assert len({one["organisations"][ods] for one in found}) == 1, f"{ods} is read alike everywhere"

    def end(self) -> None:
        for site in self.sites:
            site.end()
