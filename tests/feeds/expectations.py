"""What the feedparser suite expects of a file, worked out without running any of its code.

Each file opens with `Expect: <a Python expression>`. The expression is parsed, never evaluated by Python: its parts
that speak of titles, links, ids, times, the number of entries and of broken XML are held against what MSAT read; the
rest (authors, images, podcasts ...) is none of MSAT's business and is passed over.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msat.feeds.clean import plain_title
from msat.feeds.parse import Feed, FeedEntry

_ENTRY_TIMES = {
    "updated_parsed": "updated",
    "modified_parsed": "updated",
    "published_parsed": "published",
    "issued_parsed": "published",
}


class NotOurs(Exception):
    """The expectation speaks of something that MSAT does not read."""


@dataclass(frozen=True)
class Suite:
    """One file of the suite: what it expects, and the headers it came with."""

    expression: str
    headers: dict[str, str] = field(default_factory=dict)


def of_file(data: bytes) -> Suite | None:
    """The expectation in the first comment, or None for a file without one."""
    text = _text(data)
    found = re.search(r"Expect:\s*(.*?)\s*-->", text, re.DOTALL)
    if found is None:
        return None
    headers = re.findall(r"^\s*Header:\s*([\w-]+):\s*(.*?)\s*$", text[: found.end()], re.MULTILINE)
    return Suite(found.group(1), {name.lower(): value for name, value in headers})


def _text(data: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
                           (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):  # fmt: skip
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    for start, encoding in ((b"<\x00\x00\x00", "utf-32-le"), (b"\x00\x00\x00<", "utf-32-be"),
                            (b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be")):  # fmt: skip
        if data.startswith(start):
            return data.decode(encoding, "replace")
    if data.startswith(b"Lo\xa7\x94"):
        return data.decode("cp037", "replace")
    return data.decode("utf-8", "replace")


def disagreements(expression: str, feed: Feed) -> tuple[int, list[str]]:
    """How many parts of the expression are about what MSAT reads, and those that do not hold."""
    try:
        tree = ast.parse(expression.replace("\n", " ").strip(), mode="eval").body
    except SyntaxError:
        return 0, []
    checked, wrong = 0, []
    for part in _parts(tree):
        try:
            holds = bool(_value(part, feed))
        except NotOurs:
            continue
        checked += 1
        if not holds:
            wrong.append(ast.unparse(part))
    return checked, wrong


def _parts(tree: ast.expr) -> list[ast.expr]:
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        return [inner for value in tree.values for inner in _parts(value)]
    return [tree]


def _value(node: ast.expr, feed: Feed) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Tuple() | ast.List():
            return tuple(_value(one, feed) for one in node.elts)
        case ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.Is()], comparators=[right]):
            same = _same(_value(node.left, feed), _value(right, feed)) or _is_plain_form(node.left, right, feed)
            return not same if isinstance(node.ops[0], ast.NotEq) else same
        case ast.UnaryOp(op=ast.Not()):
            return not _value(node.operand, feed)
        case ast.BoolOp(op=ast.Or()):
            return any(_value(one, feed) for one in node.values)
        case ast.Name(id="bozo"):
            return not feed.well_formed
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id="entries")]):
            return len(feed.entries)
        case ast.Subscript() | ast.Attribute():
            return _field(node, feed)
        case _:
            raise NotOurs(ast.dump(node))


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, datetime) and isinstance(right, tuple):
        return tuple(left.utctimetuple())[:6] == (*right[:5], min(right[5], 59))
    if isinstance(right, datetime) and isinstance(left, tuple):
        return _same(right, left)
    return bool(left == right)


def _is_plain_form(left: ast.expr, right: ast.expr, feed: Feed) -> bool:
    """The first deliberate difference: where the suite wants a title as markup, MSAT has its words."""
    if not isinstance(left, ast.Subscript | ast.Attribute) or not isinstance(right, ast.Constant):
        return False
    is_title = (left.attr if isinstance(left, ast.Attribute) else _key(left)) == "title"
    return is_title and isinstance(right.value, str) and _field(left, feed) == plain_title(right.value, is_html=True)


def _field(node: ast.Subscript | ast.Attribute, feed: Feed) -> Any:
    name = node.attr if isinstance(node, ast.Attribute) else _key(node)
    match node.value:
        case ast.Name(id="feed") if name in ("title", "id"):
            return getattr(feed, name)
        case ast.Subscript(value=ast.Name(id="entries"), slice=ast.Constant(value=int(at))):
            if at >= len(feed.entries):
                return None
            return _of_entry(feed.entries[at], name)
        case _:
            raise NotOurs(name)


def _key(node: ast.Subscript) -> str:
    if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return node.slice.value
    raise NotOurs("a number")


def _of_entry(entry: FeedEntry, name: str) -> Any:
    if name in ("title", "link", "id", "guid"):
        return {"title": entry.title, "link": entry.link}.get(name, entry.id)
    if name in _ENTRY_TIMES:
        return getattr(entry, _ENTRY_TIMES[name])
    raise NotOurs(name)
