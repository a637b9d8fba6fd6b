"""Version documents as an earlier program wrote them: they are read for ever, and compared by what they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from msat.alerts.compare import compare
from msat.alerts.model import Alert
from msat.alerts.read import read
from msat.alerts.versions import decode, read_anew
from tests.notices import item, recall

STORED = Path(__file__).parents[1] / "data" / "versions"


def stored(name: str) -> Alert:
    return decode((STORED / f"{name}.json").read_bytes())


def test_a_document_without_the_newer_facts_is_decoded_with_none_of_them() -> None:
    alert = stored("recall")
    assert alert.key == "EL(26)A/61"
    assert [batch.number for batch in alert.batches] == ["TX1001", "TX1002"]
    assert (alert.items, alert.audience, alert.devices, alert.superseded_by) == ((), (), (), ())
    assert (alert.problem, alert.tier, alert.starts, alert.ends, alert.citation) == (None,) * 5
    assert (alert.nation, alert.call_to_action) == ("", None)
    assert stored("field-safety-notices").items == ()


def test_what_the_reader_has_learnt_is_no_change_of_the_publishers() -> None:
    old = stored("field-safety-notices")
    html = (
        "<h2>Acme: Port</h2><p>05 March 2026</p><p>Model: X1</p><p>MHRA reference: 28050499</p>"
        "<h2>Acme: Pump</h2><p>06 March 2026</p><p>MHRA reference: 28050500</p>"
    )
    new = read(
        item("Field Safety Notices: 2 to 6 March 2026", html, path=old.path, alert_type="field-safety-notices")
    )
    assert [i.reference for i in read_anew(old).items] == ["28050499"]
    said = [difference.text for difference in compare(read_anew(old), new) if difference.field == "items"]
    assert said == ["Item added: Acme: Pump."]


def test_the_same_words_read_anew_differ_in_nothing() -> None:
    old = stored("recall")
    advice = "Patients should go on taking their tablets."
    same = read(recall(patient_advice=advice, path=old.path))
    assert read_anew(old) == same
    assert compare(read_anew(old), same) == ()
    joined = replace(old, key=read(recall("EL(26)A/99")).key)
    assert read_anew(joined).key == "EL(26)A/99"


def test_reading_anew_keeps_a_withdrawal_and_the_publishers_date() -> None:
    gone = read(recall(withdrawn="<p>Issued in error.</p>"))
    assert read_anew(gone) == gone
