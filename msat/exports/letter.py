"""The preview for an organisation outside the limits, and the letter to it, from a text that an editor may change.

The figures come from the records; the words from the text. Neutral at both ends: what is shown is worth a look
together, and judges nobody. The order of the letter is that of the text shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from msat.clock import say_date, say_moment
from msat.exports.document import Block, Bullets, Document, Heading, Inline, KeyValues, Paragraph, Run, Table, plain
from msat.exports.letter_text import LetterText, filled
from msat.exports.plain_text import one_line
from msat.exports.shortened import shortened
from msat.projections.outlier_steps import LETTER, PREVIEWED, Step, say_iso
from msat.projections.outliers import MEASURES, Driver, DriverFindings, Outlying, Points
from msat.record.organisation import Organisation

NAMES = (
    *("organisation", "ods", "team", "date", "measure", "first", "last", "counted", "average", "place"),
    *("previewed", "data_by", "reply_by", "changed"),
)
BLOCKS = ("counts", "recording", "process", "resource", "history")
_DRIVERS = {"recording": Driver.RECORDING, "process": Driver.PROCESS, "resource": Driver.RESOURCE}


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a letter or a preview says of one organisation."""

    line: Outlying
    first: date
    last: date
    organisations: int
    """How many stand in the funnel."""
    team: Organisation
    as_at: datetime
    data_by: date
    reply_by: date
    steps: tuple[Step, ...] = ()
    """What was done about this organisation before, in the order of time."""
    preview: Step | None = None
    """The preview that a letter is made from."""

    @property
    def changed(self) -> str:
        """What has become of the figures since they were shown; empty when they are the same."""
        if self.preview is None or self.preview.counted == self.line.counted:
            return ""
        return (
            f"When we showed them, your figures were {self.preview.counted.words}. What was recorded since then makes "
            f"them {self.line.counted.words}; the counts below are those of {say_date(self.as_at)}."
        )


def letter(text: LetterText, facts: LetterFacts) -> Document:
    """The letter, or the preview, that `text` makes of `facts`."""
    line = facts.line
    values = {
        "organisation": shortened(line.name, 200),
        "ods": one_line(line.ods, 12),
        "team": f"{shortened(facts.team.name, 200)} ({one_line(facts.team.ods, 12)})",
        "date": say_date(facts.as_at),
        "measure": MEASURES[line.measure],
        "first": say_date(facts.first),
        "last": say_date(facts.last),
        "counted": line.counted.words,
        "average": line.average.words,
        "place": line.place.value,
        "previewed": _previewed(facts.preview),
        "data_by": say_date(facts.data_by),
        "reply_by": say_date(facts.reply_by),
        "changed": facts.changed,
    }
    blocks: dict[str, Sequence[Block]] = {
        "counts": _counts(facts),
        "history": _history(facts.steps),
        **{name: _driver(each) for name, driver in _DRIVERS.items() for each in line.drivers if each.driver is driver},
    }
    made = filled(text, "low" if line.is_low else "high", values, blocks)
    title = next(block.text for block in made if isinstance(block, Heading))
    subject = f"{line.name} ({line.ods}), {MEASURES[line.measure]}, {say_date(facts.first)} to {say_date(facts.last)}"
    return Document(title, tuple(made), subject=shortened(subject, 400))


def _previewed(preview: Step | None) -> str:
    if preview is None:
        return "not yet"
    to_whom = f" to {shortened(preview.to_whom, 120)}" if preview.to_whom else ""
    how = f" by {preview.how}" if preview.how else ""
    return f"on {say_date(preview.deed.happened)}{to_whom}{how}"


def _counts(facts: LetterFacts) -> list[Block]:
    line = facts.line
    pairs: list[tuple[str, Inline]] = [
        ("Indicator", plain(f"{line.measure}, {MEASURES[line.measure]}")),
        ("Period", plain(f"{say_date(facts.first)} to {say_date(facts.last)}, alerts received in it")),
        ("You", plain(line.counted.words)),
        ("All together", plain(f"{line.average.words}, in {facts.organisations} organisations")),
        ("Where that lies", plain(line.place.value)),
        ("As at", plain(f"{say_moment(facts.as_at)}, as reported")),
    ]
    return [KeyValues(tuple(pairs))]


def _driver(found: DriverFindings) -> list[Block]:
    rows = tuple(
        (
            plain(one.what),
            plain(one.value),
            plain(one.together or "–"),
            (Run(_points(one.points), bold=one.points is Points.HERE),),
        )
        for one in found.findings
    )
    header = ("What the records say", "You", "All together", "Worth a look?")
    table = Table(header, rows, (4.4, 1.9, 2.1, 1.9), small=True)
    return [Heading(3, f"{found.driver.value}. {found.question}"), table]


def _points(points: Points) -> str:
    return {Points.HERE: "Yes", Points.ELSEWHERE: "Does not point here", Points.UNKNOWN: "Not known"}[points]


def _history(steps: Sequence[Step]) -> list[Block]:
    if not steps:
        return [Paragraph(plain("We have not written to you about these figures before."))]
    lead = Paragraph(plain("What stands in our record about this so far:"))
    return [lead, Bullets(tuple(plain(_step(one)) for one in steps))]


def _step(one: Step) -> str:
    day, about = say_date(one.deed.happened), f"{one.measure}, {one.counted.words}, {one.place.value}"
    if one.type == PREVIEWED:
        to_whom = f" to {shortened(one.to_whom, 120)}" if one.to_whom else ""
        return f"{day}: figures shown{to_whom} ({about})."
    if one.type == LETTER:
        until = f", with a reply asked by {say_iso(one.reply_by)}" if one.reply_by else ""
        return f"{day}: letter ({about}){until}."
    words = f" “{shortened(one.words, 300)}”" if one.words else ""
    names = ", ".join(shortened(name, 80) for name, _digest in one.files)
    return f"{day}: your reply.{words}{f' Kept with it: {names}.' if names else ''}"
