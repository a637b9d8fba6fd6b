"""The numbered proof of design section 3, steps 1 to 6: over rows as they lie on disk, without a database.

Believes nothing that is stored: recomputes every hash, and goes on after the first fault so that the whole damage is
seen. Step 7 (forks) is `copies.py`'s, where other installations' logs are held; step 8 comes from the service that has
views.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from msat.errors import RecordProblem
from msat.ids import EntryId, LogId, fingerprint, grouped
from msat.record.chain import birth_of, read_entry
from msat.record.codec import (
    NO_ENTRY,
    Header,
    NotCanonical,
    body_hash,
    entry_id,
    is_digest,
    log_id,
    parse,
    parse_header,
)
from msat.record.entries import Head
from msat.record.erasure import ERASED, Decision, Erasures
from msat.record.excerpt import check_excerpt
from msat.record.findings import Findings
from msat.record.key_history import ROTATED, BadRotation, Keys, first_keys, followed
from msat.record.signing import BadNote, read_head, verify_note
from msat.record.verification import Verification

__all__ = ["Expected", "FileLookup", "Row", "check_excerpt", "prove"]


FINISH = "Open MSAT, which finishes an erasure broken off here; for another site's log, take its return in again."
NO_COPIES = "7. Not checked: whether a copy held elsewhere goes on differently; no such copy was looked at."


class FileLookup(Protocol):
    """Where the bytes of a named file can be had."""

    def get(self, digest: str) -> bytes | None:
        """The bytes, or None when the file is missing."""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry exactly as stored, before anything in it is believed."""

    log: str
    seq: int
    id: str
    type: str
    header: bytes
    body: bytes | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a log is held against: its name, heads seen before, the key the installation holds, withheld bodies."""

    log: LogId
    marks: Sequence[Head] = ()
    key: bytes | None = None
    """The public key that this installation holds: the one in force at the end of the log."""
    may_withhold: bool = False
    """Whether a body may be missing: true for copies sent elsewhere, false for an installation's own record."""
    seen: Sequence[Head] = ()
    """Heads of this log that others were seen to hold: in receipts, in copies of it."""
    must_be_erased: bool = False
    """Whether a body that an order erased must be gone: true of a record in use, not of a backup or of pieces of it."""


def prove(rows: Iterable[Row], files: FileLookup | None, expected: Expected) -> Verification:
    """Steps 1 to 6 over `rows` in stored order. A RecordProblem raised by `rows` (a damaged page) becomes a finding."""
    prover = _Prover(files, expected)
    try:
        for row in rows:
            prover.take(row)
    except RecordProblem as problem:
        prover.broke_off(problem)
    return prover.outcome()


