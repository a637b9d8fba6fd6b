"""An MSAT of the future, which knows a schema 2 of the record: for as long as a test or a program of its own runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from msat.store import guards, migrating
from msat.store.migrations.record import schema_1
from tests.store.revisions import schema_2


@contextmanager
def newer_program(second: ModuleType = schema_2) -> Iterator[None]:
    """Inside, schema 2 is the newest, and `second` leads to it."""
    shipped = migrating.revisions
    guards.SCHEMAS[2] = schema_2.SCHEMA
    migrating.revisions = lambda: (second, schema_1)
    try:
        yield
    finally:
        migrating.revisions = shipped
        del guards.SCHEMAS[2]
