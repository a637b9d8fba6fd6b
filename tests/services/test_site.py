"""The site of a profile: its nation, and the list of days that a person keeps by hand."""

from __future__ import annotations

import os
from datetime import date

import pytest

from msat import bootstrap, settings
from msat.cli import holiday_commands
from msat.errors import Refused
from msat.record.organisation import Organisation
from msat.services import site
from msat.working_days import NATIONS, WEEKS, Site

DAY = date(2027, 6, 1)


def test_without_a_list_it_is_a_site_in_england_open_from_monday_to_friday(profile):
    assert site.load(profile) == Site()
    assert site.own_days(profile) == ()


def test_days_are_added_in_order_and_taken_out(profile):
    site.add_day(profile, DAY, "  Proclaimed   “day” \\ ")
    site.add_day(profile, date(2027, 1, 4), "Training", "shut")
    site.add_day(profile, date(2027, 12, 27), "Open house", "open")
    assert [one.date for one in site.own_days(profile)] == [date(2027, 1, 4), DAY, date(2027, 12, 27)]
    found = site.load(profile)
    assert found.holidays == ((DAY, "Proclaimed “day” \\"),)
    assert (len(found.shut), len(found.opened)) == (1, 1)
    assert "out of the list" in site.remove_day(profile, DAY).words
    assert site.load(profile).holidays == ()


@pytest.mark.parametrize(
    ("day", "name", "kind", "what"),
    [
        (DAY, " ", "shut", "no name"),
        (DAY, "x" * 81, "shut", "no name"),
        (DAY, "line\x00break", "shut", "no name"),
        (DAY, "Day", "half-shut", "kind of day"),
        (date(1999, 1, 1), "Day", "shut", "1999"),
        (date(2101, 1, 1), "Day", "shut", "2101"),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_nothing_is_written(profile, day, name, kind, what):
    with pytest.raises(Refused, match=what):
        site.add_day(profile, day, name, kind)
    assert not profile.days.exists()


def test_a_day_is_in_the_list_once_and_one_that_is_not_there_cannot_go(profile):
    site.add_day(profile, DAY, "Proclaimed")
    with pytest.raises(Refused, match="already"):
        site.add_day(profile, DAY, "Again", "open")
    with pytest.raises(Refused, match="not in the list"):
        site.remove_day(profile, date(2027, 6, 2))
    assert [one.name for one in site.own_days(profile)] == ["Proclaimed"]


@pytest.mark.parametrize(
    "text",
    [
        "[[day]]\ndate = 2027-06-01\n",
        "[[day]]\ndate = 2027-06-01\nname = 5\n",
        '[[day]]\ndate = "soon"\nname = "x"\n',
        '[[day]]\ndate = 2027-06-01\nname = "x"\nkind = "closed"\n',
        '[[day]]\ndate = 2027-06-01\nname = "x"\ncolour = "red"\n',
        '[[day]]\ndate = 2027-06-01\nname = "x"\n[[day]]\ndate = 2027-06-01\nname = "y"\n',
        "day = [",
        "[[days]]\n",
    ],
)
def test_a_list_with_a_mistake_is_refused_by_name(profile, text):
    profile.make()
    profile.days.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=r"days\.toml"):
        site.load(profile)


def test_a_list_made_in_notepad_is_read(profile):
    profile.make()
    profile.days.write_bytes('\ufeff[[day]]\r\ndate = 2027-06-01\r\nname = "Gŵyl"\r\n'.encode())
    assert site.load(profile).holidays == ((DAY, "Gŵyl"),)


def test_a_list_that_is_no_text_is_refused(profile):
    profile.make()
    profile.days.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refused, match="cannot be read"):
        site.load(profile)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs an account that cannot write everywhere")
def test_a_folder_that_takes_nothing_is_told_of(profile):
    profile.make()
    profile.config.chmod(0o500)
    with pytest.raises(Refused, match="cannot be written"):
        site.add_day(profile, DAY, "Proclaimed")


def test_a_folder_in_the_place_of_the_list_is_told_of(profile):
    profile.make()
    profile.days.with_suffix(".new").mkdir()
    with pytest.raises(Refused, match="cannot be written"):
        site.add_day(profile, DAY, "Proclaimed")


def test_the_choices_of_the_settings_are_those_that_the_site_knows():
    assert settings.declared("nation").choices == NATIONS
    assert settings.declared("open_on").choices == tuple(WEEKS)
    assert holiday_commands.KINDS == site.KINDS


def test_an_opened_profile_counts_with_its_own_site(profile, clock):
    settings.save(profile.settings, {"nation": "scotland", "open_on": "monday-saturday"})
    site.add_day(profile, DAY, "Proclaimed")
    bootstrap.create_profile(profile, Organisation("Test Surgery", "Y00001", "gp-practice"), clock)
    desk = bootstrap.open_desk(profile, clock)
    try:
        assert desk.knowledge.site == Site("scotland", 6, ((DAY, "Proclaimed"),))
    finally:
        desk.close()


def test_a_setting_that_is_changed_counts_from_the_next_decision_on(desk):
    settings.save(desk.places.settings, {"nation": "wales"})
    assert desk.knowledge.site == Site()
    assert site.reload(desk) == desk.knowledge.site == Site("wales")
