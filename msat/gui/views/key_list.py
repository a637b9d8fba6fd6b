"""Every key that does something, in sections: the text of the page of keys and of its print. Shows nothing itself."""

from __future__ import annotations

from msat.gui.letters import letters
from msat.gui.tongue import later, spoken, tr
from msat.letter_keys import BY_NAME, COMMANDS, shown

LIST, GO, STOCK, ISSUE = "alert", "go", "stock", "newsletter"
HEADINGS = spoken(
    {
        LIST: later("In the list and beside it (letters work only there)"),
        GO: later("To a page: the key of “Go to a page”, then"),
        STOCK: later("In a stock check"),
        "everywhere": later("Everywhere"),
        ISSUE: later("In the newsletter"),
    }
)
FIXED = spoken(
    {
        LIST: (
            (later("Down, Up"), later("Next, previous alert; with Shift they tick as they go")),
            ("Enter", later("Go to the alert")),
            (later("1 to 9"), later("Answer action 1 to 9 with yes, or go to its first field")),
        ),
        GO: (),
        STOCK: (
            (later("0 to 9"), later("A number of packs; Enter goes to its batch")),
            (later("Enter, Down, Up"), later("Next place, previous place")),
            ("Ctrl+Enter", later("Record all places at once")),
        ),
        "everywhere": (
            ("F1", later("Help for what is shown")),
            ("Ctrl+K", later("Find an alert or do anything by its name")),
            ("F5", later("Check the sources now")),
            ("F6, Shift+F6", later("Next, previous pane")),
            ("Ctrl+F", later("Search the list")),
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
            ("Ctrl+Shift+M", later("On Oversight: who was at a meeting, and its minutes")),
            (later("Arrows, Enter, Esc"), later("In a chart of Oversight: from point to point, one alone, everything")),
            ("Ctrl+comma", later("Settings")),
            ("Ctrl+R", later("Dry run of the draft, where the draft of local rules is shown")),
            ("Ctrl+N", later("Add a notice: paste, drop or type")),
            ("Ctrl+B", later("Batch check: type, paste or scan")),
            ("Ctrl+L", later("Clear the earlier answers of the batch check")),
            ("Ctrl+Plus, Ctrl+Minus, Ctrl+0", later("Larger, smaller, 100%")),
            ("Ctrl+], Ctrl+[", later("Wider, narrower: the list, or in a table the column of the cell with the focus")),
            (later("Up, Down, Page Up, Page Down"), later("In a date: a day or a month later or earlier")),
        ),
        ISSUE: (
            (later("Space, Enter"), later("In the list: put the alert into the issue, or take it out")),
            (later("Down, Up"), later("Next, previous alert or item")),
            (later("Enter, Esc"), later("Word an item, back to it")),
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
    }
)
"""The keys that stay as they are: where they work, each with what it does."""


def own_letters(where: str) -> list[str]:
    """The names of the commands whose letters a person can change, that are listed for a place."""
    return [one.name for one in COMMANDS if one.where[0] == where]


def printed() -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings, and below each every key as it is now with what it does."""
    keys = letters().keys
    found = []
    for where, heading in HEADINGS.items():
        own = [(shown(keys[name]) or tr("no key"), tr(BY_NAME[name].words)) for name in own_letters(where)]
        found.append((heading, [*own, *((key, does) for key, does in FIXED[where])]))
    return found
