"""In the pseudo-locale no English is left on any screen, but for what is recorded, what a notice or the shipped
knowledge says, and what is named here with its reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QTabBar, QWidget

from msat import shipped
from msat.gui import tongue
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.gui.theme import Theme
from msat.places import places
from msat.services.desk import Desk
from tests.gui.conftest import SCREENLESS, settle
from tests.gui.screens import SCREENS, visit

MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
STAYS = {
    rf"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]* )?(?:\d+ )?(?:{MONTHS})[a-z]*\b": "a date, as the record writes it",
    r"\b(?:Ctrl|Shift|Alt)\+\w+|\b(?:Enter|Esc|Space|Del)\b": "a key, as it is printed on the keyboard",
    r"(?:[\u200b]?[/\\][\u200b]?[\w.\-\u200b]+)+": "a path",
    r"\b[0-9a-f]{4}(?: +[0-9a-f]{4})+\b|\b[0-9a-f]{8}\b": "a fingerprint, or the beginning of a log's name",
    r"\{\w+\}": "a code in a text that is filled in",
    r"\b\w+ bank holiday\b|\bBoxing Day\b": "the name of a holiday",
    r"\b\d+ of \d+\b|\b\d+ (?:here|not here|bodies|files|organisation|months|points)\b": "a count",
    r"\b\d+ \w+s? (?:before|after)\b|\b\d+ (?:days?|entries|signatures|deferrals)\b": "a count",
    r"\b\d+ (?:earlier head|signed heads)\b": "a count",
    r"\bA\d\d\b(?: in [A-Z][\w' ]+)?": "an action by its code, and the place as the record names it",
    r"\b(?:Red|Amber|Green) by rule\b|\brules \d+": "a priority as it was recorded, with the rule",
    r"&#x27;s?\b": "an apostrophe in markup",
}
"""Stretches of text that stay as they are, each with why."""
PLACES = {
    "HelpText": "help is a page of its own for each language",
    "PagePicture": "paper is English, like the record that it shows",
    "SourceText": "the words of a notice, or of a newsletter as it is sent",
    "FactText": "the words of a notice",
    "GrowingText": "what a person writes for readers",
    "ItemBody": "a newsletter, in the language of its readers",
    "ItemCard": "a newsletter, in the language of its readers",
    "LineList": "titles of notices and of issues",
    "QLineEdit": "what a person types",
    "QPlainTextEdit": "what a person types",
    "BatchBox": "what a person types",
    "BoardView": "titles of notices and names of organisations",
    "PreviewCard": "what would be recorded, word for word",
    "DaysCard": "names of holidays",
    "PersonPanel": "roles: recorded as they are chosen",
}
"""Widgets whose words, and those of what is in them, are somebody's or recorded; each with why."""
PHRASES = {
    "a reason or an answer as it is recorded": (
        "Not held or supplied here|For another kind of organisation|Already covered by an earlier alert|see the note|"
        "held or supplied here|may affect patients here|Not answered|Acknowledged|GP partner|practice pharmacist|"
        "at higher risk \\d+|unchanged with reason \\d+|As second person"
    ),
    "an error that a pose of these tests makes up": (
        "The address could not be found on the network|Try again|or check the network|Free space|then save again|"
        "The network is down|Try later"
    ),
    "what a pose typed": (
        "a medicine that is in no notice|no such setting|Please be aware|"
        "(?:at )?Safety committee(?: on)?|Safety lead|Write to them"
    ),
    "the title of a paper, in the language of the paper": "Timeline|Record of action",
    "the ending of a file": "msatbackup",
    "a role: recorded as it is chosen": (
        "[Pp]ractice (?:pharmacist|nurse|manager)|Pharmacy technician|Dispensary lead|Administrator|"
        "(?:Superintendent|Responsible) pharmacist|Medicines safety officer"
    ),
    "names of the sample, and what a pose gives a notice": (
        ".*Demo (?:GP|Pharmacist|Surgery).*|Phen|Zen|.*Samplepril .*|(?:Discussed )?Message to all sites|lids of|"
        "name erased 1"
    ),
    "an entry's fields as the record has them, shown before a name is erased": (
        "about EL|meaning|assigned|deferred|stands in|.*Deferred EL|Acknowledged EL|Discussed EL|"
        "\\d people put in charge of an"
    ),
    "put together below the window out of words, so that no template holds it whole: not translatable yet": (
        "close when|acknowledged|signed|stock checked in every|prints this batch number|A file|"
        "too few points to judge|\\d+ are needed for limits|as reported|Late ones in|"
        "No log of another installation is(?: held here)?|so no fork of one can show"
    ),
}
"""Whole phrases that stay, by their reason."""
_ACCENTED = re.compile(r"[ÀàÇçÉéÎîÑñÖöŠšÛûÝýŽž]")
_WORD = re.compile(r"[^\W\d_]{3,}")
_PHRASES = re.compile(r"[\[\].,;:·“”()?!…|\n]+")


