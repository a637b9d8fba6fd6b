"""How the views read a stored version document: the notice, and the fingerprint that a refresh compares.

The document's format belongs to `msat.alerts.versions`; this is the only place in the store that asks it.
"""

from __future__ import annotations

from msat.alerts import versions
from msat.alerts.model import Alert


def read(data: bytes) -> tuple[Alert, str]:
    """The notice and the fingerprint of its item's content. Raises ValueError on anything else."""
    return versions.decode(data), versions.content_of(data)
