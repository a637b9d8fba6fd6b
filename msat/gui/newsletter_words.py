"""The newsletter screen's own sentences and its order of items. Pure; what an item says is `exports.newsletter`'s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from msat.clock import from_stamp
from msat.gui.dates import say_date
from msat.gui.tongue import later, plural, tr
from msat.gui.words import family_words, rag_word

if TYPE_CHECKING:
    from msat.exports.newsletter_checks import Remark
    from msat.projections.newsletter_draft import Edit, IssueDraft
    from msat.projections.newsletter_issues import Issue
    from msat.services.newsletter_picks import Pick
    from msat.services.newsletter_writing import Writing

WORDS_A_MINUTE = 200
"""How fast people read prose on a screen."""
FIELD_NAMES = {
    "headline": later("Headline"),
    "action": later("Actions, one a line"),
    "why": later("Why"),
    "patients": later("What to tell patients"),
    "help": later("Local help: search name, message, contact"),
}
LENGTH_NAMES = {"short": later("Short"), "standard": later("Standard"), "full": later("Full")}
SECTION_NAMES = {
    "Red: act now": later("Red: act now"),
    "Amber: act": later("Amber: act"),
    "Green: for information": later("Green: for information"),
    "Not rated": later("Not rated"),
    "Supply": later("Supply"),
    "Devices": later("Devices"),
    "Closed or superseded": later("Closed or superseded"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """Some items under one heading, in the order in which they will stand. An empty name: not looked over yet."""

    name: str
    keys: tuple[str, ...]
    left_out: bool = False
    """These readers are not told of them."""


def arranged(issue: IssueDraft, writing: Writing | None, audience: str) -> tuple[Section, ...]:
    """The items as they will stand for an audience: sections by the house style, in each the editor's order; last what
    is left out for these readers, first what has not been looked over yet."""
    places: dict[str, list[str]] = {}
    waiting, left = [], []
    for item in issue.items:
        found = writing.composed(item.key, audience) if writing else None
        if found is not None:
            places.setdefault(found.item.group, []).append(item.key)
        elif writing is None or item.key not in writing.titles:
            waiting.append(item.key)
        else:
            left.append(item.key)
    order = writing.sections if writing else ()
    made = [Section(section_name(one, writing), tuple(places[one])) for one in order if one in places]
    first = [Section("", tuple(waiting))] if waiting else []
    last = [Section(tr("Not for these readers"), tuple(left), left_out=True)] if left else []
    return (*first, *made, *last)


def beside_in(sections: Sequence[Section], key: str, by: int) -> str:
    """The item so many places beside another in its section; empty at the section's end."""
    section = next((one.keys for one in sections if key in one.keys), ())
    at = section.index(key) + by if key in section else -1
    return section[at] if 0 <= at < len(section) else ""


def section_name(group: str, writing: Writing | None) -> str:
    """What a section is called: by the house style where it says so."""
    own = writing.section_names.get(group, "") if writing else ""
    return own or tr(SECTION_NAMES.get(group, group))


def words_of(writing: Writing | None, audience: str) -> int:
    """Words of the whole issue as an audience gets it, its introduction included."""
    if writing is None:
        return 0
    part = next((one for one in writing.looked.audiences if one.audience.id == audience), None)
    items = sum(one.item.length for one in part.items) if part else 0
    return items + len(writing.looked.issue.intro.split())


def reading_time(words: int) -> str:
    """`reads in 2 min`."""
    if words < WORDS_A_MINUTE // 2:
        return tr("reads in under 1 min")
    return tr("reads in {minutes} min").format(minutes=max(1, ceil(words / WORDS_A_MINUTE)))


def whole_words(words: int, items: int) -> str:
    """`3 items, 412 words, reads in 3 min`."""
    said = plural(items, "{number} item", "{number} items").format(number=f"{items:,}")
    count = plural(words, "{number} word", "{number} words").format(number=f"{words:,}")
    return f"{said}, {count}, {reading_time(words)}"


def item_words(words: int, most: int) -> str:
    """`82 of 80 words`."""
    return tr("{words} of {most} words").format(words=words, most=most)


def remark_words(remarks: Sequence[Remark]) -> str:
    """`2 to mend, 1 to look at`; empty when there is none."""
    wrong = sum(one.weight.value == "wrong" for one in remarks)
    look = len(remarks) - wrong
    said = [tr("{number} to mend").format(number=wrong)] if wrong else []
    return ", ".join([*said, tr("{number} to look at").format(number=look)] if look else said)


def scope_words(edit: Edit, names: dict[str, str]) -> str:
    """For whom an editor's words stand."""
    whom = names.get(edit.audience, edit.audience)
    if edit.length and whom:
        return tr("Your words, for {readers}, only in the {length} length.").format(readers=whom, length=edit.length)
    if edit.length:
        return tr("Your words, only in the {length} length.").format(length=edit.length)
    if whom:
        return tr("Your words, for {readers} only.").format(readers=whom)
    return tr("Your words, for all readers.")


def pick_meta(pick: Pick) -> str:
    """The line under a title in the list to choose from: reference, kind, day, and where it was told."""
    parts = [pick.reference or "", family_words(pick.family), say_date(pick.came), *pick_notes(pick)]
    return " · ".join(part for part in parts if part)


def pick_notes(pick: Pick) -> list[str]:
    """Where an alert was told already, and what speaks for it."""
    told: dict[tuple[str, str], list[str]] = {}
    for one in pick.used:
        told.setdefault((one.issue, say_date(one.sent)), []).extend(one.audiences)
    notes = [
        tr("told in {issue}, {date}, to {readers}").format(
            issue=issue, date=day, readers=", ".join(sorted(set(whom)))
        )
        for (issue, day), whom in told.items()
    ]
    if pick.changed:
        notes.append(tr("changed since it was told"))
    notes += [tr("in the draft {issue}").format(issue=title) for title in pick.drafts]
    if pick.recommended and not pick.drafts:
        notes.append(tr("an item is recommended"))
    return notes


def pick_sentence(pick: Pick, is_in: bool) -> str:
    """For somebody who hears the list."""
    state = tr("In this issue.") if is_in else tr("Not in this issue.")
    return f"{state} {rag_word(pick.rag)}. {pick.title}. {pick_meta(pick)}"


def issue_meta(issue: IssueDraft, names: dict[str, str]) -> str:
    """The line under an issue's title in the list of issues."""
    items = plural(len(issue.items), "{number} item", "{number} items").format(number=len(issue.items))
    readers = tr("for {readers}").format(readers=", ".join(names.get(one, one) for one in issue.audiences))
    sent = [
        tr("sent {date} to {readers}").format(
            date=say_date(from_stamp(one.when)), readers=", ".join(names.get(each, each) for each in one.audiences)
        )
        for one in issue.sent
    ]
    return " · ".join([items, readers, *sent])


def sent_meta(issue: Issue) -> str:
    """The line under an issue that only the record knows."""
    count = plural(len(issue.alerts), "{number} alert", "{number} alerts").format(number=len(issue.alerts))
    whom = tr("sent {date} to {readers}").format(date=say_date(issue.sent), readers=", ".join(issue.audiences))
    return tr("{sent} · {count} · written elsewhere").format(sent=whom, count=count)