def _words(text: str) -> str:
    return re.sub(r"[^\w]+", " ", text).casefold().strip()


def left_in(text: str, known: str) -> list[str]:
    """The phrases of a text that are English, and neither known nor among what stays."""
    for stays in STAYS:
        text = re.sub(stays, " . ", text)
    found = []
    for stretch in re.split(rf"\S*{_ACCENTED.pattern}\S*", text):
        for phrase in _PHRASES.split(stretch):
            english = [word for word in _WORD.findall(phrase) if re.search("[aeiou]", word)]
            named = any(re.fullmatch(phrases, phrase.strip()) for phrases in PHRASES.values())
            if english and not named and f" {_words(phrase)} " not in known:
                found.append(phrase.strip())
    return found


def shown_by(widget: QWidget) -> Iterator[str]:
    """Every text of a widget that a person sees or hears."""
    for name in ("text", "placeholderText", "title"):
        said = widget.property(name)
        yield said if isinstance(said, str) else ""
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(at) for at in range(widget.count()))
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(at) for at in range(widget.count()))
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _cells(widget)
    yield from (re.sub("<[^>]*>", "", widget.toolTip()), widget.accessibleName(), widget.accessibleDescription())


def _with_above(widget: QWidget) -> Iterator[QWidget]:
    above: QWidget | None = widget
    while above is not None:
        yield above
        above = above.parentWidget()


def _cells(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    roles = (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole))
    for row in range(min(model.rowCount(), 20)):
        for column in range(columns):
            yield from (str(model.index(row, column).data(role) or "") for role in roles)
    for column in range(columns):
        head = model.headerData(column, Qt.Orientation.Horizontal)
        yield head if isinstance(head, str) else ""


def _known(desk: Desk) -> str:
    """What is recorded, what notices say, what the shipped knowledge says: all of it as words."""
    texts = [json.dumps(entry.data, ensure_ascii=False) for entry in desk.record.entries()]
    texts += [repr(desk.views.notice(str(state.key))) for state in desk.views.states()]
    texts += [repr(desk.knowledge.actions), repr(desk.knowledge.sources), repr(desk.record.organisation)]
    texts += [shipped.text(name) for name in shipped.names("alerts", ".toml")]
    return " ".join(f" {_words(text.replace(chr(92) + 'n', ' '))} " for text in texts)


@pytest.fixture
def strict_window(
    qtbot, theme: Theme, sample: Desk, tmp_path: Path, lower_texts: dict[str, str]
) -> Iterator[MainWindow]:
    """The window in a pseudo-locale that knows of the lower layers just what a translator gets."""
    (tmp_path / "msat_pseudo.json").write_text(json.dumps(list(lower_texts)), encoding="utf-8")
    tongue.install(tongue.PSEUDO, QApplication.instance(), tmp_path)
    where = places(tmp_path / "window")
    where.make()
    session = Session(where, InstantRunner())
    session.remember_person("Demo Pharmacist", "Practice pharmacist")
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.resize(1280, 860)
    made.show()
    session.open(lambda: sample)
    settle(made)
    yield made
    session.close()
    tongue.remove()


@pytest.mark.timeout(600)
@pytest.mark.qt_log_ignore(*SCREENLESS)
def test_no_english_is_left(strict_window: MainWindow):
    known = _known(strict_window.session.desk)
    left: dict[str, str] = {}
    for name in visit(strict_window, SCREENS):
        for widget in strict_window.findChildren(QWidget):
            kinds = {type(one).__name__ for one in _with_above(widget)}
            if widget.isVisible() and not kinds & PLACES.keys():
                for text in shown_by(widget):
                    left.update(
                        {phrase: f"{name}: {type(widget.parentWidget()).__name__}" for phrase in left_in(text, known)}
                    )
    assert left == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Nothing is waiting here.", ["Nothing is waiting here"]),
        (tongue.pseudo("Due {day}").format(day="Thu 26 Nov"), []),
        (f"{tongue.pseudo('Saved.')} Choose another folder", ["Choose another folder"]),
        ("Class 2 Medicines Recall: Some tablets 5 mg", ["Some tablets 5 mg"]),
        ("Ctrl+Shift+S 09:42 1f2e 3d4c 26 November 2026", []),
    ],
)
def test_the_look_for_english_finds_it(text: str, found: list[str]):
    """A check that cannot fail proves nothing."""
    assert left_in(text, " class 2 medicines recall ") == found
