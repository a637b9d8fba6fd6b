"""Makes small lists as the Organisation Data Service publishes them: epraccur rows, and an ePCN workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import xlsxwriter

NETWORK_HEADS = (
    "PCN Code",
    "PCN Name",
    "Current Sub ICB Loc Code",
    "Sub ICB Location",
    "Open Date",
    "Close Date",
    "Postcode",
)
PARTNER_HEADS = (
    "Partner\nOrganisation\nCode",
    "Partner\nName",
    "Practice\nParent\nSub ICB Loc Code",
    "Practice\nParent\nSub ICB Loc Name",
    "PCN Code",
    "Practice to PCN\nRelationship\nStart Date",
    "Practice to PCN\nRelationship\nEnd Date",
)
SAMPLESHIRE = "NHS SAMPLESHIRE ICB - 16C"
NETWORKS = (
    ("U00001", "FIRST PCN", "16C", SAMPLESHIRE, "20190701", "", "TS1 1AA"),
    ("U00002", "SECOND PCN", "36L", "NHS OTHERSHIRE ICB - 36L", "20190701", None, "SW1 1AA"),
)
PARTNERS = (
    ("A81001", "THE FIRST SURGERY", "16C", SAMPLESHIRE, "U00001", "20190701", None),
    ("A81003", "THE THIRD SURGERY", "36L", "NHS OTHERSHIRE ICB - 36L", "U00001", "20190701", "20210331"),
    ("A81003", "THE THIRD SURGERY", "36L", "NHS OTHERSHIRE ICB - 36L", "U00002", "20210401", ""),
)


def row(
    code: str,
    name: str,
    commissioner: str = "16C",
    setting: str = "4",
    status: str = "A",
    opened: str = "19740401",
    closed: str = "",
    joined: str = "20200401",
    left: str = "",
) -> list[str]:
    """One row of epraccur."""
    cells = [""] * 27
    cells[:10] = [code, name, "Y63", "QHM", "THE HEALTH CENTRE", "1 HIGH STREET", "SAMPLETOWN", "", "", "TS1 1AA"]
    cells[10:18] = [opened, closed, status, "B", commissioner, joined, left, "01234 567890"]
    cells[21], cells[23], cells[25] = "0", commissioner, setting
    return cells


def epraccur(*rows: Sequence[str]) -> bytes:
    """The csv file of these rows."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode()


def epcn(
    networks: Sequence[Sequence[object]] = NETWORKS,
    partners: Sequence[Sequence[object]] = PARTNERS,
    network_heads: Sequence[str] = NETWORK_HEADS,
    partner_heads: Sequence[str] = PARTNER_HEADS,
) -> bytes:
    """The workbook of these networks and memberships."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for title, lines in (
        ("PCNDetails", (network_heads, *networks)),
        ("PCN Core Partner Details", (partner_heads, *partners)),
    ):
        sheet = book.add_worksheet(title)
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    book.close()
    return out.getvalue()
