"""Spares the start of the program what PySide does for a feature that MSAT leaves alone: names in snake_case.

For each module that is imported after Qt, whosever it is, PySide reads the source and keeps its lines, only to see
whether it uses Qt and so may want that feature: a quarter of the time that imports take, and memory for every line.
Call before any other module is imported.
"""

from __future__ import annotations


def leave_features_alone() -> None:
    """No module's source is read any more; where PySide does this no longer, or elsewhere, nothing changes."""
    import PySide6.QtCore  # noqa: F401 - it brings the module below along

    try:
        from shibokensupport import feature
    except ImportError:
        return
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = _wants_none


def _wants_none(_module: object) -> bool:
    return False
