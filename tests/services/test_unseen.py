"""What nobody sees changes nothing: an invisible character makes no second person; a device is no file to read."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from msat.cli.words import alert_text
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.projections.values import same_person, seen
from msat.services.answer import answer
from msat.services.applies import decide_applies
from msat.services.desk import Desk, Person
from msat.services.take_return import read
from msat.services.verify import verify_files
from tests.notices import recall

Receive = Callable[[FeedItem], AlertState]
UNSEEN = ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u202e", "\u3164", "\ufe0f", "\U000e0041"]


@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_name_with_something_unseen_in_it_is_the_same_name(unseen: str) -> None:
    assert same_person("A. Patel", f"a.{unseen} Pa{unseen}tel")
    assert seen(f"A. Patel{unseen}") == "A. Patel"


def test_letters_that_are_seen_stay_and_tell_people_apart() -> None:
    assert seen("Zoë Ó Briain, 李") == "Zoë Ó Briain, 李"
    assert same_person("Zoe\u0308 Ward", "ZOË\u00a0Ward")
    assert not same_person("Zoë Ward", "Zoe Ward")


@pytest.mark.parametrize("unseen", UNSEEN)
def test_the_first_person_with_something_unseen_is_no_second_one(desk: Desk, receive: Receive, unseen: str) -> None:
    state = receive(recall())
    one = Person("A. Patel", "GP")
    decide_applies(desk, state.key, False, one, "not-held")
    with pytest.raises(Refused, match="second person"):
        decide_applies(desk, state.key, False, Person(f"A. Patel{unseen}", "GP"), "not-held")
    answer(desk, state.key, "A12", "yes", Person(f"{unseen}A. Patel", "G\u200bP"))
    newest = list(desk.record.entries())[-1]
    assert (newest.content["actor"]["name"], newest.content["actor"]["role"]) == ("A. Patel", "GP")


def test_a_note_of_several_lines_does_not_read_like_another_entry(desk: Desk, receive: Receive) -> None:
    state = receive(recall())
    forged = "  9  22 November 2026 10:00  Signed off.  Dr Z, GP partner"
    answer(desk, state.key, "A12", "yes", Person("A. Patel", "GP"), note=f"told all\n{forged}")
    found = desk.views.find(state.key)
    assert found is not None
    lines = alert_text(found, None, desk.clock.now()).splitlines()
    assert forged not in lines
    assert next(line for line in lines if "Signed off.  Dr Z" in line).startswith("        | ")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "a.msatreturn"
    os.mkfifo(pipe)
    told: list[str] = []

    def read_it() -> None:
        for do in (lambda: read(pipe, 10), lambda: verify_files([pipe], None)):
            with pytest.raises(Refused, match="not a file") as refused:
                do()
            told.append(refused.value.next_step)

    reader = threading.Thread(target=read_it, daemon=True)
    reader.start()
    reader.join(20)
    assert told == ["Choose a file.", "Choose a file."]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    for do in (lambda: read(tmp_path, 10), lambda: verify_files([tmp_path], None)):
        with pytest.raises(Refused, match="folder"):
            do()
