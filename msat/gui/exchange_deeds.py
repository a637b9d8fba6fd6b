"""What the window does with other sites' logs, each as a call for the background; and what came of it, in words.

The services decide and refuse. They name commands in their next steps; what is said here names the window's own places.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from msat.errors import Refused
from msat.gui import tongue
from msat.gui.tongue import later, plural, spoken, tr
from msat.gui.words import count_words

if TYPE_CHECKING:
    from msat.exchange.arrivals import Arrival
    from msat.exchange.enrolment import Writer
    from msat.services.awaited_receipts import Awaited
    from msat.services.desk import Changes, Desk, Person, Progress
    from msat.services.enrol import Candidate, Held
    from msat.services.folder_sync import Synced
    from msat.services.issue_receipts import Withheld
    from msat.services.send_return import Sent

MOST_SHOWN = 40
"""Files of which a report says one by one what became of them; the others are counted."""
TO_COMPARE = later("Compare its fingerprint under Other sites, and enrol it there.")
TO_DECIDE = later("Then decide under Other sites: enrol it again, or remove it.")
_WAITED = re.compile(r"[0-9a-f]{64}\.msatreturn")
"""The name under which a return waits until its log is enrolled; no person chose it."""
_OUTCOMES = spoken(
    {
        "new": later("with new entries"),
        "same": later("with nothing new"),
        "older": later("older than what is held"),
        "fork": later("with another history"),
        "rejected": "rejected",
        "waiting": later("waiting to be enrolled"),
        "unfinished": later("not whole yet"),
        "ahead": later("longer than this record"),
        "remainder": later("with more than counts"),
        "damaged": later("of a log whose copy here is damaged"),
        "elsewhere": later("meant for somebody else"),
    }
)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of files: those to be shown one by one, alarms first, and a sentence about the others."""

    shown: tuple[Arrival, ...]
    others: str


@dataclass(frozen=True, slots=True)
class Sites:
    """The own log as others see it, and every log that is enrolled or waits."""

    mine: Candidate
    held: tuple[Held, ...]


def report(arrivals: Sequence[Arrival]) -> Report:
    """Alarms first, then what waits, then what is new; where there are many, the quiet ones are only counted."""
    ranked = sorted(arrivals, key=_rank)
    shown = ranked[:MOST_SHOWN]
    rest = Counter(one.outcome.value for one in ranked[MOST_SHOWN:])
    counted = ", ".join(f"{number:,} {_OUTCOMES[outcome]}" for outcome, number in rest.most_common())
    number = sum(rest.values())
    others = (
        tr("And {number:,} more {which}: {counted}.").format(
            number=number, which=plural(number, "file", "files"), counted=counted
        )
        if counted
        else ""
    )
    return Report(tuple(_for_the_window(one) for one in shown), others)


def _rank(one: Arrival) -> int:
    return 0 if one.outcome.is_alarm else {"waiting": 1, "unfinished": 2, "new": 3}.get(one.outcome.value, 4)


def _for_the_window(one: Arrival) -> Arrival:
    if _WAITED.fullmatch(one.name):
        one = replace(one, name=tr("What waited here"))
    if one.outcome.value == "waiting":
        return replace(one, next_step=tr(TO_COMPARE))
    ask, command, _rest = one.next_step.partition(" Then: msatctl enrol accept")
    return replace(one, next_step=f"{ask} {tr(TO_DECIDE)}") if command else one


def synced_words(done: Synced) -> str:
    """What a shared folder was given, in sentences."""
    read = len(done.arrivals)
    said = [tr("Read {read:,} {which} of others.").format(read=read, which=plural(read, "file", "files"))]
    said += [tr("Wrote {name}.").format(name=name) for name in done.written[:5]]
    if len(done.written) > 5:
        said.append(tr("And {written:,} more were written.").format(written=len(done.written) - 5))
    if not done.written:
        said.append(
            tr("Nothing of this organisation was to be written.") if not done.is_alarm else tr("Nothing was written.")
        )
    if done.removed:
        said.append(tr("Removed {removed:,} older of our own.").format(removed=done.removed))
    if done.left:
        said.append(tr("{left:,} that are none of the exchange were not looked at.").format(left=done.left))
    said += _withheld_words(done.withheld)
    return " ".join(said)


def to_say(own: str, candidate: Candidate) -> str:
    """What to say on the telephone, word for word."""
    return tr(
        "“This is {own}. A return that came here says it is the log of {name}, {ods}. In MSAT, "
        "open Records, then Other sites, and read me the 16 groups of your own fingerprint.”"
    ).format(own=own, name=candidate.name, ods=candidate.ods)


def lines_of_four(groups: str) -> str:
    """A fingerprint of 16 groups in four lines of four, as it is read aloud."""
    parts = groups.split()
    return "\n".join("  ".join(parts[at : at + 4]) for at in range(0, len(parts), 4))


def state_of(one: Held) -> tuple[str, str]:
    """(word, tone) of a log in the list."""
    if one.is_waiting:
        return tr("Waiting"), "amber"
    if one.writer.frozen:
        return tr("Frozen"), "red"
    if one.writer.ended and one.writer.is_active:
        return tr("Ended: another log goes on for it"), "plain"
    return (tr("Enrolled"), "green") if one.writer.is_active else (tr("Removed"), "plain")


