"""Saves and copies: asks where, has the service make it in the background, and says where it lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from msat.gui.session import Session
from msat.gui.tongue import tr
from msat.gui.views.notices import NoticeBar
from msat.gui.words import count_words

if TYPE_CHECKING:
    from msat.projections.alert_state import AlertState
    from msat.services.desk import Changes, Desk, Person

FORMS = {"html": "text/html", "text": "text/plain", "markdown": "text/markdown"}
Maker = Callable[["Desk", Path, "Person"], tuple[Path, "Changes"]]


def ask_where(parent: QWidget, title: str, name: str, kinds: str, session: Session) -> Path | None:
    """The file a person chose, in the folder chosen last time; None when they changed their mind."""
    folder = session.memory.text("save/folder", str(Path.home()))
    chosen, _kind = QFileDialog.getSaveFileName(parent, title, str(Path(folder) / name), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    session.memory.keep("save/folder", str(path.parent))
    return path if path.suffix else path.with_suffix(Path(name).suffix)


def save(session: Session, notices: NoticeBar, owner: QObject, path: Path, make: Maker) -> None:
    """Makes a file in the background and offers to open it."""
    person = session.person()
    if person is None:
        session.person_needed.emit(lambda: save(session, notices, owner, path, make))
        return

    def saved(result: tuple[Path, Changes]) -> None:
        made, changes = result
        session.changes.happened.emit(changes)
        notices.tell(changes.words.split(" Entry ")[0], "green", tr("Open"), lambda: open_file(made))

    session.run(lambda desk: make(desk, path, person), owner, saved, long=True)


def open_file(path: Path) -> None:
    """Opens a file with the system's program for it; says where the file is when no program opens it."""
    if QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        return
    window = QApplication.activeWindow()
    if window is not None and hasattr(window, "notices"):
        said = tr("No program of this computer opened {name}. It is in {folder}.")
        window.notices.tell(said.format(name=path.name, folder=path.parent), "amber")


def save_certificate(parent: QWidget, session: Session, notices: NoticeBar, state: AlertState | None) -> None:
    """The one-page record of an alert."""
    if state is None:
        return
    from msat.exports.file_names import safe_name

    name = f"{safe_name(f'record {state.reference or state.title[:60]}')}.pdf"
    path = ask_where(parent, tr("Save one-page record"), name, tr("PDF (*.pdf)"), session)
    if path is None:
        return
    key = str(state.key)

    def make(desk: Desk, where: Path, person: Person) -> tuple[Path, Changes]:
        from msat.services.export import export_certificate

        return export_certificate(desk, key, where, person)

    save(session, notices, parent, path, make)


def show_record(session: Session, notices: NoticeBar, key: str, owner: QObject) -> None:
    """Makes the one-page record of an alert and opens it, with everything that waited recorded first."""

    def make(desk: Desk) -> tuple[Path, str]:
        from msat.services import deeds
        from msat.services.show_record import show_record as service

        return service(desk, key, desk.places.cache / "shown"), deeds.name_of(deeds.find(desk, key))

    def shown(made: tuple[Path, str]) -> None:
        path, name = made
        said = tr("The one-page record of {name} is open. It is a copy to look at: Ctrl+S saves one to keep.")
        notices.tell(said.format(name=name), "info")
        open_file(path)

    session.run(make, owner, shown, long=True)


def newsletter_maker(keys: Sequence[str]) -> Maker:
    """Makes a newsletter section, its form by the file's ending."""

    def make(desk: Desk, where: Path, person: Person) -> tuple[Path, Changes]:
        from msat.services.export import export_newsletter

        return export_newsletter(desk, keys, where, person)

    return make


def render_all(desk: Desk, keys: Sequence[str]) -> dict[str, str]:
    """The section in every form the clipboard takes."""
    from msat.services.export import render_newsletter

    return {form: render_newsletter(desk, keys, form) for form in FORMS}


def to_clipboard(forms: dict[str, str]) -> None:
    """Puts one section on the clipboard in every form; each program takes the one it knows."""
    data = QMimeData()
    data.setHtml(forms["html"])
    data.setText(forms["text"])
    data.setData(FORMS["markdown"], forms["markdown"].encode("utf-8"))
    QGuiApplication.clipboard().setMimeData(data)


def copy_newsletter(session: Session, notices: NoticeBar, keys: Sequence[str], owner: QObject) -> None:
    """Copies the chosen alerts as a newsletter section."""
    if not keys:
        notices.tell(tr("No alert is selected. Choose one or more in the list."), "amber")
        return

    def copied(forms: dict[str, str]) -> None:
        to_clipboard(forms)
        notices.tell(
            tr("Copied a newsletter section on {alerts}. Paste it where you write.").format(
                alerts=count_words(len(keys), "alert")
            )
        )

    session.read(lambda desk: render_all(desk, keys), copied, owner)
