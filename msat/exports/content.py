"""The machine-readable content of a document: what its pages say, block by block, and the values behind them.

    {"format": "msat-content-v1", "document": [BLOCK, ...], "values": {...}}

A BLOCK is `{"text": "..."}`, `{"figure": "what it is described with"}`, `{"code": "...", "label": "..."}` or
`{"table": {"caption": "...", "frozen": 0, "rows": [["...", ...], ...]}}` with the header as its first row. Texts are
cleaned of what no page can show, and cut where pages cut them. A check holds the pages to it (`comparing_content`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from msat.exports.document import (
    Block,
    Bullets,
    Callout,
    Document,
    Figure,
    Heading,
    Inline,
    KeyValues,
    PageBreak,
    Paragraph,
    QrCode,
    Rag,
    RagLine,
    Table,
    rag_joint,
)
from msat.exports.manifest import Attachment, BadEvidence
from msat.exports.plain_text import BOX, clean, one_line
from msat.exports.seal import Seal
from msat.record.codec import NotCanonical, encode, parse

FORMAT = "msat-content-v1"
NAME = "pack.json"
MOST_BYTES = 64 * 1024 * 1024
LONGEST_ALTERNATIVE = 2_000
_UNSOUND = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a document, read back. Nothing in it may be believed before the manifest was checked."""

    document: tuple[Mapping[str, Any], ...]
    values: Mapping[str, Any]


def content_json(document: Document, values: Mapping[str, Any], seal: Seal | None = None) -> bytes:
    """The canonical JSON of a document as `write_pdf` closes it with `seal`, and of the values it was made from.

    `values` keep to the record's profile: whole numbers, text, lists, objects with small letters as keys, nothing
    deeper than 14 levels. Raises NotCanonical for anything else.
    """
    closed = seal.closed(document) if seal else document
    blocks = [block for one in closed.blocks for block in _blocks(one)]
    return encode({"format": FORMAT, "document": blocks, "values": _sound(values)}, MOST_BYTES, "the content")


def _sound(value: Any) -> Any:
    """Values with a box for half characters and NUL, which no canonical JSON can hold."""
    if isinstance(value, str):
        return value if value.isascii() and "\0" not in value else _UNSOUND.sub(BOX, value)
    if isinstance(value, Mapping):
        return {key: _sound(each) for key, each in value.items()}
    return [_sound(each) for each in value] if isinstance(value, list | tuple) else value


def content_attachment(data: bytes, name: str = NAME) -> Attachment:
    """The content as a file inside a document."""
    return Attachment(name, data, "The same content for machines: every text of the pages, and every value", "Data")


def is_content(data: bytes) -> bool:
    """Whether an attached file claims to be a content; canonical JSON puts its keys in order."""
    return data.startswith(b'{"document":[') and b'"format":"' + FORMAT.encode() + b'"' in data


def read_content(data: bytes) -> Content:
    """The content in an attached file. Raises BadEvidence for anything but the exact form."""
    try:
        found = parse(data, MOST_BYTES)
        if found["format"] != FORMAT:
            raise ValueError("format")
        return Content(tuple(dict(block) for block in found["document"]), dict(found["values"]))
    except (NotCanonical, KeyError, TypeError, ValueError) as error:
        raise BadEvidence("The attached content cannot be read.", "Ask for the file again.") from error


def _blocks(block: Block) -> Iterator[dict[str, Any]]:
    match block:
        case Heading(text=text):
            yield {"text": clean(text)}
        case Paragraph(runs=runs) | Callout(runs=runs):
            yield {"text": _said(runs)}
        case RagLine(rag=rag, runs=runs):
            yield {"text": f"{rag.word}{rag_joint(runs)}{_said(runs)}"}
        case Table():
            rows = [[_said(value) for value in row] for row in block.rows]
            yield _table(block.caption, [[clean(name) for name in block.header], *rows], block.frozen)
        case KeyValues(pairs=pairs):
            yield _table("", [[clean(name), _said(value)] for name, value in pairs])
        case Bullets(items=items):
            yield from ({"text": _said(item)} for item in items)
        case Figure(chart=chart):
            yield {"figure": one_line(chart.alternative, LONGEST_ALTERNATIVE)}
            yield {"text": clean(chart.sentence)}
            table = block.table()
            yield from _blocks(table) if table else ()
        case QrCode(text=text, label=label):
            yield {"code": clean(text), "label": one_line(label)}
        case PageBreak():
            return


def _said(value: Inline) -> str:
    """A paragraph or a cell as pages have it: each run cleaned, and cut, by itself."""
    return value.word if isinstance(value, Rag) else "".join(clean(run.text) for run in value)


def _table(caption: str, rows: list[list[str]], frozen: int = 0) -> dict[str, Any]:
    return {"table": {"caption": clean(caption), "frozen": frozen, "rows": rows}}
