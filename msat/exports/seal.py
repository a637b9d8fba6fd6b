"""What an export is sealed with: whose record, how long it was, the entries shown, and the means to sign.

`gather` reads it from the record once; the writers are given a Seal and nothing else of the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from msat import __version__
from msat.clock import say_moment
from msat.errors import RecordProblem
from msat.exports.document import Callout, Document, Heading, Paragraph, plain
from msat.exports.plain_text import one_line
from msat.ids import grouped
from msat.projections.alert_state import AlertState
from msat.projections.cut import Cut, LogCut
from msat.record.entries import Entry, Head, Json
from msat.record.organisation import Organisation
from msat.record.ports import Record
from msat.record.shown import ShownBackup

PROVES = (
    "What this proves: the record shown here has not been altered since it was made on that installation. "
    "It does not prove that the work was done, nor who was at the keyboard: what is stated is reported by the "
    "organisation, not confirmed by anybody else."
)
HOW_TO_CHECK = "To check this file: msatctl verify FILE, or drop it on Records in MSAT."


class Certify(Protocol):
    """Signs a finished PDF, which has an empty field for it, with a certificate (`certificate_signing`)."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate."""

    def __call__(self, data: bytes) -> bytes:
        """The signed file."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One entry as it goes into an export: its number, id and exact text. A withheld body is None."""

    seq: int
    id: str
    header: str
    body: str | None
    log: str = ""
    """The log that it is of, where that is not the one that seals."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Everything an export is sealed with. The same seal gives the same bytes."""

    kind: str
    """What the export is: a key of `checking.KINDS`."""
    parameters: Json
    organisation: Organisation
    head: Head
    """The record's length and last entry at the cut-off."""
    cut_off: datetime
    rules_versions: tuple[str, ...]
    identity: tuple[Entry, ...]
    """The log's first entry and every change of its key: who may sign for it."""
    entries: tuple[Sealed, ...]
    sign: Callable[[str], str] = field(compare=False)
    program: str = f"MSAT {__version__}"
    logs: tuple[LogCut, ...] = ()
    """Every log that it rests on, the own one first, where that is more than the own record; else empty."""
    number: str = ""
    """The number of the pack; empty for what has none."""
    others: tuple[Sealed, ...] = ()
    """Entries of other logs of the organisation that the file shows: of a superseded one, of another workstation."""
    certify: Certify | None = field(default=None, compare=False)
    """Signs a PDF with a certificate as well, once it is finished; None: nobody does."""
    shown: ShownBackup | None = None
    """The backup that it is made from, where the record itself cannot be opened: each form says so on its face."""

    def footer(self) -> tuple[str, str]:
        """The two lines that stand on every page."""
        whose = f"{one_line(self.organisation.name, 80)} ({one_line(self.organisation.ods, 12)})"
        when = f"as at {say_moment(self.cut_off)}"
        if self.number:  # the line of a pack would be too long for a page that stands
            return (f"{whose} · Pack {one_line(self.number, 40)} · {when}", f"{self.place()} · {HOW_TO_CHECK}")
        backup = f"{self.shown.brief}. " if self.shown else ""
        return (f"{whose} · {self.place()} · {when}", f"{backup}{HOW_TO_CHECK}")

    def running(self) -> str:
        """The one line that stands on every page of a form that has room for one."""
        return " · ".join([*([self.shown.brief] if self.shown else []), self.footer()[0]])

    def place(self) -> str:
        """Where in which record this was made, short enough to read aloud."""
        return f"Record {self.head.log[:8]}, entry {self.head.size}, head {grouped(self.head.id)}"

    def closing(self, with_entries: bool = True) -> tuple[str, ...]:
        """The sentences on what the file proves and how to check it."""
        numbers = say_numbers([entry.seq for entry in self.entries])
        logs = len({entry.log for entry in self.others})
        more = f" and on {len(self.others):,} of {logs} other {'log' if logs == 1 else 'logs'}" if logs else ""
        rests = f" It rests on {numbers or 'no entry of its own log'}{more}."
        shown = rests if with_entries and (numbers or more) else ""
        if self.logs:
            shown = f" It rests on {_many_logs(self.logs)}."
        rules = f" Rules version {', '.join(self.rules_versions)}." if self.rules_versions else ""
        backup = f"{self.shown.face} " if self.shown else ""
        made = f"{backup}Made by {self.program} from the record as at {say_moment(self.cut_off)}.{rules}"
        return (f"{HOW_TO_CHECK} {self.place()}.{shown} {made}", PROVES)

    def closed(self, document: Document) -> Document:
        """The document with its last section: what it proves and how to check it."""
        level = Heading(2, "How to check this record")
        lines = (Paragraph(plain(line), small=True) for line in self.closing())
        document = self.faced(document)
        return replace(document, blocks=(*document.blocks, level, *lines))

    def faced(self, document: Document) -> Document:
        """The document, and before everything else that it is from a backup, where it is."""
        if self.shown is None:
            return document
        return replace(document, blocks=(Callout("warning", plain(self.shown.face)), *document.blocks))


