"""Keep an issue that was changed as a whole, as a screen does, and add to the one being written. Records nothing.

What lies in the issue's file is compared first: a change made elsewhere meanwhile is told, never written over unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from msat.clock import london
from msat.errors import Refused
from msat.projections.newsletter_draft import DraftItem, IssueDraft, added, issue_id
from msat.services import deeds
from msat.services.desk import Desk
from msat.services.newsletter import all_sent, as_recorded, check_told, checked_audiences, checked_title, new_issue
from msat.services.newsletter_drafts import has_issue, kept_issues, load_issue, save_issue

NEVER_EMPTY = ("headline", "action")


class ChangedElsewhere(Refused):
    """The issue's file is not as it was read: the command line or another window changed it."""


def keep(desk: Desk, issue: IssueDraft, known: IssueDraft | None) -> IssueDraft:
    """Writes `issue` in the place of `known`, which is what was read or kept last; None writes over anything.

    What was sent of it stays as it is. Raises ChangedElsewhere when another stands in the file, Refused for an issue
    sent to all its readers, for a text that may not be kept and when the disk will not take it.
    """
    checked(issue)
    if has_issue(desk.places, issue.id):
        stands = load_issue(desk.places, issue.id)
        recorded = as_recorded(desk, stands)
        if not recorded.unsent and set(issue.audiences) <= set(recorded.told):
            raise all_sent(recorded)
        # What readers were sent is the record's and the file's to say, never a screen's.
        issue = replace(issue, sent=recorded.sent)
        check_told(issue)
        if known is not None and stands != known:
            raise ChangedElsewhere(
                f"“{stands.title}” was changed elsewhere while it was open here.",
                "Load it again, or keep what is here.",
            )
    elif known is not None:
        raise ChangedElsewhere(f"“{issue.title}” was given up elsewhere.", "Keep what is here, or open another.")
    save_issue(desk.places, issue)
    return issue


def checked(issue: IssueDraft) -> None:
    """Refuses a title, audience or text that may not be kept: patients' details, too long, empty where it may not."""
    checked_title(issue.title)
    deeds.checked_text(issue.intro, "introduction")
    if not checked_audiences(issue.audiences):
        raise Refused("No readers are chosen.", "Choose at least one of them.")
    for item in issue.items:
        for edit in item.edits:
            checked_words(edit.field, edit.text)


def checked_words(field: str, text: str) -> str:
    """An editor's words fit to be kept. Raises Refused."""
    text = deeds.checked_text(text, field)
    if not text and field in NEVER_EMPTY:
        raise Refused(f"The {field} would be empty.", "Write it, or put the program's own words back.")
    return text


@dataclass(frozen=True, slots=True)
class Added:
    """Alerts put into the issue that is being written. `begun`: it was begun for them."""

    issue: IssueDraft
    keys: tuple[str, ...]
    held: tuple[str, ...]
    """Those that were in it already."""
    begun: bool = False


def add_to_current(desk: Desk, id_: str, refs: Sequence[str]) -> Added:
    """Puts alerts into the issue `id_`; where all its readers were sent it, or it is gone, into the newest draft,
    else into a new issue.

    Raises Refused for an unknown alert and for a full issue.
    """
    keys = [str(state.key) for state in (deeds.find(desk, ref) for ref in refs)]
    drafts = [one for kept in kept_issues(desk.places).issues if (one := as_recorded(desk, kept)).unsent]
    issue = next((one for one in drafts if one.id == id_), drafts[0] if drafts else None)
    if issue is None:
        return Added(new_issue(desk, usual_title(desk), refs=keys), tuple(keys), (), begun=True)
    held = tuple(key for key in keys if issue.item(key) is not None)
    fresh = tuple(dict.fromkeys(key for key in keys if key not in held))
    made = added(issue, tuple(DraftItem(key) for key in fresh))
    if fresh:
        save_issue(desk.places, made)
    return Added(made, fresh, held)


def usual_title(desk: Desk) -> str:
    """A title for an issue of this month that no other issue has."""
    month = f"{london(desk.clock.now()):%B %Y}"
    number = 1
    while True:
        title = f"Medicines safety, {month}" + (f", issue {number}" if number > 1 else "")
        if not has_issue(desk.places, issue_id(title)):
            return title
        number += 1
