"""Look an issue over: each item as it will read for each audience, what is wrong with it, what its source changed.

Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass

from msat.actions.audiences import Audience
from msat.exports.newsletter import CLOSED
from msat.exports.newsletter_checks import Remark, Weight, remarks
from msat.exports.newsletter_compose import Composed, Stale, Told, compose, ordered, own_words, stale_edits
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

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(one.key for one in self.items)


@dataclass(frozen=True, slots=True)
class Looked:
    """An issue looked over."""

    issue: IssueDraft
    audiences: tuple[ForAudience, ...]
    stale: tuple[Stale, ...]
    gone: tuple[str, ...]
    """Keys of items whose alert this record does not hold."""

    @property
    def wrong(self) -> tuple[Remark, ...]:
        """The remarks to be mended before sending, each once."""
        found = [one for each in self.audiences for one in each.remarks if one.weight is Weight.WRONG]
        return tuple(dict.fromkeys(found))

    @property
    def is_ready(self) -> bool:
        return not (self.wrong or self.stale or self.gone) and any(each.items for each in self.audiences)


def look(desk: Desk, issue: IssueDraft, audiences: tuple[str, ...] = ()) -> Looked:
    """The issue for the audiences given, or all of its own."""
    known = {item.key: desk.views.find(item.key) for item in issue.items}
    every = audiences_of()
    parts = tuple(_for(desk, issue, every[id_], known) for id_ in audiences or issue.audiences)
    stale = [one for item in issue.items if (state := known[item.key]) for one in _stale(desk, issue, item, state)]
    gone = tuple(key for key, state in known.items() if state is None)
    return Looked(issue, parts, tuple(stale), gone)


def issue_text(desk: Desk, issue: IssueDraft, part: ForAudience) -> IssueText:
    """The issue as it will read for one audience."""
    items = tuple(one.item for one in part.items)
    now = desk.clock.now()
    return IssueText(issue.title, desk.record.organisation, now, items, part.audience.name, issue.intro)


def _for(desk: Desk, issue: IssueDraft, audience: Audience, known: dict[str, AlertState | None]) -> ForAudience:
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
            continue
        composed.append(one)
        found += remarks(one, told.state.family, told.state.flags, told.notice)
    return ForAudience(audience, ordered(composed), tuple(found), tuple(left_out))


def _is_for(issue: IssueDraft, item: DraftItem, one: Composed, audience: Audience) -> bool:
    """Chosen for this audience; else it asks something of it, tells it that something is over, or it is the first."""
    if item.audiences:
        return audience.id in item.audiences
    return bool(one.item.actions) or one.item.group == CLOSED or audience.id in ("prescribers", issue.audiences[0])


def _stale(desk: Desk, issue: IssueDraft, item: DraftItem, state: AlertState) -> list[Stale]:
    version = state.versions[-1].version if state.versions else ""
    old = [edit for edit in item.edits if edit.version != version]
    found: list[Stale] = []
    for edit in old:
        audience = audiences_of()[edit.audience or issue.audiences[0]]
        told: Told = told_to(desk, state, audience)
        length = Length(edit.length) if edit.length else item.length
        own = own_words(length, told, audience, desk.record.organisation, desk.clock.now())
        older = desk.views.notice(state.key, edit.version)
        found += stale_edits(DraftItem(item.key, item.length, (), (edit,)), told, own, (older,))
    return found
