"""Copies of other sites' logs in a shared database: statements that try to change them, their guards, or what was set
aside of them, or to see what is not theirs. As four log-ins and as the server's superuser.
"""

from __future__ import annotations

import pytest

from msat.store.postgres_admin import check_database
from tests.postgres import new_database
from tests.store.test_postgres_copy_ends import Scene, scene

__all__ = ["scene"]

WIRING = (
    "SELECT * FROM msat.member ORDER BY role",
    "SELECT roleid, member FROM pg_auth_members ORDER BY 1, 2",
    "SELECT tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    "SELECT relname, relkind, relowner, relrowsecurity, relforcerowsecurity, relacl::text, reloptions FROM pg_class "
    "WHERE relnamespace = 'msat'::regnamespace ORDER BY 1",
    "SELECT proname, prosrc, proacl::text, proowner, proconfig FROM pg_proc "
    "WHERE pronamespace = 'msat'::regnamespace ORDER BY 1",
    "SELECT viewname, definition FROM pg_views WHERE schemaname = 'msat' ORDER BY 1",
    "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace",
)

STATEMENTS = [
    "SELECT * FROM msat.aside",
    "SELECT note FROM msat.aside FOR UPDATE",
    "INSERT INTO msat.aside (holder, log, seq, id, type, header) SELECT 'G85001', log, seq, id, type, header "
    "FROM msat.held",
    "INSERT INTO msat.aside DEFAULT VALUES",
    "UPDATE msat.aside SET note = 'x'",
    "DELETE FROM msat.aside",
    "TRUNCATE msat.aside",
    "TRUNCATE msat.aside, msat.copy",
    "COPY msat.aside TO STDOUT",
    "COPY msat.aside FROM STDIN",
    "LOCK TABLE msat.aside IN ACCESS EXCLUSIVE MODE",
    "DROP TABLE msat.aside",
    "ALTER TABLE msat.aside DISABLE TRIGGER ALL",
    "ALTER TABLE msat.aside OWNER TO CURRENT_USER",
    "ALTER TABLE msat.copy DISABLE TRIGGER copy_end_is_signed",
    "ALTER TABLE msat.copy ENABLE REPLICA TRIGGER copy_end_is_signed",
    "DROP TRIGGER copy_end_is_signed ON msat.copy",
    "DROP TRIGGER copy_is_never_deleted ON msat.copy",
    "DROP FUNCTION msat.copy_ends(text, text, bigint, text) CASCADE",
    "ALTER FUNCTION msat.copy_ends(text, text, bigint, text) SET search_path = public",
    "ALTER FUNCTION msat.set_aside_unsigned(text) SECURITY INVOKER",
    "CREATE OR REPLACE FUNCTION msat.copy_ends(given text, wanted text, size bigint, head text) RETURNS boolean "
    "LANGUAGE sql AS 'SELECT true'",
    "CREATE FUNCTION pg_temp.noted(text, text, bytea) RETURNS text LANGUAGE sql AS 'SELECT $1'",
    "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = textne)",
    "CREATE CAST (text AS bytea) WITHOUT FUNCTION",
    "SELECT msat.copy_ends(note, log, seq, id) FROM msat.held",
    "SELECT msat.key_at('{log}', 3, true)",
    "SELECT msat.copy_key_at('{log}', 3)",
    "SELECT msat.copy_turns('{log}', 3)",
    "SET row_security = off;; SELECT msat.set_aside_unsigned('{log}')",
    "SET standard_conforming_strings = off;; SELECT msat.set_aside_unsigned('{log}')",
    "SELECT msat.turns('{log}', true)",
    "SELECT msat.noted('', '', '')",
    "SELECT msat.copy_end_is_signed()",
    "SELECT msat.copy_is_only_set_aside()",
    "SELECT msat.set_aside_unsigned('{log}')",
    "SELECT msat.set_aside_unsigned('{own}')",
    "SELECT msat.set_aside_unsigned(log) FROM msat.held",
    "SELECT msat.set_aside_unsigned(NULL)",
    "SELECT msat.set_aside_unsigned('')",
    "SELECT msat.set_aside_unsigned('{log}'' OR true --')",
    "SET msat.holder = 'G85001';; SELECT msat.set_aside_unsigned('{log}')",
    "SET search_path = pg_temp, public;; SELECT msat.set_aside_unsigned('{log}')",
    "BEGIN;; SELECT msat.set_aside_unsigned('{log}');; DELETE FROM msat.copy WHERE log = '{log}';; COMMIT",
    "DELETE FROM msat.copy WHERE log = '{log}' AND seq = 3",
    "DELETE FROM msat.copy USING msat.held WHERE false",
    "DELETE FROM msat.held WHERE seq = 3",
    "WITH gone AS (DELETE FROM msat.copy RETURNING *) SELECT * FROM gone",
    "MERGE INTO msat.copy c USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "UPDATE msat.copy SET note = NULL WHERE seq = 3",
    "UPDATE msat.copy SET seq = seq + 1",
    "UPDATE msat.copy SET holder = 'D84004'",
    "UPDATE msat.kept_aside SET note = 'x'",
    "DELETE FROM msat.kept_aside",
    "INSERT INTO msat.kept_aside (log) VALUES ('x')",
    "CREATE OR REPLACE VIEW msat.kept_aside AS SELECT * FROM msat.aside",
    "ALTER VIEW msat.kept_aside RESET (security_barrier)",
    "GRANT DELETE ON msat.copy TO CURRENT_USER;; DELETE FROM msat.copy",
    "GRANT INSERT ON msat.aside TO PUBLIC",
    "GRANT EXECUTE ON FUNCTION msat.copy_ends(text, text, bigint, text) TO PUBLIC",
    "REVOKE ALL ON msat.copy FROM msat_practice",
    "CREATE TABLE msat.more () INHERITS (msat.copy)",
    "ALTER TABLE msat.entry INHERIT msat.copy",
    "CREATE PUBLICATION p FOR TABLE msat.copy",
    "CREATE STATISTICS msat.s ON log, seq FROM msat.copy",
    "CREATE INDEX ON msat.copy ((msat.copy_ends(note, log, seq, id)))",
    "CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION msat.entry_is_kept()",
    "COMMENT ON TRIGGER copy_end_is_signed ON msat.copy IS 'x'",
    "COPY msat.copy (log, seq, id, type, header, body, note) FROM STDIN",
    "COPY msat.copy FROM STDIN (FORMAT BINARY)",
    "COPY msat.copy (holder, log) FROM STDIN (FORMAT BINARY)",
    "COPY (DELETE FROM msat.copy RETURNING log) TO STDOUT",
    "EXPLAIN ANALYZE DELETE FROM msat.copy",
    "DO $$ BEGIN PERFORM msat.set_aside_unsigned('{log}'); DELETE FROM msat.copy; END $$",
    "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM msat.aside",
    "SELECT lo_export(0, '/tmp/x')",
    "SELECT most_common_vals::text FROM pg_stats WHERE tablename IN ('aside', 'copy')",
    "SELECT * FROM msat.kept_aside WHERE 1 / (seq - seq) = 1",
]


