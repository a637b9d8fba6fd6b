"""Makes resources/fonts/*.ttf from a folder of the Inter 4 web fonts. Run by hand, once for each new Inter.

    npm pack inter-ui@4.1.1 && tar xzf inter-ui-4.1.1.tgz
    python packaging/make_fonts.py package/web package/LICENSE.txt resources/fonts

Needs fontTools and brotli, which the program itself does not. Each cut is subset to the letters and signs
that notices use, with tabular figures (`tnum`) and the distinct l and I (`cv05`, `cv08`) made the default
shapes, since reportlab applies no OpenType features and a misread batch number is a hazard. The slashed zero
stays a feature (`zero`): the window turns it on for fingerprints only. Same input, same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

CUTS = ("Regular", "Medium", "SemiBold", "Bold", "Italic")
BAKED = ("tnum", "cv05", "cv08")
KEPT_FEATURES = ["kern", "mark", "mkmk", "ccmp", "zero"]
BLOCKS = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x00FF),  # Latin-1, with the micro sign and the registered mark
    (0x0100, 0x017F),  # Latin Extended-A
    (0x0218, 0x021B),  # Romanian S and T with comma
    (0x0386, 0x03CE),  # Greek: doses and active ingredients are written with it
    (0x1E9E, 0x1E9E),
    (0x2000, 0x2014),  # spaces, hyphens and dashes
    (0x2018, 0x2022),
    (0x2026, 0x2026),
    (0x202F, 0x2030),
    (0x2032, 0x2033),
    (0x2039, 0x203A),
    (0x2044, 0x2044),
    (0x2070, 0x208E),  # superscripts and subscripts
    (0x2150, 0x215E),  # fractions
    (0x2190, 0x2193),
    (0x2200, 0x22FF),  # mathematics, as far as Inter has it
)
SIGNS = "€™℠№℃℉◆◇□■▲△▼▽●○◯✓✗⚠☆★Ωﬁﬂ"


def wanted() -> set[int]:
    """Every code point that is kept where Inter has it."""
    blocks = {point for first, last in BLOCKS for point in range(first, last + 1)}
    return blocks | {ord(sign) for sign in SIGNS}


def substitutions(font: TTFont, feature: str) -> dict[str, str]:
    """Glyph for glyph, what a single-substitution feature does."""
    table = font["GSUB"].table
    swaps: dict[str, str] = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == feature:
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    swaps.update(getattr(part, "ExtSubTable", part).mapping)
    return swaps


def bake(font: TTFont) -> None:
    """Makes tabular figures and the distinct l and I (with their accented forms) the default glyphs."""
    digits = {ord(digit) for digit in "0123456789"}
    for feature in BAKED:
        swaps = substitutions(font, feature)
        for table in font["cmap"].tables:
            for point, glyph in table.cmap.items():
                if glyph in swaps and (feature != "tnum" or point in digits):
                    table.cmap[point] = swaps[glyph]


def make(source: Path, target: Path) -> int:
    """Writes one cut and returns how many characters it has."""
    font = TTFont(source, recalcTimestamp=False)
    bake(font)
    options = subset.Options()
    options.layout_features = KEPT_FEATURES
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.notdef_outline = True
    options.hinting = False
    options.drop_tables += ["DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted())
    cutter.subset(font)
    font["OS/2"].fsType = 0
    font.flavor = None
    font.save(target, reorderTables=True)
    return len(font.getBestCmap())


def main(web: Path, licence: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for cut in CUTS:
        target = out / f"Inter-{cut}.ttf"
        count = make(web / f"Inter-{cut}.woff2", target)
        print(f"{target.name}: {count} characters, {target.stat().st_size:,} bytes")
    (out / "OFL.txt").write_text(licence.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("Use: make_fonts.py FOLDER_OF_WOFF2 LICENCE_FILE TARGET_FOLDER")
    main(*(Path(argument) for argument in sys.argv[1:]))
