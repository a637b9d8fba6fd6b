"""Alerts as they stand in a record, made with the plain constructors, and a record in memory that holds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from msat.actions.model import AnswerKind
from msat.alerts.model import Alert, Batch, Fact, Family, Where
from msat.clock import FixedClock
from msat.ids import AlertKey, SourceId
from msat.projections.alert_state import (
    ActionState,
    AlertState,
    Answer,
    Applicability,
    HistoryLine,
    PlaceCheck,
    SignOff,
    SourceLink,
    VersionState,
)
from msat.projections.work_state import Deed
from msat.record.entries import Actor, Draft
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.triage.model import Due, Priority, Reason

SURGERY = Organisation("Demo Surgery", "Y00000", "dispensing-practice")
ISSUED = datetime(2026, 8, 20, 13, 21, tzinfo=UTC)
CUT_OFF = datetime(2026, 8, 22, 16, 0, tzinfo=UTC)
URL = "https://www.gov.uk/drug-device-alerts/class-2-medicines-recall-fingolimod-el-26-a-slash-37"
KEY = AlertKey("EL(26)A/37")
TITLE = "Class 2 Medicines Recall: Zentiva Pharma UK Limited, Fingolimod Zentiva 0.5 mg Capsules, EL(26)A/37"
TYPES = (
    "alert.received",
    "alert.triaged",
    "alert.acknowledged",
    "applicability.decided",
    "place.checked",
    "place.checked",
    "search.counted",
    "action.answered",
    "entry.corrected",
    "alert.signed_off",
    "alert.signed_off",
)


def record_with_alert(clock: FixedClock | None = None, organisation: Organisation = SURGERY) -> MemoryRecord:
    """A record that holds an entry of each kind about one alert."""
    record = MemoryRecord(organisation, clock or FixedClock(ISSUED))
    person = Actor("Demo Pharmacist", "pharmacist", "demo")
    record.append(
        [
            Draft(
                kind,
                person,
                {"rules_version": "2026.11.1"} if kind == "alert.triaged" else {"note": f"entry of type {kind}"},
                about=KEY,
                happened=ISSUED + timedelta(minutes=10 * number),
                meaning=f"{kind} was recorded.",
            )
            for number, kind in enumerate(TYPES)
        ]
    )
    return record


def history(record: MemoryRecord) -> tuple[HistoryLine, ...]:
    """Every entry about the alert as a line of its history."""
    return tuple(
        HistoryLine(
            entry.id,
            entry.seq,
            entry.type,
            entry.time,
            entry.time,
            "Demo Pharmacist",
            "pharmacist",
            str(entry.content["meaning"]),
        )
        for entry in record.entries(after=1)
        if entry.about
    )


def deed(minutes: int = 0, seq: int = 3, by: str = "Demo Pharmacist", role: str = "pharmacist") -> Deed:
    happened = ISSUED + timedelta(minutes=minutes)
    return Deed(by, role, happened, happened + timedelta(minutes=minutes % 7), "e" * 64, seq)


def places() -> tuple[PlaceCheck, ...]:
    return (
        PlaceCheck("Dispensary", "quantity", 2, "4L01372H", "Quarantined in the returns box.", deed(61, 7)),
        PlaceCheck("Treatment room", "nil", deed=deed(62, 8)),
        PlaceCheck("Emergency drugs", "nil", deed=deed(63, 9)),
        PlaceCheck("Doctors' bags", "nil", deed=deed(70, 10)),
        PlaceCheck("Branch", "not checked"),
    )


def actions() -> tuple[ActionState, ...]:
    due = ISSUED + timedelta(hours=48)
    product = "fingolimod 0.5 mg capsules (Zentiva), batch 4L01372H"
    return (
        ActionState("A01", "Acknowledge the notice.", AnswerKind.ACKNOWLEDGE, due, True),
        ActionState("A02", "Decide whether it applies here.", AnswerKind.APPLIES, due, True),
        ActionState("A03", f"Check stock in every place for {product}.", AnswerKind.PLACES, due, True, places=places()),
        ActionState(
            "A04",
            "Quarantine what is found and return it to the supplier by the approved process.",
            AnswerKind.DONE,
            due,
            True,
            answers=(
                Answer(
                    "no", deed(80, 11), "Ring the wholesaler first.", struck="corrected by Demo Pharmacist: wrong row"
                ),
                Answer("yes", deed(95, 12), "Returned by the wholesaler's van.", 2),
            ),
        ),
        ActionState("A05", "Check the dispensing records since 28 January 2025.", AnswerKind.COUNT, due, True),
        ActionState(
            "A07",
            "Review the patients found on fingolimod 0.5 mg capsules.",
            AnswerKind.FUNNEL,
            due,
            True,
            answers=(Answer("checked", deed(120, 13)),),
            funnel=(("found", 4), ("active", 3), ("at_higher_risk", 0), ("reviewed", 3), ("changed", 1)),
        ),
        ActionState(
            "A12",
            "Tell the clinical team, locums included.",
            AnswerKind.DONE,
            due,
            True,
            answers=(Answer("yes", deed(130, 14)),),
        ),
        ActionState("A24", "Confirm each branch.", AnswerKind.DONE, due, False),
        ActionState("A25", "Sign off.", AnswerKind.SIGN_OFF, due, True),
    )


def state(record: MemoryRecord | None = None) -> AlertState:
    """A Class 2 recall, nearly finished."""
    return AlertState(
        key=KEY,
        title=TITLE,
        family="medicines-recall",
        received=ISSUED + timedelta(minutes=20),
        reference="EL(26)A/37",
        alert_class=2,
        level="pharmacy",
        level_words="Pharmacy Level",
        issued="2026-08-20",
        published=ISSUED,
        company="Zentiva Pharma UK Limited",
        rule="F07",
        rules_version="2026.11.1",
        rag=Priority.RED,
        rule_rag=Priority.RED,
        due=Due(
            ISSUED + timedelta(hours=48),
            "class",
            "48 hours from issue, because the notice is Class 2",
            "Action Within 48 Hours",
        ),
        reasons=(
            Reason(
                "base",
                "A Class 2 recall at pharmacy level concerns whoever holds stock.",
                "F07",
                "Class 2 Medicines Recall: Action Within 48 Hours - Pharmacy Level",
                "text",
                "published",
                "",
            ),
            Reason(
                "flag", "This practice dispenses, so it holds stock as a pharmacy does.", "F07", "", "", "proposal", ""
            ),
        ),
        flags=(),
        actions=actions(),
        sources=(SourceLink("govuk-alerts", "/drug-device-alerts/x", URL, TITLE, name="GOV.UK alerts"),),
        versions=(VersionState(1, "a" * 64, "govuk-alerts", ISSUED + timedelta(minutes=20)),),
        acknowledged=deed(30, 4),
        applicability=Applicability(True, "stock-held", "Dispensed here in June.", deed(35, 5)),
        history=history(record) if record else (),
    )


def signed(record: MemoryRecord | None = None) -> AlertState:
    """The same, signed by two people."""
    done = tuple(
        replace(action, answers=(Answer("nil", deed(140, 15)),), required=True)
        if action.code in ("A05", "A24")
        else action
        for action in actions()
    )
    sign = SignOff(deed(150, 16), "All stock found was returned.", deed(200, 17, "Demo GP", "GP partner"))
    return replace(state(record), actions=done, sign_off=sign)


def notice(batches: int = 1) -> Alert:
    """The notice as read."""
    rows = tuple(
        Batch(
            f"4L{1372 + number:05}H",
            f"4L{1372 + number:05}H 11/2027",
            "11/2027",
            pack_size="28",
            product="Fingolimod Zentiva 0.5 mg Capsules",
        )
        for number in range(batches)
    )
    return Alert(
        key=KEY,
        source=SourceId("govuk-alerts"),
        path="/drug-device-alerts/x",
        url=URL,
        title=TITLE,
        text=TITLE,
        html="",
        family=Fact(Family.RECALL.value, "Medicines Recall", Where.TITLE),
        company=Fact("Zentiva Pharma UK Limited", "Zentiva Pharma UK Limited", Where.TITLE),
        batches=rows,
    )
