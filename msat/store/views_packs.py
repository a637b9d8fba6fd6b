"""Writes the packs of imported dm+d files into the views: many rows, in pieces, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from sqlalchemy import Connection, delete

from msat.store import views_tables as tables

_PIECE = 5_000
_INSERT = f"INSERT OR REPLACE INTO {tables.dmd.name}(gtin, pack, name) VALUES(?, ?, ?)"


def write_packs(connection: Connection, stamp: str, packs: Iterable[tuple[str, str, str]]) -> None:
    """Replaces all packs and the stamp of the files they are from."""
    connection.execute(delete(tables.dmd))
    connection.execute(delete(tables.dmd_loaded))
    rest = iter(packs)
    while piece := list(islice(rest, _PIECE)):
        connection.exec_driver_sql(_INSERT, piece)
    if stamp:
        connection.execute(tables.dmd_loaded.insert().values(stamp=stamp))
