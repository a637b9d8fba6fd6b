"""Which sources a new profile begins with, by nation and kind, and that what somebody said before stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat.errors import Refused
from msat.places import Places
from msat.services import sources
from msat.services.choose_sources import choose, offered
from msat.services.sources import NewSource


def ticked(profile: Places, nation: str = "england", kind: str = "gp-practice") -> set[str]:
    return {str(offer.source.id) for offer in offered(profile, nation, kind) if offer.ticked}


@pytest.mark.parametrize(
    ("nation", "kind", "wanted"),
    [
        ("england", "gp-practice", {"govuk-alerts", "nhse-psa"}),
        ("england", "committee", {"govuk-alerts", "nhse-psa", "govuk-dsu"}),
        ("scotland", "community-pharmacy", {"govuk-alerts"}),
        ("wales", "pcn", {"govuk-alerts", "govuk-dsu"}),
    ],
)
def test_what_suits_a_nation_and_a_kind(profile: Places, nation: str, kind: str, wanted: set[str]) -> None:
    assert ticked(profile, nation, kind) == wanted


def test_sources_of_other_nations_are_not_offered(profile: Places) -> None:
    names = {str(offer.source.id) for offer in offered(profile, "scotland", "gp-practice")}
    assert names == {"govuk-alerts", "govuk-dsu", "sps"}


def test_what_somebody_turned_off_or_added_before_stays_so(profile: Places) -> None:
    sources.set_enabled(profile, "nhse-psa", False)
    sources.set_enabled(profile, "govuk-alerts", False)
    sources.set_enabled(profile, "who", True)
    address = "https://formulary.example.org/feed.xml"
    sources.add(profile, NewSource("formulary", "Our formulary", address))
    assert ticked(profile) == {"who", "formulary"}


def test_the_choice_is_kept_and_nothing_else_is_written(profile: Places) -> None:
    choose(profile, {"govuk-alerts": True, "nhse-psa": False})
    assert sources.own_text(profile) is None, "what is so by itself need not be written"
    choose(profile, {"govuk-alerts": True, "nhse-psa": True})
    on = {source.id for source in sources.load(profile) if source.enabled}
    assert on == {"govuk-alerts", "nhse-psa"}


def test_a_choice_that_cannot_be_kept_is_refused_in_words(profile: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Refused, match="No space left on device"):
        choose(profile, {"nhse-psa": True})
    with pytest.raises(Refused, match="There is no source"):
        choose(profile, {"no-such-source": True})