def gather(
    record: Record,
    about: Iterable[AlertState],
    kind: str,
    parameters: Json,
    as_at: datetime,
    head: Head | None = None,
) -> Seal:
    """Reads from the record what an export about these alerts is sealed with, as at `head` (now when None)."""
    upto = head or record.head()
    entries, others = _entries_of(record, about, upto)
    triaged = [entry for entry in (*entries, *others) if entry.type == "alert.triaged"]
    found = {str(entry.data.get("rules_version", "")) for entry in triaged}
    return Seal(
        kind=kind,
        parameters=parameters,
        organisation=record.organisation,
        head=upto,
        cut_off=as_at,
        rules_versions=tuple(sorted(found - {""})),
        identity=tuple(entry for entry in record.identity() if entry.seq <= upto.size),
        entries=tuple(map(_sealed, entries)),
        sign=record.sign,
        shown=record.shown,
        others=tuple(replace(_sealed(entry), log=entry.log) for entry in others),
    )


def seal_of_cut(
    record: Record,
    cut: Cut,
    kind: str,
    parameters: Json,
    number: str = "",
    rules_versions: Iterable[str] = (),
    sign: Callable[[str], str] | None = None,
) -> Seal:
    """What an export over several logs is sealed with: the head of every log of the cut stands in its manifest.

    `record` is the installation whose log is the cut's own one. The same cut gives the same seal later, when the
    record is longer. `sign` is `record.sign` unless given (`exports.signing.Notes`, to sign with a recorded note).
    """
    own = cut.own
    return Seal(
        kind=kind,
        parameters=parameters,
        organisation=record.organisation,
        head=Head(own.log, own.size, own.head),
        cut_off=cut.moment,
        rules_versions=tuple(sorted(set(rules_versions) - {""})),
        identity=tuple(entry for entry in record.identity(own.log) if entry.seq <= own.size),
        entries=(),
        sign=sign or record.sign,
        logs=cut.logs,
        number=number,
        shown=record.shown,
    )


def _many_logs(logs: Sequence[LogCut]) -> str:
    if len(logs) == 1:
        return "this record up to that entry"
    others = "one other log" if len(logs) == 2 else f"{len(logs) - 1:,} other logs"
    return f"this record up to that entry and on {others}, each up to the entry that the manifest names"


def _entries_of(record: Record, about: Iterable[AlertState], upto: Head) -> tuple[list[Entry], list[Entry]]:
    """The entries that the histories name: of the log that seals, up to its head; and of other logs."""
    ids = {line.entry for state in about for line in state.history}
    entries = []
    for entry_id in ids:
        entry = record.entry(entry_id)
        if entry is None:
            raise RecordProblem(
                f"The views name entry {entry_id[:16]}, which the record does not hold.", "Rebuild the views."
            )
        entries.append(entry)
    entries.sort(key=lambda entry: (entry.log, entry.seq))
    own = [entry for entry in entries if entry.log == upto.log and entry.seq <= upto.size]
    return own, [entry for entry in entries if entry.log != upto.log]


def _sealed(entry: Entry) -> Sealed:
    body = entry.body.decode("utf-8") if entry.body is not None else None
    return Sealed(entry.seq, entry.id, entry.header.decode("utf-8"), body)


def spans_of(numbers: Sequence[int]) -> list[list[int]]:
    """Numbers as spans, each its first and last: `[[12, 12], [14, 17]]`."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return spans


def say_numbers(numbers: Sequence[int]) -> str:
    """Entry numbers as people write them: `entries 12, 14 to 17`."""
    parts = [
        str(first) if first == last else f"{first} {'and' if last == first + 1 else 'to'} {last}"
        for first, last in spans_of(numbers)
    ]
    return f"{'entry' if len(set(numbers)) == 1 else 'entries'} {', '.join(parts)}" if parts else ""
