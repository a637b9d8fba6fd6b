"""What the program does while faults happen to it: whole commands, from the words typed to the files on the disk.

A world is a folder with one practice's profile in the middle of its work and all that the commands need: a notice, the
longer return of another practice, a folder for exports, a shared folder. It is made once and copied for every trial.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from msat.bootstrap import open_desk
from msat.cli import main
from msat.clock import SystemClock
from msat.errors import MsatError, Refused
from msat.exchange.return_file import write_return
from msat.places import Places, places
from msat.services.acknowledge import acknowledge
from msat.services.desk import Person
from msat.store import guards
from msat.store.backup import make_backup
from msat.store.engine import check_file
from msat.store.record import inspect_record, open_record
from tests.record.makers import draft
from tests.store.newer_program import newer_program

WHO = ("--as", "A. Patel", "--role", "practice pharmacist")
REF, NEW_REF = "EL(26)A/70", "EL(26)A/71"


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, as the person at the keyboard sees it."""

    status: int
    words: str
    crash: str = ""
    """The traceback of an error that was not put into words; empty where there was none."""


def run(folder: Path, *words: str) -> Said:
    """One command on the practice's profile in the world `folder`."""
    heard = io.StringIO()
    try:
        with redirect_stdout(heard), redirect_stderr(heard):
            status = main(["--profile", str(folder / "profile"), *WHO, *words])
    except BaseException:
        return Said(-1, heard.getvalue(), traceback.format_exc())
    return Said(status, heard.getvalue())


def done(folder: Path, *words: str) -> None:
    """A command that must succeed, or the world is not what the trials take it for."""
    said = run(folder, *words)
    if said.status:
        raise RuntimeError(f"{words}: {said}")


def practice(folder: Path) -> Places:
    """Where the practice's profile lies."""
    return places(folder / "profile")


def make_world(folder: Path) -> None:
    """The profile with one notice and another practice enrolled, whose newer return waits to be taken in."""
    for name in ("out", "shared"):
        (folder / name).mkdir(parents=True)
    done(folder, "init", "--organisation", "Demo Surgery", "--ods", "Y00000", "--kind", "gp-practice")
    done(folder, "add", "--title", "Fridge alarm at the depot", "--reference", REF)
    other = folder / "other"
    other.mkdir()
    done(other, "init", "--organisation", "Mill Surgery", "--ods", "Y00001", "--kind", "gp-practice")
    done(other, "return", "export", "--out", str(other))
    (first,) = other.glob("*.msatreturn")
    done(folder, "return", "import", str(first))
    with open_record(practice(other), SystemClock()) as record:
        log = record.log
        (folder / "returns").mkdir()
        for number in range(12):
            record.append([draft(f"note {number}"), draft("x" * 3_000)])
            data = b"".join(write_return(record.entries(), record.signed_head()))
            (folder / "returns" / f"{record.head().size:04}.msatreturn").write_bytes(data)
    done(folder, "enrol", "accept", log, "--compared")
    first.unlink()
    done(other, "return", "export", "--out", str(folder))
    (return_file,) = folder.glob("*.msatreturn")
    return_file.rename(folder / "new.msatreturn")
    shutil.rmtree(other)
    (folder / "ids").write_text(json.dumps(_own_ids(folder)), encoding="ascii")


def grow(folder: Path, entries: int) -> None:
    """Makes the practice's record in a world longer: one that is migrated in more than a few pages."""
    with open_record(practice(folder), SystemClock()) as record:
        record.append([draft(f"entry {number} {'x' * 400}") for number in range(entries)])
    (folder / "ids").write_text(json.dumps(_own_ids(folder)), encoding="ascii")


def damage(folder: Path) -> None:
    """For the flow that restores: a backup is made, and then the record is damaged."""
    where = practice(folder)
    make_backup(where, folder / "kept.msatbackup", SystemClock().now(), "0.1", True)
    data = bytearray(where.record.read_bytes())
    at = data.find(b"alert.received")
    data[at + 3] ^= 1
    where.record.write_bytes(data)


def entries_of(folder: Path, kind: str) -> int:
    """How many entries of a type the record holds, of the own log."""
    with open_record(practice(folder), SystemClock()) as record:
        return sum(entry.type == kind for entry in record.entries())


def held_of_others(folder: Path) -> int:
    """How many entries of the other practice are held."""
    with open_record(practice(folder), SystemClock()) as record:
        return sum(head.size for head in record.received.heads())


def _own_ids(folder: Path) -> list[str]:
    with open_record(practice(folder), SystemClock()) as record:
        return [entry.id for entry in record.entries()]


def _acknowledged(folder: Path) -> int:
    return entries_of(folder, "alert.acknowledged")


def _added(folder: Path) -> int:
    return entries_of(folder, "alert.received") - 1


def _imported(folder: Path) -> int:
    return {1: 0, 25: 1}.get(held_of_others(folder), 2)


def _rotated(folder: Path) -> int:
    return min(1, entries_of(folder, "key.rotated"))


def _made(folder: Path) -> int:
    where = practice(folder)
    return int(where.record.exists() and inspect_record(where).valid)


def _no_profile(folder: Path) -> None:
    shutil.rmtree(folder / "profile")


def _restored(folder: Path) -> int:
    return int(inspect_record(practice(folder)).valid)


def _nothing(_folder: Path) -> int:
    return 0


def _export(folder: Path) -> int:
    """1 when the exported page is there and the record proves it; 2 for a file of that name that is not whole."""
    page = folder / "out" / "page.pdf"
    if not page.exists():
        return 0
    return 1 if run(folder, "verify", str(page)).status == 0 else 2


