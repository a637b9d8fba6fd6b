"""Reads ePCN, the workbook of primary care networks and of the practices that are or were in each.

Columns are found by their headings, which have changed over the years (CCG, then sub ICB location). Keeps every row or
names it; decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msat.errors import Refused
from msat.feeds.ods_model import NETWORKS, Membership, Network, Odd, OdsFile
from msat.feeds.ods_values import Dates, code_words
from msat.feeds.xlsx_rows import Row, read_sheets

Heading = Callable[[str], bool]


class _Columns(NamedTuple):
    """Where each value stands; -1 for one that this edition does not have."""

    at: dict[str, int]

    def of(self, cells: Sequence[str], name: str) -> str:
        place = self.at[name]
        return " ".join(cells[place].split()) if 0 <= place < len(cells) else ""


def _area_code(head: str) -> bool:
    return "code" in head and any(name in head for name in ("sub icb", "ccg", "clinical commissioning"))


def _area_name(head: str) -> bool:
    return "code" not in head and any(name in head for name in ("sub icb", "ccg", "clinical commissioning"))


_NETWORK_HEADS: dict[str, tuple[Heading, bool]] = {
    "code": (lambda head: head == "pcn code", True),
    "name": (lambda head: head == "pcn name", True),
    "commissioner": (_area_code, True),
    "commissioner_name": (_area_name, False),
    "opened": (lambda head: head == "open date", True),
    "closed": (lambda head: head == "close date", True),
    "postcode": (lambda head: head == "postcode", False),
}
_PARTNER_HEADS: dict[str, tuple[Heading, bool]] = {
    "practice": (lambda head: head.startswith("partner") and "code" in head, True),
    "practice_name": (lambda head: head.startswith("partner") and "name" in head, False),
    "commissioner": (lambda head: not head.startswith("pcn") and _area_code(head), False),
    "commissioner_name": (lambda head: not head.startswith("pcn") and _area_name(head) and "match" not in head, False),
    "network": (lambda head: head == "pcn code", True),
    "joined": (lambda head: "start date" in head, True),
    "left": (lambda head: "end date" in head, True),
}


def read_networks(data: bytes, name: str) -> OdsFile:
    """The networks and memberships of a workbook. Raises Refused when it holds no such sheets."""
    dates = Dates()
    odd: list[Odd] = []
    networks: dict[str, Network] = {}
    memberships: list[Membership] = []
    rows, found = 0, set()
    for title, sheet in read_sheets(data, name):
        if columns := _headings(sheet, _PARTNER_HEADS):
            found.add("partners")
            rows += len(sheet) - 1
            memberships += _memberships(title, sheet, columns, dates, odd)
        elif columns := _headings(sheet, _NETWORK_HEADS):
            found.add("networks")
            rows += len(sheet) - 1
            _networks(title, sheet, columns, dates, odd, networks)
    if found != {"partners", "networks"} or not networks:
        raise Refused(
            f"“{name}” is a workbook, but not the list of primary care networks and their practices (ePCN).",
            "Choose ePCN.xlsx as the Organisation Data Service publishes it.",
        )
    kept = _known(memberships, networks, odd)
    return OdsFile(NETWORKS, rows, (), tuple(networks.values()), kept, tuple(odd), dates.newest)


def _headings(sheet: Sequence[Row], wanted: dict[str, tuple[Heading, bool]]) -> _Columns | None:
    """Where the columns stand, when the sheet's first row names every one that is needed."""
    if not sheet:
        return None
    heads = [" ".join(cell.split()).lower() for cell in sheet[0][1]]
    at: dict[str, int] = {}
    for name, (fits, needed) in wanted.items():
        at[name] = next((place for place, head in enumerate(heads) if head and fits(head)), -1)
        if needed and at[name] < 0:
            return None
    return _Columns(at)


def _networks(
    title: str, sheet: Sequence[Row], columns: _Columns, dates: Dates, odd: list[Odd], into: dict[str, Network]
) -> None:
    for number, cells in sheet[1:]:
        if not any(cells):
            continue
        place, code = f"{title} row {number}", columns.of(cells, "code")
        if words := code_words(code) or ("is here a second time" if code in into else ""):
            odd.append(Odd(place, code, f"The network code “{code}” {words}.", False))
            continue
        (opened, closed), bad = dates.read(columns.of(cells, "opened"), columns.of(cells, "closed"))
        odd += [Odd(place, code, words, True) for words in bad]
        into[code] = Network(
            code,
            columns.of(cells, "name") or code,
            columns.of(cells, "commissioner"),
            columns.of(cells, "commissioner_name"),
            columns.of(cells, "postcode"),
            opened,
            closed,
        )


def _memberships(title: str, sheet: Sequence[Row], columns: _Columns, dates: Dates, odd: list[Odd]) -> list[Membership]:
    found = []
    for number, cells in sheet[1:]:
        if not any(cells):
            continue
        place, code, network = f"{title} row {number}", columns.of(cells, "practice"), columns.of(cells, "network")
        if words := code_words(code):
            odd.append(Odd(place, code, f"The practice code “{code}” {words}.", False))
            continue
        if words := code_words(network):
            odd.append(Odd(place, code, f"The network code “{network}” {words}.", False))
            continue
        (joined, left), bad = dates.read(columns.of(cells, "joined"), columns.of(cells, "left"))
        odd += [Odd(place, code, words, True) for words in bad]
        found.append(
            Membership(
                code,
                columns.of(cells, "practice_name"),
                columns.of(cells, "commissioner"),
                columns.of(cells, "commissioner_name"),
                network,
                joined,
                left,
            )
        )
    return found


def _known(memberships: list[Membership], networks: dict[str, Network], odd: list[Odd]) -> tuple[Membership, ...]:
    """The memberships; those of a network that the workbook does not describe are named and kept."""
    for one in memberships:
        if one.network not in networks:
            words = f"The network “{one.network}” of practice {one.practice} is not in the workbook's list of networks."
            odd.append(Odd("practices and networks", one.practice, words, True))
    return tuple(memberships)
