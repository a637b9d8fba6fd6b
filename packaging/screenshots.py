"""Makes pictures of the window with the sample organisation: light, dark, large text, small and narrow windows.

    python packaging/screenshots.py FOLDER
    python packaging/screenshots.py --reference        the pictures of README and help, in resources/help/pictures

Works on a screen and without one (QT_QPA_PLATFORM=offscreen). For looking at, never compared pixel by pixel.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

if sys.platform.startswith("linux") and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtWidgets import QApplication
from screenshot_list import COMMITTEE, COMMITTEE_REFERENCE, POSES, REFERENCE
from screenshot_poses import settled, until, wait

from msat.gui import app
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import Background
from msat.gui.theme import look
from msat.places import places

Named = tuple[str, Callable[[MainWindow], None]]
PICTURES = Path(__file__).resolve().parents[1] / "resources" / "help" / "pictures"


def smaller(file: Path) -> None:
    """The same picture in a third of the bytes."""
    from PIL import Image

    with Image.open(file) as picture:
        # This way of choosing 256 colours keeps the few pixels of a badge in theirs.
        few = picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=PICTURES, help="where the pictures go")
    parser.add_argument("--reference", action="store_true", help="the pictures of README and help, small files")
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="only pictures whose name holds a word")
    options = parser.parse_args()
    folder, wanted = options.folder, options.only
    sets = ((False, POSES), (True, COMMITTEE))
    if options.reference:
        sets = ((False, REFERENCE), (True, COMMITTEE_REFERENCE))
    if folder == PICTURES and not options.reference:
        parser.error("name a folder, or give --reference")
    folder.mkdir(parents=True, exist_ok=True)
    application = app.make_application()
    for is_committee, every in sets:
        poses = [pose for pose in every if not wanted or any(word in pose[0] for word in wanted)]
        if poses:
            take(application, folder, poses, is_committee, options.reference)
    return 0


def take(application: QApplication, folder: Path, poses: Sequence[Named], is_committee: bool, small: bool) -> None:
    """The pictures of one sample: a practice's or a committee's."""
    with tempfile.TemporaryDirectory(prefix="msat-pictures-", ignore_cleanup_errors=True) as place:
        where = places(Path(place) / "profile")
        where.make()
        session = Session(where, Background(application), application)
        session.is_demo = True
        session.settings.keep(appearance="light")
        window = app.open_window(session)
        app.open_record(window, session, demo=app.COMMITTEE if is_committee else True)
        until(lambda: session.desk is not None, "the sample is open")
        until(lambda: bool(window.worklist.list_pane.model.rows()), "its alerts are listed")
        look().zoom = 100
        wait()
        session.settings.keep(grace_seconds="0")
        window.notices.hide()
        for name, pose in poses:
            pose(window)
            settled(window)
            wait()
            window.grab().save(str(folder / f"{name}.png"))
            if small:
                smaller(folder / f"{name}.png")
            sys.stdout.write(f"{folder / name}.png\n")
        session.close()
        window.close()


if __name__ == "__main__":
    sys.exit(main())
