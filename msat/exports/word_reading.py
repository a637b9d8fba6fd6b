"""Reads what a Word document shows, ours or one saved again by another program, for checking. Runs and fetches nothing.

Reads the parts that Word would read, by their relationships; sizes are limited, XML entities are not resolved.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from msat.exports.manifest import BadEvidence, from_lines
from msat.exports.word_hidden import hides_by_style, is_on
from msat.ids import fingerprint

MOST_BYTES = 64 * 1024 * 1024
EVIDENCE_ROOT = "{urn:msat:evidence:v1}evidence"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_EXTENSION = "{28A0092B-C50C-407E-A947-70E740481C1C}"
"""How a resolution is noted beside a picture by other programs."""
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_KNOWN = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "http://schemas.openxmlformats.org/drawingml/2006/main",
    "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "http://schemas.microsoft.com/office/word/",
    _PICTURE,
)
"""Where the elements of text and pictures come from; formulas, drawn shapes, charts and the like come from others."""
_BESIDE = ("header", "footer", "footnotes", "endnotes", "comments")
_FOREIGN = {
    "altChunk": "a whole other document is put in",
    "object": "an embedded object",
    "control": "a control",
    "vanish": "hidden text",
    "specVanish": "hidden text",
    "hidden": "a hidden row",
    "del": "text marked as deleted",
    "moveFrom": "text marked as moved away",
    "subDoc": "a linked document",
    "pict": "an old form of drawing",
}
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, etree.LxmlError, LookupError, ValueError, OSError, EOFError),
    *(NotImplementedError, RuntimeError),
)
"""What broken or unusual archives and XML raise; RuntimeError is for an archive with a password."""
_PLAIN = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "sym": "\u25a1"}
_COUNTED = re.compile(r"\{(?:PAGE|NUMPAGES)\b[^{}]*\}")


@dataclass(frozen=True, slots=True)
class WordReading:
    """What the document shows, in order. `evidence` is None when it carries none."""

    lines: tuple[str, ...]
    """A paragraph each, links with their addresses; headers, footers, notes and comments after the body."""
    pictures: tuple[str, ...]
    """The fingerprint of each picture, in order."""
    foreign: tuple[str, ...]
    """What MSAT never writes and a reader might not see."""
    evidence: bytes | None


def read_word(data: bytes) -> WordReading | None:
    """The document's text; None for a ZIP that is no Word document. Raises BadEvidence for a damaged one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "word/document.xml" not in names and "[Content_Types].xml" not in names:
                return None
            if len({name.casefold() for name in names}) != len(names):
                raise BadEvidence("The document holds two parts of the same name.", "Do not trust this file.")
            if sum(item.file_size for item in archive.infolist()) > MOST_BYTES:
                raise BadEvidence("The document is larger than any MSAT makes.", "Check that it is the right file.")
            return _read(archive)
    except _DAMAGE as error:
        raise BadEvidence("The file is damaged and cannot be read as a document.", "Ask for the file again.") from error


def content_of(reading: WordReading | None) -> tuple[dict[str, Any], list[str]]:
    """The fingerprints of what a document shows, for its manifest, and the texts that let a check name differences."""
    if reading is None:
        raise BadEvidence("The document just written cannot be read back.", "Save it again.")
    content = {"form": "docx", "sha256": lines_digest(reading.lines), "pictures": list(reading.pictures)}
    return content, list(reading.lines)


def lines_digest(lines: tuple[str, ...] | list[str]) -> str:
    """One fingerprint of the paragraphs in order."""
    return fingerprint("\x00".join(lines).encode("utf-8", "surrogatepass"))


# --- parts ---------------------------------------------------------------------------------------------------------


def _read(archive: zipfile.ZipFile) -> WordReading | None:
    mains = [target for kind, target, _mode, _id in _relations(archive, "") if kind == "officeDocument"]
    if len(mains) != 1 or not mains[0].startswith("word/"):
        return None
    main = mains[0]
    found = _Found(archive)
    found.part(main)
    relations = _relations(archive, main)
    for kind, target, mode, _id in sorted(relations, key=lambda each: (each[0], each[1])):
        if mode == "External" and kind != "hyperlink":
            found.foreign.append("something taken from another place")
        elif kind in _BESIDE and target in archive.namelist():
            found.beside(target)
        elif kind in ("aFChunk", "vbaProject", "oleObject", "control"):
            found.foreign.append("a part that can run or hide something")
        elif kind == "numbering" and target in archive.namelist():
            found.list_marks(target)
        elif kind == "styles" and target in archive.namelist():
            found.styles(main, target)
    lines = tuple(found.lines)
    return WordReading(lines, tuple(found.pictures), tuple(dict.fromkeys(found.foreign)), _evidence(archive, relations))


