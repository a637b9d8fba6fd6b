"""Show the one-page record of an alert: the same page that is exported, for looking at; not recorded as issued."""

from __future__ import annotations

from pathlib import Path

from msat.errors import Refused
from msat.exports.file_names import safe_name
from msat.exports.pdf import write_pdf
from msat.exports.seal import gather
from msat.services import deeds
from msat.services.desk import Desk
from msat.services.export import certificate_of

KEPT = 20
"""Files kept in the folder: whoever looks at the twenty-first has closed the first."""


def show_record(desk: Desk, ref: str, folder: Path) -> Path:
    """Writes the page as PDF into `folder`, which is made, and returns the file. Its oldest files go.

    Raises Refused for an unknown alert and for a folder that cannot be written.
    """
    state = deeds.find(desk, ref)
    now = desk.clock.now()
    document, replaced = certificate_of(desk, state, now)
    seal = gather(desk.record, (state, *replaced), "certificate", {"alert": state.key}, now)
    as_at = f"as at entry {desk.record.head().size}{' of a backup' if desk.record.shown else ''}"
    path = folder / f"{safe_name(f'record {deeds.name_of(state)[:60]} {as_at}')}.pdf"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(write_pdf(document, seal))
    except OSError as error:
        raise Refused(
            f"The page could not be written to {folder}: {error.strerror}.", "Save it elsewhere with Ctrl+S."
        ) from error
    _tidy(folder, path)
    return path


def _tidy(folder: Path, shown: Path) -> None:
    """Takes the oldest away. One that is still open, which Windows will not let go, stays until next time."""
    files = sorted((one for one in folder.glob("*.pdf") if one != shown), key=lambda one: one.stat().st_mtime)
    for one in files[: -(KEPT - 1)]:
        try:
            one.unlink()
        except OSError:
            continue
