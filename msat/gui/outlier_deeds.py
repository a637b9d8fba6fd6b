"""What the window does about organisations outside the limits, each as a call for the background. Services decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msat.gui.dates import say_date
from msat.gui.tongue import later, spoken, tr

if TYPE_CHECKING:
    from msat.projections.outliers import Finding, Outlying
    from msat.services.desk import Changes, Desk, Person, Progress
    from msat.services.letter_files import Words
    from msat.services.outliers import Look

    Wrote = Callable[[Desk, Person], tuple[list[Path], Changes]]

HOW = spoken(
    {
        "e-mail": later("E-mail"),
        "telephone": later("Telephone"),
        "meeting": later("Meeting"),
        "post": later("Post"),
        "shared-folder": later("Shared folder"),
        "other": later("Another way"),
    }
)
"""By which way figures were shown: the values of `services.preview_outlier.HOW`."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are looked at, London, both included."""

    first: date
    last: date


def look(period: Period, progress: Progress) -> Callable[[Desk], Look]:
    """Who lies outside the limits."""

    def do(desk: Desk) -> Look:
        from msat.services.outliers import look as service

        return service(desk, period.first, period.last, progress)

    return do


def words_in(texts: str, kind: str) -> Words | None:
    """The own text of a `preview` or `letter`, in the folder that they were copied to; None for the shipped one."""
    from msat.services.letter_files import Words

    file = Path(texts) / f"{kind}.txt"
    return Words(file) if texts and file.is_file() else None


def preview(
    line: Outlying, period: Period, target: Path | None, texts: str, progress: Progress
) -> Callable[[Desk], str]:
    """What the organisation would be shown, as text; written to `target` too where there is one. Records nothing."""

    def do(desk: Desk) -> str:
        from msat.exports.markup import write_markup
        from msat.services.preview_outlier import preview_outlier

        document, _paths = preview_outlier(
            desk, line.ods, line.measure, period.first, period.last, target, words_in(texts, "preview"), progress
        )
        return write_markup(document, "text", None)

    return do


def shown(line: Outlying, period: Period, to_whom: str, how: str, note: str, texts: str, progress: Progress) -> Wrote:
    """Records that the organisation was shown its figures."""

    def do(desk: Desk, person: Person) -> tuple[list[Path], Changes]:
        from msat.services.preview_outlier import record_preview

        words = words_in(texts, "preview")
        return record_preview(
            desk, line.ods, to_whom, how, person, line.measure, period.first, period.last, note,
            words=words, progress=progress,
        )  # fmt: skip

    return do


def letter(line: Outlying, target: Path, days: int, texts: str, progress: Progress) -> Wrote:
    """Writes the letter to a file or, as Word and PDF, to a folder, and records it."""

    def do(desk: Desk, person: Person) -> tuple[list[Path], Changes]:
        from msat.services.write_letter import write_letter

        return write_letter(desk, line.ods, target, person, line.measure, words_in(texts, "letter"), days, progress)

    return do


def reply(line: Outlying, text: str, file: Path | None, looked: bool) -> Callable[[Desk, Person], Changes]:
    """Records what the organisation replied."""

    def do(desk: Desk, person: Person) -> Changes:
        from msat.services.record_reply import record_reply

        return record_reply(desk, line.ods, person, text, file, looked)

    return do


def report(period: Period, target: Path, progress: Progress) -> Wrote:
    """Writes the look at outliers as a file and records that it was issued."""

    def do(desk: Desk, person: Person) -> tuple[list[Path], Changes]:
        from msat.services.report_outliers import report_outliers

        return report_outliers(desk, target, person, period.first, period.last, progress)

    return do


def copy_texts(folder: Path) -> Callable[[Desk], list[Path]]:
    """Copies the texts of preview and letter, for an editor to change."""

    def do(_desk: Desk) -> list[Path]:
        from msat.services.letter_files import copy_texts as service

        return service(folder)

    return do


def finding_words(one: Finding) -> str:
    """`Entries made late: 4 of 12 (33%). All together 10%. Worth checking first.`"""
    beside = tr(" (all together {together})").format(together=one.together) if one.together else ""
    return f"{one.what}: {one.value}{beside}: {one.points.value}"


def has_preview(seen: Look, line: Outlying) -> bool:
    """Whether a letter may be written: a preview of this indicator was recorded."""
    from msat.projections.outlier_steps import preview_for
    from msat.services.gathering import code_of

    code = code_of(line.ods)
    return preview_for(seen.steps.get(code, ()), code, line.measure) is not None


def steps_words(seen: Look, line: Outlying) -> str:
    """What has come of the organisation so far, in one sentence."""
    from msat.projections.outlier_steps import said
    from msat.services.gathering import code_of

    return said(seen.steps.get(code_of(line.ods), ()))


def reply_words(seen: Look, line: Outlying) -> list[str]:
    """What the organisation replied, a reply each: its day, its words as recorded, and the files kept with them."""
    from msat.projections.outlier_steps import REPLIED
    from msat.services.gathering import code_of

    said = []
    for one in seen.steps.get(code_of(line.ods), ()):
        if one.type == REPLIED:
            files = tr(" Kept with it: {files}.").format(files=", ".join(name for name, _sha in one.files))
            text = f" “{one.words}”" if one.words else tr(" No words were recorded.")
            day = say_date(one.deed.happened)
            told = tr("Their reply of {day} ({measure}):{words}").format(day=day, measure=one.measure, words=text)
            said.append(told + (files if one.files else ""))
    return said
