"""The inspector's page: one side whatever is in it, what is left out is said; a year with a true table of contents."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, timedelta

import pypdf
import pytest

from msat.actions.model import AnswerKind
from msat.exports import inspector
from msat.exports.document import texts
from msat.exports.inspector import Period, inspector_file, inspector_page
from msat.exports.inspector_side import ROOMS, Inspected, is_counted, on_time, side
from msat.exports.markup import write_markup
from msat.exports.pdf import write_pdf
from msat.exports.pdf_reading import read_pdf
from msat.exports.seal import Seal
from msat.exports.shortened import LeftOut, shortened
from msat.ids import AlertKey
from msat.projections.alert_state import ActionState, AlertState, Answer, PlaceCheck, Said
from msat.projections.work_state import Evidence, Recheck
from msat.record.memory import MemoryRecord
from msat.triage.model import Priority, Reason
from tests.exports.hostile import PAYLOADS
from tests.exports.samples import CUT_OFF, ISSUED, SURGERY, deed, notice, signed, state
from tests.exports.test_pdf import failures

LONG = "A long note about what was found, said and done in every place of the practice. " * 40


def of(this: AlertState, batches: int = 1) -> Inspected:
    return Inspected(this, notice(batches), SURGERY, CUT_OFF)


def crowded(record: MemoryRecord | None = None, text: str = LONG) -> AlertState:
    """An alert with far more of everything than a side can hold."""
    actions = tuple(
        ActionState(f"A{n:02}", text, AnswerKind.DONE, CUT_OFF, True, answers=(Answer("yes", deed(n, n + 1), text),))
        for n in range(3, 40)
    )
    places = tuple(PlaceCheck(f"{text[:60]} {n}", "nil", deed=deed(n, n), note=text) for n in range(60))
    open_one = ActionState("A99", "Do the open thing.", AnswerKind.DONE, CUT_OFF, True)
    looked = ActionState("A03", text, AnswerKind.PLACES, CUT_OFF, True, places=places)
    files = tuple(
        Evidence(f"{text[:50]}{n}.pdf", f"{n:064x}", n, "application/pdf", "", text, deed(n, n)) for n in range(30)
    )
    reasons = tuple(Reason("base", text, f"F{n:02}", text, "text", "published", "") for n in range(20))
    rechecks = tuple(Recheck(n, ISSUED + timedelta(days=n), deed=deed(n, n), note=text) for n in range(20))
    return replace(
        signed(record),
        title=text,
        actions=(*actions, looked, open_one),
        evidence=files,
        reasons=reasons,
        rechecks=rechecks,
        withdrawn=text,
    )


def test_a_usual_alert_is_shown_whole() -> None:
    said = "\n".join(texts(inspector_page_document()))
    for words in (
        "Inspector's page: EL(26)A/37",
        "Class 2 recall, pharmacy level; issued 20 August 2026",
        "received here 20 August 2026 14:41",
        "In the notice: “Class 2 Medicines Recall: Action Within 48 Hours - Pharmacy Level”",
        "within its time limit (22 August 2026 14:21)",
        "Signed off, second person",
        "Demo GP, 20 August 2026 17:41",
        "People: Demo Pharmacist, pharmacist; Demo GP, GP partner.",
        "Places: 4 of 5 checked",
        "Not checked",
        "found 4, still active 3, at higher risk 0, reviewed 3, changed 1",
        "Files of evidence: 0",
        "Searches to be run again: none is asked for.",
    ):
        assert words in said, words
    assert "Left out" not in said


def inspector_page_document():  # type: ignore[no-untyped-def]
    from msat.exports.document import Document

    return Document("x", side(of(signed()), ROOMS[0], with_name="Inspector's page: "))


def test_files_are_named_with_their_whole_fingerprint_and_struck_ones_are_not() -> None:
    kept = Evidence("search.csv", "ab" * 32, 1200, "text/csv", "A06", "", deed(9, 9))
    gone = replace(kept, name="wrong.csv", struck="corrected by A. Patel: wrong file")
    document = side(of(replace(signed(), evidence=(kept, gone))), ROOMS[0])
    said = write_markup(replace(inspector_page_document(), blocks=document), "text", None)
    assert "search.csv (for A06): 1,200 bytes, SHA-256" in said
    assert "ab" * 32 in said
    assert "wrong.csv" not in said


def test_what_the_second_person_signed_is_shown() -> None:
    signatures = replace(signed()).sign_off
    assert signatures is not None
    assert signatures.second is not None
    said = Said("alert.signed_off", signatures.second, reason="Seen, counted again and agreed.")
    document = replace(
        inspector_page_document(), blocks=side(of(replace(signed(), said=(*signed().said, said))), ROOMS[0])
    )
    assert "Seen, counted again and agreed." in "\n".join(texts(document))


def test_a_list_of_notices_is_not_counted_as_k6_does_not_count_it() -> None:
    late = CUT_OFF + timedelta(days=30)
    assert is_counted(signed(), late)
    assert not is_counted(replace(signed(), family="field-safety-notices"), late)


def test_it_is_one_side_of_archival_a4_and_passes(record: MemoryRecord, seal: Seal) -> None:
    data = write_pdf(inspector_page(of(signed(record)), seal), seal)
    assert len(read_pdf(data).pages) == 1
    assert failures(data) == []


@pytest.mark.parametrize("text", [LONG, "x" * 10_000, *PAYLOADS[:4], "\u05e9\u05dc\u05d5\u05dd " * 500])
def test_it_stays_one_side_whatever_is_in_it_and_says_what_it_left_out(
    record: MemoryRecord, seal: Seal, text: str
) -> None:
    data = write_pdf(inspector_page(of(crowded(record, text or "x"), 400), seal), seal)
    (one,) = pypdf.PdfReader(io.BytesIO(data)).pages
    said = re.sub(r"\s+", " ", one.extract_text())
    assert "Left out to keep one side:" in said
    assert "of 60 lines of places" in said
    assert "batch numbers" in said
    assert "msatctl export certificate EL(26)A/37" in said
    assert "fingerprints after their first 16 digits" in said
    assert "Not answered" in said  # what is open is left out last


def test_hostile_texts_keep_to_one_side_and_conform(record: MemoryRecord, seal: Seal) -> None:
    for payload in PAYLOADS:
        data = write_pdf(inspector_page(of(replace(signed(record), title=payload or "-")), seal), seal)
        assert len(read_pdf(data).pages) == 1
    assert failures(data) == []


def test_the_last_room_is_small_whatever_fills_it() -> None:
    words = sum(
        len(text) for text in texts(replace(inspector_page_document(), blocks=side(of(crowded(), 400), ROOMS[-1])))
    )
    assert words < 4_500


def test_nil_places_share_a_row_each_with_its_time_before_anything_is_left_out() -> None:
    nil = [PlaceCheck(f"Room {n}", "nil", deed=deed(n, n), initials="DP") for n in range(60, 64)]
    held = PlaceCheck("Dispensary", "quantity", 2, deed=deed(64, 64))
    other = PlaceCheck("Branch", "nil", deed=deed(65, 65, "Demo GP", "GP partner"))
    looked = replace(state().actions[2], places=(*nil, held, other))
    this = replace(signed(), actions=(looked,))
    alone = "\n".join(texts(replace(inspector_page_document(), blocks=side(of(this), ROOMS[0]))))
    assert "Room 61 (A03)\nNil" in alone
    shared = "\n".join(texts(replace(inspector_page_document(), blocks=side(of(this), ROOMS[1]))))
    rooms = "; ".join(f"Room {n} 15:{21 + n - 60} DP" for n in range(60, 64))
    assert f"{rooms} (A03)\nNil in 4\n\nDemo Pharmacist, 20 August 2026 (entries 60 to 63)" in shared
    assert "Dispensary (A03)\n2 found" in shared
    assert "Branch (A03)\nNil" in shared
    assert "Left out" not in shared


# --- a period --------------------------------------------------------------------------------------------------


def year(number: int, record: MemoryRecord) -> list[Inspected]:
    return [
        of(
            replace(
                crowded(record) if n % 7 == 3 else signed(record),
                key=AlertKey(f"k{n}"),
                reference=f"EL(26)A/{n + 1}",
                title=f"Alert number {n + 1}",
                rag=Priority.RED if n % 3 else Priority.GREEN,
            ),
            n,
        )
        for n in range(number)
    ]


PERIOD = Period(SURGERY, date(2025, 8, 23), date(2026, 8, 22), CUT_OFF, ("One source was not reached since May.",))


def test_every_alert_stands_on_the_page_that_the_contents_name(record: MemoryRecord, seal: Seal) -> None:
    alerts = year(40, record)
    data = write_pdf(inspector_file(alerts, PERIOD, seal), seal)
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    (first,) = [number for number, text in enumerate(pages) if "EL(26)A/1 Alert number 1 Organisation" in text]
    assert len(pages) == first + 40 + 1
    assert "One source was not reached since May." in pages[0]
    contents = " ".join(pages[:first])
    for number in range(40):
        assert f"EL(26)A/{number + 1} Alert number {number + 1} " in pages[first + number] or number % 7 == 3
        assert re.search(rf"EL\(26\)A/{number + 1}: .*?Yes {first + number + 1} ", contents), number
    outline = pypdf.PdfReader(io.BytesIO(data)).outline
    names = [each.title for part in outline if isinstance(part, list) for each in part if not isinstance(each, list)]
    assert names[:3] == ["Contents", "EL(26)A/1", "EL(26)A/2"]
    assert failures(data) == []


def test_above_the_limit_the_contents_hold_all_and_say_which_have_no_side(
    record: MemoryRecord, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspector, "MOST_SIDES", 5)
    alerts = [of(replace(one.state, rag=Priority.GREEN)) for one in year(8, record)]
    alerts[0] = of(replace(alerts[0].state, rag=Priority.RED))
    said = "\n".join(texts(inspector_file(alerts, PERIOD, seal)))
    assert "5 of 8 alerts have a side of their own here" in said
    assert "msatctl export inspector REF" in said
    headings = re.findall(r"^EL\(26\)A/\d+$", said, re.MULTILINE)
    assert headings == [f"EL(26)A/{n}" for n in (1, 5, 6, 7, 8)]
    assert said.count("–") == 3


def test_a_period_without_alerts_says_so(seal: Seal) -> None:
    said = "\n".join(texts(inspector_file([], PERIOD, seal)))
    assert "No alert was received here in the period." in said


def test_on_time_has_a_word_for_each_case() -> None:
    done = signed()
    assert on_time(done, CUT_OFF) == "Yes"
    assert done.due is not None
    early = replace(done.due, at=ISSUED)
    assert on_time(replace(done, due=early), CUT_OFF) == "No"
    assert on_time(replace(state(), due=early), CUT_OFF) == "Open, limit passed"
    assert on_time(replace(state(), due=None), CUT_OFF) == "No time limit"
    assert on_time(state(), ISSUED) == "Not yet due"
    assert on_time(replace(state(), flags=("historic",)), CUT_OFF) == "Late on arrival"


def test_progress_is_told_and_may_stop_it(record: MemoryRecord, seal: Seal) -> None:
    told: list[tuple[int, int]] = []
    inspector_file(year(3, record), PERIOD, seal, lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


# --- shortening ------------------------------------------------------------------------------------------------


def test_a_text_is_cut_between_words_and_never_longer() -> None:
    assert shortened("Paracetamol 500 mg tablets", 20) == "Paracetamol 500 mg…"
    assert shortened("short", 20) == "short"
    assert shortened("x" * 50, 20) == "x" * 19 + "…"
    assert all(len(shortened(LONG, most)) <= most for most in range(2, 200))


def test_what_is_left_out_is_counted_by_weight_and_keeps_its_order() -> None:
    left = LeftOut()
    assert left.first([3, 1, 2, 0], 2, "numbers", lambda one: one) == [1, 0]
    assert left.short("one two three", 8) == "one two…"
    assert left.short("one", 8) == "one"
    assert left.words == "2 of 4 numbers; 1 text shortened (…)"
    assert LeftOut().words == ""