class _Prover:
    def __init__(self, files: FileLookup | None, expected: Expected) -> None:
        self._files, self._expected = files, expected
        self._log = expected.log
        self._keys: Keys | None = None
        self._changes = 0
        self.found = Findings()
        self._rows = self._strangers = self._notes = 0
        self._last: Row | None = None
        self._last_id, self._last_seq, self._last_spoilt = NO_ENTRY, 0, False
        self._heads = (*expected.marks, *expected.seen)
        self._sizes = {mark.size for mark in self._heads}
        self._marks_met: set[Head] = set()
        self._bodies = 0
        self._missing: dict[int, Row] = {}
        self._erasures = Erasures()
        self._digests: dict[str, bool] = {}
        self._restarts: list[int] = []

    def take(self, row: Row) -> None:
        """Runs every step that looks at one row."""
        where = f"entry {row.seq}"
        header = self._step_1(row, where)
        if (header.log if header else row.log) != self._log:
            self._strangers += 1
            self.found.add(2, f"A row belongs to another log ({str(row.log)[:32]}).", where, row.id)
            return
        self._rows += 1
        computed = entry_id(row.header)
        self._step_2(row, header, where)
        self._open(row)
        self._step_3(row, header, where)
        self._follow_key(row, where)
        self._step_5(row, computed, where)
        self._step_6(row.seq, computed)
        self._last, self._last_id = row, computed
        self._last_seq = header.seq if header else row.seq
        self._last_spoilt = computed != row.id

    def _step_1(self, row: Row, where: str) -> Header | None:
        """Every header hashes to its id, and the row's columns say what the header says."""
        if entry_id(row.header) != row.id:
            self.found.add(1, "The header does not hash to the entry's id: one of them was changed.", where, row.id)
        try:
            header = parse_header(row.header)
        except NotCanonical as error:
            self.found.add(1, f"The header cannot be read. {error.explanation}", where, row.id)
            return None
        for name, stored, meant in (
            ("log", row.log, header.log),
            ("number", row.seq, header.seq),
            ("type", row.type, header.type),
        ):
            if stored != meant:
                what = f"The row's {name} is “{str(stored)[:64]}”, its header says “{meant}”."
                self.found.add(1, what, where, row.id)
        return header

    def _step_2(self, row: Row, header: Header | None, where: str) -> None:
        """Numbers run from 1 without gap, and each entry names the one before."""
        if header is None:
            return
        wanted = self._last_seq + 1
        if header.seq > wanted:
            gap = f"entry {wanted}" if header.seq == wanted + 1 else f"entries {wanted} to {header.seq - 1}"
            self.found.add(2, f"Missing: {gap}.", where, row.id)
        elif header.seq < wanted:
            self.found.add(2, f"Entry {header.seq} stands where entry {wanted} belongs.", where, row.id)
        elif header.prev != self._last_id and not self._is_echo(header):
            self.found.add(2, "The entry does not name the entry before it: the chain is broken here.", where, row.id)

    def _is_echo(self, header: Header) -> bool:
        """Whether the broken link only repeats that the header before it was changed (already found in step 1)."""
        return self._last is not None and self._last_spoilt and header.prev == self._last.id

    def _open(self, row: Row) -> None:
        """Learns the allowed key from the first entry."""
        if row.seq != 1 or self._keys is not None:
            return
        try:
            birth = birth_of(read_entry(row.id, row.header, row.body))
        except RecordProblem as problem:
            self.found.add(5, f"The key of this log cannot be learnt. {problem.explanation}", "entry 1", row.id)
            return
        if row.body is None or log_id(row.body) != self._log:
            self.found.add(2, "The first entry does not hash to the name of the log.", "entry 1", row.id)
        self._keys = first_keys(birth)

    def _follow_key(self, row: Row, where: str) -> None:
        """A change of key counts only when the old key, or the recovery key, signed it beside the new one."""
        if row.type != ROTATED or self._keys is None:
            return
        try:
            self._keys = followed(self._keys, read_entry(row.id, row.header, row.body))
            self._changes += 1
        except (BadRotation, RecordProblem) as fault:
            self.found.add(5, fault.explanation, where, row.id)

    def _step_3(self, row: Row, header: Header | None, where: str) -> None:
        """Every body hashes to its header, or is missing and said to be so."""
        if row.body is None:
            self._missing[row.seq] = row
            return
        self._bodies += 1
        if header is not None and body_hash(row.body) != header.body:
            self.found.add(3, "The body does not hash to its header: its content was changed.", where, row.id)
        try:
            body = parse(row.body)
        except NotCanonical as error:
            self.found.add(3, f"The body cannot be read. {error.explanation}", where, row.id)
            return
        if row.type == ERASED and header is not None:
            self._erasures.take(row.seq, header.time, self._log, body)
        self._read_body(row, body, where)

    def _read_body(self, row: Row, body: dict[str, Any], where: str) -> None:
        if row.type == "mark.restarted":
            self._restarts.append(row.seq)
        if self._files is None:
            return  # files travel only when asked for: of another site's log none is looked at
        named = body.get("files", [])
        if not isinstance(named, list):
            self.found.add(4, "The body's list of files is not a list.", where, row.id)
            return
        for digest in named:
            self._step_4(digest, self._files, row, where)

    def _step_4(self, digest: object, files: FileLookup, row: Row, where: str) -> None:
        """Every file named is there and hashes to its name. Each file is read once."""
        if not isinstance(digest, str) or not is_digest(digest):
            what = f"The body names a file by something else than a fingerprint: {digest!r:.70}."
            self.found.add(4, what, where, row.id)
            return
        if digest in self._digests:
            return
        try:
            data = files.get(digest)
        except RecordProblem as problem:
            self._digests[digest] = False
            self.found.add(4, problem.explanation, f"{where}, file {digest}", row.id, problem.next_step)
            return
        self._digests[digest] = data is not None and fingerprint(data) == digest
        if data is None:
            self.found.add(4, f"The stored file {grouped(digest)}… is missing.", f"{where}, file {digest}", row.id)
        elif not self._digests[digest]:
            what = f"The stored file {grouped(digest)}… was changed: it does not hash to its name."
            self.found.add(4, what, f"{where}, file {digest}", row.id)

    def _step_5(self, row: Row, computed: EntryId, where: str) -> None:
        """Every signed head kept with an entry is signed by the log's key and names that entry."""
        key = self._keys.public if self._keys else self._expected.key
        if row.note is None or key is None:
            return
        self._notes += 1
        try:
            head = read_head(verify_note(row.note, self._log, key))
        except BadNote as error:
            self.found.add(5, f"The signed head kept here is wrong. {error.explanation}", where, row.id)
            return
        if head != Head(self._log, row.seq, computed):
            what = f"The signed head names entry {head.size} with another id than what is here."
            self.found.add(5, what, where, row.id)

    def _step_6(self, seq: int, computed: EntryId) -> None:
        if seq in self._sizes:
            self._marks_met.add(Head(self._log, seq, computed))

    def broke_off(self, problem: RecordProblem) -> None:
        """The rows could not be read to their end."""
        where = f"after entry {self._last_seq}" if self._last_seq else "the beginning"
        what = f"The record cannot be read further. {problem.explanation}"
        self.found.add(1, what, where, next_step=problem.next_step)

    def outcome(self) -> Verification:
        """The steps that need the whole log, then the result."""
        self._finish_bodies()
        self._finish_head()
        self._finish_marks()
        return Verification(self.found.listed(), self._checked(), self._rows)

    def _finish_bodies(self) -> None:
        gone = {row.id: seq for seq, row in self._missing.items()}
        named_here = self._erasures.decisions if self._expected.must_be_erased else {}
        for named, (decision, *_later) in named_here.items():
            seq = self._erasures.seqs[named]
            if gone.get(named) != seq and seq <= self._last_seq:
                what = f"The body was to be erased {decision.words()}, and it is still here."
                self.found.add(3, what, f"entry {seq}", named, FINISH)
        if self._expected.may_withhold:
            return
        for seq, row in self._missing.items():
            if row.id not in self._erasures.decisions:
                self.found.add(3, "The body is missing and no entry says that it was erased.", f"entry {seq}", row.id)

    def _finish_head(self) -> None:
        if self._last is None:
            self.found.add(2, "The record holds no entry of this log.", f"log {self._log}")
        elif self._last.note is None:
            self.found.add(5, "The last entry has no signed head.", f"entry {self._last_seq}", self._last.id)
        elif self._keys is None and self._expected.key is None:
            self.found.add(5, "No signature could be checked, for the first entry names no key.", "the record")
        if self._keys and self._expected.key not in (None, self._keys.public):
            held = "The log goes by another key than the one this installation holds."
            self.found.add(5, held, f"entry {self._last_seq}", self._last.id if self._last else None)

    def _finish_marks(self) -> None:
        for mark in self._heads:
            if mark in self._marks_met:
                continue
            kept = "high-water mark" if mark in self._expected.marks else "copy or receipt held by others,"
            where = f"{kept} at entry {mark.size}"
            if mark.log != self._log:
                self.found.add(6, f"The mark belongs to another log ({mark.log}).", where, mark.id)
            elif mark.size > self._last_seq:
                what = f"The record once had {mark.size} entries and now ends at {self._last_seq}: the end is missing."
                self.found.add(6, what, where, mark.id)
            else:
                self.found.add(6, f"Entry {mark.size} is not the one that was seen here before.", where, mark.id)

    def _checked(self) -> tuple[str, ...]:
        entries, files = _count(self._rows, "entry", "entries"), _count(len(self._digests), "file", "files")
        bodies, notes = _count(self._bodies, "body", "bodies"), _count(self._notes, "signed head", "signed heads")
        heads = _count(len(self._heads), "earlier head", "earlier heads")
        missing = [row for row in self._missing.values() if row.id not in self._erasures.decisions]
        lines = [
            f"1. Headers hashed and compared with their ids: {entries}.",
            f"2. Numbers and links followed from the first to the last: {entries}.",
            f"3. Bodies hashed and compared with their headers: {bodies}; withheld or missing: {len(missing):,}.",
            *self._said_erased(),
            f"4. Files named by entries, read and hashed: {files}."
            if self._files is not None
            else "4. The files named by entries were not looked at.",
            f"5. Signatures checked against the key that the log's history allows: {notes}; "
            f"changes of key followed: {self._changes}.",
            f"6. Heads seen before (the high-water mark, and what others hold) looked for in the chain: {heads}.",
        ]
        if self._restarts:
            numbers = ", ".join(str(n) for n in self._restarts[:10])
            lines.append(f"6. The high-water mark was missing once and was started again: see entry {numbers}.")
        lines.append(NO_COPIES)
        return tuple(lines)


    def _said_erased(self) -> Iterator[str]:
        """One sentence for each decision by which bodies were erased, with the numbers of the entries."""
        by: dict[Decision, list[int]] = {}
        for row in self._missing.values():
            for decision in self._erasures.decisions.get(row.id, ()):
                by.setdefault(decision, []).append(row.seq)
        for decision, numbers in by.items():
            bodies = _count(len(numbers), "body", "bodies")
            listed = ", ".join(f"{number:,}" for number in sorted(numbers)[:10]) + ("…" if len(numbers) > 10 else "")
            yield f"3. Erased {decision.words()}: {bodies} (entries {listed}). Reason: {decision.reason}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
