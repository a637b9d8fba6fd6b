"""Document to HTML that stands alone: no script, no picture file, nothing fetched from anywhere; links are https.

A short document is written for e-mail, inline styles and 600 pixels wide. One with charts, codes or wide tables is a
page for a browser: one style sheet inside it, 960 pixels, readable at 320 pixels and on paper.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterable, Iterator

from msat.exports.chart_svg import write_svg
from msat.exports.document import (
    SHAPES,
    TONES,
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
    Run,
    Table,
    is_web_address,
    plain,
    rag_joint,
    words,
)
from msat.exports.plain_text import clean, one_line
from msat.exports.qr_svg import qr_svg
from msat.exports.table_parts import narrow_parts, part_name
from msat.triage.model import Priority

FONT = "font-family:Arial,Helvetica,sans-serif"
LOOKS = {
    "h1": f"{FONT};font-size:22px;line-height:28px;color:#212B32;margin:0 0 12px 0",
    "h2": f"{FONT};font-size:17px;line-height:22px;color:#003087;margin:22px 0 8px 0;border-bottom:1px solid #D8DDE0",
    "h3": f"{FONT};font-size:15px;line-height:20px;color:#212B32;margin:16px 0 4px 0",
    "p": f"{FONT};font-size:14px;line-height:20px;color:#212B32;margin:0 0 8px 0",
    "small": f"{FONT};font-size:12px;line-height:17px;color:#4C6272;margin:0 0 8px 0",
    "ul": "margin:0 0 8px 20px;padding:0",
    "table": "border-collapse:collapse;width:100%;margin:0 0 10px 0",
    "caption": f"{FONT};font-size:13px;line-height:18px;font-weight:bold;color:#212B32;text-align:left;padding:4px 6px",
    "cell": f"{FONT};font-size:13px;line-height:18px;color:#212B32;padding:4px 6px;vertical-align:top;text-align:left",
    "hr": "border:0;border-top:1px solid #D8DDE0;margin:20px 0 8px 0",
    "mark": f"{FONT};font-size:16px;font-weight:bold;color:#4C6272;border:2px solid #4C6272;padding:4px 12px;"
    "margin:0 0 12px 0",
}
LOOKS |= {
    "td": f"{LOOKS['cell']};border-bottom:1px solid #D8DDE0",
    "th": f"{LOOKS['cell']};background-color:#E8EDEE",
    "row": f"{LOOKS['cell']};border-bottom:1px solid #D8DDE0;font-weight:bold",
    "info": f"{LOOKS['p']};padding:8px 12px;background-color:#E6EFF8;border-left:4px solid #005EB8",
    "warning": f"{LOOKS['p']};padding:8px 12px;background-color:#FFF1D2;border-left:4px solid #8F5F00",
    "danger": f"{LOOKS['p']};padding:8px 12px;background-color:#FBEAE8;border-left:4px solid #D5281B",
}
_RAG = f"{FONT};font-size:12px;font-weight:bold;padding:1px 6px;white-space:nowrap"
RAGS = {
    Priority.RED: ("red", "background-color:#D5281B;color:#FFFFFF"),
    Priority.AMBER: ("amber", "background-color:#FFB81C;color:#212B32;border:1px solid #8F5F00"),
    Priority.GREEN: ("green", "background-color:#007F3B;color:#FFFFFF"),
    None: ("unrated", "background-color:#FFFFFF;color:#4C6272;border:1px dashed #4C6272"),
}
LOOKS |= {name: f"{_RAG};{colours}" for name, colours in RAGS.values()}

LONG_WORD = 30
"""Letters; only longer words are cut anywhere in a narrow column: a batch number is not."""

# For a page only: how it gives way on a narrow screen and breaks on paper.
_PAGE = """
body{margin:0;padding:12px;background-color:#FFFFFF}
main{max-width:960px;margin:0 auto}
a{color:#005EB8}
figure{margin:0 0 12px 0}
figure svg{display:block;max-width:100%;height:auto}
p,li,h1,h2,h3,figcaption,caption,.long{overflow-wrap:anywhere}
.stack tbody th{min-width:9em}
.across{overflow-x:auto;margin:0 0 10px 0}
.across tbody th,.across thead th:first-child{position:sticky;left:0;background-color:#FFFFFF;min-width:110px}
@media screen and (max-width:640px){
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack tr,.stack td,.stack tbody th,.stack tbody,.stack caption{display:block}
.stack{display:block}
.stack tr{border-bottom:2px solid #768692;padding:6px 0}
.stack td{border-bottom:0;padding:1px 6px}
.stack tbody th{border-bottom:0}
.stack [data-head]::before{content:attr(data-head) ": ";font-weight:bold}
}
@page{size:A4;margin:14mm}
@page lying{size:A4 landscape}
@media print{
main{max-width:none}
.lying{page:lying}
.table td,.table th,.table caption{font-size:10px;line-height:13px}
.table span{font-size:10px}
.break{break-before:page;border:0;margin:0}
.across{overflow:visible}
.across tbody th,.across thead th:first-child{position:static}
thead{display:table-header-group}
tr,figure svg,.info,.warning,.danger{break-inside:avoid}
h1,h2,h3,caption,thead{break-after:avoid}
}
"""


def write_html(document: Document, closing: Iterable[str]) -> str:
    """The document, then the lines of `closing` under a rule."""
    return _Html(_is_page(document)).document(document, closing)


def _is_page(document: Document) -> bool:
    """Whether it is for a browser rather than for an e-mail."""
    return document.landscape or any(
        isinstance(block, Figure | QrCode)
        or (isinstance(block, Table) and block.frozen > 0)
        or (isinstance(block, PageBreak) and bool(block.landscape))
        for block in document.blocks
    )


def escaped(text: str) -> str:
    """`text` as HTML shows it, its line ends kept."""
    return html.escape(clean(text), quote=True).replace("\n", "<br>")


class _Html:
    """Writes blocks. `page`: looks are classes of a style sheet, else they stand inline."""

    def __init__(self, page: bool) -> None:
        self.page = page
        self.numbers = itertools.count(1)
        self.lies = False

    def look(self, name: str) -> str:
        return f' class="{name}"' if self.page else f' style="{LOOKS[name]}"'

    def document(self, document: Document, closing: Iterable[str]) -> str:
        title = html.escape(one_line(document.title))
        blocks = "\n".join(self.block(block) for block in document.blocks)
        if document.watermark.strip():
            blocks = f"<p{self.look('mark')}>{escaped(one_line(document.watermark))}</p>\n{blocks}"
        if self.lies:
            blocks += "\n</div>"
        lines = "\n".join(f"<p{self.look('small')}>{escaped(line)}</p>" for line in closing)
        rule = f"<hr{self.look('hr')}>\n" if lines else ""
        head = (
            f'<!DOCTYPE html>\n<html lang="{html.escape(document.language)}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        )
        body = f"{blocks}\n{rule}{lines}"
        if self.page:
            return f"{head}<style>\n{_sheet()}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
        return (
            f'{head}</head>\n<body style="margin:0;padding:12px;background-color:#FFFFFF">\n'
            f'<div style="max-width:600px;margin:0 auto">\n{body}\n</div>\n</body>\n</html>\n'
        )

    # --- text --------------------------------------------------------------------------------------------------

    def run(self, run: Run) -> str:
        text = escaped(run.text)
        if run.struck:
            text = f"<s>{text}</s>"
        if run.bold:
            text = f"<strong>{text}</strong>"
        if run.tone in TONES:
            text = f'<span style="color:{TONES[run.tone]}">{text}</span>'
        if is_web_address(run.link):
            text = f'<a href="{html.escape(run.link, quote=True)}" style="color:#005EB8">{text}</a>'
        return text

    def inline(self, value: Inline) -> str:
        if isinstance(value, Rag):
            return f"<span{self.look(RAGS[value.priority][0])}>{SHAPES[value.priority]} {value.word}</span>"
        return "".join(map(self.run, value))

    # --- blocks ------------------------------------------------------------------------------------------------

    def block(self, block: Block) -> str:
        match block:
            case Heading(level=level, text=text):
                return f"<h{level}{self.look(f'h{level}')}>{escaped(text)}</h{level}>"
            case Table():
                return "\n".join(self.table(block))
            case KeyValues(pairs=pairs):
                rows = ((plain(name), value) for name, value in pairs)
                return self.whole("", "", (self.row(("", ""), row, 1, "cell", "td") for row in rows), "table")
            case PageBreak():
                return self.page_break(block)
            case Figure():
                return self.figure(block)
            case QrCode():
                return self.code(block)
            case _:
                return self.text(block)

    def text(self, block: Paragraph | RagLine | Callout | Bullets) -> str:
        match block:
            case Paragraph(runs=runs, small=small):
                return f"<p{self.look('small' if small else 'p')}>{self.inline(runs)}</p>"
            case RagLine(rag=rag, runs=runs):
                return f"<p{self.look('p')}>{self.inline(rag)}{rag_joint(runs)}{self.inline(runs)}</p>"
            case Callout(tone=tone, runs=runs):
                return f"<p{self.look(tone)}>{self.inline(runs)}</p>"
            case Bullets(items=items):
                points = "\n".join(f"<li{self.look('p')}>{self.inline(item)}</li>" for item in items)
                return f"<ul{self.look('ul')}>\n{points}\n</ul>"

    def page_break(self, block: PageBreak) -> str:
        """A new page on paper: by a rule that is seen on a screen only, or because the paper is turned."""
        if not self.page:
            return "<hr>"
        lay, self.lies = self.lies, self.lies if block.landscape is None else block.landscape
        if self.lies == lay:
            return '<hr class="break">'
        return '<div class="lying">' if self.lies else "</div>"

    def figure(self, block: Figure) -> str:
        drawn = write_svg(block.chart, identity=f"chart-{next(self.numbers)}").strip()
        said = f"<figcaption{self.look('small')}>{escaped(block.chart.sentence)}</figcaption>"
        table = block.table()
        numbers = "\n" + "\n".join(self.table(table)) if table else ""
        return f"<figure>\n{drawn}\n{said}\n</figure>{numbers}"

    def code(self, block: QrCode) -> str:
        drawn = qr_svg(block.text, block.label, identity=f"code-{next(self.numbers)}")
        said = f"<figcaption{self.look('small')}><strong>{escaped(block.label)}</strong><br>{escaped(block.text)}"
        return f"<figure>\n{drawn}{said}</figcaption>\n</figure>"

    # --- tables ------------------------------------------------------------------------------------------------

    def table(self, block: Table) -> Iterator[str]:
        """The table, or the parts of one too wide for a page, each with its first columns again."""
        parts = narrow_parts(block)
        heads = max(1, block.frozen) if block.row_headers else 0
        for number, columns in enumerate(parts, start=1):
            name = part_name(block.caption, number, len(parts))
            header = [block.header[at] for at in columns]
            cells = "".join(f'<th scope="col"{self.look("th")}>{escaped(head)}</th>' for head in header)
            rows = (self.row(header, [row[at] for at in columns], heads, "row", "td") for row in block.rows)
            kind = "table across" if block.frozen else "table stack"
            written = self.whole(name, f"<thead><tr>{cells}</tr></thead>", rows, kind)
            if self.page and block.frozen:
                label = html.escape(one_line(name) or "Table", quote=True)
                written = f'<div class="across" tabindex="0" role="region" aria-label="{label}">\n{written}\n</div>'
            yield written

    def row(self, header: Iterable[str], row: Iterable[Inline], heads: int, head: str, cell: str) -> str:
        """One row. On a page each cell knows its column's head, for screens too narrow for columns."""
        made = []
        for at, (name, value) in enumerate(zip(header, row, strict=True)):
            long = self.page and any(len(word) > LONG_WORD for word in words(value).split())
            if at < heads:
                made.append(f'<th scope="row"{self.look(f"{head} long" if long else head)}>{self.inline(value)}</th>')
                continue
            known = self.page and name and words(value)
            label = f' data-head="{html.escape(one_line(name), quote=True)}"' if known else ""
            made.append(f"<td{self.look(f'{cell} long' if long else cell)}{label}>{self.inline(value)}</td>")
        return f"<tr>{''.join(made)}</tr>"

    def whole(self, caption: str, head: str, rows: Iterable[str], kind: str) -> str:
        body = "\n".join(rows)
        named = f"<caption{self.look('caption')}>{escaped(caption)}</caption>" if caption else ""
        look = f' class="{kind}"' if self.page else self.look("table")
        return f"<table{look}>{named}{head}<tbody>\n{body}\n</tbody></table>"


def _sheet() -> str:
    """The style sheet of a page."""
    return "".join(f".{name}{{{look}}}\n" for name, look in LOOKS.items()) + _PAGE.lstrip()
