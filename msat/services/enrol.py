"""Enrol another installation's log: shown first, compared by telephone, then pinned for good. List them, remove one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from msat import patient_identifiers
from msat.errors import MsatError, Refused
from msat.exchange.arrivals import Arrival, Kind, in_words, kind_of
from msat.exchange.enrolment import ENROLLED, REMOVED, Writer
from msat.exchange.own_logs import is_same_code
from msat.exchange.receipts import read_receipt
from msat.exchange.return_file import MOST_BYTES, Return, read_return
from msat.ids import AlertKey, LogId, grouped
from msat.lettering import BOX, clipped, is_alike, plain, strange
from msat.record.chain import Birth
from msat.record.entries import Draft
from msat.services.deeds import checked_person, checked_text
from msat.services.desk import Changes, Desk, Person
from msat.services.enrol_successor import birth_in, examined
from msat.services.enrol_successor import drafts as successor_drafts
from msat.services.one_at_a_time import one_at_a_time
from msat.services.quarantine import forget, put_aside, waiting, waiting_of
from msat.services.release import left_waiting, release
from msat.services.take_return import enrolled, read, said

_LOOKS = 3
SHORTEST = 8
"""How many digits of a log's name are enough to name it."""
COMPARE = "Telephone the organisation on a number you know already; they read theirs out with: msatctl enrol mine."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A log as its file says, not believed yet: to be compared by telephone."""

    log: LogId
    ods: str
    name: str
    kind: str
    fingerprint: str
    size: int
    is_enrolled: bool = False
    succession: str = ""
    """What comes of its claim to go on for an earlier log, or why that does not fit; empty where it claims nothing."""
    others: str = ""
    """Who goes by the same ODS code here under another name, in words; empty where nobody does."""
    looks: str = ""
    """What in its name or code is not what it looks like, in words; empty where nothing is known of it."""

    @property
    def in_groups(self) -> str:
        """The fingerprint as people read it aloud: 16 groups of four."""
        return grouped(self.fingerprint, 16)


def mine(desk: Desk) -> Candidate:
    """The own log as others see it: what is read out on the telephone."""
    first, birth = desk.record.identity()[0], desk.record.organisation
    return Candidate(desk.record.log, birth.ods, birth.name, birth.kind, first.id, desk.record.head().size, True)


def show(desk: Desk, what: str) -> Candidate:
    """The log of a return's file, or one that waits here, by its name or the beginning of it. Raises Refused."""
    path = Path(what)
    if path.is_file():
        data = read(path, MOST_BYTES)
        if kind_of(data) is Kind.RECEIPT:
            issuer = read_receipt(data).issuer
            raise Refused(
                f"This is a receipt by {in_words(issuer.birth.organisation)}, log {issuer.log}.",
                "Enrol them with their return, which holds their whole log.",
            )
        try:
            found = read_return(data)
        except MsatError as error:
            raise Refused(f"“{path.name}” was refused. {error.explanation}", error.next_step) from error
        if found.log != desk.record.log and found.log not in enrolled(desk):
            put_aside(desk, data, found)
        return _candidate(desk, found, found.log in enrolled(desk))
    log = named(desk, what)
    known = enrolled(desk).get(log)
    held = waiting_of(desk, log)
    if held:
        return _candidate(desk, held[-1][1], bool(known and known.is_active))
    assert known is not None  # noqa: S101 - `named` found it in one of the two
    size, looks = len(desk.record.received.ids(log)), _looks(desk, log, known.ods, known.name)
    others = _of_the_same_code(desk, log, known.ods, known.name)
    whose = (known.ods, known.name, known.kind, known.fingerprint)
    return Candidate(log, *whose, size, known.is_active, others=others, looks=looks)


def _candidate(desk: Desk, found: Return, is_enrolled: bool) -> Candidate:
    birth = found.identity.birth.organisation
    ods, name, kind = clipped(birth.ods, 12), clipped(birth.name), clipped(birth.kind, 30)
    claimed = "" if is_enrolled else _claimed(desk, found)
    claim = found.identity.birth.claim
    others = _of_the_same_code(desk, found.log, ods, name, claim.head.log if claim else "")
    looks = _looks(desk, found.log, ods, name)
    print_, size = found.lines[0].id, found.head.size
    return Candidate(found.log, ods, name, kind, print_, size, is_enrolled, claimed, others, looks)


