"""Runs revisions in their order on one connection, inside the caller's transaction. Loads alembic: never at a start.

The number of a schema is its revision. A database says its own number (`user_version`, the comment on the schema), so
that no table of alembic's stands beside the entries. There is no way back: a revision has no `downgrade`.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script.base import Script
from alembic.script.revision import RevisionMap
from sqlalchemy import Connection


def upgrade(connection: Connection, revisions: Sequence[ModuleType], before: int, after: int) -> None:
    """Brings a database from schema `before` to schema `after`. Commits nothing. Raises what the database raises."""
    operations = Operations(MigrationContext.configure(connection=connection, opts={"transactional_ddl": True}))
    for module in steps(revisions, before, after):
        module.upgrade(operations)


def steps(revisions: Sequence[ModuleType], before: int, after: int) -> list[ModuleType]:
    """The revisions behind schema `before` up to schema `after`, in their order; `before` is 0 for an empty one."""
    scripts = {module.revision: Script(module, module.revision, str(module.__file__)) for module in revisions}
    if len(scripts) != len(revisions):
        raise ValueError("two revisions of one number")
    known = RevisionMap(lambda: tuple(scripts.values()))
    chain = [one.revision for one in known.iterate_revisions(str(after), str(before) if before else "base")]
    return [scripts[number].module for number in reversed(chain)]
