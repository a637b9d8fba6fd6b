"""What `msatctl return show` does, and what `return export --pdf` adds: a return for people to read."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from msat.cli.opening import open_desk, say
from msat.errors import Refused

if TYPE_CHECKING:
    from msat.services.show_return import Shown


def show_return(options: argparse.Namespace) -> int:
    """Prints what a return says, or writes it as a PDF."""
    from msat.services.show_return import to_json, write_return_pdf

    shown = _shown(options)
    if not options.pdf:
        say(options, to_json(shown), shown.text)
        return 0
    made = write_return_pdf(shown, Path(options.pdf))
    words = f"Wrote what the return says to {made.name}. What proves it is the return, which is inside."
    say(options, {**to_json(shown), "pdf": str(made)}, f"{made}\n{words}")
    return 0


def _shown(options: argparse.Namespace) -> Shown:
    """What is shown: the file, or, where there is none of that name and it may be a log's name, what is held of it."""
    from msat.exchange.return_file import MOST_BYTES
    from msat.services.show_return import held_return
    from msat.services.show_return import show_return as do
    from msat.services.take_return import read

    path = Path(options.file)
    if not path.exists() and re.fullmatch(r"[0-9a-fA-F]{8,32}", options.file):
        with open_desk(options) as desk:
            return held_return(desk, options.file.lower())
    if not path.exists():
        raise Refused(f"There is no file “{path}”.", "Check its name, or give the first 8 digits of a log held here.")
    return do(read(path, MOST_BYTES), path.name)


def write_pdf_beside(path: Path) -> Path:
    """Writes the return at `path` as a PDF of the same name, and gives the PDF's path."""
    from msat.services.show_return import show_return as do
    from msat.services.show_return import write_return_pdf

    return write_return_pdf(do(path.read_bytes(), path.name), path.with_suffix(".pdf"))
