"""A whole issue in every form: nothing that runs or is fetched, the same bytes again, checked, every change named."""

from __future__ import annotations

import email
import io
import re
from dataclasses import replace
from email.policy import default

import docx
import pytest
from lxml import html as lxml_html

from msat.errors import Refused
from msat.exports.checking import Outcome, check_file
from msat.exports.eml import MAIL_LIMIT, write_email
from msat.exports.newsletter_guard import guard
from msat.exports.newsletter_house import contrast
from msat.exports.newsletter_issue import ENDINGS, RAG_STYLES, Envelope, issue_text, write_issue
from msat.exports.newsletter_templates import shipped_templates
from msat.exports.seal import Seal, gather
from msat.record.memory import MemoryRecord
from tests.exports.hostile import PAYLOADS
from tests.exports.issues import ITEM, every_section, hostile, issue
from tests.exports.samples import CUT_OFF, KEY, URL, record_with_alert, signed

TEMPLATES = shipped_templates()
TEXTS = ("html", "markdown", "text")
PARAMETERS = {"issue": "november-2026", "audience": "prescribers", "alerts": [KEY], "form": "html"}


@pytest.fixture(scope="module")
def news_seal(record: MemoryRecord) -> Seal:
    return gather(record, [signed(record)], "newsletter", PARAMETERS, CUT_OFF)


def parts(data: bytes) -> tuple[email.message.EmailMessage, str, str]:
    """An e-mail's headers, plain part and HTML part."""
    message = email.message_from_bytes(data, policy=default)
    plain, rich = message.iter_parts()  # type: ignore[attr-defined]
    return message, plain.get_content(), rich.get_content()  # type: ignore[return-value]


# --- what it says ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", TEXTS)
def test_everything_of_an_item_is_told_in_order(form: str) -> None:
    text = issue_text(issue(), form, None, TEMPLATES)
    flat = " ".join(re.sub(r"<[^>]*>|\\|\*\*", " ", text).split())
    told = [
        "From Demo Surgery, 22 August 2026. For prescribers.",
        "One item.",
        "GP practices, by 22 August 2026 14:21",
        "Check the stock in every place",
        "Quarantine what is found",
        "4L01372H",
        "A capsule may hold too little.",
        "Patients should not stop a medicine without advice.",
        "Search name MSAT",
        "20 August 2026, GOV.UK alerts",
    ]
    places = [flat.index(each) for each in told]
    assert places == sorted(places)
    assert URL in text


@pytest.mark.parametrize("form", TEXTS)
def test_an_item_without_this_and_that_has_no_empty_lines_of_it(form: str) -> None:
    text = issue_text(every_section(), form, None, TEMPLATES)
    assert text.count("Local help") == text.count("Batches") == 4
    assert "none asked of you by this notice; for information." in " ".join(text.split())
    assert "None" not in text
    assert not re.search(r"\n{5,}", text)


@pytest.mark.parametrize("form", TEXTS)
def test_an_empty_issue_says_so(form: str) -> None:
    text = issue_text(replace(issue(), items=()), form, None, TEMPLATES)
    assert "There is no alert in this issue." in text


def test_the_priority_is_word_and_shape_and_colour() -> None:
    text = issue_text(every_section(), "html", None, TEMPLATES)
    for shape, word in (("■", "Red"), ("▲", "Amber"), ("●", "Green"), ("□", "Not rated")):
        assert f"{shape}&nbsp;{word}" in text
    for style in RAG_STYLES.values():
        back, front = re.findall(r"#[0-9A-F]{6}", style)[:2]
        assert contrast(front, back) >= 4.5


def test_html_is_tables_of_600_pixels_with_a_colour_behind_every_text() -> None:
    text = issue_text(issue(), "html", None, TEMPLATES)
    root = lxml_html.document_fromstring(text)
    assert 'width="600"' in text
    assert root.get("lang") == "en-GB"
    assert all(table.get("role") == "presentation" for table in root.iter("table"))
    assert not list(root.iter("img", "svg", "link", "style", "script"))
    headings = [node.tag for node in root.iter("h1", "h2", "h3")]
    assert headings == ["h1", "h2", "h3"]
    for node in root.iter("p", "h3", "li"):
        behind = [each.get("style", "") for each in (node, *node.iterancestors())]
        assert any("background-color" in style for style in behind)
        assert any("color:#" in style for style in behind)


def test_plain_text_lines_are_short_but_for_addresses() -> None:
    text = issue_text(every_section(), "text", None, TEMPLATES)
    assert all(len(line) <= 76 or line.startswith("https://") for line in text.splitlines())


def test_word_has_the_same_words_in_styles() -> None:
    document = docx.Document(io.BytesIO(write_issue(every_section(), "word", None, TEMPLATES)))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") == 7
    assert styles.count("Heading 2") == 7
    assert "Batches: 4L01372H (expiry 11/2027)." in [paragraph.text for paragraph in document.paragraphs]


# --- hostile text ----------------------------------------------------------------------------------------------

