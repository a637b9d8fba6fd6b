"""What `msatctl return`, `enrol` and `folder` do."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msat.cli.opening import open_desk, person_of, say, show_progress
from msat.errors import Refused
from msat.ids import grouped

if TYPE_CHECKING:
    from msat.exchange.arrivals import Arrival
    from msat.services.desk import Desk
    from msat.services.enrol import Candidate, Held


def export(options: argparse.Namespace) -> int:
    """Writes the own log as a return."""
    from msat.services.send_return import send_return

    with open_desk(options) as desk:
        if options.log:
            from msat.services.send_held import send_held

            sent = send_held(desk, options.log, Path(options.out))
        else:
            sent = send_return(desk, Path(options.out))
    value: dict[str, Any] = {"file": str(sent.path), "log": sent.head.log, "size": sent.head.size, "head": sent.head.id}
    value["earlier"] = [str(one) for one in sent.earlier]
    lines = [*value["earlier"], str(sent.path), sent.words]
    if options.pdf:
        from msat.cli.return_show_acts import write_pdf_beside

        value["pdf"] = str(write_pdf_beside(sent.path))
        lines.insert(len(sent.earlier) + 1, str(value["pdf"]))
    say(options, value, "\n".join(lines))
    return 0


def import_(options: argparse.Namespace) -> int:
    """Takes in files that came from other sites; status 1 when one is an alarm."""
    with open_desk(options) as desk:
        arrivals = _take(desk, [Path(name) for name in options.files])
    return _say(options, arrivals)


def _take(desk: Desk, paths: Sequence[Path]) -> list[Arrival]:
    from msat.services.take_in import take_in

    return take_in(desk, paths, show_progress)


def status(options: argparse.Namespace) -> int:
    """Says how the own returns stand with those who give receipts; status 1 when a receipt is overdue."""
    from msat.clock import stamp
    from msat.services.awaited_receipts import awaited_receipts

    with open_desk(options) as desk:
        found = awaited_receipts(desk)
    value = {
        "size": found.size,
        "sent": {"size": found.sent.size, "at": stamp(found.sent.at)} if found.sent else None,
        "receipted": found.receipted,
        "waits_since": stamp(found.since) if found.since else None,
        "overdue": found.is_overdue,
        "message": found.words,
        "next_step": found.next_step,
    }
    say(options, value, "\n".join(line for line in (found.words, found.next_step) if line))
    return 1 if found.is_overdue else 0


def receipt(options: argparse.Namespace) -> int:
    """Takes in a return and writes the receipt for what is held then."""
    from msat.exchange.arrivals import Outcome
    from msat.exchange.folder import put
    from msat.ids import LogId
    from msat.services.issue_receipts import issue_receipt, refuse_unless_committee

    with open_desk(options) as desk:
        refuse_unless_committee(desk)
        (arrival,) = _take(desk, [Path(options.file)])
        if arrival.outcome not in (Outcome.NEW, Outcome.SAME, Outcome.OLDER):
            return _say(options, [arrival]) or 1
        issued = issue_receipt(desk, LogId(arrival.log))
        path = _folder(options.out) / issued.name
        put(path.parent, path.name, issued.data)
    value = {"file": str(path), "log": issued.head.log, "size": issued.head.size, "head": issued.head.id}
    say(options, value, f"{arrival.words}\n{path}\n{issued.words}")
    return 0


def register(options: argparse.Namespace) -> int:
    """Writes the signed register of heads."""
    from msat.clock import stamp
    from msat.exchange.folder import put
    from msat.exchange.register import SUFFIX
    from msat.services.issue_receipts import write_own_register

    with open_desk(options) as desk:
        data, number = write_own_register(desk)
        name = f"{desk.record.organisation.ods}-heads-{stamp(desk.clock.now())[:10]}{SUFFIX}"
        put(_folder(options.out), name, data)
    path = Path(options.out) / name
    text = f"{path}\nWrote the heads of {number} {'log' if number == 1 else 'logs'}, signed. Send it to all of them."
    say(options, {"file": str(path), "logs": number}, text)
    return 0


def _folder(text: str) -> Path:
    folder = Path(text)
    if not folder.is_dir():
        raise Refused(f"There is no folder “{folder}”.", "Make it, or choose another.")
    return folder


def sync(options: argparse.Namespace) -> int:
    """Brings a shared folder and this record together; status 1 when a file in it is an alarm."""
    from msat.services.folder_sync import folder_sync

    with open_desk(options) as desk:
        done = folder_sync(desk, Path(options.folder), show_progress)
    value = {
        "files": [_json(one) for one in done.arrivals],
        "written": list(done.written),
        "removed": done.removed,
        "others": done.left,
        "size": done.head.size,
        "no_receipt": [
            {"log": one.log, "message": one.words, "next_step": one.next_step} for one in done.withheld
        ],
    }
    lines = [_line(one) for one in done.arrivals]
    lines += [f"Wrote {name}." for name in done.written] or ["Nothing of ours was to be written."]
    if done.removed:
        lines.append(f"Removed {done.removed} older of our own.")
    if done.left:
        lines.append(f"Files that are none of the exchange, not looked at: {done.left}.")
    lines += [f"NO RECEIPT {one.words}\n           {one.next_step}" for one in done.withheld]
    say(options, value, "\n".join(lines))
    return 1 if done.is_alarm else 0


def _say(options: argparse.Namespace, arrivals: Sequence[Arrival]) -> int:
    say(options, [_json(one) for one in arrivals], "\n".join(_line(one) for one in arrivals))
    return 1 if any(one.outcome.is_alarm for one in arrivals) else 0


def _line(one: Arrival) -> str:
    from msat.lettering import clipped

    then = f"\n           {one.next_step}" if one.next_step else ""
    return f"{one.outcome.upper():<10} {clipped(one.name, 200)}: {one.words}{then}"


def _json(one: Arrival) -> dict[str, Any]:
    return {
        "file": one.name,
        "outcome": one.outcome.value,
        "message": one.words,
        "next_step": one.next_step,
        "log": one.log or None,
        "ods": one.ods or None,
        "new": one.new,
        "at": one.at or None,
    }


def show(options: argparse.Namespace) -> int:
    """Shows whose log a file is."""
    from msat.services import enrol

    with open_desk(options) as desk:
        found = enrol.show(desk, options.what)
    then = "It is enrolled already." if found.is_enrolled else f"{enrol.COMPARE} {_then(found.log)}"
    claimed = "".join(f"{told}\n" for told in (found.succession, found.others, found.looks) if told)
    say(options, _candidate_json(found), f"{_candidate(found)}\n{claimed}{then}")
    return 0


def _then(log: str) -> str:
    return f"If every group is the same: msatctl enrol accept {log} --compared."


def mine(options: argparse.Namespace) -> int:
    """Prints the own log's fingerprint."""
    from msat.services import enrol

    with open_desk(options) as desk:
        found = enrol.mine(desk)
    say(options, _candidate_json(found), _candidate(found))
    return 0


