"""Packs of local rules that travel: exported with a signature, imported as a draft, compared with one another.

What is imported acts only after it has been tried and adopted here, like any other draft.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from msat.actions.overlay import changes
from msat.actions.pack import ENDING, Pack, read_pack, write_pack
from msat.errors import Refused
from msat.services.desk import Desk
from msat.services.tailor_drafts import draft_text, empty_pack, read_draft, read_text, save_text, try_on
from msat.services.tailor_load import shipped_of
from msat.services.tailor_signing import Signed, sign_pack, signature_of, without_signature

WORDS = ("shipped", "adopted", "draft")
"""What `find` takes beside the name of a file."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A pack that was made the draft: whose it is, whose signature it bears, and a sentence."""

    pack: Pack
    signed: Signed
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which two packs differ. Empty where a pack leaves the field as shipped."""

    rule: str
    name: str
    field: str
    shipped: str
    one: str
    other: str


def export_pack(desk: Desk, path: Path, draft: bool = False) -> tuple[Path, str]:
    """Writes the pack in force, or the draft, to a file, signed by this record; returns the file and a sentence.

    Raises Refused when there is none, when the draft does not fit, or when there is such a file already.
    """
    pack = read_draft(desk) if draft else find(desk, "adopted")
    try_on(desk, pack, "draft" if draft else "the pack in force")
    path = path if path.suffix else path.with_suffix(ENDING)
    if path.suffix.lower() != ENDING:
        raise Refused(f"“{path.name}” does not end in {ENDING}.", f"Name the file with the ending {ENDING}.")
    if path.exists():
        raise Refused(f"There is a file {path} already.", "Choose another name.")
    text = draft_text(desk.places) if draft else None
    try:
        path.write_text(sign_pack(desk.record, text or write_pack(pack)), encoding="utf-8", newline="\n")
    except OSError as error:
        raise Refused(f"The file {path} cannot be written: {error}.", "Choose another folder.") from error
    return path, f"Exported “{pack.name}”, for {pack.said_for}, signed by this record (log {desk.record.log[:8]})."


def import_pack(desk: Desk, path: Path, as_own: bool = False) -> Imported:
    """Makes the pack in a file the draft, remarks and signature included; the old draft is kept beside it.

    With `as_own` it becomes a pack of this organisation's own, unsigned. Raises Refused naming what is wrong in it, or
    when its signature does not fit.
    """
    text = read_text(path)
    signed = signature_of(text)
    if signed.is_changed and not as_own:
        raise Refused(signed.words, "Ask for it again; or take it as your own, having read it.")
    pack = read_pack(path.name, text)
    try_on(desk, pack, path.name)
    if as_own:
        ours = desk.record.organisation
        name = f"Local rules of {ours.name}, after {pack.organisation}"[:200]
        pack = replace(pack, name=name, organisation=ours.name, ods=ours.ods, made_for=())
        text, signed = write_pack(pack), Signed("It is this organisation's own now, and unsigned.")
    save_text(desk, text)
    what = f"“{pack.name}” of {pack.organisation} ({pack.ods}), for {pack.said_for}, is now the draft."
    return Imported(pack, signed, f"{what} {signed.words} Nothing of it is in force yet.")


def find(desk: Desk, name: str) -> Pack:
    """The pack that is meant by `shipped` (no change at all), `adopted`, `draft`, or a file. Raises Refused."""
    if name == "shipped":
        return empty_pack(desk)
    if name == "draft":
        return read_draft(desk)
    if name == "adopted":
        if desk.knowledge.local is None:
            raise Refused("No local rules are in force.", "Name a file, or use “draft”.")
        return desk.knowledge.local.pack
    path = Path(name)
    return read_pack(path.name, without_signature(read_text(path)))


def file_signature(desk: Desk, path: Path | None) -> Signed:
    """Whose signature a file bears; the draft when `path` is None."""
    return signature_of(read_text(path) if path else draft_text(desk.places) or "")


def compare(desk: Desk, one: Pack, other: Pack) -> tuple[Difference, ...]:
    """Every field in which two packs differ, each beside what is shipped."""
    return tuple(_differences(desk, one, other))


def _differences(desk: Desk, one: Pack, other: Pack) -> Iterator[Difference]:
    base = shipped_of(desk)
    first, second = ({(c.rule, c.name, c.field): c for c in changes(base, pack)} for pack in (one, other))
    for key in dict.fromkeys((*first, *second)):
        a, b = first.get(key), second.get(key)
        said = a or b
        if said is not None and (a is None or b is None or a.local != b.local):
            rule, name, field = key
            yield Difference(rule, name, field, said.shipped, a.local if a else "", b.local if b else "")
