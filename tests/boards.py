"""Alerts in any state that people and time can bring them to, for tests of the board."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from msat.ids import AlertKey
from msat.projections.alert_state import AlertState, Applicability, SignOff, Superseded
from msat.projections.work_state import Deed, Deferral, Recheck
from msat.triage.model import Due, Priority

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DEED = Deed("A. Patel", "Pharmacist", NOON, NOON, "0" * 64, 7)

moments = st.integers(-40, 40).map(lambda hours: NOON + timedelta(hours=hours))
_maybe = st.one_of(st.none(), moments)


@st.composite
def states(draw: st.DrawFn, key: str = "EL(26)A/37") -> AlertState:
    """One alert: open, put off, done, waiting for a second person, superseded, withdrawn, ended by itself ..."""
    due, until, ends, again = draw(_maybe), draw(_maybe), draw(_maybe), draw(_maybe)
    signed, judged = draw(st.sampled_from(["", "one", "two"])), draw(st.sampled_from(["", "yes", "no", "no, twice"]))
    superseded = draw(st.sampled_from([None, True, False]))
    return AlertState(
        key=AlertKey(key),
        title=f"Recall {key}",
        family="medicines-recall",
        received=NOON - timedelta(days=5),
        rag=draw(st.sampled_from([None, *Priority])),
        due=Due(due, "notice", "as the notice says") if due or draw(st.booleans()) else None,
        flags=draw(st.sampled_from([(), ("historic",), ("mixed-level",)])),
        acknowledged=draw(st.sampled_from([None, DEED])),
        applicability=_judged(judged),
        sign_off=SignOff(DEED, "All done.", DEED if signed == "two" else None) if signed else None,
        withdrawn=draw(st.sampled_from(["", "Issued in error."])),
        superseded=None if superseded is None else Superseded("x", "EL(26)A/99", "", NOON, "1" * 64, superseded),
        deferral=Deferral(until, "Dr Jones", "Stock comes on Monday.", DEED) if until else None,
        ends=ends,
        rechecks=(Recheck(3, again), Recheck(12, again, deed=DEED)) if again else (),
    )


def _judged(how: str) -> Applicability | None:
    if not how:
        return None
    return Applicability(how == "yes", "not-held", "", DEED, DEED if how == "no, twice" else None)
