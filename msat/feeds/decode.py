"""Takes in the body of an answer piece by piece and unpacks it, never beyond its limits. Opens nothing."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from msat.feeds import failures

_PIECE = 64 * 1024


def read_body(pieces: Iterable[bytes], packing: str, site: str, wire_bytes: int, body_bytes: int) -> bytes:
    """The body in `pieces`, unpacked. Raises FetchFailure as soon as a limit is passed, or at a broken packing."""
    kind = packing.strip().lower()
    if kind in ("", "identity"):
        return _plain(pieces, site, wire_bytes)
    # Two packings on top of each other are the classic bomb; we ask for one at most.
    if kind not in ("gzip", "x-gzip", "deflate"):
        raise failures.unknown_packing(site)
    unpacker = _Unpacker(kind, site, body_bytes)
    wire = 0
    for piece in pieces:
        wire += len(piece)
        if wire > wire_bytes:
            raise failures.too_large(site, wire_bytes)
        unpacker.feed(piece)
    return unpacker.finish()


def _plain(pieces: Iterable[bytes], site: str, limit: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise failures.too_large(site, limit)
    return bytes(body)


class _Unpacker:
    """gzip (also several in a row) or deflate with or without its zlib header, which servers mix up."""

    def __init__(self, kind: str, site: str, limit: int) -> None:
        self._kind, self._site, self._limit = kind, site, limit
        self._body = bytearray()
        self._stream = zlib.decompressobj(31 if "gzip" in kind else 15)
        self._begun = False

    def feed(self, piece: bytes) -> None:
        try:
            self._unpack(piece)
        except zlib.error as fault:
            if self._kind != "deflate" or self._begun:
                raise failures.cut_short(self._site) from fault
            self._stream = zlib.decompressobj(-15)
            self._kind = "raw"
            self.feed(piece)

    def _unpack(self, piece: bytes) -> None:
        more = bool(piece)
        while more:
            if self._stream.eof:
                if "gzip" not in self._kind:
                    return  # what follows the end of a deflate stream means nothing
                self._stream = zlib.decompressobj(31)
            out = self._stream.decompress(piece, _PIECE)
            self._begun = True
            self._body += out
            if len(self._body) > self._limit:
                raise failures.unpacks_too_large(self._site, self._limit)
            piece = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            # A full piece out may leave more waiting inside although all of the input was taken.
            more = bool(piece) or (len(out) == _PIECE and not self._stream.eof)

    def finish(self) -> bytes:
        if not self._stream.eof:
            raise failures.cut_short(self._site)
        return bytes(self._body)
