"""Upkeep: compute again what the screens show, and bring the names of packs (dm+d). The record is only read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QFrame

from msat.errors import Cancelled, MsatError
from msat.gui import paper_deeds
from msat.gui.dates import say_moment
from msat.gui.pieces import KeyButton, Text, Wrapping, column, empty
from msat.gui.session import Session
from msat.gui.tongue import later, plural, tr
from msat.gui.views.notices import Notice, NoticeBar
from msat.gui.views.working_line import WorkingLine

if TYPE_CHECKING:
    from msat.gui.paper_deeds import CasesRun
    from msat.services.rerun import Reruns

MOST_SHOWN = 20
ABOUT = later(
    "What the screens show is computed from the record and can be computed again at any time. If a check says that the "
    "two differ, do it here. Each priority can be decided again too, with the notice and the rules as they were stored "
    "then: it has to come out the same."
)
NAMES = later(
    "With the files of a dm+d release, Batch check names a pack by the number (GTIN) in its code: the GTIN file and "
    "the pack file (f_gtin2, f_ampp2) of one release, unpacked in one folder."
)


class UpkeepCard(QFrame):
    """Both take a while over much; the window stays usable."""

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._notices = session, notices
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Put in order"), "section"))
        lines.addWidget(Text(tr(ABOUT), "dense", "text_2"))
        self.rebuild_button = KeyButton(tr("Compute everything again"), self.rebuild)
        self.again_button = KeyButton(tr("Decide everything again and compare"), self.decide_again)
        self.cases_button = KeyButton(tr("Run the worked cases of the rules"), self.run_cases)
        self.names_button = KeyButton(tr("Bring the names of packs"), self.choose_folder)
        ways = Wrapping(gap=8)
        ways.addWidget(self.rebuild_button)
        ways.addWidget(self.again_button)
        ways.addWidget(self.cases_button)
        ways.addWidget(self.names_button)
        lines.addWidget(Text(tr(NAMES), "dense", "text_2"))
        lines.addLayout(ways)
        self.working = WorkingLine(tr("putting in order"))
        lines.addWidget(self.working)
        self.outcome = column(gap="small")
        lines.addLayout(self.outcome)

    def rebuild(self) -> None:
        """Throws away what is computed and computes it from the record."""
        self._begin()
        progress = self.working.begin(tr("Reading the record."))

        def done(alerts: int) -> None:
            self._ended()
            words = plural(alerts, "{alerts:,} alert", "{alerts:,} alerts").format(alerts=alerts)
            said = tr("Computed again from the record: {alerts}.").format(alerts=words)
            self.outcome.addWidget(Notice("green", said))
            self._tell_views()

        self._session.grace.record_all(
            lambda: self._session.run(paper_deeds.rebuild(progress), self, done, self._failed, long=True)
        )

    def decide_again(self) -> None:
        """Makes each priority again from the notice and the rules as they were stored then; records nothing."""
        self._begin()
        progress = self.working.begin(tr("Deciding again."), tr("Stopped. What was compared so far is not kept."))

        def done(found: Reruns) -> None:
            self._ended()
            wrong = [one for one in found.done if one.is_wrong]
            self.outcome.addWidget(Notice("red" if wrong else "green", found.words))
            for one in wrong[:MOST_SHOWN]:
                self.outcome.addWidget(
                    Text(f"{one.about}, {say_moment(one.decided)}: {one.words} {' '.join(one.differences)}", "dense")
                )

        self._session.run(paper_deeds.decide_again(progress), self, done, self._failed, long=True)

    def run_cases(self) -> None:
        """Runs the worked cases that ship with the program: each notice has to get the priority that was agreed."""
        self._begin()
        self.working.begin(tr("Running the cases."))

        def done(found: CasesRun) -> None:
            self._ended()
            if not found.wrong:
                said = tr("{cases} worked cases for {rules} rules came out as agreed.").format(
                    cases=found.number, rules=found.rules
                )
                self.outcome.addWidget(Notice("green", said))
                return
            said = tr("{wrong} of {cases} worked cases did not come out as agreed. Install MSAT again.").format(
                wrong=len(found.wrong), cases=found.number
            )
            self.outcome.addWidget(Notice("red", said, "\n".join(found.wrong[:MOST_SHOWN])))

        self._session.run(paper_deeds.run_cases(), self, done, self._failed, long=True)

    def choose_folder(self) -> None:
        """Asks for the folder of a dm+d release."""
        known = self._session.memory.text("dmd/folder", str(Path.home()))
        folder = QFileDialog.getExistingDirectory(self, tr("The folder of the dm+d release"), known)
        if folder:
            self._session.memory.keep("dmd/folder", folder)
            self.bring(Path(folder))

    def bring_all(self, paths: list[Path]) -> None:
        """Imports one after another: the names and the numbers of a release lie in two files."""
        first, *rest = paths
        self.bring(first, rest)

    def bring(self, path: Path, rest: Sequence[Path] = ()) -> None:
        """Imports the files of a dm+d release from its folder, or one of them; then the `rest`."""
        self._begin()
        self.working.begin(tr("Reading the files. A whole release takes about a minute."))

        def done(words: str) -> None:
            self._ended()
            if rest:
                self.bring_all(list(rest))
            else:
                self.outcome.addWidget(Notice("green", words))

        self._session.run(paper_deeds.bring_names(path), self, done, self._failed, long=True)

    def _buttons(self) -> tuple[KeyButton, ...]:
        return self.rebuild_button, self.again_button, self.cases_button, self.names_button

    def _begin(self) -> None:
        empty(self.outcome)
        for button in self._buttons():
            button.setEnabled(False)

    def _ended(self) -> None:
        self.working.end()
        for button in self._buttons():
            button.setEnabled(True)

    def _failed(self, error: MsatError) -> None:
        self._ended()
        tone = "amber" if isinstance(error, Cancelled) else "red"
        self.outcome.addWidget(Notice(tone, f"{error.title}.", f"{error.explanation} {error.next_step}".strip()))

    def _tell_views(self) -> None:
        from msat.services.desk import Changes

        self._session.changes.happened.emit(Changes(frozenset()))
