"""Take in what waits here of a log that is enrolled: right after its enrolment, or later where that was broken off.

Decides nothing: whose return waits has been compared and enrolled by a person before.
"""

from __future__ import annotations

from collections.abc import Mapping

from msat.exchange.arrivals import Arrival, Outcome
from msat.exchange.enrolment import Writer
from msat.exchange.return_file import MOST_BYTES
from msat.ids import LogId
from msat.services.desk import Desk
from msat.services.quarantine import logs_waiting, waiting_of
from msat.services.take_return import read, take_return


def release(desk: Desk, log: LogId) -> list[Arrival]:
    """Takes in what waits of a log that is enrolled; what was taken in waits no longer, what met a damaged copy does.

    Raises as `take_return`.
    """
    found = []
    for path, _return in waiting_of(desk, log):
        found.append(take_return(desk, read(path, MOST_BYTES), path.name))
        if found[-1].outcome is not Outcome.DAMAGED:
            path.unlink(missing_ok=True)
    return found


def left_waiting(desk: Desk, log: LogId, writer: Writer) -> list[Arrival]:
    """Takes in what still waits of an enrolled log: its enrolment was broken off before that.

    Of a log that two histories were ever found of, what waits may be the other one: a person decides on that.
    """
    if not writer.is_active or writer.frozen is not None or writer.forks:
        return []
    return release(desk, log)


def release_enrolled(desk: Desk, known: Mapping[LogId, Writer]) -> list[Arrival]:
    """Takes in what still waits of every log in `known`, as `left_waiting`."""
    ready = [log for log in sorted(logs_waiting(desk)) if log in known]
    return [one for log in ready for one in left_waiting(desk, log, known[log])]
