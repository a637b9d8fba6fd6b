"""The command `add`: shows what is read in a pasted, typed or saved notice, and records it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msat.cli.opening import day, open_desk, person_of, say, say_changes
from msat.clock import say_limit, stamp
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.feeds.paste import Pasted
    from msat.services.add import Preview
    from msat.services.desk import Desk


def add(options: argparse.Namespace) -> int:
    """Adds a notice; with --dry-run only shows what would be recorded."""
    from msat.services.add import add as do
    from msat.services.add import preview, refuse_identifiers

    person = None if options.dry_run else person_of(options)
    with open_desk(options) as desk:
        pasted = _pasted(options, desk)
        if person is not None:
            return say_changes(options, do(desk, pasted, person))
        seen = preview(desk, pasted)
        refuse_identifiers(seen.item, seen.alert)
        say(options, _preview_json(seen), _preview_text(seen))
    return 0


def _pasted(options: argparse.Namespace, desk: Desk) -> Pasted:
    from msat.feeds.paste import from_file, typed_item, with_typed

    issued = day(options.issued) if options.issued else None
    typed = (options.title, options.reference, issued, options.url, desk.clock.now().date())
    if options.file is None:
        if not options.title:
            raise Refused("There is nothing to add.", "Give a file, - for what is piped in, or --title.")
        return typed_item(options.title, "", options.reference, issued, options.url, typed[-1])
    made = from_file(*_content(options.file))
    return with_typed(made, *typed) if any(typed[:4]) else made


def _content(name: str) -> tuple[str, bytes]:
    from msat.feeds.paste import LARGEST_FILE

    if name == "-":
        piped = sys.stdin.buffer.read(LARGEST_FILE + 1)
        if not piped.strip():
            raise Refused("Nothing was piped in.", "Pipe in the notice's text, or give its file.")
        return "what was piped in", piped
    file = Path(name)
    try:
        with file.open("rb") as opened:
            return file.name, opened.read(LARGEST_FILE + 1)
    except FileNotFoundError as fault:
        raise Refused(f"There is no file “{name}”.", "Check its name.") from fault
    except OSError as fault:
        raise Refused(f"The file {name} could not be read ({fault.strerror or fault}).", "Check its name.") from fault


def _preview_json(seen: Preview) -> dict[str, Any]:
    return {
        "outcome": str(seen.outcome),
        "message": seen.words,
        "key": seen.alert.key,
        "reference": seen.alert.reference.value if seen.alert.reference else None,
        "title": seen.alert.title,
        "url": seen.item.url or None,
        "joins": {"key": seen.joins.key, "reference": seen.joins.reference, "title": seen.joins.title}
        if seen.joins
        else None,
        "facts": [
            {
                "name": fact.name,
                "value": fact.value,
                "words": fact.words,
                "source": str(fact.where),
                "start": fact.start if fact.is_in_place else None,
                "end": fact.end if fact.is_in_place else None,
            }
            for fact in seen.facts
        ],
        "batches": [
            {"number": b.number, "through": b.through or None, "expiry": b.expiry, "words": b.words}
            for b in seen.alert.batches
        ],
        "text": seen.alert.text,
        "remarks": list(seen.remarks),
        "differences": list(seen.differences),
        "triage": {
            "rag": str(seen.triage.priority) if seen.triage.priority else None,
            "rule": seen.triage.rule,
            "rules_version": seen.triage.rules_version,
            "flags": list(seen.triage.flags),
            "deadline": stamp(seen.triage.due.at) if seen.triage.due.at else None,
            "reasons": [{"rule": r.rule, "text": r.text, "words": r.words} for r in seen.triage.reasons],
        },
        "actions": [{"code": a.code, "text": a.text, "required": a.required} for a in seen.actions],
    }


def _preview_text(seen: Preview) -> str:
    from msat.cli.words import issued_words

    due = say_limit(seen.triage.due.at) if seen.triage.due.at else "no time limit in the notice"
    rag = str(seen.triage.priority).capitalize() if seen.triage.priority else "No rating"
    issued = issued_words(seen.alert.issued.value if seen.alert.issued else None)
    lines = [seen.alert.title, f"issued {issued} · {seen.item.url or 'no address'}", ""]
    lines += ["What was read, and the words it rests on"]
    lines += [_fact_line(fact.name, fact.value, fact.words) for fact in seen.facts]
    lines += ["", f"{rag}. Finish by: {due}. (rule {seen.triage.rule}, rules {seen.triage.rules_version})"]
    lines += [f"  {r.rule} {r.text}" for r in seen.triage.reasons]
    lines += ["", "What to do", *(f"  {a.code} {a.text}" for a in seen.actions)]
    if seen.differences:
        lines += ["", "What differs from what is known", *(f"  {said}" for said in seen.differences)]
    if seen.remarks:
        lines += ["", "Look again", *(f"  {remark}" for remark in seen.remarks)]
    return "\n".join([*lines, "", seen.words, "Nothing was recorded: this was a dry run."])


def _fact_line(name: str, value: str, words: str) -> str:
    said = " ".join(words.split())
    return f"  {name.replace('_', ' ')}: {_cut(value)}" + (f"  “{_cut(said)}”" if said != value else "")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 160 else text[:159].rsplit(" ", 1)[0] + " …"
