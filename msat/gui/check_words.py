"""What a batch check found, in the window's words: word, shape and colour of each answer, and its lines. No Qt.

Nothing is ever called safe: a number that no notice names is "not in any notice known here", with when and from where.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msat.gui import tongue
from msat.gui.dates import say_date
from msat.gui.tongue import later, spoken, tr
from msat.gui.words import headline
from msat.projections.alert_state import AlertState, needs_answer
from msat.projections.batch_check import Hit, Verdict
from msat.projections.scanned import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from msat.services.check import Checked

LOOKS = spoken(
    {
        Verdict.AFFECTED: ("red", "stop", later("Affected")),
        Verdict.LOOK_AGAIN: ("amber", "warning", later("Look again")),
        Verdict.SAME_PRODUCT: ("info", "info", later("Same product, other batch")),
        Verdict.NOT_KNOWN: ("unrated", "unknown", later("Not in any notice known here")),
    }
)
"""Tone, drawing and word of an answer, which always go together."""
HEADING = ("unrated", "info", "A heading")
MOST_HITS = 12


def look_of(checked: Checked) -> tuple[str, str, str]:
    """Tone, drawing and word of one answer. A column's heading is no answer."""
    return HEADING if checked.answer.asked.kind is Kind.HEADING else LOOKS[checked.answer.verdict]


def understood(checked: Checked) -> str:
    """What the input was read as: `Batch 4L01372H, GTIN 05012345678900, expiry 30 November 2027`."""
    asked = checked.answer.asked
    is_product = bool(asked.product) and asked.product == asked.batch
    parts = [tr("Batch {batch}").format(batch=asked.batch)] if asked.batch and not is_product else []
    parts += [tr("GTIN {gtin}").format(gtin=asked.gtin)] if asked.gtin else []
    parts += [tr("expiry {expiry}").format(expiry=say_date(asked.expiry))] if asked.expiry else []
    parts += [tr("serial number {serial}").format(serial=asked.serial)] if asked.serial else []
    parts += [tr("product “{product}”").format(product=asked.product)] if asked.product and not is_product else []
    parts += [tr("dm+d: {name}").format(name=name) for name in checked.answer.product_names[:2]]
    return ", ".join(parts)


def row_words(hit: Hit) -> str:
    """The notice's own row or sentence, as printed."""
    batch = hit.batch
    if batch is None:
        return f"“{hit.words}”" if hit.words else ""
    number = (
        tr("{number} to {through}").format(number=batch.number, through=batch.through)
        if batch.through
        else batch.number
    )
    parts = (
        (tr("Batch"), number),
        (tr("Product"), batch.product),
        (tr("Expiry"), batch.expiry),
        (tr("Pack size"), batch.pack_size),
        (tr("First distributed"), batch.first_distributed),
    )
    return " · ".join(f"{name} {value}" for name, value in parts if value)


def alert_words(hit: Hit) -> str:
    """The alert a hit rests on: its reference and title, the reference once."""
    notice = hit.notice
    if notice.reference and notice.reference.replace(" ", "") not in notice.title.replace(" ", ""):
        return f"{notice.reference}: {notice.title}"
    return notice.title or notice.reference


def doing(state: AlertState | None, now: datetime) -> str:
    """What the alert asks for here: its priority with its time limit, and its first action still to do."""
    if state is None:
        return ""
    waiting = next((action.text for action in state.actions if needs_answer(action)), "")
    return (
        tr("{headline} Next: {waiting}").format(headline=headline(state, now), waiting=waiting)
        if waiting
        else headline(state, now)
    )


def names(checked: Checked) -> str:
    """For one line of a table: which alerts, or why."""
    hits = checked.answer.hits
    if not hits:
        return " ".join(map(tongue.said, checked.answer.notes[:1]))
    named = list(dict.fromkeys(hit.notice.reference or hit.notice.title for hit in hits))
    return ", ".join(named[:3]) + (tr(" and {named} more").format(named=len(named) - 3) if len(named) > 3 else "")


def worst_first(checked: Sequence[Checked]) -> list[Checked]:
    """What needs a deed stands first; what was pasted in one order keeps it within each answer."""
    order = list(Verdict)
    return sorted(checked, key=lambda one: order.index(one.answer.verdict))


def tally(checked: Sequence[Checked]) -> str:
    """`12 checked: 2 affected, 1 look again, 9 not in any notice known here.`"""
    words = [look_of(one)[2] for one in worst_first(checked)]
    said = [f"{words.count(word):,} {word[0].lower()}{word[1:]}" for word in dict.fromkeys(words)]
    return tr("{checked:,} checked: {said}.").format(checked=len(checked), said=", ".join(said)) if said else ""


def copied(checked: Sequence[Checked]) -> str:
    """The answers as plain text for a message or a note."""
    return "".join(line + "\n" for one in checked for line in _copied(one))


def _copied(checked: Checked) -> list[str]:
    lines = [f"{checked.answer.asked.text}: {checked.words}"]
    for hit in checked.answer.hits[:MOST_HITS]:
        lines.append(f"  {alert_words(hit)}. {hit.why}")
        lines += [f"  {row_words(hit)}"] if row_words(hit) else []
        lines += [f"  {said}"] if (said := doing(checked.states.get(str(hit.notice.key)), checked.as_at)) else []
    return [*lines, *(f"  {note}" for note in (*checked.answer.notes, *checked.warnings))]


def spoken(checked: Checked) -> str:
    """One answer as a sentence for a screen reader."""
    return f"{checked.answer.asked.text}: {look_of(checked)[2]}. {names(checked)}".strip()
