"""What the commands `msatctl newsletter ...` do."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msat.cli.opening import day, moment, open_desk, person_of, places_of, say, warn
from msat.cli.proof_acts import writer_of
from msat.clock import LONDON
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.exports.newsletter_templates import Templates
    from msat.projections.newsletter_draft import IssueDraft
    from msat.services.desk import Desk

_TEXT_FORMS = ("html", "markdown", "text")


def new(options: argparse.Namespace) -> int:
    """Begins an issue."""
    from msat.services.newsletter import new_issue

    with open_desk(options) as desk:
        issue = new_issue(desk, options.title, options.audiences, options.intro, options.refs)
        return _kept(options, desk, issue, f"Began {issue.id}.")


def add(options: argparse.Namespace) -> int:
    """Puts alerts into an issue."""
    from msat.services.newsletter import add as do

    with open_desk(options) as desk:
        issue = do(desk, options.issue, options.refs, options.length, options.audiences)
        return _kept(options, desk, issue, "Added.")


def remove(options: argparse.Namespace) -> int:
    """Takes an alert out of an issue."""
    from msat.services.newsletter import remove as do

    with open_desk(options) as desk:
        return _kept(options, desk, do(desk, options.issue, options.ref), "Taken out.")


def move(options: argparse.Namespace) -> int:
    """Moves an alert within an issue."""
    from msat.services.newsletter import move as do

    with open_desk(options) as desk:
        return _kept(options, desk, do(desk, options.issue, options.ref, options.place), "Moved.")


def edit(options: argparse.Namespace) -> int:
    """Words an item, or the issue."""
    from msat.services import newsletter

    given = _given(options)
    with open_desk(options) as desk:
        if not options.ref:
            if given or options.undo or options.keep or options.length or options.everybody:
                raise Refused("These are words of an item, and no alert was named.", "Give its reference.")
            issue = newsletter.retitle(desk, options.issue, options.title, options.intro, options.audiences)
            return _kept(options, desk, issue, "Changed.")
        if options.title is not None or options.intro is not None:
            raise Refused("Title and introduction are the issue's own.", "Leave the alert out to change them.")
        issue = newsletter.open_issue(desk, options.issue)
        if options.length or options.audiences or options.everybody:
            whom = options.audiences if options.audiences or options.everybody else None
            issue = newsletter.set_item(desk, options.issue, options.ref, options.length, whom)
        only = (options.only_length, options.only_for)
        for field in options.undo:
            issue = newsletter.edit(desk, options.issue, options.ref, field, None, *only)
        for field, text in given:
            issue = newsletter.edit(desk, options.issue, options.ref, field, text, *only)
        if options.keep:
            issue = newsletter.keep_edits(desk, options.issue, options.ref)
        return _kept(options, desk, issue, "Changed.")


def _given(options: argparse.Namespace) -> list[tuple[str, str]]:
    """The fields that were worded, with their words."""
    told = {
        "headline": options.headline,
        "action": "\n".join(options.action) if options.action is not None else None,
        "why": options.why,
        "patients": options.patients,
        "help": options.local_help,
    }
    return [(field, text) for field, text in told.items() if text is not None]


def drop(options: argparse.Namespace) -> int:
    """Gives an issue up."""
    from msat.services.newsletter_drafts import drop_issue, load_issue

    issue = load_issue(places_of(options), options.issue)
    if not options.yes:
        raise Refused(f"“{issue.title}” with {len(issue.items)} items would be given up.", "Add --yes to do it.")
    drop_issue(places_of(options), issue.id)
    words = f"Gave up “{issue.title}”. Its file is kept beside the others, ending in .dropped."
    say(options, {"issue": issue.id, "message": words}, words)
    return 0


def listed(options: argparse.Namespace) -> int:
    """Lists issues in the making and issues sent."""
    from msat.cli.newsletter_words import issue_json, issue_line, sent_json, sent_line
    from msat.services.newsletter import as_recorded, sent_issues
    from msat.services.newsletter_drafts import kept_issues

    with open_desk(options) as desk:
        kept, sent = kept_issues(desk.places), sent_issues(desk)
        issues = [as_recorded(desk, one) for one in kept.issues]
    for problem in kept.problems:
        warn(str(problem))
    told = {"issues": [issue_json(one) for one in issues], "sent": [sent_json(one) for one in sent]}
    lines = [issue_line(one) for one in issues]
    if sent:
        lines += ["", "Recorded as sent:", *(f"  {sent_line(one)}" for one in sent)]
    say(options, told, "\n".join(lines) or "There is no issue yet. Begin one: msatctl newsletter new TITLE.")
    return 0


def show(options: argparse.Namespace) -> int:
    """Shows an issue."""
    from msat.cli.newsletter_words import looked_json, looked_text
    from msat.services.newsletter import checked_audiences, current_issue
    from msat.services.newsletter_look import look

    with open_desk(options) as desk:
        looked = look(desk, current_issue(desk, options.issue), checked_audiences(options.audiences))
    say(options, looked_json(looked), looked_text(looked))
    return 0


def check(options: argparse.Namespace) -> int:
    """Checks an issue."""
    from msat.cli.newsletter_words import looked_json, looked_text
    from msat.services.newsletter import current_issue
    from msat.services.newsletter_look import look

    with open_desk(options) as desk:
        looked = look(desk, current_issue(desk, options.issue))
    say(options, looked_json(looked), looked_text(looked, with_items=False))
    return 0 if looked.is_ready else 1


def waiting(options: argparse.Namespace) -> int:
    """Lists the alerts that no issue has told of yet."""
    from msat.cli.newsletter_words import waiting_json, waiting_line
    from msat.services.newsletter_waiting import waiting_alerts

    since = None
    if options.since:
        on = day(options.since)
        since = datetime(on.year, on.month, on.day, tzinfo=LONDON)
    with open_desk(options) as desk:
        found = waiting_alerts(desk, options.audience, since)
    none = "Every alert received in that time is in an issue that was sent."
    say(options, [waiting_json(one) for one in found], "\n".join(map(waiting_line, found)) or none)
    return 1 if found else 0


def render(options: argparse.Namespace) -> int:
    """Renders an issue, or chosen alerts."""
    from msat.exports.newsletter_issue import Envelope
    from msat.services.newsletter_render import export_issue, render

    with open_desk(options) as desk:
        issue = _meant(desk, options)
        target = Path(options.out) if options.out else None
        forms = _forms(options, target)
        envelope = Envelope(options.to, options.sender, options.subject)
        if (options.to or options.sender or options.subject) and "email" not in forms:
            raise Refused("Only an e-mail has an address and a subject.", "Use --format email, or an .eml file.")
        made = render(desk, issue, forms, options.audiences, _templates_of(options), envelope)
        if target is not None:
            changes = export_issue(desk, made, issue, target, writer_of(options))
            say(options, {"file": str(target), "message": changes.words}, f"{target}\n{changes.words}")
            return 0
    told = [{"audience": one.audience, "format": one.form, "content": one.data.decode("utf-8")} for one in made]
    text = "\n".join(one["content"] for one in told)
    say(options, told[0] if len(told) == 1 else told, text)
    return 0


def _meant(desk: Desk, options: argparse.Namespace) -> IssueDraft:
    """The issue named, or one made of the alerts named."""
    from msat.services.newsletter import current_issue
    from msat.services.newsletter_drafts import has_issue
    from msat.services.newsletter_render import loose_issue

    if len(options.what) == 1 and has_issue(desk.places, options.what[0]):
        return current_issue(desk, options.what[0])
    return loose_issue(desk, options.what, options.title)


def _forms(options: argparse.Namespace, target: Path | None) -> list[str]:
    """The forms asked for; of a file the one of its ending."""
    from msat.services.newsletter_render import form_of

    if target is None:
        forms = options.format or ["text"]
        for form in forms:
            if form in ("word", "email"):
                raise Refused(f"A newsletter as {form} is a file.", "Add --out FILE or --out FOLDER.")
        return list(forms)
    if target.is_dir():
        return list(options.format or ["html", "word", "email"])
    form = form_of(target)
    if options.format and options.format != [form]:
        raise Refused(f"“{target.name}” is a file for {form}.", "Leave --format out, or name another file.")
    return [form]


def send(options: argparse.Namespace) -> int:
    """Records that an issue was sent."""
    from msat.services.newsletter_send import mark_sent

    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        made = mark_sent(
            desk,
            options.issue,
            person,
            options.audiences,
            [Path(name) for name in options.file],
            _templates_of(options),
            done,
            options.anyway,
        )
    entries = [{"seq": one.seq, "id": one.id, "type": one.type} for one in made.entries]
    say(options, {"message": made.words, "entries": entries}, made.words)
    return 0


def take_back(options: argparse.Namespace) -> int:
    """Records that an issue was not sent to some readers after all."""
    from msat.services.newsletter_take_back import take_back as do

    person = person_of(options)
    with open_desk(options) as desk:
        made = do(desk, options.issue, options.audiences, options.reason, person)
    entries = [{"seq": one.seq, "id": one.id, "type": one.type} for one in made.entries]
    say(options, {"message": made.words, "entries": entries}, made.words)
    return 0


def answer(options: argparse.Namespace) -> int:
    """Answers the action for a newsletter item by the issues that told of the alert."""
    from msat.services.newsletter_answer import answer_by_issue

    person = person_of(options)
    with open_desk(options) as desk:
        made = answer_by_issue(desk, options.refs, person)
    entries = [{"seq": one.seq, "id": one.id, "type": one.type} for one in made.entries]
    notes = [f"{one.about}: {one.data['note']}" for one in made.entries]
    say(options, {"message": made.words, "entries": entries}, "\n".join([made.words, *notes]))
    return 0


def _templates_of(options: argparse.Namespace) -> Templates | None:
    from msat.exports.newsletter_templates import read_templates

    return read_templates(Path(options.templates)) if options.templates else None


def templates_copy(options: argparse.Namespace) -> int:
    """Copies the shipped templates."""
    from msat.exports.newsletter_templates import copy_templates

    folder = _folder(options)
    made = copy_templates(folder)
    use = "add --templates FOLDER to render them" if options.folder else "they are used from now on"
    words = f"Copied {', '.join(path.name for path in made)} to {folder}; {use}."
    say(options, {"folder": str(folder), "files": [path.name for path in made], "message": words}, words)
    return 0


def templates_check(options: argparse.Namespace) -> int:
    """Renders an example with a folder of templates."""
    from msat.services.newsletter_example import try_templates

    folder = _folder(options)
    forms = try_templates(folder)
    words = f"The templates in “{folder}” work: {', '.join(forms)}."
    say(options, {"folder": str(folder), "forms": list(forms), "message": words}, words)
    return 0


def _folder(options: argparse.Namespace) -> Path:
    """The folder named, or the profile's own."""
    return Path(options.folder) if options.folder else places_of(options).newsletter_templates


def _kept(options: argparse.Namespace, desk: Desk, issue: IssueDraft, done: str) -> int:
    """Says what the issue now holds."""
    from msat.cli.newsletter_words import issue_json, issue_line

    say(options, issue_json(issue), f"{done}\n{issue_line(issue)}")
    return 0
