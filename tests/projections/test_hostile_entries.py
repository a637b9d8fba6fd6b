"""Entries of a colleague's log whose values are of other kinds than they must be: read as not said; nothing stops."""

from __future__ import annotations

import functools
import json
import random
from typing import Any

import pytest

from msat.projections.worklist import Query
from msat.record.chain import Birth, Body, genesis, head_of, link
from msat.record.codec import encode
from msat.record.entries import TYPES, Entry
from msat.record.received import RawEntry
from msat.record.signing import Signer, head_text, new_private_key, public_key
from tests.fakes import NOON, RIVERSIDE, MemoryViews, Story, an_alert

ODD: tuple[Any, ...] = (
    None, True, 5, -1, 2**53 - 1, "", "x", "red", "2026-13-99T99:99:99Z", "9999-12-31T23:59:59Z", [], ["x"], [None],
    {}, {"a": "b"}, "\u202eabc", "0" * 64,
)  # fmt: skip


def an_alert_s_whole_life() -> Story:
    story = Story()
    story.received()
    story.triaged()
    story.overridden("amber")
    story.is_done()
    story.reopened()
    story.acknowledged("again")
    story.corrected(story.entries[-1], {"note": "once more"})
    story.withdrawn(an_alert(story.key, reference=story.key))
    return story


def places_in(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for name, one in inside for place in ((*at, name), *places_in(one, (*at, name)))]


def spoilt(content: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The content with one to four values of another kind, or taken out; the schema stays, for it says how to read."""
    made: dict[str, Any] = json.loads(json.dumps(content))
    for _ in range(dice.randrange(1, 5)):
        *way, last = dice.choice([place for place in places_in(made) if place[0] not in ("schema", "salt")])
        inside = functools.reduce(lambda one, name: one[name], way, made)
        if isinstance(inside, dict) and dice.random() < 0.25:
            del inside[last]
        else:
            inside[last] = json.loads(json.dumps(dice.choice(ODD)))
    return made


def colleague(seeds: list[Entry], dice: random.Random) -> tuple[list[Entry], str]:
    """A log of another workstation, rightly signed, of spoilt entries; and the signed head of its end."""
    private = new_private_key()
    first = genesis(Birth(RIVERSIDE, public_key(private), "0" * 64, "0.1"), NOON)
    kinds = sorted(TYPES - {"log.opened", "key.rotated", "body.erased"})
    bodies = []
    for _ in range(60):
        seed = dice.choice(seeds)
        kind = dice.choice(kinds) if dice.random() < 0.2 else seed.type
        assert seed.body is not None
        bodies.append(Body(kind, encode(spoilt(json.loads(seed.body), dice))))
    made = [first, *link(head_of(first), bodies, NOON)]
    return made, Signer(first.log, private).sign(head_text(head_of(made[-1])))


@pytest.mark.parametrize("seed", range(8))
def test_nothing_that_a_colleague_s_log_holds_stops_the_reading(seed: int) -> None:
    story, dice = an_alert_s_whole_life(), random.Random(seed)
    entries, note = colleague(story.entries[1:], dice)
    log = entries[0].log
    rows = [RawEntry(one.id, one.type, one.header, one.body) for one in entries]
    story.record.received.take(log, 0, rows, note)
    told = {"log": log, "ods": RIVERSIDE.ods, "name": "Room 2", "kind": RIVERSIDE.kind, "fingerprint": entries[0].id}
    story.happens("writer.enrolled", told, about=None)
    views = MemoryViews(story.record, story.files)
    assert story.key in views.catch_up()
    assert story.key in {str(row.key) for row in views.worklist(Query(), NOON)}
    state = views.find(story.key)
    assert state is not None
    assert {one.log for one in state.history} == {story.record.log, log}, "what a colleague did is shown beside"
    assert views.difference_from_rebuild() == ()
