"""Make the files of an assurance pack: PDF, its HTML twin, workbook, and the content for machines; nothing is written.

The same prepared pack and the same notes give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from msat.errors import Refused
from msat.exports.file_names import safe_name
from msat.exports.seal import Certify, Seal, seal_of_cut
from msat.projections.kpi_pairs import identified
from msat.projections.pack import pack
from msat.projections.pack_exceptions import exceptions
from msat.projections.pack_material import Material
from msat.projections.pack_model import Pack
from msat.services.desk import Desk, Progress
from msat.services.pack_preparing import Prepared

FORMATS = ("pdf", "html", "xlsx", "json")
KIND, DRAFT_KIND = "pack", "pack-draft"


def checked_formats(wanted: Sequence[str]) -> tuple[str, ...]:
    """The forms asked for, each once, in the usual order. Raises Refused for one that is none, and for none at all."""
    asked = {one.strip().lower() for one in wanted if one.strip()}
    unknown = asked - set(FORMATS)
    if unknown or not asked:
        what = f"“{min(unknown)}” is not a form of a pack." if unknown else "No form of the pack was asked for."
        raise Refused(what, f"Use some of: {', '.join(FORMATS)}.")
    return tuple(one for one in FORMATS if one in asked)


def worked_out(material: Material, progress: Progress | None = None) -> Pack:
    """The pack as values."""
    if progress:
        progress("Working out the pack", 0, 1)
    made = pack(material)
    if progress:
        progress("Working out the pack", 1, 1)
    return made


def make_files(
    desk: Desk,
    prepared: Prepared,
    material: Material,
    made: Pack,
    formats: Sequence[str],
    sign: Callable[[str], str],
    progress: Progress | None = None,
    certify: Certify | None = None,
) -> dict[str, bytes]:
    """Each file by its name; `certify` signs the PDF with a certificate too. Raises Cancelled when `progress` does."""
    draft = prepared.entry is None
    seal = replace(_seal(desk, prepared, material, sign, draft), certify=certify)
    files: dict[str, bytes] = {}
    making = _Making(desk, prepared, material, made, seal, progress)
    for number, form in enumerate(formats):
        if progress:
            progress(f"Making the {form.upper()} file", number, len(formats))
        files[file_name(prepared, form)] = making.of(form)
    if progress:
        progress("Making the files", len(formats), len(formats))
    return files


def file_name(prepared: Prepared, form: str) -> str:
    """As `pack-Y00000-P0003.pdf`; a draft by its period."""
    cover = prepared.cover
    if prepared.entry is None:
        return f"{safe_name(f'draft-pack-{cover.ods}-{cover.first}-to-{cover.last}')}.{form}"
    return f"{safe_name(f'pack-{cover.number}')}.{form}"


def _seal(desk: Desk, prepared: Prepared, material: Material, sign: Callable[[str], str], draft: bool) -> Seal:
    cover = prepared.cover
    parameters = {
        "from": cover.first.isoformat(),
        "to": cover.last.isoformat(),
        "previous": cover.previous,
        "prepared": prepared.entry.id if prepared.entry else "",
    }
    kind, number = (DRAFT_KIND, "") if draft else (KIND, cover.number)
    versions = {one.rules_version for one in material.own if one.rules_version}
    return seal_of_cut(desk.record, prepared.cut, kind, parameters, number, versions, sign)


class _Making:
    """One pack being written in several forms; what they share is made once."""

    def __init__(
        self,
        desk: Desk,
        prepared: Prepared,
        material: Material,
        made: Pack,
        seal: Seal,
        progress: Progress | None,
    ) -> None:
        from msat.exports.content import content_attachment, content_json
        from msat.exports.counting import COUNTED, alerts_counted, counted_values
        from msat.exports.pack import pack_document
        from msat.exports.pack_values import pack_values

        self._desk, self._cut, self._pack, self._seal, self._progress = desk, prepared.cut, made, seal, progress
        self._document = pack_document(made, prepared.entry is None)
        values = {**pack_values(made), COUNTED: counted_values(material.basis)}
        self._content = content_json(self._document, values, seal)
        self._alerts = frozenset({*alerts_counted(material.basis), *(one.key for one in made.reds)})
        self._attached = content_attachment(self._content)
        self._material = material

    def of(self, form: str) -> bytes:
        """The bytes in one form."""
        if form == "pdf":
            from msat.exports.chains import chains
            from msat.exports.pdf import write_pdf

            self._say("Attaching the logs")
            followed = chains(self._desk.record, self._cut, self._alerts)
            self._say("Drawing the pages")
            return write_pdf(self._document, self._seal, (self._attached, followed))
        if form == "html":
            from msat.exports.markup import write_markup

            return write_markup(self._document, "html", self._seal, (self._attached,)).encode("utf-8")
        if form == "xlsx":
            from msat.exports.pack_workbook import pack_book
            from msat.exports.workbook import write_workbook

            # On paper a long list is cut short; a workbook has room for every line.
            alerts, _lists = identified(self._material.basis)
            whole = replace(self._pack, exceptions=exceptions(self._material, alerts, cut_short=False))
            book = pack_book(whole, not self._seal.number)
            return write_workbook(book, self._seal, self._progress, self._desk.places.cache)
        from msat.exports.json_sealing import seal_json

        return seal_json(self._content, self._seal)

    def _say(self, what: str) -> None:
        """Tells what comes next; may be stopped here."""
        if self._progress:
            self._progress(what, 0, 1)
