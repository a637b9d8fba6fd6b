"""An issue kept as a whole, looked over for a screen, and what can be chosen for it; on a real desk."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from msat.errors import Refused
from msat.exports.newsletter_compose import field_text
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.projections.newsletter_draft import DraftItem, Edit, IssueDraft, removed
from msat.projections.ports import Query
from msat.services import newsletter
from msat.services.desk import Desk
from msat.services.newsletter_drafts import drop_issue, load_issue, restore_issue
from msat.services.newsletter_keep import ChangedElsewhere, add_to_current, keep, usual_title
from msat.services.newsletter_picks import Asked, came, picks
from msat.services.newsletter_render import render
from msat.services.newsletter_send import mark_sent
from msat.services.newsletter_told import sent_text
from msat.services.newsletter_writing import preview, writing
from msat.services.reminders import began
from tests.notices import recall
from tests.services.conftest import PHARMACIST

Receive = Callable[[FeedItem], AlertState]
REF, GREEN = "EL(26)A/61", "EL(26)A/62"
ID = "november-2026"


@pytest.fixture
def kind() -> str:
    return "committee"


@pytest.fixture
def issue(desk: Desk, receive: Receive) -> IssueDraft:
    receive(recall())
    receive(recall(GREEN, 4, product="Labelex 5 mg tablets", batches=(("LX1", "01/2028"),)))
    return newsletter.new_issue(desk, "November 2026", refs=[REF, GREEN])


def edited(issue: IssueDraft, field: str, text: str) -> IssueDraft:
    first = replace(issue.items[0], edits=(Edit(field, text, "", "v"),))
    return replace(issue, items=(first, *issue.items[1:]))


def test_a_whole_draft_takes_the_place_of_the_one_that_was_read(desk: Desk, issue: IssueDraft) -> None:
    made = removed(issue, GREEN)
    assert keep(desk, made, issue) == made
    assert load_issue(desk.places, ID) == made


def test_what_was_changed_elsewhere_is_not_written_over_unseen(desk: Desk, issue: IssueDraft) -> None:
    newsletter.retitle(desk, ID, intro="From the command line.")
    with pytest.raises(ChangedElsewhere, match="was changed elsewhere"):
        keep(desk, removed(issue, GREEN), issue)
    assert load_issue(desk.places, ID).intro == "From the command line."
    keep(desk, removed(issue, GREEN), None)
    assert load_issue(desk.places, ID).intro == ""


def test_one_that_was_given_up_elsewhere_is_told(desk: Desk, issue: IssueDraft) -> None:
    drop_issue(desk.places, ID)
    with pytest.raises(ChangedElsewhere, match="given up elsewhere"):
        keep(desk, issue, issue)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda one: replace(one, title=" "), "title is empty"),
        (lambda one: replace(one, audiences=()), "No readers"),
        (lambda one: replace(one, intro="NHS number 943 476 5919"), "NHS number"),
        (lambda one: edited(one, "why", "Ask about 943 476 5919."), "NHS number"),
        (lambda one: edited(one, "headline", ""), "headline would be empty"),
    ],
)
def test_what_may_not_be_kept_is_refused(
    desk: Desk, issue: IssueDraft, made: Callable[[IssueDraft], IssueDraft], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        keep(desk, made(issue), issue)
    assert load_issue(desk.places, ID) == issue


def test_a_sent_issue_is_not_kept_again(desk: Desk, issue: IssueDraft) -> None:
    mark_sent(desk, ID, PHARMACIST)
    with pytest.raises(Refused, match="has been sent"):
        keep(desk, removed(issue, GREEN), issue)


def test_a_full_disk_is_said_and_the_old_draft_stays(
    desk: Desk, issue: IssueDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Refused, match="No space left on device"):
        keep(desk, removed(issue, GREEN), issue)
    monkeypatch.undo()
    assert load_issue(desk.places, ID) == issue
    assert [path.name for path in desk.places.newsletters.iterdir()] == [f"{ID}.json"]


def test_a_draft_given_up_can_be_brought_back_once(desk: Desk, issue: IssueDraft) -> None:
    drop_issue(desk.places, ID)
    assert restore_issue(desk.places, ID) == issue
    with pytest.raises(Refused, match="an issue “november-2026” again"):
        restore_issue(desk.places, ID)
    with pytest.raises(Refused, match="its file is gone"):
        restore_issue(desk.places, "no-such")


def test_alerts_are_added_to_the_issue_that_is_written(desk: Desk, issue: IssueDraft, receive: Receive) -> None:
    receive(recall("EL(26)A/63"))
    made = add_to_current(desk, ID, ["EL(26)A/63", REF, "EL(26)A/63"])
    assert (made.keys, set(made.held), made.begun) == (("EL(26)A/63",), {REF}, False)
    assert [item.key for item in load_issue(desk.places, ID).items] == [REF, GREEN, "EL(26)A/63"]


def test_without_a_draft_an_issue_of_this_month_is_begun(desk: Desk, issue: IssueDraft) -> None:
    mark_sent(desk, ID, PHARMACIST)
    made = add_to_current(desk, ID, [REF])
    assert made.begun
    assert made.issue.title == f"Medicines safety, {desk.clock.now():%B %Y}"
    assert usual_title(desk) == f"{made.issue.title}, issue 2"
    again = add_to_current(desk, "no-such-issue", [GREEN])
    assert (again.issue.id, again.begun) == (made.issue.id, False)


# --- looked over for a screen ----------------------------------------------------------------------------------


def test_a_draft_that_is_not_kept_yet_is_looked_over(desk: Desk, issue: IssueDraft) -> None:
    made = edited(issue, "why", "Please be aware of this.")
    found = writing(desk, made)
    assert [one.code for one in found.remarks(REF, "prescribers")][:1] == ["be-aware"]
    assert found.composed(REF, "prescribers") is not None
    assert "action" in found.differing[REF]
    assert found.names["care-homes"] == "care homes"
    assert [one.field for one in found.stale(REF)] == ["why"]  # made from a version that never was
    assert load_issue(desk.places, ID) == issue


def test_a_newer_look_at_one_item_takes_its_place(desk: Desk, issue: IssueDraft) -> None:
    whole = writing(desk, issue)
    made = edited(issue, "why", "Please be aware of this.")
    merged = whole.with_item(writing(desk, replace(made, items=made.items[:1])))
    assert merged.looked.audiences == writing(desk, made).looked.audiences
    assert merged.stale(REF)
    assert merged.composed(GREEN, "prescribers") == whole.composed(GREEN, "prescribers")


def test_an_alert_that_is_not_here_is_named(desk: Desk, issue: IssueDraft) -> None:
    found = writing(desk, replace(issue, items=(*issue.items, DraftItem("EL(26)A/99"))))
    assert found.looked.gone == ("EL(26)A/99",)
    assert found.titles["EL(26)A/99"] == "EL(26)A/99"


@pytest.mark.parametrize("form", ["email", "word", "text"])
def test_what_is_shown_is_what_is_exported(desk: Desk, issue: IssueDraft, form: str) -> None:
    shown = preview(desk, issue, "care-homes", form)
    item = writing(desk, issue).composed(REF, "care-homes")
    assert item is not None
    assert field_text(item.item, "action").partition("\n")[0][:40] in unescape(shown).replace("\n", " ")
    if form == "text":
        (made,) = render(desk, issue, ["text"], ["care-homes"])
        assert made.data.decode("utf-8").startswith(shown.rpartition("\nRecord")[0][:400])
    if form == "email":
        assert "<h1" in shown
        assert "<!--" not in shown


def test_an_unknown_form_is_not_shown(desk: Desk, issue: IssueDraft) -> None:
    with pytest.raises(Refused, match="cannot be shown"):
        preview(desk, issue, "prescribers", "pdf")


# --- what can be chosen ----------------------------------------------------------------------------------------


def test_what_was_told_says_in_which_issue(desk: Desk, issue: IssueDraft, receive: Receive) -> None:
    receive(recall("EL(26)A/63"))
    mark_sent(desk, ID, PHARMACIST, ["prescribers"])
    found = {str(one.key): one for one in picks(desk, Asked()).picks}
    (used,) = found[REF].used
    assert (used.issue, used.audiences) == ("November 2026", ("prescribers",))
    assert not found[REF].waits
    assert found["EL(26)A/63"].waits
    care = {str(one.key): one for one in picks(desk, Asked(audience="care-homes")).picks}
    assert care[REF].waits
    assert care[REF].used == ()


def test_a_list_can_be_made_shorter(desk: Desk, issue: IssueDraft, receive: Receive) -> None:
    receive(recall("EL(26)A/63"))
    mark_sent(desk, ID, PHARMACIST)
    assert [str(one.key) for one in picks(desk, Asked(only_waiting=True)).picks] == ["EL(26)A/63"]
    assert [str(one.key) for one in picks(desk, Asked(search="Labelex")).picks] == [GREEN]
    assert picks(desk, Asked(family="drug-safety-update")).picks == ()
    assert picks(desk, Asked(since=desk.clock.now())).picks == picks(desk, Asked()).picks
    assert set(picks(desk, Asked()).families) == {"medicines-recall", "medicines-notification"}


def test_drafts_that_hold_an_alert_are_named(desk: Desk, issue: IssueDraft) -> None:
    found = {str(one.key): one for one in picks(desk, Asked()).picks}
    assert found[REF].drafts == ("November 2026",)
    assert found[REF].recommended


# --- what was told ---------------------------------------------------------------------------------------------


def test_what_readers_were_told_is_read_from_the_record(desk: Desk, issue: IssueDraft) -> None:
    made = mark_sent(desk, ID, PHARMACIST, ["care-homes"])
    entry = made.entries[0].id
    html, plain = sent_text(desk, entry, "email"), sent_text(desk, entry, "text")
    assert "Care homes" in html
    assert html.rstrip().endswith("</html>")
    assert "Care homes" in plain
    assert "msat-evidence" not in html + plain
    drop_issue(desk.places, ID)
    assert sent_text(desk, entry, "text") == plain


def test_a_text_that_is_not_as_it_was_recorded_is_not_shown(
    desk: Desk, issue: IssueDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = mark_sent(desk, ID, PHARMACIST, ["care-homes"]).entries[0].id
    with pytest.raises(Refused, match="Only the e-mail and the plain text"):
        sent_text(desk, entry, "word")
    with pytest.raises(Refused, match="holds no such text"):
        sent_text(desk, "no-such-entry", "text")
    monkeypatch.setattr(type(desk.files), "get", lambda _self, _digest: b"another text")
    with pytest.raises(Refused, match="was changed"):
        sent_text(desk, entry, "text")
    monkeypatch.setattr(type(desk.files), "get", lambda _self, _digest: None)
    with pytest.raises(Refused, match="is missing"):
        sent_text(desk, entry, "text")


def test_the_years_of_the_first_import_are_no_news_of_its_day(desk: Desk, issue: IssueDraft) -> None:
    first = began(desk)
    assert first is not None
    (row, *_more) = desk.views.worklist(Query(newest_first=True), desk.clock.now())
    old, late = first - timedelta(days=700), first + timedelta(days=40)
    assert came(replace(row, received=first, published=old), first) == old
    assert came(replace(row, received=first, published=first - timedelta(days=2)), first) == first
    assert came(replace(row, received=first, published=None), first) == first
    # A notice that a source brought late is told of when it came, however old it is.
    assert came(replace(row, received=late, published=old), first) == late
