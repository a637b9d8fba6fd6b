"""The bytes of RFC 8785 (JCS) for a document: json writes nearly all of them, many times faster than the library.

What json might write otherwise goes to the library, which also refuses what the RFC does not allow: numbers with a
fraction or beyond 2^53, letters outside the basic plane (they change the order of keys), lone surrogates.
"""

from __future__ import annotations

import json
import re
from typing import Any

import rfc8785

_ODD = re.compile(r"(?:[\[:,]|^)-?(?:\d+[.eE]|\d{16})")
"""A number that json may write in another way. Looked for inside texts too, where it costs nothing but time."""


def dumps(value: Any) -> bytes:
    """The canonical bytes of `value`: dicts with text as keys, lists, tuples, texts, whole numbers, booleans, None.

    Raises rfc8785.CanonicalizationError, a ValueError, for anything that has no such bytes.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        data = text.encode("utf-8")
    except (TypeError, ValueError):  # a surrogate, a number that is none, a kind that json does not know
        return rfc8785.dumps(value)
    if _ODD.search(text) or not (text.isascii() or len(text.encode("utf-16-le")) == 2 * len(text)):
        return rfc8785.dumps(value)
    return data
