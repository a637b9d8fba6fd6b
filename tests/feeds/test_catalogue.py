"""Sources: the shipped file, the organisation's overlay, and changes to it that leave the rest alone."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat import shipped
from msat.errors import Refused
from msat.feeds.catalogue import Finder, Kind, find_source, load_sources, set_address, set_enabled
from msat.feeds.own_sources import toml_string

SHIPPED = shipped.text("alerts/sources.toml")
IDS = ["govuk-alerts", "govuk-dsu", "nhse-psa", "sps", "nice", "ema", "fda-medwatch", "openfda", "who"]


def test_shipped_sources_load() -> None:
    source = load_sources(SHIPPED, None)[0]
    assert (source.id, source.kind, source.address) == ("govuk-alerts", Kind.GOVUK, "https://www.gov.uk")
    assert source.licence == "Open Government Licence v3.0"
    assert source.red_capable
    assert source.enabled


def test_a_source_has_a_page_for_people_where_there_is_one() -> None:
    pages = {str(source.id): source.page for source in load_sources(SHIPPED)}
    assert pages["govuk-alerts"] == "https://www.gov.uk/drug-device-alerts"
    assert pages["govuk-dsu"] == "https://www.gov.uk/drug-safety-update"
    assert pages["nhse-psa"] == "https://www.england.nhs.uk/"
    assert pages["openfda"] == "", "an interface for programs shows a person nothing"


def test_every_shipped_source_is_told_of_in_full_and_only_one_is_on() -> None:
    sources = load_sources(SHIPPED)
    assert [source.id for source in sources] == IDS
    assert [source.id for source in sources if source.enabled] == ["govuk-alerts"]
    for source in sources:
        assert all((source.publisher, source.carries, source.licence, source.nation)), source.id
        assert source.expected_silence_hours * 60 > source.every_minutes
        assert source.address.startswith("https://")
    assert {source.nation for source in sources} == {"uk", "england", "eu", "us", "world"}
    assert {source.kind for source in sources} == set(Kind)
    assert {source.finder for source in sources} == set(Finder)


def test_overlaying_a_feed_takes_a_whole_address() -> None:
    assert find_source(load_sources(SHIPPED), "openfda").verified
    own = '[[source]]\nid = "openfda"\naddress = "http://127.0.0.1:9/x.xml?a=b#c"\nenabled = true\n'
    source = find_source(load_sources(SHIPPED, own), "openfda")
    assert source.address == "http://127.0.0.1:9/x.xml?a=b"
    assert source.enabled
    assert not source.verified, "another address is another source of documents"


def test_own_file_overlays_address_and_enabled_by_id() -> None:
    own = '[[source]]\nid = "govuk-alerts"\naddress = "http://127.0.0.1:9/"\nenabled = false\n'
    source = load_sources(SHIPPED, own)[0]
    assert source.address == "http://127.0.0.1:9"
    assert not source.enabled
    assert source.publisher.startswith("Medicines")


def test_own_file_adds_a_source() -> None:
    own = '[[source]]\nid = "local"\nname = "Local"\nkind = "govuk"\naddress = "https://alerts.example.org"\n'
    assert [source.id for source in load_sources(SHIPPED, own)] == [*IDS, "local"]


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("[[source]\n", "TOML"),
        ("x = 1\n", "“x”"),
        ("[source]\nid = 'a'\n", "list of tables"),
        ("[[source]]\nname = 'x'\n", "source 1"),
        ("[[source]]\nid = 'A B'\n", "source 1"),
        ("[[source]]\nid = 'govuk-alerts'\n[[source]]\nid = 'govuk-alerts'\n", "twice"),
        ("[[source]]\nid = 'govuk-alerts'\nnation = 'wales'\n", "nation"),
        ("[[source]]\nid = 'govuk-alerts'\nenabled = 'yes'\n", "enabled"),
        ("[[source]]\nid = 'govuk-alerts'\naddress = 'http://10.0.0.1'\n", "private"),
        ("[[source]]\nid = 'local'\nkind = 'govuk'\naddress = 'https://a.example.org'\n", "name"),
        ("[[source]]\nid = 'local'\nname = 'L'\nkind = 'ftp'\naddress = 'https://a.example.org'\n", "kind"),
        (
            "[[source]]\nid = 'local'\nname = 'L'\nkind = 'govuk'\naddress = 'https://a.org'\nevery_minutes = 0\n",
            "every_minutes",
        ),
    ],
)
def test_mistake_names_file_source_and_field(own: str, words: str) -> None:
    with pytest.raises(Refused) as caught:
        load_sources(SHIPPED, own)
    assert words in str(caught.value)
    assert "sources.toml" in str(caught.value)


def test_unknown_source_suggests_the_nearest() -> None:
    with pytest.raises(Refused, match="Did you mean “govuk-alerts”"):
        find_source(load_sources(SHIPPED), "govuk-alert")


def test_first_change_makes_the_file() -> None:
    own = set_address(None, "govuk-alerts", "http://127.0.0.1:8000/")
    assert tomllib.loads(own) == {"source": [{"id": "govuk-alerts", "address": "http://127.0.0.1:8000"}]}
    own = set_enabled(own, "govuk-alerts", False)
    assert not load_sources(SHIPPED, own)[0].enabled
    own = set_enabled(own, "govuk-alerts", True)
    assert load_sources(SHIPPED, own)[0].enabled
    assert own.count("enabled") == 1


def test_change_keeps_what_a_person_wrote() -> None:
    own = (
        '# ours\n\n[[source]]   # one\nid = \'local\'\nname = "a # b"\nkind = "govuk"\n'
        'address = "https://a.example.org"  # asked IT\n\n[[source]]\nid = "govuk-alerts"\nenabled = false\n'
    )
    new = set_address(own, "local", "https://b.example.org")
    assert new == own.replace("https://a.example.org", "https://b.example.org")
    newer = set_address(new, "govuk-alerts", "https://c.example.org")
    assert "enabled = false" in newer
    found = {source.id: source.address for source in load_sources(SHIPPED, newer)}
    assert (found["govuk-alerts"], found["local"]) == ("https://c.example.org", "https://b.example.org")


@pytest.mark.parametrize(
    "own",
    [
        'source = [{id = "govuk-alerts", enabled = true}]\n',
        '[[source]]\nid = "govuk-alerts"\naddress = """\nhttps://www.gov.uk"""\n',
        "[[source]]\nbroken\n",
    ],
)
def test_file_that_cannot_be_changed_safely_is_left_to_the_person(own: str) -> None:
    with pytest.raises(Refused, match="by hand"):
        set_address(own, "govuk-alerts", "https://b.example.org")


def test_refused_address_is_not_written() -> None:
    with pytest.raises(Refused):
        set_address(None, "govuk-alerts", "http://169.254.169.254")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_being_written(text: str) -> None:
    assert tomllib.loads(f"x = {toml_string(text)}") == {"x": text}
