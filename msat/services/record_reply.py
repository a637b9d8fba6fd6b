"""Record what an organisation outside the limits replied: its words, and the file that came, kept as evidence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from msat.errors import Refused
from msat.projections.outlier_steps import LETTER, PREVIEWED, REPLIED, Step
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.evidence import Examined, examine
from msat.services.gathering import code_of
from msat.services.outliers import refuse_unless_team, taken_steps


def record_reply(
    desk: Desk,
    ods: str,
    person: Person,
    text: str = "",
    file: Path | None = None,
    looked: bool = False,
    happened: datetime | None = None,
) -> Changes:
    """Records a reply: in words, as a file, or both. `happened` is when it came.

    `looked`: the person has looked through what of the file cannot be read as text and found no patient details.
    Raises Refused for an organisation that was shown and sent nothing, an empty reply, words or a file that hold a
    patient identifier, and a file that is of no kind that is kept.
    """
    refuse_unless_team(desk)
    before, words = _before(desk, ods), deeds.checked_text(text, "reply")
    if not words and file is None:
        raise Refused("The reply is empty.", "Give its words with --text, or the file with --file.")
    kept = _examined(desk, file, looked) if file else None
    digest = desk.files.put(kept.data) if kept else ""
    data = {
        "ods": before.ods,
        "name": before.name,
        "measure": before.measure,
        "from": before.first.isoformat(),
        "to": before.last.isoformat(),
        "numerator": before.counted.numerator,
        "denominator": before.counted.denominator,
        "all_numerator": before.average.numerator,
        "all_denominator": before.average.denominator,
        "place": before.place.value,
        "words": words,
        "files": [{"name": kept.name, "sha256": digest}] if kept else [],
        "letter": before.deed.entry if before.type == LETTER else "",
    }
    meaning = f"Recorded the reply of {before.name} ({before.ods}) about {before.measure}."
    deed = deeds.Deed(REPLIED, data, meaning, files=(digest,) if digest else ())
    return deeds.record_general(desk, person, happened, deed)


def _before(desk: Desk, ods: str) -> Step:
    """What it replies to: the newest letter, else the newest preview. Raises Refused when there is neither."""
    taken = taken_steps(desk).get(code_of(ods), ())
    for kind in (LETTER, PREVIEWED):
        found = [one for one in taken if one.type == kind]
        if found:
            return found[-1]
    raise Refused(
        f"Nothing that was shown or sent to {code_of(ods)[:20]} is recorded.",
        "Check the ODS code; record the preview first.",
    )


def _examined(desk: Desk, file: Path, looked: bool) -> Examined:
    found = examine(desk, file)
    if found.unread and not looked:
        raise Refused(
            f"“{found.name}” cannot be read whole as text: {'; '.join(found.unread)}.",
            "Look through it. If it holds no patient details, add --looked.",
        )
    return found
