"""A QR code as SVG, with title and description for those who hear it."""

from __future__ import annotations

import html
import itertools

from msat.exports.plain_text import one_line
from msat.exports.qr import QUIET, code_text, qr_modules

_MODULE = 4


def qr_svg(text: str, label: str, identity: str = "code") -> str:
    """The code of `text` as an SVG element; empty where the text is none or too long for a code."""
    rows = qr_modules(text)
    if not rows:
        return ""
    across = len(rows) + 2 * QUIET
    path = "".join(
        f"M{at + QUIET} {number + QUIET}h{count}v1h-{count}z"
        for number, row in enumerate(rows)
        for at, count in dark_runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {across}" width="{across * _MODULE}" '
        f'height="{across * _MODULE}" role="img" aria-labelledby="{identity}-title {identity}-description">\n'
        f'<title id="{identity}-title">{html.escape(one_line(label), quote=False)}</title>\n'
        f'<desc id="{identity}-description">QR code. It holds: {html.escape(code_text(text), quote=False)}</desc>\n'
        f'<rect width="{across}" height="{across}" fill="#FFFFFF"/>\n<path d="{path}" fill="#000000"/>\n</svg>\n'
    )


def dark_runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """The dark squares of a row: where each run of them begins and how many it has."""
    runs, at = [], 0
    for dark, group in itertools.groupby(row):
        count = len(list(group))
        if dark:
            runs.append((at, count))
        at += count
    return runs
