"""Checks a return, a receipt or a register by itself, with no record at hand or beside one. Stores nothing.

Says in sentences what was looked at and what was not: a genuine file proves what its writer signed, and not that it is
the newest.
"""

from __future__ import annotations

from msat.clock import say_moment
from msat.errors import MsatError
from msat.exchange.arrivals import Kind, in_words, kind_of, unfinished
from msat.exchange.enrolment import TYPES, writers
from msat.exchange.receipts import read_receipt
from msat.exchange.register import read_register
from msat.exchange.return_file import Verdict, judge, read_return
from msat.ids import LogId, grouped
from msat.lettering import clipped
from msat.record.entries import Head
from msat.record.ports import Record
from msat.record.succession import Claim
from msat.record.verification import Problem, Verification

COMPARE = "Compare the two with whoever made the file, and run verify on this record."


def is_exchanged(data: bytes) -> bool:
    """Whether the file is one that this module checks, by its first line."""
    return kind_of(data) is not Kind.OTHER


def check_exchanged(data: bytes, name: str, record: Record | None) -> Verification:
    """Checks the file `data`, called `name`. `record` is the one at hand, if any."""
    check = _CHECKS[kind_of(data)]
    try:
        return check(data, record)
    except MsatError as error:
        why = unfinished(name, data) or error.explanation
        return Verification((Problem(why, name, error.next_step),), ("The file was read from its beginning.",), 0)


def _return(data: bytes, record: Record | None) -> Verification:
    found = read_return(data)
    birth, withheld = found.identity.birth.organisation, sum(line.body is None for line in found.lines)
    changes = len(found.identity.keys.earlier)
    checked = [
        f"The whole log of {in_words(birth)}, log {grouped(found.log, 8)}: {found.head.size:,} entries.",
        "1. Every header was hashed anew.",
        "2. Numbers and links were followed from the first entry to the last.",
        f"3. Bodies were hashed and compared with their headers; withheld: {withheld:,}.",
        "4. The files that entries name do not travel in a return and were not looked at.",
        f"5. The head is signed by the key that the log's history allows; changes of key followed: {changes:,}.",
        f"Fingerprint of its first entry, to compare by telephone: {grouped(found.lines[0].id, 16)}.",
    ]
    if found.identity.birth.claim is not None:
        checked.append(_claimed(found.identity.birth.claim))
    held = _held(record, found.log)
    if not held:
        alone = "Nothing of this log is held here to compare it with: whether it is the newest is not known."
        checked.append(f"6, 7. {alone}")
        return Verification((), tuple(checked), found.head.size)
    judged = judge(held, found)
    if judged.verdict is Verdict.FORK:
        what = f"From entry {judged.at} on, this file and what is held here are two histories, both signed."
        problem = Problem(what, f"entry {judged.at}", COMPARE, found.lines[judged.at - 1].id, 7)
        return Verification((problem,), tuple(checked), found.head.size)
    beside = {
        Verdict.SAME: "the same as is held here",
        Verdict.OLDER: f"a beginning of what is held here ({len(held):,} entries)",
        Verdict.NEW: f"{judged.new:,} entries longer than what is held here",
    }
    checked.append(f"6, 7. It is {beside[judged.verdict]}; no entry differs.")
    own_is_short = judged.verdict is Verdict.NEW and record is not None and record.log == found.log
    problems = []
    if own_is_short:
        what = f"This record ends at entry {len(held):,}, and this copy of it goes to {found.head.size:,}."
        problems.append(Problem(what, "this record", COMPARE, found.head.id, 6))
    return Verification(tuple(problems), tuple(checked), found.head.size)


def _claimed(claim: Claim) -> str:
    end = claim.head
    return (
        f"It says that it goes on for the log {end.log[:8]} after entry {end.size}. Whether that is so, the earlier "
        "log or a committee's countersignature shows; a return alone does not."
    )


def _held(record: Record | None, log: LogId) -> list[str]:
    """The ids held of a log here: the own one, or one received."""
    if record is None:
        return []
    if log == record.log:
        return [entry.id for entry in record.entries()]
    return list(record.received.ids(log))


def _receipt(data: bytes, record: Record | None) -> Verification:
    found = read_receipt(data)
    whose, by = found.writer.birth.organisation, found.issuer.birth.organisation
    checked = (
        f"By this receipt {in_words(by)}, log {found.issuer.log[:8]}, held the log {found.head.log[:8]} of "
        f"{in_words(whose)} up to entry {found.head.size:,} on {say_moment(found.at)}.",
        _who(record, LogId(found.issuer.log)),
        "5. The head is signed by the log's own key, and cosigned with the time by the issuer's.",
        _beside(record, found.head.log),
    )
    return Verification(_against(record, found.head), checked, found.head.size)


def _who(record: Record | None, issuer: LogId) -> str:
    """Whether the issuer is who it says: a file names its own maker, and only an enrolment compared that."""
    if record is not None and issuer == record.log:
        return "The issuer's log is your own."
    known = writers(record.typed(TYPES)).get(issuer) if record else None
    if known is not None and known.is_active:
        return f"The issuer's log is enrolled here as {clipped(known.name)} ({clipped(known.ods, 12)})."
    return "Not checked: who the issuer is. That log is not enrolled here, and the file itself gives the name."


def _register(data: bytes, record: Record | None) -> Verification:
    found = read_register(data)
    by = found.issuer.birth.organisation
    logs = {line.head.log for line in found.lines}
    held = [log for log in logs if _held(record, log)]
    checked = (
        f"The register of {in_words(by)}, log {found.issuer.log[:8]}, of {say_moment(found.made)}: {len(logs):,} logs.",
        "5. Its lines are the ones that were signed, by the key that the issuer's history allows.",
        f"6. Logs of it that are held here and were compared: {len(held):,}.",
    )
    problems = [problem for line in found.lines for problem in _against(record, line.head)]
    own = ["Your own log is not in it."] if record and record.log not in logs and by != record.organisation else []
    return Verification(tuple(problems), (*checked, *own), len(found.lines))


def _beside(record: Record | None, log: LogId) -> str:
    held = len(_held(record, log))
    return f"6. It was compared with {held:,} entries held here." if held else "6. Nothing of that log is held here."


def _against(record: Record | None, seen: Head) -> tuple[Problem, ...]:
    """What speaks against a head that somebody else holds. That a copy of another's log is shorter here is no fault."""
    held = _held(record, seen.log)
    if not held or record is None:
        return ()
    if len(held) < seen.size:
        if seen.log != record.log:
            return ()
        what = f"This record ends at entry {len(held):,}, and others hold it up to entry {seen.size:,}."
        return (Problem(what, "this record", COMPARE, seen.id, 6),)
    if held[seen.size - 1] == seen.id:
        return ()
    what = f"Entry {seen.size:,} of the log {seen.log[:8]} is another one here."
    return (Problem(what, f"entry {seen.size}", COMPARE, seen.id, 7),)


_CHECKS = {Kind.RETURN: _return, Kind.RECEIPT: _receipt, Kind.REGISTER: _register}
