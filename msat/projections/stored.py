"""A state as JSON and back: the same state gives the same bytes, so that two can be compared. Pure."""

from __future__ import annotations

import msgspec

from msat.projections.alert_state import AlertState

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(AlertState)


def to_json(state: AlertState) -> bytes:
    """Fields in the order they are declared; times as RFC 3339 in UTC."""
    return _ENCODER.encode(state)


def from_json(data: bytes) -> AlertState:
    """The state that `to_json` wrote. Raises `msgspec.MsgspecError` (a ValueError) on anything else."""
    return _DECODER.decode(data)
