"""Makes and updates the files that translators work on, and what the window loads of them.

    python packaging/translations.py cy          resources/translations/msat_cy.ts with every text, then msat_cy.qm
    python packaging/translations.py pseudo      what the pseudo-locale needs to know of the lower layers
    python packaging/translations.py --unmarked  the texts of the window that are not marked for translation

Texts are found in the source of `msat/gui` by the names of `msat/gui/tongue.py` (Qt's own lupdate does not see plain
functions), in the few declarations of lower layers that the window shows by name, and in what lower layers say: the
window finds those again by `msat/gui/sentences.py`, for which their list is written beside the .qm. A translation that
was there stays; one whose text has gone is left out. Needs `lrelease`, which comes with PySide6. Knows no language.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import string
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUI = ROOT / "msat" / "gui"
FOLDER = ROOT / "resources" / "translations"
CONTEXT = "msat"


@dataclass(slots=True)
class Text:
    """One text to translate: `source` as written, `one` where it has a form for one thing, and where it stands."""

    source: str
    one: str = ""
    places: list[str] = field(default_factory=list)


def texts(gui: Path = GUI) -> list[Text]:
    """Every text of the window, in the order of the files; each once."""
    found: dict[str, Text] = {}
    for file in sorted(gui.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            said = _said(call) if isinstance(call, ast.Call) else None
            if said is not None:
                _keep(found, *said, f"{file.relative_to(gui.parent.parent).as_posix()}:{call.lineno}")
    for source in _declared():
        _keep(found, source, "", "declared")
    for source, place in lower_texts().items():
        _keep(found, source, "", place)
    return list(found.values())


def _keep(found: dict[str, Text], source: str, one: str, place: str) -> None:
    text = found.setdefault(source, Text(source))
    text.one = text.one or one
    text.places.append(place)


def _said(call: ast.Call) -> tuple[str, str] | None:
    """(text, form for one) of a call of `tr`, `later`, `plural` or `count_words` with its text in place."""
    name, words = (
        _called(call),
        [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)],
    )
    if name in ("tr", "later") and len(call.args) == 1 and words and words[0]:
        return words[0], ""
    if name == "plural" and len(words) == 2:
        return words[1], words[0]
    if name == "count_words" and words:
        one, many = words[0], words[1] if len(words) > 1 else words[0] + "s"
        return f"{{number:,}} {many}", f"{{number:,}} {one}"
    return None


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _declared() -> Iterator[str]:
    """What lower layers declare once and the window shows through `tr`: settings, statuses, priorities, headings."""
    from msat.letter_keys import COMMANDS
    from msat.projections import worklist
    from msat.projections.alert_state import Status
    from msat.settings import SECTIONS, SETTINGS
    from msat.triage.exceptions import FLAGS
    from msat.triage.model import Priority

    for setting in SETTINGS:
        yield from setting.texts
    for command in COMMANDS:
        yield from (command.label, command.words)
    yield from SECTIONS
    yield from (str(status.value).capitalize() for status in Status)
    yield from (str(priority.value).capitalize() for priority in Priority)
    yield from (flag.replace("-", " ").capitalize() for flag in FLAGS)
    yield from (worklist.SECOND, worklist.RECHECK, worklist.DEFERRED)


# What lower layers say

PACKAGE = ROOT / "msat"
FACES = ("gui", "cli")
TELLING = (
    "actions",
    "alerts/compare.py",
    "clock.py",
    "exchange",
    "exports/check_",
    "exports/checking.py",
    "exports/newsletter_",
    "feeds/failures.py",
    "exports/chart",
    "patient_identifiers.py",
    "projections",
    "record/proof.py",
    "services",
    "store/inspection.py",
    "store/key_",
    "store/postgres_inspection.py",
    "triage",
    "working_days.py",
)
"""Where every text may come before people's eyes; elsewhere below the window only what an error says is."""
_ERRORS = {"MsatError", "Problem"}
_FIELDS = re.compile(r"[A-Za-z_]\w*")


def lower_texts(package: Path = PACKAGE) -> dict[str, str]:
    """Text and first place of everything that lower layers say to people; an f-string as a template with names."""
    files = [file for file in sorted(package.rglob("*.py")) if file.relative_to(package).parts[0] not in FACES]
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in files}
    errors, found = _errors(trees.values()), dict[str, str]()
    for file, tree in trees.items():
        name = file.relative_to(package).as_posix()
        for text, line in _spoken(tree, errors, name.startswith(TELLING)):
            found.setdefault(text, f"msat/{name}:{line}")
    return found


