"""What the record says of one person: every entry that names them, in every field, and nobody else's."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.services.acknowledge import acknowledge
from msat.services.applies import decide_applies
from msat.services.assign import assign
from msat.services.desk import Desk, Person
from msat.services.person import export_person, pattern_of
from tests.notices import recall
from tests.services.conftest import PHARMACIST

PATEL = Person("Dr A. Patel", "GP partner", "apatel")


@pytest.fixture
def named(desk: Desk, receive: Callable[[FeedItem], AlertState]) -> AlertState:
    """Two entries by A. Patel or about them, one by somebody else whose name begins the same."""
    state = receive(recall())
    acknowledge(desk, state.key, PATEL)
    nurse = Person("A. Patelson", "nurse")
    decide_applies(desk, state.key, True, nurse, "held", note="Told dr  a. patel by telephone.")
    assign(desk, state.key, "A. Patelson", "Dr A. Patel", PHARMACIST)
    return state


def test_every_field_that_names_them_is_found(desk: Desk, named: AlertState, tmp_path: Path) -> None:
    head = desk.record.head()
    done = export_person(desk, " dr A.  Patel ", tmp_path / "p.json")
    found = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    kinds = ["alert.acknowledged", "applicability.decided", "alert.assigned"]
    assert [one["type"] for one in found["entries"]] == kinds
    fields = [set(one["fields"]) for one in found["entries"]]
    assert "actor.name" in fields[0]
    assert "data.note" in fields[1]
    assert "actor.name" not in fields[1]
    assert "data.deputy" in fields[2]
    assert found["entries"][0]["content"]["actor"] == {"id": "apatel", "name": "Dr A. Patel", "role": "GP partner"}
    assert (found["size"], found["head"], done.without_body) == (head.size, head.id, 0)
    assert desk.record.head() == head


def test_the_text_reads_by_itself(desk: Desk, named: AlertState, tmp_path: Path) -> None:
    done = export_person(desk, "Dr A. Patel", tmp_path / "p.txt")
    text = (tmp_path / "p.txt").read_text(encoding="utf-8")
    assert "says of Dr A. Patel" in text
    assert "data.note: Told dr a. patel by telephone." in text
    assert "Done by A. Patelson, nurse." in text
    assert all(f"Entry {one.entry.seq}" in text for one in done.found)
    assert done.words("Dr A. Patel").startswith("3 of ")


def test_nobody_found_is_said_and_the_file_says_so(desk: Desk, named: AlertState, tmp_path: Path) -> None:
    done = export_person(desk, "C. Unknown", tmp_path / "p.txt")
    assert done.found == ()
    assert "Try other spellings" in done.words("C. Unknown")
    assert "Entries that name C. Unknown: 0." in (tmp_path / "p.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "file", "said"),
    [
        ("", "p.txt", "is empty"),
        ("AP", "p.txt", "too short"),
        ("A. Patel", "p.docx", "neither"),
        ("A. Patel", "no/p.txt", "no folder"),
        ("A. Patel", "there.txt", "already"),
    ],
)
def test_what_cannot_be_is_refused_in_words(desk: Desk, tmp_path: Path, name: str, file: str, said: str) -> None:
    (tmp_path / "there.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match=said):
        export_person(desk, name, tmp_path / file)
    assert (tmp_path / "there.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("typed", ["Zoë O'Neill-Smith", "ZOE\u0308  O\u2019NEILL-SMITH", "Zoë O\u02bcNeill\u2011Smith"])
@pytest.mark.parametrize("asked", ["zoë o'neill-smith", "Zoe\u0308 O\u2019Neill\u2010Smith"])
def test_a_name_is_found_however_its_accents_and_apostrophes_were_typed(typed: str, asked: str) -> None:
    found = pattern_of(asked).search(f"Seen by {typed}, today.")
    assert found is not None
    assert found[0] == typed
    assert pattern_of(asked).search("Zoe O'Neill-Smith") is None, "another name"
    assert pattern_of(asked).search(f"{typed}son") is None
