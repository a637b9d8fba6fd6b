"""The exact bytes: what is written, what is refused, and that reading gives back the same bytes or nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.record.codec import (
    MAX_BODY,
    MAX_DEPTH,
    MAX_HEADER,
    MAX_INTEGER,
    Header,
    NotCanonical,
    body_hash,
    encode,
    encode_header,
    entry_id,
    log_id,
    parse,
    parse_header,
    plain,
)

HEADER = Header("0" * 32, 7, "a" * 64, "action.answered", datetime(2026, 11, 21, 10, tzinfo=UTC), "b" * 64)
HEADER_BYTES = (
    b'{"body":"' + b"b" * 64 + b'","log":"' + b"0" * 32 + b'","prev":"' + b"a" * 64 + b'","seq":7,'
    b'"time":"2026-11-21T10:00:00Z","type":"action.answered","v":1}'
)

keys = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(keys, values, max_size=5))
def test_writing_and_reading_agree_and_are_rfc_8785(value: dict[str, Any]) -> None:
    data = encode(value)
    assert data == rfc8785.dumps(plain(value))
    assert data == json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert parse(data) == plain(value)
    assert encode(parse(data)) == data


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(keys, values, min_size=1, max_size=3), st.data())
def test_a_changed_byte_never_reads_as_the_same_value(value: dict[str, Any], data: st.DataObject) -> None:
    original = encode(value)
    position = data.draw(st.integers(0, len(original) - 1))
    changed = bytearray(original)
    changed[position] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = parse(bytes(changed))
    except NotCanonical:
        return
    assert found != plain(value)
    assert encode(found) == bytes(changed)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"a":1} ',
        b' {"a":1}',
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"A":1}',
        b'{"":1}',
        b'{"1a":1}',
        b'{"a-b":1}',
        b'{"' + b"a" * 65 + b'":1}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u0000"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xef\xbb\xbf',
        b'\xef\xbb\xbf{"a":1}',
        '{"a":"e\u0301"}'.encode(),
        b'{"a":"\\u00e9"}',
        b'{"a":"\t"}',
        b'{"a":' * 17 + b"1" + b"}" * 17,
        b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b'{"a":' * 9_000,
        b'{"a":"' + b"x" * MAX_BODY + b'"}',
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse(data)


def test_the_limits_themselves_are_allowed() -> None:
    deep: Any = 1
    for _ in range(MAX_DEPTH):
        deep = {"a": deep}
    assert parse(encode(deep)) == deep
    with pytest.raises(NotCanonical, match="levels deep"):
        encode({"a": deep})
    full = {"a": "x" * (MAX_BODY - len(b'{"a":""}'))}
    assert len(encode(full)) == MAX_BODY
    with pytest.raises(NotCanonical, match="too long"):
        encode({"a": full["a"] + "x"})
    assert parse(encode({"a": [MAX_INTEGER, -MAX_INTEGER]})) == {"a": [MAX_INTEGER, -MAX_INTEGER]}
    assert encode({"a" * 64: 1})


class _Colour(StrEnum):
    RED = "red"


class _Number(IntEnum):
    TWO = 2


def test_enums_tuples_and_text_become_plain_values() -> None:
    found = plain({"a": (_Colour.RED, _Number.TWO), "b": "e\u0301"})
    assert found == {"a": ["red", 2], "b": "\u00e9"}
    assert [type(v) for v in found["a"]] == [str, int]


@pytest.mark.parametrize("value", [1.0, float("nan"), b"x", {1}, object(), {1: 2}, {"a": HEADER.time}])
def test_other_values_are_refused_in_words(value: object) -> None:
    with pytest.raises(NotCanonical) as caught:
        encode({"data": value})
    assert caught.value.explanation.endswith(".")
    assert caught.value.next_step


def test_the_header_is_written_exactly_so() -> None:
    assert encode_header(HEADER) == HEADER_BYTES
    assert parse_header(HEADER_BYTES) == HEADER


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":true'),
        (b'"seq":7', b'"seq":0'),
        (b'"seq":7', b'"seq":true'),
        (b'"seq":7', b'"seq":"7"'),
        (b"action.answered", b"Action"),
        (b"action.answered", b"action"),
        (b"2026-11-21T10:00:00Z", b"2026-11-21T10:00:00"),
        (b"2026-11-21T10:00:00Z", b"2026-1-21T10:00:00Z"),
        (b"2026-11-21T10:00:00Z", b"2026-11-31T10:00:00Z"),
        (b"0" * 32, b"0" * 31),
        (b"a" * 64, b"A" * 64),
        (b"b" * 64, b"b" * 63),
        (b'"v":1', b'"v":1,"w":1'),
        (b',"v":1', b""),
        (b"action.answered", b"a." + b"b" * MAX_HEADER),
    ],
)
def test_other_headers_are_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse_header(HEADER_BYTES.replace(old, new))


def test_a_header_that_could_not_be_read_is_not_written() -> None:
    with pytest.raises(NotCanonical):
        encode_header(replace(HEADER, seq=0))


def test_the_three_hashes_are_the_published_ones() -> None:
    # Computed once with: printf 'msat-body-v1\n{}' | sha256sum, and so on.
    assert body_hash(b"{}") == "02e66872520d799e604a084920af65cd4469f56628d1215a94a6aafef491e7c0"
    assert entry_id(HEADER_BYTES) == "0b191acac292e43d993f231cf9484d7ceb8885c2ba48f4e3ca9a56db48b46676"
    assert log_id(b"{}") == "6ccfbb901ed59117a8c08e385273594b"
