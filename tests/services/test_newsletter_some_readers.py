"""An issue sent to some of its readers: theirs stays as it was, the others' is written on; and a sending taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.projections.newsletter_draft import IssueDraft
from msat.services import newsletter
from msat.services.desk import Desk
from msat.services.newsletter_drafts import drop_issue, load_issue, save_issue
from msat.services.newsletter_keep import add_to_current, keep
from msat.services.newsletter_look import ForAudience, Looked, look
from msat.services.newsletter_render import render
from msat.services.newsletter_send import mark_sent
from msat.services.newsletter_take_back import take_back, take_back_entry
from msat.services.newsletter_waiting import waiting_alerts
from msat.services.newsletter_writing import preview, writing
from tests.notices import recall
from tests.services.conftest import PHARMACIST

Receive = Callable[[FeedItem], AlertState]
REF, GREEN = "EL(26)A/61", "EL(26)A/62"
ID = "november-2026"


@pytest.fixture
def kind() -> str:
    return "committee"


@pytest.fixture
def sent(desk: Desk, receive: Receive) -> IssueDraft:
    """An issue with two alerts for three kinds of readers, of which prescribers were sent it."""
    receive(recall())
    receive(labelex(4))
    newsletter.new_issue(desk, "November 2026", refs=[REF, GREEN], intro="Two recalls.")
    newsletter.edit(desk, ID, REF, "why", "As prescribers were told.")
    mark_sent(desk, ID, PHARMACIST, ["prescribers"])
    return newsletter.current_issue(desk, ID)


def labelex(class_: int) -> FeedItem:
    batches = (("LX1", "01/2028"),)
    return recall(GREEN, class_, product="Labelex 5 mg tablets", batches=batches, path="/drug-device-alerts/labelex")


def looked(desk: Desk) -> Looked:
    return look(desk, newsletter.current_issue(desk, ID))


def part(desk: Desk, audience: str) -> ForAudience:
    return next(one for one in looked(desk).audiences if one.audience.id == audience)


def why(desk: Desk, audience: str) -> str:
    return " ".join(part(desk, audience).items[0].item.why)


def test_what_was_sent_stays_and_the_rest_is_written_on(desk: Desk, sent: IssueDraft) -> None:
    newsletter.edit(desk, ID, REF, "why", "As the others will be told.")
    newsletter.remove(desk, ID, GREEN)
    newsletter.retitle(desk, ID, title="November, corrected", intro="One recall.")
    assert why(desk, "prescribers") == "As prescribers were told."
    assert why(desk, "care-homes") == "As the others will be told."
    assert part(desk, "prescribers").keys == (REF, GREEN)
    assert part(desk, "care-homes").keys == (REF,)
    issue = newsletter.current_issue(desk, ID)
    texts = {one.audience: one.data.decode("utf-8") for one in render(desk, issue, ["text"])}
    assert "NOVEMBER 2026" in texts["prescribers"]
    assert "Two recalls." in texts["prescribers"]
    assert "Labelex" in texts["prescribers"]
    assert "NOVEMBER, CORRECTED" in texts["care-homes"]
    assert "Labelex" not in texts["care-homes"]
    assert "As prescribers were told." in preview(desk, issue, "prescribers", "text")


def test_the_programs_own_words_stay_too_when_the_notice_changes(
    desk: Desk, sent: IssueDraft, receive: Receive
) -> None:
    before = {one.key: one.item.headline for one in part(desk, "prescribers").items}
    receive(labelex(2))
    assert "Class 2" in next(one.item.headline for one in part(desk, "care-homes").items if one.key == GREEN)
    assert {one.key: one.item.headline for one in part(desk, "prescribers").items} == before


def test_only_what_is_still_to_be_sent_is_checked(desk: Desk, sent: IssueDraft, receive: Receive) -> None:
    assert looked(desk).is_ready
    newsletter.edit(desk, ID, REF, "why", "Please be aware of this.", audience="care-homes")
    (found,) = looked(desk).wrong
    assert found.code == "be-aware"
    receive(recall(batches=(("TX1001", "11/2027"), ("TX1003", "12/2027"))))
    assert {one.text for one in looked(desk).stale} == {"As prescribers were told.", "Please be aware of this."}
    mark_sent(desk, ID, PHARMACIST, ["care-homes"], anyway=True)
    assert looked(desk).wrong == ()
    assert {one.text for one in looked(desk).stale} == {"As prescribers were told."}  # for pharmacies still
    mark_sent(desk, ID, PHARMACIST, anyway=True)
    assert looked(desk).stale == ()


def test_readers_that_were_sent_it_stay_and_others_can_come(desk: Desk, sent: IssueDraft) -> None:
    with pytest.raises(Refused, match="sent to prescribers: they stay among its readers"):
        newsletter.retitle(desk, ID, audiences=["care-homes"])
    with pytest.raises(Refused, match="sent to prescribers already"):
        newsletter.edit(desk, ID, REF, "why", "Too late.", audience="prescribers")
    newsletter.retitle(desk, ID, audiences=["prescribers"])
    with pytest.raises(Refused, match="sent to all its readers"):
        newsletter.remove(desk, ID, GREEN)
    with pytest.raises(Refused, match="sent to all its readers"):
        newsletter.retitle(desk, ID, title="Another", audiences=["prescribers"])
    assert newsletter.retitle(desk, ID, audiences=["prescribers", "care-homes"]).unsent == ("care-homes",)
    newsletter.remove(desk, ID, GREEN)
    assert part(desk, "prescribers").keys == (REF, GREEN)


def test_a_screen_keeps_the_rest_and_cannot_change_what_was_sent(desk: Desk, sent: IssueDraft) -> None:
    known = load_issue(desk.places, ID)
    forged = replace(sent, intro="New.", sent=())
    kept = keep(desk, forged, known)
    assert kept.sent == sent.sent
    assert load_issue(desk.places, ID) == kept
    with pytest.raises(Refused, match="they stay among its readers"):
        keep(desk, replace(kept, audiences=("care-homes",)), kept)
    mark_sent(desk, ID, PHARMACIST)
    all_sent = load_issue(desk.places, ID)
    with pytest.raises(Refused, match="sent to all its readers"):
        keep(desk, replace(all_sent, intro="Later."), all_sent)


def test_an_alert_is_added_for_the_readers_that_are_left(desk: Desk, sent: IssueDraft, receive: Receive) -> None:
    key = str(receive(recall("EL(26)A/63", 2, product="Thirdex 1 mg tablets")).key)
    made = add_to_current(desk, ID, [key])
    assert made.issue.id == ID
    assert waiting_alerts(desk, "care homes")[0].drafts == (ID,)
    assert key not in part(desk, "prescribers").keys
    mark_sent(desk, ID, PHARMACIST)
    again = add_to_current(desk, ID, [REF])
    assert again.begun


def test_a_file_of_before_what_was_sent_was_kept(desk: Desk, sent: IssueDraft) -> None:
    old = replace(sent, sent=tuple(replace(one, draft=None) for one in sent.sent))
    save_issue(desk.places, old)
    assert b"draft" not in msgspec.json.encode(old) or load_issue(desk.places, ID).sent[0].draft is None
    newsletter.edit(desk, ID, REF, "why", "As the others will be told.")
    assert why(desk, "prescribers") == "As prescribers were told."
    assert why(desk, "care-homes") == "As the others will be told."


# --- taking back -----------------------------------------------------------------------------------------------


def test_a_sending_is_taken_back_for_some_readers(desk: Desk, sent: IssueDraft) -> None:
    mark_sent(desk, ID, PHARMACIST, ["care-homes"])
    made = take_back(desk, ID, ["prescribers"], "It was held back.", PHARMACIST)
    assert made.words == "Taken back: it was not sent to prescribers. It can be changed for them again."
    assert [one.type for one in made.entries] == ["entry.corrected"]
    issue = newsletter.current_issue(desk, ID)
    assert issue.told == ("care-homes",)
    assert issue.unsent == ("prescribers", "community-pharmacies")
    newsletter.edit(desk, ID, REF, "why", "Better said.", audience="prescribers")
    assert why(desk, "prescribers") == "Better said."
    assert {one.reference for one in waiting_alerts(desk, "prescribers")} == {REF, GREEN}
    again = mark_sent(desk, ID, PHARMACIST, ["prescribers"])
    assert len(again.entries) == 1
    assert newsletter.current_issue(desk, ID).told == ("care-homes", "prescribers")


def test_what_cannot_be_taken_back_is_refused(desk: Desk, sent: IssueDraft) -> None:
    size = desk.record.head().size
    for audiences, reason, said in (
        (["care-homes"], "Held back.", "is not recorded as sent to care homes"),
        (["prescribers", "care-homes"], "Held back.", "is not recorded as sent to care homes"),
        (["prescribers"], " ", "The reason is empty"),
        ([], "Held back.", "No readers are chosen"),
        (["patients"], "Held back.", "There is no audience"),
    ):
        with pytest.raises(Refused, match=said):
            take_back(desk, ID, audiences, reason, PHARMACIST)
    assert desk.record.head().size == size
    take_back(desk, ID, ["prescribers"], "Held back.", PHARMACIST)
    with pytest.raises(Refused, match="is not recorded as sent to prescribers"):
        take_back(desk, ID, ["prescribers"], "Held back.", PHARMACIST)
    with pytest.raises(Refused, match="not recorded as sent any more"):
        take_back_entry(desk, sent.sent[0].entry, "Held back.", PHARMACIST)


def test_an_issue_whose_draft_is_gone_is_taken_back_all_the_same(desk: Desk, sent: IssueDraft) -> None:
    drop_issue(desk.places, ID)
    made = take_back(desk, ID, ["prescribers"], "It was held back.", PHARMACIST)
    assert made.words == "Taken back: it was not sent to prescribers."
    assert newsletter.sent_issues(desk) == ()


# --- files -----------------------------------------------------------------------------------------------------


def test_a_file_is_recorded_with_the_readers_that_got_it(desk: Desk, sent: IssueDraft, tmp_path: Path) -> None:
    homes, free = tmp_path / "november-2026-care-homes.docx", tmp_path / "cover.pdf"
    own = tmp_path / "for pharmacies.docx"
    for path in (homes, free, own):
        path.write_bytes(path.name.encode())
    made = mark_sent(desk, ID, PHARMACIST, files=[homes, free], files_of={"community-pharmacies": [own]})
    named = [[one["name"] for one in entry.data["files"]][2:] for entry in made.entries]
    assert named == [["cover.pdf", "for pharmacies.docx"], ["november-2026-care-homes.docx", "cover.pdf"]]


def test_a_file_of_other_readers_is_refused(desk: Desk, sent: IssueDraft, tmp_path: Path) -> None:
    wrong = tmp_path / "november-2026-prescribers.docx"
    wrong.write_bytes(b"x")
    size = desk.record.head().size
    with pytest.raises(Refused, match="is the issue for prescribers, who are not among those it was sent to"):
        mark_sent(desk, ID, PHARMACIST, ["care-homes"], [wrong])
    assert desk.record.head().size == size


def test_an_issue_partly_sent_is_shown_with_whose_is_whose(desk: Desk, sent: IssueDraft) -> None:
    newsletter.remove(desk, ID, GREEN)
    found = writing(desk, newsletter.current_issue(desk, ID))
    assert [one.is_sent for one in found.looked.audiences] == [True, False, False]
    key = part(desk, "prescribers").items[1].key
    assert found.composed(key, "prescribers") is not None
    assert found.composed(key, "care-homes") is None
    assert "Labelex" in found.titles[key]
    assert not found.is_gone(key)
