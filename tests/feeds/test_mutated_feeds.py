"""Feeds changed at random: each ends as a feed that is safe to show, or in words. Never in a crash, never in a hang.

What the plain walk hands on is read by feedparser in another process, as always; but one process reads many, for a
thousand starts of Python would take minutes. Some go through the real child all the same. MSAT_MUTATIONS=50000 for a
long trial.
"""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from msat.errors import SourceFailure
from msat.feeds import parse
from msat.feeds.any_feed import item_of
from msat.feeds.pages import Question
from msat.feeds.parse import parse_feed
from msat.feeds.plain_feed import RawFeed
from tests.feeds.test_any_feed import SOURCE
from tests.feeds.test_parse import ATOM, ENTRY, ITEM, RSS

MUTATIONS = int(os.environ.get("MSAT_MUTATIONS", "500"))
ALONE = 12
"""How many of those handed on go through the real child, a process each."""

READER = """
import json, struct, sys
from msat.feeds import feedparser_child as child
import resource
resource.setrlimit(resource.RLIMIT_AS, (child.MEMORY, child.MEMORY))
while head := sys.stdin.buffer.read(4):
    data = sys.stdin.buffer.read(struct.unpack(">I", head)[0])
    answer = json.dumps(child.read(data, ""), ensure_ascii=True).encode("ascii")
    sys.stdout.buffer.write(struct.pack(">I", len(answer)) + answer)
    sys.stdout.buffer.flush()
"""


class Reader:
    """One process that reads one feed after another, each within the time that a child has."""

    def __init__(self) -> None:
        self.read = 0
        self._process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-c", READER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(parse.__file__).parents[2],
        )

    def __call__(self, data: bytes, name: str, **_more: object) -> RawFeed:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        watch = threading.Timer(parse.CHILD_SECONDS, self._process.kill)
        watch.start()
        try:
            self._process.stdin.write(struct.pack(">I", len(data)) + data)
            self._process.stdin.flush()
            head = self._process.stdout.read(4)
            assert len(head) == 4, f"feedparser broke off or took too long on {data!r}"
            answer = self._process.stdout.read(struct.unpack(">I", head)[0])
        finally:
            watch.cancel()
        self.read += 1
        return parse._from_child(answer, name)

    def close(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def mutations(count: int) -> Iterator[bytes]:
    dice = random.Random(20_261_122)
    whole = [(ATOM % (ENTRY * 5)).encode(), (RSS % (ITEM * 5)).encode()]
    for _ in range(count):
        data = bytearray(dice.choice(whole))
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(data))
            data[at : at + dice.choice((0, 1, 40))] = dice.randbytes(dice.randint(0, 3))
        yield bytes(data)


def is_safe(data: bytes) -> bool:
    """Whether `data` is a feed whose every entry can be shown; False when it was refused in words."""
    try:
        feed = parse_feed(data, "The source", "https://feeds.example.org/feed")
    except SourceFailure:
        return False
    for entry in feed.entries:
        item = item_of(SOURCE, entry, data, Question())
        assert item is None or "<script" not in item.title + item.html
        assert item is None or item.url.startswith(("http://", "https://"))
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="the reader limits its memory, which Windows does not know")
@pytest.mark.timeout(3600)
def test_mutated_feeds_end_as_a_feed_or_in_words(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "_read_in_child", reader)
    safe = sum(is_safe(data) for data in mutations(MUTATIONS))
    print(f"{MUTATIONS} mutated feeds: {safe} read, {MUTATIONS - safe} refused, {reader.read} of them by feedparser")
    assert reader.read > MUTATIONS // 10, "hardly any feed reached feedparser: the trial tried nothing"
    assert safe > MUTATIONS // 10


def test_some_mutated_feeds_go_through_the_real_child(monkeypatch: pytest.MonkeyPatch) -> None:
    real, handed_on = parse._read_in_child, []

    def counted(data: bytes, name: str, **more: object) -> RawFeed:
        handed_on.append(data)
        return real(data, name, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(parse, "_read_in_child", counted)
    for data in mutations(MUTATIONS):
        is_safe(data)
        if len(handed_on) == ALONE:
            break
    assert len(handed_on) == ALONE
