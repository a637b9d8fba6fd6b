"""Notices that no national publisher gives a type: letters, coroners' reports, estates and IT, local messages."""

from __future__ import annotations

import pytest

from msat.alerts.read import read
from tests.alerts.test_read import item

PLAIN = "<p>Some words.</p><h2>Background</h2><p>More words.</p>"


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("Direct Healthcare Professional Communication: testafil and liver injury", "letter-to-professionals"),
        ("Testafil (Example): DHPC of 3 May 2026", "letter-to-professionals"),
        ("Dear healthcare professional letter: testafil", "letter-to-professionals"),
        ("Letter to healthcare professionals on testafil", "letter-to-professionals"),
        ("Prevention of Future Deaths report: emollients and fire", "coroners-report"),
        ("Regulation 28 report on repeat prescribing", "coroners-report"),
        ("Coroner's concerns about opioids", "coroners-report"),
        ("Estates and Facilities Alert: window restrictors", "estates-or-it"),
        ("Window restrictors (EFA/2020/001)", "estates-or-it"),
        ("High severity cyber alert for mail servers", "estates-or-it"),
        ("Planned network outage on Sunday", "estates-or-it"),
        ("Local medicines safety notice: opioid patches", "local-notice"),
        ("Medicines optimisation team bulletin 12", "local-notice"),
        ("Serious Shortage Protocol SSP060 for Testafil", "serious-shortage-protocol"),
        ("Medicine Supply Notification: Testafil; a serious shortage protocol is in force", "supply-notification"),
        ("Discontinuation of Testafil 5mg tablets", "supply-notification"),
        ("Letter about the car park", "unknown"),
        ("Minutes of the prescribing lead's meeting", "unknown"),
        ("Changes to how we send a local safety alert", "unknown"),
    ],
)
def test_what_a_title_calls_itself(title: str, family: str) -> None:
    alert = read(item(title, PLAIN, path="/pasted/one", alert_type=None))
    assert alert.family.value == family
    assert family == "unknown" or alert.family.words in alert.title


@pytest.mark.parametrize(
    ("line", "family"),
    [
        ("Local safety notice", "local-notice"),
        ("Class 2 Medicines Recall: Action Within 48 Hours", "medicines-recall"),
        ("National Patient Safety Alert NatPSA/2026/099/MHRA", "national-patient-safety-alert"),
    ],
)
def test_a_local_message_that_passes_on_something_graver_is_about_that(line: str, family: str) -> None:
    html = f"<p>Local message from the medicines team</p><p>{line}</p><h2>Background</h2><p>Words.</p>"
    assert read(item("Please read", html, path="/pasted/two", alert_type=None)).family.value == family
    assert read(item(f"Local message: {line}", html, path="/pasted/3", alert_type=None)).family.value == family


def test_a_notice_with_a_type_of_the_publisher_is_never_taken_for_a_local_one() -> None:
    title = "Local safety notice on hoists"
    alert = read(item(title, PLAIN, alert_type="device-safety-information"))
    assert alert.family.value == "device-safety-information"


@pytest.mark.parametrize(
    ("sentence", "is_update"),
    [
        ("This message is an update to CEM/CMO/2026/090.", True),
        ("This is an update to the notice of 3 May 2026.", True),
        ("This recall has been updated.", True),
        ("This notice replaces an earlier one.", True),
        ("This recall applies to pharmacy level.", False),
        ("This message is addressed to practices in Scotland.", False),
        ("This information is for you to pass on.", False),
    ],
)
def test_a_notice_is_an_update_only_when_it_says_so(sentence: str, is_update: bool) -> None:
    alert = read(item("Testafil 5mg Tablets, EL(26)A/70", f"<p>Class 2 Medicines Recall</p><p>{sentence}</p>"))
    assert (alert.update is not None) == is_update
