"""Issue an assurance pack: record what it is made from, make its files, write all of them or none, record the issue.

A pack that was issued can be made again, byte for byte, wherever the record is held: its signatures are in the record.
Without an approver there is only a draft, of which the record knows nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from msat.clock import say_date, say_moment, stamp
from msat.errors import Refused
from msat.exports.certificate_signing import CertifiedAgain, Certifier
from msat.exports.signing import Notes
from msat.ids import fingerprint
from msat.projections.pack_model import Pack
from msat.projections.values import moment, part, parts, text, texts
from msat.record.entries import Entry
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person, Progress
from msat.services.file_set import written_together
from msat.services.pack_files import FORMATS, checked_formats, file_name, make_files, worked_out
from msat.services.pack_preparing import (
    ISSUED,
    PREPARED,
    PROGRAM,
    Prepared,
    Wanted,
    find_prepared,
    prepare,
    read_prepared,
    unrecorded,
)
from msat.services.pack_reading import read_material


@dataclass(frozen=True, slots=True)
class Made:
    """A pack that was written: its files, the pack itself, and what was recorded. `number` is empty for a draft."""

    number: str
    files: tuple[Path, ...]
    pack: Pack
    changes: Changes
    words: str


@dataclass(frozen=True, slots=True)
class Issue:
    """One pack of this record. `issued` is None where it was prepared and its files were never made."""

    number: str
    first: date
    last: date
    cut_off: datetime
    author: str
    approver: str
    prepared: Entry
    issued: Entry | None

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Name and SHA-256 of each file that was issued."""
        told = parts(self.issued.data, "files") if self.issued else ()
        return tuple((text(one, "name"), text(one, "sha256")) for one in told)


def issue_pack(
    desk: Desk,
    wanted: Wanted,
    folder: Path,
    person: Person,
    formats: Sequence[str] = FORMATS,
    progress: Progress | None = None,
    certifier: Certifier | None = None,
) -> Made:
    """Issues a pack: numbered, recorded, its files in `folder`; `certifier` signs the PDF with a certificate as well.

    Raises Refused without an approver, for a period that is none, and when the files cannot be written; Cancelled when
    `progress` does. Nothing is left in the folder then, and no issue is recorded; the number stays used.
    """
    forms = checked_formats(formats)
    if not wanted.approver.name.strip():
        raise Refused(
            "A pack is issued by somebody who approves it, and no approver is given.",
            "Give --approver “NAME, ROLE”, or make a draft with --draft.",
        )
    if certifier and "pdf" not in forms:
        raise Refused("Only a PDF can be signed with a certificate.", "Ask for pdf among the forms.")
    _folder(folder)
    prepared = prepare(desk, wanted, person)
    return _made(desk, prepared, folder, person, forms, Notes(desk.record.sign), progress, certifier)


def draft_pack(
    desk: Desk, wanted: Wanted, folder: Path, formats: Sequence[str] = FORMATS, progress: Progress | None = None
) -> Made:
    """Writes a draft: marked as one on every page, with no number; nothing is recorded. Raises as `issue_pack`."""
    forms = checked_formats(formats)
    _folder(folder)
    prepared = unrecorded(desk, wanted)
    material = read_material(desk, prepared, progress)
    made = worked_out(material, progress)
    files = make_files(desk, prepared, material, made, forms, desk.record.sign, progress)
    with written_together(folder, files, progress) as paths:
        words = f"Wrote a draft of the pack for {_period(prepared)}. Nothing was recorded."
    return Made("", tuple(paths), made, Changes(words=words), words)


def make_again(
    desk: Desk,
    number: str,
    folder: Path,
    person: Person | None,
    formats: Sequence[str] = (),
    progress: Progress | None = None,
) -> Made:
    """Makes a pack again from what was recorded when it was prepared: the same bytes, also where the key is not.

    A pack that was prepared and never issued is issued now, by `person`. `formats` empty: those that were issued.
    Raises Refused when there is no such pack, or its content would not be the same.
    """
    entry = find_prepared(desk, number)
    if entry is None:
        known = ", ".join(one.number for one in packs(desk)[-5:])
        raise Refused(
            f"There is no pack “{number.strip()[:40]}” in this record.", f"Use one of: {known or 'none yet'}."
        )
    _folder(folder)
    prepared = read_prepared(desk, entry)
    issued = _issued_of(desk, entry)
    if issued is None:
        forms = checked_formats(formats or FORMATS)
        if person is None:
            what = f"Pack {prepared.cover.number} was prepared and its files were never made."
            raise Refused(what, "Say who issues it now: --as NAME --role ROLE before the command.")
        return _made(desk, prepared, folder, person, forms, Notes(desk.record.sign), progress)
    recorded = {text(one, "form"): one for one in parts(issued.data, "files")}
    forms = checked_formats(formats or tuple(recorded))
    missing = [form for form in forms if form not in recorded]
    if missing:
        have = ", ".join(recorded)
        raise Refused(f"Pack {prepared.cover.number} was not issued as {', '.join(missing)}.", f"It was as: {have}.")
    return _again(desk, prepared, issued, folder, forms, recorded, progress)


