"""What readers were told, word for word: the text kept among the record's files when an issue was marked as sent.

Reads only. Whether the file is still the one that was recorded is checked by its fingerprint before it is shown.
"""

from __future__ import annotations

from msat.errors import Refused
from msat.exports.text_sealing import NAME
from msat.ids import fingerprint
from msat.projections.newsletter_issues import SENT
from msat.projections.values import text
from msat.services.desk import Desk

_ENDINGS = {"email": ".html", "text": ".txt"}
_MARKS = {"email": f"<!-- {NAME}", "text": f"----- BEGIN {NAME}"}


def sent_text(desk: Desk, entry: str, form: str) -> str:
    """The kept text of an issue sent by this entry, as HTML (`email`) or plain (`text`), without its evidence.

    Raises Refused for an unknown entry or form, and for a file that is missing or was changed.
    """
    if form not in _ENDINGS:
        raise Refused("Only the e-mail and the plain text are kept in the record.", "Choose E-mail or Plain.")
    found = next((one for one in desk.views.general(SENT) if one.deed.entry == entry), None)
    listed = found.data.get("files") if found else None
    files = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list | tuple) else []
    named = next((one for one in files if text(one, "name").endswith(_ENDINGS[form])), None)
    if named is None:
        raise Refused("The record holds no such text of this issue.", "Look for the file that was sent.")
    data = desk.files.get(text(named, "sha256"))
    if data is None:
        raise Refused(f"The kept file “{text(named, 'name')}” is missing.", "Restore it from a backup.")
    if fingerprint(data) != text(named, "sha256"):
        raise Refused(f"The kept file “{text(named, 'name')}” was changed.", "Check the record, and restore a backup.")
    return data.decode("utf-8", "replace").partition(_MARKS[form])[0]