def _looks(desk: Desk, log: str, ods: str, name: str) -> str:
    """Letters of the name that only look like ours, and whose name or code known here it could be mistaken for."""
    found = []
    if odd := strange(name):
        found.append(f"In its name there is what is not an English or Welsh letter: {odd}.")
    own = desk.record.organisation
    known = [(own.ods, own.name, desk.record.log, "your own")]
    known += [(one.ods, one.name, one.log, "enrolled here") for one in enrolled(desk).values() if one.is_active]
    for code, whose, other, how in known:
        which = f"{clipped(whose)} (log {other[:8]}, {how})"
        if other != log and is_alike(code, ods):
            found.append(f"Its ODS code {ods} looks like {code}, which is another: that of {which}.")
        elif other != log and is_alike(whose, name):
            found.append(f"Its name looks like that of {which}, and is written otherwise.")
    return " ".join(found[: _LOOKS + 1])


def _of_the_same_code(desk: Desk, log: str, ods: str, name: str, earlier: str = "") -> str:
    """Which installations known here go by this code under another name: logs of one code are one organisation's.

    A log that ended or was removed is left out, and the `earlier` one that this goes on for: none counts beside it.
    """
    if log == desk.record.log:
        return ""
    own = desk.record.organisation
    known = [(own.ods, own.name, desk.record.log, "your own")]
    beside = (one for one in enrolled(desk).values() if one.log not in (log, earlier))
    active = (one for one in beside if one.is_active and one.ended is None)
    known += [(one.ods, one.name, one.log, "enrolled here") for one in active]
    found = [
        f"{clipped(whose)} (log {other[:8]}, {how})"
        for code, whose, other, how in known
        if is_same_code(code, ods) and plain(whose) != plain(name)
    ]
    if not found:
        return ""
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return (
        f"The ODS code {ods} is also that of {', '.join(found[:3])}{more}. Logs of one code count as one "
        "organisation's: ask whether they are one, and who has the wrong code if they are not."
    )


def _claimed(desk: Desk, found: Return) -> str:
    if found.log == desk.record.log:
        return ""
    try:
        fits = examined(desk, found.log, found.identity.birth)
    except Refused as error:
        return f"{error.explanation} {error.next_step}"
    return fits.say() if fits else ""


def named(desk: Desk, text: str) -> LogId:
    """The log, enrolled or waiting, that `text` names: whole, or its first digits. Raises Refused."""
    wanted = "".join(text.split()).lower()
    if len(wanted) < SHORTEST or not set(wanted) <= set("0123456789abcdef"):
        raise Refused(f"“{text[:80]}” names no log and no file.", f"Give a file, or {SHORTEST} digits of a log's name.")
    logs = {*enrolled(desk), *(found.log for _path, found in waiting(desk))}
    found = sorted(log for log in logs if log.startswith(wanted))
    if not found:
        raise Refused(
            f"No log that begins with “{text[:40]}” is known here.",
            "Take in a return of it first: msatctl return import FILE. List them with: msatctl enrol list.",
        )
    if len(found) > 1:
        raise Refused(f"{len(found)} logs begin with “{text[:40]}”.", "Give more of its digits.")
    return found[0]


@one_at_a_time
def accept(
    desk: Desk, what: str, person: Person, is_compared: bool, reason: str = "", officers: Sequence[str] = ()
) -> tuple[Changes, list[Arrival]]:
    """Enrols a log, and takes in what waited of it. Raises Refused unless a person has compared the fingerprint.

    A log that is frozen after a fork is enrolled again with a reason: what is held of it stays, and goes on. One that
    goes on for an earlier log is countersigned at a committee by two `officers`, each “NAME, ROLE”.
    """
    person = checked_person(person)
    log = named(desk, what) if not Path(what).is_file() else show(desk, what).log
    if log == desk.record.log:
        raise Refused("This is your own log.", "It needs no enrolment.")
    known = enrolled(desk).get(log)
    frozen = known.frozen if known else None
    if known and known.is_active and frozen is None:
        if left := left_waiting(desk, log, known):  # enrolled, and broken off before what waited was taken in
            changed = frozenset[AlertKey]().union(*(arrival.alerts for arrival in left))
            words = f"{said(known)} was enrolled before. What still waited of it was taken in now."
            return Changes(changed, words=words), left
        raise Refused(f"{said(known)} is enrolled already.", "Take in its returns: msatctl return import FILE.")
    one = show(desk, log)
    if not is_compared:
        raise Refused(f"The fingerprint of {one.name} has not been compared: {one.in_groups}.", f"{COMPARE} {_AGAIN}")
    if frozen and not reason.strip():
        raise Refused(f"The log of {one.name} is frozen since a fork was found.", "Give a reason: --reason TEXT.")
    drafts = [_enrolment(one, person, checked_text(reason, "reason"), known)]
    birth = None if known and known.earlier else _birth(desk, log)  # a claim is decided on once
    fits = examined(desk, log, birth) if birth else None
    if fits is not None:
        more, signed = successor_drafts(desk, log, fits, person, officers)
        drafts = [replace(drafts[0], data={**drafts[0].data, **more}), *signed]
    elif officers:
        raise Refused(f"The log of {one.name} goes on for no earlier one.", "Leave --officer away.")
    entries = desk.record.append(drafts)
    changed = desk.views.catch_up()
    if fits is not None:
        forget(desk, fits.before.log)  # the history that goes on is kept beside the entry now
    arrivals = release(desk, log)
    changed = changed.union(*(arrival.alerts for arrival in arrivals))
    meant = " ".join(one.meaning for one in drafts)
    words = f"{meant} Entry {entries[-1].seq}. {one.others} {one.looks}".rstrip()
    return Changes(changed, entries, words=words), arrivals


