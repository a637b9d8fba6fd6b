"""Every setting that a log-in may change on the server, turned to each of its ends, and a stack that is nearly full:
nothing lets a forged entry into a copy, and nothing makes the database set aside an entry that the log's key covers.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from msat.store.postgres_bulk import COPY, TYPES
from tests.store.test_postgres_copy_ends import Rows, Scene, ended, scene, signed_by_another

__all__ = ["scene"]

_SETTINGS = """SELECT name, vartype, setting, enumvals, min_val, max_val FROM pg_settings WHERE context = 'user'
AND name NOT IN ('post_auth_delay', 'exit_on_error') AND name NOT LIKE '%timeout' ORDER BY name"""
"""All but those that only end the session or the statement."""
_AT_ONCE = ("row_security = off", "standard_conforming_strings = off", "search_path = pg_temp, public, msat",
            "plan_cache_mode = force_generic_plan", "enable_indexscan = off", "transform_null_equals = on")  # fmt: skip


def _turned(name: str, kind: str, now: str, allowed: list[str] | None, low: str, high: str) -> list[str]:
    """The other values of a setting, as they are written after SET."""
    if kind == "bool":
        return [f"{name} = {'off' if now == 'on' else 'on'}"]
    if kind == "enum":
        return [f"{name} = '{one}'" for one in allowed or () if one != now]
    if kind == "string":
        return [f"{name} = 'C'", f"{name} = ''", f"{name} = 'all'"]
    return [f"{name} = '{one}'" for one in (low, high) if one != now]


def _put(connection: Any, rows: Rows) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as into:
        into.set_types(TYPES)
        for row in rows:
            into.write_row(row)


def _tried(connection: Any, scene: Scene, settings: list[str]) -> tuple[bool, int]:
    """Whether a forged entry was taken, and how many rows were set aside, with these settings. The server may refuse
    any of it: then neither happened."""
    import psycopg

    taken, moved = False, 0
    for one in settings:
        with suppress(psycopg.Error):
            connection.execute(f"SET {one}")
    with suppress(psycopg.Error):
        moved = connection.execute("SELECT msat.set_aside_unsigned(%s)", (scene.theirs.log,)).fetchone()[0]
    with suppress(psycopg.Error):
        _put(connection, ended(scene, signed_by_another))
        taken = True
    connection.execute("RESET ALL")
    return taken, moved


def test_no_setting_of_a_session_opens_a_copy(scene: Scene) -> None:
    before = scene.rows()
    tries = [[one] for row in scene.told([_SETTINGS])[0] for one in _turned(*row)]
    assert len(tries) > 100
    with scene.database.as_(scene.logins["holder"]) as connection:
        tried = [(settings, _tried(connection, scene, settings)) for settings in (*tries, list(_AT_ONCE))]
    assert [settings for settings, outcome in tried if outcome != (False, 0)] == []
    assert scene.rows() == before
    print(f"{len(tries) + 1} settings tried: no forged entry taken, none set aside that is signed")


def _nested(log: str, depth: int) -> str:
    """The call inside `depth` blocks that each execute the next: each takes its part of the server's stack."""
    statement = f"SELECT msat.set_aside_unsigned('{log}')"
    return f"SELECT set_config('a.statement', $a${statement}$a$, false), set_config('a.left', '{depth}', false)"


_DIVE = """DO $dive$ DECLARE deeper int := current_setting('a.left')::int - 1; BEGIN
  PERFORM set_config('a.left', deeper::text, false);
  EXECUTE CASE WHEN deeper > 0 THEN current_setting('a.dive') ELSE current_setting('a.statement') END;
END $dive$"""


def test_a_session_near_the_end_of_its_stack_sets_nothing_aside(scene: Scene) -> None:
    """Whatever depth the call is made at: it does its work, or the server stops it. Never half of it."""
    import psycopg

    before, refused, done = scene.rows(), 0, 0
    with scene.database.as_(scene.logins["holder"]) as connection:
        connection.execute("SELECT set_config('a.dive', %s, false)", (_DIVE,))
        low, high = 1, 4_000

        def fits(depth: int) -> bool:
            nonlocal refused, done
            connection.execute(_nested(scene.theirs.log, depth))
            try:
                connection.execute(_DIVE)
                done += 1
                return True
            except psycopg.Error:  # the stack is full; at some depths a regular expression says it in its own words
                refused += 1
                return False

        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if fits(middle) else (low, middle)
        for depth in range(max(1, low - 6), high + 6):
            fits(depth)
    assert refused
    assert done
    assert scene.rows() == before
