"""What the record's database on PostgreSQL holds, by the number of its schema. Runs nothing.

The words themselves are in `store.migrations.database`, one frozen module a schema; a new database is made by running
them one after the other, as an older one is brought up by running those that it lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from msat.store.migrations.database import schema_1, schema_2, schema_3, schema_4, schema_5
from msat.store.migrations.database.schema_1 import COMMITTEE, OWNER, PRACTICE, ROLES, role_statements

__all__ = ["COMMITTEE", "OWNER", "PRACTICE", "ROLES", "role_statements"]

OLDEST_SERVER = 130_000
"""PostgreSQL 13, as the server numbers itself. sha256() came with 11; older ones are out of support."""
LOCK = "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(?, 5))"
"""One writer a log at a time, up to schema 3. The trigger takes the same lock, for clients that do not."""
WRITE_TO = "SELECT msat.write_to(?)"
"""The same since schema 4: the database keeps the lock where no other organisation's log-in reaches it."""
REVISIONS = (schema_1, schema_2, schema_3, schema_4, schema_5)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of entries: its triggers with the words that make them, policies, and who but the owner may do what."""

    triggers: Mapping[str, str]
    policies: Mapping[str, tuple[str, str | None, str | None]]
    rights: frozenset[tuple[str, str]]
    """(role, right) on the whole table; on columns it is `columns`."""
    columns: frozenset[tuple[str, str]] = frozenset()
    is_row_secured: bool = True


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema: each function by name with its body as the server must hold it, each table, each view."""

    number: int
    functions: Mapping[str, str]
    tables: Mapping[str, Table]
    views: Mapping[str, str]
    settings: Mapping[str, str]
    """What a function pins for itself, where it is more than the path."""
    callable_by: frozenset[tuple[str, str]] = frozenset()
    """(role, function) for each that somebody else than the owner may call."""
    indexes: Mapping[str, str] = field(default_factory=dict)
    """Each index beside those of the keys, by name, with the words that make it. Without one it is only slow."""
    holder: str = "msat.own_ods()"
    """What fills in whose a copy is."""

    @property
    def comment(self) -> str:
        """How a database says which schema it has."""
        return f"MSAT record, schema {self.number}"


_ENTRY = Table(
    schema_1.TRIGGERS,
    schema_1.POLICIES,
    frozenset({(PRACTICE, "SELECT"), (PRACTICE, "INSERT"), (COMMITTEE, "SELECT")}),
)
_COPY = Table(
    schema_2.TRIGGERS, {}, frozenset(), frozenset((PRACTICE, name) for name in schema_2.GIVEN), is_row_secured=False
)
_CALLED = frozenset((role, name) for role in (PRACTICE, COMMITTEE) for name in ("own_ods", "reads_all"))
_ENTRY_3 = replace(
    _ENTRY,
    triggers={**schema_1.TRIGGERS, **schema_3.ENTRY_TRIGGERS},
    policies={**schema_1.POLICIES, **schema_3.POLICIES},
)
_COPY_3 = replace(_COPY, triggers={**schema_2.TRIGGERS, **schema_3.COPY_TRIGGERS})
_CALLED_3 = _CALLED | {(PRACTICE, schema_3.DOOR.partition("(")[0])}
_FUNCTIONS_3 = {**schema_1.FUNCTIONS, **schema_2.FUNCTIONS, **schema_3.FUNCTIONS}
_LOG = Table({}, {}, frozenset(), is_row_secured=False)
_ENTRY_4 = replace(_ENTRY_3, triggers={**_ENTRY_3.triggers, **schema_4.TRIGGERS})
_FUNCTIONS_4 = {**_FUNCTIONS_3, **schema_4.FUNCTIONS}
_CALLED_4 = _CALLED_3 | {(PRACTICE, door.partition("(")[0]) for door in schema_4.DOORS}
_COPY_5 = replace(_COPY_3, triggers={**_COPY_3.triggers, **schema_5.COPY_TRIGGERS})
_ASIDE = Table(schema_5.ASIDE_TRIGGERS, {}, frozenset(), is_row_secured=False)
SCHEMAS = {
    1: Schema(1, schema_1.FUNCTIONS, {"entry": _ENTRY}, {}, {}, _CALLED),
    2: Schema(
        2,
        {**schema_1.FUNCTIONS, **schema_2.FUNCTIONS},
        {"entry": _ENTRY, "copy": _COPY},
        schema_2.VIEWS,
        schema_2.SETTINGS,
        _CALLED,
    ),
    3: Schema(
        3,
        _FUNCTIONS_3,
        {"entry": _ENTRY_3, "copy": _COPY_3},
        schema_2.VIEWS,
        schema_3.SETTINGS,
        _CALLED_3,
        schema_3.INDEXES,
        schema_3.HOLDER,
    ),
    4: Schema(
        4,
        _FUNCTIONS_4,
        {"entry": _ENTRY_4, "copy": _COPY_3, "log": _LOG},
        schema_2.VIEWS,
        schema_3.SETTINGS,
        _CALLED_4,
        schema_3.INDEXES,
        schema_3.HOLDER,
    ),
    5: Schema(
        5,
        {**_FUNCTIONS_4, **schema_5.FUNCTIONS},
        {"entry": _ENTRY_4, "copy": _COPY_5, "log": _LOG, "aside": _ASIDE},
        {**schema_2.VIEWS, **schema_5.VIEWS},
        schema_3.SETTINGS,
        _CALLED_4 | {(PRACTICE, schema_5.DOOR.partition("(")[0])},
        schema_3.INDEXES,
        schema_3.HOLDER,
    ),
}
"""Every schema ever shipped. This program records in each; others' copies need the second, erasure the third, only from
the fourth on does the database refuse what a log's key did not sign, and only from the fifth on in a copy."""
VERSION = max(SCHEMAS)
WITH_ERASURE = 3
"""The first schema in which a body can be emptied."""
WITH_COPIES = 2
"""The first schema that holds copies of logs that came as files."""
WITH_SET_ASIDE = 5
"""The first schema in which entries of a copy that its log's key did not sign make room for the genuine ones."""
