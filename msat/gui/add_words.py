"""What a notice that is being added would become, in the window's words. No Qt, no decision."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from msat.errors import MsatError, Refused
from msat.gui.dates import say_limit
from msat.gui.tongue import plural, tr
from msat.gui.words import count_words, family_words, issued_words, rag_word

if TYPE_CHECKING:
    from msat.feeds.paste import Pasted
    from msat.services.add import Preview

FIELDS = ("reference", "title", "issued", "url")
WAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y")
ADDED = frozenset({".eml", ".mht", ".mhtml", ".html", ".htm", ".txt", ".pdf"})
"""Endings of files that can be added as a notice, when they are no export of MSAT."""
_SAID = {"family": family_words, "issued": issued_words}
LONGEST_SHOWN = 200_000
"""Characters of a notice shown with its facts; the whole of it is read and kept."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave: a text or a file, and what was typed over it."""

    text: str = ""
    file: tuple[str, bytes] | None = None
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.file or any(value.strip() for value in self.typed.values()))


@dataclass(frozen=True, slots=True)
class Looked:
    """A preview and what it was made of; or why there is none."""

    pasted: Pasted | None = None
    preview: Preview | None = None
    refused: MsatError | None = None


def pasted(given: Given, today: date) -> Pasted:
    """The notice in what was given. Raises Refused."""
    from msat.feeds.paste import from_file, typed_item, with_typed

    typed = {name: given.typed.get(name, "").strip() for name in FIELDS}
    issued = day(typed["issued"])
    if given.file is None:
        return typed_item(typed["title"], given.text, typed["reference"], issued, typed["url"], today)
    made = from_file(*given.file)
    if not any(typed.values()):
        return made
    return with_typed(made, typed["title"], typed["reference"], issued, typed["url"], today)


def day(text: str) -> date | None:
    """A day as people type it: 2026-11-20, 20/11/26, 20 November 2026. Raises Refused for anything else."""
    plain = " ".join(text.split())
    if not plain:
        return None
    for way in WAYS:
        try:
            return datetime.strptime(plain, way).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise Refused(tr("“{plain}” is not a date.").format(plain=plain[:40]), tr("Write it as 20 November 2026."))


def priority_words(preview: Preview) -> str:
    """`Red. Finish by 21 November 2026 17:00. Rule R1.`, or `by the end of 20 November 2026`."""
    due = preview.triage.due.at
    limit = tr("Finish by {due}.").format(due=say_limit(due)) if due else tr("The notice sets no time limit.")
    return tr("{rag_word}. {limit} Rule {rule}.").format(
        rag_word=rag_word(preview.triage.priority), limit=limit, rule=preview.triage.rule
    )


def fact_rows(preview: Preview) -> list[tuple[str, str, str]]:
    """(fact, read as, the notice's words) for a table."""
    rows = []
    for fact in preview.facts:
        name = fact.name.replace("_", " ")
        place = (
            fact.words
            if fact.is_in_place
            else tr("{words} (from {where}, not in the text)").format(words=fact.words, where=fact.where).strip()
        )
        rows.append((name[0].upper() + name[1:], said(fact.name, fact.value), place))
    return rows


def said(name: str, value: str) -> str:
    """The value of a fact for people: a date in words, a family by its name."""
    return _SAID[name](value) if name in _SAID else value


def summary(preview: Preview) -> str:
    """`EL(26)A/41, 2 batches, issued 20 November 2026`."""
    alert = preview.alert
    parts = [alert.reference.value] if alert.reference else []
    parts += [count_words(len(alert.batches), "batch", "batches")] if alert.batches else []
    parts += [tr("issued {value}").format(value=issued_words(alert.issued.value))] if alert.issued else []
    return ", ".join(parts)


def waiting_words(names: list[str]) -> str:
    """`2 more wait: b.eml and c.eml.`, the first few of many by name."""
    others = count_words(len(names) - 3, "other")
    shown = ", ".join(names[:3]) + (tr(" and {others}").format(others=others) if len(names) > 3 else "")
    return tr("{names} more {which}: {shown}.").format(
        names=len(names), which=plural(len(names), "waits", "wait"), shown=shown
    )
