"""Statements that try to change, forge or see what is not theirs, as two practices, a committee and one shut out.

Each runs as plain SQL on a connection of its own. Afterwards every row is compared byte for byte, past row-level
security, and nothing that was told may come from another organisation's log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from msat.clock import FixedClock
from msat.ids import EntryId, LogId
from msat.places import places
from msat.record.chain import Birth, body_of, body_of_own, genesis, head_of, link
from msat.record.codec import Header, body_hash, encode_header, entry_id
from msat.record.entries import Entry, Head
from msat.record.key_history import rotation
from msat.record.keys import FileKeyStore
from msat.record.organisation import Organisation
from msat.record.signing import Signer, head_text, new_private_key
from msat.store.postgres_admin import check_database, revoke_access
from msat.store.postgres_opening import create_database_record, open_database_record
from tests.conftest import NOON
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, PERSON, draft

OTHER = Organisation("Mill Lane Surgery", "B82001", "gp-practice")
INSERT = "INSERT INTO msat.entry (ods, log, seq, id, type, header, body, note) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class Scene:
    database: Database
    logins: dict[str, str]
    own: Head
    others: Head

    def rows(self) -> list[tuple[Any, ...]]:
        return self.database.ask("SELECT * FROM msat.entry ORDER BY log, seq")

    def note_of(self, head: Head) -> str:
        """The signed head that the log ends with."""
        return str([row for row in self.rows() if row[1] == head.log][-1][7])

    def wiring(self) -> list[tuple[Any, ...]]:
        """Everything that guards the rows: roles, rights, triggers, policies, functions, who may do what."""
        return [
            *self.database.ask("SELECT * FROM msat.member ORDER BY role"),
            *self.database.ask("SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles ORDER BY 1"),
            *self.database.ask("SELECT roleid, member FROM pg_auth_members ORDER BY 1, 2"),
            *self.database.ask("SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"),
            *self.database.ask("SELECT relname, relrowsecurity, relforcerowsecurity, relacl::text FROM pg_class "
                               "WHERE relnamespace = 'msat'::regnamespace ORDER BY 1"),
            *self.database.ask("SELECT proname, prosrc FROM pg_proc "
                               "WHERE pronamespace = 'msat'::regnamespace ORDER BY 1"),
            *self.database.ask("SELECT policyname, qual, with_check FROM pg_policies ORDER BY 1"),
            *self.database.ask("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
        ]  # fmt: skip


@pytest.fixture(scope="module")
def scene(postgres_server: object, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    database = new_database(postgres_server)
    clock = FixedClock(NOON)
    logins = {
        "practice": database.login(ORGANISATION.ods), "other": database.login(OTHER.ods),
        "committee": database.login(None), "shut out": database.login("A81009"),
    }  # fmt: skip
    heads = []
    for organisation, who in ((ORGANISATION, "practice"), (OTHER, "other")):
        where = places(tmp_path_factory.mktemp(organisation.ods))
        record, _key = create_database_record(where, logins[who], organisation, clock, "0.1")
        with record:
            record.append([draft("one"), draft("two")])
            heads.append(record.head())
    revoke_access(database.admin, logins["shut out"].split("//")[1].split(":")[0])
    return Scene(database, logins, heads[0], heads[1])


def attempt(scene: Scene, who: str, statement: str, values: tuple[object, ...] | None = None) -> tuple[str, list[Any]]:
    """Runs statements one after the other, as far as they go; what was refused, and every row that was told."""
    import psycopg

    told: list[Any] = []
    try:
        with scene.database.as_(scene.logins[who]) as connection:
            for part in statement.split(";;"):
                cursor = connection.execute(part, values)
                if cursor.description:
                    told += cursor.fetchall()
    except psycopg.Error as refused:
        return str(refused) or "refused", told
    return "", told


# What each statement meets: an error, or nothing seen and nothing changed. The rows are compared in both cases.
STATEMENTS = [
    "UPDATE msat.entry SET body = '\\x00'",
    "UPDATE msat.entry SET body = NULL",
    "UPDATE msat.entry SET note = 'x' WHERE seq = 1",
    "DELETE FROM msat.entry",
    "TRUNCATE msat.entry",
    "TRUNCATE msat.entry CASCADE",
    "DROP TABLE msat.entry",
    "DROP SCHEMA msat CASCADE",
    "DROP TRIGGER entry_follows_the_last ON msat.entry",
    "ALTER TABLE msat.entry DISABLE TRIGGER ALL",
    "ALTER TABLE msat.entry DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE msat.entry NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE msat.entry OWNER TO CURRENT_USER",
    "ALTER TABLE msat.entry ADD COLUMN extra text",
    "SET ROLE msat_owner;; DELETE FROM msat.entry",
    "SET ROLE msat_committee;; SELECT log FROM msat.entry",
    "SET SESSION AUTHORIZATION postgres;; DELETE FROM msat.entry",
    "SET session_replication_role = replica;; DELETE FROM msat.entry",
    "SET row_security = off;; SELECT log FROM msat.entry",
    "SET search_path = public, pg_temp;; CREATE TEMP TABLE member (role name, ods text);; SELECT log FROM msat.entry",
    "CREATE TEMP TABLE entry AS SELECT * FROM msat.entry;; DELETE FROM entry",
    "CREATE TABLE public.entry (x int)",
    "CREATE TABLE msat.entry2 (x int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION public.own_ods() RETURNS text LANGUAGE sql AS 'SELECT ''B82001'''",
    "CREATE OR REPLACE FUNCTION msat.own_ods() RETURNS text LANGUAGE sql AS 'SELECT ''B82001'''",
    "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT ''\\x00''::bytea'",
    "CREATE RULE r AS ON INSERT TO msat.entry DO INSTEAD NOTHING",
    "CREATE POLICY p ON msat.entry USING (true)",
    "DROP POLICY entry_is_seen ON msat.entry",
    "CREATE TRIGGER t BEFORE INSERT ON msat.entry FOR EACH ROW EXECUTE FUNCTION msat.entry_is_kept()",
    "CREATE VIEW public.v AS SELECT * FROM msat.entry",
    "SELECT * FROM msat.member",
    "UPDATE msat.member SET ods = 'B82001'",
    "INSERT INTO msat.member (role, ods) VALUES (session_user, 'B82001')",
    "DELETE FROM msat.member",
    "GRANT ALL ON msat.entry TO PUBLIC;; UPDATE msat.entry SET note = NULL",
    "GRANT msat_committee TO CURRENT_USER",
    "GRANT msat_owner TO CURRENT_USER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "ALTER ROLE msat_owner LOGIN PASSWORD 'x'",
    "CREATE ROLE more LOGIN SUPERUSER",
    "SELECT set_config('msat.ods', 'B82001', false);; SELECT set_config('role', 'msat_owner', false);; "
    "SELECT log FROM msat.entry",
    "SELECT log FROM msat.entry WHERE 1 / (CASE WHEN ods = 'B82001' THEN 0 ELSE 1 END) = 1",
    "SELECT most_common_vals::text FROM pg_stats WHERE tablename = 'entry'",
    "SELECT query FROM pg_stat_activity WHERE usename <> session_user AND query LIKE '%entry%'",
    "COPY msat.entry TO PROGRAM 'cat'",
    "COPY msat.entry FROM PROGRAM 'cat /etc/passwd'",
    "COPY msat.entry FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "LOCK TABLE msat.entry IN ACCESS EXCLUSIVE MODE",
    "SELECT log FROM msat.entry FOR UPDATE",
    "DO $$ BEGIN EXECUTE 'DELETE FROM msat.entry'; END $$",
    "MERGE INTO msat.entry e USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM msat.entry RETURNING *) SELECT log FROM gone",
    "INSERT INTO msat.entry SELECT * FROM msat.entry WHERE seq = 2",
    "INSERT INTO msat.entry SELECT * FROM msat.entry WHERE seq = 2 ON CONFLICT DO NOTHING",
    "INSERT INTO msat.entry SELECT * FROM msat.entry WHERE seq = 2 ON CONFLICT (log, seq, ods) DO UPDATE SET note = ''",
    "SELECT msat.entry_is_kept()",
    "SELECT * FROM msat.log",
    "SELECT log FROM msat.log FOR UPDATE",
    "INSERT INTO msat.log (ods, log) VALUES ('B82001', repeat('0', 32))",
    "UPDATE msat.log SET key = NULL, turn = NULL",
    "DELETE FROM msat.log",
    "TRUNCATE msat.log",
    "LOCK TABLE msat.log IN ACCESS EXCLUSIVE MODE",
    "SELECT msat.key_now(log, seq) FROM msat.entry",
    "SELECT msat.is_end('', '', 1, '', '')",
    "SELECT msat.entry_end_is_signed()",
    "SELECT msat.write_to('not a log')",
    "SET CONSTRAINTS ALL DEFERRED;; ALTER TABLE msat.entry DISABLE TRIGGER entry_end_is_signed",
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'postgres'",
    "COMMENT ON SCHEMA msat IS 'MSAT record, schema 99'",
    "ALTER SYSTEM SET fsync = off",
    "ALTER DATABASE postgres SET session_replication_role = replica",
    "REINDEX TABLE msat.entry",
    "SECURITY LABEL ON TABLE msat.entry IS 'x'",
]  # fmt: skip


@pytest.mark.parametrize("who", ["practice", "committee", "shut out"])
def test_no_statement_changes_or_shows_anything(scene: Scene, who: str) -> None:
    rows, wiring = scene.rows(), scene.wiring()
    may_see = {"practice": {scene.own.log}, "committee": {scene.own.log, scene.others.log}, "shut out": set()}[who]
    through = []
    for statement in STATEMENTS:
        refused, told = attempt(scene, who, statement)
        if not refused:
            through.append(statement)
        logs = {str(value) for row in told for value in row if str(value) in (scene.own.log, scene.others.log)}
        assert logs <= may_see, f"{statement} told of {logs - may_see}"
        assert not any("root:" in str(value) for row in told for value in row), statement
        assert scene.rows() == rows, f"{statement} changed a row"
        assert scene.wiring() == wiring, f"{statement} changed a guard"
    print(f"{len(STATEMENTS)} statements as {who}: {len(STATEMENTS) - len(through)} refused, 0 rows changed or exposed")
    # What is not refused only reads, and reads nothing that is not theirs.
    assert all("SELECT" in statement for statement in through)


def test_each_sees_what_it_should(scene: Scene) -> None:
    assert attempt(scene, "practice", "SELECT DISTINCT log FROM msat.entry") == ("", [(scene.own.log,)])
    assert attempt(scene, "other", "SELECT DISTINCT log FROM msat.entry") == ("", [(scene.others.log,)])
    _none, seen = attempt(scene, "committee", "SELECT DISTINCT log FROM msat.entry ORDER BY log")
    assert [log for (log,) in seen] == sorted([scene.own.log, scene.others.log])
    refused, told = attempt(scene, "shut out", "SELECT log FROM msat.entry")
    assert refused
    assert told == []


# --- entries that are forged ------------------------------------------------------------------------------------------


def following(head: Head, organisation: Organisation) -> Entry:
    """An entry that rightly follows `head`, by somebody without the key."""
    body = body_of(draft("forged"), organisation, NOON)
    return link(head, [body], NOON)[0]


def values(entry: Entry, ods: str, **changed: object) -> tuple[object, ...]:
    row = {"ods": ods, "log": entry.log, "seq": entry.seq, "id": entry.id, "type": entry.type,
           "header": entry.header, "body": entry.body, "note": None} | changed  # fmt: skip
    return tuple(row.values())


def rewritten(entry: Entry, old: bytes, new: bytes) -> dict[str, object]:
    """The entry's header with something else in it, and the id that goes with it."""
    assert old in entry.header
    header = entry.header.replace(old, new)
    return {"header": header, "id": entry_id(header)}


