"""Look an issue over: each item as it will read for each audience, what is wrong with it, what its source changed.

Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass

from msat.actions.audiences import Audience
from msat.exports.newsletter import CLOSED
from msat.exports.newsletter_checks import Remark, Weight, remarks
from msat.exports.newsletter_compose import Composed, Stale, Told, as_sent, compose, ordered, own_words, stale_edits
from msat.exports.newsletter_issue import IssueText
from msat.projections.alert_state import AlertState
from msat.projections.newsletter_draft import DraftItem, IssueDraft, Length
from msat.services.desk import Desk
from msat.services.newsletter import audiences_of
from msat.services.newsletter_facts import told_to


@dataclass(frozen=True, slots=True)
class ForAudience:
    """The issue for one audience. `left_out`: keys of items that ask nothing of it."""

    audience: Audience
    items: tuple[Composed, ...]
    remarks: tuple[Remark, ...]
    left_out: tuple[str, ...]
    gone: tuple[str, ...] = ()
    """Keys of items whose alert this record does not hold."""
    is_sent: bool = False
    """They were sent it: shown as they got it, and nothing of it can be mended any more."""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(one.key for one in self.items)


@dataclass(frozen=True, slots=True)
class Looked:
    """An issue looked over."""

    issue: IssueDraft
    audiences: tuple[ForAudience, ...]
    stale: tuple[Stale, ...]

    @property
    def gone(self) -> tuple[str, ...]:
        """Keys of items still to be sent whose alert this record does not hold."""
        return tuple(dict.fromkeys(key for part in self.audiences if not part.is_sent for key in part.gone))

    @property
    def wrong(self) -> tuple[Remark, ...]:
        """The remarks to be mended before sending, each once."""
        found = [one for each in self.audiences for one in each.remarks if one.weight is Weight.WRONG]
        return tuple(dict.fromkeys(found))

    @property
    def is_ready(self) -> bool:
        """Nothing is to be mended, and somebody is told of something."""
        return not (self.wrong or self.stale or self.gone) and any(each.items for each in self.audiences)


def look(desk: Desk, issue: IssueDraft, audiences: tuple[str, ...] = ()) -> Looked:
    """The issue for the audiences given, or all of its own."""
    chosen = audiences or issue.audiences
    drafts = {id_: issue.as_for(id_) for id_ in chosen}
    keys = dict.fromkeys(item.key for draft in drafts.values() for item in draft.items)
    known = {key: desk.views.find(key) for key in keys}
    every = audiences_of()
    parts = tuple(_for(desk, draft, every[id_], known) for id_, draft in drafts.items())
    stale: list[Stale] = []
    if any(id_ in issue.unsent for id_ in chosen):
        stale = [one for item in issue.items if (state := known[item.key]) for one in _stale(desk, issue, item, state)]
    return Looked(issue, parts, tuple(stale))


def issue_text(desk: Desk, issue: IssueDraft, part: ForAudience) -> IssueText:
    """The issue as it will read for one audience."""
    items = tuple(one.item for one in part.items)
    draft, now = issue.as_for(part.audience.id), desk.clock.now()
    return IssueText(draft.title, desk.record.organisation, now, items, part.audience.name, draft.intro)


def _for(desk: Desk, issue: IssueDraft, audience: Audience, known: dict[str, AlertState | None]) -> ForAudience:
    is_sent = issue.sent_to(audience.id) is not None
    composed: list[Composed] = []
    found: list[Remark] = []
    left_out: list[str] = []
    for item in issue.items:
        state = known[item.key]
        if state is None:
            continue
        told = told_to(desk, state, audience)
        one = compose(item, told, audience, desk.record.organisation, desk.clock.now())
        if not _is_for(issue, item, one, audience):
            left_out.append(item.key)
        elif is_sent:
            composed.append(as_sent(one, issue.words_sent(audience.id, item.key)))
        else:
            composed.append(one)
            found += remarks(one, told.state.family, told.state.flags, told.notice)
    gone = tuple(item.key for item in issue.items if known[item.key] is None)
    return ForAudience(audience, ordered(composed), tuple(found), tuple(left_out), gone, is_sent)


def _is_for(issue: IssueDraft, item: DraftItem, one: Composed, audience: Audience) -> bool:
    """Chosen for this audience; else it asks something of it, tells it that something is over, or it is the first."""
    if item.audiences:
        return audience.id in item.audiences
    return bool(one.item.actions) or one.item.group == CLOSED or audience.id in ("prescribers", issue.audiences[0])


def _stale(desk: Desk, issue: IssueDraft, item: DraftItem, state: AlertState) -> list[Stale]:
    version = state.versions[-1].version if state.versions else ""
    old = [edit for edit in item.edits if edit.version != version and edit.audience not in issue.told]
    found: list[Stale] = []
    for edit in old:
        audience = audiences_of()[edit.audience or issue.unsent[0]]
        told: Told = told_to(desk, state, audience)
        length = Length(edit.length) if edit.length else item.length
        own = own_words(length, told, audience, desk.record.organisation, desk.clock.now())
        older = desk.views.notice(state.key, edit.version)
        found += stale_edits(DraftItem(item.key, item.length, (), (edit,)), told, own, (older,))
    return found
