"""Commands that are done once in years, or once a month, and must not be lost half-way either: for kills that aim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from msat.clock import SystemClock
from msat.record import machine
from msat.store.record import open_record
from tests.faults import flows
from tests.faults.flows import Flow

ISSUE = "safety-news"
_PRINTED = re.compile(r"(?:[A-Z2-7]{4} ){13}[A-Z2-7]{4}")


def _lose_the_key(folder: Path) -> None:
    """A recovery key is made and kept, and then the signing key goes."""
    said = flows.run(folder, "key", "rotate", "--new-recovery-key")
    printed = _PRINTED.search(said.words)
    assert printed, said
    (folder / "printed").write_text(printed[0], encoding="ascii")
    for path in flows.practice(folder).keys.glob("*.key*"):
        path.unlink()


def _recovered(folder: Path) -> int:
    """1 when the key was recovered and the record can be added to."""
    with open_record(flows.practice(folder), SystemClock()) as record:
        changes = sum(entry.type == "key.rotated" for entry in record.entries())
        return {(1, True): 0, (2, False): 1}.get((changes, record.needs_key), 2)


@contextmanager
def _another_computer() -> Iterator[None]:
    with patch.object(machine, "raw_id", lambda: "another-computer"):
        yield


@contextmanager
def _first_computer() -> Iterator[None]:
    with patch.object(machine, "raw_id", lambda: "the-first-computer"):
        yield


def _come_from_another(folder: Path) -> None:
    """The profile was last used on a computer that is not the one of the trial."""
    with _first_computer(), open_record(flows.practice(folder), SystemClock()) as record:
        machine.remember(record._places.keys, record.log)


def _moved(folder: Path) -> int:
    with open_record(flows.practice(folder), SystemClock()) as record:
        moves = sum(entry.type == "log.moved" for entry in record.entries())
        return {(0, False): 0, (1, True): 1}.get((moves, not record.read_only), 2 if moves > 2 else 3)


def _begin_issue(folder: Path) -> None:
    flows.done(folder, "newsletter", "new", "Safety news", flows.REF)


def _sent(folder: Path) -> int:
    """1 when it is recorded once, and told of as sent."""
    there = flows.entries_of(folder, "newsletter.issue_sent")
    return there if there < 2 else 2


AIMED: dict[str, Flow] = {
    "recover": Flow(("key", "recover", "{w}/printed"), _recovered, _recovered, _lose_the_key),
    "moved": Flow(
        ("log", "moved", "--reason", "A new computer."), _moved, _moved, _come_from_another, within=_another_computer
    ),
    "newsletter": Flow(("newsletter", "send", ISSUE, "--anyway"), _sent, _sent, _begin_issue),
}
flows.AIMED.update(AIMED)
