"""What Ctrl+P offers of the pages whose content the window itself arranges: settings, people, practices, rules and the
like. Each as tables for paper; nothing where nothing is shown. Asks no desk: the page has what it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, Qt

from msat.clock import say_date
from msat.gui.tongue import said, tr
from msat.settings import SECTIONS, SETTINGS

if TYPE_CHECKING:
    from msat.exports.listed_parts import Part
    from msat.services.desk import Desk
    from msat.services.print_pages import Printed

    Reading = Callable[[Desk], Printed]


def _offer(title: str, about: str, parts: list[Part], landscape: bool = False) -> list[tuple[str, Reading]]:
    from msat.services import print_pages as service

    return [(title, lambda desk: service.of_parts(desk, title, about, parts, landscape))]


def settings(page: Any) -> list[tuple[str, Reading]]:
    """Every setting with its value and what it does, section by section."""
    from msat.exports.listed_parts import Part

    kept = page.session.settings
    parts = []
    for section in SECTIONS:
        rows = tuple(
            (tr(one.name), _value(one, kept.value(one.key)), tr(one.help)) for one in SETTINGS if one.section == section
        )
        if rows:
            parts.append(Part(tr(section), (tr("Setting"), tr("Is"), tr("What it does")), rows, (2, 2, 4)))
    return _offer(
        tr("Settings"), tr("Settings are no part of the record: the check below proves nothing of them."), parts
    )


def _value(setting: Any, value: Any) -> str:
    if isinstance(value, bool):
        return tr("on") if value else tr("off")
    if isinstance(value, int):
        return f"{value} {tr(setting.unit)}".rstrip()
    return tr(setting.words.get(value, "")) or value or tr("not given")


def people(page: Any) -> list[tuple[str, Reading]]:
    """Who is away and who stands in, the days of this site, the places."""
    from msat.exports.listed_parts import Part

    found = page.found
    if found is None:
        return []
    groups = ((tr("away"), found.away), (tr("coming"), found.coming), (tr("over"), found.past))
    away = tuple((one.name, word, said(one.words), one.note) for word, some in groups for one in some)
    days = [*((one.date, one.name, tr("added here")) for one in found.days)]
    days += [(day, name, tr("bank holiday")) for day, name in found.holidays]
    parts = [
        Part(
            tr("Who is away"),
            (tr("Name"), tr("When"), tr("Absence"), tr("Note")),
            away,
            (2, 1, 4, 3),
            "" if away else tr("Nobody is recorded as away."),
        ),
        Part(
            tr("Days of this site"),
            (tr("Day"), tr("Name"), tr("From")),
            tuple((say_date(day), name, whence) for day, name, whence in sorted(days)),
            (2, 4, 2),
            said(found.days_trouble) or ("" if days else tr("No day is known on which the site is shut.")),
        ),
        Part(
            tr("Places where medicines are kept"),
            (tr("Place"),),
            tuple((place,) for place in found.places),
            (1,),
            "" if found.places else tr("No places are listed for this kind of organisation."),
        ),
    ]
    return _offer(tr("People, shut days and places"), "", parts)


def review(page: Any) -> list[tuple[str, Reading]]:
    """What waits for a person's judgement, and why."""
    from msat.exports.listed_parts import Part

    columns, widths = (tr("Alert"), tr("Reference"), tr("Received"), tr("What is to be decided")), (4, 2, 2, 5)

    def part(heading: str, some: list[Any], none: str) -> Part:
        rows = tuple(
            (one.title, one.reference or "", one.received, " ".join(said(item.words) for item in one.items))
            for one in some
        )
        return Part(heading, columns, rows, widths, "" if rows else none)

    now = [one for one in page.waiting if not one.is_historic]
    old = [one for one in page.waiting if one.is_historic]
    parts = [part(tr("To decide"), now, tr("Nothing to decide"))]
    parts += [part(tr("From before your first import"), old, "")] if old else []
    return _offer(tr("Review list"), "", parts, landscape=True)


def rules(page: Any) -> list[tuple[str, Reading]]:
    """The rules as the page has them, then what was changed here and who adopted it."""
    from msat.exports.listed_parts import Part
    from msat.gui.models.rules import RulesTable

    board = page.board
    if board is None:
        return []
    model = RulesTable()
    model.set_rows(board.rules)
    columns, rows = cells(model)
    adopted = tuple((one.head, one.reason, said(one.struck)) for one in board.adoptions)
    parts = [
        Part(tr("Rules"), columns, rows, (1, 3, *((1.3,) * (len(columns) - 6)), 2, 1, 2, 2)),
        Part(
            tr("Adopted here"),
            (tr("What"), tr("Why"), tr("Struck")),
            adopted,
            (4, 4, 2),
            "" if adopted else tr("Nothing was adopted here: the shipped rules hold."),
        ),
    ]
    return _offer(tr("Rules and local changes"), page.force.text(), parts, landscape=True)


