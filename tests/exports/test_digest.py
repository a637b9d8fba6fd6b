"""The digest as text and as an e-mail: what it holds, and that nobody writes a header into it."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.policy import SMTP, default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.errors import Refused
from msat.exports.digest import checked_address, digest_email, digest_text
from msat.projections.alert_state import Status
from msat.projections.digest import Digest, digest
from msat.projections.worklist import row
from msat.record.organisation import Organisation
from tests.fakes import Story, an_alert

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SURGERY = Organisation("Test Surgery", "Y00001", "gp-practice")
HOSTILE = "Recall\r\nBcc: everybody@example.org\r\n\r\nBody of another\u2028From: x\u202e\x00"


def a_digest(title: str = "Class 2 Medicines Recall: Sample", name: str = "Test Surgery") -> Digest:
    story = Story()
    story.received(an_alert(title="Class 2 Medicines Recall: Sample"))
    story.triaged()
    rows = [replace(row(story.state, NOW), title=title, owner="A. Patel")]
    return digest(rows, replace(SURGERY, name=name), NOW, ["One number of a series is not here."])


def read(data: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(data, policy=default)  # type: ignore[return-value]


def test_the_text_has_groups_titles_limits_owners_and_cautions() -> None:
    text = digest_text(a_digest())
    assert text.startswith("Medicines safety alerts: 1 open")
    assert "Test Surgery (Y00001), as at 23 November 2026 09:00" in text
    assert "EL(26)A/37: Class 2 Medicines Recall: Sample" in text
    assert "with A. Patel" in text
    assert "https://www.gov.uk/" in text
    assert "  One number of a series is not here." in text
    assert "no patient details" in text


def test_no_alert_is_said_in_words() -> None:
    found = digest([], SURGERY, NOW)
    assert found.title == "Medicines safety alerts: none open"
    assert "No alert is waiting for anybody here." in digest_text(found)


def test_of_history_and_of_what_is_put_off_only_the_number_is_told() -> None:
    story = Story()
    story.received(an_alert())
    story.triaged()
    old = [replace(row(story.state, NOW), status=Status.HISTORIC) for _ in range(3)]
    late = replace(row(story.state, NOW), status=Status.DEFERRED, deferred_until=NOW + timedelta(days=3))
    found = digest([*old, late], SURGERY, NOW)
    assert found.count == 0
    assert "Besides: Historic, review 3, Deferred 1." in digest_text(found)
    assert digest([late], SURGERY, NOW, counted=()).count == 1


def test_the_email_is_a_draft_for_one_person() -> None:
    data = digest_email(a_digest(), "partner@surgery.example")
    message = read(data)
    assert message["To"] == "partner@surgery.example"
    assert message["Subject"].startswith("Medicines safety alerts: 1 open")
    assert message["X-Unsent"] == "1"
    assert message["Date"].datetime == NOW
    assert message.get_content().replace("\r\n", "\n") == digest_text(a_digest())
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: x@y.example",
        "a@b.example\nSubject: x",
        "a@b.example, c@d.example",
        "Name <a@b.example>",
        "a b@c.example",
        "a@b",
        "@b.example",
        "a@b..example",
        "a@-b.example",
        "pаrtner@surgery.example",  # a Cyrillic letter
        "a@b.example\u2028",
        "a@b.example\x00",
        "“a”@b.example",
        "a." + "b" * 260 + "@c.example",
        "",
        " ",
    ],
)
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="not one plain e-mail address"):
        checked_address(address)


def test_hostile_titles_and_names_make_no_header_and_no_line() -> None:
    data = digest_email(a_digest(HOSTILE, HOSTILE), "a@b.example")
    message = read(data)
    assert sorted(message.keys()) == sorted(
        ["Subject", "To", "Date", "X-Unsent", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
    )
    assert "Bcc: everybody@example.org" in message["Subject"]
    text = digest_text(a_digest(HOSTILE, HOSTILE))
    assert not any(line.startswith(("Bcc", "From", "Body")) for line in text.splitlines())
    assert "\u202e" not in text
    assert "\x00" not in text


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_title_and_name_make_one_email_with_the_same_headers(words: str) -> None:
    try:
        data = digest_email(a_digest(words or "x", words or "x"), "a@b.example")
    except UnicodeEncodeError:
        pytest.fail("a text that cannot be encoded reached the e-mail")
    message = email.message_from_bytes(data, policy=SMTP)
    assert len(message.keys()) == 7
    assert message.get_all("To") == ["a@b.example"]


@settings(deadline=None)
@given(st.text(max_size=60))
def test_an_address_that_passes_is_one_line_of_plain_letters(address: str) -> None:
    try:
        found = checked_address(address)
    except Refused:
        return
    assert found.isascii()
    assert found.isprintable()
    assert found.count("@") == 1
