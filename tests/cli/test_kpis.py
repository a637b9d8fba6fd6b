"""`msatctl kpis`: the same figures in words and JSON, a period that is none, and who is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from msat import bootstrap
from msat.cli import main
from msat.clock import FixedClock
from msat.places import Places, places
from msat.record.organisation import Organisation
from msat.services.acknowledge import acknowledge
from tests.cli.test_commands import ask, refused, take
from tests.notices import recall
from tests.services.conftest import PHARMACIST

PERIOD = ("--from", "2026-01-01", "--to", "2026-12-31")


@pytest.fixture
def folder(profile: Places, clock: FixedClock) -> str:
    """A profile with two recalls, one of them acknowledged; EL(26)A/62 is missing. The command has the real clock."""
    clock.moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    bootstrap.create_profile(profile, Organisation("Test Surgery", "Y00001", "dispensing-practice"), clock)
    desk = bootstrap.open_desk(profile, clock)
    take(desk, recall("EL(26)A/61"))
    take(desk, recall("EL(26)A/63", product="Otherol 5 mg tablets", batches=(("QQ7001", "11/2027"),)))
    acknowledge(desk, "EL(26)A/61", PHARMACIST)
    desk.close()
    return str(profile.data.parent)


def test_json_has_every_indicator_with_its_definition(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = ask(capsys, "--profile", folder, "kpis", *PERIOD, "--json")
    assert told["organisation"] == {"ods": "Y00001", "name": "Test Surgery", "kind": "dispensing-practice"}
    assert (told["from"], told["to"], told["asked"], told["held"]) == ("2026-01-01", "2026-12-31", 1, 1)
    by_code = {one["code"]: one for one in told["kpis"]}
    assert list(by_code) == [f"K{n}" for n in range(1, 11)]
    assert by_code["K1"]["value"] == {"count": 2}
    assert by_code["K7"]["value"] == {"numerator": 1, "denominator": 2, "percent": 50}
    assert by_code["K10"]["value"] == {"numerator": 1, "denominator": 1, "percent": 100}
    assert all(one["definition"]["numerator"] for one in told["kpis"])


def test_words_say_counts_parts_and_definitions(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--profile", folder, "kpis", *PERIOD]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Test Surgery (Y00001), 1 January 2026 to 31 December 2026, as at ")
    assert "1 organisation is asked; a record is held of 1." in said
    assert "K7  Response rate: 1 of 2 (50%)" in said
    assert "      Held, and nobody there has recorded anything: 1" in said
    assert "      | This definition is a proposal, for a committee to approve." in said
    assert max(map(len, said.splitlines())) <= 100
    assert main(["--profile", folder, "kpis", *PERIOD, "--brief"]) == 0
    brief = capsys.readouterr().out.splitlines()
    assert len(brief) == 12
    assert brief[2] == "K1  Alerts identified: 2"


def test_a_period_must_be_one(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "--profile", folder, "kpis", "--from", "2026-12-31", "--to", "2026-01-01")
    assert "before it begins" in said
    assert "is not a date" in refused(capsys, "--profile", folder, "kpis", "--from", "January", "--to", "2026-01-01")


def test_a_committee_without_an_area_is_told_so(
    tmp_path: Path, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    where = places(tmp_path / "team")
    bootstrap.create_profile(where, Organisation("Demo Team", "QOX", "committee"), clock)
    assert main(["--profile", str(where.data.parent), "kpis", *PERIOD, "--brief"]) == 0
    said = capsys.readouterr().out
    assert "No organisation is asked yet: choose your area" in said
    assert "K7  Response rate: none to count" in said