def _candidate(found: Candidate) -> str:
    first, second = found.in_groups[:39], found.in_groups[40:]
    return (
        f"{found.name} ({found.ods}), {found.kind}\nLog         {grouped(found.log, 8)}\nEntries     {found.size}\n"
        f"Fingerprint {first}\n            {second}"
    )


def _candidate_json(found: Candidate) -> dict[str, Any]:
    return {
        "log": found.log,
        "ods": found.ods,
        "name": found.name,
        "kind": found.kind,
        "fingerprint": found.fingerprint,
        "entries": found.size,
        "enrolled": found.is_enrolled,
        "succession": found.succession,
        "same_code": found.others,
        "looks_alike": found.looks,
    }


def accept(options: argparse.Namespace) -> int:
    """Enrols a log and takes in what waited of it."""
    from msat.services import enrol

    person = person_of(options)
    with open_desk(options) as desk:
        changes, arrivals = enrol.accept(
            desk, options.what, person, options.compared, options.reason, options.officer
        )
    text = "\n".join([changes.words, *(_line(one) for one in arrivals)])
    say(options, {"message": changes.words, "files": [_json(one) for one in arrivals]}, text)
    return 1 if any(one.outcome.is_alarm for one in arrivals) else 0


def listed(options: argparse.Namespace) -> int:
    """Lists the logs enrolled and waiting; status 1 while one is frozen."""
    from msat.services import enrol

    with open_desk(options) as desk:
        found = enrol.listed(desk)
    text = "\n".join(_held(one) for one in found) or "No log is enrolled here, and none waits."
    say(options, [_held_json(one) for one in found], text)
    return 1 if any(one.writer.frozen for one in found) else 0


def _state(one: Held) -> str:
    if one.is_waiting:
        return "waiting"
    if one.writer.frozen:
        return "frozen"
    if one.writer.ended and one.writer.is_active:
        return "ended"
    return "enrolled" if one.writer.is_active else "removed"


def _held(one: Held) -> str:
    frozen = one.writer.frozen
    more = f"; two histories part at entry {frozen.at}" if frozen else _line_of(one)
    who, entries = one.writer, "entry" if one.size == 1 else "entries"
    return f"{_state(one):<9} {who.ods:<10} {who.log[:8]}  {one.size:>6} {entries}  {who.name}{more}"


def _line_of(one: Held) -> str:
    """How an enrolled log stands to another: gone on for by it, or going on for it."""
    who = one.writer
    if who.ended is not None:
        return f"; log {(who.successor or '')[:8]} goes on for it after entry {who.ended.size}"
    return f"; goes on for log {who.earlier.log[:8]} after entry {who.earlier.size}" if who.earlier else ""


def _held_json(one: Held) -> dict[str, Any]:
    return {
        "state": _state(one),
        "log": one.writer.log,
        "ods": one.writer.ods,
        "name": one.writer.name,
        "kind": one.writer.kind,
        "fingerprint": one.writer.fingerprint,
        "entries": one.size,
        "fork_at": one.writer.frozen.at if one.writer.frozen else None,
        "successor": one.writer.successor,
        "goes_on_for": one.writer.earlier.log if one.writer.earlier else None,
    }


def remove(options: argparse.Namespace) -> int:
    """Takes in nothing more of a log."""
    from msat.cli.opening import say_changes
    from msat.services import enrol

    person = person_of(options)
    with open_desk(options) as desk:
        changes = enrol.remove(desk, options.what, person, options.reason)
    return say_changes(options, changes)


def forget(options: argparse.Namespace) -> int:
    """Throws away what waits of a log."""
    from msat.services import enrol

    with open_desk(options) as desk:
        number = enrol.forget_waiting(desk, options.what)
    words = f"Threw away {number} waiting {'file' if number == 1 else 'files'}."
    say(options, {"removed": number}, words)
    return 0