def frozen_words(writer: Writer) -> str:
    """Why a log is frozen; empty when it is not."""
    if writer.frozen is None:
        return ""
    return tr(
        "Two histories of this log part at entry {at:,}: a copy of their installation is in use, "
        "or somebody else has their key. Telephone them. Then enrol it again with a reason, or "
        "remove it."
    ).format(at=writer.frozen.at)


# Calls


def send(folder: Path) -> Callable[[Desk], Sent]:
    """Writes the own return into a folder."""

    def do(desk: Desk) -> Sent:
        from msat.services.send_return import send_return

        return send_return(desk, folder)

    return do


def take_in(files: Sequence[Path], progress: Progress) -> Callable[[Desk], list[Arrival]]:
    def do(desk: Desk) -> list[Arrival]:
        from msat.services.take_in import take_in as service

        return service(desk, files, progress)

    return do


def sync(folder: Path, progress: Progress) -> Callable[[Desk], Synced]:
    def do(desk: Desk) -> Synced:
        from msat.services.folder_sync import folder_sync

        return folder_sync(desk, folder, progress)

    return do


def awaited(desk: Desk) -> Awaited:
    """How the own returns stand with those who give receipts."""
    from msat.services.awaited_receipts import awaited_receipts

    return awaited_receipts(desk)


def sites(desk: Desk) -> Sites:
    """Everything the list of other sites shows, read at once."""
    from msat.services import enrol

    return Sites(enrol.mine(desk), tuple(enrol.listed(desk)))


def candidate(log: str) -> Callable[[Desk], Candidate]:
    def do(desk: Desk) -> Candidate:
        from msat.services.enrol import show

        return show(desk, log)

    return do


def accept(
    compared: Candidate, reason: str, officers: Sequence[str] = ()
) -> Callable[[Desk, Person], tuple[Changes, list[Arrival]]]:
    """Enrols the log whose fingerprint a person compared; refuses when another now waits under its name."""

    def do(desk: Desk, person: Person) -> tuple[Changes, list[Arrival]]:
        from msat.services import enrol

        if enrol.show(desk, compared.log).fingerprint != compared.fingerprint:
            raise Refused(
                tr("Another file under this log's name came meanwhile, with another fingerprint."),
                tr("Close this, telephone them, and throw away what waits of it: one of the two files is not theirs."),
            )
        return enrol.accept(desk, compared.log, person, True, reason, officers)

    return do


def remove(log: str, reason: str) -> Callable[[Desk, Person], Changes]:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import enrol

        return enrol.remove(desk, log, person, reason)

    return do


def forget(log: str) -> Callable[[Desk], int]:
    def do(desk: Desk) -> int:
        from msat.services.enrol import forget_waiting

        return forget_waiting(desk, log)

    return do


# --- for a commissioner's team ----------------------------------------------------------------------------------


def receipts(folder: Path) -> Callable[[Desk], str]:
    """Issues the receipts that are due, saves them and those that still stand, and says how many."""

    def do(desk: Desk) -> str:
        from msat.exchange.folder import put
        from msat.services.issue_receipts import issue_due

        _there(folder)
        found = issue_due(desk)
        due, standing = found.new, found.standing
        for one in (*due, *standing):
            put(folder, one.name, one.data)
        return " ".join([_receipts_saved(len(due), len(standing)), *_withheld_words(found.withheld)])

    return do


def _receipts_saved(due: int, standing: int) -> str:
    if not due and not standing:
        return tr("No return is held of an enrolled log yet, so there is nothing to give a receipt for.")
    new, earlier = count_words(due, "new receipt"), count_words(standing, "earlier receipt")
    if due and standing:
        return tr("Saved {due} and {standing}. Send each to its site.").format(due=new, standing=earlier)
    return tr("Saved {receipts}. Send each to its site.").format(receipts=new if due else earlier)


def _withheld_words(withheld: Sequence[Withheld]) -> list[str]:
    """Which logs get no receipt, why, and what to do: the first few of them."""
    words = [f"{tongue.said(one.words)} {tongue.said(one.next_step)}" for one in withheld[:5]]
    if len(withheld) > 5:
        words.append(tr("And {others:,} more get no receipt.").format(others=len(withheld) - 5))
    return words


def register(folder: Path) -> Callable[[Desk], str]:
    """Saves the signed register of heads."""

    def do(desk: Desk) -> str:
        from msat.clock import stamp
        from msat.exchange.folder import put
        from msat.exchange.register import SUFFIX
        from msat.services.issue_receipts import write_own_register

        _there(folder)
        data, number = write_own_register(desk)
        put(folder, f"{desk.record.organisation.ods}-heads-{stamp(desk.clock.now())[:10]}{SUFFIX}", data)
        return tr("Saved the register of {logs}, signed. Send it to all of them.").format(
            logs=count_words(number, "log")
        )

    return do


def _there(folder: Path) -> None:
    """Raises Refused for a folder that is gone: none is made where nobody looks for it."""
    if not folder.is_dir():
        raise Refused(tr("There is no folder “{folder}”.").format(folder=folder), tr("Make it, or choose another."))
