"""Write an issue of a newsletter: begin it, choose and order alerts, word items, say for whom. Records nothing.

Each verb takes the issue's name, changes its draft, keeps it and returns it. Sending is `newsletter_send`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from msat.actions.audiences import Audience, Audiences, load_audiences
from msat.clock import stamp
from msat.errors import Refused
from msat.exports.newsletter_compose import field_text, own_words
from msat.projections.newsletter_draft import (
    FIELDS,
    DraftItem,
    Edit,
    IssueDraft,
    Length,
    Sent,
    added,
    changed,
    edited,
    issue_id,
    moved,
    removed,
    with_what_was_sent,
    without_edit,
)
from msat.projections.newsletter_issues import SENT, Issue, issues
from msat.services import deeds
from msat.services.desk import Desk
from msat.services.newsletter_drafts import has_issue, load_issue, save_issue
from msat.services.newsletter_facts import told_to
from msat.triage.model import OrganisationKind

LONGEST_TITLE = 120
_SENT = "Begin another issue: msatctl newsletter new; or write this one for other readers too."


def new_issue(
    desk: Desk, title: str, audiences: Sequence[str] = (), intro: str = "", refs: Sequence[str] = ()
) -> IssueDraft:
    """Begins an issue; its name for commands is made of the title. Without audiences: the organisation's usual ones.

    Raises Refused for a title that is taken, an unknown audience or an unknown alert.
    """
    title = checked_title(title)
    id_ = issue_id(title)
    if has_issue(desk.places, id_):
        raise Refused(f"There is an issue “{id_}” already.", "Choose another title, or add to that one.")
    chosen = checked_audiences(audiences) or usual_audiences(desk)
    issue = IssueDraft(id_, title, chosen, deeds.checked_text(intro, "introduction"), made=stamp(desk.clock.now()))
    return _keep(desk, added(issue, _items(desk, refs, Length.STANDARD, ())))


def add(
    desk: Desk, id_: str, refs: Sequence[str], length: str = Length.STANDARD, audiences: Sequence[str] = ()
) -> IssueDraft:
    """Puts alerts at the end of an issue."""
    issue = open_issue(desk, id_)
    if not refs:
        raise Refused("No alert was chosen.", "Name the alerts to tell of.")
    return _keep(desk, added(issue, _items(desk, refs, checked_length(length), _of_issue(issue, audiences))))


def remove(desk: Desk, id_: str, ref: str) -> IssueDraft:
    """Takes an alert out of an issue."""
    issue = open_issue(desk, id_)
    return _keep(desk, removed(issue, item_of(desk, issue, ref).key))


def move(desk: Desk, id_: str, ref: str, to: int) -> IssueDraft:
    """Puts an alert at place `to`, counted from 1. Reds still come before Ambers when it is rendered."""
    issue = open_issue(desk, id_)
    if to < 1:
        raise Refused(f"{to} is no place in the issue.", "The first place is 1.")
    return _keep(desk, moved(issue, item_of(desk, issue, ref).key, to))


def retitle(
    desk: Desk, id_: str, title: str | None = None, intro: str | None = None, audiences: Sequence[str] = ()
) -> IssueDraft:
    """Changes title, introduction or audiences of an issue; its name stays, and so do audiences that it was sent to.

    One that was sent to all its readers can be written for others too.
    """
    issue = current_issue(desk, id_)
    audiences = checked_audiences(audiences)
    if not issue.unsent and set(audiences) <= set(issue.told):
        raise all_sent(issue)
    if title is not None:
        issue = replace(issue, title=checked_title(title))
    if intro is not None:
        issue = replace(issue, intro=deeds.checked_text(intro, "introduction"))
    if audiences:
        issue = replace(issue, audiences=audiences)
        check_told(issue)
    return _keep(desk, issue)


def set_item(
    desk: Desk, id_: str, ref: str, length: str | None = None, audiences: Sequence[str] | None = None
) -> IssueDraft:
    """Chooses the length of an item, and for whom it is; an empty list is everybody it asks something of."""
    issue = open_issue(desk, id_)
    item = item_of(desk, issue, ref)
    if length is not None:
        item = replace(item, length=checked_length(length))
    if audiences is not None:
        item = replace(item, audiences=_of_issue(issue, audiences))
    return _keep(desk, changed(issue, item))


def edit(
    desk: Desk, id_: str, ref: str, field: str, text: str | None, length: str = "", audience: str = ""
) -> IssueDraft:
    """Words one field of an item (`newsletter_draft.FIELDS`); None puts the program's words back.

    `length` and `audience` limit the edit to one of them. Raises Refused for a patient's details in the text.
    """
    issue = open_issue(desk, id_)
    item = item_of(desk, issue, ref)
    if field not in FIELDS:
        raise Refused(f"“{field}” cannot be edited.", f"There are: {', '.join(FIELDS)}.")
    length = checked_length(length).value if length else ""
    audience = checked_audiences([audience])[0] if audience else ""
    if audience in issue.told:
        raise Refused(f"“{issue.title}” was sent to {audience} already.", "What they got is not changed any more.")
    if text is None:
        return _keep(desk, changed(issue, without_edit(item, field, length, audience)))
    text = deeds.checked_text(text, field)
    if not text and field in ("headline", "action"):
        raise Refused(f"The {field} would be empty.", "Write it, or put the program's own words back.")
    was, version = own_text(desk, issue, item, field, length, audience)
    return _keep(desk, changed(issue, edited(item, Edit(field, text, was, version, length, audience))))


def keep_edits(desk: Desk, id_: str, ref: str) -> IssueDraft:
    """Says that a person held the edits of an item against the notice as it is now, and they stand."""
    issue = open_issue(desk, id_)
    item = item_of(desk, issue, ref)
    renewed = []
    for one in item.edits:
        was, version = own_text(desk, issue, item, one.field, one.length, one.audience)
        renewed.append(replace(one, was=was, version=version))
    return _keep(desk, changed(issue, replace(item, edits=tuple(renewed))))


def own_text(desk: Desk, issue: IssueDraft, item: DraftItem, field: str, length: str, audience: str) -> tuple[str, str]:
    """What the program writes in a field now, and the version of the notice that it rests on."""
    whom = audiences_of()[audience or next(iter(issue.unsent), issue.audiences[0])]
    told = told_to(desk, deeds.find(desk, item.key), whom)
    organisation, now = desk.record.organisation, desk.clock.now()
    own = own_words(Length(length) if length else item.length, told, whom, organisation, now)
    return field_text(own, field), told.version


# --- what was typed ------------------------------------------------------------------------------------------------


def audiences_of() -> Audiences:
    """The audiences that there are."""
    return load_audiences()


def audience_named(name: str) -> Audience:
    """The audience meant by an id or a name. Raises Refused."""
    wanted = " ".join(name.replace("-", " ").split()).casefold()
    known = audiences_of().audience
    for one in known:
        if wanted in (one.id.replace("-", " "), one.name):
            return one
    raise Refused(f"There is no audience “{name[:40]}”.", f"There are: {', '.join(one.id for one in known)}.")


def checked_audiences(names: Sequence[str]) -> tuple[str, ...]:
    """Ids of the audiences named, each once. Raises Refused for one that there is not."""
    return tuple(dict.fromkeys(audience_named(name).id for name in names))


def usual_audiences(desk: Desk) -> tuple[str, ...]:
    """A commissioner's team writes for all of them, others for those of their own kind."""
    kind = OrganisationKind(desk.record.organisation.kind)
    every = audiences_of()
    if kind is OrganisationKind.COMMITTEE:
        return every.ids
    return ("community-pharmacies",) if kind is OrganisationKind.COMMUNITY_PHARMACY else ("prescribers",)


