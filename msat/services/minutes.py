"""Export the minutes of a meeting as PDF, HTML, Word or plain text, sealed and recorded as issued."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from msat.clock import say_date
from msat.errors import RecordProblem, Refused
from msat.exports.document import Document
from msat.exports.markup import write_markup
from msat.exports.minutes import minutes_document
from msat.exports.pdf import write_pdf
from msat.exports.seal import Certify, Seal, Sealed, gather
from msat.exports.word import write_word
from msat.projections.meetings import Meeting, find_meeting
from msat.services.desk import Changes, Desk, Person
from msat.services.export import certified, issue_file, named_file
from msat.services.hold_meeting import known_meetings

ENDINGS = (".pdf", ".html", ".docx", ".txt")


def export_minutes(
    desk: Desk, meeting: str, on: date | None, target: Path, person: Person, certify: Certify | None = None
) -> tuple[Path, Changes]:
    """Writes the minutes of the meeting of this name and London day. Without a day, the newest of that name; without a
    name, the newest of all. `target` is a .pdf, .html, .docx or .txt file, or a folder, in which it is a PDF.

    Raises Refused for a meeting that nothing is recorded of, and a file that cannot be written.
    """
    found = the_meeting(desk, meeting, on)
    document, seal = minutes_of(desk, found)
    path = named_file(target, f"minutes {found.on.isoformat()} {found.name}.pdf", ENDINGS)
    seal = certified(seal, path, certify)
    forms: dict[str, Callable[[], bytes]] = {
        ".pdf": lambda: write_pdf(document, seal),
        ".docx": lambda: write_word(document, seal),
        ".html": lambda: write_markup(document, "html", seal).encode("utf-8"),
        ".txt": lambda: write_markup(document, "text", seal).encode("utf-8"),
    }
    what = f"the minutes of {found.name}, {say_date(found.on)}"
    return issue_file(desk, path, forms[path.suffix.lower()](), seal, person, what)


def the_meeting(desk: Desk, meeting: str, on: date | None) -> Meeting:
    """The meeting meant. Raises Refused where nothing of it is recorded."""
    known = known_meetings(desk)
    found = find_meeting(known, meeting, on)
    if found is not None:
        return found
    if not known:
        raise Refused(
            "No meeting is recorded here.", "Record what a meeting decided about an alert, or who was at it, first."
        )
    named = f" “{meeting.strip()[:120]}”" if meeting.strip() else ""
    day = f" on {say_date(on)}" if on else ""
    newest = known[0]
    raise Refused(
        f"No meeting{named}{day} is recorded here.",
        f"The newest is “{newest.name}”, {say_date(newest.on)}.",
    )


def minutes_of(desk: Desk, meeting: Meeting) -> tuple[Document, Seal]:
    """The document as at now, and what it is sealed with: the meeting's own entry and those of every alert in it."""
    now = desk.clock.now()
    keys = dict.fromkeys(one.key for one in (*meeting.decided, *meeting.arising))
    states = [state for key in keys if (state := desk.views.alert(key)) is not None]
    told = {"meeting": meeting.name, "on": meeting.on.isoformat()}
    seal = gather(desk.record, states, "minutes", told, now)
    if meeting.deed is not None:
        seal = _with_entry(desk, seal, meeting.deed.entry)
    return minutes_document(meeting, desk.record.organisation, desk.knowledge.site, now), seal


def _with_entry(desk: Desk, seal: Seal, name: str) -> Seal:
    entry = desk.record.entry(name)
    if entry is None:
        raise RecordProblem(f"The views name entry {name[:16]}, which the record does not hold.", "Rebuild the views.")
    body = entry.body.decode("utf-8") if entry.body is not None else None
    one = Sealed(entry.seq, entry.id, entry.header.decode("utf-8"), body)
    if entry.log == seal.head.log:
        return replace(seal, entries=tuple(sorted((*seal.entries, one), key=lambda each: each.seq)))
    return replace(seal, others=(*seal.others, replace(one, log=entry.log)))
