"""What a PDF shows, as fingerprints and as pieces of text: taken when it is made, and again when it is checked.

The same reading both times, so that any change to what a page draws, links to or is tagged as shows up. Trusts
nothing in the file: it walks without recursion, and a reference back is a number, not a loop.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pikepdf

from msat.exports.manifest import BadEvidence
from msat.ids import fingerprint

EVIDENCE_FILE = "msat-evidence.json"
MOST_BYTES = 256 * 1024 * 1024
MOST_NODES = 3_000_000


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page: the fingerprint of everything it draws with, and its pieces of text in drawing order."""

    digest: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PdfReading:
    """A whole file: its pages, everything else in it, and the evidence it carries (None when it has none)."""

    pages: tuple[PageReading, ...]
    rest: str
    evidence: bytes | None
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    """Every other file inside, by name."""


def read_pdf(data: bytes) -> PdfReading:
    """Reads a PDF. Raises BadEvidence when it cannot be read as one."""
    if len(data) > MOST_BYTES:
        raise BadEvidence("The file is larger than any MSAT makes.", "Check that it is the right file.")
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return read_open_pdf(pdf)
    except BadEvidence:
        raise
    except pikepdf.PasswordError as error:
        raise BadEvidence(
            "The file is locked with a password.", "Save it without a password, then check it."
        ) from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError) as error:
        raise BadEvidence("The file is damaged and cannot be read as a PDF.", "Ask for the file again.") from error


def read_open_pdf(pdf: pikepdf.Pdf) -> PdfReading:
    """The reading of an open PDF."""
    stream = evidence_stream(pdf)
    known: dict[tuple[int, int], bytes] = {}
    if stream is not None:
        known[stream.objgen] = b"evidence"
    for number, page in enumerate(pdf.pages):
        known[page.obj.objgen] = b"page %d" % number
    streams: dict[tuple[int, int], bytes] = {}
    pages = tuple(_page(page.obj, dict(known), streams) for page in pdf.pages)
    whole = hashlib.sha256()
    _walk(pdf.Root, dict(known), whole, streams)
    _walk(pdf.docinfo, dict(known), whole, streams)
    evidence = stream_bytes(stream) if stream is not None else None
    others = {name: stream_bytes(each) for name, each in _attached(pdf) if name != EVIDENCE_FILE}
    return PdfReading(pages, whole.hexdigest(), evidence, others)


def evidence_stream(pdf: pikepdf.Pdf) -> Any:
    """The attached evidence, or None."""
    return next((stream for name, stream in _attached(pdf) if name == EVIDENCE_FILE), None)


