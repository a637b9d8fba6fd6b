"""Show a return as people read it: verified, folded and written as a page; a file needs no database and no profile.

The page is a PDF with the return inside; a check reads that return anew and compares the pages with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msat.clock import say_moment, stamp
from msat.errors import Refused
from msat.exchange.return_file import (
    FORMAT,
    SUFFIX,
    BadReturn,
    Line,
    Return,
    file_name,
    read_return,
    write_return,
)
from msat.exports.document import Document
from msat.exports.file_names import safe_name
from msat.exports.manifest import Attachment, BadEvidence
from msat.exports.markup import write_markup
from msat.exports.pdf_reading import PdfReading, read_pdf
from msat.exports.reading_copy import PROGRAM, is_reading_copy, made_by, write_reading_copy
from msat.exports.return_page import ReturnShown, return_page, told
from msat.exports.wording import status_words
from msat.ids import fingerprint, grouped
from msat.projections.fold import fold
from msat.projections.general import General, gathered
from msat.record.chain import read_entry
from msat.record.entries import Entry
from msat.record.signing import read_head, read_note
from msat.record.verification import Problem, Verification
from msat.services.desk import Desk
from msat.services.enrol import named
from msat.services.export import write_whole
from msat.services.from_backup import refuse_in_backup
from msat.services.send_return import own_return
from msat.services.take_return import enrolled

MIME = "text/plain"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.msatreturn")
ASK = "Ask for the return itself (.msatreturn), and check that."
ANOTHER = "It was made by {program}, this is {own}: the pages were not compared with the return inside."


@dataclass(frozen=True, slots=True)
class Shown:
    """A return that was read: what it says, as a document, and its bytes."""

    read: ReturnShown
    document: Document
    data: bytes

    @property
    def text(self) -> str:
        """The page as plain text."""
        return write_markup(self.document, "text", None)


def show_return(data: bytes, name: str) -> Shown:
    """Reads the return `data`, the file called `name`. Raises BadReturn, saying why, when it is no genuine one."""
    found = read_return(data)
    read = _read(found, data, _inner_name(name))
    return Shown(read, return_page(read), data)


def held_return(desk: Desk, what: str) -> Shown:
    """The return of a log that is held here, named by the log or its first 8 digits: the own one, or one received.

    Raises Refused for a log of which nothing is held.
    """
    refuse_in_backup(desk, "No return is made")
    if len(what) >= 8 and desk.record.log.startswith(what.lower()):
        data, head = own_return(desk)
        return show_return(data, file_name(desk.record.organisation.ods, head))
    log = named(desk, what)
    writer, note = enrolled(desk).get(log), desk.record.received.note(log)
    if writer is None or note is None:
        raise Refused(f"Nothing is held of the log {log[:8]} yet.", "Take in its return: msatctl return import FILE.")
    data = b"".join(write_return(desk.record.entries(log), note))
    return show_return(data, file_name(writer.ods, read_head(read_note(note).text)))


def _read(found: Return, data: bytes, name: str) -> ReturnShown:
    entries = [_entry(line) for line in found.lines]
    general: Sequence[General] = ()
    for entry in entries:
        general = gathered(general, entry)
    return ReturnShown(
        name=name,
        sha256=fingerprint(data),
        organisation=found.identity.birth.organisation,
        head=found.head,
        fingerprint=found.lines[0].id,
        opened=entries[0].time,
        last=max(entry.time for entry in entries),
        key_changes=len(found.identity.keys.earlier),
        types=Counter(entry.type for entry in entries),
        withheld=Counter(entry.type for entry in entries if entry.body is None),
        states=tuple(fold(entries).values()),
        general=tuple(general),
    )


def _entry(line: Line) -> Entry:
    return read_entry(line.id, line.header, line.body)


def return_pdf(shown: Shown) -> bytes:
    """The page as PDF, with the return attached. The same return under the same name gives the same bytes."""
    read = shown.read
    whose = f"{read.organisation.name} ({read.organisation.ods})"
    footer = (
        f"{whose} · log {read.head.log[:8]}, entry {read.head.size}, head {grouped(read.head.id)}",
        f"A page for reading. What proves it is the return inside, SHA-256 {read.sha256[:16]}…",
    )
    source = Attachment(read.name, shown.data, "The return that this page was made from", "Source", MIME)
    return write_reading_copy(shown.document, read.organisation.name, read.last, footer, source)


def _inner_name(name: str) -> str:
    """What the page and the file inside it call the return: its own name, where that is a plain one."""
    return name if _PLAIN.fullmatch(name) else f"return{SUFFIX}"


def write_return_pdf(shown: Shown, target: Path) -> Path:
    """Writes the page to `target`, a .pdf file or a folder. Raises Refused when it cannot be written."""
    path = target / f"{safe_name(Path(shown.read.name).stem)}.pdf" if target.is_dir() else target
    if path.suffix.lower() != ".pdf":
        raise Refused(f"A return is not shown as “{path.suffix or path.name}”.", "Use a name that ends in .pdf.")
    if not path.parent.is_dir():
        raise Refused(f"There is no folder “{path.parent}”.", "Make it, or choose another.")
    write_whole(path, return_pdf(shown))
    return path


def to_json(shown: Shown) -> dict[str, Any]:
    """What the page says, as plain values."""
    read = shown.read
    return {
        "file": read.name,
        "sha256": read.sha256,
        "name": read.organisation.name,
        "ods": read.organisation.ods,
        "kind": read.organisation.kind,
        "log": read.head.log,
        "entries": read.head.size,
        "head": read.head.id,
        "fingerprint": read.fingerprint,
        "opened": stamp(read.opened),
        "last": stamp(read.last),
        "types": dict(sorted(read.types.items())),
        "withheld": dict(sorted(read.withheld.items())),
        "alerts": [
            {
                "key": state.key,
                "reference": state.reference,
                "title": state.title,
                "rag": state.rag.value if state.rag else None,
                "status": status_words(state, read.last),
                "received": stamp(state.received),
                "recorded": told(state),
            }
            for state in sorted(read.states, key=lambda one: (one.received, one.key))
        ],
    }


# --- checking a page ---------------------------------------------------------------------------------------------


def check_return_pdf(data: bytes, name: str) -> Verification | None:
    """Checks a page made here: the return inside, and that the pages say what it says. None for any other file."""
    if not is_reading_copy(data, SUFFIX):
        return None
    try:
        reading = read_pdf(data)
    except BadEvidence:
        return None
    inner = {inner: held for inner, held in reading.attachments.items() if held.startswith(FORMAT)}
    if len(inner) != 1 or reading.evidence is not None:
        return None
    ((inner_name, held),) = inner.items()
    try:
        shown = show_return(held, inner_name)
    except BadReturn as error:
        return Verification((Problem(f"The return inside is not genuine. {error.explanation}", name, ASK),), (), 0)
    read = shown.read
    checked = [
        f"The return inside is genuine: the log {read.head.log[:8]} of {read.organisation.name} "
        f"({read.organisation.ods}), {read.head.size:,} entries, the last recorded {say_moment(read.last)}.",
        f"Fingerprint of its first entry, to compare by telephone: {grouped(read.fingerprint, 16)}.",
    ]
    problems = _compared(data, reading, shown, name, checked)
    return Verification(problems, tuple(checked), read.head.size)


def _compared(data: bytes, reading: PdfReading, shown: Shown, name: str, checked: list[str]) -> tuple[Problem, ...]:
    program = made_by(data)
    if program != PROGRAM:
        checked.append(ANOTHER.format(program=program or "a program that it does not name", own=PROGRAM))
        return ()
    again = read_pdf(return_pdf(shown))
    if (again.pages, again.rest) == (reading.pages, reading.rest):
        checked.append("The pages say what the return inside says: they were made from it again and compared.")
        return ()
    differ = [n for n, pair in enumerate(zip(again.pages, reading.pages, strict=False), 1) if pair[0] != pair[1]]
    where = f"page {differ[0]}" if differ else name
    return (Problem("The pages do not say what the return inside says.", where, ASK),)
