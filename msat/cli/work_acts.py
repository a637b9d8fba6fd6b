"""The commands of arranging the work: whose it is, who is away, put off, proven by files, done for many at once."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from msat.cli.opening import day, moment, open_desk, person_of, say, say_changes
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.services.bulk import Bulk
    from msat.services.desk import Desk


def assign(options: argparse.Namespace) -> int:
    """Records who looks after an alert."""
    from msat.services.assign import assign as do

    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        return say_changes(options, do(desk, options.ref, options.owner, options.deputy, person, options.note, done))


def away(options: argparse.Namespace) -> int:
    """Records an absence, lists who is away, or records a return."""
    if options.what.lower() == "list" and options.name_of is None:
        return _away_list(options)
    if options.what.lower() == "end":
        return _away_end(options)
    if options.name_of is not None:
        raise Refused(f"“{options.name_of}” is not understood here.", "Put a name of several words in quotes.")
    if not options.from_day or not options.to_day:
        raise Refused(f"From when to when {options.what} is away is not given.", "Add --from DATE --until DATE.")
    from msat.services.absence import record_absence

    person, done = person_of(options), moment(options.done)
    first, last = day(options.from_day), day(options.to_day)
    with open_desk(options) as desk:
        made = record_absence(desk, options.what, first, last, options.deputy, person, options.note, done)
        return say_changes(options, made)


def _away_list(options: argparse.Namespace) -> int:
    from msat.cli.work_words import absence_json
    from msat.clock import london
    from msat.services.absence import standing

    with open_desk(options) as desk:
        today = london(desk.clock.now()).date()
        found = [one for one in standing(desk) if one.last >= today and (one.ended is None or one.ended > today)]
    lines = [f"{'AWAY' if one.covers(today) else '':<5} {one.deed.seq:>5}  {one.words}" for one in found]
    text = "\n".join(lines) or "Nobody is recorded as away, now or later."
    say(options, [absence_json(one, today) for one in found], text)
    return 0


def _away_end(options: argparse.Namespace) -> int:
    from msat.services.absence import end_absence

    if not options.name_of:
        raise Refused("Who is back is not given.", "Write: away end NAME.")
    person, done = person_of(options), moment(options.done)
    back = day(options.on) if options.on else None
    with open_desk(options) as desk:
        return say_changes(options, end_absence(desk, options.name_of, person, back, options.note, done))


def defer(options: argparse.Namespace) -> int:
    """Puts an alert off."""
    from msat.services.defer import defer as do

    person, done, until = person_of(options), moment(options.done), day(options.until)
    with open_desk(options) as desk:
        return say_changes(options, do(desk, options.ref, until, options.approver, options.reason, person, done))


def resume(options: argparse.Namespace) -> int:
    """Takes a deferred alert up again."""
    from msat.services.defer import resume as do

    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        return say_changes(options, do(desk, options.ref, options.reason, person, done))


def evidence(options: argparse.Namespace) -> int:
    """Keeps a file, lists what is kept, or saves one."""
    first, *rest = options.words
    if first.lower() == "list" and len(rest) == 1:
        return _evidence_list(options, rest[0])
    if first.lower() == "save" and len(rest) == 2:
        return _evidence_save(options, *rest)
    if len(rest) != 1:
        raise Refused(
            "The alert and the file are not given as they should be.",
            "Write: evidence REF FILE; or evidence list REF; or evidence save REF FINGERPRINT --out FILE.",
        )
    from msat.services.evidence import attach

    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        made = attach(desk, first, Path(rest[0]), "", person, options.action, options.note, options.looked, done)
        return say_changes(options, made)


def _evidence_list(options: argparse.Namespace, ref: str) -> int:
    from msat.cli.work_words import evidence_json, evidence_line
    from msat.services.deeds import find, name_of

    with open_desk(options) as desk:
        state = find(desk, ref)
    text = "\n".join(map(evidence_line, state.evidence)) or f"No file is kept as evidence for {name_of(state)}."
    say(options, [evidence_json(one) for one in state.evidence], text)
    return 0


def _evidence_save(options: argparse.Namespace, ref: str, wanted: str) -> int:
    from msat.services.evidence import save

    if not options.out:
        raise Refused("Where to save it is not given.", "Add --out FILE.")
    with open_desk(options) as desk:
        path = save(desk, ref, wanted, Path(options.out))
    say(options, {"file": str(path)}, f"Saved as {path}. Its content is what was recorded.")
    return 0


def bulk_acknowledge(options: argparse.Namespace) -> int:
    """Acknowledges many alerts at once."""
    from msat.services import bulk

    if options.check:
        with open_desk(options) as desk:
            return _checked(options, desk, bulk.Bulk.ACKNOWLEDGE)
    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        return say_changes(options, bulk.acknowledge(desk, options.refs, person, options.note, done))


def bulk_not_applicable(options: argparse.Namespace) -> int:
    """Judges many alerts not applicable at once."""
    from msat.services import bulk

    if options.check:
        with open_desk(options) as desk:
            return _checked(options, desk, bulk.Bulk.NOT_APPLICABLE)
    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        made = bulk.not_applicable(desk, options.refs, options.reason, options.note, person, done)
        return say_changes(options, made)


def _checked(options: argparse.Namespace, desk: Desk, what: Bulk) -> int:
    """Says what could be taken along. Exit status 1 when something is left out."""
    from msat.services.bulk import check

    found = check(desk, options.refs, what)
    left = [{"key": one.key, "name": one.name, "why": one.why} for one in found.left_out]
    lines = [f"{one.name} {one.why}: it is not taken along." for one in found.left_out]
    lines.append(f"{len(found.fit)} of {len(found.fit) + len(left)} can be done at once. Nothing was recorded.")
    say(options, {"can": list(found.keys), "left_out": left}, "\n".join(lines))
    return 1 if left else 0


def nil(options: argparse.Namespace) -> int:
    """Records nil in several places at once."""
    from msat.services.place import nil_return

    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        made = nil_return(desk, options.ref, options.places, person, options.initials, done, options.note)
        return say_changes(options, made)
