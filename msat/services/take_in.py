"""Take in files that came from other sites, of whatever kind: returns, receipts, registers of heads. Says what became
of each; one that cannot be read stops none of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msat.errors import Refused
from msat.exchange.arrivals import Arrival, Kind, Outcome, kind_of
from msat.exchange.return_file import MOST_BYTES
from msat.services.desk import Desk, Progress
from msat.services.receive_receipt import receive
from msat.services.take_return import read, take_returns


def take_in(desk: Desk, paths: Sequence[Path], progress: Progress | None = None) -> list[Arrival]:
    """Takes in each file. Returns first, so that a receipt's issuer is known when its receipt is read."""
    others: list[tuple[Path, bytes]] = []
    returns, arrivals = [], []
    for path in paths:
        try:
            data = read(path, MOST_BYTES)
        except Refused as error:
            arrivals.append(Arrival(path.name, Outcome.REJECTED, error.explanation, error.next_step))
            continue
        if kind_of(data) in (Kind.RECEIPT, Kind.REGISTER):
            others.append((path, data))
        else:
            returns.append(path)
    arrivals += take_returns(desk, returns, progress if len(returns) > 1 else None)
    arrivals += [receive(desk, data, path.name) for path, data in others]
    return arrivals
