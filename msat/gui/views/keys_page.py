"""The list of keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from msat.gui.pieces import Text, card, tag
from msat.gui.theme import look
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.page import Page

KEYS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = spoken(
    (
        (
            later("In the list and beside it (letters work only there)"),
            (
                (later("J or Down, K or Up"), later("Next, previous alert")),
                ("Enter", later("Go to the alert")),
                ("O", later("Open the page of its source in the browser")),
                (later("1 to 9"), later("Answer action 1 to 9 with yes, or go to its first field")),
                ("C", later("Sign off")),
                ("N", later("Does not apply, with a reason")),
                (later("P, then R, A or G"), later("Change priority to Red, Amber or Green, with a reason")),
                ("R", later("Re-open a closed alert, with a reason")),
                ("A", later("Assign it to an owner and a deputy")),
                ("Z", later("Snooze it for yourself until a day; nothing is recorded")),
                (later("D or T"), later("Change when it is due: defer it to a day, with an approver, on the record")),
                ("M", later("In a low window: more to do with it, what has no button there")),
                ("S, U", later("Put a star on it; mark it unread (only you see it)")),
                (later("G, then I S Z W"), later("Worklist, Starred, Snoozed, Waiting")),
                (later("G, then D R N B"), later("Completed, Records, Newsletter, Oversight")),
                ("E", later("Add a file as evidence")),
                ("X, Shift+J, Shift+K", later("Tick this alert; tick it and the next or the previous one")),
                ("W", later("Add it to the newsletter that is being written")),
                ("Y", later("Show or hide every reason for the priority")),
                ("?", later("This list")),
            ),
        ),
        (
            later("In a stock check"),
            (
                ("N", later("Nil in this place, on to the next")),
                (later("0 to 9"), later("A number of packs; Enter goes to its batch")),
                (later("Enter, Down, Up"), later("Next place, previous place")),
                ("L", later("Nil in all the rest")),
                ("Ctrl+Enter", later("Record all places at once")),
            ),
        ),
        (
            later("Everywhere"),
            (
                ("F1", later("Help for what is shown")),
                ("Ctrl+K", later("Find an alert or do anything by its name")),
                ("F5", later("Check the sources now")),
                ("F6, Shift+F6", later("Next, previous pane")),
                ("Ctrl+F or /", later("Search the list")),
                ("Esc", later("Back, close, clear")),
                ("Ctrl+Enter", later("Save the open panel")),
                ("Ctrl+Z, Ctrl+Y", later("Take back what is not recorded yet, or a star or snooze; do it again")),
                ("Ctrl+P", later("Print what is shown, with a preview; or save it as PDF")),
                ("Ctrl+O", later("Show the one-page record (PDF)")),
                ("Ctrl+S", later("Save the one-page record (PDF)")),
                ("Ctrl+E", later("Export the log of a period; under Oversight the assurance pack")),
                ("Ctrl+Shift+C", later("Copy the selected alerts as a newsletter section")),
                ("Ctrl+1 to Ctrl+7", later("Worklist, Alerts, Sources, Records, Newsletter, Review list, Oversight")),
                ("F11", later("Present the Oversight page on a large screen; arrows walk it, Esc ends it")),
                ("Ctrl+comma", later("Settings")),
                ("Ctrl+R", later("Dry run of the draft, where the draft of local rules is shown")),
                ("Ctrl+N", later("Add a notice: paste, drop or type")),
                ("Ctrl+B", later("Batch check: type, paste or scan")),
                ("Ctrl+L", later("Clear the earlier answers of the batch check")),
                ("Ctrl+Plus, Ctrl+Minus, Ctrl+0", later("Larger, smaller, 100%")),
                ("Ctrl+], Ctrl+[", later("Wider, narrower list")),
            ),
        ),
        (
            later("In the newsletter"),
            (
                (later("Space, Enter"), later("In the list: put the alert into the issue, or take it out")),
                ("J, K", later("Next, previous alert or item")),
                (later("Enter or E, Esc"), later("Word an item, back to it")),
                ("1, 2, 3", later("Short, standard or full")),
                (later("Alt+Up, Alt+Down"), later("Move an item within its section")),
                (later("Del"), later("Take the item out")),
                ("Ctrl+Z, Ctrl+Y", later("Undo, redo")),
                ("F2", later("Title, readers and introduction")),
                ("Ctrl+Shift+N", later("New issue")),
                ("Ctrl+S", later("Save the issue as a file")),
                ("Ctrl+Shift+C", later("Copy the issue with its formatting")),
                ("Ctrl+Shift+S", later("Mark the issue as sent")),
            ),
        ),
    )
)


class KeysPage(Page):
    """Every key that does something."""

    def __init__(self) -> None:
        super().__init__(tr("Keys"))
        for heading, keys in KEYS:
            self.lines.addWidget(Text(heading, "section"))
            frame = card()
            grid = QGridLayout(frame)
            edge = look().px("medium")
            grid.setContentsMargins(edge, edge, edge, edge)
            grid.setHorizontalSpacing(look().px("wide"))
            grid.setVerticalSpacing(look().px("small"))
            grid.setColumnStretch(1, 1)
            for at, (key, does) in enumerate(keys):
                grid.addWidget(tag(key, "key"), at, 0, Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(Text(does), at, 1)
            self.lines.addWidget(frame)
        self.lines.addStretch(1)
