"""The child process that reads a difficult feed with feedparser: JSON on standard output, and on standard input one
line with the content type that the server gave (it may name the letters' encoding), then the feed.

Run by parse.py only, as `python -m msat.feeds.feedparser_child`. Limits its own processor time and memory where the
system knows such limits; elsewhere the parent's clock is the only one. Opens no file and no address: feedparser is
given bytes in memory, for it opens whatever a string names, and its own sanitising stays off, for it takes minutes on
hostile input.
"""

from __future__ import annotations

import io
import json
import re
import sys
from html import escape
from typing import Any

CPU_SECONDS = 10
MEMORY = 768 * 1024 * 1024


def main() -> int:
    """Reads standard input, writes standard output. Exit status 0, or whatever the limits make of it."""
    limit_self()
    content_type = sys.stdin.buffer.readline().strip().decode("latin-1")
    answer = read(sys.stdin.buffer.read(), content_type)
    # ASCII only: lone surrogates, which feedparser can produce, must reach the parent as they are.
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=True).encode("ascii"))
    sys.stdout.buffer.flush()
    return 0


def read(data: bytes, content_type: str) -> dict[str, Any]:
    """What feedparser makes of the feed, as plain values."""
    import feedparser
    import feedparser.api

    # The libxml2 driver opens files named in a DOCTYPE (feedparser issue 107).
    feedparser.api.PREFERRED_XML_PARSERS = []
    headers = {"content-type": content_type} if content_type else {}
    found = feedparser.parse(
        io.BytesIO(_readable(data)), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return answer_of(found)


def _readable(data: bytes) -> bytes:
    """`data` without an XML declaration that is not in ASCII: feedparser breaks off at the name of its encoding."""
    declared = re.match(rb"\s*<\?xml[^>]*>", data[:500])
    return data[declared.end() :] if declared and not declared[0].isascii() else data


def answer_of(found: Any) -> dict[str, Any]:
    """What parse.py wants to know of feedparser's result."""
    return {
        "version": found.get("version") or "",
        "bozo": bool(found.get("bozo")) and not _is_encoding_remark(found.get("bozo_exception")),
        "title": found.feed.get("title", ""),
        "title_is_html": _is_html(found.feed.get("title_detail")),
        "id": found.feed.get("id", ""),
        "entries": [_entry(entry) for entry in found.entries],
    }


def _is_encoding_remark(fault: Any) -> bool:
    """feedparser calls a feed broken for declaring another encoding than it has, although it reads it well."""
    return type(fault).__name__ in ("CharacterEncodingOverride", "NonXMLContentType")


def _entry(entry: Any) -> dict[str, Any]:
    html, base = _body(entry)
    return {
        "id": _text(entry.get("id")),
        "link": _text(entry.get("link")),
        "title": _text(entry.get("title")),
        "title_is_html": _is_html(entry.get("title_detail")),
        "summary": _text(entry.get("summary")),
        "updated": _time(entry, "updated"),
        "published": _time(entry, "published"),
        "html": html,
        "base": base,
    }


def _is_html(detail: Any) -> bool:
    return (detail or {}).get("type", "text/plain") in ("text/html", "application/xhtml+xml")


def _body(entry: Any) -> tuple[str, str]:
    """The fullest text of the entry, and the address its links start from. Plain text is given as HTML."""
    parts = [part for part in entry.get("content") or [] if _text(part.get("value")).strip()]
    detail = entry.get("summary_detail") or {}
    # Of several forms of the same words the marked-up one keeps its tables.
    parts.sort(key=lambda part: not _is_html(part))
    best = parts[0] if parts else {**detail, "value": _text(entry.get("summary"))}
    text = _text(best.get("value"))
    if best.get("type") == "text/plain":
        text = f"<p>{escape(text, quote=False)}</p>"
    return text, _text(best.get("base"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _time(entry: Any, name: str) -> list[int] | None:
    # Asked with `in`: feedparser answers "updated" with "published" otherwise, and warns about it.
    if f"{name}_parsed" not in entry.keys():  # noqa: SIM118 - its own __contains__ says yes for both
        return None
    value = dict.get(entry, f"{name}_parsed")
    return list(value[:6]) if value else None


def limit_self() -> None:
    """Sets this process's limits of processor time and memory, where the system knows such limits."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock alone
        return
    for which, limit in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY)):
        _soft, hard = resource.getrlimit(which)
        wanted = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            resource.setrlimit(which, (wanted, hard))
        except (ValueError, OSError):  # macOS refuses some memory limits
            continue


if __name__ == "__main__":
    sys.exit(main())
