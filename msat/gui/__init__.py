"""The window. PySide6 lives here and nowhere else; every deed goes through `msat.services`."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Opens the window, or says in one sentence why it cannot. The entry point `msat`."""
    from msat.gui.start import start

    return start(arguments)
