"""Preview: show an organisation outside the limits its figures, before any letter, and record that it was shown."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from msat.errors import Refused
from msat.exports.document import Document
from msat.projections.outlier_steps import PREVIEWED
from msat.record.entries import Draft
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person, Progress
from msat.services.letter_files import Words, facts_of, issue, make_files, write_alone
from msat.services.outliers import USUAL, checked_measure, data_of, in_words, look, outlying

HOW = ("e-mail", "telephone", "meeting", "post", "shared-folder", "other")
"""By which way figures may have been shown."""


def preview_outlier(
    desk: Desk,
    ods: str,
    measure: str = USUAL,
    first: date | None = None,
    last: date | None = None,
    target: Path | None = None,
    words: Words | None = None,
    progress: Progress | None = None,
) -> tuple[Document, list[Path]]:
    """What the organisation would be shown, written to `target` where one is given. Records nothing.

    Raises Refused for one that does not lie outside the limits, and as `services.outliers.look`.
    """
    seen = look(desk, first, last, progress)
    line = outlying(seen, ods, checked_measure(measure))
    made = make_files(desk, seen, facts_of(desk, seen, line), "preview", words or Words(), target)
    return made.document, write_alone(made) if made.files else []


def record_preview(
    desk: Desk,
    ods: str,
    to_whom: str,
    how: str,
    person: Person,
    measure: str = USUAL,
    first: date | None = None,
    last: date | None = None,
    note: str = "",
    happened: datetime | None = None,
    target: Path | None = None,
    words: Words | None = None,
    progress: Progress | None = None,
) -> tuple[list[Path], Changes]:
    """Records that the organisation was shown its figures: to whom (a role), by which way, when.

    `target` also writes what is shown. Raises Refused for an empty `to_whom`, a way that is not one of HOW, a date in
    the future, and as `preview_outlier`.
    """
    who = deeds.checked_person(person)
    done = deeds.checked_date(desk, happened)
    to_whom, note = deeds.required_text(to_whom, "person it was shown to"), deeds.checked_text(note, "note")
    if how not in HOW:
        raise Refused(f"“{how}” is not a way of showing it.", f"Use one of: {', '.join(HOW)}.")
    seen = look(desk, first, last, progress)
    line = outlying(seen, ods, checked_measure(measure))
    made = make_files(desk, seen, facts_of(desk, seen, line), "preview", words or Words(), target)
    data = {**data_of(line, seen.first, seen.last), "to_whom": to_whom, "how": how, "words": note}
    meaning = f"Showed its figures to {in_words(line, seen.first, seen.last)}; to {to_whom}, by {how}."
    draft = Draft(PREVIEWED, who.actor(), {**data, "files": made.named()}, happened=done, meaning=meaning)
    return issue(desk, made, who, draft)
