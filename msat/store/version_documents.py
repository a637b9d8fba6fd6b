"""How the views read a stored version document: the notice, and the fingerprint that a refresh compares.

The document's format belongs to `msat.alerts.versions`; this is the only place in the store that asks it.
"""

from __future__ import annotations

import json

from msat import canonical
from msat.alerts import versions
from msat.alerts.model import Alert
from msat.errors import RecordProblem
from msat.ids import fingerprint


def read(data: bytes) -> tuple[Alert, str]:
    """The notice and the fingerprint of its item's content. Raises ValueError on anything else."""
    try:
        alert = versions.decode(data)
    except RecordProblem as problem:
        raise ValueError(problem.explanation) from problem
    return alert, fingerprint(canonical.dumps(json.loads(data)["content"]))
