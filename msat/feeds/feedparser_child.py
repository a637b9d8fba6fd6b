"""The child process that reads a difficult feed with feedparser: the feed on standard input, JSON on standard output.

Run by parse.py only, as `python -m msat.feeds.feedparser_child`. Limits its own processor time and memory where the
system knows such limits; elsewhere the parent's clock is the only one. Opens no file and no address: feedparser is
given bytes in memory, for it opens whatever a string names, and its own sanitising stays off, for it takes minutes on
hostile input.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

CPU_SECONDS = 10
MEMORY = 768 * 1024 * 1024


def main() -> int:
    """Reads standard input, writes standard output. Exit status 0, or whatever the limits make of it."""
    _limit()
    import feedparser
    import feedparser.api

    # The libxml2 driver opens files named in a DOCTYPE (feedparser issue 107).
    feedparser.api.PREFERRED_XML_PARSERS = []
    data = sys.stdin.buffer.read()
    found = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    # ASCII only: lone surrogates, which feedparser can produce, must reach the parent as they are.
    sys.stdout.buffer.write(json.dumps(answer_of(found), ensure_ascii=True).encode("ascii"))
    sys.stdout.buffer.flush()
    return 0


def answer_of(found: Any) -> dict[str, Any]:
    """What parse.py wants to know of feedparser's result."""
    return {
        "version": found.get("version") or "",
        "bozo": bool(found.get("bozo")) and not _is_encoding_remark(found.get("bozo_exception")),
        "title": found.feed.get("title", ""),
        "id": found.feed.get("id", ""),
        "entries": [_entry(entry) for entry in found.entries],
    }


def _is_encoding_remark(fault: Any) -> bool:
    """feedparser calls a feed broken for declaring another encoding than it has, although it reads it well."""
    return type(fault).__name__ in ("CharacterEncodingOverride", "NonXMLContentType")


def _entry(entry: Any) -> dict[str, Any]:
    kind = (entry.get("title_detail") or {}).get("type", "text/plain")
    return {
        "id": _text(entry.get("id")),
        "link": _text(entry.get("link")),
        "title": _text(entry.get("title")),
        "title_is_html": kind in ("text/html", "application/xhtml+xml"),
        "summary": _text(entry.get("summary")),
        "updated": _time(entry, "updated"),
        "published": _time(entry, "published"),
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _time(entry: Any, name: str) -> list[int] | None:
    # Asked with `in`: feedparser answers "updated" with "published" otherwise, and warns about it.
    if f"{name}_parsed" not in entry.keys():  # noqa: SIM118 - its own __contains__ says yes for both
        return None
    value = dict.get(entry, f"{name}_parsed")
    return list(value[:6]) if value else None


def _limit() -> None:
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
