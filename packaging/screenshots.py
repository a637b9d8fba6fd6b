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
from pathlib import Path

if sys.platform.startswith("linux") and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from screenshot_list import POSES, REFERENCE
from screenshot_poses import settled, until, wait

from msat.gui import app
from msat.gui.session import Session
from msat.gui.tasks import Background
from msat.places import places

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
    poses = REFERENCE if options.reference else POSES
    if folder == PICTURES and not options.reference:
        parser.error("name a folder, or give --reference")
    folder.mkdir(parents=True, exist_ok=True)
    application = app.make_application()
    with tempfile.TemporaryDirectory(prefix="msat-pictures-", ignore_cleanup_errors=True) as place:
        where = places(Path(place) / "profile")
        where.make()
        session = Session(where, Background(application), application)
        session.is_demo = True
        session.settings.keep(appearance="light")
        window = app.open_window(session)
        app.open_record(window, session, demo=True)
        until(lambda: session.desk is not None, "the sample is open")
        until(lambda: bool(window.worklist.list_pane.model.rows()), "its alerts are listed")
        wait()
        session.settings.keep(grace_seconds="0")
        window.notices.hide()
        for name, pose in poses:
            if wanted and not any(word in name for word in wanted):
                continue
            pose(window)
            settled(window)
            wait()
            window.grab().save(str(folder / f"{name}.png"))
            if options.reference:
                smaller(folder / f"{name}.png")
            sys.stdout.write(f"{folder / name}.png\n")
        session.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
