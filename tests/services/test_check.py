"""Batch check on a real desk: the answer, as at when, from which sources, and kept up to date with the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.projections.batch_check import Verdict
from msat.projections.ports import SourceHealth
from msat.services import dmd
from msat.services.check import Checker, check_lines, lines_of
from msat.services.desk import Desk
from tests.notices import recall

Receive = Callable[[FeedItem], AlertState]


def reached(desk: Desk, hours: float = 0) -> None:
    """Every source that is on was reached that long ago."""
    now = desk.clock.now()
    at = now - timedelta(hours=hours)
    desk.views.keep_health([SourceHealth(s.id, now, at) for s in desk.knowledge.sources if s.enabled])


def test_an_affected_batch_names_the_alert_and_its_state(desk: Desk, receive: Receive) -> None:
    reached(desk)
    state = receive(recall())
    (found,) = check_lines(desk, ["TX1001"])
    assert found.answer.verdict is Verdict.AFFECTED
    assert found.words == "Affected: batch TX1001 is in EL(26)A/61."
    assert found.states == {"EL(26)A/61": state}
    assert found.as_at == desk.clock.now()
    assert found.warnings == ()


def test_what_is_not_known_says_as_at_when_and_from_where(desk: Desk) -> None:
    reached(desk)
    (found,) = check_lines(desk, ["ZZ98765"])
    assert found.answer.verdict is Verdict.NOT_KNOWN
    names = ", ".join(s.name for s in desk.knowledge.sources if s.enabled)
    said = f"Not in any notice known here: batch ZZ98765. As at 22 November 2026 12:00, from {names}."
    assert found.words == said
    assert "safe" not in found.words


def test_a_source_that_is_stale_or_was_never_read_is_said(desk: Desk) -> None:
    (found,) = check_lines(desk, ["ZZ98765"])
    never = "has never been read here: notices from it may be missing."
    assert found.warnings
    assert all(warning.endswith(never) for warning in found.warnings)
    reached(desk, hours=25)
    (found,) = check_lines(desk, ["ZZ98765"])
    assert "was last read on 21 November 2026 11:00: newer notices may be missing." in found.warnings[0]
    reached(desk, hours=24)
    assert check_lines(desk, ["ZZ98765"])[0].warnings == ()


def test_a_checker_sees_what_was_recorded_since(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    checker = Checker(desk)
    assert checker.check("TX1001").answer.verdict is Verdict.NOT_KNOWN
    receive(recall())
    assert checker.check("TX1001").answer.verdict is Verdict.AFFECTED
    clock.moment += timedelta(hours=1)
    receive(recall(batches=(("TX1009", "11/2027"),)))
    assert checker.check("TX1001").answer.verdict is Verdict.LOOK_AGAIN
    assert checker.check("tx1009").answer.verdict is Verdict.AFFECTED


def test_a_withdrawn_notice_is_said_as_such(desk: Desk, receive: Receive) -> None:
    receive(recall())
    receive(recall(withdrawn="<p>Issued in error.</p>"))
    (found,) = check_lines(desk, ["TX1001"])
    assert found.answer.verdict is Verdict.LOOK_AGAIN
    assert "withdrawn EL(26)A/61" in found.words


def test_a_pasted_column_is_answered_line_by_line(desk: Desk, receive: Receive) -> None:
    receive(recall())
    found = check_lines(desk, lines_of("Batch No.\r\nTX1001\r\n\r\nTX1O01\rZZ98765\n"))
    assert [str(one.answer.verdict) for one in found] == ["not-known", "affected", "look-again", "not-known"]
    assert found[0].words == "This is a heading, not a number."
    malformed = check_lines(desk, ["(01)05012345678901"])[0]
    assert malformed.words.startswith("Look again: The check digit of the GTIN 05012345678901 is wrong.")


def test_too_long_a_column_is_refused_and_not_cut() -> None:
    assert len(lines_of("a\n" * 20_000)) == 20_000
    with pytest.raises(Refused, match="There are 20001 lines"):
        lines_of("a\n" * 20_001)


GTINS = """<?xml version="1.0"?><GTIN_DETAILS><AMPPS><AMPP><AMPPID>1001</AMPPID>
<GTINDATA><GTIN>5012345678900</GTIN><STARTDT>2020-01-01</STARTDT></GTINDATA>
<GTINDATA><GTIN>rubbish</GTIN></GTINDATA></AMPP></AMPPS></GTIN_DETAILS>"""
NAMES = """<ACTUAL_MEDICINAL_PROD_PACKS><AMPPS><AMPP><APPID>1001</APPID>
<NM>Testafil 10mg tablets (Example Pharma Ltd) 28 tablet</NM></AMPP></AMPPS></ACTUAL_MEDICINAL_PROD_PACKS>"""


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "f_gtin2_0010126.xml").write_text(GTINS, encoding="utf-8")
    (folder / "f_ampp2_3010126.xml").write_text(NAMES, encoding="utf-8")
    return folder


SCANNED = "]d2010501234567890017271130" + "10ZZ98765\x1d21123"


def test_dmd_makes_a_scanned_pack_known(desk: Desk, receive: Receive, release: Path) -> None:
    receive(recall())
    assert check_lines(desk, [SCANNED])[0].answer.verdict is Verdict.NOT_KNOWN
    done = dmd.import_dmd(desk, release)
    assert (done.gtins, done.named) == (1, 1)
    found = check_lines(desk, [SCANNED])[0]
    assert found.answer.verdict is Verdict.SAME_PRODUCT
    assert found.answer.product_names == ("Testafil 10mg tablets (Example Pharma Ltd) 28 tablet",)
    assert desk.views.difference_from_rebuild() == ()


def test_dmd_is_loaded_again_when_the_views_have_lost_it(desk: Desk, receive: Receive, release: Path) -> None:
    receive(recall())
    dmd.import_dmd(desk, release)
    desk.views.rebuild()
    assert desk.views.dmd_names("05012345678900")
    desk.views.keep_dmd("", [])
    assert desk.views.dmd_names("05012345678900") == ()
    assert check_lines(desk, [SCANNED])[0].answer.verdict is Verdict.SAME_PRODUCT


def test_one_file_of_dmd_at_a_time(desk: Desk, release: Path) -> None:
    first = dmd.import_dmd(desk, release / "f_gtin2_0010126.xml")
    assert first.words.endswith("The other file of the release is needed too: names and GTINs lie in two.")
    assert dmd.import_dmd(desk, release / "f_ampp2_3010126.xml").named == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<html/>", "neither the GTIN file nor the pack file"),
        ("<GTIN_DETAILS><AMPPS>", "is not whole XML"),
        ("<GTIN_DETAILS/>", "holds no pack"),
        ("", "is not whole XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><GTIN_DETAILS>&a;</GTIN_DETAILS>', "declares a document type"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><GTIN_DETAILS/>', "declares a document type"),
    ],
)
def test_a_file_that_is_not_dmd_changes_nothing(desk: Desk, release: Path, content: str, said: str) -> None:
    dmd.import_dmd(desk, release)
    file = release / "wrong.xml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match=said):
        dmd.import_dmd(desk, file)
    assert desk.views.dmd_names("05012345678900")


def test_a_folder_without_dmd_is_refused(desk: Desk, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(Refused, match="There is no"):
            dmd.import_dmd(desk, path)


def test_the_real_release_is_read(desk: Desk, shared: Path) -> None:
    done = dmd.import_dmd(desk, shared / "corpus" / "dmd")
    assert done.gtins > 5
    assert desk.views.dmd_names("08712400158572") == ("Nutrison liquid (Nutricia Ltd) 500 ml 1 x 500ml bottle",)
