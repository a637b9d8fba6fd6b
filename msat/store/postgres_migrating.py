"""Brings a shared database of an older schema to the newest: for its administrator, one transaction, looked at before
and after. The entries themselves are not touched by it.
"""

from __future__ import annotations

from msat.errors import RecordProblem
from msat.store import postgres_schema as schema
from msat.store.postgres_admin import bring_up, connected
from msat.store.postgres_counted import left_in_copies
from msat.store.postgres_ends import ends_left
from msat.store.postgres_engine import read_address, server_of
from msat.store.postgres_guards import check_schema, missing_guards

_AGAIN = "Put it right, and find out who changed it and when; then migrate again."
_TELL = "Nothing was changed. Tell whoever looks after MSAT."


def unsigned_ends(address: str) -> tuple[str, ...]:
    """A sentence for each log and copy that this log-in sees, behind whose end somebody without its key wrote.

    From before schemas 4 and 5: they neither stop the migration nor are they mended by it. Raises RecordProblem.
    """
    with connected(address) as connection:
        check_schema(connection)
        own = tuple(f"{where}: {one.say()}" for where, one in ends_left(connection) if one.left)
        return (*own, *left_in_copies(connection))


def migrate_database(address: str) -> tuple[int, int]:
    """The schema that the database had, and the one that it has now. All or nothing; two equal numbers: nothing to do.

    Raises RecordProblem when a guard was changed, the log-in may not, or the database is of a newer MSAT.
    """
    with connected(address) as connection:
        before = check_schema(connection)
        server = server_of(read_address(address))
        for words in missing_guards(connection):
            raise RecordProblem(f"{words} The database {server} is not migrated like this.", _AGAIN)
        if before == schema.VERSION:
            return before, before
        ends = connection.exec_driver_sql("SELECT count(*), coalesce(sum(seq), 0) FROM msat.entry").one()
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")  # an index over a region's entries takes its time
        bring_up(connection, before)
        for words in missing_guards(connection):
            raise RecordProblem(f"The database {server} would not be guarded in its new form. {words}", _TELL)
        if connection.exec_driver_sql("SELECT count(*), coalesce(sum(seq), 0) FROM msat.entry").one() != ends:
            raise RecordProblem(f"The entries of {server} would be others in its new form.", _TELL)
    return before, schema.VERSION
