"""Many entries of another site's log at once into a shared database: COPY in binary, which the trigger checks as one.

Nothing but the driver's own COPY is quick enough for a region's first import; nothing here judges what is copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from msat.ids import LogId
from msat.record.received import RawEntry

COPY = "COPY msat.copy (log, seq, id, type, header, body, note) FROM STDIN (FORMAT BINARY)"
TYPES = ("text", "int8", "text", "text", "bytea", "bytea", "text")


def copy_in(connection: Connection, log: LogId, after: int, rows: Sequence[RawEntry], note: str) -> None:
    """Adds `rows` behind entry `after` of the copy of `log`, inside the caller's transaction.

    Raises what the driver raises: the database refuses a gap, a wrong link, a hash that is not its bytes'.
    """
    driver: Any = connection.connection.driver_connection
    last = rows[-1]
    with driver.cursor() as cursor, cursor.copy(COPY) as into:
        into.set_types(TYPES)
        for seq, row in enumerate(rows, start=after + 1):
            into.write_row((log, seq, row.id, row.type, row.header, row.body, note if row is last else None))