def _attached(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """The files inside, in the order of the list that names them."""
    node: Any = pdf.Root
    for key in ("/Names", "/EmbeddedFiles", "/Names"):
        node = node.get(key)
        if node is None:
            return
    pairs = list(node)
    for name, spec in zip(pairs[::2], pairs[1::2], strict=False):
        yield str(name), spec.EF.F


def stream_bytes(stream: Any) -> bytes:
    """What a stream holds, unpacked. Raises BadEvidence when that is more than any file of ours: a packed bomb."""
    filters = stream.get("/Filter", pikepdf.Array())
    names = [str(each) for each in (filters if isinstance(filters, pikepdf.Array) else [filters])]
    raw: bytes = stream.read_raw_bytes()
    if names == ["/ASCII85Decode", "/FlateDecode"]:
        raw = base64.a85decode(raw.strip().removesuffix(b"~>"))
    elif len(names) > 1:
        raise BadEvidence("The file is packed in a way that MSAT does not write.", "Ask for the file as it was made.")
    if names[-1:] == ["/FlateDecode"]:
        raw = _unpacked(raw)
    if names in ([], ["/FlateDecode"], ["/ASCII85Decode", "/FlateDecode"]) and "/DecodeParms" not in stream:
        return raw
    data: bytes = stream.read_bytes()
    return data


def _unpacked(raw: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(raw, MOST_BYTES)
    except zlib.error as error:
        raise ValueError("packed") from error
    if unpacker.unconsumed_tail:
        raise BadEvidence("The file is larger than any MSAT makes.", "Check that it is the right file.")
    return data


def _page(page: Any, known: dict[tuple[int, int], bytes], streams: dict[tuple[int, int], bytes]) -> PageReading:
    digest = hashlib.sha256()
    for key in sorted(page.keys()):
        if key != "/Parent":
            digest.update(key.encode() + b"\n")
            _walk(page[key], known, digest, streams)
    return PageReading(digest.hexdigest(), tuple(_pieces(page)))


def _walk(start: Any, known: dict[tuple[int, int], bytes], digest: Any, streams: dict[tuple[int, int], bytes]) -> None:
    """Feeds an object and all it refers to into `digest`, each object once, in a fixed order.

    `streams` keeps what stands for each stream, for the fonts, which every page has, are long.
    A long document has some hundred thousand values: what is asked of each is asked once.
    """
    out: list[bytes] = []
    levels: list[Iterator[Any]] = [iter((start,))]
    nodes = 0
    while levels:
        for item in levels[-1]:
            nodes += 1
            if nodes > MOST_NODES:
                raise BadEvidence("The file is larger than any MSAT makes.", "Check that it is the right file.")
            if item.__class__ is bytes:
                out.append(item)
                continue
            if not isinstance(item, pikepdf.Object):
                out.append(f"{type(item).__name__} {item}\n".encode("utf-8", "surrogatepass"))
                continue
            if item.is_indirect:
                place = item.objgen
                if place in known:
                    out.append(b"ref %s\n" % known[place])
                    continue
                known[place] = b"%d" % len(known)
            token, inside = _opened(item, streams)
            out.append(token)
            if inside:
                levels.append(iter(inside))
                break
        else:
            levels.pop()
        if len(out) > 10_000:
            digest.update(b"".join(out))
            out.clear()
    digest.update(b"".join(out))


_PACKING = {"/Length", "/Filter", "/DecodeParms"}
_KINDS = pikepdf.ObjectType


def _opened(item: Any, streams: dict[tuple[int, int], bytes]) -> tuple[bytes, list[Any]]:
    """What stands for an object itself, and what is in it, in order."""
    kind = item._type_code
    if kind == _KINDS.dictionary:
        pairs = sorted(item.items())
        if any(key == "/FT" and value == pikepdf.Name.Sig for key, value in pairs):
            # What fills the field of a certificate signature comes after the seal, and is checked by itself.
            pairs = [(key, value) for key, value in pairs if key != "/V"]
        return b"<<%d\n" % len(pairs), [each for key, value in pairs for each in (key.encode() + b"\n", value)]
    if kind == _KINDS.array:
        return b"[%d\n" % len(item), list(item)
    if kind == _KINDS.string:
        return b"string %s\n" % bytes(item).hex().encode(), []
    if kind == _KINDS.stream:
        token = streams.get(item.objgen)
        if token is None:
            token = streams[item.objgen] = b"stream %s\n" % fingerprint(stream_bytes(item)).encode()
        keys = sorted(key for key in item.keys() if key not in _PACKING)  # noqa: SIM118 - not a dict
        return token, [each for key in keys for each in (key.encode() + b"\n", item[key])]
    return f"{type(item).__name__} {item}\n".encode("utf-8", "surrogatepass"), []


# --- text ------------------------------------------------------------------------------------------------------

_SHOWS = {"Tj", "TJ", "'", '"'}
_BEGINS = {"BDC", "BMC"}
_ENDS = {"Tm", "Td", "TD", "T*", "ET", "BDC", "BMC", "EMC"}
"""After these the text goes on elsewhere, or as something else."""
_READ = " ".join(sorted({"Tf", *_SHOWS, *_BEGINS, *_ENDS}))


def _pieces(page: Any) -> Iterator[str]:
    """Each stretch of text that the page draws, in order."""
    for _mark, piece in _marked_pieces(page):
        yield piece


def texts_by_mark(page: Any) -> dict[int, str]:
    """What the page draws between each pair of numbered marks; what stands between none is decoration."""
    found: dict[int, list[str]] = {}
    for mark, piece in _marked_pieces(page):
        if mark is not None:
            found.setdefault(mark, []).append(piece)
    return {mark: "".join(pieces) for mark, pieces in found.items()}


def _marked_pieces(page: Any) -> Iterator[tuple[int | None, str]]:
    """Each stretch of text in drawing order, with the number of the innermost mark that it stands between."""
    resources = page.get("/Resources")
    fonts = (resources.get("/Font") if resources is not None else None) or pikepdf.Dictionary()
    codes = _AS_THEY_ARE
    piece = ""
    marks: list[int | None] = []
    maps: dict[str, Sequence[str]] = {}
    for instruction in pikepdf.parse_content_stream(page, _READ):
        name = str(instruction.operator)
        if name in _ENDS and piece:
            yield marks[-1] if marks else None, unicodedata.normalize("NFC", piece).replace("\0", "\u25a1")
            piece = ""
        if name == "Tf":
            key = str(instruction.operands[0])
            if key not in maps:
                maps[key] = _code_map(fonts.get(key))
            codes = maps[key]
        elif name in _SHOWS:
            piece += "".join([_decoded(operand, codes) for operand in instruction.operands])
        elif name in _BEGINS:
            marks.append(_mark(list(instruction.operands)) if name == "BDC" else None)
        elif name == "EMC" and marks:
            marks.pop()


def _mark(operands: list[Any]) -> int | None:
    properties = operands[-1]
    number = properties.get("/MCID") if isinstance(properties, pikepdf.Dictionary) else None
    return int(number) if number is not None else None


def _decoded(operand: Any, codes: Sequence[str]) -> str:
    if isinstance(operand, pikepdf.String):
        return "".join([codes[code] for code in bytes(operand)])
    if isinstance(operand, pikepdf.Array):
        return "".join(_decoded(each, codes) for each in operand)
    return ""


_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_CHAR = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{2})>\s*(?:<([0-9A-Fa-f]+)>|\[(.*?)\])", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


_AS_THEY_ARE: Sequence[str] = tuple(map(chr, range(256)))


def _code_map(font: Any) -> Sequence[str]:
    """What each of the 256 one-byte codes of a font stands for."""
    if font is None or "/ToUnicode" not in font:
        return _AS_THEY_ARE
    return _characters(font.ToUnicode.read_bytes())


@lru_cache(maxsize=8)
def _characters(unicode_map: bytes) -> Sequence[str]:
    """The characters of a font's map: read once for all pages."""
    found: dict[int, str] = {}
    for kind, body in _BLOCK.findall(unicode_map):
        if kind == b"char":
            found.update({int(code, 16): _utf16(text) for code, text in _CHAR.findall(body)})
            continue
        for first, last, start, each in _RANGE.findall(body):
            targets = [_utf16(text) for text in _HEX.findall(each)] if each else []
            for offset in range(int(last, 16) - int(first, 16) + 1):
                if start:
                    found[int(first, 16) + offset] = chr((int(start, 16) + offset) % 0x110000)
                elif offset < len(targets):
                    found[int(first, 16) + offset] = targets[offset]
    return tuple(found.get(code, chr(code)) for code in range(256))


def _utf16(text: bytes) -> str:
    padded = text if len(text) % 4 == 0 else text.rjust(len(text) + 4 - len(text) % 4, b"0")
    return bytes.fromhex(padded.decode("ascii")).decode("utf-16-be", "replace")
