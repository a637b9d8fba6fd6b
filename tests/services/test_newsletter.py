"""An issue from its first draft to the entry that it was sent, on a real desk: for practices and for their team."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.exports.checking import check_file
from msat.feeds.model import FeedItem
from msat.ids import fingerprint
from msat.places import Places
from msat.projections.alert_state import AlertState
from msat.projections.newsletter_draft import IssueDraft
from msat.projections.newsletter_issues import communications
from msat.services import newsletter
from msat.services.correct import correct
from msat.services.desk import Desk
from msat.services.newsletter_drafts import drop_issue, kept_issues, load_issue
from msat.services.newsletter_facts import told_to
from msat.services.newsletter_look import ForAudience, look
from msat.services.newsletter_render import export_issue, form_of, loose_issue, render
from msat.services.newsletter_send import mark_sent
from msat.services.newsletter_waiting import waiting_alerts
from msat.services.override import override
from msat.services.plan import agree_plan
from msat.triage.model import Priority
from tests.notices import recall
from tests.services.conftest import PHARMACIST

Receive = Callable[[FeedItem], AlertState]
REF, GREEN = "EL(26)A/61", "EL(26)A/62"
ALL = ("prescribers", "community-pharmacies", "care-homes")
ID = "november-2026"


@pytest.fixture
def kind() -> str:
    return "committee"


@pytest.fixture
def issue(desk: Desk, receive: Receive) -> IssueDraft:
    """An issue with a Class 2 recall and a Class 4 notification."""
    receive(recall())
    receive(recall(GREEN, 4, product="Labelex 5 mg tablets", batches=(("LX1", "01/2028"),)))
    return newsletter.new_issue(desk, "November 2026", refs=[REF, GREEN])


def part(desk: Desk, id_: str, audience: str) -> ForAudience:
    return next(one for one in look(desk, load_issue(desk.places, id_)).audiences if one.audience.id == audience)


# --- writing ---------------------------------------------------------------------------------------------------


def test_a_team_writes_for_all_and_each_is_told_by_the_rules_for_its_kind(desk: Desk, issue: IssueDraft) -> None:
    assert issue.audiences == ALL
    parts = {audience: part(desk, ID, audience) for audience in ALL}
    rags = {audience: [one.item.rag for one in each.items] for audience, each in parts.items()}
    assert rags["prescribers"] == [Priority.AMBER, Priority.GREEN]  # F07 and F10 for a GP practice
    assert rags["community-pharmacies"] == [Priority.RED, Priority.AMBER]
    assert parts["prescribers"].items[0].item.who == "GP practices"
    homes = parts["care-homes"].items[0].item
    assert homes.who == "Care homes"
    assert homes.actions[0].startswith("Check residents' medicines")
    assert "TX1001" in homes.batches


def test_what_was_agreed_for_practices_goes_before_the_rule(desk: Desk, issue: IssueDraft) -> None:
    agree_plan(desk, REF, "red", ["Search today."], PHARMACIST, date(2026, 12, 1))
    item = part(desk, ID, "prescribers").items[0].item
    assert item.rag is Priority.RED
    assert item.actions[0] == "Search today"
    assert "1 December 2026" in item.due
    assert "Search today" not in part(desk, ID, "care-homes").items[0].item.actions


def test_a_priority_that_a_person_chose_is_told(desk: Desk, issue: IssueDraft) -> None:
    override(desk, GREEN, "red", "Harm was reported here.", PHARMACIST)
    state = desk.views.find(GREEN)
    assert state is not None
    told = told_to(desk, state, newsletter.audience_named("prescribers"))
    assert told.state.rag is Priority.RED


def test_items_are_added_moved_and_taken_out_and_kept(desk: Desk, issue: IssueDraft, receive: Receive) -> None:
    receive(recall("EL(26)A/63"))
    newsletter.add(desk, ID, ["el26a63"], "short", ["care-homes"])
    newsletter.move(desk, ID, "EL(26)A/63", 1)
    kept = load_issue(desk.places, ID)
    assert [item.key for item in kept.items] == ["EL(26)A/63", REF, GREEN]
    assert kept.items[0].audiences == ("care-homes",)
    assert part(desk, ID, "prescribers").left_out == ("EL(26)A/63",)
    newsletter.remove(desk, ID, GREEN)
    assert len(load_issue(desk.places, ID).items) == 2
    newsletter.set_item(desk, ID, REF, "full", [])
    assert load_issue(desk.places, ID).items[1].length == "full"
    assert desk.record.head().size == sum(1 for _ in desk.record.entries())


def test_nothing_of_a_draft_is_recorded(desk: Desk, issue: IssueDraft) -> None:
    size = desk.record.head().size
    newsletter.edit(desk, ID, REF, "why", "Tablets may be mixed up.")
    newsletter.retitle(desk, ID, "December 2026", "Two items.", ["prescribers"])
    drop_issue(desk.places, ID)
    assert desk.record.head().size == size
    assert kept_issues(desk.places).issues == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda desk: newsletter.new_issue(desk, "November 2026"), "There is an issue “november-2026” already"),
        (lambda desk: newsletter.new_issue(desk, "–"), "gives no name"),
        (lambda desk: newsletter.new_issue(desk, ""), "title is empty"),
        (lambda desk: newsletter.new_issue(desk, "X", ["vets"]), "There is no audience “vets”"),
        (lambda desk: newsletter.add(desk, "october", [REF]), "There is no issue “october”"),
        (lambda desk: newsletter.add(desk, "../november-2026", [REF]), "There is no issue"),
        (lambda desk: newsletter.add(desk, ID, ["EL(26)A/99"]), "There is no alert"),
        (lambda desk: newsletter.add(desk, ID, []), "No alert was chosen"),
        (lambda desk: newsletter.add(desk, ID, [REF]), "is in “November 2026” already"),
        (lambda desk: newsletter.move(desk, ID, REF, 0), "0 is no place"),
        (lambda desk: newsletter.edit(desk, ID, REF, "batches", "x"), "cannot be edited"),
        (lambda desk: newsletter.edit(desk, ID, REF, "headline", " "), "would be empty"),
        (lambda desk: newsletter.edit(desk, ID, REF, "why", "NHS number 943 476 5919"), "NHS number"),
        (lambda desk: newsletter.set_item(desk, ID, REF, "long"), "“long” is no length"),
    ],
)
def test_what_is_wrong_is_refused(desk: Desk, issue: IssueDraft, wrong: Callable[[Desk], object], said: str) -> None:
    with pytest.raises(Refused) as refused:
        wrong(desk)
    assert said in refused.value.explanation
    assert refused.value.next_step


def test_a_damaged_draft_is_told_and_the_others_stay(desk: Desk, issue: IssueDraft, profile: Places) -> None:
    (profile.newsletters / "october.json").write_text("{", encoding="utf-8")
    kept = kept_issues(desk.places)
    assert [one.id for one in kept.issues] == [ID]
    assert "october" in kept.problems[0]
    with pytest.raises(Refused, match="cannot be read"):
        load_issue(desk.places, "october")


# --- looking ---------------------------------------------------------------------------------------------------


def test_an_edit_is_told_when_its_source_has_changed_and_can_be_kept(
    desk: Desk, issue: IssueDraft, receive: Receive, clock: FixedClock
) -> None:
    newsletter.edit(desk, ID, REF, "why", "Tablets may be mixed up.")
    assert look(desk, load_issue(desk.places, ID)).is_ready
    clock.moment += timedelta(hours=1)
    receive(recall(batches=(("TX1001", "11/2027"), ("TX1002", "12/2027"), ("TX1003", "12/2027"))))
    looked = look(desk, load_issue(desk.places, ID))
    (stale,) = looked.stale
    assert (stale.key, stale.field, stale.material) == (REF, "why", True)
    assert any("TX1003 added" in said for said in stale.differences)
    assert not looked.is_ready
    newsletter.keep_edits(desk, ID, REF)
    assert look(desk, load_issue(desk.places, ID)).is_ready


def test_the_programs_words_can_be_put_back(desk: Desk, issue: IssueDraft) -> None:
    before = part(desk, ID, "prescribers").items[0].item
    newsletter.edit(desk, ID, REF, "action", "Be aware\nTell the team", audience="prescribers")
    item = part(desk, ID, "prescribers").items[0]
    assert item.item.actions == ("Be aware", "Tell the team")
    assert [one.code for one in part(desk, ID, "prescribers").remarks] == ["be-aware"]
    assert part(desk, ID, "community-pharmacies").remarks == ()
    newsletter.edit(desk, ID, REF, "action", None, audience="prescribers")
    assert part(desk, ID, "prescribers").items[0].item == before


# --- giving out ------------------------------------------------------------------------------------------------


def test_files_are_sealed_recorded_and_verified(desk: Desk, issue: IssueDraft, tmp_path: Path) -> None:
    made = render(desk, issue, ["html", "word", "email", "markdown", "text"])
    assert len(made) == 15
    changes = export_issue(desk, made, issue, tmp_path, PHARMACIST)
    files = sorted(tmp_path.glob("november-2026-*.*"))
    assert len(files) == len(changes.entries) == 15
    for path in files:
        check = check_file(path.read_bytes(), path.name, desk.record)
        assert check.valid, path.name
        assert any("byte for byte" in line for line in check.checked)


def test_several_files_need_a_folder_and_a_known_ending(desk: Desk, issue: IssueDraft, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is no folder"):
        export_issue(desk, render(desk, issue, ["html"]), issue, tmp_path / "x.html", PHARMACIST)
    with pytest.raises(Refused, match="cannot be written here"):
        form_of(tmp_path / "x.pdf")
    with pytest.raises(Refused, match="“fax” is not a form"):
        render(desk, issue, ["fax"])
    with pytest.raises(Refused, match="is not written for care-homes"):
        render(desk, newsletter.retitle(desk, ID, audiences=["prescribers"]), ["text"], ["care-homes"])


def test_chosen_alerts_without_an_issue_are_for_the_usual_readers(desk: Desk, issue: IssueDraft) -> None:
    (made,) = render(desk, loose_issue(desk, [REF, REF], "Loose"), ["text"])
    assert made.data.decode().count("[A] Amber") == 1
    assert kept_issues(desk.places).issues == (load_issue(desk.places, ID),)


def test_sending_is_an_entry_for_each_audience_with_the_texts_kept(
    desk: Desk, issue: IssueDraft, tmp_path: Path
) -> None:
    attached = tmp_path / "november.eml"
    attached.write_bytes(b"what was sent")
    made = mark_sent(desk, ID, PHARMACIST, ["prescribers", "care-homes"], [attached])
    assert [entry.type for entry in made.entries] == ["newsletter.issue_sent"] * 2
    data = made.entries[0].data
    assert (data["issue"], data["title"], data["audiences"]) == (ID, "November 2026", ["prescribers"])
    assert data["alerts"] == [REF, GREEN]
    assert data["remarks"] == []
    names = {file["name"]: file["sha256"] for file in data["files"]}
    assert names["november.eml"] == fingerprint(b"what was sent")
    kept = desk.files.get(names["november-2026-prescribers.html"])
    assert kept is not None
    assert b"GP practices" in kept
    assert check_file(kept, "kept.html", desk.record).valid
    told = communications(newsletter.sent_issues(desk))
    assert {(str(one.key), one.audience) for one in told} >= {(REF, "prescribers"), (REF, "care homes")}
    assert load_issue(desk.places, ID).told == ("prescribers", "care-homes")


def test_a_sent_issue_is_not_changed_and_not_sent_twice(desk: Desk, issue: IssueDraft) -> None:
    mark_sent(desk, ID, PHARMACIST, ["prescribers"])
    with pytest.raises(Refused, match="recorded as sent to prescribers already"):
        mark_sent(desk, ID, PHARMACIST, ["prescribers"])
    rest = mark_sent(desk, ID, PHARMACIST)
    assert [entry.data["audiences"][0] for entry in rest.entries] == ["community pharmacies", "care homes"]
    with pytest.raises(Refused, match="sent to all its readers"):
        mark_sent(desk, ID, PHARMACIST)
    with pytest.raises(Refused, match="sent to all its readers and is not changed any more"):
        newsletter.remove(desk, ID, REF)


def test_what_is_wrong_stops_the_sending_unless_it_has_gone_out(desk: Desk, issue: IssueDraft) -> None:
    newsletter.edit(desk, ID, REF, "why", "Please be aware of 500 mg tablets.")
    size = desk.record.head().size
    with pytest.raises(Refused, match="be-aware, dose-changed"):
        mark_sent(desk, ID, PHARMACIST)
    assert desk.record.head().size == size
    made = mark_sent(desk, ID, PHARMACIST, anyway=True)
    assert made.entries[0].data["remarks"] == ["be-aware", "dose-changed"]


def test_an_issue_struck_out_was_not_sent(desk: Desk, issue: IssueDraft) -> None:
    made = mark_sent(desk, ID, PHARMACIST, ["prescribers"])
    assert len(newsletter.sent_issues(desk)) == 1
    correct(desk, made.entries[0].id, "It was held back.", PHARMACIST)
    assert newsletter.sent_issues(desk) == ()
    newsletter.remove(desk, ID, GREEN)
    again = mark_sent(desk, ID, PHARMACIST, ["prescribers"])
    assert again.entries[0].data["alerts"] == [REF]


def test_what_was_told_no_longer_waits(desk: Desk, issue: IssueDraft) -> None:
    assert {(one.reference, one.drafts) for one in waiting_alerts(desk)} == {(REF, (ID,)), (GREEN, (ID,))}
    mark_sent(desk, ID, PHARMACIST, ["prescribers"])
    assert waiting_alerts(desk) == ()
    assert waiting_alerts(desk, "prescribers") == ()
    assert {one.reference for one in waiting_alerts(desk, "care homes")} == {REF, GREEN}


def test_a_sent_issue_outlives_its_draft_and_the_views(desk: Desk, issue: IssueDraft) -> None:
    mark_sent(desk, ID, PHARMACIST)
    before = newsletter.sent_issues(desk)
    drop_issue(desk.places, ID)
    desk.views.rebuild()
    assert newsletter.sent_issues(desk) == before
    assert len(before) == 3


def test_a_notice_that_changed_after_it_was_told_waits_again(
    desk: Desk, issue: IssueDraft, receive: Receive, clock: FixedClock
) -> None:
    mark_sent(desk, ID, PHARMACIST)
    clock.moment += timedelta(hours=1)
    receive(recall(batches=(("TX1001", "11/2027"), ("TX1003", "12/2027"))))
    (one,) = waiting_alerts(desk)
    assert (one.reference, one.changed) == (REF, True)
    again = newsletter.new_issue(desk, "December 2026", refs=[REF])
    assert "TX1003" in part(desk, again.id, "prescribers").items[0].item.batches
    clock.moment += timedelta(hours=1)
    mark_sent(desk, again.id, PHARMACIST)
    assert waiting_alerts(desk) == ()


def test_templates_that_are_wrong_stop_the_sending_before_anything_is_recorded(
    desk: Desk, issue: IssueDraft, profile: Places
) -> None:
    profile.newsletter_templates.mkdir(parents=True)
    (profile.newsletter_templates / "newsletter.html").write_text("{{ nothing }}", encoding="utf-8")
    size = desk.record.head().size
    with pytest.raises(Refused, match=r"newsletter\.html, line 1"):
        mark_sent(desk, ID, PHARMACIST)
    assert desk.record.head().size == size
    assert load_issue(desk.places, ID).sent == ()
