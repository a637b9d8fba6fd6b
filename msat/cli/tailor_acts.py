"""What the commands about local rules and letters do: each reads what was typed and calls one service."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from msat.cli.opening import open_desk, person_of, say, say_changes, show_progress
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.actions.pack import Pack
    from msat.services.desk import Desk


def edit_path(options: argparse.Namespace) -> int:
    """Prints where the draft lies, having made one when there was none."""
    from msat.services.tailor_drafts import begin_draft

    with open_desk(options) as desk:
        path = begin_draft(desk)
    say(options, {"file": str(path)}, str(path))
    return 0


def check(options: argparse.Namespace) -> int:
    """Reads a draft or pack against the shipped rules and says what it changes. Refuses the first mistake."""
    from msat.cli.tailor_words import change_json, check_text
    from msat.services.tailor_drafts import DRAFT, try_on
    from msat.services.tailor_packs import file_signature

    with open_desk(options) as desk:
        pack = _pack(desk, options.file)
        laid = try_on(desk, pack, Path(options.file).name if options.file else DRAFT)
        signed = file_signature(desk, Path(options.file) if options.file else None)
    value = {
        "name": pack.name,
        "organisation": pack.organisation,
        "ods": pack.ods,
        "for": [kind.value for kind in pack.made_for] or "own",
        "base": pack.base,
        "signature": signed.words,
        "changes": [change_json(change) for change in laid.changes],
    }
    say(options, value, check_text(pack, signed, laid.changes))
    return 0


def try_rules(options: argparse.Namespace) -> int:
    """Tries a draft or pack on the alerts of the last months, and keeps that it was looked at."""
    from msat.cli.tailor_words import dry_run_json, dry_run_text
    from msat.services.tailor_drafts import DRAFT, try_on
    from msat.services.tailor_dry_run import dry_run
    from msat.services.tailor_seen import keep_seen

    with open_desk(options) as desk:
        pack = _pack(desk, options.file)
        try_on(desk, pack, Path(options.file).name if options.file else DRAFT)
        run = dry_run(desk, pack, options.months, show_progress)
        if not options.file:
            keep_seen(desk, run)
    say(options, dry_run_json(run), dry_run_text(run, None if options.all else 40, is_draft=not options.file))
    return 0


def adopt_draft(options: argparse.Namespace) -> int:
    """Puts the draft in force as the last dry run showed it."""
    from msat.services.tailor_adopt import adopt
    from msat.services.tailor_seen import seen_last

    person = person_of(options)
    with open_desk(options) as desk:
        seen, months = seen_last(desk)
        return say_changes(options, adopt(desk, person, options.reason, seen, None, months, show_progress))


def adopted_list(options: argparse.Namespace) -> int:
    """Lists every adoption and withdrawal, and what is in force. Exit status 1 when part of it cannot be in force."""
    from msat.cli.tailor_words import adopted_json, adopted_text
    from msat.services.tailor_load import adoptions

    with open_desk(options) as desk:
        found, knowledge = adoptions(desk.views), desk.knowledge
    say(options, adopted_json(found, knowledge), adopted_text(found, knowledge))
    return 1 if knowledge.problems else 0


def withdraw_rules(options: argparse.Namespace) -> int:
    """Goes back to the shipped rules."""
    from msat.services.tailor_adopt import withdraw

    person = person_of(options)
    with open_desk(options) as desk:
        return say_changes(options, withdraw(desk, person, options.reason, show_progress))


def apply_rules(options: argparse.Namespace) -> int:
    """Decides open alerts again by the rules in force; with --dry-run only says which."""
    from msat.cli.tailor_words import row_json, rows_text
    from msat.services.tailor_apply import apply_to_open, would_change

    if options.dry_run:
        with open_desk(options) as desk:
            rows = would_change(desk, show_progress)
        text = "\n".join(rows_text(rows)) or "Every open alert already stands as the rules in force decide."
        say(options, [row_json(row) for row in rows], text)
        return 0
    if not options.reason:
        raise Refused("Why the rules are applied is not given.", "Add --reason TEXT, or look first with --dry-run.")
    person = person_of(options)
    with open_desk(options) as desk:
        return say_changes(options, apply_to_open(desk, person, options.reason, show_progress))


def export_rules(options: argparse.Namespace) -> int:
    """Writes the local rules in force, or the draft, to a signed file."""
    from msat.services.tailor_packs import export_pack

    with open_desk(options) as desk:
        path, words = export_pack(desk, Path(options.file), options.draft)
    say(options, {"file": str(path), "message": words}, f"{path}\n{words}")
    return 0


def import_rules(options: argparse.Namespace) -> int:
    """Makes a pack the draft."""
    from msat.services.tailor_packs import import_pack

    with open_desk(options) as desk:
        taken = import_pack(desk, Path(options.file), options.as_own)
    value = {"name": taken.pack.name, "log": taken.signed.log or None, "message": taken.words}
    say(options, value, f"{taken.words}\nLook at it: msatctl rules dry-run. Then: msatctl rules adopt --reason TEXT")
    return 0


def compare_rules(options: argparse.Namespace) -> int:
    """Shows in which fields two packs differ."""
    from msat.cli.tailor_words import difference_json, differences_text
    from msat.services.tailor_packs import compare, find

    with open_desk(options) as desk:
        found = compare(desk, find(desk, options.one), find(desk, options.other))
    text = differences_text(found, options.one, options.other)
    say(options, [difference_json(one) for one in found], text)
    return 0


def letter(options: argparse.Namespace) -> int:
    """Prints a letter about an alert; without a name, which letters there are."""
    from msat.services.letters import letter_text, letters

    with open_desk(options) as desk:
        if options.name:
            text = letter_text(desk, options.ref, options.name)
            say(options, {"name": options.name, "text": text}, text)
            return 0
        known = letters(desk)
    value = [{"name": one.name, "title": one.title, "to": one.to, "basis": one.basis} for one in known]
    lines = [f"{one.name:<16} {one.title}{', own wording' if one.basis == 'local' else ''}" for one in known]
    say(options, value, "\n".join(lines))
    return 0


def _pack(desk: Desk, file: str | None) -> Pack:
    from msat.services.tailor_packs import find

    return find(desk, file or "draft")