@pytest.mark.parametrize("who", ["holder", "another practice", "committee", "shut out"])
def test_no_statement_changes_a_copy_or_shows_what_was_set_aside(scene: Scene, who: str) -> None:
    import psycopg

    rows, wiring, through = scene.rows(), scene.told(WIRING), []
    names = {"{log}": scene.theirs.log, "{own}": scene.own.log}
    for statement in STATEMENTS:
        said, told = statement, []
        for mark, name in names.items():
            said = said.replace(mark, name)
        try:
            with scene.database.as_(scene.logins[who]) as connection:
                for part in said.split(";;"):
                    cursor = connection.execute(part)
                    told += cursor.fetchall() if cursor.description else []
            through.append(statement)
        except psycopg.Error:
            pass
        assert not any(scene.theirs.log in map(str, row) for row in told), statement
        assert scene.rows() == rows, f"{statement} changed a row"
        assert scene.told(WIRING) == wiring, f"{statement} changed a guard"
    print(f"{len(STATEMENTS)} statements as {who}: {len(STATEMENTS) - len(through)} refused, 0 rows changed or exposed")
    assert all("SELECT" in statement for statement in through), through
    assert check_database(scene.database.admin).outcome.problems == ()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM msat.copy",
        "DELETE FROM msat.copy WHERE seq = 3",
        "TRUNCATE msat.copy",
        "UPDATE msat.copy SET note = 'x'",
        "DELETE FROM msat.aside",
        "TRUNCATE msat.aside",
        "UPDATE msat.aside SET note = ''",
    ],
)
def test_the_triggers_hold_the_superuser_too(scene: Scene, statement: str) -> None:
    import psycopg

    before = scene.rows()
    with scene.database.as_(scene.database.admin) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.Error, match="never changed"):
            connection.execute(statement)
    assert scene.rows() == before


def test_a_row_that_was_set_aside_cannot_be_used_to_delete_what_is_signed(scene: Scene) -> None:
    """Even the superuser, who may write anything into the table of what was set aside."""
    import psycopg

    before = scene.rows()
    with scene.database.as_(scene.database.admin) as connection:
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO msat.aside (holder, log, seq, id, type, header, note) "
            "SELECT holder, log, seq, id, type, header, note FROM msat.copy"
        )
        with pytest.raises(psycopg.Error, match="never changed"):
            connection.execute("DELETE FROM msat.copy")
        connection.execute("ROLLBACK")
    assert scene.rows() == before


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DROP TRIGGER copy_end_is_signed ON msat.copy", "guard “copy_end_is_signed” is missing"),
        ("ALTER TABLE msat.copy DISABLE TRIGGER copy_end_is_signed", "does not always fire"),
        ("GRANT SELECT ON msat.aside TO msat_practice", "may SELECT the table of what was set aside"),
        ("DROP TRIGGER aside_is_never_deleted ON msat.aside", "guard “aside_is_never_deleted” is missing"),
        ("DROP VIEW msat.kept_aside", "view “kept_aside” is missing"),
        ("GRANT EXECUTE ON FUNCTION msat.copy_ends(text, text, bigint, text) TO msat_practice", "may call"),
        ("DROP TABLE msat.aside CASCADE", "table “aside” is missing"),
    ],
)
def test_a_guard_that_was_weakened_is_found(
    postgres_server: object, statement: str, words: str
) -> None:
    made = new_database(postgres_server)
    made.ask(statement)
    assert any(words in one.what for one in check_database(made.admin).outcome.problems)
