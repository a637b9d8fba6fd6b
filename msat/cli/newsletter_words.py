"""An issue of a newsletter in words and as JSON for the command line."""

from __future__ import annotations

from typing import Any

from msat.clock import from_stamp, say_date, stamp
from msat.exports.newsletter import most_words
from msat.exports.newsletter_checks import Remark
from msat.exports.newsletter_compose import Composed, Stale
from msat.projections.newsletter_draft import IssueDraft
from msat.projections.newsletter_issues import Issue
from msat.projections.newsletter_waiting import Waiting
from msat.services.newsletter_look import ForAudience, Looked


def issue_json(issue: IssueDraft) -> dict[str, Any]:
    """One object of `newsletter list --json`, and the head of `show --json`."""
    return {
        "issue": issue.id,
        "title": issue.title,
        "audiences": list(issue.audiences),
        "unsent": list(issue.unsent),
        "intro": issue.intro,
        "made": issue.made or None,
        "items": [
            {
                "key": one.key,
                "length": one.length.value,
                "audiences": list(one.audiences),
                "edited": [
                    {"field": e.field, "text": e.text, "length": e.length or None, "audience": e.audience or None}
                    for e in one.edits
                ],
            }
            for one in issue.items
        ],
        "sent": [{"when": one.when, "audiences": list(one.audiences), "entry": one.entry} for one in issue.sent],
    }


def looked_json(looked: Looked) -> dict[str, Any]:
    """The object of `newsletter show --json` and `check --json`."""
    return {
        **issue_json(looked.issue),
        "ready": looked.is_ready,
        "for": [
            {
                "audience": part.audience.id,
                "sent": part.is_sent,
                "words": sum(one.item.length for one in part.items),
                "items": [_composed_json(one) for one in part.items],
                "left_out": list(part.left_out),
                "remarks": [_remark_json(one) for one in part.remarks],
            }
            for part in looked.audiences
        ],
        "source_changed": [_stale_json(one) for one in looked.stale],
        "gone": list(looked.gone),
    }


def _composed_json(one: Composed) -> dict[str, Any]:
    item = one.item
    return {
        "key": one.key,
        "rag": str(item.rag) if item.rag else None,
        "section": item.group,
        "headline": item.headline,
        "who": item.who,
        "due": item.due or None,
        "actions": list(item.actions),
        "batches": item.batches or None,
        "why": " ".join(item.why) or None,
        "patients": " ".join(item.patients) or None,
        "help": item.help or None,
        "reference": item.reference,
        "url": item.url or None,
        "length": one.length.value,
        "words": item.length,
        "most_words": most_words(item.rag, one.length),
        "edited": list(one.edited),
    }


def _remark_json(one: Remark) -> dict[str, Any]:
    return {
        "key": one.key,
        "field": one.field or None,
        "weight": one.weight.value,
        "code": one.code,
        "what": one.what,
        "next_step": one.next_step,
    }


def _stale_json(one: Stale) -> dict[str, Any]:
    return {
        "key": one.key,
        "field": one.field,
        "text": one.text,
        "was": one.was,
        "now": one.now,
        "material": one.material,
        "differences": list(one.differences),
    }


def issue_line(issue: IssueDraft) -> str:
    """One line of `newsletter list`."""
    items = "1 item" if len(issue.items) == 1 else f"{len(issue.items)} items"
    sent = "; ".join(f"sent {say_date(from_stamp(one.when))} to {', '.join(one.audiences)}" for one in issue.sent)
    if sent and issue.unsent:
        sent += f"; not yet to {', '.join(issue.unsent)}"
    return f"{issue.id:<32} {issue.title}: {items}, for {', '.join(issue.audiences)}{f'; {sent}' if sent else ''}"


def sent_line(issue: Issue) -> str:
    """One line of the issues recorded as sent."""
    count = "1 alert" if len(issue.alerts) == 1 else f"{len(issue.alerts)} alerts"
    return f"{say_date(issue.sent):<18} {issue.issue} to {', '.join(issue.audiences)}, {count} (entry {issue.deed.seq})"


def sent_json(issue: Issue) -> dict[str, Any]:
    return {
        "issue": issue.issue,
        "audiences": list(issue.audiences),
        "alerts": list(issue.alerts),
        "sent": stamp(issue.sent),
        "seq": issue.deed.seq,
        "entry": issue.deed.entry,
    }