def _birth(desk: Desk, log: LogId) -> Birth | None:
    """What a log's first entry fixed: of one that waits, else of one that is held."""
    held = waiting_of(desk, log)
    return held[-1][1].identity.birth if held else birth_in(desk, log)


_ODS = re.compile(r"[A-Z0-9]{3,10}", re.ASCII)
_AGAIN = "Then add --compared."


def _enrolment(one: Candidate, person: Person, reason: str, known: Writer | None) -> Draft:
    patient_identifiers.refuse(one.name, "organisation's name")
    if not _ODS.fullmatch(one.ods) or not one.name or BOX in one.name:
        raise Refused(
            f"This log calls itself “{one.name}” with the ODS code “{one.ods}”, which cannot be one.",
            "Ask them to start a record with their right name and code.",
        )
    told: dict[str, Any] = {
        "log": one.log,
        "ods": one.ods,
        "name": one.name,
        "kind": one.kind,
        "fingerprint": known.fingerprint if known else one.fingerprint,
        "compared": True,
        "reason": reason,
    }
    again = " again" if known else ""
    meaning = f"Enrolled{again} the log {one.log[:8]} of {one.name} ({one.ods}); its fingerprint was compared."
    return Draft(ENROLLED, person.actor(), told, meaning=meaning)


@one_at_a_time
def remove(desk: Desk, what: str, person: Person, reason: str) -> Changes:
    """Takes in nothing more of a log. What is held stays: a record is never deleted. Raises Refused."""
    person, log = checked_person(person), named(desk, what)
    known = enrolled(desk).get(log)
    if known is None or not known.is_active:
        raise Refused("This log is not enrolled.", "List those that are: msatctl enrol list.")
    reason = checked_text(reason, "reason")
    if not reason:
        raise Refused("The reason is empty.", "Give a reason: it stays in the record.")
    meaning = f"Removed the log {log[:8]} of {known.name} ({known.ods}) from those enrolled."
    told: Mapping[str, Any] = {"log": log, "ods": known.ods, "reason": reason}
    entries = desk.record.append([Draft(REMOVED, person.actor(), told, meaning=meaning)])
    return Changes(desk.views.catch_up(), entries, words=f"{meaning} What is held stays. Entry {entries[-1].seq}.")


def forget_waiting(desk: Desk, what: str) -> int:
    """Throws away what waits of a log that is not enrolled. Says how many files that were."""
    return forget(desk, named(desk, what))


@dataclass(frozen=True, slots=True)
class Held:
    """One log of the list: enrolled or waiting. `size` counts the entries held, or those of the longest that waits."""

    writer: Writer
    size: int
    is_waiting: bool = False


def listed(desk: Desk) -> list[Held]:
    """Every log enrolled, then every log that waits."""
    sizes = {head.log: head.size for head in desk.record.received.heads()}
    known = enrolled(desk)
    found = [Held(writer, sizes.get(log, 0)) for log, writer in sorted(known.items(), key=lambda one: one[1].ods)]
    longest = {one.log: one for _path, one in waiting(desk) if one.log != desk.record.log}
    for log, one in longest.items():
        if log not in known or not known[log].is_active:
            birth = one.identity.birth.organisation
            names = (clipped(birth.ods, 12), clipped(birth.name), clipped(birth.kind, 30))
            writer = Writer(log, *names, one.lines[0].id, is_active=False)
            found.append(Held(writer, one.head.size, is_waiting=True))
    return found
