"""Verify: run the numbered proof over this record, or check exported files against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from msat.errors import Refused
from msat.exchange.lone import check_exchanged, is_exchanged
from msat.exports.certificate_checking import read_roots
from msat.exports.checking import check_file
from msat.record.ports import Record
from msat.record.verification import Problem, Verification
from msat.services.desk import Desk

MAX_FILE = 200_000_000


def verify(desk: Desk) -> Verification:
    """Steps 1 to 7 over the record, and step 8: the views equal a rebuild."""
    return with_views(desk.record.verify(), desk)


def with_views(found: Verification, desk: Desk) -> Verification:
    """Adds step 8 to a proof of the record; views of a damaged record are not worth comparing."""
    different = desk.views.difference_from_rebuild() if found.valid else ()
    problems = tuple(
        Problem(what, "views", "The record is not affected. Rebuild the views: msatctl rebuild.", step=8)
        for what in different
    )
    if found.valid:
        checked = (*found.checked, "8. What the screens show was compared with a rebuild from the record.")
    else:
        checked = (*found.checked, "8. Not compared with a rebuild, because the record itself has problems.")
    return replace(found, problems=found.problems + problems, checked=checked)


def verify_files(
    paths: Sequence[Path], record: Record | None, trusted: Sequence[Path] = ()
) -> list[tuple[Path, Verification]]:
    """Checks exported files, with or without a record beside them. `trusted` are files of root certificates.

    Raises Refused for a file that cannot be read.
    """
    roots = read_roots([(path.name, read_file(path)) for path in trusted]) if trusted else ()
    return [(path, _checked(read_file(path), path.name, record, roots)) for path in paths]


def _checked(data: bytes, name: str, record: Record | None, roots: Sequence[bytes]) -> Verification:
    """What a file's first line says decides who checks it; a return as PDF is checked by the return inside."""
    if is_exchanged(data):
        return check_exchanged(data, name, record)
    if data.startswith(b"%PDF"):
        from msat.services.show_return import check_return_pdf  # brings the makers of PDFs with it

        page = check_return_pdf(data, name)
        if page is not None:
            return page
    return check_file(data, name, record, roots)


def read_file(path: Path) -> bytes:
    """The bytes of a file a person named. Raises Refused in words."""
    try:
        if path.exists() and not path.is_file():
            raise Refused(f"“{path}” is a folder or a device, not a file.", "Choose a file.")
        if path.stat().st_size > MAX_FILE:
            raise Refused(f"“{path.name}” is larger than 200 MB, and nothing MSAT makes is.", "Check the file.")
        return path.read_bytes()
    except FileNotFoundError:
        raise Refused(f"There is no file “{path}”.", "Check the name.") from None
    except OSError as error:
        raise Refused(f"“{path}” cannot be read: {error.strerror}.", "Choose a file you may read.") from error
