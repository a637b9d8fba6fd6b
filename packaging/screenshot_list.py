"""Every picture that `screenshots.py` makes, in order: some begin where the one before ended."""

from __future__ import annotations

from collections.abc import Callable

from screenshot_committee import POSES as COMMITTEE_POSES
from screenshot_committee import top
from screenshot_committee import turned as as_committee
from screenshot_contrast import POSES as CONTRAST_POSES
from screenshot_first import POSES as FIRST_POSES
from screenshot_keys import POSES as KEYS_POSES
from screenshot_log import POSES as LOG_POSES
from screenshot_newsletter import POSES as NEWSLETTER_POSES
from screenshot_newsletter import composing
from screenshot_own import POSES as OWN_POSES
from screenshot_person import POSES as PERSON_POSES
from screenshot_poses import (
    SCAN,
    absent,
    adding,
    answering,
    changing_a_rule,
    checked,
    checked_batches,
    checked_twice,
    closed_found,
    detail,
    history,
    is_to_be_run_again,
    items_of_a_list,
    many_ticked,
    mistaken_rule,
    nothing_found,
    opened,
    page,
    panel,
    places_and_numbers,
    reviewing,
    searching,
    settings_part,
    signing,
    sized,
    sources_in_trouble,
    tailoring,
    tried,
    turned,
    who_must_act,
    why,
    with_evidence,
)
from screenshot_rescue import POSES as RESCUE_POSES
from screenshot_views import POSES as VIEW_POSES
from screenshot_workstations import POSES as WORKSTATION_POSES

from msat.gui.main_window import MainWindow

