"""Render an issue: for the screen and the clipboard, or into files, each sealed and recorded as issued.

An issue in files is one for each audience and form. What was rendered is not sent by that: see `newsletter_send`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msat.errors import Refused
from msat.exports.file_names import safe_name
from msat.exports.newsletter_issue import ENDINGS, Envelope, write_issue
from msat.exports.newsletter_templates import Templates, read_templates, shipped_templates
from msat.exports.seal import Seal, gather
from msat.places import Places
from msat.projections.newsletter_draft import DraftItem, IssueDraft
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.export import issue_file
from msat.services.from_backup import refuse_in_backup
from msat.services.newsletter import checked_audiences, usual_audiences
from msat.services.newsletter_look import ForAudience, issue_text, look


@dataclass(frozen=True, slots=True)
class Rendered:
    """One file's content: for whom, in which form, and the seal it was made with."""

    audience: str
    form: str
    data: bytes
    seal: Seal


def own_templates(places: Places) -> Templates:
    """The templates in the profile where there are any, else those that ship."""
    folder = places.newsletter_templates
    return read_templates(folder) if folder.is_dir() else shipped_templates()


def loose_issue(desk: Desk, refs: Sequence[str], title: str = "Medicines safety") -> IssueDraft:
    """An issue of chosen alerts that is kept nowhere, for the organisation's first usual audience."""
    states = {state.key: state for state in (deeds.find(desk, ref) for ref in refs)}
    if not states:
        raise Refused("No alert was chosen.", "Choose the alerts to tell of.")
    items = tuple(DraftItem(str(key)) for key in states)
    return IssueDraft("newsletter", title, usual_audiences(desk)[:1], items=items)


def render(
    desk: Desk,
    issue: IssueDraft,
    forms: Sequence[str],
    audiences: Sequence[str] = (),
    templates: Templates | None = None,
    envelope: Envelope | None = None,
) -> tuple[Rendered, ...]:
    """The issue in these forms for these audiences (all of its own when none is given), sealed as at now.

    Without `templates` those of the profile are used. Raises Refused for an unknown form or audience, for no item at
    all, and for a template that does not work.
    """
    refuse_in_backup(desk, "No newsletter is made")
    for form in forms:
        if form not in ENDINGS:
            raise Refused(f"“{form}” is not a form of newsletter.", f"Use one of: {', '.join(ENDINGS)}.")
    looked = look(desk, issue, _chosen(issue, audiences))
    if not any(issue.as_for(part.audience.id).items for part in looked.audiences):
        raise Refused(f"“{issue.title}” holds no alert.", "Add some: msatctl newsletter add.")
    used = templates or own_templates(desk.places)
    return tuple(_one(desk, issue, part, form, used, envelope) for part in looked.audiences for form in forms)


def _chosen(issue: IssueDraft, audiences: Sequence[str]) -> tuple[str, ...]:
    chosen = checked_audiences(audiences)
    for one in chosen:
        if one not in issue.audiences:
            raise Refused(f"“{issue.title}” is not written for {one}.", f"It is for {', '.join(issue.audiences)}.")
    return chosen


def _one(
    desk: Desk, issue: IssueDraft, part: ForAudience, form: str, templates: Templates, envelope: Envelope | None
) -> Rendered:
    states = [deeds.find(desk, key) for key in part.keys]
    told = {"issue": issue.id, "audience": part.audience.id, "alerts": list(part.keys), "form": form}
    seal = gather(desk.record, states, "newsletter", told, desk.clock.now())
    data = write_issue(issue_text(desk, issue, part), form, seal, templates, envelope)
    return Rendered(part.audience.id, form, data, seal)


def export_issue(desk: Desk, rendered: Sequence[Rendered], issue: IssueDraft, target: Path, person: Person) -> Changes:
    """Writes what was rendered: one file, or several into a folder. Each is recorded as issued.

    Raises Refused when several are meant for one file, or one cannot be written.
    """
    person = deeds.checked_person(person)
    paths = [_path(target, issue, one, len(rendered)) for one in rendered]
    changes = Changes()
    for one, path in zip(rendered, paths, strict=True):
        what = f"“{issue.title}” for {one.audience.replace('-', ' ')} as {one.form}"
        _written, made = issue_file(desk, path, one.data, one.seal, person, what)
        changes = Changes(changes.alerts | made.alerts, (*changes.entries, *made.entries), words=made.words)
    names = ", ".join(path.name for path in paths)
    return Changes(changes.alerts, changes.entries, words=f"Saved {names}.")


def form_of(target: Path) -> str:
    """The form that a file's ending asks for. Raises Refused."""
    wanted = ".html" if target.suffix.lower() == ".htm" else target.suffix.lower()
    for form, ending in ENDINGS.items():
        if ending == wanted:
            return form
    raise Refused(
        f"A file ending in “{target.suffix}” cannot be written here.",
        f"Use {', '.join(ENDINGS.values())}, or a folder.",
    )


def file_name(issue: IssueDraft, audience: str, form: str) -> str:
    """The usual name of a file of an issue."""
    return f"{safe_name(f'{issue.id} {audience}')}{ENDINGS[form]}"


def _path(target: Path, issue: IssueDraft, one: Rendered, count: int) -> Path:
    if target.is_dir():
        return target / file_name(issue, one.audience, one.form)
    if count > 1:
        raise Refused(
            f"{count} files are to be written, and “{target}” is no folder.", "Name a folder, or one audience and form."
        )
    if not target.parent.is_dir():
        raise Refused(f"There is no folder “{target.parent}”.", "Make it, or choose another.")
    return target