def _backup(folder: Path) -> int:
    backup = folder / "out" / "carried.msatbackup"
    if not backup.exists():
        return 0
    other = folder / "proven"
    shutil.rmtree(other, ignore_errors=True)
    said = run(other, "restore", str(backup))
    # 1: nothing says whether this backup is the newest state, so that the copy is only to be read.
    whole = said.status == 1 and "proven whole" in said.words and inspect_record(practice(other)).valid
    shutil.rmtree(other, ignore_errors=True)
    return 1 if whole else 2


def _shared(folder: Path) -> int:
    files = [path for path in (folder / "shared").iterdir() if path.suffix == ".msatreturn"]
    if not files:
        return 0
    return 1 if all(run(folder, "return", "show", str(path)).status == 0 for path in files) else 2


@contextmanager
def newer() -> Iterator[None]:
    """An MSAT of the future, whose record has a schema 2; within it, nothing more."""
    with nullcontext() if 2 in guards.SCHEMAS else newer_program():
        yield


def _upgraded(folder: Path) -> int:
    """1 when the record is of the newer form; 2 when it holds anything but the entries of before, in either form."""
    if _own_ids(folder) != json.loads((folder / "ids").read_text(encoding="ascii")):
        return 2
    return int(check_file(practice(folder).record) == 2)


def upgrade(folder: Path) -> Said:
    """As the first start of a newer MSAT: the profile is opened, which brings its record to the newer form."""
    try:
        with closing(open_desk(practice(folder), SystemClock())) as desk:
            return Said(1 if desk.record.read_only else 0, desk.record.read_only)
    except MsatError as error:
        return Said(1, str(error))
    except BaseException:
        return Said(-1, "", traceback.format_exc())


def session(folder: Path) -> Said:
    """As a window does it: one desk that stays open, told of a fault, and asked a second time."""
    desk, words = None, []
    try:
        desk = open_desk(practice(folder), SystemClock())
        for _ in range(2):
            try:
                return Said(0, acknowledge(desk, REF, Person("A. Patel", "practice pharmacist", "")).words)
            except Refused as refused:
                words.append(str(refused))
                return Said(0 if "already acknowledged" in str(refused) and len(words) > 1 else 2, " ".join(words))
            except MsatError as error:
                words.append(str(error))
    except MsatError as error:
        words.append(str(error))
    except BaseException:
        return Said(-1, " ".join(words), traceback.format_exc())
    finally:
        if desk is not None:
            desk.close()
    return Said(1, " ".join(words))


@dataclass(frozen=True, slots=True)
class Flow:
    """A command, and how to see on the disk whether it was done: 0 not at all, 1 done, 2 half done."""

    words: tuple[str, ...]
    """`{w}` stands for the world's folder."""
    is_done: Callable[[Path], int]
    recorded: Callable[[Path], int]
    """How many entries of its kind are there: none, where it records nothing."""
    prepare: Callable[[Path], None] | None = None
    act: Callable[[Path], Said] | None = None
    """What does it, where it is not a command of its own."""
    within: Callable[[], AbstractContextManager[None]] = nullcontext
    """The program that does it and looks at it afterwards."""

    def line(self, folder: Path) -> list[str]:
        """The words for the world in `folder`."""
        return [word.replace("{w}", str(folder)) for word in self.words]


FLOWS: dict[str, Flow] = {
    "answer": Flow(("acknowledge", REF), _acknowledged, _acknowledged),
    "add": Flow(("add", "--title", "Ice in the freezer", "--reference", NEW_REF), _added, _added),
    "import": Flow(("return", "import", "{w}/new.msatreturn"), _imported, _imported),
    "backup": Flow(("backup", "{w}/out/carried.msatbackup"), _backup, _nothing),
    "export": Flow(
        ("export", "certificate", REF, "--out", "{w}/out/page.pdf"), _export, lambda w: entries_of(w, "export.issued")
    ),
    "folder": Flow(("folder", "sync", "{w}/shared"), _shared, _nothing),
    "rotate": Flow(("key", "rotate"), _rotated, _rotated),
    "init": Flow(
        ("init", "--organisation", "New Surgery", "--ods", "Y00002", "--kind", "gp-practice"),
        _made, _made, _no_profile,
    ),
    "window": Flow((), _acknowledged, _acknowledged, None, session),
    "restore": Flow(("restore", "{w}/kept.msatbackup"), _restored, _nothing, damage),
    "upgrade": Flow((), _upgraded, _nothing, None, upgrade, newer),
}
"""Everything that writes. `python -m tests.faults` without --release takes the first five."""
DEFAULT = ("answer", "add", "import", "backup", "export")


AIMED: dict[str, Flow] = {}
"""More flows, for trials that aim (`aimed_kills`): whoever wants them puts them in."""


def perform(folder: Path, name: str) -> Said:
    """One flow in the world `folder`."""
    flow = FLOWS.get(name) or AIMED[name]
    with flow.within():
        if act := flow.act:
            return act(folder)
        return run(folder, *flow.line(folder))


def copy_world(source: Path, target: Path) -> Path:
    """A copy of a world for one trial."""
    shutil.copytree(source, target)
    return target


def warm_up(folder: Path) -> None:
    """Every flow once, so that nothing needs importing in a trial."""
    for name in FLOWS:
        if prepare := FLOWS[name].prepare:
            prepare(folder)
        said = perform(folder, name)
        if said.status not in (0, 2) or said.crash:  # 2: what one flow has done another has not to do again
            sys.stderr.write(f"{name}: {said}\n")
            raise SystemExit(1)
        with FLOWS[name].within():
            FLOWS[name].is_done(folder)
