"""The draft of an organisation's local rules: a text that people edit by hand, on the screen or from a decision.

Nothing in it is in force. Kept in the profile as `local/draft.msatrules`; what was there before is kept beside it.
"""

from __future__ import annotations

from pathlib import Path

from msat.actions.overlay import Laid, lay
from msat.actions.pack import ENDING, LARGEST, Pack, read_pack, write_pack
from msat.errors import Refused
from msat.places import Places
from msat.services.desk import Desk
from msat.services.tailor_load import shipped_of
from msat.triage.overlay import Origin

DRAFT = f"draft{ENDING}"
_EXAMPLES = """
# Local rules. Nothing here is in force before it has been adopted:
#   msatctl rules check      names each mistake with its table and field
#   msatctl rules dry-run    shows what it would have changed in the last twelve months
#   msatctl rules adopt --reason "..."
# Lines that begin with “#” and no space are examples: take the # away from those you use. Texts stand in quotes.
#
# For whom: "own" is this organisation; or the kinds that may adopt it, for instance
# for = ["gp-practice", "dispensing-practice"]. It stands above, in the head.
#
# A shipped rule: give what is different, and leave out what stays. A Red is lowered only with a reason (why).
#
#[[rule]]
#id = "F09"
#why = "We hold a large stock for the care homes."
#priority = { dispensing-practice = "red" }       # red, amber, green or none; or one for every kind: priority = "red"
#add_actions = { dispensing-practice = ["LA01"] } # also drop_actions, or actions for the whole list
#reason = "A Class 3 recall at pharmacy level concerns our stock for the care homes."
#
#[[rule]]
#id = "F20"
#why = "Our devices lead meets every week."
#limit = { from = "family", working_days = 5 }    # or days, or hours; from = "class" is the class's own limit
#
# A rule of your own, L01 to L99. A notice fits when it is of one of the families and says one of the words (patterns).
# Where a shipped rule that fits as well is more urgent, that one decides.
#
#[[rule]]
#id = "L01"
#name = "Insulin pens"
#why = "Our diabetes team asked for it."
#when = { families = ["device-safety-information"], says = ['\\binsulin pens?\\b'] }
#priority = "amber"
#limit = { from = "family", working_days = 5 }
#actions = ["A01", "A02", "LA01", "A25"]
#reason = "Insulin pens are used by many people here."
#
# An action of your own, LA01 to LA99; answer = "done", "count", "funnel" or "places".
#
#[[action]]
#code = "LA01"
#name = "Tell the care homes"
#answer = "done"
#text = "Telephone the care homes about {product}, {batches}"
#required = false
#
# Other words for a shipped action.
#
#[[action]]
#code = "A12"
#text = "Tell the clinical team, locums included, in the morning huddle"
#
# Reasons to choose from: of = "applies", "does-not-apply" or "gap".
#
#[[reason]]
#of = "does-not-apply"
#code = "closed-formulary"
#words = "Not on our closed formulary"
#
# Your own stock places, and texts to patients and others (each must hold {advice}).
#
#[places]
#dispensing-practice = ["Dispensary", "Treatment room", "Branch surgery"]
#
#[letters]
#patient-message = "{organisation}: please telephone us about {product}. {advice}"
""".lstrip("\n")


def draft_path(places: Places) -> Path:
    """Where the draft lies, whether or not there is one."""
    return places.local / DRAFT


def draft_text(places: Places) -> str | None:
    """The draft as it is written; None when there is none. Raises Refused when it cannot be read."""
    return read_text(draft_path(places)) if draft_path(places).is_file() else None


def read_text(path: Path) -> str:
    """The text of a file of local rules. Raises Refused when it is missing, too large, or no text."""
    try:
        if path.stat().st_size > LARGEST:
            raise Refused(f"The file {path} is too large to be a pack of local rules.", "Check its name.")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise Refused(f"There is no file “{path}”.", "Check its name.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"The file {path} could not be read as text.", "Check its name, and save it as UTF-8.") from error


def begin_draft(desk: Desk) -> Path:
    """The draft's path, having made a draft when there was none: of what is in force, with examples as remarks."""
    path = draft_path(desk.places)
    if not path.is_file():
        local = desk.knowledge.local
        pack = local.pack if local else empty_pack(desk)
        _write(path, f"{write_pack(pack)}\n{_EXAMPLES}")
    return path


def read_draft(desk: Desk) -> Pack:
    """The draft. Raises Refused when there is none, or naming what is wrong in it."""
    text = draft_text(desk.places)
    if text is None:
        raise Refused("There is no draft of local rules.", "Begin one: msatctl rules edit-path, or import a pack.")
    return read_pack(DRAFT, text)


def save_draft(desk: Desk, pack: Pack) -> Path:
    """Puts `pack` in the draft's place; remarks in the old text are lost. Raises Refused when it does not fit."""
    try_on(desk, pack, DRAFT)
    return save_text(desk, write_pack(pack))


def save_text(desk: Desk, text: str) -> Path:
    """Puts a text in the draft's place as it is; the old one is kept as `draft.before.msatrules`. It may be unfinished,
    for a draft is; but it must be a pack. Raises Refused otherwise."""
    read_pack(DRAFT, text)
    path = draft_path(desk.places)
    if path.is_file() and read_text(path) != text:
        path.replace(path.with_name(f"draft.before{ENDING}"))
    _write(path, text)
    return path


def drop_draft(desk: Desk) -> bool:
    """Takes the draft away (it is kept as `draft.before.msatrules`). Says whether there was one."""
    path = draft_path(desk.places)
    if not path.is_file():
        return False
    path.replace(path.with_name(f"draft.before{ENDING}"))
    return True


def empty_pack(desk: Desk, why: str = "") -> Pack:
    """A pack of this organisation that changes nothing."""
    organisation = desk.record.organisation
    version = shipped_of(desk).rules.version
    return Pack(f"Local rules of {organisation.name}", organisation.name, organisation.ods, version, why=why)


def try_on(desk: Desk, pack: Pack, name: str = "the pack") -> Laid:
    """What would be in force with `pack`. Raises Refused naming file, entry and field of the first mistake."""
    return lay(shipped_of(desk), pack, Origin(pack.organisation), name)


def _write(path: Path, text: str) -> None:
    aside = path.with_suffix(".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError as error:
        raise Refused(f"The file {path} cannot be written: {error}.", "Check the disk and the folder.") from error
