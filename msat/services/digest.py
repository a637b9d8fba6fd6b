"""Makes the digest of the open alerts, all or chosen ones, and writes it to a file to be read or sent by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msat.errors import Refused
from msat.exports.digest import digest_email, digest_text
from msat.projections.digest import Digest, digest
from msat.projections.ports import Query
from msat.record.durable import write_durably
from msat.services import deeds
from msat.services.desk import Desk
from msat.services.export import cautions

ENDINGS = (".eml", ".txt")


@dataclass(frozen=True, slots=True)
class Written:
    """A digest in a file, and the sentence that says so."""

    path: Path
    digest: Digest
    words: str


def make_digest(desk: Desk, refs: Sequence[str] = ()) -> Digest:
    """The digest as at now: of every open alert, or of those that `refs` name. Raises Refused for an unknown one, and
    for one with nothing left to do."""
    now = desk.clock.now()
    rows = desk.views.worklist(Query(open_only=True), now)
    if refs:
        wanted = [deeds.find(desk, ref) for ref in refs]
        held = {row.key for row in rows}
        for state in wanted:
            if state.key not in held:
                raise Refused(f"Nothing is left to do about {deeds.name_of(state)}.", "Choose an open alert.")
        keys = {state.key for state in wanted}
        rows = [row for row in rows if row.key in keys]
        return digest(rows, desk.record.organisation, now, counted=())
    return digest(rows, desk.record.organisation, now, cautions(desk))


def write_digest(desk: Desk, target: Path, to: str = "", refs: Sequence[str] = ()) -> Written:
    """Writes the digest as text (.txt) or as an e-mail (.eml); the ending decides.

    Raises Refused for another ending, an address that is none, or a file that cannot be written.
    """
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise Refused(f"“{target.name}” ends neither in .eml nor in .txt.", "Name the file digest.eml or digest.txt.")
    if to and ending != ".eml":
        raise Refused("Only an e-mail has an address.", "Name the file digest.eml, or leave the address out.")
    found = make_digest(desk, refs)
    data = digest_email(found, to) if ending == ".eml" else digest_text(found).encode("utf-8")
    _write(target, data)
    return Written(
        target, found, f"Wrote the digest of {found.count} open alert{'' if found.count == 1 else 's'} to {target}."
    )


def _write(target: Path, data: bytes) -> None:
    if not target.parent.is_dir():
        raise Refused(f"There is no folder “{target.parent}”.", "Make it, or choose another.")
    try:
        write_durably(target, data)
    except OSError as error:
        raise Refused(f"“{target}” cannot be written: {error.strerror}.", "Choose another folder.") from error
