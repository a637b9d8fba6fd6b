"""Entries of every type and every schema that was ever written, kept byte for byte, are read as they were meant.

`tests/data/entries/schema-N.txt` holds them as they lie in a return (`H` header, `B` body), taken from records that the
program itself made; `schema-N.read.txt` holds what they say today. A file, once committed, is only ever added to: a new
type brings its entries, a new schema brings a file of its own. `MSAT_KEEP_READINGS=1` writes what they say anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from msat.projections.alert_state import AlertState
from msat.projections.fold import fold
from msat.projections.history import SENTENCES, said
from msat.projections.values import data_of
from msat.record.chain import read_entry
from msat.record.codec import encode, entry_id, parse
from msat.record.entries import TYPES, Entry
from msat.record.upcasting import FIRST, UPCASTER

FOLDER = Path(__file__).resolve().parents[1] / "data" / "entries"
FILES = sorted(FOLDER.glob("schema-*[0-9].txt"))
FORMAT = b"msat-entries-v1"


def kept(path: Path) -> list[Entry]:
    """Every entry of a file, its hashes checked."""
    first, *lines = path.read_bytes().rstrip(b"\n").split(b"\n")
    assert first == FORMAT
    headers, bodies = lines[0::2], lines[1::2]
    assert len(headers) == len(bodies)
    found = []
    for header, body in zip(headers, bodies, strict=True):
        assert (header[:2], body[:2]) == (b"H ", b"B ")
        found.append(read_entry(entry_id(header[2:]), header[2:], body[2:]))
    return found


def schema_of(entry: Entry) -> int:
    """The schema at which it was written."""
    written = parse(entry.body or b"")["schema"]
    assert isinstance(written, int)
    return written


def told(entry: Entry) -> str:
    """What it says today: its sentence where the history has one, else its content as read."""
    words = said(entry.type, data_of(entry)) if entry.type in SENTENCES else ""
    return f"{entry.type}: {words or encode(dict(entry.data)).decode()}"


def test_every_type_is_kept_at_every_schema_it_ever_had() -> None:
    here = {(entry.type, schema_of(entry)) for path in FILES for entry in kept(path)}
    wanted = {(kind, number) for kind in TYPES for number in range(FIRST, UPCASTER.newest_schema(kind) + 1)}
    assert wanted - here == set(), "keep an entry of each in tests/data/entries, as the program wrote it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_was_written_then_says_the_same_today(path: Path) -> None:
    number = int(path.stem.rpartition("-")[2])
    entries = kept(path)
    assert {schema_of(entry) for entry in entries} == {number}
    assert all(entry.content["schema"] == UPCASTER.newest_schema(entry.type) for entry in entries)
    readings = path.with_suffix(".read.txt")
    now = "".join(f"{told(entry)}\n" for entry in entries)
    if os.environ.get("MSAT_KEEP_READINGS"):
        readings.write_bytes(now.encode())
    assert now == readings.read_bytes().decode()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_leaves_its_line_in_the_history_of_its_alert(path: Path) -> None:
    """Out of their order too: an entry whose alert is not there yet is no error."""
    entries = [entry for entry in kept(path) if entry.about is not None]
    states: dict[str, AlertState] = {}
    for entry in entries:
        states |= {str(key): state for key, state in fold([entry]).items()}
        lines = [line for line in states[str(entry.about)].history if line.entry == entry.id]
        assert len(lines) == 1
        assert lines[0].text
        assert "does not know" not in lines[0].text
    assert len(states) > 5
