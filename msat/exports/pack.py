"""An assurance pack as a document: its parts in their order, and nothing decided here."""

from __future__ import annotations

from msat.clock import say_moment
from msat.exports import pack_back, pack_body, pack_front
from msat.exports.document import Block, Document
from msat.projections.pack_model import Pack


def pack_document(pack: Pack, draft: bool = False) -> Document:
    """The pack for paper and for a browser. A draft says so on every page, and carries no number and no code."""
    blocks: list[Block] = [
        *pack_front.cover(pack, draft),
        *pack_front.statement(pack),
        *pack_front.counts(pack),
        *pack_front.exceptions(pack),
        *pack_body.indicators(pack),
        *pack_body.red_alerts(pack),
        *pack_body.log(pack),
        *pack_body.matrix(pack),
        *pack_body.outliers(pack),
        *pack_back.coverage(pack),
        *pack_back.rules(pack),
        *pack_back.late(pack),
        *pack_back.sign_off(pack),
        *pack_back.glossary(draft),
    ]
    if not draft:
        blocks += pack_back.verification(pack)
    title = pack_front.title_of(pack, draft)
    subject = f"{title}, as at {say_moment(pack.cover.cut_off)}" + ("" if draft else f", pack {pack.cover.number}")
    return Document(title, tuple(blocks), subject=subject, watermark=pack_front.DRAFT.upper() if draft else "")
