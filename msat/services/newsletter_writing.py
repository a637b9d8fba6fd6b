"""All that a screen shows of an issue while it is written: each item for each audience, and as it would be exported.

Reads only; the draft may be one that is not kept yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from msat.errors import Refused
from msat.exports.markup_html import write_html
from msat.exports.newsletter import NewsItem
from msat.exports.newsletter_checks import Remark
from msat.exports.newsletter_compose import Composed, Stale, field_text
from msat.exports.newsletter_issue import issue_document
from msat.exports.newsletter_issue import issue_text as form_text
from msat.exports.newsletter_templates import Templates
from msat.exports.seal import gather
from msat.projections.newsletter_draft import FIELDS, IssueDraft
from msat.services import deeds
from msat.services.desk import Desk
from msat.services.newsletter import audiences_of
from msat.services.newsletter_look import Looked, issue_text, look
from msat.services.newsletter_render import own_templates

SHOWN = ("email", "word", "text")
"""The forms that can be looked at before they are exported."""


@dataclass(frozen=True, slots=True)
class Writing:
    """An issue looked over, with what an editor's words are held against."""

    looked: Looked
    names: Mapping[str, str]
    """What each audience of the issue is called, by its id."""
    versions: Mapping[str, str]
    """The version of each alert's notice, by key."""
    titles: Mapping[str, str]
    """What each alert is called, by key; also of those that no audience of this look is told of."""
    sections: tuple[str, ...]
    """The groups in the order in which the house style has them, and what each is called there."""
    section_names: Mapping[str, str]
    differing: Mapping[str, frozenset[str]]
    """By key, the fields that the program words otherwise for another of the issue's audiences."""

    def composed(self, key: str, audience: str) -> Composed | None:
        """The item about `key` as `audience` gets it; None when it is left out for them."""
        items = (one for part in self.looked.audiences if part.audience.id == audience for one in part.items)
        return next((one for one in items if one.key == key), None)

    def own(self, key: str, audience: str) -> NewsItem | None:
        """The program's words for `audience`; None where it is left out for them."""
        found = self.composed(key, audience)
        return found.own if found else None

    def is_gone(self, key: str) -> bool:
        """Whether the record does not hold the alert."""
        return any(key in part.gone for part in self.looked.audiences)

    def remarks(self, key: str, audience: str) -> tuple[Remark, ...]:
        found = (one for part in self.looked.audiences if part.audience.id == audience for one in part.remarks)
        return tuple(one for one in found if one.key == key)

    def stale(self, key: str) -> tuple[Stale, ...]:
        return tuple(one for one in self.looked.stale if one.key == key)

    def with_item(self, part: Writing) -> Writing:
        """With what a newer look at a few items found, in the place of what was known of them."""
        new = {one.audience.id: one for one in part.looked.audiences}
        keys = {item.key for item in part.looked.issue.items}
        parts = []
        for old in self.looked.audiences:
            fresh = new.get(old.audience.id)
            if fresh is None:
                parts.append(old)
                continue
            found = {one.key: one for one in fresh.items}
            items = tuple(found.get(one.key, one) for one in old.items)
            notes = tuple(one for one in old.remarks if one.key not in keys) + fresh.remarks
            parts.append(replace(old, items=items, remarks=notes))
        stale = tuple(one for one in self.looked.stale if one.key not in keys) + part.looked.stale
        return replace(self, looked=replace(self.looked, audiences=tuple(parts), stale=stale))


def writing(desk: Desk, issue: IssueDraft, templates: Templates | None = None) -> Writing:
    """The issue for each of its audiences. Raises Refused for templates of the profile that do not work."""
    looked = look(desk, issue)
    house = (templates or own_templates(desk.places)).house
    keys = dict.fromkeys(item.key for audience in issue.audiences for item in issue.as_for(audience).items)
    known = {key: desk.views.find(key) for key in keys}
    versions = {key: state.versions[-1].version for key, state in known.items() if state and state.versions}
    titles = {key: state.title if state else key for key, state in known.items()}
    names = {one: audiences_of()[one].name for one in issue.audiences}
    return Writing(
        looked, names, versions, titles, house.order(), dict(house.names),
        {item.key: _differing(looked, item.key) for item in issue.items},
    )  # fmt: skip


def _differing(looked: Looked, key: str) -> frozenset[str]:
    owns = [one.own for part in looked.audiences if not part.is_sent for one in part.items if one.key == key]
    return frozenset(field for field in FIELDS if len({field_text(own, field) for own in owns}) > 1)


def preview(desk: Desk, issue: IssueDraft, audience: str, form: str, templates: Templates | None = None) -> str:
    """The issue for one audience, made by the writers that export it: HTML for `email` and `word`, else plain text.

    Word is shown as the headings and paragraphs it will have; its fonts are those of the template. Raises Refused for
    an unknown form and a template that does not work.
    """
    if form not in SHOWN:
        raise Refused(f"“{form}” cannot be shown.", f"Use one of: {', '.join(SHOWN)}.")
    used = templates or own_templates(desk.places)
    (part,) = look(desk, issue, (audience,)).audiences
    states = [deeds.find(desk, key) for key in part.keys]
    told = {"issue": issue.id, "audience": audience, "alerts": list(part.keys), "form": form}
    seal = gather(desk.record, states, "newsletter", told, desk.clock.now())
    text = issue_text(desk, issue, part)
    if form == "word":
        return write_html(issue_document(text, used), (*seal.closing(with_entries=False), seal.footer()[0]))
    return form_text(text, "html" if form == "email" else "text", seal, used)
