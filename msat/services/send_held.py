"""Send back a log that is held here to whoever lost the end of it: written out whole, as it was when it came."""

from __future__ import annotations

from pathlib import Path

from msat.errors import RecordProblem, Refused
from msat.exchange.return_file import write_return
from msat.record.entries import Head
from msat.services.desk import Desk
from msat.services.enrol import named
from msat.services.send_return import Sent, send_file
from msat.services.take_return import enrolled


def send_held(desk: Desk, what: str, folder: Path) -> Sent:
    """Writes what is held of the log that `what` names (8 digits or more) into `folder` as a return. Raises Refused."""
    log = named(desk, what)
    writer = enrolled(desk).get(log)
    ids = desk.record.received.ids(log)
    if writer is None or not ids:
        raise Refused(f"Nothing of the log {log[:8]} is held here.", "List those that are: msatctl enrol list.")
    note = desk.record.received.note(log)
    if note is None:
        raise RecordProblem(f"The log {log[:8]} is held without its signed head.", "Run verify.")
    head = Head(log, len(ids), ids[-1])
    data = b"".join(write_return(desk.record.entries(log, upto=head.size), note))
    path = send_file(writer.ods, folder, data, head)
    return Sent(path, head, f"Wrote the log of {writer.name} as it is held here, {head.size} entries, to {path.name}.")