def practices(page: Any) -> list[tuple[str, Reading]]:
    """The practices as listed, and which are ours."""
    from msat.exports.listed_parts import Part
    from msat.gui.models.practices import HEADS, Column
    from msat.gui.practice_draft import patch_line, practice_line, state_line

    model = page.practices
    shown = [one for one in (model.shown(at) for at in range(model.rowCount())) if one is not None]
    if page.held is None:
        return []
    yes = tr("yes")
    ticked, checked = int(Qt.ItemDataRole.CheckStateRole), Qt.CheckState.Checked
    lines = [page.patches.index(at) for at in range(page.patches.rowCount())]
    patches = tuple(
        (line.data(), patch_line(page.patches.patch(line.row())), yes if line.data(ticked) == checked else "")
        for line in lines
    )
    rows = tuple(
        (
            one.practice.name,
            practice_line(one.practice),
            yes if one.is_ours else "",
            yes if one.practice.dispensing else "",
            state_line(one.practice),
        )
        for one in shown
    )
    columns = (HEADS[Column.PRACTICE], tr("Code and place"), *(HEADS[at] for at in (Column.OURS, Column.DISPENSING)))
    none = "" if rows else tr("No practice is taken in or found by this search.")
    parts = [
        Part(tr("Commissioners and networks"), (tr("Name"), tr("What"), tr("Taken in")), patches, (4, 4, 1)),
        Part(tr("Practices"), (*columns, HEADS[Column.STATE]), rows, (4, 4, 1, 1.2, 2), none),
    ]
    return _offer(tr("Practices"), page.lists.text(), parts, landscape=True)


def adding(page: Any) -> list[tuple[str, Reading]]:
    """A notice that was looked at and is not saved: what was read, and the words it rests on."""
    from msat.exports.listed_parts import Part

    card = page.preview
    if card.isHidden() or not card.identifiers.isHidden():  # what may name a patient stays off paper too
        return []
    about = tr("Looked at before it was saved: nothing of it is recorded, and the check below proves nothing of it.")
    columns, rows = cells(card.model)
    decided = tuple((text.text(),) for text in (card.facts, card.priority, card.reasons, card.remarks) if text.text())
    todo = tuple((line,) for line in card.actions.text().splitlines()[1:])
    parts = [Part(tr("What it is"), (tr("In words"),), decided, (1,), card.foot.what.text())]
    parts += [Part(tr("What to do"), (tr("Action"),), todo, (1,))] if todo else []
    none = "" if rows else card.nothing.text()
    parts.append(Part(tr("What was read, and the words it rests on"), columns, rows, (2, 4, 5), none))
    return _offer(card.title.text(), about, parts)


def medicines(page: Any) -> list[tuple[str, Reading]]:
    """One's own medicines and devices, each with how many open alerts name it."""
    from msat.exports.listed_parts import Part

    rows = tuple((name, f"{count:,}") for name, count in page.listed)
    none = "" if rows else tr("Nothing is in your list yet")
    parts = [Part(tr("Your medicines and devices"), (tr("Name"), tr("Open alerts")), rows, (4, 1), none)]
    about = tr("The list is kept in this profile and is no part of the record: the check below proves nothing of it.")
    return _offer(tr("Your medicines and devices"), about, parts)


def cells(model: QAbstractItemModel) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The heads and the lines of a table as it shows them."""
    wide, shown = range(model.columnCount()), int(Qt.ItemDataRole.DisplayRole)
    heads = tuple(str(model.headerData(at, Qt.Orientation.Horizontal, shown) or "") for at in wide)
    lines = range(model.rowCount())
    return heads, tuple(tuple(str(model.index(line, at).data(shown) or "") for at in wide) for line in lines)


OFFERS: dict[str, Callable[[Any], list[tuple[str, Reading]]]] = {
    "settings": settings,
    "people": people,
    "review": review,
    "tailoring": rules,
    "practices": practices,
    "add": adding,
    "watched": medicines,
}
"""What each page offers, by the page's name."""
