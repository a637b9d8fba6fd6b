"""What `msatctl decisions` and `msatctl meetings` do, and `export minutes`: what is to be followed up, and minutes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msat.cli.opening import day, moment, open_desk, person_of, say, say_changes
from msat.cli.proof_acts import writer_of
from msat.cli.signing_options import certificate_of, certifier
from msat.clock import say_date, stamp

if TYPE_CHECKING:
    from msat.projections.meetings import Meeting
    from msat.services.list_decisions import Listed


def decisions_listed(options: argparse.Namespace) -> int:
    """Lists what meetings decided and somebody is to see to, with status 1 while any of it is overdue."""
    from msat.projections.decisions import Standing
    from msat.services.list_decisions import list_decisions

    with open_desk(options) as desk:
        found = list_decisions(desk, options.everything)
        own = desk.record.log
    late = [one for one in found if one.standing is Standing.OVERDUE]
    shown = late if options.overdue else found
    none = "No decision is overdue." if options.overdue else "No decision of a meeting is open."
    text = "\n".join(_line(one) for one in shown) or none
    say(options, {"overdue": len(late), "decisions": [_json(one, own) for one in shown]}, text)
    return 1 if late else 0


def _line(one: Listed) -> str:
    from msat.projections.decisions import stopped

    made = one.decision
    mark = {"overdue": "OVERDUE", "due today": "TODAY", "done": "done"}.get(str(one.standing), "open")
    mark = "noted" if not made.met.owner else mark
    owner = f" Owner: {made.met.owner}." if made.met.owner else ""
    return (
        f"{mark:<8} {made.met.deed.seq:>6}  {made.name:<24} {one.words} {stopped(made.met.outcome_words)}{owner} "
        f"Decided at {made.met.meeting}, {_day(made.met.on)}."
    )


def _day(iso: str) -> str:
    from msat.projections.decisions import day_of

    found = day_of(iso)
    return say_date(found) if found else iso


def _json(one: Listed, own: str) -> dict[str, Any]:
    made, done = one.decision, one.decision.done
    return {
        "key": made.key,
        "reference": made.reference or None,
        "title": made.title,
        "entry": made.met.deed.seq,
        "log": None if made.met.deed.log in ("", own) else made.met.deed.log,
        "id": made.id,
        "meeting": made.met.meeting,
        "on": made.met.on,
        "minute": made.met.minute,
        "outcome": made.met.outcome,
        "owner": made.met.owner or None,
        "due": made.met.due or None,
        "standing": str(one.standing),
        "words": one.words,
        "done": None if done is None else stamp(done.deed.happened),
        "done_by": None if done is None else done.deed.by,
        "note": None if done is None else done.note,
    }


def decision_done(options: argparse.Namespace) -> int:
    """Records that a decision is done."""
    from msat.services.finish_decision import finish_decision

    person, done = person_of(options), moment(options.done)
    with open_desk(options) as desk:
        return say_changes(options, finish_decision(desk, options.ref, person, options.entry or "", options.note, done))


def meetings_listed(options: argparse.Namespace) -> int:
    """Lists the meetings of the record, the newest first."""
    from msat.services.hold_meeting import known_meetings

    with open_desk(options) as desk:
        found = known_meetings(desk)
    text = "\n".join(_meeting_line(one) for one in found) or "No meeting is recorded."
    say(options, [_meeting_json(one) for one in found], text)
    return 0


def _meeting_line(one: Meeting) -> str:
    count = f"{len(one.decided)} decision{'' if len(one.decided) == 1 else 's'}"
    there = f"{len(one.present)} present" if one.deed else "who was there is not recorded"
    return f"{one.on.isoformat()}  {one.name}: {count}, {there}"


def _meeting_json(one: Meeting) -> dict[str, Any]:
    return {
        "meeting": one.name,
        "on": one.on.isoformat(),
        "present": list(one.present),
        "apologies": list(one.apologies),
        "agenda": list(one.agenda),
        "note": one.note,
        "entry": one.deed.seq if one.deed else None,
        "decided": [made.id for made in one.decided],
        "open_before": [made.id for made in one.arising],
    }


def meeting_held(options: argparse.Namespace) -> int:
    """Records who was at a meeting, and its agenda."""
    from msat.services.hold_meeting import hold_meeting

    person, done, on = person_of(options), moment(options.done), day(options.on)
    with open_desk(options) as desk:
        made = hold_meeting(
            desk,
            options.meeting,
            on,
            person,
            options.present,
            options.apologies,
            options.agenda,
            options.note,
            done,
        )
        return say_changes(options, made)


def export_minutes(options: argparse.Namespace) -> int:
    """Writes the minutes of a meeting."""
    from msat.services.minutes import export_minutes as do

    on = day(options.on) if options.on else None
    certificate = certificate_of(options)
    with open_desk(options) as desk:
        certify = certifier(certificate, desk)
        path, changes = do(desk, options.meeting, on, Path(options.out), writer_of(options), certify)
    say(options, {"file": str(path), "message": changes.words}, f"{path}\n{changes.words}")
    return 0
