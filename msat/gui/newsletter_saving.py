"""What leaves the newsletter's screen: the clipboard, a file, or every form for every reader in a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from msat.errors import MsatError
from msat.gui import newsletter_deeds as deeds
from msat.gui.newsletter_composer import Composer
from msat.gui.saving import ask_where, open_file, to_clipboard
from msat.gui.tongue import later, spoken, tr
from msat.gui.views.notices import NoticeBar

if TYPE_CHECKING:
    from msat.services.desk import Changes

KINDS = spoken(
    {
        "word": (later("Word"), later("Word (*.docx)")),
        "html": (later("Web page"), later("HTML (*.html)")),
        "markdown": (later("Markdown"), later("Markdown (*.md)")),
        "text": (later("Plain text"), later("Text (*.txt)")),
        "email": (later("E-mail draft"), later("E-mail (*.eml)")),
    }
)
"""The forms of a file, with what each is called and its filter."""

MOST_NAMED = 3
"""Files that a notice names one by one."""


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file that the open issue was saved in: for whom, and in which form."""

    path: Path
    audience: str
    form: str


class Saving(QObject):
    """Saves and copies for one screen. `said` hears a sentence while it works, and an empty one after."""

    def __init__(self, composer: Composer, notices: NoticeBar, owner: QWidget, said: Callable[[str], None]) -> None:
        super().__init__(owner)
        self.composer, self.session, self.notices = composer, composer.session, notices
        self._owner, self._said = owner, said
        self.saved: list[SavedFile] = []
        """The files of the open issue, the last saved last: offered when it is marked as sent."""
        composer.opened.connect(self.saved.clear)

    def copy(self) -> None:
        """Puts the issue on the clipboard in every form; each program takes the one it knows."""
        composer = self.composer
        if not self._has_items():
            return

        def copied(forms: dict[str, str]) -> None:
            to_clipboard(forms)
            readers = composer.names.get(composer.audience, "")
            words = tr("Copied “{title}” for {readers}. Paste it where you write.")
            self.notices.tell(words.format(title=composer.issue.title, readers=readers))

        self.session.read(deeds.render_all(composer.issue, composer.audience, composer.style), copied, self._owner)

    def save_as(self, form: str, outside: tuple[str, str, str] = ("", "", "")) -> None:
        """Saves the issue for the readers shown as a file; `outside`: an e-mail's receiver, sender and subject."""
        composer = self.composer
        if not self._has_items():
            return
        name = deeds.usual_file(composer.issue, composer.audience, form)
        called, kinds = KINDS[form]
        path = ask_where(self._owner, tr("Save the issue as {form}").format(form=tr(called)), name, kinds, self.session)
        if path is not None:
            self._save((composer.audience,), (form,), path, outside)

    def save_all(self) -> None:
        """Saves every form for all readers of the issue into a folder."""
        if not self._has_items():
            return
        start = self.session.memory.text("save/folder", str(Path.home()))
        folder = QFileDialog.getExistingDirectory(self._owner, tr("Folder for the files of the issue"), start)
        if folder:
            self.session.memory.keep("save/folder", folder)
            self._save(self.composer.issue.audiences, deeds.EVERYTHING, Path(folder))

    def _save(
        self, audiences: Sequence[str], forms: Sequence[str], path: Path, outside: tuple[str, str, str] = ("", "", "")
    ) -> None:
        person = self.session.person()
        if person is None:
            self.session.person_needed.emit(lambda: self._save(audiences, forms, path, outside))
            return
        composer, issue = self.composer, self.composer.issue
        deed = deeds.export(issue, audiences, forms, path, composer.style, outside)

        def saved(result: tuple[Changes]) -> None:
            (changes,) = result
            self._said("")
            folder = path if path.is_dir() else path.parent
            pairs = [(whom, form) for whom in audiences for form in forms]
            names = [deeds.usual_file(issue, whom, form) for whom, form in pairs]
            paths = [path] if path != folder else [folder / name for name in names]
            if composer.issue is not None and composer.issue.id == issue.id:
                self._remember([SavedFile(where, *pair) for where, pair in zip(paths, pairs, strict=True)])
            self.session.changes.happened.emit(changes)
            words = tr("{saved} They are in {folder}.") if path == folder else tr("{saved} It is in {folder}.")
            if len(names) > MOST_NAMED:
                words = tr("Saved {number} files: every form, for {readers}. They are in {folder}.")
            readers = ", ".join(composer.names.get(whom, whom) for whom in audiences)
            said = words.format(saved=changes.words, folder=folder, number=len(names), readers=readers)
            self.notices.tell(said, "green", tr("Open folder"), lambda: open_file(folder))

        def failed(error: MsatError) -> None:
            self._said("")
            self.notices.warn(error)

        self._said(tr("Saving {name}.").format(name=path.name))
        # In a tuple: the changes are told before the notice, which else would go with them.
        self.session.run(lambda desk: (deed(desk, person),), self._owner, saved, failed, long=True)

    def _remember(self, files: Sequence[SavedFile]) -> None:
        paths = {one.path for one in files}
        self.saved[:] = [one for one in self.saved if one.path not in paths] + list(files)

    def _has_items(self) -> bool:
        if self.composer.shown is None or not self.composer.shown.items:
            self.notices.tell(tr("There is no alert in the issue yet. Choose one or more first."), "amber")
            return False
        return True