def at(entry: Entry, seq: int, prev: str) -> dict[str, object]:
    """The same content under another number or after another entry, rightly hashed."""
    assert entry.body is not None
    header = encode_header(Header(entry.log, seq, EntryId(prev), entry.type, entry.time, body_hash(entry.body)))
    return {"seq": seq, "header": header, "id": entry_id(header)}


def signed_by_another(entry: Entry) -> str:
    """The head that the entry would make, signed by a key that is not the log's."""
    return Signer(entry.log, new_private_key()).sign(head_text(head_of(entry)))


def change_of_key(head: Head) -> tuple[object, ...]:
    """A change to a key of the attacker's own, which alone signs it, and the head behind it."""
    new = Signer(head.log, new_private_key())
    told = rotation(head, new, new, PERSON)
    (entry,) = link(head, [body_of_own(told, ORGANISATION, NOON)], NOON)
    return values(entry, ORGANISATION.ods, note=new.sign(head_text(head_of(entry))))


Forged = Callable[[Scene, Entry, Entry], tuple[object, ...]]
FORGED: dict[str, Forged] = {
    "another's log, said to be theirs": lambda s, own, theirs: values(theirs, OTHER.ods),
    "another's log, said to be mine": lambda s, own, theirs: values(theirs, ORGANISATION.ods),
    "mine, said to be another's": lambda s, own, theirs: values(own, OTHER.ods),
    "a gap": lambda s, own, theirs: values(own, ORGANISATION.ods, **at(own, s.own.size + 2, s.own.id)),
    "a fork": lambda s, own, theirs: values(own, ORGANISATION.ods, **at(own, s.own.size, "0" * 64)),
    "a second beginning": lambda s, own, theirs: values(own, ORGANISATION.ods, **at(own, 1, "0" * 64)),
    "a number of nought": lambda s, own, theirs: values(own, ORGANISATION.ods, seq=0),
    "another entry before it": lambda s, own, theirs: values(own, ORGANISATION.ods, **at(own, own.seq, s.others.id)),
    "another id": lambda s, own, theirs: values(own, ORGANISATION.ods, id="ab" * 32),
    "another's id": lambda s, own, theirs: values(own, ORGANISATION.ods, id=s.others.id),
    "another body": lambda s, own, theirs: values(own, ORGANISATION.ods, body=b'{"a":1}'),
    "no body": lambda s, own, theirs: values(own, ORGANISATION.ods, body=None),
    "another type in the row": lambda s, own, theirs: values(own, ORGANISATION.ods, type="alert.signed_off"),
    "another number in the row": lambda s, own, theirs: values(own, ORGANISATION.ods, seq=own.seq + 1),
    "another log in the row": lambda s, own, theirs: values(own, ORGANISATION.ods, log="ef" * 16),
    "a blank in the header": lambda s, own, theirs: values(
        own, ORGANISATION.ods, **rewritten(own, b'"v":1', b'"v": 1')
    ),
    "another version": lambda s, own, theirs: values(own, ORGANISATION.ods, **rewritten(own, b'"v":1', b'"v":2')),
    "more in the header": lambda s, own, theirs: values(
        own, ORGANISATION.ods, **rewritten(own, b'"v":1}', b'"v":1,"w":1}')
    ),
    "no time": lambda s, own, theirs: values(
        own, ORGANISATION.ods, **rewritten(own, b"2026-11-22T12:00:00Z", b"sometime in the past")
    ),
    "not text": lambda s, own, theirs: values(own, ORGANISATION.ods, **rewritten(own, b'"v":1', b'"\xff":1')),
    "a header of five kilobytes": lambda s, own, theirs: values(
        own, ORGANISATION.ods, **rewritten(own, b'"v":1', b'"v":1' + b" " * 5000)
    ),
    "a note of a megabyte": lambda s, own, theirs: values(own, ORGANISATION.ods, note="x" * 1_000_000),
    "rightly linked, and not signed": lambda s, own, theirs: values(own, ORGANISATION.ods),
    "signed by a key of one's own": lambda s, own, theirs: values(own, ORGANISATION.ods, note=signed_by_another(own)),
    "with the note of the entry before": lambda s, own, theirs: values(own, ORGANISATION.ods, note=s.note_of(s.own)),
    "with another log's note": lambda s, own, theirs: values(own, ORGANISATION.ods, note=s.note_of(s.others)),
    "with an empty note": lambda s, own, theirs: values(own, ORGANISATION.ods, note=""),
    "a change of key, signed by the new one": lambda s, own, theirs: change_of_key(s.own),
    "a log that begins in the middle": lambda s, own, theirs: values(
        replace(own, log=LogId("cd" * 16)), ORGANISATION.ods
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(FORGED))
def test_no_forged_entry_is_taken(scene: Scene, what: str) -> None:
    rows = scene.rows()
    row = FORGED[what](scene, following(scene.own, ORGANISATION), following(scene.others, OTHER))
    refused, _told = attempt(scene, "practice", INSERT, row)
    assert refused
    assert scene.others.id not in refused
    assert scene.rows() == rows
    refused, _told = attempt(scene, "committee", INSERT, row)
    assert "permission denied" in refused
    refused, _told = attempt(scene, "shut out", INSERT, row)
    assert refused
    assert scene.rows() == rows


def test_a_log_in_anothers_name_cannot_be_begun(scene: Scene) -> None:
    rows = scene.rows()
    first = genesis(Birth(OTHER, bytes(32), "0" * 64, "0.1"), NOON)
    for ods in (OTHER.ods, ORGANISATION.ods):
        refused, _told = attempt(scene, "practice", INSERT, values(first, ods))
        assert refused
    named = genesis(Birth(ORGANISATION, bytes(32), "0" * 64, "0.1"), NOON)
    refused, _told = attempt(scene, "practice", INSERT, values(named, ORGANISATION.ods, log="ab" * 16))
    assert refused
    assert scene.rows() == rows


def test_the_positive_control_a_right_entry_is_taken(postgres_server: object, tmp_path: Path) -> None:
    """If nothing at all could be inserted, the refusals above would prove nothing."""
    database, where = new_database(postgres_server), places(tmp_path)
    login = database.login(ORGANISATION.ods)
    record, _key = create_database_record(where, login, ORGANISATION, FixedClock(NOON), "0.1")
    with record:
        entry = following(record.head(), ORGANISATION)
        stored = FileKeyStore(where.keys).load(record.log)
    assert stored is not None
    with database.as_(login) as connection:
        connection.execute(INSERT, values(entry, ORGANISATION.ods, note=stored.signer.sign(head_text(head_of(entry)))))
    assert database.ask("SELECT seq FROM msat.entry ORDER BY seq") == [(1,), (2,)]


# --- the server's own superuser -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement", ["UPDATE msat.entry SET note = note", "DELETE FROM msat.entry", "TRUNCATE msat.entry",
                  "SET session_replication_role = replica;; DELETE FROM msat.entry"]
)  # fmt: skip
def test_the_triggers_hold_the_superuser_too(scene: Scene, statement: str) -> None:
    import psycopg

    rows = scene.rows()
    *before, last = statement.split(";;")
    with scene.database.as_(scene.database.admin) as connection:
        for part in before:
            connection.execute(part)
        with pytest.raises(psycopg.Error, match="never changed"):
            connection.execute(last)
    assert scene.rows() == rows


def test_what_a_superuser_changes_is_found(postgres_server: object, tmp_path: Path) -> None:
    database, clock, where = new_database(postgres_server), FixedClock(NOON), places(tmp_path)
    record, _key = create_database_record(where, database.login(ORGANISATION.ods), ORGANISATION, clock, "0.1")
    with record:
        record.append([draft("one")])
        record.append([draft("two")])
        assert record.verify().valid
    assert check_database(database.admin).outcome.valid
    database.ask("ALTER TABLE msat.entry DISABLE TRIGGER ALL")
    database.ask("UPDATE msat.entry SET body = replace(encode(body, 'escape'), 'one', 'eno')::bytea WHERE seq = 2")
    with open_database_record(where, clock) as opened:
        assert "does not always fire" in opened.read_only
        found = opened.verify()
    assert [p.step for p in found.problems if p.entry] == [3]
    found = check_database(database.admin).outcome
    assert sum("does not always fire" in p.what for p in found.problems) == 6
    assert any("was changed" in p.what and ORGANISATION.ods in p.where for p in found.problems)
