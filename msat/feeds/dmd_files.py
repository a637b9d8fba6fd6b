"""Reads the dm+d files that say which pack a GTIN is: f_gtin2 (GTIN by pack) and f_ampp2 (name by pack).

Streams them, so that memory stays bounded; loads no entity, no document type and nothing from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msat.errors import Refused

LARGEST = 1_500_000_000
"""Bytes. A whole release's f_ampp2 has about 150 million."""

_MOST = 5_000_000
_LONGEST_NAME = 500
GTINS = "GTIN_DETAILS"
PACKS = "ACTUAL_MEDICINAL_PROD_PACKS"


def kind_of(path: Path) -> str:
    """`GTIN_DETAILS` or `ACTUAL_MEDICINAL_PROD_PACKS`: the file's outermost element. Raises Refused for others."""
    for event, element in _events(path, ("start",), None):
        if event == "start" and element.tag in (GTINS, PACKS):
            return str(element.tag)
        break
    raise Refused(
        f"“{path.name}” is neither the GTIN file nor the pack file of a dm+d release.",
        "Choose the files called f_gtin2_...xml and f_ampp2_...xml, or the folder they are in.",
    )


def read_gtins(path: Path) -> Iterator[tuple[str, str]]:
    """(GTIN of 14 digits, pack id) of every GTIN a pack has or had. What has not the form of a GTIN is left out."""
    for element in _rows(path):
        pack = (element.findtext("AMPPID") or "").strip()
        for gtin in element.iterfind("GTINDATA/GTIN"):
            digits = (gtin.text or "").strip()
            if _is_number(pack) and _is_number(digits) and len(digits) in (8, 12, 13, 14):
                yield digits.zfill(14), pack


def read_names(path: Path) -> Iterator[tuple[str, str]]:
    """(pack id, name) of every pack."""
    for element in _rows(path):
        pack, name = (element.findtext("APPID") or "").strip(), " ".join((element.findtext("NM") or "").split())
        if pack and name:
            yield pack, name[:_LONGEST_NAME]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _rows(path: Path) -> Iterator[Any]:
    for count, (_event, element) in enumerate(_events(path, ("end",), "AMPP"), 1):
        if count > _MOST:
            raise Refused(f"“{path.name}” holds more packs than dm+d can have.", "Check the file.")
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _events(path: Path, events: tuple[str, ...], tag: str | None) -> Iterator[tuple[str, Any]]:
    """The events of a file. Raises Refused when it is too large, is not XML or cannot be read."""
    from lxml import etree

    try:
        if path.stat().st_size > LARGEST:
            raise Refused(f"“{path.name}” is larger than any dm+d file.", "Check the file.")
        with path.open("rb") as file:
            if b"<!DOCTYPE" in file.read(100_000).replace(b"\0", b""):
                raise Refused(f"“{path.name}” declares a document type, which no dm+d file does.", "Check the file.")
            file.seek(0)
            yield from etree.iterparse(
                file, events=events, tag=tag, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
            )
    except etree.XMLSyntaxError as error:
        raise Refused(f"“{path.name}” is not whole XML: {error.msg}.", "Download the release again.") from error
    except OSError as error:
        raise Refused(f"“{path}” cannot be read: {error.strerror}.", "Choose a file you may read.") from error
