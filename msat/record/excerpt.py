"""Checking entries taken out of a log, as an export carries them: with no database and without the rest of the log."""

from __future__ import annotations

from collections.abc import Sequence

from msat.ids import EntryId, LogId
from msat.record.chain import OPENED
from msat.record.codec import NotCanonical, body_hash, entry_id, log_id, parse, parse_header
from msat.record.entries import Head
from msat.record.findings import Findings
from msat.record.signing import BadNote, read_head, verify_note
from msat.record.verification import Problem


def check_excerpt(
    genesis: bytes,
    pairs: Sequence[tuple[bytes, bytes | None]],
    note: str,
    ids: Sequence[str] = (),
    public: bytes | None = None,
) -> tuple[Problem, ...]:
    """Checks entries taken out of a log, with no database: what an export carries.

    `genesis` is the body of the log's first entry, `pairs` are (header, body) with None for a withheld body, `note` is
    any note signed by the log's key: `public` where that was changed (`record.identity`), else its first. Where `ids`
    is given it must be the ids of `pairs`, in order. Says nothing about entries left out: for that the export's signed
    text has to name the ids or their fingerprint.
    """
    found = Findings()
    log = log_id(genesis)
    try:
        body = parse(genesis)
        key = public or bytes.fromhex(body["data"]["public_key"])
    except (NotCanonical, KeyError, TypeError, ValueError):
        found.add(5, "The first entry given here names no key, so nothing can be checked.", "first entry")
        return found.listed()
    head = _noted_head(found, note, log, key)
    if ids and len(ids) != len(pairs):
        found.add(1, f"{len(ids)} ids are named and {len(pairs)} entries are here.", "the list of entries")
    seen: dict[int, EntryId] = {}
    for number, (header, content) in enumerate(pairs):
        _check_pair(found, log, header, content, ids[number] if number < len(ids) else None, seen)
    if head is not None:
        _check_under(found, head, seen)
    return found.listed()


def _noted_head(found: Findings, note: str, log: LogId, key: bytes) -> Head | None:
    """Step 5 for an excerpt; the head when the note signs one."""
    try:
        text = verify_note(note, log, key)
    except BadNote as error:
        found.add(5, error.explanation, "signed note")
        return None
    try:
        return read_head(text)
    except BadNote:
        return None  # a note over something else than a head: an export's own text


def _check_pair(
    found: Findings, log: LogId, header: bytes, body: bytes | None, named: str | None, seen: dict[int, EntryId]
) -> None:
    computed = entry_id(header)
    try:
        parsed = parse_header(header)
        if body is not None:
            parse(body)
    except NotCanonical as error:
        found.add(1, f"An entry cannot be read. {error.explanation}", "entry", computed)
        return
    where = f"entry {parsed.seq}"
    if named is not None and named != computed:
        found.add(1, "The header does not hash to the id it is listed under.", where, named)
    if parsed.log != log:
        found.add(2, f"The entry belongs to another log ({parsed.log}).", where, computed)
    if body is not None and body_hash(body) != parsed.body:
        found.add(3, "The body does not hash to its header: its content was changed.", where, computed)
    if parsed.type == OPENED and (body is None or log_id(body) != log):
        found.add(2, "The first entry does not hash to the name of the log.", where, computed)
    if seen.get(parsed.seq, computed) != computed:
        found.add(7, "Two different entries have the same number.", where, computed)
    if seen.get(parsed.seq - 1, parsed.prev) != parsed.prev:
        found.add(2, "The entry does not name the entry before it.", where, computed)
    seen[parsed.seq] = computed


def _check_under(found: Findings, head: Head, seen: dict[int, EntryId]) -> None:
    """No entry lies beyond the signed head, and the head's own entry is the one signed."""
    for seq, computed in seen.items():
        if seq > head.size:
            found.add(6, f"The entry is later than the signed head (entry {head.size}).", f"entry {seq}", computed)
    if seen.get(head.size, head.id) != head.id:
        found.add(5, "The signed head names another entry.", f"entry {head.size}", seen[head.size])
