"""Every kind of file that MSAT keeps or sends, altered by hand one way at a time: `verify` tells each, with the step of
the proof, where it is, which entry, and what to do. Nothing altered passes for whole.

The world is a committee's profile: its own log, a practice's log that was taken in, a receipt, a stored file, a head
that others hold, views; and beside it the practice's return, the receipt and the register as files.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.ids import LogId
from msat.places import Places, places
from msat.record.organisation import Organisation
from msat.record.seen_heads import keep_head
from msat.record.verification import Verification
from msat.services.intake import Intake
from msat.services.issue_receipts import issue_receipt, write_own_register
from msat.services.verify import verify_files, with_views
from tests.conftest import NOON
from tests.exchange.sites import CLERK, enrol, sent, work
from tests.notices import recall
from tests.record.makers import draft

OWN, THEIRS = "own", "theirs"


@dataclass(frozen=True, slots=True)
class World:
    """The unaltered folder, and what is in it."""

    folder: Path
    own: LogId
    theirs: LogId
    size: int
    digest: str

    def log(self, whose: str) -> LogId:
        return self.own if whose == OWN else self.theirs


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder, clock = tmp_path_factory.mktemp("altered"), FixedClock(NOON)
    team_at, practice_at = places(folder / "team"), places(folder / "practice")
    for where, organisation in (
        (team_at, Organisation("Team", "QOX", "committee")),
        (practice_at, Organisation("Practice", "A81001", "gp-practice")),
    ):
        bootstrap.create_profile(where, organisation, clock)
    team, practice = bootstrap.open_desk(team_at, clock), bootstrap.open_desk(practice_at, clock)
    work(practice, "one", "two", "three")
    enrol(team, practice)
    receipt = issue_receipt(team, practice.record.log).data
    intake = Intake(team, recall().source, CLERK)
    intake.take(recall())
    intake.record()
    digest = team.files.put(b"a notice")
    team.record.append([draft("with a file", files=(digest,))])
    keep_head(team_at.seen_heads, team_at.keys, team.record.signed_head())
    team.record.append([draft("later")] * 2)
    team.views.catch_up()
    (folder / "a.msatreturn").write_bytes(sent(practice))
    (folder / "a.msatreceipt").write_bytes(receipt)
    (folder / "a.msatregister").write_bytes(write_own_register(team)[0])
    made = World(folder, team.record.log, practice.record.log, team.record.head().size, digest)
    for desk in (team, practice):
        desk.close()
    return made


@pytest.fixture
def copied(world: World, tmp_path: Path) -> Places:
    shutil.copytree(world.folder, tmp_path / "copy")
    return places(tmp_path / "copy" / "team")


def checked(where: Places) -> Verification:
    """What `msatctl verify` does."""
    found = bootstrap.inspect(where)
    if not found.valid:
        return found
    desk = bootstrap.open_desk(where, FixedClock(NOON))
    try:
        return with_views(found, desk)
    finally:
        desk.close()


def told(found: Verification, step: int, where: str, what: str, named: str | None = None) -> None:
    """One problem at this step says where and what, and names the entry; each says what to do."""
    assert not found.valid
    fitting = [one for one in found.problems if one.step == step and where in one.where and what in one.what]
    assert fitting, [(one.step, one.where, one.what) for one in found.problems]
    assert named is None or named in {one.entry for one in fitting}
    for one in found.problems:
        assert one.what.endswith((".", "…"))
        assert one.where
        assert one.next_step.endswith(".") or "msatctl" in one.next_step, one.next_step


# --- the record's rows ----------------------------------------------------------------------------------------------


def _behind(where: Places, *statements: tuple[str, tuple[object, ...]]) -> None:
    """Changes rows with the triggers taken away and put back word for word, so that only the proof can tell."""
    with closing(sqlite3.connect(where.record, isolation_level=None)) as connection:
        kept = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in kept:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(*statement).rowcount > 0
        for _name, sql in kept:
            connection.execute(sql)


def _with(data: bytes, field: str, value: object) -> bytes:
    """The same canonical JSON with one field another."""
    found = json.loads(data)
    assert found.get(field) != value
    return json.dumps({**found, field: value}, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


HEADER = {
    "body": "0" * 64,
    "log": "0" * 32,
    "prev": "0" * 64,
    "seq": 99,
    "time": "2020-01-01T00:00:00Z",
    "type": "alert.reopened",
    "v": 2,
}
BODY = {
    "about": "EL(26)A/99",
    "actor": {"id": "", "name": "Somebody", "role": "else"},
    "data": {"note": "another"},
    "happened": "2020-01-01T00:00:00Z",
    "meaning": "Nothing happened.",
    "organisation": {"kind": "gp-practice", "name": "Other", "ods": "X"},
    "salt": "0" * 32,
    "files": ["0" * 64],
}


@pytest.mark.parametrize("whose", [OWN, THEIRS])
@pytest.mark.parametrize("field", sorted(HEADER))
def test_each_field_of_a_header(world: World, copied: Places, whose: str, field: str) -> None:
    named = _rewrite(copied, world.log(whose), 2, "header", field, HEADER[field])
    told(checked(copied), 1, "entry 2", "header", named)


@pytest.mark.parametrize("whose", [OWN, THEIRS])
@pytest.mark.parametrize("field", sorted(BODY))
def test_each_field_of_a_body(world: World, copied: Places, whose: str, field: str) -> None:
    log, last = world.log(whose), world.size if whose == OWN else 4
    named = _rewrite(copied, log, last, "body", field, BODY[field])
    told(checked(copied), 3, f"entry {last}", "does not hash to its header", named)


def _rewrite(where: Places, log: LogId, seq: int, column: str, field: str, value: object) -> str:
    """Changes one field of a row's header or body; returns the entry's id."""
    with closing(sqlite3.connect(where.record)) as connection:
        chosen = f"SELECT id, {column} FROM entry WHERE log = ? AND seq = ?"
        named, data = connection.execute(chosen, (log, seq)).fetchone()
    _behind(where, (f"UPDATE entry SET {column} = ? WHERE log = ? AND seq = ?", (_with(data, field, value), log, seq)))
    return str(named)


ROWS: dict[str, tuple[str, int, str, str]] = {
    "id": ("UPDATE entry SET id = '{f64}' WHERE log = '{log}' AND seq = 3", 1, "entry 3", "does not hash"),
    "type": ("UPDATE entry SET type = 'a.b' WHERE log = '{log}' AND seq = 3", 1, "entry 3", "row's type"),
    "number": ("UPDATE entry SET seq = 99 WHERE log = '{log}' AND seq = {last}", 1, "entry 99", "row's number"),
    "deleted": ("DELETE FROM entry WHERE log = '{log}' AND seq = 3", 2, "entry 4", "Missing: entry 3"),
    "first deleted": ("DELETE FROM entry WHERE log = '{log}' AND seq = 1", 2, "entry 2", "Missing: entry 1"),
    "body gone": ("UPDATE entry SET body = NULL WHERE log = '{log}' AND seq = {last}", 3, "entry {last}", "missing"),
    "body not JSON": ("UPDATE entry SET body = x'00ff' WHERE log = '{log}' AND seq = 3", 3, "entry 3", "hash"),
    "header not JSON": ("UPDATE entry SET header = x'00' WHERE log = '{log}' AND seq = 3", 1, "entry 3", "hash"),
    "note gone": ("UPDATE entry SET note = NULL WHERE log = '{log}' AND seq = {last}", 5, "entry {last}", "no signed"),
    "note garbled": ("UPDATE entry SET note = 'x' WHERE log = '{log}' AND seq = {last}", 5, "entry {last}", "wrong"),
}
FOR_COPIES_TOO = sorted(set(ROWS) - {"body gone"})  # a copy may lack a body: its site may have withheld it


@pytest.mark.parametrize("name", sorted(ROWS))
def test_each_column_of_an_own_row(world: World, copied: Places, name: str) -> None:
    _row(world, copied, OWN, name)


@pytest.mark.parametrize("name", FOR_COPIES_TOO)
def test_each_column_of_a_copys_row(world: World, copied: Places, name: str) -> None:
    _row(world, copied, THEIRS, name)


def _row(world: World, copied: Places, whose: str, name: str) -> None:
    statement, step, where, what = ROWS[name]
    log, last = world.log(whose), world.size if whose == OWN else 4
    _behind(copied, (statement.format(f64="f" * 64, log=log, last=last), ()))
    found = checked(copied)
    told(found, step, where.format(last=last), what)
    if whose == THEIRS:
        assert any(f"log {log[:8]}" in one.where for one in found.problems)


def test_rows_that_changed_places_between_two_logs(world: World, copied: Places) -> None:
    swap = "UPDATE entry SET log = ? WHERE log = ? AND seq = 3"
    aside = "f" * 32
    _behind(
        copied, (swap, (aside, world.own)), (swap, (world.own, world.theirs)), (swap, (world.theirs, aside))
    )
    found = checked(copied)
    told(found, 1, "entry 3", "row's log")
    told(found, 2, "", "another log")


def test_the_end_of_a_copy_that_a_receipt_was_issued_for(world: World, copied: Places) -> None:
    _behind(copied, ("DELETE FROM entry WHERE log = ? AND seq > 2", (world.theirs,)))
    told(checked(copied), 6, f"log {world.theirs[:8]}", "the end is missing")


def test_a_copy_that_is_gone_whole(world: World, copied: Places) -> None:
    _behind(copied, ("DELETE FROM entry WHERE log = ?", (world.theirs,)))
    told(checked(copied), 6, f"log {world.theirs[:8]}", "nothing of it is held")


# --- what lies beside the rows ----------------------------------------------------------------------------------------

GUARDS = ("entry_is_never_changed", "entry_is_never_deleted", "entry_follows_the_last")


@pytest.mark.parametrize("name", GUARDS)
def test_each_guard_taken_away(copied: Places, name: str) -> None:
    with closing(sqlite3.connect(copied.record)) as connection:
        connection.execute(f"DROP TRIGGER {name}")
    told(checked(copied), 0, "record.db", name)


@pytest.mark.parametrize(
    ("pragma", "what"),
    [("user_version = 9999", "newer MSAT"), ("user_version = 0", "never was"), ("application_id = 1", "not a record")],
)
def test_each_number_of_the_database(copied: Places, pragma: str, what: str) -> None:
    with closing(sqlite3.connect(copied.record)) as connection:
        connection.execute(f"PRAGMA {pragma}")
    told(checked(copied), 0, "record.db", what)


def _mark(where: Places, **other: object) -> None:
    found = json.loads(where.high_water_mark.read_bytes())
    where.high_water_mark.write_text(json.dumps({**found, **other}), encoding="ascii")


BESIDE: dict[str, tuple[Callable[[Places, World], object], int, str, str]] = {
    "record gone": (lambda at, _w: at.record.unlink(), 0, "record.db", "is missing"),
    "record empty": (lambda at, _w: at.record.write_bytes(b""), 0, "record.db", "is empty"),
    "record no database": (lambda at, _w: at.record.write_bytes(b"x" * 9000), 0, "record.db", ""),
    "record cut": (lambda at, _w: at.record.write_bytes(at.record.read_bytes()[:-4096]), 0, "record.db", ""),
    "mark gone": (lambda at, _w: at.high_water_mark.unlink(), 6, "high-water mark", "missing"),
    "mark garbled": (lambda at, _w: at.high_water_mark.write_bytes(b"{"), 6, "high-water mark", "damaged"),
    "mark longer": (lambda at, w: _mark(at, size=w.size + 1), 6, "high-water mark", "the end is missing"),
    "mark of another entry": (lambda at, _w: _mark(at, head="0" * 64), 6, "high-water mark", "not the one"),
    "file gone": (lambda at, w: _file(at, w).unlink(), 4, "file", "is missing"),
    "file changed": (lambda at, w: _file(at, w).write_bytes(b"A notice"), 4, "file", "was changed"),
    "file empty": (lambda at, w: _file(at, w).write_bytes(b""), 4, "file", "was changed"),
    "key garbled": (lambda at, w: (at.keys / f"{w.own}.key").write_bytes(b"x"), 5, "signing key", "cannot be read"),
    "another's key": (
        lambda at, w: shutil.copy(_practice(at).keys / f"{w.theirs}.key", at.keys / f"{w.own}.key"),
        5,
        "signing key",
        "cannot be read",
    ),
}


def _file(where: Places, world: World) -> Path:
    files = [path for path in where.files.rglob("*") if path.is_file()]
    return next(path for path in files if world.digest in path.as_posix().replace("/", ""))


def _practice(where: Places) -> Places:
    return places(where.data.parent.parent / "practice")


@pytest.mark.parametrize("name", sorted(BESIDE))
def test_what_lies_beside_the_rows(world: World, copied: Places, name: str) -> None:
    change, step, where, what = BESIDE[name]
    change(copied, world)
    told(checked(copied), step, where, what)


def test_an_end_that_others_hold_and_the_mark_no_longer_names(world: World, copied: Places) -> None:
    """Rows and mark are set back together: only the head that others hold tells."""
    with closing(sqlite3.connect(copied.record)) as connection:
        kept = connection.execute(
            "SELECT seq, id FROM entry WHERE log = ? AND note IS NOT NULL AND seq < ? ORDER BY seq DESC LIMIT 2",
            (world.own, world.size),
        ).fetchall()
    seq, named = kept[-1]
    _behind(copied, ("DELETE FROM entry WHERE log = ? AND seq > ?", (world.own, seq)))
    _mark(copied, size=seq, head=named)
    told(checked(copied), 6, "copy or receipt held by others", "the end is missing")


VIEWS = {
    "state": "UPDATE state SET json = replace(json, 'Example', 'Other')",
    "state gone": "DELETE FROM state",
    "name": "DELETE FROM name",
    "page": "UPDATE page SET told = told + 1",
    "searched": "DELETE FROM searched",
    "affected": "DELETE FROM affected",
    "cursor": "UPDATE cursor SET seq = seq - 1",
}


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_each_table_of_the_views(world: World, copied: Places, name: str) -> None:
    desk = bootstrap.open_desk(copied, FixedClock(NOON))
    assert with_views(desk.record.verify(), desk).problems == ()
    with closing(sqlite3.connect(copied.views)) as connection, connection:
        assert connection.execute(VIEWS[name]).rowcount > 0
    found = with_views(desk.record.verify(), desk)
    desk.close()
    told(found, 8, "views", "")
    assert all("msatctl rebuild" in one.next_step for one in found.problems)


# --- files that are sent ----------------------------------------------------------------------------------------------


def _flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _swap_lines(data: bytes) -> bytes:
    lines = data.split(b"\n")
    first = next(n for n, line in enumerate(lines) if line.startswith(b"H ")) + 2
    lines[first], lines[first + 2] = lines[first + 2], lines[first]
    return b"\n".join(lines)


SENT: dict[str, Callable[[bytes], bytes]] = {
    "first byte": lambda data: _flip(data, 0),
    "head": lambda data: data.replace(b"\n4\n", b"\n3\n", 1) if b"\n4\n" in data else _flip(data, 60),
    "signature": lambda data: _flip(data, data.index("— ".encode()) + 60),
    "middle": lambda data: _flip(data, len(data) // 2),
    "cut in half": lambda data: data[: len(data) // 2],
    "cut at the end": lambda data: data[:-3],
    "added to": lambda data: data + b"H {}\n",
    "emptied": lambda data: data[:0],
    "other line ends": lambda data: data.replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("sort", ["msatreturn", "msatreceipt", "msatregister"])
@pytest.mark.parametrize("name", sorted(SENT))
def test_files_that_are_sent(world: World, tmp_path: Path, sort: str, name: str) -> None:
    path = tmp_path / f"a.{sort}"
    whole = (world.folder / path.name).read_bytes()
    path.write_bytes(whole)
    assert verify_files([path], None)[0][1].valid
    path.write_bytes(SENT[name](whole))
    assert path.read_bytes() != whole
    found = verify_files([path], None)[0][1]
    assert not found.valid
    assert all(one.what and one.where and one.next_step for one in found.problems)


def test_lines_of_a_return_that_changed_places(world: World, tmp_path: Path) -> None:
    path = tmp_path / "a.msatreturn"
    path.write_bytes(_swap_lines((world.folder / path.name).read_bytes()))
    assert not verify_files([path], None)[0][1].valid


def test_the_unaltered_world_is_whole(world: World, copied: Places) -> None:
    found = checked(copied)
    assert found.problems == ()
    assert found.entries == world.size
