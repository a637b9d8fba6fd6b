"""Take in a return: verify all of it, then store what is new in one transaction. Any order, any number of times.

A log that is not enrolled waits aside. Where a log goes on differently from what is held, both are kept as evidence,
the log is frozen and an entry says so; a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path

from msat.errors import RecordProblem, Refused
from msat.exchange import enrolment
from msat.exchange.arrivals import Arrival, Kind, Outcome, in_words, kind_of, unfinished
from msat.exchange.enrolment import Writer, writers
from msat.exchange.own_logs import is_same_code
from msat.exchange.return_file import MOST_BYTES, BadReturn, Line, Return, Verdict, judge, write_return
from msat.ids import AlertKey, LogId
from msat.record.chain import PROGRAM
from msat.record.entries import Draft
from msat.record.erasure import ERASED
from msat.record.identity import identity_of
from msat.record.received import HeldMeanwhile, RawEntry
from msat.record.succession import Claim, is_borne_out
from msat.services.desk import Desk, Progress
from msat.services.erase_copies import erase_copies
from msat.services.from_backup import refuse_in_backup
from msat.services.held_copies import HeldDamaged, held_of, read_beside
from msat.services.one_at_a_time import one_at_a_time
from msat.services.own_return import INCIDENT, take_own
from msat.services.quarantine import put_aside

__all__ = ["ASK", "INCIDENT", "enrolled", "raw", "read", "said", "take_return", "take_returns"]

ASK = "Telephone them: either a copy of their installation is in use, or somebody else has their key."
OLD_ONE = (
    "If this computer or profile is the old one, record on the new one only. If it is not, telephone whoever uses the "
    "other, and do not enrol its log."
)
_TYPE = re.compile(rb'"type":"([a-z0-9_.]+)","v":1\}')
_LOG = re.compile(rb"msat-return-v1\nmsat-chain-v1/([0-9a-f]{32})\n")
_TRIES = 5


def enrolled(desk: Desk) -> dict[LogId, Writer]:
    """Every installation ever enrolled here."""
    return writers(desk.record.typed(enrolment.TYPES))


def take_returns(desk: Desk, paths: Sequence[Path], progress: Progress | None = None) -> list[Arrival]:
    """Takes in each file, and says what became of it. A file that cannot be read stops none of the others."""
    known, found = enrolled(desk), []
    for number, path in enumerate(paths):
        if progress:
            progress("Taking in returns", number, len(paths))
        try:
            found.append(take_return(desk, read(path, MOST_BYTES), path.name, known))
        except Refused as error:
            found.append(Arrival(path.name, Outcome.REJECTED, error.explanation, error.next_step))
        if found[-1].outcome is Outcome.FORK:
            known = enrolled(desk)
    if progress:
        progress("Taking in returns", len(paths), len(paths))
    return found


def read(path: Path, most: int) -> bytes:
    """The bytes of a file, at most one more than `most`. Raises Refused in words."""
    if path.exists() and not path.is_file():
        raise Refused("It is a folder or a device, not a file.", "Choose a file.")
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        what = f"It cannot be read: {error.strerror or error}."
        raise Refused(what, "Check its name, and that you may read it.") from error


def take_return(desk: Desk, data: bytes, name: str, known: dict[LogId, Writer] | None = None) -> Arrival:
    """Takes in the return `data`, the file called `name`. `known` is what `enrolled` gave, where it is at hand.

    Nothing is raised for a bad file: the answer says why it was rejected. NotRecorded and RecordProblem are.
    """
    refuse_in_backup(desk, "Nothing is taken in")
    if why := unfinished(name, data):
        return Arrival(name, Outcome.UNFINISHED, why, "It is read again the next time, or ask for it again.")
    if kind_of(data) is not Kind.RETURN:
        again = "Choose another file, or ask for it again."
        return Arrival(name, Outcome.REJECTED, "It is not a return of MSAT.", again)
    known = enrolled(desk) if known is None else known
    for _ in range(_TRIES):
        try:
            return _taken(desk, data, name, known)
        except HeldMeanwhile:
            continue  # another window took in the same log between the look and the writing
        except HeldDamaged as error:
            return _damaged(data, name, known, error)
        except BadReturn as error:
            return Arrival(name, Outcome.REJECTED, error.explanation, error.next_step)
        except Refused as error:
            return Arrival(name, Outcome.REJECTED, error.explanation, error.next_step)
    raise RecordProblem("Another window of MSAT keeps adding to this log.", "Close the other window and try again.")


def _damaged(data: bytes, name: str, known: Mapping[LogId, Writer], error: HeldDamaged) -> Arrival:
    """The copy of one log is damaged here: that is said of its file, and the others go on."""
    claimed = _LOG.match(data)
    writer = known[LogId(claimed[1].decode("ascii"))] if claimed else None
    who, log, ods = (said(writer), writer.log, writer.ods) if writer else ("A log", "", "")
    words = f"{who}: {error.explanation} Nothing was taken in."
    return Arrival(name, Outcome.DAMAGED, words, error.next_step, log, ods)


def _taken(desk: Desk, data: bytes, name: str, known: dict[LogId, Writer]) -> Arrival:
    claimed = _LOG.match(data)
    log = LogId(claimed[1].decode("ascii")) if claimed else LogId("")
    if log == desk.record.log or any(log == head.log for head in desk.record.lineage()):
        return take_own(desk, data, name)
    writer = known.get(log)
    held = held_of(desk, writer) if writer and writer.is_active else []
    found = read_beside(data, held)
    if writer is None or not writer.is_active:
        return _waiting(desk, data, name, found, writer)
    if found.lines[0].id != writer.fingerprint:
        return Arrival(
            name,
            Outcome.REJECTED,
            f"Its first entry is not the one that was enrolled for {said(writer)}.",
            ASK,
            log,
            writer.ods,
        )
    return _judged(desk, data, name, found, writer, held)


def _judged(
    desk: Desk, data: bytes, name: str, found: Return, writer: Writer, held: Sequence[RawEntry]
) -> Arrival:
    judged = judge([row.id for row in held], found)
    log, ods, who = found.log, writer.ods, said(writer)
    if judged.verdict is Verdict.FORK:
        return _forked(desk, data, name, found, writer, held, judged.at)
    if judged.verdict is Verdict.SAME:
        desk.record.received.take(log, len(held), (), found.note)  # what others wrote behind it makes room
        words = f"{who}: nothing new; {len(held)} entries held.{erase_copies(desk, log, held)}"
        return Arrival(name, Outcome.SAME, words, log=log, ods=ods)
    if judged.verdict is Verdict.OLDER:
        words = f"{who}: an older return; {len(held)} entries held, {found.head.size} in the file."
        return Arrival(name, Outcome.OLDER, words, log=log, ods=ods)
    if writer.frozen:
        return Arrival(name, Outcome.FORK, *_still_frozen(who, writer), log=log, ods=ods, at=writer.frozen.at)
    new = [raw(line) for line in found.lines[len(held) :]]
    with desk.record.erasing_alone() if any(row.type == ERASED for row in new) else nullcontext():
        desk.record.received.take(log, len(held), new, found.note)
        words = f"{who}: {judged.new} new {_entries(judged.new)}; {found.head.size} held now."
        words += erase_copies(desk, log, [*held, *new])
    if writer.ended and found.head.size > writer.ended.size:
        return Arrival(name, Outcome.REMAINDER, *_remainder(who, writer, found.head.size), log, ods, judged.new)
    changed = frozenset[AlertKey]()
    if is_same_code(ods, desk.record.organisation.ods):
        changed = desk.views.catch_up()
        words += _touched(len(changed))
    return Arrival(name, Outcome.NEW, words, log=log, ods=ods, new=judged.new, alerts=changed)


def _remainder(who: str, writer: Writer, size: int) -> tuple[str, str]:
    """What it means that a log goes on behind the entry after which another superseded it."""
    end, successor = (writer.ended.size, (writer.successor or "")[:8]) if writer.ended else (0, "")
    words = (
        f"{who}: it was superseded by log {successor} after entry {end}, and this file goes to entry {size}. Entries "
        f"{end + 1} to {size} are kept and do not count."
    )
    next_step = (
        "Tell them: these entries are missing there (msatctl return export --log LOG writes them), or somebody still "
        "uses the old installation."
    )
    return words, next_step


def _touched(number: int) -> str:
    """What the return of another workstation of the own organisation brought to the lists."""
    if not number:
        return " It is another workstation of your own."
    show = "alert shows" if number == 1 else "alerts show"
    return f" It is another workstation of your own; {number:,} {show} what came."


def raw(line: Line) -> RawEntry:
    """A verified line as it is stored."""
    kind = _TYPE.search(line.header)
    if kind is None:
        raise ValueError("a verified header without a type")
    return RawEntry(line.id, kind[1].decode("ascii"), line.header, line.body)


def _entries(number: int) -> str:
    return "entry" if number == 1 else "entries"


def said(writer: Writer) -> str:
    """How a log is named to people: organisation, code, and the beginning of the log's name."""
    return f"{writer.name} ({writer.ods}), log {writer.log[:8]}"


