"""A profile whose folders the disk does not give: said in words, nothing made."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.errors import Refused
from msat.places import places
from msat.record.organisation import Organisation


def test_folders_that_cannot_be_made_are_said_in_words(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "in the way").write_text("a file", encoding="utf-8")
    where = places(tmp_path / "in the way" / "profile")
    with pytest.raises(Refused, match="cannot be used") as caught:
        bootstrap.create_profile(where, Organisation("Demo Surgery", "Y00000", "gp-practice"), clock)
    assert "Nothing was recorded" in caught.value.next_step
