"""What `msatctl return show` does, and what `return export --pdf` adds: a return for people to read. No profile."""

from __future__ import annotations

import argparse
from pathlib import Path

from msat.cli.opening import say


def show_return(options: argparse.Namespace) -> int:
    """Prints what a return says, or writes it as a PDF."""
    from msat.exchange.return_file import MOST_BYTES
    from msat.services.show_return import show_return as do
    from msat.services.show_return import to_json, write_return_pdf
    from msat.services.take_return import read

    path = Path(options.file)
    shown = do(read(path, MOST_BYTES), path.name)
    if not options.pdf:
        say(options, to_json(shown), shown.text)
        return 0
    made = write_return_pdf(shown, Path(options.pdf))
    words = f"Wrote what the return says to {made.name}. What proves it is the return, which is inside."
    say(options, {**to_json(shown), "pdf": str(made)}, f"{made}\n{words}")
    return 0


def write_pdf_beside(path: Path) -> Path:
    """Writes the return at `path` as a PDF of the same name, and gives the PDF's path."""
    from msat.services.show_return import show_return as do
    from msat.services.show_return import write_return_pdf

    return write_return_pdf(do(path.read_bytes(), path.name), path.with_suffix(".pdf"))
