"""Owner, deferral and evidence in the record of one alert and in the log of a period."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from msat.exports.certificate import certificate
from msat.exports.document import texts
from msat.projections.alert_state import AlertState, Status
from msat.projections.log import status_words
from msat.projections.work_state import Deferral, Evidence, Owner
from tests.exports.samples import CUT_OFF, SURGERY, deed, notice, state

UNTIL = CUT_OFF + timedelta(days=9)


def said(of: AlertState) -> str:
    return "\n".join(texts(certificate(of, notice(), SURGERY, CUT_OFF)))


def open_state(**more: object) -> AlertState:
    return replace(state(), sign_off=None, **more)  # type: ignore[arg-type]


def test_owner_and_evidence_stand_in_the_record_of_an_alert() -> None:
    kept = Evidence("search.xlsx", "ab" * 32, 12_345, "application/x", "A06", "Run twice.", deed(5))
    unread = {"looked": True, "unread": ("a picture",)}
    struck = replace(kept, name="wrong.png", action="", struck="corrected by Demo GP", **unread)
    text = said(replace(state(), owner=Owner("Demo Pharmacist", "Demo GP", deed(4)), evidence=(kept, struck)))
    assert "Demo Pharmacist looks after it; Demo GP stands in (entry 3)." in text
    assert f"File “search.xlsx” for A06, 12,345 bytes, SHA-256 {'ab' * 32}; Demo Pharmacist" in text
    assert "Run twice." in text
    assert "Not read as text (a picture); the person looked through it." in text
    assert "Struck out: corrected by Demo GP." in text
    assert "Arranged and kept" not in said(state())


def test_a_search_is_named_with_its_day_and_why_people_stay() -> None:
    of = state()
    more = {"search": "MSAT 37", "run_on": "2026-08-20", "unchanged_reason": "Few."}
    actions = tuple(
        replace(a, answers=tuple(replace(x, **more) for x in a.answers)) if a.funnel else a for a in of.actions
    )
    text = said(replace(of, actions=actions))
    assert "A07: search “MSAT 37”, run on 20 August 2026. Unchanged because: Few." in text
    assert "Unchanged because" not in said(of)


def test_a_deferral_is_said_with_its_day_reason_and_approver_while_it_holds() -> None:
    put_off = open_state(deferral=Deferral(UNTIL, "Demo GP", "The stock is late.", deed(6)))
    text = said(put_off)
    assert "past the notice's own time limit: The stock is late. Approver Demo GP; recorded by Demo Pharmacist" in text
    words = status_words(put_off, Status.DEFERRED)
    assert words.startswith("Deferred until ")
    assert words.endswith("(The stock is late; approver Demo GP)")
    over = replace(put_off, deferral=Deferral(CUT_OFF, "Demo GP", "The stock is late.", deed(6)))
    assert "Approver Demo GP" not in said(over)
