"""What can be found and done from one box: commands with their keys, alerts, sources, people. Pure but for the window.

Plain text finds alerts and commands; `>` only commands, `#` sources, `@` people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from msat.gui import words
from msat.gui.commands import must_wait, widen
from msat.gui.letters import letters
from msat.gui.oversight import MINUTES_KEY
from msat.gui.tongue import tr
from msat.gui.views.inbox import Inbox
from msat.gui.views.rail import LISTS, PAGES, VIEWS
from msat.triage.model import Priority

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow
    from msat.ids import AlertKey
    from msat.projections.ports import Row
    from msat.services.desk import Desk

MOST = 12
"""How many alerts are listed: who looks for more goes to the list."""
LEAST_OF_A_PAGE = 3
"""Letters of a page's name that are enough to mean the page."""


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the palette. `run` goes there or does it."""

    name: str
    note: str
    run: Callable[[], object]
    key: str = ""
    rag: Priority | None = None
    is_alert: bool = False

    @property
    def sentence(self) -> str:
        """For somebody who hears it."""
        rag = f", {words.rag_word(self.rag)}" if self.is_alert else ""
        key = tr(", key {key}").format(key=self.key) if self.key else ""
        return f"{self.name}{rag}{', ' if self.note else ''}{self.note}{key}"


def wanted(text: str) -> tuple[str, str]:
    """What sort of thing is asked for (`>`, `#`, `@`, or empty for anything) and the words."""
    text = text.lstrip()
    return (text[0], text[1:].strip()) if text[:1] in (">", "#", "@") else ("", text.strip())


def fits(name: str, text: str) -> bool:
    """Whether each word of `text` begins a word of `name`."""
    known = name.casefold().replace("-", " ").split()
    return all(any(one.startswith(word) for one in known) for word in text.casefold().split())


def commands(window: MainWindow) -> list[Found]:
    """Everything that can be done from here; what the alert shown allows comes first."""
    found = _of_the_alert(window) if isinstance(window.current(), Inbox) else _of_the_issue(window)
    found += [Found(tr("Go to {name}").format(name=name), "", _go(window, page), key) for page, name, key in PAGES]
    found += [
        *(Found(tr("Go to {name}").format(name=name), "", _go(window, page), str(has)) for page, name, has in LISTS),
        *(Found(tr("Go to {name}").format(name=name), "", _go(window, page), str(has)) for page, name, has in VIEWS),
        Found(tr("Your medicines and devices"), tr("the list for My medicines"), _go(window, "watched")),
        Found(tr("Go to Practices"), tr("the practices you look after"), _go(window, "practices")),
        Found(
            tr("Go to Rules and tailoring"), tr("your own rules, actions, reasons, letters"), _go(window, "tailoring")
        ),
        Found(tr("Go to People, days and places"), tr("who works here, absences, places"), _go(window, "people")),
        Found(tr("Add a notice"), tr("paste, drop or type"), _go(window, "add"), "Ctrl+N"),
        Found(tr("Print"), tr("what is shown, with a preview"), window.printing.show, "Ctrl+P"),
        Found(tr("Undo"), tr("what is not recorded yet"), window.taking_back.undo, "Ctrl+Z"),
        Found(tr("Redo"), tr("what was taken back"), window.taking_back.redo, "Ctrl+Y"),
        Found(tr("Check the sources now"), "", window.checker.start, "F5"),
        Found(tr("Search the list"), "", window.search, "Ctrl+F"),
        Found(tr("Check all my records"), tr("the numbered proof"), lambda: _on_records(window, "check_all")),
        Found(
            tr("Save the log of a period"), tr("PDF or Excel"), lambda: _on_records(window, "focus_export"), "Ctrl+E"
        ),
        Found(
            tr("Make an assurance pack"), tr("under Oversight"), lambda: _on_oversight(window, "open_pack"), "Ctrl+E"
        ),
        Found(
            tr("Minutes of a meeting"),
            tr("under Oversight"),
            lambda: _on_oversight(window, "open_minutes"),
            MINUTES_KEY,
        ),
        Found(tr("New issue of the newsletter"), tr("choose alerts for it"), lambda: _on_newsletter(window, "ask_new")),
        Found(tr("Mark the newsletter as sent"), "", lambda: _on_newsletter(window, "ask_sent")),
        Found(tr("Take in returns"), tr("files from other sites"), lambda: _on_oversight(window, "choose_files")),
        Found(
            tr("Present"), tr("Oversight on a large screen"), lambda: _on_oversight(window, "show_presentation"), "F11"
        ),
        Found(tr("Who is working here?"), "", lambda: window.ask_person(None)),
        Found(tr("Light or dark colours"), "", window.toggle_look),
        Found(tr("Larger text"), "", lambda: window.zoom(1), "Ctrl++"),
        Found(tr("Smaller text"), "", lambda: window.zoom(-1), "Ctrl+-"),
        Found(tr("Text at 100%"), "", lambda: window.zoom(0), "Ctrl+0"),
        Found(tr("Wider list"), "", lambda: widen(window, 1), "Ctrl+]"),
        Found(tr("Narrower list"), "", lambda: widen(window, -1), "Ctrl+["),
        Found(tr("List of keys"), "", _go(window, "keys"), letters().shown("keys")),
        Found(tr("Help"), tr("for what is shown"), lambda: _help(window, ""), "F1"),
        Found(tr("About and licences"), "", lambda: _help(window, "about")),
    ]
    return found


def _of_the_alert(window: MainWindow) -> list[Found]:
    pane, key = window.current_inbox().alert, letters().shown
    if pane.state is None or pane.is_between:
        return []
    alert, name = pane.state.key, pane.state.reference or pane.state.title[:50]
    found = [
        Found(tr("Sign off"), name, pane.open_sign_off, key("sign-off")),
        Found(tr("Does not apply"), name, pane.open_not_applicable, key("not-applicable")),
        Found(tr("Change priority"), name, pane.open_priority, key("priority")),
        Found(tr("Assign"), name, pane.open_assign, key("assign")),
        Found(tr("Snooze"), tr("for yourself, off the record"), pane.open_snooze, key("snooze")),
        Found(tr("Defer"), name, pane.open_defer, key("defer")),
        Found(tr("Star, or take the star away"), name, window.lists.star, key("star")),
        Found(tr("Mark unread or read"), name, window.lists.unread, key("unread")),
        Found(tr("Re-open"), name, pane.open_reopen, key("reopen")),
        Found(tr("Add a file as evidence"), name, pane.open_evidence, key("evidence")),
        Found(tr("Open the page of its source"), name, window.outputs.open_source_page, key("source")),
        Found(tr("Show the one-page record"), name, window.outputs.show_record, "Ctrl+O"),
        Found(tr("Save the one-page record"), name, window.outputs.save_shown, "Ctrl+S"),
        Found(tr("Add to the newsletter"), name, window.outputs.add_to_newsletter, key("newsletter")),
        Found(tr("Copy for the newsletter"), name, window.outputs.copy_newsletter, "Ctrl+Shift+C"),
    ]
    return [replace(one, run=_still(window, alert, one)) for one in found]


def _of_the_issue(window: MainWindow) -> list[Found]:
    """The newsletter as each of its readers gets it, where it is what is shown."""
    page = window.pages.get("newsletter")
    issue = page.composer.issue if page is not None and window.current() is page else None
    if issue is None or len(issue.audiences) < 2:
        return []
    composer, words = page.composer, tr("Read the issue as {readers} get it")
    return [
        Found(
            words.format(readers=composer.names.get(one, one)), issue.title, lambda one=one: composer.set_audience(one)
        )
        for one in issue.audiences
    ]


def _still(window: MainWindow, key: AlertKey, one: Found) -> Callable[[], object]:
    """Does it only while the alert it was offered for is the one shown."""

    def run() -> object:
        state = window.current_inbox().alert.state
        if must_wait(window, one.key or one.name):
            return None
        return one.run() if state is not None and state.key == key else None

    return run


def _go(window: MainWindow, page: str) -> Callable[[], None]:
    return lambda: window.show_page(page)


def _help(window: MainWindow, topic: str) -> None:
    from msat.gui.commands import open_help

    open_help(window)
    if topic:
        window.page("help").show_topic(topic)


def _on_records(window: MainWindow, verb: str) -> None:
    window.show_page("records")
    getattr(window.page("records"), verb)()


def _on_oversight(window: MainWindow, verb: str) -> None:
    window.show_page("oversight")
    page = window.pages.get("oversight")
    if page is not None:
        getattr(page, verb)()


def _on_newsletter(window: MainWindow, verb: str) -> None:
    window.show_page("newsletter")
    page = window.pages.get("newsletter")
    if page is not None:
        getattr(page, verb)()


def matching(window: MainWindow, text: str) -> list[Found]:
    """The commands, sources or people that fit at once; alerts are asked for apart (`read_alerts`)."""
    sort, said = wanted(text)
    if sort == "#":
        return [one for one in _sources(window) if fits(one.name, said)]
    if sort == "@":
        return []
    found = commands(window)
    return [one for one in found if fits(f"{one.name} {one.note}", said)] if said or sort else found


def pages_called(found: Sequence[Found], text: str) -> list[Found]:
    """The pages whose names begin with `text`: they come before the alerts in which it is only a word."""
    sort, said = wanted(text)
    if sort or len(said) < LEAST_OF_A_PAGE:
        return []
    begins = tr("Go to {name}").format(name=said).casefold()
    return [one for one in found if one.name.casefold().startswith(begins)]


def _sources(window: MainWindow) -> Iterable[Found]:
    now = window.session.now()
    for one in window.health:
        yield Found(one.name, one.state(now) if one.enabled else "off", _go(window, "sources"))


def read_alerts(desk: Desk, text: str) -> list[Row]:
    """The newest alerts that a text finds; none for a command, a source or an empty text."""
    from msat.projections.ports import Query

    sort, said = wanted(text)
    now = desk.clock.now()
    if sort == "@":
        name = said.replace("-", " ")
        owned = (row for row in desk.views.worklist(Query(), now) if row.owner and fits(row.owner, name))
        return list(islice(owned, MOST))
    if sort or not said:
        return []
    exact = desk.views.find(said)
    rows = desk.views.worklist(Query(search=said, limit=MOST, newest_first=True), now)
    if exact is not None and all(row.key != exact.key for row in rows):
        rows = [*desk.views.worklist(Query(search=exact.reference or exact.title, limit=1), now), *rows][:MOST]
    return rows


def found_alerts(window: MainWindow, rows: Iterable[Row]) -> list[Found]:
    """Alerts as lines of the palette."""
    from msat.gui.going import open_alert

    return [
        Found(
            row.title,
            " · ".join(part for part in (row.reference or "", words.status_words(row.status)) if part),
            lambda key=str(row.key): open_alert(window, key),
            rag=row.rag,
            is_alert=True,
        )
        for row in rows
    ]
