"""Record that what a meeting decided about an alert is done: which decision, when, with what came of it."""

from __future__ import annotations

from datetime import datetime

from msat.clock import london, say_date
from msat.errors import Refused
from msat.projections.alert_state import AlertState
from msat.projections.decisions import Decision, day_of, decisions_of
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person


def finish_decision(
    desk: Desk, ref: str, person: Person, decision: str = "", note: str = "", happened: datetime | None = None
) -> Changes:
    """Records a decision about the alert `ref` as done. `decision` is the entry that recorded it (its number, id or the
    beginning of its id); it may be left out where only one of them is open.

    Raises Refused for one that is done already, that nobody was to see to, and for a day before the meeting.
    """
    state = deeds.find(desk, ref)
    note = deeds.checked_text(note, "note")
    one = _chosen(state, decision.strip().lower())
    if one.done is not None:
        raise Refused(
            f"That decision is recorded as done on {say_date(one.done.deed.happened)}.", "Nothing is left to do."
        )
    if not one.met.owner:
        raise Refused(
            "Nobody was named to see to that decision, so it asks for nothing.",
            "Correct the meeting's entry where somebody was named.",
        )
    done, on = deeds.checked_date(desk, happened), day_of(one.met.on)
    if on is not None and london(done).date() < on:
        raise Refused(
            f"The day done, {say_date(done)}, is before the meeting on {say_date(on)}.", "Check the day and the year."
        )
    # What was decided stands in the entry too: plain values that were true that day.
    data = {
        "decision": one.id,
        "meeting": one.met.meeting,
        "on": one.met.on,
        "outcome": one.met.outcome,
        "note": note,
    }
    at = f"{one.met.meeting}{f' on {say_date(on)}' if on else ''}"
    meaning = f"Done for {deeds.name_of(state)}: what was decided at {at}."
    return deeds.record(desk, state, person, happened, deeds.Deed("decision.done", data, meaning))


def _chosen(state: AlertState, wanted: str) -> Decision:
    known = decisions_of(state)
    if wanted:
        found = [one for one in known if _is(one, wanted)]
        if len(found) != 1:
            raise Refused(
                f"There is no single decision “{wanted[:64]}” about {deeds.name_of(state)}.",
                "The list of decisions names the entry of each.",
            )
        return found[0]
    still = [one for one in known if one.is_open]
    if len(still) == 1:
        return still[0]
    if not still:
        raise Refused(
            f"No decision about {deeds.name_of(state)} is open.",
            "The list of decisions shows what was decided, and what is done.",
        )
    raise Refused(
        f"{len(still)} decisions about {deeds.name_of(state)} are open.",
        f"Say which one by its entry: {', '.join(str(one.met.deed.seq) for one in still)}.",
    )


def _is(one: Decision, wanted: str) -> bool:
    """By the number of the entry that stands, or the id of it or of the one that was corrected."""
    ids = (one.id, one.met.deed.entry)
    if wanted.isdigit() and len(wanted) < 8:
        return one.met.deed.seq == int(wanted)
    return len(wanted) >= 8 and any(each.startswith(wanted) for each in ids)
