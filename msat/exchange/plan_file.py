"""The file in which a commissioner's team sends its agreed plans to practices: `.msatplan`, signed by its record.

Canonical JSON: the plans as one text, a signed note over that text's fingerprint, and the first entry of the sender's
log, which names the key and the organisation. Nothing in a file is believed before the signature has been checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msat.clock import from_stamp, stamp
from msat.errors import MsatError, Refused
from msat.ids import fingerprint
from msat.record.codec import NotCanonical, encode, is_digest, parse
from msat.record.identity import carried, read_carried
from msat.record.organisation import Organisation
from msat.record.ports import Record
from msat.record.signing import BadNote
from msat.triage.model import Priority

SUFFIX = ".msatplan"
FORMAT = "msat-plan-v1"
PLANS = "msat-plans-v1"
MOST_BYTES = 8 * 1024 * 1024
MOST_PLANS = 2_000
ASK = "Ask the sender for the file again."


@dataclass(frozen=True, slots=True)
class SentPlan:
    """One plan as it travels. Times are UTC; `id` is the entry it was first recorded in, at its sender."""

    alert: str
    reference: str
    title: str
    rag: str
    actions: tuple[str, ...]
    due: datetime | None
    minute: str
    note: str
    agreed: datetime
    id: str


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A file whose signature was found right: who sent it, from which record, made when, and the plans."""

    organisation: Organisation
    log: str
    made: datetime
    plans: tuple[SentPlan, ...]


def write_plan_file(plans: Sequence[SentPlan], record: Record, made: datetime) -> bytes:
    """The bytes of a plan file, signed by `record`. The same plans at the same time give the same bytes.

    Raises Refused when there are too many plans for one file.
    """
    if len(plans) > MOST_PLANS:
        raise Refused(f"One file holds at most {MOST_PLANS:,} plans.", "Name the alerts whose plans are to be sent.")
    told = {"format": PLANS, "made": stamp(made), "plans": [_told(one) for one in plans]}
    text = encode(told, MOST_BYTES, "the plans")
    note = record.sign(_signed(text, record.log))
    outer = {"format": FORMAT, "plans": text.decode("utf-8"), "note": note, **carried(record.identity())}
    return encode(outer, 2 * MOST_BYTES)


def read_plan_file(data: bytes, name: str) -> PlanFile:
    """The plans in `data`, the file called `name`, its signature checked. Raises Refused, saying what is wrong."""
    try:
        outer = parse(data, 2 * MOST_BYTES)
        if outer["format"] != FORMAT:
            raise Refused(f"“{name}” is not a file of plans that this program knows.", "Use a newer MSAT.")
        text, note = outer["plans"].encode("utf-8"), str(outer["note"])
    except (NotCanonical, KeyError, TypeError, AttributeError, ValueError) as error:
        raise Refused(f"“{name}” is no file of agreed plans, or it was changed on the way.", ASK) from error
    organisation, log = _checked_sender(text, note, outer, name)
    try:
        inner = parse(text, MOST_BYTES)
        if inner["format"] != PLANS or len(inner["plans"]) > MOST_PLANS:
            raise KeyError("format")
        plans = tuple(_read(one) for one in inner["plans"])
        made = from_stamp(inner["made"])
    except (NotCanonical, KeyError, TypeError, AttributeError, ValueError) as error:
        raise Refused(f"The plans in “{name}” cannot be read, though they are signed.", "Use a newer MSAT.") from error
    return PlanFile(organisation, log, made, plans)


def _signed(text: bytes, log: str) -> str:
    return f"{FORMAT}\n{fingerprint(text)}\n{log}\n"


def _checked_sender(text: bytes, note: str, outer: Mapping[str, Any], name: str) -> tuple[Organisation, str]:
    """Who signed it: the organisation and log that the first entry names. Raises Refused."""
    try:
        sender = read_carried(outer)
        signed = sender.checked(note)
    except BadNote as error:
        raise Refused(f"The signature of “{name}” does not fit. {error.explanation}", ASK) from error
    except MsatError as error:
        raise Refused(f"“{name}” does not say rightly whose it is. {error.explanation}", ASK) from error
    if signed != _signed(text, sender.log):
        raise Refused(f"The plans in “{name}” are not the ones that were signed: the file was changed.", ASK)
    return sender.birth.organisation, sender.log


def _told(plan: SentPlan) -> dict[str, Any]:
    return {
        "alert": plan.alert,
        "reference": plan.reference,
        "title": plan.title,
        "rag": plan.rag,
        "actions": list(plan.actions),
        "due": stamp(plan.due) if plan.due else None,
        "minute": plan.minute,
        "note": plan.note,
        "agreed": stamp(plan.agreed),
        "id": plan.id,
    }


def _read(told: dict[str, Any]) -> SentPlan:
    texts = ("alert", "reference", "title", "rag", "minute", "note", "id")
    said = [*(told[name] for name in texts), *told["actions"]]
    if not all(isinstance(one, str) for one in said) or not is_digest(told["id"]):
        raise TypeError("text")
    return SentPlan(
        alert=told["alert"],
        reference=told["reference"],
        title=told["title"],
        rag=Priority(told["rag"]).value,
        actions=tuple(told["actions"]),
        due=from_stamp(told["due"]) if told["due"] is not None else None,
        minute=told["minute"],
        note=told["note"],
        agreed=from_stamp(told["agreed"]),
        id=told["id"],
    )
