"""Restore: what was done, in words. The putting in place is the store's; a restore needs no open desk."""

from __future__ import annotations

from msat.record.backup import Restored, Way

_THEN = {
    Way.WHOLE: "Nothing that was recorded here is missing: this profile goes on with its log.",
    Way.SHORT: "",
    Way.UNKNOWN: (
        "Nothing here says whether more was recorded after this backup (the high-water mark is not in this profile), "
        "so the record can be read and checked, and nothing is added to it: that could make two histories of one log.\n"
        "Next: take in the newest return of this log that anybody holds (msatctl return import FILE). To go on: a log "
        "that goes on for this one, which stays here to read (msatctl log supersede --reason TEXT)."
    ),
}


def said(done: Restored) -> str:
    """What a restore did and how the record stands, for people."""
    is_replaced = bool(done.aside or done.healed or not done.files)
    lines = [f"Restored the record to entry {done.head.size:,}."] if is_replaced else []
    if done.healed:
        lines.append(f"{done.healed:,} entries that the backup lacks were found whole elsewhere and put back.")
    if done.files:
        lines.append(f"{done.files:,} stored files that were missing or damaged were put back.")
    if done.aside:
        lines.append(f"The record of before is kept as {done.aside}.")
    if done.way is Way.SHORT:
        lines.append(
            f"This installation once recorded up to entry {done.marked:,}; what came after entry {done.head.size:,} is "
            "missing. The record can be read and checked, and nothing is added to it: other entries in the place of "
            "those missing would make two histories of one log.\n"
            "Next: take in the newest return of this log that anybody holds (msatctl return import FILE), or restore a "
            "newer backup; each shortens the gap. Where nobody has what is missing: msatctl log supersede --reason "
            "TEXT."
        )
    else:
        lines.append(_THEN[done.way])
    if is_replaced:
        lines.append("Returns of others that came after the backup are not in it: take the newest in again.")
    if done.problems:
        lines.append("The proof over the restored record found:")
        lines += [f"  {one.where}: {one.what}" for one in done.problems[:20]]
    else:
        lines.append("The record was proven whole after it was put in place.")
    return "\n".join(lines)
