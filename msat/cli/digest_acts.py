"""The commands about telling people: the digest as text or e-mail, and what would be told of now."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msat.cli.opening import open_desk, say
from msat.clock import stamp
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.projections.digest import Digest


def digest(options: argparse.Namespace) -> int:
    """Prints the digest, or writes it to a file."""
    from msat.exports.digest import digest_text
    from msat.services.digest import make_digest, write_digest

    if options.to and not options.out:
        raise Refused("An address needs a file to be put into.", "Add --out digest.eml.")
    with open_desk(options) as desk:
        if options.out:
            written = write_digest(desk, Path(options.out), options.to, options.only)
            say(options, {"file": str(written.path), **_json(written.digest)}, written.words)
        else:
            found = make_digest(desk, options.only)
            say(options, _json(found), digest_text(found))
    return 0


def reminders(options: argparse.Namespace) -> int:
    """Prints what would be told of now; marks nothing as told."""
    from msat import settings
    from msat.services.awaited_receipts import NO_RECEIPT, awaited_receipts
    from msat.services.reminders import find_due, load_told, open_rows

    with open_desk(options) as desk:
        person = options.name or str(settings.load(desk.places.settings)["person_name"])
        found = find_due(desk, open_rows(desk), load_told(desk.places), person)
        receipts = awaited_receipts(desk)
    value: list[dict[str, Any]] = [
        {
            "kind": str(one.kind),
            "title": one.title,
            "text": one.text,
            "alerts": list(one.keys),
            "offer_to": one.offer_to or None,
        }
        for one in found
    ]
    lines = [f"{one.title}\n" + "\n".join(f"  {line}" for line in one.text.splitlines()) + _offer(one) for one in found]
    if receipts.is_overdue:
        text = f"{receipts.words} {receipts.next_step}"
        value.append({"kind": "receipt", "title": NO_RECEIPT, "text": text, "alerts": [], "offer_to": None})
        lines.append(f"{NO_RECEIPT}\n  {text}")
    say(options, value, "\n".join(lines) or "Nothing is to be told now.")
    return 0


def _offer(one: Any) -> str:
    if not one.offer_to:
        return ""
    return f"\n  Reminded twice and still open. To write to {one.offer_to}: msatctl digest --only REF --out FILE.eml"


def _json(found: Digest) -> dict[str, Any]:
    return {
        "organisation": found.organisation,
        "as_at": stamp(found.as_at),
        "open": found.count,
        "groups": [
            {
                "name": name,
                "alerts": [
                    {
                        "reference": one.name or None,
                        "title": one.title,
                        "rag": one.rag,
                        "due": one.due,
                        "owner": one.owner or None,
                        "url": one.url or None,
                    }
                    for one in some
                ],
            }
            for name, some in found.groups
        ],
        "besides": [{"name": name, "count": count} for name, count in found.besides],
        "cautions": list(found.cautions),
    }