def _errors(trees: Iterable[ast.Module]) -> set[str]:
    """The names of all classes of errors, and of what tells of a problem."""
    bases = {
        node.name: {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = set(_ERRORS)
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known


def _spoken(tree: ast.Module, errors: set[str], all_of_it: bool) -> Iterator[tuple[str, int]]:
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        shown = _shape(node, parents)
        if not shown or "\n" in shown or not _PROSE.search(shown) or _CODE.search(shown) or _is_no_text(node, parents):
            continue
        if all_of_it or _is_said(node, parents, errors):
            yield _with_names(node), getattr(node, "lineno", 0)


def _is_said(node: ast.AST, parents: dict[ast.AST, ast.AST], errors: set[str]) -> bool:
    """Whether a literal belongs to an error: it is handed to one, is its title, or is a constant of a module."""
    above: ast.AST | None = node
    while above is not None:
        if isinstance(above, ast.Call) and _called(above) in errors:
            return True
        if isinstance(above, ast.ClassDef):
            return above.name in errors
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        if isinstance(above, ast.Assign | ast.AnnAssign) and isinstance(parents[above], ast.Module):
            return not isinstance(node, ast.JoinedStr)
        above = parents.get(above)
    return False


def _with_names(node: ast.AST) -> str:
    """The text; what an f-string fills in as `{name}`, each by a name of its own."""
    made, taken = "", set[str]()
    for own, filled in _pieces(node):
        made += own.replace("{", "{{").replace("}", "}}")
        if filled is None:
            continue
        name = next((one for one in reversed(_FIELDS.findall(filled)) if one[0] != "_"), "value")
        number = 2
        unique = name
        while unique in taken:
            unique, number = f"{name}{number}", number + 1
        taken.add(unique)
        made += f"{{{unique}}}"
    return made


def _pieces(node: ast.AST) -> Iterator[tuple[str, str | None]]:
    """A text of its own and what is filled in after it, of an f-string and of a text that `format` fills."""
    if isinstance(node, ast.JoinedStr):
        for part in node.values:
            is_own = isinstance(part, ast.Constant)
            yield (str(part.value), None) if is_own else ("", ast.unparse(part.value))
        return
    text = str(getattr(node, "value", ""))
    try:
        parts = [(own, field) for own, field, _form, _conversion in string.Formatter().parse(text)]
    except ValueError:
        parts = [(text, None)]
    yield from parts


# The files


def update(language: str, folder: Path = FOLDER, found: Sequence[Text] | None = None) -> Path:
    """Writes `msat_LANGUAGE.ts` with every text, keeping what is translated in it. Returns the file."""
    file = folder / f"msat_{language.replace('-', '_')}.ts"
    before = {message.findtext("source", ""): message.find("translation") for message in _messages(file)}
    root = ElementTree.Element("TS", version="2.1", language=language.replace("-", "_"), sourcelanguage="en_GB")
    context = ElementTree.SubElement(root, "context")
    ElementTree.SubElement(context, "name").text = CONTEXT
    for text in texts() if found is None else found:
        message = ElementTree.SubElement(context, "message", {"numerus": "yes"} if text.one else {})
        ElementTree.SubElement(message, "source").text = text.source
        if text.one:
            ElementTree.SubElement(message, "extracomment").text = f"For one: {text.one}"
        kept = before.get(text.source)
        message.append(kept if kept is not None else ElementTree.Element("translation", type="unfinished"))
    ElementTree.indent(root)
    folder.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
    return file


def write_list(file: Path, known: Iterable[str]) -> Path:
    """Writes the list by which the window finds the sentences of the lower layers again. Returns the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(sorted(known), ensure_ascii=False, indent=0), encoding="utf-8")
    return file


def _messages(file: Path) -> list[ElementTree.Element]:
    # Our own file, written by this program and edited by a translator: no document of a stranger.
    return list(ElementTree.parse(file).getroot().iter("message")) if file.is_file() else []  # noqa: S314


def release(file: Path) -> Path:
    """Makes the .qm that the window loads out of a .ts. Raises CalledProcessError when lrelease refuses it."""
    import PySide6

    tool = Path(PySide6.__file__).parent / ("lrelease.exe" if sys.platform == "win32" else "lrelease")
    made = file.with_suffix(".qm")
    subprocess.run([str(tool), "-silent", str(file), "-qm", str(made)], check=True)
    return made


# What is not marked

NOT_SHOWN = {
    "tongue.py": "the door itself",
    "start.py": "says why no window can open, on the console, before there is Qt",
    "app.py": "the same, and the names that a system knows the program by",
    "single_start.py": "says on the console that a second start does not reach the first",
    "licences.py": "reads the names of fields in other packages' metadata",
    "backing_up.py": "writes to the log file only",
}
"""Files whose texts no window shows, each with why."""
NO_TEXTS = {
    **dict.fromkeys(("Fusion", "MSAT", "Enter", "Esc", "Space", "Del"), "a name, or a key as it is printed"),
    **dict.fromkeys(
        ("OptimiseRx", "ScriptSwitch", "EL(26)A/41", "Inter-SemiBold"), "a name that is the same in every language"
    ),
    **dict.fromkeys(("Demo Pharmacist",), "a name that is recorded"),
    **dict.fromkeys(("not answered", "not applicable"), "a value as the record has it"),
    "The actions above were carried out as recorded.": "the statement that an empty field records, word for word",
    **dict.fromkeys(
        ("Practice", "People", "Sources", "Priority rules", "Appearance", "Records and backup", "About"),
        "a section of the settings by its key: translated where its heading is shown",
    ),
    **dict.fromkeys(("agreed plan.msatplan", "msat sources.toml", "a notice to add"), "the name of a file or a draft"),
    **dict.fromkeys(
        (
            "Practice pharmacist",
            "Pharmacy technician",
            "Dispensary lead",
            "Practice nurse",
            "Practice manager",
            "Administrator",
            "Superintendent pharmacist",
            "Responsible pharmacist",
            "Medicines safety officer",
        ),
        "a role: it is recorded as it is chosen, and what is recorded is never translated",
    ),
}
"""Strings that read like texts and are none, each with why."""
# fmt: off
_INNER_CALLS = {
    "setProperty", "property", "setObjectName", "startswith", "endswith", "partition", "rpartition", "split",
    "removeprefix", "removesuffix", "replace", "index", "hasattr", "getattr", "setattr", "compile", "fullmatch",
    "search", "match", "sub", "setStyle", "QKeySequence", "setDisplayFormat", "remember_person", "get_all",
    "safe_name", "setStyleSheet", "strftime", "toString", "getLogger", "tr", "later", "plural", "count_words",
    "text", "get", "open_tab", "draft", "forget", "keep", "warning", "exception", "info", "error", "debug", "inherits",
    "metadata", "metaObject", "ValueError",
}
# fmt: on
_SQL = "SELECT|CREATE|INSERT|UPDATE|DELETE|PRAGMA|DROP|ALTER|GRANT"
_CODE = re.compile(
    rf"^(?:(?:{_SQL}) |(?:Ctrl|Shift|Alt|Meta)\+|http|\^|\(\?|msatctl |resources/|d MMM|--)|style=|<p|color: "
)
_PROSE = re.compile(r"[A-Za-z]{2,}[,.:;]? +\S|^[A-Z][a-z]+|\{\} [a-z]+|[a-z]+[ ,.:] \{\}|[a-z]+ \{\}|\{\}, [a-z]")


def unmarked(gui: Path = GUI) -> list[str]:
    """`file:line text` for everything in the window's source that reads like a text for people and is not marked."""
    found = []
    for file in sorted(gui.rglob("*.py")):
        if file.name not in NOT_SHOWN:
            found += [f"{file.relative_to(gui).as_posix()}:{said}" for said in unmarked_in(file.read_text("utf-8"))]
    return found


def unmarked_in(source: str) -> list[str]:
    """The same for one module: `line text` each."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        shown = _shape(node, parents)
        reads_like_one = bool(_PROSE.search(shown)) and not _CODE.search(shown) and shown not in NO_TEXTS
        if reads_like_one and not _is_no_text(node, parents):
            found.append(f"{node.lineno} {shown}")
    return found


def _shape(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    """A literal as text, its placeholders as `{}`; empty for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    is_piece = isinstance(parents.get(node), ast.JoinedStr)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) and not is_piece else ""


def _is_no_text(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether a literal stands where no text for people stands: a docstring, a comparison, a key, an annotation."""
    child, parent = node, parents[node]
    if isinstance(parent, ast.Expr | ast.Compare) or (isinstance(parent, ast.Dict) and child in parent.keys):
        return True
    while not isinstance(parent, ast.stmt):
        if _stands_aside(child, parent):
            return True
        child, parent = parent, parents[parent]
    return _is_annotation(child, parent)


def _stands_aside(child: ast.AST, parent: ast.AST) -> bool:
    if isinstance(parent, ast.Subscript):
        return child is parent.slice
    if isinstance(parent, ast.Call):
        return _called(parent) in _INNER_CALLS and child is not parent.func
    if isinstance(parent, ast.BinOp):
        return isinstance(parent.op, ast.Mod)
    return isinstance(parent, ast.arg)


def _is_annotation(child: ast.AST, parent: ast.stmt) -> bool:
    if isinstance(parent, ast.AnnAssign):
        return child is parent.annotation
    return isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and child is parent.returns


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 done, 1 when `--unmarked` found something, 2 wrong use."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="for instance cy")
    parser.add_argument("--unmarked", action="store_true", help="list texts that are not marked")
    options = parser.parse_args(arguments)
    if options.unmarked:
        left = unmarked()
        print("\n".join(left) or "Every text of the window is marked.")
        return 1 if left else 0
    if not options.languages:
        parser.error("name a language, for instance cy")
    for language in options.languages:
        write_list(FOLDER / f"msat_{language.replace('-', '_')}.json", lower_texts())
        if language == "pseudo":
            print("The pseudo-locale knows what the lower layers say. Start the window with MSAT_LANGUAGE=pseudo.")
            continue
        file = update(language)
        made = release(file)
        print(f"{file.relative_to(ROOT)}: {len(texts())} texts; {made.relative_to(ROOT)} is what the window loads.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
