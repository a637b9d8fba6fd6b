"""Bring a shared folder and this record together: read everybody's files, write only one's own, as often as one likes.

Nothing is locked. Stopped at any moment and started again, or run twice at once, it comes to the same end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from msat.errors import RecordProblem, Refused
from msat.exchange import folder as shared
from msat.exchange.arrivals import Arrival, Kind, Outcome, kind_of
from msat.exchange.enrolment import Writer
from msat.exchange.receipts import SUFFIX as RECEIPT
from msat.exchange.return_file import MOST_BYTES, SUFFIX, file_name
from msat.ids import LogId
from msat.record.entries import Head
from msat.services.awaited_receipts import has_committee, note_sending
from msat.services.desk import Desk, Progress
from msat.services.from_backup import refuse_in_backup
from msat.services.issue_receipts import Due, Issued, Withheld, issue_due
from msat.services.receive_receipt import receive
from msat.services.release import release_enrolled
from msat.services.send_return import earlier_returns, own_return
from msat.services.take_return import enrolled, read, take_return
from msat.triage.model import OrganisationKind


@dataclass(frozen=True, slots=True)
class Synced:
    """What a synchronisation did: what became of each file read, what was written, how many own old files went."""

    arrivals: tuple[Arrival, ...]
    written: tuple[str, ...]
    removed: int
    left: int
    """How many files in the folder are not of the exchange; they were not looked at."""
    head: Head
    withheld: tuple[Withheld, ...] = ()
    """The logs that got no receipt though one was due, as a committee."""

    @property
    def is_alarm(self) -> bool:
        return bool(self.withheld) or any(one.outcome.is_alarm for one in self.arrivals)


def folder_sync(desk: Desk, folder: Path, progress: Progress | None = None) -> Synced:
    """Reads every return, receipt and register in `folder`, then writes the own return and, as a committee, receipts.

    Raises Refused when the folder cannot be read or written, or is MSAT's own; a bad file among the others is an
    arrival like any other.
    """
    refuse_in_backup(desk, "No folder is brought together with others")
    if not folder.is_dir():
        raise Refused(f"There is no folder “{folder}”.", "Connect the drive, or choose another folder.")
    _refuse_own(desk, folder)
    files = shared.names(folder)
    ours = [path for path in files if shared.belongs(path)]
    arrivals = [*release_enrolled(desk, enrolled(desk)), *_read_all(desk, ours, progress)]
    if any(one.outcome is Outcome.AHEAD or _is_own_fork(desk, one) for one in arrivals):
        # This record is not the whole of its log: nothing is written over what others may still have.
        return Synced(tuple(arrivals), (), 0, len(files) - len(ours), desk.record.head())
    given, (data, head) = _receipts(desk), own_return(desk)
    receipts = [*given.new, *given.standing]
    try:
        written = _written(desk, folder, receipts, data, head)
    except Refused as error:
        raise Refused(f"{error.explanation} {_came(arrivals)}".rstrip(), error.next_step) from error
    removed = _sweep(desk, folder, head, receipts)
    if has_committee(desk):
        note_sending(desk, head.size)
    return Synced(tuple(arrivals), tuple(written), removed, len(files) - len(ours), head, given.withheld)


def _refuse_own(desk: Desk, folder: Path) -> None:
    """Raises Refused for a folder in which MSAT itself keeps something, such as the signing key."""
    own, places = folder.resolve(), desk.places
    for kept in (places.data, places.state, places.cache, places.config, places.backups):
        if kept.resolve() == own or kept.resolve() in own.parents:
            raise Refused(
                f"The folder “{folder}” is one of MSAT's own: others must never see into it.",
                "Choose a folder that is there for sharing alone.",
            )


def _written(desk: Desk, folder: Path, receipts: list[Issued], data: bytes, head: Head) -> list[str]:
    """Writes what is not there yet; returns the names. Raises Refused."""
    ods = desk.record.organisation.ods
    files = [(one.name, one.data) for one in receipts]
    files += [(file_name(ods, head), data)]
    files += [(file_name(ods, end), older) for older, end in earlier_returns(desk)]
    return [name for name, content in files if shared.put(folder, name, content)]


def _came(arrivals: list[Arrival]) -> str:
    """What was taken in before the folder could not be written, above all what is an alarm: in a few sentences."""
    new = sum(one.outcome is Outcome.NEW for one in arrivals)
    taken = f"Before that {new:,} new {'file was' if new == 1 else 'files were'} taken in." if new else ""
    alarms = [f"{one.name}: {one.words}" for one in arrivals if one.outcome.is_alarm]
    more = f" And {len(alarms) - 3:,} more need looking at." if len(alarms) > 3 else ""
    return " ".join([taken, *alarms[:3]]).strip() + more


def _is_own_fork(desk: Desk, one: Arrival) -> bool:
    return one.outcome is Outcome.FORK and one.log == desk.record.log


def _read_all(desk: Desk, paths: list[Path], progress: Progress | None) -> list[Arrival]:
    """What became of each file: returns first, so that a receipt's issuer is known when its receipt is read."""
    known, arrivals = enrolled(desk), list[Arrival]()
    mine = {own_return(desk)[0], *(data for data, _head in earlier_returns(desk))}
    kinds = [(path, _kind(path)) for path in paths]
    ordered = [one for one in kinds if one[1] is Kind.RETURN] + [one for one in kinds if one[1] is not Kind.RETURN]
    for number, (path, kind) in enumerate(ordered):
        if progress:
            progress("Reading the shared folder", number, len(ordered))
        take: Callable[[Desk, bytes, str, dict[LogId, Writer]], Arrival] = (
            receive if kind in (Kind.RECEIPT, Kind.REGISTER) else take_return
        )
        try:
            data = read(path, MOST_BYTES)
            if data not in mine:
                arrivals.append(take(desk, data, path.name, known))
        except Refused as error:  # gone meanwhile, or being written: the next time reads it
            arrivals.append(Arrival(path.name, Outcome.UNFINISHED, error.explanation, error.next_step))
        if arrivals and arrivals[-1].outcome is Outcome.FORK:
            known = enrolled(desk)
    if progress:
        progress("Reading the shared folder", len(ordered), len(ordered))
    return arrivals


def _kind(path: Path) -> Kind:
    try:
        with path.open("rb") as file:
            return kind_of(file.read(64))
    except OSError:
        return Kind.OTHER


def _receipts(desk: Desk) -> Due:
    """The receipts that a committee puts beside: those due now, and those that stand, should one be missing there."""
    if desk.record.organisation.kind != OrganisationKind.COMMITTEE:
        return Due((), ())
    try:
        return issue_due(desk)
    except Refused as error:
        raise RecordProblem(error.explanation, error.next_step) from error


def _sweep(desk: Desk, folder: Path, head: Head, receipts: list[Issued]) -> int:
    ods, now, paths = desk.record.organisation.ods, desk.clock.now(), shared.names(folder)
    prefix = file_name(ods, head).removesuffix(f"{head.size}{SUFFIX}")
    removed = shared.sweep(paths, shared.Own(prefix, SUFFIX, head.log.encode()), head.size, now)
    for one in receipts:
        ending = f"-by-{desk.record.log[:8]}{RECEIPT}"
        before = one.name.removesuffix(f"{one.head.size}{ending}")
        own = shared.Own(before, ending, one.head.log.encode())
        removed += shared.sweep(paths, own, one.head.size, now)
    return removed