RUNS = re.compile(r"<\s*(script|svg|iframe|object|embed|link|style|img|form|base|meta\s+http-equiv)", re.I)


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda text: repr(text[:20]))
def test_hostile_text_is_text_in_every_form(payload: str, news_seal: Seal, record: MemoryRecord) -> None:
    made = hostile(payload)
    for form in ENDINGS:
        data = write_issue(made, form, news_seal, TEMPLATES)
        assert check_file(data, f"news{ENDINGS[form]}", record).outcome is Outcome.VERIFIED, form
    text = issue_text(made, "html", news_seal, TEMPLATES)
    guard(text)
    assert not RUNS.search(text)
    root = lxml_html.document_fromstring(text)
    for node in root.iter("a"):
        assert str(node.get("href")).startswith("https://")
    assert not any(name.startswith("on") for node in root.iter() for name in node.attrib)
    markdown = issue_text(made, "markdown", news_seal, TEMPLATES)
    assert not re.search(r"(?<!\\)\]\((?!https://)|!\[|(?<!\\)<|^```", markdown, re.M)


@pytest.mark.parametrize(
    "payload", ["a\r\nBcc: evil@evil.example", "a\nX: y\n\nbody", "\x00\x85\u2028Bcc: x", "é" * 300]
)
def test_a_title_cannot_add_a_header(payload: str) -> None:
    data = write_issue(issue(title=payload), "email", None, TEMPLATES)
    message, _plain, _rich = parts(data)
    assert set(message.keys()) == {"Subject", "Date", "X-Unsent", "MIME-Version", "Content-Type"}
    assert message["Bcc"] is None


# --- e-mail ----------------------------------------------------------------------------------------------------


def test_the_email_is_a_draft_of_both_forms_dated_by_the_clock(news_seal: Seal) -> None:
    data = write_issue(issue(), "email", news_seal, TEMPLATES, Envelope("a@b.example", "c@d.example", "November"))
    message, plain, rich = parts(data)
    assert message.get_content_type() == "multipart/alternative"
    assert (message["Subject"], message["To"], message["From"]) == ("November", "a@b.example", "c@d.example")
    assert message["Date"] == "Sat, 22 Aug 2026 16:00:00 +0000"
    assert message["X-Unsent"] == "1"
    assert "CHECK THE STOCK" not in plain
    assert "Check the stock in every place" in plain
    assert rich.lstrip().startswith("<!DOCTYPE html>")
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_the_same_seal_gives_the_same_bytes_in_every_form(news_seal: Seal) -> None:
    for form in ENDINGS:
        assert write_issue(issue(), form, news_seal, TEMPLATES) == write_issue(issue(), form, news_seal, TEMPLATES)


@pytest.mark.parametrize("address", ["a@b.example\nBcc: c@d.example", "Name <a@b.example>", "a@b.example, c@d.example"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="not one plain e-mail address"):
        write_issue(issue(), "email", None, TEMPLATES, Envelope(to=address))


# --- checking --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ENDINGS)
def test_a_rendered_issue_is_verified_and_a_foreign_one_is_not_ours(
    form: str, news_seal: Seal, record: MemoryRecord
) -> None:
    data = write_issue(issue(), form, news_seal, TEMPLATES)
    assert check_file(data, "news", record).outcome is Outcome.VERIFIED
    assert check_file(data, "news", record_with_alert()).outcome is Outcome.NOT_FROM_HERE


CHANGES = {
    "plain": (b"Check the stock", b"Leave the stock", "the plain part: It is not as signed"),
    "html": (b"Read the notice", b"Skip the notice", "the HTML part: It is not as signed"),
    "subject": (b"Subject: Medicines", b"Subject: Medicine", "subject: The subject is not"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_email_is_told_and_the_part_named(name: str, news_seal: Seal, record: MemoryRecord) -> None:
    before, after, said = CHANGES[name]
    data = write_issue(issue(), "email", news_seal, TEMPLATES)
    assert before in data
    check = check_file(data.replace(before, after, 1), "news.eml", record)
    assert check.outcome is Outcome.CHANGED
    assert said in " | ".join(f"{one.where}: {one.what}" for one in check.problems)


def test_an_email_that_was_sent_on_with_other_headers_and_encoding_is_still_verified(
    news_seal: Seal, record: MemoryRecord
) -> None:
    message, plain, rich = parts(write_issue(issue(), "email", news_seal, TEMPLATES))
    again = email.message.EmailMessage(policy=default)
    again["Received"], again["Subject"] = "from a by b", message["Subject"]
    again.set_content(plain, cte="base64")
    again.add_alternative(rich, subtype="html", cte="base64")
    check = check_file(again.as_bytes(), "news.eml", record)
    assert check.outcome is Outcome.VERIFIED
    assert any(MAIL_LIMIT in line for line in check.checked)
    again.make_mixed()
    again.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="x.pdf")
    assert check_file(again.as_bytes(), "news.eml", record).outcome is not Outcome.VERIFIED


def test_an_email_without_evidence_or_with_broken_evidence_is_told_apart(news_seal: Seal, record: MemoryRecord) -> None:
    plain = write_email("hello", "<p>hello</p>", "Hello", CUT_OFF, None)
    assert check_file(plain, "x.eml", record).outcome is Outcome.NO_EVIDENCE
    data = write_issue(issue(), "email", news_seal, TEMPLATES)
    cut = re.sub(rb"(BEGIN msat-evidence-v1 -----\r\n.{30})", rb"\1????", data, count=1)
    assert check_file(cut, "x.eml", record).outcome is Outcome.CHANGED


def test_an_imitated_mark_of_evidence_in_a_text_is_no_mark(news_seal: Seal, record: MemoryRecord) -> None:
    made = issue(replace(ITEM, headline="----- BEGIN msat-evidence-v1 -----"))
    for form in ("text", "email", "markdown", "html"):
        assert check_file(write_issue(made, form, news_seal, TEMPLATES), "x", record).outcome is Outcome.VERIFIED
