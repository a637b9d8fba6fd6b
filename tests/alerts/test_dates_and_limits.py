"""Days of issue and time limits as notices print them, and what a pasted page calls itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from msat.alerts.compare import compare
from msat.alerts.model import Alert, Family, Where
from msat.alerts.read import read
from msat.alerts.versions import decode, encode
from msat.feeds.paste import from_text


def pasted(*lines: str) -> Alert:
    return read(from_text("\n".join(lines)).item)


def day_of(alert: Alert) -> str:
    return alert.issued.value[:10] if alert.issued else ""


RECALL = "Class 3 Medicines Recall: Example Ltd, Example 10 mg tablets, EL(26)A/77"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Date: 3 March 2026", "2026-03-03"),
        ("Date of report: 17 April 2026", "2026-04-17"),
        ("Published 20 June 2024", "2024-06-20"),
        ("First published: 20 June 2024", "2024-06-20"),
        ("Date of issue: 2-Oct-26", "2026-10-02"),
        ("Date: Tuesday 3 March 2026", "2026-03-03"),
        # Not a line of its own: the heading of a forwarded message, or a sentence.
        ("Date: 3 March 2026 by the team that sent it on", ""),
        ("The date of the meeting is 3 March 2026", ""),
    ],
)
def test_the_day_of_issue_is_read_beside_its_label(line, day):
    assert day_of(pasted("Local medicines safety notice: check the fridge", line, "Check it.")) == day


def test_a_roundup_is_not_dated_by_one_of_its_items():
    found = pasted(
        "MHRA Safety Roundup: September 2026",
        "Published 30 September 2026",
        "Class 2 Medicines Recall: Example Ltd, Example tablets, EL(26)A/51. Issued 2 September 2026.",
    )
    assert (found.family.value, day_of(found)) == (Family.ROUNDUP, "2026-09-30")


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("Action to be completed by no later than 5pm on Friday 9 October 2026", datetime(2026, 10, 9, 16, tzinfo=UTC)),
        ("Actions must be completed on or before 9 October 2026", datetime(2026, 10, 9, 22, 59, 59, tzinfo=UTC)),
        ("Actions complete by end of day 9 October 2026", datetime(2026, 10, 9, 22, 59, 59, tzinfo=UTC)),
        ("Actions to be complete by the end of 9 December 2026", datetime(2026, 12, 9, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_deadline_is_read_however_it_is_joined_to_its_date(words, at):
    (found,) = pasted("NatPSA/2026/010/DHSC: Shortage of an example", words).deadlines
    assert (found.kind, found.at, found.words) == ("complete", at, words)


def test_working_days_are_kept_as_working_days_in_a_stored_version():
    item = from_text(f"{RECALL}\nAction within five working days. Pharmacy level recall.").item
    alert = read(item)
    assert decode(encode(item, alert)).deadlines == alert.deadlines
    (found,) = alert.deadlines
    assert (found.working_days, found.hours, found.span, found.span_hours) == (5, None, "5 working days", 168)
    assert not any("by hand" in said for said in alert.unread)


def test_working_hours_are_left_to_a_person():
    found = pasted(RECALL, "Action within 8 working hours. Pharmacy level recall.")
    assert not found.deadlines
    assert any("8 working hours" in said for said in found.unread)


def test_fewer_working_days_are_less_time():
    week, two_days = (pasted(RECALL, f"Action within {n} working days. Pharmacy level recall.") for n in (5, 2))
    hours = pasted(RECALL, "Action within 48 hours. Pharmacy level recall.")
    for new, words in ((two_days, "from 5 working days to 2 working days"), (hours, "from 5 working days to 48 hours")):
        (said,) = [one for one in compare(week, new) if one.field == "deadlines"]
        assert said.material
        assert f"brought forward {words}" in said.text
    (later,) = [one for one in compare(hours, week) if one.field == "deadlines"]
    assert not later.material


@pytest.mark.parametrize(
    ("title", "label", "family"),
    [
        ("Topiramate: new safety measures", "Drug Safety Update", Family.DRUG_SAFETY_UPDATE),
        ("Topiramate: new safety measures", "Drug Safety Update volume 17, issue 11: 1", "drug-safety-update"),
        ("Insulin pump cartridges: leakage, DSI/2026/004", "Device Safety Information", Family.DEVICE_INFORMATION),
    ],
)
def test_a_line_that_says_only_what_kind_it_is_says_so(title, label, family):
    found = pasted(title, label, "Published 7 July 2026", "Read the advice.")
    assert found.family.value == family
    assert title in found.title


def test_a_mention_of_the_update_in_a_sentence_makes_no_article_of_it():
    found = pasted("A notice about fridges", "See the Drug Safety Update of last month.", "Read it.")
    assert found.family.value == Family.UNKNOWN


def test_a_page_that_its_publisher_marks_as_withdrawn_keeps_its_number():
    title = "[WITHDRAWN] Class 2 Medicines Recall: Example Ltd, EL(25)A/11"
    found = pasted(title, "Action within 48 hours", "Patient level")
    assert found.reference is not None
    assert found.reference.value == "EL(25)A/11"
    assert found.withdrawn is not None
    assert (found.withdrawn.words, found.withdrawn.where) == ("[WITHDRAWN]", Where.TITLE)
    assert pasted("Class 2 Medicines Recall: batches withdrawn, EL(25)A/12", "Patient level").withdrawn is None


def test_two_classes_that_contradict_each_other_need_a_person():
    found = pasted(RECALL, "CLASS 2 MEDICINES RECALL Action within 48 hours. Pharmacy level recall.")
    assert any("Class 3 Medicines" in said and "CLASS 2 MEDICINES" in said for said in found.unread)


@pytest.mark.parametrize(
    "line",
    [
        "CLASS 3 MEDICINES RECALL Action within 5 days",
        "This notice updates a Class 4 medicines notification",
        "It was a Class 4 medicines notification",
    ],
)
def test_a_class_of_earlier_times_contradicts_nothing(line):
    assert not any("which of them holds" in said for said in pasted(RECALL, line).unread)


@pytest.mark.parametrize(
    ("sentence", "starts", "ends"),
    [
        ("It comes into effect on 9 November 2026 and ends at 23:59 on 5 February 2027.", "2026-11-09", "2027-02-05"),
        ("Capsules will be out of stock from 16 October 2026 until 30 November 2026.", "2026-10-16", "2026-11-30"),
        ("The implant is discontinued from 30 September 2026.", "2026-09-30", ""),
        ("Capsules are out of stock; an alternative is available from 30 September 2026.", "", ""),
        ("Capsules are out of stock, and can be ordered again from 30 September 2026.", "", ""),
    ],
)
def test_when_a_shortage_or_protocol_begins_and_ends(sentence, starts, ends):
    found = pasted("Medicine supply notification: example capsules, MSN/2026/042", "Tier 1", sentence)
    assert ((found.starts.value if found.starts else ""), (found.ends.value if found.ends else "")) == (starts, ends)


@pytest.mark.parametrize(
    "words",
    [
        "The deadline for completion has been brought forward to 9 October 2026.",
        "The deadline for completion has been brought forward from 16 October 2026 to 9 October 2026.",
        "The deadline for completion has been moved from 16 October 2026 to 9 October 2026.",
    ],
)
def test_a_deadline_that_was_brought_forward_is_the_new_one_and_not_put_back(words):
    found = pasted("NatPSA/2026/013/DHSC: Shortage of an example", words).deadlines
    assert [(d.kind, d.at, d.extended_from) for d in found] == [
        ("complete", datetime(2026, 10, 9, 22, 59, 59, tzinfo=UTC), None)
    ]