def looked_text(looked: Looked, with_items: bool = True) -> str:
    """The issue with what was found in it."""
    lines = [f"{looked.issue.title} ({looked.issue.id})"]
    for part in looked.audiences:
        lines += ["", _head(part)]
        for one in part.items:
            if with_items:
                lines += _item_lines(one)
            lines += [_remark_line(each, one.item.headline) for each in part.remarks if each.key == one.key]
        if part.left_out:
            lines.append(f"  Asks nothing of them, and is left out: {', '.join(part.left_out)}")
    lines += _trouble(looked)
    return "\n".join(lines)


def _head(part: ForAudience) -> str:
    words = sum(one.item.length for one in part.items)
    count = "1 item" if len(part.items) == 1 else f"{len(part.items)} items"
    sent = ", as it was sent to them" if part.is_sent else ""
    return f"For {part.audience.name}: {count}, {words} words{sent}"


def _item_lines(one: Composed) -> list[str]:
    item = one.item
    rag = str(item.rag).capitalize() if item.rag else "Not rated"
    edited = f"; edited: {', '.join(one.edited)}" if one.edited else ""
    lines = [f"  {rag}: {item.headline}"]
    lines.append(
        f"    {one.key}; {one.length.value}, {item.length} of {most_words(item.rag, one.length)} words{edited}"
    )
    due = f", {item.due}" if item.due else ""
    lines += [f"    {item.who}{due}: {action}." for action in item.actions]
    told = (("Batches", item.batches), ("Why", " ".join(item.why)), ("Tell patients", " ".join(item.patients)))
    return lines + [f"    {name}: {text}" for name, text in (*told, ("Local help", item.help)) if text]


def _remark_line(one: Remark, headline: str) -> str:
    where = f" ({one.field})" if one.field else ""
    mark = "To mend" if one.weight.value == "wrong" else "Look at"
    return f"    {mark}: {headline[:60]}{where}: {one.what} {one.next_step}"


def _trouble(looked: Looked) -> list[str]:
    lines: list[str] = []
    for one in looked.stale:
        lines += ["", f"The notice {one.key} has changed since its {one.field} was edited:"]
        lines += [f"  {said}" for said in one.differences]
        lines.append(f"  Yours: {one.text}")
        if one.was != one.now:
            lines += [f"  The program wrote then: {one.was}", f"  and would write now: {one.now}"]
        lines.append(f"  Edit it again, or: msatctl newsletter edit {looked.issue.id} {one.key!r} --keep")
    lines += [f"The alert {key} is not in this record. Take it out of the issue." for key in looked.gone]
    proposed = [part.audience.name for part in looked.audiences if part.audience.basis == "proposal"]
    if proposed:
        lines += ["", f"What {', '.join(proposed)} are told is our proposal, not yet reviewed by a pharmacist."]
    if not looked.issue.unsent:
        lines += ["", "It was sent to all its readers and is not changed any more."]
    elif looked.is_ready:
        lines += ["", "Nothing is to be mended before it is sent."]
    return lines


def waiting_json(one: Waiting) -> dict[str, Any]:
    """One object of `newsletter waiting --json`."""
    return {
        "key": one.key,
        "reference": one.reference,
        "title": one.title,
        "rag": str(one.rag) if one.rag else None,
        "received": stamp(one.received),
        "recommended": one.recommended,
        "told": list(one.told),
        "last_sent": stamp(one.last_sent) if one.last_sent else None,
        "changed": one.changed,
        "drafts": list(one.drafts),
    }


def waiting_line(one: Waiting) -> str:
    """One line of `newsletter waiting`."""
    rag = str(one.rag).capitalize() if one.rag else "Not rated"
    notes = [
        f"changed since it was told on {say_date(one.last_sent)}" if one.changed and one.last_sent else "",
        f"told to {', '.join(one.told)}" if one.told and not one.changed else "",
        f"in {', '.join(one.drafts)}" if one.drafts else "",
        "newsletter item recommended" if one.recommended else "",
    ]
    said = "; ".join(note for note in notes if note)
    name = one.reference or one.key
    return f"{rag:<9} {name:<24} {one.title}{f' ({said})' if said else ''}"
