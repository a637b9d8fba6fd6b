"""Document to HTML, Markdown and plain text. Each escapes every text for its own form; links are https or nothing.

HTML is written by `markup_html`. Charts and codes are said in words here: their sentence, and their numbers as a table.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence

from msat.exports.document import SHAPES as SHAPES
from msat.exports.document import (
    Block,
    Bullets,
    Callout,
    Document,
    Figure,
    Heading,
    Inline,
    KeyValues,
    Paragraph,
    QrCode,
    Rag,
    RagLine,
    Run,
    Table,
    is_web_address,
    plain,
    rag_joint,
)
from msat.exports.manifest import Attachment
from msat.exports.markup_html import write_html
from msat.exports.plain_text import clean, one_line
from msat.exports.seal import Seal
from msat.exports.text_sealing import NAME, seal_text

FORMS = {"html": "html", "markdown": "md", "text": "txt"}
"""The forms, and the suffix each one's file has."""


def write_markup(document: Document, form: str, seal: Seal | None, attachments: Sequence[Attachment] = ()) -> str:
    """The document as `html`, `markdown` or `text`; with its evidence at the end when there is a seal.

    The fingerprints of `attachments`, files that go beside it, are signed with it.
    """
    closing = (*seal.closing(with_entries=False), seal.footer()[0]) if seal else ()
    document = seal.faced(document) if seal else document
    # The mark that begins the block of evidence must not be imitated by anything in the text.
    text = _WRITERS[form](document, closing).replace(NAME, NAME.replace("-", " "))
    return seal_text(text, form, seal, attachments) if seal else text


def _with_watermark(document: Document) -> Sequence[Block]:
    """The blocks, and before them what a form with pages writes across each."""
    if not document.watermark.strip():
        return document.blocks
    return (Paragraph((Run(one_line(document.watermark), bold=True),)), *document.blocks)


def _said(block: Figure | QrCode, write: Callable[[Block], str]) -> str:
    """A chart or code in words: its sentence and the numbers as a table; the label and what the code holds."""
    if isinstance(block, QrCode):
        return write(Paragraph(plain(f"{block.label}: {block.text}"), small=True))
    chart, table = block.chart, block.table()
    said = write(Paragraph((Run(f"{chart.title}. ", bold=True), Run(chart.sentence))))
    return f"{said}\n\n{write(table)}" if table else said


# --- Markdown ----------------------------------------------------------------------------------------------------

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$])")
_START = re.compile(r"^(?:([-+=])|(\d+)([.)]))")


def markdown_escaped(text: str) -> str:
    """`text` so that no Markdown reader finds markup, a link or a list in it."""
    escaped = _SPECIAL.sub(r"\\\1", one_line(text)).replace("://", ":\\/\\/")
    return _START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", escaped)


def _md_run(run: Run) -> str:
    text = markdown_escaped(run.text)
    lead, tail = _blanks(run.text)
    if not text:
        return " " if run.text else ""
    if run.struck:
        text = f"~~{text}~~"
    if run.bold:
        text = f"**{text}**"
    if is_web_address(run.link):
        text = f"[{text}]({run.link.replace('(', '%28').replace(')', '%29')})"
    return f"{lead}{text}{tail}"


def _blanks(text: str) -> tuple[str, str]:
    """The blanks around a text, which emphasis marks must stand inside of."""
    return (" " if text[:1].isspace() else "", " " if text[-1:].isspace() else "")


def _md_inline(value: Inline) -> str:
    if isinstance(value, Rag):
        return f"**{SHAPES[value.priority]} {value.word}**"
    return "".join(map(_md_run, value)).strip()


def _md_block(block: Block) -> str:
    match block:
        case Heading(level=level, text=text):
            return f"{'#' * level} {markdown_escaped(text)}"
        case Paragraph(runs=runs):
            return _md_inline(runs)
        case RagLine(rag=rag, runs=runs):
            return f"{_md_inline(rag)}{rag_joint(runs)}{_md_inline(runs)}"
        case Callout(runs=runs):
            return f"> {_md_inline(runs)}"
        case Bullets(items=items):
            return "\n".join(f"- {_md_inline(item)}" for item in items)
        case KeyValues(pairs=pairs):
            return "\n".join(f"- **{markdown_escaped(name)}:** {_md_inline(value)}" for name, value in pairs)
        case Table(header=header, rows=rows, caption=caption):
            named = f"**{markdown_escaped(caption)}**\n\n" if one_line(caption) else ""
            head = f"{named}| {' | '.join(markdown_escaped(name) for name in header)} |\n|{' --- |' * len(header)}"
            return "\n".join([head, *(f"| {' | '.join(map(_md_inline, row))} |" for row in rows)])
        case Figure() | QrCode():
            return _said(block, _md_block)
    return "---"


def _markdown(document: Document, closing: Iterable[str]) -> str:
    blocks = [_md_block(block) for block in _with_watermark(document)]
    lines = [markdown_escaped(line) for line in closing]
    return "\n\n".join([*blocks, *(["---"] if lines else []), *lines]) + "\n"


# --- plain text --------------------------------------------------------------------------------------------------

WIDTH = 76


def _wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _txt_run(run: Run) -> str:
    text = clean(run.text)
    if run.struck:
        text = f"[struck: {text}]"
    return f"{text} <{run.link}>" if is_web_address(run.link) and run.link != run.text else text


def _txt_inline(value: Inline) -> str:
    if isinstance(value, Rag):
        return f"[{value.letter}] {value.word}"
    return one_line("".join(map(_txt_run, value)))


def _txt_block(block: Block) -> str:
    match block:
        case Heading(level=level, text=text):
            title = one_line(text)
            under = {1: "=", 2: "-", 3: ""}[level]
            return f"{_wrapped(title)}\n{under * min(len(title), WIDTH)}".rstrip()
        case Paragraph(runs=runs):
            return _wrapped(_txt_inline(runs))
        case RagLine(rag=rag, runs=runs):
            return _wrapped(f"{_txt_inline(rag)}{rag_joint(runs)}{_txt_inline(runs)}")
        case Callout(runs=runs):
            return _wrapped(_txt_inline(runs), "   ", "!  ")
        case Bullets(items=items):
            return "\n".join(_wrapped(_txt_inline(item), "  ", "- ") for item in items)
        case KeyValues(pairs=pairs):
            return "\n".join(_wrapped(f"{one_line(name)}: {_txt_inline(value)}", "  ", "") for name, value in pairs)
        case Table(header=header, rows=rows, caption=caption):
            named = [_wrapped(one_line(caption))] if one_line(caption) else []
            return "\n\n".join([*named, *(_txt_row(header, row) for row in rows)] if rows else [*named, "(no rows)"])
        case Figure() | QrCode():
            return _said(block, _txt_block)
    return ""


def _txt_row(header: tuple[str, ...], row: tuple[Inline, ...]) -> str:
    """A row as lines: columns of a narrow text would cut words."""
    filled = ((name, _txt_inline(value)) for name, value in zip(header, row, strict=True))
    return "\n".join(_wrapped(f"{one_line(name)}: {value}", "  ", "") for name, value in filled if value)


def _text(document: Document, closing: Iterable[str]) -> str:
    blocks = [_txt_block(block) for block in _with_watermark(document)]
    lines = [_wrapped(one_line(line)) for line in closing]
    return "\n\n".join([*filter(None, blocks), *(["-" * WIDTH] if lines else []), *lines]) + "\n"


_WRITERS: dict[str, Callable[[Document, Iterable[str]], str]] = {
    "html": write_html,
    "markdown": _markdown,
    "text": _text,
}
