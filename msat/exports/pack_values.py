"""The values of an assurance pack for machines: every field of `pack_model.Pack` as canonical JSON can hold it.

Whole numbers, text, lists and objects only. A number with a fraction stands as text with six decimals; a time is UTC,
a day is ISO; the indicators stand as `kpi_model.to_json` has them.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from msat.clock import stamp
from msat.projections.kpi_model import Share, to_json
from msat.projections.pack_model import Pack

FORMAT = "msat-pack-v1"


def pack_values(pack: Pack) -> dict[str, Any]:
    """The values of a pack. The same pack gives the same values."""
    values = {one.name: _plain(getattr(pack, one.name)) for one in fields(pack) if one.name != "kpis"}
    return {"format": FORMAT, "kpis": to_json(pack.kpis), **values}


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return str(value.value)
        case str():
            # No entry holds these; a notice's stored text, which others wrote, might.
            return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
        case float():
            return f"{value:.6f}"
        case datetime():
            return stamp(value)
        case date():
            return value.isoformat()
        case Share():
            return {"numerator": value.numerator, "denominator": value.denominator, "percent": value.percent}
        case tuple() | list():
            return [_plain(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    raise TypeError(f"a pack holds no {type(value).__name__}")
