"""Name the organisation whose record this is. Checked once, because it stands in the record's first entry for ever."""

from __future__ import annotations

import re

from msat import patient_identifiers
from msat.errors import Refused
from msat.lettering import seen
from msat.record.organisation import Organisation
from msat.triage.model import OrganisationKind

_ODS = re.compile(r"[A-Z0-9]{3,10}")
"""ODS codes are 3 to 10 capital letters and digits: 16C, A81001, FA123, U12345."""


def checked_organisation(name: str, ods: str, kind: str) -> Organisation:
    """The organisation, with its ODS code in capitals. Raises Refused for an empty name, an odd code or kind."""
    name = " ".join(seen(name).split())
    if not name or len(name) > 200:
        raise Refused("The organisation's name is empty or too long.", "Give its name, up to 200 characters.")
    patient_identifiers.refuse(name, "organisation's name")
    code = ods.strip().upper()
    if not _ODS.fullmatch(code):
        raise Refused(f"“{ods}” is not an ODS code.", "An ODS code is 3 to 10 letters and digits, for instance A81001.")
    try:
        return Organisation(name, code, str(OrganisationKind(kind.strip().lower())))
    except ValueError:
        kinds = ", ".join(OrganisationKind)
        raise Refused(f"“{kind}” is not a kind of organisation.", f"Use one of: {kinds}.") from None