def _still_frozen(who: str, writer: Writer) -> tuple[str, str]:
    at = writer.frozen.at if writer.frozen else 0
    words = f"{who}: frozen since two histories were found, which part at entry {at}. Nothing was taken in."
    return words, f"{ASK} Then: msatctl enrol accept {writer.log} --compared --reason TEXT."


def _waiting(desk: Desk, data: bytes, name: str, found: Return, writer: Writer | None) -> Arrival:
    birth = found.identity.birth.organisation
    new = put_aside(desk, data, found)
    claim = found.identity.birth.claim
    if claim is not None and claim.head.log == desk.record.log:
        return _superseding_own(desk, found, claim, name)
    why = "was removed from those enrolled" if writer else "is not enrolled here"
    kept = "kept aside" if new else "it waits here already"
    words = f"{in_words(birth)}, log {found.log[:8]}, {why}: {kept}."
    next_step = f"See it with: msatctl enrol show {found.log}. Compare its fingerprint by telephone, then enrol it."
    return Arrival(name, Outcome.WAITING, words, next_step, found.log, birth.ods)


def _superseding_own(desk: Desk, found: Return, claim: Claim, name: str) -> Arrival:
    """Another installation says that it goes on for the own log: what is recorded here would count for nobody."""
    birth, keys = found.identity.birth, identity_of(desk.record.identity()).keys
    is_signed = is_borne_out(claim, birth.public_key, keys.from_entry(min(claim.head.size, desk.record.head().size)))
    signed = "Your own log's key signed that" if is_signed else "Nothing but its own word speaks for that"
    words = (
        f"{in_words(birth.organisation)}, log {found.log[:8]}, says that it goes on for your own log after entry "
        f"{claim.head.size}. {signed}. If it is so, what is recorded here behind that counts for nobody."
    )
    outcome = Outcome.FORK if is_signed else Outcome.WAITING  # anybody can say so: that alone is no alarm
    return Arrival(name, outcome, words, OLD_ONE, found.log, birth.organisation.ods, at=claim.head.size + 1)


