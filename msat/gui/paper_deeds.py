"""What the window writes for others, each as a call for the background: inspector's pages, a return to read, a digest,
packs made again. Services decide and refuse; nothing is half written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msat.gui.views.certificate_field import Signing
    from msat.services.desk import Changes, Desk, Person, Progress
    from msat.services.export_pack import Issue, Made
    from msat.services.rerun import Reruns
    from msat.services.show_return import Shown

    Wrote = Callable[[Desk, Person], tuple[Path, Changes]]


def inspector_page(ref: str, target: Path, signing: Signing) -> Wrote:
    """One alert on one side of A4."""

    def do(desk: Desk, person: Person) -> tuple[Path, Changes]:
        from msat.services.inspector import export_inspector_page

        return export_inspector_page(desk, ref, target, person, signing(desk))

    return do


def inspector_file(first: date, last: date, target: Path, signing: Signing, progress: Progress) -> Wrote:
    """All alerts of a period with their evidence."""

    def do(desk: Desk, person: Person) -> tuple[Path, Changes]:
        from msat.services.inspector import export_inspector_file

        return export_inspector_file(desk, target, person, first, last, progress, signing(desk))

    return do


def period_log(first: date, last: date, target: Path, signing: Signing) -> Wrote:
    """The log of a period, PDF or XLSX by the file's ending."""

    def do(desk: Desk, person: Person) -> tuple[Path, Changes]:
        from msat.services.export import export_log

        return export_log(desk, first, last, target, person, certify=signing(desk))

    return do


def own_return() -> Callable[[Desk], Shown]:
    """What the own return says."""

    def do(desk: Desk) -> Shown:
        from msat.services.show_return import held_return

        return held_return(desk, desk.record.log)

    return do


def return_in(file: Path) -> Callable[[Desk], Shown]:
    """What a return in a file says, whoever sent it; nothing is taken in."""

    def do(_desk: Desk) -> Shown:
        from msat.exchange.return_file import MOST_BYTES
        from msat.services.show_return import show_return
        from msat.services.take_return import read

        return show_return(read(file, MOST_BYTES), file.name)

    return do


def return_page(shown: Shown, target: Path) -> Callable[[Desk], Path]:
    """Writes what a return says as a PDF, the return inside it."""

    def do(_desk: Desk) -> Path:
        from msat.services.show_return import write_return_pdf

        return write_return_pdf(shown, target)

    return do


def digest_text() -> Callable[[Desk], str]:
    """The open alerts as one text."""

    def do(desk: Desk) -> str:
        from msat.exports.digest import digest_text as text
        from msat.services.digest import make_digest

        return text(make_digest(desk))

    return do


def digest_file(target: Path, to: str) -> Callable[[Desk], str]:
    """Writes the digest as text or e-mail, and says so."""

    def do(desk: Desk) -> str:
        from msat.services.digest import write_digest

        return write_digest(desk, target, to).words

    return do


@dataclass(frozen=True, slots=True)
class PackLine:
    """A pack of this record, as people read it."""

    number: str
    words: str
    is_issued: bool


def packs() -> Callable[[Desk], list[PackLine]]:
    """Every pack of this record, the newest first."""

    def do(desk: Desk) -> list[PackLine]:
        from msat.services.export_pack import packs as service

        return [_pack_line(one) for one in reversed(service(desk))]

    return do


def _pack_line(one: Issue) -> PackLine:
    from msat.services.export_pack import as_text

    return PackLine(one.number, as_text(one), one.issued is not None)


def pack_again(number: str, folder: Path, progress: Progress) -> Callable[[Desk, Person], Made]:
    """Makes a pack again, the same to the byte; one that was prepared and never issued is issued now."""

    def do(desk: Desk, person: Person) -> Made:
        from msat.services.export_pack import make_again

        return make_again(desk, number, folder, person, progress=progress)

    return do


def rebuild(progress: Progress) -> Callable[[Desk], int]:
    """Computes every view again from the record."""

    def do(desk: Desk) -> int:
        from msat.services.rebuild import rebuild as service

        return service(desk, progress)

    return do


def bring_names(path: Path) -> Callable[[Desk], str]:
    """Imports dm+d files, and says what they brought."""

    def do(desk: Desk) -> str:
        from msat.services.dmd import import_dmd

        return import_dmd(desk, path).words

    return do


def decide_again(progress: Progress) -> Callable[[Desk], Reruns]:
    """Every decision made again with what was stored then."""

    def do(desk: Desk) -> Reruns:
        from msat.services.rerun import rerun

        return rerun(desk, None, progress)

    return do


@dataclass(frozen=True, slots=True)
class CasesRun:
    """How the worked cases that ship came out."""

    number: int
    rules: int
    wrong: tuple[str, ...]
    """A line for each case or rule that is not as it should be."""


def run_cases() -> Callable[[Desk], CasesRun]:
    """Runs every worked case that ships against the rules that ship."""

    def do(_desk: Desk) -> CasesRun:
        from msat.actions.cases import load_cases
        from msat.actions.cases import run_cases as service
        from msat.actions.catalogue import load_shipped_catalogue
        from msat.actions.coverage import coverage
        from msat.triage.rules import load_shipped_rules

        rules = load_shipped_rules()
        results = service(load_cases(), rules, load_shipped_catalogue())
        shown = coverage(results, rules)
        wrong = [f"{one.case.id}: {problem}" for one in results for problem in one.problems]
        wrong += [f"{one.id}: {problem}" for one in shown for problem in one.problems]
        return CasesRun(len(results), len(shown), tuple(wrong))

    return do
