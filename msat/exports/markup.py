"""Document to HTML, Markdown and plain text. Each escapes every text for its own form; links are https or nothing.

The HTML stands alone: inline styles, 600 pixels, no picture, no script, nothing fetched from anywhere.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence

from msat.exports.document import TONES as INKS
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
from msat.exports.plain_text import clean, one_line
from msat.exports.seal import Seal
from msat.exports.text_sealing import NAME, seal_text
from msat.triage.model import Priority

SHAPES = {Priority.RED: "■", Priority.AMBER: "▲", Priority.GREEN: "●", None: "□"}
FORMS = {"html": "html", "markdown": "md", "text": "txt"}
"""The forms, and the suffix each one's file has."""


def write_markup(document: Document, form: str, seal: Seal | None, attachments: Sequence[Attachment] = ()) -> str:
    """The document as `html`, `markdown` or `text`; with its evidence at the end when there is a seal.

    The fingerprints of `attachments`, files that go beside it, are signed with it.
    """
    closing = (*seal.closing(with_entries=False), seal.footer()[0]) if seal else ()
    # The mark that begins the block of evidence must not be imitated by anything in the text.
    text = _WRITERS[form](document, closing).replace(NAME, NAME.replace("-", " "))
    return seal_text(text, form, seal, attachments) if seal else text


def _said(block: Figure | QrCode, write: Callable[[Block], str]) -> str:
    """A chart or code in words: its sentence and the numbers as a table; the label and what the code holds."""
    if isinstance(block, QrCode):
        return write(Paragraph(plain(f"{block.label}: {block.text}"), small=True))
    chart, table = block.chart, block.table()
    said = write(Paragraph((Run(f"{chart.title}. ", bold=True), Run(chart.sentence))))
    return f"{said}\n\n{write(table)}" if table else said


# --- HTML --------------------------------------------------------------------------------------------------------

FONT = "font-family:Arial,Helvetica,sans-serif"
STYLES = {
    1: f"{FONT};font-size:22px;line-height:28px;color:#212B32;margin:0 0 12px 0",
    2: f"{FONT};font-size:17px;line-height:22px;color:#003087;margin:22px 0 8px 0;border-bottom:1px solid #D8DDE0",
    3: f"{FONT};font-size:15px;line-height:20px;color:#212B32;margin:16px 0 4px 0",
}
BODY = f"{FONT};font-size:14px;line-height:20px;color:#212B32;margin:0 0 8px 0"
SMALL = f"{FONT};font-size:12px;line-height:17px;color:#4C6272;margin:0 0 8px 0"
CELL = f"{FONT};font-size:13px;line-height:18px;color:#212B32;padding:4px 6px;vertical-align:top;text-align:left"
RAGS = {
    Priority.RED: "background-color:#D5281B;color:#FFFFFF",
    Priority.AMBER: "background-color:#FFB81C;color:#212B32;border:1px solid #8F5F00",
    Priority.GREEN: "background-color:#007F3B;color:#FFFFFF",
    None: "background-color:#FFFFFF;color:#4C6272;border:1px dashed #4C6272",
}
TONES = {"info": "#E6EFF8;border-left:4px solid #005EB8", "warning": "#FFF1D2;border-left:4px solid #8F5F00"}
TONES["danger"] = "#FBEAE8;border-left:4px solid #D5281B"


def _escaped(text: str) -> str:
    return html.escape(clean(text), quote=True).replace("\n", "<br>")


def _html_run(run: Run) -> str:
    text = _escaped(run.text)
    if run.struck:
        text = f"<s>{text}</s>"
    if run.bold:
        text = f"<strong>{text}</strong>"
    if run.tone in INKS:
        text = f'<span style="color:{INKS[run.tone]}">{text}</span>'
    if is_web_address(run.link):
        text = f'<a href="{html.escape(run.link, quote=True)}" style="color:#005EB8">{text}</a>'
    return text


def _html_inline(value: Inline) -> str:
    if isinstance(value, Rag):
        style = f"{FONT};font-size:12px;font-weight:bold;padding:1px 6px;{RAGS[value.priority]}"
        return f'<span style="{style}">{SHAPES[value.priority]} {value.word}</span>'
    return "".join(map(_html_run, value))