POSES: tuple[tuple[str, Callable[[MainWindow], None]], ...] = (
    ("worklist-light", sized(1366, 900)),
    ("worklist-dark", sized(1366, 900, "dark")),
    ("worklist-1366x768", sized(1366, 768)),
    ("worklist-1093x614", sized(1093, 614)),
    ("worklist-150", sized(1093, 614, zoom=150)),
    ("detail-150", detail),
    ("worklist-200", sized(1093, 614, zoom=200)),
    ("detail-200", detail),
    ("narrow-list", sized(760, 700)),
    ("narrow-detail", detail),
    ("why", why),
    ("answering", answering),
    ("signing", signing),
    ("history", history),
    ("who-must-act", turned(who_must_act, (1366, 900))),
    ("who-must-act-dark-150", turned(who_must_act, (1366, 900), "dark", 150)),
    ("assign", turned(panel("open_assign"), (1093, 614))),
    ("defer-200", turned(panel("open_defer"), (1093, 614), zoom=200)),
    ("places", turned(places_and_numbers, (1366, 1400))),
    ("mixed-level", turned(opened(lambda state, _window: "mixed-level" in state.flags, "judge"), (1366, 900))),
    ("deferred", turned(opened(lambda state, _window: state.deferral is not None, "work"), (1093, 614))),
    ("run-again", turned(opened(is_to_be_run_again, "recheck"), (1366, 900))),
    ("agreed", turned(opened(lambda state, _window: bool(state.discussed), "committee"), (1366, 900), "dark")),
    ("evidence", turned(with_evidence, (1366, 900))),
    ("ticked", turned(many_ticked, (1093, 614))),
    ("ticked-dark-150", turned(many_ticked, (1093, 614), "dark", 150)),
    ("nothing-found", nothing_found),
    ("alerts", page("alerts")),
    ("sources", page("sources")),
    ("batch-affected", turned(checked_batches("{known}"), (1366, 900))),
    ("batch-look-again-dark", turned(checked_batches("{near}"), (1366, 900), "dark")),
    ("batch-column", turned(checked_batches("Batch\n{known}\nZZ-1\n{near}\n" + SCAN), (1093, 614))),
    ("batch-not-known-150", turned(checked_batches("ZZ-NO-SUCH-1"), (1093, 614), zoom=150)),
    ("batch-twice", turned(checked_twice, (1366, 900))),
    ("items", turned(items_of_a_list, (1366, 900))),
    ("items-dark-150", turned(items_of_a_list, (1093, 614), "dark", 150)),
    ("sources-trouble", turned(sources_in_trouble, (1366, 900))),
    ("sources-trouble-200", turned(sources_in_trouble, (1093, 614), "dark", 200)),
    ("closed-found", turned(closed_found, (1366, 900))),
    ("add", turned(adding, (1366, 1400))),
    ("add-dark", turned(adding, (1366, 1400), "dark")),
    ("add-1093x614", turned(adding, (1093, 614))),
    ("add-150", turned(adding, (1093, 1400), zoom=150)),
    ("sources-dark", turned(page("sources"), (1366, 1400), "dark")),
    ("sources-150", turned(page("sources"), (1093, 614), zoom=150)),
    ("search", turned(searching, (1366, 900))),
    ("records", checked),
    *NEWSLETTER_POSES,
    ("keys", page("keys")),
    *KEYS_POSES,
    ("settings", turned(page("settings"), (1366, 900))),
    ("settings-dark", turned(settings_part("Appearance"), (1366, 900), "dark")),
    ("settings-1093x614", turned(settings_part("Notifications"), (1093, 614))),
    ("settings-150", turned(settings_part("Records and backup"), (1093, 614), zoom=150)),
    ("settings-200", turned(settings_part("People"), (1093, 614), zoom=200)),
    ("settings-narrow", turned(settings_part("About"), (760, 700))),
    ("review", turned(reviewing, (1366, 900))),
    ("review-dark", turned(page("review"), (1366, 900), "dark")),
    ("review-150", turned(page("review"), (1093, 614), zoom=150)),
    ("review-200", turned(page("review"), (1093, 614), zoom=200)),
    ("people", turned(absent, (1366, 900))),
    ("people-dark", turned(page("people"), (1366, 900), "dark")),
    ("people-1093x614", turned(page("people"), (1093, 614))),
    ("people-200", turned(page("people"), (1093, 614), zoom=200)),
    ("rules", turned(tailoring("Rules"), (1366, 900))),
    ("rules-dark", turned(tailoring("Rules"), (1366, 900), "dark")),
    ("rules-1093x614", turned(tailoring("Rules"), (1093, 614))),
    ("rules-change", turned(changing_a_rule, (1366, 1200))),
    ("rules-change-200", turned(changing_a_rule, (1093, 614), zoom=200)),
    ("rules-mistake", turned(mistaken_rule, (1366, 900))),
    ("rules-actions", turned(tailoring("Actions"), (1366, 900))),
    ("rules-lists", turned(tailoring("Places, reasons, letters"), (1366, 1400))),
    ("rules-tried", turned(tried, (1366, 1200))),
    ("rules-tried-dark-150", turned(tried, (1093, 900), "dark", 150)),
    ("rules-packs", turned(tailoring("Packs and history"), (1366, 1400))),
    *CONTRAST_POSES,
    *FIRST_POSES,
    *PERSON_POSES,
    *OWN_POSES,
    *RESCUE_POSES,
    *LOG_POSES,
    *WORKSTATION_POSES,
    *VIEW_POSES,
)

COMMITTEE = COMMITTEE_POSES
"""With the sample of a committee that took in the returns of its practices."""

SIZE = (1180, 760)
REFERENCE: tuple[tuple[str, Callable[[MainWindow], None]], ...] = (
    ("worklist", sized(*SIZE)),
    ("answering", turned(answering, SIZE)),
    ("worklist-dark", sized(*SIZE, "dark")),
    ("batch", turned(checked_batches("{known}"), SIZE)),
    ("sources", turned(page("sources"), SIZE)),
    ("records", turned(checked, SIZE)),
    ("newsletter", turned(composing(), SIZE)),
    ("settings", turned(page("settings"), SIZE)),
)
COMMITTEE_REFERENCE: tuple[tuple[str, Callable[[MainWindow], None]], ...] = (("oversight", as_committee(top, SIZE)),)
"""The pictures that README and help show."""