@one_at_a_time
def _forked(
    desk: Desk, data: bytes, name: str, found: Return, writer: Writer, held: Sequence[RawEntry], at: int
) -> Arrival:
    """Two histories of one key: both kept, the log frozen, and an entry that says so. Each other history once."""
    writer = enrolled(desk).get(found.log, writer)  # as another window may have recorded meanwhile
    who = said(writer)
    if writer.ended is not None and at > writer.ended.size:
        return _forked_behind(name, found, writer)
    words = (
        f"{who}: from entry {at} on, this file and what is held here are two different histories of one log, both "
        "signed with its key."
    )
    is_new = writer.frozen is None and all(fork.other != found.head.id for fork in writer.forks)
    if is_new:
        entries = desk.record.append([two_histories(desk, data, found, writer, held, at)])
        desk.views.catch_up()
        words += f" Both are kept; the log is frozen. Entry {entries[-1].seq}."
    else:
        _keep_longer(desk, data, found, writer)
    if not is_new and writer.frozen is None:
        words += " This was decided on before; what is held stays."
    again = f"{ASK} Then: msatctl enrol accept {found.log} --compared --reason TEXT."
    next_step = again if is_new or writer.frozen else ""
    return Arrival(name, Outcome.FORK, words, next_step, found.log, writer.ods, at=at)


def _forked_behind(name: str, found: Return, writer: Writer) -> Arrival:
    """A history that parts from what is held behind the last entry that counts, where another log went on."""
    end, who = writer.ended.size if writer.ended else 0, said(writer)
    words = f"{who}: its history parts from the one held here behind entry {end}, after which log "
    words += f"{(writer.successor or '')[:8]} goes on for it. Nothing of that counts."
    if any(fork.other == found.head.id for fork in writer.forks):
        return Arrival(name, Outcome.OLDER, words, log=found.log, ods=writer.ods)
    next_step = "Tell them: somebody still uses the old installation, and what is recorded there counts for nobody."
    return Arrival(name, Outcome.REMAINDER, words, next_step, found.log, writer.ods, 0)


def two_histories(
    desk: Desk, data: bytes, found: Return, writer: Writer, held: Sequence[RawEntry], at: int
) -> Draft:
    """What is recorded of two histories of one log, with both as files: the one that is held, and the return `data`."""
    files = (desk.files.put(_held_as_return(desk, found, held)), desk.files.put(data))
    told = {
        "log": found.log,
        "ods": writer.ods,
        "at": at,
        "held_size": len(held),
        "held": held[-1].id,
        "other_size": found.head.size,
        "other": found.head.id,
    }
    meaning = f"Two histories of the log of {said(writer)} were found: they part at entry {at}. Both are kept."
    return Draft(enrolment.FORKED, PROGRAM, told, files=files, meaning=meaning)


def _keep_longer(desk: Desk, data: bytes, found: Return, writer: Writer) -> None:
    """Keeps what the other history of a log came to since it was found: a log may go on for its end."""
    if writer.frozen is not None and all(fork.other != found.head.id for fork in writer.forks):
        with suppress(Refused):  # no room: then the return is asked for again when somebody enrols
            put_aside(desk, data, found)


def _held_as_return(desk: Desk, found: Return, held: Sequence[RawEntry]) -> bytes:
    note = desk.record.received.note(found.log)
    if note is None:
        raise RecordProblem(f"The log {found.log} is held without its signed head.", "Run verify.")
    return b"".join(write_return(desk.record.entries(found.log, upto=len(held)), note))
