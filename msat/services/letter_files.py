"""Make the files of a preview or a letter in the forms asked for, and record them as issued. All of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from msat import shipped
from msat.clock import london, say_date
from msat.errors import RecordProblem, Refused
from msat.exports.document import Document
from msat.exports.file_names import safe_name
from msat.exports.letter import BLOCKS, NAMES, LetterFacts, letter
from msat.exports.letter_text import MOST_BYTES, LetterText, read_text
from msat.exports.markup import write_markup
from msat.exports.pdf import write_pdf
from msat.exports.seal import Seal, Sealed, seal_of_cut
from msat.exports.word import write_word
from msat.ids import fingerprint
from msat.projections.outlier_steps import Step
from msat.projections.outliers import Outlying
from msat.record.entries import Draft
from msat.services import deeds
from msat.services.desk import Changes, Desk, Person
from msat.services.file_set import written_together
from msat.services.outliers import Look
from msat.services.take_return import read

DATA_DAYS, REPLY_DAYS = 10, 20
"""Working days that are asked for to confirm the data, and to reply. Proposals of ours."""

TEXTS = ("preview", "letter")
MOST_TEMPLATE = 20_000_000


@dataclass(frozen=True, slots=True)
class Words:
    """What an editor may bring along: a text in place of the one shipped, and a Word file to take the look from."""

    text: Path | None = None
    word: Path | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """Files that belong together, not written yet."""

    document: Document
    seal: Seal
    folder: Path
    files: Mapping[str, bytes]

    def named(self) -> list[dict[str, Any]]:
        """Each file's name and fingerprint, as an entry holds them."""
        return [{"name": name, "sha256": fingerprint(data)} for name, data in self.files.items()]


def facts_of(
    desk: Desk, seen: Look, line: Outlying, preview: Step | None = None, reply_days: int = REPLY_DAYS
) -> LetterFacts:
    """What a preview (or, with `preview`, a letter) says of one organisation."""
    today, site = london(seen.cut.moment).date(), desk.knowledge.site
    return LetterFacts(
        line=line,
        first=seen.first,
        last=seen.last,
        organisations=len(seen.found[line.measure].funnel.points),
        team=desk.record.organisation,
        as_at=seen.cut.moment,
        data_by=site.add_working_days(today, min(DATA_DAYS, reply_days)),
        reply_by=site.add_working_days(today, reply_days),
        steps=seen.steps.get(line.ods, ()),
        preview=preview,
    )


def text_of(kind: str, given: Path | None) -> LetterText:
    """The text of a `preview` or `letter`: the one given, else the one shipped. Raises Refused with file and line."""
    if given is None:
        return read_text(shipped.data(f"resources/templates/outlier/{kind}.txt"), f"{kind}.txt", NAMES, BLOCKS)
    return read_text(read(given, MOST_BYTES), given.name, NAMES, BLOCKS)


def make_files(desk: Desk, seen: Look, facts: LetterFacts, kind: str, words: Words, target: Path | None) -> Made:
    """The document and its files. `target`: a .docx, .pdf or .html file, a folder for Word and PDF, or None for none.

    Raises Refused for a text or template that cannot be used, and a name that cannot be written to.
    """
    document = letter(text_of(kind, words.text), facts)
    parameters = {
        "ods": facts.line.ods,
        "measure": facts.line.measure,
        "from": facts.first.isoformat(),
        "to": facts.last.isoformat(),
    }
    seal = seal_of_cut(desk.record, seen.cut, kind, parameters)
    steps = [_sealed(desk, step) for step in facts.steps]
    own, others = tuple(one for one in steps if not one.log), tuple(one for one in steps if one.log)
    seal = replace(seal, entries=own, others=others)
    if target is None:
        return Made(document, seal, Path(), {})
    template = read(words.word, MOST_TEMPLATE) if words.word else None
    return files_of(document, seal, target, f"{kind} {facts.line.ods} {say_date(facts.as_at)}", template)


def files_of(document: Document, seal: Seal, target: Path, stem: str, template: bytes | None = None) -> Made:
    """The files of a document: by the ending of `target`, or, in a folder, Word and PDF called `stem`.

    Raises Refused for another ending, and for a template that cannot be used.
    """
    folder, names = _names(target, stem)
    forms: dict[str, Callable[[], bytes]] = {
        ".docx": lambda: write_word(document, seal, template),
        ".pdf": lambda: write_pdf(document, seal),
        ".html": lambda: write_markup(document, "html", seal).encode("utf-8"),
    }
    return Made(document, seal, folder, {name: forms[Path(name).suffix.lower()]() for name in names})


def _names(target: Path, stem: str) -> tuple[Path, Sequence[str]]:
    if target.is_dir():
        return target, [f"{safe_name(stem)}.docx", f"{safe_name(stem)}.pdf"]
    if target.suffix.lower() not in (".docx", ".pdf", ".html"):
        raise Refused(
            f"A letter is not written as “{target.name}”.", "Use a name in .docx, .pdf or .html, or a folder."
        )
    return target.parent, [target.name]


def _sealed(desk: Desk, step: Step) -> Sealed:
    entry = desk.record.entry(step.deed.entry)
    if entry is None or entry.body is None:
        raise RecordProblem(f"The views name entry {step.deed.seq}, which the record does not hold.", "Rebuild them.")
    elsewhere = "" if entry.log == desk.record.log else entry.log
    return Sealed(entry.seq, entry.id, entry.header.decode("utf-8"), entry.body.decode("utf-8"), elsewhere)


def issue(
    desk: Desk, made: Made, person: Person, step: Draft | None = None, words: str = ""
) -> tuple[list[Path], Changes]:
    """Writes the files and records the step, if any, and each file as issued: all of it, or nothing of it.

    `words` tells it to people where there is no step. Raises Refused when the files cannot be written, NotRecorded
    when the entries could not be kept.
    """
    who = deeds.checked_person(person)
    drafts = [step] if step else []
    drafts += [_issued(made, name, data, who) for name, data in made.files.items()]
    if not made.files:
        return [], _recorded(desk, drafts, words)
    with written_together(made.folder, made.files) as paths:
        changes = _recorded(desk, drafts, words)
    return paths, changes


def _recorded(desk: Desk, drafts: Sequence[Draft], words: str) -> Changes:
    entries = desk.record.append(drafts)
    changed = desk.views.catch_up()
    return Changes(changed, entries, words=f"{words or drafts[0].meaning} Entry {entries[0].seq}.")


def _issued(made: Made, name: str, data: bytes, who: Person) -> Draft:
    told = {
        "kind": made.seal.kind,
        "name": name,
        "sha256": fingerprint(data),
        "size": len(data),
        "cut_off_size": made.seal.head.size,
        "cut_off_head": made.seal.head.id,
    }
    return Draft("export.issued", who.actor(), told, meaning=f"Issued {name}.")


def write_alone(made: Made) -> list[Path]:
    """Writes the files and records nothing. Raises Refused when they cannot be written."""
    with written_together(made.folder, made.files) as paths:
        return list(paths)


def copy_texts(folder: Path) -> list[Path]:
    """Copies the texts of preview and letter into `folder`, for an editor to change. Never over another file.

    Raises Refused when the folder is not there, or has one of them already.
    """
    files = {f"{kind}.txt": shipped.data(f"resources/templates/outlier/{kind}.txt") for kind in TEXTS}
    there = [name for name in files if (folder / name).exists()]
    if there:
        raise Refused(f"“{folder / there[0]}” is there already.", "Choose another folder; nothing was written.")
    with written_together(folder, files) as paths:
        return list(paths)