def checked_length(length: str) -> Length:
    """One of the lengths. Raises Refused."""
    try:
        return Length(length.strip().casefold())
    except ValueError:
        raise Refused(f"“{length[:40]}” is no length.", "Use short, standard or full.") from None


def open_issue(desk: Desk, id_: str) -> IssueDraft:
    """The issue of this name, to be changed for readers it was not sent to. Raises Refused when it was sent to all."""
    issue = current_issue(desk, id_)
    if not issue.unsent:
        raise all_sent(issue)
    return issue


def all_sent(issue: IssueDraft) -> Refused:
    """Why an issue is not changed any more."""
    return Refused(f"“{issue.title}” has been sent to all its readers and is not changed any more.", _SENT)


def check_told(issue: IssueDraft) -> None:
    """Raises Refused where an audience that it was sent to is no longer among its readers."""
    gone = [one for one in issue.told if one not in issue.audiences]
    if gone:
        names = ", ".join(audiences_of()[one].name for one in gone)
        raise Refused(
            f"“{issue.title}” was sent to {names}: they stay among its readers.",
            "Name them too; if it was not sent to them, take that back first.",
        )


def current_issue(desk: Desk, id_: str) -> IssueDraft:
    """The issue of this name, with what stands of its sending. Raises Refused when there is none."""
    return as_recorded(desk, load_issue(desk.places, id_))


