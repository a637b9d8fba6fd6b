"""Write the letter to an organisation outside the limits, from the preview that was recorded, and record it."""

from __future__ import annotations

from pathlib import Path

from msat.clock import say_date
from msat.errors import Refused
from msat.projections.outlier_steps import LETTER, Step, preview_for
from msat.record.entries import Draft
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person, Progress
from msat.services.gathering import code_of
from msat.services.letter_files import REPLY_DAYS, Words, facts_of, issue, make_files
from msat.services.outliers import (
    USUAL,
    checked_measure,
    data_of,
    in_words,
    look,
    outlying,
    refuse_unless_team,
    taken_steps,
)

MOST_DAYS = 250


def write_letter(
    desk: Desk,
    ods: str,
    target: Path,
    person: Person,
    measure: str = USUAL,
    words: Words | None = None,
    reply_days: int = REPLY_DAYS,
    progress: Progress | None = None,
) -> tuple[list[Path], Changes]:
    """Writes the letter, about the indicator and the period of the newest preview, with the figures as they are now.

    `target` is a .docx, .pdf or .html file, or a folder for Word and PDF. Raises Refused while no preview of this
    organisation and indicator is recorded, when it no longer lies outside the limits, and when nothing can be written.
    """
    who = deeds.checked_person(person)
    refuse_unless_team(desk)
    measure = checked_measure(measure)
    if not 1 <= reply_days <= MOST_DAYS:
        raise Refused(f"{reply_days} working days is no time to reply in.", f"Give 1 to {MOST_DAYS}.")
    shown = _shown(desk, ods, measure)
    seen = look(desk, shown.first, shown.last, progress)
    line = outlying(seen, ods, measure)
    facts = facts_of(desk, seen, line, shown, reply_days)
    made = make_files(desk, seen, facts, "letter", words or Words(), target)
    data = {
        **data_of(line, seen.first, seen.last),
        "preview": shown.deed.entry,
        "reply_by": facts.reply_by.isoformat(),
        "files": made.named(),
    }
    meaning = f"Issued a letter to {in_words(line, seen.first, seen.last)}; reply asked by {say_date(facts.reply_by)}."
    return issue(desk, made, who, Draft(LETTER, who.actor(), data, meaning=meaning))


def _shown(desk: Desk, ods: str, measure: str) -> Step:
    """The preview that the letter is made from. Raises Refused while there is none."""
    code = code_of(ods)
    found = preview_for(taken_steps(desk).get(code, ()), code, measure)
    if found is None:
        raise Refused(
            f"No preview of {measure} shown to {code[:20]} is recorded. A letter comes after it, never before.",
            f"Show them their figures first: msatctl outliers preview {code[:20]} --out FILE; then record it with "
            "--shown-to and --how.",
        )
    return found
