"""Send and receive, and other sites: files out and in with a report of each; fingerprints compared; logs removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton

from msat.exchange.arrivals import Arrival, Outcome
from msat.exchange.return_file import read_return, write_return
from msat.gui import exchange_deeds
from msat.gui.main_window import MainWindow
from msat.gui.pieces import Text, breakable
from msat.gui.views.enrol_panels import ComparePanel
from msat.gui.views.notices import Notice
from msat.gui.views.records_page import RecordsPage
from msat.record.organisation import Organisation
from msat.services.desk import Changes, Desk
from msat.services.take_return import enrolled
from tests.exchange.sites import enrol, make_site, sent, twin, work
from tests.gui.test_accessibility import _tab_chain, too_small, unnamed
from tests.record.makers import draft

OTHER = Organisation("Demo Network", "U90001", "pcn")


@pytest.fixture
def page(window: MainWindow) -> RecordsPage:
    window.resize(1100, 3200)
    window.show_page("records")
    found = window.page("records")
    assert isinstance(found, RecordsPage)
    QApplication.processEvents()
    return found


@pytest.fixture
def other(window: MainWindow, tmp_path: Path) -> Desk:
    return make_site(tmp_path / "other", OTHER, window.session.desk.clock)


def came(page: RecordsPage) -> dict[str, str]:
    """What the report says, by its heads."""
    QApplication.processEvents()
    found = page.exchange.findChildren(Notice)
    return {one.head.text(): one.text.text() for one in found if one.isVisible()}


def texts(widget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(Text) if one.isVisible())


def comparing(page: RecordsPage, log: str, label: str = "Compare and enrol") -> ComparePanel:
    page.sites.buttons[(label, log)].click()
    panel = page.sites.panel.itemAt(0).widget()
    assert isinstance(panel, ComparePanel)
    return panel


def test_the_own_return_is_saved_where_a_person_says(page: RecordsPage, window: MainWindow, tmp_path, monkeypatch):
    folder = tmp_path / "stick"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    QTest.mouseClick(page.exchange.send_button, Qt.MouseButton.LeftButton)
    (path,) = folder.iterdir()
    assert read_return(path.read_bytes()).head == window.session.desk.record.head()
    size = window.session.desk.record.head().size
    assert came(page) == {f"Wrote this organisation's log, {size} entries, to {path.name}.": breakable(str(folder))}
    page.exchange.send(tmp_path / "gone")
    assert "There is no folder" in str(came(page))
    assert page.exchange.send_button.isEnabled()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    page.exchange.choose_target()
    assert "There is no folder" in str(came(page)), "a closed dialog changes nothing"


def test_a_stranger_waits_until_its_fingerprint_was_compared(
    page: RecordsPage, window: MainWindow, other: Desk, tmp_path: Path
):
    desk, log = window.session.desk, other.record.log
    genuine, rubbish = tmp_path / "a.msatreturn", tmp_path / "b.msatreturn"
    genuine.write_bytes(sent(other))
    rubbish.write_bytes(b"not a return")
    page.exchange.drop.dropped.emit([genuine, rubbish])
    said = came(page)
    assert list(said) == ["b.msatreturn", "a.msatreturn"], "an alarm stands first"
    assert said["a.msatreturn"].endswith(exchange_deeds.TO_COMPARE)
    assert "1 file needs a person" in window.notices.notice.head.text()
    panel = comparing(page, log)
    first = next(iter(other.record.entries())).id
    assert panel.groups.text().split() == [first[at : at + 4] for at in range(0, 64, 4)]
    QApplication.processEvents()
    assert "“This is" in texts(panel)
    assert "it is the log of Demo Network, U90001." in texts(panel)
    assert unnamed(window) == too_small(window) == []
    panel.submit()
    assert "has not been compared" in panel.wrong.text()
    assert log not in enrolled(desk)
    panel.compared.setChecked(True)
    QTest.keyClick(panel.reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert enrolled(desk)[log].is_active
    assert page.sites.panel.count() == 0
    assert "1 new entry; 1 held now." in " ".join(came(page).values())
    assert ("Remove", log) in page.sites.buttons
    page.sites.buttons[("Remove", log)].click()
    removing = page.sites.panel.itemAt(0).widget()
    removing.submit()
    assert removing.wrong.text() == "Give a reason: it stays in the record."
    removing.reason.setText("The network was dissolved.")
    removing.submit()
    assert not enrolled(desk)[log].is_active
    assert "Removed" in [one.text() for one in page.sites.findChildren(QLabel)]


def test_what_waits_can_be_thrown_away(page: RecordsPage, other: Desk, tmp_path: Path):
    file = tmp_path / "a.msatreturn"
    file.write_bytes(sent(other))
    assert page.sites.line.text().startswith("No log is enrolled here, and none waits.")
    page.exchange.take_in([file])
    page.sites.buttons[("Throw away", other.record.log)].click()
    panel = page.sites.panel.itemAt(0).widget()
    assert "can send them again" in panel.intro.text()
    QTest.keyClick(panel.save, Qt.Key.Key_Escape)
    assert ("Throw away", other.record.log) in page.sites.buttons
    page.sites.buttons[("Throw away", other.record.log)].click()
    page.sites.panel.itemAt(0).widget().submit()
    assert ("Throw away", other.record.log) not in page.sites.buttons
    assert page.sites.line.text().startswith("No log is enrolled here")


def test_another_first_entry_than_the_one_compared_is_refused(
    page: RecordsPage, window: MainWindow, other: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from dataclasses import replace

    from msat.services import enrol

    file = tmp_path / "a.msatreturn"
    file.write_bytes(sent(other))
    page.exchange.take_in([file])
    panel = comparing(page, other.record.log)
    before = enrol.show
    monkeypatch.setattr(enrol, "show", lambda desk, what: replace(before(desk, what), fingerprint="0" * 64))
    panel.compared.setChecked(True)
    panel.submit()
    assert "another fingerprint" in panel.wrong.text()
    assert panel.save.isEnabled()
    assert other.record.log not in enrolled(window.session.desk)


def test_a_shared_folder_is_brought_up_to_date_and_remembered(
    page: RecordsPage, window: MainWindow, other: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "U90001.msatreturn").write_bytes(sent(other))
    (folder / "minutes.txt").write_text("Ours alone.", encoding="utf-8")
    assert page.exchange.again.isHidden()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    QTest.mouseClick(page.exchange.choose, Qt.MouseButton.LeftButton)
    said = came(page)
    assert said["The shared folder"].startswith("Read 1 file of others. Wrote ")
    assert said["The shared folder"].endswith("1 that are none of the exchange were not looked at.")
    assert len(list(folder.iterdir())) == 3
    assert page.exchange.again.isVisible()
    QTest.mouseClick(page.exchange.again, Qt.MouseButton.LeftButton)
    assert "Nothing of this organisation was to be written." in came(page)["The shared folder"]
    folder.rename(tmp_path / "unplugged")
    page.exchange.sync_again()
    assert "There is no folder" in str(came(page))


def test_taking_in_is_stopped_between_two_files(page: RecordsPage, other: Desk, tmp_path: Path):
    files = []
    for number in range(3):
        work(other, f"note {number}")
        files.append(tmp_path / f"{number}.msatreturn")
        files[-1].write_bytes(sent(other))
    page.exchange.working._progressed.connect(lambda _words: page.exchange.working.stop.click())
    page.exchange.take_in(files)
    assert came(page) == {"Stopped.": "Stopped. What was taken in before stays; do it again to go on."}
    assert page.exchange.working.isHidden()
    assert ("Compare and enrol", other.record.log) in page.sites.buttons, "the first had been taken in"


def test_of_thousands_of_files_the_quiet_ones_are_counted():
    arrivals = [Arrival(f"{n}", Outcome.SAME, "Nothing new.") for n in range(6000)]
    arrivals += [
        Arrival("new", Outcome.NEW, "Two new entries."),
        Arrival("bad", Outcome.FORK, "FORK", "Ask. Then: msatctl enrol accept 1 --compared"),
    ]
    found = exchange_deeds.report(arrivals)
    assert [one.name for one in found.shown[:2]] == ["bad", "new"]
    assert found.shown[0].next_step == f"Ask. {exchange_deeds.TO_DECIDE}"
    assert found.others == "And 5,962 more files: 5,962 with nothing new."
    assert exchange_deeds.report([]) == exchange_deeds.Report((), "")


def test_tab_goes_down_the_page_as_it_reads(page: RecordsPage, other: Desk, tmp_path: Path):
    file = tmp_path / "a.msatreturn"
    file.write_bytes(sent(other))
    page.exchange.take_in([file])
    page.safe.now_button.click()
    comparing(page, other.record.log)
    page.key.change.click()
    QApplication.processEvents()
    stops = [one for one in _tab_chain(page) if one.isVisible()]
    tops = [one.mapTo(page, QPoint(0, 0)).y() for one in stops]
    assert page.sites.panel.itemAt(0).widget().compared in stops
    assert [(a, b) for a, b in pairwise(tops) if b < a - 60] == []


def test_a_frozen_log_is_enrolled_again_with_a_reason_only(
    page: RecordsPage, window: MainWindow, other: Desk, tmp_path: Path
):
    desk, log = window.session.desk, other.record.log
    enrol(desk, other)
    clone = twin(other, 1)
    work(other, "here")
    clone.append([draft("there")])
    one, two = tmp_path / "1.msatreturn", tmp_path / "2.msatreturn"
    one.write_bytes(sent(other))
    two.write_bytes(b"".join(write_return(clone.entries(), clone.signed_head())))
    page.exchange.take_in([one])
    page.exchange.take_in([two])
    assert came(page)["2.msatreturn"].endswith(exchange_deeds.TO_DECIDE)
    assert "part at entry 2" in texts(page.sites)
    panel = comparing(page, log, "Enrol again")
    panel.compared.setChecked(True)
    panel.submit()
    assert panel.wrong.text().startswith("Give a reason")
    panel.reason.setText("The old computer was restored and used; it is switched off.")
    panel.submit()
    assert enrolled(desk)[log].frozen is None
    assert ("Enrol again", log) not in page.sites.buttons
    assert ("Remove", log) in page.sites.buttons


def test_the_page_has_a_way_to_each_section(page: RecordsPage, window: MainWindow):
    ways = [one for one in page.findChildren(QPushButton) if one.accessibleName().startswith("Go to: ")]
    assert [one.text() for one in ways][:3] == ["Check", "Send and receive", "Other sites"]
    ways[2].click()
    assert window.focusWidget() is page.sites.copy
    page.sites.copy.click()
    assert len(QApplication.clipboard().text().split()) == 16


def test_a_receipt_that_is_overdue_is_told_over_the_list_and_where_returns_are_sent(
    window: MainWindow, page: RecordsPage, tmp_path: Path
) -> None:
    assert "Nothing sent waits for a receipt." in texts(page.exchange)
    page.exchange.send(tmp_path)
    QApplication.processEvents()
    assert "its receipt has not come yet" in texts(page.exchange)
    window.session.clock.moment += timedelta(days=15)
    window.watch.ask()
    window.session.changes.happened.emit(Changes())
    QApplication.processEvents()
    assert "No receipt has come for 14 days" in texts(page.exchange)
    window.show_page("worklist")
    QApplication.processEvents()
    notice = window.worklist.receipt
    assert notice.isVisible()
    assert notice.head.text() == "No receipt for your return"
    assert "is not known to have arrived" in notice.text.text()
    notice.button.click()
    assert window.page("records").isVisible()


def test_the_history_says_what_was_recorded_on_another_workstation(window: MainWindow, tmp_path: Path) -> None:
    from msat.gui.views.history import History

    desk = window.session.desk
    assert desk is not None
    colleague = make_site(tmp_path / "colleague", desk.record.organisation, desk.clock)
    state = desk.views.states()[0]
    colleague.record.append([replace(draft("noted there"), about=state.key)])
    enrol(desk, colleague)
    after = desk.views.alert(state.key)
    assert after is not None
    shown = History()
    shown.show_lines(after.history, desk.record.log)
    told = texts_of(shown)
    number = colleague.record.head().size
    assert f"Entry {colleague.record.log[:8]}/{number}" in told
    assert f"on workstation {colleague.record.log[:8]}" in told
    assert f"Entry {state.history[0].seq} · MSAT, program ·" in told, "what was recorded here says no place"


def texts_of(widget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(Text))


def test_another_name_under_the_same_code_is_named_before_it_is_enrolled(
    page: RecordsPage, window: MainWindow, tmp_path: Path
):
    own = window.session.desk.record.organisation
    namesake = make_site(
        tmp_path / "namesake", Organisation("Elm Surgery", own.ods, own.kind), window.session.desk.clock
    )
    file = tmp_path / "a.msatreturn"
    file.write_bytes(sent(namesake))
    page.exchange.take_in([file])
    panel = comparing(page, namesake.record.log)
    QApplication.processEvents()
    told = texts(panel)
    assert "Another name under the same code" in told
    assert f"is also that of {own.name} (log" in told


def test_a_name_that_only_looks_like_another_is_told_before_it_is_enrolled(
    page: RecordsPage, window: MainWindow, tmp_path: Path
):
    own = window.session.desk.record.organisation
    twin = own.name.replace("e", "\u0435", 1)
    likeness = make_site(tmp_path / "likeness", Organisation(twin, "A81777", own.kind), window.session.desk.clock)
    file = tmp_path / "a.msatreturn"
    file.write_bytes(sent(likeness))
    page.exchange.take_in([file])
    panel = comparing(page, likeness.record.log)
    QApplication.processEvents()
    told = texts(panel)
    assert "Look closely" in told
    assert "\u0435”, Cyrillic small letter ie." in told
    assert f"Its name looks like that of {own.name} (log" in told
