"""Take in a copy of one's own log: the same, older, what was lost here, or the sign that two installations write it.

A record that came from an older backup fetches its end back from such a copy. Of a log that was superseded, what others
still hold behind its last entry is kept and said: it is evidence, and counts no more.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from msat.errors import MsatError, RecordProblem, Refused
from msat.exchange.arrivals import Arrival, Outcome
from msat.exchange.return_file import BadReturn, Line, Return, Verdict, judge, read_return
from msat.exchange.succession import REMAINDER
from msat.record.chain import PROGRAM
from msat.record.codec import parse_header
from msat.record.entries import Draft, Entry, Head
from msat.record.received import RawEntry
from msat.record.seen_heads import keep_head
from msat.record.trouble import CAN_BE_FETCHED, Trouble
from msat.services.desk import Changes, Desk
from msat.services.finish_erasure import finish
from msat.services.quarantine import forget, put_aside, waiting_of
from msat.services.verify import read_file

INCIDENT = (
    "Do not go on with this record: this is an incident. Keep the folder and the file as they are and run verify. If "
    "this computer's record was put back from an older copy, open MSAT again and fetch its end back: msatctl log fetch."
)
TWO = (
    "Do not go on with this record: this is an incident. Keep the folder and the file as they are, run verify, and "
    "restore the newest backup; or start a log that goes on for this one: msatctl log supersede --reason TEXT."
)
ANOTHER = (
    "What is recorded here is whole and goes on in the new log. Find which other computer or profile used the old "
    "one's key, record nothing there any more, and tell whoever takes your returns."
)
TYPE_AGAIN = "Ask whoever holds it to read it with you; what is still wanted is recorded anew."


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched back: how many entries, and the log's end now."""

    new: int
    head: Head
    words: str


def take_own(desk: Desk, data: bytes, name: str) -> Arrival:
    """Takes in the return `data` of the own log, or of one that it superseded. Raises BadReturn, RecordProblem."""
    found = read_return(data)
    if found.log != desk.record.log:
        return _of_earlier(desk, found, data, name)
    log, ods = desk.record.log, desk.record.organisation.ods
    own = [entry.id for entry in desk.record.entries()]
    judged = judge(own, found)
    if judged.verdict is Verdict.SAME:
        return Arrival(name, Outcome.SAME, "Your own log, as it is here.", log=log, ods=ods)
    if judged.verdict is Verdict.OLDER:
        return Arrival(name, Outcome.OLDER, "Your own log, an older copy.", log=log, ods=ods)
    if judged.verdict is Verdict.NEW and desk.record.trouble is Trouble.RESTORED:
        fetched = _fetch(desk, found)
        return Arrival(name, Outcome.NEW, fetched.words, log=log, ods=ods, new=fetched.new)
    try:
        keep_head(desk.places.seen_heads, desk.places.keys, found.note)
        put_aside(desk, data, found)
    except (OSError, MsatError) as error:
        raise RecordProblem(f"The head of this copy of your own log could not be kept: {error}.", INCIDENT) from error
    if judged.verdict is Verdict.FORK:
        words = f"Your own log goes on differently here from entry {judged.at} on: two installations use its key."
        return Arrival(name, Outcome.FORK, words, TWO, log, ods, at=judged.at)
    longer = f"{judged.new} {entries_said(judged.new)} longer"
    words = f"This copy of your own log is {longer} than your record: the end is missing here."
    return Arrival(name, Outcome.AHEAD, words, INCIDENT, log, ods, new=0, at=len(own) + 1)


def fetch_back(desk: Desk, path: Path | None = None) -> tuple[Fetched, Changes]:
    """Fetches the end of the own log back from the copy at `path`, else from the longest that waits here.

    Raises Refused where nothing is missing, there is no such copy, or it goes on differently.
    """
    if desk.record.trouble not in CAN_BE_FETCHED:
        desk.record.fetch_back((), "")  # says why not
    if path is not None:
        try:
            found = read_return(read_file(path))
        except MsatError as error:
            raise Refused(f"“{path.name}” was refused. {error.explanation}", error.next_step) from error
    else:
        copies = [one for _path, one in waiting_of(desk, desk.record.log)]
        if not copies:
            raise Refused(
                "No longer copy of this log waits here.",
                "Ask whoever receives your returns for the newest, and name the file: msatctl log fetch FILE.",
            )
        found = copies[-1]
    if found.log != desk.record.log:
        raise Refused("This file is of another log.", "Name a return that this installation wrote.")
    judged = judge([entry.id for entry in desk.record.entries()], found)
    if judged.verdict is Verdict.FORK:
        raise Refused(f"The copy goes on differently from entry {judged.at} on: two histories of one log.", TWO)
    if judged.verdict is not Verdict.NEW:
        raise Refused(f"The copy ends at entry {found.head.size:,} and holds nothing that is missing here.", TYPE_AGAIN)
    fetched = _fetch(desk, found)
    return fetched, Changes(desk.views.catch_up(), words=fetched.words)


def _fetch(desk: Desk, found: Return) -> Fetched:
    """Adds what is missing. Raises as `Record.fetch_back`."""
    before = desk.record.head().size
    with desk.record.erasing_alone():
        return _fetched(desk, found, before)


def _fetched(desk: Desk, found: Return, before: int) -> Fetched:
    end = desk.record.fetch_back([raw(line) for line in found.lines[before:]], found.note)
    desk.views.catch_up()
    new = end.size - before
    words = f"Fetched back {new} {entries_said(new)} of your own log, each verified: it goes to entry {end.size:,} now."
    if desk.record.trouble is Trouble.NONE:
        forget(desk, desk.record.log)  # the copies that waited are no longer longer than the record
        words += " Nothing that was recorded here is missing, and it can be added to again."
    else:
        words += " It is still only to be read: more may be missing."
    try:
        erased = finish(desk)  # what was erased after the backup was made is erased again now, not at the next start
    except MsatError as error:
        erased = f"What it erases could not be erased here yet: {error}"
    words += f" {erased}" if erased else ""
    return Fetched(new, end, words)