def _html_block(block: Block) -> str:
    match block:
        case Heading(level=level, text=text):
            return f'<h{level} style="{STYLES[level]}">{_escaped(text)}</h{level}>'
        case Paragraph(runs=runs, small=small):
            return f'<p style="{SMALL if small else BODY}">{_html_inline(runs)}</p>'
        case RagLine(rag=rag, runs=runs):
            return f'<p style="{BODY}">{_html_inline(rag)}{rag_joint(runs)}{_html_inline(runs)}</p>'
        case Callout(tone=tone, runs=runs):
            return f'<p style="{BODY};padding:8px 12px;background-color:{TONES[tone]}">{_html_inline(runs)}</p>'
        case Bullets(items=items):
            points = "\n".join(f'<li style="{BODY}">{_html_inline(item)}</li>' for item in items)
            return f'<ul style="margin:0 0 8px 20px;padding:0">\n{points}\n</ul>'
        case KeyValues(pairs=pairs):
            rows = (f'<tr><th scope="row" style="{CELL}">{_escaped(n)}</th>{_html_cell(v)}</tr>' for n, v in pairs)
            return _html_table("", rows)
        case Table():
            return _html_data_table(block)
        case Figure() | QrCode():
            return _said(block, _html_block)
    return "<hr>"


def _html_cell(value: Inline) -> str:
    return f'<td style="{CELL};border-bottom:1px solid #D8DDE0">{_html_inline(value)}</td>'


def _html_data_table(block: Table) -> str:
    cells = "".join(f'<th scope="col" style="{CELL};background-color:#E8EDEE">{_escaped(n)}</th>' for n in block.header)
    rows = (f"<tr>{''.join(map(_html_cell, row))}</tr>" for row in block.rows)
    return _html_table(f"<thead><tr>{cells}</tr></thead>", rows)


def _html_table(head: str, rows: Iterable[str]) -> str:
    body = "\n".join(rows)
    return (
        f'<table style="border-collapse:collapse;width:100%;margin:0 0 10px 0">{head}<tbody>\n{body}\n</tbody></table>'
    )


def _html(document: Document, closing: Iterable[str]) -> str:
    title = html.escape(one_line(document.title))
    blocks = "\n".join(map(_html_block, document.blocks))
    lines = "\n".join(f'<p style="{SMALL}">{_escaped(line)}</p>' for line in closing)
    rule = '<hr style="border:0;border-top:1px solid #D8DDE0;margin:20px 0 8px 0">\n' if lines else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{title}</title>\n</head>\n<body style="margin:0;padding:12px;background-color:#FFFFFF">\n'
        f'<div style="max-width:600px;margin:0 auto">\n{blocks}\n{rule}{lines}\n</div>\n</body>\n</html>\n'
    )


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
        case Table(header=header, rows=rows):
            head = f"| {' | '.join(markdown_escaped(name) for name in header)} |\n|{' --- |' * len(header)}"
            return "\n".join([head, *(f"| {' | '.join(map(_md_inline, row))} |" for row in rows)])
        case Figure() | QrCode():
            return _said(block, _md_block)
    return "---"


def _markdown(document: Document, closing: Iterable[str]) -> str:
    blocks = [_md_block(block) for block in document.blocks]
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
        case Table(header=header, rows=rows):
            return "\n\n".join(_txt_row(header, row) for row in rows) or "(no rows)"
        case Figure() | QrCode():
            return _said(block, _txt_block)
    return ""


def _txt_row(header: tuple[str, ...], row: tuple[Inline, ...]) -> str:
    """A row as lines: columns of a narrow text would cut words."""
    filled = ((name, _txt_inline(value)) for name, value in zip(header, row, strict=True))
    return "\n".join(_wrapped(f"{one_line(name)}: {value}", "  ", "") for name, value in filled if value)


def _text(document: Document, closing: Iterable[str]) -> str:
    blocks = [_txt_block(block) for block in document.blocks]
    lines = [_wrapped(one_line(line)) for line in closing]
    return "\n\n".join([*filter(None, blocks), *(["-" * WIDTH] if lines else []), *lines]) + "\n"


_WRITERS: dict[str, Callable[[Document, Iterable[str]], str]] = {"html": _html, "markdown": _markdown, "text": _text}
