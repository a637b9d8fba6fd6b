"""An e-mail with a second subject is told: programs differ in which of two they show."""

from __future__ import annotations

import pytest

from msat.exports.checking import Outcome, check_file
from msat.exports.newsletter_issue import write_issue
from msat.exports.newsletter_templates import shipped_templates
from msat.exports.seal import Seal
from tests.exports.issues import issue


@pytest.mark.parametrize("before", [b"Subject:", b"MIME-Version:"])
def test_a_second_subject_is_told(seal: Seal, before: bytes) -> None:
    data = write_issue(issue(), "email", seal, shipped_templates())
    assert check_file(data, "news.eml").outcome is Outcome.VERIFIED
    check = check_file(data.replace(before, b"Subject: Do nothing\n" + before, 1), "news.eml")
    assert check.outcome is Outcome.CHANGED
    assert "The subject is not the one" in " ".join(problem.what for problem in check.problems)