def _of_earlier(desk: Desk, found: Return, data: bytes, name: str) -> Arrival:
    """A copy of a log that the own one superseded: as far as it counts, forked before that, or longer."""
    log, ods = found.log, desk.record.organisation.ods
    end = next(head for head in desk.record.lineage() if head.log == log)
    judged = judge(desk.record.received.ids(log)[: end.size], found)
    which = f"your earlier log {log[:8]}, which ended at entry {end.size}"
    if judged.verdict is Verdict.FORK:
        words = f"A copy of {which}, goes on differently from entry {judged.at} on: two installations used its key."
        words += f" {_remember_fork(desk, end, found, data, judged.at)}"
        return Arrival(name, Outcome.FORK, words, ANOTHER, log, ods, at=judged.at)
    if judged.verdict is not Verdict.NEW:
        return Arrival(name, Outcome.OLDER, f"A copy of {which}: nothing in it is missing here.", log=log, ods=ods)
    remainder = f"entries {end.size + 1} to {found.head.size}"
    if is_kept(desk, found.head):
        words = f"A copy of {which}: {remainder}, lost here, are kept already."
        return Arrival(name, Outcome.OLDER, words, log=log, ods=ods)
    digest = desk.files.put(data)
    entry = remember_remainder(desk, end, found.head, "a copy of it that was taken in", (digest,))
    words = f"A copy of {which}: {remainder} were lost here and are in this file. It is kept. Entry {entry}."
    return Arrival(name, Outcome.REMAINDER, words, TYPE_AGAIN, log, ods, at=end.size + 1)


def _remember_fork(desk: Desk, end: Head, found: Return, data: bytes, at: int) -> str:
    """Keeps another history of a superseded log and records it, once for each entry where one parts; says so."""
    for one in desk.record.typed(frozenset({REMAINDER})):
        if one.data.get("log") == end.log and one.data.get("parts_at") == at:
            return f"It was found before: entry {one.seq}."
    told = {
        "log": end.log,
        "size": end.size,
        "found_size": found.head.size,
        "head": found.head.id,
        "parts_at": at,
        "where": "a copy of it that was taken in",
    }
    meaning = (
        f"Another history of the log {end.log[:8]}, superseded after entry {end.size}, turned up in a copy of it that "
        f"was taken in: it parts at entry {at}, was signed with the same key, and does not count."
    )
    entries = desk.record.append([Draft(REMAINDER, PROGRAM, told, files=(desk.files.put(data),), meaning=meaning)])
    desk.views.catch_up()
    return f"The file is kept. Entry {entries[-1].seq}."


def remember_remainder(desk: Desk, end: Head, longer: Head, where: str, files: tuple[str, ...] = ()) -> int:
    """Records that others hold more of a superseded log than what counts; returns the entry's number."""
    told = {
        "log": end.log,
        "size": end.size,
        "found_size": longer.size,
        "head": longer.id,
        "where": where,
    }
    meaning = (
        f"Of the log {end.log[:8]}, superseded after entry {end.size}, entries {end.size + 1} to {longer.size} turned "
        f"up: {where}. They were lost here and do not count."
    )
    entries = desk.record.append([Draft(REMAINDER, PROGRAM, told, files=files, meaning=meaning)])
    desk.views.catch_up()
    return entries[-1].seq


def remember_other(desk: Desk, end: Head, other: Head, where: str) -> int:
    """Records that others hold another entry of a superseded log than what counts; returns the entry's number."""
    told = {
        "log": end.log,
        "size": end.size,
        "found_size": other.size,
        "head": other.id,
        "parts_by": other.size,
        "where": where,
    }
    meaning = (
        f"Another history of the log {end.log[:8]}, superseded after entry {end.size}, turned up: {where}. It parts at "
        f"entry {other.size} or before, was signed with the same key, and does not count."
    )
    entries = desk.record.append([Draft(REMAINDER, PROGRAM, told, meaning=meaning)])
    desk.views.catch_up()
    return entries[-1].seq


def found_before(desk: Desk, other: Head) -> int:
    """The number of the entry that tells of another history of a superseded log with this head in it; 0 for none."""
    for one in desk.record.typed(frozenset({REMAINDER})):
        told = one.data
        if told.get("log") != other.log or (told.get("parts_at") is None and told.get("parts_by") is None):
            continue
        if (told.get("found_size"), told.get("head")) == (other.size, other.id) or _holds(desk, one, other):
            return one.seq
    return 0


def is_kept(desk: Desk, longer: Head) -> bool:
    """Whether a copy that holds just this entry was kept before; one that goes on differently there is another."""
    for one in desk.record.typed(frozenset({REMAINDER})):
        if one.data.get("log") != longer.log or int(one.data.get("found_size", 0)) < longer.size:
            continue
        if _holds(desk, one, longer):
            return True
    return False


def _holds(desk: Desk, told: Entry, head: Head) -> bool:
    """Whether a copy that an entry keeps as its file has just this entry under its number."""
    for digest in told.content.get("files", ()):
        with suppress(BadReturn):
            lines = read_return(desk.files.get(str(digest)) or b"").lines
            if len(lines) >= head.size and lines[head.size - 1].id == head.id:
                return True
    return False


def raw(line: Line) -> RawEntry:
    """A verified line as it is stored."""
    return RawEntry(line.id, parse_header(line.header).type, line.header, line.body)


def entries_said(number: int) -> str:
    return "entry" if number == 1 else "entries"
