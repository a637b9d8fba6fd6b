"""What leaves the window: records and newsletters, to a file, the clipboard or the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msat.gui.tongue import tr
from msat.gui.views.inbox import Inbox
from msat.gui.views.source_text import open_address

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow


class Outputs:
    """Sends out what the page shown holds."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def open_address(self, address: str) -> None:
        """Shows a page in the system's browser."""
        if not open_address(address):
            self._window.notices.tell(
                tr("The page could not be opened here: {address}").format(address=address), "amber"
            )

    def open_source_page(self) -> None:
        """O: the first page of the alert shown that can be opened; says so where there is none."""
        if not self._window.current_inbox().alert.head.open_first():
            said = tr("This alert has no page that can be opened. Its text is under Source.")
            self._window.notices.tell(said, "info")

    def save_shown(self) -> None:
        """Ctrl+S: the notice being added, or the record of the alert shown."""
        from msat.gui.commands import must_wait

        window = self._window
        if window.current() is window.pages.get("print"):
            window.printing.save()
        elif window.current() is window.pages.get("add"):
            window.pages["add"].save()
        elif window.current() is window.pages.get("newsletter"):
            window.pages["newsletter"].save()
        elif must_wait(window, "Ctrl+S"):
            return
        elif isinstance(window.current(), Inbox) and window.current_inbox().alert.state is not None:
            self.save_certificate(window.current_inbox().alert.state)

    def save_certificate(self, state) -> None:
        from msat.gui.saving import save_certificate

        save_certificate(self._window, self._window.session, self._window.notices, state)

    def show_record(self, key: str = "") -> None:
        """Ctrl+O: makes the one-page record of an alert and opens it; without an alert the palette asks which."""
        from msat.gui.commands import must_wait, open_palette
        from msat.gui.saving import show_record

        window = self._window
        if not key and must_wait(window, "Ctrl+O"):
            return
        state = window.current_inbox().alert.state if isinstance(window.current(), Inbox) else None
        key = key or (str(state.key) if state else "")
        if key:
            show_record(window.session, window.notices, key, window)
        else:
            open_palette(window)

    def add_to_newsletter(self) -> None:
        """W: the chosen alerts into the issue of the newsletter that is being written."""
        from msat.gui.newsletter_adding import add_to_newsletter

        add_to_newsletter(self._window, [str(key) for key in self._window.current_inbox().list_pane.chosen_keys()])

    def copy_newsletter(self) -> None:
        """Copies the chosen alerts as a newsletter section."""
        from msat.gui.saving import copy_newsletter

        window, page = self._window, self._window.current()
        if isinstance(page, Inbox):
            copy_newsletter(window.session, window.notices, [str(key) for key in page.list_pane.chosen_keys()], window)
        elif hasattr(page, "copy"):
            page.copy()

    def present(self) -> None:
        """F11: the Oversight page on a large screen."""
        page = self._window.current()
        if hasattr(page, "show_presentation"):
            page.show_presentation()

    def export_log(self) -> None:
        """Ctrl+E: the assurance pack on the Oversight page, else the log of a period."""
        if self._window.current() is self._window.pages.get("oversight"):
            self._window.pages["oversight"].open_pack()
            return
        self._window.show_page("records")
        page = self._window.current()
        if hasattr(page, "focus_export"):
            page.focus_export()
