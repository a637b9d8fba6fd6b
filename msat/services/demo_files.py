"""The main job once, headless: work one Red to its end, write every kind of file, check each of them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from msat.projections.pack_model import Signatory
from msat.projections.ports import Query, Row
from msat.record.verification import Verification
from msat.services.demo import DOCTOR, PHARMACIST, do_the_work
from msat.services.desk import Desk
from msat.services.export import export_certificate, export_log, export_newsletter
from msat.services.export_pack import issue_pack
from msat.services.inspector import export_inspector_file, export_inspector_page
from msat.services.pack_preparing import Wanted
from msat.services.verify import verify, verify_files
from msat.triage.model import Priority


@dataclass(frozen=True, slots=True)
class Made:
    """What the demonstration made, and what checking it found."""

    alert: str
    alerts: int
    files: tuple[tuple[Path, Verification], ...]
    record: Verification

    @property
    def valid(self) -> bool:
        return self.record.valid and all(found.valid for _path, found in self.files)

    def as_json(self) -> dict[str, Any]:
        """For `demo --json`."""
        return {
            "alert": self.alert,
            "alerts": self.alerts,
            "valid": self.valid,
            "files": [{"file": str(path), "valid": found.valid} for path, found in self.files],
        }

    def as_text(self, folder: Path) -> str:
        """For people."""
        lines = [
            f"A sample organisation with {self.alerts} alerts.",
            f"{self.alert} was worked to its end and signed by two people.",
            f"Everything is in {folder}:",
        ]
        lines += [f"  {path.name:<44} {'verified' if found.valid else 'DIFFERS'}" for path, found in self.files]
        lines.append(f"The record itself: {'verified' if self.record.valid else 'PROBLEMS FOUND'}.")
        lines.append(f"Look at it in the window: {_program('msat')} --profile {folder / 'profile'}")
        lines.append(f"or here: {_program('msatctl')} --profile {folder / 'profile'} list")
        return "\n".join(lines)


def make(desk: Desk, folder: Path) -> Made:
    """Works the most pressing Red, writes the files into `folder` and verifies each.

    Raises MsatError when a file cannot be written.
    """
    now = desk.clock.now()
    rows = [r for r in desk.views.worklist(Query(), now) if "historic" not in r.flags]
    red = [desk.views.alert(r.key) for r in rows if r.is_open and r.rag is Priority.RED]
    state = next(one for one in red if one is not None and not one.sign_off)
    do_the_work(desk, state)
    first, last = date(now.year, 1, 1), now.date()
    paths = [
        export_certificate(desk, str(state.key), folder / "one-page-record.pdf", PHARMACIST)[0],
        export_inspector_page(desk, str(state.key), folder / "inspector-page.pdf", PHARMACIST)[0],
        export_inspector_file(desk, folder / f"inspector-{now.year}.pdf", PHARMACIST, first, last)[0],
    ]
    paths += [
        export_log(desk, first, last, folder / f"log-{now.year}{suffix}", PHARMACIST)[0] for suffix in (".pdf", ".xlsx")
    ]
    for suffix in (".html", ".docx", ".eml", ".md", ".txt"):
        paths.append(export_newsletter(desk, _newest(rows), folder / f"newsletter{suffix}", PHARMACIST)[0])
    paths += _pack(desk, folder, first, last)
    checked = tuple(verify_files(paths, desk.record))
    return Made(state.reference or state.title, len(desk.views.states()), checked, verify(desk))


def _pack(desk: Desk, folder: Path, first: date, last: date) -> tuple[Path, ...]:
    """An assurance pack of the year so far, as a practice makes it about itself."""
    author, approver = (Signatory(one.name, one.role) for one in (PHARMACIST, DOCTOR))
    return issue_pack(desk, Wanted(first, last, author, approver=approver), folder, PHARMACIST).files


def _newest(rows: list[Row]) -> list[str]:
    """The five alerts published last, for a newsletter section."""
    dated = sorted((r for r in rows if r.published), key=lambda r: str(r.published), reverse=True)
    return [row.key for row in dated[:5]]


def _program(name: str) -> str:
    """How to call a program of this installation: by its path where it lies beside this Python, else by its name."""
    suffix = ".exe" if os.name == "nt" else ""
    beside = Path(sys.executable).with_name(name + suffix)
    return str(beside) if beside.is_file() else name
