"""The list of keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from msat.gui.pieces import Text, card, tag
from msat.gui.theme import look
from msat.gui.views.page import Page

KEYS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "In the list and beside it (letters work only there)",
        (
            ("J or Down, K or Up", "Next, previous alert"),
            ("Enter or O", "Go to the alert"),
            ("1 to 9", "Answer action 1 to 9 with yes, or go to its first field"),
            ("C", "Sign off"),
            ("N", "Does not apply, with a reason"),
            ("P", "Change priority, with a reason"),
            ("R", "Re-open a closed alert, with a reason"),
            ("A", "Assign it to an owner and a deputy"),
            ("Z", "Defer it until a day, with an approver"),
            ("E", "Add a file as evidence"),
            ("X, Shift+J, Shift+K", "Tick this alert; tick it and the next or the previous one"),
            ("W", "Show or hide every reason for the priority"),
            ("?", "This list"),
        ),
    ),
    (
        "In a stock check",
        (
            ("N", "Nil in this place, on to the next"),
            ("0 to 9", "A number of packs; Enter goes to its batch"),
            ("Enter, Down, Up", "Next place, previous place"),
            ("A", "Nil in all the rest"),
            ("Ctrl+Enter", "Record all places at once"),
        ),
    ),
    (
        "Everywhere",
        (
            ("F1", "Help for what is shown"),
            ("Ctrl+K", "Find an alert or do anything by its name"),
            ("F5", "Check the sources now"),
            ("F6, Shift+F6", "Next, previous pane"),
            ("Ctrl+F or /", "Search the list"),
            ("Esc", "Back, close, clear"),
            ("Ctrl+Enter", "Save the open panel"),
            ("Ctrl+S", "Save the one-page record (PDF)"),
            ("Ctrl+E", "Export the log of a period; under Oversight the assurance pack"),
            ("Ctrl+Shift+C", "Copy the selected alerts as a newsletter section"),
            ("Ctrl+1 to Ctrl+7", "Worklist, Alerts, Sources, Records, Newsletter, Review list, Oversight"),
            ("F11", "Present the Oversight page on a large screen; arrows walk it, Esc ends it"),
            ("Ctrl+comma", "Settings"),
            ("Ctrl+R", "Dry run of the draft, where the draft of local rules is shown"),
            ("Ctrl+N", "Add a notice: paste, drop or type"),
            ("Ctrl+B", "Batch check: type, paste or scan"),
            ("Ctrl+L", "Clear the earlier answers of the batch check"),
            ("Ctrl+Plus, Ctrl+Minus, Ctrl+0", "Larger, smaller, 100 %"),
        ),
    ),
)


class KeysPage(Page):
    """Every key that does something."""

    def __init__(self) -> None:
        super().__init__("Keys")
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
