"""Every real notice of the stand-in fits on one side of A4, and all of them make one file whose contents are true."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pypdf

from msat.exports.inspector import inspector_page
from msat.exports.inspector_side import Inspected
from msat.exports.page_layout import lay_out
from msat.exports.seal import gather
from msat.services.desk import Desk
from msat.services.inspector import export_inspector_file, export_inspector_page
from msat.services.verify import verify_files
from tests.exports.test_pdf import failures
from tests.journeys.test_real_notices import desk, look, notices, standin
from tests.services.conftest import PHARMACIST

__all__ = ["desk", "notices", "standin"]


def test_the_longest_real_notices_stay_on_one_side(desk: Desk, tmp_path: Path) -> None:
    look(desk)
    states = desk.views.states()
    told = {state.key: desk.views.notice(state.key) for state in states}
    longest = sorted(
        states, key=lambda state: len(state.title) + 10 * len(told[state.key].batches if told[state.key] else ())
    )
    for state in longest[-25:]:
        seal = gather(desk.record, (state,), "inspector", {}, desk.clock.now())
        of = Inspected(state, told[state.key], desk.record.organisation, desk.clock.now())
        made = inspector_page(of, seal)
        assert len(lay_out(seal.closed(made), seal.footer()).pages) == 1, state.title
    path, _changes = export_inspector_page(desk, longest[-1].key, tmp_path, PHARMACIST)
    assert len(pypdf.PdfReader(path).pages) == 1
    assert failures(path.read_bytes()) == []


def test_all_real_notices_make_one_file_with_true_contents(desk: Desk, tmp_path: Path) -> None:
    look(desk)
    states = desk.views.states()
    path, _changes = export_inspector_file(
        desk, tmp_path / "all.pdf", PHARMACIST, date(2000, 1, 1), desk.clock.now().date()
    )
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in pypdf.PdfReader(path).pages]
    sides = [number for number, text in enumerate(pages, 1) if "Who did what, when:" in text]
    assert len(sides) == len(states)
    assert sides == list(range(sides[0], sides[0] + len(states)))
    numbers = [
        int(found)
        for text in pages[: sides[0] - 1]
        for found in re.findall(r"(?:arrival|limit|due|passed) (\d+) ", text)
    ]
    assert sorted(set(numbers)) == sides
    ((_path, found),) = verify_files([path], desk.record)
    assert found.valid, found.problems