def _relations(archive: zipfile.ZipFile, part: str) -> list[tuple[str, str, str, str]]:
    """(kind, target, mode, id) of what a part names. Targets inside are whole names within the file."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive.namelist():
        return []
    found = []
    for each in _xml(archive, path):
        kind = str(each.get("Type", "")).rpartition("/")[2]
        target, mode = str(each.get("Target", "")), str(each.get("TargetMode", "Internal"))
        if mode != "External":
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found.append((kind, target, mode, str(each.get("Id", ""))))
    return found


def _evidence(archive: zipfile.ZipFile, relations: list[tuple[str, str, str, str]]) -> bytes | None:
    found = []
    for kind, target, _mode, _id in relations:
        if kind == "customXml" and target in archive.namelist():
            root = _xml(archive, target)
            if root.tag == EVIDENCE_ROOT:
                found.append("".join(root.itertext()))
    if len(found) > 1:
        raise BadEvidence("The file carries more than one block of evidence.", "Do not trust this file.")
    return from_lines(found[0]) if found else None


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    with archive.open(name) as part:
        data = part.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadEvidence("The document is larger than any MSAT makes.", "Check that it is the right file.")
    return etree.fromstring(data, parser)


# --- paragraphs ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
    """What is gathered from one part after the other."""

    archive: zipfile.ZipFile
    lines: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def part(self, name: str) -> None:
        named = {key: (target, mode) for _kind, target, mode, key in _relations(self.archive, name)}
        root = _xml(self.archive, name)
        for node in root.iter():
            if not isinstance(node.tag, str):
                continue
            if node.tag == f"{_W}p":
                text = _text(node, named).rstrip()
                if text:
                    self.lines.append(text)
            elif node.tag == _BLIP:
                self.pictures.append(self._picture(node, named))
            elif not node.tag[1:].startswith(_KNOWN) or str(node.get("uri", _PICTURE)) not in (_PICTURE, _EXTENSION):
                self.foreign.append("a drawing or formula, whose text is not looked at")
            elif node.tag.startswith(_W) and (tag := node.tag.removeprefix(_W)) in _FOREIGN and is_on(node):
                self.foreign.append(_FOREIGN[tag])

    def beside(self, name: str) -> None:
        """A header or the like; other programs write the same one again for each section, which counts once."""
        own = _Found(self.archive, foreign=self.foreign)
        own.part(name)
        said = "\n".join((*own.lines, *own.pictures))
        if said not in self.seen:
            self.seen.add(said)
            self.lines += own.lines
            self.pictures += own.pictures

    def list_marks(self, name: str) -> None:
        """Words that stand before the items of lists: a mark with letters says something."""
        marks = {str(node.get(f"{_W}val", "")) for node in _xml(self.archive, name).iter(f"{_W}lvlText")}
        self.lines += [f"[list mark: {mark}]" for mark in sorted(marks) if re.search(r"[^\W\d_]{2}", mark)]

    def styles(self, main: str, name: str) -> None:
        """Styles are look, and whoever gets the file may change them; but not so that text is no longer seen."""
        if hides_by_style(_xml(self.archive, main), _xml(self.archive, name)):
            self.foreign.append(_FOREIGN["vanish"])

    def _picture(self, blip: Any, named: dict[str, tuple[str, str]]) -> str:
        target, mode = named.get(str(blip.get(f"{_R}embed") or ""), ("", ""))
        if blip.get(f"{_R}link") or mode == "External" or not target:
            self.foreign.append("a picture that is taken from another place")
            return ""
        return fingerprint(self.archive.read(target))


def _text(paragraph: Any, named: dict[str, tuple[str, str]]) -> str:
    """What a paragraph shows. Numbers that Word counts by itself stand as the name of their field."""
    return _without_counts("".join(_pieces(paragraph, named)))


def _pieces(node: Any, named: dict[str, tuple[str, str]]) -> Iterator[str]:
    for child in node:
        if not isinstance(child.tag, str) or child.tag == f"{_W}p":
            continue  # a paragraph inside this one (a text box) is a line of its own
        tag = child.tag.removeprefix(_W)
        if tag == "t":
            yield child.text or ""
        elif tag == "br" and child.get(f"{_W}type") in ("page", "column"):
            continue
        elif tag in _PLAIN:
            yield _PLAIN[tag]
        elif tag in ("instrText", "fldChar", "fldSimple"):
            yield _field(child, tag)
        elif child.tag == _DRAWN:
            yield f"[picture: {child.get('descr', '')}]"
        elif tag == "hyperlink":
            yield "".join(_pieces(child, named))
            target = named.get(str(child.get(f"{_R}id") or ""), ("", ""))[0]
            yield f" <{target}>" if target else ""
            continue
        if tag != "pPr":
            yield from _pieces(child, named)


_BEGIN, _SEPARATE, _END = "\ue000", "\ue001", "\ue002"
"""Marks of a field's parts while a paragraph is read; private characters, which no text of ours holds."""


def _field(node: Any, tag: str) -> str:
    if tag == "fldChar":
        return {"begin": _BEGIN, "separate": _SEPARATE, "end": _END}.get(str(node.get(f"{_W}fldCharType")), "")
    told = node.get(f"{_W}instr") if tag == "fldSimple" else node.text
    words = " ".join(str(told or "").split())
    return f"{_BEGIN}{words}{_SEPARATE}{_END}" if tag == "fldSimple" else words


_WHOLE = re.compile(f"{_BEGIN}([^{_BEGIN}{_SEPARATE}{_END}]*){_SEPARATE}?([^{_BEGIN}{_END}]*){_END}")


def _without_counts(text: str) -> str:
    """Fields in braces; of page numbers the number is left out, as it is counted anew whenever the file is opened."""

    def told(found: re.Match[str]) -> str:
        name = f"{{{found[1].strip()}}}"
        return f"{{{found[1].split()[0]}}}" if _COUNTED.fullmatch(name) else f"{name}{found[2]}"

    return _WHOLE.sub(told, text)