def _again(
    desk: Desk,
    prepared: Prepared,
    issued: Entry,
    folder: Path,
    forms: Sequence[str],
    recorded: Mapping[str, Mapping[str, Any]],
    progress: Progress | None,
) -> Made:
    number = prepared.cover.number
    material = read_material(desk, prepared, progress)
    made = worked_out(material, progress)
    notes = Notes(None, texts(issued.data, "notes"))
    signed = parts(issued.data, "certificates")
    certify = CertifiedAgain(signed) if signed else None
    try:
        files = make_files(desk, prepared, material, made, forms, notes, progress, certify)
    except Refused as error:
        raise Refused(_not_the_same(prepared, error.explanation), _same_next(prepared)) from error
    for form in forms:
        if fingerprint(files[file_name(prepared, form)]) != text(recorded[form], "sha256"):
            # Its manifest is the one that was signed, else no note would have been found for it.
            why = f"The {form.upper()} file would say the same, but this installation packs it into other bytes."
            raise Refused(_not_the_same(prepared, why), _OTHER_BYTES)
    with written_together(folder, files, progress) as paths:
        words = f"Made pack {number} again, as it was issued: the same files, byte for byte."
    return Made(number, tuple(paths), made, Changes(words=words), words)


_OTHER_BYTES = "Make it with the packages of packaging/requirements.lock, on the kind of computer that made it."


def _not_the_same(prepared: Prepared, why: str) -> str:
    return f"Pack {prepared.cover.number} cannot be made again as it was issued. {why}"


def _same_next(prepared: Prepared) -> str:
    if prepared.program != PROGRAM:
        return f"It was made by {prepared.program}, and this is {PROGRAM}: use the version that made it."
    return (
        "Run msatctl verify: a stored file or an entry may be missing or damaged here. Where verify finds nothing, "
        "this MSAT words packs otherwise than the one that made it: use that one, or the files as they were issued."
    )


def _made(
    desk: Desk,
    prepared: Prepared,
    folder: Path,
    person: Person,
    forms: Sequence[str],
    notes: Notes,
    progress: Progress | None,
    certifier: Certifier | None = None,
) -> Made:
    """Makes, writes and records the issue of a prepared pack."""
    material = read_material(desk, prepared, progress)
    made = worked_out(material, progress)
    files = make_files(desk, prepared, material, made, forms, notes, progress, certifier)
    with written_together(folder, files, progress) as paths:
        changes = _record(desk, prepared, files, forms, notes, person, certifier)
    words = f"Issued pack {prepared.cover.number} for {_period(prepared)}. Entry {changes.entries[-1].seq}."
    return Made(prepared.cover.number, tuple(paths), made, changes, words)


def _record(
    desk: Desk,
    prepared: Prepared,
    files: Mapping[str, bytes],
    forms: Sequence[str],
    notes: Notes,
    person: Person,
    certifier: Certifier | None,
) -> Changes:
    named = [(form, file_name(prepared, form)) for form in forms]
    data = {
        "number": prepared.cover.number,
        "prepared": prepared.entry.id if prepared.entry else "",
        "cut_off": stamp(prepared.cut.moment),
        "cut_off_size": prepared.cut.own.size,
        "cut_off_head": prepared.cut.own.head,
        "files": [
            {"form": form, "name": name, "sha256": fingerprint(files[name]), "size": len(files[name])}
            for form, name in named
        ],
        "notes": list(notes.kept),
        "certificates": list(certifier.kept) if certifier else [],
    }
    meaning = f"Issued assurance pack {prepared.cover.number} for {_period(prepared)}."
    return deeds.record_general(desk, person, None, deeds.Deed(ISSUED, data, meaning))


def _period(prepared: Prepared) -> str:
    return f"{say_date(prepared.cover.first)} to {say_date(prepared.cover.last)}"


def _folder(folder: Path) -> None:
    if not folder.is_dir():
        raise Refused(f"There is no folder “{folder}”.", "Make it, or choose another with --out.")


# --- listing ---------------------------------------------------------------------------------------------------


def packs(desk: Desk) -> tuple[Issue, ...]:
    """Every pack of this record, the oldest first; those prepared and never issued are in it."""
    found = desk.record.typed(frozenset({PREPARED, ISSUED}))
    issued = {text(entry.data, "prepared"): entry for entry in found if entry.type == ISSUED}
    return tuple(_listed(entry, issued.get(entry.id)) for entry in found if entry.type == PREPARED)


def _issued_of(desk: Desk, prepared: Entry) -> Entry | None:
    found = desk.record.typed(frozenset({ISSUED}))
    return next((entry for entry in found if text(entry.data, "prepared") == prepared.id), None)


def _listed(entry: Entry, issued: Entry | None) -> Issue:
    data = entry.data
    return Issue(
        number=text(data, "number"),
        first=date.fromisoformat(text(data, "from")),
        last=date.fromisoformat(text(data, "to")),
        cut_off=moment(data, "cut_off") or entry.time,
        author=_name(data, "author"),
        approver=_name(data, "approver"),
        prepared=entry,
        issued=issued,
    )


def _name(data: Mapping[str, Any], who: str) -> str:
    found = part(data, who)
    return ", ".join(words for words in (text(found, "name"), text(found, "role")) if words)


def as_json(one: Issue) -> dict[str, Any]:
    """A pack for `packs --json`."""
    return {
        "number": one.number,
        "from": one.first.isoformat(),
        "to": one.last.isoformat(),
        "cut_off": stamp(one.cut_off),
        "author": one.author,
        "approver": one.approver,
        "issued": stamp(one.issued.time) if one.issued else None,
        "entry": one.prepared.seq,
        "files": [{"name": name, "sha256": sha256} for name, sha256 in one.files],
    }


def as_text(one: Issue) -> str:
    """A pack in lines for people."""
    state = f"issued {say_moment(one.issued.time)}" if one.issued else "prepared, never issued: make it with --again"
    lines = [f"{one.number}  {say_date(one.first)} to {say_date(one.last)}  {state}"]
    lines.append(f"  cut-off {say_moment(one.cut_off)}, entry {one.prepared.seq}; approver {one.approver or 'none'}")
    lines += [f"  {name}  {sha256}" for name, sha256 in one.files]
    return "\n".join(lines)
