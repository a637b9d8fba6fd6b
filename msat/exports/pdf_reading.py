"""What a PDF shows, as fingerprints and as pieces of text: taken when it is made, and again when it is checked.

The same reading both times, so that any change to what a page draws, links to or is tagged as shows up. Trusts
nothing in the file: it walks without recursion, and a reference back is a number, not a loop.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pikepdf

from msat.exports.manifest import BadEvidence
from msat.exports.pdf_pieces import stretches
from msat.ids import fingerprint

EVIDENCE_FILE = "msat-evidence.json"
MOST_BYTES = 256 * 1024 * 1024
MOST_NODES = 3_000_000
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page: the fingerprint of everything it draws with, and its pieces of text in drawing order."""

    digest: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PdfReading:
    """A whole file: its pages, the evidence it carries (None when it has none), and what can be read when asked for."""

    pages: tuple[PageReading, ...]
    evidence: bytes | None
    attachments: Mapping[str, bytes]
    """Every other file inside, by name."""
    data: bytes = field(repr=False)

    @property
    def rest(self) -> str:
        """The fingerprint of everything in it, value by value. Raises BadEvidence when it cannot be read."""
        return _opening(self.data, read_rest)


def read_pdf(data: bytes) -> PdfReading:
    """Reads a PDF. Raises BadEvidence when it cannot be read as one."""
    if len(data) > MOST_BYTES:
        raise BadEvidence("The file is larger than any MSAT makes.", "Check that it is the right file.")
    return _opening(data, lambda pdf: _read(pdf, data))


def _opening(data: bytes, read: Callable[[pikepdf.Pdf], _Found]) -> _Found:
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return read(pdf)
    except BadEvidence:
        raise
    except pikepdf.PasswordError as error:
        raise BadEvidence(
            "The file is locked with a password.", "Save it without a password, then check it."
        ) from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError) as error:
        raise BadEvidence("The file is damaged and cannot be read as a PDF.", "Ask for the file again.") from error


def _read(pdf: pikepdf.Pdf, data: bytes) -> PdfReading:
    stream = evidence_stream(pdf)
    evidence = stream_bytes(stream) if stream is not None else None
    others = {name: stream_bytes(each) for name, each in _attached(pdf) if name != EVIDENCE_FILE}
    return PdfReading(read_pages(pdf), evidence, others, data)


def read_pages(pdf: pikepdf.Pdf) -> tuple[PageReading, ...]:
    """The pages of an open PDF: the same before it is saved and after."""
    known = _landmarks(pdf)
    streams: dict[tuple[int, int], bytes] = {}
    return tuple(_page(page.obj, dict(known), streams) for page in pdf.pages)


def read_rest(pdf: pikepdf.Pdf) -> str:
    """The fingerprint of everything in an open PDF but its pages and its evidence."""
    whole, known = hashlib.sha256(), _landmarks(pdf)
    streams: dict[tuple[int, int], bytes] = {}
    _walk(pdf.Root, dict(known), whole, streams)
    _walk(pdf.docinfo, dict(known), whole, streams)
    return whole.hexdigest()


def _landmarks(pdf: pikepdf.Pdf) -> dict[tuple[int, int], bytes]:
    """What is told by name wherever something refers to it: the pages, and the evidence, which is no part of itself."""
    stream = evidence_stream(pdf)
    known: dict[tuple[int, int], bytes] = {}
    if stream is not None:
        known[stream.objgen] = b"evidence"
    for number, page in enumerate(pdf.pages):
        known[page.obj.objgen] = b"page %d" % number
    return known


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
    contents = page.get("/Contents")
    content = stream_bytes(contents) if isinstance(contents, pikepdf.Stream) else None
    return PageReading(digest.hexdigest(), tuple(piece for _mark, piece in stretches(page, content)))


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
