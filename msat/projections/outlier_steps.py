"""What has come of an organisation that lies outside the limits: preview shown, letter issued, reply recorded. Pure.

The steps are entries about no alert. A letter is made from a preview that stands; one that was struck out counts for
nothing. Says nothing about who is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from msat.clock import say_date
from msat.projections.funnel import Place
from msat.projections.general import General, gathered
from msat.projections.kpi_model import Share
from msat.projections.values import parts, text, whole
from msat.projections.work_state import Deed
from msat.record.entries import Entry

PREVIEWED = "outlier.previewed"
LETTER = "letter.issued"
REPLIED = "reply.recorded"
TYPES = (PREVIEWED, LETTER, REPLIED)
NOTHING_YET = "nothing recorded yet"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done about one organisation and one indicator."""

    type: str
    """PREVIEWED, LETTER or REPLIED."""
    ods: str
    name: str
    measure: str
    """The indicator's code: K5 or K6."""
    first: date
    last: date
    """The period that was looked at, London days, both included."""
    counted: Share
    """What was counted for the organisation then."""
    average: Share
    """The same for all organisations together."""
    place: Place
    deed: Deed
    to_whom: str = ""
    how: str = ""
    """Of a preview: by which way it was shown. Of a letter: in which forms."""
    words: str = ""
    """Of a reply: what it says, as recorded. Of a preview: what was said then."""
    reply_by: str = ""
    """Of a letter: the ISO day that it asks a reply by."""
    files: tuple[tuple[str, str], ...] = ()
    """Each file's name and SHA-256."""
    preview: str = ""
    """Of a letter: the entry of the preview that it was made from."""


def steps(general: Iterable[General]) -> tuple[Step, ...]:
    """Every step that stands, in the order they were recorded. An entry that cannot be read as one is left out."""
    made = (_step(one) for one in general if one.type in TYPES and not one.struck)
    return tuple(one for one in made if one is not None)


def steps_in(entries: Iterable[Entry]) -> tuple[Step, ...]:
    """As `steps`, from the entries of a log: those of `TYPES` and corrections are enough."""
    found: Sequence[General] = ()
    for entry in entries:
        found = gathered(found, entry)
    return steps(found)


def responses(entries: Iterable[Entry]) -> dict[str, str]:
    """What has come of each organisation, by ODS code, for the line of an assurance pack. Others are not in it."""
    return {ods: said(each) for ods, each in by_organisation(steps_in(entries)).items()}


def by_organisation(found: Iterable[Step]) -> dict[str, tuple[Step, ...]]:
    """The steps of each organisation, by ODS code, in the order they were done."""
    held: dict[str, list[Step]] = {}
    for one in found:
        held.setdefault(one.ods, []).append(one)
    return {ods: tuple(sorted(each, key=lambda one: (one.deed.happened, one.deed.seq))) for ods, each in held.items()}


def said(each: Sequence[Step]) -> str:
    """The steps of one organisation in one sentence: “Preview shown 3 May 2026; letter issued 20 May 2026 ...”."""
    if not each:
        return NOTHING_YET
    words = "; ".join(_said(one) for one in each)
    return f"{words[0].upper()}{words[1:]}."


def _said(one: Step) -> str:
    day = say_date(one.deed.happened)
    if one.type == PREVIEWED:
        return f"preview shown {day} ({one.measure}) to {one.to_whom or 'somebody not named'}"
    if one.type == LETTER:
        until = f", reply asked by {say_iso(one.reply_by)}" if one.reply_by else ""
        return f"letter issued {day} ({one.measure}){until}"
    return f"reply recorded {day}"


def say_iso(day: str) -> str:
    """An ISO day for people; as it stands where it is none."""
    try:
        return say_date(date.fromisoformat(day))
    except ValueError:
        return day


def preview_for(found: Iterable[Step], ods: str, measure: str) -> Step | None:
    """The newest preview of this organisation and indicator that stands; None when there is none."""
    wanted = [one for one in found if (one.type, one.ods, one.measure) == (PREVIEWED, ods, measure)]
    return max(wanted, key=lambda one: (one.deed.happened, one.deed.seq), default=None)


def _step(one: General) -> Step | None:
    try:
        return Step(
            type=one.type,
            ods=text(one.data, "ods"),
            name=text(one.data, "name"),
            measure=text(one.data, "measure"),
            first=date.fromisoformat(text(one.data, "from")),
            last=date.fromisoformat(text(one.data, "to")),
            counted=Share(whole(one.data, "numerator") or 0, whole(one.data, "denominator") or 0),
            average=Share(whole(one.data, "all_numerator") or 0, whole(one.data, "all_denominator") or 0),
            place=Place(text(one.data, "place")),
            deed=one.deed,
            to_whom=text(one.data, "to_whom"),
            how=text(one.data, "how"),
            words=text(one.data, "words"),
            reply_by=text(one.data, "reply_by"),
            files=tuple((text(each, "name"), text(each, "sha256")) for each in parts(one.data, "files")),
            preview=text(one.data, "preview"),
        )
    except ValueError:
        return None