def as_recorded(desk: Desk, issue: IssueDraft) -> IssueDraft:
    """The issue without a sending that was struck out of the record; beside each that stands, what was sent.

    A sending that was recorded, and not noted in the draft because MSAT stopped in between, is in it too.
    """
    sent = {one.deed.entry: one for one in sent_issues(desk)}
    kept = replace(issue, sent=tuple(one for one in issue.sent if one.entry in sent))
    found = _not_noted(desk, issue, sent)
    return with_what_was_sent(replace(kept, sent=(*kept.sent, *found))) if issue.sent or found else issue


def _not_noted(desk: Desk, issue: IssueDraft, sent: Mapping[str, Issue]) -> list[Sent]:
    """The sendings of this draft, recorded here since it was begun, that it does not tell of itself."""
    noted = {one.entry for one in issue.sent}
    of_it = {entry: one for entry, one in sent.items() if one.issue == issue.id and entry not in noted}
    if not of_it or not issue.made:
        return []
    ids, keys = {audiences_of()[one].name: one for one in issue.unsent}, {item.key for item in issue.items}
    found = []
    for entry in desk.record.typed(frozenset({SENT})):
        one = of_it.get(entry.id)
        if one is None or stamp(entry.time) < issue.made or not keys.issuperset(one.alerts):
            continue
        if whom := tuple(ids[name] for name in one.audiences if name in ids):
            found.append(Sent(stamp(one.sent), whom, entry.id))
    return found


def sent_issues(desk: Desk) -> tuple[Issue, ...]:
    """The issues that were sent, as recorded; those struck out are none."""
    return issues(desk.views.general(SENT))


def item_of(desk: Desk, issue: IssueDraft, ref: str) -> DraftItem:
    """The item about the alert that `ref` names. Raises Refused when it is not in the issue."""
    found = issue.item(ref.strip())
    if found is not None:
        return found
    state = deeds.find(desk, ref)
    found = issue.item(str(state.key))
    if found is None:
        raise Refused(f"{deeds.name_of(state)} is not in “{issue.title}”.", "Add it: msatctl newsletter add.")
    return found


def _items(desk: Desk, refs: Sequence[str], length: Length, audiences: tuple[str, ...]) -> tuple[DraftItem, ...]:
    states = {state.key: state for state in (deeds.find(desk, ref) for ref in refs)}
    return tuple(DraftItem(str(key), length, audiences) for key in states)


def _of_issue(issue: IssueDraft, names: Sequence[str]) -> tuple[str, ...]:
    chosen = checked_audiences(names)
    for one in chosen:
        if one not in issue.audiences:
            raise Refused(f"“{issue.title}” is not written for {one}.", "Add the audience to the issue first.")
    return chosen


def checked_title(title: str) -> str:
    """A title fit for an issue, on one line. Raises Refused."""
    title = " ".join(deeds.required_text(title, "title").split())
    if len(title) > LONGEST_TITLE:
        raise Refused(f"The title is longer than {LONGEST_TITLE} characters.", "Shorten it.")
    return title


def _keep(desk: Desk, issue: IssueDraft) -> IssueDraft:
    save_issue(desk.places, issue)
    return issue
