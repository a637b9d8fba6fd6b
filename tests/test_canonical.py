"""What json writes for a document is what RFC 8785 asks for, and what it would write otherwise goes to the library."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from msat import canonical

ODD = st.sampled_from(
    (
        *("\ue000", "\U0001f48a", "\uffff", "\x7f", "\u2028", '"', "\\", "\x00", "\x1f", "/", "é", "e\u0301"),
        "1234567890123456",
    )
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | ODD
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    TEXTS | NUMBERS | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_the_bytes_are_those_of_the_library(value):
    assert canonical.dumps(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), float("nan"), float("inf"), "\ud800", {"a": "\udfff"}, {"\ud800": 1}]
)
def test_what_has_no_canonical_bytes_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own words
        canonical.dumps({"value": value})


def test_keys_stand_in_the_order_of_utf_16():
    assert canonical.dumps({"\ufffd": 1, "\U0001f48a": 2}) == '{"\U0001f48a":2,"\ufffd":1}'.encode()
    assert canonical.dumps({"b": 1, "a": [1.0, -0.0, 1e21]}) == b'{"a":[1,0,1e+21],"b":1}'
