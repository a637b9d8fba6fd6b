"""Adopt local rules, or withdraw them. From then on they are what this installation decides by.

Only what was seen in a dry run is adopted. Decisions already recorded stay as they are: `tailor_apply` is apart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from msat import patient_identifiers
from msat.actions.pack import Pack, read_pack, write_pack
from msat.clock import say_date, stamp
from msat.errors import Refused
from msat.projections.values import text, whole
from msat.record.entries import Draft
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person, Progress
from msat.services.tailor_drafts import DRAFT, empty_pack, read_draft, try_on
from msat.services.tailor_dry_run import MONTHS, DryRun, dry_run
from msat.services.tailor_load import ADOPTED, adoptions, newest, reload, shipped_of

LOOK_AGAIN = "Look at the dry run, then adopt what it shows."


def adopt(
    desk: Desk,
    person: Person,
    reason: str,
    dry_run_seen: str,
    pack: Pack | None = None,
    months: int = MONTHS,
    progress: Progress | None = None,
) -> Changes:
    """Puts `pack` (the draft when None) in force, and records that as an entry about no alert.

    `dry_run_seen` is the `seen` of the dry run that the person looked at, over the same `months`. Raises Refused when
    something else would come out by now, when the pack is for others, changes nothing, or is in force already.
    """
    if pack is None:
        pack = read_draft(desk)
        try_on(desk, pack, DRAFT)
    person, reason = deeds.checked_person(person), deeds.required_text(reason, "reason")
    _refuse_others(desk, pack)
    patient_identifiers.refuse(write_pack(pack), "local rules")
    if pack.is_empty:
        raise Refused("This pack changes nothing.", "To go back to the shipped rules, withdraw the local ones.")
    _refuse_same(desk, pack)
    tried = dry_run(desk, pack, months, progress)
    if tried.seen != dry_run_seen:
        what = "has not been looked at" if not dry_run_seen else "shows something else than what was looked at"
        raise Refused(f"The dry run of these local rules {what}.", LOOK_AGAIN)
    return _record(desk, person, reason, pack, tried)


def withdraw(desk: Desk, person: Person, reason: str, progress: Progress | None = None) -> Changes:
    """Goes back to the shipped rules: adopts a pack that changes nothing. Raises Refused when none is in force."""
    person, reason = deeds.checked_person(person), deeds.required_text(reason, "reason")
    one = newest(desk.views)
    if one is None or not whole(one.data, "changes"):
        raise Refused("No local rules are in force.", "There is nothing to withdraw.")
    pack = replace(empty_pack(desk), why=reason)
    return _record(desk, person, reason, pack, dry_run(desk, pack, MONTHS, progress))


def _refuse_others(desk: Desk, pack: Pack) -> None:
    """A pack is adopted by whoever made it and by those it was made for, and by nobody else."""
    ours = desk.record.organisation
    if pack.ods.strip().upper() == ours.ods.strip().upper():
        return
    if not pack.made_for:
        raise Refused(
            f"This pack was made for {pack.said_for}; here is {ours.name} ({ours.ods}).",
            "Ask for a pack that is for your kind of organisation, or make its changes your own: see rules import.",
        )
    if ours.kind not in pack.made_for:
        raise Refused(
            f"This pack is for {pack.said_for}, and {ours.name} is a {ours.kind}.",
            "Ask for a pack that is for your kind of organisation.",
        )


def _refuse_same(desk: Desk, pack: Pack) -> None:
    local = desk.knowledge.local
    if local is not None and write_pack(local.pack) == write_pack(pack):
        raise Refused(
            f"These local rules are in force already, since {say_date(local.deed.recorded)} "
            f"(entry {local.deed.seq}).",
            "Change the draft first.",
        )


def _record(desk: Desk, person: Person, reason: str, pack: Pack, tried: DryRun) -> Changes:
    before, number = newest(desk.views), len(adoptions(desk.views)) + 1
    written = write_pack(pack)
    read_pack("the pack", written)  # what is kept must be readable ever after
    laid = try_on(desk, pack)
    version = shipped_of(desk).rules.version + ("" if pack.is_empty else f"+L{number}")
    sha256 = desk.files.put(written.encode("utf-8"))
    data: dict[str, Any] = {
        "name": pack.name,
        "pack": sha256,
        "number": number,
        "version": version,
        "previous": text(before.data, "version") if before else shipped_of(desk).rules.version,
        "previous_pack": text(before.data, "pack") if before else "",
        "organisation": pack.organisation,
        "ods": pack.ods,
        "for": [kind.value for kind in pack.made_for] or "own",
        "base": pack.base,
        "reason": reason,
        "changes": len(laid.changes),
        "changed": tried.changed,
        "of": tried.of,
        "since": stamp(tried.since),
        "lowered_reds": len({row.key for row in tried.lowered_reds}),
        "seen": tried.seen,
    }
    if pack.is_empty:
        meaning = f"Withdrew the local rules; rules {version} as shipped are in force."
    else:
        meaning = f"Adopted the local rules “{pack.name}” as rules {version}."
    draft = Draft(ADOPTED, person.actor(), data, files=(sha256,), happened=desk.clock.now(), meaning=meaning)
    entries = desk.record.append([draft])
    changed = desk.views.catch_up()
    reload(desk)
    return Changes(changed, entries, words=f"{meaning} Entry {entries[-1].seq}.")
