"""A source that is silent never looks like a source with nothing new."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from msat.gui.main_window import MainWindow
from msat.gui.source_words import Health, banner, empty_words, next_check, site_instead, summary
from msat.ids import SourceId
from msat.projections.ports import Query, SourceHealth

NOW = datetime(2026, 11, 20, 9, 42, tzinfo=UTC)


def source(name: str = "MHRA", enabled: bool = True, red: bool = True, page: str = "", **known: object) -> Health:
    return Health(name, name, enabled, red, SourceHealth(SourceId(name), **known), page=page)  # type: ignore[arg-type]


def reached(hours: float = 0, **more: object) -> Health:
    when = NOW - timedelta(hours=hours)
    return source(last_tried=when, last_reached=when, **more)


def test_all_well():
    assert summary([reached()], NOW) == ("Checked 09:42. The source is up to date.", "green")
    assert banner([reached()], NOW) is None
    assert empty_words([reached()], NOW)[0] == "Nothing is waiting."


def test_when_nothing_waits_the_next_check_is_told():
    sources = [reached(hours=0.25), reached(hours=1)]
    following = next_check(sources, 15)
    assert following == NOW
    assert empty_words(sources, NOW, following)[1] == "Last checked 09:27; next check 09:42. Every source was reached."
    assert next_check([reached()], 15) == NOW + timedelta(minutes=60), "the source itself asks for no more than hourly"
    assert next_check([reached(hours=2)], 180) == NOW + timedelta(hours=1), "the settings ask for less than that"
    assert next_check([reached()], 0) is None
    assert next_check([source()], 15) is None
    assert empty_words([reached()], NOW)[1] == "Last checked 09:42. Every source was reached."


def test_an_empty_worklist_names_what_was_dealt_with_last(window: MainWindow):
    nothing = window.worklist.list_pane.nothing
    window.watch.health = [reached()]
    window.watch.say_empty(window.worklist, [])
    wanted = Query(closed_only=True, newest_first=True, limit=3)
    closed = window.session.desk.views.worklist(wanted, window.session.now())
    said, _head, names = nothing.text.text().partition("Dealt with, the newest first:\n")
    assert said.startswith("Last checked")
    assert names.splitlines() == [f"{row.title} ({row.status.value})" for row in closed]
    assert len(closed) == 3


def test_a_source_that_is_not_reached_is_read_on_its_site():
    fine, never = reached(page="https://fine.example/"), source("NEW", page="https://new.example/")
    late = replace(reached(hours=40), name="LATE", can_carry_red=False, page="https://late.example/")
    failed = replace(late, name="FAILED", can_carry_red=True, page="https://failed.example/")
    assert site_instead([fine, never], NOW) is None, "before its first check there is Check now"
    assert site_instead([fine, late], NOW) == late
    assert site_instead([fine, late, failed], NOW) == failed, "first what can carry a Red"
    assert site_instead([fine, replace(failed, page="")], NOW) is None
    assert site_instead([fine, replace(failed, enabled=False)], NOW) is None


def test_an_empty_list_leads_to_the_site_of_a_source_that_is_not_reached(window: MainWindow, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr("msat.gui.views.source_text.open_address", lambda address: opened.append(address) or False)
    nothing = window.worklist.list_pane.nothing
    window.worklist.list_pane.stack.setCurrentWidget(nothing)
    now = window.session.now()
    known = SourceHealth(SourceId("MHRA"), last_tried=now, last_reached=now - timedelta(hours=40), failures=3)
    window.watch.health = [Health("MHRA", "MHRA on GOV.UK", True, True, known, page="https://www.gov.uk/alerts")]
    window.watch.say_empty(window.worklist, [])
    assert nothing.site.isVisible()
    assert nothing.site.text() == "Read the site of MHRA on GOV.UK"
    nothing.site.click()
    assert opened == ["https://www.gov.uk/alerts"]
    assert nothing.text.text().endswith("No browser opened. The address is https://www.gov.uk/alerts")
    fine = replace(known, last_reached=now, failures=0)
    window.watch.health = [replace(window.watch.health[0], known=fine)]
    window.watch.say_empty(window.worklist, [])
    assert not nothing.site.isVisible()


def test_a_failure_is_said_everywhere():
    failed = source(
        last_tried=NOW, last_reached=NOW - timedelta(hours=17), failures=2, error="The proxy refused the connection."
    )
    said, tone = summary([reached(), failed], NOW)
    assert tone == "amber"
    assert "1 of 2 sources up to date" in said
    assert "MHRA: failed, last reached yesterday 16:42." in said
    shown = banner([failed], NOW)
    assert shown is not None
    assert "new alerts may be missing" in shown[0]
    assert shown[1] == "Last reached yesterday 16:42. The proxy refused the connection."
    assert failed.name in shown[0], "its name stands in the heading alone"
    both = banner([failed, replace(failed, name="Another one")], NOW)
    assert both is not None
    assert both[0] == "2 sources not up to date: new alerts may be missing."
    assert both[1].count("Another one") == 1
    assert empty_words([failed], NOW)[0] == "No source could be reached."


def test_a_day_of_silence_puts_up_the_banner_only_where_a_red_can_come_from():
    stale = reached(hours=25)
    assert banner([stale], NOW) is not None
    assert banner([source(red=False, last_tried=NOW, last_reached=NOW - timedelta(days=3))], NOW) is None
    assert empty_words([stale], NOW)[0] != "Nothing is waiting."


def test_never_reached_differs_from_nothing_new():
    never = source()
    assert empty_words([never], NOW) == ("No alerts yet.", "No source has been checked. Choose Check now (F5).")
    assert summary([never], NOW) == ("1 source never checked. Choose Check now.", "amber")
    assert banner([never], NOW) == ("No source has been checked yet.", "Alerts may be waiting. Choose Check now.")


def test_no_source_on_is_said():
    assert summary([source(enabled=False)], NOW)[1] == "amber"
    assert source(enabled=False).state(NOW) == "Off"


def test_a_source_just_added_is_called_never_reached_once():
    said, tone = summary([reached(), source("Our feed", red=False)], NOW)
    assert said == "Checked 09:42. 1 of 2 sources up to date. Our feed: never reached."
    assert tone == "amber"
