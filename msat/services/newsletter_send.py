"""Mark an issue as sent: an entry for each audience, with the alerts it was told and the files that say so.

The texts are kept among the record's files, so that what readers were told can be read years later. Sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from msat.clock import say_date, stamp
from msat.errors import Refused
from msat.exports.newsletter_compose import field_text
from msat.exports.newsletter_issue import ENDINGS
from msat.exports.newsletter_templates import Templates
from msat.ids import fingerprint
from msat.projections.newsletter_draft import FIELDS, AsSent, IssueDraft, Sent, SentItem
from msat.projections.newsletter_issues import SENT
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.newsletter import audiences_of, checked_audiences, current_issue
from msat.services.newsletter_drafts import save_issue
from msat.services.newsletter_look import ForAudience, Looked, look
from msat.services.newsletter_render import file_name, render

KEPT = ("html", "text")
"""The forms kept among the record's files."""
LARGEST_FILE = 25 * 1024 * 1024


def mark_sent(
    desk: Desk,
    id_: str,
    person: Person,
    audiences: Sequence[str] = (),
    files: Sequence[Path] = (),
    templates: Templates | None = None,
    happened: datetime | None = None,
    anyway: bool = False,
    files_of: Mapping[str, Sequence[Path]] | None = None,
) -> Changes:
    """Records that the issue was sent to these audiences (all of its own when none is given).

    `files` are those that were really sent; their fingerprints are recorded, of `files_of` with the audience that got
    them alone; a file with the usual name of one for an audience counts as that audience's. `anyway`: although
    something in the wording is to be mended, which is then recorded too. The draft stays open for the audiences that
    are left. Raises Refused when something is to be mended and `anyway` is not given, for an audience that was told
    already, for a file of another audience, and for an issue without any alert.
    """
    issue = current_issue(desk, id_)
    person, done = deeds.checked_person(person), deeds.checked_date(desk, happened)
    chosen = _chosen(issue, audiences)
    looked = look(desk, issue, chosen)
    parts = [part for part in looked.audiences if part.items]
    if not parts:
        raise Refused(f"“{issue.title}” tells these readers of no alert.", "Add some: msatctl newsletter add.")
    codes = _codes(looked, issue, anyway)
    attached = _attached(issue, [part.audience.id for part in parts], files, files_of or {})
    made = [_deed(desk, issue, part, templates, done, attached[part.audience.id], codes) for part in parts]
    changes = deeds.record_general(desk, person, happened, *made)
    sent = [
        Sent(stamp(done), (part.audience.id,), entry.id, _as_sent(issue, part))
        for part, entry in zip(parts, changes.entries, strict=True)
    ]
    save_issue(desk.places, replace(issue, sent=(*issue.sent, *sent)))
    whom = ", ".join(part.audience.name for part in parts)
    left = [part.audience.name for part in looked.audiences if not part.items]
    nothing = f" Nothing in it is for {', '.join(left)}." if left else ""
    words = f"Recorded “{issue.title}” as sent to {whom} on {say_date(done)}.{nothing}{_still(issue, parts)}"
    return Changes(changes.alerts, changes.entries, words=words)


def _still(issue: IssueDraft, parts: Sequence[ForAudience]) -> str:
    told = {part.audience.id for part in parts}
    left = [audiences_of()[one].name for one in issue.unsent if one not in told]
    return f" It can still be changed for {', '.join(left)}." if left else ""


def _as_sent(issue: IssueDraft, part: ForAudience) -> AsSent:
    """What these readers get, kept beside the draft, which may go on for others."""
    drafts = {one.key: one for one in issue.items}
    items = tuple(
        SentItem(
            replace(drafts[one.key], audiences=(part.audience.id,)),
            tuple(field_text(one.item, field) for field in FIELDS),
        )
        for one in part.items
    )
    return AsSent(issue.title, issue.intro, items)


def _attached(
    issue: IssueDraft, audiences: Sequence[str], files: Sequence[Path], files_of: Mapping[str, Sequence[Path]]
) -> dict[str, list[dict[str, str]]]:
    """The files that went to each audience, by name and fingerprint."""
    usual = {file_name(issue, audience, form): audience for audience in issue.audiences for form in ENDINGS}
    given = [(path, usual.get(path.name, "")) for path in files]
    given += [(path, audience) for audience, paths in files_of.items() for path in paths]
    made: dict[str, list[dict[str, str]]] = {audience: [] for audience in audiences}
    for path, whose in given:
        if whose and whose not in made:
            raise Refused(
                f"“{path.name}” is the issue for {audiences_of()[whose].name}, who are not among those it was sent to.",
                "Leave the file out, or name them too.",
            )
        one = {"name": path.name, "sha256": fingerprint(_read(path))}
        for audience in [whose] if whose else audiences:
            if one not in made[audience]:
                made[audience].append(one)
    return made


def _chosen(issue: IssueDraft, audiences: Sequence[str]) -> tuple[str, ...]:
    chosen = checked_audiences(audiences) or issue.unsent
    for one in chosen:
        if one not in issue.audiences:
            raise Refused(f"“{issue.title}” is not written for {one}.", f"It is for {', '.join(issue.audiences)}.")
        if one in issue.told:
            raise Refused(
                f"“{issue.title}” is recorded as sent to {one} already.",
                f"If it was not: msatctl newsletter take-back {issue.id} --for {one}.",
            )
    if not chosen:
        raise Refused(f"“{issue.title}” is recorded as sent to all its readers.", "Begin another issue.")
    return chosen


def _codes(looked: Looked, issue: IssueDraft, anyway: bool) -> list[str]:
    """What was found wrong and sent all the same."""
    codes = sorted({one.code for one in looked.wrong} | ({"source-changed"} if looked.stale else set()))
    if looked.gone:
        codes.append("alert-not-here")
    if codes and not anyway:
        raise Refused(
            f"“{issue.title}” is not ready: {', '.join(codes)}.",
            f"See msatctl newsletter check {issue.id}; if it has gone out as it is, add --anyway.",
        )
    return codes


def _deed(
    desk: Desk,
    issue: IssueDraft,
    part: ForAudience,
    templates: Templates | None,
    done: datetime,
    attached: list[dict[str, str]],
    codes: list[str],
) -> deeds.Deed:
    rendered = render(desk, issue, KEPT, (part.audience.id,), templates)
    kept = [(file_name(issue, one.audience, one.form), desk.files.put(one.data)) for one in rendered]
    data = {
        "issue": issue.id,
        "title": issue.title,
        "audiences": [audiences_of()[part.audience.id].name],
        "alerts": list(part.keys),
        "sent": stamp(done),
        "files": [{"name": name, "sha256": str(sha)} for name, sha in kept] + attached,
        "remarks": codes,
    }
    count = "1 alert" if len(part.keys) == 1 else f"{len(part.keys)} alerts"
    meaning = f"Sent the newsletter “{issue.title}” to {part.audience.name}, with {count}."
    return deeds.Deed(SENT, data, meaning, tuple(str(sha) for _name, sha in kept))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Refused(
                f"“{path}” is larger than {LARGEST_FILE // 1024 // 1024} MB.", "Give the newsletter's own file."
            )
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"“{path}” cannot be read: {error.strerror or error}.", "Check its name.") from error
